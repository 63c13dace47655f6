//! Files under another name: what is in them has moved, and is neither gone nor new.

use std::collections::HashMap;
use std::mem;

use syncline_document::Document;
use syncline_format::RepoPath;
use syncline_merge::{Change, ChangeKind, changes_of_moved, join_moves, leave_out_layout, renamed_files};
use syncline_repo::{BlobId, Entry, RepoError};

use crate::formats::reading::{Reading, Version};
use crate::merging::to_merge;
use crate::{FileDiff, FileState, SyncError, Workspace};

impl Workspace {
    /// Tells of files that got another name, and of resources that went to another file, as moved. A change
    /// stands with the file that it is now in, and one in a part of a resource is called as the resource.
    pub(crate) fn join_moves(&self, files: &mut [FileDiff]) -> Result<(), SyncError> {
        if may_have_moved(files) {
            self.join_moved(files)?;
        }
        self.name_parts(files.iter_mut().map(|file| (&file.path, &mut file.changes)))
    }

    fn join_moved(&self, files: &mut [FileDiff]) -> Result<(), SyncError> {
        for (old, new) in self.renames(files)? {
            let changes = self.moved(&files[old], &files[new]);
            files[old].changes.clear();
            files[new].changes = changes;
        }
        let all: Vec<Change> = files.iter_mut().flat_map(|file| mem::take(&mut file.changes)).collect();
        let place: HashMap<RepoPath, usize> =
            files.iter().enumerate().map(|(index, file)| (file.path.clone(), index)).collect();
        for change in join_moves(all) {
            if let Some(index) = place.get(&change.path) {
                files[*index].changes.push(change);
            }
        }
        if self.format().has_relayout() {
            self.leave_out_layouts(files, &place);
        }
        Ok(())
    }

    /// Tells of resources that went to a file of another layout what is otherwise in them, and not how it is written.
    fn leave_out_layouts(&self, files: &mut [FileDiff], place: &HashMap<RepoPath, usize>) {
        for index in 0..files.len() {
            let mut changes = mem::take(&mut files[index].changes);
            let has_moved = changes.iter().any(|change| change.old_path.is_some());
            let new = &files[index];
            if let Some(after) = has_moved.then(|| self.document_in(&new.path, new.new.as_ref())).flatten() {
                for change in &mut changes {
                    let Some(at) = change.old_path.as_ref().and_then(|path| place.get(path)) else {
                        continue;
                    };
                    let old = &files[*at];
                    if let Some(before) = self.document_in(&old.path, old.old.as_ref()) {
                        let (old, new) = ((&old.path, &before), (&new.path, &after));
                        leave_out_layout(change, old, new, self.format());
                    }
                }
            }
            files[index].changes = changes;
        }
    }

    fn document_in(&self, path: &RepoPath, state: Option<&FileState>) -> Option<Document> {
        let state = state.filter(|state| state.entry.mode.is_file())?;
        self.read_bytes(path, &state.bytes, false).into_document()
    }

    /// All changes of files, moves joined.
    pub(crate) fn joined(&self, mut files: Vec<FileDiff>) -> Result<Vec<Change>, SyncError> {
        self.join_moves(&mut files)?;
        Ok(files.into_iter().flat_map(|file| file.changes).collect())
    }

    /// Which file is which under its new name, by their indices.
    fn renames(&self, files: &[FileDiff]) -> Result<Vec<(usize, usize)>, SyncError> {
        let sides = files.iter().map(|file| {
            let entry = |state: &Option<FileState>| state.as_ref().map(|state| state.entry);
            (&file.path, entry(&file.old), entry(&file.new))
        });
        let place: HashMap<&RepoPath, usize> =
            files.iter().enumerate().map(|(index, file)| (&file.path, index)).collect();
        let renamed = self.renamed(sides)?;
        Ok(renamed.iter().filter_map(|(old, new)| Some((*place.get(old)?, *place.get(new)?))).collect())
    }

    /// Which of the files that are gone is which of the new ones, by their paths; given are the paths that
    /// differ with both sides.
    pub(crate) fn renamed<'a>(
        &self,
        differing: impl Iterator<Item = (&'a RepoPath, Option<Entry>, Option<Entry>)>,
    ) -> Result<Vec<(RepoPath, RepoPath)>, SyncError> {
        let (mut gone, mut new) = (Vec::new(), Vec::new());
        for (path, old, now) in differing {
            match (old, now) {
                (Some(old), None) => gone.push((path.clone(), to_merge(old))),
                (None, Some(now)) => new.push((path.clone(), to_merge(now))),
                _ => {}
            }
        }
        if gone.is_empty() || new.is_empty() {
            return Ok(Vec::new());
        }
        let read = |id: &BlobId| -> Result<Vec<u8>, RepoError> { self.repo.read_blob(*id) };
        Ok(renamed_files(&gone, &new, self.format(), &read)?)
    }

    fn moved(&self, old: &FileDiff, new: &FileDiff) -> Vec<Change> {
        let version = |file: &FileDiff, state: Option<&FileState>| {
            let state = state?;
            let is_file = state.entry.mode.is_file();
            let reading = || self.read_bytes(&file.path, &state.bytes, false);
            Some(Version {
                bytes: state.bytes.clone(),
                reading: if is_file { reading() } else { Reading::Opaque },
            })
        };
        let (before, after) = (version(old, old.old.as_ref()), version(new, new.new.as_ref()));
        let (Some(before), Some(after)) = (before, after) else { return Vec::new() };
        let (before, after) = ((&old.path, before.as_side()), (&new.path, after.as_side()));
        changes_of_moved(before, after, self.format())
    }
}

/// Whether something is gone and something is new, so that it can be the same.
fn may_have_moved(files: &[FileDiff]) -> bool {
    let has = |kind| files.iter().any(|file| file.changes.iter().any(|change| change.change == kind));
    has(ChangeKind::Removed) && has(ChangeKind::Added)
}
