//! The order of merged children: moves, insertions and removals of both sides.

/// The order that two sides make together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    /// Numbers of children.
    pub(crate) sequence: Vec<usize>,
    /// Whether both sides moved the same child to different places; the first side's place stands.
    pub(crate) contested: bool,
}

/// Merges the orders of children, each child having a number below `keep.len()` that is the same in all
/// three. A child with `keep` false is gone, but what was put before or behind it still is. Of two insertions
/// at one place the first side's come first, or, where all versions are sorted, those of lower rank.
pub(crate) fn merge_order(
    base: &[usize],
    first: &[usize],
    second: &[usize],
    keep: &[bool],
    ranks: Option<&[usize]>,
) -> Order {
    let moves = Moves::of(base, first, second, keep);
    let [in_base, in_first, in_second] = [base, first, second].map(|side| membership(side, keep.len()));
    // What was moved away leaves a trace where it was: what the other side put before or behind it stays so.
    let trace = |child: usize| keep.len() + child;
    let skeleton = first.iter().map(|child| if moves.second[*child] { trace(*child) } else { *child });
    let mut chain = Chain::new(skeleton, 2 * keep.len());
    let is_fixed = |child: usize| {
        in_base[child] && in_first[child] && in_second[child] && !moves.second[child] && !moves.first[child]
    };
    let apart = added_apart(first, second, &in_base, is_fixed);
    let is_anchor = |child: usize| apart.get(child).is_none_or(|apart| !apart);
    // What the first side removed and the second kept stands where that side has it.
    let is_kept = |child: usize| in_base[child] && !in_first[child] && keep[child];
    let place = |child: usize| if moves.first[child] { trace(child) } else { child };
    let of_base = base.iter().copied().filter(|child| !moves.second[*child] && !is_kept(*child));
    let of_base = of_base.filter(|child| in_first[*child] || in_second[*child]);
    chain.weave(of_base.map(place), is_anchor, |_, _| false);
    let of_second = second.iter().copied().filter(|child| !moves.elsewhere[*child]);
    let of_second = of_second.filter(|child| keep[*child] || in_base[*child] && !moves.second[*child]);
    chain.weave(of_second.map(place), is_anchor, |next, child| {
        next < keep.len()
            && !is_kept(child)
            && !in_second[next]
            && !in_base[next]
            && ranks.is_none_or(|ranks| ranks[next] < ranks[child])
    });
    let mut sequence = chain.to_vec();
    sequence.retain(|child| keep.get(*child) == Some(&true));
    let contested = moves.elsewhere.iter().zip(keep).any(|(elsewhere, keep)| *elsewhere && *keep);
    Order { sequence, contested }
}

/// Which children changed their place.
struct Moves {
    /// By the first side.
    first: Vec<bool>,
    /// By the second side alone.
    second: Vec<bool>,
    /// By both, to different places.
    elsewhere: Vec<bool>,
}

impl Moves {
    fn of(base: &[usize], first: &[usize], second: &[usize], keep: &[bool]) -> Self {
        let count = keep.len();
        let mut moves = Self {
            first: moved(base, first, count),
            second: moved(base, second, count),
            elsewhere: vec![false; count],
        };
        if !moves.first.contains(&true) || !moves.second.contains(&true) {
            return moves;
        }
        let (in_first, in_second) = (membership(first, count), membership(second, count));
        let is_common = |child: &usize| in_first[*child] && in_second[*child] && keep[*child];
        let common = |side: &[usize]| side.iter().copied().filter(is_common).collect::<Vec<_>>();
        if common(first) == common(second) {
            // Both made the same order: for the merge nothing moved.
            moves.first.fill(false);
            moves.second.fill(false);
        }
        for child in 0..count {
            moves.elsewhere[child] = moves.first[child] && moves.second[child];
            moves.second[child] &= !moves.first[child];
        }
        moves
    }
}

fn membership(side: &[usize], count: usize) -> Vec<bool> {
    let mut is_in = vec![false; count];
    for child in side {
        is_in[*child] = true;
    }
    is_in
}

/// The children that both sides added, each between other ones of those that nobody moved.
fn added_apart(
    first: &[usize],
    second: &[usize],
    in_base: &[bool],
    is_fixed: impl Fn(usize) -> bool,
) -> Vec<bool> {
    let mut place_in_first = vec![None; in_base.len()];
    let mut apart = vec![false; in_base.len()];
    for (child, place) in places_among(first, &is_fixed) {
        place_in_first[child] = Some(place);
    }
    for (child, place) in places_among(second, &is_fixed) {
        apart[child] = !in_base[child] && place_in_first[child].is_some_and(|other| other != place);
    }
    apart
}

