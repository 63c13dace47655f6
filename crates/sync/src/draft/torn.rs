//! Resources of several files of which only some are gone: no removal, but something that went wrong.

use std::collections::{HashMap, HashSet};

use syncline_format::RepoPath;
use syncline_repo::{Changed, Entry};

use crate::draft::Draft;
use crate::{SyncError, Workspace};

/// Why such a file is set aside.
pub(crate) const TORN: &str = "it is gone, and the rest of its resource is not: bring it back with `syncline discard`, or remove the rest too";

impl Workspace {
    /// Files that are gone while others of their resource are there; but for what a resource may lack.
    pub(crate) fn torn(&self, draft: &Draft) -> Result<HashSet<RepoPath>, SyncError> {
        let (Some(base), true) = (draft.base, self.format().has_parts()) else { return Ok(HashSet::new()) };
        let gone: HashSet<&RepoPath> = draft
            .changed
            .iter()
            .filter(|changed| changed.after.is_none())
            .map(|changed| &changed.path)
            .collect();
        let mut folders: HashMap<RepoPath, Vec<(RepoPath, Entry)>> = HashMap::new();
        let mut torn = HashSet::new();
        for Changed { path, before, .. } in draft.changed.iter().filter(|it| gone.contains(&it.path)) {
            let Some(folder) = path.parent().filter(|_| !self.format().is_optional_part(path)) else {
                continue;
            };
            let Some(id) = self.resource_of(path, *before)? else { continue };
            if !folders.contains_key(&folder) {
                let mut beside = self.repo.entries(base, Some(&folder))?;
                beside.retain(|(path, _)| path.parent().as_ref() == Some(&folder));
                folders.insert(folder.clone(), beside);
            }
            for (other, entry) in folders.get(&folder).into_iter().flatten().filter(|(it, _)| it != path) {
                let is_of_it = self.resource_of(other, Some(*entry))?.as_ref() == Some(&id);
                let is_part = [path, other].iter().any(|path| self.format().part_of(path).is_some());
                if is_of_it && is_part && !gone.contains(other) {
                    torn.insert(path.clone());
                }
            }
        }
        Ok(torn)
    }

    /// The id of the resource that a file is, or is a part of.
    fn resource_of(&self, path: &RepoPath, entry: Option<Entry>) -> Result<Option<String>, SyncError> {
        if let Some(id) = self.format().part_of(path) {
            return Ok(Some(id));
        }
        let Some(document) = self.document_of(path, entry)? else { return Ok(None) };
        Ok(self.format().resources(path, &document).into_iter().next().and_then(|resource| resource.id))
    }
}
