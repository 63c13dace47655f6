//! Entries of a mapping that got another key.

use syncline_document::NodeKind;

use super::children::Family;
use super::similar::similarity;
use super::sources::{Source, Trio};

/// So much of an entry must be as it was for it to be the same under another key.
const SAME: f64 = 0.75;
/// More entries that came and went than this are not compared: the work must stay linear.
const MOST: usize = 24;

/// Takes entries that one side gave another key for one: nothing but the key tells a renamed entry from one
/// that was removed beside one that was added.
pub(crate) fn join_renamed(mut classes: Vec<Trio<usize>>, families: &Trio<Family<'_>>) -> Vec<Trio<usize>> {
    for source in [Source::First, Source::Second] {
        let (Some(base), Some(side)) = (families.base.as_ref(), families.get(source)) else { continue };
        let find = |passes: &dyn Fn(&Trio<usize>) -> bool| -> Vec<usize> {
            (0..classes.len()).filter(|class| passes(&classes[*class])).collect()
        };
        let other = |class: &Trio<usize>| if source == Source::First { class.second } else { class.first };
        // Gone here and still there on the other side; new here and not there.
        let gone =
            find(&|class| class.base.is_some() && class.get(source).is_none() && other(class).is_some());
        let new =
            find(&|class| class.base.is_none() && class.get(source).is_some() && other(class).is_none());
        if gone.is_empty() || new.is_empty() || gone.len() > MOST || new.len() > MOST {
            continue;
        }
        let mut found = Vec::new();
        for old in &gone {
            for added in &new {
                let (Some(before), Some(after)) = (classes[*old].base, classes[*added].get(source).copied())
                else {
                    continue;
                };
                let likeness = if is_same(&classes, families, source, [*old, *added]) {
                    1.0
                } else {
                    likeness((base, before), (side, after))
                };
                if likeness >= SAME {
                    found.push((likeness, *old, *added));
                }
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        for (_, old, added) in found {
            let taken = classes[added].get(source).copied();
            if taken.is_none() || classes[old].get(source).is_some() {
                continue;
            }
            let (from, to) = if old < added { classes.split_at_mut(added) } else { continue };
            let (old, added) = (&mut from[old], &mut to[0]);
            match source {
                Source::First => old.first = added.first.take(),
                _ => old.second = added.second.take(),
            }
        }
    }
    classes.retain(|class| *class != Trio::default());
    classes
}

/// Whether an entry has the data that another had between the same neighbours, and the other side changed at most how
/// it is written. Too little may be in a scalar to tell that it is the same; but then no data rests on that.
fn is_same(
    classes: &[Trio<usize>],
    families: &Trio<Family<'_>>,
    source: Source,
    [old, added]: [usize; 2],
) -> bool {
    let other = if source == Source::First { Source::Second } else { Source::First };
    let child = |class: usize, source| Some((families.get(source)?, *classes[class].get(source)?));
    let (Some(before), Some(after), Some(sibling)) =
        (child(old, Source::Base), child(added, source), child(old, other))
    else {
        return false;
    };
    let data = |(family, index): (&Family<'_>, usize)| family.document.data_hash(family.values[index]);
    data(before) == data(after)
        && data(before) == data(sibling)
        && beside(classes, Source::Base, before.1) == beside(classes, source, after.1)
}

/// The classes of the entries before and behind one of a version.
fn beside(classes: &[Trio<usize>], source: Source, index: usize) -> [Option<usize>; 2] {
    let class = |index: usize| classes.iter().position(|class| class.get(source) == Some(&index));
    [index.checked_sub(1).and_then(class), class(index + 1)]
}

/// How alike two entries are; not at all where there is too little in them to tell.
fn likeness((base, before): (&Family<'_>, usize), (side, after): (&Family<'_>, usize)) -> f64 {
    let (old, new) = ((base.document, base.values[before]), (side.document, side.values[after]));
    let tells = match old.0.node(old.1).kind {
        NodeKind::Mapping(_) | NodeKind::Sequence(_) => old.0.child_count(old.1) > 0,
        _ => old.0.scalar_text(old.1).trim_end().contains('\n'),
    };
    if tells { similarity(old, new) } else { 0.0 }
}
