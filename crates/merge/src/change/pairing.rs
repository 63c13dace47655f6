//! Which resource of one version is which of another.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use syncline_format::Resource;

use super::{Change, ChangeKind};

/// Pairs of resources, by their indices.
#[derive(Debug)]
pub(crate) struct Pairing {
    old_of_new: Vec<Option<usize>>,
    new_of_old: Vec<Option<usize>>,
    old_ids: HashMap<String, usize>,
}

impl Pairing {
    /// Pairs by id; where no id is in both (a re-import gives everything a new one), by natural key; what is
    /// left and has no id, by its place. An id or key that occurs twice is none.
    pub(crate) fn new(old: &[Resource], new: &[Resource]) -> Self {
        let old_ids = unique(old.iter().map(|it| it.id.as_deref()));
        let mut pairing = Self {
            old_of_new: vec![None; new.len()],
            new_of_old: vec![None; old.len()],
            old_ids: old_ids.iter().map(|(id, index)| ((*id).to_owned(), *index)).collect(),
        };
        let new_ids = unique(new.iter().map(|it| it.id.as_deref()));
        pairing.pair(&old_ids, &new_ids);
        // A whole file that kept its place is the same resource even where its id is another.
        if let (Some(a), Some(b)) = (old.first(), new.first())
            && a.at == b.at
            && a.kind == b.kind
        {
            pairing.set(0, 0);
        }
        if pairing.old_of_new.iter().skip(1).all(Option::is_none) {
            let natural = |all: &'_ [Resource]| unique_owned(all.iter().map(|it| it.natural_key.clone()));
            pairing.pair(&natural(old), &natural(new));
        }
        let place = |it: &Resource| it.id.is_none().then(|| (it.kind.clone(), it.at.to_string()));
        pairing.pair(&unique(old.iter().map(place)), &unique(new.iter().map(place)));
        pairing
    }

    fn pair<K: Eq + Hash>(&mut self, old: &HashMap<K, usize>, new: &HashMap<K, usize>) {
        for (key, index) in new {
            if let Some(before) = old.get(key) {
                self.set(*before, *index);
            }
        }
    }

    fn set(&mut self, old: usize, new: usize) {
        if self.new_of_old[old].is_none() && self.old_of_new[new].is_none() {
            self.new_of_old[old] = Some(new);
            self.old_of_new[new] = Some(old);
        }
    }

    /// The old one of a new one.
    pub(crate) fn old_of(&self, new: usize) -> Option<usize> {
        self.old_of_new[new]
    }

    /// The new one of an old one.
    pub(crate) fn new_of(&self, old: usize) -> Option<usize> {
        self.new_of_old[old]
    }

    /// Whether a pair has another parent: another id that is not the same parent's new id.
    pub(crate) fn has_moved(&self, before: &Resource, after: &Resource, new: &[Resource]) -> bool {
        if before.parent == after.parent {
            return false;
        }
        let parent = before.parent.as_ref().and_then(|id| self.old_ids.get(id));
        let renamed = parent.and_then(|old| self.new_of(*old)).and_then(|index| new[index].id.as_ref());
        renamed.is_none() || renamed != after.parent.as_ref()
    }
}

/// What occurs once, with its index.
fn unique<K: Eq + Hash>(keys: impl Iterator<Item = Option<K>>) -> HashMap<K, usize> {
    let mut found: HashMap<K, (usize, usize)> = HashMap::new();
    for (index, key) in keys.enumerate() {
        if let Some(key) = key {
            found.entry(key).or_insert((index, 0)).1 += 1;
        }
    }
    found.into_iter().filter(|(_, (_, times))| *times == 1).map(|(key, (index, _))| (key, index)).collect()
}

fn unique_owned(keys: impl Iterator<Item = String>) -> HashMap<String, usize> {
    unique(keys.map(Some))
}

/// See [`super::join_moves`].
pub(super) fn join_moves(changes: Vec<Change>) -> Vec<Change> {
    let key = |change: &Change, kind: ChangeKind| {
        (change.change == kind).then(|| Some((change.kind.clone(), change.id.clone()?))).flatten()
    };
    let removed = unique(changes.iter().map(|change| key(change, ChangeKind::Removed)));
    let added = unique(changes.iter().map(|change| key(change, ChangeKind::Added)));
    let mut from: HashMap<usize, usize> = HashMap::new();
    for (key, index) in &added {
        if let Some(removed) = removed.get(key) {
            from.insert(*index, *removed);
        }
    }
    if from.is_empty() {
        return changes;
    }
    let gone: HashSet<usize> = from.values().copied().collect();
    let joined = changes.iter().enumerate().filter(|(index, _)| !gone.contains(index));
    joined
        .map(|(index, change)| {
            from.get(&index).map_or_else(|| change.clone(), |old| moved(&changes[*old], change))
        })
        .collect()
}

/// A resource that left one file for another, with the fields that differ at its top.
fn moved(old: &Change, new: &Change) -> Change {
    let before = |pointer| {
        old.fields.iter().find(|field| field.pointer == pointer).and_then(|field| field.before.clone())
    };
    let mut fields = Vec::new();
    for field in &new.fields {
        let field = super::FieldChange { before: before(field.pointer.clone()), ..field.clone() };
        if field.before != field.after {
            fields.push(field);
        }
    }
    let kept = |field: &&super::FieldChange| new.fields.iter().all(|other| other.pointer != field.pointer);
    fields.extend(old.fields.iter().filter(kept).cloned());
    Change {
        change: ChangeKind::Moved,
        old_path: Some(old.path.clone()),
        old_at: old.old_at.clone(),
        old_name: Some(old.name.clone()).filter(|name| *name != new.name),
        old_parent: old.parent.clone().filter(|_| old.parent != new.parent),
        fields,
        ..new.clone()
    }
}
