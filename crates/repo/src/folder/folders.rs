//! Which folders Git looks into.

use std::path::PathBuf;

use bstr::{BString, ByteVec};
use syncline_format::RepoPath;

use crate::folder::file::{Folder, is_absent};
use crate::folder::listing::{self, with_slash};
use crate::{RepoError, Repository};

impl Repository {
    /// The folders of the work tree in which a file could be that Git takes, on the disk and the uppermost first:
    /// without what is ignored as a whole, and without repositories of their own. `under` names the one to begin at.
    /// One that cannot be listed is there, and nothing below it.
    pub fn folders(&self, under: Option<&RepoPath>) -> Result<Vec<PathBuf>, RepoError> {
        let mut folder = Folder::open(self)?;
        let top: BString = under.map_or_else(BString::default, |path| path.as_bstr().to_owned());
        let (mut left, mut folders) = (vec![top], Vec::new());
        while let Some(path) = left.pop() {
            let listed = match listing::list(&folder, path.as_ref()) {
                Err(error) if is_absent(&error) => continue,
                listed => listed.unwrap_or_default(),
            };
            if !path.is_empty() && listing::is_repository(&listed) {
                continue;
            }
            folders.push(folder.path_of(path.as_ref()));
            let inside = listed
                .iter()
                .filter(|(name, entry)| name != ".git" && entry.file_type().is_ok_and(|kind| kind.is_dir()));
            for (name, _) in inside {
                let mut below = if path.is_empty() { BString::default() } else { with_slash(path.as_ref()) };
                below.push_str(name);
                if !folder.rules()?.is_ignored(below.as_ref(), true)? {
                    left.push(below);
                }
            }
        }
        Ok(folders)
    }
}
