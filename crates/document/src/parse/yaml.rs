//! YAML by granit-parser's events.
//!
//! The parser says what there is and roughly where; exactly where (before the header of a block scalar,
//! behind the colon of an empty value) is found by reading the gap between the nodes.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span, StructureStyle, Tag, options};

use crate::arena::{NewNode, Properties, Sort};
use crate::gap::{line_start, past_colon, skip_blank};
use crate::parse::build::{Builder, Size};
use crate::parse::mend::Mended;
use crate::scalar::{Meaning, core_schema};
use crate::tree::MAX_DEPTH;
use crate::{Document, Language, NodeId, ParseError, Style, block_scalar, extent};

const CORE: &str = "tag:yaml.org,2002:";

/// Reads a YAML text.
pub(crate) fn parse(text: &str) -> Result<Document, ParseError> {
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut mended = Mended::new(&text[bom..]);
    loop {
        match read(text, bom, &mended) {
            Ok(document) => return Ok(document),
            Err(Stop::Scan(error)) if mended.mend(&error) => {}
            Err(Stop::Scan(error)) => {
                let marker = error.marker();
                let offset =
                    marker.byte_offset().unwrap_or_else(|| char_offset(&mended.body, marker.index()));
                return Err(ParseError::at(text, bom + offset, error.info()));
            }
            Err(Stop::Parse(error)) => return Err(error),
        }
    }
}

/// Why reading stopped.
enum Stop {
    /// The parser says that it is no YAML.
    Scan(ScanError),
    /// We do.
    Parse(ParseError),
}

fn read(text: &str, bom: usize, mended: &Mended<'_>) -> Result<Document, Stop> {
    let mut reader = Reader::new(text, bom, mended);
    let mut parser = Parser::new_from_str_with_options(&mended.body, options());
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(Stop::Scan)?;
        let mut anchor = None;
        let anchored = event.is_node() && !event.is_alias() && event.anchor_id().is_some_and(|id| id != 0);
        if anchored && let Some(Ok((Event::Anchor(_, name), at))) = parser.peek() {
            anchor = Some((name.to_string(), reader.range(at)));
            parser.next_event();
        }
        reader.event(event, span, anchor).map_err(Stop::Parse)?;
    }
    let mut document = reader.builder.finish(Language::Yaml).map_err(Stop::Parse)?;
    extent::fill(&mut document);
    Ok(document)
}

/// How the parser is asked to read.
pub(super) fn options() -> Options {
    let mut options = options! {
        emit_anchor_events: true,
        // One more than our own limit, so that the message is ours.
        flow_nesting_limit: MAX_DEPTH + 1,
        block_nesting_limit: MAX_DEPTH + 1,
    };
    options.set_emit_comments(false);
    options
}

fn char_offset(text: &str, index: usize) -> usize {
    text.char_indices().nth(index).map_or(text.len(), |(at, _)| at)
}

/// An anchor's name and where `&name` stands.
pub(super) type Anchor = Option<(String, Range<usize>)>;

