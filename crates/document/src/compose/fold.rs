//! Text of one line laid over several, as the tool that wrote a file does it.

use crate::compose::place::{columns, parent_column};
use crate::gap::line_start;
use crate::{Document, NodeId, NodeKind, Style};

/// The usual width.
const USUAL: usize = 80;

/// How a file breaks the lines of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fold {
    width: usize,
    /// Whether a line ends with the word that goes beyond the width (as libyaml and what is built on it have
    /// it), not with the one before.
    beyond: bool,
    /// The columns of the further lines behind the container around.
    indent: isize,
}

/// A line of a scalar: where its last word begins and ends, and how long the first word is.
struct Line {
    before_last: usize,
    end: usize,
    first: usize,
}

impl Fold {
    /// Of a plain or single-quoted scalar over several lines, where its lines end as a width would have them.
    pub(crate) fn of(from: &Document, node: NodeId) -> Option<Self> {
        let scalar = from.node(node);
        let may_fold = matches!(scalar.style, Style::Plain | Style::SingleQuoted);
        let text = from.node_text(node);
        if !may_fold || !matches!(scalar.kind, NodeKind::Scalar) || !text.contains('\n') {
            return None;
        }
        let start = scalar.span.start;
        let first_column = width(&from.text[line_start(&from.text, start)..start]);
        let lines: Vec<Line> =
            text.lines().enumerate().map(|(index, line)| Line::of(line, index, first_column)).collect();
        let indent = text.lines().nth(1).map(|line| width(line) - width(line.trim_start()))?;
        let (width, beyond) =
            beyond(&lines).map(|width| (width, true)).or_else(|| Some((within(&lines)?, false)))?;
        Some(Self { width, beyond, indent: columns(indent) - parent_column(from, node) })
    }

    /// The text with line breaks; it begins in one column, and the container around is in another.
    pub(crate) fn fold(&self, text: &str, start: usize, around: isize, line_break: &str) -> String {
        let indent = usize::try_from(around + self.indent).unwrap_or(1).max(1);
        let (mut out, mut column) = (String::with_capacity(text.len() + 16), start);
        let mut before = "";
        for (index, word) in text.split(' ').enumerate() {
            let is_full =
                if self.beyond { column > self.width } else { column + 1 + width(word) > self.width };
            // Several blanks are content, and stay on one line.
            if index > 0 && is_full && !word.is_empty() && !before.is_empty() {
                out.push_str(line_break);
                out.extend(std::iter::repeat_n(' ', indent));
                column = indent;
            } else if index > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += width(word);
            before = word;
        }
        out
    }
}

impl Line {
    fn of(line: &str, index: usize, first_column: usize) -> Self {
        let line = line.trim_end();
        let words = line.trim_start();
        let start = if index == 0 { first_column } else { width(line) - width(words) };
        let (first, last) = (words.split(' ').next(), words.rsplit(' ').next());
        let end = start + width(words);
        Self {
            before_last: (end - last.map_or(0, width)).saturating_sub(1).max(start),
            end,
            first: first.map_or(0, width),
        }
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// The width that each line but the last goes beyond with its last word.
fn beyond(lines: &[Line]) -> Option<usize> {
    let least = lines.iter().map(|line| line.before_last).max()?;
    let most = lines[..lines.len() - 1].iter().map(|line| line.end).min()?.checked_sub(1)?;
    chosen(least, most)
}

/// The width that no line goes beyond, though it would with the word that follows.
fn within(lines: &[Line]) -> Option<usize> {
    let least = lines.iter().map(|line| line.end).max()?;
    let most = lines.windows(2).map(|pair| pair[0].end + pair[1].first).min()?;
    chosen(least, most)
}

fn chosen(least: usize, most: usize) -> Option<usize> {
    (least <= most).then(|| USUAL.clamp(least, most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    /// Folds a text like the value of the only key.
    fn folded(like: &str, text: &str) -> Option<String> {
        let document = Document::parse(like.as_bytes(), Language::Yaml).expect("it parses");
        let node = document.child(document.root(), 0).expect("a value");
        Some(Fold::of(&document, node)?.fold(text, 3, 0, "\n"))
    }

    #[test]
    fn lines_break_where_they_did() {
        let beyond = "a: one two three\n  four five six\n";
        assert_eq!(
            folded(beyond, "one two three four five six").as_deref(),
            Some("one two three\n  four five six")
        );
        let within = "a: bbbbbb cc\n  dddddddd\n  eee ffff\n";
        assert_eq!(
            folded(within, "bbbbbb cc dddddddd eee ffff").as_deref(),
            Some("bbbbbb cc\n  dddddddd\n  eee ffff")
        );
    }

    #[test]
    fn what_was_broken_by_hand_tells_no_width() {
        assert_eq!(folded("a: one\n  two three four five six seven eight nine ten\n  eleven\n", "x"), None);
        assert_eq!(folded("a: one\n", "x"), None);
    }

    #[test]
    fn several_blanks_stay_on_one_line() {
        let like = "a: one two\n  three\n";
        assert_eq!(folded(like, "one two   three").as_deref(), Some("one two   three"));
    }
}
