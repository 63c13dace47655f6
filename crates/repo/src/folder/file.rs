//! One file of the folder, as Git would take it: from the index where its stat data says that nothing
//! changed, otherwise from its content.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};
use gix::index::entry::{self, Flags, Stage, Stat, stat};
use gix::objs::Kind;
use syncline_format::RepoPath;

use crate::folder::filter::{Refused, Rules};
use crate::folder::sparse::Cone;
use crate::objects::durable::to_path;
use crate::{BlobId, Entry, LARGEST_FILE, Mode, RepoError, Repository, TroubleKind};

/// The work tree with its index and rules, for one thread.
pub(crate) struct Folder {
    pub(crate) root: PathBuf,
    pub(crate) repository: Repository,
    pub(crate) index: Arc<gix::index::File>,
    pub(crate) settings: Settings,
    cone: Option<Arc<Cone>>,
    rules: Option<Rules>,
    /// Files of rules that were removed since the index was written.
    removed_rules: Vec<RepoPath>,
}

/// What the file system can do, and what of its answers is to be believed.
#[derive(Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) has_executable_bit: bool,
    pub(crate) has_links: bool,
    pub(crate) is_sparse: bool,
    stat: stat::Options,
}

/// What the index has of a path.
#[derive(Clone, Copy)]
pub(crate) struct Noted {
    pub(crate) id: gix::ObjectId,
    pub(crate) mode: entry::Mode,
    pub(crate) flags: Flags,
    pub(crate) is_in_conflict: bool,
    stat: Stat,
}

impl Noted {
    pub(crate) fn of(entry: &gix::index::Entry) -> Self {
        let is_in_conflict = entry.stage() != Stage::Unconflicted;
        Self { id: entry.id, mode: entry.mode, flags: entry.flags, is_in_conflict, stat: entry.stat }
    }
}

/// A file as Git would take it.
pub(crate) struct Taken {
    pub(crate) entry: Entry,
    /// What Git would store; `None` where the index had the answer.
    pub(crate) content: Option<Vec<u8>>,
}

/// What is at a path.
pub(crate) enum Found {
    Nothing,
    Folder,
    /// A file or link.
    File(Metadata),
    /// A socket, a pipe, a device.
    Other,
}

impl Folder {
    pub(crate) fn open(repository: &Repository) -> Result<Self, RepoError> {
        let root = repository
            .work_tree()
            .ok_or_else(|| RepoError::NoWorkTree(repository.git_dir().to_owned()))?
            .to_owned();
        let index = repository.read_index()?;
        let settings = Settings::of(repository)?;
        let cone = Cone::of(repository).map(Arc::new);
        Ok(Self {
            root,
            repository: repository.clone(),
            index,
            settings,
            cone,
            rules: None,
            removed_rules: Vec::new(),
        })
    }

    /// For another thread.
    pub(crate) fn fork(&self) -> Self {
        Self {
            root: self.root.clone(),
            repository: self.repository.clone(),
            index: Arc::clone(&self.index),
            settings: self.settings,
            cone: self.cone.clone(),
            rules: None,
            removed_rules: self.removed_rules.clone(),
        }
    }

    /// The index to be edited; a copy only where other threads have it too.
    pub(crate) fn into_index(self) -> gix::index::File {
        Arc::try_unwrap(self.index).unwrap_or_else(|index| (*index).clone())
    }

    /// Made when first needed: of a clean folder never.
    pub(crate) fn rules(&mut self) -> Result<&mut Rules, RepoError> {
        if self.rules.is_none() {
            self.rules = Some(Rules::new(&self.repository, &self.index, &self.removed_rules)?);
        }
        Ok(self.rules.as_mut().expect("it was just made"))
    }

    /// After a file that they are read from has changed or is gone.
    pub(crate) fn forget_rules(&mut self, file: &RepoPath, is_there: bool) {
        self.rules = None;
        self.removed_rules.retain(|removed| removed != file);
        self.removed_rules.extend((!is_there).then(|| file.clone()));
    }

    pub(crate) fn path_of(&self, path: &BStr) -> PathBuf {
        self.root.join(to_path(path))
    }

