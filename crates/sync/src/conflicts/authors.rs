//! Whose the two values of a conflict are, and of which resource.

use std::collections::{BTreeMap, BTreeSet};
use std::slice;

use syncline_format::RepoPath;
use syncline_merge::{Author, Conflict, Place, Side};
use syncline_repo::{Commit, CommitId, Entry};

use crate::conflicts::lookup::Documents;
use crate::{SyncError, Workspace};

/// So many commits of a side are looked at: a second's work where each changes much. Beyond, its last one
/// stands for all.
const LOOKED_AT: usize = 1_000;

/// The commits of one side of a merge: those that `tip` has and `others` have not.
#[derive(Clone, Copy)]
struct Line<'a> {
    side: Side,
    tip: CommitId,
    others: &'a [CommitId],
}

impl Workspace {
    /// Says of each conflict of a merge of two commits who gave both sides their values, and of which resource it is.
    pub(crate) fn tell_of_both(
        &self,
        conflicts: &mut [Conflict],
        ours: CommitId,
        theirs: CommitId,
    ) -> Result<(), SyncError> {
        self.name_conflicts_in_parts(conflicts)?;
        self.name_authors(conflicts, Line { side: Side::Ours, tip: ours, others: &[theirs] })?;
        self.name_authors(conflicts, Line { side: Side::Theirs, tip: theirs, others: &[ours] })
    }

    /// Says of each conflict who gave the value that is kept: one of the commits that `tip` has and `other` has not.
    pub(crate) fn tell_of_kept(
        &self,
        conflicts: &mut [Conflict],
        tip: CommitId,
        other: CommitId,
    ) -> Result<(), SyncError> {
        for conflict in conflicts {
            let side = conflict.kept;
            self.name_authors(slice::from_mut(conflict), Line { side, tip, others: &[other] })?;
        }
        Ok(())
    }

    /// Says of each conflict who gave a side its value.
    fn name_authors(&self, conflicts: &mut [Conflict], line: Line<'_>) -> Result<(), SyncError> {
        if conflicts.is_empty() {
            return Ok(());
        }
        let tip = self.author_of(line.tip)?;
        let mut search = Search { line, documents: Documents::new(self), open: open(conflicts) };
        for commit in self.repo.history(&[line.tip], line.others)?.take(LOOKED_AT) {
            if search.open.is_empty() {
                break;
            }
            search.look_at(self, conflicts, &commit?)?;
        }
        for conflict in search.open.into_values().flatten() {
            conflicts[conflict].authors.set(line.side, tip.clone());
        }
        Ok(())
    }

    /// Says of conflicts with uncommitted work whose that is, who gave the other side its value between two commits,
    /// and of which resource they are.
    pub(crate) fn tell_of_draft(
        &self,
        conflicts: &mut [Conflict],
        old: Option<CommitId>,
        new: Option<CommitId>,
    ) -> Result<(), SyncError> {
        self.name_conflicts_in_parts(conflicts)?;
        let others: Vec<_> = old.into_iter().collect();
        if let Some(tip) = new {
            self.name_authors(conflicts, Line { side: Side::Theirs, tip, others: &others })?;
        }
        let name = self.author().map_or_else(|_| self.environment.user.clone(), |author| author.person.name);
        let author = Author { name, commit: None, time: self.environment.clock.now().0 };
        for conflict in conflicts {
            conflict.authors.set(Side::Ours, author.clone());
        }
        Ok(())
    }

    /// Who wrote a commit.
    pub(crate) fn author_of(&self, commit: CommitId) -> Result<Author, SyncError> {
        Ok(author(&self.repo.read_commit(commit)?))
    }
}

fn author(commit: &Commit) -> Author {
    let name = commit.author.person.name.clone();
    Author { name, commit: Some(commit.id.to_string()), time: commit.author.time }
}

/// Which conflicts still look for whoever gave them their value, by path.
fn open(conflicts: &[Conflict]) -> BTreeMap<RepoPath, Vec<usize>> {
    let mut open: BTreeMap<RepoPath, Vec<usize>> = BTreeMap::new();
    for (index, conflict) in conflicts.iter().enumerate() {
        open.entry(conflict.path.clone()).or_default().push(index);
    }
    open
}

/// A walk from the newest commit back.
struct Search<'w, 'a> {
    line: Line<'a>,
    documents: Documents<'w>,
    open: BTreeMap<RepoPath, Vec<usize>>,
}

impl Search<'_, '_> {
    /// Takes a commit for that of the conflicts of which it changed the value.
    fn look_at(
        &mut self,
        workspace: &Workspace,
        conflicts: &mut [Conflict],
        commit: &Commit,
    ) -> Result<(), SyncError> {
        for path in self.changed_paths(workspace, commit)? {
            let before: Vec<Option<Entry>> = commit
                .parents
                .iter()
                .map(|parent| workspace.repo.entry_at(workspace.repo.tree_of(*parent)?, &path))
                .collect::<Result<_, _>>()?;
            let after = workspace.repo.entry_at(commit.tree, &path)?;
            let mut left = Vec::new();
            for index in self.open.remove(&path).unwrap_or_default() {
                if self.changes(&conflicts[index], &before, after)? {
                    conflicts[index].authors.set(self.line.side, author(commit));
                } else {
                    left.push(index);
                }
            }
            if !left.is_empty() {
                self.open.insert(path, left);
            }
        }
        Ok(())
    }

    /// The paths with conflicts in which the commit differs from its first parent.
    fn changed_paths(&self, workspace: &Workspace, commit: &Commit) -> Result<BTreeSet<RepoPath>, SyncError> {
        let parent = workspace.tree_of(commit.parents.first().copied())?;
        let changes = workspace.repo.diff_trees(parent, Some(commit.tree), workspace.folder())?.into_iter();
        Ok(changes.map(|change| change.path).filter(|path| self.open.contains_key(path)).collect())
    }

    /// Whether the conflict's value is another than in all that came before. Of what is no field only the
    /// file tells.
    fn changes(
        &mut self,
        conflict: &Conflict,
        before: &[Option<Entry>],
        after: Option<Entry>,
    ) -> Result<bool, SyncError> {
        if conflict.place != Place::Field {
            return Ok(before.iter().all(|before| *before != after));
        }
        let now = self.documents.value_of(conflict, after)?;
        for before in before {
            if self.documents.value_of(conflict, *before)? == now {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
