//! The fields in which two versions of a resource differ.

use std::collections::HashMap;

use syncline_document::{Document, NodeId, NodeKind, Pointer};
use syncline_format::{FieldClass, Format, Identity, ListRule, Resource, Rules};

use super::FieldChange;

/// The fields at the top of a resource, as of an added one.
pub(super) fn top(document: &Document, resource: &Resource, format: &Format) -> Vec<FieldChange> {
    let rules = format.rules_for(&resource.path, document).at(document, &resource.at);
    let mut walk = Walk { old: document, new: document, at: Vec::new(), found: Vec::new() };
    let node = document.resolve(resource.node);
    let NodeKind::Mapping(pairs) = document.node(node).kind else {
        walk.report(None, Some(node), rules);
        return walk.found;
    };
    for pair in pairs {
        let child = rules.key(document.scalar_text(pair.key));
        if !holds_resources(child) {
            walk.within(document.key_text(pair.key), |walk| walk.report(None, Some(pair.value), child));
        }
    }
    walk.found
}

/// The fields that differ, but for those of resources inside this one.
pub(super) fn between(
    (old, before): (&Document, NodeId),
    (new, after): (&Document, NodeId),
    rules: Rules<'_>,
) -> Vec<FieldChange> {
    let mut walk = Walk { old, new, at: Vec::new(), found: Vec::new() };
    walk.compare(before, after, rules);
    walk.found
}

/// For each part of a field's pointer what people know the item of a list there by; empty where nothing has a name.
pub(crate) fn item_names(
    document: &Document,
    resource: &Resource,
    field: &Pointer,
    format: &Format,
) -> Vec<Option<String>> {
    let mut rules = format.rules_for(&resource.path, document).at(document, &resource.at);
    let (mut node, mut names) = (resource.node, Vec::new());
    for part in field.parts() {
        let around = document.resolve(node);
        let child = match document.node(around).kind {
            NodeKind::Sequence(items) => {
                let list = rules.list().unwrap_or_else(|| ListRule::generic());
                let index = part.parse::<usize>().ok().filter(|index| *index < items.len());
                let ids = list.identities.iter().find_map(|identity| keys(document, items, identity));
                names.push(index.zip(ids).map(|(index, ids)| name_of(document, items[index], &ids[index])));
                rules = rules.item();
                index.map(|index| items[index])
            }
            NodeKind::Stream(items) => {
                names.push(None);
                rules = rules.document();
                part.parse::<usize>().ok().and_then(|index| items.get(index).copied())
            }
            _ => {
                names.push(None);
                rules = rules.key(part);
                document.entry(around, part)
            }
        };
        let Some(child) = child else { break };
        node = child;
    }
    if names.iter().all(Option::is_none) {
        return Vec::new();
    }
    names.resize(field.parts().len(), None);
    names
}

/// Whether the node is another resource, or a list of them.
fn holds_resources(rules: Rules<'_>) -> bool {
    rules.is_resource() || rules.item().is_resource()
}

struct Walk<'a> {
    old: &'a Document,
    new: &'a Document,
    /// The way here, with what people know items of lists by.
    at: Vec<(String, Option<String>)>,
    found: Vec<FieldChange>,
}

