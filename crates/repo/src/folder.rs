//! The folder: read as `git add` would take it, written as `git checkout` would.

pub(crate) mod apply;
pub(crate) mod file;
pub(crate) mod filter;
pub(crate) mod folders;
pub(crate) mod ignored;
pub(crate) mod listing;
pub(crate) mod snapshot;
pub(crate) mod sparse;
pub(crate) mod submodule;
pub(crate) mod temporary;
pub(crate) mod walk;
