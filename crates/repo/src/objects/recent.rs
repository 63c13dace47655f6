//! Objects that were read or written a moment ago: an object never changes, and those near the root of a
//! workspace are asked for by nearly every step of an operation.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gix::objs::{Header, Kind};
use gix::odb::pack::cache::Object;
use gix::odb::pack::cache::object::MemoryCappedHashmap;

/// Of a hundred thousand resources all folders together take 5 MB.
const BYTES: usize = 8 << 20;

/// What is larger would drive out too much else.
const LARGEST: usize = 1 << 20;

/// Shared by the clones of a repository. What was least recently used goes first.
#[derive(Clone)]
pub(crate) struct Recent(Arc<Mutex<MemoryCappedHashmap>>);

impl Default for Recent {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(MemoryCappedHashmap::new(BYTES))))
    }
}

impl Recent {
    /// To read through it.
    pub(crate) fn put_before(&self, disk: &mut gix::OdbHandle) {
        let recent = self.clone();
        disk.set_object_cache(move || Box::new(recent.clone()));
    }

    /// Keeps what was just written: it is likely to be asked for next.
    pub(crate) fn keep(&self, id: gix::ObjectId, kind: Kind, bytes: &[u8]) {
        if bytes.len() <= LARGEST {
            self.objects().put(id, kind, bytes);
        }
    }

    /// Kind and size of what is kept. To ask the disk costs an allocation of 48 KB where the object is loose, and so
    /// many of them, with small ones between that stay, leave holes that nothing fits in.
    pub(crate) fn header(&self, id: &gix::oid) -> Option<Header> {
        let mut bytes = Vec::new();
        let kind = self.objects().get(&id.to_owned(), &mut bytes)?;
        Some(Header { kind, size: bytes.len() as u64 })
    }

    /// A panic elsewhere can at worst have lost objects from it.
    fn objects(&self) -> MutexGuard<'_, MemoryCappedHashmap> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Object for Recent {
    fn put(&mut self, id: gix::ObjectId, kind: Kind, data: &[u8]) {
        self.keep(id, kind, data);
    }

    fn get(&mut self, id: &gix::ObjectId, out: &mut Vec<u8>) -> Option<Kind> {
        self.objects().get(id, out)
    }
}