    /// Looks without following a link at the path itself.
    pub(crate) fn look(path: &Path) -> io::Result<Found> {
        match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_dir() => Ok(Found::Folder),
            Ok(metadata) if metadata.is_file() || metadata.is_symlink() => Ok(Found::File(metadata)),
            Ok(_) => Ok(Found::Other),
            Err(error) if is_absent(&error) => Ok(Found::Nothing),
            Err(error) => Err(error),
        }
    }

    /// The first part of the path's folder that is a link, if there is one: then nothing of the repository
    /// is below it.
    pub(crate) fn link_above(&self, path: &RepoPath) -> io::Result<Option<BString>> {
        let bytes = path.as_bstr();
        for (end, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
            let folder = bytes[..end].as_bstr();
            match fs::symlink_metadata(self.path_of(folder)) {
                Ok(metadata) if metadata.is_symlink() => return Ok(Some(folder.to_owned())),
                Ok(_) => {}
                Err(error) if is_absent(&error) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Whether a file is outside of the part that is checked out, and not there.
    pub(crate) fn is_left_out(&self, path: &BStr) -> bool {
        let is_marked = || self.noted(path).is_some_and(|noted| noted.flags.contains(Flags::SKIP_WORKTREE));
        let is_outside = self.cone.as_ref().is_some_and(|cone| !cone.has(path)) || is_marked();
        is_outside && matches!(Self::look(&self.path_of(path)), Ok(Found::Nothing))
    }

    /// What the index has of a path.
    pub(crate) fn noted(&self, path: &BStr) -> Option<Noted> {
        let range = self.index.entry_range(path)?;
        self.index.entries().get(range.start).map(Noted::of)
    }

    /// Takes a file or link. `known` is what the commit has there: where the file system cannot tell modes
    /// and the index has no entry, it says what the mode was.
    pub(crate) fn take(
        &mut self,
        path: &BStr,
        metadata: &Metadata,
        noted: Option<Noted>,
        known: Option<Entry>,
    ) -> Result<Taken, Refused> {
        let noted =
            noted.filter(|noted| !noted.is_in_conflict && !noted.flags.contains(Flags::INTENT_TO_ADD));
        let before = noted.and_then(|noted| mode_of(noted.mode)).or(known.map(|entry| entry.mode));
        let mode = self.settings.mode(metadata, before);
        if let Some(noted) = noted
            && mode_of(noted.mode) == Some(mode)
            && self.is_unchanged(metadata, &noted)
        {
            return Ok(Taken { entry: Entry { mode, id: BlobId(noted.id) }, content: None });
        }
        let content = self.read(path, metadata, mode, noted.map(|noted| noted.id))?;
        let id = BlobId(hash(&content));
        Ok(Taken { entry: Entry { mode, id }, content: Some(content) })
    }

    fn read(
        &mut self,
        path: &BStr,
        metadata: &Metadata,
        mode: Mode,
        indexed: Option<gix::ObjectId>,
    ) -> Result<Vec<u8>, Refused> {
        let file = self.path_of(path);
        if metadata.is_symlink() {
            let target = fs::read_link(&file).map_err(Refused::unreadable)?;
            return Ok(path_bytes(&target));
        }
        if metadata.len() > LARGEST_FILE {
            return Err(Refused::too_large());
        }
        let bytes = fs::read(&file).map_err(Refused::unreadable)?;
        if mode == Mode::Link {
            return Ok(bytes);
        }
        let path = RepoPath::new(path).map_err(|error| Refused::name(&error))?;
        let rules = self.rules().map_err(|error| match error {
            RepoError::Rules(source) => Refused::rules(source),
            error => Refused::rules(error),
        })?;
        rules.clean(&path, bytes, indexed)
    }

    /// Whether the stat data is what the index noted, and is old enough to be believed: a file that is as
    /// new as the index may have been changed again within the same tick of the clock.
    fn is_unchanged(&self, metadata: &Metadata, noted: &Noted) -> bool {
        let Noted { id, stat, .. } = noted;
        let now = stat_of(metadata);
        let options = stat::Options { use_nsec: stat.mtime.nsecs != 0, ..self.settings.stat };
        // Size 0 is what Git notes for "look at the content".
        // The time of the file's content can be put back; the other one, when anything of it changed, cannot.
        let has_fine_times = options.trust_ctime && options.check_stat && stat.ctime.nsecs != 0;
        let was_touched = has_fine_times && stat.ctime != now.ctime;
        let was_smudged = stat.size == 0 && *id != gix::ObjectId::empty_blob(gix::hash::Kind::Sha1);
        !was_touched
            && !was_smudged
            && stat.matches(&now, options)
            && !stat.is_racy(self.index.timestamp(), options)
    }

    /// Whether git may take the entry for clean only by chance. Git as it is usually built compares seconds,
    /// whatever finer times it notes.
    pub(crate) fn is_racy(&self, noted: &Stat) -> bool {
        let options = stat::Options { use_nsec: false, ..self.settings.stat };
        noted.is_racy(self.index.timestamp(), options)
    }
}

impl Settings {
    fn of(repository: &Repository) -> Result<Self, RepoError> {
        let config = |key: &'static str| {
            move |error: gix::Error| RepoError::Config {
                action: "read",
                key: key.to_owned(),
                source: error.into(),
            }
        };
        let system = repository.git.filesystem_options().map_err(config("core"))?;
        Ok(Self {
            has_executable_bit: system.executable_bit,
            has_links: system.symlink,
            is_sparse: repository.config_bool("core.sparseCheckout").unwrap_or(false),
            stat: repository.git.stat_options().map_err(config("core.checkStat"))?,
        })
    }

    fn mode(self, metadata: &Metadata, before: Option<Mode>) -> Mode {
        if metadata.is_symlink() {
            return Mode::Link;
        }
        if before == Some(Mode::Link) && !self.has_links {
            return Mode::Link;
        }
        let is_executable =
            if self.has_executable_bit { is_executable(metadata) } else { before == Some(Mode::Executable) };
        if is_executable { Mode::Executable } else { Mode::File }
    }
}

impl Refused {
    pub(crate) fn unreadable(error: impl Into<crate::error::Source>) -> Self {
        Self { kind: TroubleKind::Unreadable, reason: error.into().to_string() }
    }

    fn too_large() -> Self {
        let reason = format!("it has more than {} MB, and is left to git", LARGEST_FILE >> 20);
        Self { kind: TroubleKind::Filter, reason }
    }

    fn name(error: &syncline_format::RepoPathError) -> Self {
        Self { kind: TroubleKind::Name, reason: error.to_string() }
    }

    pub(crate) fn rules(error: impl Into<crate::error::Source>) -> Self {
        Self { kind: TroubleKind::Rules, reason: in_full(&*error.into()) }
    }
}

/// With its causes.
fn in_full(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// Not there: neither the file nor, maybe, its folder.
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

pub(crate) fn mode_of(mode: entry::Mode) -> Option<Mode> {
    Some(match mode {
        entry::Mode::FILE => Mode::File,
        entry::Mode::FILE_EXECUTABLE => Mode::Executable,
        entry::Mode::SYMLINK => Mode::Link,
        entry::Mode::COMMIT => Mode::Submodule,
        _ => return None,
    })
}

pub(crate) fn hash(content: &[u8]) -> gix::ObjectId {
    BlobId::hash_of(content).0
}

/// The name of a listed file as Git has it.
pub(crate) fn file_name(entry: &fs::DirEntry) -> BString {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        entry.file_name().into_vec().into()
    }
    #[cfg(not(unix))]
    {
        path_bytes(Path::new(&entry.file_name())).into()
    }
}

pub(crate) fn path_bytes(path: &Path) -> Vec<u8> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        path.as_os_str().as_bytes().to_vec()
    }
    #[cfg(not(unix))]
    {
        path.to_string_lossy().replace('\\', "/").into_bytes()
    }
}

