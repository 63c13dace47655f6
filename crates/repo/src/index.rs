//! The index: after each operation it agrees with HEAD in what the operation touched.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use bstr::{BStr, BString, ByteSlice};
use gix::index::entry::{Flags, Mode as IndexMode, Stage, Stat};
use gix::index::extension::Tree;
use syncline_format::RepoPath;

use crate::error::Source;
use crate::folder::{Folder, Found, mode_of, stat_of};
use crate::{BlobId, Entry, Mode, RepoError, Repository, TreeId};

impl Repository {
    /// Puts (`Some`) and removes (`None`) entries, with the files' stat data as of now where the file in
    /// the work tree is that entry, so that `git status` is clean and quick. Everything else that is staged
    /// stays. Conflict stages of these paths are cleared. A missing index is taken for an empty one.
    /// New objects are flushed first. In a bare repository nothing happens.
    pub fn update_index(&self, edits: &[(RepoPath, Option<Entry>)]) -> Result<(), RepoError> {
        if self.work_tree().is_none() || edits.is_empty() {
            return Ok(());
        }
        self.flush()?;
        self.with_locked_index(|folder, index| {
            let stats: Vec<Stat> = edits.iter().map(|edit| stat_for(folder, edit)).collect();
            put_entries(index, edits, &stats);
            for (path, _) in edits {
                if let Some(tree) = index.tree_mut() {
                    invalidate(tree, path.as_bstr());
                }
            }
        })
    }

    /// Makes the index hold exactly this tree; stat data of entries that stay is kept. In a bare repository
    /// nothing happens.
    pub fn reset_index_to(&self, tree: Option<TreeId>) -> Result<(), RepoError> {
        if self.work_tree().is_none() {
            return Ok(());
        }
        self.flush()?;
        let wanted = match tree {
            Some(tree) => self.entries(tree, None)?,
            None => Vec::new(),
        };
        self.with_locked_index(|folder, index| {
            let fresh = replace_entries(index, &wanted);
            index.remove_tree();
            let unknown =
                |edit: &(RepoPath, Option<Entry>)| (edit.0.as_bstr().to_owned(), stat_for(folder, edit));
            let stats: HashMap<BString, Stat> = fresh.iter().map(unknown).collect();
            let (entries, paths) = index.entries_mut_and_pathbacking();
            for entry in entries {
                if let Some(stat) = stats.get(entry.path_in(paths)) {
                    entry.stat = *stat;
                }
            }
        })
    }

