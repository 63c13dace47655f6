//! One YAML or JSON file.
//!
//! The text is the truth: a [`Document`] is its text plus an arena of [nodes](Node) with byte spans.
//! Nothing is ever serialised again as a whole; a new version of a file is [composed](compose) of
//! stretches of existing text, so every byte that nobody changed stays.
//!
//! This crate is pure: no clock, file, environment or network.

mod arena;
mod block;
mod block_child;
mod block_new;
mod block_scalar;
mod build;
mod compose;
mod data;
mod edit;
mod error;
mod extent;
mod flow;
mod fold;
mod gap;
mod habits;
mod hash;
mod json;
mod json_value;
mod keys;
mod language;
mod layout;
mod mend;
mod place;
mod pointer;
mod position;
mod quote;
mod scalar;
mod together;
mod tree;
mod value;
mod verify;
mod whole;
mod writer;
mod yaml;

pub use compose::{Child, ComposeError, Piece, Slot, compose};
pub use data::Comparison;
pub use edit::{Edit, EditError};
pub use error::ParseError;
pub use language::Language;
pub use layout::{ChildSpan, Comments};
pub use pointer::Pointer;
pub use position::Position;
pub use tree::{Document, MAX_DEPTH, Node, NodeId, NodeKind, Pair, Style};
pub use value::Value;
