//! What can be named in a workspace: for a shell that completes what is being typed.
//!
//! Somebody waits at the keyboard, so all of it is bounded, and stays away from the network: of a big workspace only
//! a part is looked at.

use bstr::ByteSlice;
use syncline_format::RepoPath;
use syncline_merge::Change;
use syncline_repo::{BranchName, Commit, Entry};

use crate::{DiffRequest, SyncError, Workspace};

/// In a workspace of more files nobody looks for what changed: only to ask for the state of each would take too long.
const MOST_FILES: usize = 5_000;

/// So many bytes of documents are parsed; one file of up to [`BIG_FILE`] always.
const MOST_PARSED: usize = 60_000;

/// A bigger file is not parsed at all.
const BIG_FILE: usize = 1_000_000;

/// A resource by what people know it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceName {
    /// What it is, in the tool's own word; `file` where no format claims it.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The file that it is in.
    pub path: RepoPath,
}

impl ResourceName {
    /// As it can be typed.
    pub fn selector(&self) -> String {
        format!("{}:{}", self.kind, self.name)
    }
}

impl From<Change> for ResourceName {
    fn from(change: Change) -> Self {
        Self { kind: change.kind, name: change.name, path: change.path }
    }
}

impl Workspace {
    /// Local branches, then those that only a remote has, with that remote.
    pub fn branch_names(&self) -> Result<Vec<(BranchName, Option<String>)>, SyncError> {
        let local = self.repo.references("refs/heads/")?.into_iter();
        let mut names: Vec<_> =
            local.filter_map(|reference| reference.name.branch()).map(|name| (name, None)).collect();
        for branch in self.remote_branches()? {
            if !names.iter().any(|(name, _)| *name == branch.name) {
                names.push((branch.name, branch.remote));
            }
        }
        Ok(names)
    }

    /// The last commits, the newest first.
    pub fn recent_commits(&self, most: usize) -> Result<Vec<Commit>, SyncError> {
        let Some(head) = self.repo.head()?.commit() else { return Ok(Vec::new()) };
        self.repo.history(&[head], &[])?.take(most).map(|commit| Ok(commit?)).collect()
    }

    /// What changed since the last commit; nothing in a workspace of very many files.
    pub fn changed_names(&self) -> Result<Vec<ResourceName>, SyncError> {
        if self.first_files()?.len() >= MOST_FILES {
            return Ok(Vec::new());
        }
        let files = self.diff(&DiffRequest::default())?.into_iter();
        Ok(files.flat_map(|file| file.changes).map(ResourceName::from).collect())
    }

    /// The files of the last commit; of very many, the first.
    pub fn file_names(&self) -> Result<Vec<RepoPath>, SyncError> {
        Ok(self.first_files()?.into_iter().map(|(path, _)| path).collect())
    }

    /// Resources of the last commit whose `kind:name` begins with what was typed.
    /// Of a big workspace they are those of the first files that hold the beginning of the name.
    pub fn resource_names(&self, typed: &str) -> Result<Vec<ResourceName>, SyncError> {
        let name = typed.split_once(':').map(|(_, name)| name).unwrap_or_default();
        let mut left = MOST_PARSED;
        let mut found = Vec::new();
        for (path, entry) in self.first_files()? {
            let bytes = self.repo.read_blob(entry.id)?;
            if bytes.len() > BIG_FILE || !bytes.contains_str(name) {
                continue;
            }
            let reading = self.read_bytes(&path, &bytes, false);
            let Some(document) = reading.document() else { continue };
            let resources = self.format().resources(&path, document).into_iter();
            let names = resources.map(|it| ResourceName { kind: it.kind, name: it.name, path: path.clone() });
            found.extend(names.filter(|name| name.selector().starts_with(typed)));
            left = left.saturating_sub(bytes.len());
            if left == 0 {
                break;
            }
        }
        Ok(found)
    }

    /// The first files of the last commit.
    fn first_files(&self) -> Result<Vec<(RepoPath, Entry)>, SyncError> {
        let Some(tree) = self.tree_of(self.repo.head()?.commit())? else { return Ok(Vec::new()) };
        let mut files = self.repo.first_entries(tree, self.folder(), MOST_FILES)?;
        files.retain(|(_, entry)| entry.mode.is_file());
        Ok(files)
    }
}
