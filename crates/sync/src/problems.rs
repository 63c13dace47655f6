//! Files that cannot be read: set aside, the last good version in use.
//!
//! `refs/syncline/problems/<branch>` remembers a tree that was looked through and what was bad in it, so that
//! later only what changed since is looked at. It moves on when that has become more to read than to write.

pub(crate) mod apart;
pub(crate) mod marked;

use serde::{Deserialize, Serialize};
use syncline_document::ParseError;
use syncline_format::RepoPath;
use syncline_repo::{BranchName, CommitId, TreeChange, TreeId};

use crate::advance::replace;
use crate::draft::sort::bad_file;
use crate::formats::reading::{Reading, Version};
use crate::lock::Lock;
use crate::problems::marked::markers_in;
use crate::record::{Note, Record, text_entry, write_commit};
use crate::workspace::own_ref;
use crate::{Problem, ProblemPlace, SyncError, Workspace};

const RECORD: &str = "problems.json";
/// Of what counts as bad: what was looked through for less is looked through again.
const VERSION: u32 = 2;
/// So many bytes are read in the time in which a record is written and flushed, about two milliseconds.
const WORTH_REMEMBERING: usize = 64 << 10;
/// And in a large workspace the trees above so many files.
const MANY_CHANGES: usize = 16;

/// A look through what changed since the last one that is remembered.
struct Look {
    checked: Checked,
    is_worth_remembering: bool,
}

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
        let Look { checked, is_worth_remembering } = self.check_tree(known, tree, commit)?;
        if is_worth_remembering {
            self.remember_checked(&record, &checked, commit)?;
        }
        checked.problems.iter().map(Stored::problem).collect()
    }

    /// What was found in the last look; nothing where that was for other things, or cannot be read.
    fn read_checked(&self, record: &Record) -> Result<Option<Checked>, SyncError> {
        let text = record.file(&self.repo, RECORD)?;
        let checked = text.and_then(|text| serde_json::from_slice::<Checked>(&text).ok());
        let is_of_now =
            |checked: &Checked| checked.version == VERSION && checked.format == self.format_name();
        Ok(checked.filter(is_of_now))
    }

    fn check_tree(&self, known: Option<Checked>, tree: TreeId, commit: CommitId) -> Result<Look, SyncError> {
        let known = known.unwrap_or_default();
        let old: Option<TreeId> = known.tree.parse().ok();
        let changes = self.repo.diff_trees(old, Some(tree), self.folder())?;
        let are_many = changes.len() >= MANY_CHANGES;
        let (mut problems, mut read, mut is_described) = (known.problems, 0, false);
        for change in changes {
            let path = change.path.to_string();
            let was_bad = problems.iter().any(|problem| problem.path == path);
            problems.retain(|problem| problem.path != path);
            let Some(version) = self.version(&change.path, change.new, true)? else { continue };
            read += version.bytes.len();
            if let Some(error) = self.what_is_wrong(&change, version, was_bad)? {
                problems.push(self.describe_bad(&change.path, &error, commit)?);
                is_described = true;
            }
        }
        problems.sort_by(|a, b| a.path.cmp(&b.path));
        let (tree, format) = (tree.to_string(), self.format_name().to_owned());
        Ok(Look {
            checked: Checked { version: VERSION, tree, format, problems },
            is_worth_remembering: is_described || are_many || read > WORTH_REMEMBERING,
        })
    }

    /// Why the new version of a file cannot be read; in plain text, git's conflict markers.
    fn what_is_wrong(
        &self,
        change: &TreeChange,
        version: Version,
        was_bad: bool,
    ) -> Result<Option<ParseError>, SyncError> {
        Ok(match version.reading {
            Reading::Bad(error) => self.is_claimed(change, was_bad)?.then_some(error),
            Reading::Opaque => markers_in(&version.bytes),
            Reading::Document(_) => None,
        })
    }

    /// Whether a file that does not parse is for the format to read: it was read before, or has to parse.
    fn is_claimed(&self, change: &TreeChange, was_bad: bool) -> Result<bool, SyncError> {
        let (old, new) = self.versions(&change.path, change.old, change.new)?;
        let was_document = old.is_some_and(|old| old.reading.document().is_some());
        Ok(was_bad || was_document || new.is_some_and(|new| matches!(new.reading, Reading::Bad(_))))
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
        self.move_refs(&[edit])
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
