//! The history of the workspace, of a file or folder, or of one resource.

use std::collections::{BTreeSet, HashSet};

use bstr::ByteSlice;
use syncline_format::{RepoPath, Resource};
use syncline_repo::{Commit, CommitId};

use crate::{LogEntry, LogRequest, Selector, SyncError, Workspace};

impl Workspace {
    /// The commits of the workspace, of a file or folder, or of one resource; newest first. A resource is
    /// followed by its id, whatever its name was.
    pub fn log(&self, request: &LogRequest) -> Result<Vec<LogEntry>, SyncError> {
        let Some(head) = self.repo.head()?.commit() else { return Ok(Vec::new()) };
        let remote = self.one_sided()?;
        let limit = request.limit.unwrap_or(usize::MAX);
        let entry = |commit: Commit| log_entry(commit, &remote);
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
        let (history, selectors) = match path {
            Some(path) => (history.touching(path), vec![selector.clone()]),
            None => (history, self.by_id(selector, head)?),
        };
        for commit in history {
            let commit = commit?;
            if found.len() >= limit {
                break;
            }
            if self.touches(&commit, &selectors)? {
                found.push(entry(commit));
            }
        }
        if found.is_empty() {
            return Err(SyncError::NothingSelected(selector.text().to_owned()));
        }
        Ok(found)
    }

    /// A selector of a resource's name as one of its id, so that it means the same under an older name. The
    /// name is looked for in the last commit, in the folder, and in the history.
    pub(crate) fn by_id(&self, selector: &Selector, head: CommitId) -> Result<Vec<Selector>, SyncError> {
        if !selector.can_be_a_name() {
            return Ok(vec![selector.clone()]);
        }
        let named = self.resources_named(selector, head)?.into_iter();
        let mut ids: BTreeSet<_> = named.filter_map(|resource| Some((resource.kind, resource.id?))).collect();
        if ids.is_empty() {
            ids.extend(self.named_in_draft(selector)?);
        }
        if ids.is_empty() {
            ids.extend(self.named_in_history(selector, head)?);
        }
        let selectors: Vec<_> = ids.into_iter().map(|(kind, id)| Selector::of_resource(kind, id)).collect();
        Ok(if selectors.is_empty() { vec![selector.clone()] } else { selectors })
    }

    fn named_in_draft(&self, selector: &Selector) -> Result<Option<(String, String)>, SyncError> {
        let head = self.repo.head()?;
        let sorted = self.sort_draft(self.draft(head.branch(), head.commit(), None, true)?)?;
        let mut changes = sorted.content.into_iter().flat_map(|file| file.changes);
        let named = changes.find(|change| change.id.is_some() && selector.matches(change));
        Ok(named.and_then(|change| Some((change.kind, change.id?))))
    }

    fn named_in_history(
        &self,
        selector: &Selector,
        head: CommitId,
    ) -> Result<Option<(String, String)>, SyncError> {
        for commit in self.repo.history(&[head], &[])? {
            let commit = commit?;
            if commit.parents.len() > 1 {
                continue;
            }
            for file in self.files_between(commit.parents.first().copied(), Some(commit.id))? {
                let named = file.changes.into_iter().find(|it| it.id.is_some() && selector.matches(it));
                if let Some((kind, id)) = named.and_then(|change| Some((change.kind, change.id?))) {
                    return Ok(Some((kind, id)));
                }
            }
        }
        Ok(None)
    }

    /// The path of a selector that is one, so that the history need not be compared commit by commit.
    pub(crate) fn committed_path(
        &self,
        selector: &Selector,
        head: CommitId,
    ) -> Result<Option<RepoPath>, SyncError> {
        let tree = self.repo.tree_of(head)?;
        let Some(path) = selector.path() else { return Ok(None) };
        let is_there =
            self.repo.entry_at(tree, path)?.is_some() || self.repo.folder_at(tree, path)?.is_some();
        Ok(is_there.then(|| path.clone()))
    }

