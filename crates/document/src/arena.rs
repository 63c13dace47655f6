//! How the nodes of a document are stored. A file of 100 MB has millions of them, so each byte of one counts.

use std::ops::Range;

use crate::hash::DataHash;
use crate::scalar::Meaning;
use crate::tree::{Node, NodeId, NodeKind, Pair, Style};

/// All nodes of one document, by their numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arena {
    records: Vec<Record>,
    /// What is in lists, those of one list next to each other.
    items: Vec<NodeId>,
    /// What is in mappings, in the same way.
    pairs: Vec<Pair>,
    /// Texts of scalars that do not stand in the file as they are, by rising numbers of nodes.
    decoded: Vec<(NodeId, Box<str>)>,
    /// Tags and anchors, by rising numbers of nodes.
    properties: Vec<(NodeId, Properties)>,
}

/// One node. Places are bytes of the text.
#[derive(Clone, Debug)]
struct Record {
    start: u32,
    end: u32,
    after: u32,
    content: u32,
    reach: u32,
    parent: NodeId,
    /// What is in a container: a range of items or of pairs. For an alias `from` is the node that it names.
    from: u32,
    to: u32,
    sort: Sort,
    style: Style,
    meaning: Meaning,
    has_properties: bool,
    is_decoded: bool,
    /// In halves, which need no padding.
    hash: [u64; 2],
}

/// What a node is, without what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Scalar,
    Alias,
    Sequence,
    Mapping,
    Stream,
}

/// A node that is about to be stored.
pub(crate) struct NewNode {
    pub(crate) style: Style,
    /// With tag and anchor; of a container the end is not known yet.
    pub(crate) span: Range<usize>,
    /// Behind tag and anchor, or behind the indicator before the node.
    pub(crate) after: usize,
    /// Where the content begins.
    pub(crate) content: usize,
    pub(crate) properties: Option<Properties>,
}

/// The tag and anchor of a node.
#[derive(Clone, Debug)]
pub(crate) struct Properties {
    /// A tag that the core schema does not resolve.
    pub(crate) tag: Option<Box<str>>,
    /// The name of an anchor.
    pub(crate) anchor: Option<Box<str>>,
}

/// Where the parts of a node stand, beyond its public face.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    /// Behind its tag and anchor; where it has none, behind the indicator that it follows.
    pub(crate) after: usize,
    /// Where its content begins: after tag and anchor.
    pub(crate) content: usize,
    /// Where the next thing outside it begins; in block style that is the start of a line, after the
    /// comments that belong to the node.
    pub(crate) end: usize,
}

/// Stands for the parent of the root.
const NO_NODE: NodeId = NodeId(u32::MAX);

impl Arena {
    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// Stores a node; `None` where there are too many.
    pub(crate) fn push(&mut self, sort: Sort, new: NewNode, parent: Option<NodeId>) -> Option<NodeId> {
        let id = u32::try_from(self.records.len()).ok().map(NodeId).filter(|id| *id != NO_NODE)?;
        let (end, has_properties) = (place(new.span.end), new.properties.is_some());
        self.properties.extend(new.properties.map(|properties| (id, properties)));
        self.records.push(Record {
            start: place(new.span.start),
            end,
            after: place(new.after),
            content: place(new.content),
            reach: end,
            parent: parent.unwrap_or(NO_NODE),
            from: 0,
            to: 0,
            sort,
            style: new.style,
            meaning: Meaning::Null,
            has_properties,
            is_decoded: false,
            hash: [0; 2],
        });
        Some(id)
    }

    /// Stores a copy of nodes of another arena whose text stands `shift` bytes further on, the outermost of them
    /// into `parent`; answers their numbers here. `None` where that is not all of them, or there are too many.
    pub(crate) fn graft(
        &mut self,
        from: &Self,
        nodes: &Range<u32>,
        shift: isize,
        parent: NodeId,
    ) -> Option<Range<u32>> {
        let first = u32::try_from(self.records.len()).ok()?;
        let last = first.checked_add(nodes.end - nodes.start).filter(|last| *last < NO_NODE.0)?;
        let moved = |id: NodeId| NodeId(id.0 - nodes.start + first);
        let shifted = |at: u32| place((at as usize).wrapping_add_signed(shift));
        for id in nodes.clone().map(NodeId) {
            let record = from.record(id);
            let mut copy = Record {
                start: shifted(record.start),
                end: shifted(record.end),
                after: shifted(record.after),
                content: shifted(record.content),
                reach: shifted(record.reach),
                parent: if nodes.contains(&record.parent.0) { moved(record.parent) } else { parent },
                ..record.clone()
            };
            let inside = record.from as usize..record.to as usize;
            match record.sort {
                Sort::Scalar => {}
                Sort::Alias => return None,
                Sort::Sequence | Sort::Stream => {
                    copy.from = place(self.items.len());
                    self.items.extend(from.items[inside].iter().copied().map(moved));
                    copy.to = place(self.items.len());
                }
                Sort::Mapping => {
                    copy.from = place(self.pairs.len());
                    let pair = |pair: &Pair| Pair { key: moved(pair.key), value: moved(pair.value) };
                    self.pairs.extend(from.pairs[inside].iter().map(pair));
                    copy.to = place(self.pairs.len());
                }
            }
            self.records.push(copy);
        }
        let decoded = noted_in(&from.decoded, nodes);
        self.decoded.extend(decoded.iter().map(|(id, text)| (moved(*id), text.clone())));
        let properties = noted_in(&from.properties, nodes);
        self.properties.extend(properties.iter().map(|(id, properties)| (moved(*id), properties.clone())));
        properties.iter().all(|(_, properties)| properties.anchor.is_none()).then_some(first..last)
    }

