//! Which format a workspace is of.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use syncline_format::{Format, Formats, HEAD_BYTES, RepoPath};
use syncline_repo::{Entry, Repository};

use crate::SyncError;
use crate::settings::Settings;

/// How many paths are looked at to recognise a format: it is asked at each start, and must not cost more in
/// a big workspace than in a small one.
const RECOGNISED_BY: usize = 5_000;

/// The formats that are known.
pub(crate) static FORMATS: LazyLock<Formats> = LazyLock::new(Formats::built_in);

/// The format of a workspace: by the setting, else by what is in the last commit. Where that is of no tool,
/// by the first files of one that are met, in the folder or on their way into it.
#[derive(Clone, Debug)]
pub(crate) enum Recognised {
    /// Known.
    As(&'static Format),
    /// Of no tool yet.
    Generic(OnceLock<&'static Format>),
}

impl Recognised {
    /// By the setting, else by the last commit.
    pub(crate) fn of(repo: &Repository, settings: &Settings) -> Result<Self, SyncError> {
        if let Some(name) = &settings.format {
            let format = FORMATS.get(name).ok_or_else(|| SyncError::UnknownFormat(name.clone()))?;
            return Ok(Self::As(format));
        }
        let tree = repo.head()?.commit().map(|commit| repo.tree_of(commit)).transpose()?;
        let entries = match tree {
            Some(tree) => repo.first_entries(tree, settings.folder.as_ref(), RECOGNISED_BY)?,
            None => Vec::new(),
        };
        let tool = tool_of(repo, entries.into_iter());
        Ok(tool.map_or_else(|| Self::Generic(OnceLock::new()), Self::As))
    }

    /// The format as far as it is known.
    pub(crate) fn format(&self) -> &'static Format {
        match self {
            Self::As(format) => format,
            Self::Generic(met) => met.get().copied().unwrap_or_else(generic),
        }
    }

    /// Looks at files that come into the workspace, where its format is not known yet.
    pub(crate) fn meet(&self, repo: &Repository, files: impl Iterator<Item = (RepoPath, Entry)>) {
        if let Self::Generic(met) = self
            && met.get().is_none()
            && let Some(tool) = tool_of(repo, files.take(RECOGNISED_BY))
        {
            met.get_or_init(|| tool);
        }
    }
}

/// The format of the tool whose files are among these.
fn tool_of(repo: &Repository, files: impl Iterator<Item = (RepoPath, Entry)>) -> Option<&'static Format> {
    let ids: BTreeMap<_, _> =
        files.filter(|(_, entry)| entry.mode.is_file()).map(|(path, entry)| (path, entry.id)).collect();
    let format = FORMATS.recognise(ids.keys(), |path| {
        let bytes = repo.read_blob(ids[path]).ok()?;
        Some(bytes[..bytes.len().min(HEAD_BYTES)].to_vec())
    });
    (!std::ptr::eq(format, generic())).then_some(format)
}

/// The format of what no tool claims.
fn generic() -> &'static Format {
    FORMATS.recognise([], |_| None)
}
