//! Conflicts: stored data, held until somebody settles it.

use std::fmt::{self, Write};
use std::str::FromStr;

use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};
use syncline_document::{Pointer, Value};
use syncline_format::RepoPath;

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
}

/// Names a conflict: hex digits of a hash over resource, field and the three values.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConflictId(String);

/// How many hex digits an id has: 64 bits, so that two of a million held conflicts do not meet.
const ID_DIGITS: usize = 16;

/// Why some JSON is no conflict.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no conflict: {0}")]
pub struct ConflictError(String);

impl ConflictId {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
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
    /// The id. Both sides give a conflict the same one, whichever merged: it does not say who kept what.
    pub fn id(&self) -> ConflictId {
        let who = match &self.resource {
            Some(ResourceRef { kind, id: Some(id), field, .. }) => format!("{kind}\0{id}\0{field}"),
            _ => format!("{}\0{}", self.path, self.field),
        };
        let value = |value: &Option<Value>| value.as_ref().map(Value::to_json);
        let mut sides =
            [value(&self.ours), value(&self.theirs)].map(|side| json!([side.is_some(), side]).to_string());
        sides.sort_unstable();
        let base = json!([self.base.is_some(), value(&self.base)]).to_string();
        let hashed = Sha256::digest([self.place.name(), &who, &base, &sides[0], &sides[1]].join("\0"));
        let digits = hashed.iter().take(ID_DIGITS / 2).fold(String::new(), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        });
        ConflictId(digits)
    }

    /// The value of a side.
    pub fn value_of(&self, side: Side) -> Option<&Value> {
        match side {
            Side::Ours => self.ours.as_ref(),
            Side::Theirs => self.theirs.as_ref(),
        }
    }

    /// The value that the merged file has.
    pub fn kept_value(&self) -> Option<&Value> {
        self.value_of(self.kept)
    }

    /// As `syncline conflicts --json` lists it, and as it is stored.
    pub fn to_json(&self) -> Json {
        let mut object = Map::new();
        let resource = self.resource.as_ref();
        object.insert("id".into(), self.id().to_string().into());
        object.insert("path".into(), self.path.to_string().into());
        object.insert("kind".into(), resource.map_or(Json::Null, |resource| resource.kind.clone().into()));
        object.insert("resource".into(), resource.and_then(|resource| resource.id.clone()).into());
        object.insert("name".into(), resource.map_or(Json::Null, |resource| resource.name.clone().into()));
        object.insert("field".into(), self.field.to_string().into());
        let sides = [("base", &self.base), ("ours", &self.ours), ("theirs", &self.theirs)];
        for (name, value) in sides {
            object.insert(name.into(), value.as_ref().map_or(Json::Null, Value::to_json));
        }
        let absent: Vec<Json> =
            sides.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| (*name).into()).collect();
        if !absent.is_empty() {
            object.insert("absent".into(), absent.into());
        }
        object.insert("place".into(), self.place.name().into());
        object.insert("kept".into(), self.kept.name().into());
        if let Some(resource) = resource {
            object.insert("within".into(), resource.field.to_string().into());
        }
        Json::Object(object)
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    pub fn from_json(json: &Json) -> Result<Self, ConflictError> {
        let missing = |name: &str| ConflictError(format!("`{name}` is missing or wrong"));
        let text = |name: &str| json[name].as_str().ok_or_else(|| missing(name));
        let pointer = |name: &str| Pointer::parse(text(name)?).ok_or_else(|| missing(name));
        let absent = json["absent"].as_array().cloned().unwrap_or_default();
        let value = |name: &str| match json.get(name) {
            None => Err(missing(name)),
            Some(_) if absent.iter().any(|absent| absent == name) => Ok(None),
            Some(value) => Ok(Some(Value::from_json(value))),
        };
        let resource = match json["kind"].as_str() {
            None => None,
            Some(kind) => Some(ResourceRef {
                kind: kind.to_owned(),
                id: json["resource"].as_str().map(str::to_owned),
                name: text("name")?.to_owned(),
                field: pointer("within")?,
            }),
        };
        Ok(Self {
            path: RepoPath::new(text("path")?).map_err(|error| ConflictError(error.to_string()))?,
            place: Place::from_name(text("place")?).ok_or_else(|| missing("place"))?,
            resource,
            field: pointer("field")?,
            base: value("base")?,
            ours: value("ours")?,
            theirs: value("theirs")?,
            kept: if text("kept")? == "ours" { Side::Ours } else { Side::Theirs },
        })
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
            }),
            field: Pointer::root().child("collection").child("0").child("url"),
            base: None,
            ours: Some(Value::Number("1.10".into())),
            theirs: Some(Value::Null),
            kept: Side::Theirs,
        }
    }

    #[test]
    fn what_is_stored_comes_back() {
        let stored = conflict().to_json();
        assert_eq!(Conflict::from_json(&stored), Ok(conflict()));
        assert_eq!(stored["absent"], json!(["base"]));
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
