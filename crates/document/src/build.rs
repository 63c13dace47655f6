//! Builds the arena from a parser's events.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::hash::{self, ContainerHash, DataHash};
use crate::scalar::Meaning;
use crate::tree::{Facts, MAX_DEPTH, Properties};
use crate::{Document, Language, Node, NodeId, NodeKind, Pair, ParseError, Style};

/// How many bytes of data aliases may add to a document. A file of a few hundred bytes can otherwise stand
/// for gigabytes.
const ALIAS_LIMIT: u64 = 64 << 20;

/// A node that is about to be added.
pub(crate) struct NewNode {
    pub(crate) style: Style,
    /// With tag and anchor; of a container the end is not known yet.
    pub(crate) span: Range<usize>,
    /// Behind tag and anchor, or behind the indicator before the node.
    pub(crate) after: usize,
    /// Where the content begins.
    pub(crate) content: usize,
    pub(crate) properties: Option<Box<Properties>>,
}

/// A container whose end has not come.
struct Open {
    node: NodeId,
    key: Option<NodeId>,
    hash: ContainerHash,
    keys: HashSet<DataHash>,
    /// How often a key was there again.
    repeats: HashMap<DataHash, u64>,
    size: Size,
}

/// How big a node is with its aliases expanded.
#[derive(Clone, Copy, Default)]
pub(crate) struct Size {
    /// In bytes, roughly.
    weight: u64,
    /// In levels.
    height: usize,
}

/// The arena while it grows.
pub(crate) struct Builder<'t> {
    text: &'t str,
    nodes: Vec<Node>,
    facts: Vec<Facts>,
    open: Vec<Open>,
    roots: Vec<NodeId>,
    openings: Vec<usize>,
    repeated: Option<NodeId>,
    aliased: u64,
}

