//! What of a folder is shared: by the path of a file, and by the category that a resource belongs to.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use syncline_document::{Document, NodeId, Pointer, Value};

use crate::category::{Category, Standing};
use crate::description::CategoryDescription;
use crate::{Format, RepoPath, Resource, read};

/// Why a file is not shared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Unshared {
    /// It is of one machine.
    Local,
    /// The tool makes it anew.
    Ignored,
    /// It belongs to this category, which is not shared.
    Category(String),
    /// What it belongs to is not there or cannot be read, so nobody knows.
    Unknown,
    /// A setting keeps it here.
    Setting {
        /// The setting.
        key: String,
        /// Whether everybody has it, or this installation alone.
        of_everybody: bool,
    },
}

impl fmt::Display for Unshared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => f.write_str("it belongs to this machine"),
            Self::Ignored => f.write_str("the tool makes it anew"),
            Self::Category(name) => write!(f, "its category `{name}` is not shared"),
            Self::Unknown => f.write_str("what it belongs to cannot be found"),
            Self::Setting { key, of_everybody: true } => write!(f, "`{key}` keeps it here"),
            Self::Setting { key, of_everybody: false } => {
                write!(f, "`{key}` keeps it here, in this installation")
            }
        }
    }
}

impl Format {
    /// Why a file is not shared, as far as its path alone tells; `None` where that says nothing against it.
    pub fn unshared(&self, path: &RepoPath) -> Option<Unshared> {
        let description = &self.own.description;
        if description.local.iter().any(|glob| glob.matches(path)) {
            return Some(Unshared::Local);
        }
        description.ignore.iter().any(|glob| glob.matches(path)).then_some(Unshared::Ignored)
    }

    /// Whether it says of any file or resource that it is not shared.
    pub fn keeps_here(&self) -> bool {
        !self.own.description.local.is_empty() || self.has_categories()
    }

    /// Whether there are categories that say what is shared; then ask [`Sharing`] too.
    pub fn has_categories(&self) -> bool {
        !self.own.description.category.is_empty()
    }

    /// Whether a file may hold a category.
    pub fn may_hold_category(&self, path: &RepoPath) -> bool {
        let mut files = self.fitting(path).filter(|file| Arc::as_ptr(&self.own) == file.layout);
        files.any(|file| {
            let rule = file.rules().resource_rule();
            rule.is_some_and(|rule| self.category(&rule.kind).is_some())
        })
    }

    fn category(&self, kind: &str) -> Option<&CategoryDescription> {
        self.own.description.category.iter().find(|category| category.kind == kind)
    }
}

/// Which resources are shared, by their categories. It has to learn all files that
/// [`Format::may_hold_category`], and those that hold the resources which others are a part of.
#[derive(Debug)]
pub struct Sharing<'f> {
    format: &'f Format,
    known: HashMap<String, Known>,
}

#[derive(Debug)]
struct Known {
    kind: String,
    name: String,
    parent: Option<String>,
    /// Whether it names what it is in: then nobody knows what it belongs to where it does not.
    names_parent: bool,
    /// Of a category.
    category: Option<Flagged>,
}

/// What a category says of itself, and where.
#[derive(Debug)]
struct Flagged {
    flag: Flag,
    path: RepoPath,
    at: Pointer,
}

/// What a category says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flag {
    Always,
    Never,
    Says(bool),
    /// It does as the one around it; where there is none, this holds.
    Follows(bool),
}

impl<'f> Sharing<'f> {
    /// Knows of nothing yet.
    pub fn new(format: &'f Format) -> Self {
        Self { format, known: HashMap::new() }
    }

    /// Takes in the resources of a file.
    pub fn learn(&mut self, path: &RepoPath, document: &Document) {
        if self.format.part_of(path).is_some() {
            return;
        }
        for resource in self.format.resources(path, document) {
            let names_parent = self.format.names_parent(path, document, &resource);
            let Resource { kind, id: Some(id), name, parent, .. } = resource else { continue };
            let category = self.format.category(&kind).map(|category| Flagged {
                flag: flag(category, &id, document, resource.node),
                path: path.clone(),
                at: category.shared.split('/').fold(resource.at.clone(), |at, key| at.child(key)),
            });
            self.known.insert(id, Known { kind, name, parent, names_parent, category });
        }
    }

