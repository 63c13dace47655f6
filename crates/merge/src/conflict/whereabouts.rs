//! Where a resource is that was moved within its file.

use serde_json::{Value as Json, json};
use syncline_document::Pointer;

use super::Side;

/// A place for a resource: the resource around it, and the list in that one.
#[derive(Clone, Debug)]
pub struct Whereabouts {
    /// The id of the resource around it; `None` at the top of the file.
    pub parent: Option<String>,
    /// What people know that one by; empty where the file itself has no name.
    pub name: String,
    /// The list, as seen from there.
    pub list: Pointer,
}

/// Places are one whatever people call what is around them.
impl PartialEq for Whereabouts {
    fn eq(&self, other: &Self) -> bool {
        (&self.parent, &self.list) == (&other.parent, &other.list)
    }
}

/// Where the three versions have a resource that was moved; `None` where a version has it not.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// Where the common ancestor has it.
    pub base: Option<Whereabouts>,
    /// Where we have it.
    pub ours: Option<Whereabouts>,
    /// Where they have it.
    pub theirs: Option<Whereabouts>,
}

impl Whereabouts {
    /// Of a place in a file, among the file's resources: the id, the name and the place of each.
    pub fn of<'r>(place: &Pointer, resources: impl Iterator<Item = (&'r str, &'r str, &'r Pointer)>) -> Self {
        let parts = place.parts();
        let around =
            resources.filter(|(_, _, at)| at.parts().len() < parts.len() && parts.starts_with(at.parts()));
        let innermost = around.max_by_key(|(_, _, at)| at.parts().len());
        let above = innermost.map_or(0, |(_, _, at)| at.parts().len());
        let list = parts.get(above..parts.len().saturating_sub(1)).unwrap_or_default();
        Self {
            parent: innermost.filter(|_| above > 0).map(|(id, _, _)| id.to_owned()),
            name: innermost.map(|(_, name, _)| name.to_owned()).unwrap_or_default(),
            list: list.iter().fold(Pointer::root(), |at, part| at.child(part.as_str())),
        }
    }

    fn to_json(&self) -> Json {
        json!({"parent": self.parent, "name": self.name, "list": self.list.to_string()})
    }

    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            parent: json["parent"].as_str().map(str::to_owned),
            name: json["name"].as_str()?.to_owned(),
            list: Pointer::parse(json["list"].as_str()?)?,
        })
    }
}

impl Moved {
    /// Where a side has it.
    pub fn of(&self, side: Side) -> Option<&Whereabouts> {
        side.pick(&self.ours, &self.theirs).as_ref()
    }

    /// Says where a side has it.
    pub fn set(&mut self, side: Side, whereabouts: Whereabouts) {
        *side.pick(&mut self.ours, &mut self.theirs) = Some(whereabouts);
    }

    /// The same, where ours are called theirs.
    #[must_use]
    pub fn swapped(self) -> Self {
        Self { base: self.base, ours: self.theirs, theirs: self.ours }
    }

    /// Whether any two versions have it at different places.
    pub(crate) fn is_one(&self) -> bool {
        let mut places = [&self.base, &self.ours, &self.theirs].into_iter().flatten();
        let first = places.next();
        first.is_some_and(|first| places.any(|other| other != first))
    }

    pub(super) fn to_json(&self) -> Json {
        let place = |place: &Option<Whereabouts>| place.as_ref().map(Whereabouts::to_json);
        json!({"base": place(&self.base), "ours": place(&self.ours), "theirs": place(&self.theirs)})
    }

    /// Reads what was written; of another shape it is unknown.
    pub(super) fn from_json(json: &Json) -> Option<Self> {
        json.as_object()?;
        let place = |name: &str| Whereabouts::from_json(&json[name]);
        Some(Self { base: place("base"), ours: place("ours"), theirs: place("theirs") })
    }
}

/// What tells a place from others, for a hash: names are not in it.
pub(super) fn told_apart(whereabouts: Option<&Whereabouts>) -> Json {
    whereabouts.map_or(Json::Null, |it| json!([it.parent, it.list.to_string()]))
}
