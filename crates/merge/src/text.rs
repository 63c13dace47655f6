//! Text, by lines: what `git merge-file` does.

mod diff;
mod markers;
mod place;

use std::ops::Range;

use bstr::ByteSlice;
use imara_diff::Token;

pub(crate) use diff::{Change, changes};
pub use markers::MarkedText;
pub use place::{LinePlace, Located, replace_lines};

use crate::Side;

/// A stretch of a merged text, whole lines with their line breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run<'a> {
    /// As it was, or changed by both in the same way.
    Same(&'a [u8]),
    /// Changed by one side only.
    Changed(Side, &'a [u8]),
    /// Changed by both in different ways.
    Conflict {
        /// What it was.
        base: &'a [u8],
        /// What it is on our side.
        ours: &'a [u8],
        /// What it is on their side.
        theirs: &'a [u8],
    },
}

impl<'a> Run<'a> {
    /// Its lines, in a conflict those of one side.
    pub(crate) fn with_side(&self, side: Side) -> &'a [u8] {
        match *self {
            Run::Same(lines) | Run::Changed(_, lines) => lines,
            Run::Conflict { ours, theirs, .. } => side.pick(ours, theirs),
        }
    }
}

/// The outcome of a merge of lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextMerge<'a> {
    runs: Vec<Run<'a>>,
}

impl<'a> TextMerge<'a> {
    /// The stretches in order.
    pub fn runs(&self) -> &[Run<'a>] {
        &self.runs
    }

    /// Whether nothing is in conflict.
    pub fn is_clean(&self) -> bool {
        self.conflicts() == 0
    }

    /// How many runs of lines are in conflict.
    pub fn conflicts(&self) -> usize {
        self.runs.iter().filter(|run| matches!(run, Run::Conflict { .. })).count()
    }

    /// The text with one side's lines in the conflicts.
    pub fn with_side(&self, side: Side) -> Vec<u8> {
        self.runs.iter().map(|run| run.with_side(side)).collect::<Vec<_>>().concat()
    }
}

/// Merges three texts line by line. The result equals that of `git merge-file`, but where lines are repeated and git
/// takes another one of two alignments that are equally good (about one in 20,000 of such texts made at random).
pub fn merge_text<'a>(base: &'a [u8], ours: &'a [u8], theirs: &'a [u8]) -> TextMerge<'a> {
    let mut interner = Interner::default();
    let [base, ours, theirs] = [base, ours, theirs].map(|text| interner.lines(text));
    let count = interner.count();
    let (left, right) =
        (changes(&base.tokens, &ours.tokens, count), changes(&base.tokens, &theirs.tokens, count));
    Merge { base, ours, theirs, runs: Vec::new() }.run(&left, &right)
}

/// Gives equal lines equal numbers.
#[derive(Default)]
pub(crate) struct Interner<'a> {
    numbers: imara_diff::Interner<&'a [u8]>,
}

impl<'a> Interner<'a> {
    pub(crate) fn lines(&mut self, text: &'a [u8]) -> Lines<'a> {
        self.lines_by(text, |line| line)
    }

    /// Lines are equal where `what` of them is.
    fn lines_by(&mut self, text: &'a [u8], what: impl Fn(&'a [u8]) -> &'a [u8]) -> Lines<'a> {
        let mut lines = Lines { text, starts: Vec::new(), tokens: Vec::new() };
        let mut at = 0;
        for line in text.lines_with_terminator() {
            lines.tokens.push(self.token(what(line)));
            lines.starts.push(at);
            at += line.len();
        }
        lines.starts.push(at);
        lines
    }

    fn token(&mut self, line: &'a [u8]) -> Token {
        self.numbers.intern(line)
    }

    pub(crate) fn count(&self) -> u32 {
        self.numbers.num_tokens()
    }
}

/// A text and where its lines begin.
pub(crate) struct Lines<'a> {
    text: &'a [u8],
    starts: Vec<usize>,
    tokens: Vec<Token>,
}

impl<'a> Lines<'a> {
    fn text(&self, lines: Range<usize>) -> &'a [u8] {
        &self.text[self.starts[lines.start]..self.starts[lines.end]]
    }
}

struct Merge<'a> {
    base: Lines<'a>,
    ours: Lines<'a>,
    theirs: Lines<'a>,
    runs: Vec<Run<'a>>,
}

impl<'a> Merge<'a> {
    fn run(mut self, left: &[Change], right: &[Change]) -> TextMerge<'a> {
        let (mut left, mut right) = (left, right);
        let mut done = 0;
        while let Some(region) = Region::next(&mut left, &mut right) {
            self.same(done..region.base.start);
            done = region.base.end;
            self.push(&region);
        }
        self.same(done..self.base.tokens.len());
        TextMerge { runs: self.runs }
    }

    fn same(&mut self, lines: Range<usize>) {
        if !lines.is_empty() {
            self.runs.push(Run::Same(self.base.text(lines)));
        }
    }

    fn push(&mut self, region: &Region<'_>) {
        let side = |changes: &[Change]| -> Option<Range<usize>> {
            let (first, last) = (changes.first()?, changes.last()?);
            let start = first.after.start - (first.before.start - region.base.start);
            Some(start..last.after.end + (region.base.end - last.before.end))
        };
        let run = match (side(region.ours), side(region.theirs)) {
            (Some(ours), Some(theirs)) => {
                let same = self.ours.tokens[ours.clone()] == self.theirs.tokens[theirs.clone()];
                let (base, ours) = (self.base.text(region.base.clone()), self.ours.text(ours));
                let theirs = self.theirs.text(theirs);
                if same { Run::Same(ours) } else { Run::Conflict { base, ours, theirs } }
            }
            (Some(ours), None) => Run::Changed(Side::Ours, self.ours.text(ours)),
            (None, Some(theirs)) => Run::Changed(Side::Theirs, self.theirs.text(theirs)),
            (None, None) => return,
        };
        self.runs.push(run);
    }
}

/// A stretch of the base with all changes that overlap or touch each other in it.
struct Region<'c> {
    base: Range<usize>,
    ours: &'c [Change],
    theirs: &'c [Change],
}

impl<'c> Region<'c> {
    /// Takes the next changes off the front of both lists.
    fn next(left: &mut &'c [Change], right: &mut &'c [Change]) -> Option<Self> {
        let starts = [left.first(), right.first()].into_iter().flatten().map(|change| change.before.start);
        let start = starts.min()?;
        let mut end = start;
        let (mut ours, mut theirs) = (0, 0);
        loop {
            let touching = |changes: &[Change], taken: usize| {
                changes.get(taken).filter(|change| change.before.start <= end).map(|change| change.before.end)
            };
            if let Some(reach) = touching(left, ours) {
                ours += 1;
                end = end.max(reach);
            } else if let Some(reach) = touching(right, theirs) {
                theirs += 1;
                end = end.max(reach);
            } else {
                break;
            }
        }
        let (taken_left, rest_left) = left.split_at(ours);
        let (taken_right, rest_right) = right.split_at(theirs);
        (*left, *right) = (rest_left, rest_right);
        Some(Self { base: start..end, ours: taken_left, theirs: taken_right })
    }
}
