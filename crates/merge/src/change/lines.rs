//! Counting lines, where no field says what differs.

use imara_diff::{Algorithm, Diff, InternedInput};
use syncline_document::Document;

use super::{Change, FieldChange};

/// How many lines differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineCounts {
    /// Lines that are only in the new version.
    pub added: usize,
    /// Lines that are only in the old version.
    pub removed: usize,
}

impl LineCounts {
    /// Between two texts; `None` where one of them is no text.
    pub(crate) fn between(old: &[u8], new: &[u8]) -> Option<Self> {
        if old.contains(&0) || new.contains(&0) {
            return None;
        }
        let input = InternedInput::new(old, new);
        let diff = Diff::compute(Algorithm::Histogram, &input);
        let count = |lines: u32| usize::try_from(lines).unwrap_or(usize::MAX);
        Some(Self { added: count(diff.count_additions()), removed: count(diff.count_removals()) })
    }
}

/// Whether two documents differ in more than the values of these fields: in comments, style, or the order
/// of keys.
pub(super) fn differ_beyond(old: &Document, new: &Document, noise: &[Change]) -> bool {
    let old_text = without(old, noise, |change, field| {
        field.before.is_some().then(|| change.old_at.as_ref().map(|at| join(at, field))).flatten()
    });
    let new_text =
        without(new, noise, |change, field| field.after.is_some().then(|| join(&change.at, field)));
    old_text != new_text
}

fn join(at: &syncline_document::Pointer, field: &FieldChange) -> syncline_document::Pointer {
    field.pointer.parts().iter().fold(at.clone(), |pointer, part| pointer.child(part.as_str()))
}

/// The text with the values of these fields cut out.
fn without(
    document: &Document,
    noise: &[Change],
    place: impl Fn(&Change, &FieldChange) -> Option<syncline_document::Pointer>,
) -> String {
    let fields = noise.iter().flat_map(|change| change.noise.iter().map(move |field| (change, field)));
    let nodes = fields.filter_map(|(change, field)| document.lookup(&place(change, field)?));
    let mut spans: Vec<_> = nodes.map(|node| document.node(node).span.clone()).collect();
    spans.sort_unstable_by_key(|span| span.start);
    let mut text = String::with_capacity(document.text().len());
    let mut end = 0;
    for span in spans {
        text.push_str(document.text().get(end..span.start).unwrap_or_default());
        end = span.end.max(end);
    }
    text.push_str(&document.text()[end..]);
    text
}
