//! The remote, the installations, and what they do.

use std::collections::{BTreeSet, HashMap};

use syncline_merge::{Conflict, ConflictId, Side};
use syncline_repo::{CommitId, RefName};
use syncline_testkit::Seeded;

use super::Tally;
use super::layout::{FOLDERS, Layout};
use super::marks::{
    Deed, Mark, View, concerns, has_no_value_of_a_side, is_of_whole, of_conflict, overlaps, word, words,
};
use crate::Take;
use crate::conflicts::ConflictSet;
use crate::integrate::Integrated;
use crate::lab::{Files, Lab};
use crate::record::Note;
use crate::record::sent::SentMerges;

/// How often a sync tries again when others were first, here.
const TRIES: usize = 3;

/// What is not as it must be.
pub(super) struct Faults(pub(super) Vec<String>);

type Outcome<T = ()> = Result<T, Faults>;

/// Seconds by which clocks are off: one stands in 1970, one is slow by half a day, one is right, one is in 2100.
const CLOCK_ERRORS: [i64; 4] = [-1_690_000_000, -50_000, 0, 2_400_000_000];

/// One installation: its branch, what it holds, and what it wrote down of merges that it sent.
struct Installation {
    head: CommitId,
    held: ConflictSet,
    sent: Vec<(CommitId, Vec<Conflict>)>,
    /// How far its clock is off.
    clock_error: i64,
}

/// What all meet at.
#[derive(Clone, Copy)]
struct Remote {
    branch: CommitId,
    conflicts: Option<CommitId>,
}

/// What goes wrong with a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mishap {
    None,
    /// It does not arrive, and the sync ends with an error.
    PushLost,
    /// It arrives, and the installation never hears of it.
    AnswerLost,
    /// It arrives, and the process dies.
    Crash,
    /// Only the branch arrives, and the process dies.
    CrashBetween,
}

/// One history.
pub(super) struct World<'l> {
    lab: &'l Lab,
    layout: Layout,
    random: Seeded,
    remote: Remote,
    installations: Vec<Installation>,
    deeds: Vec<Deed>,
    /// The edits that somebody who saw them typed over, removed or settled.
    over: BTreeSet<Mark>,
    /// What was settled: where the same is held once more, it is settled there as well.
    settled: BTreeSet<ConflictId>,
    /// The edits in the history of each commit.
    known: HashMap<CommitId, BTreeSet<Mark>>,
    added: usize,
    story: Vec<String>,
    pub(super) tally: Tally,
}

impl Lab {
    fn files_at(&self, commit: CommitId) -> Files {
        self.files(self.workspace.repo.tree_of(commit).expect("it was made here"))
    }

    fn set(&self, commit: Option<CommitId>) -> ConflictSet {
        let name = RefName::new("refs/syncline/conflicts/main").expect("a good name");
        match commit {
            Some(commit) => {
                ConflictSet::of_commit(&self.workspace.repo, name, commit).expect("it was made here")
            }
            None => ConflictSet::empty(name),
        }
    }

    fn is_ancestor(&self, old: CommitId, new: CommitId) -> bool {
        self.workspace.repo.is_ancestor(old, new).expect("they were made here")
    }

    /// A set as it is stored.
    fn stored(&self, set: &ConflictSet, merged: Option<&ConflictSet>) -> ConflictSet {
        let note = Note::new(&self.workspace.environment, "Hold and settle conflicts");
        self.set(set.write(&self.workspace.repo, merged, &note).expect("memory"))
    }
}

impl<'l> World<'l> {
    pub(super) fn new(lab: &'l Lab, layout: Layout, seed: u64) -> Self {
        lab.clock.start_again();
        let mut random = Seeded::new(seed);
        let mut files = layout.empty();
        let mut deeds = Vec::new();
        let resources = 2 + below(&mut random, 4);
        for number in 0..resources {
            let values = [(); 3].map(|()| {
                deeds.push(Deed::Typed);
                word(deeds.len() - 1)
            });
            let (id, folder) = (format!("r{number}"), below(&mut random, FOLDERS));
            layout.add(&mut files, &id, folder, &values);
            deeds.push(Deed::Went(id, folder));
        }
        let root = lab.commit("begin", &files, &[]);
        let count = 2 + below(&mut random, 4);
        let mut installation = || Installation {
            head: root,
            held: lab.set(None),
            sent: Vec::new(),
            clock_error: CLOCK_ERRORS[below(&mut random, CLOCK_ERRORS.len())],
        };
        Self {
            installations: (0..count).map(|_| installation()).collect(),
            lab,
            layout,
            random,
            remote: Remote { branch: root, conflicts: None },
            known: [(root, (0..deeds.len()).collect())].into(),
            deeds,
            over: BTreeSet::new(),
            settled: BTreeSet::new(),
            added: resources,
            story: Vec::new(),
            tally: Tally::default(),
        }
    }

