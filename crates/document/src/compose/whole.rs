//! The outermost piece: what is before and behind the root stays.

use crate::compose::place::{Around, Indicator, Place};
use crate::compose::writer::{Shift, Writer};
use crate::compose::{Child, Piece};
use crate::gap::{self, line_break, line_start, past_break};
use crate::layout::Layout;
use crate::{Document, Language, NodeId, NodeKind, Style};

const ROOT: Place = Place { column: -1, indicator: Indicator::Root };

impl<'a> Writer<'a> {
    /// The text of a whole file.
    pub(crate) fn document(&mut self, root: &Piece<'a>) {
        match root {
            Piece::Copy { from, node } if *node == from.root => self.push(&from.text),
            Piece::Container { from, node, children }
                if matches!(from.node(*node).kind, NodeKind::Stream(_)) =>
            {
                self.stream(from, *node, children);
            }
            Piece::Container { from, node, .. } if *node == from.root => self.framed(from, root),
            _ => self.framed(self.base, root),
        }
    }

    /// A root between what is around the root of `frame`.
    fn framed(&mut self, frame: &'a Document, root: &Piece<'a>) {
        let node = frame.root;
        if matches!(frame.node(node).kind, NodeKind::Stream(_)) {
            // A file without a document: comments at most.
            self.push(&frame.text);
            self.end_line();
            self.root_value(frame, None, root);
            return;
        }
        let facts = frame.facts(node);
        self.push(&frame.text[..facts.after.min(frame.node(node).span.start)]);
        self.root_value(frame, Some(node), root);
        match self.base.language {
            Language::Json => self.push(&frame.text[facts.end..]),
            Language::Yaml => self.lines_behind(frame, &frame.text[facts.end..], &Shift::new("", "")),
        }
    }

    /// A document's root behind its opening.
    fn root_value(&mut self, frame: &'a Document, own: Option<NodeId>, root: &Piece<'a>) {
        let around = own.map_or_else(Around::default, |own| root_around(frame, own));
        if self.base.language == Language::Json {
            self.push(&around.gap);
            self.flow_value(root, false);
            self.push(&around.trail);
            return;
        }
        self.block_value(root, ROOT, &around);
    }

    fn stream(&mut self, from: &'a Document, node: NodeId, children: &[Child<'a>]) {
        for (position, child) in children.iter().enumerate() {
            let source = self.comments_source(&child.slot);
            let Some(source) = source else {
                self.end_line();
                if position > 0 {
                    self.push("---");
                    self.push(self.line_break);
                }
                self.root_value(from, None, &child.value);
                continue;
            };
            let (document, span) = (source.from, source.span());
            let separator = &document.text[span.lead.clone()];
            if position > 0 {
                self.end_line();
            }
            self.copy(document, separator, &Shift::new("", ""), false);
            if position > 0 && !gap::lines(separator).any(is_marker) {
                self.end_line();
                self.push("---");
                self.push(self.line_break);
            }
            let owned = source.owns(&child.value);
            match &child.value {
                Piece::Copy { from, node } if owned => {
                    let range = span.start..from.facts(*node).end;
                    self.copy_with_end(from, range, &Shift::new("", ""), false, *node);
                }
                value => {
                    let root = document.node(span.value).span.start;
                    if root < document.facts(span.value).after {
                        // Comments, and the line that tag and anchor stand on.
                        self.push(&document.text[span.start..root]);
                    }
                    self.root_value(document, Some(span.value), value);
                }
            }
        }
        let layout: std::rc::Rc<Layout> = self.layout(from, node);
        let tail = &from.text[layout.tail.clone()];
        self.lines_behind(from, tail, &Shift::new("", ""));
    }
}

/// Whether a line ends a document or begins one.
fn is_marker(line: &str) -> bool {
    line.starts_with("---") || line.starts_with("...")
}

/// What is on the root's own line around it.
fn root_around(frame: &Document, root: NodeId) -> Around {
    let (text, node, facts) = (frame.text.as_str(), frame.node(root), frame.facts(root));
    let block = node.style == Style::Block;
    let has_properties = node.span.start < facts.after;
    let gap_start = if has_properties { node.span.start } else { facts.after };
    if frame.language == Language::Json || !block {
        let gap = text[gap_start..node.span.start].to_owned();
        let trail = text[node.span.end..facts.end].trim_end_matches(['\n', '\r']);
        return Around {
            gap,
            trail: trail.to_owned(),
            line_break: text[node.span.end + trail.len()..facts.end].to_owned(),
            ..Around::default()
        };
    }
    let own_line = line_start(text, facts.after) == facts.after;
    let compact = line_start(text, facts.content) == line_start(text, facts.after);
    let line_end = if own_line || compact { facts.after } else { line_break(text, facts.after) };
    Around {
        gap: if own_line || has_properties { String::new() } else { " ".to_owned() },
        trail: text[facts.after..line_end].to_owned(),
        line_break: text[line_end..past_break(text, line_end)].to_owned(),
        ..Around::default()
    }
}
