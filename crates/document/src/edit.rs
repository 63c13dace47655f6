//! Single edits by pointer.

use crate::{
    Child, ComposeError, Document, NodeId, NodeKind, Piece, Pointer, Position, Slot, Value, compose,
    compose::compose_in_quotes,
};

/// One change of a document's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Gives a node another value; adds the entry where the mapping has no such key yet, and the item
    /// where the index is the sequence's length or `-`.
    Set {
        /// The node.
        at: Pointer,
        /// Its new value.
        value: Value,
    },
    /// Takes an entry or item out, with the comments that belong to it.
    Remove {
        /// The node.
        at: Pointer,
    },
    /// Puts a new item into a sequence before the item that is there now; at the end where the index is the
    /// sequence's length or `-`.
    Insert {
        /// The place.
        at: Pointer,
        /// The item.
        value: Value,
    },
}

/// Why an edit is not done; the document is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The pointer names nothing.
    #[error("there is nothing at `{0}`")]
    NotFound(Pointer),
    /// The node is an alias, or lies behind one: the edit would change other places too.
    #[error("`{at}` is an alias ({position}), and an edit of it would change other places too")]
    Alias {
        /// The pointer as asked for.
        at: Pointer,
        /// Where the alias stands.
        position: Position,
    },
    /// The mapping has the key more than once.
    #[error("`{at}` stands more than once in its mapping (again at {position})")]
    RepeatedKey {
        /// The pointer as asked for.
        at: Pointer,
        /// Where it stands again.
        position: Position,
    },
    /// The text could not be made.
    #[error("the edit of `{at}` could not be written safely")]
    Compose {
        /// The pointer as asked for.
        at: Pointer,
        /// Why.
        source: ComposeError,
    },
}

