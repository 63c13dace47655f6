//! Resources that come in one by one: each a file.

use std::collections::{HashMap, HashSet};

use syncline_document::{Document, Edit, Language, Pointer, Value};
use syncline_format::{Arrivals, Exchange, Format, Record, RepoPath, Resource};
use syncline_merge::{FileVersion, differences};
use syncline_repo::{Apply, Entry, Mode};

use crate::exchange::chosen::{Chosen, chosen};
use crate::exchange::documents::known_ids;
use crate::exchange::import::Importing;
use crate::exchange::inventory::{Inventory, KnownFile};
use crate::{Named, SyncError, Workspace};

/// A resource on its way in, as the file that it would be by itself.
struct Incoming {
    record: Record,
    path: RepoPath,
    text: String,
    resource: Resource,
}

impl Workspace {
    /// What becomes of the files.
    pub(crate) fn import_records(
        &self,
        format: &Format,
        arrivals: Arrivals,
        importing: &mut Importing<'_>,
    ) -> Result<(), SyncError> {
        let Some(exchange) = format.exchange() else { return Ok(()) };
        let Arrivals { records, left_out, private, unreadable } = arrivals;
        let report = &mut importing.report;
        (report.left_out, report.private, report.unreadable) = (left_out, private, unreadable);
        let here = self.inventory(format)?;
        let there: HashSet<String> = records.iter().map(|record| record.id.clone()).collect();
        let Chosen { records, whole } = chosen(records, &importing.request.selectors, |_, _| false)?;
        let mut incoming = self.incoming(format, exchange, records)?;
        let coming: Vec<_> = incoming.iter().map(|it| it.resource.clone()).collect();
        let known = known_ids(&here, &coming);
        if !known.is_empty() {
            importing.report.paired = known.len();
            let records = incoming.iter().map(|it| it.record.with_ids(&known)).collect();
            incoming = self.incoming(format, exchange, records)?;
        }
        let coming: Vec<_> = incoming.iter().map(|it| it.resource.clone()).collect();
        self.refuse_unread(&here, &coming)?;
        for one in &incoming {
            match here.of_id(&one.record.id) {
                Some((path, file)) => self.update(format, path, file, one, importing)?,
                None => self.add(&here, one, importing)?,
            }
        }
        let here_as = |id: String| known.get(&id).cloned().unwrap_or(id);
        let [there, whole] = [there, whole].map(|ids| ids.into_iter().map(here_as).collect());
        only_here(&here, &there, &whole, importing);
        Ok(())
    }

    /// Each as a file by itself.
    fn incoming(
        &self,
        format: &Format,
        exchange: Exchange<'_>,
        records: Vec<Record>,
    ) -> Result<Vec<Incoming>, SyncError> {
        let one = |record: Record| {
            let path = exchange.path(&record).expect("a record without a path does not arrive");
            let path = self.in_folder(path)?;
            let text = record.fields.to_text(Language::Yaml);
            let text = text.map_err(|source| SyncError::CannotWrite { path: path.clone(), source })?;
            let document = Document::parse(text.as_bytes(), Language::Yaml);
            let document = document.map_err(|source| SyncError::Unreadable { path: path.clone(), source })?;
            let resource = format.resources(&path, &document).into_iter().next();
            let resource = resource.ok_or_else(|| SyncError::PathTaken(path.clone()))?;
            Ok(Incoming { record, path, text, resource })
        };
        records.into_iter().map(one).collect()
    }

    fn add(&self, here: &Inventory, one: &Incoming, importing: &mut Importing<'_>) -> Result<(), SyncError> {
        if here.entries.contains_key(&one.path) {
            return Err(SyncError::PathTaken(one.path.clone()));
        }
        let put = Entry { mode: Mode::File, id: self.repo.write_blob(one.text.as_bytes())? };
        importing.put(Apply { path: one.path.clone(), expect: None, put: Some(put) });
        Ok(())
    }

    /// A file in which only what differs is written anew. A field that the import has not stays, unless it is to be
    /// exact.
    fn update(
        &self,
        format: &Format,
        path: &RepoPath,
        file: &KnownFile,
        one: &Incoming,
        importing: &mut Importing<'_>,
    ) -> Result<(), SyncError> {
        let old = &file.document;
        let value = overlaid(&old.value(old.root()), &one.record.fields, importing.request.exact);
        let edited = old.edit(&Edit::Set { at: Pointer::root(), value });
        let text = edited.map_err(|source| SyncError::Edit { path: path.clone(), source })?;
        let new = Document::parse(text.as_bytes(), old.language());
        let new = new.map_err(|source| SyncError::Unreadable { path: path.clone(), source })?;
        let old = FileVersion { bytes: old.text().as_bytes(), document: Some(old) };
        let new = FileVersion { bytes: text.as_bytes(), document: Some(&new) };
        if differences(path, Some(old), Some(new), format).changes.is_empty() {
            importing.report.unchanged += 1;
            return Ok(());
        }
        let put = Entry { id: self.repo.write_blob(text.as_bytes())?, ..file.entry };
        importing.put(Apply { path: path.clone(), expect: Some(file.entry), put: Some(put) });
        Ok(())
    }
}

/// The fields of the one, with those of the other over them.
fn overlaid(old: &Value, new: &Value, exact: bool) -> Value {
    let (Some(old), Some(new_entries)) = (old.as_mapping(), new.as_mapping()) else { return new.clone() };
    let in_new: HashMap<&Value, &Value> = new_entries.iter().map(|(key, value)| (key, value)).collect();
    let kept = old.iter().filter_map(|(key, value)| match in_new.get(key) {
        Some(value) => Some((key.clone(), (*value).clone())),
        None => (!exact).then(|| (key.clone(), value.clone())),
    });
    let mut entries: Vec<_> = kept.collect();
    let in_old: HashSet<&Value> = old.iter().map(|(key, _)| key).collect();
    entries.extend(new_entries.iter().filter(|(key, _)| !in_old.contains(key)).cloned());
    Value::Mapping(entries)
}

/// What is here within what came in as a whole, and is not there: it stays, unless the import is to be exact.
fn only_here(
    here: &Inventory,
    there: &HashSet<String>,
    whole: &HashSet<String>,
    importing: &mut Importing<'_>,
) {
    for (path, file) in &here.files {
        let Some(resource) = file.resources.first() else { continue };
        let id = resource.id.as_deref().unwrap_or_default();
        if there.contains(id) || !is_within(here, resource, whole) {
            continue;
        }
        importing.report.only_here.push(Named::of(resource));
        if importing.request.exact {
            importing.put(Apply { path: path.clone(), expect: Some(file.entry), put: None });
        }
    }
}

/// Whether a resource lies in one of some. Parents may go round in a circle.
fn is_within(here: &Inventory, resource: &Resource, whole: &HashSet<String>) -> bool {
    let mut at = resource;
    for _ in 0..here.files.len() {
        let around = at.parent.as_deref();
        if around.is_some_and(|id| whole.contains(id)) {
            return true;
        }
        let next = around.and_then(|id| here.of_id(id)?.1.resources.first());
        let Some(next) = next else { return false };
        at = next;
    }
    false
}
