//! Writing into the draft what a command makes of the user's files: recorded, so that it can be undone.

use syncline_repo::Apply;

use crate::advance::replace;
use crate::record::operation::FolderWay;
use crate::workspace::OnBranch;
use crate::{SyncError, Workspace};

impl Workspace {
    /// Writes files into the folder (in a bare repository into the user's draft), with what they must have been
    /// until now. The caller holds the lock.
    pub(crate) fn write_in_draft(
        &self,
        on: &OnBranch,
        kind: &str,
        description: &str,
        files: &[Apply],
    ) -> Result<(), SyncError> {
        let before = self.draft(Some(&on.name), on.commit, None, true)?.tree(self)?;
        let after = self.with_files(before, files)?;
        let way = FolderWay {
            before: self.keep_draft(before, on.commit)?,
            after: self.keep_draft(after, on.commit)?,
        };
        if self.repo.work_tree().is_none() {
            let name = self.draft_ref(&on.name)?;
            let was = self.repo.commit_at(&name)?;
            let refs = vec![replace(name, was, Some(way.after), kind)];
            return self.finish(kind, description, refs, Some(way));
        }
        self.finish(kind, description, Vec::new(), Some(way))?;
        let report = self.repo.apply(files)?;
        match report.failed.into_iter().next() {
            Some((_, error)) => Err(error.into()),
            None if report.changed_meanwhile.is_empty() => Ok(()),
            None => Err(SyncError::FolderKeepsChanging),
        }
    }
}
