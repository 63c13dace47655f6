//! What there is in a workspace: its resources, and the ids that they are called by.

use crate::formats::reading::Reading;
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
        for (path, entry) in entries {
            let version = self.version(&path, Some(entry), false)?;
            let document = match version.map(|version| version.reading) {
                Some(Reading::Document(document)) if format.part_of(&path).is_none() => document,
                Some(Reading::Bad(_)) => {
                    list.unreadable.push(path);
                    continue;
                }
                _ => continue,
            };
            let resources = format.resources(&path, &document).into_iter().map(ListedResource::from);
            list.resources.extend(resources.filter(|resource| is_meant(resource, selectors, &mut found)));
        }
        match selectors.iter().zip(found).find(|(selector, found)| !found && !selector.is_everything()) {
            Some((idle, _)) => Err(SyncError::NothingSelected(idle.text().to_owned())),
            None => Ok(list),
        }
    }
}

/// Whether any selector means a resource; notes which do.
fn is_meant(resource: &ListedResource, selectors: &[Selector], found: &mut [bool]) -> bool {
    let ListedResource { kind, id, name, path, .. } = resource;
    let mut is_meant = selectors.is_empty();
    for (selector, found) in selectors.iter().zip(found) {
        if selector.matches_path(path) || selector.matches_resource(kind, id.as_deref(), name) {
            (is_meant, *found) = (true, true);
        }
    }
    is_meant
}
