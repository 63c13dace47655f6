//! Git's lock files while we hold them. A lock that a killed process of ours left is told from any other, and
//! removed; others' are never touched.

pub(crate) mod git_claim;
pub(crate) mod left;
pub(crate) mod orphan;

use std::cell::Cell;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::error::Source;
use crate::{RepoError, Repository};

/// How long after the claim a lock can have been made to be the claimant's: it makes it at once.
const SOON: Duration = Duration::from_secs(1);

/// How often a lock that another program holds is tried: an editor that looks at the index holds it for some
/// milliseconds, and one that stays for a second may be that of a git that died.
const ATTEMPTS: u32 = 50;

/// How long between two attempts.
const PAUSE: Duration = Duration::from_millis(20);

/// From so many bytes on an index takes longer to free than a thread to start.
const LARGE: u64 = 1 << 20;

/// Ends the list of claimed locks; what follows it is of an earlier, longer one.
const NOTHING: &str = "\n";

/// The right to take Git's locks, one process at a time: held by the kernel (`flock`), so that it is free when
/// its owner dies. The locks that the owner was about to take stay written in the file then.
pub(crate) struct Claim {
    file: File,
    is_noted: Cell<bool>,
}

impl Claim {
    /// Waits for others of ours, which hold it for milliseconds.
    pub(crate) fn take(repository: &Repository) -> io::Result<Self> {
        let claim = Self { file: open(&path_of(repository))?, is_noted: Cell::new(false) };
        wait_for(&claim.file)?;
        claim.remove_left_locks()?;
        Ok(claim)
    }

    /// Writes down the lock files that are to be made right after this.
    pub(crate) fn note(&self, locks: &[PathBuf]) -> io::Result<()> {
        let lines = locks.iter().map(|path| format!("{}\n", path.display()));
        self.is_noted.set(true);
        self.write(&(lines.collect::<String>() + NOTHING))
    }

    /// What is written in the file is of an owner that died.
    fn remove_left_locks(&self) -> io::Result<()> {
        let mut text = String::new();
        (&self.file).read_to_string(&mut text)?;
        let mut left = text.lines().take_while(|line| !line.is_empty()).map(Path::new).peekable();
        if left.peek().is_none() {
            return Ok(());
        }
        self.is_noted.set(true);
        let claimed = self.file.metadata()?.modified()?;
        left::remove(left.map(Path::to_owned), &(claimed..=claimed + SOON))
    }

    /// Over what is there: to make the file shorter first would cost the file system more than the writing.
    fn write(&self, text: &str) -> io::Result<()> {
        let mut file = &self.file;
        file.rewind()?;
        file.write_all(text.as_bytes())
    }
}

impl Repository {
    /// Removes the lock files that a killed process of ours left, and its git: before git is started, which would
    /// stop at them. A git that outlived us is waited for.
    pub fn remove_left_locks(&self) -> Result<(), RepoError> {
        let cleared = git_claim::remove_left(self.common_dir()).and_then(|()| Claim::take(self).map(drop));
        cleared.map_err(|source| RepoError::File { action: "write", path: path_of(self), source })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.is_noted.get() {
            // Where it fails the next claimant looks for locks that are not there.
            let _ = self.write(NOTHING);
        }
    }
}

fn path_of(repository: &Repository) -> PathBuf {
    repository.common_dir().join("syncline/claims")
}

fn open(path: &Path) -> io::Result<File> {
    let open = || OpenOptions::new().create(true).read(true).write(true).truncate(false).open(path);
    match open() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(path.parent().unwrap_or(path))?;
            open()
        }
        result => result,
    }
}

#[cfg(unix)]
fn wait_for(file: &File) -> io::Result<()> {
    use rustix::fs::{FlockOperation, flock};
    Ok(rustix::io::retry_on_intr(|| flock(file, FlockOperation::LockExclusive))?)
}

#[cfg(not(unix))]
fn wait_for(file: &File) -> io::Result<()> {
    file.lock()
}

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
        let folder = repository.git_dir().join("syncline");
        fs::create_dir_all(&folder).map_err(failed)?;
        let second_name = folder.join("index.lock");
        let mut lock = index.clone().into_os_string();
        lock.push(".lock");
        let lock = PathBuf::from(lock);
        if is_same_file(&lock, &second_name) {
            tracing::warn!(path = %lock.display(), "removing the lock of a process that died");
            fs::remove_file(&lock).map_err(failed)?;
        }
        remove(&second_name).map_err(failed)?;
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
