//! The keys at the start of a file, which may be cut off or broken.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use bstr::ByteSlice;
use syncline_document::{Document, Language, NodeId, NodeKind};

use crate::read;

/// How deep below the root keys are looked at.
const DEEPEST: usize = 3;

/// The first bytes of a file, which need not parse. What was found in them is kept: many formats ask.
pub(crate) struct Head<'b> {
    bytes: Cow<'b, [u8]>,
    yaml: OnceCell<Keys>,
    json: OnceCell<Keys>,
}

/// What is at a path of keys.
pub(crate) enum Found {
    /// A string or a number.
    Text(String),
    /// Something else.
    Other,
}

/// Values by their path of keys, joined by `/`.
enum Keys {
    Seen(HashMap<String, Option<String>>),
    Read(Document),
}

impl<'b> Head<'b> {
    pub(crate) fn new(bytes: impl Into<Cow<'b, [u8]>>) -> Self {
        Self { bytes: bytes.into(), yaml: OnceCell::new(), json: OnceCell::new() }
    }

    /// What is at a path of keys joined by `/`, as seen from the root.
    pub(crate) fn find(&self, language: Language, path: &str) -> Option<Found> {
        let keys = match language {
            Language::Yaml => self.yaml.get_or_init(|| yaml_keys(&self.bytes)),
            Language::Json => self.json.get_or_init(|| Keys::Seen(json_keys(&self.bytes))),
        };
        match keys {
            Keys::Seen(seen) => {
                Some(seen.get(path)?.as_ref().map_or(Found::Other, |text| Found::Text(text.clone())))
            }
            Keys::Read(document) => find(document, path),
        }
    }
}

/// What is at a path of keys joined by `/`, in the first document of a file.
pub(crate) fn find(document: &Document, path: &str) -> Option<Found> {
    let node = path.split('/').try_fold(first(document), |node, key| read::child(document, node, key))?;
    Some(read::text(document, node).map_or(Found::Other, Found::Text))
}

fn first(document: &Document) -> NodeId {
    match document.node(document.root()).kind {
        NodeKind::Stream(documents) => documents.first().copied().unwrap_or(document.root()),
        _ => document.root(),
    }
}

/// Nearly every file is a block mapping and can be read line by line; any other has to parse.
fn yaml_keys(head: &[u8]) -> Keys {
    if is_block_mapping(head) {
        return Keys::Seen(line_keys(head));
    }
    let whole_lines = &head[..head.rfind_byte(b'\n').map_or(0, |end| end + 1)];
    let parsed = [head, whole_lines].iter().find_map(|text| Document::parse(text, Language::Yaml).ok());
    parsed.map_or_else(|| Keys::Seen(line_keys(head)), Keys::Read)
}

/// Whether YAML begins with a key at the start of a line: then the other keys of its root are at the start of
/// a line too.
fn is_block_mapping(head: &[u8]) -> bool {
    let first = head.lines().find(|line| is_content(line)).unwrap_or_default();
    first.contains(&b':')
        && first.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_\"'".contains(byte))
}

fn is_content(line: &[u8]) -> bool {
    !line.trim_ascii().is_empty() && ![&b"#"[..], b"---", b"%"].iter().any(|start| line.starts_with(start))
}

/// The keys of block mappings, told from their indentation. What looks like a key in a text is below the key
/// of that text, where nobody asks for it.
fn line_keys(head: &[u8]) -> HashMap<String, Option<String>> {
    let mut seen = HashMap::new();
    // The indentation of the lines that the current one is below, and their keys.
    let mut around: Vec<(usize, &str)> = Vec::new();
    for line in head.lines().filter(|line| is_content(line)) {
        let content = line.trim_ascii_start();
        let indent = line.len() - content.len();
        while around.last().is_some_and(|(outer, _)| *outer >= indent) {
            around.pop();
        }
        if around.len() == DEEPEST {
            continue;
        }
        let is_item = content.starts_with(b"- ") || content == b"-";
        let Some((key, value)) = key_and_value(content).filter(|_| !is_item) else {
            around.push((indent, "[]"));
            continue;
        };
        around.push((indent, key));
        let path: Vec<&str> = around.iter().map(|(_, key)| *key).collect();
        seen.entry(path.join("/")).or_insert_with(|| value.map(str::to_owned));
    }
    seen
}

/// A line's key, and its value where that is a scalar on the same line.
fn key_and_value(line: &[u8]) -> Option<(&str, Option<&str>)> {
    let quotes: &[_] = &['"', '\''];
    let (key, rest) = line.split_at(line.find_byte(b':')?);
    let key = key.to_str().ok()?.trim_end().trim_matches(quotes);
    let Some(value) = rest.strip_prefix(b": ") else {
        return (rest.trim_ascii_end() == b":").then_some((key, None));
    };
    let value = plain(value);
    let is_scalar = !value.is_empty() && !value.starts_with(['{', '[', '|', '>', '&', '*', '#']);
    Some((key, is_scalar.then(|| value.trim_matches(quotes))))
}

/// A value without the comment behind it.
fn plain(value: &[u8]) -> &str {
    let valid = match value.to_str() {
        Ok(text) => text,
        Err(error) => value[..error.valid_up_to()].to_str().unwrap_or_default(),
    };
    valid.split(" #").next().unwrap_or_default().trim()
}

