//! Objects: what is on disk, and in front of it the new ones that are not flushed yet.

pub(crate) mod deflate;
pub(crate) mod durable;
pub(crate) mod order;
pub(crate) mod pack;
pub(crate) mod recent;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gix::objs::{Data, Exists, Find, FindHeader, Header, Kind};

use crate::objects::order::refuse_disorder;
use crate::objects::recent::Recent;
use crate::{BlobId, ObjectId, RepoError, Repository};

/// The most bytes of a file that are read, for they are held in memory, and zeros without end are a few kilobytes in a
/// pack. A larger one is left to git.
pub const LARGEST_FILE: u64 = 1 << 30;

/// Reads from memory, then from disk; writes to memory. Clones share the memory.
#[derive(Clone)]
pub(crate) struct Objects {
    disk: gix::OdbHandle,
    staged: Arc<Mutex<Staged>>,
    recent: Recent,
    /// Whether the remote has objects that were left out when it was cloned.
    is_partial: bool,
}

/// New objects by id. Their bytes are shared, so that a flush need not hold the lock while it writes.
#[derive(Default)]
pub(crate) struct Staged {
    pub(crate) objects: HashMap<gix::ObjectId, (Kind, Arc<[u8]>)>,
    pub(crate) bytes: usize,
}

impl Objects {
    /// What is read through `disk` is remembered from now on.
    pub(crate) fn new(disk: &mut gix::OdbHandle, is_partial: bool) -> Self {
        let recent = Recent::default();
        recent.put_before(disk);
        Self { disk: disk.clone(), staged: Arc::default(), recent, is_partial }
    }

    /// Reading from another handle of the same database, with the same memory.
    pub(crate) fn with_disk(&self, disk: &mut gix::OdbHandle) -> Self {
        self.recent.put_before(disk);
        Self { disk: disk.clone(), ..self.clone() }
    }

    /// A panic elsewhere leaves the map as it was before or after an insertion: both are good.
    pub(crate) fn staged(&self) -> MutexGuard<'_, Staged> {
        self.staged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn disk(&self) -> &gix::OdbHandle {
        &self.disk
    }

    /// These are on disk now.
    pub(crate) fn unstage<'a>(&self, ids: impl Iterator<Item = &'a gix::ObjectId>) {
        let mut staged = self.staged();
        for id in ids {
            if let Some((kind, bytes)) = staged.objects.remove(id) {
                staged.bytes -= bytes.len();
                self.recent.keep(*id, kind, &bytes);
            }
        }
    }

    /// Keeps an object in memory; one that is on disk already is kept too, and left out by the flush.
    pub(crate) fn stage(&self, kind: Kind, bytes: &[u8]) -> gix::ObjectId {
        let id = gix::objs::compute_hash(gix::hash::Kind::Sha1, kind, bytes)
            .expect("only an input that collides on purpose makes SHA-1 fail");
        self.stage_as(id, kind, bytes);
        id
    }

    /// The id must be that of the bytes.
    pub(crate) fn stage_as(&self, id: gix::ObjectId, kind: Kind, bytes: &[u8]) {
        let mut staged = self.staged();
        if staged.objects.insert(id, (kind, bytes.into())).is_none() {
            staged.bytes += bytes.len();
        }
    }

    pub(crate) fn read(&self, id: gix::ObjectId, kind: Kind) -> Result<Vec<u8>, RepoError> {
        let mut buffer = Vec::new();
        match self.try_find(&id, &mut buffer) {
            Ok(Some(data)) if data.kind == kind => Ok(buffer),
            Ok(Some(data)) => Err(not_a(kind, id, data.kind)),
            Ok(None) => Err(self.missing(id)),
            Err(error) => Err(bad_object(id, &error)),
        }
    }

    fn missing(&self, id: gix::ObjectId) -> RepoError {
        let id = ObjectId(id);
        if self.is_partial { RepoError::NotFetched(id) } else { RepoError::MissingObject(id) }
    }
}

fn not_a(wanted: Kind, id: gix::ObjectId, found: Kind) -> RepoError {
    RepoError::BadObject { id: ObjectId(id), reason: format!("it is a {found}, not a {wanted}") }
}

