//! Where an id is: in fields, or in the path of the file.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use syncline_document::{Document, NodeId};

use crate::template::{fill, is_template};
use crate::{RepoPath, read};

/// An id as a description has it: one part, or several that are joined by `/`. A part is the path of keys to a
/// field, or a text with words like `{folder}`; with `|` between them, of several the first that is there; with `?`
/// behind it, one that may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    /// The first that is there counts.
    sources: Vec<Source>,
    may_be_missing: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    Field(Vec<Box<str>>),
    Path(String),
}

impl Reference {
    fn new<'t>(parts: impl IntoIterator<Item = &'t str>) -> Self {
        let source = |text: &str| {
            if is_template(text) { Source::Path(text.to_owned()) } else { Source::Field(read::path(text)) }
        };
        let part = |text: &str| {
            let (text, may_be_missing) = text.strip_suffix('?').map_or((text, false), |text| (text, true));
            Part { sources: text.split('|').map(source).collect(), may_be_missing }
        };
        Self(parts.into_iter().map(part).collect())
    }

    /// The id of a node; `None` where a part of it that is needed is missing, empty or no scalar.
    pub(crate) fn of(&self, path: &RepoPath, document: &Document, node: NodeId) -> Option<String> {
        let mut joined = String::new();
        for part in &self.0 {
            match part.sources.iter().find_map(|source| source.text(path, document, node)) {
                Some(text) if joined.is_empty() => joined = text,
                Some(text) => joined.extend(["/", &text]),
                None if part.may_be_missing => {}
                None => return None,
            }
        }
        (!joined.is_empty()).then_some(joined)
    }

    /// The field that is the id, where it is one field alone.
    pub(crate) fn field(&self) -> Option<&[Box<str>]> {
        match self.0.as_slice() {
            [Part { sources, .. }] => match sources.as_slice() {
                [Source::Field(field)] => Some(field),
                _ => None,
            },
            _ => None,
        }
    }

    /// The texts with words that stand for a part of the path.
    pub(crate) fn templates(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|part| &part.sources).filter_map(|source| match source {
            Source::Path(text) => Some(text.as_str()),
            Source::Field(_) => None,
        })
    }

    /// The paths of keys that it is taken from.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &[Box<str>]> {
        self.0.iter().flat_map(|part| &part.sources).filter_map(|source| match source {
            Source::Field(field) => Some(&**field),
            Source::Path(_) => None,
        })
    }

    /// Whether it is taken from the document at all.
    pub(crate) fn is_written(&self) -> bool {
        self.fields().next().is_some()
    }
}

impl Source {
    fn text(&self, path: &RepoPath, document: &Document, node: NodeId) -> Option<String> {
        let text = match self {
            Self::Field(field) => read::text_at(document, node, field),
            Self::Path(text) => Some(fill(text, path)),
        };
        text.filter(|text| !text.is_empty())
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReferenceVisitor)
    }
}

struct ReferenceVisitor;

impl<'de> Visitor<'de> for ReferenceVisitor {
    type Value = Reference;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a path of keys as `meta/id`, or a list of them")
    }

    fn visit_str<E>(self, text: &str) -> Result<Reference, E> {
        Ok(Reference::new([text]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Reference, A::Error> {
        let mut parts: Vec<String> = Vec::new();
        while let Some(part) = list.next_element()? {
            parts.push(part);
        }
        Ok(Reference::new(parts.iter().map(String::as_str)))
    }
}

#[cfg(test)]
mod tests {
    use syncline_document::Language;

    use super::*;

    fn of(parts: &[&str], text: &str) -> Option<String> {
        let path = RepoPath::new("stores/a-b/entry.yaml").expect("a good path");
        let document = Document::parse(text.as_bytes(), Language::Yaml).expect("valid");
        Reference::new(parts.iter().copied()).of(&path, &document, document.root())
    }

    #[test]
    fn an_id_may_be_made_of_several_parts() {
        let text = "org: team\nname: web\nempty: ''\n";
        assert_eq!(of(&["name"], text).as_deref(), Some("web"));
        assert_eq!(of(&["org?", "project?", "name"], text).as_deref(), Some("team/web"));
        assert_eq!(of(&["org", "project", "name"], text), None);
        assert_eq!(of(&["org?", "empty"], text), None);
        assert_eq!(of(&["id|org", "name"], text).as_deref(), Some("team/web"));
        assert_eq!(of(&["{folder}", "{stem}"], text).as_deref(), Some("a-b/entry"));
    }
}
