//! Why a file cannot be read.

use crate::Position;

/// A file that is no valid YAML or JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{position}: {reason}")]
pub struct ParseError {
    /// Where reading stopped.
    pub position: Position,
    /// What is wrong there, for people: lower case, no full stop.
    pub reason: String,
}
