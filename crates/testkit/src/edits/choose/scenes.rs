//! Histories that chance alone would rarely make.

use syncline_document::Value;

use super::super::check::Found;
use super::super::edit::Edit;
use super::super::model::{Model, Part, Uid};
use super::items::can_move;
use super::{Chooser, Who, links};

impl Chooser<'_, '_> {
    /// The first edits of both sides; mostly none.
    pub(super) fn scene(&mut self, base: &Model) -> [Vec<Edit>; 2] {
        let scene = match self.random.below(20) {
            0 | 1 => self.cycle(base),
            2 => self.reimport(base),
            3 | 4 => self.two_parents(base),
            5 | 6 => self.parent_under_child(base),
            _ => None,
        };
        scene.unwrap_or_default()
    }

    /// How both sides settled what their first merge held; `base` comes to hold what was before. `None` where a
    /// conflict is not of one value that all three have.
    pub(super) fn settle(&mut self, base: &mut Model, conflicts: &[Found]) -> Option<[Vec<Edit>; 2]> {
        let mut sides = [Vec::new(), Vec::new()];
        for Found { path, field, values, .. } in conflicts {
            let [Some(before), Some(ours), Some(theirs)] = values else { return None };
            let uid = base.lookup(path, field)?;
            if !Edit::Set(uid, before.clone()).apply(base) {
                return None;
            }
            let new = Value::string(self.mark());
            let choices = [before, ours, theirs, &new];
            let left = self.pick(&choices)?;
            let right = if self.is(2) { left } else { self.pick(&choices)? };
            for (side, value) in sides.iter_mut().zip([left, right]) {
                side.push(Edit::Set(uid, value.clone()));
            }
        }
        Some(sides)
    }

    /// Each side moves one resource into the other's.
    fn cycle(&mut self, base: &Model) -> Option<[Vec<Edit>; 2]> {
        if links::names_parents(base) {
            return self.cycle_by_field(base);
        }
        let with_list = |uid: Uid| can_move(base, uid) && inner_list(base, uid).is_some();
        let able: Vec<Uid> = base.nodes.keys().copied().filter(|uid| with_list(*uid)).collect();
        let (a, b) = (self.pick(&able)?, self.pick(&able)?);
        if a == b || base.holds(a, b) || base.holds(b, a) || base.above(a).last() != base.above(b).last() {
            return None;
        }
        let into = |item: Uid, other: Uid| -> Option<Vec<Edit>> {
            let list = inner_list(base, other)?;
            Some(vec![Edit::Move { item, list, after: base.children(list).last().copied() }])
        };
        Some([into(a, b)?, into(b, a)?])
    }

    /// One side imported everything again: every id is another one.
    fn reimport(&mut self, base: &Model) -> Option<[Vec<Edit>; 2]> {
        if !has_natural_keys(base) {
            return None;
        }
        self.is_reimport = true;
        self.who = if self.is(2) { Who::Ours } else { Who::Theirs };
        let ids = base.nodes.iter().filter(|(_, node)| node.facts.part == Part::ResourceId);
        let old: Vec<(Uid, String)> =
            ids.filter_map(|(uid, _)| Some((*uid, base.text(*uid)?.to_owned()))).collect();
        let mut values = Vec::new();
        for (uid, id) in old {
            let prefix = id.split('_').next().unwrap_or_default().to_owned();
            values.push((uid, Value::string(format!("{prefix}_{}", self.mark()))));
        }
        let edits = vec![Edit::SetAll(values)];
        Some(if self.who == Who::Ours { [edits, Vec::new()] } else { [Vec::new(), edits] })
    }

    /// Both sides move one resource, each to a parent of its own choice.
    fn two_parents(&mut self, base: &Model) -> Option<[Vec<Edit>; 2]> {
        let first = self.move_away(base)?;
        let again = match &first {
            Edit::Move { item, .. } => {
                let sort = base.node(base.node(*item)?.parent?)?.facts.sort;
                let list = self.node(base, |uid| {
                    let fits = base
                        .node(uid)
                        .is_some_and(|it| it.is_sequence() && it.facts.is_keyed && it.facts.sort == sort);
                    fits && !base.holds(*item, uid) && base.above(uid).last() == base.above(*item).last()
                })?;
                let after = base.children(list).first().copied().filter(|after| after != item);
                (Some(list) != base.node(*item)?.parent).then_some(Edit::Move { item: *item, list, after })?
            }
            Edit::Set(field, _) => self.move_by_field(base, *field)?,
            _ => return None,
        };
        Some([vec![first], vec![again]])
    }

    /// One side removes a resource, the other puts something into it.
    fn parent_under_child(&mut self, base: &Model) -> Option<[Vec<Edit>; 2]> {
        let with_list = |uid: Uid| can_move(base, uid) && inner_list(base, uid).is_some();
        let able: Vec<Uid> = base.nodes.keys().copied().filter(|uid| with_list(*uid)).collect();
        let parent = self.pick(&able)?;
        let list = inner_list(base, parent)?;
        let after = base.children(list).first().copied();
        self.who = Who::Theirs;
        let item = self
            .node(base, |uid| can_move(base, uid) && !base.holds(uid, parent) && !base.holds(parent, uid))?;
        let same_sort = base.node(base.node(item)?.parent?)?.facts.sort == base.node(list)?.facts.sort;
        let same_file = base.above(item).last() == base.above(parent).last();
        let child = if self.is(2) && same_sort && same_file {
            Edit::Move { item, list, after }
        } else {
            let item = after?;
            let changes = self.copy_changes(base, item);
            Edit::Copy { item, list, after, fresh: self.fresh(), changes }
        };
        let (removed, child) = (vec![Edit::Take(parent)], vec![child]);
        Some(if self.is(2) { [removed, child] } else { [child, removed] })
    }
}

/// The list of resources of the same sort in a resource.
fn inner_list(model: &Model, uid: Uid) -> Option<Uid> {
    let sort = model.node(model.node(uid)?.parent?)?.facts.sort;
    let fields = model.children(uid);
    fields.into_iter().find(|field| {
        model.node(*field).is_some_and(|it| it.is_sequence() && it.facts.is_keyed && it.facts.sort == sort)
    })
}

/// Whether the resources of each list can be told apart without their ids.
fn has_natural_keys(model: &Model) -> bool {
    let mut any = false;
    for node in model.nodes.values().filter(|node| node.is_sequence() && node.facts.sort.is_some()) {
        let mut known = Vec::new();
        for item in node.items() {
            let fields = model.children(*item).into_iter();
            let natural = fields.filter(|it| model.node(*it).is_some_and(|it| it.facts.is_natural));
            let key: Vec<_> = natural.map(|it| model.value(it)).collect();
            if key.is_empty() || known.contains(&key) {
                return false;
            }
            known.push(key);
            any = true;
        }
    }
    any
}
