//! Pieces in block style: lines by indentation.

use std::rc::Rc;

use crate::block_scalar::Header;
use crate::compose::{Child, Piece, Slot};
use crate::gap::{line_break, line_start};
use crate::layout::{ChildSpan, Layout, bracketed};
use crate::quote::{self, Context};
use crate::writer::{Shift, Writer, block_header, block_indent, without_blank_lines};
use crate::{Document, NodeId, NodeKind, Style, Value, extent};

/// What a value in block style follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Indicator {
    /// Nothing, or `---`.
    Root,
    /// A key's colon.
    Colon,
    /// A dash.
    Dash,
}

/// Where a value in block style stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The column of the container around it; -1 for the root.
    pub(crate) column: isize,
    pub(crate) indicator: Indicator,
}

/// The text around a value that is its slot's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Around {
    /// Between the indicator and a value on the same line.
    pub(crate) gap: String,
    /// The comment that ends the line, with the blanks before it.
    pub(crate) trail: String,
    /// Whether the comments above the first child are written already, above the dash.
    pub(crate) hoisted: bool,
    /// Whether a tag is written behind the indicator already.
    pub(crate) tagged: bool,
}

/// One child of a container as it stands in its document.
#[derive(Clone)]
pub(crate) struct Source<'a> {
    pub(crate) from: &'a Document,
    pub(crate) layout: Rc<Layout>,
    pub(crate) container: NodeId,
    pub(crate) index: usize,
}

impl Source<'_> {
    pub(crate) fn span(&self) -> &ChildSpan {
        &self.layout.slots[self.index]
    }

    pub(crate) fn is_block(&self) -> bool {
        self.from.node(self.container).style == Style::Block
    }

    /// Whether a piece is this child's own value, or has its frame.
    pub(crate) fn owns(&self, piece: &Piece<'_>) -> bool {
        match piece {
            Piece::Copy { from, node } | Piece::Container { from, node, .. } => {
                std::ptr::eq(*from, self.from) && *node == self.span().value
            }
            Piece::Value { .. } => false,
        }
    }
}

/// The column of the block container around a node; -1 for a root.
pub(crate) fn parent_column(from: &Document, node: NodeId) -> isize {
    let mut above = from.node(node).parent;
    while let Some(parent) = above {
        let container = from.node(parent);
        if container.style == Style::Block && !matches!(container.kind, NodeKind::Stream(_)) {
            return isize::try_from(extent::column(from, parent.index())).unwrap_or(isize::MAX);
        }
        above = container.parent;
    }
    -1
}

fn indicator_of(from: &Document, node: NodeId) -> Indicator {
    match from.node(node).parent.map(|parent| &from.node(parent).kind) {
        Some(NodeKind::Mapping(_)) => Indicator::Colon,
        Some(NodeKind::Sequence(_)) => Indicator::Dash,
        _ => Indicator::Root,
    }
}

fn is_block_container(from: &Document, node: NodeId) -> bool {
    from.node(node).style == Style::Block
        && matches!(from.node(node).kind, NodeKind::Mapping(_) | NodeKind::Sequence(_))
}

fn has_comment(text: &str) -> bool {
    text.contains('#')
}

fn columns(column: usize) -> isize {
    isize::try_from(column).unwrap_or(isize::MAX)
}

impl<'a> Writer<'a> {
    /// A value behind its indicator, up to and with the end of its last line.
    pub(crate) fn block_value(&mut self, piece: &Piece<'a>, place: Place, around: &Around) {
        match piece {
            Piece::Copy { from, node } if is_block_container(from, *node) => {
                self.block_copy(from, *node, place, around);
            }
            Piece::Copy { from, node } if from.language != self.base.language => {
                self.block_new(&from.value(*node), None, place, around);
            }
            Piece::Copy { from, node } => self.inline_copy(from, *node, place, around),
            Piece::Container { from, node, children } if children.is_empty() => {
                self.emptied(from, *node, place, around);
            }
            Piece::Container { from, node, children } if self.is_block_frame(from, *node) => {
                self.block_container(from, *node, children, place, around);
            }
            Piece::Container { from, node, children } => {
                self.push(&around.gap);
                self.flow_container(from, *node, children);
                self.trail(around);
            }
            Piece::Value { value, like } => self.block_new(value, *like, place, around),
        }
    }