/// What happens to the child that the last part of a pointer names.
enum Action<'v> {
    Set(&'v Value),
    Remove,
    Insert(&'v Value),
}

impl Document {
    /// The text after an edit; one that changes no data changes no byte.
    pub fn edit(&self, edit: &Edit) -> Result<String, EditError> {
        let (at, action) = match edit {
            Edit::Set { at, value } => (at, Action::Set(value)),
            Edit::Remove { at } => (at, Action::Remove),
            Edit::Insert { at, value } => (at, Action::Insert(value)),
        };
        let root = match (at.parts(), &action) {
            ([], Action::Set(value)) => self.set(self.root(), value),
            ([], _) => return Err(EditError::NotFound(at.clone())),
            (parts, action) => self.along(self.root(), parts, at, action)?,
        };
        let wanted = meaning(&root);
        if wanted == self.value(self.root()) {
            return Ok(self.text().to_owned());
        }
        let place = self.place_of(edit);
        let safe = |text: String| self.check(&text, &wanted, &place).map(|()| text);
        // In quotes a new text takes nothing for its own that stands behind it.
        let text = compose(self, &root).and_then(safe);
        text.or_else(|_| compose_in_quotes(self, &root).and_then(safe))
            .map_err(|source| EditError::Compose { at: at.clone(), source })
    }

    /// The pieces of a node in which something below is changed.
    fn along<'a>(
        &'a self,
        node: NodeId,
        parts: &[String],
        at: &Pointer,
        action: &Action<'_>,
    ) -> Result<Piece<'a>, EditError> {
        if let NodeKind::Alias(_) = self.node(node).kind {
            return Err(EditError::Alias { at: at.clone(), position: self.position(node) });
        }
        let not_found = || EditError::NotFound(at.clone());
        let (part, rest) = parts.split_first().ok_or_else(not_found)?;
        let found = self.child_index(node, part);
        if let Some(position) = found.and_then(|index| self.repetition(node, index)) {
            return Err(EditError::RepeatedKey { at: at.clone(), position });
        }
        let mut children = self.copies(node);
        match (found, rest, action) {
            (Some(index), [], Action::Remove) => drop(children.remove(index)),
            (Some(index), [], Action::Set(value)) => {
                let child = self.child(node, index).ok_or_else(not_found)?;
                if let NodeKind::Alias(_) = self.node(child).kind
                    && self.value(child) != **value
                {
                    return Err(EditError::Alias { at: at.clone(), position: self.position(child) });
                }
                children[index].value = self.set(child, value);
            }
            (found, [], Action::Insert(value)) if matches!(self.node(node).kind, NodeKind::Sequence(_)) => {
                let index = found.or_else(|| self.end_index(node, part)).ok_or_else(not_found)?;
                children.insert(index, self.new_child(node, None, value));
            }
            (None, [], Action::Set(value)) => {
                let key = match self.node(node).kind {
                    NodeKind::Mapping(_) => Some(Value::string(part.as_str())),
                    _ => self.end_index(node, part).map(|_| None).ok_or_else(not_found)?,
                };
                children.push(self.new_child(node, key, value));
            }
            (Some(index), rest, action) if !rest.is_empty() => {
                let child = self.child(node, index).ok_or_else(not_found)?;
                children[index].value = self.along(child, rest, at, action)?;
            }
            _ => return Err(not_found()),
        }
        Ok(Piece::Container { from: self, node, children })
    }

    /// The index behind the last item, if the part names it.
    fn end_index(&self, node: NodeId, part: &str) -> Option<usize> {
        let NodeKind::Sequence(items) = self.node(node).kind else { return None };
        (part == "-" || part == items.len().to_string()).then_some(items.len())
    }

    /// Where the key of an entry stands a second time.
    fn repetition(&self, node: NodeId, index: usize) -> Option<Position> {
        let NodeKind::Mapping(pairs) = self.node(node).kind else { return None };
        let key = self.key_text(pairs[index].key);
        let again = pairs.iter().enumerate().find(|(at, pair)| *at != index && self.is_key(pair.key, &key));
        again.map(|(_, pair)| self.position(pair.key))
    }

    fn copies(&self, container: NodeId) -> Vec<Child<'_>> {
        let copy = |index| Child {
            slot: Slot::Of { from: self, container, index },
            value: Piece::Copy { from: self, node: self.child(container, index).unwrap_or(container) },
        };
        (0..self.child_count(container)).map(copy).collect()
    }

    fn new_child<'a>(&'a self, container: NodeId, key: Option<Value>, value: &Value) -> Child<'a> {
        let last = self.child_count(container).checked_sub(1).and_then(|last| self.child(container, last));
        let like = last.filter(|last| self.same_sort(*last, value)).map(|last| (self, last));
        Child { slot: Slot::New(key), value: Piece::Value { value: value.clone(), like } }
    }

    /// Whether a node is of the same sort as a value: both text, both a list and so on.
    fn same_sort(&self, node: NodeId, value: &Value) -> bool {
        std::mem::discriminant(&self.value(node)) == std::mem::discriminant(value)
    }

    /// The pieces that turn a node into a value, as much as possible out of its own text.
    fn set<'a>(&'a self, node: NodeId, value: &Value) -> Piece<'a> {
        let old = self.value(node);
        if old == *value {
            return Piece::Copy { from: self, node };
        }
        let new = || Piece::Value { value: value.clone(), like: Some((self, node)) };
        let (tag, inner) = match value {
            Value::Tagged(tag, inner) => (Some(&**tag), inner.as_ref()),
            plain => (None, plain),
        };
        if self.tag(node) != tag || self.child_count(node) == 0 {
            return new();
        }
        let children = match (self.node(node).kind, inner) {
            (NodeKind::Mapping(_), Value::Mapping(entries)) => self.set_entries(node, entries),
            (NodeKind::Sequence(_) | NodeKind::Stream(_), Value::Sequence(items)) => {
                self.set_items(node, items)
            }
            _ => return new(),
        };
        Piece::Container { from: self, node, children }
    }

    fn set_entries<'a>(&'a self, node: NodeId, entries: &[(Value, Value)]) -> Vec<Child<'a>> {
        let NodeKind::Mapping(pairs) = self.node(node).kind else { return Vec::new() };
        let mut by_key = std::collections::HashMap::new();
        for (index, pair) in pairs.iter().enumerate() {
            by_key.entry(self.value(pair.key)).or_insert(index);
        }
        let entry = |(key, value): &(Value, Value)| match by_key.remove(key) {
            Some(index) => Child {
                slot: Slot::Of { from: self, container: node, index },
                value: self.set(pairs[index].value, value),
            },
            None => self.new_child(node, Some(key.clone()), value),
        };
        entries.iter().map(entry).collect()
    }

    /// Items that are the same at the start and at the end stay; between them they are set one by one.
    fn set_items<'a>(&'a self, node: NodeId, items: &[Value]) -> Vec<Child<'a>> {
        let old: Vec<Value> =
            (0..self.child_count(node)).filter_map(|i| self.child(node, i)).map(|n| self.value(n)).collect();
        let start = old.iter().zip(items).take_while(|(a, b)| a == b).count();
        let rest = old.len().min(items.len()) - start;
        let end = old.iter().rev().zip(items.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
        let mut copies = self.copies(node);
        let kept_end = copies.split_off(old.len() - end);
        let middle = copies.split_off(start);
        let mut children = copies;
        for (position, value) in items[start..items.len() - end].iter().enumerate() {
            children.push(match middle.get(position) {
                Some(child) => {
                    let own = self.child(node, start + position).unwrap_or(node);
                    Child { slot: child.slot.clone(), value: self.set(own, value) }
                }
                None => self.new_child(node, None, value),
            });
        }
        children.extend(kept_end);
        children
    }
}

/// What pieces mean, as a value.
fn meaning(piece: &Piece<'_>) -> Value {
    match piece {
        Piece::Copy { from, node } => from.value(*node),
        Piece::Value { value, .. } => value.clone(),
        Piece::Container { from, node, children } => {
            let plain = match from.node(*node).kind {
                NodeKind::Mapping(_) => {
                    Value::Mapping(children.iter().map(|c| (key(&c.slot), meaning(&c.value))).collect())
                }
                _ => Value::Sequence(children.iter().map(|child| meaning(&child.value)).collect()),
            };
            match from.tag(*node) {
                Some(tag) => Value::Tagged(tag.into(), Box::new(plain)),
                None => plain,
            }
        }
    }
}

fn key(slot: &Slot<'_>) -> Value {
    match slot {
        Slot::Of { from, container, index } | Slot::Mixed { key: (from, container, index), .. } => {
            from.key(*container, *index).map_or(Value::Null, |key| from.value(key))
        }
        Slot::New(key) => key.clone().unwrap_or(Value::Null),
    }
}
