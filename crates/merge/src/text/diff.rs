//! What changed between two lists of tokens.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, Token};

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
    let range = |range: Range<u32>| range.start as usize..range.end as usize;
    let found = diff.hunks().map(|hunk| Change { before: range(hunk.before), after: range(hunk.after) });
    let (mut old, mut new) = (Kept::new(before), Kept::new(after));
    let mut end = (0, 0);
    for change in found {
        old.places.extend(end.0..change.before.start);
        new.places.extend(end.1..change.after.start);
        end = (change.before.end, change.after.end);
    }
    old.places.extend(end.0..before.len());
    new.places.extend(end.1..after.len());
    // Git moves what was removed first: what was added is moved to where that is then.
    old.slide(&new);
    new.slide(&old);
    (0..=old.places.len())
        .map(|gap| Change { before: old.gap(gap), after: new.gap(gap) })
        .filter(|change| !change.before.is_empty() || !change.after.is_empty())
        .collect()
}

/// What one list has in common with another. The gaps between are what changed: the one of a number in one list
/// was replaced by the one of the same number in the other.
struct Kept<'t> {
    tokens: &'t [Token],
    /// Where the common tokens are; as many as in the other list.
    places: Vec<usize>,
}

impl<'t> Kept<'t> {
    fn new(tokens: &'t [Token]) -> Self {
        Self { tokens, places: Vec::with_capacity(tokens.len()) }
    }

    /// What is between two common tokens.
    fn gap(&self, gap: usize) -> Range<usize> {
        let start = gap.checked_sub(1).map_or(0, |before| self.places[before] + 1);
        start..self.places.get(gap).copied().unwrap_or(self.tokens.len())
    }

    /// Moves each stretch that could as well be some lines higher or lower: to where the other list has a change too,
    /// to the lowest such place; else as low as it can be. Stretches that meet are one from then on.
    fn slide(&mut self, other: &Self) {
        let mut gap = 0;
        while gap <= self.places.len() {
            if !self.gap(gap).is_empty() {
                gap = self.slide_one(gap, other);
            }
            gap += 1;
        }
    }

    /// Moves the stretch of a gap; answers the gap that it then is in.
    fn slide_one(&mut self, mut gap: usize, other: &Self) -> usize {
        let is_change = |gap: usize| !other.gap(gap).is_empty();
        loop {
            let length = self.gap(gap).len();
            while self.slide_up(gap) {
                gap -= 1;
            }
            let highest = gap;
            let mut meets = is_change(gap).then_some(gap);
            while self.slide_down(gap) {
                gap += 1;
                meets = is_change(gap).then_some(gap).or(meets);
            }
            if self.gap(gap).len() > length {
                continue;
            }
            let wanted = meets.unwrap_or(gap).max(highest);
            while gap > wanted && self.slide_up(gap) {
                gap -= 1;
            }
            return gap;
        }
    }

    /// Moves the stretch of a gap up by one line, if the line before it is its last one.
    fn slide_up(&mut self, gap: usize) -> bool {
        let stretch = self.gap(gap);
        let moves = gap > 0 && self.tokens[stretch.start - 1] == self.tokens[stretch.end - 1];
        if moves {
            self.places[gap - 1] = stretch.end - 1;
        }
        moves
    }

    /// Moves the stretch of a gap down by one line, if the line behind it is its first one.
    fn slide_down(&mut self, gap: usize) -> bool {
        let stretch = self.gap(gap);
        let moves = self.tokens.get(stretch.end) == Some(&self.tokens[stretch.start]);
        if moves {
            self.places[gap] = stretch.start;
        }
        moves
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hunks(before: &str, after: &str) -> Vec<(Range<usize>, Range<usize>)> {
        let tokens = |text: &str| text.bytes().map(|byte| Token(u32::from(byte))).collect::<Vec<_>>();
        let found = changes(&tokens(before), &tokens(after), 256);
        found.into_iter().map(|change| (change.before, change.after)).collect()
    }

    #[test]
    fn what_was_removed_is_moved_before_what_was_added() {
        assert_eq!(hunks("a}yy", "}}ya"), [(0..1, 0..1), (3..4, 3..4)]);
    }

    #[test]
    fn stretches_move_down_and_meet() {
        assert_eq!(hunks("ab", "aab"), [(1..1, 1..2)]);
        assert_eq!(hunks("xaay", "xaaaaay"), [(3..3, 3..6)]);
        assert_eq!(hunks("", ""), []);
    }
}
