//! What Git leaves out of a folder.

use std::fs;
use std::io::ErrorKind;

use syncline_format::RepoPath;

use crate::folder::file::Folder;
use crate::own_lines::with_lines;
use crate::{RepoError, Repository};

/// What editors leave beside a file while it is open (vim, Emacs, the IDEs of `JetBrains`, `LibreOffice`, `GLib`, Kate).
const LEFTOVERS_OF_EDITORS: [&str; 10] = [
    "# By `syncline watch`: what editors leave beside a file while it is open",
    ".*.sw[a-p]",
    "4913",
    "*~",
    ".#*",
    "\\#*#",
    ".~lock.*#",
    "*___jb_*___",
    ".goutputstream-*",
    ".*.kate-swp",
];

impl Repository {
    /// Has Git leave out what editors leave beside an open file, here and for nobody else (`info/exclude`). Lines
    /// of the user's stand below, and win.
    pub fn exclude_leftovers_of_editors(&self) -> Result<(), RepoError> {
        let path = self.common_dir().join("info").join("exclude");
        let failed = |action, source| RepoError::File { action, path: path.clone(), source };
        let before = match fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            read => read.map_err(|source| failed("read", source))?,
        };
        let after = with_lines(&before, &LEFTOVERS_OF_EDITORS.map(str::to_owned));
        if after == before {
            return Ok(());
        }
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        folder.and_then(|()| fs::write(&path, after)).map_err(|source| failed("write", source))
    }

    /// The first of some untracked files, there or not yet, that Git leaves out by its ignore rules; none in a bare
    /// repository.
    pub fn first_ignored<'p>(
        &self,
        paths: impl IntoIterator<Item = &'p RepoPath>,
    ) -> Result<Option<&'p RepoPath>, RepoError> {
        if self.work_tree().is_none() {
            return Ok(None);
        }
        let mut folder = Folder::open(self)?;
        for path in paths {
            if folder.rules()?.is_ignored(path.as_bstr(), false)? {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }
}
