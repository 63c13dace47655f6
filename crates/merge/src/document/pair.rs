//! Which items of three lists are one: by identity, by being equal, by being alike at one place.

mod identity;

use std::collections::HashMap;
use std::ops::Range;

use imara_diff::Token;
use syncline_document::{Document, NodeId};
use syncline_format::ListRule;

use super::children::Family;
use super::similar::{complement, similarity};
use super::sources::{Source, Sources, Trio};
use crate::text::{Change, changes};
pub(crate) use identity::Identities;

/// Alike enough to be one item that was changed.
const ALIKE: f64 = 0.5;
/// As [`ALIKE`] where both have identities, and different ones.
const ALIKE_RENAMED: f64 = 0.7;
/// In a stretch of more possible pairs than this nothing is compared: the work must stay linear.
const MOST_PAIRS: usize = 4096;

/// The items of three lists that are one. With `alike`, an item that was changed is one with what it was, even
/// where no identity says so; but what is moved is not what is like it in another list.
pub(crate) fn classes(
    sources: &Sources<'_>,
    families: &Trio<Family<'_>>,
    rule: Option<&ListRule>,
    alike: bool,
) -> Vec<Trio<usize>> {
    // Where the whole file is new on both sides, two imports of one export are one all the same.
    let news = if sources.base.is_some() { News::ById } else { News::ByNatural };
    classes_by(families, &identity::of_items(families, rule, sources.moved), alike, news)
}

/// The documents of three files that are one.
pub(crate) fn document_classes(families: &Trio<Family<'_>>) -> Vec<Trio<usize>> {
    classes_by(families, &identity::of_documents(families), true, News::ByNatural)
}

/// When two items that both sides added are one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum News {
    /// Never where their ids differ: nothing here had another id before, and each side's "New Request" is its own.
    ById,
    /// Where their natural keys are one as well: both sides imported them.
    ByNatural,
}

fn classes_by(
    families: &Trio<Family<'_>>,
    identities: &Trio<Identities>,
    alike: bool,
    news: News,
) -> Vec<Trio<usize>> {
    let of = |source| list_of(families.get(source), identities.get(source));
    let (Some(first), Some(second)) = (of(Source::First), of(Source::Second)) else {
        return Vec::new();
    };
    let base = of(Source::Base);
    let Some(base) = base else {
        let mut added = Pairs::none(first.len(), second.len());
        pair_added(&mut added, (&first, |_| true), (&second, |_| true), news);
        return numbered(0, &vec![None; first.len()], &vec![None; second.len()], &added.to_old);
    };
    // What is certain first, on both sides; then what both sides made alike; then what is only alike.
    let (mut to_first, first_changes) = pair_equal(&base, &first);
    let (mut to_second, second_changes) = pair_equal(&base, &second);
    let mut added = Pairs::none(first.len(), second.len());
    let alone = |pairs: &Pairs| pairs.to_old.iter().map(Option::is_none).collect::<Vec<_>>();
    let (first_alone, second_alone) = (alone(&to_first), alone(&to_second));
    let (of_first, of_second) = (|index: usize| first_alone[index], |index: usize| second_alone[index]);
    pair_added(&mut added, (&first, of_first), (&second, of_second), news);
    for change in first_changes.into_iter().filter(|_| alike) {
        join_alike(&mut to_first, (&base, change.before), (&first, change.after));
    }
    for (index, other) in added.to_old.iter().enumerate() {
        let Some(old) = other.and_then(|other| to_first.to_old[other]) else { continue };
        if to_second.to_new[old].is_none() {
            to_second.join(old, index);
        }
    }
    // An item that is alike to one of the base on this side only is an addition on both.
    for change in second_changes.into_iter().filter(|_| alike) {
        let after: Vec<usize> = change.after.filter(|index| added.to_old[*index].is_none()).collect();
        join_alike_among(&mut to_second, (&base, change.before.collect()), (&second, after));
    }
    for (index, other) in added.to_old.iter().enumerate() {
        if let Some(other) = *other
            && to_first.to_old[other] != to_second.to_old[index]
        {
            to_first.part(other);
            to_second.part(index);
        }
    }
    numbered(base.len(), &to_first.to_old, &to_second.to_old, &added.to_old)
}

