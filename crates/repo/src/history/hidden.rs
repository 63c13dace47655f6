//! What a walk through the history is to leave out: what others can reach as well.
//!
//! Commits are met in the order of their times, which a clock that was wrong turns around: one that others can reach
//! may be met long before it is known that they can. Git goes on for five commits more than its times ask for; here it
//! is as many again as were met, and all where the walk came to where the history begins. Where git has noted the graph,
//! times do not matter.

use std::collections::{BinaryHeap, HashSet};
use std::ops::Range;

use gix::ObjectId;
use gix::revision::plumbing::merge_base::Flags;

use super::Graph;

/// How many more commits are met at least.
const SPARE: usize = 64;

const WANTED: Flags = Flags::COMMIT1;
const HIDDEN: Flags = Flags::COMMIT2;

/// What comes first is met first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Next {
    /// What git has noted; its notes are of a time, and what came after it is not in them.
    generation: u32,
    time: i64,
    id: ObjectId,
}

struct Painting<'a, 'b> {
    graph: &'a mut Graph<'b>,
    queue: BinaryHeap<Next>,
    /// How many in the queue are not of both.
    undecided: usize,
    met: usize,
    wanted: HashSet<ObjectId>,
}

/// Of what `from` can reach, that which `hide` can reach too: not all of it, but all that is next to the rest.
pub(super) fn hidden(
    graph: &mut Graph<'_>,
    from: impl Iterator<Item = ObjectId>,
    hide: impl Iterator<Item = ObjectId>,
) -> gix::Result<HashSet<ObjectId>> {
    let mut painting =
        Painting { graph, queue: BinaryHeap::new(), undecided: 0, met: 0, wanted: HashSet::new() };
    for id in from {
        painting.paint(id, WANTED)?;
    }
    for id in hide {
        painting.paint(id, HIDDEN)?;
    }
    painting.run()?;
    let Painting { graph, wanted, .. } = painting;
    Ok(wanted.into_iter().filter(|id| is_hidden(graph, id)).collect())
}

fn is_hidden(graph: &Graph<'_>, id: &ObjectId) -> bool {
    graph.get(id).is_some_and(|commit| commit.data.contains(HIDDEN))
}

fn is_undecided(flags: Flags) -> bool {
    !flags.contains(WANTED | HIDDEN)
}

impl Painting<'_, '_> {
    fn run(&mut self) -> gix::Result<()> {
        while self.undecided > 0 {
            self.step()?;
        }
        let left: Vec<ObjectId> =
            self.wanted.iter().copied().filter(|id| !is_hidden(self.graph, id)).collect();
        let commits = || left.iter().filter_map(|id| self.graph.get(id));
        let Some(oldest) = commits().map(|commit| commit.commit_time).min() else { return Ok(()) };
        let is_at_beginning = commits().any(|commit| commit.parents.is_empty());
        let mut spare = self.met.max(SPARE);
        while let Some(next) = self.queue.peek() {
            if next.generation != NOT_NOTED {
                break;
            }
            if !is_at_beginning && next.time < oldest {
                if spare == 0 {
                    break;
                }
                spare -= 1;
            }
            self.step()?;
        }
        Ok(())
    }

    /// Hands what the next has on to its parents.
    fn step(&mut self) -> gix::Result<()> {
        let Some(Next { id, .. }) = self.queue.pop() else { return Ok(()) };
        self.met += 1;
        let Some(commit) = self.graph.get_mut(&id) else { return Ok(()) };
        commit.data.remove(Flags::ENQUEUED);
        let flags = commit.data;
        let parents = commit.parents.clone();
        self.undecided -= usize::from(is_undecided(flags));
        for parent in parents {
            self.paint(parent, flags)?;
        }
        Ok(())
    }

    fn paint(&mut self, id: ObjectId, flags: Flags) -> gix::Result<()> {
        let Some(commit) = self.graph.get_or_insert_full_commit(id, |_| {})? else { return Ok(()) };
        let before = commit.data;
        if before.contains(flags) {
            return Ok(());
        }
        commit.data |= flags | Flags::ENQUEUED;
        if before.contains(Flags::ENQUEUED) {
            self.undecided -= usize::from(is_undecided(before));
        } else {
            let noted = commit.generation.filter(|number| NOTED.contains(number));
            let generation = noted.unwrap_or(NOT_NOTED);
            self.queue.push(Next { generation, time: commit.commit_time, id });
        }
        self.undecided += usize::from(is_undecided(commit.data));
        if commit.data.contains(WANTED) {
            self.wanted.insert(id);
        }
        Ok(())
    }
}

/// The numbers in git's notes that say how far a commit is from where the history begins.
const NOTED: Range<u32> = 1..gix::commitgraph::GENERATION_NUMBER_MAX;

/// In the place of such a number: before any.
const NOT_NOTED: u32 = u32::MAX;
