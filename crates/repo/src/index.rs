//! The index: after each operation it agrees with HEAD in what the operation touched.

pub(crate) mod cache;
mod expand;
pub(crate) mod file;
pub(crate) mod staged;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};
use gix::index::entry::{Flags, Mode as IndexMode, Stage, Stat};
use gix::index::extension::Tree;
use syncline_format::RepoPath;

use crate::error::Source;
use crate::folder::file::{Folder, Found, mode_of, stat_of};
use crate::index::file::IndexBytes;
use crate::locks::{Claim, IndexLock};
use crate::{BlobId, Entry, Mode, RepoError, Repository, TreeId};

/// An index that is made up and not in place yet; until then it is locked.
pub(crate) struct NewIndex<'a> {
    lock: IndexLock<'a>,
    bytes: IndexBytes,
}

impl NewIndex<'_> {
    /// Takes the place of the old one. The objects that it names must be on the disk.
    pub(crate) fn put(self) -> Result<(), Source> {
        self.lock.commit(|file| self.bytes.write(file))
    }
}

impl Repository {
    /// Puts (`Some`) and removes (`None`) entries, with the files' stat data as of now where the file in
    /// the work tree is that entry, so that `git status` is clean and quick. Everything else that is staged
    /// stays. Conflict stages of these paths are cleared. A missing index is taken for an empty one.
    /// New objects are flushed first. In a bare repository nothing happens.
    pub fn update_index(&self, edits: &[(RepoPath, Option<Entry>)]) -> Result<(), RepoError> {
        let claim = self.claim_index()?;
        self.put_index(self.index_with(&claim, edits)?)
    }

    /// Whether the index has files that a merge of git's left in conflict, and nobody has settled since.
    pub fn has_unmerged(&self) -> Result<bool, RepoError> {
        Ok(self.read_index()?.entries().iter().any(|entry| entry.stage() != Stage::Unconflicted))
    }

