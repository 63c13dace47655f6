//! Taking a value: the tree in which a conflict's place holds what was chosen.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use syncline_document::{Document, Edit, NodeKind, Pointer, Value};
use syncline_format::{RepoPath, is_large_file_pointer};
use syncline_merge::{Conflict, Place, Side, Whereabouts, move_item};
use syncline_repo::{Entry, Mode, TreeId};

use crate::conflicts::comments::is_of_comments;
use crate::conflicts::lookup::Indexed;
use crate::formats::reading::Reading;
use crate::{SyncError, Take, Workspace};

impl Workspace {
    /// The tree with a conflict's place holding what is taken.
    pub(crate) fn take(&self, tree: TreeId, conflict: &Conflict, take: &Take) -> Result<TreeId, SyncError> {
        match conflict.place {
            Place::Field => self.take_field(tree, conflict, take),
            Place::Lines if is_of_comments(conflict) => self.take_comments(tree, conflict, take),
            Place::Lines => self.take_lines(tree, conflict, take),
            Place::File => self.take_file(tree, conflict, take),
            Place::Path => self.take_path(tree, conflict, take),
        }
    }

    fn take_field(&self, tree: TreeId, conflict: &Conflict, take: &Take) -> Result<TreeId, SyncError> {
        let gone = || SyncError::PlaceGone(conflict.id().to_string());
        let entry = self.repo.entry_at(tree, &conflict.path)?.ok_or_else(gone)?;
        let bytes = self.repo.read_blob(entry.id)?;
        let document = match self.read_bytes(&conflict.path, &bytes, true) {
            Reading::Document(document) => Indexed::new(*document, &conflict.path, self.format()),
            Reading::Bad(source) => {
                return Err(SyncError::Unreadable { path: conflict.path.clone(), source });
            }
            Reading::Opaque => return Err(gone()),
        };
        let at = document.place_of(conflict).unwrap_or_else(|| conflict.field.clone());
        if let Some(to) = wanted_place(conflict, take) {
            let text = move_to(conflict, (&document, &at), take, to)?;
            return self.put(tree, &conflict.path, entry.mode, text.as_bytes());
        }
        let document = document.document();
        let edited = |edit: Edit| {
            document.edit(&edit).map_err(|source| SyncError::Edit { path: conflict.path.clone(), source })
        };
        let text = match Wanted::of(conflict, take)? {
            Wanted::Value(Some(value)) => edited(Edit::Set { at, value })?,
            Wanted::Value(None) if document.lookup(&at).is_none() => return Ok(tree),
            Wanted::Value(None) => edited(Edit::Remove { at })?,
            Wanted::Both(first, second) if is_list_item(document, &at) => {
                put_both(conflict, document, &at, first, second)?
            }
            Wanted::Both(first, second) => {
                edited(Edit::Set { at, value: joined(conflict, &first, &second)? })?
            }
        };
        self.put(tree, &conflict.path, entry.mode, text.as_bytes())
    }

    fn take_file(&self, tree: TreeId, conflict: &Conflict, take: &Take) -> Result<TreeId, SyncError> {
        let now = self.repo.entry_at(tree, &conflict.path)?;
        let value = match Wanted::of(conflict, take)? {
            Wanted::Value(value) => value,
            Wanted::Both(first, second) => Some(joined(conflict, &first, &second)?),
        };
        let entry = match &value {
            None => None,
            // What somebody had is taken as it was, even where it cannot be read; what is made anew is not.
            Some(Value::String(text)) if matches!(take, Take::Value(_) | Take::Both) => {
                let mode = now.map_or(Mode::File, |entry| entry.mode);
                return self.put(tree, &conflict.path, mode, text.as_bytes());
            }
            Some(value) => {
                let entry = self.file_entry(value, now)?;
                Some(entry.ok_or_else(|| SyncError::BadValue("it stands for no file".to_owned()))?)
            }
        };
        Ok(self.repo.edit_tree(Some(tree), &[(conflict.path.clone(), entry)])?)
    }

    /// Moves the file to the path that is taken.
    fn take_path(&self, tree: TreeId, conflict: &Conflict, take: &Take) -> Result<TreeId, SyncError> {
        let Wanted::Value(value) = Wanted::of(conflict, take)? else {
            return Err(SyncError::BothOnScalar(vec![conflict.id()]));
        };
        let entry = self.repo.entry_at(tree, &conflict.path)?;
        let entry = entry.ok_or_else(|| SyncError::PlaceGone(conflict.id().to_string()))?;
        let text = value.as_ref().and_then(Value::as_str);
        let path = text.map(RepoPath::new).transpose()?.filter(|path| *path != conflict.path);
        let Some(path) = path else { return Ok(tree) };
        if self.repo.entry_at(tree, &path)?.is_some() {
            return Err(SyncError::BadValue(format!("there is another file at `{path}`")));
        }
        let edits = [(conflict.path.clone(), None), (path, Some(entry))];
        Ok(self.repo.edit_tree(Some(tree), &edits)?)
    }

