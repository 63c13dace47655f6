//! What is held on one side of a merge, and the other side knew nothing of when it changed the place.
//!
//! Whoever types over a field settles what is held of it, for they see it. Whoever types over it elsewhere, before
//! what is held reached them, has seen one of the two values only: so the other one is held against what they did.
//! Where they removed what the field is in, it meets that as a change of its own would.

use std::collections::HashSet;

use syncline_merge::{Conflict, Side};
use syncline_repo::{CommitId, TreeId};

use crate::conflicts::ConflictSet;
use crate::conflicts::follow::Fate;
use crate::conflicts::lookup::Documents;
use crate::merging::{Merging, TreeMerge};
use crate::record::sent::SentMerges;
use crate::{SyncError, Take, Workspace};

/// So many commits are looked at for what was kept.
const LOOKED_AT: usize = 1_000;

/// So many versions of its file are read for that: a second's work where it is large.
const MOST_VERSIONS: usize = 100;

/// A conflict of which only one side of a merge knows.
#[derive(Clone, Debug)]
pub(crate) struct Unknown {
    conflict: Conflict,
    /// The commit with which it is held.
    known_at: CommitId,
    /// The commit of those who do not know of it.
    other: CommitId,
}

impl Workspace {
    /// What only one of two sides knows of, and what was sent with a merge that arrived without it. What both had
    /// once and one has no more was settled there.
    pub(crate) fn unknown_to_one(
        &self,
        sides: [(&ConflictSet, Option<CommitId>); 2],
        sent: &SentMerges,
    ) -> Result<Vec<Unknown>, SyncError> {
        let [(own, local), (theirs, followed)] = sides;
        let (Some(local), Some(followed)) = (local, followed) else { return Ok(Vec::new()) };
        if own.len() == 0 && theirs.len() == 0 && sent.held.is_empty() {
            return Ok(Vec::new());
        }
        let common = own.common(&self.repo, theirs)?;
        let was_common = |conflict: &Conflict| common.as_ref().is_some_and(|it| it.has_conflict(conflict));
        let behind: HashSet<_> = sent.behind.iter().map(|(_, conflict)| conflict.id()).collect();
        let only = |set: &ConflictSet, other: &ConflictSet, known_at, unknown_to| {
            let is_unknown =
                |it: &&Conflict| !other.has_conflict(it) && !was_common(it) && !behind.contains(&it.id());
            let of_one = set.iter().map(|(_, it)| it).filter(is_unknown);
            let of_one = of_one.map(|it| Unknown { conflict: it.clone(), known_at, other: unknown_to });
            of_one.collect::<Vec<_>>()
        };
        let nobody_has = |it: &Conflict| !own.has_conflict(it) && !theirs.has_conflict(it) && !was_common(it);
        let past_the_sets = sent.held.iter().filter(|(_, conflict)| nobody_has(conflict)).chain(&sent.behind);
        let past_the_sets = past_the_sets.map(|(known_at, it)| Unknown {
            conflict: it.clone(),
            known_at: *known_at,
            other: followed,
        });
        let both = only(own, theirs, local, followed).into_iter().chain(only(theirs, own, followed, local));
        Ok(both.chain(past_the_sets).collect())
    }

    /// What the other side's set holds, and the other side's commits have changed since: whoever pushed those had not
    /// seen it, or has not pushed yet that it is settled. Each comes with the last commit that has what was kept.
    pub(crate) fn behind(
        &self,
        [(own, local), (theirs, followed)]: [(&ConflictSet, Option<CommitId>); 2],
    ) -> Result<Vec<(CommitId, Conflict)>, SyncError> {
        let Some(followed) = followed.filter(|_| theirs.len() > 0) else { return Ok(Vec::new()) };
        let common = own.common(&self.repo, theirs)?;
        let was_common = |conflict: &Conflict| common.as_ref().is_some_and(|it| it.has_conflict(conflict));
        let there = self.repo.tree_of(followed)?;
        let changed = self.repo.diff_trees(self.tree_of(local)?, Some(there), self.folder())?;
        let changed: HashSet<_> = changed.into_iter().map(|change| change.path).collect();
        let (mut documents, mut behind) = (Documents::new(self), Vec::new());
        for (_, conflict) in theirs.iter() {
            let is_own = own.has_conflict(conflict);
            let is_settled_here = !is_own && was_common(conflict);
            if is_settled_here || is_own && !changed.contains(&conflict.path) {
                continue;
            }
            if !self.still_has_kept(conflict, there, &mut documents)?
                && let Some(commit) = self.last_with_kept(conflict, followed, &mut documents)?
            {
                behind.push((commit, conflict.clone()));
            }
        }
        Ok(behind)
    }