    /// What was done, a line each.
    pub(super) fn story(&self) -> &[String] {
        &self.story
    }

    pub(super) fn run(&mut self) -> Outcome {
        let steps = 10 + self.below(25);
        for _ in 0..steps {
            let who = self.below(self.installations.len());
            let error = self.installations[who].clock_error;
            self.lab.clock.go(60 + error);
            match self.below(20) {
                0..10 => self.edit(who)?,
                10..12 => self.settle(who)?,
                12..19 => self.sync(who, true)?,
                _ => self.pull_from_peer(who)?,
            }
            self.lab.clock.go(-error);
        }
        self.quiet()
    }

    /// Everybody syncs until nobody has news; then all are the same, and nothing is lost.
    fn quiet(&mut self) -> Outcome {
        self.story.push("quiet".to_owned());
        for round in 0..3 {
            let before = self.remote;
            for who in 0..self.installations.len() {
                self.sync(who, false)?;
            }
            let is_same = (before.branch, before.conflicts) == (self.remote.branch, self.remote.conflicts);
            if round > 0 && !is_same {
                return fault(format!("round {round} of quiet still brings something"));
            }
        }
        let one = &self.installations[0];
        let held =
            |one: &Installation| one.held.iter().map(|(id, it)| (id.clone(), it.clone())).collect::<Vec<_>>();
        for (number, other) in self.installations.iter().enumerate() {
            if other.head != self.remote.branch {
                return fault(format!("{number} has another commit than the remote"));
            }
            if held(other) != held(one) || other.held.commit() != self.remote.conflicts {
                return fault(format!("{number} holds another thing"));
            }
        }
        self.tally.held += one.held.len();
        let marks = self.marks(one.head, &one.held);
        let lost: Vec<_> =
            (0..self.deeds.len()).filter(|mark| !marks.contains(mark) && !self.over.contains(mark)).collect();
        if lost.is_empty() { Ok(()) } else { fault(format!("{} are lost in the end", self.names(&lost))) }
    }

    fn below(&mut self, end: usize) -> usize {
        below(&mut self.random, end)
    }

    fn marks(&self, commit: CommitId, held: &ConflictSet) -> BTreeSet<Mark> {
        self.marks_of(&self.lab.files_at(commit), held, &self.known[&commit])
    }

    fn marks_of(&self, files: &Files, held: &ConflictSet, known: &BTreeSet<Mark>) -> BTreeSet<Mark> {
        View { layout: self.layout, files, held }.marks(known, &self.deeds)
    }

    fn names(&self, marks: &[Mark]) -> String {
        let name = |mark: &Mark| match &self.deeds[*mark] {
            Deed::Typed => word(*mark),
            deed => format!("{mark}: {deed:?}"),
        };
        marks.iter().map(name).collect::<Vec<_>>().join(", ")
    }

