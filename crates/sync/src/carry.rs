//! Carrying over: what happens where the followed branch was rewritten, and the user agrees.
//!
//! Only commits that never were on it are put onto its new tip; what was taken out of it there stays out.

use std::collections::HashMap;

use syncline_merge::Side;
use syncline_repo::{BranchName, Commit, CommitId, NewCommit, RefEdit, RefName};

use crate::advance::replace;
use crate::integrate::Integrated;
use crate::merging::Merging;
use crate::remote::{Followed, seen_ref, short_name};
use crate::workspace::own_ref;
use crate::{SyncError, Workspace};

/// A followed branch that no longer has what it had.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rewritten {
    /// The last commit of it that was seen.
    seen: CommitId,
    /// Where it is now.
    now: CommitId,
}

impl Workspace {
    /// Where the followed branch was and is, if it no longer has what it had, and the branch is not on what it
    /// has now already. Fails where it was there once and is gone.
    pub(crate) fn rewritten(
        &self,
        branch: &BranchName,
        followed: &Followed,
    ) -> Result<Option<Rewritten>, SyncError> {
        // A branch that follows nothing is not the one of that name that was seen once.
        if self.repo.upstream(branch).is_none() {
            return Ok(None);
        }
        let Some(seen) = self.repo.commit_at(&seen_ref(branch)?)? else { return Ok(None) };
        let Some(now) = followed.commit else {
            return Err(SyncError::UpstreamGone(short_name(&followed.tracking)));
        };
        if self.repo.is_ancestor(seen, now)? {
            return Ok(None);
        }
        let Some(local) = self.repo.commit_at(&branch.ref_name())? else { return Ok(None) };
        let is_rebased = self.repo.is_ancestor(now, local)? && !self.repo.is_ancestor(seen, local)?;
        let is_on_it = is_rebased || self.repo.is_ancestor(local, now)?;
        Ok((!is_on_it).then_some(Rewritten { seen, now }))
    }

    /// The error that asks whether to carry over.
    pub(crate) fn ask_to_carry(
        &self,
        local: Option<CommitId>,
        rewritten: Rewritten,
        followed: &Followed,
    ) -> Result<SyncError, SyncError> {
        let own = local.map(|local| self.never_there(local, rewritten)).transpose()?;
        Ok(SyncError::Rewritten {
            upstream: short_name(&followed.tracking),
            seen: rewritten.seen.short(),
            own: own.unwrap_or_default().len(),
        })
    }

    /// The commits of a branch that never were on the one it follows, the oldest first.
    fn never_there(&self, local: CommitId, rewritten: Rewritten) -> Result<Vec<Commit>, SyncError> {
        let Rewritten { seen, now } = rewritten;
        let commits = self.repo.history(&[local], &[seen, now])?.collect::<Result<_, _>>()?;
        Ok(oldest_first(commits, local))
    }

    /// The new tip with the commits that never were on the branch, and how many these are: each by itself
    /// where they follow each other and all merge without a conflict, else all as one.
    pub(crate) fn carry_over(
        &self,
        local: CommitId,
        rewritten: Rewritten,
        followed: &Followed,
    ) -> Result<(Integrated, usize), SyncError> {
        let own = self.never_there(local, rewritten)?;
        let tip = match self.carry_each(&own, rewritten.now)? {
            Some(tip) => Integrated::as_is(tip),
            None => self.carry_as_one(&own, local, rewritten, followed)?,
        };
        Ok((tip, own.len()))
    }

    /// `None` where one is a merge or begins a history of its own, or where one meets a conflict: of values
    /// that follow each other in one field, each would be held.
    fn carry_each(&self, own: &[Commit], onto: CommitId) -> Result<Option<CommitId>, SyncError> {
        if !is_a_row(own) {
            return Ok(None);
        }
        let mut tip = onto;
        for commit in own {
            let base = self.tree_of(commit.parents.first().copied())?;
            let under = self.repo.tree_of(tip)?;
            let merged = self.merge_trees(base, commit.tree, under, Merging::Commits(Side::Theirs))?;
            if !merged.conflicts.is_empty() {
                return Ok(None);
            }
            if merged.tree != under {
                let author = commit.author.clone();
                tip = self.repo.commit(&NewCommit {
                    tree: merged.tree,
                    parents: vec![tip],
                    committer: self.committer().unwrap_or_else(|| author.clone()),
                    author,
                    message: commit.message.clone(),
                })?;
            }
        }
        Ok(Some(tip))
    }

    fn carry_as_one(
        &self,
        own: &[Commit],
        local: CommitId,
        rewritten: Rewritten,
        followed: &Followed,
    ) -> Result<Integrated, SyncError> {
        let onto = rewritten.now;
        let base = self.merge_base_tree(local, rewritten.seen)?;
        let (ours, theirs) = (self.repo.tree_of(local)?, self.repo.tree_of(onto)?);
        let mut merged = self.merge_trees(base, ours, theirs, Merging::Commits(Side::Theirs))?;
        self.tell_of_both(&mut merged.conflicts, local, onto)?;
        if merged.tree == theirs {
            return Ok(Integrated { conflicts: merged.conflicts, ..Integrated::as_is(onto) });
        }
        let commit = self.commit_as_user(merged.tree, vec![onto], message(own, followed))?;
        Ok(Integrated { commit, is_merge: false, conflicts: merged.conflicts })
    }

    /// The edit that keeps a tip which its branch leaves, and the ref's name.
    pub(crate) fn keep_overwritten(
        &self,
        branch: &str,
        tip: CommitId,
        why: &str,
    ) -> Result<(RefName, Option<RefEdit>), SyncError> {
        let name = own_ref(&format!("overwritten/{branch}/{}", tip.short()))?;
        let is_kept = self.repo.commit_at(&name)?.is_some();
        let edit = (!is_kept).then(|| replace(name.clone(), None, Some(tip), why));
        Ok((name, edit))
    }
}

/// Commits with their parents before them.
fn oldest_first(commits: Vec<Commit>, last: CommitId) -> Vec<Commit> {
    let mut left: HashMap<CommitId, Commit> = commits.into_iter().map(|commit| (commit.id, commit)).collect();
    let (mut sorted, mut stack) = (Vec::new(), vec![(last, false)]);
    while let Some((id, parents_are_done)) = stack.pop() {
        if parents_are_done {
            sorted.extend(left.remove(&id));
        } else if let Some(commit) = left.get(&id) {
            stack.push((id, true));
            stack.extend(commit.parents.iter().rev().map(|parent| (*parent, false)));
        }
    }
    sorted
}

/// Whether each has the one before as its only parent.
fn is_a_row(commits: &[Commit]) -> bool {
    commits.iter().all(|commit| commit.parents.len() == 1)
        && commits.windows(2).all(|pair| pair[1].parents[0] == pair[0].id)
}

fn message(own: &[Commit], followed: &Followed) -> String {
    let upstream = short_name(&followed.tracking);
    let subjects = own.iter().map(|commit| commit.message.lines().next().unwrap_or_default());
    match subjects.collect::<Vec<_>>().as_slice() {
        [one] => format!("{one}\n\nCarried over to {upstream}, which was rewritten.\n"),
        many => format!("Carry {} commits over to {upstream}\n\n* {}\n", many.len(), many.join("\n* ")),
    }
}