    /// Why a file is not shared; `None` where it is, or where no category has a say. A category is shared
    /// with any that is in it; a file of which it cannot be told what category it is, is not.
    pub fn unshared(&self, path: &RepoPath, document: Option<&Document>) -> Option<Unshared> {
        let Some(id) = self.id_of(path, document) else {
            return self.format.may_hold_category(path).then_some(Unshared::Unknown);
        };
        let Some(known) = self.known.get(&id) else {
            return self.format.part_of(path).map(|_| Unshared::Unknown);
        };
        self.refusal(&id).filter(|_| known.category.is_none() || !self.is_around_shared(&id))
    }

    /// Whether a file is no longer shared by what is said `now`, and was by what is known here. A category that was
    /// only there as the place of a shared one is not: others may have things of their own in it.
    pub fn is_taken_out(&self, now: &Self, path: &RepoPath, document: Option<&Document>) -> bool {
        let id = self.id_of(path, document);
        let was_shared = id.is_some_and(|id| self.known.contains_key(&id) && self.standing(&id).0);
        was_shared && matches!(now.unshared(path, document), Some(Unshared::Category(_)))
    }

    /// The kind of the resource that a file is, or is a part of.
    pub fn kind_of(&self, path: &RepoPath, document: Option<&Document>) -> Option<String> {
        match self.format.part_of(path) {
            Some(id) => self.known.get(&id).map(|known| known.kind.clone()),
            None => Some(self.format.resources(path, document?).into_iter().next()?.kind),
        }
    }

    /// The id of the resource that a file is, or is a part of.
    fn id_of(&self, path: &RepoPath, document: Option<&Document>) -> Option<String> {
        match self.format.part_of(path) {
            Some(id) => Some(id),
            None => self.format.resources(path, document?).into_iter().next()?.id,
        }
    }

    /// All categories that are known, each behind the one that it is in.
    pub fn categories(&self) -> Vec<Category> {
        let mut counts: HashMap<&String, usize> = HashMap::new();
        for (id, _) in self.known.iter().filter(|(_, known)| known.category.is_none()) {
            let around = self.chain(id).find(|(_, known)| known.category.is_some());
            if let Some((category, _)) = around {
                *counts.entry(category).or_default() += 1;
            }
        }
        let flagged = self.known.iter().filter_map(|(id, known)| Some((id, known.category.as_ref()?)));
        let mut categories: Vec<_> = flagged
            .map(|(id, flagged)| {
                let (is_shared, standing) = self.standing(id);
                let mut names: Vec<_> = self.chain(id).map(|(_, known)| known.name.clone()).collect();
                names.reverse();
                Category {
                    id: id.clone(),
                    names,
                    path: flagged.path.clone(),
                    flag: flagged.at.clone(),
                    is_shared,
                    is_around_shared: self.is_around_shared(id),
                    standing,
                    resources: counts.get(id).copied().unwrap_or_default(),
                }
            })
            .collect();
        categories.sort_by(|a, b| (&a.names, &a.id).cmp(&(&b.names, &b.id)));
        categories
    }

    /// Whether a category that is shared lies in this one.
    fn is_around_shared(&self, id: &String) -> bool {
        let categories = self.known.iter().filter(|(_, known)| known.category.is_some());
        categories.map(|(other, _)| other).any(|other| {
            other != id && self.chain(other).any(|(around, _)| around == id) && self.standing(other).0
        })
    }

    fn refusal(&self, id: &str) -> Option<Unshared> {
        let nearest = || self.chain(id).find(|(_, known)| known.category.is_some());
        match self.standing(id) {
            (true, _) => None,
            (false, Standing::Unknown) => Some(Unshared::Unknown),
            (false, _) => nearest().map(|(_, known)| Unshared::Category(known.name.clone())),
        }
    }