    pub(crate) fn put(
        &self,
        tree: TreeId,
        path: &RepoPath,
        mode: Mode,
        bytes: &[u8],
    ) -> Result<TreeId, SyncError> {
        if let Reading::Bad(source) = self.read_bytes(path, bytes, false) {
            return Err(SyncError::BadValue(format!("`{path}` would not parse: {source}")));
        }
        let entry = Entry { mode, id: self.repo.write_blob(bytes)? };
        Ok(self.repo.edit_tree(Some(tree), &[(path.clone(), Some(entry))])?)
    }

    /// The entry that a whole file's value stands for: a text, bytes in base64, `{"mode", "blob"}`,
    /// `{"mode", "commit"}` of a submodule, `{"mode", "target"}` of a link, or the mode alone.
    pub(crate) fn file_entry(&self, value: &Value, now: Option<Entry>) -> Result<Option<Entry>, SyncError> {
        let mode = now.map_or(Mode::File, |entry| entry.mode);
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let blob = |bytes: &[u8]| -> Result<_, SyncError> { Ok(self.repo.write_blob(bytes)?) };
        let mode = match text("mode") {
            Some("executable") => Mode::Executable,
            Some("link") => Mode::Link,
            Some("submodule") => Mode::Submodule,
            Some(_) => Mode::File,
            None => mode,
        };
        let id = match value {
            Value::String(text) => Some(blob(text.as_bytes())?),
            Value::Tagged(_, bytes) => bytes
                .as_str()
                .and_then(|text| STANDARD.decode(text).ok())
                .map(|bytes| blob(&bytes))
                .transpose()?,
            _ => match (text("blob").or_else(|| text("commit")), text("target")) {
                (Some(id), _) => id.parse().ok(),
                (None, Some(target)) => Some(blob(target.as_bytes())?),
                (None, None) => now.map(|entry| entry.id),
            },
        };
        Ok(id.map(|id| Entry { mode, id }))
    }
}

/// Where what is taken has a resource that was moved.
fn wanted_place<'c>(conflict: &'c Conflict, take: &Take) -> Option<&'c Whereabouts> {
    let moved = conflict.moved.as_ref()?;
    match take {
        Take::Ours => moved.of(Side::Ours),
        Take::Theirs => moved.of(Side::Theirs),
        Take::Base => moved.base.as_ref(),
        Take::Both | Take::Value(_) => None,
    }
}

/// A moved resource at its place of one side. Where nobody removed it what is in it stays: each field that both
/// changed is held by itself.
fn move_to(
    conflict: &Conflict,
    (document, at): (&Indexed, &Pointer),
    take: &Take,
    to: &Whereabouts,
) -> Result<String, SyncError> {
    let gone = || SyncError::PlaceGone(conflict.id().to_string());
    let is_removed = conflict.ours.is_none() || conflict.theirs.is_none();
    let list = document.list_at(to).ok_or_else(|| no_place(to))?;
    let is_there = document.whereabouts(at) == *to;
    let document = document.document();
    let now = document.value(document.lookup(at).ok_or_else(gone)?);
    let text = match Wanted::of(conflict, take)? {
        Wanted::Value(Some(value)) if is_removed && value != now => {
            let edit = Edit::Set { at: at.clone(), value };
            document.edit(&edit).map_err(|source| SyncError::Edit { path: conflict.path.clone(), source })?
        }
        _ => document.text().to_owned(),
    };
    if is_there {
        return Ok(text);
    }
    let document = Document::parse(text.as_bytes(), document.language())
        .map_err(|source| SyncError::Unreadable { path: conflict.path.clone(), source })?;
    move_item(&document, at, &list).ok_or_else(|| no_place(to))
}

fn no_place(to: &Whereabouts) -> SyncError {
    SyncError::BadValue(format!("it can be put into `{}` no more", to.name))
}

