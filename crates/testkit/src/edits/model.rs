//! A folder as a tree of nodes that keep their identity whatever is done to them.

use std::collections::BTreeMap;

use syncline_document::{NodeId, Pointer, Value};
use syncline_format::{FieldClass, MergeRule, RepoPath};

/// A node of a sample or of what an edit added; the same in all versions of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uid(pub(crate) u32);

/// A file of a sample or of what an edit added, wherever it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FileId(pub(crate) u32);

/// One version of a folder.
#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    pub(crate) files: BTreeMap<FileId, File>,
    pub(crate) nodes: BTreeMap<Uid, Node>,
}

#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) path: RepoPath,
    pub(crate) root: Uid,
    /// Written anew in this style, without regard to the text that was there.
    pub(crate) style: Option<Style>,
}

/// A way of writing a whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    /// Columns a level.
    pub(crate) indent: usize,
    /// Strings in single quotes instead of double.
    pub(crate) single_quotes: bool,
    /// Dashes of a list below the column of its key.
    pub(crate) deep_dashes: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The container; `None` for the root of a file.
    pub(crate) parent: Option<Uid>,
    pub(crate) content: Content,
    /// Where its text comes from; `None` of what an edit wrote.
    pub(crate) origin: Option<Origin>,
    pub(crate) facts: Facts,
    /// A comment that an edit put on a line above it.
    pub(crate) comment: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Scalar(Value),
    Mapping(Vec<(String, Uid)>),
    Sequence(Vec<Uid>),
}

/// A node of a document of the sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) document: usize,
    pub(crate) node: NodeId,
    /// The container and the number in it; `None` for a root.
    pub(crate) slot: Option<(NodeId, usize)>,
}

/// What the format says of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) class: FieldClass,
    pub(crate) rule: Option<MergeRule>,
    pub(crate) part: Part,
    /// Of a list: whether each item can be told from the others by what it holds.
    pub(crate) is_keyed: bool,
    /// Of a list of resources: which sort of them. Resources move between lists of one sort.
    pub(crate) sort: Option<usize>,
    pub(crate) is_resource: bool,
    /// Whether what it holds helps to tell resources apart where ids do not.
    pub(crate) is_natural: bool,
}

/// What a field is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Part {
    #[default]
    Plain,
    /// What an item of a list is known by.
    Id,
    /// What a resource is known by.
    ResourceId,
    /// The id of the resource that a file's resource belongs to.
    Parent,
    /// What the tool knows its file by.
    Mark,
}

impl Model {
    /// Some of the files, with their nodes.
    pub(crate) fn only(&self, files: BTreeMap<FileId, File>) -> Self {
        let below = files.values().flat_map(|file| self.below(file.root));
        let nodes = below.filter_map(|uid| Some((uid, self.node(uid)?.clone()))).collect();
        Self { files, nodes }
    }

    pub(crate) fn node(&self, uid: Uid) -> Option<&Node> {
        self.nodes.get(&uid)
    }

    pub(crate) fn children(&self, uid: Uid) -> Vec<Uid> {
        match self.nodes.get(&uid).map(|node| &node.content) {
            Some(Content::Mapping(entries)) => entries.iter().map(|(_, child)| *child).collect(),
            Some(Content::Sequence(items)) => items.clone(),
            _ => Vec::new(),
        }
    }

    /// The node and all below it, parents first.
    pub(crate) fn below(&self, uid: Uid) -> Vec<Uid> {
        let mut found = vec![uid];
        let mut next = 0;
        while let Some(at) = found.get(next).copied() {
            found.extend(self.children(at));
            next += 1;
        }
        found
    }

    /// Whether one node is or holds another.
    pub(crate) fn holds(&self, outer: Uid, inner: Uid) -> bool {
        self.above(inner).any(|at| at == outer)
    }

    /// The node, its container, and so on up to the root.
    pub(crate) fn above(&self, uid: Uid) -> impl Iterator<Item = Uid> {
        std::iter::successors(Some(uid), |at| self.nodes.get(at)?.parent)
    }

    pub(crate) fn file_of(&self, uid: Uid) -> Option<&File> {
        let root = self.above(uid).last()?;
        self.files.values().find(|file| file.root == root)
    }

    /// The node at a place of a file.
    pub(crate) fn lookup(&self, path: &RepoPath, at: &Pointer) -> Option<Uid> {
        let file = self.files.values().find(|file| file.path == *path)?;
        at.parts().iter().try_fold(file.root, |uid, part| match &self.node(uid)?.content {
            Content::Sequence(items) => items.get(part.parse::<usize>().ok()?).copied(),
            _ => self.entry(uid, part),
        })
    }

