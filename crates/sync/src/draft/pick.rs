//! Some changes of a file and not the others.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use syncline_document::{Document, Edit, NodeId, NodeKind, Pointer, Value};
use syncline_format::{RepoPath, Resource};
use syncline_merge::{Change, ChangeKind};
use syncline_repo::{Changed, Entry, Mode};

use crate::draft::chosen::is_inside;
use crate::formats::reading::Version;
use crate::{SyncError, Workspace};

/// From so many changes of one sort on they are taken in one edit: one by one, each would read the whole file.
const MANY: usize = 8;

/// A text under edit: the old version, becoming the new one change by change.
struct Text<'a> {
    workspace: &'a Workspace,
    path: &'a RepoPath,
    document: Document,
    /// What is in the text now.
    resources: Vec<Resource>,
    new: &'a Document,
    /// What is in the new version.
    coming: Vec<Resource>,
    /// Where in the new version the resources are that are added.
    added: HashSet<Pointer>,
    /// Where in the new version those are that kept a field which they have there no more, for others are in it.
    kept: Vec<Pointer>,
}

/// A list into which resources come.
struct Growing {
    /// Where it is in the new version.
    from: Pointer,
    /// Where it is in the text.
    to: Pointer,
    /// Where in the new version's list they are.
    indices: Vec<usize>,
}

/// The changes that are to be taken, in the order in which they can be: what moves goes into what was added, and out of
/// what is removed. A place that no id finds again is only good as long as nothing moved.
#[derive(Default)]
struct Picked<'c> {
    modified: Vec<&'c Change>,
    /// Without an id, from the bottom up.
    removed_by_place: Vec<&'c Change>,
    added: Vec<&'c Change>,
    moved: Vec<&'c Change>,
    removed: Vec<&'c Change>,
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
        let mut text = Text {
            workspace: self,
            path: &file.path,
            resources: self.format().resources(&file.path, &old),
            document: old,
            coming: self.format().resources(&file.path, &new),
            new: &new,
            added: HashSet::new(),
            kept: Vec::new(),
        };
        text.take_all(&Picked::of(picked))?;
        let mode = file.after.or(file.before).map_or(Mode::File, |entry| entry.mode);
        Ok(Some(Entry { mode, id: self.repo.write_blob(text.document.text().as_bytes())? }))
    }
}

impl<'c> Picked<'c> {
    fn of(changes: &'c [Change]) -> Self {
        let mut picked = Self::default();
        for change in changes {
            match change.change {
                ChangeKind::Modified => picked.modified.push(change),
                ChangeKind::Added => picked.added.push(change),
                ChangeKind::Moved | ChangeKind::Reordered => picked.moved.push(change),
                ChangeKind::Removed if change.id.is_none() => picked.removed_by_place.push(change),
                ChangeKind::Removed => picked.removed.push(change),
            }
        }
        picked.removed_by_place.reverse();
        picked
    }
}

