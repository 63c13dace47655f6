//! What is remembered of branches that are gone: git deletes and renames branches without telling us.
//!
//! Refs are files to Git, so `seen/a` and `seen/a/b` cannot both be there. Of the branches `a` and `a/b` there can
//! be but one, too; what is remembered of the other then is of a branch that is gone, and makes way.

use syncline_repo::{BranchName, Expected, RefEdit, RefName};

use crate::advance::replace;
use crate::conflicts::ConflictSet;
use crate::record::operation::{self, Done};
use crate::record::signature;
use crate::remote::seen_ref;
use crate::workspace::own_ref;
use crate::{SyncError, Workspace};

/// What the names of our refs begin with.
const OWN: &str = "refs/syncline/";

impl Workspace {
    /// Moves refs of ours that are no step of a recorded operation.
    pub(crate) fn move_refs(&self, refs: &[RefEdit]) -> Result<(), SyncError> {
        self.make_way(refs)?;
        Ok(self.repo.update_refs(refs, &signature(self.environment.clock.now()))?)
    }

    /// Removes the refs that stand in the way of new ones of ours. The record of operations keeps what they named.
    pub(crate) fn make_way(&self, refs: &[RefEdit]) -> Result<(), SyncError> {
        let is_new = |edit: &&RefEdit| edit.expected == Expected::Absent && edit.new.is_some();
        let mut gone = Vec::new();
        for edit in refs.iter().filter(is_new) {
            gone.extend(self.in_the_way(&edit.name)?);
        }
        if gone.is_empty() {
            return Ok(());
        }
        let description = "Forget branches that are gone".to_owned();
        let done = Done { kind: "forget", description, refs: gone, folder: None, head: None };
        let record = operation::record(&self.repo, &self.environment, &done)?;
        let refs: Vec<_> = done.refs.into_iter().chain([record]).collect();
        Ok(self.repo.update_refs(&refs, &signature(self.environment.clock.now()))?)
    }

    fn in_the_way(&self, name: &RefName) -> Result<Vec<RefEdit>, SyncError> {
        let name = name.to_string();
        let Some(rest) = name.strip_prefix(OWN) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for (end, _) in rest.match_indices('/').skip(1) {
            let outer = RefName::new(&name[..OWN.len() + end])?;
            if let Some(commit) = self.repo.commit_at(&outer)? {
                found.push((outer, commit));
            }
        }
        let inner = self.repo.references(&format!("{name}/"))?.into_iter();
        found.extend(inner.map(|reference| (reference.name, reference.target.as_commit())));
        let mut edits = Vec::new();
        for (name, commit) in found {
            if !self.is_of_a_branch(&name)? {
                edits.push(replace(name, Some(commit), None, "its branch is gone"));
            }
        }
        Ok(edits)
    }

    /// Whether a ref of ours may be about a branch that is here. Before the branch's name others may stand, as a
    /// user's.
    fn is_of_a_branch(&self, own: &RefName) -> Result<bool, SyncError> {
        let own = own.to_string();
        for (at, _) in own.match_indices('/').skip(2) {
            if let Ok(branch) = BranchName::new(&own[at + 1..])
                && self.repo.commit_at(&branch.ref_name())?.is_some()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The edits that forget what is remembered of a branch: a later one of its name has nothing to do with it.
    pub(crate) fn forget_branch(&self, branch: &BranchName) -> Result<Vec<RefEdit>, SyncError> {
        let names = [
            ConflictSet::of_branch(&self.repo, branch)?.ref_name().clone(),
            self.draft_conflicts(branch)?.ref_name().clone(),
            seen_ref(branch)?,
            own_ref(&format!("problems/{branch}"))?,
        ];
        let mut refs = Vec::new();
        for name in names {
            if let Some(remembered) = self.repo.commit_at(&name)? {
                refs.push(replace(name, Some(remembered), None, "its branch is gone"));
            }
        }
        refs.extend(self.forget_sent(branch)?);
        Ok(refs)
    }
}
