//! Fields that belong to one machine: a commit keeps what the repository has there, and the folder its own.

use syncline_document::{Document, Edit, Pointer};
use syncline_format::{FieldClass, Format, RepoPath};
use syncline_merge::{Change, Differences};
use syncline_repo::Entry;

use crate::draft::overlay::value_at;
use crate::formats::reading::{Reading, Version};
use crate::{SyncError, Workspace};

/// The edits that give the new version of a file the old one's local fields, from its end to its beginning, so
/// that none moves what is still to be edited. Of what is new the first commit takes them as they are, but for
/// fields that a setting makes local: what is typed there is never shared.
pub(crate) fn local_fields(
    format: &Format,
    path: &RepoPath,
    (old, new): (Option<&Version>, Option<&Version>),
    differences: &Differences,
) -> Vec<Edit> {
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
    let own: Vec<_> =
        own_fields(format, path, (old, new)).filter(|own| !has_place(&edits, place(own))).collect();
    edits.extend(own);
    edits
}

/// Those of the fields that a setting makes local, also where all that is around one is new, or was of another sort:
/// the difference is that of what is around then.
fn own_fields(
    format: &Format,
    path: &RepoPath,
    (old, new): (Option<&Version>, Option<&Version>),
) -> impl Iterator<Item = Edit> {
    let document =
        |version: Option<&Version>| version.and_then(|version| version.reading.document()).cloned();
    let is_own = format.has_own_fields(path);
    let documents = document(old.filter(|_| is_own)).zip(document(new.filter(|_| is_own)));
    documents.into_iter().flat_map(|(old, new)| {
        let edit = move |at: Pointer| {
            let (was, is) = (value_at(&old, &at), value_at(&new, &at)?);
            match was {
                Some(was) if was == is => None,
                Some(value) => Some(Edit::Set { at, value }),
                None => Some(Edit::Remove { at }),
            }
        };
        format.own_fields(path).into_iter().filter_map(edit)
    })
}

/// Where an edit of a field is.
fn place(edit: &Edit) -> &Pointer {
    match edit {
        Edit::Set { at, .. } | Edit::Remove { at } | Edit::Insert { at, .. } => at,
    }
}

/// Whether one of some edits is of a field, or of what is around it.
pub(crate) fn has_place(edits: &[Edit], field: &Pointer) -> bool {
    edits.iter().any(|edit| field.parts().starts_with(place(edit).parts()))
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
        let format = self.format_of_draft([path]);
        let found = Self::differences_in(&format, path, Some(old), Some(&new));
        match (&new.reading, local_fields(&format, path, (Some(old), Some(&new)), &found)) {
            (Reading::Document(document), edits) if !edits.is_empty() => {
                self.with_local_fields(path, entry, document, &edits).map(Some)
            }
            _ => Ok(Some(entry)),
        }
    }
}
