//! The past merges of a repository, done again by git and by Syncline. Nothing is written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use syncline_document::{Comparison, Document, Language};
use syncline_format::{Claim, Format, HEAD_BYTES, RepoPath};
use syncline_merge::{PathVersions, merge_text};
use syncline_repo::{BlobId, Commit, CommitId, Entry, GitMerge, GitMerges, RepoError, Repository, TreeId};

use crate::merging::{Merging, TreeMerge};
use crate::{Environment, SyncError, Workspace};

/// So many merges are done before what they made is forgotten.
const AT_ONCE: usize = 64;

/// The name of what no format claims.
const OTHER: &str = "other text";

/// What git and Syncline make of the merges in a history.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    /// The merges in which both sides had changed one file or more, the newest first.
    pub merges: Vec<ReplayedMerge>,
    /// How many merges of two parents were looked at.
    pub looked_at: usize,
    /// Of these, how many could not be done again: an object is not there, or the histories are unrelated.
    pub left_out: usize,
    /// How many merges of more than two parents were met, and left out.
    pub of_more: usize,
}

/// One merge.
#[derive(Clone, Debug)]
pub struct ReplayedMerge {
    /// What people committed.
    pub commit: CommitId,
    /// When, in seconds since 1970.
    pub time: i64,
    /// The first line of its message.
    pub subject: String,
    /// The files that both sides had changed in different ways, and those that a merge holds.
    pub files: Vec<ReplayedFile>,
}

/// One file of a merge.
#[derive(Clone, Debug)]
pub struct ReplayedFile {
    /// Where it is.
    pub path: RepoPath,
    /// Name of the format that claims it.
    pub format: String,
    /// What git makes of it.
    pub git: Replayed,
    /// What Syncline makes of it.
    pub syncline: Replayed,
}

/// What a merge makes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// No conflict, and byte for byte what people committed.
    AsCommitted,
    /// No conflict, and the data that people committed, written in another way: blank lines, quotes, the order
    /// of keys.
    SameData,
    /// No conflict, and something else than people committed.
    Otherwise,
    /// So many conflicts: runs of lines for git, fields for Syncline.
    Conflicts(usize),
}

/// Files counted by what a merge makes of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Files as people committed them.
    pub as_committed: usize,
    /// Files without conflict that have the data which people committed.
    pub same_data: usize,
    /// Files without conflict that people committed otherwise.
    pub otherwise: usize,
    /// Files in conflict.
    pub in_conflict: usize,
    /// Conflicts in them.
    pub conflicts: usize,
}

impl Tally {
    fn add(&mut self, replayed: Replayed) {
        match replayed {
            Replayed::AsCommitted => self.as_committed += 1,
            Replayed::SameData => self.same_data += 1,
            Replayed::Otherwise => self.otherwise += 1,
            Replayed::Conflicts(count) => {
                self.in_conflict += 1;
                self.conflicts += count;
            }
        }
    }
}

impl Replay {
    /// Git's tally and Syncline's, by format.
    pub fn by_format(&self) -> BTreeMap<&str, [Tally; 2]> {
        let mut formats: BTreeMap<&str, [Tally; 2]> = BTreeMap::new();
        for file in self.files() {
            let [git, syncline] = formats.entry(&file.format).or_default();
            git.add(file.git);
            syncline.add(file.syncline);
        }
        formats
    }

    /// Git's tally and Syncline's, of all files.
    pub fn total(&self) -> [Tally; 2] {
        let mut total = [Tally::default(); 2];
        for file in self.files() {
            total[0].add(file.git);
            total[1].add(file.syncline);
        }
        total
    }

    fn files(&self) -> impl Iterator<Item = &ReplayedFile> {
        self.merges.iter().flat_map(|merge| &merge.files)
    }
}