/// The classes that the pairs make: those of the base first.
fn numbered(
    base: usize,
    first: &[Option<usize>],
    second: &[Option<usize>],
    added: &[Option<usize>],
) -> Vec<Trio<usize>> {
    let mut classes: Vec<Trio<usize>> =
        (0..base).map(|index| Trio { base: Some(index), first: None, second: None }).collect();
    let mut first_class = Vec::with_capacity(first.len());
    for (index, old) in first.iter().enumerate() {
        let class = old.unwrap_or(classes.len());
        if class == classes.len() {
            classes.push(Trio::default());
        }
        classes[class].first = Some(index);
        first_class.push(class);
    }
    for (index, old) in second.iter().enumerate() {
        let class = old.or_else(|| Some(first_class[added[index]?])).unwrap_or(classes.len());
        if class == classes.len() {
            classes.push(Trio::default());
        }
        classes[class].second = Some(index);
    }
    classes
}

fn list_of<'l, 'a>(
    family: Option<&'l Family<'a>>,
    identities: Option<&'l Identities>,
) -> Option<List<'l, 'a>> {
    Some(List::new(family?, identities?))
}

/// A list with what its items are known by.
struct List<'l, 'a> {
    family: &'l Family<'a>,
    identities: &'l Identities,
}

impl<'l, 'a> List<'l, 'a> {
    fn new(family: &'l Family<'a>, identities: &'l Identities) -> Self {
        Self { family, identities }
    }

    fn len(&self) -> usize {
        self.family.values.len()
    }

    fn node(&self, index: usize) -> (&'a Document, NodeId) {
        (self.family.document, self.family.values[index])
    }

    fn hash(&self, index: usize) -> u128 {
        self.family.document.data_hash(self.family.values[index])
    }

    /// The natural keys that one item alone of the whole list has: copies of a third are not each other.
    fn lone_naturals(&self) -> Vec<Option<String>> {
        let keys: Vec<_> = (0..self.len()).map(|index| self.identities.natural(index)).collect();
        let mut times: HashMap<&String, usize> = HashMap::new();
        keys.iter().flatten().for_each(|key| *times.entry(key).or_default() += 1);
        let is_alone = |key: &&String| times.get(key) == Some(&1);
        keys.iter().map(|key| key.as_ref().filter(is_alone).cloned()).collect()
    }

    /// The places of what occurs once.
    fn unique<K: std::hash::Hash + Eq>(
        &self,
        free: impl Fn(usize) -> bool,
        key: impl Fn(usize) -> Option<K>,
    ) -> HashMap<K, Option<usize>> {
        let mut places = HashMap::new();
        for index in (0..self.len()).filter(|index| free(*index)) {
            if let Some(key) = key(index) {
                places.entry(key).and_modify(|place| *place = None).or_insert(Some(index));
            }
        }
        places
    }
}

/// Who is whose counterpart, in two lists.
struct Pairs {
    to_old: Vec<Option<usize>>,
    to_new: Vec<Option<usize>>,
}

impl Pairs {
    fn none(old: usize, new: usize) -> Self {
        Self { to_old: vec![None; new], to_new: vec![None; old] }
    }

    /// Lets an item of the new list be alone.
    fn part(&mut self, new: usize) {
        if let Some(old) = self.to_old[new].take() {
            self.to_new[old] = None;
        }
    }

    fn join(&mut self, old: usize, new: usize) {
        self.to_old[new] = Some(old);
        self.to_new[old] = Some(new);
    }

    /// Joins what occurs once on both sides and is still alone.
    fn join_unique<K: std::hash::Hash + Eq>(
        &mut self,
        old: (&List<'_, '_>, impl Fn(usize) -> Option<K>),
        new: (&List<'_, '_>, impl Fn(usize) -> Option<K>),
    ) {
        self.join_unique_if(old, new, |_, _| true);
    }

