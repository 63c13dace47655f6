//! A clone that left files at its remote (`git clone --filter`). Git itself fetches each when it comes to need it;
//! here what is missing is fetched in one go, before it is read.
//!
//! Of the folders that a workspace is about, every version is here, as in a whole clone: history, merges and undo ask
//! for nothing more. What lies outside stays at the remote until it is to be written to the folder.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use gix::objs::Exists;
use syncline_format::RepoPath;

use crate::folder::sparse::Cone;
use crate::git::OnProgress;
use crate::{BlobId, CommitId, ObjectId, Remote, RemoteError, RepoError, Repository, TreeId};

/// Where missing files come from.
#[derive(Clone)]
pub(crate) struct Supply {
    remote: Remote,
    /// Those of which every version is to be here.
    folders: Vec<RepoPath>,
    /// Whether all that the folders lack was asked for once, after git itself had fetched something without it.
    is_completed: Arc<Mutex<bool>>,
}

impl fmt::Debug for Supply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supply")
            .field("remote", self.remote.url())
            .field("folders", &self.folders)
            .finish_non_exhaustive()
    }
}

impl Repository {
    /// The remote that has what is missing here, and with which filter git fetches from it; `None` where the repository
    /// was cloned as a whole.
    pub fn promisor(&self) -> Option<(String, String)> {
        self.remotes().into_iter().find_map(|remote| {
            let setting = |key: &str| format!("remote.{}.{key}", remote.name);
            let is_one = self.config_bool(&setting("promisor")).unwrap_or(false);
            let filter = self.config(&setting("partialclonefilter")).filter(|_| is_one)?;
            Some((remote.name.clone(), filter))
        })
    }

    /// Takes back that anything is left at a remote.
    pub(crate) fn forget_filters(&mut self) -> Result<(), RepoError> {
        while let Some((name, _)) = self.promisor() {
            self.set_config(&format!("remote.{name}.promisor"), None)?;
            self.set_config(&format!("remote.{name}.partialclonefilter"), None)?;
        }
        Ok(())
    }

    /// Fetches from there what is missing when it is read. Of the folders every version is fetched at once.
    #[must_use]
    pub fn with_supply(mut self, remote: Remote, folders: &[RepoPath]) -> Self {
        self.supply = Some(Supply { remote, folders: folders.to_vec(), is_completed: Arc::default() });
        self
    }

    /// Fetches nothing when it is read, from now on.
    #[must_use]
    pub fn without_supply(mut self) -> Self {
        self.supply = None;
        self
    }

    /// Fetches those of the blobs that are missing, in one go; does nothing where all files are here, or nobody
    /// said where they come from.
    pub fn fetch_missing(
        &self,
        blobs: impl IntoIterator<Item = BlobId>,
        on_progress: OnProgress<'_>,
    ) -> Result<(), RepoError> {
        let Some(supply) = &self.supply else { return Ok(()) };
        self.fetch_missing_from(&supply.remote, blobs, on_progress).map_err(not_fetched)
    }

    pub(crate) fn fetch_missing_from(
        &self,
        remote: &Remote,
        blobs: impl IntoIterator<Item = BlobId>,
        on_progress: OnProgress<'_>,
    ) -> Result<(), RemoteError> {
        let missing = self.missing(blobs);
        if missing.is_empty() { Ok(()) } else { remote.fetch_blobs(self.git_dir(), &missing, on_progress) }
    }

    /// Fetches what the folders lack of commits that were fetched without files: of all versions that `from` can reach
    /// and `known` cannot. Of `records` all is fetched that is in them now.
    pub fn complete(
        &self,
        from: &[CommitId],
        known: &[CommitId],
        records: &[CommitId],
        on_progress: OnProgress<'_>,
    ) -> Result<(), RepoError> {
        let Some(supply) = &self.supply else { return Ok(()) };
        let mut blobs = self.versions_in(&supply.folders, from, known)?;
        for record in records {
            blobs.extend(self.blobs_of(self.tree_of(*record)?, None)?);
        }
        self.fetch_missing(blobs, on_progress)
    }

