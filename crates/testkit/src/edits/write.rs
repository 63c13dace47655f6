//! Writes a model as files: stretches of the sample's text, and new text only where an edit asks for it.

use std::collections::BTreeMap;

use syncline_document::{Child, Document, Language, Piece, Pointer, Slot, Style as Written, Value, compose};

use super::case::Files;
use super::model::{Content, File, Model, Node, Origin, Uid};
use super::read::Sample;
use super::restyle::restyle;

/// The files; `None` where one cannot be written as the model means it.
pub(crate) fn write(sample: &Sample<'_>, model: &Model) -> Option<Files> {
    let mut files = BTreeMap::new();
    for file in model.files.values() {
        files.insert(file.path.clone(), write_file(sample, model, file)?);
    }
    Some(files)
}

/// One file; `None` where it cannot be written as the model means it.
pub(crate) fn write_file(sample: &Sample<'_>, model: &Model, file: &File) -> Option<String> {
    Writer { sample, model }.file(file)
}

struct Writer<'a> {
    sample: &'a Sample<'a>,
    model: &'a Model,
}

impl<'a> Writer<'a> {
    fn file(&self, file: &File) -> Option<String> {
        let origin = self.model.node(file.root)?.origin?;
        let document = self.sample.documents.get(origin.document)?;
        let text = match file.style {
            Some(style) => restyle(&self.model.value(file.root), style, document.language()),
            None => compose(document, &self.piece(file.root)?.0).ok()?,
        };
        let text = self.with_comments(file.root, text, document.language())?;
        let read = Document::parse(text.as_bytes(), document.language()).ok()?;
        (read.value(read.root()) == self.model.value(file.root)).then_some(text)
    }

    /// The text of a node, and whether it is all as in the sample.
    fn piece(&self, uid: Uid) -> Option<(Piece<'a>, bool)> {
        let node = self.model.node(uid)?;
        let Some(origin) = node.origin else {
            return Some((Piece::Value { value: self.model.value(uid), like: None }, false));
        };
        let from = &self.sample.documents[origin.document];
        let copy = Piece::Copy { from, node: origin.node };
        if let Content::Scalar(value) = &node.content {
            let same = from.value(origin.node) == *value;
            let new = Piece::Value { value: value.clone(), like: Some((from, origin.node)) };
            return Some((if same { copy } else { new }, same));
        }
        let uids = self.model.children(uid);
        let mut same = uids.len() == from.child_count(origin.node);
        let mut children = Vec::with_capacity(uids.len());
        for (index, child) in uids.into_iter().enumerate() {
            let (value, is_same) = self.piece(child)?;
            let of = self.model.node(child)?.origin;
            same &= is_same && of.is_some_and(|of| of.slot == Some((origin.node, index)));
            children.push(Child { slot: self.slot(child, of), value });
        }
        let changed = Piece::Container { from, node: origin.node, children };
        Some((if same { copy } else { changed }, same))
    }

    fn slot(&self, child: Uid, origin: Option<Origin>) -> Slot<'a> {
        match origin.and_then(|origin| Some((origin.document, origin.slot?))) {
            Some((document, (container, index))) => {
                Slot::Of { from: &self.sample.documents[document], container, index }
            }
            None => Slot::New(self.model.key_of(child).map(Value::string)),
        }
    }

    /// Puts the comments of edits above their entries; `None` where one does not begin a line.
    fn with_comments(&self, root: Uid, mut text: String, language: Language) -> Option<String> {
        let with_comment =
            self.model.below(root).into_iter().filter(|uid| self.model.nodes[uid].comment.is_some());
        for uid in with_comment {
            let comment = self.model.nodes[&uid].comment.as_deref()?;
            let document = Document::parse(text.as_bytes(), language).ok()?;
            let at = self.model.pointer(uid);
            let (part, above) = at.parts().split_last()?;
            let above = above.iter().fold(Pointer::root(), |at, part| at.child(part.as_str()));
            let container = document.lookup(&above)?;
            let index = document.child_index(container, part)?;
            let start = document.children(container).get(index)?.start;
            let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
            let indent = text[line..start].to_owned();
            let is_own_line = indent.bytes().all(|byte| byte == b' ');
            if !is_own_line || document.node(container).style != Written::Block {
                return None;
            }
            text.insert_str(line, &format!("{indent}# {comment}\n"));
        }
        Some(text)
    }
}

impl Model {
    /// The place of a node in its file.
    pub(crate) fn pointer(&self, uid: Uid) -> Pointer {
        let above: Vec<Uid> = self.above(uid).collect();
        let parts = above.iter().rev().skip(1).map(|uid| self.part(*uid));
        parts.fold(Pointer::root(), |at, part| at.child(part))
    }

    fn part(&self, uid: Uid) -> String {
        if let Some(key) = self.key_of(uid) {
            return key.to_owned();
        }
        let parent = self.node(uid).and_then(|node| node.parent).and_then(|parent| self.node(parent));
        let items = parent.map(Node::items).unwrap_or_default();
        items.iter().position(|item| *item == uid).map_or_else(|| uid.to_string(), |index| index.to_string())
    }

    /// File and place of a node, for people.
    pub(crate) fn place(&self, uid: Uid) -> String {
        match self.file_of(uid).map(|file| &file.path) {
            Some(path) => format!("{path}{} ({uid})", self.pointer(uid)),
            None => uid.to_string(),
        }
    }
}