    /// An empty container that gets children is written as the rest of the file is: in block style, unless
    /// the file's own root is in brackets.
    fn is_block_frame(&self, from: &Document, node: NodeId) -> bool {
        let frame = from.node(node);
        let empty = from.child_count(node) == 0;
        let root_in_brackets =
            self.base.node(self.base.root).style == Style::Flow && !is_empty_root(self.base);
        frame.style == Style::Block || (empty && !root_in_brackets)
    }

    fn trail(&mut self, around: &Around) {
        self.push(&around.trail);
        self.end_value();
    }

    /// A scalar, an alias or a container in brackets.
    fn inline_copy(&mut self, from: &'a Document, node: NodeId, place: Place, around: &Around) {
        let text = from.node_text(node);
        let fit = if from.node(node).parent.is_some_and(|parent| from.node(parent).style == Style::Flow) {
            let source = crate::habits::line_indent(&from.text, from.node(node).span.start);
            Shift::new(source, &" ".repeat(usize::try_from(place.column).unwrap_or(0)))
        } else {
            Shift::columns(parent_column(from, node), place.column)
        };
        if !text.is_empty() {
            self.push(&around.gap);
        }
        if let Some(header) = block_header(from, node) {
            self.block_scalar_copy(from, node, header, &fit, around);
        } else if bracketed(from, node) {
            self.copy(from, text, &fit, false);
        } else {
            self.push("{");
            self.copy(from, text, &fit, false);
            self.push("}");
        }
        self.trail(around);
    }

    fn block_scalar_copy(
        &mut self,
        from: &'a Document,
        node: NodeId,
        header: Header,
        fit: &Shift,
        around: &Around,
    ) {
        let span = from.node(node).span.clone();
        let header_end = line_break(&from.text, from.facts(node).content).min(span.end);
        let line_end = from.facts(node).end.max(span.end);
        if has_comment(&around.trail) && !has_comment(&from.text[from.facts(node).content..header_end]) {
            // The comment that ended the line of a scalar goes behind the header.
            self.copy(from, &from.text[span.start..header_end], fit, false);
            self.push(&around.trail);
            self.copy(from, &from.text[header_end..line_end], fit, false);
            let indent = fit.width(block_indent(from, node));
            self.mark_block_scalar(header, indent, from.text[..line_end].ends_with('\n'));
        } else {
            self.copy_with_end(from, span.start..line_end, fit, false, node);
        }
    }

    /// A container that lost its last child.
    fn emptied(&mut self, from: &'a Document, node: NodeId, place: Place, around: &Around) {
        let resolved = from.resolve(node);
        let layout = self.layout(from, resolved);
        self.push(if around.gap.contains('\n') { " " } else { &around.gap });
        self.properties(from, node);
        self.push(if matches!(from.node(resolved).kind, NodeKind::Mapping(_)) { "{}" } else { "[]" });
        self.trail(around);
        let shift = Shift::columns(columns(layout.column), place.column + 1);
        for range in [layout.head.clone(), layout.tail.clone()] {
            let lines = &from.text[range];
            if is_block_container(from, resolved) && has_comment(lines) {
                self.end_line();
                self.copy(from, lines, &shift, true);
                self.end_line();
            }
        }
    }

    /// Tag and anchor, with a blank behind them.
    fn properties(&mut self, from: &Document, node: NodeId) {
        let start = from.node(node).span.start;
        let after = from.facts(node).after;
        if start < after {
            self.push(&from.text[start..after]);
            self.push(" ");
        }
    }

    /// The column for the children of a block container from elsewhere.
    fn column_for(&mut self, from: &Document, node: NodeId, place: Place) -> usize {
        let sequence = matches!(from.node(from.resolve(node)).kind, NodeKind::Sequence(_));
        let source = indicator_of(from, node);
        if is_block_container(from, node) && source == place.indicator {
            let column = columns(extent::column(from, node.index()));
            let outer = match source {
                Indicator::Root => place.column,
                _ => parent_column(from, node),
            };
            return usize::try_from(place.column + column - outer).unwrap_or(0);
        }
        self.new_column(sequence, place)
    }

    fn new_column(&mut self, sequence: bool, place: Place) -> usize {
        let habits = self.habits();
        let step = match (place.indicator, sequence) {
            (Indicator::Root, _) => return 0,
            (Indicator::Dash, _) => 2,
            (Indicator::Colon, true) => habits.sequence_step,
            (Indicator::Colon, false) => habits.mapping_step,
        };
        usize::try_from(place.column).unwrap_or(0) + step
    }