/// Each child with the number of fixed ones before it.
fn places_among(side: &[usize], is_fixed: impl Fn(usize) -> bool) -> impl Iterator<Item = (usize, usize)> {
    side.iter().scan(0, move |before, child| {
        let place = *before;
        *before += usize::from(is_fixed(*child));
        Some((*child, place))
    })
}

/// The children that changed their place among those that both lists have: all but a longest run of them
/// that kept their order.
fn moved(base: &[usize], side: &[usize], count: usize) -> Vec<bool> {
    let mut position = vec![usize::MAX; count];
    base.iter().enumerate().for_each(|(index, child)| position[*child] = index);
    let common: Vec<usize> = side.iter().copied().filter(|child| position[*child] != usize::MAX).collect();
    let mut moved = vec![false; count];
    if common.is_sorted_by_key(|child| position[*child]) {
        return moved;
    }
    for child in &common {
        moved[*child] = true;
    }
    for child in longest_rising(&common, &position) {
        moved[child] = false;
    }
    moved
}

/// A longest part of the list whose positions rise.
fn longest_rising(list: &[usize], position: &[usize]) -> Vec<usize> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; list.len()];
    for (index, child) in list.iter().enumerate() {
        let length = ends.partition_point(|end| position[list[*end]] < position[*child]);
        before[index] = length.checked_sub(1).map(|shorter| ends[shorter]);
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut rising: Vec<usize> = std::iter::successors(ends.last().copied(), |index| before[*index])
        .map(|index| list[index])
        .collect();
    rising.reverse();
    rising
}

/// A list in which inserting takes no time.
struct Chain {
    /// The next child of each; the last entry is the beginning.
    next: Vec<Option<usize>>,
    present: Vec<bool>,
}

impl Chain {
    fn new(children: impl Iterator<Item = usize>, count: usize) -> Self {
        let mut chain = Self { next: vec![None; count + 1], present: vec![false; count] };
        let mut last = None;
        for child in children {
            chain.insert(last, child);
            last = Some(child);
        }
        chain
    }

    fn place(&self, after: Option<usize>) -> usize {
        after.unwrap_or(self.next.len() - 1)
    }

    fn has(&self, child: usize) -> bool {
        self.present[child]
    }

    fn insert(&mut self, after: Option<usize>, child: usize) {
        let place = self.place(after);
        self.next[child] = self.next[place];
        self.next[place] = Some(child);
        self.present[child] = true;
    }

    /// Puts in what is missing of a list: behind the last anchor before it, and behind what may be passed over.
    fn weave(
        &mut self,
        list: impl Iterator<Item = usize>,
        is_anchor: impl Fn(usize) -> bool,
        passes: impl Fn(usize, usize) -> bool,
    ) {
        let mut cursor = None;
        for child in list {
            if !self.has(child) {
                let after = self.skip(cursor, |next| passes(next, child));
                self.insert(after, child);
            }
            if is_anchor(child) {
                cursor = Some(child);
            }
        }
    }

    /// Goes on while the next child passes.
    fn skip(&self, after: Option<usize>, passes: impl Fn(usize) -> bool) -> Option<usize> {
        let mut at = after;
        while let Some(next) = self.next[self.place(at)].filter(|next| passes(*next)) {
            at = Some(next);
        }
        at
    }

