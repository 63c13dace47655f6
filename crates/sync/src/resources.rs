//! What there is in a workspace: its resources, and the ids that they are called by.

use std::collections::BTreeMap;

use syncline_format::{RepoPath, Resource};

use crate::formats::reading::{Reading, Version};
use crate::{ListedResource, ResourceList, Selector, SyncError, Workspace};

impl Workspace {
    /// The resources that are here now, committed or not, in the order of their files; without selectors all.
    ///
    /// # Errors
    ///
    /// Fails if a selector means none of them.
    pub fn resources(&self, selectors: &[Selector]) -> Result<ResourceList, SyncError> {
        let entries = self.current_entries()?;
        let format = self.format();
        let mut list = ResourceList { format: format.name().to_owned(), ..ResourceList::default() };
        let mut found = vec![false; selectors.len()];
        // What never leaves this machine is nothing that a command could be about.
        for (path, entry) in entries.into_iter().filter(|(path, _)| format.unshared(path).is_none()) {
            let version = self.version(&path, Some(entry), false)?;
            let document = match version.map(|version| version.reading) {
                Some(Reading::Document(document)) if format.part_of(&path).is_none() => document,
                Some(Reading::Bad(_)) => {
                    list.unreadable.push(path);
                    continue;
                }
                _ => continue,
            };
            let resources = format.resources(&path, &document);
            let is_meant = meant(&resources, selectors, &mut found);
            let meant = resources.into_iter().zip(is_meant).filter(|(_, is_meant)| *is_meant);
            list.resources.extend(meant.map(|(resource, _)| ListedResource::from(resource)));
        }
        match selectors.iter().zip(found).find(|(selector, found)| !found && !selector.is_everything()) {
            Some((idle, _)) => Err(SyncError::NothingSelected(idle.text().to_owned())),
            None => Ok(list),
        }
    }

    /// Resources of one kind that have one id, though the tool knows each by it: those of one id together, in the order
    /// of their files. Of several files those count that are one resource each, with its id written in one field: other
    /// ids are good within their file, as in a layer of manifests that stands for another one.
    pub fn same_ids(&self) -> Result<Vec<Vec<ListedResource>>, SyncError> {
        let format = self.format();
        let mut by_id: BTreeMap<(Option<RepoPath>, String, String), Vec<ListedResource>> = BTreeMap::new();
        for (path, entry) in self.current_entries()? {
            if format.unshared(&path).is_some() || format.part_of(&path).is_some() {
                continue;
            }
            let version = self.version(&path, Some(entry), false)?;
            let Some(document) = version.and_then(Version::into_document) else { continue };
            let is_known_by_it = format.rules_for(&path, &document).id_field().is_some();
            for resource in format.resources(&path, &document) {
                let is_of_all = is_known_by_it && resource.at.parts().is_empty();
                let Some(id) = resource.id.clone() else { continue };
                let of = (!is_of_all).then(|| path.clone());
                by_id.entry((of, resource.kind.clone(), id)).or_default().push(resource.into());
            }
        }
        Ok(by_id.into_values().filter(|same| same.len() > 1).collect())
    }
}

/// Which resources of a file the selectors mean, by themselves or as part of another; notes which selectors do.
fn meant(resources: &[Resource], selectors: &[Selector], found: &mut [bool]) -> Vec<bool> {
    let mut is_meant = vec![selectors.is_empty(); resources.len()];
    for (selector, found) in selectors.iter().zip(found) {
        let is_named = |it: &&Resource| {
            selector.matches_path(&it.path) || selector.matches_resource(&it.kind, it.id.as_deref(), &it.name)
        };
        for named in resources.iter().filter(is_named) {
            *found = true;
            let inside = |it: &Resource| named.holds(&it.at);
            is_meant.iter_mut().zip(resources).for_each(|(is_meant, it)| *is_meant |= inside(it));
        }
    }
    is_meant
}
