//! What Git leaves out of a folder.

use syncline_format::RepoPath;

use crate::folder::file::Folder;
use crate::{RepoError, Repository};

impl Repository {
    /// The first of some untracked files, there or not yet, that Git leaves out by its ignore rules; none in a bare
    /// repository.
    pub fn first_ignored<'p>(
        &self,
        paths: impl IntoIterator<Item = &'p RepoPath>,
    ) -> Result<Option<&'p RepoPath>, RepoError> {
        if self.work_tree().is_none() {
            return Ok(None);
        }
        let mut folder = Folder::open(self)?;
        for path in paths {
            if folder.rules()?.is_ignored(path.as_bstr(), false)? {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }
}
