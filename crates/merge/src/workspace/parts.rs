//! A resource of several files that one side removed and the other changed: it stays with all of them.

use std::collections::HashSet;
use std::fmt::Display;

use syncline_format::RepoPath;

use super::parents::{bring_back, remover};
use super::unit::Placed;
use super::{Done, Merger};
use crate::Side;

/// The folder that a resource's files are in, and its id.
type Whole = (Option<RepoPath>, String);

/// Brings back the removed files of resources of which the other side's change keeps a file. Who removed no more than
/// what the resource may lack did not remove it.
pub(super) fn keep_whole<Id: Clone + Eq + Display, E>(
    merger: &mut Merger<'_, Id, E>,
    done: &mut [Done<Id>],
) -> Result<(), E> {
    if !merger.terms.format.has_parts() {
        return Ok(());
    }
    for by in [Side::Ours, Side::Theirs] {
        if !done.iter().any(|it| remover(it) == Some(by)) {
            continue;
        }
        let (mut removed, mut kept) = (HashSet::new(), HashSet::new());
        for it in done.iter().filter(|it| it.unit.side(by).is_none()) {
            if let Some(base) =
                it.unit.base.as_ref().filter(|it| !merger.terms.format.is_optional_part(&it.path))
            {
                removed.extend(merger.whole_of(Some(base))?);
            }
            if it.result.is_some() {
                kept.extend(merger.whole_of(it.unit.side(by.other()))?);
            }
        }
        for it in done.iter_mut().filter(|it| remover(it) == Some(by)) {
            let is_needed = |whole: &Whole| removed.contains(whole) && kept.contains(whole);
            if merger.whole_of(it.unit.base.as_ref())?.as_ref().is_some_and(is_needed) {
                bring_back(merger, it, by)?;
            }
        }
    }
    Ok(())
}

impl<Id: Clone + Eq + Display, E> Merger<'_, Id, E> {
    /// The resource that a version of a file is, or is a part of.
    fn whole_of(&self, placed: Option<&Placed<Id>>) -> Result<Option<Whole>, E> {
        let Some(placed) = placed else { return Ok(None) };
        let id = match self.terms.format.part_of(&placed.path) {
            Some(id) => Some(id),
            None => self.ids_at(Some(placed))?.0,
        };
        Ok(id.map(|id| (placed.path.parent(), id)))
    }
}
