//! The list that each item belongs to when both sides' moves are done.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Model, Uid};

/// Where items belong.
pub(crate) struct Parents {
    /// The list of each item that any version has.
    pub(crate) list: BTreeMap<Uid, Uid>,
    /// Moved by both sides to different lists: the first side's stands.
    pub(crate) contested: BTreeSet<Uid>,
    /// Moved by one side and removed by the other.
    pub(crate) moved_and_removed: BTreeSet<Uid>,
    /// Moves of the second side that were taken back since they closed a cycle.
    pub(crate) taken_back: BTreeSet<Uid>,
    /// Moved by either side.
    pub(crate) moved: BTreeSet<Uid>,
}

/// `None` where it is open which move must be taken back.
pub(crate) fn parents(base: &Model, first: &Model, second: &Model) -> Option<Parents> {
    let mut found = Parents {
        list: BTreeMap::new(),
        contested: BTreeSet::new(),
        moved_and_removed: BTreeSet::new(),
        taken_back: BTreeSet::new(),
        moved: BTreeSet::new(),
    };
    let all: BTreeSet<Uid> =
        [base, first, second].iter().flat_map(|version| version.nodes.keys().copied()).collect();
    for uid in all {
        found.place(uid, [base, first, second].map(|version| list_of(version, uid)));
    }
    found.break_cycles(base, first, second).then_some(found)
}

/// The list that an item is in.
fn list_of(model: &Model, uid: Uid) -> Option<Uid> {
    model.is_item(uid).then(|| model.node(uid)?.parent).flatten()
}

impl Parents {
    fn place(&mut self, uid: Uid, lists: [Option<Uid>; 3]) {
        let list = match lists {
            [None, first, second] => first.or(second),
            [Some(base), Some(first), Some(second)] => {
                if first != base || second != base {
                    self.moved.insert(uid);
                }
                if first != base && second != base && first != second {
                    self.contested.insert(uid);
                }
                Some(if first == base { second } else { first })
            }
            [Some(base), Some(list), None] | [Some(base), None, Some(list)] => {
                if list != base {
                    self.moved.insert(uid);
                    self.moved_and_removed.insert(uid);
                }
                Some(list)
            }
            [Some(_), None, None] => None,
        };
        self.list.extend(list.map(|list| (uid, list)));
    }

    /// Takes back moves of the second side that put an item into itself; false where it is open which.
    fn break_cycles(&mut self, base: &Model, first: &Model, second: &Model) -> bool {
        let versions = [first, second, base];
        loop {
            let on_cycle: Vec<Uid> =
                self.moved.iter().copied().filter(|uid| self.is_in_itself(*uid, &versions)).collect();
            let Some(start) = on_cycle.first().copied() else { return true };
            let cycle: Vec<Uid> = self.ring(start, &versions);
            let by_second: Vec<Uid> = cycle
                .iter()
                .copied()
                .filter(|uid| list_of(first, *uid) == list_of(base, *uid) && self.moved.contains(uid))
                .filter(|uid| !self.taken_back.contains(uid))
                .collect();
            let [back] = by_second.as_slice() else { return false };
            let Some(list) = list_of(base, *back) else { return false };
            self.list.insert(*back, list);
            self.taken_back.insert(*back);
        }
    }

    fn above(&self, uid: Uid, versions: &[&Model; 3]) -> Option<Uid> {
        let structural = || versions.iter().find_map(|version| version.node(uid)?.parent);
        self.list.get(&uid).copied().or_else(structural)
    }

    fn is_in_itself(&self, uid: Uid, versions: &[&Model; 3]) -> bool {
        self.ring(uid, versions).contains(&uid)
    }

    /// What is above a node, until it comes round.
    fn ring(&self, uid: Uid, versions: &[&Model; 3]) -> Vec<Uid> {
        let mut seen = BTreeSet::new();
        let mut at = uid;
        let mut found = Vec::new();
        while let Some(next) = self.above(at, versions).filter(|next| seen.insert(*next)) {
            found.push(next);
            at = next;
        }
        found
    }
}
