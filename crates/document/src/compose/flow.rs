//! Pieces in brackets: JSON, and flow style of YAML.

use std::rc::Rc;

use crate::compose::place::{Source, is_sequence};
use crate::compose::quote::{self, Context};
use crate::compose::writer::{Shift, Writer};
use crate::compose::{Child, Piece, Slot};
use crate::gap::is_broken;
use crate::habits::line_indent;
use crate::layout::{Layout, bracketed};
use crate::{Document, Language, NodeId, NodeKind, Style, Value};

/// A container in brackets that is being written.
struct FlowFrame<'a> {
    from: &'a Document,
    layout: Rc<Layout>,
    /// Where the opening bracket stands.
    open: usize,
    /// The blanks before the line of the opening bracket, and before each child's line.
    indent: String,
    child_indent: String,
    /// Whether children stand on lines of their own.
    multi_line: bool,
    /// Between the opening bracket and the first child, on one line.
    open_gap: String,
    /// Before each further child, on one line.
    gap: String,
    /// Whether blank lines usually stand between the children.
    spaced: bool,
    /// Whether it stands as far in as it did in the base: then its children's lines stay as they are.
    stays: bool,
}

impl FlowFrame<'_> {
    /// Whether a comma follows the last child.
    fn has_last_comma(&self) -> bool {
        self.layout.slots.last().is_some_and(|slot| slot.comma)
    }
}

impl<'a> Writer<'a> {
    /// A value in brackets, in the place where the text ends; with `stays` its lines are indented as they are.
    pub(crate) fn flow_value(&mut self, piece: &Piece<'a>, stays: bool) {
        match piece {
            Piece::Copy { from, node } => self.flow_copy(from, *node, stays),
            Piece::Container { from, node, children } => self.flow_container(from, *node, children, stays),
            Piece::Value { value, like } => {
                let style = like.map(|(from, node)| from.node(from.resolve(node)).style);
                let scalar = quote::one_line(value, self.flow_context(), style, self.habits().double_quotes);
                let text = scalar.unwrap_or_else(|| {
                    let single = like.filter(|(from, node)| is_single_line(from, from.resolve(*node)));
                    if single.is_some() { self.single_line_text(value) } else { self.flow_text(value) }
                });
                self.push(&text);
            }
        }
    }

    fn flow_context(&self) -> Context {
        if self.base.language == Language::Json { Context::Json } else { Context::Flow }
    }

    fn flow_copy(&mut self, from: &'a Document, node: NodeId, stays: bool) {
        let text = from.node_text(node);
        if from.language != self.base.language || !fits_in_brackets(from, node) {
            let text = self.flow_text(&from.value(node));
            self.push(&text);
            return;
        }
        let bare = !stays
            && !bracketed(from, node)
            && from.node(node).style == Style::Flow
            && self.out.trim_end().ends_with(':');
        if bare {
            self.push("{");
        }
        if is_broken(text) && !stays {
            let shift =
                Shift::new(line_indent(&from.text, from.node(node).span.start), &self.current_indent());
            self.copy(from, text, &shift, false);
        } else {
            self.push(text);
        }
        if bare {
            self.push("}");
        }
    }