pub(super) struct Reader<'t> {
    text: &'t str,
    /// Where what the parser sees begins: behind the byte order mark.
    pub(super) offset: usize,
    mended: &'t Mended<'t>,
    pub(super) builder: Builder<'t>,
    /// The end of what was read last.
    pub(super) cursor: usize,
    anchors: HashMap<usize, (NodeId, Size)>,
    anchor_names: HashSet<String>,
    /// For each open container, the id of its anchor.
    open_anchors: Vec<Option<usize>>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, offset: usize, mended: &'t Mended<'t>) -> Self {
        Self {
            text,
            offset,
            mended,
            builder: Builder::new(text),
            cursor: offset,
            anchors: HashMap::new(),
            anchor_names: HashSet::new(),
            open_anchors: Vec::new(),
        }
    }

    pub(super) fn event(&mut self, event: Event<'_>, span: Span, anchor: Anchor) -> Result<(), ParseError> {
        let range = self.range(&span);
        self.check_anchor(anchor.as_ref())?;
        let anchor_id = event.anchor_id().filter(|id| *id != 0);
        match event {
            Event::DocumentStart(explicit, _) => {
                self.cursor = if explicit { range.end } else { past_end_marks(self.text, self.cursor) };
                self.builder.opening(self.cursor);
                self.anchors.clear();
                self.anchor_names.clear();
            }
            // An explicit end (`...`) is behind all of the document.
            Event::DocumentEnd => self.cursor = self.cursor.max(range.end.min(self.text.len())),
            Event::Scalar(value, style, _, tag) => {
                let properties = self.properties(&span, tag.as_deref(), anchor);
                let (id, size) = self.scalar(&value, style, range, tag.as_deref(), &properties)?;
                self.remember(anchor_id, id, size);
            }
            Event::Alias(target) => {
                let Some(&(node, size)) = self.anchors.get(&target) else {
                    let reason = "the alias stands inside the node that it names";
                    return Err(self.builder.error(range.start, reason));
                };
                let after = self.past_indicator();
                let (style, content) = (Style::Plain, range.start);
                let new = NewNode { style, span: range.clone(), after, content, properties: None };
                self.builder.alias(new, node, size)?;
                self.cursor = range.end;
            }
            Event::SequenceStart(style, _, tag) => {
                let properties = self.properties(&span, tag.as_deref(), anchor);
                let tag = container_tag(tag.as_deref(), "seq");
                self.open(Sort::Sequence, style, &range, anchor_id, &properties, tag)?;
            }
            Event::MappingStart(style, _, tag) => {
                let properties = self.properties(&span, tag.as_deref(), anchor);
                let tag = container_tag(tag.as_deref(), "map");
                self.open(Sort::Mapping, style, &range, anchor_id, &properties, tag)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(&range),
            _ => {}
        }
        Ok(())
    }

    /// YAML 1.2 lets an anchor be defined again, but libyaml and what is built on it refuse such a file; and
    /// a splice that moves text across the second definition would change what its aliases mean.
    fn check_anchor(&mut self, anchor: Option<&(String, Range<usize>)>) -> Result<(), ParseError> {
        match anchor {
            Some((name, at)) if !self.anchor_names.insert(name.clone()) => {
                Err(self.builder.error(at.start, format!("the anchor `{name}` is defined twice")))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn range(&self, span: &Span) -> Range<usize> {
        let range = span.byte_range().unwrap_or_default();
        range.start + self.offset..range.end + self.offset
    }

    /// The text range of tag and anchor together, and the anchor's name.
    fn properties(&self, span: &Span, tag: Option<&Tag>, anchor: Anchor) -> Written {
        let tag_range = tag.and_then(|_| span.tag_span()).map(|span| self.range(&span));
        let (name, anchor_range) = anchor.map_or((None, None), |(name, range)| (Some(name), Some(range)));
        let range = match (tag_range, anchor_range) {
            (Some(a), Some(b)) => Some(a.start.min(b.start)..a.end.max(b.end)),
            (a, b) => a.or(b),
        };
        Written { range, anchor: name }
    }

    fn open(
        &mut self,
        sort: Sort,
        style: StructureStyle,
        range: &Range<usize>,
        anchor: Option<usize>,
        written: &Written,
        tag: Option<Box<str>>,
    ) -> Result<(), ParseError> {
        let after = written.range.as_ref().map_or_else(|| self.past_indicator(), |range| range.end);
        let content = skip_blank(self.text, after);
        let start = written.range.as_ref().map_or(content, |range| range.start);
        let style = if style == StructureStyle::Flow { Style::Flow } else { Style::Block };
        // Of a single pair without braces the range is empty: a bracket that stands there is its key's.
        let bracket =
            style == Style::Flow && !range.is_empty() && self.text[content..].starts_with(['[', '{']);
        let new =
            NewNode { style, span: start..content, after, content, properties: written.properties(tag) };
        self.builder.open(sort, new)?;
        self.open_anchors.push(anchor);
        self.cursor = content + usize::from(bracket);
        Ok(())
    }

    /// Whether a container's end is a bracket; in block style it is a mere place.
    pub(super) fn is_bracket(&self, range: &Range<usize>) -> bool {
        range.len() == 1 && self.text[range.start..].starts_with([']', '}'])
    }

    /// Ends the innermost container: in block style where its last child ends, else at the bracket.
    pub(super) fn close(&mut self, range: &Range<usize>) {
        let end = self.is_bracket(range).then_some(range.end);
        let closed = self.builder.close(end);
        let anchor = self.open_anchors.pop().flatten();
        if let Some((id, size)) = closed {
            self.remember(anchor, id, size);
        }
        self.cursor = end.unwrap_or(self.cursor);
    }

    fn remember(&mut self, anchor: Option<usize>, id: NodeId, size: Size) {
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, (id, size));
        }
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        range: Range<usize>,
        tag: Option<&Tag>,
        written: &Written,
    ) -> Result<(NodeId, Size), ParseError> {
        let after = written.range.as_ref().map_or_else(|| self.past_indicator(), |range| range.end);
        let mended = self
            .mended
            .text(&self.text[self.offset..], &(range.start - self.offset..range.end - self.offset));
        let value = mended.as_deref().unwrap_or(value);
        let empty = range.is_empty() && matches!(style, ScalarStyle::Plain);
        let (content, end, text) = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let header = skip_blank(self.text, after);
                let scalar = block_scalar::read(self.text, header, range.end, value);
                (header, scalar.0, scalar.1)
            }
            _ if empty => (after, after, ""),
            _ => (range.start, range.end, value),
        };
        let (meaning, tag) = scalar_meaning(text, style, tag);
        let new = NewNode {
            style: written_style(style),
            span: written.range.as_ref().map_or(content, |range| range.start)..end,
            after,
            content,
            properties: written.properties(tag),
        };
        self.cursor = end;
        self.builder.scalar(new, meaning, text)
    }

    /// Behind the `-`, `:`, `?`, comma or bracket that the next node follows.
    fn past_indicator(&self) -> usize {
        let (text, bytes) = (self.text, self.text.as_bytes());
        if let Some(key) = self.builder.pending_key() {
            let in_block = self.builder.container().is_some_and(|(_, style)| style == Style::Block);
            let column = self.builder.column().filter(|_| in_block);
            return past_colon(text, key.span.end.max(self.cursor), column).unwrap_or(self.cursor);
        }
        let Some((sort, style)) = self.builder.container() else { return self.cursor };
        let mut at = skip_blank(text, self.cursor);
        if style == Style::Flow && bytes.get(at) == Some(&b',') {
            at = skip_blank(text, at + 1);
        }
        let blank_follows = matches!(bytes.get(at + 1), None | Some(b' ' | b'\t' | b'\n' | b'\r'));
        match (sort, bytes.get(at)) {
            (Sort::Sequence, Some(b'-')) if style == Style::Block => at + 1,
            (Sort::Mapping, Some(b'?')) if blank_follows => at + 1,
            _ => at,
        }
    }
}

