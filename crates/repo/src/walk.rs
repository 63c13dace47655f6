//! One folder of the work tree beside the same folder of the index and of a tree: three lists of names.

use std::fs::{self, DirEntry, Metadata};
use std::io;
use std::ops::Range;

use bstr::{BStr, BString, ByteSlice, ByteVec};
use gix::index::entry::{Flags, Mode as IndexMode, Stage};
use gix::objs::tree::EntryKind;
use gix::objs::{Kind, TreeRefIter};
use syncline_format::RepoPath;

use crate::apply::TEMPORARY;
use crate::filter::Refused;
use crate::folder::{Folder, Found, is_absent, path_bytes};
use crate::objects::bad_object;
use crate::{BlobId, Changed, Entry, Mode, RepoError, Trouble, TroubleKind};

/// What one thread has seen.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) changed: Vec<Changed>,
    pub(crate) trouble: Vec<Trouble>,
    pub(crate) unrefreshed: Vec<RepoPath>,
    pub(crate) base_files: usize,
}

/// A folder to be looked at.
pub(crate) struct Job {
    /// Its path with a `/` after it; empty at the top.
    prefix: BString,
    base: Option<gix::ObjectId>,
    /// Its entries in the index.
    indexed: Range<usize>,
    is_missing: bool,
}

/// What the tree has of a name.
#[derive(Clone, Copy)]
pub(crate) struct Base {
    pub(crate) kind: EntryKind,
    pub(crate) id: gix::ObjectId,
}

/// What the three lists have of one name.
#[derive(Default)]
struct Sides {
    listed: Option<DirEntry>,
    base: Option<Base>,
    /// The place in the index of the name's first entry, as a file.
    file: Option<usize>,
    /// The places in the index of what is below it.
    below: Option<Range<usize>>,
}

/// Looks at folders, one after the other, in one thread.
pub(crate) struct Walker {
    pub(crate) folder: Folder,
    pub(crate) seen: Seen,
    /// Folders that were found and are not listed yet.
    pub(crate) found: Vec<Job>,
    write: bool,
}

impl Seen {
    pub(crate) fn and(mut self, mut other: Self) -> Self {
        self.changed.append(&mut other.changed);
        self.trouble.append(&mut other.trouble);
        self.unrefreshed.append(&mut other.unrefreshed);
        self.base_files += other.base_files;
        self
    }
}

impl Job {
    pub(crate) fn root(base: Option<gix::ObjectId>, indexed: usize) -> Self {
        Self { prefix: BString::default(), base, indexed: 0..indexed, is_missing: false }
    }

    pub(crate) fn folder(folder: &Folder, path: &BStr, base: Option<gix::ObjectId>) -> Self {
        let mut prefix = path.to_owned();
        prefix.push_byte(b'/');
        let entries = folder.index.entries();
        let first = entries.partition_point(|entry| entry.path(&folder.index) < prefix.as_bstr());
        let count = entries[first..].partition_point(|entry| entry.path(&folder.index).starts_with(&prefix));
        Self { prefix, base, indexed: first..first + count, is_missing: false }
    }

    /// A folder of the base that is not in the work tree.
    pub(crate) fn missing(path: &BStr, base: Base) -> Self {
        let mut prefix = path.to_owned();
        prefix.push_byte(b'/');
        Self { prefix, base: Some(base.id), indexed: 0..0, is_missing: true }
    }
}

impl Base {
    fn entry(self) -> Option<Entry> {
        Mode::of(self.kind.into()).map(|mode| Entry { mode, id: BlobId(self.id) })
    }

    fn tree(self) -> Option<gix::ObjectId> {
        (self.kind == EntryKind::Tree).then_some(self.id)
    }
}

impl Walker {
    pub(crate) fn new(folder: Folder, write: bool) -> Self {
        Self { folder, seen: Seen::default(), found: Vec::new(), write }
    }

