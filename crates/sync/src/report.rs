//! What operations answer.

use std::collections::{BTreeMap, BTreeSet};

use syncline_document::{Pointer, Value};
use syncline_format::{Category, RepoPath, Resource, Unreadable, Unshared};
use syncline_merge::{Change, Conflict, ConflictId, Verdict};
use syncline_repo::{BranchName, CommitId, Entry, InProgress, Signature};

/// The state of a workspace at one moment.
#[derive(Clone, Debug)]
pub struct Status {
    /// The description of a format that is wrong: nothing is committed until it is mended.
    pub wrong_description: Option<RepoPath>,
    /// Name of the recognised format.
    pub format: String,
    /// The branch the folder is on; `None` where HEAD is detached.
    pub branch: Option<BranchName>,
    /// The last commit; `None` before the first.
    pub head: Option<CommitId>,
    /// The remote branch that this one follows, as `origin/main`.
    pub upstream: Option<String>,
    /// Whether the upstream branch was there when it was last looked at.
    pub upstream_gone: bool,
    /// Commits here that the upstream has not.
    pub ahead: usize,
    /// Commits of the upstream that are not here.
    pub behind: usize,
    /// What the user changed since the last commit, by resource.
    pub changes: Vec<Change>,
    /// Files that differ only in volatile or local fields: no change, named by `status --verbose`.
    pub noise: Vec<RepoPath>,
    /// Conflicts held on this branch.
    pub conflicts: usize,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
    /// Whether the remote refused the conflicts, so that they are only here.
    pub conflicts_are_local: bool,
    /// Why some or all of what is held, here or at the remote, is left out: it is none of ours, or damaged.
    pub unreadable_conflicts: Option<String>,
    /// An operation that a crash left half done; the next command that writes finishes it.
    pub unfinished: Option<String>,
    /// The folder that is to be the workspace, where neither the last commit nor the disk has it.
    pub missing_folder: Option<RepoPath>,
    /// A merge, rebase or the like that git has in progress.
    pub in_progress: Option<InProgress>,
    /// Files that are left to git (a filter that Syncline does not run, a submodule), with the reason.
    pub left_to_git: Vec<(RepoPath, String)>,
    /// Files that no commit takes, by what the format says, and why.
    pub unshared: Vec<(RepoPath, Unshared)>,
    /// Files that are no longer shared: the next commit removes them from the repository, and they stay here.
    pub taken_out: Vec<RepoPath>,
    /// Who watches the folder, as `syncline watch, process 4711`.
    pub watcher: Option<String>,
}

/// A file that is set aside, the last good version in use: it cannot be read, or holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub path: RepoPath,
    /// What sort of problem.
    pub kind: ProblemKind,
    /// Counted from 1; `None` where the whole file is meant (unreadable, empty).
    pub line: Option<usize>,
    /// Counted from 1, in characters.
    pub column: Option<usize>,
    /// What is wrong, for people.
    pub reason: String,
    /// Whether the bad text is in the commit or only in the folder.
    pub place: ProblemPlace,
    /// Seconds since 1970 of the commit that brought it; `None` for a file that is not committed.
    pub since: Option<i64>,
    /// The last commit in which the file could be read.
    pub last_good: Option<CommitId>,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// It cannot be read as what it is to be, or must not be in a repository.
    Unreadable,
    /// It has a secret that a commit would put into the history.
    Secret,
}

/// Where a bad file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemPlace {
    /// In the last commit.
    Committed,
    /// Only in the folder: it is neither committed nor overwritten.
    Folder,
}

/// What taking files with conflict markers apart did.
#[derive(Clone, Debug, Default)]
pub struct TakeApartReport {
    /// The files, those of the last commit first.
    pub files: Vec<TakenApart>,
    /// The commit that has them taken apart; `None` where all are only in the folder.
    pub commit: Option<CommitId>,
    /// What is held of them.
    pub conflicts: Vec<Held>,
}

/// A file that had conflict markers.
#[derive(Clone, Debug)]
pub struct TakenApart {
    /// The file.
    pub path: RepoPath,
    /// Whether the markers were committed.
    pub place: ProblemPlace,
    /// How many conflicts were marked.
    pub marked: usize,
    /// What git's markers named our side after.
    pub ours: Option<String>,
    /// What git's markers named their side after.
    pub theirs: Option<String>,
    /// Where the version before both is from.
    pub base: BaseOfMarked,
}

