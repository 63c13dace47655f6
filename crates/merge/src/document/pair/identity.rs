//! What the items of a list are known by.

use std::collections::HashSet;

use syncline_document::{Document, NodeId, NodeKind};
use syncline_format::{Identity, ListRule};

use super::super::children::Family;
use super::super::sources::Trio;

/// Fields that identify an item where no format says which, the best first.
const KEYS: [&str; 8] = ["id", "_id", "uuid", "meta.id", "identifier", "key", "name", "Runtime ID"];

/// The identities of one list's items.
#[derive(Clone, Debug, Default)]
pub(crate) struct Identities {
    ids: Vec<Option<String>>,
    naturals: Vec<Option<String>>,
    /// Of what is known by the first of what it holds, the ids that the others would give it.
    others: Vec<Vec<String>>,
    /// Whether it is elsewhere in another version.
    moved: Vec<bool>,
}

impl Identities {
    /// What the item is known by.
    pub(crate) fn id(&self, index: usize) -> Option<String> {
        self.ids.get(index).cloned().flatten()
    }

    /// What it is known by where ids changed.
    pub(crate) fn natural(&self, index: usize) -> Option<String> {
        self.naturals.get(index).cloned().flatten().filter(|_| !self.is_moved(index))
    }

    /// All ids that the item may have had while another of what it holds was the first.
    pub(crate) fn possible(&self, index: usize) -> impl Iterator<Item = &String> {
        let others = self.others.get(index).into_iter().flatten();
        self.ids.get(index).into_iter().flatten().chain(others)
    }

    /// Whether an item may have another id for no more than that.
    pub(crate) fn may_differ(&self) -> bool {
        !self.others.is_empty()
    }

    /// Whether another version has it in another list, so that nothing but its id may pair it.
    pub(crate) fn is_moved(&self, index: usize) -> bool {
        self.moved.get(index).copied().unwrap_or_default()
    }
}

/// Of lists in a document: by what the format says, else by a field that tells all items of each list apart.
pub(crate) fn of_items(
    families: &Trio<Family<'_>>,
    rule: Option<&ListRule>,
    moved: &HashSet<String>,
) -> Trio<Identities> {
    let all: Vec<&Family<'_>> =
        [&families.base, &families.first, &families.second].into_iter().flatten().collect();
    let values = |of: &dyn Fn(&Document, NodeId) -> Option<String>| {
        all.iter().map(|family| ids(family, of)).collect::<Vec<_>>()
    };
    let naturals =
        rule.and_then(|rule| rule.natural.as_ref()).map(|natural| values(&|d, n| natural.of(d, n)));
    let identities = rule.map_or(&[][..], |rule| rule.identities.as_slice());
    let by_rule = identities.iter().map(|identity| (Some(identity), values(&|d, n| identity.of(d, n))));
    let mut choices = by_rule.chain(KEYS.iter().map(|key| (None, values(&|d, n| field(d, n, key)))));
    let chosen = choices.find(|(_, values)| values.iter().all(|ids| tells_apart(ids)));
    let (identity, ids) = chosen.unwrap_or_default();
    let others = |family: &Family<'_>| -> Vec<Vec<String>> {
        let by_first = identity.filter(|identity| identity.is_by_first());
        let of = |identity: &Identity, node: &NodeId| identity.of_others(family.document, *node);
        by_first.map(|it| family.values.iter().map(|node| of(it, node)).collect()).unwrap_or_default()
    };
    let mut ids = ids.into_iter();
    let mut naturals = naturals.into_iter().flatten();
    let mut next = |family: &Option<Family<'_>>| {
        family.as_ref().map(|family| {
            let ids = ids.next().unwrap_or_default();
            let is_moved = |id: &Option<String>| id.as_ref().is_some_and(|id| moved.contains(id));
            let moved = if moved.is_empty() { Vec::new() } else { ids.iter().map(is_moved).collect() };
            let naturals = naturals.next().unwrap_or_default();
            Identities { ids, naturals, others: others(family), moved }
        })
    };
    Trio { base: next(&families.base), first: next(&families.first), second: next(&families.second) }
}

/// Of a file's documents: by kind and name, as Kubernetes has them.
pub(crate) fn of_documents(families: &Trio<Family<'_>>) -> Trio<Identities> {
    let identities = |family: &Option<Family<'_>>| {
        family.as_ref().map(|family| Identities { ids: ids(family, &resource), ..Identities::default() })
    };
    Trio {
        base: identities(&families.base),
        first: identities(&families.first),
        second: identities(&families.second),
    }
}

fn ids(family: &Family<'_>, of: &dyn Fn(&Document, NodeId) -> Option<String>) -> Vec<Option<String>> {
    family.values.iter().map(|node| of(family.document, *node)).collect()
}

/// Whether most items have one, and each a different one.
fn tells_apart(ids: &[Option<String>]) -> bool {
    let mut seen = HashSet::new();
    let distinct = ids.iter().flatten().all(|id| seen.insert(id));
    distinct && 2 * seen.len() >= ids.len()
}

fn resource(document: &Document, node: NodeId) -> Option<String> {
    let parts = ["kind", "metadata.namespace", "metadata.name"].map(|path| text_at(document, node, path));
    let [kind, namespace, name] = parts;
    Some([kind?, namespace.unwrap_or_default(), name?].join("\u{1f}"))
}

/// A field of an item; where the item is a wrapper (`- step: {...}`), of what is in it.
fn field(document: &Document, item: NodeId, path: &str) -> Option<String> {
    text_at(document, item, path).or_else(|| {
        let item = document.resolve(item);
        let only = (document.child_count(item) == 1).then(|| document.child(item, 0)).flatten()?;
        let key = document.key(item, 0)?;
        Some(format!("{}\u{1f}{}", document.scalar_text(key), text_at(document, only, path)?))
    })
}

/// The text of a scalar at a path of keys, if it is not empty.
fn text_at(document: &Document, node: NodeId, path: &str) -> Option<String> {
    let mut node = document.resolve(node);
    for key in path.split('.') {
        node = document.resolve(document.entry(node, key)?);
    }
    let is_scalar = matches!(document.node(node).kind, NodeKind::Scalar);
    Some(document.scalar_text(node)).filter(|text| is_scalar && !text.is_empty()).map(str::to_owned)
}
