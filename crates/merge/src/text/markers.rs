//! A text with git's conflict markers in it, taken apart into the versions that git merged.

use std::borrow::Cow;
use std::ops::Range;

use bstr::ByteSlice;

use super::{Run, merge_text};
use crate::{Side, Version};

/// Git's markers have seven letters unless the attribute `conflict-marker-size` says otherwise. Shorter rows than
/// this stand in ordinary texts: `>>>` at a prompt of Python, `===` under a title.
const SHORTEST: usize = 4;
/// So many conflicts inside each other are looked for, so that a text of opening markers only costs no more than
/// another.
const DEEPEST: usize = 64;

/// A text in which whole conflicts are marked as git does it: `<<<<<<<`, our lines, with `diff3` and `zdiff3` also
/// `|||||||` and the lines before both, `=======`, their lines, `>>>>>>>`.
#[derive(Clone, Debug)]
pub struct MarkedText<'a> {
    lines: Vec<&'a [u8]>,
    /// Those that are in no other one, in the order of the text.
    conflicts: Vec<Marked>,
}

/// Where the markers of one conflict are: indices of lines.
#[derive(Clone, Debug)]
struct Marked {
    opening: usize,
    base: Option<usize>,
    middle: usize,
    closing: usize,
}

impl Marked {
    fn lines_of(&self, version: Version) -> Option<Range<usize>> {
        let end_of_ours = self.base.unwrap_or(self.middle);
        match version {
            Version::Base => self.base.map(|base| base + 1..self.middle),
            Version::Ours => Some(self.opening + 1..end_of_ours),
            Version::Theirs => Some(self.middle + 1..self.closing),
        }
    }
}

impl<'a> MarkedText<'a> {
    /// Finds the conflicts of a text; `None` where none is marked from its first marker to its last. Rows of the
    /// markers' letters that are in no order, or not at the beginning of a line, are text.
    pub fn read(text: &'a [u8]) -> Option<Self> {
        // Nearly every text ends here.
        text.find("<".repeat(SHORTEST)).filter(|_| text.find(">".repeat(SHORTEST)).is_some())?;
        let lines: Vec<_> = text.lines_with_terminator().collect();
        let conflicts = outermost(find(&lines));
        (!conflicts.is_empty()).then_some(Self { lines, conflicts })
    }

    /// How many conflicts are marked; one inside another does not count.
    pub fn conflicts(&self) -> usize {
        self.conflicts.len()
    }

    /// The line of the first marker, counted from 1.
    pub fn first_line(&self) -> usize {
        self.conflicts[0].opening + 1
    }

    /// What git named a side after, as `HEAD` or the name of a branch; `None` where it is not named, or not by the
    /// same name in all conflicts.
    pub fn label(&self, side: Side) -> Option<Cow<'a, str>> {
        let label = |marked: &Marked| label(self.lines[side.pick(marked.opening, marked.closing)]);
        let first = label(&self.conflicts[0]);
        let is_everywhere = self.conflicts.iter().all(|marked| label(marked) == first);
        (is_everywhere && !first.is_empty()).then(|| first.to_str_lossy())
    }

    /// The text as a version had it, with what git merged of both around the conflicts. `None` for the base where
    /// a conflict does not say what was before.
    pub fn version(&self, version: Version) -> Option<Vec<u8>> {
        Some(self.stretches(version)?.into_iter().flat_map(|lines| self.lines[lines].concat()).collect())
    }

    /// Whether both sides can have grown from a text: wherever they differ, both changed it. From any other text
    /// the value of one side would pass for what was before, and be lost without a conflict.
    pub fn can_grow_from(&self, base: &[u8]) -> bool {
        let (ours, theirs) = (self.version(Version::Ours), self.version(Version::Theirs));
        let (ours, theirs) = (ours.unwrap_or_default(), theirs.unwrap_or_default());
        let merge = merge_text(base, &ours, &theirs);
        merge.runs().iter().all(|run| !matches!(run, Run::Changed(..)))
    }

    /// The line of the marked text, counted from 1, that a line of a version is.
    pub fn line_of(&self, version: Version, line: usize) -> usize {
        let mut left = line.saturating_sub(1);
        for lines in self.stretches(version).unwrap_or_default() {
            if left < lines.len() {
                return lines.start + left + 1;
            }
            left -= lines.len();
        }
        self.lines.len()
    }

    /// The lines of a version.
    fn stretches(&self, version: Version) -> Option<Vec<Range<usize>>> {
        let (mut stretches, mut done) = (Vec::new(), 0);
        for marked in &self.conflicts {
            stretches.extend([done..marked.opening, marked.lines_of(version)?]);
            done = marked.closing + 1;
        }
        stretches.push(done..self.lines.len());
        Some(stretches)
    }
}

