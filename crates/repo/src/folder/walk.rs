//! Compares each name of a folder: what is there, what the index noted of it, what the tree has.

use std::fs::{DirEntry, Metadata};
use std::io;
use std::ops::Range;

use bstr::{BStr, BString, ByteSlice, ByteVec};
use gix::index::entry::{Flags, Mode as IndexMode};
use gix::objs::{Kind, TreeRefIter};
use syncline_format::RepoPath;

use crate::folder::file::{Folder, Found, Noted, is_absent};
use crate::folder::filter::Refused;
use crate::folder::listing::{self, Base, Job, Sides, with_slash};
use crate::folder::{submodule, temporary};
use crate::objects::bad_object;
use crate::{Changed, Entry, Mode, RepoError, SnapshotOptions, Trouble, TroubleKind};

/// What one thread has seen.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) changed: Vec<Changed>,
    pub(crate) trouble: Vec<Trouble>,
    pub(crate) unrefreshed: Vec<RepoPath>,
    pub(crate) base_files: usize,
}

/// Looks at folders, one after the other, in one thread.
pub(crate) struct Walker {
    pub(crate) folder: Folder,
    pub(crate) seen: Seen,
    /// Folders that were found and are not listed yet.
    pub(crate) found: Vec<Job>,
    write: bool,
    marked: bool,
}

/// What is known of a path before its file is looked at.
struct Known<'a> {
    path: &'a BStr,
    base: Option<Entry>,
    noted: Option<Noted>,
}

impl Known<'_> {
    fn is_submodule(&self) -> bool {
        self.base.is_some_and(|entry| entry.mode == Mode::Submodule)
            || self.noted.is_some_and(|noted| noted.mode == IndexMode::COMMIT)
    }

    fn is_in_conflict(&self) -> bool {
        self.noted.is_some_and(|noted| noted.is_in_conflict)
    }
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

impl Walker {
    pub(crate) fn new(folder: Folder, options: &SnapshotOptions<'_>) -> Self {
        let SnapshotOptions { write, marked, .. } = *options;
        Self { folder, seen: Seen::default(), found: Vec::new(), write, marked }
    }

