//! `.syncline.toml`: the settings that everybody has. What a person wrote in it stays as it was written.

use std::collections::BTreeMap;
use std::path::PathBuf;

use syncline_format::Formats;
use syncline_repo::Repository;
use toml_edit::{Document, DocumentMut, Item, Key, Table, Value};

use super::{SHARED_FILE, known};
use crate::SyncError;
use crate::settings::policies::PREFIX;

/// The table of the policies.
const POLICIES: &str = "policy";

/// The settings of the file, by key; those of a table with its name in front.
#[derive(Debug, Default)]
pub(super) struct Shared(BTreeMap<String, Entry>);

#[derive(Debug)]
struct Entry {
    value: String,
    /// Counted from 1.
    line: usize,
}

impl Shared {
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|entry| entry.value.as_str())
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    fn read(repo: &Repository) -> Result<Self, SyncError> {
        let Some(path) = path(repo) else { return Ok(Self::default()) };
        let Some(text) = read(&path)? else { return Ok(Self::default()) };
        let document = Document::parse(text.as_str()).map_err(|error| unreadable(&text, &error))?;
        let mut shared = Self::default();
        shared.add("", document.as_table(), &text);
        Ok(shared)
    }

    fn add(&mut self, prefix: &str, table: &Table, text: &str) {
        for (name, item) in table {
            let key = format!("{prefix}{name}");
            match item {
                Item::Table(table) if prefix.is_empty() && name == POLICIES => self.add(PREFIX, table, text),
                other => {
                    let at = table.key(name).and_then(Key::span).map_or(0, |span| span.start);
                    self.0.insert(key, Entry { value: plain(other), line: line_of(text, at) });
                }
            }
        }
    }

    /// What can be used of the file, and what is wrong with the rest.
    pub(super) fn usable(repo: &Repository, formats: &Formats) -> Result<(Self, Option<String>), SyncError> {
        let mut shared = match Self::read(repo) {
            Ok(shared) => shared,
            Err(SyncError::SharedSettings(reason)) => return Ok((Self::default(), Some(reason))),
            Err(error) => return Err(error),
        };
        let mut problems = Vec::new();
        shared.0.retain(|key, Entry { value, line }| {
            let problem = match known(key) {
                Err(_) => Some(format!("there is no setting `{key}`")),
                Ok(known) if !known.can_be_shared => Some(format!("`{key}` cannot be shared")),
                Ok(known) => known
                    .check(value, formats)
                    .err()
                    .map(|expected| format!("`{key}` takes {expected}, not `{value}`")),
            };
            problems.extend(problem.as_ref().map(|problem| (*line, format!("line {line}: {problem}"))));
            problem.is_none()
        });
        problems.sort();
        let problems: Vec<_> = problems.into_iter().map(|(_, problem)| problem).collect();
        Ok((shared, (!problems.is_empty()).then(|| problems.join("; "))))
    }

    /// Sets one setting in the file, which is made where there is none; with no value takes it out.
    pub(super) fn set(repo: &Repository, key: &str, value: Option<&str>) -> Result<(), SyncError> {
        let path = path(repo).ok_or(SyncError::Bare)?;
        let text = read(&path)?.unwrap_or_default();
        let mut document: DocumentMut = text.parse().map_err(|error| unreadable(&text, &error))?;
        let value = value.map(|value| value.parse::<i64>().map_or_else(|_| Value::from(value), Value::from));
        let (table, name) = match key.strip_prefix(PREFIX) {
            Some(name) => {
                let policies = document.entry(POLICIES).or_insert_with(|| Item::Table(Table::new()));
                let not_a_table = || SyncError::SharedSettings(format!("`{POLICIES}` is no table"));
                (policies.as_table_mut().ok_or_else(not_a_table)?, name)
            }
            None => (document.as_table_mut(), key),
        };
        match (table.get_mut(name).and_then(Item::as_value_mut), value) {
            (Some(there), Some(value)) => {
                let decor = there.decor().clone();
                *there = value;
                *there.decor_mut() = decor;
            }
            (None, Some(value)) => drop(table.insert(name, Item::Value(value))),
            (_, None) => drop(table.remove(name)),
        }
        Ok(repo.write_own_file(SHARED_FILE, document.to_string().as_bytes())?)
    }
}

fn path(repo: &Repository) -> Option<PathBuf> {
    repo.work_tree().map(|top| top.join(SHARED_FILE))
}

fn read(path: &PathBuf) -> Result<Option<String>, SyncError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(SyncError::Io { path: path.clone(), source }),
    }
}

fn unreadable(text: &str, error: &toml_edit::TomlError) -> SyncError {
    let line = error.span().map_or(1, |span| line_of(text, span.start));
    SyncError::SharedSettings(format!("line {line}: {}", error.message()))
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at.min(text.len())].matches('\n').count() + 1
}

/// A value of the file as text; what is no plain value is left to the setting's own check.
fn plain(item: &Item) -> String {
    match item.as_value() {
        Some(Value::String(text)) => text.value().clone(),
        _ => item.to_string().trim().to_owned(),
    }
}
