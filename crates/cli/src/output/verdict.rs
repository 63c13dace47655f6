//! How much files differ, in a word.

use std::fmt::{Display, Write as _};

use syncline_merge::Verdict;

use super::style::{DIM, paint};
use super::words::{count, list, shown};

/// Files that are named; of more there is only the number.
const NAMED: usize = 3;

/// Of all files together.
pub(crate) fn of_all(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    verdicts.max().unwrap_or(Verdict::Identical)
}

/// A line for files that differ in nothing but metadata, and one for those that differ in order too; nothing of
/// the others, whose changes say it.
pub(crate) fn lines<P: Display>(files: &[(P, Verdict)]) -> String {
    let mut out = String::new();
    for (verdict, what) in [
        (Verdict::OrderOnly, "the order"),
        (Verdict::MetadataOnly, "metadata (timestamps, local fields, comments, layout)"),
    ] {
        let of_it = files.iter().filter(|(_, of_file)| *of_file == verdict);
        let paths: Vec<String> = of_it.map(|(path, _)| shown(path)).collect();
        let named = match paths.len() {
            0 => continue,
            number if number > NAMED => count(number, "file"),
            _ => list(&paths),
        };
        let _ = writeln!(out, "{}", paint(DIM, format!("= only {what} differs in {named}")));
    }
    out
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;

    use super::*;

    #[test]
    fn only_files_without_content_are_told_of() {
        let files = [
            ("a", Verdict::Content),
            ("b", Verdict::OrderOnly),
            ("c", Verdict::MetadataOnly),
            ("d", Verdict::MetadataOnly),
        ];
        let expected = "= only the order differs in b\n\
                        = only metadata (timestamps, local fields, comments, layout) differs in c and d\n";
        assert_eq!(strip_str(&lines(&files)).to_string(), expected);
        assert_eq!(lines(&files[..1]), "");
        assert_eq!(of_all(files.iter().map(|(_, verdict)| *verdict)), Verdict::Content);
        assert_eq!(of_all(std::iter::empty()), Verdict::Identical);
    }
}
