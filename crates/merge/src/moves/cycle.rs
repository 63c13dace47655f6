//! Moves of both sides that together put a resource into itself: that of the side that came second is taken
//! back.

use std::collections::{HashMap, HashSet};

use syncline_document::{Document, NodeId, NodeKind, Pointer};
use syncline_format::Resource;

use super::rebuild::{put_back, subtree};
use super::{ById, HeldIn, Known, Versions, whole};
use crate::Side;
use crate::document::Inputs;

/// Takes back one move that closes a cycle; `None` where there is none, or where no text can be made.
pub(super) fn undo_one<'a>(
    versions: &Versions<'a>,
    known: &Known,
    inputs: &Inputs<'_>,
) -> Option<(Versions<'a>, HeldIn)> {
    let second = inputs.first.other();
    let parents = merged_parents(known, inputs);
    let moved = known.side(second).iter().filter(|(id, now)| {
        let (was, first) = (known.base.get(id), known.side(inputs.first).get(id));
        let by_second_alone =
            was.zip(first).is_some_and(|(was, first)| was.parent == first.parent && was.parent != now.parent);
        by_second_alone && is_own_ancestor(&parents, id)
    });
    let (id, now) = moved.min_by(|a, b| a.1.at.cmp(&b.1.at))?;
    let (was, document) = (known.base.get(id)?, versions.side(second));
    let (list, index) = old_place(known, was, now, document, inputs)?;
    let back = subtree(document, now.node)?;
    let rebuilt = put_back(document, now.node, list, index, &back)?;
    let value = |document: &Document, resource: &Resource| Some(document.value(resource.node));
    let side = |side| known.side(side).get(id).and_then(|resource| value(versions.side(side), resource));
    let values = [value(&versions.base, was), side(Side::Ours), side(Side::Theirs)];
    let conflict = whole(inputs, values, inputs.first, known.whereabouts(id));
    let held = HeldIn { id: id.to_owned(), conflict };
    Some((versions.with(second, rebuilt), held))
}

/// The parent that each resource would have: the first side's where that side moved it, else the second's.
fn merged_parents(known: &Known, inputs: &Inputs<'_>) -> HashMap<String, String> {
    let mut parents = HashMap::new();
    for side in [inputs.first.other(), inputs.first] {
        for (id, now) in known.side(side).iter() {
            let is_new = known.base.get(id).is_none_or(|was| was.parent != now.parent);
            if let Some(parent) = now.parent.clone().filter(|_| is_new || !parents.contains_key(id)) {
                parents.insert(id.to_owned(), parent);
            }
        }
    }
    parents
}

fn is_own_ancestor(parents: &HashMap<String, String>, id: &str) -> bool {
    let mut seen = HashSet::new();
    let mut at = id;
    while let Some(parent) = parents.get(at) {
        if parent == id {
            return true;
        }
        if !seen.insert(parent) {
            return false;
        }
        at = parent;
    }
    false
}

/// The list that the resource was in, as it is in the side's document, and where in it.
fn old_place(
    known: &Known,
    was: &Resource,
    now: &Resource,
    document: &Document,
    inputs: &Inputs<'_>,
) -> Option<(NodeId, usize)> {
    let parent = was.parent.as_deref()?;
    let around = |by_id: &ById| by_id.get(parent).map(|it| it.at.clone());
    let (old, new) = match around(&known.base) {
        Some(old) => (old, around(known.side(inputs.first.other()))?),
        // The resource that the file itself is, in a list at its top.
        None if was.at.parts().len() == 2 => (Pointer::root(), Pointer::root()),
        None => return None,
    };
    let (index, list) = was.at.parts().strip_prefix(old.parts())?.split_last()?;
    let list = list.iter().fold(new, |at, part| at.child(part.as_str()));
    if now.holds(&list) {
        return None;
    }
    let list = document.resolve(document.lookup(&list)?);
    matches!(document.node(list).kind, NodeKind::Sequence(_)).then_some((list, index.parse().ok()?))
}
