//! Conflicts: stored data, held until somebody settles it.

mod author;
mod stored;
mod whereabouts;

use std::fmt::{self, Write};
use std::str::FromStr;

use serde_json::json;
use sha2::{Digest, Sha256};
use syncline_document::{Pointer, Value};
use syncline_format::RepoPath;

use crate::text::LinePlace;
pub use author::{Author, Authors};
use whereabouts::told_apart;
pub use whereabouts::{Moved, Whereabouts};

/// One of the two sides of a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The local side, or the current branch.
    Ours,
    /// The remote, or the branch that is merged in.
    Theirs,
}

impl Side {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Ours => Self::Theirs,
            Self::Theirs => Self::Ours,
        }
    }

    /// Of two values, the one of this side.
    pub(crate) fn pick<T>(self, ours: T, theirs: T) -> T {
        match self {
            Self::Ours => ours,
            Self::Theirs => theirs,
        }
    }

    fn name(self) -> &'static str {
        self.pick("ours", "theirs")
    }
}

/// What kind of place a conflict is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A value in a document: a field, an item, a whole resource.
    Field,
    /// A run of lines of a text.
    Lines,
    /// A whole file: its content, or that it is there at all. The values are texts, or
    /// `{"mode": …, "blob": …}` where the content is no text.
    File,
    /// Where a file is; the values are paths.
    Path,
}

impl Place {
    fn name(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Lines => "lines",
            Self::File => "file",
            Self::Path => "path",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Field, Self::Lines, Self::File, Self::Path].into_iter().find(|place| place.name() == name)
    }
}

/// The resource that a conflict is in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResourceRef {
    /// What it is, in the tool's own word.
    pub kind: String,
    /// What the tool knows it by, if by anything.
    pub id: Option<String>,
    /// What people know it by.
    pub name: String,
    /// The conflict's field as seen from the resource: stays right when the resource moves in its file.
    pub field: Pointer,
    /// For each part of the field what people know the item of a list there by, as a change names it; empty where
    /// nothing has a name.
    pub items: Vec<Option<String>>,
}

/// One field, run of lines or file that both sides changed in different ways.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The file.
    pub path: RepoPath,
    /// What kind of place in it.
    pub place: Place,
    /// The resource, where the format knows one there.
    pub resource: Option<ResourceRef>,
    /// The place in the merged file; the root for a whole file and for lines.
    pub field: Pointer,
    /// The common ancestor's value; `None` where it had none.
    pub base: Option<Value>,
    /// Our value; `None` where we removed it.
    pub ours: Option<Value>,
    /// Their value; `None` where they removed it.
    pub theirs: Option<Value>,
    /// Whose value the merged file has.
    pub kept: Side,
    /// Of lines of a text where they are; `None` at a field, and in what older versions stored.
    pub lines: Option<LinePlace>,
    /// Of a resource that was moved, or moved and removed, where each version has it; `None` of anything else, and
    /// in what older versions stored.
    pub moved: Option<Moved>,
    /// Who made the values, as far as whoever merged knew it.
    pub authors: Authors,
}

/// Names a conflict: hex digits of a hash over resource, field and the three values.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConflictId(String);

/// How many hex digits an id has: 64 bits, so that two of a million held conflicts do not meet.
const ID_DIGITS: usize = 16;

/// Enough of an id to be typed; any beginning that is only one conflict's is taken.
const SHORT_DIGITS: usize = 8;

/// Why some JSON is no conflict.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no conflict: {0}")]
pub struct ConflictError(String);

impl ConflictId {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first digits, for people.
    pub fn short(&self) -> &str {
        &self.0[..SHORT_DIGITS]
    }
}

impl fmt::Display for ConflictId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ConflictId {
    type Err = ConflictError;

    fn from_str(text: &str) -> Result<Self, ConflictError> {
        let is_id =
            text.len() == ID_DIGITS && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_id.then(|| Self(text.to_owned())).ok_or_else(|| ConflictError(format!("`{text}` is no id")))
    }
}

impl Conflict {
    /// One of a whole file, or of a text: its base, ours and theirs.
    pub fn new(path: RepoPath, place: Place, values: [Option<Value>; 3], kept: Side) -> Self {
        let [base, ours, theirs] = values;
        let field = Pointer::root();
        let (lines, moved, authors) = (None, None, Authors::default());
        Self { path, place, resource: None, field, base, ours, theirs, kept, lines, moved, authors }
    }

