//! Walks three trees at once.

use syncline_document::{Document, NodeId, NodeKind, Style};
use syncline_format::Rules;

use super::children::Family;
use super::plan::{Held, Merged, kinds_agree};
use super::sources::{At, Source, Sources, Trio};
use super::{list, mapping, scalar, style, void};

/// A node with the text around it that is its own: from behind the indicator before it up to the next thing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    pub(crate) node: NodeId,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Spot {
    fn root(document: &Document) -> Self {
        Self { node: document.root(), start: 0, end: document.text().len() }
    }
}

/// A node of both sides, and of the base where it was there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spots {
    /// The side that gives the frame of the container around.
    pub(crate) around: Source,
    pub(crate) base: Option<Spot>,
    pub(crate) first: Spot,
    pub(crate) second: Spot,
}

impl Spots {
    pub(crate) fn nodes(&self) -> Trio<NodeId> {
        Trio {
            base: self.base.map(|spot| spot.node),
            first: Some(self.first.node),
            second: Some(self.second.node),
        }
    }

    pub(crate) fn base(&self) -> Option<At> {
        self.base.map(|spot| At { source: Source::Base, node: spot.node })
    }

    pub(crate) fn first(&self) -> At {
        At::first(self.first.node)
    }

    pub(crate) fn second(&self) -> At {
        At::second(self.second.node)
    }
}

/// Merges whole documents. A lone document counts as a list of one where another version has several.
pub(crate) fn merge_roots(sources: &Sources<'_>, rules: Rules<'_>) -> Merged {
    let spots = Spots {
        around: Source::First,
        base: sources.base.map(Spot::root),
        first: Spot::root(sources.first),
        second: Spot::root(sources.second),
    };
    let is_stream = |document: &Document| matches!(document.node(document.root()).kind, NodeKind::Stream(_));
    if let Some(merged) = void::merge(sources, spots) {
        return merged;
    }
    if is_stream(sources.first) || is_stream(sources.second) {
        return list::merge_streams(sources, spots, rules);
    }
    merge_nodes(sources, spots, rules)
}

/// Merges a node that both sides have.
pub(crate) fn merge_nodes(sources: &Sources<'_>, spots: Spots, rules: Rules<'_>) -> Merged {
    let merged = match changed_by_one(sources, spots) {
        Some(at) => Merged::copy(at),
        None => merge_kinds(sources, spots, rules),
    };
    Merged { nodes: spots.nodes(), ..merged }
}

/// The version to take where at most one side changed anything, be it a blank: most of a document is so, and
/// the time of a merge follows what both sides changed.
fn changed_by_one(sources: &Sources<'_>, spots: Spots) -> Option<At> {
    let (first, second) = (spots.first(), spots.second());
    let text = |at: At, spot: Spot| &sources.document(at.source).text()[spot.start..spot.end];
    let same = |(a, of_a): (At, Spot), (b, of_b): (At, Spot)| {
        sources.same_data(a, b) && text(a, of_a) == text(b, of_b)
    };
    let (left, right) = ((first, spots.first), (second, spots.second));
    if same(left, right) {
        return Some(if spots.around == Source::Second { second } else { first });
    }
    match spots.base().zip(spots.base) {
        Some(base) if same(base, right) => Some(first),
        Some(base) if same(base, left) => Some(second),
        _ => None,
    }
}

fn merge_kinds(sources: &Sources<'_>, spots: Spots, rules: Rules<'_>) -> Merged {
    let kind = |at: At| sources.document(at.source).node(at.node).kind;
    let (first, second) = (spots.first(), spots.second());
    if kinds_agree(kind(first), kind(second)) {
        // A base of another kind tells nothing about what is inside.
        let base =
            spots.base.filter(|_| spots.base().is_some_and(|base| kinds_agree(kind(base), kind(first))));
        let inner = Spots { base, ..spots };
        let mut merged = match kind(first) {
            NodeKind::Mapping(_) => mapping::merge(sources, inner, rules),
            _ => list::merge(sources, inner, rules),
        };
        merged.held.extend(tag_conflict(sources, spots));
        return merged;
    }
    merge_leaves(sources, spots, rules)
}

/// Merges nodes that have nothing in common to go into.
fn merge_leaves(sources: &Sources<'_>, spots: Spots, rules: Rules<'_>) -> Merged {
    let (first, second) = (spots.first(), spots.second());
    if sources.same_text(first, second) {
        return Merged::copy(first);
    }
    if let Some(base) = spots.base() {
        if sources.same_text(base, second) {
            return Merged::copy(first);
        }
        if sources.same_text(base, first) {
            return Merged::copy(second);
        }
        // What only writes the same in another way gives way to what says something else.
        if sources.same_data(base, second) {
            return style::restyled(sources, base, first, second).unwrap_or_else(|| Merged::copy(first));
        }
        if sources.same_data(base, first) {
            return style::restyled(sources, base, second, first).unwrap_or_else(|| Merged::copy(second));
        }
    }
    if sources.same_data(first, second) {
        let is_as_around = spots.base.is_none() && spots.around == Source::Second;
        return Merged::copy(if is_as_around { second } else { first });
    }
    scalar::merge(sources, spots, rules)
}

