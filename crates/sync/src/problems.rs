//! Files that cannot be read: set aside, the last good version in use.
//!
//! What is in a commit is checked once: `refs/syncline/problems/<branch>` remembers the tree that was looked
//! through and what was bad in it, so that later only what changed since is looked at.

use serde::{Deserialize, Serialize};
use syncline_document::ParseError;
use syncline_format::RepoPath;
use syncline_repo::{BranchName, CommitId, TreeId};

use crate::advance::replace;
use crate::lock::Lock;
use crate::reading::Reading;
use crate::record::{Note, Record, signature, text_entry, write_commit};
use crate::sort::bad_file;
use crate::workspace::own_ref;
use crate::{Problem, ProblemPlace, SyncError, Workspace};

const RECORD: &str = "problems.json";

/// What was found in a tree.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Checked {
    version: u32,
    /// The tree that was looked through.
    tree: String,
    /// The format that it was read by: another one makes other files bad.
    format: String,
    problems: Vec<Stored>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Stored {
    path: String,
    line: usize,
    column: usize,
    reason: String,
    since: Option<i64>,
    last_good: Option<String>,
}

impl Workspace {
    /// Files that cannot be read, in the last commit and in the folder.
    pub fn problems(&self) -> Result<Vec<Problem>, SyncError> {
        Ok(self.status()?.problems)
    }

    /// The bad files of a commit. Only what changed since the last look is read.
    pub(crate) fn committed_problems(&self, commit: Option<CommitId>) -> Result<Vec<Problem>, SyncError> {
        let Some(commit) = commit else { return Ok(Vec::new()) };
        let head = self.repo.head()?;
        let name = head.branch().map_or_else(|| "HEAD".to_owned(), BranchName::to_string);
        let record = Record::read(&self.repo, own_ref(&format!("problems/{name}"))?)?;
        let tree = self.repo.tree_of(commit)?;
        let known = self.read_checked(&record)?;
        if let Some(known) = known.as_ref().filter(|known| known.tree == tree.to_string()) {
            return known.problems.iter().map(Stored::problem).collect();
        }
        let checked = self.check_tree(known, tree, commit)?;
        self.remember_checked(&record, &checked, commit)?;
        checked.problems.iter().map(Stored::problem).collect()
    }

    /// What was found in the last look; nothing where that was by another format, or cannot be read.
    fn read_checked(&self, record: &Record) -> Result<Option<Checked>, SyncError> {
        let text = record.file(&self.repo, RECORD)?;
        let checked = text.and_then(|text| serde_json::from_slice::<Checked>(&text).ok());
        Ok(checked.filter(|checked| checked.format == self.format_name()))
    }

    fn check_tree(
        &self,
        known: Option<Checked>,
        tree: TreeId,
        commit: CommitId,
    ) -> Result<Checked, SyncError> {
        let known = known.unwrap_or_default();
        let old: Option<TreeId> = known.tree.parse().ok();
        let changes = self.repo.diff_trees(old, Some(tree), self.folder())?;
        let mut problems = known.problems;
        for change in changes {
            let path = change.path.to_string();
            let was_bad = problems.iter().any(|problem| problem.path == path);
            problems.retain(|problem| problem.path != path);
            let was_document = was_bad
                || self
                    .version(&change.path, change.old, false)?
                    .is_some_and(|old| old.reading.document().is_some());
            let Some(version) = self.version(&change.path, change.new, was_document)? else { continue };
            if let Reading::Bad(error) = version.reading {
                problems.push(self.describe_bad(&change.path, &error, commit)?);
            }
        }
        problems.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Checked { version: 1, tree: tree.to_string(), format: self.format_name().to_owned(), problems })
    }

    /// Since when a file is bad, and where it was good last: asked of its history, for bad files only.
    fn describe_bad(
        &self,
        path: &RepoPath,
        error: &ParseError,
        commit: CommitId,
    ) -> Result<Stored, SyncError> {
        let (mut since, mut last_good) = (None, None);
        for commit in self.repo.history(&[commit], &[])?.touching(path.clone()) {
            let commit = commit?;
            let entry = self.repo.entry_at(commit.tree, path)?;
            let is_good =
                self.version(path, entry, true)?.is_some_and(|version| version.reading.document().is_some());
            if is_good {
                last_good = Some(commit.id.to_string());
                break;
            }
            since = Some(commit.author.time);
        }
        let (line, column) = (error.position.line, error.position.column);
        Ok(Stored { path: path.to_string(), line, column, reason: error.reason.clone(), since, last_good })
    }

    /// Stores what was found, unless somebody is at work here: then the next look finds it again.
    fn remember_checked(
        &self,
        record: &Record,
        checked: &Checked,
        commit: CommitId,
    ) -> Result<(), SyncError> {
        let Ok(lock) = Lock::try_take(self.repo.common_dir(), &self.environment.owner) else { return Ok(()) };
        if lock.is_none() {
            return Ok(());
        }
        self.store_checked(record, checked, commit)
    }

    fn store_checked(&self, record: &Record, checked: &Checked, commit: CommitId) -> Result<(), SyncError> {
        let text = serde_json::to_vec_pretty(checked).expect("plain data is always written");
        let path = RepoPath::new(RECORD).expect("a valid name");
        let tree = self.repo.edit_tree(None, &[(path, Some(text_entry(&self.repo, &text)?))])?;
        let note = Note::new(&self.environment, "Look for files that cannot be read");
        let new = write_commit(&self.repo, tree, vec![commit], &note)?;
        let edit = replace(record.name.clone(), record.commit, Some(new), note.message);
        Ok(self.repo.update_refs(&[edit], &signature(note.time))?)
    }
}

impl Stored {
    fn problem(&self) -> Result<Problem, SyncError> {
        let position = syncline_document::Position { line: self.line, column: self.column };
        let error = ParseError { position, reason: self.reason.clone() };
        let problem = bad_file(RepoPath::new(&self.path)?, &error, ProblemPlace::Committed);
        let last_good = self.last_good.as_deref().and_then(|id| id.parse().ok());
        Ok(Problem { since: self.since, last_good, ..problem })
    }
}
