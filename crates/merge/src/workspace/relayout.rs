//! Resources that one side took into a file of another layout of the tool, while the other side went on with the
//! files that they were in.
//!
//! The other side's work is done again in the new file's own text: that is the other side's version of the new file,
//! and the text without this work is what both grew from. Then the new file merges as any other, and the old ones are
//! gone on both sides. What cannot be done again is left as it is: held as removed on one side and changed on the
//! other.

mod fields;
mod rewrite;
mod told;
mod work;

use std::collections::{BTreeMap, HashSet};
use std::fmt::Display;
use std::hash::Hash;

use syncline_document::Document;
use syncline_format::RepoPath;

use super::content::document_of;
use super::{Entry, PathVersions, Terms};
use crate::Side;
use rewrite::Rewrite;
pub use told::leave_out_layout;
use work::{Old, Work};

/// The paths, with the other side's work on old files done again in the new ones. `made` names what a file holds then.
pub(super) fn follow<Id, E>(
    paths: Vec<PathVersions<Id>>,
    terms: &Terms<'_>,
    read: &dyn Fn(&Id) -> Result<Vec<u8>, E>,
    made: &dyn Fn(&str) -> Id,
) -> Result<Vec<PathVersions<Id>>, E>
where
    Id: Clone + Eq + Hash + Display,
{
    if !terms.format.has_relayout() {
        return Ok(paths);
    }
    let mut paths: BTreeMap<RepoPath, PathVersions<Id>> =
        paths.into_iter().map(|versions| (versions.path.clone(), versions)).collect();
    for mover in [Side::Ours, Side::Theirs] {
        let Followed { files, done } = Search { paths: &paths, terms, read, made, mover }.followed()?;
        for (path, base, other) in files {
            if let Some(versions) = paths.get_mut(&path) {
                versions.base = Some(base);
                *mover.other().pick(&mut versions.ours, &mut versions.theirs) = other;
            }
        }
        for path in done {
            if let Some(versions) = paths.get_mut(&path) {
                *mover.other().pick(&mut versions.ours, &mut versions.theirs) = None;
            }
        }
    }
    Ok(paths.into_values().collect())
}

/// What became of one side's moves.
struct Followed<Id> {
    /// The new files: what both grew from, and the other side's version.
    files: Vec<(RepoPath, Entry<Id>, Option<Entry<Id>>)>,
    /// The old files whose work is in the new ones.
    done: Vec<RepoPath>,
}

/// The search for what one side took to a new layout.
struct Search<'a, Id, E> {
    paths: &'a BTreeMap<RepoPath, PathVersions<Id>>,
    terms: &'a Terms<'a>,
    read: &'a dyn Fn(&Id) -> Result<Vec<u8>, E>,
    made: &'a dyn Fn(&str) -> Id,
    mover: Side,
}

impl<Id: Clone + Eq + Hash + Display, E> Search<'_, Id, E> {
    fn followed(&self) -> Result<Followed<Id>, E> {
        let mut followed = Followed { files: Vec::new(), done: Vec::new() };
        // Most merges end here, before anything is read.
        let (left, touched) = (self.left(), self.touched());
        if left.is_empty() || touched.is_empty() {
            return Ok(followed);
        }
        let mut files = self.new_files(self.mover)?;
        if files.is_empty() {
            return Ok(followed);
        }
        let known = self.ids(&left)?;
        let others = self.new_files(self.mover.other())?;
        let mut open = Vec::new();
        for versions in touched {
            // What both sides took to the new layout is theirs to merge there.
            let work = self.work(versions)?.filter(|work| !others.iter().any(|file| file.has(work.id())));
            open.extend(work);
        }
        // What goes comes last: until then its children have gone elsewhere.
        let (removals, rest): (Vec<_>, Vec<_>) = open.into_iter().partition(|work| work.other.is_none());
        for mut open in [rest, removals] {
            // One may need another: a request that was added needs its folder.
            while let Some(at) = open.iter().position(|work| files.iter_mut().any(|it| it.redo(work, &known)))
            {
                followed.done.push(open.swap_remove(at).path);
            }
        }
        for file in files.into_iter().filter(Rewrite::is_changed) {
            let Some(own) = self.paths.get(file.path()).and_then(|versions| self.sides(versions)[0]) else {
                continue;
            };
            let entry = |text: &str| {
                let is_own = text == file.moved();
                if is_own { own.clone() } else { Entry { mode: own.mode, id: (self.made)(text) } }
            };
            followed.files.push((file.path().clone(), entry(file.base()), file.other().map(entry)));
        }
        Ok(followed)
    }

    /// The mover's version and the other side's.
    fn sides<'v>(&self, versions: &'v PathVersions<Id>) -> [Option<&'v Entry<Id>>; 2] {
        let (ours, theirs) = (versions.ours.as_ref(), versions.theirs.as_ref());
        self.mover.pick([ours, theirs], [theirs, ours])
    }

    /// What the mover no longer has.
    fn left(&self) -> Vec<&PathVersions<Id>> {
        self.paths.values().filter(|it| it.base.is_some() && self.sides(it)[0].is_none()).collect()
    }

    /// What the mover no longer has or never had, and the other side changed, removed or added.
    fn touched(&self) -> Vec<&PathVersions<Id>> {
        let is_touched = |it: &&PathVersions<Id>| {
            let [own, other] = self.sides(it);
            own.is_none() && other != it.base.as_ref()
        };
        self.paths.values().filter(is_touched).collect()
    }

    /// What a side added in a layout that took the place of another.
    fn new_files(&self, side: Side) -> Result<Vec<Rewrite<'_>>, E> {
        let mut found = Vec::new();
        for (path, versions) in self.paths {
            let (ours, theirs) = (&versions.ours, &versions.theirs);
            let (None, (Some(entry), None)) = (&versions.base, side.pick((ours, theirs), (theirs, ours)))
            else {
                continue;
            };
            if let Some(document) = self.document(path, entry)?
                && self.terms.format.is_relayout(path, &document)
            {
                found.push(Rewrite::new(path.clone(), document, self.terms.format));
            }
        }
        Ok(found)
    }

    /// The ids of the resources that were in these files.
    fn ids(&self, left: &[&PathVersions<Id>]) -> Result<HashSet<String>, E> {
        let mut ids = HashSet::new();
        for versions in left {
            let old = self.old(&versions.path, versions.base.as_ref())?;
            ids.extend(old.and_then(|old| old.resource.id));
        }
        Ok(ids)
    }

    /// What the other side did to a file; `None` where a version of it is not one resource with an id.
    fn work(&self, versions: &PathVersions<Id>) -> Result<Option<Work>, E> {
        let other = self.sides(versions)[1];
        let read = |entry| self.old(&versions.path, entry);
        let work = Work::new(&versions.path, read(versions.base.as_ref())?, read(other)?);
        let is_read = |work: &Work| {
            work.base.is_some() == versions.base.is_some() && work.other.is_some() == other.is_some()
        };
        Ok(work.filter(is_read))
    }

    fn old(&self, path: &RepoPath, entry: Option<&Entry<Id>>) -> Result<Option<Old>, E> {
        let Some(entry) = entry else { return Ok(None) };
        let document = self.document(path, entry)?;
        Ok(document.and_then(|document| Old::new(path, document, self.terms.format)))
    }

    fn document(&self, path: &RepoPath, entry: &Entry<Id>) -> Result<Option<Document>, E> {
        if !entry.mode.is_file() {
            return Ok(None);
        }
        Ok(document_of(self.terms.format, path, &(self.read)(&entry.id)?))
    }
}
