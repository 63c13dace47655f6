//! New data in block style.

use crate::block_scalar::Header;
use crate::compose::block_child::Frame;
use crate::compose::fold::Fold;
use crate::compose::place::{Around, Indicator, Place, has_comment, is_empty_root};
use crate::compose::quote::{self, Context};
use crate::compose::writer::{Writer, without_blank_lines};
use crate::compose::{Child, Piece, Slot};
use crate::gap::{self, is_broken};
use crate::{Document, NodeId, Style, Value};

impl<'a> Writer<'a> {
    /// New data.
    pub(crate) fn block_new(
        &mut self,
        value: &Value,
        like: Option<(&'a Document, NodeId)>,
        place: Place,
        around: &Around,
    ) {
        let like_flow = like.is_some_and(|(from, node)| {
            let node = from.resolve(node);
            from.node(node).style == Style::Flow && from.child_count(node) > 0
        });
        if let Value::Tagged(tag, inner) = value
            && inner.is_container()
        {
            if !self.at_line_start() {
                self.push(" ");
            }
            self.push(&quote::tag_text(tag));
            let around = Around { gap: " ".to_owned(), tagged: true, ..around.clone() };
            self.block_new(inner, like, place, &around);
            return;
        }
        let entries: Vec<(Option<&Value>, &Value)> = match value {
            Value::Sequence(items) => items.iter().map(|item| (None, item)).collect(),
            Value::Mapping(entries) => entries.iter().map(|(key, value)| (Some(key), value)).collect(),
            scalar => {
                self.new_scalar(scalar, like, place, around);
                return;
            }
        };
        let root_in_brackets =
            self.base.node(self.base.root).style == Style::Flow && !is_empty_root(self.base);
        if entries.is_empty() || like_flow || (root_in_brackets && place.indicator == Indicator::Root) {
            self.push(if is_broken(&around.gap) { " " } else { &around.gap });
            let text = self.flow_text(value);
            self.push(&text);
            self.trail(around);
            return;
        }
        self.new_entries(&entries, like, place, around);
    }

    pub(crate) fn new_entries(
        &mut self,
        entries: &[(Option<&Value>, &Value)],
        like: Option<(&'a Document, NodeId)>,
        place: Place,
        around: &Around,
    ) {
        let sequence = entries.iter().all(|(key, _)| key.is_none());
        let frame = Frame { column: self.new_column(sequence, place), sequence, spaced: false };
        let compact = place.indicator == Indicator::Dash && !has_comment(&around.trail) && !around.tagged;
        if compact {
            self.compact_gap(None, place, frame.column);
        } else {
            self.trail(around);
        }
        for (position, (key, value)) in entries.iter().enumerate() {
            let like = like.and_then(|(from, node)| like_child(from, node, *key));
            let child = Child {
                slot: Slot::New(key.cloned()),
                value: Piece::Value { value: (*value).clone(), like },
            };
            self.block_child(&child, position, &frame, compact && position == 0, false);
        }
    }

    pub(crate) fn new_scalar(
        &mut self,
        value: &Value,
        like: Option<(&'a Document, NodeId)>,
        place: Place,
        around: &Around,
    ) {
        let style = like.map(|(from, node)| from.node(from.resolve(node)).style);
        let (tag, inner) = match value {
            Value::Tagged(tag, inner) => (Some(tag), inner.as_ref()),
            plain => (None, plain),
        };
        let literal = inner.as_str().filter(|_| !self.quotes_lines).and_then(quote::literal);
        let is_safe = |header: &str| like.is_none_or(|(from, node)| !takes_blanks_behind(header, from, node));
        if let Some((header, lines)) = literal.filter(|(header, _)| is_safe(header)) {
            self.push(" ");
            if let Some(tag) = tag {
                self.push(&quote::tag_text(tag));
                self.push(" ");
            }
            self.new_literal(&header, &lines, place, around);
            return;
        }
        let null_text = like.filter(|(from, node)| value.is_null() && from.value(*node).is_null());
        let text = match null_text {
            Some((from, node)) => from.node_text(node).to_owned(),
            None => {
                quote::one_line(value, Context::Block, style, self.habits().double_quotes).unwrap_or_default()
            }
        };
        if !text.is_empty() {
            self.push(&around.gap);
        }
        let fold = like.filter(|_| !text.starts_with('"')).and_then(|(from, node)| Fold::of(from, node));
        match fold {
            Some(fold) => {
                let start = self.current_line().chars().count();
                self.push(&fold.fold(&text, start, place.column, self.line_break));
            }
            None => self.push(&text),
        }
        self.trail(around);
    }

    pub(crate) fn new_literal(&mut self, header: &str, lines: &[&str], place: Place, around: &Around) {
        let step = self.habits().mapping_step.max(1);
        let indent = " ".repeat(usize::try_from(place.column).unwrap_or(0) + step);
        self.push(header);
        self.trail(around);
        for line in lines {
            if !line.is_empty() {
                self.push(&indent);
                self.push(line);
            }
            self.push(self.line_break);
        }
        self.mark_block_scalar(Header::of(header), indent.len(), true);
    }
}

/// The child of a container that a new one should look like: the one with the same key, or the first item.
fn like_child<'a>(from: &'a Document, node: NodeId, key: Option<&Value>) -> Option<(&'a Document, NodeId)> {
    let node = from.resolve(node);
    let index = match key {
        Some(key) => from.child_index(node, &key.to_key())?,
        None => 0,
    };
    from.child(node, index).map(|child| (from, child))
}

/// Whether a block scalar in place of a node would take the blank lines behind it for content.
fn takes_blanks_behind(header: &str, from: &Document, node: NodeId) -> bool {
    let rest = &from.text[from.facts(node).end..];
    let blank = &rest[..rest.len() - without_blank_lines(rest).len()];
    let keeps_breaks = header.contains('+') && !blank.is_empty();
    keeps_breaks || gap::lines(blank).any(|line| !line.is_empty())
}
