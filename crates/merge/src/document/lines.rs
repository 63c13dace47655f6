//! The merge by lines, as far as it is good for a document.

use syncline_document::Document;

use super::census::Census;
use super::plan::Merged;
use super::sources::Sources;
use super::unordered;
use crate::Side;
use crate::text::merge_text;

/// A clean merge by lines that parses.
pub(crate) struct LineMerge {
    document: Document,
}

impl LineMerge {
    /// Whether it may stand for the merge of the trees: where it means the same, or has the same content with
    /// a list in another order (where the lines of both sides stood says more of the order than the trees do).
    pub(crate) fn fits(&self, merged: &Merged, sources: &Sources<'_>) -> bool {
        let root = self.document.root();
        !merged.has_held()
            && (merged.plan.matches(sources, &self.document, root)
                || self.document.repeated_key().is_none()
                    && unordered::of_plan(&merged.plan, sources) == unordered::of(&self.document, root)
                    && Census::of(&self.document).keeps_all(sources))
    }

    pub(crate) fn into_text(self) -> String {
        self.document.text().to_owned()
    }
}

/// The lines of both sides together; `None` where they are in conflict or make no document.
pub(crate) fn merge(sources: &Sources<'_>) -> Option<LineMerge> {
    let [base, first, second] =
        [sources.base?, sources.first, sources.second].map(|document| document.text().as_bytes());
    let merged = merge_text(base, first, second);
    if !merged.is_clean() {
        return None;
    }
    let bytes = merged.with_side(Side::Ours);
    let (language, sides) = (sources.first.language(), [sources.first, sources.second]);
    Some(LineMerge { document: Document::parse_like(&bytes, language, &sides).ok()? })
}
