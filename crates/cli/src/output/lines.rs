//! Differences of texts by lines.

use std::fmt::Write as _;
use std::ops::Range;

use bstr::ByteSlice;
use imara_diff::{Algorithm, Diff, Hunk, InternedInput};

use super::style::{ADDED, NAME, REMOVED, paint};
use super::words::{shown, shown_line};

/// Unchanged lines shown around a change, as git does.
const CONTEXT: usize = 3;

/// A unified difference with git's headers; empty where nothing differs.
pub(crate) fn unified(path: &str, old: Option<&[u8]>, new: Option<&[u8]>) -> String {
    if old == new {
        return String::new();
    }
    let name = |side: &str, bytes: Option<&[u8]>| match bytes {
        Some(_) => format!("{side}/{}", shown(path)),
        None => "/dev/null".to_owned(),
    };
    let mut out = format!("--- {}\n+++ {}\n", name("a", old), name("b", new));
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    if is_binary(old) || is_binary(new) {
        let _ = writeln!(out, "Binary files differ: {} bytes before, {} bytes after", old.len(), new.len());
    } else {
        hunks(old, new, &mut out);
    }
    out
}

/// The changed lines of a file with a little around them, each after `indent` spaces.
pub(crate) fn changed(indent: usize, old: &[u8], new: &[u8]) -> String {
    let mut out = String::new();
    hunks(old, new, &mut out);
    pushed_in(indent, &out)
}

/// The same for values.
pub(crate) fn indented(indent: usize, old: &str, new: &str) -> String {
    changed(indent, old.as_bytes(), new.as_bytes())
}

/// Every line after a sign, each after `indent` spaces.
pub(crate) fn all(indent: usize, sign: char, text: &str) -> String {
    let mut out = String::new();
    let lines: Vec<&[u8]> = text.as_bytes().lines_with_terminator().collect();
    write_lines(&mut out, sign, &lines);
    pushed_in(indent, &out)
}

fn pushed_in(indent: usize, lines: &str) -> String {
    lines.lines().flat_map(|line| [&" ".repeat(indent), line, "\n"].map(str::to_owned)).collect()
}

fn is_binary(bytes: &[u8]) -> bool {
    bytes.contains(&0)
}

fn hunks(old: &[u8], new: &[u8], out: &mut String) {
    let before: Vec<&[u8]> = old.lines_with_terminator().collect();
    let after: Vec<&[u8]> = new.lines_with_terminator().collect();
    let input = InternedInput::new(Lines(&before), Lines(&after));
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let changed: Vec<Hunk> = diff.hunks().collect();
    for group in grouped(&changed) {
        write_group(group, &before, &after, out);
    }
}

/// Hunks whose contexts touch are shown as one.
fn grouped(hunks: &[Hunk]) -> impl Iterator<Item = &[Hunk]> {
    hunks.chunk_by(|a, b| (b.before.start - a.before.end) as usize <= 2 * CONTEXT)
}

fn write_group(group: &[Hunk], before: &[&[u8]], after: &[&[u8]], out: &mut String) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else { return };
    let lead = CONTEXT.min(first.before.start as usize);
    let trail = CONTEXT.min(before.len() - last.before.end as usize);
    let old = first.before.start as usize - lead..last.before.end as usize + trail;
    let new = first.after.start as usize - lead..last.after.end as usize + trail;
    let header = format!("@@ -{} +{} @@", range(&old), range(&new));
    let _ = writeln!(out, "{}", paint(NAME, header));
    let mut at = old.start;
    for hunk in group {
        write_lines(out, ' ', &before[at..hunk.before.start as usize]);
        write_lines(out, '-', &before[hunk.before.start as usize..hunk.before.end as usize]);
        write_lines(out, '+', &after[hunk.after.start as usize..hunk.after.end as usize]);
        at = hunk.before.end as usize;
    }
    write_lines(out, ' ', &before[at..old.end]);
}

/// Counted from 1; an empty range names the line before it, as in git.
fn range(lines: &Range<usize>) -> String {
    let start = if lines.is_empty() { lines.start } else { lines.start + 1 };
    if lines.len() == 1 { start.to_string() } else { format!("{start},{}", lines.len()) }
}

fn write_lines(out: &mut String, sign: char, lines: &[&[u8]]) {
    for line in lines {
        let text = line.to_str_lossy();
        let text = format!("{sign}{}", shown_line(text.trim_end_matches(['\n', '\r'])));
        let _ = match sign {
            '-' => writeln!(out, "{}", paint(REMOVED, text)),
            '+' => writeln!(out, "{}", paint(ADDED, text)),
            _ => writeln!(out, "{text}"),
        };
        if !line.ends_with(b"\n") {
            out.push_str("\\ no newline at the end\n");
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn changes_far_apart_are_shown_apart() {
        let old: String = (1..=20).flat_map(|n| [n.to_string(), "\n".to_owned()]).collect();
        let new = old.replace("\n2\n", "\ntwo\n").replace("\n19\n", "\n");
        let expected = "--- a/x\n+++ b/x\n@@ -1,5 +1,5 @@\n 1\n-2\n+two\n 3\n 4\n 5\n\
                        @@ -16,5 +16,4 @@\n 16\n 17\n 18\n-19\n 20\n";
        assert_eq!(plain(&unified("x", Some(old.as_bytes()), Some(new.as_bytes()))), expected);
    }

    #[test]
    fn new_and_removed_files() {
        let expected = "--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n\\ no newline at the end\n";
        assert_eq!(plain(&unified("x", None, Some(b"a"))), expected);
        let expected = "--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n";
        assert_eq!(plain(&unified("x", Some(b"a\n"), None)), expected);
    }

    #[test]
    fn bytes_are_not_shown() {
        let shown = plain(&unified("x", Some(b"a\0"), Some(b"b\0b")));
        assert_eq!(shown, "--- a/x\n+++ b/x\nBinary files differ: 2 bytes before, 3 bytes after\n");
    }
}
