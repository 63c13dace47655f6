//! Who made the values of a conflict.

use serde_json::{Value as Json, json};

use super::Side;

/// Who gave a side its value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Author {
    /// As commits name people.
    pub name: String,
    /// The commit that brought the value, in hex digits; `None` where it is not committed.
    pub commit: Option<String>,
    /// When, in seconds since 1970.
    pub time: i64,
}

/// Who gave each side its value. The sides are those of the merge that held the conflict: for whoever reads it
/// elsewhere, `ours` need not be their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Authors {
    /// Of our value; `None` where nobody wrote it down.
    pub ours: Option<Author>,
    /// Of their value; `None` where nobody wrote it down.
    pub theirs: Option<Author>,
}

impl Authors {
    /// Of one side's value.
    pub fn of(&self, side: Side) -> Option<&Author> {
        side.pick(&self.ours, &self.theirs).as_ref()
    }

    /// Says who gave a side its value.
    pub fn set(&mut self, side: Side, author: Author) {
        *side.pick(&mut self.ours, &mut self.theirs) = Some(author);
    }

    pub(super) fn to_json(&self) -> Json {
        let known = [Side::Ours, Side::Theirs].into_iter().filter_map(|side| {
            let Author { name, commit, time } = self.of(side)?;
            Some((side.name().to_owned(), json!({"name": name, "commit": commit, "time": time})))
        });
        Json::Object(known.collect())
    }

    /// Reads what was written; what is missing or of another shape is unknown.
    pub(super) fn from_json(json: &Json) -> Self {
        let author = |json: &Json| {
            Some(Author {
                name: json["name"].as_str()?.to_owned(),
                commit: json["commit"].as_str().map(str::to_owned),
                time: json["time"].as_i64().unwrap_or_default(),
            })
        };
        Self { ours: author(&json["ours"]), theirs: author(&json["theirs"]) }
    }
}
