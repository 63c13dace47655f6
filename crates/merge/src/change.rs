//! How two versions of a file differ, as changes of resources and their fields.

mod fields;
#[cfg(test)]
mod laws;
mod lines;
mod order;
mod pairing;
#[cfg(test)]
mod tests;
mod verdict;

use std::cell::OnceCell;
use std::collections::HashMap;

use syncline_document::{Document, Pointer, Value};
use syncline_format::{FieldClass, Format, RepoPath, Resource};

pub(crate) use fields::item_names;
pub use lines::LineCounts;
pub(crate) use pairing::Pairing;
pub use verdict::Verdict;

/// What happened to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It was not there.
    Added,
    /// It is no longer there.
    Removed,
    /// Fields of it are others; it may have moved or changed its place among its siblings too, see
    /// [`Change::old_parent`].
    Modified,
    /// It has another parent or file, and is otherwise as it was but for the fields that say so.
    Moved,
    /// It has another place among its siblings.
    Reordered,
}

/// One field that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The field as seen from its resource; in a list, with the index in the new version where it is there.
    pub pointer: Pointer,
    /// For each part of the pointer, what people know the item of a list there by, where it has something.
    pub items: Vec<Option<String>>,
    /// Its class.
    pub class: FieldClass,
    /// Its old value; `None` where it was not there.
    pub before: Option<Value>,
    /// Its new value; `None` where it is not there any more.
    pub after: Option<Value>,
}

/// One resource that changed; where no resource is known, the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub change: ChangeKind,
    /// What it is, in the tool's own word; `file` where no format claims it.
    pub kind: String,
    /// What the tool knows it by.
    pub id: Option<String>,
    /// What people know it by: the new name.
    pub name: String,
    /// The name that it had, where that is another one.
    pub old_name: Option<String>,
    /// The file that it is in; the one that it was in where it was removed.
    pub path: RepoPath,
    /// Its place in that file.
    pub at: Pointer,
    /// The file that it was in, where that is another one.
    pub old_path: Option<RepoPath>,
    /// Its place in the old version of the file; `None` where it was not there.
    pub old_at: Option<Pointer>,
    /// Its parent.
    pub parent: Option<Parent>,
    /// The parent that it had, where that is another one.
    pub old_parent: Option<Parent>,
    /// The fields; of an added or removed resource all of them at its top. Fields of resources inside it are
    /// not among them. None at all where only comments or style differ.
    pub fields: Vec<FieldChange>,
    /// Volatile and local fields that differ too.
    pub noise: Vec<FieldChange>,
    /// Lines added and removed, for a text file and where no field says what differs.
    pub lines: Option<LineCounts>,
    /// Whether it is of a document, not of a file that is text or bytes.
    pub is_document: bool,
    /// Whether keys have another order; looked for where no field says what differs.
    pub has_reordered_keys: bool,
}

/// The resource that another one belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// What the tool knows it by.
    pub id: String,
    /// What people know it by, in the version that it is the parent in; looked up for what has moved within a
    /// file, and `None` where the file does not hold it.
    pub name: Option<String>,
}

impl Parent {
    fn of(resource: &Resource) -> Option<Self> {
        resource.parent.clone().map(|id| Self { id, name: None })
    }
}

/// One version of a file.
#[derive(Clone, Copy, Debug)]
pub struct FileVersion<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// What they read as, where a format claims the file and it can be read.
    pub document: Option<&'a Document>,
}

/// How two versions differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// What counts.
    pub changes: Vec<Change>,
    /// Resources of which only volatile or local fields differ, or an order field without the order.
    pub noise: Vec<Change>,
}

/// What counts of how two versions of a file differ: [`differences`] without the noise.
pub fn changes(
    path: &RepoPath,
    old: Option<FileVersion<'_>>,
    new: Option<FileVersion<'_>>,
    format: &Format,
) -> Vec<Change> {
    differences(path, old, new, format).changes
}