    /// After a blob was not found: fetches it; the first time with all else that the folders lack, for git may have
    /// fetched commits without their files. Answers whether it can be here now.
    pub(crate) fn fetch_late(&self, blob: BlobId) -> Result<bool, RepoError> {
        let Some(supply) = &self.supply else { return Ok(false) };
        let mut is_completed = supply.is_completed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut blobs = BTreeSet::from([blob]);
        if !*is_completed {
            blobs.extend(self.versions_in(&supply.folders, &self.all_tips()?, &[])?);
        }
        self.fetch_missing(blobs, &mut |_| ())?;
        *is_completed = true;
        Ok(true)
    }

    /// Every version of the folders' files in the commits that `from` can reach and `known` cannot.
    pub(crate) fn versions_in(
        &self,
        folders: &[RepoPath],
        from: &[CommitId],
        known: &[CommitId],
    ) -> Result<BTreeSet<BlobId>, RepoError> {
        let mut blobs = BTreeSet::new();
        if from.is_empty() {
            return Ok(blobs);
        }
        for commit in self.history(from, known)? {
            let commit = commit?;
            let before = commit.parents.first().map(|parent| self.tree_of(*parent)).transpose()?;
            for folder in folders {
                let changes = self.diff_trees(before, Some(commit.tree), Some(folder))?.into_iter();
                let entries = changes.filter_map(|change| change.new);
                blobs.extend(entries.filter(|entry| entry.mode.is_blob()).map(|entry| entry.id));
            }
        }
        Ok(blobs)
    }

    /// The files of a tree that are checked out, where only folders are.
    pub(crate) fn checked_out_of(&self, tree: TreeId) -> Result<Vec<BlobId>, RepoError> {
        let cone = Cone::of(self);
        let is_out = |path: &RepoPath| cone.as_ref().is_none_or(|cone| cone.has(path.as_bstr()));
        let entries = self.entries(tree, None)?.into_iter();
        let blobs = entries.filter(|(path, entry)| entry.mode.is_blob() && is_out(path));
        Ok(blobs.map(|(_, entry)| entry.id).collect())
    }

    /// Those of a tree's files, or of a folder in it.
    pub(crate) fn blobs_of(&self, tree: TreeId, under: Option<&RepoPath>) -> Result<Vec<BlobId>, RepoError> {
        let entries = self.entries(tree, under)?.into_iter();
        Ok(entries.filter(|(_, entry)| entry.mode.is_blob()).map(|(_, entry)| entry.id).collect())
    }

    /// Those that are not here, each once.
    pub(crate) fn missing(&self, blobs: impl IntoIterator<Item = BlobId>) -> Vec<BlobId> {
        let blobs: BTreeSet<BlobId> = blobs.into_iter().collect();
        let mut missing: Vec<BlobId> = blobs.into_iter().filter(|blob| !self.is_known_here(*blob)).collect();
        // A pack that came since is looked for once, not for each.
        if let Some(first) = missing.first() {
            self.objects.exists(&first.0);
            missing.retain(|blob| !self.is_known_here(*blob));
        }
        missing
    }

    /// Without a look for new packs.
    pub(crate) fn is_known_here(&self, blob: BlobId) -> bool {
        self.objects.staged().objects.contains_key(&blob.0)
            || self.objects.disk().exists_without_refresh(&blob.0)
    }

    /// The commits of all branches, here and at the remotes.
    pub(crate) fn all_tips(&self) -> Result<Vec<CommitId>, RepoError> {
        let mut tips: Vec<ObjectId> = Vec::new();
        for prefix in ["refs/heads/", "refs/remotes/"] {
            tips.extend(self.references(prefix)?.into_iter().map(|reference| reference.target));
        }
        let head = self.head()?.commit();
        Ok(tips.into_iter().map(ObjectId::as_commit).chain(head).collect())
    }
}

fn not_fetched(source: RemoteError) -> RepoError {
    RepoError::Remote(Box::new(source))
}
