//! What is in a workspace, by the ids of its resources.

use std::collections::{BTreeMap, HashMap};

use syncline_document::Document;
use syncline_format::{Format, RepoPath, Resource};
use syncline_repo::Entry;

use crate::formats::reading::Reading;
use crate::{SyncError, Workspace};

/// A file with the resources in it.
pub(crate) struct KnownFile {
    pub(crate) entry: Entry,
    pub(crate) document: Document,
    pub(crate) resources: Vec<Resource>,
}

/// The files of a workspace as they are now, and which of them is which resource.
pub(crate) struct Inventory {
    /// All files, readable or not.
    pub(crate) entries: BTreeMap<RepoPath, Entry>,
    /// Those that are documents of the format's own.
    pub(crate) files: BTreeMap<RepoPath, KnownFile>,
    /// The files that are one resource as a whole, by its id.
    by_id: HashMap<String, RepoPath>,
    /// Files of the format that cannot be read.
    pub(crate) unreadable: Vec<RepoPath>,
}

impl Workspace {
    /// Looks through all files.
    pub(crate) fn inventory(&self, format: &Format) -> Result<Inventory, SyncError> {
        let entries = self.current_entries()?;
        let (mut files, mut by_id, mut unreadable) = (BTreeMap::new(), HashMap::new(), Vec::new());
        for (path, entry) in &entries {
            let version = self.version(path, Some(*entry), false)?;
            let document = match version.map(|version| version.reading) {
                Some(Reading::Document(document)) => document,
                Some(Reading::Bad(_)) => {
                    unreadable.push(path.clone());
                    continue;
                }
                Some(Reading::Opaque) | None => continue,
            };
            let resources = format.resources(path, &document);
            let Some(id) =
                resources.first().filter(|first| first.at.parts().is_empty()).and_then(|it| it.id.clone())
            else {
                continue;
            };
            by_id.insert(id, path.clone());
            files.insert(path.clone(), KnownFile { entry: *entry, document: *document, resources });
        }
        Ok(Inventory { entries, files, by_id, unreadable })
    }
}

impl Inventory {
    /// The file that is the resource with this id.
    pub(crate) fn of_id(&self, id: &str) -> Option<(&RepoPath, &KnownFile)> {
        let path = self.by_id.get(id)?;
        Some((path, self.files.get(path)?))
    }

    /// All resources.
    pub(crate) fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.files.values().flat_map(|file| &file.resources)
    }
}
