//! What is held on one side of a merge, and the other side knew nothing of when it changed the place.
//!
//! Whoever types over a field settles what is held of it, for they see it. Whoever types over it elsewhere, before
//! what is held reached them, has seen one of the two values only: so the other one is held against what they did.
//! Where they removed what the field is in, it meets that as a change of its own would.

use syncline_merge::{Conflict, Side};
use syncline_repo::{CommitId, TreeId};

use crate::conflicts::ConflictSet;
use crate::conflicts::follow::Fate;
use crate::conflicts::lookup::Documents;
use crate::merging::{Merging, TreeMerge};
use crate::record::sent::SentMerges;
use crate::{SyncError, Take, Workspace};

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
        let only = |set: &ConflictSet, other: &ConflictSet, known_at, unknown_to| {
            let is_unknown = |it: &&Conflict| !other.has_conflict(it) && !was_common(it);
            let of_one = set.iter().map(|(_, it)| it).filter(is_unknown);
            let of_one = of_one.map(|it| Unknown { conflict: it.clone(), known_at, other: unknown_to });
            of_one.collect::<Vec<_>>()
        };
        let nobody_has = |it: &Conflict| !own.has_conflict(it) && !theirs.has_conflict(it) && !was_common(it);
        let sent = sent.held.iter().filter(|(_, conflict)| nobody_has(conflict));
        let sent =
            sent.map(|(merge, it)| Unknown { conflict: it.clone(), known_at: *merge, other: followed });
        let both = only(own, theirs, local, followed).into_iter().chain(only(theirs, own, followed, local));
        Ok(both.chain(sent).collect())
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
        let mut documents = Documents::new(self);
        for conflict in merged.conflicts {
            if self.still_has_kept(&conflict, tree, &mut documents)? {
                conflicts.push(conflict);
            }
        }
        Ok(TreeMerge { tree, conflicts })
    }
}