fn is_executable(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        metadata.permissions().mode() & 0o100 != 0
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        false
    }
}

/// What Git notes of a file in the index; each field the low 32 bits.
#[cfg(unix)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "Git keeps the low 32 bits, and compares those"
)]
pub(crate) fn stat_of(metadata: &Metadata) -> Stat {
    use std::os::unix::fs::MetadataExt;
    Stat {
        mtime: stat::Time { secs: metadata.mtime() as u32, nsecs: metadata.mtime_nsec() as u32 },
        ctime: stat::Time { secs: metadata.ctime() as u32, nsecs: metadata.ctime_nsec() as u32 },
        dev: metadata.dev() as u32,
        ino: metadata.ino() as u32,
        uid: metadata.uid(),
        gid: metadata.gid(),
        size: metadata.size() as u32,
    }
}

/// What Git notes of a file in the index.
#[cfg(not(unix))]
pub(crate) fn stat_of(metadata: &Metadata) -> Stat {
    Stat::from_fs(&metadata.clone().into()).unwrap_or_default()
}

impl Repository {
    /// Keeps content that was taken.
    pub(crate) fn keep(&self, id: BlobId, content: &[u8]) -> Result<(), RepoError> {
        self.objects.stage_as(id.0, Kind::Blob, content);
        self.flush_if_large()
    }
}