/// How two versions of a file differ, in the order of the new file and the removed last. Takes time linear
/// in their size; what is equal in both is not entered.
pub fn differences(
    path: &RepoPath,
    old: Option<FileVersion<'_>>,
    new: Option<FileVersion<'_>>,
    format: &Format,
) -> Differences {
    let (old_bytes, new_bytes) = (old.map(|old| old.bytes), new.map(|new| new.bytes));
    if old_bytes == new_bytes {
        return Differences::default();
    }
    let resources = |version: Option<FileVersion<'_>>| {
        let found = version?.document.map(|document| format.resources(path, document));
        found.filter(|resources| !resources.is_empty())
    };
    match (old, resources(old), new, resources(new)) {
        (
            Some(FileVersion { document: Some(a), .. }),
            Some(old),
            Some(FileVersion { document: Some(b), .. }),
            Some(new),
        ) => of_documents(path, (a, &old), (b, &new), format),
        (None, _, Some(FileVersion { document: Some(document), .. }), Some(new)) => {
            only(new.iter().map(|resource| Change::added(resource, fields::top(document, resource, format))))
        }
        (Some(FileVersion { document: Some(document), .. }), Some(old), None, _) => only(
            old.iter().map(|resource| Change::removed(resource, fields::top(document, resource, format))),
        ),
        _ => only(std::iter::once(Change::of_file(path, old_bytes, new_bytes))),
    }
}