/// Where the version is from that both sides of a marked file grew from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaseOfMarked {
    /// The markers have it (`diff3`, `zdiff3`).
    Markers,
    /// A commit has it.
    Commit(CommitId),
    /// Nobody knows it: what only one side has stays.
    None,
}

/// A conflict that is held, as it stands now.
#[derive(Clone, Debug)]
pub struct Held {
    /// The stored conflict; its pointer is the field's place as of now.
    pub conflict: Conflict,
    /// Its id.
    pub id: ConflictId,
    /// Whether it is between uncommitted work and a pulled commit.
    pub is_draft: bool,
}

impl Held {
    pub(crate) fn of(conflict: Conflict, is_draft: bool) -> Self {
        Self { id: conflict.id(), conflict, is_draft }
    }

    /// Whether [`Take::Both`] can settle it: not where it is between single values.
    pub fn takes_both(&self) -> bool {
        crate::conflicts::take::takes_both(&self.conflict)
    }
}

/// How a conflict is settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Take {
    /// The local value.
    Ours,
    /// The remote's or the merged branch's value.
    Theirs,
    /// What it was before both.
    Base,
    /// Both list items, resources or texts, ours first.
    Both,
    /// Another value.
    Value(Value),
}

/// What a commit did.
#[derive(Clone, Debug)]
pub struct CommitReport {
    /// The new commit; `None` where there was nothing to commit.
    pub commit: Option<CommitId>,
    /// What is in it.
    pub changes: Vec<Change>,
    /// Files that it removes from the repository and that stay here, for they are no longer shared.
    pub taken_out: Vec<RepoPath>,
    /// Files that were left out because they cannot be read.
    pub problems: Vec<Problem>,
    /// Conflicts that this commit settled by changing their field.
    pub settled: Vec<ConflictId>,
}

/// What of a workspace is shared.
#[derive(Clone, Debug)]
pub struct ShareReport {
    /// Name of the recognised format.
    pub format: String,
    /// Whether the format has categories that say what is shared.
    pub has_categories: bool,
    /// The categories, each behind the one that it is in.
    pub categories: Vec<Category>,
    /// The settings that say what is shared.
    pub rules: Vec<Setting>,
    /// Files that no commit takes, and why.
    pub unshared: Vec<(RepoPath, Unshared)>,
    /// Files that are no longer shared: the next commit removes them from the repository, and they stay here.
    pub taken_out: Vec<RepoPath>,
}

/// What sharing a category or taking it out did.
#[derive(Clone, Debug)]
pub struct ShareChange {
    /// The category as it is now.
    pub category: Category,
    /// Whether anything was changed; not where it was so already.
    pub is_changed: bool,
    /// Files that a commit takes from now on.
    pub comes: Vec<RepoPath>,
    /// Files that the next commit removes from the repository, and that stay here.
    pub leaves: Vec<RepoPath>,
    /// Categories in it that say otherwise themselves, and so stay as they are.
    pub unlike: Vec<Category>,
}

/// What discard dropped.
#[derive(Clone, Debug, Default)]
pub struct DiscardReport {
    /// What was dropped, by resource.
    pub changes: Vec<Change>,
    /// New files, which are gone now.
    pub removed: Vec<RepoPath>,
    /// Files that are as in the last commit again, and in which nothing could be told apart: they could not be
    /// read, or differed in nothing that counts.
    pub restored: Vec<RepoPath>,
    /// The commit that keeps the folder as it was; `None` where nothing was dropped.
    pub kept: Option<CommitId>,
}

/// What fetch brought.
#[derive(Clone, Debug, Default)]
pub struct FetchReport {
    /// Commits here that the upstream has not.
    pub ahead: usize,
    /// Commits of the upstream that are not here.
    pub behind: usize,
    /// Whether anything was new.
    pub updated: bool,
    /// Branches of the remote that were not there when it was last looked at, as `origin/next`.
    pub new_branches: Vec<String>,
    /// Other branches than the followed one that have moved.
    pub moved_branches: Vec<String>,
    /// Branches that the remote has no more.
    pub gone_branches: Vec<String>,
}

