//! Resources that moved from one list of a file to another, merged with what the other side did to them.
//!
//! A merge of lists sees such a move as a removal here and an addition there. So the moved resource is merged
//! by itself first: each side that moved it there gets the merged one in its new place, the others lose theirs,
//! and what is left for the merge of the documents is a plain addition.

mod cycle;
mod rebuild;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use syncline_document::{Document, Pointer, Value};
use syncline_format::{Format, Resource};

use crate::document::{DocumentMerge, Inputs, merge_documents, merge_settled};
use crate::{Conflict, Moved, Place, Side, Whereabouts};
pub use rebuild::move_item;
use rebuild::{Changes, rebuild, subtree};

/// As [`merge_documents`], with moves between lists seen as such.
pub(crate) fn merge_with_moves(inputs: &Inputs<'_>, format: &Format) -> DocumentMerge {
    let Some(base) = inputs.base else { return merge_documents(inputs) };
    let mut versions = Versions {
        base: Cow::Borrowed(base),
        ours: Cow::Borrowed(inputs.ours),
        theirs: Cow::Borrowed(inputs.theirs),
    };
    let (mut held, mut moved) = (Vec::new(), HashSet::new());
    if versions.both_changed() {
        let mut known = Known::new(&versions, inputs, format);
        moved = known.moved();
        while let Some((next, found)) = cycle::undo_one(&versions, &known, inputs) {
            known = Known::new(&next, inputs, format);
            versions = next;
            held.push(found);
        }
        if let Some((next, found)) = settle_removed(&versions, &known, inputs) {
            known = Known::new(&next, inputs, format);
            versions = next;
            held.extend(found);
        }
        while let Some((next, found)) = settle_moves(&versions, &known, inputs, format) {
            known = Known::new(&next, inputs, format);
            versions = next;
            held.extend(found);
        }
    }
    let rest =
        Inputs { base: Some(&versions.base), ours: &versions.ours, theirs: &versions.theirs, ..*inputs };
    let mut merged = merge_settled(&rest, &moved);
    place(&mut merged, held, inputs, format);
    merged
}

/// The three documents, on their way to be without moves.
struct Versions<'a> {
    base: Cow<'a, Document>,
    ours: Cow<'a, Document>,
    theirs: Cow<'a, Document>,
}

impl Versions<'_> {
    fn with(&self, side: Side, document: Document) -> Self {
        let next = Cow::Owned(document);
        let (ours, theirs) = match side {
            Side::Ours => (next, self.theirs.clone()),
            Side::Theirs => (self.ours.clone(), next),
        };
        Versions { base: self.base.clone(), ours, theirs }
    }

    fn side(&self, side: Side) -> &Document {
        side.pick(&self.ours, &self.theirs)
    }

    /// By their texts: a comment is a change too.
    fn both_changed(&self) -> bool {
        let (base, ours, theirs) = (self.base.text(), self.ours.text(), self.theirs.text());
        base != ours && base != theirs && ours != theirs
    }
}

/// A conflict within a resource, by the resource's id.
struct HeldIn {
    id: String,
    conflict: Conflict,
}

/// A resource that one side moved, in the three documents.
struct Move {
    id: String,
    mover: Side,
    base: Resource,
    ours: Resource,
    theirs: Resource,
    /// Whether the sides moved it to different parents.
    is_contested: bool,
    /// Whether the sides moved it to the same list: then both know of its place there.
    is_together: bool,
}

impl Move {
    /// Whether another one lies in it in some version.
    fn holds(&self, other: &Self) -> bool {
        let holds = |a: &Resource, b: &Resource| a.at != b.at && a.holds(&b.at);
        holds(&self.base, &other.base) || holds(&self.ours, &other.ours) || holds(&self.theirs, &other.theirs)
    }

    fn side(&self, side: Side) -> &Resource {
        side.pick(&self.ours, &self.theirs)
    }
}

/// A document's resources by their ids; an id that occurs twice is none, and a resource that is the whole
/// file cannot move in it.
struct ById {
    resources: HashMap<String, Option<Resource>>,
    /// The id of the resource that is the whole file.
    whole: Option<String>,
    /// What people know that one by.
    name: String,
}

impl ById {
    fn new(document: &Document, inputs: &Inputs<'_>, format: &Format) -> Self {
        let mut found = Self { resources: HashMap::new(), whole: None, name: String::new() };
        for resource in format.resources(inputs.path, document) {
            let Some(id) = resource.id.clone() else { continue };
            if resource.at.parts().is_empty() {
                (found.whole, found.name) = (Some(id), resource.name);
            } else {
                found.resources.entry(id).and_modify(|known| *known = None).or_insert(Some(resource));
            }
        }
        found
    }

    fn get(&self, id: &str) -> Option<&Resource> {
        self.resources.get(id)?.as_ref()
    }

    fn has(&self, id: &str) -> bool {
        self.resources.contains_key(id)
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &Resource)> {
        self.resources.iter().filter_map(|(id, resource)| Some((id.as_str(), resource.as_ref()?)))
    }