/// Does the merges of two parents in the history of HEAD again, at most `limit` of them, the newest first: by
/// git with its defaults, and by the rules that `sync` merges with, where ours came first.
pub fn replay(dir: &Path, environment: &Environment, limit: Option<usize>) -> Result<Replay, SyncError> {
    let repo = Repository::open(dir)?.with_environment(environment.git.clone());
    let Some(head) = repo.head()?.commit() else { return Ok(Replay::default()) };
    let git = GitMerges::beside(&repo)?;
    let (mut merges, mut of_more) = (Vec::new(), 0);
    for commit in repo.history(&[head], &[])? {
        let commit = commit?;
        match commit.parents.len() {
            0 | 1 => {}
            2 => merges.push(commit),
            _ => of_more += 1,
        }
        if limit.is_some_and(|limit| merges.len() >= limit) {
            break;
        }
    }
    let mut replay = Replay { looked_at: merges.len(), of_more, ..Replay::default() };
    for (batch, commits) in merges.chunks(AT_ONCE).enumerate() {
        environment.tell("Merging again", batch * AT_ONCE, merges.len());
        // What one merges stays in memory as long as it is open.
        let replayer = Replayer { workspace: Workspace::open(dir, environment.clone())?, git: &git };
        replayer.batch(commits, &mut replay)?;
    }
    Ok(replay)
}

struct Replayer<'g> {
    workspace: Workspace,
    git: &'g GitMerges,
}

/// One merge, by git, by Syncline and by people.
struct Merges<'m> {
    base: Option<TreeId>,
    sides: [TreeId; 2],
    committed: TreeId,
    git: &'m GitMerge,
    syncline: &'m TreeMerge,
}

