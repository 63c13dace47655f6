//! Where the text of a merge does not read as the merge means, the smallest part that is to blame stays as
//! the first side has it, and is held.

use syncline_document::compose;

use super::plan::{Held, Merged, Plan};
use super::sources::{At, Sources};

/// The text, and the merge as far as it is in it.
pub(crate) fn compose_or_retreat(sources: &Sources<'_>, merged: Merged) -> (String, Merged) {
    if let Some(text) = text(sources, &merged) {
        return (text, merged);
    }
    let mut path = Vec::new();
    while let Some(next) = culprit(sources, &merged, &path) {
        path.push(next);
    }
    loop {
        let mut held = merged.clone();
        if let Some(place) = at(&mut held, &path) {
            hold(place);
        }
        if let Some(text) = text(sources, &held) {
            return (text, held);
        }
        if path.pop().is_none() {
            return (sources.first.text().to_owned(), held);
        }
    }
}

fn text(sources: &Sources<'_>, merged: &Merged) -> Option<String> {
    compose(sources.first, &merged.plan.piece(sources)).ok()
}

/// The only child of a place without whose merge all the rest can be written.
fn culprit(sources: &Sources<'_>, merged: &Merged, path: &[usize]) -> Option<usize> {
    let mut trial = merged.clone();
    let Plan::Container { children, .. } = &at(&mut trial, path)?.plan else { return None };
    let merges = |child: &Merged| !matches!(child.plan, Plan::Copy(_)) && child.nodes.first.is_some();
    let candidates: Vec<usize> = (0..children.len()).filter(|index| merges(&children[*index].value)).collect();
    let works = |without: &[usize]| {
        let mut trial = merged.clone();
        if let Some(Plan::Container { children, .. }) = at(&mut trial, path).map(|place| &mut place.plan) {
            without.iter().for_each(|index| hold(&mut children[*index].value));
        }
        text(sources, &trial).is_some()
    };
    if candidates.is_empty() || !works(&candidates) {
        return None;
    }
    // The fewest of the first ones without which it works: the last of these is to blame.
    let (mut fails, mut succeeds) = (0, candidates.len());
    while succeeds - fails > 1 {
        let middle = usize::midpoint(fails, succeeds);
        if works(&candidates[..middle]) { succeeds = middle } else { fails = middle }
    }
    let blamed = candidates[succeeds - 1];
    works(&[blamed]).then_some(blamed)
}

fn at<'m>(merged: &'m mut Merged, path: &[usize]) -> Option<&'m mut Merged> {
    path.iter().try_fold(merged, |merged, index| match &mut merged.plan {
        Plan::Container { children, .. } => children.get_mut(*index).map(|entry| &mut entry.value),
        _ => None,
    })
}

/// Lets a node be as the first side has it.
fn hold(merged: &mut Merged) {
    if let Some(first) = merged.nodes.first {
        merged.plan = Plan::Copy(At::first(first));
        merged.held = vec![Held::nodes(merged.nodes)];
    }
}
