//! Conflicts as JSON: what is stored, and what `syncline conflicts --json` lists.

use serde_json::{Map, Value as Json};
use syncline_document::{Pointer, Value};
use syncline_format::RepoPath;

use super::{Authors, Conflict, ConflictError, Moved, Place, ResourceRef, Side};
use crate::text::LinePlace;

/// The names of items; what is of another shape names none.
fn items(json: &Json) -> Vec<Option<String>> {
    let names = json.as_array().into_iter().flatten();
    names.map(|name| name.as_str().map(str::to_owned)).collect()
}

impl Conflict {
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
            if !resource.items.is_empty() {
                object.insert("items".into(), resource.items.clone().into());
            }
        }
        if let Some(lines) = &self.lines {
            object.insert("lines".into(), lines.to_json());
        }
        if let Some(moved) = &self.moved {
            object.insert("moved".into(), moved.to_json());
        }
        if self.authors != Authors::default() {
            object.insert("authors".into(), self.authors.to_json());
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
                items: items(&json["items"]),
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
            lines: LinePlace::from_json(&json["lines"]),
            moved: Moved::from_json(&json["moved"]),
            authors: Authors::from_json(&json["authors"]),
        })
    }
}
