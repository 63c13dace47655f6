//! Descriptions made ready to be asked.

use std::collections::BTreeMap;

use crate::description::{Description, FieldDescription, ResourceDescription, ShapeDescription, Shapes};
use crate::format::File;
use crate::resource::{KindRule, ResourceRule};
use crate::rules::{Automaton, Identity, ListRule, State};
use crate::{FieldClass, Format, FormatError};

/// Makes a format of descriptions with their shapes: its own, and those that it also counts.
pub(crate) fn compile(
    own: &Description,
    described: &[(&Description, &Shapes)],
) -> Result<Format, FormatError> {
    let mut automaton = Automaton::default();
    let mut files = Vec::new();
    for (description, shapes) in described {
        files.extend(add_files(description, shapes, &mut automaton)?);
    }
    automaton.finish();
    Ok(Format { name: own.name.clone(), title: own.title.clone(), files, automaton })
}

fn add_files(
    description: &Description,
    shapes: &Shapes,
    automaton: &mut Automaton,
) -> Result<Vec<File>, FormatError> {
    // Every shape has its first state before any is filled, since shapes hold each other.
    let roots: BTreeMap<&str, u32> =
        shapes.keys().map(|shape| (shape.as_str(), automaton.add(State::default()))).collect();
    let mut filler = Filler { format: &description.name, roots, automaton };
    for (name, shape) in shapes {
        filler.fill(name, shape)?;
    }
    let files = description.file.iter();
    files.map(|rule| Ok(File { rule: rule.clone(), state: filler.root(&rule.shape)? })).collect()
}

/// Fills in the states of one description's shapes.
struct Filler<'a> {
    format: &'a str,
    roots: BTreeMap<&'a str, u32>,
    automaton: &'a mut Automaton,
}

impl Filler<'_> {
    fn root(&self, shape: &str) -> Result<u32, FormatError> {
        let unknown = || FormatError::Shape { name: self.format.to_owned(), shape: shape.to_owned() };
        self.roots.get(shape).copied().ok_or_else(unknown)
    }

    fn fill(&mut self, name: &str, shape: &ShapeDescription) -> Result<(), FormatError> {
        let root = self.root(name)?;
        self.automaton.states[root as usize].resource = shape.resource.as_ref().map(resource_rule);
        let mut tree = Tree::default();
        for (pattern, field) in &shape.fields {
            self.check(name, pattern, field)?;
            tree.insert(pattern.split('/'), field);
        }
        self.fill_children(root, &tree, FieldClass::Plain)
    }

    fn check(&self, shape: &str, pattern: &str, field: &FieldDescription) -> Result<(), FormatError> {
        let list = !field.keys.is_empty() || !field.natural.is_empty() || !field.written_by.is_empty();
        let reason = if field.is.is_some() && (list || field.items.is_some()) {
            "it has a shape and is a list"
        } else if field.is.is_some() && (field.class.is_some() || field.merge.is_some()) {
            "it has a shape and a class or a merge rule"
        } else {
            return Ok(());
        };
        let (name, shape) = (self.format.to_owned(), shape.to_owned());
        Err(FormatError::Field { name, shape, field: pattern.to_owned(), reason })
    }

    fn fill_children(&mut self, parent: u32, tree: &Tree<'_>, class: FieldClass) -> Result<(), FormatError> {
        for (part, child) in &tree.children {
            let state = self.add(child, class)?;
            let parent = &mut self.automaton.states[parent as usize];
            match *part {
                "*" => parent.any_key = Some(state),
                "[]" => parent.item = Some(state),
                key => drop(parent.keys.insert(key.into(), state)),
            }
        }
        Ok(())
    }

    fn add(&mut self, tree: &Tree<'_>, class: FieldClass) -> Result<u32, FormatError> {
        let plain = FieldDescription::default();
        let field = tree.field.unwrap_or(&plain);
        if let Some(shape) = &field.is {
            return self.root(shape);
        }
        let class = field.class.unwrap_or(class);
        let item = field.items.as_ref().map(|shape| self.root(shape)).transpose()?;
        let list = list_rule(field);
        let state = State { class, item, merge: field.merge, list, ..State::default() };
        let state = self.automaton.add(state);
        self.fill_children(state, tree, class)?;
        Ok(state)
    }
}

/// The patterns of one shape, by their parts.
#[derive(Default)]
struct Tree<'a> {
    field: Option<&'a FieldDescription>,
    children: BTreeMap<&'a str, Tree<'a>>,
}

impl<'a> Tree<'a> {
    fn insert(&mut self, mut parts: impl Iterator<Item = &'a str>, field: &'a FieldDescription) {
        match parts.next() {
            Some(part) => self.children.entry(part).or_default().insert(parts, field),
            None => self.field = Some(field),
        }
    }
}

fn list_rule(field: &FieldDescription) -> Option<ListRule> {
    if field.keys.is_empty() && field.natural.is_empty() && field.written_by.is_empty() {
        return None;
    }
    Some(ListRule {
        identities: field.keys.iter().map(|key| Identity::new(key.split('+').map(path).collect())).collect(),
        natural: identity(&field.natural),
        written_by: field.written_by.iter().map(|key| Identity::new(vec![path(key)])).collect(),
    })
}

fn resource_rule(resource: &ResourceDescription) -> ResourceRule {
    let kind = |kind: &crate::description::KindDescription| KindRule {
        kind: kind.kind.clone(),
        id: kind.id.clone(),
        has: kind.has.as_deref().map(path),
    };
    ResourceRule {
        kind: resource.kind.clone(),
        kind_at: resource.kind_at.as_deref().map(path),
        kinds: resource.kinds.iter().map(kind).collect(),
        id: resource.id.as_deref().map(path),
        names: resource.name.iter().map(|name| path(name)).collect(),
        parent: resource.parent.as_deref().map(path),
        natural: identity(&resource.natural),
    }
}

fn identity(fields: &[String]) -> Option<Identity> {
    (!fields.is_empty()).then(|| Identity::partial(fields.iter().map(|field| path(field)).collect()))
}

fn path(text: &str) -> Vec<Box<str>> {
    text.split('/').map(Into::into).collect()
}