/// What a pull or merge did.
#[derive(Clone, Debug, Default)]
pub struct MergeReport {
    /// The commit the branch is at now.
    pub head: Option<CommitId>,
    /// Whether the branch moved.
    pub moved: bool,
    /// Whether a merge commit was made (not a fast-forward).
    pub merged: bool,
    /// How many commits came in.
    pub commits: usize,
    /// What came into the folder, by resource.
    pub changes: Vec<Change>,
    /// Conflicts that this merge holds.
    pub conflicts: Vec<Held>,
    /// Files that cannot be read now.
    pub problems: Vec<Problem>,
    /// What was carried over, where the followed branch was rewritten.
    pub carried: Option<Carried>,
}

/// What was carried over to a branch that was rewritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// How many commits never were on it.
    pub commits: usize,
    /// The branch that was rewritten, as `origin/main`.
    pub upstream: String,
    /// The ref that keeps the branch as it was here.
    pub kept: String,
}

/// What a revert did.
#[derive(Clone, Debug)]
pub struct RevertReport {
    /// The commit that was undone.
    pub reverted: CommitId,
    /// The first line of its message.
    pub subject: String,
    /// The commit that undoes it, as a merge; it has not moved where nothing was left to undo.
    pub merge: MergeReport,
    /// Conflicts that are held no more: what it undoes had brought them, or what is undone is their field.
    pub settled: Vec<Held>,
}

/// What a restore did.
#[derive(Clone, Debug, Default)]
pub struct RestoreReport {
    /// What is otherwise than before, by resource.
    pub changes: Vec<Change>,
    /// Files that cannot be read in one of the two versions, and are as they were then.
    pub files: Vec<RepoPath>,
}

impl RestoreReport {
    /// Whether everything was as it was to be.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.files.is_empty()
    }
}

/// What an import did.
#[derive(Clone, Debug, Default)]
pub struct ImportReport {
    /// Name of the format that the files are of.
    pub format: String,
    /// What is otherwise than before, by resource.
    pub changes: Vec<Change>,
    /// How many resources were here already as they came.
    pub unchanged: usize,
    /// How many came with another id than they have here, and kept the one they have here.
    pub paired: usize,
    /// What is here in what came in, and did not come; it is gone where the import was to be exact.
    pub only_here: Vec<Named>,
    /// How many there were of each kind that is nothing for a workspace.
    pub left_out: BTreeMap<String, usize>,
    /// How many were left out because their user keeps them to themselves.
    pub private: usize,
    /// What could not be read, and was left out.
    pub unreadable: Vec<Unreadable>,
}

/// What is in a workspace, as one file of the tool.
#[derive(Clone, Debug)]
pub struct ExportReport {
    /// The file.
    pub text: String,
    /// How many resources are in it.
    pub resources: usize,
    /// Name of the format that it is of.
    pub format: String,
    /// Files that could not be read: what is in them is not in it.
    pub unreadable: Vec<RepoPath>,
}

/// A resource by what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// What it is, in the tool's own word.
    pub kind: String,
    /// What the tool knows it by.
    pub id: Option<String>,
    /// What people know it by.
    pub name: String,
    /// The file that it is in.
    pub path: RepoPath,
}

impl Named {
    pub(crate) fn of(resource: &Resource) -> Self {
        let Resource { kind, id, name, path, .. } = resource.clone();
        Self { kind, id, name, path }
    }
}

/// The resources of a workspace.
#[derive(Clone, Debug, Default)]
pub struct ResourceList {
    /// Name of the format that they are of.
    pub format: String,
    /// In the order of their files, and in a file from the top down.
    pub resources: Vec<ListedResource>,
    /// Files that cannot be read: what is in them is not in the list.
    pub unreadable: Vec<RepoPath>,
}

/// A resource and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedResource {
    /// What it is, in the tool's own word.
    pub kind: String,
    /// What the tool knows it by; `None` where the tool gives it no id.
    pub id: Option<String>,
    /// What people know it by.
    pub name: String,
    /// The id of the resource that it belongs to.
    pub parent: Option<String>,
    /// The file that it is in.
    pub path: RepoPath,
    /// The place in the file.
    pub at: Pointer,
}

impl From<Resource> for ListedResource {
    fn from(resource: Resource) -> Self {
        let Resource { kind, id, name, parent, path, at, .. } = resource;
        Self { kind, id, name, parent, path, at }
    }
}