    /// One edit of a person, committed.
    fn edit(&mut self, who: usize) -> Outcome {
        let (layout, head) = (self.layout, self.installations[who].head);
        let mut files = self.lab.files_at(head);
        let resources = layout.resources(&files);
        let mark = self.deeds.len();
        let chosen = self.below(resources.len().max(1));
        let what = self.below(20);
        let Some((id, found)) = resources.iter().nth(chosen).filter(|_| what != 19) else {
            return self.add(who, files);
        };
        let found = &found[0];
        let set = self.installations[who].held.clone();
        let concerning: Vec<_> =
            set.iter().map(|(_, conflict)| conflict).filter(|conflict| concerns(conflict, id)).collect();
        let mut seen = BTreeSet::new();
        match what {
            0..3 => {
                layout.remove(&mut files, found);
                self.deeds.push(Deed::Removed(id.clone()));
                self.story.push(format!("{who} removes {id} ({mark})"));
                for field in layout.fields() {
                    seen.extend(words(
                        &Layout::field(&self.lab.files_at(head), found, field).unwrap_or_default(),
                    ));
                }
                seen.extend(concerning.iter().flat_map(|conflict| of_conflict(conflict)));
                seen.extend(self.deeds_of(id));
                self.over.extend(self.moves_known_at(head, id));
            }
            3..6 => {
                // Not to where it was before: of there and back a merge sees nothing.
                let first = self.below(FOLDERS);
                let is_new = |folder: &usize| {
                    let is_it =
                        |deed: &Deed| matches!(deed, Deed::Went(it, old) if it == id && old == folder);
                    !self.deeds.iter().any(is_it)
                };
                let mut folders = (0..FOLDERS).map(|number| (first + number) % FOLDERS);
                let Some(folder) = folders.find(is_new) else { return Ok(()) };
                layout.go(&mut files, id, found, folder);
                self.over.extend(self.moves_known_at(head, id));
                self.deeds.push(Deed::Went(id.clone(), folder));
                self.story.push(format!("{who} puts {id} into {folder} ({mark})"));
                seen.extend(self.deeds_of(id));
                let of_whole = concerning.iter().filter(|conflict| overlaps(conflict, id, ""));
                seen.extend(of_whole.flat_map(|conflict| of_conflict(conflict)));
            }
            _ => {
                let fields = layout.fields();
                let field = fields[self.below(fields.len())];
                seen.extend(words(&Layout::field(&files, found, field).unwrap_or_default()));
                Layout::set(&mut files, found, field, &word(mark));
                self.deeds.push(Deed::Typed);
                self.story.push(format!("{who} types {} at {field} of {id}", word(mark)));
                let over = concerning.iter().filter(|conflict| overlaps(conflict, id, field));
                seen.extend(over.clone().flat_map(|conflict| of_conflict(conflict)));
                if over.count() > 0 {
                    seen.extend(self.deeds_of(id));
                }
            }
        }
        self.commit(who, &files, mark, &seen)
    }

    fn add(&mut self, who: usize, mut files: Files) -> Outcome {
        let mark = self.deeds.len();
        let values = [0, 1, 2].map(|number| word(mark + number));
        self.deeds.extend([Deed::Typed, Deed::Typed, Deed::Typed]);
        let (id, folder) = (format!("r{}", self.added), self.below(FOLDERS));
        self.added += 1;
        self.layout.add(&mut files, &id, folder, &values);
        self.deeds.push(Deed::Went(id.clone(), folder));
        self.story.push(format!("{who} adds {id} with {}", values.join(", ")));
        self.commit(who, &files, mark, &BTreeSet::new())
    }

    /// The ids of all resources that there ever were.
    fn ids(&self) -> impl Iterator<Item = String> + use<> {
        (0..self.added).map(|number| format!("r{number}"))
    }

    /// Where a resource was put before, as far as a commit has it: whoever moves it on or removes it there is done
    /// with that.
    fn moves_known_at(&self, head: CommitId, id: &str) -> Vec<Mark> {
        let is_move = |mark: &Mark| matches!(&self.deeds[*mark], Deed::Went(it, _) if it == id);
        self.known[&head].iter().copied().filter(is_move).collect()
    }

    /// That a resource was removed, or put elsewhere.
    fn deeds_of(&self, id: &str) -> Vec<Mark> {
        let is_of_it = |deed: &Deed| matches!(deed, Deed::Removed(it) | Deed::Went(it, _) if it == id);
        (0..self.deeds.len()).filter(|mark| is_of_it(&self.deeds[*mark])).collect()
    }

    /// What a commit has and is done with where a conflict is settled that was settled before. Two who remove the same
    /// have done the same, and so have two who put it into different folders of one file: what is held of that does
    /// not say where it was.
    fn done_with(&self, conflict: &Conflict, at: CommitId) -> Vec<Mark> {
        let ids = self.ids().filter(|id| concerns(conflict, id));
        ids.flat_map(|id| {
            let is_of_folders = self.layout == Layout::OneFile && is_of_whole(conflict, &id);
            let is_done = |mark: &Mark| match &self.deeds[*mark] {
                Deed::Typed => false,
                Deed::Removed(it) => *it == id && has_no_value_of_a_side(conflict),
                Deed::Went(it, _) => *it == id && is_of_folders,
            };
            self.known[&at].iter().copied().filter(is_done).collect::<Vec<_>>()
        })
        .collect()
    }

