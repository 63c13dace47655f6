//! What an edit leaves as it is: every byte outside of what it names.

use std::ops::Range;

use crate::block_scalar::Header;
use crate::compose::{block_header, last_leaf};
use crate::{ComposeError, Document, Edit, NodeId, NodeKind, Value};

impl Document {
    /// Checks that the text after an edit of `place` means what is wanted, and that no byte outside is another.
    pub(crate) fn check(&self, text: &str, wanted: &Value, place: &Range<usize>) -> Result<(), ComposeError> {
        let read = Self::parse(text.as_bytes(), self.language).map_err(|_| ComposeError::Mismatch)?;
        // Composing lets an alias follow its anchor; here that would be a change of another place.
        let found = read.value(read.root);
        if found != *wanted && !self.is_lone_document(wanted, &found) {
            return Err(ComposeError::Mismatch);
        }
        if self.stays_outside(place, &read) { Ok(()) } else { Err(ComposeError::Outside) }
    }

    /// Where an edit may change bytes: where a value is set, its entry or item; elsewhere the container whose
    /// children become others.
    pub(crate) fn place_of(&self, edit: &Edit) -> Range<usize> {
        let (Edit::Set { at, .. } | Edit::Remove { at } | Edit::Insert { at, .. }) = edit;
        let set = self.lookup(at).filter(|_| matches!(edit, Edit::Set { .. }));
        let container = || at.above().and_then(|above| self.lookup(&above));
        set.or_else(container).and_then(|node| self.slot_of(node)).unwrap_or(0..self.text.len())
    }

    /// The text of a child with all that belongs to it; `None` for the root.
    fn slot_of(&self, node: NodeId) -> Option<Range<usize>> {
        let slots = self.children(self.node(node).parent?);
        slots.into_iter().find(|slot| slot.value == node).map(|slot| slot.lead.start..slot.end)
    }

    fn stays_outside(&self, place: &Range<usize>, new: &Self) -> bool {
        let (before, behind) = (&self.text[..place.start], &self.text[place.end..]);
        new.text.starts_with(before)
            && (new.text.ends_with(behind) || behind.trim().is_empty() && new.ends_with_kept_breaks())
    }

    /// Whether the last text keeps its line breaks: a blank line behind it would be content, so none can stay.
    fn ends_with_kept_breaks(&self) -> bool {
        let header = block_header(self, last_leaf(self, self.root));
        header.is_some_and(|Header { indent, chomp, .. }| chomp == Some('+') && indent.is_none())
    }

    /// A stream that is left with one document is that document.
    fn is_lone_document(&self, wanted: &Value, found: &Value) -> bool {
        let is_stream = matches!(self.node(self.root).kind, NodeKind::Stream(_));
        is_stream && matches!(wanted, Value::Sequence(documents) if documents[..] == [found.clone()])
    }
}
