//! From text to nodes: each language's parser feeds one builder.

pub(crate) mod build;
mod cut;
pub(crate) mod json;
mod keys;
mod mend;
mod reuse;
mod together;
pub(crate) mod yaml;
