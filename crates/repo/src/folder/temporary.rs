//! Files of the folder on their way to another name, and what a killed process left of them.

use std::collections::BTreeSet;
use std::fs::{self, DirEntry, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bstr::BStr;

use crate::locks::git_claim::{self, Owner};
use crate::objects::durable::{self, WriteFailure, at};
use crate::own_folder::{self, make_own_folder};

/// How such a name begins; the process and a number follow. A snapshot does not see such files.
const PREFIX: &str = ".~syncline-";

/// Where in such a folder a clone is made; beside it is noted which git is at work on it.
pub(crate) const CLONE: &str = "clone";

/// From this age on a file is no living process's, whatever its number says: numbers come again.
const OLD: Duration = Duration::from_hours(1);

/// Under a name that nobody has.
pub(crate) fn make_in(folder: &Path, make: &impl Fn(&Path) -> io::Result<()>) -> io::Result<PathBuf> {
    let process = std::process::id();
    let mut number = 0_u32;
    loop {
        let path = folder.join(format!("{PREFIX}{process}-{number}"));
        match make(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => {
                // Half written, as on a full disk.
                let _ = fs::remove_file(&path);
                return Err(error);
            }
        }
    }
}

/// Whether `apply` makes such names.
pub(crate) fn is_temporary(path: &BStr) -> bool {
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    name.starts_with(PREFIX.as_bytes())
}

/// Removes what a process left that was killed while it applied: nobody needs it, and git would list it.
pub(crate) fn remove_if_left(file: &DirEntry) {
    if is_of_the_dead(file) || is_old(file) {
        let is_folder = file.file_type().is_ok_and(|kind| kind.is_dir());
        // Best effort: the next snapshot tries again.
        let _ = if is_folder { remove_clone(&file.path()) } else { fs::remove_file(file.path()) };
    }
}

/// A git that outlived the process that started it would go on to write in there: it is ended first.
fn remove_clone(folder: &Path) -> io::Result<()> {
    for place in [folder, &folder.join(CLONE).join(".git")] {
        if git_claim::end_left(place)? == Owner::Lives {
            return Ok(());
        }
    }
    fs::remove_dir_all(folder)
}

/// The same in the folders of these files.
pub(crate) fn remove_left_beside(files: impl Iterator<Item = PathBuf>) {
    let folders: BTreeSet<PathBuf> = files.filter_map(|file| Some(file.parent()?.to_owned())).collect();
    // A folder that cannot be listed, or is not there, is told of where a file of it is written.
    for file in folders.into_iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten() {
        if file.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes()) {
            remove_if_left(&file);
        }
    }
}

/// Whether there is anything in a folder, but for what a killed process left, which goes.
pub fn holds_something(folder: &Path) -> bool {
    remove_left_beside(std::iter::once(folder.join(PREFIX)));
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

fn is_old(file: &DirEntry) -> bool {
    let age = |metadata: Metadata| durable::now().duration_since(metadata.modified().ok()?).ok();
    file.metadata().ok().and_then(age).is_some_and(|age| age > OLD)
}

#[cfg(unix)]
fn is_of_the_dead(file: &DirEntry) -> bool {
    use rustix::process::{Pid, test_kill_process};
    let name = file.file_name();
    let number = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.split('-').next()?.parse().ok());
    number
        .and_then(Pid::from_raw)
        .is_some_and(|process| matches!(test_kill_process(process), Err(rustix::io::Errno::SRCH)))
}

#[cfg(not(unix))]
fn is_of_the_dead(_: &DirEntry) -> bool {
    false
}

/// Stays in the `.git` folder while files are applied: found by the next, it tells that one was killed.
pub(crate) struct Mark {
    path: PathBuf,
    /// Whether it was there already.
    pub(crate) was_left: bool,
}

impl Mark {
    pub(crate) fn set(git_dir: &Path) -> Result<Self, WriteFailure> {
        let folder = make_own_folder(git_dir).map_err(at(&own_folder::of(git_dir)))?;
        let path = folder.join("applying");
        let was_left = match File::create_new(&path) {
            Ok(_) => false,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => true,
            Err(error) => return Err((path, error)),
        };
        Ok(Self { path, was_left })
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        // Where it stays the next looks for files that are not there.
        let _ = fs::remove_file(&self.path);
    }
}
