//! Where the text of a merge does not read as the merge means, the smallest part that is to blame stays as
//! the first side has it, and is held.

use syncline_document::compose;

use super::plan::{Held, Merged, Plan, WriteOut};
use super::sources::{At, Sources};

/// How many texts are tried to find what is to blame: each costs as much as the merge itself.
const MOST_TRIES: usize = 8;
/// As [`MOST_TRIES`] where aliases are written out, which makes the text many times as long.
const MOST_LONG_TRIES: usize = 3;

/// The text, and the merge as far as it is in it.
pub(crate) fn compose_or_retreat(sources: &Sources<'_>, merged: Merged) -> (String, Merged) {
    let ways = if merged.plan.has_references(sources) {
        &[WriteOut::None, WriteOut::Second, WriteOut::Both][..]
    } else {
        &[WriteOut::None]
    };
    if let Some(text) = ways.iter().find_map(|way| text(sources, &merged, *way)) {
        return (text, merged);
    }
    let tries = if ways.len() > 1 { MOST_LONG_TRIES } else { MOST_TRIES };
    let way = ways.last().copied().unwrap_or(WriteOut::None);
    let mut search = Search { sources, merged: &merged, way, left: tries };
    let mut path = Vec::new();
    while let Some(next) = search.culprit(&path) {
        path.push(next);
    }
    loop {
        let mut held = merged.clone();
        if let Some(place) = at(&mut held, &path) {
            hold(place);
        }
        if let Some(text) = text(sources, &held, way) {
            return (text, held);
        }
        if path.pop().is_none() {
            return (sources.first.text().to_owned(), held);
        }
    }
}

fn text(sources: &Sources<'_>, merged: &Merged, way: WriteOut) -> Option<String> {
    compose(sources.first, &merged.plan.piece(sources, way)).ok()
}

struct Search<'s, 'a> {
    sources: &'s Sources<'a>,
    merged: &'s Merged,
    way: WriteOut,
    /// How many texts may still be tried.
    left: usize,
}

impl Search<'_, '_> {
    /// The only child of a place without whose merge all the rest can be written.
    fn culprit(&mut self, path: &[usize]) -> Option<usize> {
        let mut place = self.merged.clone();
        let Plan::Container { children, .. } = &at(&mut place, path)?.plan else { return None };
        let merges = |child: &Merged| !matches!(child.plan, Plan::Copy(_)) && child.nodes.first.is_some();
        let candidates: Vec<usize> =
            (0..children.len()).filter(|index| merges(&children[*index].value)).collect();
        if candidates.is_empty() || !self.works_without(path, &candidates) {
            return None;
        }
        // The fewest of the first ones without which it works: the last of these is to blame.
        let (mut fails, mut succeeds) = (0, candidates.len());
        while succeeds - fails > 1 {
            let middle = usize::midpoint(fails, succeeds);
            if self.works_without(path, &candidates[..middle]) { succeeds = middle } else { fails = middle }
        }
        let blamed = candidates[succeeds - 1];
        (candidates.len() == 1 || self.works_without(path, &[blamed])).then_some(blamed)
    }

    fn works_without(&mut self, path: &[usize], without: &[usize]) -> bool {
        let Some(left) = self.left.checked_sub(1) else { return false };
        self.left = left;
        let mut trial = self.merged.clone();
        if let Some(Plan::Container { children, .. }) = at(&mut trial, path).map(|place| &mut place.plan) {
            for index in without {
                hold(&mut children[*index].value);
            }
        }
        text(self.sources, &trial, self.way).is_some()
    }
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
