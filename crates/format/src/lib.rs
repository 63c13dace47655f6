//! Descriptions of tools.
//!
//! A tool is a data file: `formats/*.toml` says which files it has, which resources are in them, how
//! they are told apart, and what class each field is of. Nothing in the code knows a tool by name.
//!
//! This crate is pure: no clock, file, environment or network.

mod category;
mod check;
mod claim;
mod compile;
mod description;
mod error;
mod exchange;
mod format;
mod formats;
mod glob;
mod head;
mod layout;
mod local;
mod mistake;
mod path;
mod pattern;
mod pointer;
mod read;
mod reference;
mod reimport;
mod relayout;
mod resource;
mod rules;
mod sharing;
mod template;

pub use category::{Category, Standing};
pub use claim::Claim;
pub use error::FormatError;
pub use exchange::family::family;
pub use exchange::ids::with_ids;
pub use exchange::{Arrivals, Exchange, ExchangeError, Record, Unreadable};
pub use format::Format;
pub use formats::{Formats, HEAD_BYTES};
pub use mistake::{LONGEST_DESCRIPTION, Mistake};
pub use path::{RepoPath, RepoPathError};
pub use pointer::is_large_file_pointer;
pub use reimport::reimported;
pub use relayout::Relayout;
pub use resource::{Resource, owner};
pub use rules::{FieldClass, Identity, ListRule, MergeRule, Rules};
pub use sharing::{Sharing, Unshared};
