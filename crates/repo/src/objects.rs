//! Blobs.

use crate::{BlobId, ObjectId, RepoError, Repository};

impl Repository {
    /// The bytes of a blob.
    pub fn read_blob(&self, id: BlobId) -> Result<Vec<u8>, RepoError> {
        todo!("{id}")
    }

    /// The size of a blob in bytes, without reading it whole.
    pub fn blob_size(&self, id: BlobId) -> Result<u64, RepoError> {
        todo!("{id}")
    }

    /// Keeps a blob. It is in memory until [`update_refs`](Self::update_refs) or [`flush`](Self::flush).
    pub fn write_blob(&self, bytes: &[u8]) -> Result<BlobId, RepoError> {
        todo!("{bytes:?}")
    }

    /// Whether the object is here (in a partial clone it may not be).
    pub fn has_object(&self, id: impl Into<ObjectId>) -> bool {
        todo!("{}", id.into())
    }
}
