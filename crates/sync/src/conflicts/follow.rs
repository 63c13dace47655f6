//! Following conflicts: where their places are after a change, and which of them the change settled.

use syncline_document::{Pointer, Value};
use syncline_format::RepoPath;
use syncline_merge::{Conflict, ConflictId, Located, Place, Side};
use syncline_repo::{CommitId, TreeChange, TreeId};

use crate::conflicts::ConflictSet;
use crate::conflicts::comments::is_of_comments;
use crate::conflicts::lookup::Documents;
use crate::conflicts::place;
use crate::{SyncError, Workspace};

/// What became of a conflict on a way.
pub(crate) enum Fate {
    /// Its place has the value that was kept.
    Held,
    /// Its place has the value that was held.
    Taken,
    /// Its place has a third value, which the conflict names now.
    Changed(Box<Conflict>),
    /// Its place is gone, or nobody can tell what it has.
    Gone,
}

/// What changed on the way from some trees to one.
struct Way {
    changed: Vec<TreeChange>,
    /// From old path to new path; looked for where a conflict's file is gone.
    renamed: Vec<(RepoPath, RepoPath)>,
    to: TreeId,
}

impl Workspace {
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
        let way = self.way(old, new, set.iter().map(|(_, conflict)| conflict))?;
        let mut candidates: Vec<_> = set
            .iter()
            .filter(|(_, conflict)| way.touches(conflict))
            .map(|(id, conflict)| (id.clone(), conflict.clone()))
            .collect();
        candidates.sort_by(|(_, a), (_, b)| a.path.cmp(&b.path));
        let mut documents = Documents::new(self);
        let mut settled = Vec::new();
        for (id, conflict) in candidates {
            set.settle(&id);
            match self.still_held(&conflict, &way, &mut documents)? {
                Some(conflict) => set.hold([conflict]),
                None => settled.push(id),
            }
        }
        Ok(settled)
    }

    /// What became of conflicts on the way from some trees to one, each with what its place has now.
    pub(crate) fn fates(
        &self,
        conflicts: &[Conflict],
        old: &[Option<TreeId>],
        new: TreeId,
    ) -> Result<Vec<Fate>, SyncError> {
        let way = self.way(old, new, conflicts.iter())?;
        let mut documents = Documents::new(self);
        conflicts.iter().map(|conflict| self.fate(conflict, &way, &mut documents)).collect()
    }

    /// Conflicts after a change that nobody made to settle any of them: where their places are, with what is there
    /// now. One whose place is gone, or has the value that was held, is none any more.
    pub(crate) fn along(
        &self,
        conflicts: Vec<Conflict>,
        old: TreeId,
        new: TreeId,
    ) -> Result<Vec<Conflict>, SyncError> {
        let way = self.way(&[Some(old)], new, conflicts.iter())?;
        let (mut documents, mut left) = (Documents::new(self), Vec::new());
        for conflict in conflicts {
            if !way.touches(&conflict) {
                left.push(conflict);
            } else if let Some(held) = self.still_held(&conflict, &way, &mut documents)? {
                left.push(held);
            } else if let Fate::Changed(now) = self.fate(&conflict, &way, &mut documents)? {
                left.push(*now);
            }
        }
        Ok(left)
    }

    fn fate(&self, conflict: &Conflict, way: &Way, documents: &mut Documents<'_>) -> Result<Fate, SyncError> {
        if !way.touches(conflict) || self.still_held(conflict, way, documents)?.is_some() {
            return Ok(Fate::Held);
        }
        let elsewhere = way.changed.iter().filter(|change| way.may_have(conflict, change));
        for path in [&conflict.path].into_iter().chain(elsewhere.map(|change| &change.path)) {
            let moved = Conflict { path: path.clone(), ..conflict.clone() };
            if let Some(now) = self.value_now(&moved, way.to, documents)? {
                let (other, entry) = (conflict.kept.other(), self.repo.entry_at(way.to, path)?);
                let is_other =
                    conflict.value_of(other) == Some(&now) && documents.is_where(&moved, entry, other)?;
                return Ok(if is_other {
                    Fate::Taken
                } else {
                    Fate::Changed(Box::new(documents.with_place(moved.with_kept(now), entry)?))
                });
            }
        }
        Ok(Fate::Gone)
    }

    /// What a conflict's place holds, where it is a field or a file of text.
    fn value_now(
        &self,
        conflict: &Conflict,
        tree: TreeId,
        documents: &mut Documents<'_>,
    ) -> Result<Option<Value>, SyncError> {
        let entry = self.repo.entry_at(tree, &conflict.path)?;
        match (conflict.place, entry) {
            (Place::Field, entry) => documents.value_of(conflict, entry),
            (Place::File, Some(entry)) if conflict.kept_value().is_some_and(|it| it.as_str().is_some()) => {
                let version = self.version(&conflict.path, Some(entry), true)?;
                Ok(version.and_then(|it| String::from_utf8(it.bytes).ok()).map(Value::string))
            }
            _ => Ok(None),
        }
    }

    /// Conflicts with the files that they are in after the way from one tree to another.
    pub(crate) fn in_moved_files(
        &self,
        conflicts: Vec<Conflict>,
        old: Option<TreeId>,
        new: TreeId,
    ) -> Result<Vec<Conflict>, SyncError> {
        let way = self.way(&[old], new, conflicts.iter())?;
        let mut documents = Documents::new(self);
        let mut follow = |conflict: Conflict| -> Result<Conflict, SyncError> {
            let moved =
                if way.is_gone(&conflict) { self.still_held(&conflict, &way, &mut documents)? } else { None };
            Ok(moved.unwrap_or(conflict))
        };
        conflicts.into_iter().map(&mut follow).collect()
    }

    /// What changed on the way to a tree, as far as it tells where these conflicts went.
    fn way<'c>(
        &self,
        old: &[Option<TreeId>],
        new: TreeId,
        mut conflicts: impl Iterator<Item = &'c Conflict>,
    ) -> Result<Way, SyncError> {
        let mut way = Way { changed: Vec::new(), renamed: Vec::new(), to: new };
        for tree in old {
            way.changed.extend(self.repo.diff_trees(*tree, Some(new), self.folder())?);
        }
        if conflicts.any(|conflict| way.is_gone(conflict)) {
            way.renamed =
                self.renamed(way.changed.iter().map(|change| (&change.path, change.old, change.new)))?;
        }
        Ok(way)
    }

    /// The conflict where it is after the way; `None` where the way settled it.
    fn still_held(
        &self,
        conflict: &Conflict,
        way: &Way,
        documents: &mut Documents<'_>,
    ) -> Result<Option<Conflict>, SyncError> {
        if self.still_has_kept(conflict, way.to, documents)? {
            return Ok(Some(conflict.clone()));
        }
        match self.moved_with_its_item(conflict, way, documents)? {
            None => self.moved_with_its_file(conflict, way, documents),
            moved => Ok(moved),
        }
    }

    /// The conflict at the place in its file to which an item of a list around it was moved.
    fn moved_with_its_item(
        &self,
        conflict: &Conflict,
        way: &Way,
        documents: &mut Documents<'_>,
    ) -> Result<Option<Conflict>, SyncError> {
        if conflict.place != Place::Field || conflict.kept_value().is_none() {
            return Ok(None);
        }
        for change in way.changed.iter().filter(|change| change.path == conflict.path) {
            let (old, new) =
                (documents.read(&change.path, change.old)?, documents.read(&change.path, change.new)?);
            let (Some(old), Some(new)) = (old, new) else { continue };
            let moved =
                old.around(conflict).zip(new.around(conflict)).and_then(|((old_at, within), (new_at, _))| {
                    let within = place::follow(&old.value_at(&old_at)?, &new.value_at(&new_at)?, &within)?;
                    Some(moved_to(conflict, &new_at, within))
                });
            if let Some(moved) = moved
                && self.still_has_kept(&moved, way.to, documents)?
            {
                return Ok(Some(moved));
            }
        }
        Ok(None)
    }

    /// The conflict in the file that its resource, or all of its file, was moved to.
    fn moved_with_its_file(
        &self,
        conflict: &Conflict,
        way: &Way,
        documents: &mut Documents<'_>,
    ) -> Result<Option<Conflict>, SyncError> {
        if conflict.kept_value().is_none() {
            return Ok(None);
        }
        for change in way.changed.iter().filter(|change| way.may_have(conflict, change)) {
            let moved = Conflict { path: change.path.clone(), ..conflict.clone() };
            if self.still_has_kept(&moved, way.to, documents)? {
                return Ok(Some(moved));
            }
        }
        Ok(None)
    }

    /// Whether a conflict's place still holds the value that was kept there.
    pub(crate) fn still_has_kept(
        &self,
        conflict: &Conflict,
        tree: TreeId,
        documents: &mut Documents<'_>,
    ) -> Result<bool, SyncError> {
        let entry = self.repo.entry_at(tree, &conflict.path)?;
        Ok(match conflict.place {
            Place::Field => {
                documents.value_of(conflict, entry)? == conflict.kept_value().cloned()
                    && documents.is_where(conflict, entry, conflict.kept)?
            }
            Place::Lines if is_of_comments(conflict) => {
                documents.comments_of(conflict, entry)?.as_ref() == conflict.kept_value()
            }
            Place::Lines => match self.version(&conflict.path, entry, true)? {
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

    /// The conflict with its place as of now.
    pub(crate) fn placed_now(
        &self,
        conflict: &Conflict,
        tree: Option<TreeId>,
        documents: &mut Documents<'_>,
    ) -> Result<Conflict, SyncError> {
        let Some(tree) = tree else { return Ok(conflict.clone()) };
        match conflict.place {
            Place::Lines if !is_of_comments(conflict) => self.with_lines_in(conflict, tree),
            Place::Field | Place::Lines => {
                let document = documents.read(&conflict.path, self.repo.entry_at(tree, &conflict.path)?)?;
                let field = document.and_then(|document| document.place_of(conflict));
                let field = field.unwrap_or_else(|| conflict.field.clone());
                Ok(Conflict { field, ..conflict.clone() })
            }
            Place::File | Place::Path => Ok(conflict.clone()),
        }
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
        let (old, tree) = (self.tree_of(old)?, self.repo.tree_of(new)?);
        let way = self.way(&[old], tree, of_draft.iter().map(|(_, conflict)| conflict))?;
        let in_folder = self.way(&[old], folder, of_draft.iter().map(|(_, conflict)| conflict))?;
        let touched: Vec<_> = of_draft
            .iter()
            .filter(|(_, conflict)| way.touches(conflict))
            .map(|(id, conflict)| (id.clone(), conflict.clone()))
            .collect();
        let mut documents = Documents::new(self);
        for (id, conflict) in touched {
            of_draft.settle(&id);
            if let Some(committed) = self.still_held(&conflict, &way, &mut documents)? {
                let mut committed = self.with_lines_in(&committed, tree)?;
                committed.authors.set(Side::Ours, self.author_of(new)?);
                of_branch.hold([committed]);
            } else if let Some(left) = self.still_held(&conflict, &in_folder, &mut documents)? {
                of_draft.hold([left]);
            }
        }
        Ok(())
    }
}

impl Way {
    fn touches(&self, conflict: &Conflict) -> bool {
        self.changed.iter().any(|change| change.path == conflict.path)
    }

    /// Whether a changed file is another one that a conflict may be in now.
    fn may_have(&self, conflict: &Conflict, change: &TreeChange) -> bool {
        let has_id = conflict.resource.as_ref().is_some_and(|resource| resource.id.is_some());
        change.path != conflict.path
            && (self.is_its_file(conflict, change) || has_id && conflict.place == Place::Field)
    }

    fn is_gone(&self, conflict: &Conflict) -> bool {
        self.changed.iter().any(|change| change.path == conflict.path && change.new.is_none())
    }

    /// Whether a change made a file of the conflict's: by another name, or of the same content.
    fn is_its_file(&self, conflict: &Conflict, change: &TreeChange) -> bool {
        let was =
            self.changed.iter().find(|change| change.path == conflict.path).and_then(|change| change.old);
        let has_its_content = change.old.is_none() && change.new.is_some() && change.new == was;
        has_its_content || self.renamed.iter().any(|(old, new)| *old == conflict.path && *new == change.path)
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
