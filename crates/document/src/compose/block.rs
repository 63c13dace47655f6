//! Values in block style: what follows a colon, a dash or nothing.

use crate::block_scalar::Header;
use crate::compose::block_child::Frame;
use crate::compose::place::{
    Around, Indicator, Place, columns, has_comment, indicator_of, is_block_container, is_empty_root,
    is_sequence, parent_column, starts_blank,
};
use crate::compose::writer::{Shift, Writer, block_header, block_indent};
use crate::compose::{Child, Piece};
use crate::gap::{is_broken, line_break, line_start};
use crate::layout::{Layout, bracketed};
use crate::{Document, NodeId, NodeKind, Style, extent};

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
                self.flow_container(from, *node, children, false);
                self.trail(around);
            }
            Piece::Value { value, like } => self.block_new(value, *like, place, around),
        }
    }

    /// An empty container that gets children is written as the rest of the file is: in block style, unless
    /// the file's own root is in brackets.
    pub(crate) fn is_block_frame(&self, from: &Document, node: NodeId) -> bool {
        let frame = from.node(node);
        let empty = from.child_count(node) == 0;
        let root_in_brackets =
            self.base.node(self.base.root).style == Style::Flow && !is_empty_root(self.base);
        frame.style == Style::Block || (empty && !root_in_brackets)
    }

    pub(crate) fn trail(&mut self, around: &Around) {
        self.push(&around.trail);
        if around.line_break.is_empty() || self.at_line_start() || self.unbroken.is_some() {
            self.end_value();
        } else {
            self.push(&around.line_break);
        }
    }

    /// A scalar, an alias or a container in brackets.
    pub(crate) fn inline_copy(&mut self, from: &'a Document, node: NodeId, place: Place, around: &Around) {
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

    pub(crate) fn block_scalar_copy(
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
            self.mark_block_scalar(header, indent, from.text[..line_end].ends_with(['\n', '\r']));
        } else {
            self.copy_with_end(from, span.start..line_end, fit, false, node);
        }
    }

    /// A container that lost its last child.
    pub(crate) fn emptied(&mut self, from: &'a Document, node: NodeId, place: Place, around: &Around) {
        let resolved = from.resolve(node);
        let layout = self.layout(from, resolved);
        self.push(if is_broken(&around.gap) { " " } else { &around.gap });
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

    /// Tag and anchor, with the blanks behind them.
    pub(crate) fn properties(&mut self, from: &Document, node: NodeId) {
        let (start, facts) = (from.node(node).span.start, from.facts(node));
        if start < facts.after {
            // What stands before it on its line tells whether lines below may stay as they are.
            let is_there = self.current_line() == &from.text[line_start(&from.text, start)..start];
            self.push(&from.text[start..facts.after]);
            let gap = &from.text[facts.after..facts.content];
            let stays = bracketed(from, node) && (is_there || !gap.contains(['\n', '\r']));
            self.push(if stays { gap } else { " " });
        }
    }

    /// The column for the children of a block container from elsewhere.
    pub(crate) fn column_for(&mut self, from: &Document, node: NodeId, place: Place) -> usize {
        let sequence = matches!(from.node(from.resolve(node)).kind, NodeKind::Sequence(_));
        let source = indicator_of(from, node);
        if is_block_container(from, node) && source == place.indicator {
            let column = columns(extent::column(from, node));
            let outer = match source {
                Indicator::Root => place.column,
                _ => parent_column(from, node),
            };
            return usize::try_from(place.column + column - outer).unwrap_or(0);
        }
        self.new_column(sequence, place)
    }

    pub(crate) fn new_column(&mut self, sequence: bool, place: Place) -> usize {
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
    pub(crate) fn may_be_compact(
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
    pub(crate) fn block_copy(&mut self, from: &'a Document, node: NodeId, place: Place, around: &Around) {
        let layout = self.layout(from, node);
        let column = self.column_for(from, node, place);
        let shift = Shift::columns(columns(layout.column), columns(column));
        let first_lead = layout.slots.first().map_or(0..0, |slot| slot.lead.clone());
        let lead_is_blank = around.hoisted || !has_comment(&from.text[first_lead]);
        let end = from.facts(node).end;
        if lead_is_blank && self.may_be_compact(from, node, &layout, place, around) {
            self.compact_gap(Some((from, node)), place, column);
            self.copy_with_end(from, from.facts(node).content..end, &shift, false, node);
        } else {
            self.open_lines(from, node, around);
            if layout.compact {
                self.push(&" ".repeat(column));
                self.copy_with_end(from, from.facts(node).content..end, &shift, false, node);
            } else {
                self.copy_with_end(from, layout.head.start..end, &shift, true, node);
            }
        }
        self.end_value();
    }

    /// The blanks between a dash, or the colon below a `?`, and the first child on its line: as they were where
    /// as many are to be there, for they may be tabs.
    pub(crate) fn compact_gap(&mut self, was: Option<(&Document, NodeId)>, place: Place, column: usize) {
        let indicator = usize::try_from(place.column).unwrap_or(0);
        let width = column.saturating_sub(indicator + 1).max(1);
        let own = was.filter(|(from, node)| is_block_container(from, *node)).map(|(from, node)| {
            let before = &from.text[..from.facts(node).content];
            &before[before.trim_end_matches([' ', '\t']).len()..]
        });
        match own.filter(|own| own.len() == width) {
            Some(own) => self.push(own),
            None => self.push(&" ".repeat(width)),
        }
    }

    /// Tag and anchor, on the indicator's line or where they stood on one of their own, the comment behind
    /// them, and the line's end.
    pub(crate) fn open_lines(&mut self, from: &Document, node: NodeId, around: &Around) {
        let (start, after) = (from.node(node).span.start, from.facts(node).after);
        if start < after {
            if is_broken(&around.gap) || !self.at_line_start() {
                self.push(&around.gap);
            }
            self.push(&from.text[start..after]);
        }
        self.trail(around);
    }

    pub(crate) fn block_container(
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
            self.compact_gap(Some((from, node)), place, column);
        } else {
            self.open_lines(from, node, around);
            if is_block {
                self.copy(from, &from.text[layout.head.clone()], &shift, true);
            }
        }
        let sequence = is_sequence(from, node, children);
        let spaced =
            layout.slots.iter().skip(1).filter(|slot| starts_blank(&from.text[slot.lead.clone()])).count();
        let frame = Frame { column, sequence, spaced: spaced * 2 >= layout.slots.len().max(3) - 1 };
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
}