/// What undo took back.
#[derive(Clone, Debug)]
pub struct UndoReport {
    /// The operation that was undone.
    pub undone: Operation,
    /// How.
    pub how: Undone,
    /// Whether a remote has what is undone, so that the next push takes it back there.
    pub is_published: bool,
    /// The branch and the folder afterwards.
    pub merge: MergeReport,
    /// Conflicts that the commit which undoes it settled.
    pub settled: Vec<Held>,
}

/// How an operation was undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undone {
    /// Everything is where it was.
    Back,
    /// By a new commit, for others have the old one already or have built on it; where none of its changes is
    /// left, by what is held alone.
    Reverted,
    /// Not at all: nothing was left of it, and nothing is recorded.
    Nothing,
}

/// What a push did.
#[derive(Clone, Debug, Default)]
pub struct PushReport {
    /// How many commits went out.
    pub commits: usize,
    /// Whether the branch is new at the remote.
    pub new_branch: bool,
    /// Where it went, as `origin/main`.
    pub to: String,
    /// Whether the remote refused the conflicts' ref.
    pub conflicts_are_local: bool,
    /// The commit of another that a forced push replaced; it is kept under `refs/syncline/overwritten/`.
    pub overwritten: Option<CommitId>,
    /// Where a pull request for the branch is opened: as the remote said it or, of a new branch, as the forge does it.
    pub pull_request: Option<String>,
}

/// What a sync did.
#[derive(Clone, Debug, Default)]
pub struct SyncReport {
    /// The commit of the folder's changes, if there were any.
    pub commit: Option<CommitId>,
    /// What was committed.
    pub committed: Vec<Change>,
    /// Files that the commit removes from the repository and that stay here, for they are no longer shared.
    pub taken_out: Vec<RepoPath>,
    /// Files of the folder that were left out because they cannot be read.
    pub problems: Vec<Problem>,
    /// What came in.
    pub pulled: MergeReport,
    /// What went out; `None` where nothing had to.
    pub pushed: Option<PushReport>,
    /// How often others were first, and it was merged again.
    pub retries: usize,
}

/// What settling did.
#[derive(Clone, Debug)]
pub struct ResolveReport {
    /// The settled conflicts.
    pub settled: Vec<Held>,
    /// The commit that holds the taken values; `None` where the file already had them.
    pub commit: Option<CommitId>,
    /// How many are still held.
    pub left: usize,
}

/// One commit of a history.
#[derive(Clone, Debug)]
pub struct LogEntry {
    /// The commit.
    pub commit: CommitId,
    /// Its parents.
    pub parents: Vec<CommitId>,
    /// Who wrote it, and when.
    pub author: Signature,
    /// The whole message.
    pub message: String,
    /// Whether the upstream does not have it yet.
    pub unpushed: bool,
    /// Whether only the upstream has it yet.
    pub unpulled: bool,
}

/// A commit and what it changed.
#[derive(Clone, Debug)]
pub struct ShowReport {
    /// The commit.
    pub entry: LogEntry,
    /// Against its first parent.
    pub files: Vec<FileDiff>,
}

/// One file's difference.
#[derive(Clone, Debug)]
pub struct FileDiff {
    /// Where it is now, or was.
    pub path: RepoPath,
    /// By resource and field.
    pub changes: Vec<Change>,
    /// As it was; `None` where it is new.
    pub old: Option<FileState>,
    /// As it is now; `None` where it is removed.
    pub new: Option<FileState>,
}

impl FileDiff {
    /// How much the file differs.
    pub fn verdict(&self) -> Verdict {
        let state = |state: &Option<FileState>| state.as_ref().map(|state| state.entry);
        let (old, new) = (state(&self.old), state(&self.new));
        if old.map(|entry| entry.mode) != new.map(|entry| entry.mode) {
            Verdict::Content
        } else if old == new {
            Verdict::Identical
        } else {
            Verdict::of(&self.changes)
        }
    }
}

/// A file at one time.
#[derive(Clone, Debug)]
pub struct FileState {
    /// Its mode, and the id of its content.
    pub entry: Entry,
    /// Its content; of a link the target.
    pub bytes: Vec<u8>,
}

