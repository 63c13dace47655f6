//! What a law chooses, taken from the front of its input: libFuzzer then changes choices as it changes text.

use syncline_document::{Document, Edit, NodeKind, Value};

use super::tree::{is_item, places};

/// Bytes that choose. Where none is left, the choice is 0.
pub(crate) struct Choices<'a> {
    rest: &'a [u8],
}

impl<'a> Choices<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.rest.split_first() else { return 0 };
        self.rest = rest;
        *first
    }

    /// A number under `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let number = u16::from_be_bytes([self.byte(), self.byte()]);
        usize::from(number) % end
    }

    /// What is left.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// An edit of one place; `None` where there is none of the chosen sort there. Takes six bytes.
    pub(crate) fn edit(&mut self, document: &Document) -> Option<Edit> {
        let sort = self.byte();
        let places = places(document);
        let (at, node) = places[self.below(places.len())].clone();
        let value = self.value(document);
        match sort % 4 {
            0 => Some(Edit::Set { at, value }),
            1 if !at.parts().is_empty() => Some(Edit::Remove { at }),
            2 if is_item(document, node) => Some(Edit::Insert { at, value }),
            3 if matches!(document.node(node).kind, NodeKind::Mapping(_)) => {
                Some(Edit::Set { at: at.child("new"), value })
            }
            _ => None,
        }
    }

    /// A value that is hard to write, one of the document's own, or a stretch of its text.
    fn value(&mut self, document: &Document) -> Value {
        let (sort, at) = (self.byte(), self.below(document.text().len() + 1));
        let sort = usize::from(sort);
        if let Some(text) = HARD.get(sort) {
            return Value::string(*text);
        }
        match sort % 8 {
            0 => Value::Null,
            1 => Value::Bool(true),
            2 => Value::number("1.10"),
            3 => Value::Sequence(Vec::new()),
            4 => Value::Mapping(vec![(Value::string("on"), Value::Sequence(vec![Value::Null]))]),
            5 => Value::Tagged("!secret".into(), Box::new(Value::string("word"))),
            6 => {
                let places = places(document);
                document.value(places[at % places.len()].1)
            }
            _ => {
                let stretch = document.text().as_bytes().get(at..).unwrap_or_default();
                Value::string(String::from_utf8_lossy(&stretch[..stretch.len().min(24)]).as_ref())
            }
        }
    }
}

/// Texts that read as something else, or lose a part, where they are written carelessly.
const HARD: [&str; 24] = [
    "",
    " ",
    "\n",
    "~",
    "on",
    "1.10",
    "0x1f",
    "a: b",
    "a #b",
    "- a",
    "a\nb",
    "a\n\n b\n",
    " a\nb\n",
    "a\n\n\n",
    "\ta",
    "a\r\nb",
    "'\"",
    "\u{feff}a",
    "\u{85}\u{2028}",
    "<<",
    "---",
    "...\n",
    "{[",
    "\u{1}\u{7f}",
];
