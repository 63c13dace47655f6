//! Merging two histories into one commit; nothing moves yet.

#[cfg(test)]
mod criss_cross;
mod revived;

use syncline_merge::{Conflict, Side};
use syncline_repo::{CommitId, TreeId};

use crate::conflicts::ConflictSet;
use crate::conflicts::unknown::Unknown;
use crate::merging::{Merging, TreeMerge};
use crate::record::sent::SentMerges;
use crate::{SyncError, Take, Workspace};

/// What two histories make together.
#[derive(Clone, Debug)]
pub(crate) struct Integrated {
    /// The commit that has both.
    pub(crate) commit: CommitId,
    /// Whether it is a new merge commit.
    pub(crate) is_merge: bool,
    /// What the merge holds.
    pub(crate) conflicts: Vec<Conflict>,
}

impl Integrated {
    /// A commit that has both already.
    pub(crate) fn as_is(commit: CommitId) -> Self {
        Self { commit, is_merge: false, conflicts: Vec::new() }
    }
}

impl Workspace {
    /// One commit that has both histories. `first` says whose value stays in a conflicting field: that of
    /// the side that came first. `unknown` is what only one side knew to be held.
    pub(crate) fn integrate(
        &self,
        ours: Option<CommitId>,
        theirs: CommitId,
        first: Side,
        message: &str,
        unknown: Vec<Unknown>,
    ) -> Result<Integrated, SyncError> {
        let Some(ours) = ours else { return Ok(Integrated::as_is(theirs)) };
        let trees @ [our_tree, their_tree] = [self.repo.tree_of(ours)?, self.repo.tree_of(theirs)?];
        let newest = if self.repo.is_ancestor(theirs, ours)? {
            Some((ours, our_tree))
        } else if self.repo.is_ancestor(ours, theirs)? {
            Some((theirs, their_tree))
        } else {
            None
        };
        let mut merged = if let Some((_, tree)) = newest {
            TreeMerge { tree, conflicts: Vec::new() }
        } else {
            let base = self.merge_base_tree(ours, theirs)?;
            let base = base.map(|base| self.with_revived(base, ours, theirs)).transpose()?;
            self.merge_trees(base, our_tree, their_tree, Merging::Commits(first))?
        };
        self.tell_of_both(&mut merged.conflicts, ours, theirs)?;
        let merged = self.bring_unknown(unknown, trees, merged)?;
        let (commit, is_merge) = match newest {
            Some((commit, tree)) if tree == merged.tree => (commit, false),
            Some((commit, _)) => (self.commit_as_user(merged.tree, vec![commit], message.to_owned())?, false),
            None => (self.commit_as_user(merged.tree, vec![ours, theirs], message.to_owned())?, true),
        };
        Ok(Integrated { commit, is_merge, conflicts: merged.conflicts })
    }

    /// What is held on a branch, and on what was merged into it, once `tip` has both. `sent` is what merges
    /// hold that the other side has already.
    pub(crate) fn gather_conflicts(
        &self,
        mut own: ConflictSet,
        theirs: &ConflictSet,
        merged: &[Option<CommitId>],
        tip: &mut Integrated,
        sent: &SentMerges,
    ) -> Result<ConflictSet, SyncError> {
        let base = own.common(&self.repo, theirs)?;
        own.merge(base.as_ref(), theirs);
        for (_, conflict) in &sent.behind {
            own.settle(&conflict.id());
        }
        self.settle_changed(&mut own, merged, tip.commit)?;
        for conflict in self.still_sent(&own, sent, tip.commit)? {
            // As it is in the set, where it has it already: it may have followed its file there.
            let conflict = own.get(&conflict.id()).cloned().unwrap_or(conflict);
            tip.conflicts.push(conflict);
        }
        own.hold(tip.conflicts.iter().cloned());
        Ok(own)
    }

    /// What is held of merges that arrived, after all that was done since: what is in neither side's set is
    /// followed from the merge itself, for neither side tells what became of it.
    fn still_sent(
        &self,
        on: &ConflictSet,
        sent: &SentMerges,
        tip: CommitId,
    ) -> Result<Vec<Conflict>, SyncError> {
        let mut still = Vec::new();
        let all = [&sent.held, &sent.behind].into_iter();
        for of_merge in all.flat_map(|held| held.chunk_by(|(one, _), (other, _)| one == other)) {
            let mut held = ConflictSet::empty(on.ref_name().clone());
            held.hold(of_merge.iter().map(|(_, conflict)| conflict.clone()));
            let merge = of_merge.first().map(|(merge, _)| *merge);
            self.settle_changed(&mut held, &[merge], tip)?;
            still.extend(held.iter().map(|(_, conflict)| conflict.clone()));
        }
        Ok(still)
    }

    /// The tree that both sides grew from. Several best ancestors are merged into a virtual one first, as
    /// git's ort does; in unrelated histories there is none.
    pub(crate) fn merge_base_tree(
        &self,
        ours: CommitId,
        theirs: CommitId,
    ) -> Result<Option<TreeId>, SyncError> {
        let bases = self.repo.merge_bases(ours, theirs)?;
        let Some((first, rest)) = bases.split_first() else { return Ok(None) };
        let mut tree = self.repo.tree_of(*first)?;
        for other in rest {
            let base = self.merge_base_tree(*first, *other)?;
            let merged = self.merge_trees(base, tree, self.repo.tree_of(*other)?, Merging::Undecided)?;
            tree = self.undecided(&merged);
        }
        Ok(Some(tree))
    }

    /// The tree with what was before in the conflicts: of a base that holds the value of one side, the other
    /// side's would pass for the only change.
    pub(crate) fn undecided(&self, merged: &TreeMerge) -> TreeId {
        // From the end, so that an item that goes moves none that is still to be found.
        merged
            .conflicts
            .iter()
            .rev()
            .fold(merged.tree, |tree, conflict| self.take(tree, conflict, &Take::Base).unwrap_or(tree))
    }
}
