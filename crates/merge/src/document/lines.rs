//! The merge by lines, as far as it is good for a document.

use syncline_document::Document;

use super::census::Census;
use super::plan::Merged;
use super::sources::Sources;
use crate::Side;
use crate::text::merge_text;

/// A clean merge by lines that parses and repeats no key.
pub(crate) struct LineMerge {
    document: Document,
}

impl LineMerge {
    /// Whether it may stand for the merge of the trees: where it means the same; where it has the same
    /// content in another order; and where the trees are in conflict for something that the lines show to be
    /// none (a key with all that is in it was renamed), as long as no edit of either side is missing.
    pub(crate) fn fits(&self, merged: &Merged, sources: &Sources<'_>) -> bool {
        let held = merged.has_held();
        if !held && merged.plan.matches(sources, &self.document, self.document.root()) {
            return true;
        }
        let own = Census::of(&self.document);
        own.keeps_all(sources) && (held || own == Census::of_plan(&merged.plan, sources))
    }

    pub(crate) fn into_text(self) -> String {
        self.document.text().to_owned()
    }
}

/// The lines of both sides together; `None` where they are in conflict or make no document.
pub(crate) fn merge(sources: &Sources<'_>) -> Option<LineMerge> {
    let text = |document: &'_ Document| document.text().to_owned();
    let (base, first, second) = (text(sources.base?), text(sources.first), text(sources.second));
    let merged = merge_text(base.as_bytes(), first.as_bytes(), second.as_bytes());
    if !merged.is_clean() {
        return None;
    }
    let bytes = merged.with_side(Side::Ours);
    let document = Document::parse(&bytes, sources.first.language()).ok()?;
    document.repeated_key().is_none().then_some(LineMerge { document })
}
