//! What lies between the nodes of a YAML text: blanks, comments, indicators.

/// The first byte from `from` on that is neither blank nor in a comment. Only for places where no scalar
/// can be: there a `#` always begins a comment.
pub(crate) fn skip_blank(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'\n' | b'\r') => at += 1,
            Some(b'#') => at = line_break(text, at),
            // A byte order mark may stand at the start of each document.
            Some(0xEF) if text[at..].starts_with('\u{feff}') => at += '\u{feff}'.len_utf8(),
            _ => return at,
        }
    }
}

/// The line break that ends the line of `from`, or the end of the text.
pub(crate) fn line_break(text: &str, from: usize) -> usize {
    let bytes = &text.as_bytes()[from..];
    from + bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len())
}

/// Whether a text goes on beyond its first line.
pub(crate) fn is_broken(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'\n' | b'\r'))
}

/// Past the line break at `at`; `at` itself where there is none.
pub(crate) fn past_break(text: &str, at: usize) -> usize {
    match &text.as_bytes()[at..] {
        [b'\r', b'\n', ..] => at + 2,
        [b'\r' | b'\n', ..] => at + 1,
        _ => at,
    }
}

/// The lines of a text without their breaks; what is behind the last break is a line only where it is not empty.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let end = (at < text.len()).then(|| line_break(text, at))?;
        let line = &text[at..end];
        at = past_break(text, end);
        Some(line)
    })
}

/// Behind the colon of an entry whose key ends at `key_end`; `None` where it has none. In block style `column` is
/// that of the entries: on a line below its key a colon in another column is of the mapping around, and one with no
/// blank behind it begins the next key, as in `:name: value`.
pub(crate) fn past_colon(text: &str, key_end: usize, column: Option<usize>) -> Option<usize> {
    let colon = skip_blank(text, key_end);
    let rest = text[colon..].strip_prefix(':')?;
    let ends = rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']);
    let is_own = column.is_none_or(|column| {
        let line = line_start(text, colon);
        line <= key_end || ends && colon - line == column
    });
    is_own.then_some(colon + 1)
}

/// The start of the line that `at` is in.
pub(crate) fn line_start(text: &str, at: usize) -> usize {
    let bytes = &text.as_bytes()[..at];
    let start = bytes.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |found| found + 1);
    let marks = text[start..at].chars().take_while(|c| *c == '\u{feff}').count();
    start + marks * '\u{feff}'.len_utf8()
}

/// How many spaces a text begins with.
pub(crate) fn spaces(text: &str) -> usize {
    text.bytes().take_while(|byte| *byte == b' ').count()
}
