//! Differences of texts by lines.

use std::io::Write as _;
use std::ops::Range;

use anstream::adapter::strip_str;
use bstr::ByteSlice;
use imara_diff::{Algorithm, Diff, Hunk, InternedInput};

use super::style::{ADDED, NAME, REMOVED, paint};
use super::words::shown_line;

/// Unchanged lines shown around a change, as git does.
const CONTEXT: usize = 3;

/// How lines of data are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// For people: with colours, and what would steer a terminal written as escapes.
    Screen,
    /// For programs: byte for byte.
    Exact,
}

impl Look {
    /// Words of ours among the lines.
    pub(crate) fn words(self, text: &str) -> Vec<u8> {
        match self {
            Self::Screen => text.as_bytes().to_vec(),
            Self::Exact => strip_str(text).to_string().into_bytes(),
        }
    }
}

/// The changed lines of a file with a little around them, each after `indent` spaces.
pub(crate) fn changed(indent: usize, old: &[u8], new: &[u8]) -> String {
    let mut out = Vec::new();
    hunks(old, new, Look::Screen, &mut out);
    pushed_in(indent, &out)
}

/// The same for values.
pub(crate) fn indented(indent: usize, old: &str, new: &str) -> String {
    changed(indent, old.as_bytes(), new.as_bytes())
}

/// Every line after a sign, each after `indent` spaces.
pub(crate) fn all(indent: usize, sign: char, text: &str) -> String {
    let mut out = Vec::new();
    let lines: Vec<&[u8]> = text.as_bytes().lines_with_terminator().collect();
    write_lines(&mut out, sign, &lines, Look::Screen);
    pushed_in(indent, &out)
}

fn pushed_in(indent: usize, lines: &[u8]) -> String {
    String::from_utf8_lossy(lines)
        .lines()
        .flat_map(|line| [&" ".repeat(indent), line, "\n"].map(str::to_owned))
        .collect()
}

/// The changed lines with a little around them, as git writes them.
pub(crate) fn hunks(old: &[u8], new: &[u8], look: Look, out: &mut Vec<u8>) {
    let before: Vec<&[u8]> = old.lines_with_terminator().collect();
    let after: Vec<&[u8]> = new.lines_with_terminator().collect();
    let input = InternedInput::new(Lines(&before), Lines(&after));
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let changed: Vec<Hunk> = diff.hunks().collect();
    for group in grouped(&changed) {
        write_group(group, (&before, &after), look, out);
    }
}

/// Hunks whose contexts touch are shown as one.
fn grouped(hunks: &[Hunk]) -> impl Iterator<Item = &[Hunk]> {
    hunks.chunk_by(|a, b| (b.before.start - a.before.end) as usize <= 2 * CONTEXT)
}

fn write_group(group: &[Hunk], (before, after): (&[&[u8]], &[&[u8]]), look: Look, out: &mut Vec<u8>) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else { return };
    let lead = CONTEXT.min(first.before.start as usize);
    let trail = CONTEXT.min(before.len() - last.before.end as usize);
    let old = first.before.start as usize - lead..last.before.end as usize + trail;
    let new = first.after.start as usize - lead..last.after.end as usize + trail;
    let header = format!("@@ -{} +{} @@", range(&old), range(&new));
    let _ = match look {
        Look::Screen => writeln!(out, "{}", paint(NAME, header)),
        Look::Exact => writeln!(out, "{header}"),
    };
    let mut at = old.start;
    for hunk in group {
        write_lines(out, ' ', &before[at..hunk.before.start as usize], look);
        write_lines(out, '-', &before[hunk.before.start as usize..hunk.before.end as usize], look);
        write_lines(out, '+', &after[hunk.after.start as usize..hunk.after.end as usize], look);
        at = hunk.before.end as usize;
    }
    write_lines(out, ' ', &before[at..old.end], look);
}

/// Counted from 1; an empty range names the line before it, as in git.
fn range(lines: &Range<usize>) -> String {
    let start = if lines.is_empty() { lines.start } else { lines.start + 1 };
    if lines.len() == 1 { start.to_string() } else { format!("{start},{}", lines.len()) }
}

fn write_lines(out: &mut Vec<u8>, sign: char, lines: &[&[u8]], look: Look) {
    for line in lines {
        match look {
            Look::Screen => write_shown(out, sign, line),
            Look::Exact => {
                let _ = write!(out, "{sign}");
                out.extend_from_slice(line);
            }
        }
        if !line.ends_with(b"\n") {
            let before = if look == Look::Exact { "\n" } else { "" };
            let _ = writeln!(out, "{before}\\ No newline at end of file");
        }
    }
}

fn write_shown(out: &mut Vec<u8>, sign: char, line: &[u8]) {
    let text = line.to_str_lossy();
    let text = format!("{sign}{}", shown_line(text.trim_end_matches(['\n', '\r'])));
    let _ = match sign {
        '-' => writeln!(out, "{}", paint(REMOVED, text)),
        '+' => writeln!(out, "{}", paint(ADDED, text)),
        _ => writeln!(out, "{text}"),
    };
}

/// Lines as imara-diff takes them.
struct Lines<'a>(&'a [&'a [u8]]);

impl<'a> imara_diff::TokenSource for Lines<'a> {
    type Token = &'a [u8];
    type Tokenizer = std::iter::Copied<std::slice::Iter<'a, &'a [u8]>>;

    fn tokenize(&self) -> Self::Tokenizer {
        self.0.iter().copied()
    }

    fn estimate_tokens(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }
}
