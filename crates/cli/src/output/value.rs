//! Values of fields on one line.

use syncline_document::Value;

use super::words::{clipped, shown};

/// A longer value is clipped where it shares a line with others.
const SHORT: usize = 60;

/// The value on one line as JSON writes it, clipped where it is long; `absent` where there is none.
pub(crate) fn short(value: Option<&Value>) -> String {
    match value {
        None => "absent".to_owned(),
        Some(value) => clipped(&shown(value.to_json()), SHORT),
    }
}

/// The text, where the value is one of several lines.
pub(crate) fn lines(value: Option<&Value>) -> Option<&str> {
    let text = value?.as_str()?;
    text.trim_end_matches('\n').contains('\n').then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_told() {
        assert_eq!(short(None), "absent");
        assert_eq!(short(Some(&Value::Null)), "null");
        assert_eq!(short(Some(&Value::string("a\nb"))), r#""a\nb""#);
        assert_eq!(short(Some(&Value::string("x".repeat(100)))).chars().count(), SHORT);
    }

    #[test]
    fn only_text_of_several_lines_is_shown_as_lines() {
        assert_eq!(lines(Some(&Value::string("one\n"))), None);
        assert_eq!(lines(Some(&Value::string("one\ntwo"))), Some("one\ntwo"));
    }
}
