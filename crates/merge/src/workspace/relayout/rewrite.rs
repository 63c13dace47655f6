//! A file of the newer layout, on its way to be what both sides grew from, and what the other side has made of that.

use std::cmp::Ordering;
use std::collections::HashSet;

use syncline_document::{Document, Edit, NodeId, Value};
use syncline_format::{Format, Identity, ListRule, RepoPath, Resource, Rules};

use super::fields::{Field, changed, differing, filled};
use super::work::{Old, Work};

/// The versions of one new file, all of its own text.
pub(super) struct Rewrite<'f> {
    path: RepoPath,
    /// As the mover has it.
    moved: Text<'f>,
    base: Text<'f>,
    other: Text<'f>,
    /// What the other side removed.
    removed: HashSet<String>,
}

impl<'f> Rewrite<'f> {
    pub(super) fn new(path: RepoPath, document: Document, format: &'f Format) -> Self {
        let moved = Text::new(&path, document, format);
        let (base, other) = (moved.clone(), moved.clone());
        Self { path, moved, base, other, removed: HashSet::new() }
    }

    pub(super) fn path(&self) -> &RepoPath {
        &self.path
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.moved.get(id).is_some()
    }

    pub(super) fn is_changed(&self) -> bool {
        self.base() != self.moved() || self.other() != Some(self.moved())
    }

    pub(super) fn moved(&self) -> &str {
        self.moved.document.text()
    }

    pub(super) fn base(&self) -> &str {
        self.base.document.text()
    }

    /// `None` where the other side removed all of it.
    pub(super) fn other(&self) -> Option<&str> {
        let is_gone =
            self.moved.resources.iter().all(|it| it.id.as_ref().is_some_and(|id| self.removed.contains(id)));
        (!is_gone).then(|| self.other.document.text())
    }

    /// Does again what was done to an old file; `false` where this is not the file for it, or it cannot be done here.
    /// `known` are the ids that were in old files.
    pub(super) fn redo(&mut self, work: &Work, known: &HashSet<String>) -> bool {
        self.redone(work, known).is_some()
    }

    fn redone(&mut self, work: &Work, known: &HashSet<String>) -> Option<()> {
        let format = self.moved.format;
        let relayout =
            format.relayout((&work.path, &work.any()?.document), (&self.path, &self.moved.document))?;
        let fields = |old: &Old| relayout.fields(&old.value());
        let is_here = self.has(work.id());
        let (base, other) = match (&work.base, &work.other) {
            (Some(old), None) if is_here => self.removed(work.id(), &fields(old), known)?,
            (Some(old), Some(new)) if is_here => self.changed(old, new, [&fields(old), &fields(new)])?,
            // The mover removed it, while it took what is around it along.
            (Some(old), Some(new)) => {
                (self.base.with(old, &fields(old))?, self.other.with(new, &fields(new))?)
            }
            (None, Some(new)) if is_here => self.added_by_both(work.id(), &fields(new))?,
            (None, Some(new)) => (self.base.clone(), self.other.with(new, &fields(new))?),
            _ => return None,
        };
        (self.base, self.other) = (base, other);
        if work.other.is_none() {
            self.removed.insert(work.id().to_owned());
        }
        Some(())
    }

    fn changed(&self, old: &Old, new: &Old, [was, is]: [&Value; 2]) -> Option<(Text<'f>, Text<'f>)> {
        let id = new.resource.id.as_deref()?;
        let here = self.moved.get(id)?;
        let fields = changed(was, is, &self.moved.value(here))?;
        let mut base = self.base.with_fields(id, fields.iter().map(|field| (field, &field.base)))?;
        let mut other = self.other.with_fields(id, fields.iter().map(|field| (field, &field.other)))?;
        if old.resource.parent != new.resource.parent {
            other = other.moved(id, new.resource.parent.as_deref()?)?;
            base = base.moved(id, old.resource.parent.as_deref()?)?;
        }
        Some((base, other))
    }

    fn added_by_both(&self, id: &str, is: &Value) -> Option<(Text<'f>, Text<'f>)> {
        let here = self.moved.get(id)?;
        if self.moved.within(here).next().is_some() {
            return None;
        }
        let fields = changed(&Value::Mapping(Vec::new()), is, &self.moved.value(here))?;
        let other = self.other.with_fields(id, fields.iter().map(|field| (field, &field.other)))?;
        Some((self.base.without(id)?, other))
    }

    fn removed(&self, id: &str, was: &Value, known: &HashSet<String>) -> Option<(Text<'f>, Text<'f>)> {
        let here = self.moved.get(id)?;
        let fields = differing(was, &self.moved.value(here));
        let mut base = self.base.with_fields(id, fields.iter().map(|field| (field, &field.base)))?;
        let Some(place) = self.other.get(id) else { return Some((base, self.other.clone())) };
        if place.at.parts().is_empty() {
            return Some((base, self.other.clone()));
        }
        // What only the mover put into it is not what the other side removed.
        for within in self.other.within(place) {
            let within = within.id.as_deref()?;
            if known.contains(within) {
                return None;
            }
            if base.get(within).is_some() {
                base = base.without(within)?;
            }
        }
        Some((base, self.other.without(id)?))
    }
}

