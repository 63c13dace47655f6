//! Compares what a merge made with what must come out.

use std::collections::HashMap;

use syncline_document::{Document, Language, Pointer, Value};
use syncline_format::RepoPath;
use syncline_merge::Conflict;

use super::case::Files;
use super::compose::Expected;
use super::conflict::{Held, Place, Who};
use super::model::{Content, Uid};

/// A conflict as the merge reports it.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The file.
    pub path: RepoPath,
    /// What kind of place.
    pub place: Place,
    /// The place in the merged file; the root of a whole file.
    pub field: Pointer,
    /// The base's value, ours and theirs.
    pub values: [Option<Value>; 3],
}

impl From<&Conflict> for Found {
    fn from(conflict: &Conflict) -> Self {
        let place = match conflict.place {
            syncline_merge::Place::Field => Place::Field,
            syncline_merge::Place::Lines => Place::Lines,
            syncline_merge::Place::File => Place::File,
            syncline_merge::Place::Path => Place::Path,
        };
        let is_whole = matches!(place, Place::File | Place::Path);
        let field = if is_whole { Pointer::root() } else { conflict.field.clone() };
        let values = [conflict.base.clone(), conflict.ours.clone(), conflict.theirs.clone()];
        Self { path: conflict.path.clone(), place, field, values }
    }
}

impl Expected {
    /// All that is not as it must be, in words.
    pub fn check(&self, merged: &Files, found: &[Found]) -> Vec<String> {
        let mut check = Check { expected: self, wrong: Vec::new(), places: HashMap::new() };
        check.files(merged);
        if check.wrong.is_empty() {
            check.conflicts(found);
        }
        check.wrong
    }

    /// Whether nothing must or may be held.
    pub fn is_clean(&self) -> bool {
        self.held.is_empty()
    }

    /// How many conflicts there must be at least.
    pub fn conflicts(&self) -> usize {
        self.held.iter().filter(|held| held.is_certain).count()
    }
}

struct Check<'a> {
    expected: &'a Expected,
    wrong: Vec<String>,
    /// Where the merged files have each node.
    places: HashMap<Uid, (RepoPath, Pointer)>,
}

