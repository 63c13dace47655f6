//! Reads a folder as a model.

use std::collections::HashSet;

use syncline_document::{Document, Language, NodeId, NodeKind, Value};
use syncline_format::{Format, HEAD_BYTES, Identity, ListRule, RepoPath, Resource, Rules};

use super::folders::Folder;
use super::model::{Content, Facts, File, FileId, Model, Node, Origin, Part, Uid};

/// A folder of one format, to make cases from.
#[derive(Debug)]
pub struct Sample<'f> {
    pub(crate) format: &'f Format,
    pub(crate) documents: Vec<Document>,
    pub(crate) model: Model,
}

impl<'f> Sample<'f> {
    /// Reads the files that are data of the format. Those whose nodes cannot all be told apart are left out:
    /// with aliases, several documents, a key that is repeated or is no text.
    pub fn read<'t>(format: &'f Format, files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let mut sample = Self { format, documents: Vec::new(), model: Model::default() };
        for (path, text) in files {
            let Ok(path) = RepoPath::new(path) else { continue };
            let head = &text.as_bytes()[..text.len().min(HEAD_BYTES)];
            let Some(language) = format.claims_content(&path, head).language() else { continue };
            let Ok(document) = Document::parse(text.as_bytes(), language) else { continue };
            if is_plain(&document, document.root()) && document.repeated_key().is_none() {
                sample.take(path, document);
            }
        }
        sample
    }

    /// As [`Sample::read`] of all files of a folder.
    pub fn of_folder(format: &'f Format, files: &Folder) -> Self {
        Self::read(format, files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
    }

    /// How many nodes it has.
    pub fn size(&self) -> usize {
        self.model.nodes.len()
    }

    /// The resource that a file is, or the outermost in it.
    pub(crate) fn resource(&self, model: &Model, file: &File) -> Option<Resource> {
        let text = model.value(file.root).to_json().to_string();
        let document = Document::parse(text.as_bytes(), Language::Json).ok()?;
        self.format.resources(&file.path, &document).into_iter().next()
    }

    fn take(&mut self, path: RepoPath, document: Document) {
        let number = u32::try_from(self.documents.len()).expect("samples are small");
        let (number_of_document, model) = (self.documents.len(), &mut self.model);
        let sorts = Vec::new();
        let mut reader = Reader { document: &document, number: number_of_document, model, sorts };
        let rules = self.format.rules_for(&path, &document);
        let root = reader.visit(document.root(), None, rules, None);
        for field in self.format.told_by(&path) {
            reader.mark_field(root, Some(&field), Part::Mark);
        }
        self.model.files.insert(FileId(number), File { path, root, style: None });
        self.documents.push(document);
    }
}

/// Whether all of it is mappings with texts as keys, lists and scalars without tags.
fn is_plain(document: &Document, node: NodeId) -> bool {
    let children = || (0..document.child_count(node)).filter_map(|index| document.child(node, index));
    let plain_keys = |count| {
        (0..count).all(|index| {
            document.key(node, index).is_some_and(|key| matches!(document.value(key), Value::String(_)))
        })
    };
    document.tag(node).is_none()
        && document.anchor(node).is_none()
        && match &document.node(node).kind {
            NodeKind::Mapping(pairs) => plain_keys(pairs.len()),
            NodeKind::Scalar | NodeKind::Sequence(_) => true,
            NodeKind::Alias(_) | NodeKind::Stream(_) => false,
        }
        && children().all(|child| is_plain(document, child))
}

struct Reader<'a> {
    document: &'a Document,
    number: usize,
    model: &'a mut Model,
    /// What the format says of the items of each sort of list.
    sorts: Vec<Rules<'a>>,
}

