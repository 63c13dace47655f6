//! The text around the children of a container, cut into what belongs to which.
//!
//! The cuts are exact: head, slots and tail of a container follow each other without a gap, so that putting
//! them together again gives the same bytes.

use std::ops::Range;

use crate::gap::{line_break, line_start, past_break, past_colon, skip_blank};
use crate::{Document, Language, NodeId, NodeKind, Style, extent};

/// A child of a container and the text around it, in bytes of the document.
///
/// In block style a child owns whole lines: comments and blank lines above it (`lead`), its own lines with
/// the comment that ends the first or only one (`trail`), and the comments below it that are indented as its
/// own children. In flow style and JSON it owns what is between the comma (and the comment on its line)
/// before it and its own comma and comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildSpan {
    /// Comments and blank lines before it.
    pub lead: Range<usize>,
    /// Where key, dash or `?` begin, or else the value.
    pub start: usize,
    /// The key's node.
    pub key: Option<NodeId>,
    /// Behind the colon or dash; where there is none, where the value begins.
    pub indicator_end: usize,
    /// The value's node.
    pub value: NodeId,
    /// The comment that ends its line, with the blanks before it and without the line break.
    pub trail: Range<usize>,
    /// Where the next child's `lead` begins.
    pub end: usize,
    /// In flow style, whether a comma follows.
    pub(crate) comma: bool,
}

/// The comments of a child.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Comments<'a> {
    /// Above it, with blank lines.
    pub leading: &'a str,
    /// Behind it on its line.
    pub trailing: &'a str,
}

/// A container's text.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// In block style the column of the children; 0 otherwise.
    pub(crate) column: usize,
    /// In block style, whole lines between the container's indicator and the first child that belong to the
    /// container; in flow style what is between the opening bracket and the first child's lead: nothing.
    pub(crate) head: Range<usize>,
    pub(crate) slots: Vec<ChildSpan>,
    /// Behind the last child: in block style whole lines of comments, in flow style up to the bracket.
    pub(crate) tail: Range<usize>,
    /// Whether the first child begins on the line of the dash before the container.
    pub(crate) compact: bool,
}

impl Layout {
    /// Of what is no container.
    pub(crate) fn empty() -> Self {
        Self { column: 0, head: 0..0, slots: Vec::new(), tail: 0..0, compact: false }
    }
}

impl Document {
    /// The children of a container with the text around them; none of any other node.
    pub fn children(&self, container: NodeId) -> Vec<ChildSpan> {
        self.layout(container).slots
    }

    /// The comments of a container's child; empty where there is no such child. Reads the whole container:
    /// for all children use [`Document::children`] and [`Document::comments_at`].
    pub fn comments(&self, container: NodeId, index: usize) -> Comments<'_> {
        self.layout(container).slots.get(index).map(|slot| self.comments_at(slot)).unwrap_or_default()
    }

    /// The comments around a child that [`Document::children`] gave.
    pub fn comments_at(&self, child: &ChildSpan) -> Comments<'_> {
        Comments { leading: &self.text[child.lead.clone()], trailing: &self.text[child.trail.clone()] }
    }

    pub(crate) fn layout(&self, id: NodeId) -> Layout {
        let node = self.node(id);
        match (node.kind, node.style) {
            (NodeKind::Stream(documents), _) => stream(self, documents),
            (NodeKind::Mapping(_) | NodeKind::Sequence(_), Style::Block) => block(self, id),
            (NodeKind::Mapping(_) | NodeKind::Sequence(_), _) => flow(self, id),
            _ => Layout::empty(),
        }
    }
}

/// Each document with the separator before it.
fn stream(document: &Document, documents: &[NodeId]) -> Layout {
    let mut at = 0;
    let slots = documents.iter().zip(&document.openings).map(|(root, opening)| {
        let end = document.facts(*root).end;
        let slot = ChildSpan {
            lead: at..*opening,
            start: *opening,
            key: None,
            indicator_end: *opening,
            value: *root,
            trail: end..end,
            end,
            comma: false,
        };
        at = end;
        slot
    });
    let slots: Vec<_> = slots.collect();
    Layout { column: 0, head: 0..0, tail: at..document.text.len(), slots, compact: false }
}

fn block(document: &Document, id: NodeId) -> Layout {
    let (text, facts) = (document.text.as_str(), document.facts(id));
    let (first_line, column) = (line_start(text, facts.content), extent::column(document, id));
    let compact = is_compact(document, id);
    let lines = lines_begin(text, facts.after).min(facts.content);
    let head =
        if compact { facts.content..facts.content } else { lines..lead_begin(text, lines, first_line) };
    let mut at = head.end;
    let mut slots = Vec::with_capacity(document.child_count(id));
    for index in 0..document.child_count(id) {
        let slot = block_slot(document, id, index, column, at);
        at = slot.end;
        slots.push(slot);
    }
    Layout { column, head, slots, tail: at..facts.end.max(at), compact }
}

/// Whether a block container begins on the line of the dash, or of the `---`, before it.
pub(crate) fn is_compact(document: &Document, id: NodeId) -> bool {
    let (text, facts) = (document.text.as_str(), document.facts(id));
    let line = line_start(text, facts.content);
    line == line_start(text, facts.after) && line != facts.after
}

/// Where the first whole line behind `after` begins.
fn lines_begin(text: &str, after: usize) -> usize {
    if line_start(text, after) == after { after } else { past_break(text, line_break(text, after)) }
}

