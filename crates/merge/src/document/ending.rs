//! How the file ends: with a line break, without one, with blank lines.

use syncline_document::Document;

use super::sources::Sources;

/// Gives the text the end that the side has which changed it.
pub(crate) fn settle(text: String, sources: &Sources<'_>) -> String {
    let (first, second) = (ending(sources.first.text()), ending(sources.second.text()));
    let base = sources.base.map_or_else(|| first.clone(), |base| ending(base.text()));
    let last = last_line(&text);
    let follows = |document: &Document| last_line(document.text()) == last;
    // Where one side dropped the last line break, and something of the other is behind that now, it is needed.
    let wanted = match (first == base, second == base) {
        (false, true) if first.is_empty() && follows(sources.second) && !follows(sources.first) => second,
        (true, false) if second.is_empty() && follows(sources.first) && !follows(sources.second) => first,
        (true, _) => second,
        _ => first,
    };
    if text.is_empty() || ending(&text) == wanted {
        return text;
    }
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let other = text.trim_end().to_owned() + &wanted.replace('\n', line_break);
    // In a block scalar the line break may be content.
    let read = |text: &str| Document::parse(text.as_bytes(), sources.first.language()).ok();
    let same = read(&text).zip(read(&other)).is_some_and(|(a, b)| a.same_hash(a.root(), &b, b.root()));
    if same { other } else { text }
}

/// What is behind the last thing in a text, whatever its line breaks are made of.
fn ending(text: &str) -> String {
    text[text.trim_end().len()..].replace('\r', "")
}

/// The last line with something on it.
fn last_line(text: &str) -> &str {
    text.trim_end().rsplit('\n').next().unwrap_or_default()
}
