//! `.syncline.toml`: the settings that everybody has. What a person wrote in it stays as it was written.

use std::collections::BTreeMap;
use std::path::PathBuf;

use syncline_format::{Formats, RepoPath};
use syncline_repo::{Repository, TreeId};
use toml_edit::{Document, DocumentMut, Item, Key, Table, Value};

use super::family::Family;
use super::{SHARED_FILE, known};
use crate::SyncError;

/// A longer file is not read, in bytes: it comes with the repository, and is asked by each command.
const LONGEST: usize = 1 << 20;

/// So many of the settings that are wrong are told one by one.
const MOST_TOLD: usize = 20;

/// What is wrong with the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SharedProblem {
    /// Some settings in it, which are not used.
    Wrong(String),
    /// It cannot be read.
    Unreadable {
        /// Why.
        reason: String,
        /// Whether there is an older version, which is in use.
        is_known: bool,
    },
}

/// Why a text is no file of settings; `None` where it is one.
pub(crate) fn unreadable_settings(text: &[u8]) -> Option<String> {
    match Shared::of(&String::from_utf8_lossy(text)) {
        Err(SyncError::SharedSettings(reason)) => Some(reason),
        _ => None,
    }
}

/// Why a file of settings is no longer what it was: it is gone, or has lost its text, and what it kept out of the
/// repository would be shared. Somebody who takes the settings back leaves their tables.
pub(crate) fn lost_settings(was: &[u8], is: Option<&[u8]>) -> Option<String> {
    let is_blank = is.is_none_or(|is| is.iter().all(u8::is_ascii_whitespace));
    let kept = is_blank.then(|| Shared::of(&String::from_utf8_lossy(was)).ok()).flatten()?;
    let has_lost = kept.keys().any(|key| Family::of_key(key).is_some_and(|(family, _)| family.keeps_here()));
    let how = if is.is_some() { "it is empty" } else { "it is gone" };
    has_lost.then(|| {
        format!("{how}, and kept things out of the repository: bring it back with `syncline discard {SHARED_FILE}`")
    })
}

