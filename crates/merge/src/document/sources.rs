//! The three documents of a merge.

use std::collections::HashSet;

use syncline_document::{Document, NodeId};

use super::Inputs;
use crate::Side;

/// Which document a node is of. The merge knows its sides by precedence alone, so that swapping sides and
/// precedence swaps nothing but names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Base,
    /// The side whose value stays in a conflict.
    First,
    Second,
}

/// A node of one of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct At {
    pub(crate) source: Source,
    pub(crate) node: NodeId,
}

impl At {
    pub(crate) fn first(node: NodeId) -> Self {
        Self { source: Source::First, node }
    }

    pub(crate) fn second(node: NodeId) -> Self {
        Self { source: Source::Second, node }
    }
}

/// One thing in each of the three, where it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trio<T> {
    pub(crate) base: Option<T>,
    pub(crate) first: Option<T>,
    pub(crate) second: Option<T>,
}

impl<T> Default for Trio<T> {
    fn default() -> Self {
        Self { base: None, first: None, second: None }
    }
}

impl<T> Trio<T> {
    pub(crate) fn get(&self, source: Source) -> Option<&T> {
        match source {
            Source::Base => self.base.as_ref(),
            Source::First => self.first.as_ref(),
            Source::Second => self.second.as_ref(),
        }
    }

    pub(crate) fn as_ref(&self) -> Trio<&T> {
        Trio { base: self.base.as_ref(), first: self.first.as_ref(), second: self.second.as_ref() }
    }

    pub(crate) fn map<U>(self, mut f: impl FnMut(Source, T) -> U) -> Trio<U> {
        Trio {
            base: self.base.map(|value| f(Source::Base, value)),
            first: self.first.map(|value| f(Source::First, value)),
            second: self.second.map(|value| f(Source::Second, value)),
        }
    }
}

/// The documents by precedence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sources<'a> {
    pub(crate) base: Option<&'a Document>,
    pub(crate) first: &'a Document,
    pub(crate) second: &'a Document,
    /// The ids of the items that are elsewhere in one version than in another.
    pub(crate) moved: &'a HashSet<String>,
}

impl<'a> Sources<'a> {
    pub(crate) fn new(inputs: &Inputs<'a>, moved: &'a HashSet<String>) -> Self {
        let (first, second) = match inputs.first {
            Side::Ours => (inputs.ours, inputs.theirs),
            Side::Theirs => (inputs.theirs, inputs.ours),
        };
        Self { base: inputs.base, first, second, moved }
    }

    pub(crate) fn document(&self, source: Source) -> &'a Document {
        match source {
            Source::Base => self.base.unwrap_or(self.first),
            Source::First => self.first,
            Source::Second => self.second,
        }
    }

    /// Whether some mapping has a key twice.
    pub(crate) fn repeat_keys(&self) -> bool {
        [self.base, Some(self.first), Some(self.second)]
            .into_iter()
            .flatten()
            .any(|it| it.repeated_key().is_some())
    }

    /// Whether two nodes mean the same, mapping order aside.
    pub(crate) fn same_data(&self, a: At, b: At) -> bool {
        self.document(a.source).same_hash(a.node, self.document(b.source), b.node)
    }

    /// Whether two nodes are written the same, comments inside included.
    pub(crate) fn same_text(&self, a: At, b: At) -> bool {
        self.document(a.source).same_text(a.node, self.document(b.source), b.node)
    }
}
