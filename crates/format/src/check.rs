//! What a description says of things that are not there, or that exclude each other.

use std::collections::BTreeSet;

use crate::description::{Description, FieldDescription, ResourceDescription};
use crate::mistake::{Mistake, Source};
use crate::relayout::OPPOSITE;
use crate::template::WORDS;

/// The mistakes of a description that can be read; `is_known` tells of other formats.
pub(crate) fn check(
    source: &Source<'_>,
    description: &Description,
    is_known: &dyn Fn(&str) -> bool,
) -> Vec<Mistake> {
    let mut check = Check { source, description, mistakes: Vec::new() };
    check.name();
    check.other_formats(is_known);
    check.relayouts();
    check.files();
    check.categories();
    check.exchange();
    check.shapes();
    // What another mistake hides is none of its own.
    if check.mistakes.is_empty() {
        check.reach();
    }
    check.mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
    check.mistakes
}

struct Check<'a> {
    source: &'a Source<'a>,
    description: &'a Description,
    mistakes: Vec<Mistake>,
}

impl Check<'_> {
    fn wrong(&mut self, path: &[&str], message: &str) {
        self.mistakes.push(self.source.at(path, message));
    }

    fn name(&mut self) {
        let name = &self.description.name;
        let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if name.is_empty() || !name.chars().all(fits) {
            self.wrong(&["name"], "a name is made of small letters, digits and `-`");
        }
    }

    fn other_formats(&mut self, is_known: &dyn Fn(&str) -> bool) {
        for (key, names) in [("also", &self.description.also), ("first", &self.description.first)] {
            for (index, name) in names.iter().enumerate() {
                if *name == self.description.name {
                    self.wrong(&[key, &index.to_string()], &format!("`{name}` is this format itself"));
                } else if !is_known(name) {
                    let message = format!("there is no format `{name}`; `syncline formats` lists them");
                    self.wrong(&[key, &index.to_string()], &message);
                }
            }
        }
    }

    /// Both layouts have to count in a workspace, for something to go from one to the other there.
    fn relayouts(&mut self) {
        let Description { from, also, first, .. } = self.description;
        for (name, moved) in from {
            if !also.contains(name) && !first.contains(name) {
                let message = format!("files of `{name}` count for nothing here: name it in `also`");
                self.wrong(&["from", name], &message);
            }
            for (field, place) in moved {
                self.path(&["from", name, field], place.trim_start_matches(OPPOSITE));
            }
        }
    }

    fn files(&mut self) {
        if self.description.file.is_empty() {
            self.wrong(&["file"], "a format has at least one `[[file]]`");
        }
        for (index, file) in self.description.file.iter().enumerate() {
            let index = index.to_string();
            if let Some(shape) = &file.shape {
                self.shape(&["file", &index, "shape"], shape);
            }
            for (key, message) in file.faults() {
                self.wrong(&["file", &index, key], &message);
            }
        }
    }

    /// Without its id in the path, one resource would be written over the other.
    fn exchange(&mut self) {
        let Some(exchange) = &self.description.exchange else { return };
        if !exchange.file.contains("{id}") {
            self.wrong(&["exchange", "file"], "the path of a file has `{id}` in it");
        }
        let Some(records) = &exchange.records else { return };
        if records.lines.as_ref().is_some_and(|lines| !lines.file.contains("{kind}")) {
            self.wrong(
                &["exchange", "records", "lines", "file"],
                "the name of a file of one kind has `{kind}` in it",
            );
        }
        if records.list.as_ref().is_some_and(|list| !list.head.contains_key(&list.version)) {
            self.wrong(&["exchange", "records", "list", "version"], "the version has to be in `head`");
        }
    }

    fn categories(&mut self) {
        let resources = || self.description.shape.values().filter_map(|shape| shape.resource.as_ref());
        let kinds: BTreeSet<&str> = resources().flat_map(ResourceDescription::kinds).collect();
        let only_written = resources().any(|resource| resource.kind_at.is_some());
        for (index, category) in self.description.category.iter().enumerate() {
            let at = ["category", &index.to_string()];
            if !kinds.contains(category.kind.as_str()) && !only_written {
                let message = format!("no resource is of the kind `{}`", category.kind);
                self.wrong(&[&at[..], &["kind"]].concat(), &message);
            }
            self.path(&[&at[..], &["shared"]].concat(), &category.shared);
        }
    }

    fn shapes(&mut self) {
        for (name, shape) in &self.description.shape {
            if let Some(resource) = &shape.resource {
                for text in resource.texts() {
                    if let Some(message) = unknown_word(text) {
                        self.wrong(&["shape", name, "resource"], &message);
                    }
                }
                for path in resource.paths() {
                    self.path(&["shape", name, "resource"], &path);
                }
            }
            for (pattern, field) in &shape.fields {
                self.field(&["shape", name, "fields", pattern], field);
            }
        }
    }

    fn field(&mut self, path: &[&str], field: &FieldDescription) {
        if let Some(message) = path.last().and_then(|pattern| wrong_pattern(pattern)) {
            self.wrong(path, &message);
        }
        for (key, shape) in field.shapes() {
            self.shape(&[path, &[key]].concat(), shape);
        }
        for (key, inner) in field.paths() {
            self.path(&[path, &[key]].concat(), inner);
        }
        for key in field.keys.iter().filter(|key| key.contains('+') && key.contains('|')) {
            let message = format!("`{key}` has both `+`, of which all are needed, and `|`, of which one is");
            self.wrong(&[path, &["keys"]].concat(), &message);
        }
        let is_list = field.items.is_some()
            || !field.keys.is_empty()
            || !field.natural.is_empty()
            || !field.written_by.is_empty();
        if field.is.is_some() && is_list {
            self.wrong(path, "`is` is said of a node and the rest of a list: it cannot be both");
        } else if field.is.is_some() && (field.class.is_some() || field.merge.is_some()) {
            self.wrong(path, "it has a shape: say the class and the merge rule of what is in that");
        }
    }

    fn path(&mut self, at: &[&str], path: &str) {
        if let Some(message) = wrong_path(path) {
            self.wrong(at, &message);
        }
    }

    /// A shape that no file leads to is one whose name is wrong elsewhere, or forgotten there.
    fn reach(&mut self) {
        let files = self.description.file.iter().filter_map(|file| file.shape.as_deref());
        let mut open: Vec<&str> = files.collect();
        let mut reached = BTreeSet::new();
        while let Some(name) = open.pop() {
            if let Some(shape) = self.description.shape.get(name).filter(|_| reached.insert(name)) {
                open.extend(shape.fields.values().flat_map(FieldDescription::shapes).map(|(_, inner)| inner));
            }
        }
        let names = self.description.shape.keys();
        for name in names.filter(|name| !reached.contains(name.as_str())) {
            let message = format!(
                "nothing leads to this shape: say `shape = \"{name}\"` of a `[[file]]`, or `is` or `items` of a field"
            );
            self.wrong(&["shape", name], &message);
        }
    }

    fn shape(&mut self, at: &[&str], name: &str) {
        let shapes = &self.description.shape;
        if !shapes.contains_key(name) {
            let known: Vec<String> = shapes.keys().map(|name| format!("`{name}`")).collect();
            let known = known.join(", ");
            self.wrong(at, &format!("there is no `[shape.{name}]`; the shapes are {known}"));
        }
    }
}

/// What is wrong with a text that has a word in braces.
pub(crate) fn unknown_word(text: &str) -> Option<String> {
    let rest = WORDS.iter().fold(text.to_owned(), |rest, word| rest.replace(word, ""));
    rest.contains(['{', '}'])
        .then(|| format!("`{text}` has braces around another word than {}", WORDS.join(", ")))
}

/// What is wrong with a path of keys.
pub(crate) fn wrong_path(path: &str) -> Option<String> {
    let is_empty = path.split('/').any(str::is_empty);
    is_empty.then(|| format!("`{path}` lacks a key: a path is written as `meta/id`, without `/` at its ends"))
}

/// What is wrong with the path of a field.
fn wrong_pattern(pattern: &str) -> Option<String> {
    let beside = |part: &&str| part.len() > 1 && part.contains('*') || part.len() > 2 && part.ends_with("[]");
    wrong_path(pattern).or_else(|| {
        let part = pattern.split('/').find(beside)?;
        Some(format!(
            "`{part}`: `*` for any key and `[]` for any item stand alone, as in `rows/[]/id` and `by/*/id`"
        ))
    })
}
