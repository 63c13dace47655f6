//! Changes, three-way merge and conflicts, at three levels: workspace, document, text.
//!
//! A merge always completes. Where both sides changed one thing in different ways, the value of the side
//! that came first stays in the result and all three are a [`Conflict`]. Text merges by lines
//! ([`merge_text`]), documents by keys and identities ([`merge_documents`]), a file by what it is
//! ([`merge_file`]).
//!
//! Decisions are functions from values to values. This crate is pure: no clock, file, environment or network.

mod change;
mod conflict;
mod document;
mod file;
mod moves;
mod text;
mod workspace;

pub use change::{
    Change, ChangeKind, Differences, FieldChange, FileVersion, LineCounts, Parent, Verdict, changes,
    changes_of_moved, differences, join_moves,
};
pub use conflict::{
    Author, Authors, Conflict, ConflictError, ConflictId, Moved, Place, ResourceRef, Side, Whereabouts,
};
pub use document::{DocumentMerge, Inputs, merge_documents};
pub use file::{FileMerge, Version, merge_file, merge_text_file};
pub use moves::move_item;
pub use text::{LinePlace, Located, MarkedText, Run, TextMerge, merge_text, replace_lines};
pub use workspace::{
    Entry, Mode, Outcome, PathVersions, Policy, Terms, UnreadableFile, WorkspaceMerge, leave_out_layout,
    merge_workspace, renamed_files,
};
