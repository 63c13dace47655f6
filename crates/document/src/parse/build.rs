//! Builds the arena from a parser's events.

use std::ops::Range;

use crate::arena::{Arena, NewNode, Sort};
use crate::gap::line_start;
use crate::hash::{self, ContainerHash, DataHash};
use crate::parse::keys::{Keys, OpenKeys};
use crate::scalar::Meaning;
use crate::tree::MAX_DEPTH;
use crate::{Document, Language, Node, NodeId, Pair, ParseError, Style};

/// How many bytes of data aliases may add to a document. A file of a few hundred bytes can otherwise stand
/// for gigabytes.
const ALIAS_LIMIT: u64 = 64 << 20;

/// How many lists and mappings may be keys in each other. In a pointer such a key is its JSON, and that of the keys
/// in it is quoted once more at each level: a line of question marks can otherwise stand for gigabytes.
const MAX_KEYS: usize = 4;

/// A container whose end has not come.
struct Open {
    node: NodeId,
    sort: Sort,
    /// Where its children begin among those of all open containers.
    from: usize,
    key: Option<NodeId>,
    /// The child that was attached last.
    last: Option<NodeId>,
    hash: ContainerHash,
    keys: Keys,
    size: Size,
}

/// How big a node is with its aliases expanded.
#[derive(Clone, Copy, Default)]
pub(crate) struct Size {
    /// In bytes, roughly.
    weight: u64,
    /// In levels.
    height: usize,
    /// How many lists and mappings are keys in each other.
    keys: usize,
}

/// The arena while it grows.
pub(crate) struct Builder<'t> {
    text: &'t str,
    arena: Arena,
    open: Vec<Open>,
    /// The children of open lists and of open mappings, those of the innermost last.
    items: Vec<NodeId>,
    pairs: Vec<Pair>,
    keys: OpenKeys,
    roots: Vec<NodeId>,
    openings: Vec<usize>,
    repeated: Option<NodeId>,
    /// The first key in which too many keys lie in each other.
    deep_key: Option<NodeId>,
    aliased: u64,
}

