//! What was found, without showing it.

use std::fmt;

use syncline_document::{Document, Pointer, Position};
use syncline_format::{Resource, Rules};

use crate::assigned::assigned;
use crate::patterns;
use crate::place::Place;

/// A secret in a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Finding {
    /// The field; the root in a text.
    pub at: Pointer,
    /// The line where it begins, counted from 1.
    pub line: usize,
    /// The field by what stays the same where items are put before it.
    pub place: Place,
    /// What it looks like, with its article: `a GitHub token`.
    pub what: &'static str,
    secret: String,
}

impl Finding {
    pub(crate) fn new(at: Pointer, line: usize, what: &'static str, secret: &str) -> Self {
        Self { at, line, place: Place::default(), what, secret: secret.to_owned() }
    }

    /// The same with its place told.
    pub(crate) fn placed(mut self, document: &Document, resources: &[Resource], rules: Rules<'_>) -> Self {
        self.place = Place::of(document, resources, rules, &self.at, &self.secret);
        self
    }
}

/// Without the secret: this may end in a log.
impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {} in line {}", self.what, self.at, self.line)
    }
}

/// The secrets in a text that is no document, by lines; each once.
pub fn in_text(text: &str) -> Vec<Finding> {
    let looks = patterns::matches(text).into_iter();
    let looks = looks.map(|one| (Position::of(text, one.start).line, one.what, one.secret));
    let assigned = assigned(text).map(|one| (one.line + 1, one.what, one.secret));
    let mut found: Vec<_> = looks.chain(assigned).collect();
    found.sort_by_key(|(line, ..)| *line);
    found.dedup_by_key(|(line, _, secret)| (*line, *secret));
    found.into_iter().map(|(line, what, secret)| Finding::new(Pointer::root(), line, what, secret)).collect()
}

/// Those of a new version that the old one has not got, wherever it had them: what is in a history already is
/// not kept out of it by refusing what is around it.
pub fn new_findings(old: &[Finding], new: Vec<Finding>) -> Vec<Finding> {
    new.into_iter().filter(|one| old.iter().all(|old| old.secret != one.secret)).collect()
}
