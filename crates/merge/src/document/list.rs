//! Lists, by what their items are.

use syncline_document::NodeKind;
use syncline_format::{MergeRule, Rules};

use super::children::{Families, Family, assemble};
use super::pair;
use super::plan::{Entry, Held, HeldValue, Merged};
use super::sources::{At, Source, Sources, Trio};
use super::tree::{Spots, frame};
use crate::conflict::Place;

/// Merges two lists.
pub(crate) fn merge(sources: &Sources<'_>, spots: Spots, rules: Rules<'_>) -> Merged {
    let of = spots.nodes().map(|source, node| Family::of(sources, source, node));
    let frame = frame(sources, spots, &of);
    let is_union = rules.merge_rule() == Some(MergeRule::Union);
    let classes = pair::classes(sources, &of, rules.list(), !is_union);
    let families = Families { sources, of, around: frame.source, classes };
    let mut siblings = families.merge(|_| rules.item());
    if is_union {
        siblings.entries.iter_mut().for_each(keep);
        siblings.contested = None;
    }
    if families.are_second(&siblings.entries, spots) {
        return Merged::copy(spots.second());
    }
    let mut merged = assemble(frame, siblings.entries, families.of.first.as_ref());
    if let Some([first, second]) = siblings.contested {
        let base = spots.base.map(|spot| HeldValue::Node(At { source: Source::Base, node: spot.node }));
        let [first, second] = [first, second].map(|list| Some(HeldValue::Data(list)));
        merged.held.push(Held { place: Place::Field, values: Trio { base, first, second } });
    }
    merged
}

/// Lets an item stay that one side removed and the other changed, without a conflict.
fn keep(item: &mut Entry) {
    item.value.held.retain(|held| held.values.first.is_some() && held.values.second.is_some());
}

/// Merges files of several documents.
pub(crate) fn merge_streams(sources: &Sources<'_>, spots: Spots, rules: Rules<'_>) -> Merged {
    let is_stream =
        |source: Source, node| matches!(sources.document(source).node(node).kind, NodeKind::Stream(_));
    let of = spots.nodes().map(|source, node| {
        if is_stream(source, node) {
            Family::of(sources, source, node)
        } else {
            Family::lone(sources, source)
        }
    });
    let classes = pair::document_classes(&of);
    let families = Families { sources, of, around: Source::First, classes };
    let mut entries = families.merge(|_| rules.document()).entries;
    let streams = [At::first(spots.first.node), At::second(spots.second.node)];
    let frame = streams.into_iter().find(|at| is_stream(at.source, at.node));
    if entries.len() == 1
        && let Some(entry) = entries.pop()
    {
        return entry.value;
    }
    assemble(
        frame.unwrap_or(streams[0]),
        entries,
        families.of.first.as_ref().filter(|_| frame == Some(streams[0])),
    )
}
