//! Trees of documents by plain means: what laws and tests compare with.

use syncline_document::{Child, Document, Edit, Language, NodeId, NodeKind, Piece, Pointer, Slot, Value};

/// A text that must be valid.
///
/// # Panics
///
/// Where it is not.
pub fn parse(text: &str, language: Language) -> Document {
    Document::parse(text.as_bytes(), language).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Each container taken to its children, so that composing has to put all of the text together again.
///
/// # Panics
///
/// Where a container lacks a child that it counts.
pub fn pieces(document: &Document, id: NodeId) -> Piece<'_> {
    let count = document.child_count(id);
    if count == 0 {
        return Piece::Copy { from: document, node: id };
    }
    let child = |index| Child {
        slot: Slot::Of { from: document, container: id, index },
        value: pieces(document, document.child(id, index).expect("a child of this number")),
    };
    Piece::Container { from: document, node: id, children: (0..count).map(child).collect() }
}

/// Every node that is no key, with its pointer.
///
/// # Panics
///
/// Where a container lacks a child that it counts.
pub fn places(document: &Document) -> Vec<(Pointer, NodeId)> {
    let mut found = vec![(Pointer::root(), document.root())];
    let mut next = 0;
    while let Some((pointer, id)) = found.get(next).cloned() {
        for index in 0..document.child_count(id) {
            let part =
                document.key(id, index).map_or_else(|| index.to_string(), |key| document.key_text(key));
            found.push((pointer.child(part), document.child(id, index).expect("a child of this number")));
        }
        next += 1;
    }
    found
}

/// The value after an edit, by plain means; `None` where the edit names nothing.
pub fn edited(whole: &Value, edit: &Edit) -> Option<Value> {
    let mut value = whole.clone();
    let (Edit::Set { at, .. } | Edit::Remove { at } | Edit::Insert { at, .. }) = edit;
    change(&mut value, at.parts(), edit)?;
    Some(value)
}

fn change(value: &mut Value, parts: &[String], edit: &Edit) -> Option<()> {
    // A value that is set as a whole loses its tag.
    if let ([], Edit::Set { value: new, .. }) = (parts, edit) {
        *value = new.clone();
        return Some(());
    }
    let value = untagged(value);
    match (parts, edit) {
        ([], _) => return None,
        ([part], Edit::Set { value: new, .. }) if child(value, part).is_none() => match value {
            Value::Mapping(entries) => entries.push((Value::string(part.as_str()), new.clone())),
            _ => return None,
        },
        ([part], Edit::Remove { .. }) => match value {
            Value::Mapping(entries) => {
                let at = entries.iter().position(|(key, _)| key.to_key() == *part)?;
                entries.remove(at);
            }
            Value::Sequence(items) => drop(items.remove(part.parse().ok()?)),
            _ => return None,
        },
        ([part], Edit::Insert { value: new, .. }) => match value {
            Value::Sequence(items) => items.insert(part.parse().ok()?, new.clone()),
            _ => return None,
        },
        ([part], Edit::Set { value: new, .. }) => *child(value, part)? = new.clone(),
        ([part, rest @ ..], edit) => change(child(value, part)?, rest, edit)?,
    }
    Some(())
}

fn untagged(value: &mut Value) -> &mut Value {
    match value {
        Value::Tagged(_, inner) => untagged(inner),
        plain => plain,
    }
}

fn child<'v>(value: &'v mut Value, part: &str) -> Option<&'v mut Value> {
    match value {
        Value::Mapping(entries) => {
            entries.iter_mut().find(|(key, _)| key.to_key() == part).map(|(_, value)| value)
        }
        Value::Sequence(items) => items.get_mut(part.parse::<usize>().ok()?),
        _ => None,
    }
}

/// Whether a text reads as a value; a stream that is left with one document is that document.
pub fn reads_as(text: &str, language: Language, wanted: &Value) -> bool {
    let read = parse(text, language);
    let found = read.value(read.root());
    let lone = matches!(wanted, Value::Sequence(items) if items.len() == 1 && items[0] == found);
    found == *wanted || (lone && language == Language::Yaml)
}

/// Whether a pointer's last part names an item of a list.
pub fn is_item(document: &Document, id: NodeId) -> bool {
    let parent = document.node(id).parent;
    parent.is_some_and(|parent| matches!(document.node(parent).kind, NodeKind::Sequence(_)))
}
