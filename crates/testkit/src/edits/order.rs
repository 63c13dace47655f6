//! The order of a list's items when both sides' moves and additions are done.

use std::collections::{BTreeSet, HashMap};

use super::model::Uid;

/// What is known of a merged order.
pub(crate) struct Order {
    /// An order that fits.
    pub(crate) items: Vec<Uid>,
    /// Which item must come before which.
    pub(crate) before: Vec<(Uid, Uid)>,
    /// Whether both moved the same item, so that one of the orders must be held; `None` where a swap of
    /// neighbours leaves open who was moved.
    pub(crate) is_contested: Option<bool>,
}

/// The order of the members of a list.
pub(crate) fn order(members: &[Uid], base: &[Uid], first: &[Uid], second: &[Uid]) -> Order {
    let moved = [Moved::of(base, first), Moved::of(base, second)];
    let places = [base, first, second].map(places);
    let misplaced = added_apart(members, base, first, second);
    // The first side's place stands for what both put here at different places, so the second side's order says
    // nothing of it.
    let first_leaves =
        |a: Uid, b: Uid| moved[0].leaves(a, b) && !misplaced.contains(&a) && !misplaced.contains(&b);
    // Where one side moved the one and the other side the other, what stood between them may have passed both:
    // that they agree is chance.
    let first_moved = |uid: Uid| moved[0].may_have(uid) || misplaced.contains(&uid);
    let is_crossed =
        |a: Uid, b: Uid| first_moved(a) && moved[1].may_have(b) || first_moved(b) && moved[1].may_have(a);
    let mut before = Vec::new();
    for (index, a) in members.iter().enumerate() {
        for b in &members[index + 1..] {
            let is_before = |side: usize| Some(places[side].get(a)? < places[side].get(b)?);
            let wanted = match (is_before(1), is_before(2)) {
                (Some(x), Some(y)) if x == y => Some(x).filter(|_| !is_crossed(*a, *b)),
                (x, y) => x.filter(|_| moved[1].leaves(*a, *b)).or(y.filter(|_| first_leaves(*a, *b))),
            };
            before.extend(wanted.map(|is_before| if is_before { (*a, *b) } else { (*b, *a) }));
        }
    }
    let both = |side: &[Uid]| -> Vec<Uid> {
        let common = |uid: &Uid| members.contains(uid) && first.contains(uid) && second.contains(uid);
        side.iter().copied().filter(common).collect()
    };
    let is_contested = match &moved {
        _ if both(first) == both(second) => Some(false),
        [Moved::Known(a), Moved::Known(b)] => Some(!a.is_disjoint(b)),
        [Moved::Known(known), Moved::Open] | [Moved::Open, Moved::Known(known)] if known.is_empty() => {
            Some(false)
        }
        _ => None,
    };
    Order { items: sorted(members, &before, first, second), before, is_contested }
}

/// What both sides added, or moved here, at different places among what both have.
fn added_apart(members: &[Uid], base: &[Uid], first: &[Uid], second: &[Uid]) -> BTreeSet<Uid> {
    let in_both = |uid: &Uid| members.contains(uid) && first.contains(uid) && second.contains(uid);
    let split = |side: &[Uid], at: Uid| -> [BTreeSet<Uid>; 2] {
        let place = side.iter().position(|uid| *uid == at).unwrap_or(side.len());
        let common = |part: &[Uid]| part.iter().copied().filter(|uid| in_both(uid) && *uid != at).collect();
        [common(&side[..place]), common(&side[place..])]
    };
    let added = first.iter().copied().filter(|uid| in_both(uid) && !base.contains(uid));
    added.filter(|uid| split(first, *uid) != split(second, *uid)).collect()
}

/// Which items a side moved.
enum Moved {
    Known(BTreeSet<Uid>),
    /// Several answers are as good.
    Open,
}

impl Moved {
    fn of(base: &[Uid], side: &[Uid]) -> Self {
        let old: Vec<Uid> = base.iter().copied().filter(|uid| side.contains(uid)).collect();
        let new: Vec<Uid> = side.iter().copied().filter(|uid| base.contains(uid)).collect();
        if old == new {
            return Self::Known(BTreeSet::new());
        }
        let without = |order: &[Uid], one: Uid| -> Vec<Uid> {
            order.iter().copied().filter(|uid| *uid != one).collect()
        };
        let explains = |one: &&Uid| without(&old, **one) == without(&new, **one);
        let mut single = old.iter().filter(explains);
        match (single.next(), single.next()) {
            (Some(one), None) => Self::Known(BTreeSet::from([*one])),
            _ => Self::Open,
        }
    }

    fn may_have(&self, uid: Uid) -> bool {
        match self {
            Self::Known(moved) => moved.contains(&uid),
            Self::Open => true,
        }
    }

    /// Whether the order of two items is none that the side made.
    fn leaves(&self, a: Uid, b: Uid) -> bool {
        match self {
            Self::Known(moved) => !moved.contains(&a) && !moved.contains(&b),
            Self::Open => false,
        }
    }
}

fn places(side: &[Uid]) -> HashMap<Uid, usize> {
    side.iter().enumerate().map(|(place, uid)| (*uid, place)).collect()
}

/// One order that keeps to what is known, close to the first side's.
fn sorted(members: &[Uid], before: &[(Uid, Uid)], first: &[Uid], second: &[Uid]) -> Vec<Uid> {
    let first_places = places(first);
    let second_places = places(second);
    let rank = |uid: &Uid| {
        let place = first_places.get(uid).or(second_places.get(uid)).copied().unwrap_or(usize::MAX);
        (place, !first_places.contains_key(uid), *uid)
    };
    let mut left: Vec<Uid> = members.to_vec();
    left.sort_by_key(rank);
    let mut found = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_free = |uid: &Uid| !before.iter().any(|(a, b)| b == uid && left.contains(a));
        let next = left.iter().position(is_free).unwrap_or(0);
        found.push(left.remove(next));
    }
    found
}
