//! Trees: reading, comparing, editing. What is equal on both sides is never opened, so cost follows the
//! changes.

pub(crate) mod diff;

use bstr::ByteSlice;
use gix::objs::tree::{EntryKind, EntryMode, EntryRef};
use gix::objs::{Kind, TreeRefIter, WriteTo};
use syncline_format::RepoPath;

use crate::objects::{Objects, bad_object};
use crate::tree::diff::Collector;
use crate::{BlobId, RepoError, Repository, TreeId};

/// What kind of thing a path holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// An ordinary file.
    File,
    /// A file that can be run.
    Executable,
    /// A symbolic link; the blob is its target.
    Link,
    /// A submodule; the id is the commit that it is at, and no object of this repository.
    Submodule,
}

/// What a tree has at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Entry {
    /// What kind of thing it is.
    pub mode: Mode,
    /// Its content.
    pub id: BlobId,
}

impl Mode {
    /// The mode that Git writes; `None` for a folder.
    pub(crate) fn of(mode: EntryMode) -> Option<Self> {
        Some(match mode.kind() {
            EntryKind::Tree => return None,
            EntryKind::Blob => Self::File,
            EntryKind::BlobExecutable => Self::Executable,
            EntryKind::Link => Self::Link,
            EntryKind::Commit => Self::Submodule,
        })
    }

    pub(crate) fn kind(self) -> EntryKind {
        match self {
            Self::File => EntryKind::Blob,
            Self::Executable => EntryKind::BlobExecutable,
            Self::Link => EntryKind::Link,
            Self::Submodule => EntryKind::Commit,
        }
    }

    /// Whether the content is an object of this repository.
    pub(crate) fn is_blob(self) -> bool {
        self != Self::Submodule
    }

    /// Whether the content is an ordinary file's.
    pub fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Executable)
    }
}

/// A path that differs between two trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeChange {
    /// The path, of a file; never of a folder.
    pub path: RepoPath,
    /// What the old tree has there.
    pub old: Option<Entry>,
    /// What the new tree has there.
    pub new: Option<Entry>,
}

impl Repository {
    /// What the tree has at the path; `None` where there is nothing, or a folder.
    pub fn entry_at(&self, tree: TreeId, path: &RepoPath) -> Result<Option<Entry>, RepoError> {
        let found = self.find_at(tree, path)?;
        Ok(found.and_then(|(mode, id)| Mode::of(mode).map(|mode| Entry { mode, id: BlobId(id) })))
    }

    /// The tree of a folder; `None` where there is none.
    pub fn folder_at(&self, tree: TreeId, path: &RepoPath) -> Result<Option<TreeId>, RepoError> {
        let found = self.find_at(tree, path)?;
        Ok(found.filter(|(mode, _)| mode.is_tree()).map(|(_, id)| TreeId(id)))
    }

    /// All files of the tree, or of the folder `under` of it (then too with their whole paths; nothing where
    /// it is none), in Git's order. A path that must not be is [`RepoError::UnsafePath`].
    pub fn entries(
        &self,
        tree: TreeId,
        under: Option<&RepoPath>,
    ) -> Result<Vec<(RepoPath, Entry)>, RepoError> {
        self.first_entries(tree, under, usize::MAX)
    }

    /// As [`entries`](Self::entries), but at most so many: the trees of the others are not read.
    pub fn first_entries(
        &self,
        tree: TreeId,
        under: Option<&RepoPath>,
        limit: usize,
    ) -> Result<Vec<(RepoPath, Entry)>, RepoError> {
        let mut found = Vec::new();
        match under {
            None => self.collect(tree, None, limit, &mut found)?,
            Some(folder) => {
                if let Some(tree) = self.folder_at(tree, folder)? {
                    self.collect(tree, Some(folder), limit, &mut found)?;
                }
            }
        }
        Ok(found)
    }

