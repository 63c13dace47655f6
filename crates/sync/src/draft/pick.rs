//! Some changes of a file and not the others.

use std::collections::HashMap;

use syncline_document::{Document, Edit, NodeId, NodeKind, Pointer, Value};
use syncline_format::{RepoPath, Resource};
use syncline_merge::{Change, ChangeKind};
use syncline_repo::{Changed, Entry, Mode};

use crate::formats::reading::Version;
use crate::{SyncError, Workspace};

/// From so many changes within resources on they are taken in one edit: one by one, each would read the whole file.
const MANY: usize = 8;

/// A text under edit: the old version, becoming the new one change by change.
struct Text<'a> {
    workspace: &'a Workspace,
    path: &'a RepoPath,
    document: Document,
}

impl Workspace {
    /// The old version of a file with some of its changes, as a blob. Fields that a resource inside the
    /// changed one brings along are that one's own.
    pub(crate) fn with_changes(
        &self,
        file: &Changed,
        old: Option<&Version>,
        new: Option<&Version>,
        picked: &[Change],
    ) -> Result<Option<Entry>, SyncError> {
        let document =
            |version: Option<&Version>| version.and_then(|version| version.reading.document()).cloned();
        let (Some(old), Some(new)) = (document(old), document(new)) else {
            return Err(SyncError::WholeFileOnly(file.path.clone()));
        };
        let mut text = Text { workspace: self, path: &file.path, document: old };
        for change in text.take_together(picked, &new)? {
            text.take(change, &new)?;
        }
        let mode = file.after.or(file.before).map_or(Mode::File, |entry| entry.mode);
        Ok(Some(Entry { mode, id: self.repo.write_blob(text.document.text().as_bytes())? }))
    }
}

impl Text<'_> {
    /// Takes many changes within resources in one edit; answers those that are left to be taken one by one. What an
    /// alias or a repeated key makes doubtful is left, too.
    fn take_together<'c>(
        &mut self,
        picked: &'c [Change],
        new: &Document,
    ) -> Result<Vec<&'c Change>, SyncError> {
        let (within, others): (Vec<_>, Vec<_>) =
            picked.iter().partition(|change| change.change == ChangeKind::Modified);
        let old = &self.document;
        if within.len() < MANY || old.repeated_key().is_some() || has_alias(old, old.root()) {
            return Ok(picked.iter().collect());
        }
        let resources = self.workspace.format().resources(self.path, old);
        let by_id: HashMap<_, _> =
            resources.iter().filter_map(|it| Some(((&*it.kind, it.id.as_deref()?), &it.at))).collect();
        let inner = self.workspace.format().resources(self.path, new);
        let mut value = old.value(old.root());
        for change in within {
            let at = match &change.id {
                Some(id) => by_id.get(&(&*change.kind, id.as_str())).copied(),
                None => change.old_at.as_ref(),
            };
            let at = at.ok_or_else(|| self.whole_only())?;
            let entries = self.value(new, &change.at)?;
            let (Some(Value::Mapping(old)), Value::Mapping(entries)) = (at_mut(&mut value, at), entries)
            else {
                return Err(self.whole_only());
            };
            set_own_fields(old, entries, |key| {
                let field = change.at.child(key.to_key());
                inner.iter().any(|it| it.at != change.at && starts_with(&it.at, &field))
            });
        }
        self.edit(&Edit::Set { at: Pointer::root(), value })?;
        Ok(others)
    }

    fn take(&mut self, change: &Change, new: &Document) -> Result<(), SyncError> {
        match change.change {
            ChangeKind::Added => self.add(change, new),
            ChangeKind::Removed => {
                let at = self.place(change)?;
                self.edit(&Edit::Remove { at })
            }
            ChangeKind::Modified => self.modify(change, new),
            ChangeKind::Moved | ChangeKind::Reordered => {
                let at = self.place(change)?;
                self.edit(&Edit::Remove { at })?;
                self.add(change, new)
            }
        }
    }

    /// Puts a resource after the sibling that it follows in the new version, or at the end.
    fn add(&mut self, change: &Change, new: &Document) -> Result<(), SyncError> {
        let value = self.value(new, &change.at)?;
        let (list, index) = split(&change.at).ok_or_else(|| self.whole_only())?;
        let parent = self.parent_list(change, new, &list)?;
        let before =
            (0..index).rev().find_map(|index| self.same_resource(new, &list.child(index.to_string())));
        let at = match before.as_ref().and_then(split).filter(|(own, _)| *own == parent) {
            Some((own, index)) => own.child((index + 1).to_string()),
            None if index == 0 => parent.child("0"),
            None => parent.child("-"),
        };
        let is_new_list = self.document.lookup(&parent).is_none();
        if is_new_list {
            return self.edit(&Edit::Set { at: parent, value: Value::Sequence(vec![value]) });
        }
        let is_end = at.parts().last().is_some_and(|last| last == "-") || self.document.lookup(&at).is_none();
        if is_end {
            self.edit(&Edit::Set { at: parent.child("-"), value })
        } else {
            self.edit(&Edit::Insert { at, value })
        }
    }

    /// The list of this text that stands for a list of the new version.
    fn parent_list(&self, change: &Change, new: &Document, list: &Pointer) -> Result<Pointer, SyncError> {
        let resources = self.workspace.format().resources(self.path, new);
        let parent = resources.iter().rfind(|resource| resource.holds(list) && resource.at != change.at);
        let Some(parent) = parent else { return Ok(list.clone()) };
        let within = parent.field(list).ok_or_else(|| self.whole_only())?;
        let own = self.find(parent.kind.as_str(), parent.id.as_deref()).ok_or_else(|| self.whole_only())?;
        Ok(own.at.join(&within))
    }

    /// Takes the top fields of a resource that differ, but for those that hold other resources.
    fn modify(&mut self, change: &Change, new: &Document) -> Result<(), SyncError> {
        let Value::Mapping(entries) = self.value(new, &change.at)? else { return Err(self.whole_only()) };
        let at = self.place(change)?;
        let Value::Mapping(old) = self.value(&self.document.clone(), &at)? else {
            return Err(self.whole_only());
        };
        let inner: Vec<_> = self.workspace.format().resources(self.path, new).into_iter().collect();
        for (key, value) in &entries {
            let Some(name) = key.as_str() else { return Err(self.whole_only()) };
            let field = change.at.child(name);
            let holds_others =
                inner.iter().any(|resource| resource.at != change.at && starts_with(&resource.at, &field));
            let is_same = old.iter().any(|(own, own_value)| own == key && own_value == value);
            if !holds_others && !is_same {
                self.edit(&Edit::Set { at: at.child(name), value: value.clone() })?;
            }
        }
        for (key, _) in old.iter().filter(|(key, _)| !entries.iter().any(|(kept, _)| kept == key)) {
            let Some(name) = key.as_str() else { continue };
            self.edit(&Edit::Remove { at: at.child(name) })?;
        }
        Ok(())
    }

    /// Where the changed resource is in this text.
    fn place(&self, change: &Change) -> Result<Pointer, SyncError> {
        match &change.id {
            Some(id) => self.find(&change.kind, Some(id)).map(|resource| resource.at),
            None => change.old_at.clone(),
        }
        .ok_or_else(|| self.whole_only())
    }

    fn find(&self, kind: &str, id: Option<&str>) -> Option<Resource> {
        let resources = self.workspace.format().resources(self.path, &self.document);
        resources.into_iter().find(|resource| resource.kind == kind && resource.id.as_deref() == id)
    }

    /// The resource of this text that stands at a place of the new version.
    fn same_resource(&self, new: &Document, at: &Pointer) -> Option<Pointer> {
        let resources = self.workspace.format().resources(self.path, new);
        let there = resources.into_iter().find(|resource| resource.at == *at)?;
        self.find(&there.kind, Some(there.id.as_deref()?)).map(|resource| resource.at)
    }

    fn value(&self, document: &Document, at: &Pointer) -> Result<Value, SyncError> {
        document.lookup(at).map(|node| document.value(node)).ok_or_else(|| self.whole_only())
    }

    fn edit(&mut self, edit: &Edit) -> Result<(), SyncError> {
        let failed = |source| SyncError::Edit { path: self.path.clone(), source };
        let text = self.document.edit(edit).map_err(failed)?;
        let unreadable = |source| SyncError::Unreadable { path: self.path.clone(), source };
        self.document = Document::parse(text.as_bytes(), self.document.language()).map_err(unreadable)?;
        Ok(())
    }

    fn whole_only(&self) -> SyncError {
        SyncError::WholeFileOnly(self.path.clone())
    }
}

