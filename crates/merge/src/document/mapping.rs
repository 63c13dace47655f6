//! Mappings, by key.

use std::collections::HashMap;

use syncline_format::Rules;

use super::children::{Families, Family, assemble};
use super::keys::EntryKey;
use super::plan::{Entry, Merged};
use super::rename;
use super::sources::{Source, Sources, Trio};
use super::tree::{Spots, frame};

/// Merges two mappings.
pub(crate) fn merge(sources: &Sources<'_>, spots: Spots, rules: Rules<'_>) -> Merged {
    let of = spots.nodes().map(|source, node| Family::of(sources, source, node));
    let frame = frame(sources, spots, &of);
    let classes = rename::join_renamed(by_key(&of), &of);
    let families = Families { sources, of, around: frame.source, classes };
    let siblings = families.merge(|class| {
        let child = [Source::First, Source::Second, Source::Base].into_iter().find_map(|source| {
            let (family, index) = families.of.get(source).zip(class.get(source))?;
            Some((family.document, family.span(*index)?.key?))
        });
        child.map_or(rules, |(document, key)| rules.key(document.scalar_text(key)))
    });
    if sources.repeat_keys() && mixes_up_repeated(&siblings.entries, &families.of) {
        return Merged::held(spots);
    }
    if families.are_second(&siblings.entries, spots) {
        return Merged::copy(spots.second());
    }
    // The order of a mapping is no data, so there is nothing to contest.
    assemble(frame, siblings.entries, families.of.first.as_ref())
}

/// Entries with the same key are one; of those with a repeated key, the first is one with the first.
fn by_key(families: &Trio<Family<'_>>) -> Vec<Trio<usize>> {
    let mut classes: Vec<Trio<usize>> = Vec::new();
    let mut known: HashMap<EntryKey, usize> = HashMap::new();
    for source in [Source::Base, Source::First, Source::Second] {
        let Some(family) = families.get(source) else { continue };
        for (index, key) in family.keys().into_iter().enumerate() {
            let class = *known.entry(key).or_insert_with(|| {
                classes.push(Trio::default());
                classes.len() - 1
            });
            match source {
                Source::Base => classes[class].base = Some(index),
                Source::First => classes[class].first = Some(index),
                Source::Second => classes[class].second = Some(index),
            }
        }
    }
    classes
}

/// Whether entries with one key changed places, or something is held of one of them: no pointer tells them
/// apart.
fn mixes_up_repeated(entries: &[Entry], families: &Trio<Family<'_>>) -> bool {
    let keys = families.as_ref().map(|_, family| family.keys());
    let mut known: HashMap<u128, Vec<(usize, bool)>> = HashMap::new();
    for entry in entries {
        let key = keys.get(entry.key.source).and_then(|keys| keys.get(entry.key.index));
        if let Some((key, occurrence)) = key {
            known.entry(*key).or_default().push((*occurrence, entry.value.has_held()));
        }
    }
    let is_mixed_up = |same: &Vec<(usize, bool)>| {
        same.len() > 1
            && (same.iter().any(|(_, held)| *held) || !same.is_sorted_by_key(|(number, _)| *number))
    };
    known.values().any(is_mixed_up)
}
