//! Resources of a re-import, in which each has another id: paired by what people know them by.

use std::collections::{HashMap, HashSet};

use crate::Resource;

/// What is alone with its kind, name, natural key and parents among all that is gone, and among all that is
/// new. Nothing where an id is in both, and none without its parent or a child: one alone may look like another
/// by chance.
pub fn reimported<'a>(gone: &[&'a Resource], new: &[&'a Resource]) -> Vec<(&'a Resource, &'a Resource)> {
    let ids = |all: &[&'a Resource]| all.iter().filter_map(|it| it.id.as_deref()).collect::<HashSet<_>>();
    if !ids(gone).is_disjoint(&ids(new)) {
        return Vec::new();
    }
    let mut there = alone(new);
    let pairs = alone(gone).into_iter();
    let pairs: Vec<_> = pairs.filter_map(|(key, old)| Some((old, there.remove(&key)?))).collect();
    let ids = |of: fn(&Resource) -> Option<&String>| -> HashSet<&String> {
        pairs.iter().filter_map(|(old, _)| of(old)).collect()
    };
    let (parents, children) = (ids(|it| it.id.as_ref()), ids(|it| it.parent.as_ref()));
    let has = |ids: &HashSet<&String>, id: &Option<String>| id.as_ref().is_some_and(|id| ids.contains(id));
    let is_family = |it: &Resource| has(&parents, &it.parent) || has(&children, &it.id);
    pairs.iter().filter(|(old, _)| is_family(old)).copied().collect()
}

/// Those with a key that no other has.
fn alone<'a>(all: &[&'a Resource]) -> HashMap<Vec<&'a str>, &'a Resource> {
    let by_id: HashMap<&str, &Resource> =
        all.iter().filter_map(|it| Some((it.id.as_deref()?, *it))).collect();
    let mut found: HashMap<Vec<&str>, Option<&Resource>> = HashMap::new();
    for it in all {
        found.entry(key(it, &by_id)).and_modify(|known| *known = None).or_insert(Some(it));
    }
    found.into_iter().filter_map(|(key, known)| Some((key, known?))).collect()
}

/// The natural keys of a resource and of those around it, up to one that has stayed: that one's id.
fn key<'a>(resource: &'a Resource, by_id: &HashMap<&str, &'a Resource>) -> Vec<&'a str> {
    let mut key = vec![resource.natural_key.as_str()];
    let mut at = resource;
    // Parents may go round in a circle.
    while let Some(parent) = at.parent.as_deref().filter(|_| key.len() <= by_id.len()) {
        let Some(next) = by_id.get(parent) else {
            key.push(parent);
            break;
        };
        key.push(&next.natural_key);
        at = next;
    }
    key
}
