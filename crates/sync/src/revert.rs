//! Revert: a commit is undone by a new one. The way back is merged by structure, so what came since stays.

use syncline_merge::{Conflict, ConflictId, Side};
use syncline_repo::{Commit, CommitId, TreeId};

use crate::conflicts::ConflictSet;
use crate::conflicts::lookup::Documents;
use crate::integrate::Integrated;
use crate::merging::{Merging, TreeMerge};
use crate::workspace::OnBranch;
use crate::{Held, MergeReport, RevertReport, SyncError, Workspace};

const REVERT: &str = "revert";

/// How the message of a revert names what it reverts, as git's own does.
const REVERTS: &str = "This reverts commit ";

/// What is to be undone by a commit: the way from one commit to another, which is walked back on top of what
/// came since.
pub(crate) struct WayBack<'a> {
    /// For the record: `revert`, `undo`.
    pub(crate) kind: &'a str,
    /// One line for people.
    pub(crate) description: String,
    /// Of the commit that undoes it.
    pub(crate) message: String,
    /// Where the way ended.
    pub(crate) from: CommitId,
    /// Where it began; `None` where there was nothing before.
    pub(crate) to: Option<CommitId>,
    /// What is to be held on the branch, as it was until now.
    pub(crate) held: ConflictSet,
}

/// What walking a way back came to.
#[derive(Default)]
pub(crate) struct WentBack {
    /// The commit, as a merge.
    pub(crate) merge: MergeReport,
    /// Conflicts that are held no more.
    pub(crate) settled: Vec<Held>,
    /// Whether nothing was left to take back, so that nothing was recorded.
    pub(crate) is_nothing: bool,
}

impl Workspace {
    /// Undoes a commit of this branch's history by a new one; of a merge, what it brought from the other
    /// branch. Where an undone field was changed since, that value stays and the old one is held as a conflict.
    /// Uncommitted work stays.
    pub fn revert(&mut self, revision: &str) -> Result<RevertReport, SyncError> {
        // As it is before what a crash left is finished: that may move what the revision names.
        let id = self.revision(revision)?;
        let (_lock, interrupted) = self.begin_and_tell()?;
        let on = self.on_branch()?;
        let tip = on.commit.ok_or_else(|| SyncError::Unborn(on.name.to_string()))?;
        if interrupted.is_some_and(|it| it.is_finished && it.kind == REVERT)
            && let Some(report) = self.finished_revert(tip, id)?
        {
            return Ok(report);
        }
        if !self.repo.is_ancestor(id, tip)? {
            return Err(SyncError::NotInHistory { commit: id.short(), branch: on.name.to_string() });
        }
        let commit = self.repo.read_commit(id)?;
        let mut held = ConflictSet::of_branch(&self.repo, &on.name)?;
        self.settle_of_merge(&mut held, &commit)?;
        let subject = commit.message.lines().next().unwrap_or_default().to_owned();
        let WentBack { merge, settled, .. } = self.go_back(
            &on,
            WayBack {
                kind: REVERT,
                description: format!("Revert \"{subject}\""),
                message: format!("Revert \"{subject}\"\n\n{REVERTS}{id}.\n"),
                from: id,
                to: commit.parents.first().copied(),
                held,
            },
        )?;
        Ok(RevertReport { reverted: id, subject, merge, settled })
    }

    /// The revert that was killed and is finished now, where it is of this commit, or where the commit is itself: then
    /// `HEAD` named another when it was asked for. Whoever asks again does not mean that it be reverted, too.
    fn finished_revert(&self, tip: CommitId, asked: CommitId) -> Result<Option<RevertReport>, SyncError> {
        let commit = self.repo.read_commit(tip)?;
        let reverted = commit.message.lines().find_map(|line| line.strip_prefix(REVERTS)?.strip_suffix('.'));
        let Some(reverted) = reverted.and_then(|id| id.parse::<CommitId>().ok()) else { return Ok(None) };
        if asked != reverted && asked != tip {
            return Ok(None);
        }
        let changes = self.changes_between(commit.parents.first().copied(), Some(tip))?;
        let message = self.repo.read_commit(reverted)?.message;
        let subject = message.lines().next().unwrap_or_default().to_owned();
        let merge = MergeReport { head: Some(tip), moved: true, changes, ..MergeReport::default() };
        Ok(Some(RevertReport { reverted, subject, merge, settled: Vec::new() }))
    }

