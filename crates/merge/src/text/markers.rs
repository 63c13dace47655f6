//! Conflicts in the text itself, as git writes them: for versions that cannot be read as data.

use super::diff::changes;
use super::{Interner, Run, TextMerge};
use crate::Side;

/// Fewer common lines than this between two conflicts are not worth an end and a new beginning.
const CLOSE: usize = 3;

/// What stands behind the markers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Labels<'a> {
    /// Behind `<<<<<<<`.
    pub ours: &'a str,
    /// Behind `>>>>>>>`.
    pub theirs: &'a str,
}

/// A stretch of a text with markers.
enum Stretch<'a> {
    /// The lines of both sides.
    Common(&'a [u8]),
    /// The lines of one side.
    Taken(&'a [u8]),
    Conflict {
        ours: Vec<u8>,
        theirs: Vec<u8>,
    },
}

impl TextMerge<'_> {
    /// The text with conflict markers: what `git merge-file -p` prints with its default style.
    pub fn with_markers(&self, labels: Labels<'_>) -> Vec<u8> {
        let mut stretches = Vec::new();
        for run in self.runs() {
            match *run {
                Run::Same(lines) => stretches.push(Stretch::Common(lines)),
                Run::Changed(_, lines) => stretches.push(Stretch::Taken(lines)),
                Run::Conflict { ours, theirs, .. } => refine(ours, theirs, &mut stretches),
            }
        }
        write(&join_close(stretches), self.line_break(), labels)
    }

    /// Markers end as the lines do.
    fn line_break(&self) -> &'static str {
        let ours = self.with_side(Side::Ours);
        let first = ours.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
        if first.ends_with(b"\r\n") { "\r\n" } else { "\n" }
    }
}

/// Takes what both sides have in common out of a conflict.
fn refine<'a>(ours: &'a [u8], theirs: &'a [u8], stretches: &mut Vec<Stretch<'a>>) {
    let mut interner = Interner::default();
    let (left, right) = (interner.lines(ours), interner.lines(theirs));
    let mut done = 0;
    for change in changes(&left.tokens, &right.tokens, interner.count()) {
        stretches.push(Stretch::Common(left.text(done..change.before.start)));
        done = change.before.end;
        let (ours, theirs) = (left.text(change.before).to_vec(), right.text(change.after).to_vec());
        stretches.push(Stretch::Conflict { ours, theirs });
    }
    stretches.push(Stretch::Common(left.text(done..left.tokens.len())));
}

/// Joins conflicts between which there is nearly nothing.
fn join_close(stretches: Vec<Stretch<'_>>) -> Vec<Stretch<'_>> {
    let mut joined: Vec<Stretch<'_>> = Vec::new();
    for stretch in stretches {
        // Common stretches that follow each other are one.
        let Stretch::Conflict { ours, theirs } = stretch else {
            joined.push(stretch);
            continue;
        };
        let common = joined.iter().rev().take_while(|last| matches!(last, Stretch::Common(_))).count();
        let at = joined.len() - common;
        let between: Vec<u8> = joined[at..].iter().flat_map(text).copied().collect();
        match at.checked_sub(1).map(|before| &mut joined[before]) {
            Some(Stretch::Conflict { ours: first_ours, theirs: first_theirs }) if is_little(&between) => {
                for (first, second) in [(first_ours, ours), (first_theirs, theirs)] {
                    first.extend_from_slice(&between);
                    first.extend(second);
                }
                joined.truncate(at);
            }
            _ => joined.push(Stretch::Conflict { ours, theirs }),
        }
    }
    joined
}

fn text<'s>(stretch: &'s Stretch<'_>) -> &'s [u8] {
    match stretch {
        Stretch::Common(lines) | Stretch::Taken(lines) => lines,
        Stretch::Conflict { ours, .. } => ours,
    }
}

/// A few lines, or lines without a letter or digit.
fn is_little(lines: &[u8]) -> bool {
    let count = lines.split_inclusive(|byte| *byte == b'\n').count();
    count <= CLOSE || !lines.iter().any(u8::is_ascii_alphanumeric)
}

fn write(stretches: &[Stretch<'_>], line_break: &str, labels: Labels<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    let line = |out: &mut Vec<u8>, text: &str| {
        out.extend_from_slice(text.as_bytes());
        out.extend_from_slice(line_break.as_bytes());
    };
    for stretch in stretches {
        match stretch {
            Stretch::Common(lines) | Stretch::Taken(lines) => out.extend_from_slice(lines),
            Stretch::Conflict { ours, theirs } => {
                line(&mut out, &format!("<<<<<<< {}", labels.ours));
                ended(&mut out, ours, line_break);
                line(&mut out, "=======");
                ended(&mut out, theirs, line_break);
                line(&mut out, &format!(">>>>>>> {}", labels.theirs));
            }
        }
    }
    out
}

/// Lines, the last of which gets its line break where it has none.
fn ended(out: &mut Vec<u8>, lines: &[u8], line_break: &str) {
    out.extend_from_slice(lines);
    if !lines.is_empty() && !lines.ends_with(b"\n") {
        out.extend_from_slice(line_break.as_bytes());
    }
}
