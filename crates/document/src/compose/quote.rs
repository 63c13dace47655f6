//! Scalars as text: which quotes they need, so that readers of YAML 1.2 and of YAML 1.1 read the same.

use crate::scalar::{Meaning, core_schema};
use crate::{Style, Value};

/// Where a scalar is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    /// In block style, as a value.
    Block,
    /// In brackets of YAML, or as a key.
    Flow,
    /// In JSON.
    Json,
}

/// A scalar on one line; `None` for a container. `like` is the style to keep where the scalar allows it.
pub(crate) fn one_line(
    value: &Value,
    context: Context,
    like: Option<Style>,
    double_quotes: bool,
) -> Option<String> {
    Some(match value {
        Value::Null => "null".to_owned(),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(text) => text.to_string(),
        Value::String(text) if context == Context::Json => json_string(text),
        Value::String(text) => yaml_string(text, context, like, double_quotes, false),
        Value::Tagged(tag, inner) => match inner.as_ref() {
            // Under a tag of its own a plain scalar is no number, whatever it looks like.
            Value::String(text) => {
                format!("{} {}", tag_text(tag), yaml_string(text, context, like, double_quotes, true))
            }
            inner => format!("{} {}", tag_text(tag), one_line(inner, context, like, double_quotes)?),
        },
        Value::Sequence(_) | Value::Mapping(_) => return None,
    })
}

/// A tag as it is written.
pub(crate) fn tag_text(tag: &str) -> String {
    match tag.strip_prefix("tag:yaml.org,2002:") {
        Some(core) => format!("!!{core}"),
        None if tag.starts_with('!') => tag.to_owned(),
        None => format!("!<{tag}>"),
    }
}

fn yaml_string(
    text: &str,
    context: Context,
    like: Option<Style>,
    double_quotes: bool,
    tagged: bool,
) -> String {
    let single_possible = text.chars().all(|c| c >= ' ' && is_printable(c));
    let plain_possible = is_plain(text, context == Context::Flow) && (tagged || !is_ambiguous(text));
    let double = match like {
        Some(Style::DoubleQuoted) => true,
        Some(Style::SingleQuoted) => false,
        _ if plain_possible => return text.to_owned(),
        _ => double_quotes,
    };
    if double || !single_possible { double_quoted(text) } else { format!("'{}'", text.replace('\'', "''")) }
}

/// Whether a plain scalar reads as this text, types aside (YAML 1.2.2, section 7.3.3, on one line).
fn is_plain(text: &str, flow: bool) -> bool {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return false };
    let second = chars.next();
    let good_first = match first {
        '-' | '?' | ':' => second.is_some_and(|c| c != ' ' && !(flow && is_flow_indicator(c))),
        ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => {
            false
        }
        _ => true,
    };
    good_first
        && !text.starts_with(' ')
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.starts_with("---")
        && !text.starts_with("...")
        // `::` in brackets stops libyaml.
        && !(flow && (text.contains(is_flow_indicator) || text.contains(':')))
        && text.chars().all(|c| c >= ' ' && is_printable(c))
}

fn is_flow_indicator(c: char) -> bool {
    matches!(c, ',' | '[' | ']' | '{' | '}')
}

/// Characters that need no escape, line breaks and tabs aside.
fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}'
        | '\u{ff00}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

/// Whether a reader of YAML 1.2 or 1.1 would take the plain text for something else than text.
fn is_ambiguous(text: &str) -> bool {
    core_schema(text) != Meaning::String || is_old_word(text) || is_old_number(text)
}

/// The words of YAML 1.1's `bool`, `merge` and `value`.
fn is_old_word(text: &str) -> bool {
    let word = |lower: &str| text.eq_ignore_ascii_case(lower);
    ["y", "n", "yes", "no", "on", "off", "true", "false", "null"].into_iter().any(word)
        || matches!(text, "=" | "<<")
}

