//! New objects reach the disk before a ref names them.

use crate::{RepoError, Repository};

impl Repository {
    /// Writes all new objects and flushes them to the disk.
    ///
    /// [`update_refs`](Self::update_refs) and what writes the index does this by itself; it is needed before
    /// another program (git, a hook) is to see objects that no ref names.
    pub fn flush(&self) -> Result<(), RepoError> {
        todo!()
    }
}
