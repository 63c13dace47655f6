//! Git's lock files while we hold them. A lock that a killed process of ours left is told from any other, and
//! removed; others' are never touched.

pub(crate) mod git_claim;
mod index_lock;
pub(crate) mod left;
pub(crate) mod orphan;

use std::cell::Cell;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) use self::index_lock::IndexLock;
use crate::own_folder::{self, make_own_folder};
use crate::{RepoError, Repository};

/// How long after the claim a lock can have been made to be the claimant's: it makes it at once.
const SOON: Duration = Duration::from_secs(1);

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
        let claim = Self { file: open(repository)?, is_noted: Cell::new(false) };
        wait_for(&claim.file)?;
        claim.remove_left_locks()?;
        index_lock::remove_left(&repository.index_path(), &index_lock::second_name(repository))?;
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
    own_folder::of(repository.common_dir()).join("claims")
}

fn open(repository: &Repository) -> io::Result<File> {
    let path = path_of(repository);
    let open = || OpenOptions::new().create(true).read(true).write(true).truncate(false).open(&path);
    match open() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make_own_folder(repository.common_dir())?;
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