/// What YAML 1.1 takes for an integer, a float, a number to base 60 or a date. Wider than its grammar:
/// quotes too many do no harm.
fn is_old_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut chars = unsigned.chars();
    let starts = match chars.next() {
        Some('0'..='9') => true,
        Some('.') => {
            matches!(chars.next(), Some('0'..='9' | '_'))
                || core_schema(&text.to_lowercase()) != Meaning::String
        }
        _ => false,
    };
    let allowed = |c: char| {
        c.is_ascii_hexdigit() || matches!(c, '_' | '.' | ':' | '-' | '+' | 'x' | 'o' | 'T' | 't' | 'Z' | ' ')
    };
    starts && unsigned.chars().all(allowed)
}

/// A string of JSON.
pub(crate) fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A double-quoted scalar of YAML.
fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c) => out.push(c),
            c if u32::from(c) <= 0xff => out += &escape('x', 2, c),
            c if u32::from(c) <= 0xffff => out += &escape('u', 4, c),
            c => out += &escape('U', 8, c),
        }
    }
    out.push('"');
    out
}

fn escape(letter: char, digits: usize, c: char) -> String {
    format!("\\{letter}{:0digits$x}", u32::from(c))
}

/// The header and the lines of a literal block scalar, not indented yet; `None` where the text cannot be
/// written as one, or is no text of several lines.
pub(crate) fn literal(text: &str) -> Option<(String, Vec<&str>)> {
    let body = text.trim_end_matches('\n');
    let breaks = text.len() - body.len();
    let good = |c: char| c == '\n' || c == '\t' || is_printable(c);
    if !text.contains('\n') || body.is_empty() || !text.chars().all(good) {
        return None;
    }
    let first = body.lines().next().unwrap_or_default();
    // The first line decides the indentation: with blanks of its own it would need a number in the header.
    if first.starts_with([' ', '\t']) || first.is_empty() || body.ends_with([' ', '\t']) {
        return None;
    }
    let chomp = match breaks {
        0 => "-",
        1 => "",
        _ => "+",
    };
    let mut lines: Vec<&str> = body.split('\n').collect();
    lines.extend(std::iter::repeat_n("", breaks.saturating_sub(1)));
    Some((format!("|{chomp}"), lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        one_line(&Value::string(text), Context::Block, None, true).expect("a scalar")
    }

    #[test]
    fn what_either_yaml_would_misread_is_quoted() {
        for text in [
            "yes",
            "No",
            "on",
            "OFF",
            "y",
            "1_000",
            "2024-01-01",
            "0o17",
            "0x1F",
            "012",
            "12:30:45",
            "1e3",
            "",
            "~",
            "null",
            "true",
            ".inf",
            ".5",
            "<<",
            "=",
            "- a",
            "a: b",
            "a #b",
            "#a",
            "&a",
            "*a",
            "!a",
            "%a",
            "@a",
            " a",
            "a ",
            "a:",
            "---",
            "'a'",
            "[a",
            "{a}",
            "0b11",
            "+1",
            "2001-12-14t21:59:43.10-05:00",
        ] {
            assert_eq!(written(text), format!("\"{text}\""));
        }
    }

    #[test]
    fn ordinary_text_stays_plain() {
        for text in
            ["a", "hello world", "-a", "a-b", "http://x.y/z", "a,b", "ein Bär", "v1.2.3", "<+pipeline.name>"]
        {
            assert_eq!(written(text), text);
        }
    }

    #[test]
    fn brackets_need_more_quotes() {
        let flow = |text: &str| one_line(&Value::string(text), Context::Flow, None, false).expect("a scalar");
        assert_eq!(flow("a,b"), "'a,b'");
        assert_eq!(flow("::1"), "'::1'");
        assert_eq!(flow("a b"), "a b");
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(written("a\u{1}\u{85}\u{feff}\u{1f600}"), "\"a\\x01\\x85\\ufeff\u{1f600}\"");
        assert_eq!(written("it's\n"), "\"it's\\n\"");
    }

    #[test]
    fn several_lines_become_a_literal() {
        assert_eq!(literal("a\nb\n"), Some(("|".into(), vec!["a", "b"])));
        assert_eq!(literal("a\n\nb"), Some(("|-".into(), vec!["a", "", "b"])));
        assert_eq!(literal("a\n\n\n"), Some(("|+".into(), vec!["a", "", ""])));
        assert_eq!(literal(" a\nb"), None);
        assert_eq!(literal("a\r\nb"), None);
        assert_eq!(literal("a"), None);
    }
}
