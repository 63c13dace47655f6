//! Blank lines that came with what stands above them.

use super::children::Families;
use super::comments::bare_blank_lines;
use super::plan::{ChildAt, Entry};
use super::sources::{Source, Trio};

/// Where one side put a child and a blank line below it, and the other side put something there as well, the
/// blank line stays below the added child: the child that was below it has its comments from the base.
///
/// The numbers are of `classes`: the merged children in order, and those of the first and the second side.
pub(crate) fn stay_below_added(
    families: &Families<'_, '_>,
    merged: &[usize],
    sides: &[Vec<usize>; 2],
    entries: &mut [Option<Entry>],
) {
    for pair in merged.windows(2) {
        let &[above, below] = pair else { continue };
        let blank = blank_below(families, &families.classes[above], sides, entries);
        let Some((blank, entry)) = blank.zip(entries[below].as_mut()) else { continue };
        let family = families.of.get(entry.comments.source);
        if family.and_then(|family| bare_blank_lines((family, entry.comments.index))) == Some(0) {
            entry.comments = blank;
        }
    }
}

/// The child below an added one, where it lost the blank line above it in the merge.
fn blank_below(
    families: &Families<'_, '_>,
    above: &Trio<usize>,
    [first, second]: &[Vec<usize>; 2],
    entries: &[Option<Entry>],
) -> Option<ChildAt> {
    let (source, numbers, index) = match (above.base, above.first, above.second) {
        (None, Some(index), None) => (Source::First, first, index),
        (None, None, Some(index)) => (Source::Second, second, index),
        _ => return None,
    };
    let entry = entries[*numbers.get(index + 1)?].as_ref()?;
    let base = families.of.base.as_ref().filter(|_| entry.comments.source == Source::Base)?;
    let family = families.of.get(source)?;
    let lines = bare_blank_lines((family, index + 1))?;
    let had = bare_blank_lines((base, entry.comments.index))?;
    (had == 0 && lines > 0).then(|| family.at(index + 1))
}
