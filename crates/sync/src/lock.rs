//! One operation that writes at a time in a repository, and one agent that watches a folder.
//!
//! The lock is the kernel's (`flock`), so it is free the moment its owner dies; the file's text only tells
//! people who holds it.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};

use syncline_repo::make_own_folder;

use crate::SyncError;

/// How often a held lock is asked for again, and how long in between: three seconds in all, more than
/// any step of an operation that another process does between two looks at the network.
const TRIES: u32 = 60;
const PAUSE: Duration = Duration::from_millis(50);

/// How often the right to watch is asked for.
const LOOKS: u32 = 5;

/// What an operation that writes takes: one for all work trees.
const WRITING: &str = "lock";

/// What an agent takes as long as it watches: one for each work tree.
const WATCHING: &str = "watching";

/// Held while it lives.
#[derive(Debug)]
pub(crate) struct Lock {
    /// Dropped, it is unlocked.
    _file: File,
}

impl Lock {
    /// Waits a moment for the lock; fails with the owner's name where it stays held.
    pub(crate) fn take(git_dir: &Path, owner: &str) -> Result<Self, SyncError> {
        for _ in 0..TRIES {
            if let Some(lock) = Self::try_take(git_dir, owner)? {
                return Ok(lock);
            }
            thread::sleep(PAUSE);
        }
        Err(SyncError::Locked { owner: read_owner(&path_of(git_dir, WRITING)) })
    }

    /// Takes the lock if nobody holds it.
    pub(crate) fn try_take(git_dir: &Path, owner: &str) -> Result<Option<Self>, SyncError> {
        Self::try_take_file(&path_of(git_dir, WRITING), owner)
    }

    /// The right to watch a work tree, as long as the answer lives; fails with the name of who has it.
    pub(crate) fn watch(git_dir: &Path, owner: &str) -> Result<Self, SyncError> {
        let path = path_of(git_dir, WATCHING);
        // Who only asks whether somebody watches holds it for no time.
        for _ in 0..LOOKS {
            if let Some(lock) = Self::try_take_file(&path, owner)? {
                return Ok(lock);
            }
            thread::sleep(PAUSE);
        }
        Err(SyncError::Watched { owner: read_owner(&path) })
    }

    /// Who holds the lock just now. Asking writes nothing, and keeps nobody from taking it for longer than that.
    pub(crate) fn owner(git_dir: &Path) -> Option<String> {
        holder(&path_of(git_dir, WRITING))
    }

    /// Who watches a work tree just now, asked in the same way.
    pub(crate) fn watcher(git_dir: &Path) -> Option<String> {
        holder(&path_of(git_dir, WATCHING))
    }

    fn try_take_file(path: &Path, owner: &str) -> Result<Option<Self>, SyncError> {
        let failed = |source| SyncError::Io { path: path.to_owned(), source };
        let file = open(path).map_err(failed)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => return Ok(None),
            Err(error) => return Err(failed(error.into())),
        }
        name_owner(&file, owner).map_err(failed)?;
        Ok(Some(Self { _file: file }))
    }
}

fn holder(path: &Path) -> Option<String> {
    let file = File::open(path).ok()?;
    let is_held = flock(&file, FlockOperation::NonBlockingLockShared) == Err(rustix::io::Errno::WOULDBLOCK);
    is_held.then(|| read_owner(path))
}

fn open(path: &Path) -> io::Result<File> {
    let open = || OpenOptions::new().create(true).read(true).write(true).truncate(false).open(path);
    match open() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make_own_folder(path.parent().and_then(Path::parent).unwrap_or(path))?;
            open()
        }
        result => result,
    }
}

/// The name stays when the lock is free again: who asks sees it only where the lock is held. So a server, which
/// takes the lock again and again, writes it once.
fn name_owner(mut file: &File, owner: &str) -> io::Result<()> {
    let mut before = Vec::new();
    file.read_to_end(&mut before)?;
    if before == owner.as_bytes() {
        return Ok(());
    }
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(owner.as_bytes())
}

fn path_of(git_dir: &Path, name: &str) -> PathBuf {
    git_dir.join("syncline").join(name)
}

fn read_owner(path: &Path) -> String {
    let mut owner = String::new();
    let read = File::open(path).and_then(|mut file| file.read_to_string(&mut owner));
    if read.is_err() || owner.is_empty() { "another syncline".to_owned() } else { owner }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_owner_waits_until_the_first_is_done() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let first = Lock::try_take(folder.path(), "first").expect("lock file");
        assert!(first.is_some());
        assert!(Lock::try_take(folder.path(), "second").expect("lock file").is_none());
        assert_eq!(read_owner(&path_of(folder.path(), WRITING)), "first");
        assert_eq!(Lock::owner(folder.path()).as_deref(), Some("first"));
        drop(first);
        assert_eq!(Lock::owner(folder.path()), None);
        assert!(Lock::try_take(folder.path(), "second").expect("lock file").is_some());
        assert_eq!(read_owner(&path_of(folder.path(), WRITING)), "second");
    }

    #[test]
    fn who_watches_is_told_as_long_as_it_does() {
        let folder = tempfile::tempdir().expect("temporary folder");
        assert_eq!(Lock::watcher(folder.path()), None);
        let first = Lock::watch(folder.path(), "first").expect("nobody watches");
        assert_eq!(Lock::watcher(folder.path()).as_deref(), Some("first"));
        let refused = Lock::watch(folder.path(), "second").expect_err("the first one watches");
        assert!(matches!(refused, SyncError::Watched { owner } if owner == "first"));
        drop(first);
        assert_eq!(Lock::watcher(folder.path()), None);
        Lock::watch(folder.path(), "second").expect("nobody watches");
    }
}
