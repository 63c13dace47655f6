//! What merges hold that are on their way to the remote.
//!
//! A merge is pushed before anything here names it. Should the process die right then, where the remote
//! refused the conflicts' ref or somebody was first with it, the remote would have the merge, and nobody what
//! it holds. So that is written down before the push, at `refs/syncline/sent/<branch>`: a chain of commits,
//! each with the pushed merge as its first parent and what was written down before as its second. It goes in
//! the transaction that moves the branch.

use syncline_merge::Conflict;
use syncline_repo::{BranchName, CommitId, RefEdit, RefName, Repository};

use crate::advance::replace;
use crate::conflicts::{ConflictSet, file_of};
use crate::integrate::Integrated;
use crate::record::{Note, write_commit};
use crate::workspace::own_ref;
use crate::{SyncError, Workspace};

/// What was written down of merges that were sent.
pub(crate) struct SentMerges {
    /// What those hold that arrived, each with its merge.
    pub(crate) held: Vec<(CommitId, Conflict)>,
    /// Whether none is left that may still turn out to have arrived.
    pub(crate) all_arrived: bool,
    /// What the other side holds of a state before its commits, each with a commit that has that state.
    pub(crate) behind: Vec<(CommitId, Conflict)>,
}

impl SentMerges {
    /// Leaves out what arrived with its merge and is settled by now: the other side's set has it no more.
    pub(crate) fn leave_out_settled(
        &mut self,
        repo: &Repository,
        theirs: &ConflictSet,
    ) -> Result<(), SyncError> {
        let mut left = Vec::new();
        for (merge, conflict) in self.held.drain(..) {
            if !theirs.has_settled(repo, &conflict)? {
                left.push((merge, conflict));
            }
        }
        self.held = left;
        Ok(())
    }
}

impl Workspace {
    /// Writes down what a merge holds that is about to be pushed.
    pub(crate) fn note_sent(&self, branch: &BranchName, tip: &Integrated) -> Result<(), SyncError> {
        if tip.conflicts.is_empty() {
            return Ok(());
        }
        let name = sent_ref(branch)?;
        let before = self.repo.commit_at(&name)?;
        let files = tip.conflicts.iter().map(|conflict| file_of(&self.repo, conflict));
        let tree = self.repo.edit_tree(None, &files.collect::<Result<Vec<_>, _>>()?)?;
        let note = Note::new(&self.environment, "What a merge holds that is pushed");
        let parents = [tip.commit].into_iter().chain(before).collect();
        let commit = write_commit(&self.repo, tree, parents, &note)?;
        self.move_refs(&[replace(name.clone(), before, Some(commit), note.message)])?;
        // The remote may have the merge before this file system wrote down where the ref is.
        Ok(self.repo.persist_ref(&name)?)
    }

    /// What those merges hold that did arrive: `there` has them.
    pub(crate) fn sent(&self, branch: &BranchName, there: Option<CommitId>) -> Result<SentMerges, SyncError> {
        let mut sent = SentMerges { held: Vec::new(), all_arrived: true, behind: Vec::new() };
        let mut next = self.repo.commit_at(&sent_ref(branch)?)?;
        while let Some(written) = next {
            let parents = self.repo.read_commit(written)?.parents;
            let arrived = match (parents.first(), there) {
                (Some(merge), Some(there)) => self.repo.is_ancestor(*merge, there)?,
                _ => false,
            };
            if let Some(merge) = parents.first().filter(|_| arrived) {
                let written_down = ConflictSet::of_commit(&self.repo, sent_ref(branch)?, written)?;
                sent.held.extend(written_down.iter().map(|(_, conflict)| (*merge, conflict.clone())));
            }
            sent.all_arrived &= arrived;
            next = parents.get(1).copied();
        }
        Ok(sent)
    }

    /// The edit that forgets what was sent, once the branch has it.
    pub(crate) fn forget_sent(&self, branch: &BranchName) -> Result<Option<RefEdit>, SyncError> {
        let name = sent_ref(branch)?;
        let written = self.repo.commit_at(&name)?;
        Ok(written.map(|written| replace(name, Some(written), None, "the branch has it")))
    }
}

fn sent_ref(branch: &BranchName) -> Result<RefName, SyncError> {
    own_ref(&format!("sent/{branch}"))
}
