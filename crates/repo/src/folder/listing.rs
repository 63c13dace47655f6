//! One folder three times: as it is listed, as the index has it, as a tree has it; joined by name.

use std::collections::BTreeMap;
use std::fs::{self, DirEntry};
use std::io;
use std::ops::Range;

use bstr::{BStr, BString, ByteSlice, ByteVec};
use gix::index::extension::Tree;
use gix::objs::tree::EntryKind;
use gix::objs::{Kind, TreeRefIter};

use crate::folder::file::{Folder, file_name, mode_of};
use crate::objects::bad_object;
use crate::{BlobId, Entry, Mode, RepoError};

/// A folder to be looked at.
pub(crate) struct Job {
    /// Its path with a `/` after it; empty at the top.
    pub(crate) prefix: BString,
    /// Its tree.
    pub(crate) base: Option<gix::ObjectId>,
    /// Its entries in the index.
    pub(crate) indexed: Range<usize>,
    pub(crate) is_missing: bool,
}

/// What the tree has of a name.
#[derive(Clone, Copy)]
pub(crate) struct Base {
    pub(crate) kind: EntryKind,
    pub(crate) id: gix::ObjectId,
}

/// What the three have of one name.
#[derive(Default)]
pub(crate) struct Sides {
    pub(crate) listed: Option<DirEntry>,
    pub(crate) base: Option<Base>,
    /// The place in the index of the name's first entry, as a file.
    pub(crate) file: Option<usize>,
    /// The places in the index of what is below it.
    pub(crate) below: Option<Range<usize>>,
}

impl Job {
    pub(crate) fn root(base: Option<gix::ObjectId>, indexed: usize) -> Self {
        Self { prefix: BString::default(), base, indexed: 0..indexed, is_missing: false }
    }

    pub(crate) fn folder(folder: &Folder, path: &BStr, base: Option<gix::ObjectId>) -> Self {
        let prefix = with_slash(path);
        let entries = folder.index.entries();
        let first = entries.partition_point(|entry| entry.path(&folder.index) < prefix.as_bstr());
        let count = entries[first..].partition_point(|entry| entry.path(&folder.index).starts_with(&prefix));
        Self { prefix, base, indexed: first..first + count, is_missing: false }
    }

    /// A folder of the base that is not in the work tree.
    pub(crate) fn missing(path: &BStr, base: Base) -> Self {
        Self { prefix: with_slash(path), base: Some(base.id), indexed: 0..0, is_missing: true }
    }

    /// The path without the `/`.
    pub(crate) fn path(&self) -> &BStr {
        self.prefix.strip_suffix(b"/").unwrap_or_default().as_bstr()
    }
}

impl Base {
    pub(crate) fn entry(self) -> Option<Entry> {
        Mode::of(self.kind.into()).map(|mode| Entry { mode, id: BlobId(self.id) })
    }

    pub(crate) fn tree(self) -> Option<gix::ObjectId> {
        (self.kind == EntryKind::Tree).then_some(self.id)
    }
}

pub(crate) fn with_slash(path: &BStr) -> BString {
    let mut prefix = BString::from(Vec::with_capacity(path.len() + 1));
    prefix.push_str(path);
    prefix.push_byte(b'/');
    prefix
}

/// What is in the folder, by name.
pub(crate) fn list(folder: &Folder, path: &BStr) -> io::Result<Vec<(BString, DirEntry)>> {
    let mut listed = Vec::new();
    for entry in fs::read_dir(folder.path_of(path))? {
        let entry = entry?;
        listed.push((file_name(&entry), entry));
    }
    listed.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    Ok(listed)
}

/// Whether a folder that was listed is a repository.
pub(crate) fn is_repository(listed: &[(BString, DirEntry)]) -> bool {
    let place = listed.binary_search_by(|(name, _)| name.as_bstr().cmp(".git".into()));
    place.is_ok_and(|place| {
        let entry = &listed[place].1;
        entry.file_type().is_ok_and(|kind| !kind.is_dir()) || entry.path().join("HEAD").exists()
    })
}

