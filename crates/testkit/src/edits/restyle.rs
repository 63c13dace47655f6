//! The same data written in another style, as a formatter would.

use std::fmt::Write;

use syncline_document::{Language, Value};

use super::model::Style;

pub(crate) fn restyle(value: &Value, style: Style, language: Language) -> String {
    let mut writer = Writer { style, language, text: String::new() };
    match language {
        Language::Json => writer.json(value, 0),
        Language::Yaml => writer.yaml(value, 0, 0),
    }
    if !writer.text.ends_with('\n') {
        writer.text.push('\n');
    }
    writer.text
}

struct Writer {
    style: Style,
    language: Language,
    text: String,
}

impl Writer {
    fn pad(&mut self, columns: usize) {
        self.text.extend(std::iter::repeat_n(' ', columns));
    }

    fn json(&mut self, value: &Value, column: usize) {
        let inner = column + self.style.indent;
        match value {
            Value::Sequence(items) if !items.is_empty() => {
                self.text.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.text.push_str(if index > 0 { ",\n" } else { "\n" });
                    self.pad(inner);
                    self.json(item, inner);
                }
                self.close(column, ']');
            }
            Value::Mapping(entries) if !entries.is_empty() => {
                self.text.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    self.text.push_str(if index > 0 { ",\n" } else { "\n" });
                    self.pad(inner);
                    self.text.push_str(&in_double_quotes(&key.to_key()));
                    self.text.push_str(": ");
                    self.json(value, inner);
                }
                self.close(column, '}');
            }
            other => self.scalar(other),
        }
    }

    fn close(&mut self, column: usize, bracket: char) {
        self.text.push('\n');
        self.pad(column);
        self.text.push(bracket);
    }

    /// Block style; `here` is the column that the text already stands at.
    fn yaml(&mut self, value: &Value, column: usize, here: usize) {
        match value {
            Value::Mapping(entries) if !entries.is_empty() => {
                for (index, (key, value)) in entries.iter().enumerate() {
                    self.pad(if index == 0 { column - here } else { column });
                    self.key(&key.to_key());
                    self.below_key(value, column);
                }
            }
            Value::Sequence(items) if !items.is_empty() => {
                for (index, item) in items.iter().enumerate() {
                    self.pad(if index == 0 { column - here } else { column });
                    self.text.push_str("- ");
                    self.yaml(item, column + 2, column + 2);
                }
            }
            other => {
                self.scalar(other);
                self.text.push('\n');
            }
        }
    }

    fn below_key(&mut self, value: &Value, column: usize) {
        let inner = match value {
            Value::Mapping(entries) if !entries.is_empty() => column + self.style.indent,
            Value::Sequence(items) if !items.is_empty() => {
                column + if self.style.deep_dashes { self.style.indent } else { 0 }
            }
            other => {
                self.text.push(' ');
                self.scalar(other);
                self.text.push('\n');
                return;
            }
        };
        self.text.push('\n');
        self.yaml(value, inner, 0);
    }

    fn key(&mut self, key: &str) {
        let is_word = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
            && !["true", "false", "null"].contains(&key.to_lowercase().as_str());
        let written = if is_word { key.to_owned() } else { in_double_quotes(key) };
        self.text.push_str(&written);
        self.text.push(':');
    }

    fn scalar(&mut self, value: &Value) {
        let written = match value {
            Value::Null => "null".to_owned(),
            Value::Bool(yes) => yes.to_string(),
            Value::Number(number) => number.to_string(),
            Value::String(text) => self.string(text),
            Value::Sequence(_) => "[]".to_owned(),
            Value::Mapping(_) | Value::Tagged(..) => "{}".to_owned(),
        };
        self.text.push_str(&written);
    }

    fn string(&self, text: &str) -> String {
        let single = self.style.single_quotes && self.language == Language::Yaml;
        if single && text.chars().all(|c| (' '..='~').contains(&c)) {
            return format!("'{}'", text.replace('\'', "''"));
        }
        in_double_quotes(text)
    }
}

fn in_double_quotes(text: &str) -> String {
    let mut written = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            '\r' => written.push_str("\\r"),
            c if c.is_control() || ('\u{2028}'..='\u{2029}').contains(&c) || c == '\u{feff}' => {
                let _ = write!(written, "\\u{:04x}", u32::from(c));
            }
            c => written.push(c),
        }
    }
    written.push('"');
    written
}
