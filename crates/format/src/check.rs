//! What a description says of things that are not there, or that exclude each other.

use std::collections::BTreeSet;

use crate::description::{Description, FieldDescription};
use crate::mistake::{Mistake, Source};
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
    check.files();
    check.categories();
    check.shapes();
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
            for (index, name) in names.iter().enumerate().filter(|(_, name)| !is_known(name)) {
                self.wrong(&[key, &index.to_string()], &format!("there is no format `{name}`"));
            }
        }
    }

    fn files(&mut self) {
        if self.description.file.is_empty() {
            self.wrong(&["file"], "a format has at least one `[[file]]`");
        }
        for (index, file) in self.description.file.iter().enumerate() {
            let index = index.to_string();
            if let Some(shape) = file.shape.as_ref().filter(|shape| !self.is_shape(shape)) {
                self.wrong(&["file", &index, "shape"], &self.no_shape(shape));
            }
            for (key, message) in file.faults() {
                self.wrong(&["file", &index, key], &message);
            }
        }
    }

    fn categories(&mut self) {
        let kinds: BTreeSet<&str> = self
            .description
            .shape
            .values()
            .filter_map(|shape| Some(shape.resource.as_ref()?.kind.as_str()))
            .collect();
        for (index, category) in self.description.category.iter().enumerate() {
            if !kinds.contains(category.kind.as_str()) {
                let message = format!("no resource is of the kind `{}`", category.kind);
                self.wrong(&["category", &index.to_string(), "kind"], &message);
            }
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
            }
            for (pattern, field) in &shape.fields {
                self.field(&["shape", name, "fields", pattern], field);
            }
        }
    }

    fn field(&mut self, path: &[&str], field: &FieldDescription) {
        for (key, shape) in [("is", &field.is), ("items", &field.items)] {
            if let Some(shape) = shape.as_ref().filter(|shape| !self.is_shape(shape)) {
                self.wrong(&[path, &[key]].concat(), &self.no_shape(shape));
            }
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

    fn is_shape(&self, name: &str) -> bool {
        self.description.shape.contains_key(name)
    }

    fn no_shape(&self, name: &str) -> String {
        let known: Vec<String> = self.description.shape.keys().map(|name| format!("`{name}`")).collect();
        format!("there is no `[shape.{name}]`; the shapes are {}", known.join(", "))
    }
}

/// What is wrong with a text that has a word in braces.
pub(crate) fn unknown_word(text: &str) -> Option<String> {
    let rest = WORDS.iter().fold(text.to_owned(), |rest, word| rest.replace(word, ""));
    rest.contains(['{', '}'])
        .then(|| format!("`{text}` has braces around another word than {}", WORDS.join(", ")))
}