    /// A container in brackets around new children; a frame in block style gives nothing but what it is.
    pub(crate) fn flow_container(
        &mut self,
        from: &'a Document,
        node: NodeId,
        children: &[Child<'a>],
        stays: bool,
    ) {
        let sequence = is_sequence(from, node, children);
        let resolved = from.resolve(node);
        let is_flow = from.node(resolved).style == Style::Flow && from.language == self.base.language;
        if resolved == node {
            self.properties(from, node);
        }
        let frame = self.flow_frame(from, resolved, is_flow, stays);
        let brackets = if sequence { ("[", "]") } else { ("{", "}") };
        // The braces of a single pair in a list may be left out, as they were.
        let in_list = stays || self.out.trim_end().ends_with(['[', ',']);
        let bare = is_flow && !bracketed(from, resolved) && children.len() == 1 && in_list;
        self.push(if bare { "" } else { brackets.0 });
        for (position, child) in children.iter().enumerate() {
            self.flow_child(child, position, position + 1 == children.len(), sequence, &frame);
        }
        self.flow_tail(&frame, children.is_empty(), is_flow);
        self.push(if bare { "" } else { brackets.1 });
    }

    fn flow_frame(&mut self, from: &'a Document, node: NodeId, is_flow: bool, stays: bool) -> FlowFrame<'a> {
        let layout = if is_flow { self.layout(from, node) } else { Rc::new(Layout::empty()) };
        let text = from.text.as_str();
        let lead_breaks = |slot: &crate::ChildSpan| is_broken(&text[slot.lead.clone()]);
        let multi_line = if layout.slots.is_empty() {
            self.habits().multi_line
        } else {
            layout.slots.iter().any(lead_breaks)
        };
        let several_lines = multi_line || is_broken(&text[layout.tail.clone()]);
        let outer = line_indent(text, from.facts(node).content);
        let stays = stays || std::ptr::eq(from, self.base) && is_flow && self.current_indent() == outer;
        let indent = if stays { outer.to_owned() } else { self.current_indent() };
        let (indent, child_indent) =
            if several_lines { self.flow_indents(from, node, &layout, indent) } else { Default::default() };
        let first = layout.slots.first();
        let no_comment = |lead: &&str| !lead.contains(['#', '/', '\n', '\r']);
        let open_gap = first.map(|slot| &text[slot.lead.clone()]).filter(no_comment).unwrap_or_default();
        let gap = layout.slots.get(1).map(|slot| &text[slot.lead.clone()]).filter(no_comment).unwrap_or(" ");
        let blank =
            layout.slots.iter().skip(1).filter(|slot| text[slot.lead.clone()].matches('\n').count() > 1);
        let spaced = blank.count() * 2 >= layout.slots.len().max(3) - 1;
        FlowFrame {
            from,
            open: from.facts(node).content,
            indent,
            child_indent,
            multi_line,
            open_gap: open_gap.to_owned(),
            gap: gap.to_owned(),
            spaced,
            stays,
            layout,
        }
    }

    /// The blanks before the frame's own line and before its children's lines.
    fn flow_indents(
        &mut self,
        from: &Document,
        node: NodeId,
        layout: &Layout,
        indent: String,
    ) -> (String, String) {
        let on_own_line = layout.slots.iter().find(|slot| is_broken(&from.text[slot.lead.clone()]));
        let child_indent = match on_own_line {
            None => format!("{indent}{}", self.habits().unit),
            Some(slot) => {
                let outer = line_indent(&from.text, from.facts(node).content);
                let inner = line_indent(&from.text, slot.start);
                match inner.strip_prefix(outer) {
                    Some(step) => format!("{indent}{step}"),
                    None => inner.to_owned(),
                }
            }
        };
        (indent, child_indent)
    }

    fn flow_child(
        &mut self,
        child: &Child<'a>,
        position: usize,
        last: bool,
        sequence: bool,
        frame: &FlowFrame<'a>,
    ) {
        let comments = self.comments_source(&child.slot);
        let key = self.key_source(&child.slot);
        self.flow_lead(comments.as_ref(), position, frame);
        if !sequence {
            self.flow_key(key.as_ref(), child);
        }
        let is_own =
            |source: &Source<'_>| source.owns(&child.value) && Rc::ptr_eq(&source.layout, &frame.layout);
        self.flow_value(&child.value, frame.stays && key.as_ref().is_some_and(is_own));
        let source =
            comments.filter(|source| !source.is_block() && source.from.language == self.base.language);
        let Some(source) = source else {
            if !last || frame.has_last_comma() {
                self.push(",");
            }
            return;
        };
        let (text, span) = (source.from.text.as_str(), source.span());
        let value_end = source.from.node(span.value).span.end.max(span.indicator_end);
        // Between the value and its comma.
        if span.comma {
            self.push(&text[value_end..span.trail.start - 1]);
        }
        if !last || frame.has_last_comma() {
            self.push(",");
        }
        self.push(&text[span.trail.clone()]);
    }

    /// What is before a child: line break and indentation, or a blank, with its comments.
    fn flow_lead(&mut self, source: Option<&Source<'a>>, position: usize, frame: &FlowFrame<'a>) {
        let own_line = format!("{}{}", self.line_break, frame.child_indent);
        let (plain_first, plain) = if frame.multi_line {
            (own_line.as_str(), own_line.as_str())
        } else {
            (frame.open_gap.as_str(), frame.gap.as_str())
        };
        let plain = if position == 0 { plain_first } else { plain };
        let source = source.filter(|source| !source.is_block() && source.from.language == self.base.language);
        let Some(source) = source else {
            if position > 0 && frame.multi_line && frame.spaced {
                self.push(self.line_break);
            }
            self.push(plain);
            return;
        };
        let lead = &source.from.text[source.span().lead.clone()];
        let commented = !lead.trim().is_empty();
        let broken = is_broken(lead);
        let moved_to_or_from_first = (position == 0) != (source.index == 0);
        let in_frame = std::ptr::eq(source.from, frame.from) && Rc::ptr_eq(&source.layout, &frame.layout);
        let in_place = in_frame && !moved_to_or_from_first;
        let keep = commented || (broken && frame.multi_line) || in_place;
        if !keep {
            self.push(plain);
            return;
        }
        if moved_to_or_from_first
            && frame.multi_line
            && position > 0
            && frame.spaced
            && !starts_with_blank_line(lead)
        {
            self.push(self.line_break);
        }
        let lead = if position == 0 && moved_to_or_from_first { without_blank_lines(lead) } else { lead };
        let from_indent = if broken { source_indent(source) } else { "" };
        let to_indent = if frame.multi_line { frame.child_indent.clone() } else { self.current_indent() };
        if !commented && broken && !in_frame && from_indent != to_indent {
            lead.matches('\n').skip(1).for_each(|_| self.push(self.line_break));
            self.push(&own_line);
            return;
        }
        let shift = if broken { Shift::new(from_indent, &to_indent) } else { Shift::new("", "") };
        if frame.multi_line && !broken && commented && !in_place {
            self.push(&own_line);
            self.copy(source.from, lead.trim_start(), &shift, false);
        } else {
            self.copy(source.from, lead, &shift, false);
        }
    }

    fn flow_key(&mut self, source: Option<&Source<'a>>, child: &Child<'a>) {
        let usable = source.filter(|source| source.from.language == self.base.language);
        if let Some(source) = usable.filter(|source| !source.is_block() && source.span().key.is_some()) {
            let span = source.span();
            let value_start = source.from.node(span.value).span.start;
            let owned = source.owns(&child.value);
            let key = &source.from.text[span.start..span.indicator_end];
            self.push(key);
            if !key.ends_with(':') && !owned {
                self.push(":");
            }
            let gap = &source.from.text[span.indicator_end..value_start.max(span.indicator_end)];
            if owned || !gap.is_empty() && !is_broken(gap) {
                self.push(gap);
            } else if is_broken(gap) || self.base.language == Language::Yaml {
                self.push(" ");
            }
            return;
        }
        let key = match (source, &child.slot) {
            (Some(source), _) => source.span().key.map(|key| source.from.value(key)),
            (None, Slot::New(key)) => key.clone(),
            _ => None,
        };
        let text = key.map(|key| self.flow_key_text(&key)).unwrap_or_default();
        self.push(&text);
        let colon = self.habits().colon.clone();
        self.push(if self.base.language == Language::Json { &colon } else { ": " });
    }

    fn flow_key_text(&mut self, key: &Value) -> String {
        match self.base.language {
            Language::Json => quote::json_string(&key.to_key()),
            Language::Yaml => self.key_text(key),
        }
    }

    fn flow_tail(&mut self, frame: &FlowFrame<'a>, empty: bool, is_flow: bool) {
        let tail = if is_flow { &frame.from.text[frame.layout.tail.clone()] } else { "" };
        if empty {
            if !tail.trim().is_empty() {
                self.push(tail);
            }
            return;
        }
        let was_empty = frame.layout.slots.is_empty();
        if frame.multi_line && (was_empty || !is_broken(tail)) && (was_empty || tail.trim().is_empty()) {
            let first_breaks =
                frame.layout.slots.first().is_none_or(|slot| is_broken(&frame.from.text[slot.lead.clone()]));
            if first_breaks && was_empty {
                self.push(self.line_break);
                let indent = frame.indent.clone();
                self.push(&indent);
                return;
            }
        }
        let shift = if is_broken(tail) {
            Shift::new(line_indent(&frame.from.text, frame.open), &frame.indent)
        } else {
            Shift::new("", "")
        };
        self.copy(frame.from, tail, &shift, false);
    }

    /// New data in brackets at the place where the text ends.
    pub(crate) fn flow_text(&mut self, value: &Value) -> String {
        let habits = self.habits();
        if !habits.multi_line {
            return self.single_line_text(value);
        }
        let indent = self.current_indent();
        let mut out = String::new();
        self.multi_line_text(value, &indent, &mut out);
        out
    }

    fn multi_line_text(&mut self, value: &Value, indent: &str, out: &mut String) {
        let entries = entries(value);
        if entries.is_empty() {
            out.push_str(&self.single_line_text(value));
            return;
        }
        let habits = self.habits();
        let inner = format!("{indent}{}", habits.unit);
        let (open, close) = brackets(value);
        out.push(open);
        for (position, (key, item)) in entries.iter().enumerate() {
            if position > 0 {
                out.push(',');
            }
            out.push_str(self.line_break);
            out.push_str(&inner);
            if let Some(key) = key {
                out.push_str(&self.flow_key_text(key));
                out.push_str(&habits.colon);
            }
            self.multi_line_text(item, &inner, out);
        }
        out.push_str(self.line_break);
        out.push_str(indent);
        out.push(close);
    }

    fn single_line_text(&mut self, value: &Value) -> String {
        let (context, double_quotes) = (self.flow_context(), self.habits().double_quotes);
        if let Some(text) = quote::one_line(value, context, None, double_quotes) {
            return text;
        }
        if let Value::Tagged(tag, inner) = value {
            return format!("{} {}", quote::tag_text(tag), self.single_line_text(inner));
        }
        // A file that writes `{"a":1}` writes no blank after commas either.
        let tight = self.base.language == Language::Json && self.habits().colon == ":";
        let parts: Vec<String> = entries(value)
            .iter()
            .map(|(key, item)| {
                let item = self.single_line_text(item);
                match key {
                    Some(key) if tight => format!("{}:{item}", self.flow_key_text(key)),
                    Some(key) => format!("{}: {item}", self.flow_key_text(key)),
                    None => item,
                }
            })
            .collect();
        let (open, close) = brackets(value);
        format!("{open}{}{close}", parts.join(if tight { "," } else { ", " }))
    }
}

/// The blanks before the lines of the children around a child, as its container usually has them: what one
/// child has more or less than the others it keeps.
fn source_indent<'s>(source: &'s Source<'_>) -> &'s str {
    let text = source.from.text.as_str();
    let broken = source.layout.slots.iter().find(|slot| is_broken(&text[slot.lead.clone()]));
    broken.map_or("", |slot| line_indent(text, slot.start))
}

fn entries(value: &Value) -> Vec<(Option<&Value>, &Value)> {
    match value {
        Value::Sequence(items) => items.iter().map(|item| (None, item)).collect(),
        Value::Mapping(entries) => entries.iter().map(|(key, value)| (Some(key), value)).collect(),
        _ => Vec::new(),
    }
}

fn brackets(value: &Value) -> (char, char) {
    if matches!(value, Value::Sequence(_)) { ('[', ']') } else { ('{', '}') }
}

fn is_single_line(from: &Document, node: NodeId) -> bool {
    from.node(node).style == Style::Flow && from.child_count(node) > 0 && !is_broken(from.node_text(node))
}

/// Whether a node's own text may stand in brackets.
fn fits_in_brackets(from: &Document, node: NodeId) -> bool {
    let info = from.node(node);
    let in_flow = info.parent.is_some_and(|parent| from.node(parent).style == Style::Flow);
    match info.style {
        Style::Literal | Style::Folded | Style::Block => false,
        Style::Plain => {
            let text = from.node_text(node);
            in_flow
                || matches!(info.kind, NodeKind::Alias(_))
                || !text.contains([',', '[', ']', '{', '}', '\n', ':'])
        }
        _ => true,
    }
}

fn starts_with_blank_line(lead: &str) -> bool {
    let rest = lead.trim_start_matches([' ', '\t', '\r']);
    rest.strip_prefix('\n').is_some_and(|rest| rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n'))
}

/// A lead with one line break before what it holds.
fn without_blank_lines(lead: &str) -> &str {
    let blank = lead.len() - lead.trim_start().len();
    let breaks = &lead[..blank];
    match breaks.rmatch_indices('\n').next() {
        Some((at, _)) => {
            let start = if breaks[..at].ends_with('\r') { at - 1 } else { at };
            &lead[start..]
        }
        None => lead,
    }
}