    /// The index with these entries, still to be put in place; `None` where there is nothing to do.
    pub(crate) fn index_with<'a>(
        &self,
        claim: &'a Claim,
        edits: &[(RepoPath, Option<Entry>)],
    ) -> Result<Option<NewIndex<'a>>, RepoError> {
        if self.work_tree().is_none() || edits.is_empty() {
            return Ok(None);
        }
        let look = |folder: &mut Folder| edits.iter().map(|edit| seen_of(folder, edit)).collect();
        let lost = self.entries_of_lost_index()?;
        let index = self.new_index(claim, look, |index, seen: Vec<(Stat, Flags)>| {
            for (path, entry) in &lost {
                let (stat, flags) = (Stat::default(), Flags::empty());
                index.dangerously_push_entry(stat, entry.id.0, flags, index_mode(entry.mode), path.as_bstr());
            }
            if !lost.is_empty() {
                index.sort_entries();
            }
            put_entries(index, edits, &seen);
            for (path, _) in edits {
                if let Some(tree) = index.tree_mut() {
                    invalidate(tree, path.as_bstr());
                }
            }
        });
        index.map(Some)
    }

    /// What an index holds that is not there: a new one with nothing but the edits would tell git that all else was
    /// removed.
    fn entries_of_lost_index(&self) -> Result<Vec<(RepoPath, Entry)>, RepoError> {
        match self.head()?.commit() {
            Some(commit) if !self.index_path().exists() => self.entries(self.tree_of(commit)?, None),
            _ => Ok(Vec::new()),
        }
    }

    /// Makes the index hold exactly this tree; stat data of entries that stay is kept. In a bare repository
    /// nothing happens.
    pub fn reset_index_to(&self, tree: Option<TreeId>) -> Result<(), RepoError> {
        if self.work_tree().is_none() {
            return Ok(());
        }
        let wanted = match tree {
            Some(tree) => self.entries(tree, None)?,
            None => Vec::new(),
        };
        let look = |folder: &mut Folder| wanted.iter().map(|entry| stat_or_kept(folder, entry)).collect();
        let claim = self.claim_index()?;
        let index = self.new_index(&claim, look, |index, stats: Vec<(Stat, Flags)>| {
            index.remove_entries(|_, _, _| true);
            index.remove_tree();
            for ((path, entry), (stat, flags)) in wanted.iter().zip(stats) {
                let mode = index_mode(entry.mode);
                index.dangerously_push_entry(stat, entry.id.0, flags, mode, path.as_bstr());
            }
            index.sort_entries();
        })?;
        self.put_index(Some(index))
    }

    /// What is staged: the index's entries that differ from the tree (HEAD's), in the order of their paths;
    /// `None` where one was taken out. What is only intended to be added is not staged, and what is in conflict is
    /// not either.
    pub fn staged(&self, tree: Option<TreeId>) -> Result<Vec<(RepoPath, Option<Entry>)>, RepoError> {
        if self.work_tree().is_none() {
            return Ok(Vec::new());
        }
        self.expand_index()?;
        staged::between(&self.expanded()?, tree)
    }

    /// Notes the stat data of files that are unchanged and only look changed, as `git status` does. Where
    /// the index is locked it is left.
    pub fn refresh_index(&self, unchanged: &[RepoPath]) -> Result<(), RepoError> {
        let noted = |index: &gix::index::State, path: &RepoPath| {
            let entry = index.entry_by_path_and_stage(path.as_bstr(), Stage::Unconflicted)?;
            let mode = mode_of(entry.mode)?;
            Some((path.clone(), Some(Entry { mode, id: BlobId(entry.id) })))
        };
        let index = self.read_index()?;
        let edits: Vec<_> = unchanged.iter().filter_map(|path| noted(&index, path)).collect();
        match self.update_index(&edits) {
            Err(RepoError::IndexLocked(_)) => Ok(()),
            result => result,
        }
    }

    /// Not the one that `GIT_INDEX_FILE` names, which who is called by a hook of git's finds in the environment.
    pub(crate) fn index_path(&self) -> PathBuf {
        self.git_dir().join("index")
    }

    /// The index as it is; an empty one where there is none.
    pub(crate) fn read_index(&self) -> Result<Arc<gix::index::File>, RepoError> {
        let path = self.index_path();
        self.index.get(&path, || {
            // Git itself looks at the checksum only in fsck; it would double the time.
            let options = gix::index::decode::Options::default();
            gix::index::File::at_or_default(&path, gix::hash::Kind::Sha1, true, options)
                .map_err(|error| self.index_error("read", error.into()))
        })
    }

    fn claim_index(&self) -> Result<Claim, RepoError> {
        Claim::take(self).map_err(|error| self.index_error("write", error.into()))
    }

    /// Locks the index and makes up a new one: `before` sees folder and index as they are; `edit` changes the
    /// index by what it saw.
    fn new_index<'a, T>(
        &self,
        claim: &'a Claim,
        before: impl FnOnce(&mut Folder) -> T,
        edit: impl FnOnce(&mut gix::index::File, T),
    ) -> Result<NewIndex<'a>, RepoError> {
        self.expand_index()?;
        let lock = IndexLock::take(claim, self, self.index_path())?;
        let mut folder = self.expanded()?;
        let smudged = changed_in_the_same_second(&mut folder);
        let seen = before(&mut folder);
        self.index.forget();
        let mut index = folder.into_index();
        for path in smudged {
            if let Some(entry) = index.entry_mut_by_path_and_stage(path.as_bstr(), Stage::Unconflicted) {
                entry.stat.size = 0;
            }
        }
        edit(&mut index, seen);
        let skip_hash = self.config_bool("index.skipHash").unwrap_or(false);
        let bytes = IndexBytes::of(index, skip_hash).map_err(|error| self.index_error("write", error))?;
        Ok(NewIndex { lock, bytes })
    }

    /// Puts a new index in place, once the objects that it names are flushed.
    fn put_index(&self, index: Option<NewIndex<'_>>) -> Result<(), RepoError> {
        let Some(index) = index else { return Ok(()) };
        self.flush()?;
        index.put().map_err(|error| self.index_error("write", error))
    }

    pub(crate) fn index_error(&self, action: &'static str, source: Source) -> RepoError {
        RepoError::Index { action, path: self.index_path(), source }
    }
}

/// The stat data of the file, if the file is that entry; otherwise none, so that Git looks at the content.
fn stat_for(folder: &mut Folder, (path, entry): &(RepoPath, Option<Entry>)) -> Stat {
    let Some(entry) = entry else { return Stat::default() };
    if entry.mode == Mode::Submodule || !matches!(folder.link_above(path), Ok(None)) {
        return Stat::default();
    }
    let file = folder.path_of(path.as_bstr());
    let Ok(Found::File(metadata)) = Folder::look(&file) else { return Stat::default() };
    let noted = folder.noted(path.as_bstr());
    match folder.take(path.as_bstr(), &metadata, noted, Some(*entry)) {
        Ok(taken) if taken.entry == *entry => stat_of(&metadata),
        _ => Stat::default(),
    }
}

/// The entry's stat data, and its mark where sparse-checkout leaves it out.
fn seen_of(folder: &mut Folder, edit: &(RepoPath, Option<Entry>)) -> (Stat, Flags) {
    if edit.1.is_some() && folder.is_left_out(edit.0.as_bstr()) {
        return (Stat::default(), Flags::EXTENDED | Flags::SKIP_WORKTREE);
    }
    (stat_for(folder, edit), Flags::empty())
}