fn split(at: &Pointer) -> Option<(Pointer, usize)> {
    let (last, parents) = at.parts().split_last()?;
    let parent = parents.iter().fold(Pointer::root(), |at, part| at.child(part.as_str()));
    Some((parent, last.parse().ok()?))
}

fn starts_with(pointer: &Pointer, prefix: &Pointer) -> bool {
    pointer.parts().starts_with(prefix.parts())
}

/// Gives a resource other fields, but for those that hold other resources.
fn set_own_fields(
    old: &mut Vec<(Value, Value)>,
    new: Vec<(Value, Value)>,
    holds_others: impl Fn(&Value) -> bool,
) {
    old.retain(|(key, _)| new.iter().any(|(kept, _)| kept == key));
    for (key, value) in new {
        match old.iter_mut().find(|(own, _)| *own == key) {
            _ if holds_others(&key) => {}
            Some((_, own)) => *own = value,
            None => old.push((key, value)),
        }
    }
}

/// The part of a value that a pointer names.
pub(crate) fn at_mut<'v>(value: &'v mut Value, at: &Pointer) -> Option<&'v mut Value> {
    at.parts().iter().try_fold(value, |value, part| match value {
        Value::Mapping(entries) => {
            entries.iter_mut().find(|(key, _)| key.to_key() == *part).map(|(_, value)| value)
        }
        Value::Sequence(items) => items.get_mut(part.parse::<usize>().ok()?),
        _ => None,
    })
}

fn has_alias(document: &Document, node: NodeId) -> bool {
    let is_one = |node: &NodeId| has_alias(document, *node);
    match document.node(node).kind {
        NodeKind::Alias(_) => true,
        NodeKind::Scalar => false,
        NodeKind::Sequence(items) | NodeKind::Stream(items) => items.iter().any(is_one),
        NodeKind::Mapping(pairs) => pairs.iter().any(|pair| is_one(&pair.key) || is_one(&pair.value)),
    }
}
