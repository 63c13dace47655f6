//! What is staged: how the index differs from a tree. Trees that the index knows to be its own are not read.

use bstr::{BStr, BString, ByteVec};
use gix::index::entry::Flags;
use syncline_format::RepoPath;

use crate::folder::file::{Folder, Noted, mode_of};
use crate::folder::listing::{Base, Job, Sides, is_known, join, with_slash};
use crate::{BlobId, Entry, RepoError, TreeId};

/// A path, and what the index has there.
type Staged = (RepoPath, Option<Entry>);

/// What differs, in the order of the paths.
pub(crate) fn between(folder: &Folder, tree: Option<TreeId>) -> Result<Vec<Staged>, RepoError> {
    let mut waiting = vec![Job::root(tree.map(|tree| tree.0), folder.index.entries().len())];
    let mut staged = Vec::new();
    while let Some(job) = waiting.pop() {
        if is_known(folder, &job) {
            continue;
        }
        for (name, sides) in join(folder, &job, Vec::new())? {
            let mut path: BString = job.prefix.clone();
            path.push_str(name);
            compare(folder, path.as_ref(), &sides, &mut staged)?;
            waiting.extend(below(path.as_ref(), &sides));
        }
    }
    staged.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    Ok(staged)
}

fn compare(folder: &Folder, path: &BStr, sides: &Sides, staged: &mut Vec<Staged>) -> Result<(), RepoError> {
    let noted = sides.file.map(|place| Noted::of(&folder.index.entries()[place]));
    let noted = noted.filter(|noted| !noted.flags.contains(Flags::INTENT_TO_ADD));
    let now = noted.and_then(|noted| Some(Entry { mode: mode_of(noted.mode)?, id: BlobId(noted.id) }));
    let is_in_conflict = noted.is_some_and(|noted| noted.is_in_conflict);
    if !is_in_conflict && now != sides.base.and_then(Base::entry) {
        staged.push((RepoPath::new(path)?, now));
    }
    Ok(())
}

fn below(path: &BStr, sides: &Sides) -> Option<Job> {
    let base = sides.base.and_then(Base::tree);
    if base.is_none() && sides.below.is_none() {
        return None;
    }
    let indexed = sides.below.clone().unwrap_or(0..0);
    Some(Job { prefix: with_slash(path), base, indexed, is_missing: false })
}