    /// Walks a way back by a commit on top of what is there; where nothing is left of it, makes none.
    pub(crate) fn go_back(&self, on: &OnBranch, back: WayBack<'_>) -> Result<WentBack, SyncError> {
        let head = on.commit.ok_or_else(|| SyncError::Unborn(on.name.to_string()))?;
        let merged = self.merge_back(head, &back)?;
        let WayBack { kind, description, message, mut held, .. } = back;
        let is_new = merged.tree != self.repo.tree_of(head)?;
        let commit = if is_new { self.settling_commit(merged.tree, head, &message)? } else { head };
        self.settle_changed(&mut held, &[on.commit], commit)?;
        held.hold(merged.conflicts.iter().cloned());
        let settled = self.held_no_more(on, &held)?;
        let refs = self.store_conflicts(&held, None)?;
        if is_new {
            let tip = Integrated { commit, is_merge: false, conflicts: merged.conflicts };
            let merge = self.move_branch(kind, description, &on.name, on.commit, &tip, refs, 0)?;
            self.repo.run_post_commit();
            return Ok(WentBack { merge, settled, is_nothing: false });
        }
        let is_nothing = refs.is_empty();
        if !is_nothing {
            self.finish(kind, &description, refs, None)?;
        }
        let conflicts = merged.conflicts.into_iter().map(|conflict| Held::of(conflict, false)).collect();
        let merge = MergeReport { head: on.commit, conflicts, ..MergeReport::default() };
        Ok(WentBack { merge, settled, is_nothing })
    }

    fn held_no_more(&self, on: &OnBranch, held: &ConflictSet) -> Result<Vec<Held>, SyncError> {
        let before = ConflictSet::of_branch(&self.repo, &on.name)?;
        let gone = before.iter().filter(|(id, _)| !held.contains(id));
        Ok(gone.map(|(_, conflict)| Held::of(conflict.clone(), false)).collect())
    }

    fn merge_back(&self, head: CommitId, back: &WayBack<'_>) -> Result<TreeMerge, SyncError> {
        let target = match back.to {
            Some(commit) => self.repo.tree_of(commit)?,
            None => self.repo.edit_tree(None, &[])?,
        };
        let base = self.repo.tree_of(back.from)?;
        let ours = self.repo.tree_of(head)?;
        let mut merged = self.merge_trees(Some(base), ours, target, Merging::Commits(Side::Ours))?;
        self.tell_of_both(&mut merged.conflicts, head, back.to.unwrap_or(back.from))?;
        Ok(merged)
    }

    /// What a merge held goes with it: a conflict between just the two values that its parents had.
    fn settle_of_merge(&self, held: &mut ConflictSet, merge: &Commit) -> Result<(), SyncError> {
        let [first, second, ..] = merge.parents.as_slice() else { return Ok(()) };
        let (first, second) = (self.repo.tree_of(*first)?, self.repo.tree_of(*second)?);
        let mut documents = Documents::new(self);
        let mut gone: Vec<ConflictId> = Vec::new();
        for (id, conflict) in held.iter() {
            if self.is_between(conflict, first, second, &mut documents)? {
                gone.push(id.clone());
            }
        }
        for id in gone {
            held.settle(&id);
        }
        Ok(())
    }

    fn is_between(
        &self,
        conflict: &Conflict,
        first: TreeId,
        second: TreeId,
        documents: &mut Documents<'_>,
    ) -> Result<bool, SyncError> {
        let of = |kept| Conflict { kept, ..conflict.clone() };
        for (ours, theirs) in [(first, second), (second, first)] {
            if self.still_has_kept(&of(Side::Ours), ours, documents)?
                && self.still_has_kept(&of(Side::Theirs), theirs, documents)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