/// One version of the file.
#[derive(Clone)]
struct Text<'f> {
    document: Document,
    resources: Vec<Resource>,
    format: &'f Format,
    path: RepoPath,
}

impl<'f> Text<'f> {
    fn new(path: &RepoPath, document: Document, format: &'f Format) -> Self {
        let resources = format.resources(path, &document);
        Self { document, resources, format, path: path.clone() }
    }

    /// The only resource of an id.
    fn get(&self, id: &str) -> Option<&Resource> {
        let mut found = self.resources.iter().filter(|it| it.id.as_deref() == Some(id));
        let (one, next) = (found.next(), found.next());
        one.filter(|_| next.is_none())
    }

    fn within<'t>(&'t self, resource: &'t Resource) -> impl Iterator<Item = &'t Resource> {
        self.resources.iter().filter(|it| it.at != resource.at && resource.holds(&it.at))
    }

    fn value(&self, resource: &Resource) -> Value {
        self.document.value(resource.node)
    }

    fn edited(&self, edit: &Edit) -> Option<Self> {
        let text = self.document.edit(edit).ok()?;
        let document = Document::parse(text.as_bytes(), self.document.language()).ok()?;
        Some(Self::new(&self.path, document, self.format))
    }

    fn with_fields<'v>(
        &self,
        id: &str,
        fields: impl Iterator<Item = (&'v Field, &'v Option<Value>)>,
    ) -> Option<Self> {
        let mut text = self.clone();
        for (field, value) in fields {
            let at = text.get(id)?.at.join(&field.at);
            let is_there = text.document.lookup(&at).is_some();
            match value {
                Some(value) => text = text.edited(&Edit::Set { at, value: value.clone() })?,
                None if is_there => text = text.edited(&Edit::Remove { at })?,
                None => {}
            }
        }
        Some(text)
    }

    fn without(&self, id: &str) -> Option<Self> {
        self.edited(&Edit::Remove { at: self.get(id)?.at.clone() })
    }

    /// With a resource at another parent.
    fn moved(&self, id: &str, parent: &str) -> Option<Self> {
        let resource = self.get(id)?;
        if resource.parent.as_deref() == Some(parent) {
            return Some(self.clone());
        }
        let (kind, value) = (resource.kind.clone(), self.value(resource));
        self.without(id)?.with_value(&kind, parent, |_| Some(value))
    }

    /// With a resource of an old file that is not here, where its parent is.
    fn with(&self, old: &Old, fields: &Value) -> Option<Self> {
        let Resource { kind, id, parent, .. } = &old.resource;
        let id = id.as_deref().filter(|id| self.get(id).is_none())?;
        let like = self.resources.iter().find(|it| it.kind == *kind);
        self.with_value(kind, parent.as_deref()?, |rules| {
            let node = like.map(|like| (&self.document, like.node));
            let value = rules.identified(fields.clone(), kind, id, node)?;
            filled(&value, like.map(|like| self.value(like)).as_ref())
        })
    }

    fn with_value(
        &self,
        kind: &str,
        parent: &str,
        value: impl FnOnce(Rules<'_>) -> Option<Value>,
    ) -> Option<Self> {
        let parent = self.get(parent)?;
        let rules = self.format.rules_for(&self.path, &self.document).at(&self.document, &parent.at);
        let (key, rules) = rules.place_of(kind)?;
        let at = parent.at.child(key);
        let node = self.document.lookup(&at).map(|node| self.document.resolve(node));
        let edit = match (rules.is_resource(), node) {
            (true, Some(_)) => return None,
            (true, None) => Edit::Set { at, value: value(rules)? },
            (false, None) => Edit::Set { at, value: Value::Sequence(vec![value(rules.item())?]) },
            (false, Some(list)) => {
                let value = value(rules.item())?;
                let at = at.child(self.place_in(list, &value, rules.list()).to_string());
                Edit::Insert { at, value }
            }
        };
        self.edited(&edit)
    }

    /// Where the tool would write an item of a list.
    fn place_in(&self, list: NodeId, value: &Value, rule: Option<&ListRule>) -> usize {
        let count = self.document.child_count(list);
        let Some(rule) = rule.filter(|rule| !rule.written_by.is_empty()) else { return count };
        let is_behind = |index: &usize| {
            let item = self.document.child(list, *index);
            item.is_some_and(|item| {
                order(&self.document.value(item), value, &rule.written_by) == Ordering::Greater
            })
        };
        (0..count).find(is_behind).unwrap_or(count)
    }
}

/// How the tool sorts two items.
fn order(a: &Value, b: &Value, by: &[Identity]) -> Ordering {
    let of = |value: &Value, field: &[Box<str>]| {
        let value = field.iter().try_fold(value, |value, key| value.get(key))?;
        value.as_number().or(value.as_str()).map(str::to_owned)
    };
    let compare = |field: &Vec<Box<str>>| match (of(a, field), of(b, field)) {
        (Some(a), Some(b)) => match (a.parse::<f64>(), b.parse::<f64>()) {
            (Ok(a), Ok(b)) => a.total_cmp(&b),
            _ => a.cmp(&b),
        },
        _ => Ordering::Equal,
    };
    by.iter().flat_map(Identity::fields).map(compare).fold(Ordering::Equal, Ordering::then)
}
