//! How much two nodes have in common.

use std::collections::HashMap;

use syncline_document::{Document, NodeId, NodeKind};

/// Deeper than this only equality counts.
const DEPTH: usize = 6;

/// From 0 (nothing) to 1 (the same).
pub(crate) fn similarity(a: (&Document, NodeId), b: (&Document, NodeId)) -> f64 {
    at_depth(a, b, DEPTH)
}

/// Whether two mappings contradict each other in nothing and have most entries in common.
pub(crate) fn complement(a: (&Document, NodeId), b: (&Document, NodeId)) -> bool {
    let ((a, left), (b, right)) = (a, b);
    let (NodeKind::Mapping(x), NodeKind::Mapping(y)) = (a.node(left).kind, b.node(right).kind) else {
        return false;
    };
    let others: HashMap<u128, NodeId> = y.iter().map(|pair| (b.data_hash(pair.key), pair.value)).collect();
    let shared: Vec<_> =
        x.iter().filter_map(|pair| Some((pair.value, *others.get(&a.data_hash(pair.key))?))).collect();
    2 * shared.len() > x.len().max(y.len())
        && shared.iter().all(|(value, other)| a.same_hash(*value, b, *other))
}

fn at_depth((a, left): (&Document, NodeId), (b, right): (&Document, NodeId), depth: usize) -> f64 {
    if a.same_hash(left, b, right) {
        return 1.0;
    }
    match (a.node(left).kind, b.node(right).kind) {
        (NodeKind::Mapping(_), NodeKind::Mapping(_)) if depth > 0 => {
            mappings((a, left), (b, right), depth - 1)
        }
        (NodeKind::Sequence(_), NodeKind::Sequence(_)) => sequences((a, left), (b, right)),
        (NodeKind::Scalar, NodeKind::Scalar) => texts(a.scalar_text(left), b.scalar_text(right)),
        _ => 0.0,
    }
}

fn mappings((a, left): (&Document, NodeId), (b, right): (&Document, NodeId), depth: usize) -> f64 {
    let (NodeKind::Mapping(x), NodeKind::Mapping(y)) = (a.node(left).kind, b.node(right).kind) else {
        return 0.0;
    };
    let others: HashMap<u128, NodeId> = y.iter().map(|pair| (b.data_hash(pair.key), pair.value)).collect();
    let mut sum = 0.0;
    let mut shared = 0;
    for pair in x {
        if let Some(other) = others.get(&a.data_hash(pair.key)) {
            shared += 1;
            sum += at_depth((a, pair.value), (b, *other), depth);
        }
    }
    ratio(sum, x.len() + y.len() - shared)
}

fn sequences((a, left): (&Document, NodeId), (b, right): (&Document, NodeId)) -> f64 {
    let count = |document: &Document, node| document.child_count(node);
    let children =
        |document, node| (0..count(document, node)).filter_map(move |index| document.child(node, index));
    let mut free: HashMap<u128, usize> = HashMap::new();
    for child in children(b, right) {
        *free.entry(b.data_hash(child)).or_default() += 1;
    }
    let mut common = 0.0;
    for child in children(a, left) {
        if let Some(left) = free.get_mut(&a.data_hash(child)).filter(|left| **left > 0) {
            *left -= 1;
            common += 2.0;
        }
    }
    ratio(common, count(a, left) + count(b, right))
}

/// By the words that both have, and by how much of beginning and end is the same.
fn texts(a: &str, b: &str) -> f64 {
    let longer = a.chars().count().max(b.chars().count());
    let same = |pairs: &mut dyn Iterator<Item = (char, char)>| pairs.take_while(|(x, y)| x == y).count();
    let ends = same(&mut a.chars().zip(b.chars())) + same(&mut a.chars().rev().zip(b.chars().rev()));
    let ends = ratio(f64::from(u32::try_from(ends.min(longer)).unwrap_or(u32::MAX)), longer);
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (left, mut right) = (words(a), words(b));
    let total = left.len() + right.len();
    let mut common = 0.0;
    for word in &left {
        if let Some(at) = right.iter().position(|other| other == word) {
            right.swap_remove(at);
            common += 2.0;
        }
    }
    ratio(common, total).max(ends)
}

fn ratio(part: f64, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part / f64::from(u32::try_from(whole).unwrap_or(u32::MAX)) }
}
