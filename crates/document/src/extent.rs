//! How far each block node reaches: over its trailing comment and over the comments below it that are
//! indented as its own children are.

use std::ops::Range;

use crate::gap::{line_break, line_start, past_break, spaces};
use crate::{Document, Node, NodeId, NodeKind, Style};

/// Fills in the end of each node. Children have higher numbers than their containers, so one walk from the
/// last to the first sees every child before the container; a stream comes last and has no end to find.
pub(crate) fn fill(document: &mut Document) {
    fill_except(document, &[]);
}

/// As [`fill`], but for some ranges of nodes, given by rising numbers.
pub(crate) fn fill_except(document: &mut Document, known: &[Range<u32>]) {
    let mut known = known.iter().rev().peekable();
    let mut next = u32::try_from(document.node_count()).unwrap_or(u32::MAX);
    while next > 0 {
        if let Some(range) = known.next_if(|range| range.end == next) {
            next = range.start;
            continue;
        }
        next -= 1;
        let end = end_of(document, NodeId(next));
        document.arena.set_end(NodeId(next), end);
    }
}

fn end_of(document: &Document, id: NodeId) -> usize {
    let node = document.node(id);
    let last = match node.kind {
        NodeKind::Sequence(items) if node.style == Style::Block => items.last().copied(),
        NodeKind::Mapping(pairs) if node.style == Style::Block => pairs.last().map(|pair| pair.value),
        NodeKind::Stream(_) => return node.span.end,
        _ => None,
    };
    match last {
        Some(last) => container_end(document, id, last),
        None if in_flow(document, &node) => node.span.end,
        None => leaf_end(&document.text, node.span.end),
    }
}

fn in_flow(document: &Document, node: &Node<'_>) -> bool {
    node.parent.is_some_and(|parent| document.node(parent).style == Style::Flow)
}

/// Behind the line break of the line that a leaf ends on, if only a comment follows on it.
fn leaf_end(text: &str, end: usize) -> usize {
    if end > 0 && text[..end].ends_with(['\n', '\r']) {
        return end; // A block scalar that keeps its line breaks.
    }
    let rest_end = line_break(text, end);
    let rest = text[end..rest_end].trim_start_matches([' ', '\t']);
    if rest.is_empty() || rest.starts_with('#') { past_break(text, rest_end) } else { end }
}

fn container_end(document: &Document, id: NodeId, last: NodeId) -> usize {
    let text = &document.text;
    let end = document.facts(last).end;
    if end < text.len() && !text[..end].ends_with(['\n', '\r']) {
        return end; // Something follows on the same line.
    }
    if !text[end..].trim_start_matches([' ', '\t', '\n', '\r']).starts_with('#') {
        return end; // No comment follows.
    }
    let column = column(document, id);
    let outer = document.node(id).parent.map(|parent| self::column(document, parent));
    match outer {
        // An unindented sequence: comments at its column belong to what follows.
        Some(outer) if column <= outer => end,
        _ => tail_end(text, end, column),
    }
}

/// The column of a block container's children, in bytes; 0 for a stream.
pub(crate) fn column(document: &Document, id: NodeId) -> usize {
    match document.node(id).kind {
        NodeKind::Stream(_) => 0,
        _ => document.facts(id).content - line_start(&document.text, document.facts(id).content),
    }
}

/// Past the last comment line, from `from` on, that is indented by at least `column`.
fn tail_end(text: &str, from: usize, column: usize) -> usize {
    let (mut at, mut end) = (from, from);
    while at < text.len() {
        let line_end = line_break(text, at);
        let line = &text[at..line_end];
        let next = past_break(text, line_end);
        let content = line.trim_start_matches([' ', '\t']);
        match content.bytes().next() {
            None => {}
            Some(b'#') if spaces(line) >= column => end = next,
            _ => break,
        }
        if next == at {
            break;
        }
        at = next;
    }
    end
}
