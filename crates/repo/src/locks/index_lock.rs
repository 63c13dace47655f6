//! The lock of the index.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::Claim;
use crate::error::Source;
use crate::own_folder::{self, make_own_folder};
use crate::{RepoError, Repository};

/// How often a lock that another program holds is tried: an editor that looks at the index holds it for some
/// milliseconds, and one that stays for a second may be that of a git that died.
const ATTEMPTS: u32 = 50;

/// How long between two attempts.
const PAUSE: Duration = Duration::from_millis(20);

/// From so many bytes on an index takes longer to free than a thread to start.
const LARGE: u64 = 1 << 20;

/// `index.lock`, known as ours by a second name that it has while we hold it.
pub(crate) struct IndexLock<'a> {
    file: File,
    index: PathBuf,
    lock: PathBuf,
    second_name: PathBuf,
    is_done: bool,
    _claim: &'a Claim,
}

impl<'a> IndexLock<'a> {
    pub(crate) fn take(claim: &'a Claim, repository: &Repository, index: PathBuf) -> Result<Self, RepoError> {
        let failed = |error: io::Error| RepoError::Index {
            action: "write",
            path: index.clone(),
            source: error.into(),
        };
        let (lock, second_name) = (lock_of(&index), second_name(repository));
        make_own_folder(repository.git_dir()).map_err(failed)?;
        let file = match new_file(&second_name)
            .and_then(|file| link_when_free(&second_name, &lock).map(|()| file))
        {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                // Of the second name nothing more is known than that it can go.
                let _ = remove(&second_name);
                return Err(RepoError::IndexLocked(lock));
            }
            result => result.map_err(failed)?,
        };
        Ok(Self { file, index, lock, second_name, is_done: false, _claim: claim })
    }

    /// Puts the new index in place of the old one.
    pub(crate) fn commit(
        mut self,
        write: impl FnOnce(&mut File) -> Result<(), Source>,
    ) -> Result<(), Source> {
        write(&mut self.file)?;
        let is_large = |old: &File| old.metadata().is_ok_and(|metadata| metadata.len() > LARGE);
        let old = File::open(&self.index).ok().filter(is_large);
        fs::rename(&self.lock, &self.index)?;
        self.is_done = true;
        // To free what it held takes the file system milliseconds: the refs need not wait for it.
        let _ = old.map(|old| thread::Builder::new().spawn(move || drop(old)));
        Ok(())
    }
}

impl Drop for IndexLock<'_> {
    fn drop(&mut self) {
        // Best effort: what stays is known as ours.
        if !self.is_done {
            let _ = fs::remove_file(&self.lock);
        }
        let _ = fs::remove_file(&self.second_name);
    }
}

/// The second name that the lock has while we hold it.
pub(super) fn second_name(repository: &Repository) -> PathBuf {
    own_folder::of(repository.git_dir()).join("index.lock")
}

fn lock_of(index: &Path) -> PathBuf {
    let mut lock = index.as_os_str().to_owned();
    lock.push(".lock");
    PathBuf::from(lock)
}

/// Removes what a process left that died while it held the lock, or after the index was in place and before the
/// second name was gone. The caller holds the claim, so that it is nobody's who lives.
pub(super) fn remove_left(index: &Path, second_name: &Path) -> io::Result<()> {
    let lock = lock_of(index);
    if is_same_file(&lock, second_name) {
        tracing::warn!(path = %lock.display(), "removing the lock of a process that died");
        remove(&lock)?;
    }
    remove(second_name)
}

fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// A file system without hard links gets a lock like any other.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Err(error)
            if matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied) =>
        {
            new_file(to)?;
            fs::rename(from, to)
        }
        result => result,
    }
}

fn link_when_free(from: &Path, to: &Path) -> io::Result<()> {
    for _ in 1..ATTEMPTS {
        match link(from, to) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => thread::sleep(PAUSE),
            result => return result,
        }
    }
    link(from, to)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

#[cfg(unix)]
fn is_same_file(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity =
        |path: &Path| fs::symlink_metadata(path).map(|metadata| (metadata.dev(), metadata.ino())).ok();
    identity(a).is_some_and(|identity_of_a| Some(identity_of_a) == identity(b))
}

#[cfg(not(unix))]
fn is_same_file(_: &Path, _: &Path) -> bool {
    false
}