    /// Looks at one folder; the folders in it come into `found`.
    pub(crate) fn list(&mut self, job: &Job) -> Result<(), RepoError> {
        if let (true, Some(tree)) = (job.is_missing, job.base) {
            return self.remove_below(tree, &job.prefix);
        }
        let listed = match self.read_folder(&job.prefix) {
            Ok(listed) => listed,
            // Removed since its parent was listed.
            Err(error) if is_absent(&error) => {
                return job.base.map_or(Ok(()), |tree| self.remove_below(tree, &job.prefix));
            }
            Err(error) => {
                return self.report(job.prefix.trim_end_with(|c| c == '/'), &Refused::unreadable(error));
            }
        };
        let is_top = job.prefix.is_empty();
        if !is_top && job.base.is_none() && job.indexed.is_empty() && is_repository(&listed) {
            let path = job.prefix.trim_end_with(|c| c == '/');
            return self.report(path, &Refused::repository());
        }
        for (name, sides) in self.join(job, listed)? {
            let mut path = job.prefix.clone();
            path.push_str(&name);
            self.compare(path.as_bstr(), sides)?;
        }
        Ok(())
    }

    /// Looks at one path, which may be anything. It is not asked whether Git ignores it.
    pub(crate) fn look_at(&mut self, path: &RepoPath, base: Option<Entry>) -> Result<(), RepoError> {
        let name = path.as_bstr();
        let found = match self.folder.link_above(path) {
            Ok(None) => Folder::look(&self.folder.path_of(name)),
            Ok(Some(_)) => Ok(Found::Nothing),
            Err(error) => Err(error),
        };
        self.seen.base_files += usize::from(base.is_some());
        if self.is_left_alone(name, !matches!(found, Ok(Found::Nothing)))
            || base.is_some_and(|entry| entry.mode == Mode::Submodule)
        {
            return Ok(());
        }
        match found {
            Err(error) => self.report(name, &Refused::unreadable(error)),
            Ok(Found::Nothing | Found::Folder) => self.gone(name, base),
            Ok(Found::Other) => self.other(name, base),
            Ok(Found::File(metadata)) => self.file(name, &metadata, base),
        }
    }

