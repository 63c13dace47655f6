//! A resource that went to a file of another layout, as people are told of it: what differs but for the layout.

use syncline_document::{Document, Value};
use syncline_format::{Format, RepoPath};

use super::fields::{Field, differing};
use crate::{Change, ChangeKind, FieldChange};
use syncline_format::FieldClass;

/// Leaves of the fields of a resource that moved those that say something else than before, where the file that it is
/// in now is of a layout that took the place of the old one's; they are named as the new file has them.
pub fn leave_out_layout(
    change: &mut Change,
    (old_path, old): (&RepoPath, &Document),
    (new_path, new): (&RepoPath, &Document),
    format: &Format,
) {
    let Some(relayout) = format.relayout((old_path, old), (new_path, new)) else { return };
    let (Some(before), Some(after)) =
        (change.old_at.as_ref().and_then(|at| old.lookup(at)), new.lookup(&change.at))
    else {
        return;
    };
    if change.change != ChangeKind::Moved {
        return;
    }
    let rules = format.rules_for(new_path, new);
    let was: Value = relayout.fields(&old.value(before));
    let told = |Field { at, base, other }| {
        let class = rules.at(new, &change.at.join(&at)).class();
        FieldChange { items: vec![None; at.parts().len()], pointer: at, class, before: base, after: other }
    };
    let fields = differing(&was, &new.value(after)).into_iter().map(told);
    // Siblings that stay together keep the order that the field gives them.
    (change.fields, change.noise) = fields.partition(|field| field.class == FieldClass::Plain);
}
