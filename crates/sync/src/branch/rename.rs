//! Giving a branch another name: all that is remembered of it goes along.

use syncline_repo::{BranchName, CommitId, RefEdit, RefName};

use super::branch_name;
use crate::advance::{Advance, FolderGoes, replace};
use crate::record::operation::Done;
use crate::workspace::own_ref;
use crate::{BranchInfo, HeadMove, SyncError, Workspace};

/// As the record of operations calls it.
const KIND: &str = "branch rename";

impl Workspace {
    /// Gives a local branch another name; the one that the folder is on where none is named. It follows the same
    /// remote branch as before, and holds the same conflicts; at the remote nothing is renamed.
    pub fn rename_branch(&mut self, old: Option<&str>, new: &str) -> Result<BranchInfo, SyncError> {
        let _lock = self.begin()?;
        let old = match old {
            Some(name) => branch_name(name)?,
            None => self.on_branch()?.name,
        };
        let new = branch_name(new)?;
        let commit = self.carry_over_to(&old, &new, KIND, format!("Rename the branch {old} to {new}"))?;
        self.branch_info(new, Some(commit))
    }

    /// Gives a branch another name, with all that is remembered of it; answers its last commit.
    pub(crate) fn carry_over_to(
        &mut self,
        old: &BranchName,
        new: &BranchName,
        kind: &str,
        description: String,
    ) -> Result<CommitId, SyncError> {
        let Some(commit) = self.repo.commit_at(&old.ref_name())? else {
            self.forget_what_gone_follows(old)?;
            return Err(SyncError::UnknownBranch(old.to_string()));
        };
        self.refuse_taken(new)?;
        self.refuse_used_elsewhere(old)?;
        let refs = self.renaming(old, new, commit)?;
        if let Some(upstream) = self.repo.upstream(old) {
            self.repo.set_upstream(new, Some((&upstream.remote, &upstream.merge)))?;
        }
        self.carry_out_rename((old, new), commit, refs, kind, description)?;
        self.repo.set_upstream(old, None)?;
        Ok(commit)
    }

    /// A renaming that was killed at its end leaves that the old name follows a remote's branch; a later branch of the
    /// name would follow it too.
    fn forget_what_gone_follows(&mut self, gone: &BranchName) -> Result<(), SyncError> {
        let is_to_be = self.repo.head()?.branch() == Some(gone);
        if !is_to_be && self.repo.upstream(gone).is_some() {
            self.repo.set_upstream(gone, None)?;
        }
        Ok(())
    }

    fn carry_out_rename(
        &self,
        (old, new): (&BranchName, &BranchName),
        commit: CommitId,
        refs: Vec<RefEdit>,
        kind: &str,
        description: String,
    ) -> Result<(), SyncError> {
        if self.repo.head()?.branch() != Some(old) {
            return self.finish(kind, &description, refs, None);
        }
        if self.repo.work_tree().is_none() {
            let head = Some(HeadMove { before: Some(old.to_string()), after: new.to_string() });
            self.finish_with_index(&[], Done { kind, description, refs, folder: None, head })?;
            return self.put_head_on(new.as_str());
        }
        self.advance(Advance {
            kind,
            description,
            branch: new,
            old: Some(commit),
            new: Some(commit),
            refs,
            folder: FolderGoes::Nowhere,
            in_draft: None,
        })?;
        Ok(())
    }

    fn renaming(
        &self,
        old: &BranchName,
        new: &BranchName,
        commit: CommitId,
    ) -> Result<Vec<RefEdit>, SyncError> {
        let mut refs = vec![
            replace(old.ref_name(), Some(commit), None, KIND),
            replace(new.ref_name(), None, Some(commit), KIND),
        ];
        for [from, to] in self.remembered_of([old, new])? {
            // What the new name's may be is of a branch that git deleted.
            let (kept, stale) = (self.repo.commit_at(&from)?, self.repo.commit_at(&to)?);
            if kept != stale {
                refs.push(replace(to, stale, kept, KIND));
            }
            if kept.is_some() {
                refs.push(replace(from, kept, None, KIND));
            }
        }
        Ok(refs)
    }

    /// The refs that go along with a branch, under its old and its new name: of a bare repository the drafts of all
    /// users.
    fn remembered_of(&self, names: [&BranchName; 2]) -> Result<Vec<[RefName; 2]>, SyncError> {
        let pair = |rest: &dyn Fn(&BranchName) -> String| -> Result<[RefName; 2], SyncError> {
            let [old, new] = names.map(|name| own_ref(&rest(name)));
            Ok([old?, new?])
        };
        let mut refs =
            vec![pair(&|name| format!("conflicts/{name}"))?, pair(&|name| format!("seen/{name}"))?];
        if self.repo.work_tree().is_some() {
            refs.push(pair(&|name| format!("draft-conflicts/{name}"))?);
            return Ok(refs);
        }
        for kind in ["drafts", "draft-conflicts"] {
            let prefix = format!("refs/syncline/{kind}/");
            for reference in self.repo.references(&prefix)? {
                let full = reference.name.to_string();
                let user = full.strip_prefix(&prefix).and_then(|rest| rest.split_once('/'));
                if let Some((user, _)) =
                    user.filter(|(_, branch)| names.iter().any(|it| it.as_str() == *branch))
                {
                    let found = pair(&|name| format!("{kind}/{user}/{name}"))?;
                    if !refs.contains(&found) {
                        refs.push(found);
                    }
                }
            }
        }
        Ok(refs)
    }
}
