//! Files of one resource that name their parent.

use syncline_document::Value;

use super::super::edit::Edit;
use super::super::model::{Model, Part, Uid};
use super::Chooser;

/// Whether resources name their parents instead of lying in them.
pub(super) fn names_parents(model: &Model) -> bool {
    model.nodes.values().any(|node| node.facts.part == Part::Parent)
}

/// The id of the resource that a field is of.
pub(super) fn id_beside(model: &Model, field: Uid) -> Option<&str> {
    model.field_text(model.node(field)?.parent?, Part::ResourceId)
}

/// The fields that name a parent.
pub(super) fn parent_fields(model: &Model) -> impl Iterator<Item = Uid> {
    model.nodes.iter().filter(|(_, node)| node.facts.part == Part::Parent).map(|(uid, _)| *uid)
}

/// The ids of the resources that others may name as their parent: of the kinds that are named by some.
pub(super) fn folder_ids(model: &Model) -> Vec<&str> {
    let named: Vec<&str> = parent_fields(model).filter_map(|field| model.text(field)).collect();
    let roots = || model.files.values().map(|file| file.root);
    let id = |root: Uid| model.field_text(root, Part::ResourceId);
    let kind = |root: Uid| model.field_text(root, Part::Mark);
    let is_named = |root: &Uid| id(*root).is_some_and(|id| named.contains(&id));
    let kinds: Vec<&str> = roots().filter(is_named).filter_map(kind).collect();
    roots().filter(|root| kind(*root).is_some_and(|kind| kinds.contains(&kind))).filter_map(id).collect()
}

/// An id and those of its parents.
fn chain<'m>(model: &'m Model, id: &'m str) -> Vec<&'m str> {
    let parent_of = |id: &str| {
        let field = parent_fields(model).find(|field| id_beside(model, *field) == Some(id))?;
        model.text(field)
    };
    let mut found = vec![id];
    while let Some(next) = parent_of(found[found.len() - 1]).filter(|next| !found.contains(next)) {
        found.push(next);
    }
    found
}

impl Chooser<'_, '_> {
    /// Names another parent that is not within this resource.
    pub(super) fn move_by_field(&mut self, model: &Model, field: Uid) -> Option<Edit> {
        let own = id_beside(model, field)?;
        let parent = self.pick(&folder_ids(model))?;
        let old = model.text(field)?;
        let may = old != parent && !chain(model, parent).contains(&own);
        may.then(|| Edit::Set(field, Value::string(parent)))
    }

    /// Each side moves one folder into the other's.
    pub(super) fn cycle_by_field(&mut self, base: &Model) -> Option<[Vec<Edit>; 2]> {
        let folders = folder_ids(base);
        let is_folder = |field: &Uid| id_beside(base, *field).is_some_and(|id| folders.contains(&id));
        let fields: Vec<Uid> = parent_fields(base).filter(is_folder).collect();
        let (a, b) = (self.pick(&fields)?, self.pick(&fields)?);
        let into = |field: Uid, other: Uid| -> Option<Vec<Edit>> {
            base.text(field)?;
            Some(vec![Edit::Set(field, Value::string(id_beside(base, other)?))])
        };
        if a == b || base.text(a) != base.text(b) {
            return None;
        }
        Some([into(a, b)?, into(b, a)?])
    }
}
