//! Settling conflicts: by a value that is taken, or by any later change of the field.

use syncline_document::{Document, Edit, NodeKind, Pointer, Value};
use syncline_format::RepoPath;
use syncline_merge::{Conflict, ConflictId, Place, Side};
use syncline_repo::{BlobId, CommitId, Entry, Mode, NewCommit, TreeId};

use crate::advance::{Advance, replace};
use crate::conflicts::ConflictSet;
use crate::reading::{Reading, Version};
use crate::{Held, ResolveReport, SyncError, Take, Workspace};

impl Workspace {
    /// What is held on the branch, by path and field.
    pub fn conflicts(&self) -> Result<Vec<Held>, SyncError> {
        let head = self.repo.head()?;
        let Some(branch) = head.branch() else { return Ok(Vec::new()) };
        let tree = self.tree_of(head.commit())?;
        let mut listed = Vec::new();
        for (set, is_draft) in [
            (ConflictSet::of_branch(&self.repo, branch)?, false),
            (ConflictSet::of_draft(&self.repo, branch)?, true),
        ] {
            for (id, conflict) in set.iter() {
                let conflict = self.placed_now(conflict, tree)?;
                listed.push(Held { id: id.clone(), conflict, is_draft });
            }
        }
        listed.sort_by(|a, b| {
            (&a.conflict.path, &a.conflict.field, &a.id).cmp(&(&b.conflict.path, &b.conflict.field, &b.id))
        });
        Ok(listed)
    }

    /// The id that begins with these digits.
    pub fn find_conflict(&self, prefix: &str) -> Result<ConflictId, SyncError> {
        let held = self.conflicts()?;
        let mut found = held.iter().filter(|held| held.id.as_str().starts_with(prefix)).map(|held| &held.id);
        match (found.next(), found.next()) {
            (Some(id), None) if !prefix.is_empty() => Ok(id.clone()),
            (Some(_), _) => Err(SyncError::AmbiguousConflict(prefix.to_owned())),
            (None, _) => Err(SyncError::UnknownConflict(prefix.to_owned())),
        }
    }

    /// Settles conflicts by an ordinary commit; work that is not committed stays.
    pub fn resolve(&mut self, ids: &[ConflictId], take: &Take) -> Result<ResolveReport, SyncError> {
        let _lock = self.begin()?;
        let on = self.on_branch()?;
        let old = on.commit.ok_or_else(|| SyncError::Unborn(on.name.to_string()))?;
        let all = self.conflicts()?;
        let mut settled = Vec::new();
        for id in ids {
            let held = all.iter().find(|held| held.id == *id);
            settled.push(held.cloned().ok_or_else(|| SyncError::UnknownConflict(id.to_string()))?);
        }
        let mut tree = self.repo.tree_of(old)?;
        for held in &settled {
            tree = self.take(tree, &held.conflict, take)?;
        }
        let mut of_branch = ConflictSet::of_branch(&self.repo, &on.name)?;
        let mut of_draft = ConflictSet::of_draft(&self.repo, &on.name)?;
        for id in ids {
            of_branch.settle(id);
            of_draft.settle(id);
        }
        let mut refs = self.store_conflicts(&of_branch, None)?;
        refs.extend(self.store_conflicts(&of_draft, None)?);
        let left = of_branch.len() + of_draft.len();
        let description = describe(&settled);
        if tree == self.repo.tree_of(old)? {
            self.finish("resolve", &description, refs, Vec::new())?;
            return Ok(ResolveReport { settled, commit: None, left });
        }
        let commit = self.settling_commit(tree, old, &description)?;
        refs.insert(
            0,
            replace(on.name.ref_name(), Some(old), Some(commit), &format!("resolve: {description}")),
        );
        let step =
            Advance { kind: "resolve", description, branch: &on.name, old: Some(old), new: commit, refs };
        self.advance(step)?;
        Ok(ResolveReport { settled, commit: Some(commit), left })
    }

    fn settling_commit(&self, tree: TreeId, parent: CommitId, message: &str) -> Result<CommitId, SyncError> {
        let author = self.author()?;
        let committer = self.committer().unwrap_or_else(|| author.clone());
        let message = message.to_owned();
        Ok(self.repo.commit(&NewCommit { tree, parents: vec![parent], author, committer, message })?)
    }

    /// The tree with a conflict's place holding what is taken.
    fn take(&self, tree: TreeId, conflict: &Conflict, take: &Take) -> Result<TreeId, SyncError> {
        match conflict.place {
            Place::Field => self.take_field(tree, conflict, take),
            Place::Lines => self.take_lines(tree, conflict, take),
            Place::File => self.take_file(tree, conflict, take),
            Place::Path => self.take_path(tree, conflict, take),
        }
    }