    /// The last commit of a history in which a conflict's place has the value that was kept.
    fn last_with_kept(
        &self,
        conflict: &Conflict,
        tip: CommitId,
        documents: &mut Documents<'_>,
    ) -> Result<Option<CommitId>, SyncError> {
        let (mut looked_at, mut versions) = (None, 0);
        for commit in self.repo.history(&[tip], &[])?.take(LOOKED_AT) {
            let commit = commit?;
            let entry = self.repo.entry_at(commit.tree, &conflict.path)?;
            if looked_at.replace(entry) == Some(entry) {
                continue;
            }
            if self.still_has_kept(conflict, commit.tree, documents)? {
                return Ok(Some(commit.id));
            }
            versions += 1;
            if versions == MOST_VERSIONS {
                break;
            }
        }
        Ok(None)
    }

    /// A merge of two trees, with what was held of the places that it changed.
    pub(crate) fn bring_unknown(
        &self,
        unknown: Vec<Unknown>,
        from: [TreeId; 2],
        mut merged: TreeMerge,
    ) -> Result<TreeMerge, SyncError> {
        let fates = self.fates_of_unknown(&unknown, from, merged.tree)?;
        let (mut documents, mut gone) = (Documents::new(self), Vec::new());
        for (one, fate) in unknown.into_iter().zip(fates) {
            let there = self.repo.tree_of(one.known_at)?;
            // Who knew of it and has another value there has settled it.
            if !self.still_has_kept(&one.conflict, there, &mut documents)? {
                continue;
            }
            match fate {
                Fate::Held | Fate::Taken => {}
                Fate::Changed(now) => {
                    let mut now = [*now];
                    self.tell_of_kept(&mut now, one.other, one.known_at)?;
                    merged.conflicts.extend(now);
                }
                Fate::Gone => gone.push((one.conflict, there)),
            }
        }
        for (conflict, there) in gone {
            merged = self.bring(&conflict, there, merged)?;
        }
        Ok(merged)
    }

    /// What became of each in a merge. Neither side may have the files any more that a sent merge holds something
    /// of, so that their way begins there.
    fn fates_of_unknown(
        &self,
        unknown: &[Unknown],
        from: [TreeId; 2],
        merged: TreeId,
    ) -> Result<Vec<Fate>, SyncError> {
        let mut fates = Vec::new();
        for known_together in unknown.chunk_by(|one, other| one.known_at == other.known_at) {
            let Some(first) = known_together.first() else { continue };
            let there = self.repo.tree_of(first.known_at)?;
            let mut old = from.map(Some).to_vec();
            old.extend((!from.contains(&there)).then_some(Some(there)));
            let conflicts: Vec<_> = known_together.iter().map(|one| one.conflict.clone()).collect();
            fates.extend(self.fates(&conflicts, &old, merged)?);
        }
        Ok(fates)
    }

    /// A merge with the value that is held: as if it had been put in the place of what was kept.
    fn bring(&self, held: &Conflict, there: TreeId, merged: TreeMerge) -> Result<TreeMerge, SyncError> {
        let take = match held.kept {
            Side::Ours => Take::Theirs,
            Side::Theirs => Take::Ours,
        };
        // What can be taken no more cannot be brought either.
        let Ok(with_held) = self.take(there, held, &take) else { return Ok(merged) };
        let brought =
            self.merge_trees(Some(there), with_held, merged.tree, Merging::Commits(Side::Theirs))?;
        let TreeMerge { tree, mut conflicts } = brought;
        for conflict in &mut conflicts {
            conflict.authors = held.authors.clone();
        }
        conflicts.extend(self.along(merged.conflicts, merged.tree, tree)?);
        Ok(TreeMerge { tree, conflicts })
    }
}
