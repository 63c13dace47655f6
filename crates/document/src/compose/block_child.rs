//! The children of a container in block style, each on lines of its own.

use crate::compose::place::{
    Around, Indicator, Place, Source, columns, has_comment, is_block_container, starts_blank,
};
use crate::compose::quote::{self, Context};
use crate::compose::writer::{Shift, Writer, without_blank_lines};
use crate::compose::{Child, Piece, Slot};
use crate::gap::{self, is_broken, past_break};
use crate::{Document, NodeId, Value};

/// A block container that is being written.
pub(crate) struct Frame {
    /// Of the children.
    pub(crate) column: usize,
    /// Whether they are items, not entries.
    pub(crate) sequence: bool,
    /// Whether blank lines usually stand between the children.
    pub(crate) spaced: bool,
}

impl<'a> Writer<'a> {
    /// The lead of the first child, if it has a comment.
    pub(crate) fn first_lead(&mut self, children: &[Child<'a>]) -> Option<(&'a Document, &'a str, usize)> {
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
            Slot::Of { from, container, index } | Slot::Mixed { comments: (from, container, index), .. } => {
                self.source(from, *container, *index)
            }
            Slot::New(_) => None,
        }
    }

    pub(crate) fn key_source(&mut self, slot: &Slot<'a>) -> Option<Source<'a>> {
        match slot {
            Slot::Of { from, container, index } | Slot::Mixed { key: (from, container, index), .. } => {
                self.source(from, *container, *index)
            }
            Slot::New(_) => None,
        }
    }

    pub(crate) fn block_child(
        &mut self,
        child: &Child<'a>,
        position: usize,
        frame: &Frame,
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
            self.indent(key.as_ref(), frame.column);
        }
        let owned = key.as_ref().is_some_and(|key| key.is_block() && key.owns(&child.value));
        if frame.sequence {
            self.push("-");
        } else {
            let empty =
                matches!(&child.value, Piece::Copy { from, node } if from.node(*node).span.is_empty());
            self.key(key.as_ref(), &child.slot, frame.column, owned && empty);
        }
        let around = Around {
            gap: self.gap(key.as_ref().filter(|key| key.is_block()), owned, frame.column),
            trail: trail_of(comments.as_ref(), owned),
            line_break: self.own_line_break(comments.as_ref(), owned),
            hoisted: hoisted_value,
            tagged: false,
        };
        let indicator = if frame.sequence { Indicator::Dash } else { Indicator::Colon };
        self.block_value(&child.value, Place { column: columns(frame.column), indicator }, &around);
    }

    /// The blanks before a child: its own where its column stays, for they may be tabs.
    fn indent(&mut self, source: Option<&Source<'a>>, column: usize) {
        let own = source.filter(|source| source.is_block() && source.layout.column == column);
        let blanks = own.map(|source| &source.from.text[source.span().lead.end..source.span().start]);
        match blanks.filter(|blanks| blanks.len() == column) {
            Some(blanks) => self.push(blanks),
            None => self.push(&" ".repeat(column)),
        }
    }

    /// Writes the comments above the first child of a value that will begin on the dash's line.
    pub(crate) fn hoist(&mut self, piece: &Piece<'a>, column: usize) -> bool {
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
    pub(crate) fn lead(&mut self, source: Option<&Source<'a>>, position: usize, frame: &Frame) {
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
    pub(crate) fn comment_lines(&mut self, lead: &str, column: usize) {
        for line in gap::lines(lead).map(str::trim).filter(|line| line.starts_with('#')) {
            self.push(&" ".repeat(column));
            self.push(line);
            self.push(self.line_break);
        }
    }

    pub(crate) fn key(&mut self, source: Option<&Source<'a>>, slot: &Slot<'a>, column: usize, bare: bool) {
        if let Some(source) = source.filter(|source| source.is_block() && source.span().key.is_some()) {
            let span = source.span();
            let text = &source.from.text[span.start..span.indicator_end];
            let shift = Shift::columns(columns(source.layout.column), columns(column));
            self.copy(source.from, text, &shift, false);
            if !text.ends_with(':') && !bare {
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

    pub(crate) fn foreign_key(&mut self, source: &Source<'a>) -> String {
        let Some(key) = source.span().key else { return String::new() };
        let text = source.from.node_text(key);
        if source.from.language == self.base.language && !is_broken(text) {
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

    /// The line break behind a value that stays where it is.
    pub(crate) fn own_line_break(&self, source: Option<&Source<'a>>, owned: bool) -> String {
        let Some(source) = source.filter(|source| owned && std::ptr::eq(source.from, self.base)) else {
            return String::new();
        };
        let (text, end) = (source.from.text.as_str(), source.span().trail.end);
        text[end..past_break(text, end)].to_owned()
    }

    /// What is between indicator and value: as it was, if that fits.
    pub(crate) fn gap(&self, source: Option<&Source<'a>>, owned: bool, column: usize) -> String {
        let Some(source) = source else { return " ".to_owned() };
        let span = source.span();
        let value = source.from.node(span.value);
        let bare = value.span.start >= source.from.facts(span.value).after;
        if is_block_container(source.from, span.value) && bare || value.span.is_empty() {
            return " ".to_owned();
        }
        let gap = &source.from.text[span.indicator_end..value.span.start];
        if !owned && (is_broken(gap) || gap.is_empty()) {
            return " ".to_owned();
        }
        let shift = Shift::columns(columns(source.layout.column), columns(column));
        let mut part = Writer::new(self.base);
        part.copy(source.from, gap, &shift, false);
        part.out
    }
}

/// The comment that ends the line: kept for any value, blanks without one only for the slot's own.
fn trail_of(source: Option<&Source<'_>>, owned: bool) -> String {
    let trail = source.map_or("", |source| &source.from.text[source.span().trail.clone()]);
    if owned || has_comment(trail) { trail.to_owned() } else { String::new() }
}
