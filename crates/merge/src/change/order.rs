//! Which resources changed their place among their siblings.

use std::collections::{HashMap, HashSet};

use syncline_document::{Document, NodeId, Value};
use syncline_format::{Resource, Rules};

use super::Pairing;

/// The indices in `new` of those that have another place among the siblings that both versions have. Where
/// several accounts are possible, the one that moves the fewest.
pub(super) fn reordered(
    (old_document, old): (&Document, &[Resource]),
    (new_document, new): (&Document, &[Resource]),
    pairing: &Pairing,
    rules: Rules<'_>,
) -> HashSet<usize> {
    let mut found = HashSet::new();
    for group in groups(old_document, old, new_document, new, pairing) {
        let Some(first) = group.first() else { continue };
        let order = rules.at(new_document, &new[first.new].at).order_field();
        let rank =
            |document: &Document, node: NodeId| order.map_or(0.0, |field| number(document, node, field));
        let mut before: Vec<(f64, usize)> = Vec::new();
        let mut after: Vec<(f64, usize)> = Vec::new();
        for (index, pair) in group.iter().enumerate() {
            before.push((rank(old_document, old[pair.old].node), index));
            after.push((rank(new_document, new[pair.new].node), index));
        }
        // Where ranks are equal, the place in the file decides.
        before.sort_by(|a, b| a.0.total_cmp(&b.0).then(group[a.1].old.cmp(&group[b.1].old)));
        after.sort_by(|a, b| a.0.total_cmp(&b.0).then(group[a.1].new.cmp(&group[b.1].new)));
        let mut place = vec![0; group.len()];
        before.iter().enumerate().for_each(|(rank, (_, index))| place[*index] = rank);
        let sequence: Vec<usize> = after.iter().map(|(_, index)| place[*index]).collect();
        let stay = longest_increasing(&sequence);
        let moved = after.iter().enumerate().filter(|(at, _)| !stay.contains(at));
        found.extend(moved.map(|(_, (_, index))| group[*index].new));
    }
    found
}

#[derive(Clone, Copy)]
struct Pair {
    old: usize,
    new: usize,
}

/// Pairs by the list that they are in, in both versions; lists that are equal in both are left out, and so
/// are those of resources that are the only one in their place.
fn groups(
    old_document: &Document,
    old: &[Resource],
    new_document: &Document,
    new: &[Resource],
    pairing: &Pairing,
) -> Vec<Vec<Pair>> {
    let mut groups: HashMap<(NodeId, NodeId), Vec<Pair>> = HashMap::new();
    let mut lists = Vec::new();
    for (index, resource) in new.iter().enumerate() {
        let Some(before) = pairing.old_of(index) else { continue };
        let list = |document: &Document, resource: &Resource| document.node(resource.node).parent;
        let Some(key) = list(old_document, &old[before]).zip(list(new_document, resource)) else { continue };
        if old_document.same_hash(key.0, new_document, key.1) {
            continue;
        }
        let group = groups.entry(key).or_insert_with(|| {
            lists.push(key);
            Vec::new()
        });
        group.push(Pair { old: before, new: index });
    }
    lists.iter().filter_map(|list| groups.remove(list)).filter(|group| group.len() > 1).collect()
}

/// What orders an item; what has nothing of the kind comes last.
fn number(document: &Document, node: NodeId, field: &[Box<str>]) -> f64 {
    let found = field.iter().try_fold(node, |node, key| {
        let index = document.child_index(node, key)?;
        document.child(document.resolve(node), index)
    });
    match found.map(|node| document.value(node)) {
        Some(Value::Number(text)) => text.parse().unwrap_or(f64::INFINITY),
        _ => f64::INFINITY,
    }
}

/// The indices of one longest increasing subsequence of different numbers.
fn longest_increasing(numbers: &[usize]) -> HashSet<usize> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; numbers.len()];
    for (index, number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|end| numbers[*end] < *number);
        before[index] = length.checked_sub(1).map(|shorter| ends[shorter]);
        if length == ends.len() {
            ends.push(index);
        } else {
            ends[length] = index;
        }
    }
    std::iter::successors(ends.last().copied(), |index| before[*index]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_increasing_subsequence_is_found() {
        for (numbers, length) in [
            (vec![], 0),
            (vec![0, 1, 2], 3),
            (vec![2, 0, 1], 2),
            (vec![2, 1, 0], 1),
            (vec![0, 4, 1, 2, 3], 4),
            (vec![3, 4, 0, 1, 2], 3),
        ] {
            let found = longest_increasing(&numbers);
            assert_eq!(found.len(), length, "{numbers:?}");
            let mut chosen: Vec<_> = found.into_iter().collect();
            chosen.sort_unstable();
            assert!(chosen.windows(2).all(|pair| numbers[pair[0]] < numbers[pair[1]]));
        }
    }
}
