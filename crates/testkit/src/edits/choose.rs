//! Chooses edits: any of them, but none whose outcome the design leaves open.

mod files;
mod items;
mod links;
mod scenes;
mod values;

use std::collections::{BTreeMap, BTreeSet};

pub use values::marks;

use super::case::Case;
use super::check::Found;
use super::edit::Edit;
use super::model::{FileId, Model, Part, Uid};
use super::read::Sample;
use crate::seeded::Seeded;

/// A base has about this many nodes at most, so that edits meet.
const LARGE: u64 = 220;

/// So many edits a side at most.
const MOST_EDITS: u64 = 5;

/// Who edits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Ours,
    Theirs,
}

pub(super) struct Chooser<'s, 'f> {
    sample: &'s Sample<'f>,
    random: Seeded,
    who: Who,
    /// How many marks there are.
    marks: u32,
    /// Who changed which list whose items cannot be told apart.
    claimed: BTreeMap<Uid, bool>,
    commented: BTreeSet<Uid>,
    /// The lists that this side copied an item into, and those that it took one from.
    copied_into: BTreeSet<Uid>,
    taken_from: BTreeSet<Uid>,
    /// What the other side touched: edits that meet are the interesting ones.
    focus: Vec<Uid>,
    /// The ids are given anew on one side: what pairs resources without them must stay.
    is_reimport: bool,
    /// What a side did to files, each of which it does once at most.
    file_edits: BTreeSet<&'static str>,
    moved_file: Option<Uid>,
    /// What both sides begin with.
    base: Model,
}

impl<'s, 'f> Chooser<'s, 'f> {
    pub(super) fn new(sample: &'s Sample<'f>, seed: u64) -> Self {
        // Neighbouring seeds would make neighbouring sequences.
        let mut random = Seeded::new(seed);
        random = Seeded::new(random.next());
        Self {
            sample,
            random,
            who: Who::Ours,
            marks: 0,
            claimed: BTreeMap::new(),
            commented: BTreeSet::new(),
            copied_into: BTreeSet::new(),
            taken_from: BTreeSet::new(),
            focus: Vec::new(),
            is_reimport: false,
            file_edits: BTreeSet::new(),
            moved_file: None,
            base: Model::default(),
        }
    }

    pub(super) fn case(mut self) -> Case<'s, 'f> {
        let base = self.part_of_sample();
        let scene = self.scene(&base);
        self.sides(base, scene)
    }

    /// A case that begins with the whole sample, in which conflicts were settled.
    pub(super) fn case_after(mut self, conflicts: &[Found]) -> Option<Case<'s, 'f>> {
        let mut base = self.sample.model.clone();
        // The sample has marks of its own.
        self.marks = 1000;
        let settled = self.settle(&mut base, conflicts)?;
        Some(self.sides(base, settled))
    }

    /// Adds to the first edits of both sides.
    fn sides(mut self, base: Model, [mut ours, mut theirs]: [Vec<Edit>; 2]) -> Case<'s, 'f> {
        self.base = base.clone();
        self.side(Who::Ours, &base, &mut ours);
        self.focus = touched(&base, &ours);
        self.side(Who::Theirs, &base, &mut theirs);
        Case { sample: self.sample, base, ours, theirs }
    }

    fn is(&mut self, one_in: u64) -> bool {
        self.random.below(one_in) == 0
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        let count = u64::try_from(from.len()).unwrap_or(0);
        let index = if count == 0 { return None } else { self.random.below(count) };
        from.get(usize::try_from(index).ok()?).cloned()
    }

    /// A part of the sample: whatever makes it large is taken away.
    fn part_of_sample(&mut self) -> Model {
        let mut files = self.sample.model.files.clone();
        let keep = 1 + self.random.below(8);
        while files.len() as u64 > keep {
            let ids: Vec<FileId> = files.keys().copied().collect();
            let Some(id) = self.pick(&ids) else { break };
            files.remove(&id);
        }
        let mut base = self.sample.model.only(files);
        self.thin_out(&mut base);
        base
    }

    fn thin_out(&mut self, base: &mut Model) {
        let large = 20 + self.random.below(LARGE);
        let mut items: Vec<Uid> = base.nodes.keys().copied().filter(|uid| base.is_item(*uid)).collect();
        let mut left = 400;
        while base.nodes.len() as u64 > large && left > 0 {
            left -= 1;
            let Some(item) = self.pick(&items) else { break };
            // One sibling at least stays: an empty list has no style of its own.
            let siblings =
                base.node(item).and_then(|it| it.parent).map_or(0, |list| base.children(list).len());
            if siblings > 1 || self.is(4) {
                let gone: BTreeSet<Uid> = base.below(item).into_iter().collect();
                items.retain(|uid| !gone.contains(uid));
                Edit::Take(item).apply(base);
            }
        }
    }

