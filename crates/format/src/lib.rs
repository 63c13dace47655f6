//! Descriptions of tools.
//!
//! A tool is a data file: `formats/*.toml` says which files it has, which resources are in them, how
//! they are told apart, and what class each field is of. Nothing in the code knows a tool by name.
//!
//! This crate is pure: no clock, file, environment or network.

mod path;

pub use path::{RepoPath, RepoPathError};
