//! Our folder in Git's: `.git/syncline`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where it is.
pub(crate) fn of(git_dir: &Path) -> PathBuf {
    git_dir.join("syncline")
}

/// Makes it where it is not there.
pub fn make_own_folder(git_dir: &Path) -> io::Result<PathBuf> {
    let folder = of(git_dir);
    make_one(&folder)?;
    Ok(folder)
}

/// Makes a folder in one that is there, and none of those above it: a drive that vanished would come to be an empty
/// folder of the same name, and what was on it would look removed.
pub(crate) fn make_one(folder: &Path) -> io::Result<()> {
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_vanished_is_not_made_again() {
        let home = tempfile::tempdir().unwrap();
        let git_dir = home.path().join("work/.git");
        assert_eq!(make_own_folder(&git_dir).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(!home.path().join("work").exists());
        fs::create_dir_all(&git_dir).unwrap();
        assert_eq!(make_own_folder(&git_dir).unwrap(), git_dir.join("syncline"));
        make_own_folder(&git_dir).unwrap();
    }
}
