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
        let tree = repo.head()?.commit().map(|commit| repo.tree_of(commit)).transpose()?;
        let entries = match tree {
            Some(tree) => repo.first_entries(tree, settings.folder.as_ref(), RECOGNISED_BY)?,
            None => Vec::new(),
        };
        let tool = tool_of(repo, formats, entries.into_iter());
        Ok(tool.map_or_else(|| Self::Generic(OnceLock::new()), Self::As))
    }

    /// The format as far as it is known.
    pub(crate) fn format(&self) -> &Format {
        match self {
            Self::As(format) => format,
            Self::Generic(met) => met.get().unwrap_or_else(|| generic(&FORMATS)),
        }
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
            && let Some(tool) = tool_of(repo, formats, files.take(RECOGNISED_BY))
        {
            met.get_or_init(|| tool);
        }
    }
}

/// The format of the tool whose files are among these.
fn tool_of(
    repo: &Repository,
    formats: &Formats,
    files: impl Iterator<Item = (RepoPath, Entry)>,
) -> Option<Format> {
    let ids: BTreeMap<_, _> =
        files.filter(|(_, entry)| entry.mode.is_file()).map(|(path, entry)| (path, entry.id)).collect();
    let format = formats.recognise(ids.keys(), |path| {
        let bytes = repo.read_blob(ids[path]).ok()?;
        Some(bytes[..bytes.len().min(HEAD_BYTES)].to_vec())
    });
    (!std::ptr::eq(format, generic(formats))).then(|| format.clone())
}

/// The format of what no tool claims.
fn generic(formats: &Formats) -> &Format {
    formats.recognise([], |_| None)
}