    /// The data; `Null` where there is no such node.
    pub(crate) fn value(&self, uid: Uid) -> Value {
        match self.nodes.get(&uid).map(|node| &node.content) {
            None => Value::Null,
            Some(Content::Scalar(value)) => value.clone(),
            Some(Content::Sequence(items)) => {
                Value::Sequence(items.iter().map(|item| self.value(*item)).collect())
            }
            Some(Content::Mapping(entries)) => {
                let entry = |(key, child): &(String, Uid)| (Value::string(key.as_str()), self.value(*child));
                Value::Mapping(entries.iter().map(entry).collect())
            }
        }
    }

    /// The first field of a mapping that is for this.
    pub(crate) fn field(&self, mapping: Uid, part: Part) -> Option<Uid> {
        let mut fields = self.children(mapping).into_iter();
        fields.find(|field| self.node(*field).is_some_and(|node| node.facts.part == part))
    }

    /// The text of the first field of a mapping that is for this.
    pub(crate) fn field_text(&self, mapping: Uid, part: Part) -> Option<&str> {
        self.text(self.field(mapping, part)?)
    }

    /// Whether nothing is known by the node or by what is below.
    pub(crate) fn is_plain_below(&self, uid: Uid) -> bool {
        self.below(uid).iter().all(|it| self.node(*it).is_some_and(|it| it.facts.part == Part::Plain))
    }

    /// The text of a scalar that is a string.
    pub(crate) fn text(&self, uid: Uid) -> Option<&str> {
        match &self.nodes.get(&uid)?.content {
            Content::Scalar(value) => value.as_str(),
            _ => None,
        }
    }

    pub(crate) fn entry(&self, mapping: Uid, key: &str) -> Option<Uid> {
        match &self.nodes.get(&mapping)?.content {
            Content::Mapping(entries) => entries.iter().find(|(it, _)| it == key).map(|(_, child)| *child),
            _ => None,
        }
    }

    /// The key of a mapping's entry.
    pub(crate) fn key_of(&self, uid: Uid) -> Option<&str> {
        let parent = self.nodes.get(&uid)?.parent?;
        match &self.nodes.get(&parent)?.content {
            Content::Mapping(entries) => {
                entries.iter().find(|(_, child)| *child == uid).map(|(key, _)| key.as_str())
            }
            _ => None,
        }
    }

    /// Whether it is an item of a list.
    pub(crate) fn is_item(&self, uid: Uid) -> bool {
        let parent = self.nodes.get(&uid).and_then(|node| node.parent);
        parent.and_then(|parent| self.nodes.get(&parent)).is_some_and(Node::is_sequence)
    }

    /// Takes a node out of its container; what is below stays known until [`Model::forget`].
    pub(crate) fn detach(&mut self, uid: Uid) {
        let Some(parent) = self.nodes.get_mut(&uid).and_then(|node| node.parent.take()) else { return };
        match self.nodes.get_mut(&parent).map(|node| &mut node.content) {
            Some(Content::Mapping(entries)) => entries.retain(|(_, child)| *child != uid),
            Some(Content::Sequence(items)) => items.retain(|child| *child != uid),
            _ => {}
        }
    }

    /// Forgets a node and all below it.
    pub(crate) fn forget(&mut self, uid: Uid) {
        for gone in self.below(uid) {
            self.nodes.remove(&gone);
        }
    }

    /// Puts a node into a list, behind an item or at the start.
    pub(crate) fn attach(&mut self, uid: Uid, list: Uid, after: Option<Uid>) {
        if let Some(Content::Sequence(items)) = self.nodes.get_mut(&list).map(|node| &mut node.content) {
            let place = after.and_then(|after| items.iter().position(|item| *item == after));
            items.insert(place.map_or(0, |place| place + 1), uid);
        }
        if let Some(node) = self.nodes.get_mut(&uid) {
            node.parent = Some(list);
        }
    }
}

impl Node {
    pub(crate) fn is_sequence(&self) -> bool {
        matches!(self.content, Content::Sequence(_))
    }

    pub(crate) fn is_mapping(&self) -> bool {
        matches!(self.content, Content::Mapping(_))
    }

    pub(crate) fn items(&self) -> &[Uid] {
        match &self.content {
            Content::Sequence(items) => items,
            _ => &[],
        }
    }

    /// Whether a change of it alone is none.
    pub(crate) fn is_noise(&self) -> bool {
        matches!(self.facts.class, FieldClass::Volatile | FieldClass::Local)
    }
}