    fn take_field(&self, tree: TreeId, conflict: &Conflict, take: &Take) -> Result<TreeId, SyncError> {
        let gone = || SyncError::PlaceGone(conflict.id().to_string());
        let entry = self.repo.entry_at(tree, &conflict.path)?.ok_or_else(gone)?;
        let bytes = self.repo.read_blob(entry.id)?;
        let reading = self.read_bytes(&conflict.path, &bytes, true);
        let document = match &reading {
            Reading::Document(document) => document,
            Reading::Bad(source) => {
                return Err(SyncError::Unreadable { path: conflict.path.clone(), source: source.clone() });
            }
            Reading::Opaque => return Err(gone()),
        };
        let at = self.place_in(conflict, document).unwrap_or_else(|| conflict.field.clone());
        let edited = |edit: Edit| {
            document.edit(&edit).map_err(|source| SyncError::Edit { path: conflict.path.clone(), source })
        };
        let text = match wanted(conflict, take)? {
            Wanted::Value(Some(value)) => edited(Edit::Set { at, value })?,
            Wanted::Value(None) if document.lookup(&at).is_none() => return Ok(tree),
            Wanted::Value(None) => edited(Edit::Remove { at })?,
            Wanted::Both(first, second) => match &document.node(document.root()).kind {
                _ if is_list_item(document, &at) => {
                    let both = edited(Edit::Set { at: at.clone(), value: first })?;
                    let document = Document::parse(both.as_bytes(), document.language())
                        .map_err(|source| SyncError::Unreadable { path: conflict.path.clone(), source })?;
                    let after = next_item(&at).ok_or_else(gone)?;
                    document
                        .edit(&Edit::Insert { at: after, value: second })
                        .map_err(|source| SyncError::Edit { path: conflict.path.clone(), source })?
                }
                _ => edited(Edit::Set { at, value: joined(conflict, &first, &second)? })?,
            },
        };
        self.put(tree, &conflict.path, entry.mode, text.as_bytes())
    }

    fn take_lines(&self, tree: TreeId, conflict: &Conflict, take: &Take) -> Result<TreeId, SyncError> {
        let gone = || SyncError::PlaceGone(conflict.id().to_string());
        let entry = self.repo.entry_at(tree, &conflict.path)?.ok_or_else(gone)?;
        let bytes = self.repo.read_blob(entry.id)?;
        let text = String::from_utf8(bytes).map_err(|_| gone())?;
        let kept = conflict.kept_value().and_then(Value::as_str).unwrap_or_default();
        let new = match wanted(conflict, take)? {
            Wanted::Value(value) => value.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned(),
            Wanted::Both(first, second) => [first.as_str(), second.as_str()].into_iter().flatten().collect(),
        };
        if new == kept {
            return Ok(tree);
        }
        let mut places = text.match_indices(kept).filter(|(at, _)| *at == 0 || text[..*at].ends_with('\n'));
        let (Some((at, _)), None, false) = (places.next(), places.next(), kept.is_empty()) else {
            return Err(gone());
        };
        let text = format!("{}{new}{}", &text[..at], &text[at + kept.len()..]);
        self.put(tree, &conflict.path, entry.mode, text.as_bytes())
    }

    fn take_file(&self, tree: TreeId, conflict: &Conflict, take: &Take) -> Result<TreeId, SyncError> {
        let mode = self.repo.entry_at(tree, &conflict.path)?.map_or(Mode::File, |entry| entry.mode);
        let value = match wanted(conflict, take)? {
            Wanted::Value(value) => value,
            Wanted::Both(first, second) => Some(joined(conflict, &first, &second)?),
        };
        match value {
            None => Ok(self.repo.edit_tree(Some(tree), &[(conflict.path.clone(), None)])?),
            Some(Value::String(text)) => self.put(tree, &conflict.path, mode, text.as_bytes()),
            Some(stored) => {
                let entry = stored_entry(&stored)
                    .ok_or_else(|| SyncError::BadValue("not a file's text".to_owned()))?;
                Ok(self.repo.edit_tree(Some(tree), &[(conflict.path.clone(), Some(entry))])?)
            }
        }
    }

    /// Moves the file to the path that is taken.
    fn take_path(&self, tree: TreeId, conflict: &Conflict, take: &Take) -> Result<TreeId, SyncError> {
        let Wanted::Value(value) = wanted(conflict, take)? else {
            return Err(SyncError::BothOnScalar(conflict.id().to_string()));
        };
        let entry = self.repo.entry_at(tree, &conflict.path)?;
        let entry = entry.ok_or_else(|| SyncError::PlaceGone(conflict.id().to_string()))?;
        let text = value.as_ref().and_then(Value::as_str);
        let path = text.map(RepoPath::new).transpose()?.filter(|path| *path != conflict.path);
        let Some(path) = path else { return Ok(tree) };
        if self.repo.entry_at(tree, &path)?.is_some() {
            return Err(SyncError::BadValue(format!("there is another file at `{path}`")));
        }
        let edits = [(conflict.path.clone(), None), (path, Some(entry))];
        Ok(self.repo.edit_tree(Some(tree), &edits)?)
    }

