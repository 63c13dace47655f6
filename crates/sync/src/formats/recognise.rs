//! Which format a workspace is of.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::{LazyLock, OnceLock};

use syncline_format::{Format, Formats, HEAD_BYTES, RepoPath};
use syncline_repo::{Entry, Repository, TreeId};
use tempfile::NamedTempFile;

use crate::SyncError;
use crate::settings::Settings;

/// How many paths are looked at to recognise a format: it is asked at each start, and must not cost more in
/// a big workspace than in a small one.
const RECOGNISED_BY: usize = 5_000;

/// The formats that come with Syncline.
pub(crate) static FORMATS: LazyLock<Formats> = LazyLock::new(Formats::built_in);

/// The format of a workspace: by the setting, else by what is in the last commit. Where that is of no tool,
/// by the first files of one that are met, in the folder or on their way into it.
#[derive(Clone, Debug)]
pub(crate) enum Recognised {
    /// Known.
    As(Format),
    /// Of no tool yet.
    Generic(OnceLock<Format>),
}

impl Recognised {
    /// By the setting, else by the last commit.
    pub(crate) fn of(repo: &Repository, settings: &Settings, formats: &Formats) -> Result<Self, SyncError> {
        if let Some(name) = &settings.format {
            let format = formats.get(name).ok_or_else(|| SyncError::UnknownFormat(name.clone()))?;
            return Ok(Self::As(format.clone()));
        }
        let Some(commit) = repo.head()?.commit() else { return Ok(Self::Generic(OnceLock::new())) };
        let tree = repo.tree_of(commit)?;
        let memo = formats.fingerprint().map(|formats| Memo::of(repo, formats, tree, settings));
        if let Some(name) = memo.as_ref().and_then(Memo::read)
            && let Some(format) = formats.get(&name)
        {
            return Ok(Self::known(format, formats));
        }
        let entries = repo.first_entries(tree, settings.folder.as_ref(), RECOGNISED_BY)?;
        let found = format_of(repo, formats, entries.into_iter());
        if let Some(memo) = memo {
            memo.write(repo, found.name());
        }
        Ok(Self::known(found, formats))
    }

    fn known(format: &Format, formats: &Formats) -> Self {
        if std::ptr::eq(format, generic(formats)) {
            Self::Generic(OnceLock::new())
        } else {
            Self::As(format.clone())
        }
    }

    /// The format as far as it is known.
    pub(crate) fn format(&self) -> &Format {
        match self {
            Self::As(format) => format,
            Self::Generic(met) => met.get().unwrap_or_else(|| generic(&FORMATS)),
        }
    }

    /// Whether it can still turn out to be of any tool.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Self::Generic(met) if met.get().is_none())
    }

    /// Looks at files that come into the workspace, where its format is not known yet.
    pub(crate) fn meet(
        &self,
        repo: &Repository,
        formats: &Formats,
        files: impl Iterator<Item = (RepoPath, Entry)>,
    ) {
        if let Self::Generic(met) = self
            && met.get().is_none()
        {
            let found = format_of(repo, formats, files.take(RECOGNISED_BY));
            if !std::ptr::eq(found, generic(formats)) {
                met.get_or_init(|| found.clone());
            }
        }
    }
}

/// The format of the tool whose files are among these, else that of what no tool claims.
fn format_of<'f>(
    repo: &Repository,
    formats: &'f Formats,
    files: impl Iterator<Item = (RepoPath, Entry)>,
) -> &'f Format {
    let ids: BTreeMap<_, _> =
        files.filter(|(_, entry)| entry.mode.is_file()).map(|(path, entry)| (path, entry.id)).collect();
    formats.recognise(ids.keys(), |path| {
        let bytes = repo.read_blob(ids[path]).ok()?;
        Some(bytes[..bytes.len().min(HEAD_BYTES)].to_vec())
    })
}

/// What a tree was recognised as, in a file of ours: to look through it at each start would be the most of a
/// small workspace's `status`.
struct Memo {
    path: PathBuf,
    /// The descriptions, the tree and the folder of it.
    key: String,
}

impl Memo {
    fn of(repo: &Repository, formats: &str, tree: TreeId, settings: &Settings) -> Self {
        let folder = settings.folder.as_ref().map(ToString::to_string).unwrap_or_default();
        let path = repo.git_dir().join("syncline/format");
        Self { path, key: format!("{formats} {tree} {folder}\n") }
    }

    fn read(&self) -> Option<String> {
        fs::read_to_string(&self.path).ok()?.strip_prefix(&self.key).map(str::to_owned)
    }

    /// Not in a repository that is only looked at; but where git merges, and starts us for each file. Where it
    /// fails the next start looks again.
    fn write(&self, repo: &Repository, name: &str) {
        let Some(folder) = self.path.parent() else { return };
        let is_there = folder.is_dir() || repo.is_index_locked() && fs::create_dir(folder).is_ok();
        if !is_there {
            return;
        }
        if let Ok(mut file) = NamedTempFile::new_in(folder) {
            let written = file.write_all([self.key.as_str(), name].concat().as_bytes());
            let _ = written.and_then(|()| file.persist(&self.path).map_err(io::Error::from));
        }
    }
}

/// The format of what no tool claims.
fn generic(formats: &Formats) -> &Format {
    formats.recognise([], |_| None)
}
