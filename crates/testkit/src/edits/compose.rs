//! What must come of two sides' edits, by the identity of nodes.
//!
//! The rules are those of the design, said of nodes that everybody knows: what one side changed is changed;
//! what both changed in different ways is held, and the side that came first has its way; what one side removed
//! is gone, unless the other changed it.

mod links;

use std::collections::{BTreeMap, BTreeSet};

use syncline_document::Value;
use syncline_format::{FieldClass, MergeRule};

use super::conflict::{Held, Place, Who};
use super::model::{Content, File, FileId, Model, Node, Uid};
use super::order::order;
use super::parents::{Parents, parents};
use super::read::Sample;
use super::write::write_file;

/// What must come out.
#[derive(Debug)]
pub struct Expected {
    pub(crate) model: Model,
    /// Of lists whose order is not wholly known: which item must come before which.
    pub(crate) orders: BTreeMap<Uid, Vec<(Uid, Uid)>>,
    pub(crate) held: Vec<Held>,
}

/// Composes both sides' edits; `None` where the design leaves open what must come out.
pub(crate) fn compose(
    sample: &Sample<'_>,
    [base, ours, theirs]: [&Model; 3],
    ours_first: bool,
) -> Option<Expected> {
    let (first, second) = if ours_first { (ours, theirs) } else { (theirs, ours) };
    let parents = parents(base, first, second)?;
    let expected = Expected { model: Model::default(), orders: BTreeMap::new(), held: Vec::new() };
    let mut composer =
        Composer { sample, base, sides: [first, second], ours_first, parents, expected, is_open: false };
    composer.files();
    composer.needed_parents();
    composer.parent_cycles();
    (!composer.is_open).then_some(composer.expected)
}

struct Composer<'a> {
    sample: &'a Sample<'a>,
    base: &'a Model,
    /// First and second.
    sides: [&'a Model; 2],
    ours_first: bool,
    parents: Parents,
    expected: Expected,
    is_open: bool,
}

impl<'a> Composer<'a> {
    fn hold(&mut self, place: Place, who: Who, values: Option<[Option<Value>; 3]>) {
        let values = values.map(
            |[base, first, second]| {
                if self.ours_first { [base, first, second] } else { [base, second, first] }
            },
        );
        self.expected.held.push(Held { place, who, values, is_certain: true });
    }

    /// The values of a node in base, first and second; `None` where moves make them depend on the moment.
    fn values(&self, uid: Uid) -> Option<[Option<Value>; 3]> {
        let versions = [self.base, self.sides[0], self.sides[1]];
        let below = versions.iter().flat_map(|version| version.below(uid));
        let is_exact = below.into_iter().all(|inner| inner == uid || !self.parents.moved.contains(&inner));
        is_exact.then(|| versions.map(|version| version.node(uid).map(|_| version.value(uid))))
    }

    fn files(&mut self) {
        let ids: BTreeSet<FileId> = [self.base, self.sides[0], self.sides[1]]
            .iter()
            .flat_map(|it| it.files.keys().copied())
            .collect();
        for id in ids {
            let base = self.base.files.get(&id);
            match (base, self.sides.map(|side| side.files.get(&id))) {
                (_, [None, None]) => {}
                (_, [Some(first), Some(second)]) => self.file_of_both(id, base, first, second),
                (None, [Some(new), None]) => self.keep_file(id, new, 0),
                (None, [None, Some(new)]) => self.keep_file(id, new, 1),
                (Some(base), [Some(there), None]) => self.removed_file(id, base, there, 0),
                (Some(base), [None, Some(there)]) => self.removed_file(id, base, there, 1),
            }
        }
    }

    fn keep_file(&mut self, id: FileId, file: &File, side: usize) {
        self.expected.model.files.insert(id, file.clone());
        self.keep(file.root, None, side);
    }

