//! What Syncline remembers: commits of small trees, each under one ref of `refs/syncline/`.
//!
//! One mechanism for conflicts, problems and operations: Git keeps them safe from garbage collection,
//! carries them to other installations, and gives each its own history.

pub(crate) mod operation;
pub(crate) mod remains;
pub(crate) mod sent;

use syncline_format::RepoPath;
use syncline_repo::{CommitId, Entry, Mode, NewCommit, Person, RefName, Repository, Signature, TreeId};

use crate::{Environment, SyncError};

/// One ref of ours and what it names now.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) name: RefName,
    pub(crate) commit: Option<CommitId>,
    pub(crate) tree: Option<TreeId>,
}

impl Record {
    /// What the ref names now.
    pub(crate) fn read(repo: &Repository, name: RefName) -> Result<Self, SyncError> {
        let commit = repo.commit_at(&name)?;
        let tree = commit.map(|commit| repo.tree_of(commit)).transpose()?;
        Ok(Self { name, commit, tree })
    }

    /// The bytes of one file of it.
    pub(crate) fn file(&self, repo: &Repository, path: &str) -> Result<Option<Vec<u8>>, SyncError> {
        let Some(tree) = self.tree else { return Ok(None) };
        let path = RepoPath::new(path)?;
        let entry = repo.entry_at(tree, &path)?;
        Ok(entry.map(|entry| repo.read_blob(entry.id)).transpose()?)
    }

    /// Its files with their bytes; with `under` only those of one folder.
    pub(crate) fn files(
        &self,
        repo: &Repository,
        under: Option<&RepoPath>,
    ) -> Result<Vec<(RepoPath, Vec<u8>)>, SyncError> {
        let Some(tree) = self.tree else { return Ok(Vec::new()) };
        read_files(repo, repo.entries(tree, under)?)
    }

    /// All its files with their bytes; [`SyncError::DamagedRecord`] where they are more than `most`.
    pub(crate) fn files_at_most(
        &self,
        repo: &Repository,
        most: usize,
    ) -> Result<Vec<(RepoPath, Vec<u8>)>, SyncError> {
        let Some(tree) = self.tree else { return Ok(Vec::new()) };
        let entries = repo.first_entries(tree, None, most.saturating_add(1))?;
        if entries.len() > most {
            let reason = format!("it has more than {most} files");
            return Err(SyncError::DamagedRecord { name: self.name.to_string(), reason });
        }
        read_files(repo, entries)
    }

    /// A new commit with some files put or taken out, on top of this one and of `merged`; no ref is moved.
    pub(crate) fn next(
        &self,
        repo: &Repository,
        edits: &[(RepoPath, Option<Entry>)],
        merged: Option<CommitId>,
        note: &Note<'_>,
    ) -> Result<CommitId, SyncError> {
        let tree = repo.edit_tree(self.tree, edits)?;
        let parents =
            self.commit.into_iter().chain(merged.filter(|merged| Some(*merged) != self.commit)).collect();
        write_commit(repo, tree, parents, note)
    }
}

/// We write nothing but files; what else is in a record is somebody else's.
fn read_files(
    repo: &Repository,
    entries: Vec<(RepoPath, Entry)>,
) -> Result<Vec<(RepoPath, Vec<u8>)>, SyncError> {
    let files = entries.into_iter().filter(|(_, entry)| entry.mode.is_file());
    files.map(|(path, entry)| Ok((path, repo.read_blob(entry.id)?))).collect()
}

/// Who is said to have written a record, when, and why.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Note<'a> {
    pub(crate) message: &'a str,
    /// Seconds since 1970 and the local offset.
    pub(crate) time: (i64, i32),
}

impl<'a> Note<'a> {
    pub(crate) fn new(environment: &Environment, message: &'a str) -> Self {
        Self { message, time: environment.clock.now() }
    }
}

/// A commit of ours that no branch has.
pub(crate) fn write_commit(
    repo: &Repository,
    tree: TreeId,
    parents: Vec<CommitId>,
    note: &Note<'_>,
) -> Result<CommitId, SyncError> {
    let author = signature(note.time);
    let message = note.message.to_owned();
    Ok(repo.commit_unsigned(&NewCommit {
        tree,
        parents,
        author: author.clone(),
        committer: author,
        message,
    })?)
}

/// Who writes records and moves refs.
pub(crate) fn signature((time, offset): (i64, i32)) -> Signature {
    let person = Person { name: "Syncline".to_owned(), email: "syncline@localhost".to_owned() };
    Signature { person, time, offset }
}

/// A blob of text as a tree's entry.
pub(crate) fn text_entry(repo: &Repository, text: &[u8]) -> Result<Entry, SyncError> {
    Ok(Entry { mode: Mode::File, id: repo.write_blob(text)? })
}
