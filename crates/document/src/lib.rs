//! One YAML or JSON file.
//!
//! The text is the truth: a [`Document`] is its text plus an arena of [nodes](Node) with byte spans.
//! Nothing is ever serialised again as a whole; a new version of a file is [composed](compose) of
//! stretches of existing text, so every byte that nobody changed stays.
//!
//! This crate is pure: no clock, file, environment or network.

mod compose;
mod edit;
mod error;
mod json;
mod language;
mod pointer;
mod position;
mod tree;
mod value;
mod yaml;

pub use compose::{Child, ComposeError, Piece, Slot, compose};
pub use edit::{Edit, EditError};
pub use error::ParseError;
pub use language::Language;
pub use pointer::Pointer;
pub use position::Position;
pub use tree::{Document, Node, NodeId, NodeKind, Pair, Style};
pub use value::Value;
