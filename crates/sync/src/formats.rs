//! The formats that are known in a workspace: those that come with Syncline, and those that its
//! `.syncline/formats` describes. They lie in the repository, so everybody who merges goes by the same.

pub(crate) mod reading;
pub(crate) mod recognise;
pub(crate) mod survey;
pub(crate) mod trial;

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::Path;

use syncline_format::{Format, FormatError, Formats, LONGEST_DESCRIPTION, RepoPath};
use syncline_repo::Repository;

use crate::draft::sort::folder_problem;
use crate::formats::recognise::FORMATS;
use crate::{Problem, SyncError};

/// Where they are, from the top of the repository.
pub(crate) const FOLDER: &str = ".syncline/formats";

/// The known formats.
#[derive(Clone, Debug)]
pub(crate) struct Descriptions {
    pub(crate) formats: Formats,
    /// A description that cannot be used. Then none of them is, and nothing is committed: nobody knows what is
    /// to stay here.
    pub(crate) wrong: Option<(RepoPath, FormatError)>,
}

impl Descriptions {
    /// Of the folder as it is now, and what is lost there; of a bare repository as in the last commit.
    pub(crate) fn of(repo: &Repository) -> Result<Self, SyncError> {
        let committed = in_last_commit(repo)?;
        let texts = match repo.work_tree() {
            Some(top) => with_lost(in_folder(top)?, committed),
            None => committed,
        };
        if texts.is_empty() {
            return Ok(Self { formats: FORMATS.clone(), wrong: None });
        }
        let plain: Vec<&str> = texts.iter().map(|(_, text)| text.as_str()).collect();
        Ok(match FORMATS.with(&plain) {
            Ok(formats) => Self { formats, wrong: None },
            Err(error) => {
                let path = texts[error.index.min(texts.len() - 1)].0.clone();
                Self { formats: FORMATS.clone(), wrong: Some((path, error)) }
            }
        })
    }

    /// The file that is wrong.
    pub(crate) fn wrong_file(&self) -> Option<&RepoPath> {
        self.wrong.as_ref().map(|(path, _)| path)
    }

    /// What is wrong, as a problem of its file.
    pub(crate) fn problem(&self) -> Option<Problem> {
        let (path, error) = self.wrong.as_ref()?;
        let first = error.mistakes.first()?;
        let reason = format!("{}; until it is mended nothing is committed", first.message);
        let problem = folder_problem(path.clone(), Some(first.line), reason);
        Some(Problem { column: Some(first.column), ..problem })
    }
}

/// Why a description that is gone is a problem: what it kept out of the repository would be shared.
pub(crate) fn lost_description(path: &RepoPath, was: &[u8]) -> Option<String> {
    let is_one = is_description(path) && keeps_here(&text(was));
    is_one.then(|| {
        format!(
            "it is gone, and kept things out of the repository: bring it back with `syncline discard {path}`, or take out of it first what it keeps here"
        )
    })
}

/// Whether a description that cannot be used keeps something here nobody knows.
fn keeps_here(text: &str) -> bool {
    let is_built_in = |name: &str| FORMATS.get(name).is_some_and(Format::keeps_here);
    FORMATS.with(&[text]).map_or(true, |all| all.iter().any(|it| it.keeps_here() && !is_built_in(it.name())))
}

/// The descriptions of the folder, with those of the last commit that are gone and must not be.
fn with_lost(
    mut here: Vec<(RepoPath, String)>,
    committed: Vec<(RepoPath, String)>,
) -> Vec<(RepoPath, String)> {
    for (path, text) in committed {
        if !here.iter().any(|(own, _)| *own == path) && keeps_here(&text) {
            here.push((path, text));
        }
    }
    here.sort();
    here
}

fn is_description(path: &RepoPath) -> bool {
    let folder = path.parent();
    path.extension().as_deref() == Some("toml") && folder.is_some_and(|folder| folder.as_bstr() == FOLDER)
}

fn in_folder(top: &Path) -> Result<Vec<(RepoPath, String)>, SyncError> {
    let folder = top.join(FOLDER);
    let failed = |path: &Path, source| SyncError::Io { path: path.to_owned(), source };
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(source) => return Err(failed(&folder, source)),
    };
    let mut texts = Vec::new();
    for entry in entries {
        let path = entry.map_err(|source| failed(&folder, source))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_some_and(|extension| extension == "toml") && path.is_file() {
            let bytes =
                read_at_most(&path, LONGEST_DESCRIPTION + 1).map_err(|source| failed(&path, source))?;
            texts.push((RepoPath::new(format!("{FOLDER}/{name}"))?, text(&bytes)));
        }
    }
    texts.sort();
    Ok(texts)
}

/// Of a longer file only the beginning: enough to tell that it is too long.
fn read_at_most(path: &Path, most: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn in_last_commit(repo: &Repository) -> Result<Vec<(RepoPath, String)>, SyncError> {
    let Some(commit) = repo.head()?.commit() else { return Ok(Vec::new()) };
    let folder = RepoPath::new(FOLDER)?;
    let entries = repo.entries(repo.tree_of(commit)?, Some(&folder))?.into_iter();
    let described = entries.filter(|(path, entry)| entry.mode.is_file() && is_description(path));
    described.map(|(path, entry)| Ok((path, text(&repo.read_blob(entry.id)?)))).collect()
}

/// What is no text has a mistake where it is none.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