    fn file_of_both(&mut self, id: FileId, base: Option<&File>, first: &File, second: &File) {
        let was = base.map(|base| &base.path);
        let path = if was == Some(&first.path) { &second.path } else { &first.path };
        if was.is_some_and(|was| first.path != *was && second.path != *was) && first.path != second.path {
            let values = [was, Some(&first.path), Some(&second.path)];
            let values = values.map(|path| path.map(|path| Value::string(path.to_string())));
            self.hold(Place::Path, Who::File(first.root), Some(values));
        }
        let file = File { path: path.clone(), root: first.root, style: None };
        self.expected.model.files.insert(id, file);
        self.merge(first.root, None);
    }

    fn removed_file(&mut self, id: FileId, base: &File, there: &File, side: usize) {
        if base.path == there.path && !self.is_changed(there.root, side) && !self.is_rewritten(id, side) {
            return;
        }
        self.keep_file(id, there, side);
        self.hold(Place::File, Who::File(there.root), None);
    }

    /// Whether a side wrote a file in another way: that is a change of a file, if not of its data.
    fn is_rewritten(&self, id: FileId, side: usize) -> bool {
        let (Some(old), Some(new)) = (self.base.files.get(&id), self.sides[side].files.get(&id)) else {
            return true;
        };
        let written = |model: &Model, root: Uid| -> Vec<_> {
            // Where an entry stands that is no change is written all the same, and what is in it is not.
            let is_in_noise = |uid: &Uid| model.above(*uid).skip(1).any(|at| model.nodes[&at].is_noise());
            let says_something = model.below(root).into_iter().filter(|uid| !is_in_noise(uid));
            says_something.map(|uid| (uid, model.nodes[&uid].comment.clone())).collect()
        };
        // It may have been in that style before.
        let text = |model: &Model, file: &File| write_file(self.sample, model, file);
        new.style != old.style && text(self.base, old) != text(self.sides[side], new)
            || written(self.base, old.root) != written(self.sides[side], new.root)
    }

    /// Merges a node that both sides have.
    fn merge(&mut self, uid: Uid, parent: Option<Uid>) {
        let [first, second] = self.sides;
        let (Some(left), Some(right)) = (first.node(uid), second.node(uid)) else { return };
        if self.parents.contested.contains(&uid) || self.parents.taken_back.contains(&uid) {
            let values = self.values(uid).filter(|_| !self.parents.taken_back.contains(&uid));
            self.hold(Place::Field, Who::Node(uid), values);
        }
        let content = match (&left.content, &right.content) {
            (Content::Mapping(a), Content::Mapping(b)) => self.merge_mapping(uid, a, b),
            (Content::Sequence(_), Content::Sequence(_)) => self.merge_list(uid),
            _ => Content::Scalar(self.merge_scalar(uid, left, right)),
        };
        let comment = left.comment.clone().or_else(|| right.comment.clone());
        let node = Node { parent, content, comment, ..left.clone() };
        self.expected.model.nodes.insert(uid, node);
    }

    fn merge_mapping(&mut self, uid: Uid, first: &[(String, Uid)], second: &[(String, Uid)]) -> Content {
        let mut entries = Vec::new();
        for (key, child) in first {
            match second.iter().find(|(other, _)| other == key).map(|(_, child)| *child) {
                Some(other) if other == *child => {
                    self.merge(*child, Some(uid));
                    entries.push((key.clone(), *child));
                }
                Some(other) => {
                    self.added_by_both(*child, other, uid);
                    entries.push((key.clone(), *child));
                }
                None => entries.extend(self.one_sided(*child, uid, 0).then(|| (key.clone(), *child))),
            }
        }
        for (key, child) in second.iter().filter(|(key, _)| !first.iter().any(|(known, _)| known == key)) {
            entries.extend(self.one_sided(*child, uid, 1).then(|| (key.clone(), *child)));
        }
        Content::Mapping(entries)
    }