impl<'a> Reader<'a> {
    fn visit(
        &mut self,
        node: NodeId,
        slot: Option<(NodeId, usize)>,
        rules: Rules<'a>,
        parent: Option<Uid>,
    ) -> Uid {
        let uid = Uid(u32::try_from(self.model.nodes.len()).expect("samples are small"));
        let origin = Some(Origin { document: self.number, node, slot });
        let facts = Facts {
            class: rules.class(),
            rule: rules.merge_rule(),
            is_resource: rules.is_resource(),
            sort: self.sort(rules.item()),
            ..Facts::default()
        };
        let content = Content::Scalar(Value::Null);
        self.model.nodes.insert(uid, Node { parent, content, origin, facts, comment: None });
        let content = match &self.document.node(node).kind {
            NodeKind::Mapping(pairs) => {
                let entry = |(index, pair): (usize, &syncline_document::Pair)| {
                    let key = self.document.key_text(pair.key);
                    let rules = rules.key(&key);
                    let child = self.visit(pair.value, Some((node, index)), rules, Some(uid));
                    (key, child)
                };
                Content::Mapping(pairs.iter().enumerate().map(entry).collect())
            }
            NodeKind::Sequence(items) => {
                let item = |(index, item): (usize, &NodeId)| {
                    self.visit(*item, Some((node, index)), rules.item(), Some(uid))
                };
                Content::Sequence(items.iter().enumerate().map(item).collect())
            }
            _ => Content::Scalar(self.document.value(node)),
        };
        if let Some(known) = self.model.nodes.get_mut(&uid) {
            known.content = content;
        }
        self.mark(uid, node, rules, parent);
        uid
    }

    /// The number of a sort of resources.
    fn sort(&mut self, item: Rules<'a>) -> Option<usize> {
        if !item.is_resource() {
            return None;
        }
        let known = self.sorts.iter().position(|known| known.is_same(item));
        Some(known.unwrap_or_else(|| {
            self.sorts.push(item);
            self.sorts.len() - 1
        }))
    }

    /// Notes what the fields below a node are for.
    fn mark(&mut self, uid: Uid, node: NodeId, rules: Rules<'_>, parent: Option<Uid>) {
        if rules.is_resource() {
            self.mark_field(uid, rules.id_field(), Part::ResourceId);
            self.mark_field(uid, rules.parent_field(), Part::Parent);
        }
        if parent.is_none() {
            for key in ["type", "_type", "kind"] {
                self.mark_field(uid, Some(&[key.into()]), Part::Mark);
            }
        }
        if let NodeKind::Sequence(items) = &self.document.node(node).kind {
            self.mark_items(uid, items, rules.list());
        }
    }

    fn mark_items(&mut self, list: Uid, items: &[NodeId], rule: Option<&ListRule>) {
        let identity = self.identity(items, rule);
        if let Some(node) = self.model.nodes.get_mut(&list) {
            node.facts.is_keyed = identity.is_some();
        }
        let natural = rule.and_then(|rule| rule.natural.as_ref());
        for item in self.model.children(list) {
            for key in ["id", "_id", "uuid", "identifier", "key"] {
                self.mark_field(item, Some(&[key.into()]), Part::Id);
            }
            for field in identity.iter().flat_map(Identity::fields) {
                self.mark_field(item, Some(field), Part::Id);
            }
            for field in natural.iter().flat_map(|natural| natural.fields()) {
                if let Some(node) = self.field(item, field).and_then(|field| self.model.nodes.get_mut(&field))
                {
                    node.facts.is_natural = true;
                }
            }
        }
    }

    /// The first way to tell the items apart that works for all of them.
    fn identity(&self, items: &[NodeId], rule: Option<&ListRule>) -> Option<Identity> {
        let by_rule = rule.map_or(&[][..], |rule| rule.identities.as_slice());
        let generic = ListRule::generic().identities.iter();
        let mut ways = by_rule.iter().chain(generic);
        let tells_apart = |identity: &&Identity| {
            let mut seen = HashSet::new();
            let ids = items.iter().map(|item| identity.of(self.document, *item));
            !items.is_empty() && ids.into_iter().all(|id| id.is_some_and(|id| seen.insert(id)))
        };
        ways.find(tells_apart).cloned()
    }

    fn field(&self, uid: Uid, field: &[Box<str>]) -> Option<Uid> {
        field.iter().try_fold(uid, |at, key| self.model.entry(at, key))
    }

    fn mark_field(&mut self, uid: Uid, field: Option<&[Box<str>]>, part: Part) {
        let field = field.and_then(|field| self.field(uid, field));
        if let Some(node) = field.and_then(|field| self.model.nodes.get_mut(&field))
            && node.facts.part == Part::Plain
        {
            node.facts.part = part;
        }
    }
}
