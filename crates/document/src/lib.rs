//! One YAML or JSON file.
//!
//! The text is the truth: a [`Document`] is its text plus an arena of [nodes](Node) with byte spans.
//! Nothing is ever serialised again as a whole; a new version of a file is [composed](compose) of
//! stretches of existing text, so every byte that nobody changed stays.
//!
//! This crate is pure: no clock, file, environment or network.

mod arena;
mod block_scalar;
mod compose;
mod data;
mod edit;
mod error;
mod extent;
mod gap;
mod habits;
mod hash;
mod json_value;
mod language;
mod layout;
mod outside;
mod parse;
mod pointer;
mod position;
mod scalar;
mod tree;
mod value;

pub use compose::{Child, ComposeError, Piece, Slot, compose};
pub use data::Comparison;
pub use edit::{Edit, EditError};
pub use error::ParseError;
pub use language::Language;
pub use layout::{ChildSpan, Comments};
pub use pointer::Pointer;
pub use position::Position;
pub use tree::{Document, MAX_BYTES, MAX_DEPTH, Node, NodeId, NodeKind, Pair, Style};
pub use value::Value;
