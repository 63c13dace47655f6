//! From text to nodes: each language's parser feeds one builder.

pub(crate) mod build;
pub(crate) mod json;
mod keys;
mod mend;
mod together;
pub(crate) mod yaml;
