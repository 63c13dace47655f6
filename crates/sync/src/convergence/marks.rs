//! What must not get lost: the values that were typed, and that something was removed or put elsewhere.

use std::collections::BTreeSet;

use syncline_merge::{Conflict, Place};

use super::layout::{Found, Layout};
use crate::conflicts::ConflictSet;
use crate::lab::Files;

/// The number of an edit; of one that typed a value the value has it as well.
pub(super) type Mark = usize;

/// What an edit did.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    /// A value that stands in the files as [`word`].
    Typed,
    /// A resource was removed.
    Removed(String),
    /// A resource was put into a folder.
    Went(String, usize),
}

/// The word for a value that was typed.
pub(super) fn word(mark: Mark) -> String {
    format!("v{mark}z")
}

/// The marks of all words in a text.
pub(super) fn words(text: &str) -> BTreeSet<Mark> {
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric());
    parts.filter_map(|part| part.strip_prefix('v')?.strip_suffix('z')?.parse().ok()).collect()
}

/// The marks of the values that a conflict holds; what both grew from is no such value.
pub(super) fn of_conflict(conflict: &Conflict) -> BTreeSet<Mark> {
    let values = [&conflict.ours, &conflict.theirs].into_iter().flatten();
    values.flat_map(|value| words(&value.to_json().to_string())).collect()
}

/// What an installation shows: its files, and what it holds.
pub(super) struct View<'a> {
    pub(super) layout: Layout,
    pub(super) files: &'a Files,
    pub(super) held: &'a ConflictSet,
}

impl View<'_> {
    /// The marks that can be seen, among those of edits that the installation knows.
    pub(super) fn marks(&self, known: &BTreeSet<Mark>, deeds: &[Deed]) -> BTreeSet<Mark> {
        let mut marks = self.files.values().flat_map(|text| words(text)).collect::<BTreeSet<_>>();
        marks.extend(self.held.iter().flat_map(|(_, conflict)| of_conflict(conflict)));
        let resources = self.layout.resources(self.files);
        let held: Vec<_> = self.held.iter().map(|(_, conflict)| (conflict, text_of(conflict))).collect();
        let concerning = |id: &str| {
            let held = held.iter().filter(|(conflict, text)| concerns_as(conflict, text, id));
            held.map(|(conflict, _)| *conflict).collect::<Vec<_>>()
        };
        for mark in known {
            let is_seen = match &deeds[*mark] {
                Deed::Typed => continue,
                Deed::Removed(id) => {
                    !resources.contains_key(id) || concerning(id).into_iter().any(has_no_value_of_a_side)
                }
                Deed::Went(id, folder) => {
                    // That two put it into different folders of one file is held by its values, which do not say
                    // where it was: who removes it without having seen that removes it from both.
                    if self.layout == Layout::OneFile && !resources.contains_key(id) {
                        marks.insert(*mark);
                        continue;
                    }
                    let is_there = |found: &Found| found.folder == *folder;
                    resources.get(id).is_some_and(|found| found.iter().any(is_there))
                        || concerning(id).into_iter().any(|conflict| is_of_whole(conflict, id))
                }
            };
            if is_seen {
                marks.insert(*mark);
            }
        }
        marks
    }
}

/// Whether something is held of a resource, wherever in it.
pub(super) fn concerns(conflict: &Conflict, id: &str) -> bool {
    concerns_as(conflict, &text_of(conflict), id)
}

fn text_of(conflict: &Conflict) -> String {
    conflict.to_json().to_string().replace('\\', "")
}

fn concerns_as(conflict: &Conflict, text: &str, id: &str) -> bool {
    conflict.resource.as_ref().is_some_and(|resource| resource.id.as_deref() == Some(id))
        || conflict.path.to_string().contains(&format!("/{id}."))
        || text.contains(&format!("\"{id}\""))
}

pub(super) fn has_no_value_of_a_side(conflict: &Conflict) -> bool {
    conflict.ours.is_none() || conflict.theirs.is_none()
}

/// Whether it is of the whole resource, or of where it is.
pub(super) fn is_of_whole(conflict: &Conflict, id: &str) -> bool {
    matches!(conflict.place, Place::File | Place::Path)
        || conflict
            .resource
            .as_ref()
            .is_none_or(|resource| resource.id.as_deref() != Some(id) || resource.field.parts().is_empty())
}

/// Whether a conflict is of a field, or of what that is in.
pub(super) fn overlaps(conflict: &Conflict, id: &str, field: &str) -> bool {
    let is_of_field = |conflict: &Conflict| conflict.field.parts().last().is_some_and(|last| last == field);
    concerns(conflict, id) && (is_of_whole(conflict, id) || is_of_field(conflict))
}
