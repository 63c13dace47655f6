//! The children of a container in all three versions, paired and put in order.

use std::ops::Range;

use syncline_document::{ChildSpan, Document, NodeId, NodeKind, Value};
use syncline_format::{FieldClass, Rules};

use super::keys::{self, EntryKey};
use super::order::{Order, merge_order};
use super::plan::{ChildAt, Entry, Held, Merged, Plan};
use super::sources::{At, Source, Sources, Trio};
use super::tree::{self, Spot, Spots};
use super::{blanks, comments};

/// So many children in order are sorted on purpose.
const SORTED: usize = 4;

/// The children of one version of a container.
pub(crate) struct Family<'a> {
    pub(crate) document: &'a Document,
    source: Source,
    /// `None` where a lone document counts as a list of one.
    container: Option<NodeId>,
    spans: Vec<ChildSpan>,
    pub(crate) values: Vec<NodeId>,
}

impl<'a> Family<'a> {
    pub(crate) fn of(sources: &Sources<'a>, source: Source, container: NodeId) -> Self {
        let document = sources.document(source);
        let spans = document.children(container);
        let values = spans.iter().map(|span| span.value).collect();
        Self { document, source, container: Some(container), spans, values }
    }

    /// A lone document as a list of one.
    pub(crate) fn lone(sources: &Sources<'a>, source: Source) -> Self {
        let document = sources.document(source);
        Self { document, source, container: None, spans: Vec::new(), values: vec![document.root()] }
    }

    /// The text of all children together.
    pub(crate) fn inner(&self) -> Option<Range<usize>> {
        Some(self.spans.first()?.lead.start..self.spans.last()?.end)
    }

    /// The text of the key; in a list, of the scalar.
    fn sort_text(&self, index: usize) -> Option<&'a str> {
        let node = self.spans.get(index)?.key.unwrap_or(self.values[index]);
        let is_scalar = matches!(self.document.node(node).kind, NodeKind::Scalar);
        is_scalar.then(|| self.document.scalar_text(node))
    }

    /// The last line with something on it before a child and the comments above it.
    pub(crate) fn line_above(&self, index: usize) -> &'a str {
        let above = self.spans.get(index).map_or("", |span| &self.document.text()[..span.lead.start]);
        above.trim_end().rsplit('\n').next().unwrap_or_default()
    }

    /// The text of a child's key as it is written; `None` in a list.
    pub(crate) fn key_text(&self, index: usize) -> Option<String> {
        Some(self.document.key_text(self.spans.get(index)?.key?))
    }

    /// What the entries of a mapping are known by; nothing of a list.
    pub(crate) fn keys(&self) -> Vec<EntryKey> {
        self.container.map(|container| keys::of(self.document, container)).unwrap_or_default()
    }

    /// A key as it is written, with its colon and the blanks up to a value on the same line; `None` in a list.
    pub(crate) fn written_key(&self, index: usize) -> Option<&'a str> {
        let (span, document) = (self.spans.get(index)?, self.document);
        let start = document.node(span.key?).span.start;
        let value = document.node(span.value).span.start.max(span.indicator_end);
        let text = &document.text()[start..value];
        Some(text.split_once('\n').map_or(text, |(line, _)| line.trim_end()))
    }

    /// Whether the children are sorted, and enough of them for that to be no chance.
    fn is_sorted(&self) -> bool {
        let texts = || (0..self.values.len()).map(|index| self.sort_text(index));
        self.values.len() >= SORTED && texts().all(|text| text.is_some()) && texts().is_sorted()
    }

    pub(crate) fn at(&self, index: usize) -> ChildAt {
        ChildAt { source: self.source, container: self.container, index }
    }

    pub(crate) fn span(&self, index: usize) -> Option<&ChildSpan> {
        self.spans.get(index)
    }

    /// A child's text with the comments around it; empty where a lone document counts as a list of one.
    pub(crate) fn text(&self, index: usize) -> &'a str {
        self.spans.get(index).map_or("", |span| &self.document.text()[span.lead.start..span.end])
    }

    fn spot(&self, index: usize) -> Spot {
        let node = self.values[index];
        match self.spans.get(index) {
            Some(span) => Spot {
                node,
                start: span.indicator_end.min(self.document.node(node).span.start),
                end: span.end,
            },
            None => Spot { node, start: 0, end: self.document.text().len() },
        }
    }

    fn node(&self, index: usize) -> At {
        At { source: self.source, node: self.values[index] }
    }
}