/// What a line is, where it may be a marker: its letter, and how often that stands there.
fn marker(line: &[u8]) -> Option<(u8, usize)> {
    let letter = *line.first().filter(|letter| b"<|=>".contains(letter))?;
    let length = line.iter().take_while(|other| **other == letter).count();
    let after = without_break(&line[length..]);
    let is_marker = after.is_empty() || (letter != b'=' && after.starts_with(b" "));
    (is_marker && length >= SHORTEST).then_some((letter, length))
}

fn label(line: &[u8]) -> &[u8] {
    let start = line.iter().take_while(|letter| **letter == line[0]).count();
    line[start..].trim_ascii()
}

fn without_break(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// A conflict of which the last marker has not come yet.
struct Open {
    length: usize,
    opening: usize,
    base: Option<usize>,
    middle: Option<usize>,
}

impl Open {
    /// Whether this marker can come next.
    fn expects(&self, letter: u8, length: usize) -> bool {
        let is_next = match letter {
            b'|' => self.base.is_none() && self.middle.is_none(),
            b'=' => self.middle.is_none(),
            _ => self.middle.is_some(),
        };
        is_next && self.length == length
    }
}

/// The conflicts that have all their markers, in the order in which they end.
fn find(lines: &[&[u8]]) -> Vec<Marked> {
    let (mut open, mut found) = (Vec::<Open>::new(), Vec::new());
    for (index, line) in lines.iter().enumerate() {
        let Some((letter, length)) = marker(line) else { continue };
        if letter == b'<' {
            if open.len() == DEEPEST {
                open.remove(0);
            }
            open.push(Open { length, opening: index, base: None, middle: None });
            continue;
        }
        let Some(last) = open.iter().rposition(|open| open.expects(letter, length)) else { continue };
        // What was begun after it and has no end is text.
        open.truncate(last + 1);
        let Open { opening, base, middle, .. } = &mut open[last];
        match letter {
            b'|' => *base = Some(index),
            b'=' => *middle = Some(index),
            _ => {
                let (opening, base) = (*opening, *base);
                found.extend(middle.map(|middle| Marked { opening, base, middle, closing: index }));
                open.pop();
            }
        }
    }
    found
}

/// Without those that are inside others.
fn outermost(mut found: Vec<Marked>) -> Vec<Marked> {
    found.sort_by_key(|marked| marked.opening);
    let mut end = 0;
    found.retain(|marked| {
        let is_outside = marked.opening >= end;
        end = end.max(marked.closing + 1);
        is_outside
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str, version: Version) -> Option<String> {
        let marked = MarkedText::read(text.as_bytes()).expect("a marked text");
        marked.version(version).map(|bytes| String::from_utf8(bytes).expect("UTF-8"))
    }

    #[test]
    fn both_sides_and_what_git_merged_around_them() {
        let text =
            "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> other\nd\n<<<<<<< HEAD\n=======\ne\n>>>>>>> other\n";
        assert_eq!(version(text, Version::Ours).as_deref(), Some("a\nb\nd\n"));
        assert_eq!(version(text, Version::Theirs).as_deref(), Some("a\nc\nd\ne\n"));
        assert_eq!(version(text, Version::Base), None);
        let marked = MarkedText::read(text.as_bytes()).expect("a marked text");
        assert_eq!((marked.conflicts(), marked.first_line()), (2, 2));
        assert_eq!(marked.label(Side::Ours).as_deref(), Some("HEAD"));
        assert_eq!(marked.label(Side::Theirs).as_deref(), Some("other"));
        assert_eq!([1, 2, 3, 4].map(|line| marked.line_of(Version::Theirs, line)), [1, 5, 7, 10]);
    }

    #[test]
    fn diff3_says_what_was_before() {
        let text = "<<<<<<< HEAD\r\nb\r\n||||||| 3f2a91c\r\na\r\n=======\r\nc\r\n>>>>>>> other\r\n";
        assert_eq!(version(text, Version::Base).as_deref(), Some("a\r\n"));
        assert_eq!(version(text, Version::Ours).as_deref(), Some("b\r\n"));
        assert_eq!(version(text, Version::Theirs).as_deref(), Some("c\r\n"));
    }

    #[test]
    fn a_conflict_in_the_base_is_text_of_the_base() {
        let inner =
            "<<<<<<<<< Temporary merge branch 1\nx\n=========\ny\n>>>>>>>>> Temporary merge branch 2\n";
        let text = format!("<<<<<<< HEAD\nb\n||||||| base\n{inner}=======\nc\n>>>>>>> other\n");
        assert_eq!(version(&text, Version::Base).as_deref(), Some(inner));
        assert_eq!(version(&text, Version::Ours).as_deref(), Some("b\n"));
    }

    #[test]
    fn a_conflict_inside_another_stays_in_its_side() {
        let inner = "<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> first\n";
        let text = format!("<<<<<<< HEAD\n{inner}=======\nc\n>>>>>>> second\n");
        assert_eq!(version(&text, Version::Ours).as_deref(), Some(inner));
        assert_eq!(version(&text, Version::Theirs).as_deref(), Some("c\n"));
    }

    #[test]
    fn what_has_no_end_is_text() {
        let whole = "<<<<<<< a\nb\n=======\nc\n>>>>>>> d\n";
        let text = format!("<<<<<<< stray\n{whole}");
        assert_eq!(version(&text, Version::Ours).as_deref(), Some("<<<<<<< stray\nb\n"));
        let text = format!("{whole}<<<<<<<< stray\n=======\n");
        assert_eq!(version(&text, Version::Theirs).as_deref(), Some("c\n<<<<<<<< stray\n=======\n"));
    }

    #[test]
    fn what_a_side_has_is_no_base_of_both() {
        let text = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> other\n";
        let marked = MarkedText::read(text.as_bytes()).expect("a marked text");
        assert!(marked.can_grow_from(b"a\nx\n"));
        assert!(marked.can_grow_from(b"x\n"));
        assert!(!marked.can_grow_from(b"a\nb\n"));
        assert!(!marked.can_grow_from(b"a\nc\n"));
    }

    #[test]
    fn rows_in_no_order_are_no_conflict() {
        for text in [
            "Title\n=======\ntext\n",
            "<<<<<<< HEAD\nb\n>>>>>>> other\n",
            "=======\n<<<<<<< HEAD\n>>>>>>> other\n",
            "<<<<<<< HEAD\nb\n=======\nc\n",
            "text: |\n  <<<<<<< HEAD\n  b\n  =======\n  c\n  >>>>>>> other\n",
            "<<<<<<<HEAD\nb\n=======\nc\n>>>>>>>other\n",
            "<<<<<<< HEAD\nb\n========\nc\n>>>>>>> other\n",
        ] {
            assert!(MarkedText::read(text.as_bytes()).is_none(), "{text}");
        }
    }
}