    /// Calls the whole file by another id: a file that got one is the same parent as before.
    fn with_whole(mut self, id: Option<&String>) -> Self {
        let own = std::mem::replace(&mut self.whole, id.cloned());
        if own.as_ref() != id {
            let of_whole = self.resources.values_mut().flatten().filter(|it| it.parent == own);
            of_whole.for_each(|it| it.parent = id.cloned());
        }
        self
    }

    /// Where a resource is.
    fn whereabouts(&self, resource: &Resource) -> Whereabouts {
        let root = Pointer::root();
        let whole = ("", self.name.as_str(), &root);
        let inner = self.iter().map(|(id, it)| (id, it.name.as_str(), &it.at));
        Whereabouts::of(&resource.at, inner.chain([whole]))
    }

    /// The keys that lead from a resource's parent to the list that it is in.
    fn way_to<'r>(&self, resource: &'r Resource) -> &'r [String] {
        let parent = resource.parent.as_deref().and_then(|parent| self.get(parent));
        let (above, place) = (parent.map_or(0, |it| it.at.parts().len()), resource.at.parts());
        place.get(above..place.len() - 1).unwrap_or_default()
    }
}

/// The resources of the three documents.
struct Known {
    base: ById,
    ours: ById,
    theirs: ById,
}

impl Known {
    fn side(&self, side: Side) -> &ById {
        side.pick(&self.ours, &self.theirs)
    }

    /// Where each version has a resource; `None` where it is at one place in all, as where a field alone says
    /// what it belongs to.
    fn whereabouts(&self, id: &str) -> Option<Moved> {
        let of = |by_id: &ById| by_id.get(id).map(|resource| by_id.whereabouts(resource));
        let moved = Moved { base: of(&self.base), ours: of(&self.ours), theirs: of(&self.theirs) };
        moved.is_one().then_some(moved)
    }

    /// Whether a resource is where a side has it inside another one that the other side removed: that one is
    /// held with all that is in it.
    fn is_in_removed(&self, id: &str, side: Side) -> bool {
        let parent = |id: &str| self.side(side).get(id)?.parent.clone();
        let mut around = std::iter::successors(parent(id), |id| parent(id))
            .take_while(|id| !self.side(side.other()).has(id));
        around.any(|id| self.base.has(&id))
    }

    /// The ids of what is elsewhere in one version than in another.
    fn moved(&self) -> HashSet<String> {
        let all = [&self.base, &self.ours, &self.theirs];
        let ids = all.iter().flat_map(|by_id| by_id.iter().map(|(id, _)| id));
        let is_moved = |id: &&str| {
            let mut parents = all.iter().filter_map(|by_id| Some(&by_id.get(id)?.parent));
            parents.next().is_some_and(|one| parents.any(|other| other != one))
        };
        ids.filter(is_moved).map(str::to_owned).collect()
    }

    fn new(versions: &Versions<'_>, inputs: &Inputs<'_>, format: &Format) -> Self {
        let by_id = |document: &Document| ById::new(document, inputs, format);
        let base = by_id(&versions.base);
        let side = |document: &Document| by_id(document).with_whole(base.whole.as_ref());
        Self { ours: side(&versions.ours), theirs: side(&versions.theirs), base }
    }
}

/// What one side moved and the other changed or moved too.
fn find(versions: &Versions<'_>, known: &Known, first: Side) -> Vec<Move> {
    let Known { base, ours, theirs } = known;
    let mut found = Vec::new();
    for (id, was) in base.iter() {
        let (Some(a), Some(b)) = (ours.get(id), theirs.get(id)) else { continue };
        let mover = match (a.parent != was.parent, b.parent != was.parent) {
            (false, false) => continue,
            (true, true) => first,
            (true, false) => Side::Ours,
            (false, true) => Side::Theirs,
        };
        let other = mover.other().pick(a, b);
        // Where the other side left it alone, removing it here and adding it there is all there is to do, unless
        // what it was in may stay with all that is in it. By its text: a comment too is something that the
        // other side did.
        let is_untouched = other.parent == was.parent
            && versions.side(mover.other()).same_text(other.node, &versions.base, was.node)
            && !known.is_in_removed(id, mover.other());
        if !is_untouched {
            let both_moved = a.parent != was.parent && b.parent != was.parent;
            let is_contested = both_moved && a.parent != b.parent;
            let is_together = both_moved && !is_contested && ours.way_to(a) == theirs.way_to(b);
            let (base, ours, theirs) = (was.clone(), a.clone(), b.clone());
            found.push(Move { id: id.to_owned(), mover, base, ours, theirs, is_contested, is_together });
        }
    }
    // The innermost first: what left a folder must be out of it before the folder itself is merged.
    found.sort_by(|a, b| {
        b.base.at.parts().len().cmp(&a.base.at.parts().len()).then_with(|| a.base.at.cmp(&b.base.at))
    });
    found
}