    /// The paths that are staged: that differ between the tree (HEAD's) and the index. A path in conflict is
    /// one of them.
    pub fn staged(&self, tree: Option<TreeId>) -> Result<Vec<RepoPath>, RepoError> {
        if self.work_tree().is_none() {
            return Ok(Vec::new());
        }
        let index = self.read_index()?;
        if index.is_sparse() {
            return Err(sparse_index());
        }
        let committed = match tree {
            Some(tree) => self.entries(tree, None)?,
            None => Vec::new(),
        };
        let mut committed: HashMap<RepoPath, Entry> = committed.into_iter().collect();
        let mut staged = HashSet::new();
        for entry in index.entries().iter().filter(|entry| !entry.flags.contains(Flags::INTENT_TO_ADD)) {
            let path = RepoPath::new(entry.path(&index))?;
            let now = mode_of(entry.mode).map(|mode| Entry { mode, id: BlobId(entry.id) });
            let is_settled = entry.stage() == Stage::Unconflicted;
            if committed.remove(&path) != now || !is_settled {
                staged.insert(path);
            }
        }
        staged.extend(committed.into_keys());
        let mut staged: Vec<_> = staged.into_iter().collect();
        staged.sort_unstable();
        Ok(staged)
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

    fn index_path(&self) -> PathBuf {
        self.git.index_path()
    }

    /// The index as it is; an empty one where there is none.
    pub(crate) fn read_index(&self) -> Result<gix::index::File, RepoError> {
        // Git itself looks at the checksum only in fsck; it would double the time.
        let options = gix::index::decode::Options::default();
        gix::index::File::at_or_default(self.index_path(), gix::hash::Kind::Sha1, true, options)
            .map_err(|error| self.index_error("read", error.into()))
    }

    fn with_locked_index(
        &self,
        edit: impl FnOnce(&mut Folder, &mut gix::index::File),
    ) -> Result<(), RepoError> {
        let path = self.index_path();
        let fail = gix::lock::acquire::Fail::Immediately;
        let lock = gix::lock::File::acquire_to_update_resource(&path, fail, None, 0)
            .map_err(|error| self.lock_error(error.into()))?;
        let mut folder = Folder::open(self)?;
        if folder.index.is_sparse() {
            return Err(sparse_index());
        }
        let mut index = (*folder.index).clone();
        smudge_racy(&mut folder, &mut index);
        edit(&mut folder, &mut index);
        self.write_index(lock, &index)
    }

    fn write_index(&self, mut lock: gix::lock::File, index: &gix::index::File) -> Result<(), RepoError> {
        use std::io::Write;
        let failed = |error: Source| self.index_error("write", error);
        let skip_hash = self.config_bool("index.skipHash").unwrap_or(false);
        // Into memory first: hashing an entry's few bytes at a time takes three times as long.
        let mut bytes = Vec::with_capacity(index.entries().len() * 120 + 1024);
        let options = gix::index::write::Options { skip_hash, ..Default::default() };
        let state: &gix::index::State = index;
        state.write_to(&mut bytes, options).map_err(|error| failed(error.into()))?;
        let checksum = checksum(&bytes, skip_hash).map_err(|error| failed(error.into()))?;
        lock.write_all(&bytes).map_err(|error| failed(error.into()))?;
        lock.write_all(checksum.as_bytes()).map_err(|error| failed(error.into()))?;
        lock.commit().map_err(|error| failed(error.error.into()))?;
        Ok(())
    }

    fn lock_error(&self, source: Source) -> RepoError {
        let lock = self.index_path().with_extension("lock");
        if lock.exists() { RepoError::IndexLocked(lock) } else { self.index_error("write", source) }
    }

    fn index_error(&self, action: &'static str, source: Source) -> RepoError {
        RepoError::Index { action, path: self.index_path(), source }
    }
}

fn checksum(bytes: &[u8], skip: bool) -> gix::Result<gix::ObjectId> {
    if skip {
        return Ok(gix::ObjectId::null(gix::hash::Kind::Sha1));
    }
    let mut hasher = gix::hash::hasher(gix::hash::Kind::Sha1);
    hasher.update(bytes);
    hasher.try_finalize()
}

fn sparse_index() -> RepoError {
    RepoError::Unsupported {
        what: "a sparse index".to_owned(),
        effect: "which Syncline cannot write yet; `git sparse-checkout reapply --no-sparse-index` changes it",
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

/// A file changed in the second in which the old index was written may look clean in it. In the new index, which
/// is younger, git would no longer doubt that: so it is looked at now, as git does when it writes one.
fn smudge_racy(folder: &mut Folder, index: &mut gix::index::File) {
    let racy: Vec<BString> = index
        .entries()
        .iter()
        .filter(|entry| entry.stage() == Stage::Unconflicted && entry.mode != IndexMode::COMMIT)
        .filter(|entry| folder.is_racy(&entry.stat))
        .map(|entry| entry.path(index).to_owned())
        .collect();
    for path in racy {
        let clean = Folder::look(&folder.path_of(path.as_bstr())).ok().and_then(|found| match found {
            Found::File(metadata) => {
                let noted = folder.noted(path.as_bstr());
                folder.take(path.as_bstr(), &metadata, noted, None).ok()
            }
            _ => None,
        });
        if let Some(entry) = index.entry_mut_by_path_and_stage(path.as_bstr(), Stage::Unconflicted)
            && clean.is_none_or(|taken| taken.entry.id.0 != entry.id)
        {
            entry.stat.size = 0;
        }
    }
}

fn put_entries(index: &mut gix::index::File, edits: &[(RepoPath, Option<Entry>)], stats: &[Stat]) {
    let mut gone: HashSet<&BStr> = HashSet::new();
    let mut new = Vec::new();
    for ((path, entry), stat) in edits.iter().zip(stats) {
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
            None => new.push((path, entry, *stat)),
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
    for (path, entry, stat) in new {
        index.dangerously_push_entry(stat, entry.id.0, Flags::empty(), index_mode(entry.mode), path);
    }
    if !is_sorted {
        index.sort_entries();
    }
}

/// The entries that cannot be beside the new ones.
fn conflicting(index: &gix::index::State, new: &[(&BStr, &Entry, Stat)]) -> HashSet<BString> {
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

/// Gives those entries whose stat data is not known.
fn replace_entries(
    index: &mut gix::index::File,
    wanted: &[(RepoPath, Entry)],
) -> Vec<(RepoPath, Option<Entry>)> {
    let is_same =
        |old: &gix::index::Entry, new: &Entry| old.id == new.id.0 && old.mode == index_mode(new.mode);
    let mut fresh = Vec::new();
    let mut stats = Vec::with_capacity(wanted.len());
    for (path, entry) in wanted {
        let old = index.entry_by_path_and_stage(path.as_bstr(), Stage::Unconflicted);
        if let Some(old) = old.filter(|old| is_same(old, entry)) {
            stats.push((old.stat, old.flags - Flags::INTENT_TO_ADD));
        } else {
            stats.push((Stat::default(), Flags::empty()));
            fresh.push((path.clone(), Some(*entry)));
        }
    }
    index.remove_entries(|_, _, _| true);
    for ((path, entry), (stat, flags)) in wanted.iter().zip(stats) {
        index.dangerously_push_entry(stat, entry.id.0, flags, index_mode(entry.mode), path.as_bstr());
    }
    index.sort_entries();
    fresh
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
