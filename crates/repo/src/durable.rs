//! New objects reach the disk before a ref names them.
//!
//! Measured on ext4 with the five small objects of one commit: an fsync each 1.2 to 1.9 ms, all written and
//! then one `syncfs` 0.5 to 0.7 ms, nothing flushed 0.15 ms. So on Linux one `syncfs` is the barrier; elsewhere
//! each file is flushed. The names appear only after the barrier: what a name leads to is whole.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gix::objs::Kind;
use gix::zlib::Compression;
use gix::zlib::stream::deflate;
use tempfile::{NamedTempFile, TempPath};

use crate::{RepoError, Repository, pack};

/// More than this in memory goes to disk at once.
const LARGE: usize = 64 << 20;

/// From this many objects on, one pack takes less time than a file each.
const PACK_FROM: usize = 100;

/// A new object on its way to the disk.
pub(crate) type Object = (gix::ObjectId, Kind, Arc<[u8]>);

impl Repository {
    /// Writes all new objects and flushes them to the disk.
    ///
    /// [`update_refs`](Self::update_refs) and what writes the index do this by themselves; it is needed before
    /// another program (git, a hook) is to see objects that no ref names.
    pub fn flush(&self) -> Result<(), RepoError> {
        let objects: Vec<Object> = {
            let staged = self.objects.staged();
            staged.objects.iter().map(|(id, (kind, bytes))| (*id, *kind, Arc::clone(bytes))).collect()
        };
        if objects.is_empty() {
            return Ok(());
        }
        let folder = self.git.common_dir().join("objects");
        let missing = self.keep_existing(&folder, &objects);
        let write = if missing.len() < PACK_FROM { write_loose } else { pack::write };
        write(&folder, &missing).map_err(|(path, source)| RepoError::WriteObjects { path, source })?;
        let mut staged = self.objects.staged();
        for (id, ..) in &objects {
            if let Some((_, bytes)) = staged.objects.remove(id) {
                staged.bytes -= bytes.len();
            }
        }
        Ok(())
    }

    pub(crate) fn flush_if_large(&self) -> Result<(), RepoError> {
        let is_large = self.objects.staged().bytes > LARGE;
        if is_large { self.flush() } else { Ok(()) }
    }

    /// The objects that are not on disk. Those that are get a new date, as git does: an old object that
    /// nothing names might just be about to be pruned.
    fn keep_existing<'a>(&self, folder: &Path, objects: &'a [Object]) -> Vec<&'a Object> {
        let disk = self.objects.disk();
        let is_there = |object: &&Object| disk.exists_without_refresh(&object.0);
        let (there, missing): (Vec<_>, Vec<_>) = objects.iter().partition(is_there);
        for (id, ..) in there {
            let path = loose_path(folder, *id);
            if let Ok(file) = File::open(&path) {
                let times = fs::FileTimes::new().set_modified(now());
                // A repository of somebody else's: then it is theirs to keep.
                file.set_times(times).unwrap_or_else(|error| tracing::debug!(?path, %error, "date kept"));
            }
        }
        missing
    }
}

#[expect(clippy::disallowed_methods, reason = "the date of a file is that of the machine it is on")]
pub(crate) fn now() -> std::time::SystemTime {
    std::time::SystemTime::now()
}

/// The file or folder that an input or output error is about, with the error.
pub(crate) type WriteFailure = (PathBuf, io::Error);

/// To say of what an error is.
pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> WriteFailure + use<> {
    let path = path.to_owned();
    move |error| (path, error)
}

/// A name of Git's as the file system has it: its bytes; elsewhere than on Unix, where it is UTF-8.
pub(crate) fn to_path(name: &bstr::BStr) -> PathBuf {
    use bstr::ByteSlice;
    name.to_path_lossy().into_owned()
}

fn loose_path(folder: &Path, id: gix::ObjectId) -> PathBuf {
    let hex = id.to_hex().to_string();
    folder.join(&hex[..2]).join(&hex[2..])
}

fn write_loose(folder: &Path, objects: &[&Object]) -> Result<(), WriteFailure> {
    let mut written = Vec::with_capacity(objects.len());
    for object in objects {
        let path = loose_path(folder, object.0);
        let file = write_temporary(&path, object).map_err(at(&path))?;
        written.push((file, path));
    }
    sync_files(folder, written.iter().map(|(file, _)| file.as_ref()))?;
    for (file, path) in written {
        TempPath::persist(file, &path).map_err(|error| (path, error.error))?;
    }
    Ok(())
}

/// A file that git's own `prune` removes should we die before it gets its name.
fn write_temporary(path: &Path, (_, kind, bytes): &Object) -> io::Result<TempPath> {
    let folder = path.parent().unwrap_or(path);
    let create = || tempfile::Builder::new().prefix("tmp_obj_").tempfile_in(folder);
    let file = match create() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(folder)?;
            create()?
        }
        result => result?,
    };
    let mut out = deflate::Write::new(file, Compression::BEST_SPEED);
    out.write_all(&gix::objs::encode::loose_header(*kind, bytes.len() as u64))?;
    out.write_all(bytes)?;
    out.flush()?;
    let file = out.into_inner();
    make_read_only(&file)?;
    Ok(file.into_temp_path())
}

/// As git has them: nobody writes to an object.
pub(crate) fn make_read_only(file: &NamedTempFile) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o444))
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        Ok(())
    }
}

/// Flushes files that were written in `folder`.
pub(crate) fn sync_files<'a>(
    folder: &Path,
    mut files: impl Iterator<Item = &'a Path> + Clone,
) -> Result<(), WriteFailure> {
    #[cfg(target_os = "linux")]
    if files.clone().nth(1).is_some() {
        let handle = File::open(folder).map_err(at(folder))?;
        return rustix::fs::syncfs(&handle).map_err(|error| (folder.to_owned(), error.into()));
    }
    #[cfg(not(target_os = "linux"))]
    let _ = folder;
    files.try_for_each(|path| File::open(path).and_then(|file| file.sync_all()).map_err(at(path)))
}