/// As [`seen_of`], but what the index knows of an entry that stays is not looked up again.
fn stat_or_kept(folder: &mut Folder, (path, entry): &(RepoPath, Entry)) -> (Stat, Flags) {
    let old = folder.index.entry_by_path_and_stage(path.as_bstr(), Stage::Unconflicted);
    match old.filter(|old| old.id == entry.id.0 && old.mode == index_mode(entry.mode)) {
        Some(old) => (old.stat, old.flags - Flags::INTENT_TO_ADD),
        None => seen_of(folder, &(path.clone(), Some(*entry))),
    }
}

/// A file changed in the second in which the old index was written may look clean in it. In the new index, which
/// is younger, git would no longer doubt that: so it is looked at now, as git does when it writes one.
fn changed_in_the_same_second(folder: &mut Folder) -> Vec<BString> {
    let index = &folder.index;
    let mut racy: Vec<BString> = index
        .entries()
        .iter()
        .filter(|entry| entry.stage() == Stage::Unconflicted && entry.mode != IndexMode::COMMIT)
        .filter(|entry| folder.is_racy(&entry.stat))
        .map(|entry| entry.path(index).to_owned())
        .collect();
    racy.retain(|path| {
        let noted = folder.noted(path.as_bstr());
        let Ok(Found::File(metadata)) = Folder::look(&folder.path_of(path.as_bstr())) else { return true };
        let taken = folder.take(path.as_bstr(), &metadata, noted, None);
        taken.map_or(true, |taken| noted.is_none_or(|noted| taken.entry.id.0 != noted.id))
    });
    racy
}

fn put_entries(index: &mut gix::index::File, edits: &[(RepoPath, Option<Entry>)], seen: &[(Stat, Flags)]) {
    let mut gone: HashSet<&BStr> = HashSet::new();
    let mut new = Vec::new();
    for ((path, entry), (stat, flags)) in edits.iter().zip(seen) {
        let path = path.as_bstr();
        let Some(entry) = entry else {
            gone.insert(path);
            continue;
        };
        match index.entry_mut_by_path_and_stage(path, Stage::Unconflicted) {
            Some(old) => {
                (old.id, old.mode, old.stat) = (entry.id.0, index_mode(entry.mode), *stat);
                old.flags.remove(Flags::INTENT_TO_ADD | Flags::FSMONITOR_VALID);
            }
            None => new.push((path, entry, (*stat, *flags))),
        }
    }
    // A file where a folder was, or a folder where a file was: the old ones go.
    let conflicts = conflicting(index, &new);
    let settled: HashSet<&BStr> = new.iter().map(|(path, ..)| *path).collect();
    if !gone.is_empty() || !new.is_empty() {
        index.remove_entries(|_, path, _| {
            gone.contains(path) || settled.contains(path) || conflicts.contains(path)
        });
    }
    let is_sorted = new.is_empty();
    for (path, entry, (stat, flags)) in new {
        index.dangerously_push_entry(stat, entry.id.0, flags, index_mode(entry.mode), path);
    }
    if !is_sorted {
        index.sort_entries();
    }
}

/// The entries that cannot be beside the new ones.
fn conflicting<T>(index: &gix::index::State, new: &[(&BStr, &Entry, T)]) -> HashSet<BString> {
    let mut found = HashSet::new();
    for (path, ..) in new {
        for (end, _) in path.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
            if index.entry_range(path[..end].as_bstr()).is_some() {
                found.insert(path[..end].into());
            }
        }
        let mut below = BString::from(path.to_vec());
        below.push(b'/');
        let entries = index.entries();
        let first = entries.partition_point(|entry| entry.path(index) < below.as_bstr());
        let inside = entries[first..].iter().map(|entry| entry.path(index));
        found.extend(inside.take_while(|other| other.starts_with(&below)).map(ToOwned::to_owned));
    }
    found
}

/// The trees above a path are no longer known; the others stay known, so that git need not read them.
fn invalidate(tree: &mut Tree, path: &BStr) {
    tree.num_entries = None;
    let Some(end) = path.find_byte(b'/') else {
        // A file where a folder was.
        tree.children.retain(|child| child.name.as_slice() != path.as_bytes());
        return;
    };
    let (name, rest) = (&path[..end], path[end + 1..].as_bstr());
    if let Some(child) = tree.children.iter_mut().find(|child| child.name.as_slice() == name.as_bytes()) {
        invalidate(child, rest);
    }
}

fn index_mode(mode: Mode) -> IndexMode {
    match mode {
        Mode::File => IndexMode::FILE,
        Mode::Executable => IndexMode::FILE_EXECUTABLE,
        Mode::Link => IndexMode::SYMLINK,
        Mode::Submodule => IndexMode::COMMIT,
    }
}