impl Walk<'_> {
    fn within(&mut self, part: String, visit: impl FnOnce(&mut Self)) {
        self.within_item(part, None, visit);
    }

    fn within_item(&mut self, part: String, name: Option<String>, visit: impl FnOnce(&mut Self)) {
        self.at.push((part, name));
        visit(self);
        self.at.pop();
    }

    fn report(&mut self, before: Option<NodeId>, after: Option<NodeId>, rules: Rules<'_>) {
        let pointer = self.at.iter().fold(Pointer::root(), |pointer, (part, _)| pointer.child(part.as_str()));
        let items = self.at.iter().map(|(_, name)| name.clone()).collect();
        let before = before.map(|node| self.old.value(node));
        let after = after.map(|node| self.new.value(node));
        self.found.push(FieldChange { pointer, items, class: rules.class(), before, after });
    }

    fn compare(&mut self, before: NodeId, after: NodeId, rules: Rules<'_>) {
        if self.old.same_hash(before, self.new, after) {
            return;
        }
        let (before, after) = (self.old.resolve(before), self.new.resolve(after));
        let same_tag = self.old.tag(before) == self.new.tag(after);
        // Noise is reported as a whole: nobody reads it.
        let plain = rules.class() == FieldClass::Plain;
        match (self.old.node(before).kind, self.new.node(after).kind) {
            (NodeKind::Mapping(_), NodeKind::Mapping(_)) if plain && same_tag => {
                self.compare_mappings(before, after, rules);
            }
            (NodeKind::Sequence(a), NodeKind::Sequence(b)) if plain && same_tag => {
                self.compare_lists((before, a), (after, b), rules);
            }
            (NodeKind::Stream(a), NodeKind::Stream(b)) => {
                self.compare_aligned((before, a), (after, b), rules, rules.document());
            }
            _ => self.report(Some(before), Some(after), rules),
        }
    }

    /// In the order of the new version, what was removed last.
    fn compare_mappings(&mut self, before: NodeId, after: NodeId, rules: Rules<'_>) {
        let (old, new) = (self.old, self.new);
        let mut was = entries(old, before);
        let NodeKind::Mapping(pairs) = new.node(after).kind else { return };
        for pair in pairs {
            let part = new.key_text(pair.key);
            let child = rules.key(&part);
            let before = was.remove(part.as_str());
            if holds_resources(child) {
                continue;
            }
            self.within(part, |walk| match before {
                Some((_, before)) => walk.compare(before, pair.value, child),
                None => walk.report(None, Some(pair.value), child),
            });
        }
        let mut gone: Vec<_> = was.into_iter().collect();
        gone.sort_unstable_by_key(|(_, (place, _))| *place);
        for (part, (_, before)) in gone {
            let child = rules.key(&part);
            if !holds_resources(child) {
                self.within(part, |walk| walk.report(Some(before), None, child));
            }
        }
    }

    fn compare_lists(&mut self, before: (NodeId, &[NodeId]), after: (NodeId, &[NodeId]), rules: Rules<'_>) {
        let list = rules.list().unwrap_or_else(|| ListRule::generic());
        let ids = |identity: &Identity| {
            Some((keys(self.old, before.1, identity)?, keys(self.new, after.1, identity)?))
        };
        match list.identities.iter().find_map(ids) {
            Some((was, is)) => self.compare_identified(before, after, &was, &is, rules),
            None => self.compare_aligned(before, after, rules, rules.item()),
        }
    }

    fn compare_identified(
        &mut self,
        before: (NodeId, &[NodeId]),
        after: (NodeId, &[NodeId]),
        was: &[String],
        is: &[String],
        rules: Rules<'_>,
    ) {
        let item = rules.item();
        let place: HashMap<&str, usize> = was.iter().enumerate().map(|(at, id)| (id.as_str(), at)).collect();
        let known: Vec<Option<usize>> = is.iter().map(|id| place.get(id.as_str()).copied()).collect();
        let common: Vec<usize> = known.iter().flatten().copied().collect();
        if !common.is_sorted() {
            // A list has an order; where that changed, the list as a whole tells it best.
            return self.report(Some(before.0), Some(after.0), rules);
        }
        for (index, old) in known.iter().enumerate() {
            let (old_document, new_document) = (self.old, self.new);
            if old.is_some_and(|old| old_document.same_hash(before.1[old], new_document, after.1[index])) {
                continue;
            }
            let name = name_of(new_document, after.1[index], &is[index]);
            self.within_item(index.to_string(), Some(name), |walk| match old {
                Some(old) => walk.compare(before.1[*old], after.1[index], item),
                None => walk.report(None, Some(after.1[index]), item),
            });
        }
        let mut stays = vec![false; was.len()];
        for old in common {
            stays[old] = true;
        }
        for (index, _) in stays.iter().enumerate().filter(|(_, stays)| !**stays) {
            let name = name_of(self.old, before.1[index], &was[index]);
            self.within_item(index.to_string(), Some(name), |walk| {
                walk.report(Some(before.1[index]), None, item);
            });
        }
    }

    /// What is equal at both ends is passed over; the rest is compared one by one, or reported together
    /// where the numbers differ.
    fn compare_aligned(
        &mut self,
        before: (NodeId, &[NodeId]),
        after: (NodeId, &[NodeId]),
        rules: Rules<'_>,
        item: Rules<'_>,
    ) {
        let (old, new) = (self.old, self.new);
        let same = |a: &NodeId, b: &NodeId| old.same_hash(*a, new, *b);
        let head = before.1.iter().zip(after.1).take_while(|(a, b)| same(a, b)).count();
        let (a, b) = (&before.1[head..], &after.1[head..]);
        let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| same(a, b)).count();
        let (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
        if !a.is_empty() && !b.is_empty() && a.len() != b.len() {
            return self.report(Some(before.0), Some(after.0), rules);
        }
        for index in 0..a.len().max(b.len()) {
            let pair = (a.get(index), b.get(index));
            self.within((head + index).to_string(), |walk| match pair {
                (Some(a), Some(b)) => walk.compare(*a, *b, item),
                (a, b) => walk.report(a.copied(), b.copied(), item),
            });
        }
    }
}

/// Keys that hold what people call an item.
const NAMES: [&str; 4] = ["name", "key", "title", "label"];

/// What people know an item by: its name where it has one, else what identifies it.
fn name_of(document: &Document, item: NodeId, id: &str) -> String {
    let name = NAMES.iter().find_map(|key| {
        let child = document.child(document.resolve(item), document.child_index(item, key)?)?;
        Some(document.scalar_text(child)).filter(|text| !text.is_empty())
    });
    name.map_or_else(|| Identity::readable(id), str::to_owned)
}

/// A mapping's values by the texts of their keys, with their places; of a repeated key the first.
fn entries(document: &Document, node: NodeId) -> HashMap<String, (usize, NodeId)> {
    let NodeKind::Mapping(pairs) = document.node(node).kind else { return HashMap::new() };
    let mut found = HashMap::with_capacity(pairs.len());
    for (place, pair) in pairs.iter().enumerate() {
        found.entry(document.key_text(pair.key)).or_insert((place, pair.value));
    }
    found
}

/// What identifies each item, where each has something and all are different.
fn keys(document: &Document, items: &[NodeId], identity: &Identity) -> Option<Vec<String>> {
    let keys: Vec<String> = items.iter().map(|item| identity.of(document, *item)).collect::<Option<_>>()?;
    let different: std::collections::HashSet<&str> = keys.iter().map(String::as_str).collect();
    (different.len() == keys.len()).then_some(keys)
}
