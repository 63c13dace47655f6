//! Descriptions made ready to be asked.

use std::collections::BTreeMap;

use crate::claim::FileRule;
use crate::description::{Description, FieldDescription, ResourceDescription, ShapeDescription, Shapes};
use crate::read::path;
use crate::resource::{KindRule, ResourceRule};
use crate::rules::{Automaton, Identity, Known, ListRule, NOTHING_KNOWN, State};

/// What a description says of its files' nodes, ready to be walked.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) automaton: Automaton,
    /// The state of the root for each sort of file, in the description's order.
    pub(crate) roots: Vec<u32>,
}

/// Makes a description ready.
pub(crate) fn compile(description: &Description, shapes: &Shapes) -> Compiled {
    let mut automaton = Automaton::default();
    // Every shape has its first state before any is filled, since shapes hold each other.
    let roots: BTreeMap<&str, u32> =
        shapes.keys().map(|shape| (shape.as_str(), automaton.add(State::default()))).collect();
    let mut filler = Filler { roots, automaton: &mut automaton };
    for (name, shape) in shapes {
        filler.fill(name, shape);
    }
    let root = |file: &FileRule| file.shape.as_ref().map_or(NOTHING_KNOWN, |shape| filler.root(shape));
    let roots = description.file.iter().map(root).collect();
    automaton.finish();
    Compiled { automaton, roots }
}

/// Fills in the states of one description's shapes.
struct Filler<'a> {
    roots: BTreeMap<&'a str, u32>,
    automaton: &'a mut Automaton,
}

impl Filler<'_> {
    /// The first state of a shape, which the check of the description found to be there.
    fn root(&self, shape: &str) -> u32 {
        self.roots.get(shape).copied().unwrap_or(NOTHING_KNOWN)
    }

    fn fill(&mut self, name: &str, shape: &ShapeDescription) {
        let root = self.root(name);
        self.automaton.states[root as usize].resource = shape.resource.as_ref().map(resource_rule);
        let mut tree = Tree::default();
        for (pattern, field) in &shape.fields {
            tree.insert(pattern.split('/'), field);
        }
        self.fill_children(root, &tree, Known::default());
    }

    fn fill_children(&mut self, parent: u32, tree: &Tree<'_>, around: Known) {
        for (part, child) in &tree.children {
            let state = self.add(child, around);
            let parent = &mut self.automaton.states[parent as usize];
            match *part {
                "*" => parent.any_key = Some(state),
                "[]" => parent.item = Some(state),
                key => drop(parent.keys.insert(key.into(), state)),
            }
        }
    }

    fn add(&mut self, tree: &Tree<'_>, around: Known) -> u32 {
        let plain = FieldDescription::default();
        let field = tree.field.unwrap_or(&plain);
        if let Some(shape) = &field.is {
            return self.root(shape);
        }
        let known = Known {
            class: field.class.unwrap_or(around.class),
            secret: field.secret.unwrap_or(around.secret),
            encrypted: field.encrypted.unwrap_or(around.encrypted),
        };
        let item = field.items.as_ref().map(|shape| self.root(shape));
        let list = list_rule(field);
        let state = State { known, item, merge: field.merge, list, ..State::default() };
        let state = self.automaton.add(state);
        self.fill_children(state, tree, known);
        state
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
        identities: field.keys.iter().map(|key| key_of_items(key)).collect(),
        natural: identity(&field.natural),
        written_by: field.written_by.iter().map(|key| Identity::new(vec![path(key)])).collect(),
    })
}

/// `a+b` needs both, of `a|b` one is enough.
fn key_of_items(key: &str) -> Identity {
    if key.contains('|') {
        Identity::partial(key.split('|').map(path).collect())
    } else {
        Identity::new(key.split('+').map(path).collect())
    }
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
        id: resource.id.clone(),
        names: resource.name.clone(),
        parent: resource.parent.clone(),
        natural: identity(&resource.natural),
    }
}

fn identity(fields: &[String]) -> Option<Identity> {
    (!fields.is_empty()).then(|| Identity::partial(fields.iter().map(|field| path(field)).collect()))
}