    /// The tree that results from putting (`Some`) and removing (`None`) files in `base`. Folders are made
    /// as needed, and empty ones vanish. A file put where a folder is replaces the folder, and the other way
    /// round, unless another edit contradicts that ([`RepoError::EditTree`]). Removing does not remove a
    /// folder.
    pub fn edit_tree(
        &self,
        base: Option<TreeId>,
        edits: &[(RepoPath, Option<Entry>)],
    ) -> Result<TreeId, RepoError> {
        refuse_contradictions(edits)?;
        let root = match base {
            Some(id) => self.read_tree(id)?,
            None => gix::objs::Tree::empty(),
        };
        let mut editor = gix::objs::tree::Editor::new(root, &self.objects, gix::hash::Kind::Sha1);
        let failed = |path: &RepoPath, error: &gix::Error| RepoError::EditTree {
            path: path.clone(),
            reason: error.to_string(),
        };
        // Removals first: what is put may be where a removed folder was.
        for (path, _) in edits.iter().filter(|(_, entry)| entry.is_none()) {
            editor.remove_if_leaf(parts(path)).map_err(|error| failed(path, &error))?;
        }
        for (path, entry) in edits {
            if let Some(Entry { mode, id }) = entry {
                editor.upsert(parts(path), mode.kind(), id.0).map_err(|error| failed(path, &error))?;
            }
        }
        let write = |tree: &gix::objs::Tree| {
            let mut bytes = Vec::new();
            tree.write_to(&mut bytes)?;
            Ok(self.objects.stage(Kind::Tree, &bytes))
        };
        let id = editor.write(write).map_err(|source: std::io::Error| RepoError::WriteObjects {
            path: self.common_dir().join("objects"),
            source,
        })?;
        Ok(TreeId(id))
    }

    /// The files that differ, in Git's order, or only those below the folder (or at the file) `under`. No
    /// renames are looked for. A path that must not be is [`RepoError::UnsafePath`].
    pub fn diff_trees(
        &self,
        old: Option<TreeId>,
        new: Option<TreeId>,
        under: Option<&RepoPath>,
    ) -> Result<Vec<TreeChange>, RepoError> {
        if old == new {
            return Ok(Vec::new());
        }
        let Some(under) = under else { return self.diff_folders(old, new, None) };
        let side = |tree: Option<TreeId>| match tree {
            Some(tree) => self.find_at(tree, under),
            None => Ok(None),
        };
        let (old, new) = (side(old)?, side(new)?);
        let folder = |side: Option<(EntryMode, gix::ObjectId)>| {
            side.filter(|(mode, _)| mode.is_tree()).map(|(_, id)| TreeId(id))
        };
        let file = |side: Option<(EntryMode, gix::ObjectId)>| {
            side.and_then(|(mode, id)| Some(Entry { mode: Mode::of(mode)?, id: BlobId(id) }))
        };
        let mut changes = self.diff_folders(folder(old), folder(new), Some(under))?;
        let (old, new) = (file(old), file(new));
        if old != new {
            changes.insert(0, TreeChange { path: under.clone(), old, new });
        }
        Ok(changes)
    }

    fn diff_folders(
        &self,
        old: Option<TreeId>,
        new: Option<TreeId>,
        folder: Option<&RepoPath>,
    ) -> Result<Vec<TreeChange>, RepoError> {
        if old == new {
            return Ok(Vec::new());
        }
        let read = |tree: Option<TreeId>| match tree {
            Some(tree) => self.objects.read(tree.0, Kind::Tree),
            None => Ok(Vec::new()),
        };
        let (old_bytes, new_bytes) = (read(old)?, read(new)?);
        let iter = |bytes| TreeRefIter::from_bytes(bytes, gix::hash::Kind::Sha1);
        let mut collector = Collector::new(folder);
        let state = gix::diff::tree::State::default();
        let result =
            gix::diff::tree(iter(&old_bytes), iter(&new_bytes), state, &self.objects, &mut collector);
        let top = new.or(old).expect("two trees that are both none are equal");
        collector.finish(result).map_err(|failure| failure.into_repo_error(top))
    }

