//! What was done to a file of the older layout.

use syncline_document::{Document, Value};
use syncline_format::{Format, RepoPath, Resource};

/// What one side did to a file that the other side no longer has, or never had.
pub(super) struct Work {
    pub(super) path: RepoPath,
    /// `None` where it was added.
    pub(super) base: Option<Old>,
    /// `None` where it was removed.
    pub(super) other: Option<Old>,
    id: String,
}

/// A version of an old file, which is one resource.
pub(super) struct Old {
    pub(super) document: Document,
    pub(super) resource: Resource,
}

impl Work {
    /// `None` where it is about no resource, about one without an id, or about two.
    pub(super) fn new(path: &RepoPath, base: Option<Old>, other: Option<Old>) -> Option<Self> {
        let id = base.as_ref().or(other.as_ref())?.resource.id.clone()?;
        let is_one = other.as_ref().is_none_or(|other| other.resource.id.as_ref() == Some(&id));
        is_one.then(|| Self { path: path.clone(), base, other, id })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// A version that is there.
    pub(super) fn any(&self) -> Option<&Old> {
        self.other.as_ref().or(self.base.as_ref())
    }
}

impl Old {
    /// `None` where the file is not one resource.
    pub(super) fn new(path: &RepoPath, document: Document, format: &Format) -> Option<Self> {
        let mut resources = format.resources(path, &document).into_iter();
        let (resource, next) = (resources.next()?, resources.next());
        next.is_none().then_some(Self { document, resource })
    }

    pub(super) fn value(&self) -> Value {
        self.document.value(self.document.root())
    }
}
