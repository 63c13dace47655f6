//! Why a file cannot be read.

use crate::Position;

/// A file that is no valid YAML or JSON, or that goes beyond a limit: nested deeper than
/// [`MAX_DEPTH`](crate::MAX_DEPTH), or grown beyond reason by its aliases or by keys in keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{position}: {reason}")]
pub struct ParseError {
    /// Where reading stopped.
    pub position: Position,
    /// What is wrong there, for people: lower case, no full stop.
    pub reason: String,
}

impl ParseError {
    /// At a byte offset of a text.
    pub(crate) fn at(text: &str, offset: usize, reason: impl Into<String>) -> Self {
        Self { position: Position::of(text, offset), reason: reason.into() }
    }
}