    /// Two who remove the same have done the same: what is held of it, and settled, is held once.
    fn removals_of(&self, id: &str) -> Vec<Mark> {
        let is_it = |mark: &Mark| matches!(&self.deeds[*mark], Deed::Removed(it) if it == id);
        (0..self.deeds.len()).filter(is_it).collect()
    }

    /// Commits an edit; what it settles is settled.
    fn commit(&mut self, who: usize, files: &Files, mark: Mark, seen: &BTreeSet<Mark>) -> Outcome {
        let old = self.installations[who].head;
        let new = self.lab.commit(&format!("edit {mark}"), files, &[old]);
        let mut known = self.known[&old].clone();
        known.extend(mark..self.deeds.len());
        self.known.insert(new, known);
        let mut held = self.installations[who].held.clone();
        self.lab.workspace.settle_changed(&mut held, &[Some(old)], new).expect("in memory");
        self.moved(who, new, &held, seen)
    }

    /// An installation goes on by itself: whatever is not to be seen any more was seen by whoever did it.
    fn moved(&mut self, who: usize, new: CommitId, held: &ConflictSet, seen: &BTreeSet<Mark>) -> Outcome {
        let Installation { head, held: old_held, .. } = &self.installations[who];
        let (before, after) = (self.marks(*head, old_held), self.marks(new, held));
        let gone: Vec<_> = before.difference(&after).copied().collect();
        let unseen: Vec<_> =
            gone.iter().copied().filter(|mark| !seen.contains(mark) && !self.over.contains(mark)).collect();
        self.settled.extend(old_held.iter().map(|(id, _)| id.clone()).filter(|id| !held.contains(id)));
        self.tally.settled += old_held.len().saturating_sub(held.len());
        self.over.extend(gone.iter().copied());
        for mark in gone {
            if let Deed::Removed(id) = &self.deeds[mark] {
                self.over.extend(self.removals_of(id));
            }
        }
        let held = self.lab.stored(held, None);
        let one = &mut self.installations[who];
        (one.head, one.held) = (new, held);
        if unseen.is_empty() { Ok(()) } else { fault(format!("{} went unseen", self.names(&unseen))) }
    }

    /// Somebody settles a conflict.
    fn settle(&mut self, who: usize) -> Outcome {
        let count = self.installations[who].held.len();
        if count == 0 {
            return Ok(());
        }
        let (chosen, side) = (self.below(count), self.below(2));
        let one = &self.installations[who];
        let (old, mut set) = (one.head, one.held.clone());
        let (id, conflict) =
            set.iter().nth(chosen).map(|(id, it)| (id.clone(), it.clone())).expect("there is one");
        let take = if side == 0 { Take::Ours } else { Take::Theirs };
        self.story.push(format!("{who} settles {} with {take:?}", short(&conflict)));
        let workspace = &self.lab.workspace;
        let was = workspace.repo.tree_of(old).expect("it is here");
        let tree = match workspace.take(was, &conflict, &take) {
            Ok(tree) => tree,
            Err(error) => {
                self.story.push(format!("  and cannot: {error}"));
                return Ok(());
            }
        };
        let mut seen = of_conflict(&conflict);
        let files = self.lab.files_at(old);
        let resources = self.layout.resources(&files);
        for id in self.ids().filter(|id| concerns(&conflict, id)) {
            // What is held may have come before the commits that it is of.
            if has_no_value_of_a_side(&conflict) {
                self.over.extend(self.removals_of(&id));
            }
            let fields = self.layout.fields();
            for field in fields.iter().filter(|field| overlaps(&conflict, &id, field)) {
                let found = resources.get(&id).map(|found| &found[0]);
                let now = found.and_then(|found| Layout::field(&files, found, field));
                seen.extend(words(&now.unwrap_or_default()));
            }
            // Who decides on all of a resource decides on what is held of its fields.
            if is_of_whole(&conflict, &id) {
                seen.extend(self.deeds_of(&id));
                let of_it = one.held.iter().map(|(_, it)| it).filter(|it| concerns(it, &id));
                seen.extend(of_it.flat_map(of_conflict));
            }
        }
        let new = if tree == was {
            None
        } else {
            let new = self.lab.commit("settle", &self.lab.files(tree), &[old]);
            self.known.insert(new, self.known[&old].clone());
            Some(new)
        };
        self.lab.workspace.settle_by(&mut set, &[id], (old, new)).expect("in memory");
        let new = new.unwrap_or(old);
        self.moved(who, new, &set, &seen)
    }

