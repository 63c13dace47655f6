//! Where a block scalar ends, and what its last line means.

use crate::gap::{line_break, line_start, lines, past_break, spaces};

/// The end of a block scalar whose header begins at `header`, and its text. The parser's own `end` may lie
/// behind blank lines that are not its content and in the indentation of the next line, and its `value` ends
/// in a line break even where the file ends without one, unlike other readers'.
pub(crate) fn read<'v>(text: &str, header: usize, end: usize, value: &'v str) -> (usize, &'v str) {
    let header_end = line_break(text, header);
    let body = past_break(text, header_end);
    let end = if end < text.len() { line_start(text, end) } else { end }.max(body);
    let content_end = content_end(text, header_end, body, end, indent(&text[body..end], value));
    let value = if content_end < text.len() { value } else { value.strip_suffix('\n').unwrap_or(value) };
    let keep = Header::of(&text[header..header_end]).chomp == Some('+');
    (if keep { end } else { content_end }, value)
}

/// The parts of `|2-`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// `|` or `>`.
    pub(crate) style: char,
    /// The explicit indentation.
    pub(crate) indent: Option<usize>,
    /// `+` or `-`.
    pub(crate) chomp: Option<char>,
}

impl Header {
    /// Reads the header from a line that begins with it.
    pub(crate) fn of(line: &str) -> Self {
        let mut header = Self { style: '|', indent: None, chomp: None };
        for (at, c) in line.char_indices() {
            match c {
                '|' | '>' if at == 0 => header.style = c,
                '+' | '-' => header.chomp = Some(c),
                '1'..='9' => header.indent = c.to_digit(10).map(|digit| digit as usize),
                _ => break,
            }
        }
        header
    }
}

/// By how many spaces the content is indented: how many more the first line with content has in the file
/// than in the value.
pub(crate) fn indent(body: &str, value: &str) -> usize {
    let first = |text: &str| lines(text).find(|line| !line.trim_matches(' ').is_empty()).map(spaces);
    let longest = |text: &str| lines(text).map(spaces).max().unwrap_or(0);
    match (first(body), first(value)) {
        (Some(raw), Some(decoded)) => raw.saturating_sub(decoded),
        // Only blank lines: what is longer than the value's longest line is indentation.
        _ => longest(body).saturating_sub(longest(value)),
    }
}

/// The end of the last line with content, without its line break; the header's end where there is none.
fn content_end(text: &str, header_end: usize, body: usize, end: usize, indent: usize) -> usize {
    let (mut at, mut last) = (body, header_end);
    while at < end {
        let line_end = line_break(text, at).min(end);
        let line = &text[at..line_end];
        if spaces(line) < line.len() || line.len() > indent {
            last = line_end;
        }
        let next = past_break(text, line_end);
        if next <= at {
            break;
        }
        at = next;
    }
    last
}
