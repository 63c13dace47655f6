//! A whole file that comes in as a workspace has it.

use std::collections::{BTreeMap, HashMap, HashSet};

use bstr::ByteSlice;
use syncline_document::{Document, Edit, Pointer, Value};
use syncline_format::{Format, RepoPath, Resource, reimported, with_ids};
use syncline_merge::ChangeKind;
use syncline_repo::{Apply, Changed, Entry, Mode};

use crate::draft::chosen::is_inside;
use crate::draft::pick::at_mut;
use crate::exchange::import::Importing;
use crate::exchange::inventory::{Inventory, KnownFile};
use crate::formats::reading::{Reading, Version};
use crate::{Named, SyncError, Workspace};

impl Workspace {
    /// What becomes of the file that is the same here.
    pub(crate) fn import_document(
        &self,
        format: &Format,
        document: Document,
        importing: &mut Importing<'_>,
    ) -> Result<(), SyncError> {
        if let Some(selector) = importing.request.selectors.first() {
            let (name, selector) = (importing.request.source.name().to_owned(), selector.text().to_owned());
            return Err(SyncError::ImportedWhole { name, selector });
        }
        let here = self.inventory(format)?;
        let name = importing.request.source.name().to_owned();
        let path = self.in_folder(RepoPath::new("import.yaml")?)?;
        let resources = format.resources(&path, &document);
        let known = known_ids(&here, &resources);
        importing.report.paired = known.len();
        let document = if known.is_empty() {
            document
        } else {
            let text = with_ids(document.text(), &known);
            let unreadable = |source| SyncError::ImportUnreadable { name: name.clone(), source };
            Document::parse(text.as_bytes(), document.language()).map_err(unreadable)?
        };
        let resources = format.resources(&path, &document);
        let no_id = || SyncError::NoIdToImport(name.clone());
        let first = resources.first().ok_or_else(no_id)?;
        let id = first.id.as_deref().ok_or_else(no_id)?;
        if let Some((path, file)) = here.of_id(id) {
            return self.update_document(format, path, file, &document, importing);
        }
        self.refuse_unread(&here, &resources)?;
        let path = self.in_folder(format.path_for(&first.kind, id).ok_or_else(no_id)?)?;
        if here.entries.contains_key(&path) {
            return Err(SyncError::PathTaken(path));
        }
        let put = Entry { mode: Mode::File, id: self.repo.write_blob(document.text().as_bytes())? };
        importing.put(Apply { path, expect: None, put: Some(put) });
        Ok(())
    }

    /// Fails where a file that cannot be read has one of these ids in its text: a second file with them would be a copy.
    pub(crate) fn refuse_unread(&self, here: &Inventory, coming: &[Resource]) -> Result<(), SyncError> {
        let ids: Vec<&str> = coming.iter().filter_map(|it| it.id.as_deref()).collect();
        for path in &here.unreadable {
            let version = self.version(path, here.entries.get(path).copied(), false)?;
            let bytes = version.map(|version| version.bytes).unwrap_or_default();
            if ids.iter().any(|id| bytes.contains_str(id)) {
                return Err(SyncError::MayBeInUnread(path.clone()));
            }
        }
        Ok(())
    }

    /// A file in which only what differs is written anew.
    fn update_document(
        &self,
        format: &Format,
        path: &RepoPath,
        file: &KnownFile,
        new: &Document,
        importing: &mut Importing<'_>,
    ) -> Result<(), SyncError> {
        let exact = importing.request.exact;
        let coming = format.resources(path, new);
        let comes = |it: &&Resource| coming.iter().any(|other| other.id == it.id && other.kind == it.kind);
        let gone = file.resources.iter().filter(|it| !comes(it));
        importing.report.only_here.extend(gone.map(Named::of));
        let new = if exact { new.clone() } else { completed(format, path, &file.document, new)? };
        let (old, new) = (version(file.document.clone()), version(new));
        let mut changes = self.differences_of(path, Some(&old), Some(&new)).changes;
        if !exact {
            changes.retain(|change| change.change != ChangeKind::Removed);
        }
        importing.report.unchanged += coming.len().saturating_sub(changes.len());
        if changes.is_empty() {
            return Ok(());
        }
        let of_file = Changed { path: path.clone(), before: Some(file.entry), after: Some(file.entry) };
        let put = self.with_changes(&of_file, Some(&old), Some(&new), &changes)?;
        importing.put(Apply { path: path.clone(), expect: Some(file.entry), put });
        Ok(())
    }
}

fn version(document: Document) -> Version {
    Version { bytes: document.text().as_bytes().to_vec(), reading: Reading::Document(Box::new(document)) }
}

/// The new version with the fields that its resources have in the old one only. A field with other resources in it is
/// none of these: what was in it may come elsewhere, and stays by itself where it does not come.
fn completed(
    format: &Format,
    path: &RepoPath,
    old: &Document,
    new: &Document,
) -> Result<Document, SyncError> {
    let resources = format.resources(path, old);
    let by_id: HashMap<_, _> = resources.iter().filter_map(|it| Some((it.id.as_deref()?, it))).collect();
    let root = new.root();
    let mut value = new.value(root);
    for resource in format.resources(path, new) {
        let Some(was) = resource.id.as_deref().and_then(|id| by_id.get(id)) else { continue };
        let Value::Mapping(old) = old.value(was.node) else { continue };
        let Some(Value::Mapping(entries)) = at_mut(&mut value, &resource.at) else { continue };
        let there: HashSet<Value> = entries.iter().map(|(key, _)| key.clone()).collect();
        let holds_others = |key: &Value| {
            let field = was.at.child(key.to_key());
            resources.iter().any(|it| is_inside(&it.at, &field))
        };
        entries.extend(old.into_iter().filter(|(key, _)| !there.contains(key) && !holds_others(key)));
    }
    let failed = |source| SyncError::Edit { path: path.clone(), source };
    let text = new.edit(&Edit::Set { at: Pointer::root(), value }).map_err(failed)?;
    Document::parse(text.as_bytes(), new.language())
        .map_err(|source| SyncError::Unreadable { path: path.clone(), source })
}

/// Which of the new ids stand for which of those that are here: of a re-import, in which every id is another one.
pub(crate) fn known_ids(here: &Inventory, coming: &[Resource]) -> BTreeMap<String, String> {
    let coming_ids: HashSet<&str> = coming.iter().filter_map(|it| it.id.as_deref()).collect();
    let here_ids: HashSet<&str> = here.resources().filter_map(|it| it.id.as_deref()).collect();
    let is_in = |ids: &HashSet<&str>, it: &Resource| it.id.as_deref().is_none_or(|id| ids.contains(id));
    let gone: Vec<_> = here.resources().filter(|it| !is_in(&coming_ids, it)).collect();
    let new: Vec<_> = coming.iter().filter(|it| !is_in(&here_ids, it)).collect();
    let pairs = reimported(&gone, &new).into_iter();
    pairs.filter_map(|(old, new)| Some((new.id.clone()?, old.id.clone()?))).collect()
}