    /// As [`Self::join_unique`], of what may be one.
    fn join_unique_if<K: std::hash::Hash + Eq>(
        &mut self,
        (old, old_key): (&List<'_, '_>, impl Fn(usize) -> Option<K>),
        (new, new_key): (&List<'_, '_>, impl Fn(usize) -> Option<K>),
        is_one: impl Fn(usize, usize) -> bool,
    ) {
        let places = old.unique(|index| self.to_new[index].is_none(), old_key);
        for (key, new) in new.unique(|index| self.to_old[index].is_none(), new_key) {
            if let (Some(new), Some(Some(old))) = (new, places.get(&key))
                && is_one(*old, new)
            {
                self.join(*old, new);
            }
        }
    }

    /// Joins what is alone and has a possible id in common: the first of what it holds is another one now.
    fn join_possible(&mut self, old: &List<'_, '_>, new: &List<'_, '_>) {
        if !old.identities.may_differ() {
            return;
        }
        let alone = (0..new.len()).filter(|index| self.to_old[*index].is_none());
        let ids = alone.flat_map(|index| new.identities.possible(index).map(move |id| (id, index)));
        let places: HashMap<&String, usize> = ids.collect();
        for index in 0..old.len() {
            let mut others = old.identities.possible(index).filter_map(|id| places.get(id));
            let other = others.find(|other| self.to_old[**other].is_none());
            if let Some(other) = other.filter(|_| self.to_new[index].is_none()) {
                self.join(index, *other);
            }
        }
    }
}

/// Joins items by identity, and equal ones; answers the stretches between.
fn pair_equal(old: &List<'_, '_>, new: &List<'_, '_>) -> (Pairs, Vec<Change>) {
    let mut pairs = Pairs::none(old.len(), new.len());
    pairs.join_unique((old, |index| old.identities.id(index)), (new, |index| new.identities.id(index)));
    pairs.join_possible(old, new);
    pairs.join_unique(
        (old, |index| old.identities.natural(index)),
        (new, |index| new.identities.natural(index)),
    );
    let (old_tokens, new_tokens, count) = tokens(old, new, &pairs);
    let changes = changes(&old_tokens, &new_tokens, count);
    let (mut old_at, mut new_at) = (0, 0);
    for change in &changes {
        join_run(&mut pairs, old_at..change.before.start, new_at);
        (old_at, new_at) = (change.before.end, change.after.end);
    }
    join_run(&mut pairs, old_at..old.len(), new_at);
    pairs.join_unique((old, |index| Some(old.hash(index))), (new, |index| Some(new.hash(index))));
    (pairs, changes)
}

/// Joins items that stand at the same place of an unchanged stretch.
fn join_run(pairs: &mut Pairs, old: Range<usize>, new: usize) {
    for (offset, old) in old.enumerate() {
        if pairs.to_new[old].is_none() && pairs.to_old[new + offset].is_none() {
            pairs.join(old, new + offset);
        }
    }
}

/// Numbers that are equal where items are joined, or alone and equal.
fn tokens(old: &List<'_, '_>, new: &List<'_, '_>, pairs: &Pairs) -> (Vec<Token>, Vec<Token>, u32) {
    let mut numbers: HashMap<(bool, u128), u32> = HashMap::new();
    let mut number = |key: (bool, u128)| {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        Token(*numbers.entry(key).or_insert(next))
    };
    let joined = |old: usize| (true, old as u128);
    let old_tokens = (0..old.len())
        .map(|index| number(pairs.to_new[index].map_or_else(|| (false, old.hash(index)), |_| joined(index))))
        .collect();
    let new_tokens = (0..new.len())
        .map(|index| number(pairs.to_old[index].map_or_else(|| (false, new.hash(index)), joined)))
        .collect();
    let count = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    (old_tokens, new_tokens, count)
}

