//! What changed between two lists of tokens.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, NoSliderHeuristic, Token};

/// A stretch that was replaced; either part may be empty, not both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// In the old list.
    pub(crate) before: Range<usize>,
    /// In the new list.
    pub(crate) after: Range<usize>,
}

/// The changes in order, between any two of which something is unchanged. Myers' algorithm with git's
/// heuristics; `count` is how many different tokens there are.
pub(crate) fn changes(before: &[Token], after: &[Token], count: u32) -> Vec<Change> {
    let mut diff = Diff::default();
    diff.compute_with(Algorithm::Myers, before, after, count);
    diff.postprocess_with(before, after, NoSliderHeuristic);
    let range = |range: Range<u32>| range.start as usize..range.end as usize;
    diff.hunks().map(|hunk| Change { before: range(hunk.before), after: range(hunk.after) }).collect()
}
