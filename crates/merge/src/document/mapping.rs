//! Mappings, by key.

use std::collections::HashMap;

use syncline_document::NodeKind;
use syncline_format::Rules;

use super::children::{Families, Family, assemble};
use super::plan::Merged;
use super::rename;
use super::sources::{Source, Sources, Trio};
use super::tree::{Spots, frame};

/// Merges two mappings.
pub(crate) fn merge(sources: &Sources<'_>, spots: Spots, rules: Rules<'_>) -> Merged {
    let of = spots.nodes().map(|source, node| Family::of(sources, source, node));
    let frame = frame(sources, spots, &of);
    let classes = rename::join_renamed(by_key(&of), &of);
    let families = Families { sources, of, classes };
    let siblings = families.merge(|class| {
        let child = [Source::First, Source::Second, Source::Base].into_iter().find_map(|source| {
            let (family, index) = families.of.get(source).zip(class.get(source))?;
            Some((family.document, family.span(*index)?.key?))
        });
        child.map_or(rules, |(document, key)| rules.key(document.scalar_text(key)))
    });
    // The order of a mapping is no data, so there is nothing to contest.
    assemble(frame, siblings.entries, families.of.first.as_ref())
}

/// Entries with the same key are one.
fn by_key(families: &Trio<Family<'_>>) -> Vec<Trio<usize>> {
    let mut classes: Vec<Trio<usize>> = Vec::new();
    let mut known: HashMap<u128, usize> = HashMap::new();
    for source in [Source::Base, Source::First, Source::Second] {
        let Some(family) = families.get(source) else { continue };
        for (index, key) in keys(family).into_iter().enumerate() {
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

fn keys(family: &Family<'_>) -> Vec<u128> {
    let parent = family.values.first().and_then(|value| family.document.node(*value).parent);
    match parent.map(|parent| &family.document.node(parent).kind) {
        Some(NodeKind::Mapping(pairs)) => {
            pairs.iter().map(|pair| family.document.data_hash(pair.key)).collect()
        }
        _ => Vec::new(),
    }
}
