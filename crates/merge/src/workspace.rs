//! Many files that grew from the same ones, merged by identity.
//!
//! What goes in is the paths that differ, never a whole tree; what comes out is a decision for each of them.
//! Contents are read only where both sides changed something that needs them.

mod content;
mod cycles;
mod entry;
mod parents;
mod parts;
mod place;
mod policy;
mod relayout;
mod rename;
mod similar;
#[cfg(test)]
mod tests;
mod unit;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::hash::Hash;

use syncline_document::{ParseError, Value};
use syncline_format::{Format, RepoPath};

use crate::{Conflict, Place, Side};
use entry::Content;
pub use entry::{Entry, Mode};
pub use policy::Policy;
pub use relayout::leave_out_layout;
pub use rename::renamed_files;
use unit::Done;

/// One path in the three states, where at least one side differs from the base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathVersions<Id> {
    /// The path.
    pub path: RepoPath,
    /// What both sides grew from; `None` where nothing was there.
    pub base: Option<Entry<Id>>,
    /// Our side; `None` where nothing is there.
    pub ours: Option<Entry<Id>>,
    /// Their side; `None` where nothing is there.
    pub theirs: Option<Entry<Id>>,
}

/// How to merge.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// What files mean.
    pub format: &'a Format,
    /// The side that came first: what it has stays where both changed one thing.
    pub first: Side,
    /// What to do with each conflict; [`Policy::Hold`] where nobody said otherwise.
    pub policy: &'a dyn Fn(&Conflict) -> Policy,
}

/// What a path holds after the merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<Id> {
    /// Nothing.
    Removed,
    /// What one of the versions had.
    Entry(Entry<Id>),
    /// A file of new content.
    Written {
        /// Ordinary or executable.
        mode: Mode,
        /// The content.
        bytes: Vec<u8>,
    },
}

/// A version of a file of the tool that cannot be read, and so was not merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableFile {
    /// Where the merge has the file.
    pub path: RepoPath,
    /// Whose version it is; `None` for the common ancestor's.
    pub side: Option<Side>,
    /// Why.
    pub error: ParseError,
}

/// A merged workspace.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkspaceMerge<Id> {
    /// What each path that went in, or came to be, holds now.
    pub outcomes: BTreeMap<RepoPath, Outcome<Id>>,
    /// What is held, by path and field.
    pub conflicts: Vec<Conflict>,
    /// Conflicts whose policy is [`Policy::Stop`]: where there are any, the merge must not be used.
    pub stopped: Vec<Conflict>,
    /// Files that could not be read where a merge needed them.
    pub unreadable: Vec<UnreadableFile>,
}

/// Merges the paths that differ between a base and its two sides. `read` gives the content of a file or the
/// target of a link, and is never asked for a submodule; its error ends the merge.
///
/// A rename on one side and an edit on the other both happen. Where two files want one path, or a file and a
/// folder do, the first keeps it. What one side removed and the other changed stays. All of these are held.
pub fn merge_workspace<Id, E>(
    paths: Vec<PathVersions<Id>>,
    terms: &Terms<'_>,
    read: &dyn Fn(&Id) -> Result<Vec<u8>, E>,
) -> Result<WorkspaceMerge<Id>, E>
where
    Id: Clone + Eq + Hash + Display,
{
    let all: Vec<RepoPath> = paths.iter().map(|versions| versions.path.clone()).collect();
    let read = |content: &Content<Id>| content.read(read);
    let made = |text: &str| Content::Made(text.as_bytes().into());
    let paths = paths.into_iter().map(PathVersions::known).collect();
    let units = rename::units(relayout::follow(paths, terms, &read, &made)?, terms, &read)?;
    let mut merger = Merger { terms, read: &read, conflicts: Vec::new(), unreadable: Vec::new() };
    let mut done = units.into_iter().map(|unit| merger.merge(unit)).collect::<Result<Vec<_>, E>>()?;
    parents::keep_needed(&mut merger, &mut done)?;
    parts::keep_whole(&mut merger, &mut done)?;
    cycles::undo(&mut merger, &mut done)?;
    let placed = place::place(&mut merger, done).into_iter();
    let mut outcomes: BTreeMap<_, _> = placed.map(|(path, outcome)| (path, outcome.into_known())).collect();
    for path in all {
        outcomes.entry(path).or_insert(Outcome::Removed);
    }
    let Merger { mut conflicts, unreadable, .. } = merger;
    conflicts.sort_by(|a, b| (&a.path, &a.field).cmp(&(&b.path, &b.field)));
    let (stopped, conflicts) = conflicts.into_iter().partition(|it| (terms.policy)(it) == Policy::Stop);
    Ok(WorkspaceMerge { outcomes, conflicts, stopped, unreadable })
}

impl<Id> PathVersions<Id> {
    fn known(self) -> PathVersions<Content<Id>> {
        let known = |entry: Option<Entry<Id>>| entry.map(|entry| entry.map(Content::Known));
        let Self { path, base, ours, theirs } = self;
        PathVersions { path, base: known(base), ours: known(ours), theirs: known(theirs) }
    }
}

impl<Id> Outcome<Content<Id>> {
    /// What the merge made on its way is a new file.
    fn into_known(self) -> Outcome<Id> {
        match self {
            Self::Removed => Outcome::Removed,
            Self::Written { mode, bytes } => Outcome::Written { mode, bytes },
            Self::Entry(Entry { mode, id: Content::Known(id) }) => Outcome::Entry(Entry { mode, id }),
            Self::Entry(Entry { mode, id: Content::Made(bytes) }) => {
                Outcome::Written { mode, bytes: bytes.to_vec() }
            }
        }
    }
}

/// What a merge collects on its way.
struct Merger<'a, Id, E> {
    terms: &'a Terms<'a>,
    read: &'a dyn Fn(&Id) -> Result<Vec<u8>, E>,
    conflicts: Vec<Conflict>,
    unreadable: Vec<UnreadableFile>,
}

impl<Id, E> Merger<'_, Id, E> {
    /// Holds a conflict of a whole, or takes the side that its policy says: gives the side to use.
    fn hold_or_take(&mut self, conflict: Conflict) -> Side {
        let kept = conflict.kept;
        (self.terms.policy)(&conflict).side().unwrap_or_else(|| {
            self.conflicts.push(conflict);
            kept
        })
    }
}

/// A conflict of a whole: base, ours, theirs.
fn whole(path: &RepoPath, place: Place, values: [Option<Value>; 3], kept: Side) -> Conflict {
    Conflict::new(path.clone(), place, values, kept)
}
