//! Files of one resource that name their parent.

use std::collections::BTreeMap;

use super::Composer;
use crate::edits::conflict::{Place, Who};
use crate::edits::model::{Content, FileId, Part, Uid};

impl Composer<'_> {
    /// Brings back removed files whose resource is the parent of one that the other side touched.
    pub(super) fn needed_parents(&mut self) {
        for side in [0, 1] {
            let by = 1 - side;
            let is_gone = |id: &&FileId| {
                !self.expected.model.files.contains_key(id) && !self.sides[by].files.contains_key(id)
            };
            let gone: Vec<FileId> = self.base.files.keys().filter(is_gone).copied().collect();
            if gone.is_empty() {
                continue;
            }
            let mut needed: Vec<String> = Vec::new();
            for (id, file) in &self.expected.model.files {
                if self.sides[side].files.contains_key(id) && self.is_touched(*id, side) {
                    let parent = self.sample.resource(&self.expected.model, file).and_then(|it| it.parent);
                    // Whoever removed the parent and let the child name it wanted it so.
                    let own = self.sides[by].files.get(id);
                    let own = own.and_then(|own| self.sample.resource(self.sides[by], own)?.parent);
                    needed.extend(parent.filter(|parent| own.as_ref() != Some(parent)));
                }
            }
            while let Some(parent) = needed.pop() {
                let is_parent = |id: &&FileId| {
                    let file = self.base.files.get(id);
                    let id = file.and_then(|file| self.sample.resource(self.base, file)?.id);
                    id.as_ref() == Some(&parent)
                };
                let back = gone.iter().find(is_parent);
                let back = back.filter(|id| !self.expected.model.files.contains_key(id));
                let Some((id, there)) = back.and_then(|id| self.sides[side].files.get_key_value(id)) else {
                    continue;
                };
                self.keep_file(*id, there, side);
                self.hold(Place::File, Who::File(there.root), None);
                needed.extend(self.sample.resource(self.sides[side], there).and_then(|it| it.parent));
            }
        }
    }

    /// Whether a side has a file not just as it was.
    fn is_touched(&self, id: FileId, side: usize) -> bool {
        let (Some(old), Some(new)) = (self.base.files.get(&id), self.sides[side].files.get(&id)) else {
            return true;
        };
        old.path != new.path
            || self.base.value(old.root) != self.sides[side].value(new.root)
            || self.is_rewritten(id, side)
    }

    /// Takes back moves of the second side that make a resource its own ancestor.
    pub(super) fn parent_cycles(&mut self) {
        loop {
            let links: BTreeMap<String, (Uid, String)> = self
                .expected
                .model
                .files
                .values()
                .filter_map(|file| {
                    let id = self.expected.model.field_text(file.root, Part::ResourceId)?.to_owned();
                    let field = self.expected.model.field(file.root, Part::Parent)?;
                    Some((id, (field, self.expected.model.text(field)?.to_owned())))
                })
                .collect();
            let ring = |start: &String| -> Option<Vec<Uid>> {
                let mut found = Vec::new();
                let mut at = start;
                while found.len() <= links.len() {
                    let (field, parent) = links.get(at)?;
                    found.push(*field);
                    at = parent;
                    if at == start {
                        return Some(found);
                    }
                }
                None
            };
            let Some(cycle) = links.keys().find_map(ring) else { return };
            let moved_by_second: Vec<Uid> = cycle
                .into_iter()
                .filter(|field| self.base.value(*field) != self.sides[1].value(*field))
                .filter(|field| self.base.value(*field) == self.sides[0].value(*field))
                .collect();
            let [field] = moved_by_second.as_slice() else {
                self.is_open = true;
                return;
            };
            let (was, wanted) = (self.base.value(*field), self.sides[1].value(*field));
            self.hold(
                Place::Field,
                Who::Node(*field),
                Some([Some(was.clone()), Some(was.clone()), Some(wanted)]),
            );
            if let Some(node) = self.expected.model.nodes.get_mut(field) {
                node.content = Content::Scalar(was);
            }
        }
    }
}