impl Replayer<'_> {
    fn batch(&self, commits: &[Commit], replay: &mut Replay) -> Result<(), SyncError> {
        let pairs: Vec<_> = commits.iter().map(|commit| (commit.parents[0], commit.parents[1])).collect();
        for (commit, by_git) in commits.iter().zip(self.git.merge(&pairs)?) {
            let Some(by_git) = by_git else {
                replay.left_out += 1;
                continue;
            };
            let files = self.files(commit, &by_git)?;
            if !files.is_empty() {
                let (time, subject) = (commit.committer.time, commit.subject().to_owned());
                replay.merges.push(ReplayedMerge { commit: commit.id, time, subject, files });
            }
        }
        Ok(())
    }

    fn files(&self, commit: &Commit, git: &GitMerge) -> Result<Vec<ReplayedFile>, SyncError> {
        let repo = &self.workspace.repo;
        let (ours, theirs) = (commit.parents[0], commit.parents[1]);
        let base = self.workspace.merge_base_tree(ours, theirs)?;
        let sides = [repo.tree_of(ours)?, repo.tree_of(theirs)?];
        let differing = self.workspace.differing_paths(base, sides[0], sides[1])?.inside;
        let mut paths: BTreeSet<_> =
            differing.iter().filter(|it| is_changed_by_both(it)).map(|it| it.path.clone()).collect();
        let syncline = &self.workspace.merge_paths(differing, sides[0], Merging::Undecided)?;
        let is_inside = |path: &&RepoPath| self.workspace.folder().is_none_or(|folder| path.is_in(folder));
        paths.extend(git.conflicted.iter().filter(is_inside).cloned());
        paths.extend(syncline.conflicts.iter().map(|conflict| conflict.path.clone()));
        let merges = Merges { base, sides, committed: commit.tree, git, syncline };
        paths.into_iter().map(|path| self.file(path, &merges)).collect()
    }

    fn file(&self, path: RepoPath, merges: &Merges<'_>) -> Result<ReplayedFile, SyncError> {
        let repo = &self.workspace.repo;
        let committed = Content::of(repo.entry_at(merges.committed, &path)?, |id| repo.read_blob(id))?;
        let by_us = repo.entry_at(merges.syncline.tree, &path)?;
        let by_git = self.git.entry_at(merges.git.tree, &path)?;
        let format = self.format_of(&path, &committed, merges)?;
        let held = merges.syncline.conflicts.iter().filter(|conflict| conflict.path == path).count();
        let runs = if merges.git.conflicted.contains(&path) { self.runs(&path, merges)? } else { 0 };
        let outcome = |merged: Content| match () {
            () if merged.entry == committed.entry => Replayed::AsCommitted,
            () if format.is_same_data(&merged.bytes, &committed.bytes) => Replayed::SameData,
            () => Replayed::Otherwise,
        };
        let git = match runs {
            0 => outcome(Content::of(by_git, |id| self.git.read_blob(id))?),
            runs => Replayed::Conflicts(runs),
        };
        let syncline = match held {
            0 => outcome(Content::of(by_us, |id| repo.read_blob(id))?),
            held => Replayed::Conflicts(held),
        };
        Ok(ReplayedFile { format: format.name().to_owned(), git, syncline, path })
    }

    /// How many runs of lines git has in conflict; one where it is not about lines.
    fn runs(&self, path: &RepoPath, merges: &Merges<'_>) -> Result<usize, SyncError> {
        let text = |tree: Option<TreeId>| self.text_at(tree, path);
        let [ours, theirs] = merges.sides.map(Some);
        let (Some(base), Some(ours), Some(theirs)) = (text(merges.base)?, text(ours)?, text(theirs)?) else {
            return Ok(1);
        };
        Ok(merge_text(&base, &ours, &theirs).conflicts().max(1))
    }

    fn text_at(&self, tree: Option<TreeId>, path: &RepoPath) -> Result<Option<Vec<u8>>, SyncError> {
        let Some(tree) = tree else { return Ok(None) };
        let entry = self.workspace.repo.entry_at(tree, path)?.filter(|entry| entry.mode.is_file());
        Ok(entry.map(|entry| self.workspace.repo.read_blob(entry.id)).transpose()?)
    }

    /// The format that claims a file, by what people committed or, where that is nothing, by a side.
    fn format_of(
        &self,
        path: &RepoPath,
        committed: &Content,
        merges: &Merges<'_>,
    ) -> Result<FormatOfFile<'_>, SyncError> {
        let mut bytes = committed.entry.is_some().then(|| committed.bytes.clone());
        for side in merges.sides {
            bytes = bytes.map_or_else(|| self.text_at(Some(side), path), |bytes| Ok(Some(bytes)))?;
        }
        let bytes = bytes.unwrap_or_default();
        let head = &bytes[..bytes.len().min(HEAD_BYTES)];
        let format = self.workspace.descriptions.formats.recognise([path], |_| Some(head.to_vec()));
        Ok(match format.claims_content(path, head) {
            Claim::Typed(language) | Claim::TypedIfReadable(language) => FormatOfFile::Of(format, language),
            Claim::Other => FormatOfFile::None,
        })
    }
}

fn is_changed_by_both(it: &PathVersions<BlobId>) -> bool {
    it.ours != it.theirs && it.ours != it.base && it.theirs != it.base
}

/// What a tree has at a path; nothing to compare where that is no file.
struct Content {
    entry: Option<Entry>,
    bytes: Vec<u8>,
}

impl Content {
    fn of(
        entry: Option<Entry>,
        read: impl FnOnce(BlobId) -> Result<Vec<u8>, RepoError>,
    ) -> Result<Self, RepoError> {
        let bytes = entry.filter(|entry| entry.mode.is_file()).map(|entry| read(entry.id)).transpose()?;
        Ok(Self { entry, bytes: bytes.unwrap_or_default() })
    }
}

/// What a file is read as.
#[derive(Clone, Copy)]
enum FormatOfFile<'f> {
    Of(&'f Format, Language),
    None,
}

impl FormatOfFile<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Of(format, _) => format.name(),
            Self::None => OTHER,
        }
    }

    fn is_same_data(&self, a: &[u8], b: &[u8]) -> bool {
        let Self::Of(_, language) = self else { return false };
        let [a, b] = [a, b].map(|bytes| Document::parse(bytes, *language));
        let (Ok(a), Ok(b)) = (a, b) else { return false };
        a.same_data(a.root(), &b, b.root(), Comparison::Data)
    }
}
