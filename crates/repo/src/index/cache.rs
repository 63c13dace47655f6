//! The index as it was read last: an operation looks at it several times, and of 100,000 files it takes 25 ms
//! to read.

use std::fs::{self, Metadata};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// Shared by the clones of a repository.
#[derive(Clone, Default)]
pub(crate) struct IndexCache(Arc<Mutex<Option<Read>>>);

struct Read {
    seen: Seen,
    index: Arc<gix::index::File>,
}

/// What tells one index file from another: Git never writes into one, it puts a new one in its place.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Seen {
    length: u64,
    modified: Option<SystemTime>,
    file: u64,
}

impl IndexCache {
    /// The index at the path, read anew where it is another file than the last time.
    pub(crate) fn get<E>(
        &self,
        path: &Path,
        read: impl FnOnce() -> Result<gix::index::File, E>,
    ) -> Result<Arc<gix::index::File>, E> {
        // Looked at before it is read: should it be replaced in between, the next look finds another file.
        let seen = fs::metadata(path).ok().map(|metadata| Seen::of(&metadata));
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = last.as_ref().filter(|last| Some(last.seen) == seen) {
            return Ok(Arc::clone(&last.index));
        }
        let index = Arc::new(read()?);
        *last = seen.map(|seen| Read { seen, index: Arc::clone(&index) });
        Ok(index)
    }

    /// Lets go of it, so that who has it can change it without a copy.
    pub(crate) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Seen {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let file = std::os::unix::fs::MetadataExt::ino(metadata);
        #[cfg(not(unix))]
        let file = 0;
        Self { length: metadata.len(), modified: metadata.modified().ok(), file }
    }
}