impl<'t> Builder<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            nodes: Vec::new(),
            facts: Vec::new(),
            open: Vec::new(),
            roots: Vec::new(),
            openings: Vec::new(),
            repeated: None,
            aliased: 0,
        }
    }

    /// A document begins; its root node follows.
    pub(crate) fn opening(&mut self, at: usize) {
        self.openings.push(at);
    }

    /// The container that the next node goes into.
    pub(crate) fn container(&self) -> Option<&Node> {
        self.open.last().map(|open| &self.nodes[open.node.index()])
    }

    /// The key that the next node is the value of.
    pub(crate) fn pending_key(&self) -> Option<&Node> {
        self.open.last()?.key.map(|key| &self.nodes[key.index()])
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
        let size = Size { weight: 16 + text.len() as u64, height: 0 };
        let plain = match meaning {
            Meaning::String => hash::of_string(text),
            Meaning::Number => hash::of_number(text),
            other => hash::of_scalar(&other.value("")),
        };
        let id = self.push(NodeKind::Scalar, new, plain)?;
        let facts = &mut self.facts[id.index()];
        facts.meaning = meaning;
        facts.decoded = decoded;
        let hash = facts.hash;
        self.attach(id, hash, size);
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
        let hash = self.facts[target.index()].hash;
        let id = self.push(NodeKind::Alias(target), new, hash)?;
        self.attach(id, hash, size);
        Ok(())
    }

    /// Begins a container.
    pub(crate) fn open(&mut self, kind: NodeKind, new: NewNode) -> Result<NodeId, ParseError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.error(new.span.start, too_deep()));
        }
        let hash = match kind {
            NodeKind::Mapping(_) => ContainerHash::mapping(),
            _ => ContainerHash::sequence(),
        };
        let node = self.push(kind, new, 0)?;
        self.open.push(Open {
            node,
            key: None,
            hash,
            keys: HashSet::new(),
            repeats: HashMap::new(),
            size: Size::default(),
        });
        Ok(node)
    }

    /// Ends the innermost container: in brackets at `end`, in block style where its last child ends.
    pub(crate) fn close(&mut self, end: Option<usize>) -> Option<(NodeId, Size)> {
        let open = self.open.pop()?;
        let size = Size { weight: open.size.weight + 16, height: open.size.height + 1 };
        let last = self.last_child_end(open.node);
        let node = &mut self.nodes[open.node.index()];
        node.span.end = end.or(last).unwrap_or(node.span.end).max(node.span.start);
        let facts = &mut self.facts[open.node.index()];
        facts.end = node.span.end;
        facts.hash = tagged(facts, open.hash.finish());
        let hash = facts.hash;
        self.attach(open.node, hash, size);
        Some((open.node, size))
    }

    /// The finished document.
    pub(crate) fn finish(mut self, language: Language) -> Result<Document, ParseError> {
        let root = match self.roots.as_slice() {
            [root] => *root,
            _ => self.stream()?,
        };
        Ok(Document {
            text: self.text.to_owned(),
            language,
            nodes: self.nodes,
            facts: self.facts,
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
        self.roots.iter().for_each(|root| hash.item(self.facts[root.index()].hash));
        let documents = std::mem::take(&mut self.roots);
        let new =
            NewNode { style: Style::Block, span: 0..self.text.len(), after: 0, content: 0, properties: None };
        let id = self.push(NodeKind::Stream(documents.clone()), new, hash.finish())?;
        for root in &documents {
            self.nodes[root.index()].parent = Some(id);
        }
        Ok(id)
    }

    fn push(&mut self, kind: NodeKind, new: NewNode, hash: DataHash) -> Result<NodeId, ParseError> {
        let id =
            u32::try_from(self.nodes.len()).map_err(|_| self.error(new.span.start, "the file is too big"))?;
        let parent = self.open.last().map(|open| open.node);
        let mut facts = Facts {
            after: new.after,
            content: new.content,
            end: new.span.end,
            meaning: Meaning::Null,
            decoded: None,
            properties: new.properties,
            hash,
        };
        facts.hash = tagged(&facts, hash);
        self.facts.push(facts);
        self.nodes.push(Node { kind, style: new.style, span: new.span, parent });
        Ok(NodeId(id))
    }

    /// Puts a finished node into the container around it.
    fn attach(&mut self, id: NodeId, hash: DataHash, size: Size) {
        let Some(open) = self.open.last_mut() else {
            self.roots.push(id);
            return;
        };
        open.size.weight = open.size.weight.saturating_add(size.weight);
        open.size.height = open.size.height.max(size.height);
        match &mut self.nodes[open.node.index()].kind {
            NodeKind::Sequence(items) => {
                items.push(id);
                open.hash.item(hash);
            }
            NodeKind::Mapping(pairs) => match open.key.take() {
                None => {
                    if !open.keys.insert(hash) {
                        *open.repeats.entry(hash).or_default() += 1;
                        self.repeated.get_or_insert(id);
                    }
                    open.key = Some(id);
                }
                Some(key) => {
                    pairs.push(Pair { key, value: id });
                    let key = self.facts[key.index()].hash;
                    let occurrence = open.repeats.get(&key).copied().unwrap_or_default();
                    open.hash.entry(key, occurrence, hash);
                }
            },
            _ => {}
        }
    }

    fn last_child_end(&self, id: NodeId) -> Option<usize> {
        let last = match &self.nodes[id.index()].kind {
            NodeKind::Sequence(items) => *items.last()?,
            NodeKind::Mapping(pairs) => pairs.last()?.value,
            _ => return None,
        };
        Some(self.nodes[last.index()].span.end)
    }
}

/// A scalar's text without its quotes.
pub(crate) fn inner_text(raw: &str, style: Style) -> &str {
    match style {
        Style::SingleQuoted | Style::DoubleQuoted if raw.len() >= 2 => &raw[1..raw.len() - 1],
        _ => raw,
    }
}

fn tagged(facts: &Facts, hash: DataHash) -> DataHash {
    match facts.properties.as_ref().and_then(|properties| properties.tag.as_deref()) {
        Some(tag) => hash::of_tagged(tag, hash),
        None => hash,
    }
}

fn too_deep() -> String {
    format!("more than {MAX_DEPTH} levels lie in each other")
}
