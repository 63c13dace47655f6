//! Lines of ours in a file of git's, which is the user's as well.

/// The text with the lines at its beginning, each once.
pub(crate) fn with_lines(text: &str, lines: &[String]) -> String {
    let own: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
    if text.starts_with(&own) { text.to_owned() } else { own + &without_lines(text, lines) }
}

/// The text without the lines, wherever they are; everything else byte for byte.
pub(crate) fn without_lines(text: &str, lines: &[String]) -> String {
    let is_own = |line: &&str| lines.iter().any(|own| own == line.trim_end_matches(['\n', '\r']));
    text.split_inclusive('\n').filter(|line| !is_own(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Vec<String> {
        vec!["# ours".to_owned(), "*.x merge=ours".to_owned()]
    }

    #[test]
    fn lines_come_and_go_without_a_trace() {
        for text in ["", "a\n", "a\n\nb", "*.x -diff\r\n", "a"] {
            let with = with_lines(text, &lines());
            assert!(with.starts_with("# ours\n*.x merge=ours\n"), "{with:?}");
            assert_eq!(with_lines(&with, &lines()), with);
            assert_eq!(without_lines(&with, &lines()), text);
        }
    }

    #[test]
    fn lines_that_were_moved_are_found() {
        assert_eq!(without_lines("a\n*.x merge=ours\nb\n# ours\n", &lines()), "a\nb\n");
        assert_eq!(with_lines("a\n*.x merge=ours\n", &lines()), "# ours\n*.x merge=ours\na\n");
    }
}
