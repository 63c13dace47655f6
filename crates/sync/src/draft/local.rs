//! Fields that belong to one machine: a commit keeps what the repository has there, and the folder its own.

use syncline_document::{Document, Edit};
use syncline_format::{FieldClass, RepoPath};
use syncline_merge::{Change, Differences};
use syncline_repo::Entry;

use crate::formats::reading::{Reading, Version};
use crate::{SyncError, Workspace};

/// The edits that give the new version of a file the old one's local fields, from its end to its beginning, so
/// that none moves what is still to be edited. Of what is new the first commit takes them as they are.
pub(crate) fn local_fields(differences: &Differences) -> Vec<Edit> {
    let of_change = |change: &Change| {
        let local = change.noise.iter().filter(|field| field.class == FieldClass::Local);
        let edits = local.map(|field| {
            let at = change.at.join(&field.pointer);
            match &field.before {
                Some(value) => Edit::Set { at, value: value.clone() },
                None => Edit::Remove { at },
            }
        });
        edits.collect::<Vec<_>>()
    };
    let mut edits: Vec<_> =
        differences.changes.iter().chain(&differences.noise).flat_map(of_change).collect();
    edits.reverse();
    edits
}

impl Workspace {
    /// The entry of a new version of a file with edits of its local fields.
    pub(crate) fn with_local_fields(
        &self,
        path: &RepoPath,
        entry: Entry,
        new: &Document,
        edits: &[Edit],
    ) -> Result<Entry, SyncError> {
        let mut text = new.text().to_owned();
        for edit in edits {
            let document = Document::parse(text.as_bytes(), new.language())
                .map_err(|source| SyncError::Unreadable { path: path.clone(), source })?;
            text = document.edit(edit).map_err(|source| SyncError::Edit { path: path.clone(), source })?;
        }
        Ok(Entry { mode: entry.mode, id: self.repo.write_blob(text.as_bytes())? })
    }

    /// The same of a version that was put together of some changes only.
    pub(crate) fn with_local_fields_of(
        &self,
        path: &RepoPath,
        entry: Option<Entry>,
        old: Option<&Version>,
    ) -> Result<Option<Entry>, SyncError> {
        let (Some(entry), Some(old)) = (entry, old) else { return Ok(entry) };
        let Some(new) = self.version(path, Some(entry), true)? else { return Ok(Some(entry)) };
        let found = Self::differences_in(&self.format_of_draft([path]), path, Some(old), Some(&new));
        match (&new.reading, local_fields(&found)) {
            (Reading::Document(document), edits) if !edits.is_empty() => {
                self.with_local_fields(path, entry, document, &edits).map(Some)
            }
            _ => Ok(Some(entry)),
        }
    }
}
