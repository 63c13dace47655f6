//! Files that are only a part of a resource: what changed in them is called as the resource is.

use std::collections::HashMap;

use syncline_format::RepoPath;
use syncline_merge::{Change, Conflict};

use crate::formats::reading::Version;
use crate::{SyncError, Workspace};

/// What a resource is, and what people know it by.
type Called = (String, String);

impl Workspace {
    /// Calls changes of parts as the resource, where the file that tells of it has changed too, or is in the last
    /// commit.
    pub(crate) fn name_parts<'f>(
        &self,
        files: impl Iterator<Item = (&'f RepoPath, &'f mut Vec<Change>)>,
    ) -> Result<(), SyncError> {
        let format = self.format();
        let files: Vec<_> = files.collect();
        let parts: Vec<_> = files.iter().map(|(path, _)| format.part_of(path)).collect();
        if parts.iter().all(Option::is_none) {
            return Ok(());
        }
        let mut known: HashMap<(Option<RepoPath>, String), Option<Called>> = HashMap::new();
        for ((_, changes), _) in files.iter().zip(&parts).filter(|(_, part)| part.is_none()) {
            for change in changes.iter() {
                if let Some(id) = &change.id {
                    let called = (change.kind.clone(), change.name.clone());
                    known.insert((change.path.parent(), id.clone()), Some(called));
                }
            }
        }
        for ((path, changes), part) in files.into_iter().zip(parts) {
            let Some(id) = part else { continue };
            let key = (path.parent(), id);
            if !known.contains_key(&key) {
                known.insert(key.clone(), self.committed_whole(key.0.as_ref(), &key.1)?);
            }
            let Some(Some((kind, name))) = known.get(&key) else { continue };
            for change in changes {
                (change.kind, change.name) = (kind.clone(), name.clone());
                change.id = Some(key.1.clone());
            }
        }
        Ok(())
    }

    /// Calls the resources of conflicts in parts as the last commit does.
    pub(crate) fn name_conflicts_in_parts(&self, conflicts: &mut [Conflict]) -> Result<(), SyncError> {
        let format = self.format();
        for conflict in conflicts {
            let Some(resource) = &mut conflict.resource else { continue };
            let Some(id) = format.part_of(&conflict.path) else { continue };
            if let Some((_, name)) = self.committed_whole(conflict.path.parent().as_ref(), &id)? {
                resource.name = name;
            }
        }
        Ok(())
    }

    /// What the last commit calls a resource of which the files are in one folder.
    fn committed_whole(&self, folder: Option<&RepoPath>, id: &str) -> Result<Option<Called>, SyncError> {
        let (Some(head), Some(folder)) = (self.repo.head()?.commit(), folder) else { return Ok(None) };
        let format = self.format();
        let entries = self.repo.entries(self.repo.tree_of(head)?, Some(folder))?.into_iter();
        let beside =
            |path: &RepoPath| path.parent().as_ref() == Some(folder) && format.part_of(path).is_none();
        for (path, entry) in entries.filter(|(path, _)| beside(path)) {
            let version = self.version(&path, Some(entry), false)?;
            let Some(document) = version.and_then(Version::into_document) else { continue };
            let mut found = format.resources(&path, &document).into_iter();
            if let Some(whole) = found.find(|it| it.id.as_deref() == Some(id)) {
                return Ok(Some((whole.kind, whole.name)));
            }
        }
        Ok(None)
    }
}
