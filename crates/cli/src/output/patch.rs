//! Patches: differences by lines with git's headers, as `git apply` takes them.

use std::io::Write as _;

use bstr::ByteSlice;
use syncline_repo::{BlobId, Mode};

use super::lines::{self, Look};
use super::style::{BOLD, paint};
use super::words::shown;

/// A file at one time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side<'a> {
    /// What kind of file it is.
    pub(crate) mode: Mode,
    /// The id of its content, where that is known.
    pub(crate) id: Option<BlobId>,
    /// Its content.
    pub(crate) bytes: &'a [u8],
}

/// The patch of one file; empty where nothing differs.
pub(crate) fn patch(path: &[u8], old: Option<Side<'_>>, new: Option<Side<'_>>, look: Look) -> Vec<u8> {
    match (old, new) {
        // Git has a file become a link by a removal and an addition.
        (Some(was), Some(is)) if was.mode.is_file() != is.mode.is_file() => {
            [patch(path, old, None, look), patch(path, None, new, look)].concat()
        }
        _ => {
            let mut out = Vec::new();
            write_patch(&mut out, path, old, new, look);
            out
        }
    }
}

fn write_patch(out: &mut Vec<u8>, path: &[u8], old: Option<Side<'_>>, new: Option<Side<'_>>, look: Look) {
    let modes = (old.map(|side| mode(side.mode)), new.map(|side| mode(side.mode)));
    let bytes = |side: Option<Side<'_>>| side.map(|side| side.bytes.to_vec()).unwrap_or_default();
    let (before, after) = (bytes(old), bytes(new));
    let is_same = before == after;
    if modes.0 == modes.1 && is_same {
        return;
    }
    let [a, b] = ["a/", "b/"].map(|prefix| quoted(prefix, path));
    let mut header = |line: &[u8]| write_header(out, line, look);
    header(&[b"diff --git ".as_slice(), &a, b" ", &b].concat());
    let common = match modes {
        (Some(old), Some(new)) if old != new => {
            header(format!("old mode {old}").as_bytes());
            header(format!("new mode {new}").as_bytes());
            ""
        }
        (Some(old), Some(_)) => old,
        (Some(old), None) => {
            header(format!("deleted file mode {old}").as_bytes());
            ""
        }
        (None, new) => {
            header(format!("new file mode {}", new.unwrap_or_default()).as_bytes());
            ""
        }
    };
    if let Some(ids) = ids(old, new).filter(|_| !is_same) {
        let common = if common.is_empty() { String::new() } else { format!(" {common}") };
        header(format!("index {ids}{common}").as_bytes());
    }
    if is_same {
        return;
    }
    let [a, b] =
        [(old, a), (new, b)].map(|(side, name)| if side.is_some() { name } else { b"/dev/null".to_vec() });
    if is_binary(&before) || is_binary(&after) {
        header(&[b"Binary files ".as_slice(), &a, b" and ", &b, b" differ"].concat());
        return;
    }
    // A name with a space in it ends at the tab.
    let end = |name: &[u8]| if name.contains(&b' ') { b"\t".as_slice() } else { b"" };
    header(&[b"--- ".as_slice(), &a, end(&a)].concat());
    header(&[b"+++ ".as_slice(), &b, end(&b)].concat());
    lines::hunks(&before, &after, look, out);
}

fn write_header(out: &mut Vec<u8>, line: &[u8], look: Look) {
    match look {
        Look::Exact => {
            out.extend_from_slice(line);
            out.push(b'\n');
        }
        Look::Screen => {
            let _ = writeln!(out, "{}", paint(BOLD, shown(line.as_bstr()).trim_end_matches("\\t")));
        }
    }
}

/// `0000000000` stands for what is not there.
fn ids(old: Option<Side<'_>>, new: Option<Side<'_>>) -> Option<String> {
    let id = |side: Option<Side<'_>>| match side {
        Some(side) => side.id.map(|id| id.short()),
        None => Some("0000000000".to_owned()),
    };
    Some(format!("{}..{}", id(old)?, id(new)?))
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::File => "100644",
        Mode::Executable => "100755",
        Mode::Link => "120000",
        Mode::Submodule => "160000",
    }
}

fn is_binary(bytes: &[u8]) -> bool {
    bytes.contains(&0)
}

/// A name as git writes it: in quotes, with escapes, where it holds a quote, a backslash or a control.
fn quoted(prefix: &str, path: &[u8]) -> Vec<u8> {
    let name = [prefix.as_bytes(), path].concat();
    let is_odd = |byte: &u8| byte.is_ascii_control() || matches!(byte, b'"' | b'\\');
    if !name.iter().any(is_odd) {
        return name;
    }
    let mut out = vec![b'"'];
    for byte in name {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            b'\n' => out.extend(b"\\n"),
            b'\t' => out.extend(b"\\t"),
            _ if byte.is_ascii_control() => out.extend(format!("\\{byte:03o}").into_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &[u8]) -> Side<'_> {
        Side { mode: Mode::File, id: None, bytes }
    }

    fn exact(old: Option<Side<'_>>, new: Option<Side<'_>>) -> String {
        String::from_utf8(patch(b"x", old, new, Look::Exact)).unwrap()
    }

    #[test]
    fn changes_far_apart_are_shown_apart() {
        let old: String = (1..=20).flat_map(|n| [n.to_string(), "\n".to_owned()]).collect();
        let new = old.replace("\n2\n", "\ntwo\n").replace("\n19\n", "\n");
        let expected = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,5 +1,5 @@\n 1\n-2\n+two\n 3\n 4\n 5\n\
                        @@ -16,5 +16,4 @@\n 16\n 17\n 18\n-19\n 20\n";
        assert_eq!(exact(Some(file(old.as_bytes())), Some(file(new.as_bytes()))), expected);
    }

    #[test]
    fn new_and_removed_files() {
        let expected = "diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n\
                        \\ No newline at end of file\n";
        assert_eq!(exact(None, Some(file(b"a"))), expected);
        let expected =
            "diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n";
        assert_eq!(exact(Some(file(b"a\n")), None), expected);
    }

    #[test]
    fn bytes_are_not_shown() {
        let expected = "diff --git a/x b/x\nBinary files a/x and b/x differ\n";
        assert_eq!(exact(Some(file(b"a\0")), Some(file(b"b\0b"))), expected);
    }

    #[test]
    fn what_is_the_same_is_no_patch() {
        assert_eq!(exact(Some(file(b"a")), Some(file(b"a"))), "");
        assert_eq!(exact(None, None), "");
    }

    #[test]
    fn a_terminal_is_not_steered() {
        let shown = patch(b"x", Some(file(b"a\n")), Some(file(b"\x1b[2J\r\n")), Look::Screen);
        let shown = anstream::adapter::strip_bytes(&shown).into_vec();
        assert!(shown.ends_with(b"-a\n+\\u{1b}[2J\n"), "{}", shown.as_bstr());
    }
}