/// The three by name. A name that is listed is found by search; the others come after, and never twice.
pub(crate) fn join(
    folder: &Folder,
    job: &Job,
    listed: Vec<(BString, DirEntry)>,
) -> Result<Vec<(BString, Sides)>, RepoError> {
    let mut names = Names::new(listed);
    let known = job.base.and_then(|tree| known_tree(folder, job.path(), tree));
    each_indexed(folder, job, |name, file, below| {
        let sides = names.at(name);
        match file {
            Some(file) => sides.file = sides.file.or(Some(file)),
            None => sides.below = Some(below),
        }
        if known.is_some()
            && let Some(file) = file
        {
            sides.base = base_of(&folder.index.entries()[file]);
        }
    });
    match (known, job.base) {
        (Some(known), _) => {
            for child in &known.children {
                names.at(child.name.as_bstr()).base = Some(Base { kind: EntryKind::Tree, id: child.id });
            }
        }
        (None, Some(tree)) => {
            let bytes = folder.repository.objects.read(tree, Kind::Tree)?;
            for entry in TreeRefIter::from_bytes(&bytes, gix::hash::Kind::Sha1) {
                let entry = entry.map_err(|error| bad_object(tree, &error))?;
                let base = Base { kind: entry.mode.kind(), id: entry.oid.to_owned() };
                names.at(entry.filename).base = Some(base);
            }
        }
        (None, None) => {}
    }
    names.listed.extend(names.others);
    Ok(names.listed)
}

fn base_of(entry: &gix::index::Entry) -> Option<Base> {
    mode_of(entry.mode).map(|mode| Base { kind: mode.kind(), id: entry.id })
}

struct Names {
    listed: Vec<(BString, Sides)>,
    others: BTreeMap<BString, Sides>,
    /// Where the last one was found: names mostly come in order.
    next: usize,
}

impl Names {
    fn new(listed: Vec<(BString, DirEntry)>) -> Self {
        let listed = listed
            .into_iter()
            .filter(|(name, _)| name != ".git")
            .map(|(name, entry)| (name, Sides { listed: Some(entry), ..Sides::default() }))
            .collect();
        Self { listed, others: BTreeMap::new(), next: 0 }
    }

    fn at(&mut self, name: &BStr) -> &mut Sides {
        let found = match self.listed.get(self.next) {
            Some((next, _)) if next.as_bstr() == name => Ok(self.next),
            _ => self.listed.binary_search_by(|(other, _)| other.as_bstr().cmp(name)),
        };
        match found {
            Ok(place) => {
                self.next = place + 1;
                &mut self.listed[place].1
            }
            Err(_) => self.others.entry(name.to_owned()).or_default(),
        }
    }
}

/// Whether the index knows that it has just the folder's tree.
pub(crate) fn is_known(folder: &Folder, job: &Job) -> bool {
    job.base.is_some_and(|tree| known_tree(folder, job.path(), tree).is_some())
}

/// The folder's part of the index's cache of trees, where that says that index and tree are the same: then
/// the tree need not be read.
fn known_tree<'a>(folder: &'a Folder, path: &BStr, tree: gix::ObjectId) -> Option<&'a Tree> {
    let mut node = folder.index.tree()?;
    for part in path.split(|byte| *byte == b'/').filter(|part| !part.is_empty()) {
        node = node.children.iter().find(|child| child.name.as_slice() == part)?;
    }
    (node.num_entries.is_some() && node.id == tree).then_some(node)
}

/// Calls with each name of the index's part: a file's place, or the places of what is below a folder.
fn each_indexed(folder: &Folder, job: &Job, mut call: impl FnMut(&BStr, Option<usize>, Range<usize>)) {
    let index = &folder.index;
    let entries = index.entries();
    let mut place = job.indexed.start;
    while place < job.indexed.end {
        let path = entries[place].path(index);
        let rest = path[job.prefix.len()..].as_bstr();
        match rest.find_byte(b'/') {
            None => {
                call(rest, Some(place), 0..0);
                place += 1;
            }
            // A folder that sparse-checkout keeps as one entry ends in `/`.
            Some(end) => {
                let below = &path[..=job.prefix.len() + end];
                let inside = &entries[place..job.indexed.end];
                let count = inside.partition_point(|entry| entry.path(index).starts_with(below));
                call(rest[..end].as_bstr(), None, place..place + count);
                place += count;
            }
        }
    }
}
