//! A sparse index: one entry stands for a whole folder that sparse-checkout leaves out. Only git can write one, so
//! git makes each file an entry again for us, and the folder one entry when it next writes itself.

use crate::folder::file::Folder;
use crate::locks::git_claim::GitClaim;
use crate::{Git, RepoError, Repository};

impl Repository {
    /// Lets git expand the index, where it is sparse.
    pub(crate) fn expand_index(&self) -> Result<(), RepoError> {
        let Some(folder) =
            self.work_tree().filter(|_| self.read_index().is_ok_and(|index| index.is_sparse()))
        else {
            return Ok(());
        };
        let lock = self.git_dir().join("index.lock");
        if lock.exists() {
            return Err(RepoError::IndexLocked(lock));
        }
        let git = Git::new(&self.environment, "update-index").arg("--force-write-index").in_folder(folder);
        let claim = GitClaim::take(self.common_dir(), &[&lock.to_string_lossy()]);
        let expanded = git.config("index.sparse", "false").claim(claim).run_ok();
        expanded.map_err(|error| self.index_error("expand", error.into()))?;
        self.index.forget();
        Ok(())
    }

    /// The folder with an index that was expanded; a git that ran since may have made it sparse again.
    pub(crate) fn expanded(&self) -> Result<Folder, RepoError> {
        let folder = Folder::open(self)?;
        if folder.index.is_sparse() {
            return Err(self.index_error("expand", "git made it sparse again meanwhile".into()));
        }
        Ok(folder)
    }
}
