//! Pieces of sentences.

use std::fmt::{Display, Write as _};

/// `1 commit`, `2 commits`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    counted(number, noun, &plural(noun))
}

/// The same for words with a plural of their own.
pub(crate) fn counted(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

fn plural(noun: &str) -> String {
    match noun.strip_suffix("ch").or_else(|| noun.strip_suffix('s')) {
        Some(_) => format!("{noun}es"),
        None => format!("{noun}s"),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// Things of a long list that are named; the others are counted.
const LISTED: usize = 20;

/// One line for each, or for the first of many.
pub(crate) fn listed(things: &[impl Display]) -> String {
    let mut out = String::new();
    for thing in things.iter().take(LISTED) {
        let _ = writeln!(out, "  {}", shown(thing));
    }
    if things.len() > LISTED {
        let _ = writeln!(out, "  and {} more", things.len() - LISTED);
    }
    out
}

/// Data of others on one line of a terminal: control characters are written as escapes, so that a name can
/// neither break the layout nor steer the terminal.
pub(crate) fn shown(text: impl Display) -> String {
    let text = text.to_string();
    if !text.chars().any(is_hidden) {
        return text;
    }
    text.chars().fold(String::with_capacity(text.len() + 8), |mut out, c| {
        if is_hidden(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
        out
    })
}

/// The same for text of several lines, in which tabs stay.
pub(crate) fn shown_line(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for (number, part) in line.split('\t').enumerate() {
        let _ = write!(out, "{}{}", if number == 0 { "" } else { "\t" }, shown(part));
    }
    out
}

/// The same for several of them.
pub(crate) fn shown_lines(text: &str) -> String {
    text.lines().map(shown_line).collect::<Vec<_>>().join("\n")
}

/// Controls, and the marks that turn the direction of the text after them.
fn is_hidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A word as it can be typed in a shell, in quotes where it needs them.
pub(crate) fn typed(word: impl Display) -> String {
    let word = shown(word);
    let is_plain =
        |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | ':' | '@' | '+' | '=' | ',');
    // A `#` begins a comment only where a word begins.
    let is_safe = !word.is_empty() && !word.starts_with('#') && word.chars().all(|c| is_plain(c) || c == '#');
    if is_safe { word } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// At most so many characters, the last being `…` where some are left out.
pub(crate) fn clipped(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(most.saturating_sub(1)).collect();
    out.push('…');
    out
}

/// Broken at spaces where a line is wider than the terminal, which would break it anywhere; what follows is indented
/// as the text after `hint: ` is. Colours take no room.
pub(crate) fn wrapped(text: &str, width: usize) -> String {
    const INDENT: &str = "      ";
    let visible = |word: &str| anstream::adapter::strip_str(word).to_string().chars().count();
    let mut out = String::with_capacity(text.len() + 16);
    for (number, line) in text.split('\n').enumerate() {
        out.push_str(if number == 0 { "" } else { "\n" });
        let mut used = 0;
        for word in line.split_inclusive(' ') {
            let needs = visible(word.trim_end());
            if used > INDENT.len() && used + needs > width {
                out.truncate(out.trim_end_matches(' ').len());
                let _ = write!(out, "\n{INDENT}");
                used = INDENT.len();
            }
            out.push_str(word);
            used += visible(word);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_break_between_words() {
        assert_eq!(wrapped("hint: one two three", 14), "hint: one two\n      three");
        assert_eq!(wrapped("hint: one\n  two", 80), "hint: one\n  two");
        let colour = "\u{1b}[36mhint\u{1b}[0m: one two";
        assert_eq!(wrapped(colour, 13), colour);
        assert_eq!(wrapped("hint: averylongword", 8), "hint: averylongword");
    }

    #[test]
    fn numbers_agree_with_their_nouns() {
        assert_eq!(count(1, "commit"), "1 commit");
        assert_eq!(count(0, "commit"), "0 commits");
        assert_eq!(count(2, "branch"), "2 branches");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }

    #[test]
    fn names_cannot_steer_the_terminal() {
        assert_eq!(shown("a\x1b[31mb\nc\u{202e}"), "a\\u{1b}[31mb\\nc\\u{202e}");
        assert_eq!(shown("Über uns"), "Über uns");
        assert_eq!(shown_line("\ta\u{7}"), "\ta\\u{7}");
        assert_eq!(shown_lines("a\x1b[31m\nb"), "a\\u{1b}[31m\nb");
    }

    #[test]
    fn words_are_quoted_for_the_shell_where_they_need_it() {
        assert_eq!(typed("deploy.yaml#/env/token"), "deploy.yaml#/env/token");
        assert_eq!(typed("LoadTest(1).tstest"), "'LoadTest(1).tstest'");
        assert_eq!(typed("it's"), r"'it'\''s'");
        assert_eq!(typed("#a"), "'#a'");
    }

    #[test]
    fn long_text_is_clipped() {
        assert_eq!(clipped("abcd", 4), "abcd");
        assert_eq!(clipped("abcde", 4), "abc…");
    }
}
