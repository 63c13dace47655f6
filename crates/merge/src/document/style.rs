//! Text that one side changed, written as the other side wrote it anew.

use syncline_document::{NodeKind, Style, Value};

use super::plan::{Merged, Plan};
use super::sources::{At, Sources};

/// The text of one side in the other's style: quotes, block style, or the way in which lines are broken.
/// `None` where it is no text, or where the side that changed the text has a style of its own for it.
pub(crate) fn restyled(sources: &Sources<'_>, base: At, text: At, style: At) -> Option<Merged> {
    let (was, now, new) = (written(sources, base)?, written(sources, text)?, written(sources, style)?);
    if was != now || was == new {
        return None;
    }
    let text = sources.document(text.source).scalar_text(text.node).to_owned();
    Some(Merged::of(Plan::Text { text, like: style }))
}

/// How a text is written: its style, and whether it takes several lines. `None` for what is no plain text.
fn written(sources: &Sources<'_>, at: At) -> Option<(Style, bool)> {
    let (document, node) = (sources.document(at.source), at.node);
    let is_bare = document.tag(node).is_none() && document.anchor(node).is_none();
    let is_scalar = matches!(document.node(node).kind, NodeKind::Scalar);
    let is_text = is_bare && is_scalar && matches!(document.value(node), Value::String(_));
    is_text.then(|| (document.node(node).style, document.node_text(node).contains('\n')))
}