    /// The sync of one installation, as `sync_loop` does it.
    fn sync(&mut self, who: usize, can_fail: bool) -> Outcome {
        for number in 0..=TRIES {
            let mishap = self.mishap(can_fail);
            let told = format!(
                "{who} syncs{}",
                if mishap == Mishap::None { String::new() } else { format!(", {mishap:?}") }
            );
            self.story.push(told);
            let followed = self.remote;
            let theirs = self.lab.set(followed.conflicts);
            let (tip, held) = self.merge(who, followed.branch, &theirs)?;
            if !tip.conflicts.is_empty() {
                self.installations[who].sent.push((tip.commit, tip.conflicts.clone()));
            }
            if can_fail && self.below(3) == 0 {
                let other = (who + 1 + self.below(self.installations.len() - 1)) % self.installations.len();
                self.story.push(format!("  {other} is first"));
                self.sync(other, false)?;
            }
            let is_last = number == TRIES;
            let (is_first, has_conflicts) = match mishap {
                Mishap::PushLost => (true, true),
                _ => self.push(&tip, &held, mishap == Mishap::CrashBetween),
            };
            match mishap {
                Mishap::Crash | Mishap::CrashBetween => {
                    self.tally.crashes += 1;
                    return Ok(());
                }
                Mishap::PushLost | Mishap::AnswerLost => {
                    self.tally.lost_pushes += 1;
                    self.take_over(who, &tip, held);
                    return Ok(());
                }
                Mishap::None if (is_first && has_conflicts) || is_last => {
                    self.take_over(who, &tip, held);
                    return Ok(());
                }
                Mishap::None => {}
            }
        }
        Ok(())
    }

    fn mishap(&mut self, can_fail: bool) -> Mishap {
        match if can_fail { self.below(12) } else { usize::MAX } {
            0 => Mishap::PushLost,
            1 => Mishap::AnswerLost,
            2 => Mishap::Crash,
            3 => Mishap::CrashBetween,
            _ => Mishap::None,
        }
    }

    /// What an installation and another state make together, and what is held then.
    fn merge(
        &mut self,
        who: usize,
        theirs: CommitId,
        held_there: &ConflictSet,
    ) -> Outcome<(Integrated, ConflictSet)> {
        let Installation { head, held, sent, .. } = &self.installations[who];
        let (workspace, head) = (&self.lab.workspace, *head);
        self.tally.several_bases +=
            usize::from(workspace.repo.merge_bases(head, theirs).expect("they are here").len() > 1);
        let has_arrived = |merge: &CommitId| self.lab.is_ancestor(*merge, theirs);
        let arrived = sent.iter().filter(|(merge, _)| has_arrived(merge));
        let sides = [(held, Some(head)), (held_there, Some(theirs))];
        let mut arrived = SentMerges {
            held: arrived.flat_map(|(merge, held)| held.iter().map(|it| (*merge, it.clone()))).collect(),
            all_arrived: sent.iter().all(|(merge, _)| has_arrived(merge)),
            behind: workspace.behind(sides).expect("in memory"),
        };
        arrived.leave_out_settled(&workspace.repo, held_there).expect("in memory");
        let unknown = workspace.unknown_to_one(sides, &arrived).expect("in memory");
        let mut tip = workspace
            .integrate(Some(head), theirs, Side::Theirs, "merge", unknown)
            .expect("a merge always completes");
        let of_both = [Some(head), Some(theirs)];
        let together = workspace
            .gather_conflicts(held.clone(), held_there, &of_both, &mut tip, &arrived)
            .expect("in memory");
        let mut known = self.known[&head].clone();
        known.extend(&self.known[&theirs]);
        self.known.insert(tip.commit, known);
        self.tally.merges += usize::from(tip.is_merge);
        let mut before = self.marks(head, held);
        before.extend(self.marks(theirs, held_there));
        // What a merge holds that was pushed without it is still with whoever pushed, and comes from there.
        let mut with_sent = together.clone();
        for other in &self.installations {
            with_sent.hold(other.held.iter().map(|(_, conflict)| conflict.clone()));
        }
        let sent = self.installations.iter().flat_map(|one| &one.sent);
        with_sent.hold(sent.flat_map(|(_, held)| held.iter().cloned()));
        let after = self.marks(tip.commit, &with_sent);
        let gone = held.iter().chain(held_there.iter()).filter(|(id, _)| !together.contains(id));
        let settled_before = gone.filter(|(id, _)| self.settled.contains(id));
        let done_before: Vec<_> =
            settled_before.flat_map(|(_, conflict)| self.done_with(conflict, tip.commit)).collect();
        self.over.extend(done_before);
        let lost: Vec<_> =
            before.difference(&after).copied().filter(|mark| !self.over.contains(mark)).collect();
        for (_, conflict) in together.iter().filter(|(id, _)| !held.contains(id)) {
            self.story.push(format!("  {who} holds {}", short(conflict)));
        }
        for (_, conflict) in held.iter().filter(|(id, _)| !together.contains(id)) {
            self.story.push(format!("  {who} holds no more {}", short(conflict)));
        }
        let stored = self.lab.stored(&together, Some(held_there));
        self.expect_once(tip.commit)?;
        if lost.is_empty() {
            Ok((tip, stored))
        } else {
            fault(format!("{} are lost in a merge", self.names(&lost)))
        }
    }