impl Text<'_> {
    fn take_all(&mut self, picked: &Picked<'_>) -> Result<(), SyncError> {
        if !self.modify_together(&picked.modified)? {
            picked.modified.iter().try_for_each(|change| self.modify(change))?;
        }
        for change in &picked.removed_by_place {
            let at = self.place(change)?;
            self.edit(&Edit::Remove { at })?;
        }
        self.added = picked.added.iter().map(|change| change.at.clone()).collect();
        let is_brought = |change: &&&Change| {
            let parts = change.at.parts();
            let mut around = parts.iter().scan(Pointer::root(), |at, part| {
                let above = at.child(part.as_str());
                Some(std::mem::replace(at, above))
            });
            around.any(|at| self.added.contains(&at))
        };
        let outermost: Vec<&Change> =
            picked.added.iter().filter(|change| !is_brought(change)).copied().collect();
        if !self.add_together(&outermost)? {
            outermost.iter().try_for_each(|change| self.put(change, self.coming_value(&change.at)?))?;
        }
        picked.moved.iter().try_for_each(|change| self.move_over(change))?;
        for change in &picked.removed {
            // What it was in may have taken it along.
            if let Some(Resource { at, .. }) = self.find(&change.kind, change.id.as_deref()) {
                let at = at.clone();
                self.edit(&Edit::Remove { at })?;
            }
        }
        std::mem::take(&mut self.kept).iter().try_for_each(|at| self.drop_emptied(at))
    }

    /// Whether so many changes are to be taken in one edit. What an alias or a repeated key makes doubtful is not.
    fn goes_together(&self, changes: &[&Change]) -> bool {
        let old = &self.document;
        changes.len() >= MANY && old.repeated_key().is_none() && !has_alias(old, old.root())
    }

    /// Takes many changes within resources in one edit, where that can be.
    fn modify_together(&mut self, changes: &[&Change]) -> Result<bool, SyncError> {
        if !self.goes_together(changes) {
            return Ok(false);
        }
        let by_id: HashMap<_, _> =
            self.resources.iter().filter_map(|it| Some(((&*it.kind, it.id.as_deref()?), &it.at))).collect();
        let mut value = self.document.value(self.document.root());
        let mut kept = Vec::new();
        for change in changes {
            let at = match &change.id {
                Some(id) => by_id.get(&(&*change.kind, id.as_str())).copied(),
                None => change.old_at.as_ref(),
            };
            let at = at.ok_or_else(|| self.whole_only())?;
            let entries = self.value(self.new, &change.at)?;
            let (Some(Value::Mapping(old)), Value::Mapping(entries)) = (at_mut(&mut value, at), entries)
            else {
                return Err(self.whole_only());
            };
            if set_own_fields(old, entries, |key| self.holds_others(change, at, &key.to_key())) {
                kept.push(change.at.clone());
            }
        }
        self.kept.extend(kept);
        self.edit(&Edit::Set { at: Pointer::root(), value })?;
        Ok(true)
    }

    /// Adds many resources in one edit, where the lists that they go into are there already.
    fn add_together(&mut self, changes: &[&Change]) -> Result<bool, SyncError> {
        if !self.goes_together(changes) {
            return Ok(false);
        }
        let mut lists: Vec<Growing> = Vec::new();
        for change in changes {
            let (from, index) = split(&change.at).ok_or_else(|| self.whole_only())?;
            let to = self.parent_list(change, &from)?;
            match lists.iter_mut().find(|list| list.from == from) {
                Some(list) => list.indices.push(index),
                None => lists.push(Growing { from, to, indices: vec![index] }),
            }
        }
        // What is deep first: its place is another one as soon as something is added around it.
        lists.sort_by_key(|list| Reverse(list.to.parts().len()));
        let [here, coming] = [&self.resources, &self.coming].map(|resources| by_place(resources));
        let mut value = self.document.value(self.document.root());
        for list in &mut lists {
            let Some(Value::Sequence(items)) = at_mut(&mut value, &list.to) else { return Ok(false) };
            list.indices.sort_unstable();
            self.insert(items, list, &here, &coming)?;
        }
        self.edit(&Edit::Set { at: Pointer::root(), value })?;
        Ok(true)
    }

    /// Puts items of the new version into a list, each after the sibling that it follows there.
    fn insert(
        &self,
        items: &mut Vec<Value>,
        list: &Growing,
        here: &HashMap<Pointer, Key>,
        coming: &HashMap<Pointer, Key>,
    ) -> Result<(), SyncError> {
        let key_of = |index: usize| here.get(&list.to.child(index.to_string()));
        let mut keys: Vec<Option<&Key>> = (0..items.len()).map(key_of).collect();
        let key_of = |index: usize| coming.get(&list.from.child(index.to_string()));
        for index in list.indices.iter().copied() {
            let mut before = (0..index).rev().filter_map(key_of);
            let place = before.find_map(|key| keys.iter().rposition(|own| *own == Some(key)));
            let at = place.map_or(if index == 0 { 0 } else { items.len() }, |before| before + 1);
            items.insert(at, self.coming_value(&list.from.child(index.to_string()))?);
            keys.insert(at, key_of(index));
        }
        Ok(())
    }

    /// A new resource as it comes: with what is new in it, without what is elsewhere as long as that does not move.
    fn coming_value(&self, at: &Pointer) -> Result<Value, SyncError> {
        let mut value = self.value(self.new, at)?;
        let stays = |it: &&Resource| it.at != *at && is_inside(&it.at, at) && !self.added.contains(&it.at);
        // From the bottom up, as each shifts what is below it.
        for inner in self.coming.iter().filter(stays).collect::<Vec<_>>().into_iter().rev() {
            remove_at(&mut value, &inner.at.parts()[at.parts().len()..]);
        }
        Ok(value)
    }

    /// Moves a resource with all that is in it now.
    fn move_over(&mut self, change: &Change) -> Result<(), SyncError> {
        let at = self.place(change)?;
        let (mut value, new) = (self.value(&self.document, &at)?, self.value(self.new, &change.at)?);
        if let (Value::Mapping(own), Value::Mapping(new)) = (&mut value, new)
            && set_own_fields(own, new, |key| self.holds_others(change, &at, &key.to_key()))
        {
            self.kept.push(change.at.clone());
        }
        self.edit(&Edit::Remove { at })?;
        self.put(change, value)
    }

    /// Puts a resource after the sibling that it follows in the new version, or at the end.
    fn put(&mut self, change: &Change, value: Value) -> Result<(), SyncError> {
        let (list, index) = split(&change.at).ok_or_else(|| self.whole_only())?;
        let parent = self.parent_list(change, &list)?;
        let before = (0..index).rev().find_map(|index| self.same_resource(&list.child(index.to_string())));
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
    fn parent_list(&self, change: &Change, list: &Pointer) -> Result<Pointer, SyncError> {
        let parent = self.coming.iter().rfind(|resource| resource.holds(list) && resource.at != change.at);
        let Some(parent) = parent else { return Ok(list.clone()) };
        let within = parent.field(list).ok_or_else(|| self.whole_only())?;
        let own = self.find(&parent.kind, parent.id.as_deref()).ok_or_else(|| self.whole_only())?;
        Ok(own.at.join(&within))
    }

    /// Takes the top fields of a resource that differ, but for those that hold other resources.
    fn modify(&mut self, change: &Change) -> Result<(), SyncError> {
        let Value::Mapping(entries) = self.value(self.new, &change.at)? else {
            return Err(self.whole_only());
        };
        let at = self.place(change)?;
        let Value::Mapping(old) = self.value(&self.document, &at)? else { return Err(self.whole_only()) };
        for (key, value) in &entries {
            let Some(name) = key.as_str() else { return Err(self.whole_only()) };
            let is_same = old.iter().any(|(own, own_value)| own == key && own_value == value);
            if !is_same && !self.holds_others(change, &at, name) {
                self.edit(&Edit::Set { at: at.child(name), value: value.clone() })?;
            }
        }
        for (key, _) in old.iter().filter(|(key, _)| !entries.iter().any(|(kept, _)| kept == key)) {
            let Some(name) = key.as_str() else { continue };
            if self.holds_others(change, &at, name) {
                self.kept.push(change.at.clone());
            } else {
                self.edit(&Edit::Remove { at: at.child(name) })?;
            }
        }
        Ok(())
    }

    /// Whether other resources are in this field of a resource, which is at `at` in the text, there or in the new
    /// version.
    fn holds_others(&self, change: &Change, at: &Pointer, field: &str) -> bool {
        let holds =
            |resources: &[Resource], field: &Pointer| resources.iter().any(|it| is_inside(&it.at, field));
        holds(&self.coming, &change.at.child(field)) || holds(&self.resources, &at.child(field))
    }

    /// Takes the fields out of a resource that it kept as long as others were in them.
    fn drop_emptied(&mut self, coming: &Pointer) -> Result<(), SyncError> {
        let Some(at) = self.same_resource(coming) else { return Ok(()) };
        let (Value::Mapping(own), Value::Mapping(new)) =
            (self.value(&self.document, &at)?, self.value(self.new, coming)?)
        else {
            return Ok(());
        };
        for (key, _) in own.iter().filter(|(key, _)| !new.iter().any(|(kept, _)| kept == key)) {
            let field = at.child(key.to_key());
            if !self.resources.iter().any(|it| is_inside(&it.at, &field)) {
                self.edit(&Edit::Remove { at: field })?;
            }
        }
        Ok(())
    }

    /// Where the changed resource is in this text.
    fn place(&self, change: &Change) -> Result<Pointer, SyncError> {
        match &change.id {
            Some(id) => self.find(&change.kind, Some(id)).map(|resource| resource.at.clone()),
            None => change.old_at.clone(),
        }
        .ok_or_else(|| self.whole_only())
    }

    fn find(&self, kind: &str, id: Option<&str>) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.kind == kind && resource.id.as_deref() == id)
    }

    /// The resource of this text that stands at a place of the new version.
    fn same_resource(&self, at: &Pointer) -> Option<Pointer> {
        let there = self.coming.iter().find(|resource| resource.at == *at)?;
        self.find(&there.kind, Some(there.id.as_deref()?)).map(|resource| resource.at.clone())
    }

    fn value(&self, document: &Document, at: &Pointer) -> Result<Value, SyncError> {
        document.lookup(at).map(|node| document.value(node)).ok_or_else(|| self.whole_only())
    }

    fn edit(&mut self, edit: &Edit) -> Result<(), SyncError> {
        let failed = |source| SyncError::Edit { path: self.path.clone(), source };
        let text = self.document.edit(edit).map_err(failed)?;
        let unreadable = |source| SyncError::Unreadable { path: self.path.clone(), source };
        self.document = Document::parse(text.as_bytes(), self.document.language()).map_err(unreadable)?;
        self.resources = self.workspace.format().resources(self.path, &self.document);
        Ok(())
    }

    fn whole_only(&self) -> SyncError {
        SyncError::WholeFileOnly(self.path.clone())
    }
}

