//! An edit changes exactly what it names.

use std::ops::Range;

use syncline_document::{Document, Edit, Language, NodeId};

use super::choices::Choices;
use super::tree::{edited, reads_as};

/// What an edit sets reads back, every byte outside of it stays, and setting a value to what it is changes
/// nothing. The first seven bytes choose language, edit, place and value; the rest is the file.
///
/// # Panics
///
/// Where that does not hold.
pub fn edits_change_what_they_name(bytes: &[u8]) {
    let (choices, file) = bytes.split_at(bytes.len().min(7));
    let mut choices = Choices::new(choices);
    let language = if choices.byte().is_multiple_of(2) { Language::Yaml } else { Language::Json };
    let Ok(document) = Document::parse(file, language) else { return };
    let Some(edit) = choices.edit(&document) else { return };
    if let Ok(text) = document.edit(&edit) {
        is_what_was_asked(&document, &edit, &text);
    }
    keeps_what_is_set_again(&document, &edit);
}

fn is_what_was_asked(document: &Document, edit: &Edit, text: &str) {
    let old = document.text();
    let wanted = edited(&document.value(document.root()), edit).expect("it was done, so it names something");
    assert!(reads_as(text, document.language(), &wanted), "{edit:?} of\n{old}\nreads wrong:\n{text}");
    let place = place_of(document, edit);
    let (before, behind) = (&old[..place.start], &old[place.end..]);
    let keeps = |behind: &str| text.starts_with(before) && text.ends_with(behind);
    // Behind a text that keeps its line breaks a blank line would be content, so it cannot stay.
    let may_go = behind.trim().is_empty() && (text.contains("|+") || text.contains(">+"));
    assert!(
        keeps(behind) || may_go && keeps(""),
        "{edit:?} of\n{old}\nchanged what is outside of {place:?}:\n{text}"
    );
}

/// Where an edit may change bytes: where a value is set, that entry or item; elsewhere the container whose
/// children become others.
fn place_of(document: &Document, edit: &Edit) -> Range<usize> {
    let (Edit::Set { at, .. } | Edit::Remove { at } | Edit::Insert { at, .. }) = edit;
    let node = document.lookup(at);
    let is_set = matches!(edit, Edit::Set { .. });
    let container = || {
        let (_, above) = at.parts().split_last()?;
        let above = above.iter().fold(syncline_document::Pointer::root(), |at, part| at.child(part.as_str()));
        document.lookup(&above)
    };
    let changed = if is_set { node.or_else(container) } else { container() };
    changed.and_then(|node| slot_of(document, node)).unwrap_or(0..document.text().len())
}

/// The text of a node with what belongs to it; `None` for the root.
fn slot_of(document: &Document, node: NodeId) -> Option<Range<usize>> {
    let parent = document.node(node).parent?;
    let slot = document.children(parent).into_iter().find(|slot| slot.value == node)?;
    Some(slot.lead.start..slot.end)
}

fn keeps_what_is_set_again(document: &Document, edit: &Edit) {
    let (Edit::Set { at, .. } | Edit::Remove { at } | Edit::Insert { at, .. }) = edit;
    let Some(node) = document.lookup(at) else { return };
    let same = document.edit(&Edit::Set { at: at.clone(), value: document.value(node) });
    if document.repeated_key().is_none()
        && let Ok(text) = same
    {
        assert_eq!(text, document.text(), "`{at}` is set to what it is");
    }
}
