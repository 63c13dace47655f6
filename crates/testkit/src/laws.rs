//! What must hold of any bytes.
//!
//! Each law is a function that panics where it is broken. The fuzz targets in `fuzz/` look for inputs that
//! break one, and the crates' tests go through the [kept](kept) inputs: a few made from the examples, and
//! every finding of the past.

mod choices;
mod description;
mod edit;
mod kept;
mod merge;
mod parse;
mod tree;

pub use description::descriptions_are_safe;
pub use edit::edits_change_what_they_name;
pub use kept::kept;
pub use merge::merges_lose_nothing;
pub use parse::files_are_read_as_they_are;
pub use tree::{edited, is_item, parse, pieces, places, reads_as};
