//! A commit can hold a folder with `HEAD`, `objects` and `refs`, which is a bare repository to whoever enters it, with
//! settings that name programs. Git takes it unless `safe.bareRepository` is `explicit`.

use std::path::Path;

use bstr::ByteSlice;
use gix::path::to_unix_separators_on_windows;

use crate::RepoError;

/// Refuses a repository of which another one, around it, has `HEAD` among its files. What lies in a `.git` can have
/// come with no commit, and costs nothing to tell.
pub(super) fn refuse(git: &gix::Repository) -> Result<(), RepoError> {
    let Ok(path) = git.git_dir().canonicalize() else { return Ok(()) };
    if path.components().any(|part| part.as_os_str() == ".git") {
        return Ok(());
    }
    for outer in path.ancestors().skip(1) {
        if outer.join(".git").exists() && has_among_its_files(outer, &path.join("HEAD")) {
            let outer = outer.to_owned();
            return Err(RepoError::CameWithFiles { path, outer });
        }
    }
    Ok(())
}

/// Whether it is in the index of the repository of a folder, in whatever spelling: some file systems take them all.
fn has_among_its_files(folder: &Path, file: &Path) -> bool {
    let Ok(outer) = gix::open_opts(folder, super::options()) else { return false };
    let Some(relative) = outer.workdir().and_then(|top| file.strip_prefix(top.canonicalize().ok()?).ok())
    else {
        return false;
    };
    let Ok(relative) = gix::path::into_bstr(relative) else { return false };
    let relative = to_unix_separators_on_windows(relative);
    let Ok(index) = outer.index_or_empty() else { return false };
    index.entries().iter().any(|entry| entry.path(&index).as_bytes().eq_ignore_ascii_case(relative.as_ref()))
}