    fn put(&self, tree: TreeId, path: &RepoPath, mode: Mode, bytes: &[u8]) -> Result<TreeId, SyncError> {
        if let Reading::Bad(source) = self.read_bytes(path, bytes, false) {
            return Err(SyncError::BadValue(format!("`{path}` would not parse: {source}")));
        }
        let entry = Entry { mode, id: self.repo.write_blob(bytes)? };
        Ok(self.repo.edit_tree(Some(tree), &[(path.clone(), Some(entry))])?)
    }

    /// Takes conflicts out of a set whose field another commit changed since they were held; answers them.
    pub(crate) fn settle_changed(
        &self,
        set: &mut ConflictSet,
        old: Option<CommitId>,
        new: CommitId,
    ) -> Result<Vec<ConflictId>, SyncError> {
        if set.len() == 0 {
            return Ok(Vec::new());
        }
        let (old, new) = (self.tree_of(old)?, self.repo.tree_of(new)?);
        let changed: Vec<_> = self.repo.diff_trees(old, Some(new), self.folder())?;
        let touched = |conflict: &Conflict| changed.iter().any(|change| change.path == conflict.path);
        let candidates: Vec<_> = set
            .iter()
            .filter(|(_, conflict)| touched(conflict))
            .map(|(id, conflict)| (id.clone(), conflict.clone()))
            .collect();
        let mut settled = Vec::new();
        for (id, conflict) in candidates {
            if !self.still_has_kept(&conflict, new)? {
                set.settle(&id);
                settled.push(id);
            }
        }
        Ok(settled)
    }

    /// Whether a conflict's place still holds the value that was kept there.
    fn still_has_kept(&self, conflict: &Conflict, tree: TreeId) -> Result<bool, SyncError> {
        let entry = self.repo.entry_at(tree, &conflict.path)?;
        let version = self.version(&conflict.path, entry, true)?;
        Ok(match conflict.place {
            Place::Field => self.field_now(conflict, version.as_ref()) == conflict.kept_value().cloned(),
            Place::Lines => version.is_some_and(|version| holds_lines(conflict, &version.bytes)),
            Place::File => match conflict.kept_value() {
                None => version.is_none(),
                Some(Value::String(text)) => version.is_some_and(|version| version.bytes == text.as_bytes()),
                Some(stored) => entry.is_some() && entry == stored_entry(stored),
            },
            Place::Path => entry.is_some(),
        })
    }

    fn field_now(&self, conflict: &Conflict, version: Option<&Version>) -> Option<Value> {
        let document = version?.reading.document()?;
        let at = self.place_in(conflict, document)?;
        document.lookup(&at).map(|node| document.value(node))
    }

    /// Where a conflict's field is in a document now. Of a resource with an id wherever it went.
    fn place_in(&self, conflict: &Conflict, document: &Document) -> Option<Pointer> {
        let Some((resource, id)) = conflict.resource.as_ref().and_then(|one| Some((one, one.id.as_ref()?)))
        else {
            return Some(conflict.field.clone());
        };
        let resources = self.format.resources(&conflict.path, document);
        let now =
            resources.into_iter().find(|now| now.kind == resource.kind && now.id.as_ref() == Some(id))?;
        Some(resource.field.parts().iter().fold(now.at, |at, part| at.child(part.as_str())))
    }

    /// The conflict with its field's place as of now.
    fn placed_now(&self, conflict: &Conflict, tree: Option<TreeId>) -> Result<Conflict, SyncError> {
        let mut placed = conflict.clone();
        let is_movable = conflict.resource.as_ref().is_some_and(|resource| resource.id.is_some());
        let (Some(tree), true, Place::Field) = (tree, is_movable, conflict.place) else { return Ok(placed) };
        let version = self.version(&conflict.path, self.repo.entry_at(tree, &conflict.path)?, true)?;
        let document = version.as_ref().and_then(|version| version.reading.document());
        if let Some(at) = document.and_then(|document| self.place_in(conflict, document)) {
            placed.field = at;
        }
        Ok(placed)
    }

