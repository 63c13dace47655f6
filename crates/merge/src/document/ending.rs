//! Whether the last line of the file is ended.

use syncline_document::Document;

use super::sources::Sources;

/// Gives the text the line break at its end, or the lack of it, that the side has which changed that.
pub(crate) fn settle(text: String, sources: &Sources<'_>) -> String {
    let ends = |text: &str| text.ends_with('\n');
    let (first, second) = (ends(sources.first.text()), ends(sources.second.text()));
    let base = sources.base.map_or(first, |base| ends(base.text()));
    let wanted = if first == base { second } else { first };
    if text.is_empty() || ends(&text) == wanted {
        return text;
    }
    let other = if wanted {
        let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
        format!("{text}{line_break}")
    } else {
        text.trim_end_matches(['\n', '\r']).to_owned()
    };
    // In a block scalar the line break may be content.
    let read = |text: &str| Document::parse(text.as_bytes(), sources.first.language()).ok();
    let same = read(&text).zip(read(&other)).is_some_and(|(a, b)| a.same_hash(a.root(), &b, b.root()));
    if same { other } else { text }
}