impl<'t> Builder<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            arena: Arena::default(),
            open: Vec::new(),
            items: Vec::new(),
            pairs: Vec::new(),
            keys: OpenKeys::default(),
            roots: Vec::new(),
            openings: Vec::new(),
            repeated: None,
            deep_key: None,
            aliased: 0,
        }
    }

    /// A document begins; its root node follows.
    pub(crate) fn opening(&mut self, at: usize) {
        self.openings.push(at);
    }

    /// The container that the next node goes into.
    pub(crate) fn container(&self) -> Option<(Sort, Style)> {
        self.open.last().map(|open| (open.sort, self.arena.node(open.node).style))
    }

    /// How many containers are open.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The column of the entries of the innermost container.
    pub(crate) fn column(&self) -> Option<usize> {
        let content = self.arena.facts(self.open.last()?.node).content;
        Some(content - line_start(self.text, content))
    }

    /// Adds an entry as it stands in another document `shift` bytes further on; `nodes` are all of it.
    /// `None` where that cannot be done.
    pub(crate) fn graft(&mut self, from: &Document, nodes: &Range<u32>, shift: isize) -> Option<Range<u32>> {
        if self.is_in_key() {
            return None;
        }
        let open = self.open.last()?;
        let grafted = self.arena.graft(&from.arena, nodes, shift, open.node)?;
        let entry = if open.sort == Sort::Mapping { 2 } else { 1 };
        for id in (grafted.start..grafted.start + entry).map(NodeId) {
            self.attach(id, self.arena.hash(id), Size::default());
        }
        Some(grafted)
    }

    /// Whether an open container is a key, or lies in one.
    fn is_in_key(&self) -> bool {
        let (_, around) = self.open.split_last().unzip();
        around.is_some_and(|around: &[Open]| {
            around.iter().any(|open| open.sort == Sort::Mapping && open.key.is_none())
        })
    }

    /// The key that the next node is the value of.
    pub(crate) fn pending_key(&self) -> Option<Node<'_>> {
        self.open.last()?.key.map(|key| self.arena.node(key))
    }

    /// Adds a scalar by its text, with quotes, escapes and folding undone.
    pub(crate) fn scalar(
        &mut self,
        new: NewNode,
        meaning: Meaning,
        text: &str,
    ) -> Result<(NodeId, Size), ParseError> {
        let raw = inner_text(&self.text[new.content..new.span.end], new.style);
        let decoded = (raw != text).then(|| text.into());
        let size = Size { weight: 16 + text.len() as u64, height: 0, keys: 0 };
        let plain = match meaning {
            Meaning::String => hash::of_string(text),
            Meaning::Number => hash::of_number(text),
            other => hash::of_scalar(&other.value("")),
        };
        let id = self.push(Sort::Scalar, new)?;
        self.arena.set_scalar(id, meaning, decoded);
        self.finish_node(id, plain, size);
        Ok((id, size))
    }

    /// Adds an alias of a node whose size is known.
    pub(crate) fn alias(&mut self, new: NewNode, target: NodeId, size: Size) -> Result<(), ParseError> {
        self.aliased = self.aliased.saturating_add(size.weight);
        if self.aliased > ALIAS_LIMIT {
            return Err(self.error(new.span.start, "the file's aliases stand for too much data"));
        }
        if self.open.len() + size.height > MAX_DEPTH {
            return Err(self.error(new.span.start, too_deep()));
        }
        let id = self.push(Sort::Alias, new)?;
        self.arena.set_target(id, target);
        self.finish_node(id, self.arena.hash(target), size);
        Ok(())
    }

    /// Begins a list or a mapping.
    pub(crate) fn open(&mut self, sort: Sort, new: NewNode) -> Result<NodeId, ParseError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.error(new.span.start, too_deep()));
        }
        let (hash, from) = match sort {
            Sort::Mapping => (ContainerHash::mapping(), self.pairs.len()),
            _ => (ContainerHash::sequence(), self.items.len()),
        };
        let node = self.push(sort, new)?;
        let keys = self.keys.open();
        self.open.push(Open { node, sort, from, key: None, last: None, hash, keys, size: Size::default() });
        Ok(node)
    }

    /// Ends the innermost container: in brackets at `end`, in block style where its last child ends.
    pub(crate) fn close(&mut self, end: Option<usize>) -> Option<(NodeId, Size)> {
        let open = self.open.pop()?;
        self.keys.close(&open.keys);
        match open.sort {
            Sort::Mapping => self.arena.set_pairs(open.node, self.pairs.drain(open.from..)),
            _ => self.arena.set_items(open.node, self.items.drain(open.from..)),
        }
        let span = self.arena.node(open.node).span;
        let end = end.or_else(|| Some(self.arena.node(open.last?).span.end));
        self.arena.set_span_end(open.node, end.unwrap_or(span.end).max(span.start));
        let size = Size { weight: open.size.weight + 16, height: open.size.height + 1, keys: open.size.keys };
        self.finish_node(open.node, open.hash.finish(), size);
        Some((open.node, size))
    }

    /// The finished document.
    pub(crate) fn finish(mut self, language: Language) -> Result<Document, ParseError> {
        if let Some(key) = self.deep_key {
            let reason = format!("more than {MAX_KEYS} lists or mappings are keys in each other");
            return Err(self.error(self.arena.node(key).span.start, reason));
        }
        let root = match self.roots.as_slice() {
            [root] => *root,
            _ => self.stream()?,
        };
        Ok(Document {
            text: self.text.to_owned(),
            language,
            arena: self.arena,
            root,
            openings: self.openings,
            repeated: self.repeated,
        })
    }

    pub(crate) fn error(&self, offset: usize, reason: impl Into<String>) -> ParseError {
        ParseError::at(self.text, offset, reason)
    }

    fn stream(&mut self) -> Result<NodeId, ParseError> {
        let mut hash = ContainerHash::sequence();
        self.roots.iter().for_each(|root| hash.item(self.arena.hash(*root)));
        let new =
            NewNode { style: Style::Block, span: 0..self.text.len(), after: 0, content: 0, properties: None };
        let id = self.push(Sort::Stream, new)?;
        self.roots.iter().for_each(|root| self.arena.set_parent(*root, id));
        self.arena.set_items(id, self.roots.drain(..));
        self.arena.set_hash(id, hash.finish());
        Ok(id)
    }

    fn push(&mut self, sort: Sort, new: NewNode) -> Result<NodeId, ParseError> {
        let (start, parent) = (new.span.start, self.open.last().map(|open| open.node));
        self.arena.push(sort, new, parent).ok_or_else(|| self.error(start, "the file is too big"))
    }

    /// Puts a node of which all is known into the container around it; `plain` is its hash without its tag.
    fn finish_node(&mut self, id: NodeId, plain: DataHash, size: Size) {
        let tag = self.arena.properties(id).and_then(|properties| properties.tag.as_deref());
        let hash = tag.map_or(plain, |tag| hash::of_tagged(tag, plain));
        self.arena.set_hash(id, hash);
        self.attach(id, hash, size);
    }

    /// Puts a stored node into the container around it.
    fn attach(&mut self, id: NodeId, hash: DataHash, size: Size) {
        let Some(open) = self.open.last_mut() else {
            self.roots.push(id);
            return;
        };
        open.size.weight = open.size.weight.saturating_add(size.weight);
        open.size.height = open.size.height.max(size.height);
        open.size.keys = open.size.keys.max(size.keys);
        match (open.sort, open.key.take()) {
            (Sort::Mapping, None) => {
                let keys = size.keys + usize::from(size.height > 0);
                open.size.keys = open.size.keys.max(keys);
                if keys > MAX_KEYS {
                    self.deep_key.get_or_insert(id);
                }
                if !self.keys.add(&mut open.keys, hash) {
                    self.repeated.get_or_insert(id);
                }
                open.key = Some(id);
            }
            (Sort::Mapping, Some(key)) => {
                self.pairs.push(Pair { key, value: id });
                open.last = Some(id);
                let key = self.arena.hash(key);
                open.hash.entry(key, open.keys.occurrence(key), hash);
            }
            _ => {
                self.items.push(id);
                open.last = Some(id);
                open.hash.item(hash);
            }
        }
    }
}

/// A scalar's text without its quotes.
pub(crate) fn inner_text(raw: &str, style: Style) -> &str {
    match style {
        Style::SingleQuoted | Style::DoubleQuoted if raw.len() >= 2 => &raw[1..raw.len() - 1],
        _ => raw,
    }
}

fn too_deep() -> String {
    format!("more than {MAX_DEPTH} levels lie in each other")
}