/// An object that is there and cannot be read.
pub(crate) fn bad_object(id: gix::ObjectId, error: &dyn std::error::Error) -> RepoError {
    RepoError::BadObject { id: ObjectId(id), reason: error.to_string() }
}

impl Find for Objects {
    fn try_find<'a>(&self, id: &gix::oid, buffer: &'a mut Vec<u8>) -> gix::Result<Option<Data<'a>>> {
        if let Some((kind, bytes)) = self.staged().objects.get(id) {
            buffer.clear();
            buffer.extend_from_slice(bytes);
            return Ok(Some(Data { kind: *kind, object_hash: id.kind(), data: buffer }));
        }
        let found = self.disk.try_find(id, buffer)?;
        match found {
            Some(Data { kind: Kind::Tree, data, .. }) => {
                refuse_disorder(data).map_err(gix::Error::from_error)?;
            }
            // Where a loose object ends at the length that it should have, nobody looks at its checksum.
            Some(commit @ Data { kind: Kind::Commit, .. }) => {
                commit.verify_checksum(id)?;
            }
            _ => {}
        }
        Ok(found)
    }
}

impl FindHeader for Objects {
    fn try_header(&self, id: &gix::oid) -> gix::Result<Option<Header>> {
        if let Some((kind, bytes)) = self.staged().objects.get(id) {
            return Ok(Some(Header { kind: *kind, size: bytes.len() as u64 }));
        }
        match self.recent.header(id) {
            Some(header) => Ok(Some(header)),
            None => FindHeader::try_header(&self.disk, id),
        }
    }
}

impl Exists for Objects {
    fn exists(&self, id: &gix::oid) -> bool {
        self.staged().objects.contains_key(id) || self.disk.exists(id)
    }
}

impl Repository {
    /// The bytes of a blob; [`RepoError::TooLarge`] where they are more than [`LARGEST_FILE`].
    pub fn read_blob(&self, id: BlobId) -> Result<Vec<u8>, RepoError> {
        // This fetches what a partial clone lacks, or says why that fails. What is no blob is told by reading it.
        let size = self.blob_size(id)?;
        if size > LARGEST_FILE {
            return Err(RepoError::TooLarge { id: id.into(), size });
        }
        self.objects.read(id.0, Kind::Blob)
    }

    /// Refuses, without reading it whole, what [`read_blob`](Self::read_blob) would refuse: no blob, or a too large
    /// one. What a partial clone has not fetched may be anything.
    pub(crate) fn refuse_unreadable(&self, id: BlobId) -> Result<(), RepoError> {
        match FindHeader::try_header(&self.objects, &id.0) {
            Ok(Some(Header { kind: Kind::Blob, size })) if size > LARGEST_FILE => {
                Err(RepoError::TooLarge { id: id.into(), size })
            }
            Ok(Some(Header { kind: Kind::Blob, .. })) => Ok(()),
            Ok(Some(Header { kind, .. })) => Err(not_a(Kind::Blob, id.0, kind)),
            Ok(None) if self.objects.is_partial => Ok(()),
            Ok(None) => Err(self.objects.missing(id.0)),
            Err(error) => Err(bad_object(id.0, &error)),
        }
    }

    /// The size of a blob in bytes, without reading it whole.
    pub fn blob_size(&self, id: BlobId) -> Result<u64, RepoError> {
        let size = || match FindHeader::try_header(&self.objects, &id.0) {
            Ok(Some(header)) => Ok(header.size),
            Ok(None) => Err(self.objects.missing(id.0)),
            Err(error) => Err(bad_object(id.0, &error)),
        };
        match size() {
            Err(RepoError::NotFetched(_)) if self.fetch_late(id)? => size(),
            result => result,
        }
    }

    /// Keeps a blob. It is in memory until [`update_refs`](Self::update_refs) or [`flush`](Self::flush), or
    /// until so much is there that it goes to disk early.
    pub fn write_blob(&self, bytes: &[u8]) -> Result<BlobId, RepoError> {
        let id = self.objects.stage(Kind::Blob, bytes);
        self.flush_if_large()?;
        Ok(BlobId(id))
    }

    /// Whether the object is here (in a partial clone it may not be).
    pub fn has_object(&self, id: impl Into<ObjectId>) -> bool {
        self.objects.exists(&id.into().0)
    }
}
