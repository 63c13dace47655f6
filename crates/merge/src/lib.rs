//! Changes, three-way merge and conflicts, at three levels: workspace, document, text.
//!
//! Decisions are functions from values to values. This crate is pure: no clock, file, environment or network.

mod conflict;

pub use conflict::{Conflict, ConflictError, ConflictId, Place, ResourceRef, Side};
