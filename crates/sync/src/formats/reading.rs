//! Files as the format sees them.

use syncline_document::{Document, ParseError};
use syncline_format::{Claim, Format, HEAD_BYTES, RepoPath};
use syncline_merge::{Change, Differences, FileVersion, differences};
use syncline_repo::{CommitId, Entry, Mode};

use crate::problems::marked::markers_in;
use crate::{FileDiff, FileState, SyncError, Workspace};

/// A version of a file.
#[derive(Clone, Debug)]
pub(crate) enum Reading {
    /// A document of the format.
    Document(Box<Document>),
    /// Text or bytes that no format claims, or a link or submodule.
    Opaque,
    /// A file that the format claims and that cannot be read.
    Bad(ParseError),
}

impl Reading {
    pub(crate) fn document(&self) -> Option<&Document> {
        match self {
            Self::Document(document) => Some(document),
            Self::Opaque | Self::Bad(_) => None,
        }
    }

    /// The document, where it is one.
    pub(crate) fn into_document(self) -> Option<Document> {
        match self {
            Self::Document(document) => Some(*document),
            Self::Opaque | Self::Bad(_) => None,
        }
    }
}

/// A version of a file with its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) bytes: Vec<u8>,
    pub(crate) reading: Reading,
}

impl Version {
    /// The document, where it is one.
    pub(crate) fn into_document(self) -> Option<Document> {
        self.reading.into_document()
    }

    pub(crate) fn as_side(&self) -> FileVersion<'_> {
        FileVersion { bytes: &self.bytes, document: self.reading.document() }
    }
}

impl FileState {
    pub(crate) fn of(entry: Option<Entry>, version: Option<Version>) -> Option<Self> {
        Some(Self { entry: entry?, bytes: version?.bytes })
    }
}

impl Workspace {
    /// Reads a version; `was_document` says whether the file was a document before, which makes one that
    /// does not parse bad even where the format claims only what it can read. So do git's conflict markers.
    pub(crate) fn read_bytes(&self, path: &RepoPath, bytes: &[u8], was_document: bool) -> Reading {
        let head = &bytes[..bytes.len().min(HEAD_BYTES)];
        let (language, strict) = match self.format().claims_content(path, head) {
            Claim::Typed(language) => (language, true),
            Claim::TypedIfReadable(language) => (language, was_document),
            Claim::Other => return Reading::Opaque,
        };
        match Document::parse(bytes, language) {
            Ok(document) => Reading::Document(Box::new(document)),
            Err(error) => match markers_in(bytes) {
                Some(markers) => Reading::Bad(markers),
                None if strict => Reading::Bad(error),
                None => Reading::Opaque,
            },
        }
    }

    /// The version that an entry holds; `None` where there is none.
    pub(crate) fn version(
        &self,
        path: &RepoPath,
        entry: Option<Entry>,
        was_document: bool,
    ) -> Result<Option<Version>, SyncError> {
        let Some(entry) = entry else { return Ok(None) };
        if entry.mode == Mode::Submodule {
            // As git shows it.
            let bytes = format!("Subproject commit {}\n", entry.id).into_bytes();
            return Ok(Some(Version { bytes, reading: Reading::Opaque }));
        }
        let bytes = self.repo.read_blob(entry.id)?;
        let is_file = matches!(entry.mode, Mode::File | Mode::Executable);
        let reading = if is_file { self.read_bytes(path, &bytes, was_document) } else { Reading::Opaque };
        Ok(Some(Version { bytes, reading }))
    }

    /// Both versions of a file.
    pub(crate) fn versions(
        &self,
        path: &RepoPath,
        old: Option<Entry>,
        new: Option<Entry>,
    ) -> Result<(Option<Version>, Option<Version>), SyncError> {
        let old = self.version(path, old, false)?;
        let was_document = old.as_ref().is_some_and(|old| old.reading.document().is_some());
        let new = self.version(path, new, was_document)?;
        Ok((old, new))
    }

    /// How two versions of a file differ, by resource.
    pub(crate) fn differences_of(
        &self,
        path: &RepoPath,
        old: Option<&Version>,
        new: Option<&Version>,
    ) -> Differences {
        Self::differences_in(self.format(), path, old, new)
    }

    /// The same by a format that knows more of the file, as that of the draft does.
    pub(crate) fn differences_in(
        format: &Format,
        path: &RepoPath,
        old: Option<&Version>,
        new: Option<&Version>,
    ) -> Differences {
        differences(path, old.map(Version::as_side), new.map(Version::as_side), format)
    }

    /// How two commits differ, by resource; noise is left out.
    pub(crate) fn changes_between(
        &self,
        old: Option<CommitId>,
        new: Option<CommitId>,
    ) -> Result<Vec<Change>, SyncError> {
        self.joined(self.files_between(old, new)?)
    }

    /// How two commits differ, by file.
    pub(crate) fn files_between(
        &self,
        old: Option<CommitId>,
        new: Option<CommitId>,
    ) -> Result<Vec<FileDiff>, SyncError> {
        let (old, new) = (self.tree_of(old)?, self.tree_of(new)?);
        let changes = self.repo.diff_trees(old, new, self.folder())?;
        let files =
            changes.iter().filter_map(|change| Some((change.path.clone(), change.new.or(change.old)?)));
        self.recognised.meet(&self.repo, &self.descriptions.formats, files);
        changes.into_iter().map(|change| self.file_diff(change.path, change.old, change.new)).collect()
    }

    pub(crate) fn file_diff(
        &self,
        path: RepoPath,
        old: Option<Entry>,
        new: Option<Entry>,
    ) -> Result<FileDiff, SyncError> {
        self.file_diff_in(self.format(), path, old, new)
    }

    /// The same by a format that knows more of the file.
    pub(crate) fn file_diff_in(
        &self,
        format: &Format,
        path: RepoPath,
        old: Option<Entry>,
        new: Option<Entry>,
    ) -> Result<FileDiff, SyncError> {
        let (before, after) = self.versions(&path, old, new)?;
        let changes = Self::differences_in(format, &path, before.as_ref(), after.as_ref()).changes;
        Ok(FileDiff { path, changes, old: FileState::of(old, before), new: FileState::of(new, after) })
    }
}
