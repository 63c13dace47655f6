//! The YAML 1.2 core schema: what a plain scalar means.

use crate::Value;

/// What a scalar's decoded text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number by its text.
    Number,
    /// Text.
    String,
}

impl Meaning {
    /// The value of a text with this meaning.
    pub(crate) fn value(self, text: &str) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(yes) => Value::Bool(yes),
            Self::Number => Value::Number(text.into()),
            Self::String => Value::String(text.into()),
        }
    }
}

/// The meaning of a plain scalar (YAML 1.2.2, section 10.3.2).
pub(crate) fn core_schema(text: &str) -> Meaning {
    // Most scalars by far are told by their first letter to be text.
    let first = text.bytes().next().unwrap_or(b'~');
    if !matches!(first, b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'.' | b'+' | b'-' | b'0'..=b'9') {
        return Meaning::String;
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Meaning::Null,
        "true" | "True" | "TRUE" => Meaning::Bool(true),
        "false" | "False" | "FALSE" => Meaning::Bool(false),
        _ if is_number(text) => Meaning::Number,
        _ => Meaning::String,
    }
}

fn is_number(text: &str) -> bool {
    match text {
        ".nan" | ".NaN" | ".NAN" => true,
        _ if digits(text.strip_prefix("0o"), |byte| (b'0'..=b'7').contains(&byte)) => true,
        _ if digits(text.strip_prefix("0x"), |byte| byte.is_ascii_hexdigit()) => true,
        _ => {
            let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
            matches!(unsigned, ".inf" | ".Inf" | ".INF") || is_decimal(unsigned)
        }
    }
}

fn digits(text: Option<&str>, is_digit: fn(u8) -> bool) -> bool {
    text.is_some_and(|text| !text.is_empty() && text.bytes().all(is_digit))
}

/// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let exponent_digits = exponent.map(|e| e.strip_prefix(['-', '+']).unwrap_or(e));
    let good_exponent = exponent_digits.is_none_or(|e| digits(Some(e), |byte| byte.is_ascii_digit()));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    good_exponent && all_digits && !(whole.is_empty() && fraction.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_schema_reads_plain_scalars() {
        for text in [
            "0", "-1", "+1", "1.", ".5", "1.10", "1e3", "1E-3", "0o17", "0x1F", ".inf", "-.INF", ".nan",
            "007",
        ] {
            assert_eq!(core_schema(text), Meaning::Number, "{text}");
        }
        for text in [
            "yes",
            "on",
            "0b1",
            "0o8",
            "0x",
            "1_000",
            "12:30",
            "2024-01-01",
            ".",
            "-",
            "1e",
            "e3",
            "tRUE",
            "1.2.3",
        ] {
            assert_eq!(core_schema(text), Meaning::String, "{text}");
        }
        for text in ["", "~", "null", "NULL"] {
            assert_eq!(core_schema(text), Meaning::Null, "{text}");
        }
        assert_eq!(core_schema("True"), Meaning::Bool(true));
        assert_eq!(core_schema("FALSE"), Meaning::Bool(false));
    }
}