/// Both sides gave a container different tags.
fn tag_conflict(sources: &Sources<'_>, spots: Spots) -> Option<Held> {
    let tag = |at: At| sources.document(at.source).tag(at.node);
    let (base, first, second) = (spots.base().map(tag), tag(spots.first()), tag(spots.second()));
    let contested = first != second && base != Some(first) && base != Some(second);
    contested.then(|| Held::nodes(spots.nodes()))
}

/// The version whose frame (brackets, indentation, tag, comments above the first child and below the last)
/// a merged container has.
pub(crate) fn frame(sources: &Sources<'_>, spots: Spots, families: &Trio<Family<'_>>) -> At {
    let shape = |source, spot| Shape::of(sources.document(source), spot, families.get(source));
    let (Some(base), Some(before)) = (spots.base, spots.base()) else {
        // What both added is written as the rest of the container that it is in.
        return if spots.around == Source::Second { spots.second() } else { spots.first() };
    };
    let (base, first) = (shape(Source::Base, base), shape(Source::First, spots.first));
    let second = shape(Source::Second, spots.second);
    if first == second || base != first && base != second {
        return spots.first();
    }
    // The side that wrote it in another way; where both put other children into it, that was not done for the
    // writing, unless it was indented anew itself.
    let blanks = |source: Source, spot: Spot| line_blanks(sources.document(source).text(), spot.start);
    let both_changed = sources.same_data(spots.first(), spots.second())
        && !has_same_children(sources, before, spots.first())
        && blanks(Source::First, spots.first) == blanks(Source::Second, spots.second);
    if (base == first) == both_changed { spots.first() } else { spots.second() }
}

/// Whether two containers have as many children with the same keys.
fn has_same_children(sources: &Sources<'_>, a: At, b: At) -> bool {
    let (left, right) = (sources.document(a.source), sources.document(b.source));
    let count = left.child_count(a.node);
    let key = |document: &Document, node, index| document.key(node, index).map(|key| document.data_hash(key));
    count == right.child_count(b.node)
        && (0..count).all(|index| key(left, a.node, index) == key(right, b.node, index))
}

/// How a container is written, apart from its children.
#[derive(PartialEq)]
struct Shape<'a> {
    style: Style,
    tag: Option<&'a str>,
    /// How far the children are indented against what the container is in; in brackets, where the first child
    /// begins a line, against the line of the opening one.
    indent: Option<isize>,
    /// What is around the children: in block style only comments count, not blank lines and indentation.
    around: Vec<&'a str>,
}

impl<'a> Shape<'a> {
    fn of(document: &'a Document, spot: Spot, family: Option<&Family<'a>>) -> Self {
        let text = document.text();
        let node = document.node(spot.node);
        let inner = family.and_then(Family::inner).unwrap_or(node.span.end..node.span.end);
        let start = spot.start.min(inner.start);
        let outside = [&text[start..inner.start], &text[inner.end..spot.end.max(inner.end)]];
        let (indent, around) = if node.style == Style::Block {
            (indent(document, spot.node), outside.iter().flat_map(|text| text.split_whitespace()).collect())
        } else {
            let close = inner.end..node.span.end.max(inner.end);
            (
                family.and_then(|family| step(family, inner.start)),
                vec![&text[node.span.start.min(inner.start)..inner.start], &text[close]],
            )
        };
        Self { style: node.style, tag: document.tag(spot.node), indent, around }
    }
}

/// The blanks that the line of a first child in brackets has more than that of the opening bracket.
fn step(family: &Family<'_>, open: usize) -> Option<isize> {
    let text = family.document.text();
    let (_, child) = text[family.span(0)?.lead.clone()].rsplit_once('\n')?;
    let blanks = child.len() - child.trim_start_matches([' ', '\t']).len();
    isize::try_from(blanks).ok()?.checked_sub_unsigned(line_blanks(text, open))
}

/// How many blanks the line of a place begins with.
fn line_blanks(text: &str, at: usize) -> usize {
    let line = text[..at].rfind('\n').map_or(0, |before| before + 1);
    text[line..].len() - text[line..].trim_start_matches([' ', '\t']).len()
}

/// The columns between a block container's children and the line that it hangs on.
fn indent(document: &Document, node: NodeId) -> Option<isize> {
    let column = |node: NodeId| {
        let start = document.child(node, 0).map(|child| document.key(node, 0).unwrap_or(child))?;
        let start = document.node(start).span.start;
        let line = document.text()[..start].rfind('\n').map_or(0, |at| at + 1);
        isize::try_from(start - line).ok()
    };
    let parent = document.node(node).parent?;
    Some(column(node)? - column(parent)?)
}