/// Joins what is alike at one place, the most alike first.
fn join_alike(
    pairs: &mut Pairs,
    (old, before): (&List<'_, '_>, Range<usize>),
    (new, after): (&List<'_, '_>, Range<usize>),
) {
    join_alike_among(pairs, (old, before.collect()), (new, after.collect()));
}

fn join_alike_among(
    pairs: &mut Pairs,
    (old, mut alone): (&List<'_, '_>, Vec<usize>),
    (new, mut others): (&List<'_, '_>, Vec<usize>),
) {
    alone.retain(|index| pairs.to_new[*index].is_none() && !old.identities.is_moved(*index));
    others.retain(|index| pairs.to_old[*index].is_none() && !new.identities.is_moved(*index));
    if alone.is_empty() || others.is_empty() || alone.len() * others.len() > MOST_PAIRS {
        return;
    }
    let mut candidates = Vec::new();
    for (rank, index) in alone.iter().enumerate() {
        for (other_rank, other) in others.iter().enumerate() {
            let renamed = old.identities.id(*index).is_some() && new.identities.id(*other).is_some();
            let likeness = similarity(old.node(*index), new.node(*other));
            if likeness >= if renamed { ALIKE_RENAMED } else { ALIKE } {
                candidates.push((likeness, rank.abs_diff(other_rank), *index, *other));
            }
        }
    }
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
    for (_, _, old, new) in candidates {
        if pairs.to_new[old].is_none() && pairs.to_old[new].is_none() {
            pairs.join(old, new);
        }
    }
}

/// Joins what both sides added alike, among the items that pass.
fn pair_added(
    pairs: &mut Pairs,
    (first, first_passes): (&List<'_, '_>, impl Fn(usize) -> bool),
    (second, second_passes): (&List<'_, '_>, impl Fn(usize) -> bool),
    news: News,
) {
    let of_first = |index: usize, key: Option<String>| key.filter(|_| first_passes(index));
    let of_second = |index: usize, key: Option<String>| key.filter(|_| second_passes(index));
    pairs.join_unique(
        (first, |index| of_first(index, first.identities.id(index))),
        (second, |index| of_second(index, second.identities.id(index))),
    );
    let (first_naturals, second_naturals) = (first.lone_naturals(), second.lone_naturals());
    let may_be_one = |a: usize, b: usize| {
        let has_ids = first.identities.id(a).is_some() && second.identities.id(b).is_some();
        news == News::ByNatural || !has_ids
    };
    pairs.join_unique_if(
        (first, |index| of_first(index, first_naturals[index].clone())),
        (second, |index| of_second(index, second_naturals[index].clone())),
        may_be_one,
    );
    let mut free: HashMap<u128, Vec<usize>> = HashMap::new();
    for index in (0..first.len()).rev().filter(|index| first_passes(*index)) {
        if pairs.to_new[index].is_none() {
            free.entry(first.hash(index)).or_default().push(index);
        }
    }
    for index in (0..second.len()).filter(|index| second_passes(*index)) {
        if pairs.to_old[index].is_none()
            && let Some(other) = free.get_mut(&second.hash(index)).and_then(Vec::pop)
        {
            pairs.join(other, index);
        }
    }
    let alone =
        |taken: &[Option<usize>], list: &List<'_, '_>, passes: &dyn Fn(usize) -> bool| -> Vec<usize> {
            let free = |index: &usize| {
                taken[*index].is_none() && passes(*index) && list.identities.id(*index).is_none()
            };
            (0..list.len()).filter(free).collect()
        };
    let left = alone(&pairs.to_new, first, &first_passes);
    let right = alone(&pairs.to_old, second, &second_passes);
    if left.len() * right.len() > MOST_PAIRS {
        return;
    }
    for other in right {
        let fits = |index: &&usize| {
            pairs.to_new[**index].is_none() && complement(first.node(**index), second.node(other))
        };
        if let Some(index) = left.iter().find(fits) {
            pairs.join(*index, other);
        }
    }
}
