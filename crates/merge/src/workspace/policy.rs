//! What becomes of a conflict.

use syncline_document::{Document, Edit, Language, Value};

use crate::{Conflict, Place, Side};

/// What to do with a conflict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Policy {
    /// The first-come value stays, the other is held until somebody settles it.
    #[default]
    Hold,
    /// Our value is taken, and nothing is held.
    Ours,
    /// Their value is taken, and nothing is held.
    Theirs,
    /// The merge must not be used.
    Stop,
}

impl Policy {
    /// The side that it takes.
    pub(super) fn side(self) -> Option<Side> {
        match self {
            Self::Ours => Some(Side::Ours),
            Self::Theirs => Some(Side::Theirs),
            Self::Hold | Self::Stop => None,
        }
    }
}

/// Settles the conflicts of a merged document for which a policy takes a side: gives its new text and the
/// conflicts that are left. One that cannot be settled safely stays held.
pub(super) fn settle(
    text: String,
    language: Language,
    conflicts: Vec<Conflict>,
    policy: &dyn Fn(&Conflict) -> Policy,
) -> (String, Vec<Conflict>) {
    let (mut text, mut held) = (text, Vec::new());
    // From the end: taking an item out moves those after it.
    for conflict in conflicts.into_iter().rev() {
        match policy(&conflict).side() {
            None => held.push(conflict),
            Some(side) if side == conflict.kept => {}
            Some(side) => match with_side(&text, language, &conflict, side) {
                Some(settled) => text = settled,
                None => held.push(conflict),
            },
        }
    }
    held.reverse();
    (text, held)
}

fn with_side(text: &str, language: Language, conflict: &Conflict, side: Side) -> Option<String> {
    let (at, value) = (conflict.field.clone(), side.pick(&conflict.ours, &conflict.theirs));
    if conflict.place != Place::Field {
        return None;
    }
    let document = Document::parse(text.as_bytes(), language).ok()?;
    let present = document.lookup(&at).is_some();
    let edit = match value {
        Some(value) if present || is_key(&document, conflict) => Edit::Set { at, value: Value::clone(value) },
        None if present => Edit::Remove { at },
        Some(_) | None => return None,
    };
    document.edit(&edit).ok()
}

/// Whether the place is an entry of a mapping, which can be added again without asking where.
fn is_key(document: &Document, conflict: &Conflict) -> bool {
    let Some((_, parent)) = conflict.field.parts().split_last() else { return false };
    let parent = parent.iter().fold(syncline_document::Pointer::root(), |at, part| at.child(part.as_str()));
    let node = document.lookup(&parent).map(|node| document.resolve(node));
    node.is_some_and(|node| matches!(document.node(node).kind, syncline_document::NodeKind::Mapping(_)))
}
