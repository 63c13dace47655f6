//! What stands in a description's TOML file.
//!
//! Paths in a description are keys joined by `/` (`meta/id`), relative to the shape they stand in. In the
//! names of fields `*` stands for any key and `[]` for any item of a list.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::claim::FileRule;
use crate::exchange::description::ExchangeDescription;
use crate::glob::Glob;
use crate::reference::Reference;
use crate::relayout::Moved;
use crate::{FieldClass, MergeRule};

/// A whole description.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Description {
    /// How the command line calls the format.
    pub(crate) name: String,
    /// One line for people.
    pub(crate) title: String,
    /// Other formats whose files count too, after the ones of this description.
    #[serde(default)]
    pub(crate) also: Vec<String>,
    /// Formats whose files count before the ones of this description.
    #[serde(default)]
    pub(crate) first: Vec<String>,
    /// Which files there are; the first that fits a file counts.
    pub(crate) file: Vec<FileRule>,
    /// Files that are of one machine and never leave it.
    #[serde(default)]
    pub(crate) local: Vec<Glob>,
    /// Files that the tool makes anew.
    #[serde(default)]
    pub(crate) ignore: Vec<Glob>,
    /// What says which resources are shared.
    #[serde(default)]
    pub(crate) category: Vec<CategoryDescription>,
    /// The formats that this one took the place of.
    #[serde(default)]
    pub(crate) from: BTreeMap<String, Moved>,
    /// How resources come and go.
    pub(crate) exchange: Option<ExchangeDescription>,
    /// What is in them.
    #[serde(default)]
    pub(crate) shape: Shapes,
}

/// Resources that say whether they and what belongs to them is shared: of the resource that others name as
/// their parent, and that may itself have a parent that it follows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct CategoryDescription {
    /// Their kind.
    pub(crate) kind: String,
    /// Where the flag is: `true`, `false`, or anything else to do as the parent does.
    pub(crate) shared: String,
    /// What holds where neither the category nor one around it says.
    #[serde(default)]
    pub(crate) default: bool,
    /// Ids that are shared whatever the flag says.
    #[serde(default)]
    pub(crate) always: Vec<String>,
    /// Ids that are not shared whatever the flag says.
    #[serde(default)]
    pub(crate) never: Vec<String>,
}

/// What is in files, by name.
pub(crate) type Shapes = BTreeMap<String, ShapeDescription>;

/// One sort of node.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ShapeDescription {
    /// Set where each such node is a resource.
    pub(crate) resource: Option<ResourceDescription>,
    /// What is known of the nodes below.
    #[serde(default)]
    pub(crate) fields: BTreeMap<String, FieldDescription>,
}

/// How a resource is told apart and called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ResourceDescription {
    /// The kind where nothing below says otherwise; `{extension}` is the file's.
    pub(crate) kind: String,
    /// Where the kind is written out; goes before `kinds`.
    pub(crate) kind_at: Option<String>,
    /// Ways to tell the kind; the first that fits counts.
    #[serde(default)]
    pub(crate) kinds: Vec<KindDescription>,
    /// Where the id is. Without it the resource is known by its natural key.
    pub(crate) id: Option<Reference>,
    /// Where the name is: the first that is there; `{stem}` and `{folder}` are of the path. Without any it is the key, or the path of the file.
    #[serde(default)]
    pub(crate) name: Vec<Reference>,
    /// Where the parent's id is; without it the parent is the resource around this one.
    pub(crate) parent: Option<Reference>,
    /// Fields that together tell resources of one kind and parent apart where ids do not.
    #[serde(default)]
    pub(crate) natural: Vec<String>,
}

impl ResourceDescription {
    /// The texts with words that stand for a part of the path.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.references().flat_map(Reference::templates).chain([self.kind.as_str()])
    }

    /// All paths of keys in it.
    pub(crate) fn paths(&self) -> impl Iterator<Item = String> {
        let written = self.kind_at.iter().chain(self.kinds.iter().filter_map(|kind| kind.has.as_ref()));
        let referred = self.references().flat_map(Reference::fields).map(|path| path.join("/"));
        written.chain(&self.natural).cloned().chain(referred)
    }

    /// The kinds that it is said to have, but for those that only the files name.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = &str> {
        self.kinds.iter().map(|kind| &kind.kind).chain([&self.kind]).map(String::as_str)
    }

    fn references(&self) -> impl Iterator<Item = &Reference> {
        self.id.iter().chain(&self.name).chain(&self.parent)
    }
}

/// One way to tell a kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct KindDescription {
    /// The kind.
    pub(crate) kind: String,
    /// What the id has to be, with `*` at the start or the end.
    pub(crate) id: Option<String>,
    /// What has to be there.
    pub(crate) has: Option<String>,
}

/// What is known of one field.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct FieldDescription {
    /// Its class, and that of everything in it.
    pub(crate) class: Option<FieldClass>,
    /// How it merges where both sides changed it.
    pub(crate) merge: Option<MergeRule>,
    /// Whether it is a secret, with everything in it.
    pub(crate) secret: Option<bool>,
    /// Whether the tool keeps it encrypted, with everything in it.
    pub(crate) encrypted: Option<bool>,
    /// Of a list: what tells its items apart, the best first; `a+b` needs both, `a|b` one of them.
    #[serde(default)]
    pub(crate) keys: Vec<String>,
    /// Of a list: fields that together pair items where ids are of no use.
    #[serde(default)]
    pub(crate) natural: Vec<String>,
    /// Of a list: the fields by which the tool sorts the items when it writes them.
    #[serde(default)]
    pub(crate) written_by: Vec<String>,
    /// The shape of the node.
    pub(crate) is: Option<String>,
    /// Of a list: the shape of each item.
    pub(crate) items: Option<String>,
}

impl FieldDescription {
    /// The shapes that it leads to, with the key that says it.
    pub(crate) fn shapes(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let both = [("is", &self.is), ("items", &self.items)];
        both.into_iter().filter_map(|(key, shape)| Some((key, shape.as_deref()?)))
    }

    /// The paths of keys in it, with the key that says it.
    pub(crate) fn paths(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let keys = self.keys.iter().flat_map(|key| key.split(['+', '|'])).map(|path| ("keys", path));
        let natural = self.natural.iter().map(|path| ("natural", path.as_str()));
        keys.chain(natural).chain(self.written_by.iter().map(|path| ("written-by", path.as_str())))
    }
}