    /// Adds edits of one side to those that the scene made.
    fn side(&mut self, who: Who, base: &Model, edits: &mut Vec<Edit>) {
        self.who = who;
        self.file_edits.clear();
        self.moved_file = None;
        self.copied_into.clear();
        self.taken_from.clear();
        let mut model = base.clone();
        for edit in edits.iter() {
            if let Edit::Copy { list, .. } = edit {
                self.copied_into.insert(*list);
            }
            edit.apply(&mut model);
        }
        let wanted = u64::from(edits.is_empty()) + self.random.below(MOST_EDITS);
        for _ in 0..wanted {
            let Some(edit) = (0..20).find_map(|_| self.edit(&model)) else { continue };
            if edit.apply(&mut model) {
                edits.push(edit);
            }
        }
    }

    fn edit(&mut self, model: &Model) -> Option<Edit> {
        match self.random.below(32) {
            0..10 => self.change(model),
            10..12 => self.put(model),
            12..16 => self.take(model),
            16..19 => self.copy(model),
            19..23 => self.move_away(model),
            23..26 => self.reorder(model),
            26 => self.turn(model),
            27..29 => self.comment(model),
            _ => self.file_edit(model),
        }
    }

    /// A node that passes; often one that the other side touched, or near to it.
    fn node(&mut self, model: &Model, passes: impl Fn(Uid) -> bool) -> Option<Uid> {
        let focus: Vec<Uid> = self.focus.iter().copied().filter(|uid| model.node(*uid).is_some()).collect();
        if !focus.is_empty() && self.is(2) {
            let near: Vec<Uid> = focus.iter().copied().filter(|uid| passes(*uid)).collect();
            if let Some(found) = self.pick(&near) {
                return Some(found);
            }
        }
        let all: Vec<Uid> = model.nodes.keys().copied().filter(|uid| passes(*uid)).collect();
        self.pick(&all)
    }

    /// Whether this side may change what is in the list whose items cannot be told apart, if the node is in one.
    fn claim(&mut self, model: &Model, uid: Uid) -> bool {
        let open = model
            .above(uid)
            .filter(|at| model.node(*at).is_some_and(|it| it.is_sequence() && !it.facts.is_keyed));
        let Some(outermost) = open.last() else { return true };
        let is_ours = self.who == Who::Ours;
        *self.claimed.entry(outermost).or_insert(is_ours) == is_ours
    }

    /// Whether the node is in a file that this side moved: that is found again only while it is alike.
    fn is_in_moved_file(&self, model: &Model, uid: Uid) -> bool {
        self.moved_file.is_some_and(|root| model.holds(root, uid))
    }

    fn is_plain(model: &Model, uid: Uid) -> bool {
        model.node(uid).is_some_and(|node| node.facts.part == Part::Plain)
    }
}

/// What a side touched, with what is above and around it.
fn touched(base: &Model, edits: &[Edit]) -> Vec<Uid> {
    let mut found = Vec::new();
    let mut model = base.clone();
    for edit in edits {
        let named: Vec<Uid> = match edit {
            Edit::Set(uid, _) | Edit::Take(uid) | Edit::Turn(uid, _) | Edit::Comment(uid, _) => vec![*uid],
            Edit::Put { mapping, .. } => vec![*mapping],
            Edit::Copy { list, after, .. } => after.iter().copied().chain([*list]).collect(),
            Edit::Move { item, list, .. } => vec![*item, *list],
            Edit::TakeFile(root) | Edit::MoveFile(root, _) => model.children(*root),
            Edit::SetAll(_) | Edit::CopyFile { .. } | Edit::Restyle { .. } => Vec::new(),
        };
        for uid in named {
            found.push(uid);
            found.extend(model.above(uid).take(4));
            found.extend(model.below(uid).into_iter().take(12));
            if let Some(parent) = model.node(uid).and_then(|node| node.parent) {
                found.extend(model.children(parent));
            }
        }
        edit.apply(&mut model);
    }
    found.retain(|uid| base.node(*uid).is_some());
    found.sort_unstable();
    found.dedup();
    found
}