/// A branch, local or at the remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchInfo {
    /// Its name, without the remote.
    pub name: BranchName,
    /// The remote that has it, for a branch that is not local.
    pub remote: Option<String>,
    /// Its last commit; `None` before the first.
    pub commit: Option<CommitId>,
    /// Whether the folder is on it.
    pub current: bool,
    /// What it follows, as `origin/main`.
    pub upstream: Option<String>,
    /// Commits that the upstream has not; all, where there is no upstream.
    pub ahead: usize,
    /// Commits of the upstream that it has not.
    pub behind: usize,
}

/// One recorded operation.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Operation {
    /// Names the operation: the first twelve digits of the record's commit.
    #[serde(skip)]
    pub id: String,
    /// What was done: `commit`, `pull`, `sync`, `resolve`, …
    pub kind: String,
    /// One line for people.
    pub description: String,
    /// Seconds since 1970.
    pub time: i64,
    /// The refs that moved, with the commits before and after.
    pub refs: Vec<RefMove>,
    /// What became of the folder (in a bare repository of the draft); `None` where it was not touched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<FolderMove>,
    /// The name that git gave the work tree in which it was done; `None` of the first, or the only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_tree: Option<String>,
    /// Who did it, in a bare repository, where each user has a draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// What branch the folder went to; `None` where it stayed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<HeadMove>,
    /// The record's commit of the operation before this one.
    pub previous: Option<String>,
}

/// A ref that an operation moved.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RefMove {
    /// Full name.
    pub name: String,
    /// Hex id before; `None` where it was not there.
    pub before: Option<String>,
    /// Hex id after; `None` where it was removed.
    pub after: Option<String>,
    /// Of a branch that came or went, what it followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Follows>,
}

/// What a branch follows.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Follows {
    /// Name of the remote.
    pub remote: String,
    /// Full name of the ref there.
    pub merge: String,
}

/// The folder's files before and after an operation, as commits that keep them with all uncommitted work.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FolderMove {
    /// Hex id of the commit that has the files as they were.
    pub before: String,
    /// Hex id of the commit that has them as they were left.
    pub after: String,
}

/// The branches that the folder was on before and after an operation.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HeadMove {
    /// Its name; `None` where the folder was on none.
    pub before: Option<String>,
    /// Its name.
    pub after: String,
}

/// What `connect` found and did.
#[derive(Clone, Debug)]
pub struct ConnectReport {
    /// The remote's URL without user information.
    pub url: String,
    /// The branch of the remote that is followed.
    pub branch: BranchName,
    /// The branch here that follows it.
    pub local_branch: BranchName,
    /// The URL of the remote that was connected before; it may be the same.
    pub previous: Option<String>,
    /// Whether the remote had no commits.
    pub was_empty: bool,
    /// Whether anyone can read it without signing in.
    pub is_public: bool,
    /// Where it sent us, when its repository was renamed.
    pub moved_to: Option<String>,
    /// The folder that was asked for, where neither the remote nor this machine has it.
    pub missing_folder: Option<RepoPath>,
    /// What was synced; `None` with `--check`.
    pub sync: Option<SyncReport>,
}

/// Which files a setting about sharing means, as they are now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleReach {
    /// How many.
    pub files: usize,
    /// How many of them the last commit has.
    pub committed: usize,
    /// The kinds of files that there are, where it goes by kind.
    pub kinds: BTreeSet<String>,
}

/// What is in a remote, before it is cloned.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The remote's URL without user information.
    pub url: String,
    /// Its branches, the default first.
    pub branches: Vec<String>,
    /// The recognised format.
    pub format: String,
    /// How many resources of each kind.
    pub kinds: Vec<(String, usize)>,
    /// How many files.
    pub files: usize,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
    /// Whether anyone can read it without signing in.
    pub is_public: bool,
}

/// One setting with its value and where that comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// As `sync.push-retries`.
    pub key: String,
    /// Its value as text; `None` where it is not set and has no default.
    pub value: Option<String>,
    /// Where the value comes from.
    pub source: SettingSource,
    /// What it is for, one line.
    pub help: &'static str,
}

/// Where a setting's value comes from; the nearest wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingSource {
    /// This installation: the repository's own Git configuration.
    Local,
    /// `.syncline.toml` in the repository, for everybody.
    Shared,
    /// The user's Git configuration.
    Git,
    /// Built in.
    Default,
}
