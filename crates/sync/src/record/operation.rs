//! The record of operations at `refs/syncline/operations`: a chain of commits, newest first.
//!
//! Each holds what was done and the refs that moved; its other parents are the commits that these refs named
//! before and after, and the folder's uncommitted work, so that none of it is lost to garbage collection.

use syncline_format::RepoPath;
use syncline_repo::{CommitId, Expected, RefEdit, RefName, Repository};

use crate::record::{Note, text_entry, write_commit};
use crate::{Environment, FolderMove, Follows, HeadMove, Operation, RefMove, SyncError};

const RECORD: &str = "operation.json";

/// What an operation leaves behind.
pub(crate) struct Done<'a> {
    /// `commit`, `pull`, `sync`, …
    pub(crate) kind: &'a str,
    /// One line for people.
    pub(crate) description: String,
    /// What it did to refs.
    pub(crate) refs: Vec<RefEdit>,
    /// What it did to the folder, or to the draft of a bare repository.
    pub(crate) folder: Option<FolderWay>,
    /// What branch it put the folder on.
    pub(crate) head: Option<HeadMove>,
}

/// The folder's way from one state to another, as commits that keep all that is in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FolderWay {
    pub(crate) before: CommitId,
    pub(crate) after: CommitId,
}

/// The edit of the operations' ref that records `done`; it goes into the same transaction.
pub(crate) fn record(
    repo: &Repository,
    environment: &Environment,
    done: &Done<'_>,
) -> Result<RefEdit, SyncError> {
    let last = repo.commit_at(&ref_name())?;
    let note = Note::new(environment, &done.description);
    let operation = Operation {
        id: String::new(),
        kind: done.kind.to_owned(),
        description: done.description.clone(),
        time: note.time.0,
        refs: done.refs.iter().map(|edit| ref_move(repo, edit)).collect::<Result<_, _>>()?,
        folder: done
            .folder
            .map(|way| FolderMove { before: way.before.to_string(), after: way.after.to_string() }),
        work_tree: repo.linked_name(),
        user: repo.work_tree().is_none().then(|| environment.user.clone()),
        head: done.head.clone(),
        previous: last.map(|commit| commit.to_string()),
    };
    let text = serde_json::to_vec_pretty(&operation).expect("plain data is always written");
    let tree = repo.edit_tree(None, &[(record_path(), Some(text_entry(repo, &text)?))])?;
    let commit = write_commit(repo, tree, parents(last, &operation)?, &note)?;
    Ok(RefEdit {
        name: ref_name(),
        expected: last.map_or(Expected::Absent, |commit| Expected::Exactly(commit.into())),
        new: Some(commit.into()),
        message: done.description.clone(),
    })
}

fn parents(last: Option<CommitId>, operation: &Operation) -> Result<Vec<CommitId>, SyncError> {
    let of_folder = operation.folder.iter().flat_map(|folder| [&folder.before, &folder.after]);
    let of_refs = operation.refs.iter().flat_map(|moved| [&moved.before, &moved.after]).flatten();
    let damaged = |reason: String| SyncError::DamagedRecord { name: ref_name().to_string(), reason };
    let parse = |id: &String| id.parse().map_err(|_| damaged(format!("`{id}` is no id")));
    let mut parents: Vec<CommitId> = last.into_iter().collect();
    for commit in of_folder.chain(of_refs).map(parse) {
        let commit = commit?;
        if !parents.contains(&commit) {
            parents.push(commit);
        }
    }
    Ok(parents)
}

/// The recorded operations, newest first.
pub(crate) fn list(repo: &Repository, limit: Option<usize>) -> Result<Vec<Operation>, SyncError> {
    newest_first(repo)?.take(limit.unwrap_or(usize::MAX)).collect()
}

/// The same, one after the other, each read when it is asked for. Ends behind one that cannot be read.
pub(crate) fn newest_first(
    repo: &Repository,
) -> Result<impl Iterator<Item = Result<Operation, SyncError>>, SyncError> {
    let mut next = repo.commit_at(&ref_name())?;
    Ok(std::iter::from_fn(move || {
        let operation = read(repo, next.take()?);
        next = operation.as_ref().ok().and_then(|it| it.previous.as_deref()?.parse().ok());
        Some(operation)
    }))
}

fn read(repo: &Repository, id: CommitId) -> Result<Operation, SyncError> {
    let damaged = |reason: String| SyncError::DamagedRecord { name: ref_name().to_string(), reason };
    let entry = repo.entry_at(repo.tree_of(id)?, &record_path())?;
    let entry = entry.ok_or_else(|| damaged(format!("{id} has no {RECORD}")))?;
    let text = repo.read_blob(entry.id)?;
    let mut operation: Operation =
        serde_json::from_slice(&text).map_err(|error| damaged(format!("{id}: {error}")))?;
    id.to_string()[..12].clone_into(&mut operation.id);
    Ok(operation)
}

fn ref_move(repo: &Repository, edit: &RefEdit) -> Result<RefMove, SyncError> {
    let before = match edit.expected {
        Expected::Exactly(id) => Some(id),
        Expected::Absent => None,
        Expected::Any => repo.reference(&edit.name)?,
    };
    Ok(RefMove {
        name: edit.name.to_string(),
        before: before.map(|id| id.to_string()),
        after: edit.new.map(|id| id.to_string()),
        follows: if before.is_none() || edit.new.is_none() { follows(repo, &edit.name) } else { None },
    })
}

fn follows(repo: &Repository, name: &RefName) -> Option<Follows> {
    let upstream = repo.upstream(&name.branch()?)?;
    Some(Follows { remote: upstream.remote, merge: upstream.merge.to_string() })
}

fn ref_name() -> RefName {
    RefName::new("refs/syncline/operations").expect("a valid name")
}

fn record_path() -> RepoPath {
    RepoPath::new(RECORD).expect("a valid name")
}
