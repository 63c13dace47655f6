//! The engine: snapshot → commit → fetch → merge → push → apply, one loop.
//!
//! A [`Workspace`] is a folder in which a Git repository lives, or a bare repository. Each operation can be
//! repeated after a crash, is recorded, and never loses an edit: where two edits meet in one field, the
//! first stays in the file and the other is held as a conflict.
//!
//! The library never prints, and asks nothing of the world around it: time, identity and credentials come
//! in through [`Environment`].

mod environment;
mod error;
mod report;
mod selector;

pub use environment::{Clock, Environment, Progress};
pub use error::{ErrorKind, SyncError};
pub use report::*;
pub use selector::Selector;
