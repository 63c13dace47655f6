//! Looking up conflicts in documents: each file is read once, however many conflicts are in it.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use syncline_document::{Document, Pointer, Value};
use syncline_format::{Format, RepoPath};
use syncline_merge::{Conflict, Side, Whereabouts};
use syncline_repo::{BlobId, Entry};

use crate::conflicts::comments::comments_now;
use crate::formats::reading::Reading;
use crate::{SyncError, Workspace};

/// So many documents are kept: whoever asks goes file by file, and looks at few versions of each.
const KEPT: usize = 6;

/// The documents that were read last.
pub(crate) struct Documents<'w> {
    workspace: &'w Workspace,
    read: VecDeque<Read>,
}

/// A content that was read, at a path; `None` where it is no document.
struct Read {
    path: RepoPath,
    id: BlobId,
    document: Option<Rc<Indexed>>,
}

/// A document, and where its resources are.
pub(crate) struct Indexed {
    document: Document,
    /// By kind and id.
    resources: HashMap<(String, String), Pointer>,
    /// The ids and names of all, with their places; the id of what is the whole file counts for nothing.
    named: Vec<(String, String, Pointer)>,
}

impl<'w> Documents<'w> {
    pub(crate) fn new(workspace: &'w Workspace) -> Self {
        Self { workspace, read: VecDeque::new() }
    }

    /// The document that an entry holds; `None` where there is none, or it is no document.
    pub(crate) fn read(
        &mut self,
        path: &RepoPath,
        entry: Option<Entry>,
    ) -> Result<Option<Rc<Indexed>>, SyncError> {
        let Some(entry) = entry else { return Ok(None) };
        if let Some(read) = self.read.iter().find(|read| read.path == *path && read.id == entry.id) {
            return Ok(read.document.clone());
        }
        let version = self.workspace.version(path, Some(entry), true)?;
        let document = match version.map(|version| version.reading) {
            Some(Reading::Document(document)) => Some(*document),
            _ => None,
        };
        let document =
            document.map(|document| Rc::new(Indexed::new(document, path, self.workspace.format())));
        self.read.truncate(KEPT - 1);
        self.read.push_front(Read { path: path.clone(), id: entry.id, document: document.clone() });
        Ok(document)
    }

    /// The value that is now at a conflict's field.
    pub(crate) fn value_of(
        &mut self,
        conflict: &Conflict,
        entry: Option<Entry>,
    ) -> Result<Option<Value>, SyncError> {
        Ok(self.read(&conflict.path, entry)?.and_then(|document| document.value_of(conflict)))
    }
}

impl Documents<'_> {
    /// Whether a resource is where a side has it; true of what was not moved.
    pub(crate) fn is_where(
        &mut self,
        conflict: &Conflict,
        entry: Option<Entry>,
        side: Side,
    ) -> Result<bool, SyncError> {
        if conflict.moved.is_none() {
            return Ok(true);
        }
        let document = self.read(&conflict.path, entry)?;
        Ok(document.is_none_or(|document| document.is_where(conflict, side)))
    }

    /// The conflict with the place at which its resource is now as that of the side that is kept.
    pub(crate) fn with_place(
        &mut self,
        mut conflict: Conflict,
        entry: Option<Entry>,
    ) -> Result<Conflict, SyncError> {
        if conflict.moved.is_none() {
            return Ok(conflict);
        }
        let document = self.read(&conflict.path, entry)?;
        let now = document.and_then(|it| Some(it.whereabouts(&it.place_of(&conflict)?)));
        if let (Some(moved), Some(now)) = (&mut conflict.moved, now) {
            moved.set(conflict.kept, now);
        }
        Ok(conflict)
    }

    /// The comments that are now at a conflict's field.
    pub(crate) fn comments_of(
        &mut self,
        conflict: &Conflict,
        entry: Option<Entry>,
    ) -> Result<Option<Value>, SyncError> {
        let document = self.read(&conflict.path, entry)?;
        Ok(document.and_then(|document| {
            comments_now(document.document(), &document.place_of(conflict)?).map(Value::string)
        }))
    }
}

impl Indexed {
    pub(crate) fn new(document: Document, path: &RepoPath, format: &Format) -> Self {
        let (mut resources, mut named) = (HashMap::new(), Vec::new());
        for resource in format.resources(path, &document) {
            if let Some(id) = resource.id {
                named.push((id.clone(), resource.name, resource.at.clone()));
                // Of an id that occurs twice the first counts.
                resources.entry((resource.kind, id)).or_insert(resource.at);
            }
        }
        Self { document, resources, named }
    }

    pub(crate) fn document(&self) -> &Document {
        &self.document
    }

    pub(crate) fn value_at(&self, at: &Pointer) -> Option<Value> {
        Some(self.document.value(self.document.lookup(at)?))
    }

    fn value_of(&self, conflict: &Conflict) -> Option<Value> {
        self.value_at(&self.place_of(conflict)?)
    }

    /// Where a resource is, by its place.
    pub(crate) fn whereabouts(&self, at: &Pointer) -> Whereabouts {
        Whereabouts::of(at, self.named.iter().map(|(id, name, at)| (id.as_str(), name.as_str(), at)))
    }

    /// The list that a resource would be in; `None` where what is around it is gone.
    pub(crate) fn list_at(&self, whereabouts: &Whereabouts) -> Option<Pointer> {
        let Some(parent) = &whereabouts.parent else { return Some(whereabouts.list.clone()) };
        let (_, _, at) = self.named.iter().find(|(id, _, at)| id == parent && !at.parts().is_empty())?;
        Some(at.join(&whereabouts.list))
    }

    /// Whether a resource is where a side has it; true of what was not moved.
    pub(crate) fn is_where(&self, conflict: &Conflict, side: Side) -> bool {
        let wanted = conflict.moved.as_ref().and_then(|moved| moved.of(side));
        let now = || Some(self.whereabouts(&self.place_of(conflict)?));
        wanted.is_none_or(|wanted| now().as_ref() == Some(wanted))
    }

    /// Where a conflict's field is. Of a resource with an id wherever it went.
    pub(crate) fn place_of(&self, conflict: &Conflict) -> Option<Pointer> {
        self.around(conflict).map(|(at, within)| at.join(&within))
    }

    /// The resource of a conflict, and the field in it; of one without an id the document.
    pub(crate) fn around(&self, conflict: &Conflict) -> Option<(Pointer, Pointer)> {
        let resource = conflict.resource.as_ref().and_then(|one| Some((one, one.id.clone()?)));
        let Some((resource, id)) = resource else { return Some((Pointer::root(), conflict.field.clone())) };
        let at = self.resources.get(&(resource.kind.clone(), id))?;
        Some((at.clone(), resource.field.clone()))
    }
}