    fn read_folder(&self, prefix: &BString) -> io::Result<Vec<(BString, DirEntry)>> {
        let path = self.folder.path_of(prefix.trim_end_with(|c| c == '/').as_bstr());
        let mut listed = Vec::new();
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let name = entry.file_name();
            listed.push((BString::from(path_bytes(name.as_ref())), entry));
        }
        listed.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok(listed)
    }

    /// The three lists by name.
    fn join(&self, job: &Job, listed: Vec<(BString, DirEntry)>) -> Result<Vec<(BString, Sides)>, RepoError> {
        let mut names: Vec<(BString, Sides)> = listed
            .into_iter()
            .filter(|(name, _)| name != ".git" && !name.starts_with(TEMPORARY.as_bytes()))
            .map(|(name, entry)| (name, Sides { listed: Some(entry), ..Sides::default() }))
            .collect();
        let count = names.len();
        // A name that the folder has is found by search; the others come after, and never twice.
        let mut missing: std::collections::BTreeMap<BString, Sides> = std::collections::BTreeMap::new();
        let mut at = |name: &BStr, put: &mut dyn FnMut(&mut Sides)| match names[..count]
            .binary_search_by(|(other, _)| other.as_bstr().cmp(name))
        {
            Ok(place) => put(&mut names[place].1),
            Err(_) => put(missing.entry(name.to_owned()).or_default()),
        };
        self.indexed_names(job, |name, file, below| {
            at(name, &mut |sides| match file {
                Some(file) => sides.file = sides.file.or(Some(file)),
                None => sides.below = Some(below.clone()),
            });
        });
        if let Some(tree) = job.base {
            let bytes = self.folder.repository.objects.read(tree, Kind::Tree)?;
            for entry in TreeRefIter::from_bytes(&bytes, gix::hash::Kind::Sha1) {
                let entry = entry.map_err(|error| bad_object(tree, &error))?;
                let base = Base { kind: entry.mode.kind(), id: entry.oid.to_owned() };
                at(entry.filename, &mut |sides| sides.base = Some(base));
            }
        }
        names.extend(missing);
        Ok(names)
    }

    /// Calls with each name of the index's part: a file's place, or the places of what is below a folder.
    fn indexed_names(&self, job: &Job, mut call: impl FnMut(&BStr, Option<usize>, Range<usize>)) {
        let index = &self.folder.index;
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
                    let folder = &path[..=job.prefix.len() + end];
                    let inside = &entries[place..job.indexed.end];
                    let count = inside.partition_point(|entry| entry.path(index).starts_with(folder));
                    call(rest[..end].as_bstr(), None, place..place + count);
                    place += count;
                }
            }
        }
    }

    fn compare(&mut self, path: &BStr, sides: Sides) -> Result<(), RepoError> {
        let base = sides.base.and_then(Base::entry);
        self.seen.base_files += usize::from(base.is_some());
        let is_submodule = base.is_some_and(|entry| entry.mode == Mode::Submodule)
            || sides.file.is_some_and(|place| self.folder.index.entries()[place].mode == IndexMode::COMMIT);
        if is_submodule || self.is_sparse_folder(sides.below.as_ref()) {
            return Ok(());
        }
        if sides.file.is_some() && self.is_left_alone(path, sides.listed.is_some()) {
            return Ok(());
        }
        let kind = match sides.listed.as_ref().map(DirEntry::file_type).transpose() {
            Ok(kind) => kind,
            Err(error) if is_absent(&error) => None,
            Err(error) => return self.report(path, &Refused::unreadable(error)),
        };
        if kind.is_some_and(|kind| kind.is_dir()) {
            self.gone(path, base)?;
            return self.descend(path, sides);
        }
        if let Some(tree) = sides.base.and_then(Base::tree) {
            let mut prefix = path.to_owned();
            prefix.push_byte(b'/');
            self.remove_below(tree, &prefix)?;
        }
        let (Some(kind), Some(listed)) = (kind, sides.listed) else { return self.gone(path, base) };
        let is_known = sides.file.is_some() || base.is_some();
        if !is_known && self.folder.rules()?.is_ignored(path, false)? {
            return Ok(());
        }
        if !kind.is_file() && !kind.is_symlink() {
            return self.other(path, base);
        }
        match listed.metadata() {
            Ok(metadata) => self.file(path, &metadata, base),
            Err(error) if is_absent(&error) => self.gone(path, base),
            Err(error) => self.report(path, &Refused::unreadable(error)),
        }
    }

    fn descend(&mut self, path: &BStr, sides: Sides) -> Result<(), RepoError> {
        let base = sides.base.and_then(Base::tree);
        let is_known = sides.below.is_some() || base.is_some();
        if !is_known && self.folder.rules()?.is_ignored(path, true)? {
            return Ok(());
        }
        let mut prefix = path.to_owned();
        prefix.push_byte(b'/');
        self.found.push(Job { prefix, base, indexed: sides.below.unwrap_or(0..0), is_missing: false });
        Ok(())
    }

    fn file(&mut self, path: &BStr, metadata: &Metadata, base: Option<Entry>) -> Result<(), RepoError> {
        if self.is_in_conflict(path) {
            return self.report(path, &Refused::conflict());
        }
        let taken = match self.folder.take(path, metadata, base) {
            Ok(taken) => taken,
            Err(refused) if refused.kind == TroubleKind::Unreadable && !self.is_there(path) => {
                return self.gone(path, base);
            }
            Err(refused) => return self.report(path, &refused),
        };
        if base == Some(taken.entry) {
            if taken.content.is_some() && self.folder.indexed(path).is_some() {
                self.seen.unrefreshed.extend(RepoPath::new(path).ok());
            }
            return Ok(());
        }
        let Some(path) = self.checked(path)? else { return Ok(()) };
        if let (true, Some(content)) = (self.write, &taken.content) {
            self.folder.repository.keep(content)?;
        }
        self.seen.changed.push(Changed { path, before: base, after: Some(taken.entry) });
        Ok(())
    }

    fn is_there(&self, path: &BStr) -> bool {
        !matches!(Folder::look(&self.folder.path_of(path)), Ok(Found::Nothing))
    }

    fn gone(&mut self, path: &BStr, base: Option<Entry>) -> Result<(), RepoError> {
        let Some(before) = base else { return Ok(()) };
        if self.is_in_conflict(path) {
            return self.report(path, &Refused::conflict());
        }
        let path = RepoPath::new(path)?;
        self.seen.changed.push(Changed { path, before: Some(before), after: None });
        Ok(())
    }

    /// Git has no way to store it, and lists it only where a file was.
    fn other(&mut self, path: &BStr, base: Option<Entry>) -> Result<(), RepoError> {
        if base.is_none() {
            return Ok(());
        }
        self.report(path, &Refused::unreadable("it is neither a file nor a link"))
    }

    /// All files of a folder that is not there any more.
    fn remove_below(&mut self, tree: gix::ObjectId, prefix: &BString) -> Result<(), RepoError> {
        let bytes = self.folder.repository.objects.read(tree, Kind::Tree)?;
        for entry in TreeRefIter::from_bytes(&bytes, gix::hash::Kind::Sha1) {
            let entry = entry.map_err(|error| bad_object(tree, &error))?;
            let mut path = prefix.to_owned();
            path.push_str(entry.filename);
            let base = Base { kind: entry.mode.kind(), id: entry.oid.to_owned() };
            match base.entry() {
                None if self.is_sparse_folder(Some(&self.range_of(path.as_bstr()))) => {}
                None => {
                    path.push_byte(b'/');
                    self.remove_below(base.id, &path)?;
                }
                Some(base) => {
                    self.seen.base_files += 1;
                    if base.mode != Mode::Submodule && !self.is_left_alone(path.as_bstr(), false) {
                        self.gone(path.as_bstr(), Some(base))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn range_of(&self, path: &BStr) -> Range<usize> {
        Job::folder(&self.folder, path, None).indexed
    }

    /// Whether the index keeps the whole folder as one entry, because sparse-checkout leaves it out.
    fn is_sparse_folder(&self, below: Option<&Range<usize>>) -> bool {
        below.is_some_and(|range| {
            self.folder.index.entries()[range.clone()].first().is_some_and(|entry| entry.mode.is_sparse())
        })
    }

    /// A file outside of a sparse checkout is left alone while it is not there; when it is there after all,
    /// git looks at it too.
    fn is_left_alone(&self, path: &BStr, is_there: bool) -> bool {
        let index = &self.folder.index;
        index.entry_by_path_and_stage(path, Stage::Unconflicted).is_some_and(|entry| {
            let skipped =
                entry.flags.contains(Flags::SKIP_WORKTREE) && !(self.folder.settings.is_sparse && is_there);
            skipped || entry.flags.contains(Flags::ASSUME_VALID)
        })
    }

    fn is_in_conflict(&self, path: &BStr) -> bool {
        let index = &self.folder.index;
        index.entry_range(path).is_some_and(|range| {
            index.entries()[range].iter().any(|entry| entry.stage() != Stage::Unconflicted)
        })
    }

    /// The path, if it may be; reported if not.
    fn checked(&mut self, path: &BStr) -> Result<Option<RepoPath>, RepoError> {
        match RepoPath::new(path) {
            Ok(path) => Ok(Some(path)),
            Err(error) => {
                // Such a name cannot be in `Trouble` either; its folder stands for it.
                let parent = path.rfind_byte(b'/').map_or(&b""[..], |end| &path[..end]);
                let refused = Refused { kind: TroubleKind::Name, reason: error.to_string() };
                self.report(parent, &refused)?;
                Ok(None)
            }
        }
    }

    fn report(&mut self, path: &[u8], refused: &Refused) -> Result<(), RepoError> {
        let Ok(path) = RepoPath::new(path) else {
            return match refused.kind {
                // Of the top, or of a name that stands in no path: there is nothing to hang it on.
                TroubleKind::Name => {
                    tracing::warn!(reason = %refused.reason, "file left out");
                    Ok(())
                }
                _ => Err(RepoError::File {
                    action: "list",
                    path: self.folder.path_of(path.as_bstr()),
                    source: io::Error::other(refused.reason.clone()),
                }),
            };
        };
        self.seen.trouble.push(Trouble { path, kind: refused.kind, reason: refused.reason.clone() });
        Ok(())
    }
}

impl Refused {
    fn repository() -> Self {
        let reason = "it is a repository of its own, and left to git".to_owned();
        Self { kind: TroubleKind::Repository, reason }
    }

    fn conflict() -> Self {
        let reason = "git has a conflict in it that is not settled".to_owned();
        Self { kind: TroubleKind::Conflict, reason }
    }
}

/// Whether a folder that was listed is a repository.
fn is_repository(listed: &[(BString, DirEntry)]) -> bool {
    let Ok(place) = listed.binary_search_by(|(name, _)| name.as_bstr().cmp(".git".into())) else {
        return false;
    };
    let entry = &listed[place].1;
    entry.file_type().is_ok_and(|kind| !kind.is_dir()) || entry.path().join("HEAD").exists()
}