    fn collect(
        &self,
        tree: TreeId,
        folder: Option<&RepoPath>,
        limit: usize,
        found: &mut Vec<(RepoPath, Entry)>,
    ) -> Result<(), RepoError> {
        let bytes = self.objects.read(tree.0, Kind::Tree)?;
        for entry in TreeRefIter::from_bytes(&bytes, gix::hash::Kind::Sha1) {
            if found.len() >= limit {
                break;
            }
            let entry = entry.map_err(|error| bad_object(tree.0, &error))?;
            let path = join(folder, &entry)?;
            match Mode::of(entry.mode) {
                Some(mode) => found.push((path, Entry { mode, id: BlobId(entry.oid.to_owned()) })),
                None => self.collect(TreeId(entry.oid.to_owned()), Some(&path), limit, found)?,
            }
        }
        Ok(())
    }

    /// Goes down the path; each tree on it is read once.
    fn find_at(
        &self,
        tree: TreeId,
        path: &RepoPath,
    ) -> Result<Option<(EntryMode, gix::ObjectId)>, RepoError> {
        let mut found = (EntryMode::from(EntryKind::Tree), tree.0);
        for part in parts(path) {
            if !found.0.is_tree() {
                return Ok(None);
            }
            match find_in(&self.objects, found.1, part)? {
                Some(next) => found = next,
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }

    fn read_tree(&self, id: TreeId) -> Result<gix::objs::Tree, RepoError> {
        let bytes = self.objects.read(id.0, Kind::Tree)?;
        let tree = gix::objs::TreeRef::from_bytes(&bytes, gix::hash::Kind::Sha1)
            .map_err(|error| bad_object(id.0, &error))?;
        Ok(tree.to_owned())
    }
}

fn find_in(
    objects: &Objects,
    tree: gix::ObjectId,
    name: &bstr::BStr,
) -> Result<Option<(EntryMode, gix::ObjectId)>, RepoError> {
    let bytes = objects.read(tree, Kind::Tree)?;
    for entry in TreeRefIter::from_bytes(&bytes, gix::hash::Kind::Sha1) {
        let entry = entry.map_err(|error| bad_object(tree, &error))?;
        if entry.filename == name {
            return Ok(Some((entry.mode, entry.oid.to_owned())));
        }
    }
    Ok(None)
}

pub(crate) fn parts(path: &RepoPath) -> impl Iterator<Item = &bstr::BStr> {
    path.as_bstr().split(|byte| *byte == b'/').map(ByteSlice::as_bstr)
}

/// The path of an entry. A name with a `/` in it is refused too: it would be read as another path than Git
/// compares.
fn join(folder: Option<&RepoPath>, entry: &EntryRef<'_>) -> Result<RepoPath, RepoError> {
    let name = RepoPath::new(entry.filename)?;
    if name.parent().is_some() {
        return Err(RepoError::UnsafePath(syncline_format::RepoPathError::Part {
            path: entry.filename.to_owned(),
            part: entry.filename.to_owned(),
        }));
    }
    match folder {
        Some(folder) => Ok(folder.join(entry.filename)?),
        None => Ok(name),
    }
}

/// A path cannot be a file and a folder at once.
fn refuse_contradictions(edits: &[(RepoPath, Option<Entry>)]) -> Result<(), RepoError> {
    let mut put: Vec<&RepoPath> =
        edits.iter().filter(|(_, entry)| entry.is_some()).map(|(path, _)| path).collect();
    put.sort_unstable();
    let set: std::collections::HashSet<&[u8]> = put.iter().map(|path| path.as_bstr().as_ref()).collect();
    let folder_is_file = |path: &&&RepoPath| {
        let bytes: &[u8] = path.as_bstr();
        let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(end, _)| end);
        ends.into_iter().any(|end| set.contains(&bytes[..end]))
    };
    match put.iter().find(folder_is_file) {
        None => Ok(()),
        Some(path) => Err(RepoError::EditTree {
            path: (*path).clone(),
            reason: "another edit puts a file where its folder would be".to_owned(),
        }),
    }
}
