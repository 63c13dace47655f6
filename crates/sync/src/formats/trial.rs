//! What a description would make of a workspace.

use std::collections::BTreeMap;

use syncline_document::Document;
use syncline_format::{Claim, Format, HEAD_BYTES, RepoPath};

use crate::{SyncError, Workspace};

/// A format that is known in a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownFormat {
    /// How the command line calls it.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// Whether it comes with Syncline; else the repository describes it.
    pub is_built_in: bool,
}

impl KnownFormat {
    /// What there is to tell of a format.
    pub fn of(format: &Format) -> Self {
        Self {
            name: format.name().to_owned(),
            title: format.title().to_owned(),
            is_built_in: format.is_built_in(),
        }
    }
}

/// What a format finds in a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trial {
    /// All files of the workspace.
    pub files: usize,
    /// Files that are the format's own.
    pub own: usize,
    /// Resources in those, by kind.
    pub kinds: BTreeMap<String, usize>,
    /// Own files that do not parse.
    pub unreadable: Vec<RepoPath>,
    /// Files that it keeps out of commits by their path.
    pub unshared: usize,
}

impl Workspace {
    /// The formats that are known here, in the order in which they are asked.
    pub fn formats(&self) -> Vec<KnownFormat> {
        self.descriptions.formats.iter().map(KnownFormat::of).collect()
    }

    /// The known formats with one more description, which need not lie in the workspace.
    pub fn formats_with(&self, text: &str) -> Result<syncline_format::Formats, syncline_format::FormatError> {
        self.descriptions.formats.with(&[text])
    }

    /// What a format would make of the workspace as it is now.
    pub fn try_format(&self, format: &Format) -> Result<Trial, SyncError> {
        let entries = self.current_entries()?;
        let mut trial = Trial { files: entries.len(), ..Trial::default() };
        for (path, entry) in entries.into_iter().filter(|(_, entry)| entry.mode.is_file()) {
            trial.unshared += usize::from(format.unshared(&path).is_some());
            if format.claims(&path) == Claim::Other && format.part_of(&path).is_none() {
                continue;
            }
            trial.take(format, path, &self.repo.read_blob(entry.id)?);
        }
        Ok(trial)
    }
}

impl Trial {
    fn take(&mut self, format: &Format, path: RepoPath, bytes: &[u8]) {
        let head = &bytes[..bytes.len().min(HEAD_BYTES)];
        if !format.owns(&path, head) {
            return;
        }
        self.own += 1;
        let Some(language) = format.claims_content(&path, head).language() else { return };
        let Ok(document) = Document::parse(bytes, language) else { return self.unreadable.push(path) };
        if format.part_of(&path).is_none() {
            for resource in format.resources(&path, &document) {
                *self.kinds.entry(resource.kind).or_default() += 1;
            }
        }
    }
}