/// Both items, one after the other.
fn put_both(
    conflict: &Conflict,
    document: &Document,
    at: &Pointer,
    first: Value,
    second: Value,
) -> Result<String, SyncError> {
    let gone = || SyncError::PlaceGone(conflict.id().to_string());
    let failed = |source| SyncError::Edit { path: conflict.path.clone(), source };
    let one = document.edit(&Edit::Set { at: at.clone(), value: first }).map_err(failed)?;
    let document = Document::parse(one.as_bytes(), document.language())
        .map_err(|source| SyncError::Unreadable { path: conflict.path.clone(), source })?;
    let after = next_item(at).ok_or_else(gone)?;
    let is_last = document.lookup(&after).is_none();
    let edit = match after.parts().split_last() {
        Some((_, list)) if is_last => {
            let list = list.iter().fold(Pointer::root(), |at, part| at.child(part.as_str()));
            Edit::Set { at: list.child("-"), value: second }
        }
        _ => Edit::Insert { at: after, value: second },
    };
    document.edit(&edit).map_err(failed)
}

/// What a place is to hold.
pub(crate) enum Wanted {
    Value(Option<Value>),
    Both(Value, Value),
}

impl Wanted {
    pub(crate) fn of(conflict: &Conflict, take: &Take) -> Result<Self, SyncError> {
        Ok(match take {
            Take::Ours => Self::Value(conflict.value_of(Side::Ours).cloned()),
            Take::Theirs => Self::Value(conflict.value_of(Side::Theirs).cloned()),
            Take::Base => Self::Value(conflict.base.clone()),
            Take::Value(value) => Self::Value(Some(value.clone())),
            Take::Both => match (conflict.value_of(Side::Ours), conflict.value_of(Side::Theirs)) {
                (Some(ours), Some(theirs)) if takes_both(conflict) => {
                    Self::Both(ours.clone(), theirs.clone())
                }
                _ => return Err(SyncError::BothOnScalar(vec![conflict.id()])),
            },
        })
    }

    /// Where it is text: what is wanted, or both put together.
    pub(crate) fn into_text(self, both: impl FnOnce(&str, &str) -> String) -> String {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match self {
            Self::Value(value) => value.as_ref().map(text).unwrap_or_default(),
            Self::Both(first, second) => both(&text(&first), &text(&second)),
        }
    }
}

/// Two items or resources can stand side by side, two lists and two texts one after the other; a single value
/// cannot, nor can what stands for a large file.
pub(crate) fn takes_both(conflict: &Conflict) -> bool {
    let (Some(ours), Some(theirs)) = (conflict.value_of(Side::Ours), conflict.value_of(Side::Theirs)) else {
        return false;
    };
    // It would be there twice, by one id.
    if conflict.moved.is_some() {
        return false;
    }
    let is_item = conflict.field.parts().last().is_some_and(|part| part.parse::<usize>().is_ok());
    let is_text = |value: &Value| value.as_str().is_some_and(|text| text.contains('\n'));
    match conflict.place {
        Place::Field => match (ours, theirs) {
            (Value::Sequence(_), Value::Sequence(_)) => true,
            (Value::Mapping(_) | Value::Sequence(_), Value::Mapping(_) | Value::Sequence(_)) => is_item,
            _ => is_text(ours) && is_text(theirs),
        },
        Place::Lines => true,
        Place::File => {
            let is_text =
                |value: &Value| value.as_str().is_some_and(|it| !is_large_file_pointer(it.as_bytes()));
            is_text(ours) && is_text(theirs)
        }
        Place::Path => false,
    }
}

fn joined(conflict: &Conflict, first: &Value, second: &Value) -> Result<Value, SyncError> {
    match (first, second) {
        (Value::String(first), Value::String(second)) => {
            let line_end = if first.ends_with('\n') { "" } else { "\n" };
            Ok(Value::String(format!("{first}{line_end}{second}").into()))
        }
        (Value::Sequence(first), Value::Sequence(second)) => {
            let mut items = first.clone();
            items.extend(second.iter().filter(|item| !first.contains(item)).cloned());
            Ok(Value::Sequence(items))
        }
        _ => Err(SyncError::BothOnScalar(vec![conflict.id()])),
    }
}

fn is_list_item(document: &Document, at: &Pointer) -> bool {
    let parent = document.lookup(at).and_then(|node| document.node(node).parent);
    parent.is_some_and(|parent| matches!(document.node(parent).kind, NodeKind::Sequence(_)))
}

fn next_item(at: &Pointer) -> Option<Pointer> {
    let (last, parents) = at.parts().split_last()?;
    let index: usize = last.parse().ok()?;
    let parent = parents.iter().fold(Pointer::root(), |at, part| at.child(part.as_str()));
    Some(parent.child((index + 1).to_string()))
}