    fn touches(&self, commit: &Commit, selectors: &[Selector]) -> Result<bool, SyncError> {
        let parent = commit.parents.first().copied();
        if commit.parents.len() > 1 {
            return Ok(false);
        }
        let old = self.tree_of(parent)?;
        for change in self.repo.diff_trees(old, Some(commit.tree), self.folder())? {
            if selectors.iter().any(|selector| selector.matches_path(&change.path)) {
                return Ok(true);
            }
            let file = self.file_diff(change.path, change.old, change.new)?;
            let is_meant = |change| selectors.iter().any(|selector| selector.matches(change));
            if file.changes.iter().any(is_meant) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The resources of a commit that a selector means; only files that hold its text are read as documents.
    pub(crate) fn resources_named(
        &self,
        selector: &Selector,
        commit: CommitId,
    ) -> Result<Vec<Resource>, SyncError> {
        let tree = self.repo.tree_of(commit)?;
        let wanted = selector.text().rsplit(':').next().unwrap_or_default();
        let mut found = Vec::new();
        for (path, entry) in self.repo.entries(tree, self.folder())? {
            if !entry.mode.is_file() {
                continue;
            }
            let bytes = self.repo.read_blob(entry.id)?;
            if !bytes.contains_str(wanted) {
                continue;
            }
            let reading = self.read_bytes(&path, &bytes, false);
            let Some(document) = reading.document() else { continue };
            let resources = self.format().resources(&path, document).into_iter();
            found.extend(
                resources.filter(|it| selector.matches_resource(&it.kind, it.id.as_deref(), &it.name)),
            );
        }
        Ok(found)
    }

    /// The newest commits of the upstream that are not here yet; all of them without a limit.
    pub fn unpulled(&self, limit: Option<usize>) -> Result<Vec<LogEntry>, SyncError> {
        let Some(Tips { here, upstream }) = self.tips()? else { return Ok(Vec::new()) };
        let remote = self.one_sided()?;
        let theirs = self.repo.history(&upstream, &here)?;
        let theirs = match self.folder() {
            Some(folder) => theirs.touching(folder.clone()),
            None => theirs,
        };
        theirs.take(limit.unwrap_or(usize::MAX)).map(|commit| Ok(log_entry(commit?, &remote))).collect()
    }

    /// The commits that only this branch or only its upstream has; none where nothing is followed.
    pub(crate) fn one_sided(&self) -> Result<OneSided, SyncError> {
        let Some(Tips { here, upstream }) = self.tips()? else { return Ok(OneSided::default()) };
        let ids = |of: &[CommitId], without: &[CommitId]| -> Result<HashSet<CommitId>, SyncError> {
            self.repo.history(of, without)?.map(|commit| Ok(commit?.id)).collect()
        };
        Ok(OneSided { unpushed: ids(&here, &upstream)?, unpulled: ids(&upstream, &here)? })
    }

    fn tips(&self) -> Result<Option<Tips>, SyncError> {
        let head = self.repo.head()?;
        let Some(branch) = head.branch() else { return Ok(None) };
        let Some((_, upstream)) = self.upstream(branch)? else { return Ok(None) };
        Ok(Some(Tips { here: head.commit().into_iter().collect(), upstream: upstream.into_iter().collect() }))
    }
}

/// The last commit of a branch and that of what it follows, each where there is one.
struct Tips {
    here: Vec<CommitId>,
    upstream: Vec<CommitId>,
}

/// Commits that one of two branches has.
#[derive(Debug, Default)]
pub(crate) struct OneSided {
    unpushed: HashSet<CommitId>,
    unpulled: HashSet<CommitId>,
}

pub(crate) fn log_entry(commit: Commit, remote: &OneSided) -> LogEntry {
    LogEntry {
        unpushed: remote.unpushed.contains(&commit.id),
        unpulled: remote.unpulled.contains(&commit.id),
        commit: commit.id,
        parents: commit.parents,
        author: commit.author,
        message: commit.message,
    }
}
