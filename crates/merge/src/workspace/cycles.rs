//! Moves of both sides that together make a resource its own ancestor: the first side's moves stay.
//!
//! Only resources that changed are seen; a cycle that runs through an unchanged one is not.

use std::collections::{HashMap, HashSet};
use std::fmt::Display;

use syncline_document::{Document, Edit, Pointer, Value};
use syncline_format::RepoPath;

use super::{Done, Merger, Outcome};
use crate::{Conflict, Place, ResourceRef, Side};

/// Where a file of one resource names its parent.
struct Link {
    id: String,
    parent: String,
    field: Pointer,
    document: Document,
    resource: ResourceRef,
}

/// Takes back moves of the side that came second until nothing is its own ancestor.
pub(super) fn undo<Id: Clone + Eq + Display, E>(
    merger: &mut Merger<'_, Id, E>,
    done: &mut [Done<Id>],
) -> Result<(), E> {
    let second = merger.terms.first.other();
    // It takes moves of both sides, and the smaller side is the quicker one to ask.
    let changed = |side: Side| done.iter().filter(|it| !it.unit.is_unchanged(side)).count();
    let smaller = if changed(second) <= changed(second.other()) { second } else { second.other() };
    let few = moves(merger, done, smaller)?;
    if few.is_empty() {
        return Ok(());
    }
    let many = moves(merger, done, smaller.other())?;
    if many.is_empty() {
        return Ok(());
    }
    let mut moved = if smaller == second { few } else { many };
    let mut links: HashMap<String, (usize, Link)> = HashMap::new();
    for (index, it) in done.iter().enumerate() {
        let Some((path, outcome)) = &it.result else { continue };
        let Some(bytes) = merger.bytes_of(outcome)? else { continue };
        if let Some(link) = merger.link(path, &bytes) {
            links.insert(link.id.clone(), (index, link));
        }
    }
    while let Some((index, was)) = moved.pop() {
        let own = links.iter().find(|(_, (at, _))| *at == index).map(|(id, _)| id.clone());
        let Some(id) = own.filter(|id| is_own_ancestor(&links, id)) else { continue };
        let Some((_, link)) = links.get_mut(&id) else { continue };
        take_back(merger, &mut done[index], link, was, second);
    }
    Ok(())
}

/// Which units a side gave another parent, with the one that they had.
fn moves<Id: Clone + Eq + Display, E>(
    merger: &Merger<'_, Id, E>,
    done: &[Done<Id>],
    side: Side,
) -> Result<Vec<(usize, String)>, E> {
    let mut found = Vec::new();
    for (index, it) in done.iter().enumerate() {
        let (Some(base), Some(now)) = (&it.unit.base, it.unit.side(side)) else { continue };
        if base.entry == now.entry || !base.entry.mode.is_file() || !now.entry.mode.is_file() {
            continue;
        }
        let before = merger.link(&base.path, &(merger.read)(&base.entry.id)?);
        let after = merger.link(&now.path, &(merger.read)(&now.entry.id)?);
        if let (Some(before), Some(after)) = (before, after)
            && before.parent != after.parent
        {
            found.push((index, before.parent));
        }
    }
    Ok(found)
}

fn is_own_ancestor(links: &HashMap<String, (usize, Link)>, id: &str) -> bool {
    let mut seen = HashSet::new();
    let mut at = id;
    while let Some((_, link)) = links.get(at) {
        at = &link.parent;
        if at == id {
            return true;
        }
        if !seen.insert(at) {
            return false;
        }
    }
    false
}

fn take_back<Id: Clone + Eq + Display, E>(
    merger: &mut Merger<'_, Id, E>,
    done: &mut Done<Id>,
    link: &mut Link,
    was: String,
    second: Side,
) {
    let Some((path, outcome)) = &mut done.result else { return };
    let before = Value::string(was.as_str());
    let edit = Edit::Set { at: link.field.clone(), value: before.clone() };
    // Where the edit is not possible the cycle stays as both sides wrote it: nothing is lost.
    let Ok(text) = link.document.edit(&edit) else { return };
    let mode = match outcome {
        Outcome::Entry(entry) => entry.mode,
        Outcome::Written { mode, .. } => *mode,
        Outcome::Removed => return,
    };
    *outcome = Outcome::Written { mode, bytes: text.into_bytes() };
    let (first, other) = (Some(before.clone()), Some(Value::string(link.parent.as_str())));
    let (ours, theirs) = second.pick((other.clone(), first.clone()), (first, other));
    let values = [Some(before), ours, theirs];
    merger.conflicts.push(Conflict {
        resource: Some(link.resource.clone()),
        field: link.field.clone(),
        ..Conflict::new(path.clone(), Place::Field, values, second.other())
    });
    link.parent = was;
}

impl<Id: Clone + Eq + Display, E> Merger<'_, Id, E> {
    fn link(&self, path: &RepoPath, bytes: &[u8]) -> Option<Link> {
        let document = self.document(path, bytes)?;
        let field = self.terms.format.rules_for(path, &document).parent_field()?;
        let field = field.iter().fold(Pointer::root(), |field, key| field.child(&**key));
        let resource = self.terms.format.resources(path, &document).into_iter().next()?;
        let (id, parent) = (resource.id?, resource.parent?);
        let resource = ResourceRef {
            kind: resource.kind,
            id: Some(id.clone()),
            name: resource.name,
            field: field.clone(),
            items: Vec::new(),
        };
        Some(Link { id, parent, field, document, resource })
    }
}