    /// Whether the first child may stand on the line of its dash.
    fn may_be_compact(
        &self,
        from: &Document,
        node: NodeId,
        layout: &Layout,
        place: Place,
        around: &Around,
    ) -> bool {
        let facts = from.facts(node);
        let bare = from.node(node).span.start >= facts.after;
        let habit =
            !is_block_container(from, node) || layout.compact || indicator_of(from, node) != Indicator::Dash;
        let inline = place.indicator == Indicator::Dash || !self.at_line_start() && layout.compact;
        let head = !has_comment(&from.text[layout.head.clone()]) || !is_block_container(from, node);
        inline && bare && habit && head && !has_comment(&around.trail)
    }

    /// A block container with all that is in it.
    fn block_copy(&mut self, from: &'a Document, node: NodeId, place: Place, around: &Around) {
        let layout = self.layout(from, node);
        let column = self.column_for(from, node, place);
        let shift = Shift::columns(columns(layout.column), columns(column));
        let first_lead = layout.slots.first().map_or(0..0, |slot| slot.lead.clone());
        let lead_is_blank = around.hoisted || !has_comment(&from.text[first_lead]);
        let end = from.facts(node).end;
        if lead_is_blank && self.may_be_compact(from, node, &layout, place, around) {
            self.compact_gap(place, column);
            self.copy_with_end(from, from.facts(node).content..end, &shift, false, node);
        } else {
            self.open_lines(from, node, around);
            let begin = match layout.compact {
                true => line_start(&from.text, layout.head.start).max(from.facts(node).after),
                false => layout.head.start,
            };
            if layout.compact {
                self.push(&" ".repeat(column));
                self.copy_with_end(from, from.facts(node).content..end, &shift, false, node);
            } else {
                self.copy_with_end(from, begin..end, &shift, true, node);
            }
        }
        self.end_value();
    }

    /// The blanks between a dash and the first child on its line.
    fn compact_gap(&mut self, place: Place, column: usize) {
        if place.indicator == Indicator::Dash {
            let dash = usize::try_from(place.column).unwrap_or(0);
            self.push(&" ".repeat(column.saturating_sub(dash + 1).max(1)));
        } else {
            self.push(" ");
        }
    }

    /// Tag, anchor and comment on the indicator's line, and its end.
    fn open_lines(&mut self, from: &Document, node: NodeId, around: &Around) {
        let (start, after) = (from.node(node).span.start, from.facts(node).after);
        if start < after {
            if !self.at_line_start() {
                self.push(" ");
            }
            self.push(&from.text[start..after]);
        }
        self.trail(around);
    }