/// The settings of the file, by key; those of a table with its name in front.
#[derive(Debug, Default)]
pub(crate) struct Shared(BTreeMap<String, Entry>);

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

    /// Of the folder as it is now; of a bare repository as in the last commit.
    fn read(repo: &Repository) -> Result<Self, SyncError> {
        let text = match path(repo) {
            Some(path) => read(&path)?,
            None => in_last_commit(repo)?,
        };
        if let Some(reason) = lost(repo, text.as_deref())? {
            return Err(SyncError::SharedSettings(reason));
        }
        text.map_or_else(|| Ok(Self::default()), |text| Self::of(&text))
    }

    fn of(text: &str) -> Result<Self, SyncError> {
        if text.len() > LONGEST {
            return Err(too_long());
        }
        let document = Document::parse(text).map_err(|error| unreadable(text, &error))?;
        let mut shared = Self::default();
        shared.add("", document.as_table(), &Lines::of(text));
        Ok(shared)
    }

    fn add(&mut self, prefix: &str, table: &Table, lines: &Lines) {
        for (name, item) in table {
            let key = format!("{prefix}{name}");
            let family = Family::prefix_of_table(name).filter(|_| prefix.is_empty());
            if let (Some(family), Item::Table(table)) = (family, item) {
                self.add(family, table, lines);
            } else {
                let at = table.key(name).and_then(Key::span).map_or(0, |span| span.start);
                self.0.insert(key, Entry { value: plain(item), line: lines.at(at) });
            }
        }
    }

    /// What can be used of the file, and what is wrong with the rest. Of one that cannot be read at all the last
    /// version that could: what it kept out of the repository stays out.
    pub(super) fn usable(
        repo: &Repository,
        formats: &Formats,
    ) -> Result<(Self, Option<SharedProblem>), SyncError> {
        match Self::read(repo) {
            Ok(shared) => {
                let (shared, wrong) = shared.without_wrong(formats);
                Ok((shared, wrong.map(SharedProblem::Wrong)))
            }
            Err(SyncError::SharedSettings(reason)) => {
                let last_good = Self::last_good(repo, formats)?;
                let is_known = last_good.is_some();
                let problem = SharedProblem::Unreadable { reason, is_known };
                Ok((last_good.unwrap_or_default(), Some(problem)))
            }
            Err(error) => Err(error),
        }
    }

    /// What can be used of the last version of the file, up to the last commit, that can be read.
    fn last_good(repo: &Repository, formats: &Formats) -> Result<Option<Self>, SyncError> {
        let (Some(head), path) = (repo.head()?.commit(), RepoPath::new(SHARED_FILE)?) else {
            return Ok(None);
        };
        for commit in repo.history(&[head], &[])?.touching(path.clone()) {
            let Some(entry) = repo.entry_at(commit?.tree, &path)? else { continue };
            if let Ok(shared) = Self::of(&String::from_utf8_lossy(&repo.read_blob(entry.id)?)) {
                return Ok(Some(shared.without_wrong(formats).0));
            }
        }
        Ok(None)
    }

    /// What can be used of the file as a tree has it.
    pub(super) fn committed(repo: &Repository, tree: TreeId, formats: &Formats) -> Result<Self, SyncError> {
        let Some(entry) = repo.entry_at(tree, &RepoPath::new(SHARED_FILE)?)? else {
            return Ok(Self::default());
        };
        let text = repo.read_blob(entry.id)?;
        match Self::of(&String::from_utf8_lossy(&text)) {
            Ok(shared) => Ok(shared.without_wrong(formats).0),
            Err(SyncError::SharedSettings(_)) => Ok(Self::last_good(repo, formats)?.unwrap_or_default()),
            Err(error) => Err(error),
        }
    }

    /// What can be used, and what is wrong with the rest.
    fn without_wrong(mut self, formats: &Formats) -> (Self, Option<String>) {
        let mut problems = Vec::new();
        self.0.retain(|key, Entry { value, line }| {
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
        let more = problems.len().saturating_sub(MOST_TOLD);
        problems.truncate(MOST_TOLD);
        let mut problems: Vec<_> = problems.into_iter().map(|(_, problem)| problem).collect();
        problems.extend((more > 0).then(|| format!("and {more} more")));
        let problem = (!problems.is_empty()).then(|| problems.join("; "));
        (self, problem)
    }

    /// Sets one setting in the file, which is made where there is none; with no value takes it out.
    pub(super) fn set(repo: &Repository, key: &str, value: Option<&str>) -> Result<(), SyncError> {
        let path = path(repo).ok_or(SyncError::Bare)?;
        let mut text = read(&path)?;
        if lost(repo, text.as_deref())?.is_some() {
            text = in_last_commit(repo)?;
        }
        let text = text.unwrap_or_default();
        let mut document: DocumentMut = text.parse().map_err(|error| unreadable(&text, &error))?;
        put(&mut document, key, value)?;
        Ok(repo.write_own_file(SHARED_FILE, document.to_string().as_bytes())?)
    }

    /// Their file with what we changed in it, setting by setting; `None` where a version cannot be read, or both gave
    /// one setting two values.
    pub(crate) fn merged([base, ours, theirs]: [&str; 3]) -> Option<String> {
        let mut document: DocumentMut = theirs.parse().ok()?;
        let [base, ours, theirs] = [Self::of(base).ok()?, Self::of(ours).ok()?, Self::of(theirs).ok()?];
        for key in base.keys().chain(ours.keys()) {
            let (was, own, other) = (base.get(key), ours.get(key), theirs.get(key));
            if own == was || own == other {
                continue;
            }
            if other != was {
                return None;
            }
            put(&mut document, key, own).ok()?;
        }
        Some(document.to_string())
    }
}

/// Sets one setting in a document; with no value takes it out.
fn put(document: &mut DocumentMut, key: &str, value: Option<&str>) -> Result<(), SyncError> {
    let value = value.map(|value| value.parse::<i64>().map_or_else(|_| Value::from(value), Value::from));
    let (table, name) = match Family::of_key(key) {
        Some((family, name)) => {
            let table = family.table();
            let of_family = document.entry(table).or_insert_with(|| Item::Table(Table::new()));
            let not_a_table = || SyncError::SharedSettings(format!("`{table}` is no table"));
            (of_family.as_table_mut().ok_or_else(not_a_table)?, name)
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
    Ok(())
}

fn path(repo: &Repository) -> Option<PathBuf> {
    repo.work_tree().map(|top| top.join(SHARED_FILE))
}

/// What was lost of the file since the last commit.
fn lost(repo: &Repository, text: Option<&str>) -> Result<Option<String>, SyncError> {
    if text.is_some_and(|text| !text.trim_ascii().is_empty()) {
        return Ok(None);
    }
    let was = in_last_commit(repo)?;
    Ok(was.and_then(|was| lost_settings(was.as_bytes(), text.map(str::as_bytes))))
}

fn in_last_commit(repo: &Repository) -> Result<Option<String>, SyncError> {
    let Some(commit) = repo.head()?.commit() else { return Ok(None) };
    let entry = repo.entry_at(repo.tree_of(commit)?, &RepoPath::new(SHARED_FILE)?)?;
    let text = entry.map(|entry| repo.read_blob(entry.id)).transpose()?;
    Ok(text.map(|text| String::from_utf8_lossy(&text).into_owned()))
}

fn read(path: &PathBuf) -> Result<Option<String>, SyncError> {
    if std::fs::metadata(path).is_ok_and(|metadata| metadata.len() > LONGEST as u64) {
        return Err(too_long());
    }
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(SyncError::Io { path: path.clone(), source }),
    }
}

fn too_long() -> SyncError {
    SyncError::SharedSettings(format!("it is longer than {} MB", LONGEST >> 20))
}

fn unreadable(text: &str, error: &toml_edit::TomlError) -> SyncError {
    let line = error.span().map_or(1, |span| Lines::of(text).at(span.start));
    SyncError::SharedSettings(format!("line {line}: {}", error.message()))
}

/// Where the lines of a text end: it may have a hundred thousand settings.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    /// The line of a place, counted from 1.
    fn at(&self, place: usize) -> usize {
        self.0.partition_point(|end| *end < place) + 1
    }
}

/// A value of the file as text; what is no plain value is left to the setting's own check.
fn plain(item: &Item) -> String {
    match item.as_value() {
        Some(Value::String(text)) => text.value().clone(),
        _ => item.to_string().trim().to_owned(),
    }
}
