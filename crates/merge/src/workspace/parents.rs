//! A parent that one side removed and the other gave a child: it stays.

use std::collections::HashMap;
use std::fmt::Display;

use syncline_format::RepoPath;

use super::unit::Placed;
use super::{Done, Merger, Outcome, whole};
use crate::{Place, Side};

/// Brings back removed files whose resource is the parent of one that the other side added, moved or
/// changed; their own parents too. A child that the side which removed the parent left where it was is an orphan
/// by that side's own doing, and a parent whose file got another path is not gone.
pub(super) fn keep_needed<Id: Clone + Eq + Display, E>(
    merger: &mut Merger<'_, Id, E>,
    done: &mut [Done<Id>],
) -> Result<(), E> {
    // Most merges end here, before anything is read.
    let sides = [Side::Ours, Side::Theirs];
    let removers: Vec<Side> =
        sides.into_iter().filter(|side| done.iter().any(|it| remover(it) == Some(*side))).collect();
    let mut needed = Vec::new();
    for it in &*done {
        let Some((path, outcome)) = &it.result else { continue };
        let mut by = removers.iter().filter(|by| !it.unit.is_unchanged(by.other())).peekable();
        if by.peek().is_none() {
            continue;
        }
        let Some(bytes) = merger.bytes_of(outcome)? else { continue };
        if let Some(parent) = merger.ids(path, &bytes).1 {
            for by in by {
                if merger.ids_at(it.unit.side(*by))?.1.as_ref() != Some(&parent) {
                    needed.push((parent.clone(), *by));
                }
            }
        }
    }
    if needed.is_empty() {
        return Ok(());
    }
    let mut gone: HashMap<(String, Side), usize> = HashMap::new();
    for (index, it) in done.iter().enumerate() {
        let Some(by) = remover(it) else { continue };
        if let Some(id) = merger.ids_at(it.unit.base.as_ref())?.0 {
            gone.insert((id, by), index);
        }
    }
    if gone.is_empty() {
        return Ok(());
    }
    for it in done.iter().filter(|it| it.unit.base.is_none()) {
        for by in sides {
            if let Some(id) = merger.ids_at(it.unit.side(by))?.0 {
                gone.remove(&(id, by));
            }
        }
    }
    while let Some((id, by)) = needed.pop() {
        let Some(index) = gone.remove(&(id, by)) else { continue };
        if let Some(parent) = bring_back(merger, &mut done[index], by)? {
            needed.push((parent, by));
        }
    }
    Ok(())
}

/// The side that removed a file which the other side still has.
pub(super) fn remover<Id: Eq>(done: &Done<Id>) -> Option<Side> {
    let by = [Side::Ours, Side::Theirs].into_iter().find(|side| done.unit.side(*side).is_none())?;
    let is_file = done.unit.base.as_ref().is_some_and(|base| base.entry.mode.is_file());
    (done.result.is_none() && is_file && done.unit.side(by.other()).is_some()).then_some(by)
}

/// Lets a file stay that a side removed, and holds that; gives the id of its own parent.
pub(super) fn bring_back<Id: Clone + Eq + Display, E>(
    merger: &mut Merger<'_, Id, E>,
    done: &mut Done<Id>,
    by: Side,
) -> Result<Option<String>, E> {
    let (Some(base), Some(there)) = (&done.unit.base, done.unit.side(by.other()).cloned()) else {
        return Ok(None);
    };
    let (was, is) = (Some(merger.value(&base.entry)?), Some(merger.value(&there.entry)?));
    let values = by.pick([was.clone(), None, is.clone()], [was, is, None]);
    let mut conflict = whole(&there.path, Place::File, values, by.other());
    conflict.resource = merger.resource(&there)?;
    // No policy can settle this one: a child without its parent, or half of a resource, is lost to the tool.
    merger.conflicts.push(conflict);
    let bytes = (merger.read)(&there.entry.id)?;
    let parent = merger.ids(&there.path, &bytes).1;
    done.result = Some((there.path, Outcome::Entry(there.entry)));
    Ok(parent)
}

impl<Id: Clone + Eq + Display, E> Merger<'_, Id, E> {
    /// Of the resource that a file is: its id, and the id of its parent.
    fn ids(&self, path: &RepoPath, bytes: &[u8]) -> (Option<String>, Option<String>) {
        let document = self.document(path, bytes);
        let resources = document.map(|document| self.terms.format.resources(path, &document));
        let resource = resources.and_then(|found| found.into_iter().next());
        resource.map_or((None, None), |it| (it.id, it.parent))
    }

    /// As [`Merger::ids`] of one version of a file, where it is there.
    pub(super) fn ids_at(&self, placed: Option<&Placed<Id>>) -> Result<(Option<String>, Option<String>), E> {
        match placed.filter(|placed| placed.entry.mode.is_file()) {
            Some(placed) => Ok(self.ids(&placed.path, &(self.read)(&placed.entry.id)?)),
            None => Ok((None, None)),
        }
    }

    pub(super) fn bytes_of(&self, outcome: &Outcome<Id>) -> Result<Option<Vec<u8>>, E> {
        Ok(match outcome {
            Outcome::Written { bytes, .. } => Some(bytes.clone()),
            Outcome::Entry(entry) if entry.mode.is_file() => Some((self.read)(&entry.id)?),
            Outcome::Entry(_) | Outcome::Removed => None,
        })
    }
}