    fn to_vec(&self) -> Vec<usize> {
        std::iter::successors(self.next[self.place(None)], |child| self.next[*child]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(base: &[usize], first: &[usize], second: &[usize]) -> Order {
        let count = base.iter().chain(first).chain(second).max().map_or(0, |most| most + 1);
        let keep: Vec<bool> = (0..count)
            .map(|child| {
                let has = |side: &[usize]| side.contains(&child);
                if has(base) { has(first) && has(second) } else { has(first) || has(second) }
            })
            .collect();
        merge_order(base, first, second, &keep, None)
    }

    fn clean(sequence: &[usize]) -> Order {
        Order { sequence: sequence.into(), contested: false }
    }

    #[test]
    fn insertions_at_one_place_keep_the_first_sides_before() {
        assert_eq!(order(&[0, 1], &[0, 2, 3, 1], &[0, 4, 1]), clean(&[0, 2, 3, 4, 1]));
        assert_eq!(order(&[0], &[1, 0], &[2, 0]), clean(&[1, 2, 0]));
        assert_eq!(order(&[], &[0, 1], &[2, 1]), clean(&[0, 2, 1]));
    }

    #[test]
    fn insertions_into_a_sorted_list_are_sorted() {
        let ranks = [0, 9, 3, 5, 4];
        let order = merge_order(&[0, 1], &[0, 2, 3, 1], &[0, 4, 1], &[true; 5], Some(&ranks));
        assert_eq!(order, clean(&[0, 2, 4, 3, 1]));
    }

    #[test]
    fn a_move_on_one_side_meets_an_insertion_on_the_other() {
        assert_eq!(order(&[0, 1, 2], &[2, 0, 1], &[0, 1, 3, 2]), clean(&[2, 0, 1, 3]));
        assert_eq!(order(&[0, 1, 2], &[0, 1, 3, 2], &[2, 0, 1]), clean(&[2, 0, 1, 3]));
        assert_eq!(order(&[0, 1, 2, 3], &[1, 0, 2, 3], &[0, 1, 3, 2]), clean(&[1, 0, 3, 2]));
    }

    #[test]
    fn what_was_put_beside_something_that_the_other_side_moved_away_stays_where_that_was() {
        let moved = &[0, 3, 2, 5, 1];
        assert_eq!(order(&[0, 1, 2, 5], moved, &[0, 4, 1, 2, 5]), clean(&[0, 4, 3, 2, 5, 1]));
        assert_eq!(order(&[0, 1, 2, 5], &[0, 4, 1, 2, 5], moved), clean(&[0, 4, 3, 2, 5, 1]));
        assert_eq!(order(&[0, 1, 2, 5], moved, &[0, 1, 4, 2, 5]), clean(&[0, 3, 4, 2, 5, 1]));
        assert_eq!(order(&[0, 1, 2, 5], &[0, 1, 4, 2, 5], moved), clean(&[0, 3, 4, 2, 5, 1]));
    }

    #[test]
    fn what_was_put_between_children_that_both_sides_moved_alike_stays_there() {
        assert_eq!(order(&[0, 1, 2], &[1, 0], &[1, 3, 2, 0]), clean(&[1, 3, 0]));
    }

    #[test]
    fn the_same_child_moved_to_two_places_is_contested() {
        assert_eq!(order(&[0, 1, 2], &[2, 1, 0], &[2, 1, 0]), clean(&[2, 1, 0]));
        let both = order(&[0, 1, 2, 3, 4], &[4, 0, 1, 2, 3], &[0, 4, 1, 2, 3]);
        assert_eq!(both, Order { sequence: vec![4, 0, 1, 2, 3], contested: true });
    }

    #[test]
    fn what_both_added_at_two_places_takes_nothing_along() {
        assert_eq!(order(&[0], &[1, 0], &[0, 1, 2]), clean(&[1, 0, 2]));
        assert_eq!(order(&[0], &[0, 1], &[1, 2, 0]), clean(&[2, 0, 1]));
        assert_eq!(order(&[0, 1], &[0, 1, 2], &[2, 1, 0]), clean(&[1, 0, 2]));
    }

    #[test]
    fn what_was_put_before_or_behind_something_that_was_removed_stays_so() {
        assert_eq!(order(&[0, 1, 2], &[0, 1, 3, 2], &[0, 4, 2]), clean(&[0, 4, 3, 2]));
        assert_eq!(order(&[0, 1, 2], &[0, 3, 2], &[0, 1, 4, 2]), clean(&[0, 3, 4, 2]));
        assert_eq!(order(&[0, 1, 2], &[0, 3, 2], &[0, 4, 1, 2]), clean(&[0, 4, 3, 2]));
        assert_eq!(order(&[0, 1, 2], &[0, 3, 2], &[0, 4, 2]), clean(&[0, 3, 4, 2]));
        assert_eq!(order(&[0], &[1], &[2]), clean(&[1, 2]));
    }

    #[test]
    fn what_one_side_removed_and_the_other_kept_stays_behind_what_both_put_before_it() {
        let kept = |first: &[usize], second: &[usize]| {
            merge_order(&[0, 1], first, second, &[true; 4], None).sequence
        };
        assert_eq!(kept(&[2, 1], &[2, 0, 1]), [2, 0, 1]);
        assert_eq!(kept(&[3, 1], &[0, 1]), [0, 3, 1]);
    }

    #[test]
    fn what_was_removed_is_gone_wherever_the_other_put_it() {
        assert_eq!(order(&[0, 1, 2], &[0, 2], &[2, 1, 0, 3]), clean(&[2, 0, 3]));
    }
}
