//! Settling conflicts: by a value that is taken, or by any later change of the field.

use syncline_document::{Document, Pointer, Value};
use syncline_merge::{Conflict, ConflictId, Located, Place};
use syncline_repo::{CommitId, NewCommit, TreeChange, TreeId};

use crate::advance::{Advance, replace};
use crate::conflicts::ConflictSet;
use crate::place;
use crate::reading::Version;
use crate::{Held, ResolveReport, SyncError, Take, Workspace};

impl Workspace {
    /// What is held on the branch, by path and field.
    pub fn conflicts(&self) -> Result<Vec<Held>, SyncError> {
        let head = self.repo.head()?;
        let Some(branch) = head.branch() else { return Ok(Vec::new()) };
        let tree = self.tree_of(head.commit())?;
        let mut listed = Vec::new();
        for (set, is_draft) in
            [(ConflictSet::of_branch(&self.repo, branch)?, false), (self.draft_conflicts(branch)?, true)]
        {
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
        let single = settled.iter().filter(|held| *take == Take::Both && !held.takes_both());
        let single: Vec<_> = single.map(|held| held.id.clone()).collect();
        if !single.is_empty() {
            return Err(SyncError::BothOnScalar(single));
        }
        let (of_work, of_commits): (Vec<_>, Vec<_>) = settled.iter().partition(|held| held.is_draft);
        let mut tree = self.repo.tree_of(old)?;
        for held in of_commits {
            tree = self.take(tree, &held.conflict, take)?;
        }
        let of_work: Vec<_> = of_work.into_iter().map(|held| held.conflict.clone()).collect();
        let mut of_branch = ConflictSet::of_branch(&self.repo, &on.name)?;
        let mut of_draft = self.draft_conflicts(&on.name)?;
        for id in ids {
            of_branch.settle(id);
            of_draft.settle(id);
        }
        let mut refs = self.store_conflicts(&of_branch, None)?;
        refs.extend(self.store_conflicts(&of_draft, None)?);
        let left = of_branch.len() + of_draft.len();
        let description = describe(&settled);
        let mut commit = None;
        if tree != self.repo.tree_of(old)? {
            let new = self.settling_commit(tree, old, &description)?;
            let message = format!("resolve: {description}");
            refs.insert(0, replace(on.name.ref_name(), Some(old), Some(new), &message));
            commit = Some(new);
        }
        if commit.is_none() && of_work.is_empty() {
            self.finish("resolve", &description, refs, Vec::new())?;
            return Ok(ResolveReport { settled, commit, left });
        }
        self.advance(Advance {
            kind: "resolve",
            description,
            branch: &on.name,
            old: Some(old),
            new: commit.unwrap_or(old),
            refs,
            in_draft: Some((&of_work, take)),
        })?;
        Ok(ResolveReport { settled, commit, left })
    }

    fn settling_commit(&self, tree: TreeId, parent: CommitId, message: &str) -> Result<CommitId, SyncError> {
        let author = self.author()?;
        let committer = self.committer().unwrap_or_else(|| author.clone());
        let message = message.to_owned();
        Ok(self.repo.commit(&NewCommit { tree, parents: vec![parent], author, committer, message })?)
    }

    /// Takes conflicts out of a set whose field was changed on the way from the old commits to the new one;
    /// answers them. Those of a file that was moved follow it.
    pub(crate) fn settle_changed(
        &self,
        set: &mut ConflictSet,
        old: &[Option<CommitId>],
        new: CommitId,
    ) -> Result<Vec<ConflictId>, SyncError> {
        if set.len() == 0 {
            return Ok(Vec::new());
        }
        let old: Vec<_> = old.iter().map(|commit| self.tree_of(*commit)).collect::<Result<_, _>>()?;
        self.settle_changed_tree(set, &old, self.repo.tree_of(new)?)
    }

    pub(crate) fn settle_changed_tree(
        &self,
        set: &mut ConflictSet,
        old: &[Option<TreeId>],
        new: TreeId,
    ) -> Result<Vec<ConflictId>, SyncError> {
        let mut changed = Vec::new();
        for tree in old {
            changed.extend(self.repo.diff_trees(*tree, Some(new), self.folder())?);
        }
        let touched = |conflict: &Conflict| changed.iter().any(|change| change.path == conflict.path);
        let candidates: Vec<_> = set
            .iter()
            .filter(|(_, conflict)| touched(conflict))
            .map(|(id, conflict)| (id.clone(), conflict.clone()))
            .collect();
        let mut settled = Vec::new();
        for (id, conflict) in candidates {
            if self.still_has_kept(&conflict, new)? {
                continue;
            }
            set.settle(&id);
            let moved = match self.moved_with_its_item(&conflict, &changed, new)? {
                None => self.moved_with_its_file(&conflict, &changed, new)?,
                moved => moved,
            };
            match moved {
                Some(moved) => set.hold([moved]),
                None => settled.push(id),
            }
        }
        Ok(settled)
    }

    /// The conflict at the place in its file to which an item of a list around it was moved.
    fn moved_with_its_item(
        &self,
        conflict: &Conflict,
        changed: &[TreeChange],
        tree: TreeId,
    ) -> Result<Option<Conflict>, SyncError> {
        if conflict.place != Place::Field || conflict.kept_value().is_none() {
            return Ok(None);
        }
        for change in changed.iter().filter(|change| change.path == conflict.path) {
            let (old, new) = self.versions(&change.path, change.old, change.new)?;
            let [Some(old), Some(new)] =
                [&old, &new].map(|version| version.as_ref().and_then(|version| version.reading.document()))
            else {
                continue;
            };
            let moved = self.place_around(conflict, old).zip(self.place_around(conflict, new)).and_then(
                |((old_at, within), (new_at, _))| {
                    let value = |document: &Document, at| Some(document.value(document.lookup(at)?));
                    let within = place::follow(&value(old, &old_at)?, &value(new, &new_at)?, &within)?;
                    Some(moved_to(conflict, &new_at, within))
                },
            );
            if let Some(moved) = moved
                && self.still_has_kept(&moved, tree)?
            {
                return Ok(Some(moved));
            }
        }
        Ok(None)
    }

    /// The resource of a conflict in a document, and the field in it; of one without an id the document.
    fn place_around(&self, conflict: &Conflict, document: &Document) -> Option<(Pointer, Pointer)> {
        let Some(resource) = conflict.resource.as_ref().filter(|resource| resource.id.is_some()) else {
            return Some((Pointer::root(), conflict.field.clone()));
        };
        let resources = self.format().resources(&conflict.path, document);
        let now = resources.into_iter().find(|now| now.kind == resource.kind && now.id == resource.id)?;
        Some((now.at, resource.field.clone()))
    }

    /// The conflict in the file that its resource, or all of its file, was moved to.
    fn moved_with_its_file(
        &self,
        conflict: &Conflict,
        changed: &[TreeChange],
        tree: TreeId,
    ) -> Result<Option<Conflict>, SyncError> {
        let was = changed.iter().find(|change| change.path == conflict.path).and_then(|change| change.old);
        let has_id = conflict.resource.as_ref().is_some_and(|resource| resource.id.is_some());
        for change in changed.iter().filter(|change| change.path != conflict.path) {
            let is_same_file = change.old.is_none() && change.new.is_some() && change.new == was;
            let moved = Conflict { path: change.path.clone(), ..conflict.clone() };
            let can_tell = is_same_file || (has_id && conflict.place == Place::Field);
            if can_tell && conflict.kept_value().is_some() && self.still_has_kept(&moved, tree)? {
                return Ok(Some(moved));
            }
        }
        Ok(None)
    }

    /// Whether a conflict's place still holds the value that was kept there.
    fn still_has_kept(&self, conflict: &Conflict, tree: TreeId) -> Result<bool, SyncError> {
        let entry = self.repo.entry_at(tree, &conflict.path)?;
        let version = self.version(&conflict.path, entry, true)?;
        Ok(match conflict.place {
            Place::Field => self.field_now(conflict, version.as_ref()) == conflict.kept_value().cloned(),
            Place::Lines => match version {
                Some(version) => self.locate_lines(conflict, &version.bytes)? != Located::Changed,
                None => false,
            },
            Place::File => match conflict.kept_value() {
                None => entry.is_none(),
                Some(kept) => entry.is_some() && entry == self.file_entry(kept, entry)?,
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
    pub(crate) fn place_in(&self, conflict: &Conflict, document: &Document) -> Option<Pointer> {
        let Some((resource, id)) = conflict.resource.as_ref().and_then(|one| Some((one, one.id.as_ref()?)))
        else {
            return Some(conflict.field.clone());
        };
        let resources = self.format().resources(&conflict.path, document);
        let now =
            resources.into_iter().find(|now| now.kind == resource.kind && now.id.as_ref() == Some(id))?;
        Some(resource.field.parts().iter().fold(now.at, |at, part| at.child(part.as_str())))
    }

    /// The conflict with its place as of now.
    fn placed_now(&self, conflict: &Conflict, tree: Option<TreeId>) -> Result<Conflict, SyncError> {
        let Some(tree) = tree else { return Ok(conflict.clone()) };
        match conflict.place {
            Place::Field => self.with_field_in(conflict, tree),
            Place::Lines => self.with_lines_in(conflict, tree),
            Place::File | Place::Path => Ok(conflict.clone()),
        }
    }

    fn with_field_in(&self, conflict: &Conflict, tree: TreeId) -> Result<Conflict, SyncError> {
        let mut placed = conflict.clone();
        if conflict.resource.as_ref().is_none_or(|resource| resource.id.is_none()) {
            return Ok(placed);
        }
        let version = self.version(&conflict.path, self.repo.entry_at(tree, &conflict.path)?, true)?;
        let document = version.as_ref().and_then(|version| version.reading.document());
        if let Some(at) = document.and_then(|document| self.place_in(conflict, document)) {
            placed.field = at;
        }
        Ok(placed)
    }

    /// Conflicts between the draft (`folder`) and what was pulled are the branch's once the draft's value is
    /// committed. One whose value the draft has no more is settled.
    pub(crate) fn promote_draft_conflicts(
        &self,
        of_draft: &mut ConflictSet,
        of_branch: &mut ConflictSet,
        (old, new): (Option<CommitId>, CommitId),
        folder: TreeId,
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
            if self.still_has_kept(&conflict, tree)? {
                of_draft.settle(&id);
                of_branch.hold([self.with_lines_in(&conflict, tree)?]);
            } else if !self.still_has_kept(&conflict, folder)? {
                of_draft.settle(&id);
            }
        }
        Ok(())
    }
}

fn moved_to(conflict: &Conflict, around: &Pointer, within: Pointer) -> Conflict {
    let field = within.parts().iter().fold(around.clone(), |at, part| at.child(part.as_str()));
    let mut moved = Conflict { field, ..conflict.clone() };
    if let Some(resource) = moved.resource.as_mut().filter(|resource| resource.id.is_some()) {
        resource.field = within;
    }
    moved
}

fn describe(settled: &[Held]) -> String {
    let [one] = settled else { return format!("Settle {} conflicts", settled.len()) };
    let (what, field) = match &one.conflict.resource {
        Some(resource) => (format!("{} {}", resource.kind, resource.name), &resource.field),
        None => (one.conflict.path.to_string(), &one.conflict.field),
    };
    if field.parts().is_empty() { format!("Settle {what}") } else { format!("Settle {field} of {what}") }
}