    fn added_by_both(&mut self, first: Uid, second: Uid, parent: Uid) {
        let values = [self.sides[0].value(first), self.sides[1].value(second)];
        self.keep(first, Some(parent), 0);
        if let [a, b] = values
            && a != b
        {
            self.hold(Place::Field, Who::Node(first), Some([None, Some(a), Some(b)]));
        }
    }

    /// What only one side has: whether it stays.
    fn one_sided(&mut self, uid: Uid, parent: Uid, side: usize) -> bool {
        if self.base.node(uid).is_some() {
            let is_moved = self.parents.moved_and_removed.contains(&uid);
            if !is_moved && !self.is_changed(uid, side) {
                return false;
            }
            let values = self.values(uid);
            self.hold(Place::Field, Who::Node(uid), values);
        }
        self.keep(uid, Some(parent), side);
        true
    }

    /// Takes a node over as one side has it, but for what belongs elsewhere.
    fn keep(&mut self, uid: Uid, parent: Option<Uid>, side: usize) {
        let Some(node) = self.sides[side].node(uid) else { return };
        let mut node = Node { parent, ..node.clone() };
        match &mut node.content {
            Content::Scalar(_) => {}
            Content::Mapping(entries) => {
                for (_, child) in entries.iter() {
                    self.keep(*child, Some(uid), side);
                }
            }
            Content::Sequence(items) => {
                items.retain(|item| self.parents.list.get(item) == Some(&uid));
                // What the other side put in here, or has too: it is merged as ever.
                for item in items.iter() {
                    if self.sides[1 - side].node(*item).is_some() {
                        self.merge(*item, Some(uid));
                    } else {
                        // Moved into what is new here, and removed by the other side. Where what is around it
                        // was removed there, too, that is held with all that is in it.
                        let is_new = self.base.node(uid).is_none() && !self.is_in_removed(uid, side);
                        if is_new && self.parents.moved_and_removed.contains(item) {
                            let values = self.values(*item);
                            self.hold(Place::Field, Who::Node(*item), values);
                        }
                        self.keep(*item, Some(uid), side);
                    }
                }
            }
        }
        self.expected.model.nodes.insert(uid, node);
    }

    /// Whether something around a node of a side is gone from the other.
    fn is_in_removed(&self, uid: Uid, side: usize) -> bool {
        let above = |uid: &Uid| self.sides[side].node(*uid)?.parent;
        let is_gone = |uid: &Uid| self.base.node(*uid).is_some() && self.sides[1 - side].node(*uid).is_none();
        std::iter::successors(above(&uid), above).any(|uid| is_gone(&uid))
    }

    /// Whether a side changed a node, its comment or what belongs to it, in more than what alone is no change.
    fn is_changed(&self, uid: Uid, side: usize) -> bool {
        let (Some(old), Some(new)) = (self.base.node(uid), self.sides[side].node(uid)) else { return true };
        if new.comment != old.comment {
            return true;
        }
        if new.is_noise() {
            return false;
        }
        match (&old.content, &new.content) {
            (Content::Mapping(a), Content::Mapping(b)) => {
                let has = |entries: &[(String, Uid)], child: Uid| entries.iter().any(|(_, it)| *it == child);
                a.len() != b.len() || b.iter().any(|(_, it)| !has(a, *it) || self.is_changed(*it, side))
            }
            (Content::Sequence(a), Content::Sequence(b)) => self.is_list_changed(uid, a, b, side),
            (a, b) => a != b,
        }
    }

    fn is_list_changed(&self, list: Uid, old: &[Uid], new: &[Uid], side: usize) -> bool {
        let stays = |item: &&Uid| self.parents.list.get(item) == Some(&list);
        // What is elsewhere when all is done is none of this list's: whoever removed it is told of that there.
        let is_own = |item: &&Uid| self.parents.list.get(item).is_none_or(|at| *at == list);
        let common = |items: &[Uid], others: &[Uid]| -> Vec<Uid> {
            items.iter().filter(|it| others.contains(it)).filter(stays).copied().collect()
        };
        let is_removed = |item: &&Uid| !new.contains(item) && self.sides[side].node(**item).is_none();
        common(old, new) != common(new, old)
            || old.iter().filter(is_own).any(|item| is_removed(&item))
            || new.iter().filter(stays).any(|item| !old.contains(item) || self.is_changed(*item, side))
    }