    /// Conflicts between the draft and what was pulled are the branch's once the draft's file is committed.
    pub(crate) fn promote_draft_conflicts(
        &self,
        of_draft: &mut ConflictSet,
        of_branch: &mut ConflictSet,
        old: Option<CommitId>,
        new: CommitId,
    ) -> Result<(), SyncError> {
        let changed =
            self.repo.diff_trees(self.tree_of(old)?, Some(self.repo.tree_of(new)?), self.folder())?;
        let committed: Vec<_> = of_draft
            .iter()
            .filter(|(_, conflict)| changed.iter().any(|change| change.path == conflict.path))
            .map(|(id, conflict)| (id.clone(), conflict.clone()))
            .collect();
        let tree = self.repo.tree_of(new)?;
        for (id, conflict) in committed {
            of_draft.settle(&id);
            if self.still_has_kept(&conflict, tree)? {
                of_branch.hold([conflict]);
            }
        }
        Ok(())
    }
}

/// What a place is to hold.
enum Wanted {
    Value(Option<Value>),
    Both(Value, Value),
}

fn wanted(conflict: &Conflict, take: &Take) -> Result<Wanted, SyncError> {
    Ok(match take {
        Take::Ours => Wanted::Value(conflict.value_of(Side::Ours).cloned()),
        Take::Theirs => Wanted::Value(conflict.value_of(Side::Theirs).cloned()),
        Take::Base => Wanted::Value(conflict.base.clone()),
        Take::Value(value) => Wanted::Value(Some(value.clone())),
        Take::Both => match (conflict.value_of(Side::Ours), conflict.value_of(Side::Theirs)) {
            (Some(ours), Some(theirs)) if can_take_both(conflict, ours, theirs) => {
                Wanted::Both(ours.clone(), theirs.clone())
            }
            _ => return Err(SyncError::BothOnScalar(conflict.id().to_string())),
        },
    })
}

/// Two items or resources can stand side by side, and two texts one after the other; a single value cannot.
fn can_take_both(conflict: &Conflict, ours: &Value, theirs: &Value) -> bool {
    let is_container = |value: &Value| matches!(value, Value::Mapping(_) | Value::Sequence(_));
    let is_text = |value: &Value| value.as_str().is_some_and(|text| text.contains('\n'));
    match conflict.place {
        Place::Field => (is_container(ours) && is_container(theirs)) || (is_text(ours) && is_text(theirs)),
        Place::Lines => true,
        Place::File => ours.as_str().is_some() && theirs.as_str().is_some(),
        Place::Path => false,
    }
}

fn joined(conflict: &Conflict, first: &Value, second: &Value) -> Result<Value, SyncError> {
    match (first, second) {
        (Value::String(first), Value::String(second)) => {
            let line_end = if first.ends_with('\n') { "" } else { "\n" };
            Ok(Value::String(format!("{first}{line_end}{second}").into()))
        }
        (Value::Sequence(first), Value::Sequence(second)) => {
            let mut items = first.clone();
            items.extend(second.iter().filter(|item| !first.contains(item)).cloned());
            Ok(Value::Sequence(items))
        }
        _ => Err(SyncError::BothOnScalar(conflict.id().to_string())),
    }
}

fn is_list_item(document: &Document, at: &Pointer) -> bool {
    let parent = document.lookup(at).and_then(|node| document.node(node).parent);
    parent.is_some_and(|parent| matches!(document.node(parent).kind, NodeKind::Sequence(_)))
}

fn next_item(at: &Pointer) -> Option<Pointer> {
    let (last, parents) = at.parts().split_last()?;
    let index: usize = last.parse().ok()?;
    let parent = parents.iter().fold(Pointer::root(), |at, part| at.child(part.as_str()));
    Some(parent.child((index + 1).to_string()))
}

fn holds_lines(conflict: &Conflict, bytes: &[u8]) -> bool {
    let kept = conflict.kept_value().and_then(Value::as_str).unwrap_or_default();
    std::str::from_utf8(bytes).is_ok_and(|text| text.contains(kept))
}

/// `{"mode": "100644", "blob": "<id>"}`: a version that is no text.
fn stored_entry(value: &Value) -> Option<Entry> {
    let Value::Mapping(entries) = value else { return None };
    let text = |name: &str| {
        let found = entries.iter().find(|(key, _)| key.as_str() == Some(name));
        found.and_then(|(_, value)| value.as_str())
    };
    let mode = match text("mode")? {
        "100755" => Mode::Executable,
        "120000" => Mode::Link,
        "160000" => Mode::Submodule,
        _ => Mode::File,
    };
    let id: BlobId = text("blob")?.parse().ok()?;
    Some(Entry { mode, id })
}

fn describe(settled: &[Held]) -> String {
    let [one] = settled else { return format!("Settle {} conflicts", settled.len()) };
    match &one.conflict.resource {
        Some(resource) => format!("Settle {} of {} {}", resource.field, resource.kind, resource.name),
        None => format!("Settle {} of {}", one.conflict.field, one.conflict.path),
    }
}