/// The keys of JSON's objects, as far as the text goes.
fn json_keys(head: &[u8]) -> HashMap<String, Option<String>> {
    let mut scan = JsonScan { rest: head, around: Vec::new(), seen: HashMap::new() };
    while scan.step().is_some() {}
    scan.seen
}

struct JsonScan<'b> {
    rest: &'b [u8],
    /// The key under which each open object or list stands.
    around: Vec<String>,
    seen: HashMap<String, Option<String>>,
}

impl JsonScan<'_> {
    /// Takes one token; `None` at the end.
    fn step(&mut self) -> Option<()> {
        let first = *self.rest.first()?;
        match first {
            b'"' => {
                let text = self.string()?;
                self.skip_space();
                if self.rest.first() == Some(&b':') {
                    self.rest = &self.rest[1..];
                    self.value(&text)?;
                }
            }
            b'{' | b'[' => self.open("[]"),
            b'}' | b']' => {
                self.around.pop();
                self.rest = &self.rest[1..];
            }
            b'/' if self.rest.starts_with(b"//") => {
                self.rest = &self.rest[self.rest.find_byte(b'\n').unwrap_or(self.rest.len())..];
            }
            _ => self.rest = &self.rest[1..],
        }
        Some(())
    }

    /// Notes a key with its value.
    fn value(&mut self, key: &str) -> Option<()> {
        self.skip_space();
        let text = match self.rest.first()? {
            b'{' | b'[' => {
                self.note(key, None);
                self.open(key);
                return Some(());
            }
            b'"' => Some(self.string()?),
            _ => {
                let end = self.rest.find_byteset(b",}] \t\r\n").unwrap_or(self.rest.len());
                let (plain, rest) = self.rest.split_at(end);
                self.rest = rest;
                let is_number = plain.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
                is_number.then(|| plain.to_str_lossy().into_owned())
            }
        };
        self.note(key, text);
        Some(())
    }

    fn note(&mut self, key: &str, text: Option<String>) {
        // The root itself is the first that is open.
        if (1..=DEEPEST).contains(&self.around.len()) {
            let path: Vec<&str> = self.around[1..].iter().map(String::as_str).chain([key]).collect();
            self.seen.entry(path.join("/")).or_insert(text);
        }
    }

    fn open(&mut self, key: &str) {
        self.around.push(key.to_owned());
        self.rest = &self.rest[1..];
    }

    /// Takes a string; `None` where it is cut off.
    fn string(&mut self) -> Option<String> {
        let mut end = 1;
        while *self.rest.get(end)? != b'"' {
            end += if self.rest[end] == b'\\' { 2 } else { 1 };
        }
        let text = self.rest[1..end].to_str_lossy().into_owned();
        self.rest = &self.rest[end + 1..];
        Some(text)
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(language: Language, text: &str, expected: &[(&str, Option<&str>)], missing: &[&str]) {
        let head = Head::new(text.as_bytes());
        for (path, value) in expected {
            let found = match head.find(language, path) {
                Some(Found::Text(text)) => Some(text),
                Some(Found::Other) => None,
                None => panic!("{path} is not found"),
            };
            assert_eq!(found.as_deref(), *value, "{path}");
        }
        for path in missing {
            assert!(head.find(language, path).is_none(), "{path} is found");
        }
    }

    #[test]
    fn keys_of_yaml_are_told_from_their_indentation() {
        let text = "# by hand\n---\npipeline:\n  name: Roll out # now\n  identifier: \"roll\"\n  stages:\n  - stage:\n      identifier: inner\nkind : x\ntext: |\n  version: 3\nempty:\ncut: \"half";
        let expected = [
            ("pipeline", None),
            ("pipeline/name", Some("Roll out")),
            ("pipeline/identifier", Some("roll")),
            ("pipeline/stages", None),
            ("kind", Some("x")),
            ("empty", None),
            ("cut", Some("half")),
        ];
        check(Language::Yaml, text, &expected, &["stage", "identifier", "version", "name"]);
        check(Language::Yaml, "{a: {b: 1}, c: x}\n", &[("a/b", Some("1")), ("c", Some("x"))], &["b"]);
        check(Language::Yaml, "  a: 1\n  b: 2\n", &[("b", Some("2"))], &[]);
    }

    #[test]
    fn keys_of_json_are_seen_as_far_as_the_text_goes() {
        let text = "// made\n{\n \"__type\": \"A.Test\", \"n\" : -1, \"on\": true,\n \"list\": [{\"id\": 1}, \"id\"],\n \"__value\": {\"Id\": \"a\\\"b\", \"deep\": {\"x\": {\"y\": 1}}, \"cut\": {\"z\": \"ha";
        let expected = [
            ("__type", Some("A.Test")),
            ("n", Some("-1")),
            ("on", None),
            ("list", None),
            ("__value/Id", Some("a\\\"b")),
            ("__value/deep/x", None),
            ("__value/cut", None),
        ];
        check(Language::Json, text, &expected, &["id", "list/id", "Id", "__value/deep/x/y", "__value/cut/z"]);
        check(Language::Json, "[{\"id\": 1}]", &[], &["id"]);
    }
}
