//! How two states differ, file by file.

use std::slice;

use syncline_merge::Change;
use syncline_repo::CommitId;

use crate::formats::reading::Version;
use crate::log::log_entry;
use crate::{DiffRequest, FileDiff, FileState, Selector, ShowReport, SyncError, Workspace};

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
                    || !self.meant_in(file, slice::from_ref(selector)).is_empty()
            };
            if !files.iter().any(is_meant) && !self.is_known(selector)? {
                return Err(SyncError::NothingSelected(selector.text().to_owned()));
            }
        }
        if !request.selectors.is_empty() {
            for file in &mut files {
                file.changes = self.meant_in(file, &request.selectors);
            }
            files.retain(|file| {
                !file.changes.is_empty() || request.selectors.iter().any(|one| one.matches_path(&file.path))
            });
        }
        Ok(files)
    }

    /// The changes of a file that selectors mean.
    fn meant_in(&self, file: &FileDiff, selectors: &[Selector]) -> Vec<Change> {
        if selectors.iter().any(|selector| selector.matches_path(&file.path)) {
            return file.changes.clone();
        }
        let version = |state: &FileState| Version {
            bytes: state.bytes.clone(),
            reading: self.read_bytes(&file.path, &state.bytes, false),
        };
        let (old, new) = (file.old.as_ref().map(version), file.new.as_ref().map(version));
        let sides = self.sides(&file.path, old.as_ref(), new.as_ref());
        sides.meant(&file.changes, selectors).into_iter().cloned().collect()
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
