//! Edits of entries and items: taken away, copied, moved, sorted.

use syncline_document::Value;

use super::super::edit::Edit;
use super::super::model::{Content, Model, Part, Uid};
use super::{Chooser, links};

impl Chooser<'_, '_> {
    pub(super) fn take(&mut self, model: &Model) -> Option<Edit> {
        let can = |uid: Uid| {
            let parent = model.node(uid).and_then(|node| node.parent);
            parent.is_some_and(|parent| model.children(parent).len() > 1)
                && (model.is_item(uid) || model.is_plain_below(uid))
        };
        let uid = self.node(model, can)?;
        let node = model.node(uid)?;
        let must_stay = (self.is_reimport && node.facts.is_natural) || node.facts.part != Part::Plain;
        if must_stay || node.is_noise() || self.is_in_moved_file(model, uid) {
            return None;
        }
        // Whole branches rarely: nothing would be left to edit.
        let share = model.below(uid).len() * 2 > model.nodes.len();
        let list = node.parent?;
        // A copy under another id, and what it was made of gone: that is the same as another id.
        if share || self.copied_into.contains(&list) || !self.claim(model, list) {
            return None;
        }
        self.taken_from.insert(list);
        Some(Edit::Take(uid))
    }

    pub(super) fn copy(&mut self, model: &Model) -> Option<Edit> {
        let item = self.node(model, |uid| model.is_item(uid))?;
        let list = model.node(item)?.parent?;
        let is_taken_from = self.taken_from.contains(&list);
        // What alone is no change goes with a file that the other side removes, and its mark with it.
        let is_noise = model.node(list)?.is_noise();
        if is_taken_from || is_noise || self.is_in_moved_file(model, item) || !self.claim(model, list) {
            return None;
        }
        self.copied_into.insert(list);
        let after = self.place_in(model, list, None);
        Some(Edit::Copy { item, list, after, fresh: self.fresh(), changes: self.copy_changes(model, item) })
    }

    /// What tells a copy from what it was made of.
    pub(super) fn copy_changes(&mut self, model: &Model, from: Uid) -> Vec<(Uid, Value)> {
        let keeps_name = !self.is_reimport && self.is(2);
        let mut changes = Vec::new();
        for uid in model.below(from) {
            let Some(node) = model.node(uid) else { continue };
            let Content::Scalar(old) = &node.content else { continue };
            let is_id = matches!(node.facts.part, Part::Id | Part::ResourceId);
            let is_other = is_id || uid == from || (node.facts.is_natural && !keeps_name);
            let new = match old {
                _ if !is_other => continue,
                Value::String(text) if text.contains('\n') => Value::string(self.mark()),
                Value::String(text) => Value::string(format!("{text}-{}", self.mark())),
                _ => Value::number(self.number().to_string()),
            };
            changes.push((uid, new));
        }
        changes
    }

    /// An item to stand behind; `None` for the start.
    fn place_in(&mut self, model: &Model, list: Uid, without: Option<Uid>) -> Option<Uid> {
        let items: Vec<Uid> =
            model.children(list).into_iter().filter(|item| Some(*item) != without).collect();
        if self.is(5) { None } else { self.pick(&items) }
    }

    pub(super) fn reorder(&mut self, model: &Model) -> Option<Edit> {
        let item = self.node(model, |uid| model.is_item(uid))?;
        let list = model.node(item)?.parent?;
        let items = model.children(list);
        if items.len() < 3 || self.is_in_moved_file(model, item) || !self.claim(model, list) {
            return None;
        }
        let after = self.place_in(model, list, Some(item));
        let old = items.iter().position(|it| *it == item)?;
        let is_same = after == old.checked_sub(1).map(|before| items[before]);
        (!is_same).then_some(Edit::Move { item, list, after })
    }

    /// Moves a resource to another parent.
    pub(super) fn move_away(&mut self, model: &Model) -> Option<Edit> {
        if self.is_reimport {
            return None;
        }
        if links::names_parents(model) {
            let field =
                self.node(model, |uid| model.node(uid).is_some_and(|it| it.facts.part == Part::Parent))?;
            return self.move_by_field(model, field);
        }
        let moved_file = self.moved_file;
        let item = self.node(model, |uid| {
            can_move(model, uid) && moved_file.is_none_or(|root| !model.holds(root, uid))
        })?;
        let list = self.other_list(model, item)?;
        let after = self.place_in(model, list, Some(item));
        Some(Edit::Move { item, list, after })
    }

    /// A list of the same sort in the same file, not within the item.
    fn other_list(&mut self, model: &Model, item: Uid) -> Option<Uid> {
        let list = model.node(item)?.parent?;
        let sort = model.node(list)?.facts.sort;
        let file = model.above(item).last();
        self.node(model, |uid| {
            uid != list
                && model
                    .node(uid)
                    .is_some_and(|it| it.is_sequence() && it.facts.sort == sort && it.facts.is_keyed)
                && model.above(uid).last() == file
                && !model.holds(item, uid)
        })
    }
}

/// Whether the format knows it as a resource wherever in its file it is.
pub(super) fn can_move(model: &Model, uid: Uid) -> bool {
    let list = model.node(uid).and_then(|node| node.parent).and_then(|list| model.node(list));
    list.is_some_and(|list| list.is_sequence() && list.facts.sort.is_some() && list.facts.is_keyed)
}