/// Merges the moved resources in which no other lies in any version, and takes them out of the way: what comes
/// into a folder must be merged before the folder is. `None` where there is none left, or where no text can be
/// made.
fn settle_moves<'a>(
    versions: &Versions<'a>,
    known: &Known,
    inputs: &Inputs<'_>,
    format: &Format,
) -> Option<(Versions<'a>, Vec<HeldIn>)> {
    let found = find(versions, known, inputs.first);
    let mut chosen: Vec<&Move> =
        found.iter().filter(|it| !found.iter().any(|other| it.holds(other))).collect();
    if chosen.is_empty() {
        // They hold each other, each in another version.
        chosen.push(found.first()?);
    }
    let mut held = Vec::new();
    let (mut base, mut ours, mut theirs) = (Changes::new(), Changes::new(), Changes::new());
    for it in chosen {
        let merged = merge_resource(it, (versions, known), inputs, format)?;
        base.insert(it.base.node, None);
        let there = |side| (it.is_together || it.mover == side).then(|| merged.document.clone());
        ours.insert(it.ours.node, there(Side::Ours));
        theirs.insert(it.theirs.node, there(Side::Theirs));
        held.extend(merged.held);
    }
    let next = Versions {
        base: Cow::Owned(rebuild(&versions.base, &base)?),
        ours: Cow::Owned(rebuild(&versions.ours, &ours)?),
        theirs: Cow::Owned(rebuild(&versions.theirs, &theirs)?),
    };
    Some((next, held))
}

/// A moved resource, merged.
struct MergedResource {
    document: Document,
    held: Vec<HeldIn>,
}

/// Merges a moved resource as a document of its own. Pointers of its conflicts begin at the resource.
fn merge_resource(
    it: &Move,
    (versions, known): (&Versions<'_>, &Known),
    inputs: &Inputs<'_>,
    format: &Format,
) -> Option<MergedResource> {
    let base = subtree(&versions.base, it.base.node)?;
    let (ours, theirs) = (subtree(&versions.ours, it.ours.node)?, subtree(&versions.theirs, it.theirs.node)?);
    let around = versions.side(it.mover);
    let rules = format.rules_for(inputs.path, around).at(around, &it.side(it.mover).at);
    let inputs = Inputs { base: Some(&base), ours: &ours, theirs: &theirs, rules, ..*inputs };
    let DocumentMerge { text, mut conflicts } = merge_documents(&inputs);
    let document = Document::parse(text.as_bytes(), ours.language()).ok()?;
    if it.is_contested {
        let value = |document: &Document| document.value(document.root());
        let values = [&base, &ours, &theirs].map(|document| Some(value(document)));
        // What is kept is where the mover put it, with what the other side did to it.
        let moved = known.whereabouts(&it.id);
        conflicts.push(whole(&inputs, values, it.mover, moved).with_kept(value(&document)));
    }
    let held = conflicts.into_iter().map(|conflict| HeldIn { id: it.id.clone(), conflict }).collect();
    Some(MergedResource { document, held })
}

/// What one side moved and the other removed: it stays in its new place. In the base it is not where it was,
/// since moving it away is no change of what it was in.
fn settle_removed<'a>(
    versions: &Versions<'a>,
    known: &Known,
    inputs: &Inputs<'_>,
) -> Option<(Versions<'a>, Vec<HeldIn>)> {
    let Known { base, ours, theirs } = known;
    let (mut gone, mut found) = (Changes::new(), Vec::new());
    for (id, was) in base.iter() {
        let mover = match (ours.get(id), theirs.get(id)) {
            (Some(a), None) if a.parent != was.parent && !theirs.has(id) => Side::Ours,
            (None, Some(b)) if b.parent != was.parent && !ours.has(id) => Side::Theirs,
            _ => continue,
        };
        if known.is_in_removed(id, mover) {
            continue;
        }
        let value = |document: &Document, resource: &Resource| Some(document.value(resource.node));
        let left = ours.get(id).and_then(|it| value(&versions.ours, it));
        let right = theirs.get(id).and_then(|it| value(&versions.theirs, it));
        let values = [value(&versions.base, was), left, right];
        let conflict = whole(inputs, values, mover, known.whereabouts(id));
        found.push(HeldIn { id: id.to_owned(), conflict });
        gone.insert(was.node, None);
    }
    if found.is_empty() {
        return None;
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    let base = Cow::Owned(rebuild(&versions.base, &gone)?);
    Some((Versions { base, ours: versions.ours.clone(), theirs: versions.theirs.clone() }, found))
}

fn whole(inputs: &Inputs<'_>, values: [Option<Value>; 3], kept: Side, moved: Option<Moved>) -> Conflict {
    Conflict { moved, ..Conflict::new(inputs.path.clone(), Place::Field, values, kept) }
}

/// Adds conflicts of moved resources, with their pointers from the root of the merged document.
fn place(merged: &mut DocumentMerge, held: Vec<HeldIn>, inputs: &Inputs<'_>, format: &Format) {
    if held.is_empty() {
        return;
    }
    let Ok(document) = Document::parse(merged.text.as_bytes(), inputs.ours.language()) else { return };
    let by_id = ById::new(&document, inputs, format);
    for HeldIn { id, mut conflict } in held {
        let Some(resource) = by_id.get(&id) else { continue };
        let parts = conflict.field.parts().iter();
        conflict.field = parts.fold(resource.at.clone(), |field, part| field.child(part.as_str()));
        merged.conflicts.push(conflict);
    }
}