/// Kind and id, by which a resource is found in another version.
type Key = (String, String);

fn by_place(resources: &[Resource]) -> HashMap<Pointer, Key> {
    let with_id = |it: &Resource| Some((it.at.clone(), (it.kind.clone(), it.id.clone()?)));
    resources.iter().filter_map(with_id).collect()
}

/// Takes out of a value what is at a place in it.
fn remove_at(value: &mut Value, parts: &[String]) {
    let Some((last, path)) = parts.split_last() else { return };
    let around = path.iter().fold(Pointer::root(), |at, part| at.child(part.as_str()));
    match at_mut(value, &around) {
        Some(Value::Mapping(entries)) => entries.retain(|(key, _)| key.to_key() != *last),
        Some(Value::Sequence(items)) => {
            if let Some(index) = last.parse().ok().filter(|index| *index < items.len()) {
                items.remove(index);
            }
        }
        _ => {}
    }
}

fn split(at: &Pointer) -> Option<(Pointer, usize)> {
    let (last, parents) = at.parts().split_last()?;
    let parent = parents.iter().fold(Pointer::root(), |at, part| at.child(part.as_str()));
    Some((parent, last.parse().ok()?))
}

/// Gives a resource other fields, but for those that hold other resources; answers whether it keeps one of these that
/// it has no more.
fn set_own_fields(
    old: &mut Vec<(Value, Value)>,
    new: Vec<(Value, Value)>,
    holds_others: impl Fn(&Value) -> bool,
) -> bool {
    let is_new = |key: &Value| new.iter().any(|(kept, _)| kept == key);
    let mut keeps = false;
    old.retain(|(key, _)| {
        is_new(key) || {
            let holds = holds_others(key);
            keeps |= holds;
            holds
        }
    });
    for (key, value) in new {
        match old.iter_mut().find(|(own, _)| *own == key) {
            _ if holds_others(&key) => {}
            Some((_, own)) => *own = value,
            None => old.push((key, value)),
        }
    }
    keeps
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