/// Behind the `...` that stand where no document is to end.
fn past_end_marks(text: &str, from: usize) -> usize {
    let mut at = from;
    loop {
        let mark = skip_blank(text, at);
        let rest = text[mark..].strip_prefix("...").filter(|_| line_start(text, mark) == mark);
        if !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r'])) {
            return at;
        }
        at = mark + "...".len();
    }
}

/// Tag and anchor as they stand in the text.
struct Written {
    range: Option<Range<usize>>,
    anchor: Option<String>,
}

impl Written {
    fn properties(&self, tag: Option<Box<str>>) -> Option<Properties> {
        let anchor = self.anchor.as_deref().map(Into::into);
        (tag.is_some() || anchor.is_some()).then_some(Properties { tag, anchor })
    }
}

fn written_style(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
        ScalarStyle::Plain => Style::Plain,
    }
}

fn full_tag(tag: &Tag) -> String {
    format!("{}{}", tag.handle(), tag.suffix())
}

/// The tag of a container, if it says more than that it is one.
fn container_tag(tag: Option<&Tag>, plain: &str) -> Option<Box<str>> {
    let tag = full_tag(tag?);
    (tag != "!" && tag.strip_prefix(CORE) != Some(plain)).then(|| tag.into())
}

/// What a scalar means, and its tag where the core schema has no meaning for it.
fn scalar_meaning(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> (Meaning, Option<Box<str>>) {
    let Some(tag) = tag else {
        let plain = matches!(style, ScalarStyle::Plain);
        return (if plain { core_schema(text) } else { Meaning::String }, None);
    };
    let tag = full_tag(tag);
    let resolved = core_schema(text);
    match (tag.strip_prefix(CORE), resolved) {
        (Some("str"), _) => (Meaning::String, None),
        (Some("null"), Meaning::Null)
        | (Some("bool"), Meaning::Bool(_))
        | (Some("int" | "float"), Meaning::Number) => (resolved, None),
        _ if tag == "!" => (Meaning::String, None),
        _ => (Meaning::String, Some(tag.into())),
    }
}