    /// The nodes that begin in a stretch of the text, of a document that is no stream.
    pub(crate) fn beginning_in(&self, text: &Range<usize>) -> Range<u32> {
        let before = |at: usize| self.records.partition_point(|record| (record.start as usize) < at);
        place(before(text.start))..place(before(text.end))
    }

    /// Says of the node that was stored last what it means, and its text where that is not in the file.
    pub(crate) fn set_scalar(&mut self, id: NodeId, meaning: Meaning, decoded: Option<Box<str>>) {
        let record = self.record_mut(id);
        record.meaning = meaning;
        record.is_decoded = decoded.is_some();
        self.decoded.extend(decoded.map(|text| (id, text)));
    }

    pub(crate) fn set_target(&mut self, alias: NodeId, target: NodeId) {
        self.record_mut(alias).from = target.0;
    }

    pub(crate) fn set_items(&mut self, id: NodeId, items: impl Iterator<Item = NodeId>) {
        let from = place(self.items.len());
        self.items.extend(items);
        let to = place(self.items.len());
        let record = self.record_mut(id);
        (record.from, record.to) = (from, to);
    }

    pub(crate) fn set_pairs(&mut self, id: NodeId, pairs: impl Iterator<Item = Pair>) {
        let from = place(self.pairs.len());
        self.pairs.extend(pairs);
        let to = place(self.pairs.len());
        let record = self.record_mut(id);
        (record.from, record.to) = (from, to);
    }

    pub(crate) fn set_hash(&mut self, id: NodeId, hash: DataHash) {
        #[expect(clippy::cast_possible_truncation, reason = "the halves")]
        let halves = [hash as u64, (hash >> 64) as u64];
        self.record_mut(id).hash = halves;
    }

    pub(crate) fn set_parent(&mut self, id: NodeId, parent: NodeId) {
        self.record_mut(id).parent = parent;
    }

    /// Sets the end of the span, and until more is known that of the whole.
    pub(crate) fn set_span_end(&mut self, id: NodeId, end: usize) {
        let record = self.record_mut(id);
        (record.end, record.reach) = (place(end), place(end));
    }

    pub(crate) fn set_end(&mut self, id: NodeId, end: usize) {
        self.record_mut(id).reach = place(end);
    }

    #[inline]
    pub(crate) fn node(&self, id: NodeId) -> Node<'_> {
        let record = self.record(id);
        let inside = record.from as usize..record.to as usize;
        let kind = match record.sort {
            Sort::Scalar => NodeKind::Scalar,
            Sort::Alias => NodeKind::Alias(NodeId(record.from)),
            Sort::Sequence => NodeKind::Sequence(&self.items[inside]),
            Sort::Mapping => NodeKind::Mapping(&self.pairs[inside]),
            Sort::Stream => NodeKind::Stream(&self.items[inside]),
        };
        let parent = (record.parent != NO_NODE).then_some(record.parent);
        Node { kind, style: record.style, span: record.start as usize..record.end as usize, parent }
    }

    #[inline]
    pub(crate) fn facts(&self, id: NodeId) -> Facts {
        let record = self.record(id);
        Facts { after: record.after as usize, content: record.content as usize, end: record.reach as usize }
    }

    pub(crate) fn meaning(&self, id: NodeId) -> Meaning {
        self.record(id).meaning
    }

    #[inline]
    pub(crate) fn hash(&self, id: NodeId) -> DataHash {
        let [low, high] = self.record(id).hash;
        DataHash::from(high) << 64 | DataHash::from(low)
    }

    /// The hash of a string without tag and anchor; `None` for any other node.
    #[inline]
    pub(crate) fn hash_of_bare_string(&self, id: NodeId) -> Option<DataHash> {
        let record = self.record(id);
        let is_bare =
            record.sort == Sort::Scalar && record.meaning == Meaning::String && !record.has_properties;
        is_bare.then(|| self.hash(id))
    }

    pub(crate) fn decoded(&self, id: NodeId) -> Option<&str> {
        let text = self.record(id).is_decoded.then(|| of(&self.decoded, id)).flatten()?;
        Some(text)
    }

    pub(crate) fn properties(&self, id: NodeId) -> Option<&Properties> {
        self.record(id).has_properties.then(|| of(&self.properties, id)).flatten()
    }

    #[inline]
    fn record(&self, id: NodeId) -> &Record {
        &self.records[id.index()]
    }

    fn record_mut(&mut self, id: NodeId) -> &mut Record {
        &mut self.records[id.index()]
    }
}

/// What is noted of a node in a list by rising numbers.
fn of<T>(noted: &[(NodeId, T)], id: NodeId) -> Option<&T> {
    noted.binary_search_by_key(&id, |(of, _)| *of).ok().map(|at| &noted[at].1)
}

/// What is noted of a range of nodes.
fn noted_in<'n, T>(noted: &'n [(NodeId, T)], nodes: &Range<u32>) -> &'n [(NodeId, T)] {
    let before = |id: u32| noted.partition_point(|(of, _)| of.0 < id);
    &noted[before(nodes.start)..before(nodes.end)]
}

/// A place as it is stored: a text that is longer is refused before it is read.
fn place(at: usize) -> u32 {
    u32::try_from(at).expect("longer texts are refused")
}
