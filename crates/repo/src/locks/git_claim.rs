//! What a git that we start is about to lock, written down before it starts: a lock that it leaves when it is
//! killed together with us is known by that to whoever comes next.
//!
//! A git that outlives us is told too: it goes on with what it was told to do, and whoever comes next waits until
//! it is done.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bstr::{BStr, ByteSlice};

use crate::locks::left;
use crate::locks::orphan::Process;
use crate::objects::durable::to_path;
use crate::own_folder::{self, make_own_folder};

/// How often a living owner says that it lives.
const BEAT: Duration = Duration::from_millis(500);

/// How long after the last sign of life a lock can have been made to be the dead one's: twice its beat.
const SOON: Duration = Duration::from_secs(1);

/// The record of one git, as long as it runs; locked by the kernel (`flock`) as long as its owner lives.
#[derive(Debug)]
pub(crate) struct GitClaim {
    file: File,
    last_beat: Instant,
}

/// What was found of an owner that died.
struct Left {
    process: Option<Process>,
    /// Lock files, or folders with `/` at the end: all locks in there.
    locks: Vec<PathBuf>,
    made_in: RangeInclusive<SystemTime>,
}

impl GitClaim {
    /// Writes down what git is about to lock: paths in the folder that all work trees share, as `config.lock`, or
    /// with `/` at the end, as `refs/`, all locks below. `None` where that cannot be written, or another of ours
    /// runs git here: what this one leaves will not be known then.
    pub(crate) fn take(common_dir: &Path, locks: &[&str]) -> Option<Self> {
        remove_left(common_dir).ok()?;
        make_own_folder(common_dir).ok()?;
        let mut file = open(&path_of(common_dir)).ok()?;
        file.try_lock().ok()?;
        write_record(&mut file, locks).ok()?;
        Some(Self { file, last_beat: now() })
    }

    /// Git was started: the record says where it runs.
    pub(crate) fn started(&mut self, process: u32) {
        if let Some(process) = Process::find(process) {
            self.append(&format!("process {process}\n"));
        }
    }

    /// To be called now and then while git runs: tells that its owner lives.
    pub(crate) fn beat(&mut self) {
        if self.last_beat.elapsed() >= BEAT {
            self.last_beat = now();
            self.append("beat\n");
        }
    }

    fn append(&mut self, line: &str) {
        // Where it fails the record is what it was: less will be known.
        let _ = self.file.seek(SeekFrom::End(0)).and_then(|_| self.file.write_all(line.as_bytes()));
    }
}

impl Drop for GitClaim {
    fn drop(&mut self) {
        // Where it fails the next one looks for locks that are not there.
        let _ = self.file.set_len(0);
    }
}

/// Whose record it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Of one who is at work.
    Lives,
    /// Of one who died, or of nobody.
    Gone,
}

/// Waits for a git that outlived its owner, and removes the locks that a dead one left. Nothing is done where the
/// owner lives.
pub(crate) fn remove_left(common_dir: &Path) -> io::Result<()> {
    let Some((mut file, Owner::Gone)) = open_left(common_dir)? else { return Ok(()) };
    let mut record = Vec::new();
    file.read_to_end(&mut record)?;
    let Some(left) = Left::read(&record, common_dir, file.metadata()?.modified()?) else { return Ok(()) };
    if let Some(process) = &left.process {
        process.outwait();
    }
    left::remove(left.lock_files(), &left.made_in)?;
    file.set_len(0)
}

/// Ends a git that outlived its owner, where nobody needs what it makes.
pub(crate) fn end_left(common_dir: &Path) -> io::Result<Owner> {
    let Some((mut file, owner)) = open_left(common_dir)? else { return Ok(Owner::Gone) };
    if owner == Owner::Gone {
        let mut record = Vec::new();
        file.read_to_end(&mut record)?;
        let left = Left::read(&record, common_dir, file.metadata()?.modified()?);
        if let Some(process) = left.and_then(|left| left.process) {
            process.end();
        }
    }
    Ok(owner)
}

