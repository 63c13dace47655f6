//! Reads a YAML text of which other documents already have most.
//!
//! The versions of a file that are merged, and what comes of it, are equal but for a few lines, and parsing is
//! most of the work. So the text is [cut](super::cut) at lines where an entry of a list or mapping begins, and
//! what another document has in the same words is copied from its arena; only the rest is parsed, stretch by
//! stretch.
//!
//! Why that gives the same nodes: in block style all that a scanner knows at the start of a line is which
//! containers are open, at which columns, and whether it is inside a scalar or brackets. A stretch that ends
//! inside of quotes or brackets is no YAML by itself. A block or plain scalar goes on only where the line is
//! deeper than the innermost container, and the next stretch begins at the column of an open one. An indented
//! line closes the containers that are deeper than itself, and has to find one of its column and kind. What is
//! copied is a whole entry there and is bounded by the same rule here. What reaches across entries forbids it:
//! anchors, directives, several documents. Whatever is not as it has to be makes all of it be read as a whole,
//! errors among it, so they are told as ever.

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Parser, StructureStyle};

use crate::arena::Sort;
use crate::extent;
use crate::parse::cut::{self, Cut};
use crate::parse::mend::Mended;
use crate::parse::yaml::{Reader, options};
use crate::{Document, Language, NodeId, NodeKind, Style};

/// Reads a text with what others have of it; `None` where it has to be read as a whole, or that is as fast.
pub(crate) fn parse(text: &str, known: &[&Document]) -> Option<Document> {
    parse_cut(text, known, cut::level(text))
}

/// As [`parse`], cut at entries no deeper than `level`.
fn parse_cut(text: &str, known: &[&Document], level: usize) -> Option<Document> {
    let cuts = cut::cuts(text, level)?;
    let stretches = Stretches::of(known, level);
    let found: Vec<Option<Entry<'_>>> =
        cuts.iter().enumerate().map(|(at, cut)| stretches.find(text, *cut, cuts.get(at + 1))).collect();
    let copied: usize = found.iter().flatten().map(|entry| entry.text.len()).sum();
    if copied * 4 < text.len() {
        return None;
    }
    let mended = Mended::new(text);
    let mut sewing = Sewing { text, reader: Reader::new(text, 0, &mended), copied: Vec::new() };
    sewing.read(0..cuts.first()?.start, None)?;
    for (at, cut) in cuts.iter().enumerate() {
        sewing.leave_deeper(*cut)?;
        match &found[at] {
            Some(entry) => sewing.copy(*cut, entry)?,
            None => sewing.read(cut.start..end(text, cuts.get(at + 1)), Some(*cut))?,
        }
    }
    sewing.finish()
}

/// Where the stretch before a cut ends.
fn end(text: &str, next: Option<&Cut>) -> usize {
    next.map_or(text.len(), |next| next.start)
}

/// An entry of another document.
#[derive(Clone, Debug)]
struct Entry<'d> {
    document: &'d Document,
    text: Range<usize>,
    nodes: Range<u32>,
}

/// The stretches of the known documents by their text.
struct Stretches<'d>(HashMap<&'d str, (&'d Document, Cut)>);

impl<'d> Stretches<'d> {
    fn of(known: &[&'d Document], level: usize) -> Self {
        let mut by_text = HashMap::new();
        // A repeated key inside a copy would not be told.
        for document in known.iter().filter(|document| document.repeated.is_none() && is_single(document)) {
            let text = document.text.as_str();
            let cuts = cut::cuts(text, level).unwrap_or_default();
            by_text.reserve(cuts.len());
            for (at, cut) in cuts.iter().enumerate() {
                by_text.entry(&text[cut.start..end(text, cuts.get(at + 1))]).or_insert((*document, *cut));
            }
        }
        Self(by_text)
    }

    fn find(&self, text: &str, cut: Cut, next: Option<&Cut>) -> Option<Entry<'d>> {
        let stretch = &text[cut.start..end(text, next)];
        if next.is_some_and(|next| cut.reaches_into(next)) {
            return None;
        }
        let (document, known) = self.0.get(stretch)?;
        entry(document, *known, known.start..known.start + stretch.len())
    }
}

/// Whether a file is one document.
fn is_single(document: &Document) -> bool {
    !matches!(document.node(document.root).kind, NodeKind::Stream(_))
}

/// The entry that begins at a cut, if it is all that the stretch holds.
fn entry(document: &Document, cut: Cut, text: Range<usize>) -> Option<Entry<'_>> {
    let nodes = document.arena.beginning_in(&text);
    let first = NodeId(nodes.start);
    let node = (!nodes.is_empty()).then(|| document.node(first))?;
    let container = node.parent?;
    let begins = match document.node(container).kind {
        NodeKind::Sequence(_) => cut.is_item && document.facts(first).after == text.start + cut.column + 1,
        NodeKind::Mapping(_) => {
            !cut.is_item && node.span.start == text.start + cut.column && node.kind == NodeKind::Scalar
        }
        _ => false,
    };
    let is_block =
        document.node(container).style == Style::Block && extent::column(document, container) == cut.column;
    let of_container = |id: &NodeId| document.node(*id).parent == Some(container);
    let children: Vec<NodeId> = nodes.clone().map(NodeId).filter(of_container).collect();
    let wanted = if cut.is_item { vec![first] } else { vec![first, NodeId(nodes.start + 1)] };
    let ends = children.last().is_some_and(|last| document.facts(*last).end <= text.end);
    (begins && is_block && ends && children == wanted).then_some(Entry { document, text, nodes })
}

