//! What one person does to a folder, one step at a time.

use std::collections::HashMap;
use std::fmt;

use syncline_document::Value;
use syncline_format::RepoPath;

use super::model::{Content, Facts, File, FileId, Model, Node, Style, Uid};

/// One step; it names nodes by their identity and so can be done to any version that has them.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Gives a scalar another value.
    Set(Uid, Value),
    /// Gives many scalars other values at once: all ids, as a tool does when it imports a file again.
    SetAll(Vec<(Uid, Value)>),
    /// Adds an entry to a mapping.
    Put {
        /// The mapping.
        mapping: Uid,
        /// The new key.
        key: String,
        /// The identity of the new entry.
        node: Uid,
        /// Its value.
        value: Value,
    },
    /// Takes an entry or an item away, with all below.
    Take(Uid),
    /// Puts a copy of an item into a list, with some scalars changed.
    Copy {
        /// The item.
        item: Uid,
        /// The list that the copy comes into.
        list: Uid,
        /// The item before it; `None` at the start.
        after: Option<Uid>,
        /// The identity of the copy; what is below it has the following ones.
        fresh: Uid,
        /// What is different in the copy, by the nodes that are copied.
        changes: Vec<(Uid, Value)>,
    },
    /// Moves an item within its list or into another one.
    Move {
        /// The item.
        item: Uid,
        /// Where to.
        list: Uid,
        /// The item before it; `None` at the start.
        after: Option<Uid>,
    },
    /// Writes the entries of a mapping in another order.
    Turn(Uid, usize),
    /// Puts a comment on a line of its own above an entry.
    Comment(Uid, String),
    /// Adds a copy of a file, with some scalars changed.
    CopyFile {
        /// The root of the file.
        root: Uid,
        /// Where the copy is.
        path: RepoPath,
        /// The identity of the copy's root; what is below it has the following ones.
        fresh: Uid,
        /// What is different in the copy, by the nodes that are copied.
        changes: Vec<(Uid, Value)>,
    },
    /// Takes the file with this root away.
    TakeFile(Uid),
    /// Gives the file with this root another path.
    MoveFile(Uid, RepoPath),
    /// Writes the file with this root in another style.
    Restyle {
        /// The root of the file.
        root: Uid,
        /// Columns a level.
        indent: usize,
        /// Single quotes instead of double.
        single_quotes: bool,
        /// Dashes indented below their key.
        deep_dashes: bool,
    },
}

impl Edit {
    /// Does it; false, with nothing changed, where what it names is not there.
    pub(crate) fn apply(&self, model: &mut Model) -> bool {
        self.try_apply(model).is_some()
    }

    fn try_apply(&self, model: &mut Model) -> Option<()> {
        match self {
            Self::Set(node, value) => set(model, *node, value),
            Self::SetAll(values) => {
                for (node, value) in values {
                    set(model, *node, value);
                }
                Some(())
            }
            Self::Put { mapping, key, node, value } => put(model, *mapping, key, *node, value),
            Self::Take(node) => {
                model.node(*node)?.parent?;
                model.detach(*node);
                model.forget(*node);
                Some(())
            }
            Self::Copy { item, list, after, fresh, changes } => {
                model.node(*list).filter(|list| list.is_sequence())?;
                let copy = copy(model, *item, *fresh, changes)?;
                model.attach(copy, *list, *after);
                Some(())
            }
            Self::Move { item, list, after } => move_item(model, *item, *list, *after),
            Self::Turn(mapping, by) => {
                let Content::Mapping(entries) = &mut model.nodes.get_mut(mapping)?.content else {
                    return None;
                };
                (*by < entries.len()).then(|| entries.rotate_left(*by))
            }
            Self::Comment(node, text) => {
                model.nodes.get_mut(node)?.comment = Some(text.clone());
                Some(())
            }
            Self::CopyFile { root, path, fresh, changes } => {
                file_at(model, *root)?;
                let is_free = model.files.values().all(|file| file.path != *path);
                let copy = copy(model, *root, *fresh, changes).filter(|_| is_free)?;
                let file = File { path: path.clone(), root: copy, style: None };
                model.files.insert(FileId(fresh.0), file);
                Some(())
            }
            Self::TakeFile(root) => {
                let file = file_at(model, *root)?;
                model.files.remove(&file);
                model.forget(*root);
                Some(())
            }
            Self::MoveFile(root, path) => {
                let file = file_at(model, *root)?;
                model.files.get_mut(&file)?.path = path.clone();
                Some(())
            }
            Self::Restyle { root, indent, single_quotes, deep_dashes } => {
                let file = file_at(model, *root)?;
                let (single_quotes, deep_dashes) = (*single_quotes, *deep_dashes);
                let style = Style { indent: *indent, single_quotes, deep_dashes };
                model.files.get_mut(&file)?.style = Some(style);
                Some(())
            }
        }
    }
}

