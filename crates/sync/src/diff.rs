//! How two states differ, file by file.

use syncline_repo::CommitId;

use crate::log::log_entry;
use crate::{DiffRequest, FileDiff, Selector, ShowReport, SyncError, Workspace};

impl Workspace {
    /// A commit and what it changed against its first parent.
    pub fn show(&self, revision: &str) -> Result<ShowReport, SyncError> {
        let commit = self.repo.read_commit(self.revision(revision)?)?;
        let mut files = self.files_between(commit.parents.first().copied(), Some(commit.id))?;
        self.join_moves(&mut files)?;
        Ok(ShowReport { entry: log_entry(commit, &self.one_sided()?), files })
    }

    /// How two states differ: of revisions, or of a revision and the folder.
    pub fn diff(&self, request: &DiffRequest) -> Result<Vec<FileDiff>, SyncError> {
        let head = self.repo.head()?;
        let from = match &request.from {
            Some(revision) => Some(self.revision(revision)?),
            None => head.commit(),
        };
        let mut files = match &request.to {
            Some(revision) => self.files_between(from, Some(self.revision(revision)?))?,
            None => self.files_in_folder(head.branch(), from)?,
        };
        self.join_moves(&mut files)?;
        for selector in &request.selectors {
            let is_meant = |file: &FileDiff| {
                selector.matches_path(&file.path)
                    || file.changes.iter().any(|change| selector.matches(change))
            };
            if !files.iter().any(is_meant) && !self.is_known(selector)? {
                return Err(SyncError::NothingSelected(selector.text().to_owned()));
            }
        }
        if !request.selectors.is_empty() {
            for file in &mut files {
                let keep =
                    |change: &syncline_merge::Change| request.selectors.iter().any(|one| one.matches(change));
                file.changes.retain(keep);
            }
            files.retain(|file| {
                !file.changes.is_empty() || request.selectors.iter().any(|one| one.matches_path(&file.path))
            });
        }
        Ok(files)
    }

    /// Whether a selector names a path of the last commit: then there is nothing to show, and no mistake.
    fn is_known(&self, selector: &Selector) -> Result<bool, SyncError> {
        let Some(head) = self.repo.head()?.commit() else { return Ok(false) };
        if self.committed_path(selector, head)?.is_some() || selector.text() == "." {
            return Ok(true);
        }
        Ok(!self.resources_named(selector, head)?.is_empty())
    }

    fn files_in_folder(
        &self,
        branch: Option<&syncline_repo::BranchName>,
        from: Option<CommitId>,
    ) -> Result<Vec<FileDiff>, SyncError> {
        let mut draft = self.draft(branch, from, None, true)?;
        self.withhold(&mut draft)?;
        let format = self.format_of_draft(draft.changed.iter().map(|changed| &changed.path));
        let changed = draft.changed.into_iter();
        changed
            .map(|changed| self.file_diff_in(&format, changed.path, changed.before, changed.after))
            .collect()
    }
}
