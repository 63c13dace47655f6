//! Writing YAML in the style of Insomnia's exporter.

use std::fmt::Display;

/// Lines at a depth.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) text: String,
    depth: usize,
    /// The next line begins with the dash of a list's item.
    dash: bool,
}

impl Writer {
    fn start_line(&mut self) {
        let depth = self.depth - usize::from(self.dash);
        self.text.extend(std::iter::repeat_n("  ", depth));
        if std::mem::take(&mut self.dash) {
            self.text.push_str("- ");
        }
    }

    /// `key: value` with a value that is no string.
    pub(super) fn raw(&mut self, key: &str, value: impl Display) {
        self.start_line();
        self.text.extend([key, ": ", &value.to_string(), "\n"]);
    }

    /// `key: value` with a string, in the style that the exporter would choose.
    pub(super) fn string(&mut self, key: &str, value: &str) {
        if !value.contains('\n') {
            return self.raw(key, scalar(value));
        }
        self.raw(key, "|-");
        for line in value.lines() {
            self.text.extend(std::iter::repeat_n("  ", if line.is_empty() { 0 } else { self.depth + 1 }));
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    /// `key:` with entries or items under it.
    pub(super) fn under(&mut self, key: &str, entries: impl FnOnce(&mut Self)) {
        self.start_line();
        self.text.extend([key, ":\n"]);
        self.depth += 1;
        entries(self);
        self.depth -= 1;
    }

    /// One item of a list; for use in [`Writer::under`].
    pub(super) fn item(&mut self, entries: impl FnOnce(&mut Self)) {
        self.depth += 1;
        self.dash = true;
        entries(self);
        self.depth -= 1;
    }
}

fn scalar(value: &str) -> String {
    let plain_start = value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    let plain = plain_start
        && value.bytes().all(|byte| !matches!(byte, b'#' | b'"' | b'\\' | b'{' | b'}'))
        && !value.contains(": ")
        && !value.ends_with([':', ' '])
        && !matches!(value, "true" | "false" | "null");
    if plain { value.to_owned() } else { format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_quoted_where_they_must_be() {
        for (value, written) in [
            ("GET", "GET"),
            ("", "\"\""),
            ("42", "\"42\""),
            ("true", "\"true\""),
            ("{{ _.base_url }}/x", "\"{{ _.base_url }}/x\""),
            ("a: b", "\"a: b\""),
            ("https://a.example/b", "https://a.example/b"),
            ("say \"hi\" # now", "\"say \\\"hi\\\" # now\""),
        ] {
            assert_eq!(scalar(value), written);
        }
    }

    #[test]
    fn items_nest() {
        let mut writer = Writer::default();
        writer.under("a", |w| {
            w.item(|w| {
                w.string("b", "x\n\n  y");
                w.under("c", |w| w.item(|w| w.raw("d", 1)));
            });
        });
        assert_eq!(writer.text, "a:\n  - b: |-\n      x\n\n        y\n    c:\n      - d: 1\n");
    }
}
