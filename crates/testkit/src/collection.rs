//! Sample data: the API collection of a library that nobody runs, as Insomnia would write it.
//!
//! The same numbers always give the same bytes. The samples under `examples/` are made here, and the
//! benchmarks ask for larger ones.

mod library;
mod one_file;
mod resource_files;
mod yaml;

pub use one_file::insomnia_v5;
pub use resource_files::{ResourceFile, resource_files};