    /// The id. Both sides give a conflict the same one, whichever merged: it does not say who kept what.
    pub fn id(&self) -> ConflictId {
        let who = match &self.resource {
            Some(ResourceRef { kind, id: Some(id), field, .. }) => format!("{kind}\0{id}\0{field}"),
            _ => format!("{}\0{}", self.path, self.field),
        };
        let value = |value: &Option<Value>| value.as_ref().map(Value::to_json);
        let side = |side: Side| {
            let value = value(side.pick(&self.ours, &self.theirs));
            let told = self.moved.as_ref().map(|moved| told_apart(moved.of(side)));
            match told {
                Some(told) => json!([value.is_some(), value, told]).to_string(),
                None => json!([value.is_some(), value]).to_string(),
            }
        };
        let mut sides = [side(Side::Ours), side(Side::Theirs)];
        sides.sort_unstable();
        let base = json!([self.base.is_some(), value(&self.base)]).to_string();
        let mut hashed = vec![self.place.name(), &who, &base, &sides[0], &sides[1]];
        // Of runs that are alike each has an id of its own; the first has the one that it always had.
        let occurrence = self.lines.as_ref().map(|lines| lines.occurrence.to_string());
        hashed.extend(occurrence.as_deref().filter(|occurrence| *occurrence != "0"));
        let hashed = Sha256::digest(hashed.join("\0"));
        let digits = hashed.iter().take(ID_DIGITS / 2).fold(String::new(), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        });
        ConflictId(digits)
    }

    /// Whether the three values are those of another one, whoever is called ours.
    pub(crate) fn has_values_of(&self, other: &Self) -> bool {
        let (own, others) = ((&self.ours, &self.theirs), (&other.ours, &other.theirs));
        self.base == other.base && (own == others || own == (others.1, others.0))
    }

    /// The value of a side.
    pub fn value_of(&self, side: Side) -> Option<&Value> {
        match side {
            Side::Ours => self.ours.as_ref(),
            Side::Theirs => self.theirs.as_ref(),
        }
    }

    /// The same, where another value is kept.
    #[must_use]
    pub fn with_kept(mut self, value: Value) -> Self {
        *self.kept.pick(&mut self.ours, &mut self.theirs) = Some(value);
        self
    }

    /// The value that the merged file has.
    pub fn kept_value(&self) -> Option<&Value> {
        self.value_of(self.kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conflict() -> Conflict {
        Conflict {
            path: RepoPath::new("a.yaml").expect("valid"),
            place: Place::Field,
            resource: Some(ResourceRef {
                kind: "request".into(),
                id: Some("req_1".into()),
                name: "Login".into(),
                field: Pointer::root().child("url"),
                items: vec![None, Some("Accept".into())],
            }),
            field: Pointer::root().child("collection").child("0").child("url"),
            base: None,
            ours: Some(Value::Number("1.10".into())),
            theirs: Some(Value::Null),
            kept: Side::Theirs,
            lines: None,
            moved: None,
            authors: Authors {
                ours: Some(Author { name: "Ben".into(), commit: Some("3f2a".into()), time: 7 }),
                theirs: None,
            },
        }
    }

    #[test]
    fn what_is_stored_comes_back() {
        let stored = conflict().to_json();
        assert_eq!(Conflict::from_json(&stored), Ok(conflict()));
        assert_eq!(stored["absent"], json!(["base"]));
    }

    #[test]
    fn of_a_resource_that_was_moved_the_places_are_stored() {
        let at = |parent: &str, name: &str| Whereabouts {
            parent: Some(parent.into()),
            name: name.into(),
            list: Pointer::root().child("children"),
        };
        let moved =
            Moved { base: None, ours: Some(at("fld_1", "Old")), theirs: Some(at("fld_2", "Archive")) };
        let one = Conflict { moved: Some(moved.clone()), ..conflict() };
        assert_eq!(Conflict::from_json(&one.to_json()), Ok(one.clone()));
        assert_ne!(one.id(), conflict().id());
        let swapped = Conflict {
            ours: one.theirs.clone(),
            theirs: one.ours.clone(),
            moved: Some(moved.swapped()),
            ..one.clone()
        };
        assert_eq!(swapped.id(), one.id());
    }

    #[test]
    fn the_id_is_the_same_from_both_sides() {
        let swapped = Conflict {
            ours: conflict().theirs,
            theirs: conflict().ours,
            kept: Side::Ours,
            field: Pointer::root().child("collection").child("7").child("url"),
            ..conflict()
        };
        assert_eq!(swapped.id(), conflict().id());
        assert_eq!(conflict().id().to_string().parse(), Ok(conflict().id()));
    }
}
