//! Values that differ by environment: `overlay.GLOB#/POINTER`, and for one branch `overlay.branch:NAME:GLOB#/POINTER`.

use syncline_document::{Document, Language, Pointer, Value};
use syncline_format::RepoPath;
use syncline_repo::TreeId;

use crate::settings::family::Set;
use crate::settings::place::Files;
use crate::{SyncError, Workspace};

/// What the keys of these settings begin with.
pub(crate) const PREFIX: &str = "overlay.";

/// The overlays that are set, the one that counts first: of this installation before one of everybody, for a branch
/// before one for all, and of two alike the longer one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overlays(Vec<Overlay>);

#[derive(Clone, Debug)]
struct Overlay {
    set: Set,
    place: Place,
}

#[derive(Clone, Debug)]
struct Place {
    branch: Option<String>,
    files: Files,
    field: Pointer,
}

impl Overlays {
    /// Of settings that [`check_name`] found good; others count for nothing.
    pub(crate) fn new(set: impl IntoIterator<Item = Set>) -> Self {
        let overlay = |set: Set| Some(Overlay { place: place(&set.name).ok()?, set });
        let mut overlays: Vec<_> = set.into_iter().filter_map(overlay).collect();
        overlays.sort_by_key(|Overlay { set, place }| {
            (set.of_everybody, place.branch.is_none(), std::cmp::Reverse(set.name.len()), set.name.clone())
        });
        Self(overlays)
    }

    /// Of one setting.
    pub(crate) fn one(name: &str) -> Self {
        Self::new([Set { name: name.to_owned(), value: String::new(), of_everybody: false }])
    }

    /// The field of one setting in a file, whatever the branch.
    pub(crate) fn field(&self, path: &RepoPath) -> Option<&Pointer> {
        let mut meant = self.0.iter().filter(|overlay| overlay.place.files.has(path));
        meant.next().map(|overlay| &overlay.place.field)
    }

    /// Whether there are any.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that others have not got in the same way.
    pub(crate) fn without(&self, others: &Self) -> Self {
        let is_there = |overlay: &&Overlay| !others.0.iter().any(|other| other.set == overlay.set);
        Self(self.0.iter().filter(is_there).cloned().collect())
    }

    /// Those of this installation with the ones that everybody has elsewhere.
    pub(crate) fn with_those_of_everybody(&self, others: &Self) -> Self {
        let own = self.0.iter().filter(|overlay| !overlay.set.of_everybody);
        let theirs = others.0.iter().filter(|overlay| overlay.set.of_everybody);
        Self::new(own.chain(theirs).map(|overlay| overlay.set.clone()))
    }

    /// The fields of a file that have a value of their own on a branch, each with the value as it is set.
    pub(crate) fn of(&self, branch: Option<&str>, path: &RepoPath) -> Vec<(&Pointer, &str)> {
        let mut fields: Vec<(&Pointer, &str)> = Vec::new();
        for Overlay { set, place } in &self.0 {
            let is_on_branch = place.branch.is_none() || place.branch.as_deref() == branch;
            let is_new = !fields.iter().any(|(field, _)| **field == place.field);
            if is_on_branch && is_new && place.files.has(path) {
                fields.push((&place.field, &set.value));
            }
        }
        fields
    }
}

impl Workspace {
    /// The overlays that everybody has by a tree's settings.
    pub(crate) fn overlays_in(&self, tree: TreeId) -> Result<Overlays, SyncError> {
        Ok(Overlays::new(self.shared_settings_in(tree, PREFIX)?))
    }
}

/// What a value as it is set stands for: text where the shared value is a text, else what JSON makes of it.
pub(crate) fn value(text: &str, shared: Option<&Value>) -> Value {
    let read = Document::parse(text.as_bytes(), Language::Json).ok();
    let read = read.map(|document| document.value(document.root()));
    let is_text = matches!(shared, Some(Value::String(_)));
    match read {
        Some(quoted @ Value::String(_)) => quoted,
        Some(value) if !is_text => value,
        _ => Value::string(text),
    }
}

/// Fails with what a name, without `overlay.`, has to look like.
pub(crate) fn check_name(name: &str) -> Result<(), &'static str> {
    place(name).map(drop)
}

fn place(name: &str) -> Result<Place, &'static str> {
    let (branch, rest) = match name.strip_prefix("branch:").and_then(|rest| rest.split_once(':')) {
        Some((branch, rest)) => (Some(branch.to_owned()), rest),
        None => (None, name),
    };
    let expected = "an overlay is for `GLOB#/FIELD` or `branch:NAME:GLOB#/FIELD`";
    let (files, field) = rest.split_once("#/").ok_or(expected)?;
    let field = Pointer::parse(&format!("/{field}")).ok_or(expected)?;
    let files = Files::new(files).ok_or(expected)?;
    if field.parts().iter().any(|part| part.parse::<usize>().is_ok()) {
        return Err("the field of an overlay is named by keys: an item of a list has no name that stays");
    }
    Ok(Place { branch, files, field })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_overlay_counts() {
        let set = [
            ("envs/*.yaml#/url", "all", true),
            ("branch:staging:envs/*.yaml#/url", "staging", true),
            ("envs/mine.yaml#/url", "mine", false),
            ("envs/*.yaml#/db/port", "5433", true),
        ];
        let overlays = Overlays::new(set.map(|(name, value, of_everybody)| Set {
            name: name.to_owned(),
            value: value.to_owned(),
            of_everybody,
        }));
        let of = |branch: &str, path: &str| -> Vec<_> {
            let found = overlays.of(Some(branch), &RepoPath::new(path).expect("a good path"));
            found.into_iter().map(|(field, value)| format!("{field} {value}")).collect()
        };
        assert_eq!(of("main", "envs/a.yaml"), ["/db/port 5433", "/url all"]);
        assert_eq!(of("staging", "envs/a.yaml"), ["/url staging", "/db/port 5433"]);
        assert_eq!(of("staging", "envs/mine.yaml"), ["/url mine", "/db/port 5433"]);
        assert_eq!(of("main", "envs/deep/a.yaml"), Vec::<String>::new());
    }

    #[test]
    fn a_value_is_of_the_sort_of_the_shared_one() {
        let text = Value::string("a");
        assert_eq!(value("8080", Some(&text)), Value::string("8080"));
        assert_eq!(value("8080", None), Value::Number("8080".into()));
        assert_eq!(value("true", Some(&Value::Bool(false))), Value::Bool(true));
        assert_eq!(value("\"8080\"", None), Value::string("8080"));
        assert_eq!(value("http://x", None), Value::string("http://x"));
    }

    #[test]
    fn names_that_say_nothing_are_refused() {
        for name in ["", "a.yaml", "#/a", "[#/a", "branch:x:#/a", "a.yaml#/items/0/url"] {
            check_name(name).expect_err(name);
        }
        for name in ["a.yaml#/a", "envs/**#/a~1b/c", "branch:x/y:a.yaml#/a"] {
            check_name(name).expect(name);
        }
    }
}