/// What is merged into one container.
pub(crate) struct Families<'f, 'a> {
    pub(crate) sources: &'f Sources<'a>,
    pub(crate) of: Trio<Family<'a>>,
    /// The side that gives the container's frame.
    pub(crate) around: Source,
    /// Which children of the three are one; each has a number here.
    pub(crate) classes: Vec<Trio<usize>>,
}

/// Merged children in their order.
pub(crate) struct Siblings {
    pub(crate) entries: Vec<Entry>,
    /// The children as a list in the order of the first side and in that of the second, where both sides
    /// moved the same one to different places.
    pub(crate) contested: Option<[Value; 2]>,
}

impl Families<'_, '_> {
    /// Merges child by child; `rules` gives what the format says of a child.
    pub(crate) fn merge<'r>(&self, rules: impl Fn(&Trio<usize>) -> Rules<'r>) -> Siblings {
        let mut entries: Vec<Option<Entry>> =
            self.classes.iter().map(|class| self.merge_child(class, rules(class))).collect();
        let keep: Vec<bool> = entries.iter().map(Option::is_some).collect();
        let ranks = self.ranks();
        let base = self.order(|class| class.base);
        let sides = [self.order(|class| class.first), self.order(|class| class.second)];
        let order =
            |[first, second]: [&[usize]; 2]| merge_order(&base, first, second, &keep, ranks.as_deref());
        let merged = order([&sides[0], &sides[1]]);
        let value =
            |class: &usize| entries[*class].as_ref().map(|entry| entry.value.plan.value(self.sources));
        let list = |order: &Order| Value::Sequence(order.sequence.iter().filter_map(value).collect());
        let contested = merged.contested.then(|| [list(&merged), list(&order([&sides[1], &sides[0]]))]);
        blanks::stay_below_added(self, &merged.sequence, &sides, &mut entries);
        let entries = merged.sequence.iter().filter_map(|class| entries[*class].take()).collect();
        Siblings { entries, contested: contested.filter(|[first, second]| first != second) }
    }

    /// Whether merged children are those of the second side, and that side alone has all the comments, where the
    /// base has no children that would tell who changed the writing.
    pub(crate) fn are_second(&self, entries: &[Entry], spots: Spots) -> bool {
        let is_new = self.of.base.as_ref().is_none_or(|base| base.values.is_empty());
        let Some(second) =
            self.of.second.as_ref().filter(|second| is_new && second.values.len() == entries.len())
        else {
            return false;
        };
        let is_there = |(index, entry): (usize, &Entry)| {
            let key = self.of.get(entry.key.source).map(|family| family.key_text(entry.key.index));
            let Plan::Copy(at) = entry.value.plan else { return false };
            entry.value.held.is_empty()
                && key == Some(second.key_text(index))
                && self.sources.same_data(at, second.node(index))
        };
        let text = |source, spot: Spot| &self.sources.document(source).text()[spot.start..spot.end];
        let (left, right) = (text(Source::First, spots.first), text(Source::Second, spots.second));
        let marks = |at: At| {
            let document = self.sources.document(at.source);
            (document.tag(at.node), document.anchor(at.node))
        };
        marks(spots.first()) == marks(spots.second())
            && comments::are_all_in(left, right)
            && !comments::are_all_in(right, left)
            && entries.iter().enumerate().all(is_there)
    }

    /// The place of each child among all by the text of key or item; `None` where a version is not sorted.
    fn ranks(&self) -> Option<Vec<usize>> {
        let versions = [
            (Source::Base, &self.of.base),
            (Source::First, &self.of.first),
            (Source::Second, &self.of.second),
        ];
        if !versions.iter().all(|(_, family)| family.as_ref().is_some_and(Family::is_sorted)) {
            return None;
        }
        let text = |class: &Trio<usize>| {
            versions.iter().find_map(|(source, family)| family.as_ref()?.sort_text(*class.get(*source)?))
        };
        let mut sorted: Vec<(&str, usize)> = self
            .classes
            .iter()
            .enumerate()
            .map(|(number, class)| Some((text(class)?, number)))
            .collect::<Option<_>>()?;
        sorted.sort_unstable();
        let mut ranks = vec![0; sorted.len()];
        sorted.iter().enumerate().for_each(|(rank, (_, number))| ranks[*number] = rank);
        Some(ranks)
    }

    /// The numbers of one version's children in its order.
    fn order(&self, index: impl Fn(&Trio<usize>) -> Option<usize>) -> Vec<usize> {
        let mut numbered: Vec<(usize, usize)> =
            self.classes.iter().enumerate().filter_map(|(class, trio)| Some((index(trio)?, class))).collect();
        numbered.sort_unstable();
        numbered.into_iter().map(|(_, class)| class).collect()
    }

    fn merge_child(&self, class: &Trio<usize>, rules: Rules<'_>) -> Option<Entry> {
        match (self.of.first.as_ref().zip(class.first), self.of.second.as_ref().zip(class.second)) {
            (Some(first), Some(second)) => Some(self.merge_both(class, first, second, rules)),
            (Some(one), None) | (None, Some(one)) => self.merge_one(class, one, rules),
            (None, None) => None,
        }
    }

    fn merge_both(
        &self,
        class: &Trio<usize>,
        (first, first_index): (&Family<'_>, usize),
        (second, second_index): (&Family<'_>, usize),
        rules: Rules<'_>,
    ) -> Entry {
        let base = self.of.base.as_ref().zip(class.base);
        let spots = Spots {
            around: self.around,
            base: base.map(|(base, index)| base.spot(index)),
            first: first.spot(first_index),
            second: second.spot(second_index),
        };
        let mut value = tree::merge_nodes(self.sources, spots, rules);
        let chosen = comments::choose(base, (first, first_index), (second, second_index), self.around);
        value.held.extend(chosen.held);
        Entry {
            key: comments::key(base, (first, first_index), (second, second_index), self.around),
            comments: chosen.from,
            value,
        }
    }

    /// A child that one side has: added there, or removed on the other. Removed against changed, the changed
    /// one stays and is held.
    fn merge_one(
        &self,
        class: &Trio<usize>,
        (family, index): (&Family<'_>, usize),
        rules: Rules<'_>,
    ) -> Option<Entry> {
        let node = family.node(index);
        let mut value = Merged::copy(node);
        if let Some((base, base_index)) = self.of.base.as_ref().zip(class.base) {
            let before = base.node(base_index);
            let is_renamed = base.key_text(base_index) != family.key_text(index);
            let is_kept = is_renamed
                || is_changed(self.sources, before, node, rules)
                || comments::are_added((base, base_index), (family, index));
            if !is_kept {
                return None;
            }
            let mut nodes = Trio { base: Some(before.node), first: None, second: None };
            match node.source {
                Source::Second => nodes.second = Some(node.node),
                _ => nodes.first = Some(node.node),
            }
            value.held.push(Held::nodes(nodes));
        }
        Some(Entry { key: family.at(index), comments: family.at(index), value })
    }
}

/// Whether two versions of a node differ in more than what alone is no change.
fn is_changed(sources: &Sources<'_>, before: At, after: At, rules: Rules<'_>) -> bool {
    if matches!(rules.class(), FieldClass::Volatile | FieldClass::Local) || sources.same_data(before, after) {
        return false;
    }
    if rules.is_end() {
        return true;
    }
    let (old, new) = (sources.document(before.source), sources.document(after.source));
    let (old_node, new_node) = (old.resolve(before.node), new.resolve(after.node));
    let count = old.child_count(old_node);
    if count == 0 || count != new.child_count(new_node) {
        return true;
    }
    (0..count).any(|index| {
        let (Some(old_child), Some(new_child)) = (old.child(old_node, index), new.child(new_node, index))
        else {
            return true;
        };
        let keys = (old.key(old_node, index), new.key(new_node, index));
        let inner = match keys {
            (Some(old_key), Some(new_key)) if old.same_hash(old_key, new, new_key) => {
                rules.key(old.scalar_text(old_key))
            }
            (None, None) => rules.item(),
            _ => return true,
        };
        let (before, after) = (At { node: old_child, ..before }, At { node: new_child, ..after });
        is_changed(sources, before, after, inner)
    })
}

/// A container of merged children; the first side's own where they are all as there.
pub(crate) fn assemble(frame: At, entries: Vec<Entry>, first: Option<&Family<'_>>) -> Merged {
    let as_first = |family: &Family<'_>| {
        entries.len() == family.values.len()
            && entries.iter().enumerate().all(|(index, entry)| {
                let as_is = matches!(entry.value.plan, Plan::Copy(at) if at == family.node(index));
                as_is
                    && entry.value.held.is_empty()
                    && entry.key == family.at(index)
                    && entry.comments == family.at(index)
            })
    };
    if frame.source == Source::First && first.is_some_and(as_first) {
        return Merged::copy(frame);
    }
    Merged::of(Plan::Container { frame, children: entries })
}