    fn merge_list(&mut self, list: Uid) -> Content {
        let items = |model: &'a Model| model.node(list).map(Node::items).unwrap_or_default();
        let (base, first, second) = (items(self.base), items(self.sides[0]), items(self.sides[1]));
        let wanted: BTreeSet<Uid> = [base, first, second]
            .into_iter()
            .flatten()
            .copied()
            .filter(|item| self.parents.list.get(item) == Some(&list))
            .collect();
        let mut members = Vec::new();
        for item in wanted {
            let stays = match self.sides.map(|side| side.node(item).is_some()) {
                [true, true] => {
                    self.merge(item, Some(list));
                    true
                }
                [true, false] => self.one_sided(item, list, 0),
                [false, true] => self.one_sided(item, list, 1),
                [false, false] => false,
            };
            members.extend(stays.then_some(item));
        }
        let order = order(&members, base, first, second);
        let pairs = members.len() * members.len().saturating_sub(1) / 2;
        if order.before.len() < pairs {
            self.expected.orders.insert(list, order.before);
        }
        if order.is_contested != Some(false) {
            let is_certain = order.is_contested == Some(true);
            let held = Held { place: Place::Field, who: Who::Node(list), values: None, is_certain };
            self.expected.held.push(held);
        }
        Content::Sequence(order.items)
    }

    fn merge_scalar(&mut self, uid: Uid, left: &Node, right: &Node) -> Value {
        let values = [self.base, self.sides[0], self.sides[1]].map(|version| version.value(uid));
        let [base, first, second] = values.clone();
        let has_base = self.base.node(uid).is_some();
        if first == second || (has_base && second == base) {
            return first;
        }
        if has_base && first == base {
            return second;
        }
        let facts = left.facts;
        match (facts.rule, facts.class) {
            (Some(MergeRule::Newest | MergeRule::Max), _) | (None, FieldClass::Volatile) => {
                if let Some(greater) = greater(&first, &second) {
                    return greater;
                }
            }
            (Some(MergeRule::Ours), _) | (None, FieldClass::Local) => return first,
            (Some(MergeRule::Theirs), _) => return second,
            _ => {}
        }
        if let Some(text) = by_lines(&base, &first, &second) {
            return text;
        }
        debug_assert!(right.facts == facts, "both are the same node");
        self.hold(Place::Field, Who::Node(uid), Some(values.map(Some)));
        first
    }
}

/// The greater of two numbers.
fn greater(a: &Value, b: &Value) -> Option<Value> {
    let number = |value: &Value| value.as_number()?.parse::<i128>().ok();
    Some(if number(a)? >= number(b)? { a.clone() } else { b.clone() })
}

/// Texts in which different lines were replaced that do not touch.
fn by_lines(base: &Value, first: &Value, second: &Value) -> Option<Value> {
    let lines = |value: &Value| -> Option<Vec<String>> {
        let text = value.as_str().filter(|text| text.trim_end().contains('\n'))?;
        Some(text.split('\n').map(str::to_owned).collect())
    };
    let (base, first, second) = (lines(base)?, lines(first)?, lines(second)?);
    if base.len() != first.len() || base.len() != second.len() {
        return None;
    }
    let changed = |side: &[String]| -> Vec<usize> {
        (0..base.len()).filter(|line| base[*line] != side[*line]).collect()
    };
    let (left, right) = (changed(&first), changed(&second));
    if left.iter().any(|a| right.iter().any(|b| a.abs_diff(*b) <= 1)) {
        return None;
    }
    let merged =
        (0..base.len()).map(|line| if right.contains(&line) { &second } else { &first }[line].as_str());
    Some(Value::string(merged.collect::<Vec<_>>().join("\n")))
}