fn file_at(model: &Model, root: Uid) -> Option<FileId> {
    model.files.iter().find(|(_, file)| file.root == root).map(|(id, _)| *id)
}

fn set(model: &mut Model, node: Uid, value: &Value) -> Option<()> {
    let content = &mut model.nodes.get_mut(&node)?.content;
    matches!(content, Content::Scalar(_)).then(|| *content = Content::Scalar(value.clone()))
}

fn put(model: &mut Model, mapping: Uid, key: &str, node: Uid, value: &Value) -> Option<()> {
    let Content::Mapping(entries) = &mut model.nodes.get_mut(&mapping)?.content else { return None };
    if entries.iter().any(|(known, _)| known == key) {
        return None;
    }
    entries.push((key.to_owned(), node));
    let content = Content::Scalar(value.clone());
    let new = Node { parent: Some(mapping), content, origin: None, facts: Facts::default(), comment: None };
    model.nodes.insert(node, new);
    Some(())
}

fn move_item(model: &mut Model, item: Uid, list: Uid, after: Option<Uid>) -> Option<()> {
    model.node(list).filter(|list| list.is_sequence())?;
    if !model.is_item(item) || model.holds(item, list) || after == Some(item) {
        return None;
    }
    model.detach(item);
    model.attach(item, list, after);
    Some(())
}

/// Copies a node and all below it, not yet anywhere.
fn copy(model: &mut Model, from: Uid, fresh: Uid, changes: &[(Uid, Value)]) -> Option<Uid> {
    model.node(from)?;
    let old = model.below(from);
    let new: HashMap<Uid, Uid> = old.iter().zip(fresh.0..).map(|(old, new)| (*old, Uid(new))).collect();
    for uid in &old {
        let mut node = model.node(*uid)?.clone();
        node.comment = None;
        node.parent = node.parent.and_then(|parent| new.get(&parent).copied());
        match &mut node.content {
            Content::Scalar(value) => {
                if let Some((_, change)) = changes.iter().find(|(changed, _)| changed == uid) {
                    *value = change.clone();
                }
            }
            Content::Mapping(entries) => entries.iter_mut().for_each(|(_, child)| *child = new[child]),
            Content::Sequence(items) => items.iter_mut().for_each(|child| *child = new[child]),
        }
        model.nodes.insert(new[uid], node);
    }
    new.get(&from).copied()
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

impl Edit {
    /// The edit in words, with places as the version has them that it is done to.
    pub(crate) fn describe(&self, model: &Model) -> String {
        let at = |uid: Uid| model.place(uid);
        let behind =
            |after: &Option<Uid>| after.map_or("first".to_owned(), |after| format!("after {}", at(after)));
        match self {
            Self::Set(node, value) => format!("set {} to {}", at(*node), value.to_json()),
            Self::SetAll(values) => format!("give {} ids anew", values.len()),
            Self::Put { mapping, key, value, .. } => {
                format!("put `{key}: {}` into {}", value.to_json(), at(*mapping))
            }
            Self::Take(node) => format!("take {} away", at(*node)),
            Self::Copy { item, list, after, .. } => {
                format!("copy {} into {}, {}", at(*item), at(*list), behind(after))
            }
            Self::Move { item, list, after } => {
                format!("move {} into {}, {}", at(*item), at(*list), behind(after))
            }
            Self::Turn(mapping, by) => format!("turn the entries of {} by {by}", at(*mapping)),
            Self::Comment(node, text) => format!("comment on {}: {text}", at(*node)),
            Self::CopyFile { root, path, .. } => format!("copy the file {} to {path}", at(*root)),
            Self::TakeFile(root) => format!("take the file {} away", at(*root)),
            Self::MoveFile(root, path) => format!("move the file {} to {path}", at(*root)),
            Self::Restyle { root, indent, .. } => {
                format!("write the file {} anew, {indent} columns a level", at(*root))
            }
        }
    }
}
