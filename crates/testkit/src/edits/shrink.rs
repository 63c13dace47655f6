//! Drops what a failure does not need.

use super::case::Case;
use super::edit::Edit;

/// Cases that are tried at most; each costs a few merges.
const MOST_TRIES: usize = 2000;

impl Case<'_, '_> {
    /// The least case found that still fails.
    #[must_use]
    pub fn shrunk(&self, fails: impl Fn(&Self) -> bool) -> Self {
        let mut search = Search { best: self.clone(), left: MOST_TRIES, fails };
        search.drop_edits(|case| &mut case.ours);
        search.drop_edits(|case| &mut case.theirs);
        search.thin_out();
        search.drop_edits(|case| &mut case.ours);
        search.drop_edits(|case| &mut case.theirs);
        search.best
    }
}

struct Search<C, F> {
    best: C,
    left: usize,
    fails: F,
}

impl<'s, 'f, F: Fn(&Case<'s, 'f>) -> bool> Search<Case<'s, 'f>, F> {
    fn accept(&mut self, smaller: Case<'s, 'f>) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let fails = (self.fails)(&smaller);
        if fails {
            self.best = smaller;
        }
        fails
    }

    fn drop_edits(&mut self, edits: impl for<'c> Fn(&'c mut Case<'s, 'f>) -> &'c mut Vec<Edit>) {
        let mut at = edits(&mut self.best).len();
        while let Some(index) = at.checked_sub(1) {
            at = index;
            let mut smaller = self.best.clone();
            edits(&mut smaller).remove(index);
            self.accept(smaller);
        }
    }

    /// Takes whole files, items and entries out of the base.
    fn thin_out(&mut self) {
        let base = self.best.base.clone();
        for file in base.files.values() {
            self.accept_without(&Edit::TakeFile(file.root));
        }
        let below = base.files.values().flat_map(|file| base.below(file.root));
        for uid in below {
            let now = &self.best.base;
            let may_go = now.node(uid).is_some_and(|node| node.parent.is_some())
                && (now.is_item(uid) || now.is_plain_below(uid));
            if may_go {
                self.accept_without(&Edit::Take(uid));
            }
        }
    }

    fn accept_without(&mut self, edit: &Edit) {
        let mut smaller = self.best.clone();
        edit.apply(&mut smaller.base);
        self.accept(smaller);
    }
}
