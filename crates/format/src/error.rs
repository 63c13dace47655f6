//! What can be wrong with a description.

use crate::Mistake;

/// A description that cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the description of `{name}` cannot be used: {}", first(.mistakes))]
pub struct FormatError {
    /// What the format calls itself; `?` where it has no name.
    pub name: String,
    /// Which of the descriptions it is, counted from 0 in the order in which they were given.
    pub index: usize,
    /// All that is wrong, in the order of the text; never empty.
    pub mistakes: Vec<Mistake>,
}

fn first(mistakes: &[Mistake]) -> String {
    let first = mistakes.first().map(Mistake::to_string).unwrap_or_default();
    match mistakes.len() {
        0 | 1 => first,
        count => format!("{first}, and {} more", count - 1),
    }
}