    /// Nothing is there twice.
    fn expect_once(&self, commit: CommitId) -> Outcome {
        let files = self.lab.files_at(commit);
        let resources = self.layout.resources(&files);
        match resources.iter().find(|(_, found)| found.len() > 1) {
            Some((id, _)) => fault(format!("{id} is there twice")),
            None => Ok(()),
        }
    }

    /// The remote takes what it can: whether it took the branch, and the conflicts.
    fn push(&mut self, tip: &Integrated, held: &ConflictSet, only_branch: bool) -> (bool, bool) {
        let is_first = self.lab.is_ancestor(self.remote.branch, tip.commit);
        if !is_first {
            return (false, false);
        }
        self.remote.branch = tip.commit;
        let has_conflicts = match (self.remote.conflicts, held.commit()) {
            (_, None) | (None, Some(_)) => true,
            (Some(there), Some(here)) => self.lab.is_ancestor(there, here),
        };
        if has_conflicts && !only_branch && held.commit().is_some() {
            self.remote.conflicts = held.commit();
        }
        (is_first, has_conflicts)
    }

    fn take_over(&mut self, who: usize, tip: &Integrated, held: ConflictSet) {
        let one = &mut self.installations[who];
        (one.head, one.held) = (tip.commit, held);
        one.sent.clear();
    }

    /// One takes over what another has, past the remote.
    fn pull_from_peer(&mut self, who: usize) -> Outcome {
        let peer = (who + 1 + self.below(self.installations.len() - 1)) % self.installations.len();
        self.story.push(format!("{who} pulls from {peer}"));
        let Installation { head, held, .. } = &self.installations[peer];
        let (theirs, held) = (*head, held.clone());
        let (tip, held) = self.merge(who, theirs, &held)?;
        let sent = self.installations[who].sent.clone();
        self.take_over(who, &tip, held);
        // As `merge_branch` does it: what is not there may still turn out to have arrived at the remote.
        if !sent.iter().all(|(merge, _)| self.lab.is_ancestor(*merge, theirs)) {
            self.installations[who].sent = sent;
        }
        Ok(())
    }
}

fn below(random: &mut Seeded, end: usize) -> usize {
    let end = u64::try_from(end).expect("a small number");
    usize::try_from(random.below(end)).expect("a small number")
}

fn fault<T>(text: String) -> Outcome<T> {
    Err(Faults(vec![text]))
}

fn short(conflict: &Conflict) -> String {
    let value = |value: &Option<syncline_document::Value>| {
        value.as_ref().map_or_else(|| "nothing".to_owned(), |value| value.to_json().to_string())
    };
    let Conflict { path, place, field, ours, theirs, kept, .. } = conflict;
    format!("{place:?} {path}{field}: {} | {} (kept {kept:?})", value(ours), value(theirs))
}