    /// Whether a resource is shared, and what decides it.
    fn standing(&self, id: &str) -> (bool, Standing) {
        let flags = || {
            let flagged = |(around, known): (&'_ String, &'_ Known)| {
                let flag = known.category.as_ref()?.flag;
                Some((flag, (around != id).then(|| known.name.clone())))
            };
            self.chain(id).filter_map(flagged)
        };
        if let Some((_, around)) = flags().find(|(flag, _)| *flag == Flag::Never) {
            return (false, Standing::Fixed { around });
        }
        let decided = flags().find_map(|(flag, around)| match flag {
            Flag::Always => Some((true, Standing::Fixed { around })),
            Flag::Says(shared) => Some((shared, Standing::Said { around })),
            Flag::Never | Flag::Follows(_) => None,
        });
        decided.unwrap_or_else(|| {
            let is_cut_off = self.chain(id).last().is_some_and(|(_, outermost)| match &outermost.parent {
                Some(parent) => !self.known.contains_key(parent),
                None => outermost.names_parent && outermost.category.is_none(),
            });
            let by_default = flags().any(|(flag, _)| flag == Flag::Follows(true));
            let is_in_category = flags().next().is_some();
            if is_cut_off {
                (false, Standing::Unknown)
            } else {
                (by_default || !is_in_category, Standing::Unsaid)
            }
        })
    }

    /// A resource and those around it, as far as they are known.
    fn chain<'s>(&'s self, id: &str) -> impl Iterator<Item = (&'s String, &'s Known)> {
        let mut next = self.known.get_key_value(id);
        let mut met = HashSet::new();
        std::iter::from_fn(move || {
            let (id, known) = next.filter(|(id, _)| met.insert(*id))?;
            next = known.parent.as_ref().and_then(|parent| self.known.get_key_value(parent));
            Some((id, known))
        })
    }
}

fn flag(category: &CategoryDescription, id: &str, document: &Document, node: NodeId) -> Flag {
    let is_listed = |ids: &[String]| ids.iter().any(|listed| listed == id);
    if is_listed(&category.never) {
        return Flag::Never;
    }
    if is_listed(&category.always) {
        return Flag::Always;
    }
    let flag = read::node_at(document, node, &read::path(&category.shared));
    match flag.map(|flag| document.value(flag)) {
        Some(Value::Bool(shared)) => Flag::Says(shared),
        _ => Flag::Follows(category.default),
    }
}

#[cfg(test)]
mod tests {
    use syncline_document::Language;

    use super::*;
    use crate::Formats;

