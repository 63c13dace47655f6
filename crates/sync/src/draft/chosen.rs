//! Which of a file's changes a user means, and which have to go with them.

use syncline_document::Pointer;
use syncline_format::{RepoPath, Resource};
use syncline_merge::{Change, ChangeKind};

use crate::formats::reading::Version;
use crate::{Selector, Workspace};

/// The resources of the two versions that changes are between.
pub(crate) struct Sides {
    old: Vec<Resource>,
    new: Vec<Resource>,
}

impl Workspace {
    /// What is in two versions of a file.
    pub(crate) fn sides(&self, path: &RepoPath, old: Option<&Version>, new: Option<&Version>) -> Sides {
        let resources = |version: Option<&Version>| {
            let document = version.and_then(|version| version.reading.document());
            document.map(|document| self.format().resources(path, document)).unwrap_or_default()
        };
        Sides { old: resources(old), new: resources(new) }
    }
}

impl Sides {
    /// The changes that any of the selectors means: of what it names, and of all that is or was in it.
    pub(crate) fn meant<'c>(&self, changes: &'c [Change], selectors: &[Selector]) -> Vec<&'c Change> {
        let named = |resources: &[Resource]| -> Vec<Pointer> {
            let is_named = |it: &&Resource| {
                selectors.iter().any(|one| one.matches_resource(&it.kind, it.id.as_deref(), &it.name))
            };
            resources.iter().filter(is_named).map(|it| it.at.clone()).collect()
        };
        let (before, after) = (named(&self.old), named(&self.new));
        let is_in = |at: &Pointer, places: &[Pointer]| places.iter().any(|place| is_inside(at, place));
        let is_meant = |change: &&Change| {
            selectors.iter().any(|selector| selector.matches(change))
                || change.change != ChangeKind::Removed && is_in(&change.at, &after)
                || change.old_at.as_ref().is_some_and(|at| is_in(at, &before))
        };
        changes.iter().filter(is_meant).collect()
    }

    /// The chosen changes with those that have to go with them, in the order of the file: a new resource comes with
    /// what is new in it; what goes takes along what was in it, or lets it move out first; what comes into something
    /// new needs that to be there.
    pub(crate) fn closed(&self, changes: &[Change], chosen: &[&Change]) -> Vec<Change> {
        let is_chosen = |change: &Change| chosen.iter().any(|one| std::ptr::eq(*one, change));
        let mut takes: Vec<Take> = changes.iter().map(|it| Take::first(is_chosen(it))).collect();
        loop {
            let more = self.needed(changes, &takes);
            if more.is_empty() {
                break;
            }
            for (index, take) in more {
                takes[index] = take;
            }
        }
        let going = changes.iter().zip(&takes).filter(|(_, take)| **take != Take::No);
        going.map(|(change, _)| change.clone()).collect()
    }

    /// What those that are taken so far need on top.
    fn needed(&self, changes: &[Change], takes: &[Take]) -> Vec<(usize, Take)> {
        let mut more = Vec::new();
        for (change, take) in changes.iter().zip(takes).filter(|(_, take)| **take != Take::No) {
            let parent = self.parent(change).map(|parent| &parent.at);
            for (index, other) in changes.iter().enumerate() {
                let wanted = wanted(change, *take, parent, other);
                if wanted > takes[index] {
                    more.push((index, wanted));
                }
            }
        }
        more
    }

    /// The resource that a change's one is in afterwards.
    fn parent(&self, change: &Change) -> Option<&Resource> {
        let around = self.new.iter().filter(|it| it.at != change.at && is_inside(&change.at, &it.at));
        around.max_by_key(|it| it.at.parts().len())
    }
}

/// How much of another change has to go with one whose resource is in `parent` afterwards.
fn wanted(change: &Change, take: Take, parent: Option<&Pointer>, other: &Change) -> Take {
    let was_inside = || match (&other.old_at, &change.old_at) {
        (Some(at), Some(place)) => is_inside(at, place),
        _ => false,
    };
    let is_around = || parent == Some(&other.at);
    match (change.change, other.change) {
        (ChangeKind::Removed, ChangeKind::Removed | ChangeKind::Moved) if was_inside() => Take::All,
        (ChangeKind::Added, ChangeKind::Added) if take == Take::All && is_inside(&other.at, &change.at) => {
            Take::All
        }
        (ChangeKind::Added | ChangeKind::Moved | ChangeKind::Reordered, ChangeKind::Added) if is_around() => {
            Take::Shell
        }
        _ => Take::No,
    }
}

/// How much of a change is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Take {
    No,
    /// A new resource without what is in it: something else needs it to be there.
    Shell,
    All,
}

impl Take {
    fn first(is_chosen: bool) -> Self {
        if is_chosen { Self::All } else { Self::No }
    }
}

/// Whether a place is another one or in it.
pub(crate) fn is_inside(at: &Pointer, place: &Pointer) -> bool {
    at.parts().starts_with(place.parts())
}
