//! History, and what was changed when.

use std::collections::HashSet;

use syncline_repo::{Commit, CommitId};

use crate::{DiffRequest, FileDiff, LogEntry, LogRequest, Selector, ShowReport, SyncError, Workspace};

impl Workspace {
    /// The commits of the workspace, of a file or folder, or of one resource; newest first.
    pub fn log(&self, request: &LogRequest) -> Result<Vec<LogEntry>, SyncError> {
        let Some(head) = self.repo.head()?.commit() else { return Ok(Vec::new()) };
        let unpushed = self.unpushed()?;
        let limit = request.limit.unwrap_or(usize::MAX);
        let entry = |commit: Commit| log_entry(commit, &unpushed);
        let history = self.repo.history(&[head], &[])?;
        let Some(selector) = &request.selector else {
            let history = match self.folder() {
                Some(folder) => history.touching(folder.clone()),
                None => history,
            };
            return history.take(limit).map(|commit| Ok(entry(commit?))).collect();
        };
        let mut found = Vec::new();
        let path = self.committed_path(selector, head)?;
        let history = match path {
            Some(path) => history.touching(path),
            None => history,
        };
        for commit in history {
            let commit = commit?;
            if found.len() >= limit {
                break;
            }
            if self.touches(&commit, selector)? {
                found.push(entry(commit));
            }
        }
        if found.is_empty() {
            return Err(SyncError::NothingSelected(selector.text().to_owned()));
        }
        Ok(found)
    }

    /// The path of a selector that is one, so that the history need not be compared commit by commit.
    fn committed_path(
        &self,
        selector: &Selector,
        head: CommitId,
    ) -> Result<Option<syncline_format::RepoPath>, SyncError> {
        let tree = self.repo.tree_of(head)?;
        let Some(path) = selector.path() else { return Ok(None) };
        let is_there =
            self.repo.entry_at(tree, path)?.is_some() || self.repo.folder_at(tree, path)?.is_some();
        Ok(is_there.then(|| path.clone()))
    }

    fn touches(&self, commit: &Commit, selector: &Selector) -> Result<bool, SyncError> {
        let parent = commit.parents.first().copied();
        if commit.parents.len() > 1 {
            return Ok(false);
        }
        let old = self.tree_of(parent)?;
        for change in self.repo.diff_trees(old, Some(commit.tree), self.folder())? {
            if selector.matches_path(&change.path) {
                return Ok(true);
            }
            let file = self.file_diff(change.path, change.old, change.new)?;
            if file.changes.iter().any(|change| selector.matches(change)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A commit and what it changed against its first parent.
    pub fn show(&self, revision: &str) -> Result<ShowReport, SyncError> {
        let commit = self.repo.read_commit(self.revision(revision)?)?;
        let files = self.files_between(commit.parents.first().copied(), Some(commit.id))?;
        Ok(ShowReport { entry: log_entry(commit, &self.unpushed()?), files })
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
        self.names_resource(selector, head)
    }

    /// Whether some document of a commit has the resource; only files that hold the text are read.
    fn names_resource(&self, selector: &Selector, commit: CommitId) -> Result<bool, SyncError> {
        let tree = self.repo.tree_of(commit)?;
        let wanted = selector.text().rsplit(':').next().unwrap_or_default();
        for (path, entry) in self.repo.entries(tree, self.folder())? {
            if selector.matches_path(&path) {
                return Ok(true);
            }
            let bytes = self.repo.read_blob(entry.id)?;
            if !bstr::ByteSlice::contains_str(bytes.as_slice(), wanted) {
                continue;
            }
            let reading = self.read_bytes(&path, &bytes, false);
            let Some(document) = reading.document() else { continue };
            let is_it = |resource: &syncline_format::Resource| {
                selector.matches_resource(&resource.kind, resource.id.as_deref(), &resource.name)
            };
            if self.format().resources(&path, document).iter().any(is_it) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn files_in_folder(
        &self,
        branch: Option<&syncline_repo::BranchName>,
        from: Option<CommitId>,
    ) -> Result<Vec<FileDiff>, SyncError> {
        let draft = self.draft(branch, from, None, true)?;
        let changed = draft.changed.into_iter();
        changed.map(|changed| self.file_diff(changed.path, changed.before, changed.after)).collect()
    }

    /// The commits that the upstream has not; empty where nothing is followed.
    fn unpushed(&self) -> Result<HashSet<CommitId>, SyncError> {
        let head = self.repo.head()?;
        let (Some(branch), Some(commit)) = (head.branch(), head.commit()) else { return Ok(HashSet::new()) };
        let Some((_, upstream)) = self.upstream(branch)? else { return Ok(HashSet::new()) };
        let hide: Vec<_> = upstream.into_iter().collect();
        self.repo.history(&[commit], &hide)?.map(|commit| Ok(commit?.id)).collect()
    }
}

fn log_entry(commit: Commit, unpushed: &HashSet<CommitId>) -> LogEntry {
    LogEntry {
        unpushed: unpushed.contains(&commit.id),
        commit: commit.id,
        parents: commit.parents,
        author: commit.author,
        message: commit.message,
    }
}
