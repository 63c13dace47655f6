//! Two documents that grew from one, merged by keys and identities.

mod blanks;
mod census;
mod children;
mod comments;
mod ending;
mod keys;
mod lines;
mod list;
mod mapping;
mod order;
mod pair;
mod plan;
mod rename;
mod retreat;
mod scalar;
mod similar;
mod sources;
mod style;
#[cfg(test)]
mod tests;
mod tree;
mod unordered;
mod void;

use std::collections::HashSet;

use syncline_document::Document;
use syncline_format::{RepoPath, Rules};

use crate::{Conflict, Side};
use sources::Sources;

/// What is merged, and how.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The file that conflicts name.
    pub path: &'a RepoPath,
    /// What both sides grew from; `None` where both added the file.
    pub base: Option<&'a Document>,
    /// Our side.
    pub ours: &'a Document,
    /// Their side.
    pub theirs: &'a Document,
    /// What the format says of the file, from the root on.
    pub rules: Rules<'a>,
    /// The side that came first: its value stays where both changed one thing.
    pub first: Side,
}

/// A merged document.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentMerge {
    /// It parses whenever the inputs do, and has no conflict markers.
    pub text: String,
    /// In the order of the file; they name no resource yet.
    pub conflicts: Vec<Conflict>,
}

/// Merges two documents of one language.
pub fn merge_documents(inputs: &Inputs<'_>) -> DocumentMerge {
    merge_settled(inputs, &HashSet::new())
}

/// As [`merge_documents`], where it is known which resources are elsewhere in one version than in another: these
/// are known by their ids alone.
pub(crate) fn merge_settled(inputs: &Inputs<'_>, moved: &HashSet<String>) -> DocumentMerge {
    let sources = Sources::new(inputs, moved);
    let as_is =
        |document: &Document| DocumentMerge { text: document.text().to_owned(), conflicts: Vec::new() };
    let base = sources.base.map(Document::text);
    if sources.first.text() == sources.second.text() || base == Some(sources.second.text()) {
        return as_is(sources.first);
    }
    if base == Some(sources.first.text()) {
        return as_is(sources.second);
    }
    let merged = tree::merge_roots(&sources, inputs.rules);
    if let Some(text) = lines::merge(&sources).filter(|lines| lines.fits(&merged, &sources)) {
        return DocumentMerge { text: text.into_text(), conflicts: Vec::new() };
    }
    let (text, merged) = retreat::compose_or_retreat(&sources, merged);
    let text = ending::settle(text, &sources);
    DocumentMerge { text, conflicts: plan::conflicts(&merged, &sources, inputs) }
}
