//! Cuts a YAML text at lines where an entry of a block list or mapping begins.
//!
//! Only the first columns of a line are looked at, so a cut is a guess: whoever reads the stretches one by one
//! finds out where it was wrong (see [`reuse`](super::reuse)). What is never guessed right, several documents
//! in a file or a byte order mark, is not cut at all.

use bstr::ByteSlice;

use crate::gap::spaces;

/// A line where an entry begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    /// Where the line begins.
    pub(crate) start: usize,
    /// The column of the dash or of the key.
    pub(crate) column: usize,
    /// Whether it is an item of a list.
    pub(crate) is_item: bool,
}

impl Cut {
    /// Whether a container that was opened in the stretch from here to the next cut may go on behind it.
    pub(crate) fn reaches_into(&self, next: &Self) -> bool {
        next.column > self.column || next.column == self.column && next.is_item && !self.is_item
    }
}

/// Deeper lines are never cut at.
const DEEPEST: usize = 12;
/// So many bytes the stretch that a byte is in has about: shorter ones cost more to look up than to read, and of a
/// longer one much is read anew for one change.
const STRETCH: usize = 4096;
/// The rest of a long text falls as its beginning does.
const BEGINNING: usize = 256 << 10;

/// The least column at which a text falls into short enough stretches, or at which cutting deeper makes them not much
/// shorter. Not how many there are tells that: a list may be one long stretch among the short ones of the keys around it.
pub(crate) fn level(text: &str) -> usize {
    let text = &text[..text.floor_char_boundary(BEGINNING)];
    let cuts = cuts(text, DEEPEST).unwrap_or_default();
    let squares = |level: usize| {
        let starts = cuts.iter().filter(|cut| cut.column <= level).map(|cut| cut.start);
        let mut before = 0;
        let square = |start: usize| (start - std::mem::replace(&mut before, start)).pow(2);
        starts.chain([text.len()]).map(square).sum::<usize>()
    };
    let enough = (STRETCH * text.len()).max(squares(DEEPEST) / 4 * 5);
    (0..DEEPEST).find(|level| squares(*level) <= enough).unwrap_or(DEEPEST)
}

/// The places to cut at, in order, none deeper than `level`; `None` where the text had better be read as a
/// whole.
pub(crate) fn cuts(text: &str, level: usize) -> Option<Vec<Cut>> {
    if text.contains('\0') || text.contains('\u{feff}') || has_lone_return(text) {
        return None;
    }
    let mut cutter = Cutter { level, open: Vec::new(), scalar: None, has_content: false, cuts: Vec::new() };
    let mut start = 0;
    while start < text.len() {
        let end = text.as_bytes()[start..].find_byte(b'\n').map_or(text.len(), |at| start + at + 1);
        cutter.line(start, &text[start..end])?;
        start = end;
    }
    Some(cutter.cuts)
}

/// Whether a line ends in a return alone: lines are told by their line feeds here.
fn has_lone_return(text: &str) -> bool {
    text.contains('\r') && text.match_indices('\r').any(|(at, _)| text.as_bytes().get(at + 1) != Some(&b'\n'))
}

struct Cutter {
    level: usize,
    /// Column and kind of the entries that the current line is inside of, as far as they are not too deep.
    open: Vec<(usize, bool)>,
    /// In a block scalar the column that its lines are deeper than.
    scalar: Option<usize>,
    has_content: bool,
    cuts: Vec<Cut>,
}

impl Cutter {
    fn line(&mut self, start: usize, line: &str) -> Option<()> {
        let column = spaces(line);
        if column > self.level {
            return Some(());
        }
        let rest = line[column..].trim_end();
        if rest.is_empty() || self.scalar.is_some_and(|outer| column > outer) {
            return Some(());
        }
        self.scalar = None;
        match rest.as_bytes() {
            [b'#', ..] => return Some(()),
            [b'\t', ..] => return None,
            [b'-', b'-', b'-'] if column == 0 && !self.has_content => return Some(()),
            [b'%', ..] | [b'-', b'-', b'-', ..] | [b'.', b'.', b'.', ..] if column == 0 => return None,
            _ => {}
        }
        self.has_content = true;
        let is_item = rest == "-" || rest.starts_with("- ");
        if is_item || is_entry(rest) {
            self.scalar = block_scalar(column, rest);
            if self.begins_again(column, is_item) {
                self.cuts.push(Cut { start, column, is_item });
                return Some(());
            }
        }
        self.take_back(column, is_item);
        Some(())
    }

    /// Takes the cuts back that a line leaves without a cut of its own, so that it is inside of a stretch: it ends
    /// brackets, say, whose lines look like entries.
    fn take_back(&mut self, column: usize, is_item: bool) {
        let leaves = |cut: &mut Cut| cut.column > column || cut.column == column && cut.is_item && !is_item;
        while self.cuts.pop_if(leaves).is_some() {}
    }

    /// Whether an entry before has the column and the kind of the one that begins.
    fn begins_again(&mut self, column: usize, is_item: bool) -> bool {
        let ends = |open: (usize, bool)| open.0 > column || open.0 == column && open.1 && !is_item;
        while self.open.last().copied().is_some_and(ends) {
            self.open.pop();
        }
        let again = self.open.last() == Some(&(column, is_item));
        if !again {
            self.open.push((column, is_item));
        }
        again
    }
}

/// Whether a line may begin with a key.
fn is_entry(rest: &str) -> bool {
    !rest.starts_with(['?', ':', '}', ']', '{', '[']) && (rest.ends_with(':') || rest.contains(": "))
}

/// The column that the lines of a block scalar are deeper than, where the line ends in the header of one.
fn block_scalar(column: usize, line: &str) -> Option<usize> {
    let word = line.rsplit(' ').next().unwrap_or_default();
    let is_header = word.starts_with(['|', '>'])
        && word[1..].bytes().all(|byte| matches!(byte, b'+' | b'-' | b'0'..=b'9'));
    is_header.then(|| {
        let (mut outer, mut rest) = (column, line);
        while let Some(inner) = rest.strip_prefix("- ").map(str::trim_start).filter(|it| it.contains(' ')) {
            outer += rest.len() - inner.len();
            rest = inner;
        }
        outer
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_among_short_keys_is_cut_into_its_items() {
        let item = format!("      - name: one\n        text: {}\n", "long ".repeat(200));
        let folder = format!("  - name: a\n    b: 1\n    c: 2\n    d: 3\n    items:\n{}", item.repeat(20));
        assert_eq!(level(&format!("all:\n{}", folder.repeat(20))), 6);
    }

    #[test]
    fn a_bracket_that_ends_left_of_its_lines_is_within_one_stretch() {
        let text = "a:\n  b: 1\n  c: {\n      d: 1,\n      e: 2\n    }\n  f: 3\ng: 4\n";
        let starts: Vec<&str> = cuts(text, DEEPEST)
            .unwrap_or_default()
            .iter()
            .map(|cut| text[cut.start..].trim_start())
            .collect();
        let keys: Vec<&str> = starts.iter().filter_map(|text| text.get(..1)).collect();
        assert_eq!(keys, ["c", "f", "g"]);
    }

    #[test]
    fn what_cutting_deeper_does_not_shorten_is_cut_no_deeper() {
        let folder = format!("- name: |\n{}  b:\n    c: 1\n    d: 2\n", "    long\n".repeat(2000));
        assert_eq!(level(&folder.repeat(20)), 0);
    }
}