/// The record, where there is one. To look is to write nothing, so that where nothing was left nothing is made.
fn open_left(common_dir: &Path) -> io::Result<Option<(File, Owner)>> {
    let file = match OpenOptions::new().read(true).write(true).open(path_of(common_dir)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        result => result?,
    };
    let owner = if file.try_lock().is_err() { Owner::Lives } else { Owner::Gone };
    Ok(Some((file, owner)))
}

impl Left {
    /// `None` where nothing was written, or not to its end: then nothing was locked yet.
    fn read(record: &[u8], common_dir: &Path, last_beat: SystemTime) -> Option<Self> {
        let mut since = None;
        let (mut process, mut locks) = (None, Vec::new());
        for line in record.as_bstr().lines() {
            match line.split_once_str(b" ") {
                Some((b"lock", path)) => locks.push(common_dir.join(to_path(path.as_bstr()))),
                Some((b"since", time)) => since = parse_time(time.as_bstr()),
                Some((b"process", text)) => process = text.to_str().ok().and_then(|text| text.parse().ok()),
                _ => {}
            }
        }
        let made_in = since?..=last_beat + SOON;
        Some(Self { process, locks, made_in })
    }

    fn lock_files(&self) -> impl Iterator<Item = PathBuf> {
        let mut files = Vec::new();
        for path in &self.locks {
            if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
                collect_locks(path, &mut files);
            } else {
                files.push(path.clone());
            }
        }
        files.into_iter()
    }
}

/// A folder that cannot be listed shows when git looks into it.
fn collect_locks(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            collect_locks(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "lock") {
            files.push(path);
        }
    }
}

fn path_of(common_dir: &Path) -> PathBuf {
    own_folder::of(common_dir).join("git")
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).read(true).write(true).truncate(false).open(path)
}

/// The time is the file system's own, which the locks are compared with.
fn write_record(file: &mut File, locks: &[&str]) -> io::Result<()> {
    let mut text = String::new();
    for lock in locks {
        writeln!(text, "lock {lock}").expect("a string takes everything");
    }
    file.set_len(0)?;
    file.write_all(text.as_bytes())?;
    let since = file.metadata()?.modified()?.duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
    file.write_all(format!("since {} {}\n", since.as_secs(), since.subsec_nanos()).as_bytes())
}

fn parse_time(text: &BStr) -> Option<SystemTime> {
    let (seconds, nanoseconds) = text.to_str().ok()?.split_once(' ')?;
    UNIX_EPOCH.checked_add(Duration::new(seconds.parse().ok()?, nanoseconds.parse().ok()?))
}

#[expect(clippy::disallowed_methods, reason = "how long ago the last sign of life was")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(path: &Path) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }

    /// As a kill leaves it: nobody says that it is done.
    fn die(common_dir: &Path, claim: GitClaim) {
        let record = fs::read(path_of(common_dir)).unwrap();
        drop(claim);
        fs::write(path_of(common_dir), record).unwrap();
    }

    #[test]
    fn only_what_was_claimed_and_made_since_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        touch(&path("shallow.lock"));
        std::thread::sleep(Duration::from_millis(20));
        let claim = GitClaim::take(folder.path(), &["refs/", "shallow.lock", "packed-refs.lock"]).unwrap();
        for name in ["refs/remotes/o/x.lock", "refs/remotes/o/x", "packed-refs.lock", "HEAD.lock"] {
            touch(&path(name));
        }
        remove_left(folder.path()).unwrap();
        assert!(path("packed-refs.lock").exists(), "its owner lives");
        die(folder.path(), claim);
        remove_left(folder.path()).unwrap();
        let is_there = |name: &str| path(name).exists();
        assert!(!is_there("refs/remotes/o/x.lock") && !is_there("packed-refs.lock"));
        assert!(is_there("refs/remotes/o/x") && is_there("HEAD.lock") && is_there("shallow.lock"));
        touch(&path("packed-refs.lock"));
        remove_left(folder.path()).unwrap();
        assert!(is_there("packed-refs.lock"), "the record is done with");
    }
}