/// How a file differs from the one that it was under another name: each resource that is in both has moved.
pub fn changes_of_moved(
    (old_path, old): (&RepoPath, FileVersion<'_>),
    (new_path, new): (&RepoPath, FileVersion<'_>),
    format: &Format,
) -> Vec<Change> {
    if let (Some(old), Some(new)) = (old.document, new.document) {
        let (before, after) = (format.resources(old_path, old), format.resources(new_path, new));
        if !before.is_empty() && !after.is_empty() {
            return of_documents(new_path, (old, &before), (new, &after), format).changes;
        }
    }
    let file = Change::of_file(new_path, Some(old.bytes), Some(new.bytes));
    let lines = file.lines.filter(|_| old.bytes != new.bytes);
    vec![Change { change: ChangeKind::Moved, old_path: Some(old_path.clone()), lines, ..file }]
}

fn only(changes: impl Iterator<Item = Change>) -> Differences {
    Differences { changes: changes.collect(), noise: Vec::new() }
}

fn of_documents(
    path: &RepoPath,
    (old_document, old): (&Document, &[Resource]),
    (new_document, new): (&Document, &[Resource]),
    format: &Format,
) -> Differences {
    let pairing = Pairing::new(old, new);
    let rules = format.rules_for(path, new_document);
    let reordered = order::reordered((old_document, old), (new_document, new), &pairing, rules);
    let names = [old, new].map(Names::of);
    let mut found = Differences::default();
    for (index, after) in new.iter().enumerate() {
        let Some(before) = pairing.old_of(index).map(|index| &old[index]) else {
            found.changes.push(Change::added(after, fields::top(new_document, after, format)));
            continue;
        };
        let at = rules.at(new_document, &after.at);
        let all = fields::between((old_document, before.node), (new_document, after.node), at);
        // The siblings of a resource that is a whole file are in other files: any new rank may be a new place.
        let is_ranked = after.at.parts().is_empty() && all.iter().any(|it| it.class == FieldClass::Order);
        let reordered = reordered.contains(&index) || is_ranked;
        let moved = before.path != after.path || pairing.has_moved(before, after, new);
        let mut change = Change::between(before, after);
        if moved {
            names[0].give(change.old_parent.as_mut());
            names[1].give(change.parent.as_mut());
        }
        found.add(change, all, Place { reordered, moved });
    }
    let removed = (0..old.len()).filter(|index| pairing.new_of(*index).is_none()).map(|index| &old[index]);
    found.changes.extend(removed.map(|it| Change::removed(it, fields::top(old_document, it, format))));
    if found.changes.is_empty() && lines::differ_beyond(old_document, new_document, &found.noise) {
        let lines = LineCounts::between(old_document.text().as_bytes(), new_document.text().as_bytes());
        let has_reordered_keys = verdict::has_reordered_keys(
            (old_document, old_document.root()),
            (new_document, new_document.root()),
        );
        found.changes.push(Change { lines, has_reordered_keys, ..Change::between(&old[0], &new[0]) });
    }
    found
}

/// What people know the resources of a version by; put together where one is asked for.
struct Names<'r> {
    resources: &'r [Resource],
    by_id: OnceCell<HashMap<&'r str, &'r str>>,
}

impl<'r> Names<'r> {
    fn of(resources: &'r [Resource]) -> Self {
        Self { resources, by_id: OnceCell::new() }
    }

    fn give(&self, parent: Option<&mut Parent>) {
        let Some(parent) = parent else { return };
        let named = || self.resources.iter().filter_map(|it| Some((it.id.as_deref()?, it.name.as_str())));
        let by_id = self.by_id.get_or_init(|| named().collect());
        parent.name = by_id.get(parent.id.as_str()).map(|name| (*name).to_owned());
    }
}

/// What happened to the place of a resource.
#[derive(Clone, Copy)]
struct Place {
    reordered: bool,
    moved: bool,
}

impl Differences {
    fn add(&mut self, change: Change, fields: Vec<FieldChange>, place: Place) {
        let is_noise = |field: &FieldChange| match field.class {
            FieldClass::Plain => false,
            FieldClass::Volatile | FieldClass::Local => true,
            // In another list the field gives the place among other siblings.
            FieldClass::Order => !place.reordered && !place.moved,
        };
        let (noise, fields): (Vec<_>, Vec<_>) = fields.into_iter().partition(is_noise);
        let kind = if place.moved {
            ChangeKind::Moved
        } else if fields.iter().any(|field| field.class == FieldClass::Plain) {
            ChangeKind::Modified
        } else if place.reordered {
            ChangeKind::Reordered
        } else if noise.is_empty() {
            return;
        } else {
            self.noise.push(Change { noise, ..change });
            return;
        };
        self.changes.push(Change { change: kind, fields, noise, ..change });
    }
}

impl Change {
    fn of(change: ChangeKind, resource: &Resource) -> Self {
        Self {
            change,
            kind: resource.kind.clone(),
            id: resource.id.clone(),
            name: resource.name.clone(),
            old_name: None,
            path: resource.path.clone(),
            at: resource.at.clone(),
            old_path: None,
            old_at: None,
            parent: Parent::of(resource),
            old_parent: None,
            fields: Vec::new(),
            noise: Vec::new(),
            lines: None,
            is_document: true,
            has_reordered_keys: false,
        }
    }

    fn added(resource: &Resource, fields: Vec<FieldChange>) -> Self {
        Self { fields, ..Self::of(ChangeKind::Added, resource) }
    }

    /// The fields as of an added one, the other way round.
    fn removed(resource: &Resource, fields: Vec<FieldChange>) -> Self {
        let turn = |field: FieldChange| FieldChange { before: field.after, after: None, ..field };
        let fields = fields.into_iter().map(turn).collect();
        Self { fields, old_at: Some(resource.at.clone()), ..Self::of(ChangeKind::Removed, resource) }
    }

    fn between(before: &Resource, after: &Resource) -> Self {
        Self {
            old_at: Some(before.at.clone()),
            old_path: (before.path != after.path).then(|| before.path.clone()),
            old_name: (before.name != after.name && before.path == after.path).then(|| before.name.clone()),
            old_parent: Parent::of(before).filter(|_| before.parent != after.parent),
            ..Self::of(ChangeKind::Modified, after)
        }
    }

    /// A file that is no document in at least one version.
    fn of_file(path: &RepoPath, old: Option<&[u8]>, new: Option<&[u8]>) -> Self {
        let change = match (old, new) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            _ => ChangeKind::Modified,
        };
        let lines = LineCounts::between(old.unwrap_or_default(), new.unwrap_or_default());
        Self {
            change,
            kind: "file".to_owned(),
            id: None,
            name: path.to_string(),
            old_name: None,
            path: path.clone(),
            at: Pointer::root(),
            old_path: None,
            old_at: old.map(|_| Pointer::root()),
            parent: None,
            old_parent: None,
            fields: Vec::new(),
            noise: Vec::new(),
            lines,
            is_document: false,
            has_reordered_keys: false,
        }
    }
}

/// Takes the changes of many files together: a resource removed from one file and added in another has
/// moved. Those whose id occurs twice are left as they are.
pub fn join_moves(changes: Vec<Change>) -> Vec<Change> {
    pairing::join_moves(changes)
}