    fn block_container(
        &mut self,
        from: &'a Document,
        node: NodeId,
        children: &[Child<'a>],
        place: Place,
        around: &Around,
    ) {
        let layout = self.layout(from, node);
        let column = self.column_for(from, node, place);
        let shift = Shift::columns(columns(layout.column), columns(column));
        let is_block = is_block_container(from, node);
        let lead_is_blank = around.hoisted || self.first_lead(children).is_none();
        let compact = lead_is_blank && self.may_be_compact(from, node, &layout, place, around);
        if compact {
            self.compact_gap(place, column);
        } else {
            self.open_lines(from, node, around);
            if is_block {
                self.copy(from, &from.text[layout.head.clone()], &shift, true);
            }
        }
        let sequence = is_sequence(from, node, children);
        let spaced =
            layout.slots.iter().skip(1).filter(|slot| starts_blank(&from.text[slot.lead.clone()])).count();
        let frame = Frame {
            column,
            sequence,
            spaced: spaced * 2 >= layout.slots.len().max(3) - 1,
            like: Some((from, node)),
        };
        for (position, child) in children.iter().enumerate() {
            let inline = compact && position == 0;
            self.block_child(child, position, &frame, inline, around.hoisted && position == 0);
        }
        if is_block {
            self.lines_behind(from, &from.text[layout.tail.clone()], &shift);
        }
    }

    /// Whole lines behind a value.
    pub(crate) fn lines_behind(&mut self, from: &Document, lines: &str, shift: &Shift) {
        if lines.is_empty() {
            return;
        }
        self.end_line();
        let lines = self.lines_to_follow(lines, shift).into_owned();
        self.copy(from, &lines, shift, true);
    }

    /// The lead of the first child, if it has a comment.
    fn first_lead(&mut self, children: &[Child<'a>]) -> Option<(&'a Document, &'a str, usize)> {
        let source = self.comments_source(&children.first()?.slot)?;
        let lead = &source.from.text[source.span().lead.clone()];
        (source.is_block() && has_comment(lead)).then_some((source.from, lead, source.layout.column))
    }

    pub(crate) fn source(
        &mut self,
        from: &'a Document,
        container: NodeId,
        index: usize,
    ) -> Option<Source<'a>> {
        let container = from.resolve(container);
        let layout = self.layout(from, container);
        (index < layout.slots.len()).then_some(Source { from, layout, container, index })
    }

    pub(crate) fn comments_source(&mut self, slot: &Slot<'a>) -> Option<Source<'a>> {
        match slot {
            Slot::Of { from, container, index } => self.source(from, *container, *index),
            Slot::Mixed { comments: (from, container, index), .. } => self.source(from, *container, *index),
            Slot::New(_) => None,
        }
    }

    pub(crate) fn key_source(&mut self, slot: &Slot<'a>) -> Option<Source<'a>> {
        match slot {
            Slot::Of { from, container, index } => self.source(from, *container, *index),
            Slot::Mixed { key: (from, container, index), .. } => self.source(from, *container, *index),
            Slot::New(_) => None,
        }
    }

    fn block_child(
        &mut self,
        child: &Child<'a>,
        position: usize,
        frame: &Frame<'a>,
        inline: bool,
        hoisted: bool,
    ) {
        let comments = self.comments_source(&child.slot);
        let key = self.key_source(&child.slot);
        if !inline {
            self.end_line();
        }
        if !hoisted && !inline {
            self.lead(comments.as_ref(), position, frame);
        }
        let hoisted_value = frame.sequence && !inline && self.hoist(&child.value, frame.column);
        if !inline {
            self.push(&" ".repeat(frame.column));
        }
        let owned = key.as_ref().is_some_and(|key| key.is_block() && key.owns(&child.value));
        if frame.sequence {
            self.push("-");
        } else {
            self.key(key.as_ref(), &child.slot, frame.column);
        }
        let around = Around {
            gap: self.gap(key.as_ref().filter(|key| key.is_block()), owned, frame.column),
            trail: trail_of(comments.as_ref(), owned),
            hoisted: hoisted_value,
            tagged: false,
        };
        let indicator = if frame.sequence { Indicator::Dash } else { Indicator::Colon };
        self.block_value(&child.value, Place { column: columns(frame.column), indicator }, &around);
    }

    /// Writes the comments above the first child of a value that will begin on the dash's line.
    fn hoist(&mut self, piece: &Piece<'a>, column: usize) -> bool {
        let Piece::Container { from, node, children } = piece else { return false };
        let layout = self.layout(from, from.resolve(*node));
        let place = Place { column: columns(column), indicator: Indicator::Dash };
        if !self.is_block_frame(from, *node)
            || !self.may_be_compact(from, *node, &layout, place, &Around::default())
        {
            return false;
        }
        let Some((lead_from, lead, lead_column)) = self.first_lead(children) else { return false };
        let shift = Shift::columns(columns(lead_column), columns(column));
        self.copy(lead_from, without_blank_lines(lead), &shift, true);
        true
    }

    /// Blank lines and comments above a child.
    fn lead(&mut self, source: Option<&Source<'a>>, position: usize, frame: &Frame<'a>) {
        let Some(source) = source else {
            if position > 0 && frame.spaced && !self.blanks_are_content() {
                self.push(self.line_break);
            }
            return;
        };
        let lead = &source.from.text[source.span().lead.clone()];
        let was_first = source.index == 0;
        if !source.is_block() {
            self.comment_lines(lead, frame.column);
            return;
        }
        let shift = Shift::columns(columns(source.layout.column), columns(frame.column));
        let text = match (position == 0, was_first) {
            (true, false) => without_blank_lines(lead),
            _ => lead,
        };
        let text = self.lines_to_follow(text, &shift).into_owned();
        let needs_blank = position > 0 && was_first && frame.spaced && !starts_blank(&text);
        if needs_blank && !self.blanks_are_content() {
            self.push(self.line_break);
        }
        self.copy(source.from, &text, &shift, true);
    }

    /// The comments that stood before a child in brackets, as lines.
    fn comment_lines(&mut self, lead: &str, column: usize) {
        for line in lead.lines().map(str::trim).filter(|line| line.starts_with('#')) {
            self.push(&" ".repeat(column));
            self.push(line);
            self.push(self.line_break);
        }
    }

    fn key(&mut self, source: Option<&Source<'a>>, slot: &Slot<'a>, column: usize) {
        if let Some(source) = source.filter(|source| source.is_block() && source.span().key.is_some()) {
            let span = source.span();
            let text = &source.from.text[span.start..span.indicator_end];
            let shift = Shift::columns(columns(source.layout.column), columns(column));
            self.copy(source.from, text, &shift, false);
            if !text.ends_with(':') {
                // `? key` without a colon.
                self.end_line();
                self.push(&" ".repeat(column));
                self.push(":");
            }
            return;
        }
        let text = match (source, slot) {
            (Some(source), _) => self.foreign_key(source),
            (None, Slot::New(Some(key))) => self.key_text(key),
            _ => String::new(),
        };
        self.push(&text);
        self.push(":");
    }

    fn foreign_key(&mut self, source: &Source<'a>) -> String {
        let Some(key) = source.span().key else { return String::new() };
        let text = source.from.node_text(key);
        if source.from.language == self.base.language && !text.contains('\n') {
            return text.to_owned();
        }
        self.key_text(&source.from.value(key))
    }

    pub(crate) fn key_text(&mut self, key: &Value) -> String {
        let double_quotes = self.habits().double_quotes;
        match quote::one_line(key, Context::Flow, None, double_quotes) {
            Some(text) => text,
            None => self.flow_text(key),
        }
    }

    /// What is between indicator and value: as it was, if that fits.
    fn gap(&self, source: Option<&Source<'a>>, owned: bool, column: usize) -> String {
        let Some(source) = source else { return " ".to_owned() };
        let span = source.span();
        let value = source.from.node(span.value);
        if is_block_container(source.from, span.value) || value.span.is_empty() {
            return " ".to_owned();
        }
        let gap = &source.from.text[span.indicator_end..value.span.start];
        if !owned && (gap.contains('\n') || gap.is_empty()) {
            return " ".to_owned();
        }
        let shift = Shift::columns(columns(source.layout.column), columns(column));
        let mut part = Writer::new(self.base);
        part.copy(source.from, gap, &shift, false);
        part.out
    }

    /// New data.
    fn block_new(
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
            self.push(if around.gap.contains('\n') { " " } else { &around.gap });
            let text = self.flow_text(value);
            self.push(&text);
            self.trail(around);
            return;
        }
        self.new_entries(&entries, like, place, around);
    }

    fn new_entries(
        &mut self,
        entries: &[(Option<&Value>, &Value)],
        like: Option<(&'a Document, NodeId)>,
        place: Place,
        around: &Around,
    ) {
        let sequence = entries.iter().all(|(key, _)| key.is_none());
        let frame = Frame { column: self.new_column(sequence, place), sequence, spaced: false, like };
        let compact = place.indicator == Indicator::Dash && !has_comment(&around.trail) && !around.tagged;
        if compact {
            self.compact_gap(place, frame.column);
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

    fn new_scalar(
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
        let literal = inner.as_str().and_then(quote::literal);
        if let Some((header, lines)) = literal {
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
        self.push(&text);
        self.trail(around);
    }

    fn new_literal(&mut self, header: &str, lines: &[&str], place: Place, around: &Around) {
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

/// A block container that is being written.
pub(crate) struct Frame<'a> {
    /// Of the children.
    column: usize,
    sequence: bool,
    /// Whether blank lines usually stand between the children.
    spaced: bool,
    /// A container whose children new ones follow.
    like: Option<(&'a Document, NodeId)>,
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

fn is_empty_root(document: &Document) -> bool {
    document.child_count(document.root) == 0
}

fn starts_blank(lead: &str) -> bool {
    lead.lines().next().is_some_and(|line| line.trim().is_empty())
}

/// The comment that ends the line: kept for any value, blanks without one only for the slot's own.
fn trail_of(source: Option<&Source<'_>>, owned: bool) -> String {
    let trail = source.map_or("", |source| &source.from.text[source.span().trail.clone()]);
    if owned || has_comment(trail) { trail.to_owned() } else { String::new() }
}

/// What a frame holds; one that is no container of its own (an alias) holds what its children say.
pub(crate) fn is_sequence(from: &Document, frame: NodeId, children: &[Child<'_>]) -> bool {
    let has_key = |child: &Child<'_>| match &child.slot {
        Slot::Of { from, container, index } | Slot::Mixed { key: (from, container, index), .. } => {
            from.key(*container, *index).is_some()
        }
        Slot::New(key) => key.is_some(),
    };
    match from.node(from.resolve(frame)).kind {
        NodeKind::Sequence(_) => true,
        NodeKind::Mapping(_) => false,
        _ => !children.iter().any(has_key),
    }
}
