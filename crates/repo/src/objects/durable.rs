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
use tempfile::TempPath;

use crate::objects::deflate::Deflater;
use crate::objects::pack;
use crate::own_folder::make_one;
use crate::{RepoError, Repository};

/// More than this in memory goes to disk at once.
const LARGE: usize = 64 << 20;

/// From this many objects on, one pack takes less time than a file each.
const PACK_FROM: usize = 100;

/// A new object on its way to the disk.
pub(crate) type Object = (gix::ObjectId, Kind, Arc<[u8]>);

/// Files that are written under other names, and the names that they get once they are flushed, in this order.
pub(crate) type Written = Vec<(TempPath, PathBuf)>;

impl Repository {
    /// Writes all new objects and flushes them to the disk.
    ///
    /// [`update_refs`](Self::update_refs) and what writes the index do this by themselves; it is needed before
    /// another program (git, a hook) is to see objects that no ref names.
    pub fn flush(&self) -> Result<(), RepoError> {
        self.flush_with(&[])
    }

    /// As [`flush`](Self::flush), and in the same go flushes files that are about to get their names: the new
    /// values of refs.
    pub(crate) fn flush_with(&self, files: &[PathBuf]) -> Result<(), RepoError> {
        let objects: Vec<Object> = {
            let staged = self.objects.staged();
            staged.objects.iter().map(|(id, (kind, bytes))| (*id, *kind, Arc::clone(bytes))).collect()
        };
        if objects.is_empty() && files.is_empty() {
            return Ok(());
        }
        let folder = self.git.common_dir().join("objects");
        let missing = self.keep_existing(&folder, &objects);
        write(&folder, &missing, files).map_err(|(path, source)| RepoError::WriteObjects { path, source })?;
        self.objects.unstage(objects.iter().map(|(id, ..)| id));
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

/// Writes the objects, flushes them and the other files, and gives the objects their names.
fn write(folder: &Path, objects: &[&Object], others: &[PathBuf]) -> Result<(), WriteFailure> {
    let written = match objects.len() {
        0 => Written::new(),
        1..PACK_FROM => write_loose(folder, objects)?,
        _ => pack::write(folder, objects)?,
    };
    let others = others.iter().map(PathBuf::as_path);
    sync_files(written.iter().map(|(file, _)| file.as_ref()).chain(others))?;
    for (file, path) in written {
        file.persist(&path).map_err(|error| (path, error.error))?;
    }
    Ok(())
}

fn write_loose(folder: &Path, objects: &[&Object]) -> Result<Written, WriteFailure> {
    let (mut deflater, mut bytes) = (Deflater::new(), Vec::new());
    let mut write = |object: &&Object| {
        let path = loose_path(folder, object.0);
        bytes.clear();
        let file = write_temporary(&path, object, &mut deflater, &mut bytes).map_err(at(&path))?;
        Ok((file, path))
    };
    objects.iter().map(&mut write).collect()
}

/// A file that git's own `prune` removes should we die before it gets its name.
fn write_temporary(
    path: &Path,
    (_, kind, content): &Object,
    deflater: &mut Deflater,
    bytes: &mut Vec<u8>,
) -> io::Result<TempPath> {
    let header = gix::objs::encode::loose_header(*kind, content.len() as u64);
    deflater.append(&[&header, content], bytes)?;
    let folder = path.parent().unwrap_or(path);
    let create = || read_only(tempfile::Builder::new().prefix("tmp_obj_")).tempfile_in(folder);
    let mut file = match create() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make_one(folder)?;
            create()?
        }
        result => result?,
    };
    file.write_all(bytes)?;
    Ok(file.into_temp_path())
}

/// As git has them: nobody writes to an object.
pub(crate) fn read_only<'a, 'b>(
    builder: &'a mut tempfile::Builder<'b, 'b>,
) -> &'a mut tempfile::Builder<'b, 'b> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o444))
    }
    #[cfg(not(unix))]
    builder
}

/// Flushes files that were just written: one by itself, several by their file systems.
fn sync_files<'a>(mut files: impl Iterator<Item = &'a Path> + Clone) -> Result<(), WriteFailure> {
    #[cfg(target_os = "linux")]
    if files.clone().nth(1).is_some() {
        return sync_file_systems(files);
    }
    files.try_for_each(|path| File::open(path).and_then(|file| file.sync_all()).map_err(at(path)))
}

#[cfg(target_os = "linux")]
fn sync_file_systems<'a>(files: impl Iterator<Item = &'a Path>) -> Result<(), WriteFailure> {
    use std::os::unix::fs::MetadataExt;
    let mut done = Vec::new();
    for path in files {
        let device = fs::metadata(path).map_err(at(path))?.dev();
        if !done.contains(&device) {
            let file = File::open(path).map_err(at(path))?;
            rustix::fs::syncfs(&file).map_err(|error| (path.to_owned(), error.into()))?;
            done.push(device);
        }
    }
    Ok(())
}

/// Makes what a file was last named by outlive a power cut.
pub(crate) fn sync_name(path: &Path) -> Result<(), WriteFailure> {
    #[cfg(unix)]
    {
        let folder = path.parent().unwrap_or(path);
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))
    }
    #[cfg(not(unix))]
    {
        File::open(path).and_then(|file| file.sync_all()).map_err(at(path))
    }
}
