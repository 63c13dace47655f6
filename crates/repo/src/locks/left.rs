//! Lock files that a process left which died: told by their names and their time, and by nobody's touching them
//! while we look.

use std::fs;
use std::io;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, SystemTime};

/// How long a lock is watched before it is removed: a git that lives holds one for milliseconds. Somebody's git
/// may have made it while the process that died was about to.
const WATCHED: Duration = Duration::from_secs(1);

/// How often it is looked at in this time.
const LOOKS: u32 = 20;

/// A lock file as it was found.
struct Found {
    path: PathBuf,
    made: SystemTime,
}

impl Found {
    fn look(path: PathBuf) -> Option<Self> {
        let made = fs::symlink_metadata(&path).and_then(|metadata| metadata.modified()).ok()?;
        Some(Self { path, made })
    }

    /// Neither gone nor another one.
    fn is_as_found(&self) -> bool {
        Self::look(self.path.clone()).is_some_and(|now| now.made == self.made)
    }
}

/// Removes those of the locks that were made in this time, and that nobody touches.
pub(crate) fn remove(
    locks: impl Iterator<Item = PathBuf>,
    made_in: &RangeInclusive<SystemTime>,
) -> io::Result<()> {
    let found = locks.filter_map(Found::look);
    let mut left: Vec<Found> = found.filter(|found| made_in.contains(&found.made)).collect();
    for _ in 0..LOOKS {
        if left.is_empty() {
            return Ok(());
        }
        thread::sleep(WATCHED / LOOKS);
        left.retain(Found::is_as_found);
    }
    for Found { path, .. } in left {
        tracing::warn!(path = %path.display(), "removing the lock of a process that died");
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(path: &std::path::Path) -> SystemTime {
        fs::metadata(path).unwrap().modified().unwrap()
    }

    #[test]
    fn a_lock_that_somebody_touches_stays() {
        let folder = tempfile::tempdir().unwrap();
        let [ours, theirs, older] = ["a.lock", "b.lock", "c.lock"].map(|name| folder.path().join(name));
        for path in [&ours, &theirs, &older] {
            fs::write(path, "").unwrap();
        }
        let times = fs::FileTimes::new().set_modified(made(&ours) - Duration::from_mins(1));
        fs::File::options().write(true).open(&older).unwrap().set_times(times).unwrap();
        let span = made(&ours)..=made(&theirs) + Duration::from_secs(1);
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(WATCHED / 2);
                fs::write(&theirs, "more").unwrap();
            });
            remove([&ours, &theirs, &older].into_iter().cloned(), &span).unwrap();
        });
        assert!(!ours.exists() && theirs.exists() && older.exists());
    }
}
