//! Edits of resources, composed into merges whose result is known.
//!
//! A [`Sample`] is a folder of a format, read as a tree in which each node has an identity of its own. Two
//! sides are made from it by [edits](Edit) that name nodes by these identities. So what the merge has to find
//! out (what became of what) is given here, and [`Case::expected`] says what must come out and what must be
//! held, without any knowledge of texts. The texts of base and sides are stretches of the sample's own.
//!
//! A number makes a case, always the same; [`Case::shrunk`] drops what a failure does not need.

mod case;
mod check;
mod choose;
mod compose;
mod conflict;
mod edit;
mod folders;
mod model;
mod order;
mod parents;
mod read;
mod restyle;
mod shrink;
mod write;

pub use case::{Case, Files, Versions};
pub use check::Found;
pub use choose::marks;
pub use compose::Expected;
pub use conflict::{Held, Place, Who};
pub use edit::Edit;
pub use folders::{Folder, folder, format_of, own_folders};
pub use model::Uid;
pub use read::Sample;