/// Behind the last blank line between `from` and `to`: comments above it belong to the container.
fn lead_begin(text: &str, from: usize, to: usize) -> usize {
    let (mut at, mut begin) = (from, from);
    while at < to {
        let end = line_break(text, at);
        let next = past_break(text, end).min(to);
        if text[at..end].trim_matches([' ', '\t']).is_empty() {
            begin = next;
        }
        if next == at {
            break;
        }
        at = next;
    }
    begin
}

fn block_slot(document: &Document, id: NodeId, index: usize, column: usize, at: usize) -> ChildSpan {
    let text = document.text.as_str();
    let (key, value) = (document.key(id, index), document.child(id, index).unwrap_or(id));
    let start = skip_blank(text, at);
    let line = line_start(text, start).max(at);
    let indicator_end = match key {
        None => start + 1,
        Some(key) => {
            let key_end = document.node(key).span.end;
            past_colon(text, key_end, Some(column)).unwrap_or(key_end)
        }
    };
    let lead = if line_start(text, start) < at { at..at } else { at..line };
    let end = document.facts(value).end;
    ChildSpan {
        lead,
        start,
        key,
        indicator_end,
        value,
        trail: block_trail(document, value),
        end,
        comma: false,
    }
}

/// The comment on the line where the value ends, or where a block container's own line ends.
fn block_trail(document: &Document, value: NodeId) -> Range<usize> {
    let (text, node, facts) = (document.text.as_str(), document.node(value), document.facts(value));
    let from = match (node.kind, node.style) {
        (NodeKind::Mapping(_) | NodeKind::Sequence(_), Style::Block) => {
            if is_compact(document, value) {
                return facts.content..facts.content;
            }
            facts.after
        }
        _ => node.span.end,
    };
    if from > 0 && text[..from].ends_with(['\n', '\r']) {
        return from..from; // A block scalar that keeps its line breaks.
    }
    from..line_break(text, from)
}

fn flow(document: &Document, id: NodeId) -> Layout {
    let (text, node, facts) = (document.text.as_str(), document.node(id), document.facts(id));
    // A single pair in a flow sequence needs no braces.
    let bracket = usize::from(text[facts.content..].starts_with(['{', '[']) && bracketed(document, id));
    let (mut at, close) = (facts.content + bracket, node.span.end - bracket);
    let head = at..at;
    let mut slots = Vec::with_capacity(document.child_count(id));
    for index in 0..document.child_count(id) {
        let slot = flow_slot(document, id, index, at, close);
        at = slot.end;
        slots.push(slot);
    }
    Layout { column: 0, head, slots, tail: at..close.max(at), compact: false }
}

/// Whether a flow container has brackets of its own.
pub(crate) fn bracketed(document: &Document, id: NodeId) -> bool {
    let (node, facts) = (document.node(id), document.facts(id));
    let NodeKind::Mapping(pairs) = node.kind else { return true };
    // In `[{a: b}: c]` the first brace is the key's.
    let first_is_key = pairs.first().is_some_and(|pair| document.node(pair.key).span.start == facts.content);
    document.text[facts.content..].starts_with('{') && !first_is_key
}

fn flow_slot(document: &Document, id: NodeId, index: usize, at: usize, close: usize) -> ChildSpan {
    let (text, language) = (document.text.as_str(), document.language);
    let (key, value) = (document.key(id, index), document.child(id, index).unwrap_or(id));
    let start = skip_gap(text, language, at);
    let indicator_end = match key {
        None => start,
        Some(key) => {
            let key_end = document.node(key).span.end;
            let colon = skip_gap(text, language, key_end);
            if text[colon..].starts_with(':') { colon + 1 } else { key_end }
        }
    };
    let value_end = document.node(value).span.end.max(indicator_end);
    let next = skip_gap(text, language, value_end);
    let comma = next < close && text[next..].starts_with(',');
    let from = if comma { next + 1 } else { value_end };
    let end = line_comment_end(text, language, from).min(close);
    let trail = from..end;
    ChildSpan { lead: at..start, start, key, indicator_end, value, trail, end, comma }
}

/// Past blanks and comments, as the language has them.
pub(crate) fn skip_gap(text: &str, language: Language, from: usize) -> usize {
    if language == Language::Yaml {
        return skip_blank(text, from);
    }
    let mut at = from;
    loop {
        let rest = &text[at..];
        if rest.starts_with("//") {
            at = line_break(text, at);
        } else if rest.starts_with("/*") {
            at += block_comment(rest);
        } else if rest.starts_with([' ', '\t', '\n', '\r']) {
            at += 1;
        } else {
            return at;
        }
    }
}

/// How long the comment is that a text begins with. The star that opens it does not end it: `/*/` is still open.
fn block_comment(text: &str) -> usize {
    let (open, close) = ("/*", "*/");
    let inner = text.strip_prefix(open).and_then(|rest| rest.find(close));
    inner.map_or(text.len(), |inner| open.len() + inner + close.len())
}

/// Behind the comment, or the blanks, that end the line of `from`; `from` itself where there are none. Looks no
/// further than that: a whole file may be one line.
fn line_comment_end(text: &str, language: Language, from: usize) -> usize {
    let past_blanks =
        |at: usize| at + text.as_bytes()[at..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let at = past_blanks(from);
    let rest = &text[at..];
    if rest.starts_with(['\n', '\r']) {
        return at;
    }
    match language {
        Language::Yaml if rest.starts_with('#') => line_break(text, at),
        Language::Json if rest.starts_with("//") => line_break(text, at),
        Language::Json if rest.starts_with("/*") => {
            let end = past_blanks(at + block_comment(rest));
            if matches!(text.as_bytes().get(end), None | Some(b'\n' | b'\r')) { end } else { from }
        }
        _ => from,
    }
}