/// A document that is put together of copies and of stretches that are parsed.
struct Sewing<'t> {
    text: &'t str,
    reader: Reader<'t>,
    /// The nodes that were copied, of which all is known.
    copied: Vec<Range<u32>>,
}

impl Sewing<'_> {
    /// Closes the containers that a line ends by its indentation; `None` where it is no entry of the next.
    fn leave_deeper(&mut self, cut: Cut) -> Option<()> {
        loop {
            let (sort, style) = self.reader.builder.container()?;
            let column = self.reader.builder.column()?;
            if style != Style::Block {
                return None;
            }
            let is_list = sort == Sort::Sequence;
            if column == cut.column && is_list == cut.is_item {
                return Some(());
            }
            if column < cut.column || column == cut.column && !is_list {
                return None;
            }
            self.reader.close(&(0..0));
        }
    }

    fn copy(&mut self, cut: Cut, entry: &Entry<'_>) -> Option<()> {
        // No deeper than it stands there, where its own depth was found good.
        let mut depth = 0;
        let mut at = entry.document.node(NodeId(entry.nodes.start)).parent;
        while let Some(container) = at {
            depth += 1;
            at = entry.document.node(container).parent;
        }
        if self.reader.builder.depth() > depth {
            return None;
        }
        let shift = cut.start.wrapping_sub(entry.text.start).cast_signed();
        self.copied.push(self.reader.builder.graft(entry.document, &entry.nodes, shift)?);
        Some(())
    }

    /// Parses a stretch. Of all but the first the outermost container is open already. Block containers that
    /// are open at its end stay so: the next line tells which of them it ends.
    fn read(&mut self, stretch: Range<usize>, cut: Option<Cut>) -> Option<()> {
        (self.reader.offset, self.reader.cursor) = (stretch.start, stretch.start);
        let mut outside = cut;
        let (mut documents, mut ended) = (0, 0);
        for next in Parser::new_from_str_with_options(&self.text[stretch], options()) {
            let (event, span) = next.ok()?;
            let range = self.reader.range(&span);
            match &event {
                Event::DocumentStart(explicit, _) => {
                    documents += 1;
                    if documents > 1 || cut.is_some() && *explicit {
                        return None;
                    }
                    if cut.is_some() {
                        continue;
                    }
                }
                Event::StreamStart | Event::DocumentEnd | Event::StreamEnd => continue,
                Event::SequenceEnd | Event::MappingEnd if !self.reader.is_bracket(&range) => {
                    ended += 1;
                    continue;
                }
                _ if !event.is_node() => {}
                _ if event.is_alias() || event.anchor_id().is_some_and(|id| id != 0) => return None,
                _ => {
                    if let Some(cut) = outside.take() {
                        opens(&event, cut).then_some(())?;
                        continue;
                    }
                }
            }
            for _ in 0..std::mem::take(&mut ended) {
                self.reader.close(&(0..0));
            }
            self.reader.event(event, span, None).ok()?;
        }
        outside.is_none().then_some(())
    }

    fn finish(mut self) -> Option<Document> {
        while self.reader.builder.depth() > 0 {
            self.reader.close(&(0..0));
        }
        let mut document = self.reader.builder.finish(Language::Yaml).ok()?;
        extent::fill_except(&mut document, &self.copied);
        Some(document)
    }
}

/// Whether an event opens the container that an entry at a cut is in.
fn opens(event: &Event<'_>, cut: Cut) -> bool {
    match event {
        Event::SequenceStart(StructureStyle::Block, _, None) => cut.is_item,
        Event::MappingStart(StructureStyle::Block, _, None) => !cut.is_item,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