impl Check<'_> {
    fn files(&mut self, merged: &Files) {
        let model = &self.expected.model;
        for path in merged.keys().filter(|path| !model.files.values().any(|file| file.path == **path)) {
            self.wrong.push(format!("{path} must not be there"));
        }
        for file in model.files.values() {
            let Some(text) = merged.get(&file.path) else {
                self.wrong.push(format!("{} is missing", file.path));
                continue;
            };
            let language = file.path.extension().and_then(|extension| Language::of_extension(&extension));
            match Document::parse(text.as_bytes(), language.unwrap_or(Language::Yaml)) {
                Ok(document) if document.repeated_key().is_none() => {
                    self.visit(file.root, &document.value(document.root()), &file.path, &Pointer::root());
                    self.comments(file.root, text, &file.path);
                }
                Ok(_) => self.wrong.push(format!("{} repeats a key", file.path)),
                Err(error) => self.wrong.push(format!("{} cannot be read: {error}", file.path)),
            }
        }
    }

    fn comments(&mut self, root: Uid, text: &str, path: &RepoPath) {
        let model = &self.expected.model;
        let comments = model.below(root).into_iter().filter_map(|uid| model.node(uid)?.comment.as_deref());
        for comment in comments.filter(|comment| !text.contains(*comment)) {
            self.wrong.push(format!("the comment `{comment}` is missing in {path}"));
        }
    }

    fn visit(&mut self, uid: Uid, value: &Value, path: &RepoPath, at: &Pointer) {
        let model = &self.expected.model;
        self.places.insert(uid, (path.clone(), at.clone()));
        let Some(node) = model.node(uid) else { return };
        match (&node.content, value) {
            (Content::Scalar(wanted), is) if wanted == is => {}
            (Content::Mapping(entries), Value::Mapping(is)) => {
                for (key, _) in is {
                    if !entries.iter().any(|(wanted, _)| key.as_str() == Some(wanted)) {
                        self.wrong.push(format!("{path}{at} must not have `{}`", key.to_key()));
                    }
                }
                for (key, child) in entries {
                    match value.get(key) {
                        Some(value) => self.visit(*child, value, path, &at.child(key.as_str())),
                        None => self.wrong.push(format!("{path}{at} lacks `{key}` ({child})")),
                    }
                }
            }
            (Content::Sequence(items), Value::Sequence(is)) => self.visit_list(uid, items, is, path, at),
            (_, is) => {
                let wanted = short(&model.value(uid));
                self.wrong.push(format!("{path}{at} ({uid}) is {}, not {wanted}", short(is)));
            }
        }
    }

    fn visit_list(&mut self, uid: Uid, items: &[Uid], is: &[Value], path: &RepoPath, at: &Pointer) {
        let Some(before) = self.expected.orders.get(&uid) else {
            if items.len() != is.len() {
                self.wrong.push(format!("{path}{at} ({uid}) has {} items, not {}", is.len(), items.len()));
            }
            for (index, (item, value)) in items.iter().zip(is).enumerate() {
                self.visit(*item, value, path, &at.child(index.to_string()));
            }
            return;
        };
        let mut free: Vec<usize> = (0..is.len()).collect();
        let mut places: HashMap<Uid, usize> = HashMap::new();
        let mut alone = Vec::new();
        for item in items {
            match free.iter().position(|index| self.fits(*item, &is[*index])) {
                Some(found) => drop(places.insert(*item, free.remove(found))),
                None => alone.push(*item),
            }
        }
        if let ([item], [index]) = (alone.as_slice(), free.as_slice()) {
            // What is wrong lies further in.
            places.insert(*item, *index);
        } else {
            for item in &alone {
                let wanted = short(&self.expected.model.value(*item));
                self.wrong.push(format!("{path}{at} ({uid}) lacks {item}: {wanted}"));
            }
            for index in &free {
                self.wrong.push(format!("{path}{at} ({uid}) must not have {}", short(&is[*index])));
            }
        }
        for (item, index) in &places {
            self.visit(*item, &is[*index], path, &at.child(index.to_string()));
        }
        let is_twin = |uid: &Uid| {
            let value = places.get(uid).and_then(|index| is.get(*index));
            items.iter().filter(|other| value.is_some_and(|value| self.fits(**other, value))).count() > 1
        };
        let mut wrong = Vec::new();
        for (a, b) in before {
            if let (Some(left), Some(right)) = (places.get(a), places.get(b))
                && left > right
                && !is_twin(a)
                && !is_twin(b)
            {
                wrong.push(format!("{path}{at} ({uid}) has {a} at {left} behind {b} at {right}"));
            }
        }
        self.wrong.extend(wrong);
    }

    /// Whether a value is what a node must be, the order of open lists aside.
    fn fits(&self, uid: Uid, value: &Value) -> bool {
        match (self.expected.model.node(uid).map(|node| &node.content), value) {
            (Some(Content::Scalar(wanted)), is) => wanted == is,
            (Some(Content::Mapping(entries)), Value::Mapping(is)) => {
                entries.len() == is.len()
                    && entries
                        .iter()
                        .all(|(key, child)| value.get(key).is_some_and(|value| self.fits(*child, value)))
            }
            (Some(Content::Sequence(items)), Value::Sequence(is)) => {
                let mut free: Vec<&Value> = is.iter().collect();
                let mut takes = |item: &Uid| {
                    let found = free.iter().position(|value| self.fits(*item, value));
                    found.map(|found| free.remove(found)).is_some()
                };
                items.len() == is.len() && items.iter().all(&mut takes)
            }
            _ => false,
        }
    }

    fn conflicts(&mut self, found: &[Found]) {
        let mut left: Vec<&Found> = found.iter().collect();
        for held in &self.expected.held {
            match left.iter().position(|found| self.is_of(held, found)) {
                Some(place) => drop(left.remove(place)),
                None if held.is_certain => {
                    let values = held.values.as_ref().map_or("values that are open".to_owned(), list);
                    self.wrong.push(format!("{} must be held: {values}", self.name(held)));
                }
                None => {}
            }
        }
        for Found { path, field, place, values } in left {
            self.wrong.push(format!("{path}{field} must not be held as {place:?}: {}", list(values)));
        }
    }

    fn is_of(&self, held: &Held, found: &Found) -> bool {
        let (Who::Node(uid) | Who::File(uid)) = held.who;
        let Some((path, at)) = self.places.get(&uid) else { return false };
        let same_values = held.values.as_ref().is_none_or(|values| {
            values.iter().zip(&found.values).all(|(wanted, is)| match (wanted, is) {
                (Some(wanted), Some(is)) => wanted.same_data(is),
                (wanted, is) => wanted == is,
            })
        });
        held.place == found.place && *path == found.path && *at == found.field && same_values
    }

    fn name(&self, held: &Held) -> String {
        let (Who::Node(uid) | Who::File(uid)) = held.who;
        match self.places.get(&uid) {
            Some((path, at)) => format!("{:?} {path}{at} ({uid})", held.place),
            None => format!("{:?} {uid}", held.place),
        }
    }
}

fn list(values: &[Option<Value>; 3]) -> String {
    values.each_ref().map(|value| value.as_ref().map_or_else(|| "nothing".to_owned(), short)).join(" | ")
}

fn short(value: &Value) -> String {
    let text = value.to_json().to_string();
    match text.char_indices().nth(160) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