    /// Looks at one folder; the folders in it come into `found`.
    pub(crate) fn list(&mut self, job: &Job) -> Result<(), RepoError> {
        if let (true, Some(tree)) = (job.is_missing, job.base) {
            return self.remove_below(tree, &job.prefix);
        }
        let listed = match listing::list(&self.folder, job.path()) {
            Ok(listed) => listed,
            // Removed since its parent was listed.
            Err(error) if is_absent(&error) => {
                return job.base.map_or(Ok(()), |tree| self.remove_below(tree, &job.prefix));
            }
            Err(error) => return self.report(job.path(), &Refused::unreadable(error)),
        };
        let is_known = job.prefix.is_empty() || job.base.is_some() || !job.indexed.is_empty();
        if !is_known && listing::is_repository(&listed) {
            return self.report(job.path(), &Refused::repository());
        }
        let mut path = job.prefix.clone();
        for (name, sides) in listing::join(&self.folder, job, listed)? {
            path.truncate(job.prefix.len());
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
        let known = Known { path: name, base, noted: self.folder.noted(name) };
        if known.is_submodule() || self.is_left_alone(&known, !matches!(found, Ok(Found::Nothing))) {
            return Ok(());
        }
        match found {
            Err(error) => self.report(name, &Refused::unreadable(error)),
            Ok(Found::Nothing | Found::Folder) => self.gone(&known),
            Ok(Found::Other) => self.other(&known),
            Ok(Found::File(metadata)) => self.file(&known, &metadata),
        }
    }

    fn compare(&mut self, path: &BStr, sides: Sides) -> Result<(), RepoError> {
        let noted = sides.file.map(|place| Noted::of(&self.folder.index.entries()[place]));
        let known = Known { path, base: sides.base.and_then(Base::entry), noted };
        self.seen.base_files += usize::from(known.base.is_some());
        if known.is_submodule() {
            return self.submodule(&known);
        }
        if self.is_sparse_folder(sides.below.as_ref()) || self.is_left_alone(&known, sides.listed.is_some()) {
            return Ok(());
        }
        let kind = match sides.listed.as_ref().map(DirEntry::file_type).transpose() {
            Ok(kind) => kind,
            Err(error) if is_absent(&error) => None,
            Err(error) => return self.report(path, &Refused::unreadable(error)),
        };
        if kind.is_some_and(|kind| kind.is_dir()) {
            self.gone(&known)?;
            return self.descend(path, sides);
        }
        if let Some(tree) = sides.base.and_then(Base::tree) {
            self.remove_below(tree, &with_slash(path))?;
        }
        let (Some(kind), Some(listed)) = (kind, sides.listed) else { return self.gone(&known) };
        let is_tracked = known.noted.is_some() || known.base.is_some();
        if !is_tracked && temporary::is_temporary(path) {
            temporary::remove_if_left(&listed);
            return Ok(());
        }
        if !is_tracked && self.folder.rules()?.is_ignored(path, false)? {
            return Ok(());
        }
        if !kind.is_file() && !kind.is_symlink() {
            return self.other(&known);
        }
        match listed.metadata() {
            Ok(metadata) => self.file(&known, &metadata),
            Err(error) if is_absent(&error) => self.gone(&known),
            Err(error) => self.report(path, &Refused::unreadable(error)),
        }
    }

    /// It is left to git, and named where it is at another commit than the one that is committed.
    fn submodule(&mut self, known: &Known<'_>) -> Result<(), RepoError> {
        let committed = known.base.filter(|entry| entry.mode == Mode::Submodule).map(|entry| entry.id.0);
        let staged = known.noted.filter(|noted| noted.mode == IndexMode::COMMIT).map(|noted| noted.id);
        let now = submodule::checked_out(&self.folder.path_of(known.path)).or(staged);
        if now.is_none() || now == committed && staged == committed {
            return Ok(());
        }
        self.report(known.path, &Refused::submodule())
    }

    fn descend(&mut self, path: &BStr, sides: Sides) -> Result<(), RepoError> {
        let base = sides.base.and_then(Base::tree);
        let is_tracked = sides.below.is_some() || base.is_some();
        if !is_tracked && self.folder.rules()?.is_ignored(path, true)? {
            return Ok(());
        }
        let indexed = sides.below.unwrap_or(0..0);
        self.found.push(Job { prefix: with_slash(path), base, indexed, is_missing: false });
        Ok(())
    }

    fn file(&mut self, known: &Known<'_>, metadata: &Metadata) -> Result<(), RepoError> {
        if known.is_in_conflict() {
            return self.report(known.path, &Refused::conflict());
        }
        let taken = match self.folder.take(known.path, metadata, known.noted, known.base) {
            Ok(taken) => taken,
            Err(refused) if refused.kind == TroubleKind::Unreadable && !self.is_there(known.path) => {
                return self.gone(known);
            }
            // As one that is left to git it was left out of a commit without a word.
            Err(refused) if refused.kind == TroubleKind::Rules => {
                return Err(RepoError::Rules(refused.reason.into()));
            }
            Err(refused) => return self.report(known.path, &refused),
        };
        if known.base == Some(taken.entry) {
            if taken.content.is_some() && known.noted.is_some() {
                self.seen.unrefreshed.extend(RepoPath::new(known.path).ok());
            }
            return Ok(());
        }
        let Some(path) = self.checked(known.path)? else { return Ok(()) };
        if let (true, Some(content)) = (self.write, &taken.content) {
            self.folder.repository.keep(taken.entry.id, content)?;
        }
        self.seen.changed.push(Changed { path, before: known.base, after: Some(taken.entry) });
        Ok(())
    }

    fn is_there(&self, path: &BStr) -> bool {
        !matches!(Folder::look(&self.folder.path_of(path)), Ok(Found::Nothing))
    }

    fn gone(&mut self, known: &Known<'_>) -> Result<(), RepoError> {
        if known.is_in_conflict() {
            return self.report(known.path, &Refused::conflict());
        }
        if known.base.is_some() {
            let path = RepoPath::new(known.path)?;
            self.seen.changed.push(Changed { path, before: known.base, after: None });
        }
        Ok(())
    }

    /// Git has no way to store it, and lists it only where a file was.
    fn other(&mut self, known: &Known<'_>) -> Result<(), RepoError> {
        if known.base.is_none() {
            return Ok(());
        }
        self.report(known.path, &Refused::unreadable("it is neither a file nor a link"))
    }

    /// All files of a folder that is not there any more.
    fn remove_below(&mut self, tree: gix::ObjectId, prefix: &BString) -> Result<(), RepoError> {
        let bytes = self.folder.repository.objects.read(tree, Kind::Tree)?;
        for entry in TreeRefIter::from_bytes(&bytes, gix::hash::Kind::Sha1) {
            let entry = entry.map_err(|error| bad_object(tree, &error))?;
            let mut path = prefix.to_owned();
            path.push_str(entry.filename);
            RepoPath::check_length(path.as_bstr())?;
            let base = Base { kind: entry.mode.kind(), id: entry.oid.to_owned() };
            match base.entry() {
                None if self.is_sparse_folder(Some(&self.range_of(path.as_bstr()))) => {}
                None => self.remove_below(base.id, &with_slash(path.as_bstr()))?,
                Some(base) => {
                    self.seen.base_files += 1;
                    let noted = self.folder.noted(path.as_bstr());
                    let known = Known { path: path.as_bstr(), base: Some(base), noted };
                    if !known.is_submodule() && !self.is_left_alone(&known, false) {
                        self.gone(&known)?;
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
    fn is_left_alone(&self, known: &Known<'_>, is_there: bool) -> bool {
        known.noted.is_some_and(|noted| {
            let is_looked_at = self.marked || self.folder.settings.is_sparse;
            let skipped = noted.flags.contains(Flags::SKIP_WORKTREE) && !(is_looked_at && is_there);
            skipped || noted.flags.contains(Flags::ASSUME_VALID) && !self.marked
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

    fn submodule() -> Self {
        let reason = "it is a submodule at another commit, and left to git".to_owned();
        Self { kind: TroubleKind::Repository, reason }
    }

    fn conflict() -> Self {
        let reason = "git has a conflict in it that is not settled".to_owned();
        Self { kind: TroubleKind::Conflict, reason }
    }
}