    const ALWAYS: &str = "69aa5040-28dc-451e-b4ff-1192ce5e1e3c";
    const NEVER: &str = "e784de4e-abea-4cb8-a839-fc557cd23097";

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text).expect("a good path")
    }

    fn json(text: &str) -> Document {
        Document::parse(text.as_bytes(), Language::Json).expect("valid")
    }

    fn category(id: &str, parent: Option<&str>, sync: &str) -> (RepoPath, Document) {
        let parent = parent.map_or("null".to_owned(), |parent| format!("\"{parent}\""));
        let text = format!(
            r#"{{"uuid": "{id}", "name": "Name of {id}", "parentUuid": {parent}, "config": {{"sync": {sync}}}}}"#
        );
        (path(&format!("categories/{id}/category.json")), json(&text))
    }

    fn connection(id: &str, category: &str) -> (RepoPath, Document) {
        let text = format!(r#"{{"uuid": "{id}", "name": "host", "categoryUuid": "{category}"}}"#);
        (path(&format!("stores/{id}/entry.json")), json(&text))
    }

    #[test]
    fn a_category_is_shared_by_its_flag_or_that_of_the_one_around_it() {
        let formats = Formats::built_in();
        let format = formats.get("xpipe").expect("built in");
        let files = [
            category("all", None, "null"),
            category("team", Some("all"), "true"),
            category("web", Some("team"), "null"),
            category("own", Some("web"), "false"),
            category("loose", Some("all"), "null"),
            category(ALWAYS, None, "null"),
            category(NEVER, None, "true"),
            category("inner", Some(NEVER), "true"),
            category("circle-a", Some("circle-b"), "null"),
            category("circle-b", Some("circle-a"), "null"),
            connection("1", "team"),
            connection("2", "web"),
            connection("3", "own"),
            connection("4", "loose"),
            connection("5", ALWAYS),
            connection("6", "inner"),
            connection("7", "circle-a"),
            connection("8", "gone"),
        ];
        let mut sharing = Sharing::new(format);
        for (path, document) in &files {
            sharing.learn(path, document);
        }
        let shared: Vec<String> = files
            .iter()
            .filter(|(path, document)| sharing.unshared(path, Some(document)).is_none())
            .map(|(path, _)| path.parent().expect("a folder").name().to_string())
            .collect();
        assert_eq!(shared, ["all", "team", "web", ALWAYS, "1", "2", "5"]);
        let of = |text: &str| sharing.unshared(&path(text), None);
        assert_eq!(of("stores/3/notes.md"), Some(Unshared::Category("Name of own".to_owned())));
        assert_eq!(of("stores/2/store.json"), None);
        assert_eq!(of("stores/9/store.json"), Some(Unshared::Unknown));
        assert_eq!(of("stores/8/notes.md"), Some(Unshared::Unknown), "nobody knows what its category says");
        assert_eq!(of("data/key"), None);
    }

    #[test]
    fn what_does_not_say_what_it_belongs_to_is_not_shared() {
        let formats = Formats::built_in();
        let format = formats.get("xpipe").expect("built in");
        let mut sharing = Sharing::new(format);
        let files = [
            ("stores/1/entry.json", r#"{"uuid": "1", "name": "host"}"#),
            ("stores/2/entry.json", r#"{"uuid": "2", "name": "host", "categoryUuid": null}"#),
        ];
        for (at, text) in files {
            sharing.learn(&path(at), &json(text));
        }
        for (at, text) in files {
            assert_eq!(sharing.unshared(&path(at), Some(&json(text))), Some(Unshared::Unknown), "{at}");
        }
        let empty = path("categories/3/category.json");
        assert_eq!(sharing.unshared(&empty, None), Some(Unshared::Unknown));
        assert_eq!(sharing.unshared(&path("README.md"), None), None);
    }

    #[test]
    fn a_category_tells_what_decides_and_what_is_in_it() {
        let formats = Formats::built_in();
        let format = formats.get("xpipe").expect("built in");
        let files = [
            category("all", None, "null"),
            category("team", Some("all"), "true"),
            category("web", Some("team"), "null"),
            category(NEVER, None, "true"),
            category("inner", Some(NEVER), "true"),
            category("loose", Some("gone"), "null"),
            connection("1", "web"),
            connection("2", "web"),
        ];
        let mut sharing = Sharing::new(format);
        for (path, document) in &files {
            sharing.learn(path, document);
        }
        let categories = sharing.categories();
        let found: Vec<_> = categories
            .iter()
            .map(|it| (it.id.as_str(), it.is_shared, it.is_around_shared, it.standing.clone(), it.resources))
            .collect();
        let said = |around: Option<&str>| Standing::Said { around: around.map(str::to_owned) };
        let fixed = |around: Option<&str>| Standing::Fixed { around: around.map(str::to_owned) };
        let never = format!("Name of {NEVER}");
        assert_eq!(
            found,
            [
                ("all", false, true, Standing::Unsaid, 0),
                ("team", true, true, said(None), 0),
                ("web", true, false, said(Some("Name of team")), 2),
                (NEVER, false, false, fixed(None), 0),
                ("inner", false, false, fixed(Some(&never)), 0),
                ("loose", false, false, Standing::Unknown, 0),
            ]
        );
        let web = &categories[2];
        assert_eq!(web.full_name(), "Name of all/Name of team/Name of web");
        assert_eq!(
            (web.path.to_string(), web.flag.to_string()),
            ("categories/web/category.json".into(), "/config/sync".into())
        );
        for text in ["web", "Name of web", "Name of team/Name of web", &web.full_name()] {
            assert!(web.is_called(text), "{text}");
        }
        for text in ["", "of web", "Name of all", "Name of web/"] {
            assert!(!web.is_called(text), "{text}");
        }
    }

    #[test]
    fn local_and_ignored_files_are_told_by_their_path() {
        let formats = Formats::built_in();
        let of = |format: &str, text: &str| formats.get(format).expect("built in").unshared(&path(text));
        assert_eq!(of("xpipe", "stores/1/state.json"), Some(Unshared::Local));
        assert_eq!(of("xpipe", "vault/systeminfo"), Some(Unshared::Local));
        assert_eq!(of("xpipe", "stores/1/entry.json"), None);
        assert_eq!(of("test-studio", "Results/1.aiiresult"), Some(Unshared::Ignored));
        assert_eq!(of("generic", "stores/1/state.json"), None);
    }

    #[test]
    fn files_that_may_hold_a_category_are_known_by_their_path() {
        let formats = Formats::built_in();
        let format = formats.get("xpipe").expect("built in");
        assert!(format.may_hold_category(&path("categories/1/category.json")));
        assert!(!format.may_hold_category(&path("stores/1/entry.json")));
        assert!(!format.may_hold_category(&path("README.md")));
    }
}
