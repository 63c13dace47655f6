//! Why an operation was not done.

pub(crate) mod hints;

use std::fmt::Display;
use std::path::PathBuf;

use syncline_document::{ComposeError, EditError, ParseError};
use syncline_format::{ExchangeError, FormatError, RepoPath, RepoPathError, Unshared};
use syncline_merge::ConflictId;
use syncline_repo::{
    BranchName, CloneError, ExitClass, GitError, InProgress, NameError, RemoteError, RepoError, UrlError,
};

/// What went wrong, to which thing.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// Something local about the repository.
    #[error(transparent)]
    Repo(RepoError),
    /// Something about the remote.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// Git gave no answer.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A text that is no URL.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// A text that is no name of a ref.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A path that must not be in a repository.
    #[error(transparent)]
    Path(#[from] RepoPathError),
    /// No repository here.
    #[error("`{}` is not a workspace", .0.display())]
    NotAWorkspace(PathBuf),
    /// A remote that is the workspace's own folder.
    #[error("`{}` is this workspace itself, and cannot be its remote", .0.display())]
    RemoteIsHere(PathBuf),
    /// A folder to clone into that has something in it.
    #[error("`{}` is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// A format that nobody described.
    #[error("there is no format `{0}`")]
    UnknownFormat(String),
    /// Another Syncline is at work here.
    #[error("`{owner}` is at work in this repository")]
    Locked {
        /// Who holds the lock.
        owner: String,
    },
    /// Another agent watches the folder.
    #[error("`{owner}` watches this folder already")]
    Watched {
        /// Who watches.
        owner: String,
    },
    /// A merge, rebase or the like of git's is in progress.
    #[error("a `git {}` is in progress", .0.command())]
    InProgress(InProgress),
    /// HEAD names no branch.
    #[error("the folder is on no branch (detached HEAD)")]
    DetachedHead,
    /// There is no commit yet.
    #[error("the branch `{0}` has no commit yet")]
    Unborn(String),
    /// The repository cannot be written by us.
    #[error("this repository cannot be written: {0}")]
    ReadOnly(String),
    /// An operation would overwrite work that is not committed.
    #[error("{} changed and not committed: {}", count(.0.len(), "file is", "files are"), names(.0))]
    Uncommitted(Vec<RepoPath>),
    /// More would be removed than the setting allows without asking.
    #[error("{removed} of {total} {what} would be removed")]
    TooManyRemovals {
        /// How many are gone from the folder.
        removed: usize,
        /// How many the last commit has.
        total: usize,
        /// Files or resources.
        what: &'static str,
    },
    /// Only some resources of a file were chosen, and they cannot be taken apart from the others.
    #[error("the chosen resources of `{0}` cannot be taken apart from the others")]
    WholeFileOnly(RepoPath),
    /// Nothing is meant by a selector.
    #[error("nothing here is called `{0}`")]
    NothingSelected(String),
    /// Nothing that changed is meant by a selector.
    #[error("nothing that changed is called `{0}`")]
    Unchanged(String),
    /// A description of a format that lies in the repository and is wrong.
    #[error("`{path}` cannot be used, so nobody knows what is to stay out of a commit")]
    Description {
        /// The file.
        path: RepoPath,
        /// All that is wrong.
        source: Box<FormatError>,
    },
    /// A file that the format keeps out of commits.
    #[error("`{path}` is not shared: {why}")]
    NotShared {
        /// The file.
        path: RepoPath,
        /// What keeps it.
        why: Unshared,
    },
    /// A format in which nothing says by itself whether it is shared.
    #[error(
        "the format `{0}` has no categories: all is shared but what its rules and the settings keep here"
    )]
    NoCategories(String),
    /// No category has this name.
    #[error("there is no category `{given}`")]
    UnknownCategory {
        /// As it was given.
        given: String,
        /// Those that there are.
        there: Vec<String>,
    },
    /// Several categories have this name.
    #[error("more than one category is called `{given}`")]
    AmbiguousCategory {
        /// As it was given.
        given: String,
        /// What tells them apart.
        there: Vec<String>,
    },
    /// A category of which the format says for all times whether it is shared.
    #[error("`{name}` is {} shared: so it is with {} in every workspace of this format", if *shared { "always" } else { "never" }, around.as_ref().map_or_else(|| "this category".to_owned(), |around| format!("all that is in `{around}`")))]
    FixedCategory {
        /// The category.
        name: String,
        /// The category around it of which the format says so, where it is not itself.
        around: Option<String>,
        /// Whether it is always shared, or never.
        shared: bool,
    },
    /// A revision that names no commit.
    #[error("there is no revision `{0}`")]
    UnknownRevision(String),
    /// A commit of another history.
    #[error("commit {commit} is not in the history of `{branch}`")]
    NotInHistory {
        /// Its first digits.
        commit: String,
        /// The branch.
        branch: String,
    },
    /// A selector that means nothing that differs from an old version.
    #[error("nothing called `{selector}` differs from `{revision}`")]
    NothingToRestore {
        /// As it was given.
        selector: String,
        /// As it was given.
        revision: String,
    },
    /// A tool's own file that is to come in and does not parse.
    #[error("`{name}` cannot be read")]
    ImportUnreadable {
        /// Its name.
        name: String,
        /// Where, and what is wrong there.
        source: ParseError,
    },
    /// A file or folder that is to come in and is of no tool whose resources can.
    #[error("`{name}` cannot be imported: {}", nothing_to_import(.found.as_deref()))]
    NotImportable {
        /// Its name.
        name: String,
        /// The tool that it is of, where that is known.
        found: Option<String>,
    },
    /// A tool's own file that is not as it should be.
    #[error("`{name}` cannot be imported")]
    BadExport {
        /// Its name.
        name: String,
        /// What is wrong with it.
        source: ExchangeError,
    },
    /// A tool's own file that is of another format than the workspace.
    #[error("`{name}` is of the format {there}, and this workspace of {here}")]
    OtherFormat {
        /// Its name.
        name: String,
        /// Its format.
        there: String,
        /// The workspace's.
        here: String,
    },
    /// A tool's own file without the id of what it is.
    #[error("`{0}` cannot be imported: it has no id to know it by")]
    NoIdToImport(String),
    /// A choice of resources where a file is taken in as a whole.
    #[error("`{name}` is taken in as a whole: `{selector}` cannot be chosen from it")]
    ImportedWhole {
        /// The file.
        name: String,
        /// What was to be chosen.
        selector: String,
    },
    /// A format that has no files of the tool's own beside those of a workspace.
    #[error("there is no export of the format {0}: its files are what the tool reads")]
    NoExport(String),
    /// An export of a format that the workspace is not of.
    #[error("this workspace is of the format {0}, and can be exported as that alone")]
    ExportsOnlyAs(String),
    /// An export that the tool has in YAML alone.
    #[error("the export of this format is YAML")]
    ExportsOnlyYaml,
    /// An export that would be of several files.
    #[error("an export of this format is of one file, and there are {}: {}", .0.len(), names(.0))]
    ExportsOneFile(Vec<RepoPath>),
    /// There is no resource to export.
    #[error("there is nothing here to export")]
    NothingToExport,
    /// A path that a resource is to get and that has something else already.
    #[error("`{0}` is there already, and is not the resource that belongs there")]
    PathTaken(RepoPath),
    /// What is to be imported is perhaps in a file that nobody can read.
    #[error("`{0}` cannot be read and may have them: nothing was imported")]
    MayBeInUnread(RepoPath),
    /// A file that is to be written and that Git leaves out.
    #[error("`{0}` is ignored by git, so what is imported could not be committed")]
    IgnoredByGit(RepoPath),
    /// A text that cannot be made.
    #[error("`{path}` cannot be written")]
    CannotWrite {
        /// The file.
        path: RepoPath,
        /// Why.
        source: ComposeError,
    },
    /// No operation has this id.
    #[error("no operation is called `{0}`")]
    UnknownOperation(String),
    /// No operation has been done here that could be undone.
    #[error("there is no operation here to undo")]
    NothingToUndo,
    /// An operation that moved nothing of this repository's own.
    #[error("`{kind}` ({description}) changed nothing here that could be taken back")]
    NotUndoable {
        /// What it was.
        kind: String,
        /// One line for people.
        description: String,
    },
    /// Something that an operation did is no longer as it left it.
    #[error("`{description}` cannot be undone: {reason}")]
    Overtaken {
        /// One line for people.
        description: String,
        /// What is otherwise now.
        reason: String,
    },
    /// No such branch.
    #[error("there is no branch `{0}`")]
    UnknownBranch(String),
    /// A branch that the remote has not.
    #[error("there is no branch `{branch}` at {url}")]
    NotAtRemote {
        /// The branch.
        branch: BranchName,
        /// The remote, without user information.
        url: String,
        /// The branches that it has.
        there: Vec<BranchName>,
    },
    /// A folder of a remote's branch that is not there.
    #[error("there is no folder `{folder}` in the repository")]
    NoFolder {
        /// The folder.
        folder: RepoPath,
        /// The folders beside it that are there.
        there: Vec<String>,
    },
    /// A branch of this name is there.
    #[error("the branch `{0}` already exists")]
    BranchExists(String),
    /// Git keeps branches as files, and one file cannot lie in another.
    #[error("`{name}` cannot be a branch while there is a branch `{other}`")]
    BranchInTheWay {
        /// The new one.
        name: String,
        /// The one that is there.
        other: String,
    },
    /// A name that Git takes for no branch.
    #[error("`{0}` cannot be the name of a branch")]
    BadBranchName(String),
    /// The branch that the folder is on cannot be deleted.
    #[error("the folder is on the branch `{0}`")]
    CurrentBranch(String),
    /// A branch whose commits nothing else has.
    #[error("the branch `{name}` has {commits} that no other branch has")]
    Unmerged {
        /// The branch.
        name: String,
        /// A phrase such as `3 commits`.
        commits: String,
    },
    /// No remote is connected.
    #[error("no remote is connected")]
    NoRemote,
    /// The branch that is followed is not at the remote any more.
    #[error("`{0}` is gone from the remote")]
    UpstreamGone(String),
    /// The followed branch no longer has a commit that it had.
    #[error("`{upstream}` was rewritten: it no longer has commit {seen}; {} never on it", count(*own, "commit of yours was", "commits of yours were"))]
    Rewritten {
        /// The branch that is followed.
        upstream: String,
        /// The first digits of the commit that it had.
        seen: String,
        /// How many commits here never were on it.
        own: usize,
    },
    /// The remote has commits that are not here.
    #[error("`{0}` has commits that are not here")]
    Behind(String),
    /// Others were first, again and again.
    #[error("others were first {0} times in a row")]
    OthersFirst(usize),
    /// No conflict has this id.
    #[error("no conflict is called `{0}`")]
    UnknownConflict(String),
    /// Several conflicts begin with this.
    #[error("more than one conflict begins with `{0}`")]
    AmbiguousConflict(String),
    /// `both` on scalars.
    #[error("{} between single values, and cannot take both: {}", count(.0.len(), "conflict is", "conflicts are"), short_ids(.0))]
    BothOnScalar(Vec<ConflictId>),
    /// The place of a conflict is not there any more.
    #[error("the place of conflict `{0}` is not in the file any more")]
    PlaceGone(String),
    /// A value that is no good for the field.
    #[error("this value cannot be taken: {0}")]
    BadValue(String),
    /// A file that cannot be read has to be read for this.
    #[error("`{path}` cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: RepoPath,
        /// Why.
        source: ParseError,
    },
    /// A file with conflict markers of which a side cannot be read.
    #[error("`{path}` cannot be taken apart: its side `{side}` cannot be read: {source}")]
    MarkedSide {
        /// The file.
        path: RepoPath,
        /// `ours` or `theirs`.
        side: &'static str,
        /// Why, and where in the marked file.
        source: ParseError,
    },
    /// No file that is meant has a conflict between markers.
    #[error("nothing called `{0}` has a conflict between markers, from `<<<<<<<` to `>>>>>>>`")]
    NotMarked(String),
    /// An edit that could not be made.
    #[error("`{path}` cannot be edited: {source}")]
    Edit {
        /// The file.
        path: RepoPath,
        /// Why.
        source: EditError,
    },
    /// No setting has this key.
    #[error("there is no setting `{0}`")]
    UnknownSetting(String),
    /// A value that the setting does not take.
    #[error("`{value}` is no value for `{key}`: {expected}")]
    BadSetting {
        /// The setting.
        key: String,
        /// What was given.
        value: String,
        /// What it takes.
        expected: String,
    },
    /// A key of a setting for a path, a kind or a field that says nothing.
    #[error("there is no setting `{key}`: {expected}")]
    BadSettingName {
        /// The setting.
        key: String,
        /// What it has to look like.
        expected: &'static str,
        /// How one is set.
        example: &'static str,
    },
    /// A setting that is to be taken back and is not set there.
    #[error("`{key}` is not set {}", if *shared { "in `.syncline.toml`" } else { "in this installation" })]
    NotSet {
        /// The setting.
        key: String,
        /// Whether the shared file was meant.
        shared: bool,
    },
    /// A setting that is each installation's own.
    #[error("`{0}` is each installation's own, and cannot be shared")]
    NotShareable(String),
    /// Nobody to name in a commit.
    #[error("no author is known for the commit")]
    NoAuthor,
    /// `.syncline.toml` cannot be read.
    #[error("`.syncline.toml` cannot be read: {0}")]
    SharedSettings(String),
    /// Something that Syncline stored itself reads wrong.
    #[error("the record `{name}` is damaged: {reason}")]
    DamagedRecord {
        /// The ref.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Files change faster than they can be merged.
    #[error("files of the folder change while they are written")]
    FolderKeepsChanging,
    /// A file that cannot be taken into Git.
    #[error("`{path}` cannot be taken: {reason}")]
    CannotTake {
        /// The file.
        path: RepoPath,
        /// Why.
        reason: String,
    },
    /// Reading or writing of a file of ours.
    #[error("`{}` cannot be read or written: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Both sides changed something outside the workspace's folder.
    #[error("both sides changed `{0}`, which is outside the workspace's folder")]
    OutsideFolder(RepoPath),
    /// A branch that another work tree of the repository is on.
    #[error("the folder `{}` is on the branch `{name}`", folder.display())]
    InOtherFolder {
        /// The branch.
        name: String,
        /// The other work tree.
        folder: PathBuf,
    },
    /// An operation to undo that was done in another work tree of the repository.
    #[error("`{description}` was done in the folder `{}`", folder.display())]
    DoneElsewhere {
        /// One line for people.
        description: String,
        /// The other work tree.
        folder: PathBuf,
    },
    /// An operation to undo that another user of a bare repository did to a draft.
    #[error("`{description}` was done by {user}")]
    DoneByOther {
        /// One line for people.
        description: String,
        /// Whose draft it was done to.
        user: String,
    },
    /// A merge that a policy of `stop` forbids.
    #[error("both sides changed {place}`{path}`{}, and `{policy}` is to stop there", others_too(*others))]
    Stopped {
        /// The file of the first conflict.
        path: RepoPath,
        /// The place in it, as `/url of Request Login in `; nothing for the whole file.
        place: String,
        /// The setting.
        policy: String,
        /// How many more conflicts there are at which to stop.
        others: usize,
    },
    /// A folder was needed, and this is a bare repository.
    #[error("this is a bare repository, without a folder")]
    Bare,
    /// What an embedding program did not set.
    #[error("{0}")]
    Usage(String),
}

impl From<CloneError> for SyncError {
    fn from(error: CloneError) -> Self {
        match error {
            CloneError::Remote(error) => error.into(),
            CloneError::Content(error) => error.into(),
        }
    }
}

/// What a failure means for whoever asked; the command line's exit codes follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// What was asked makes no sense.
    Usage,
    /// Refused, nothing changed.
    Refused,
    /// The remote refused a push.
    PushRefused,
    /// Sign-in failed, or no right to read.
    SignIn,
    /// The remote could not be reached, found or trusted, or others were first too many times.
    Unreachable,
    /// The repository or a file is damaged.
    Damaged,
    /// A defect of ours.
    Defect,
}

impl SyncError {
    /// What it means for whoever asked.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Repo(error) => repo_kind(error),
            Self::Remote(error) => remote_kind(error),
            Self::Url(_)
            | Self::UnknownFormat(_)
            | Self::NothingSelected(_)
            | Self::ImportedWhole { .. }
            | Self::Unchanged(_)
            | Self::NotMarked(_)
            | Self::NotShared { .. }
            | Self::NoCategories(_)
            | Self::UnknownCategory { .. }
            | Self::AmbiguousCategory { .. }
            | Self::UnknownRevision(_)
            | Self::NothingToRestore { .. }
            | Self::NotImportable { .. }
            | Self::ExportsOnlyAs(_)
            | Self::ExportsOnlyYaml
            | Self::ExportsOneFile(_)
            | Self::UnknownOperation(_)
            | Self::UnknownBranch(_)
            | Self::NoFolder { .. }
            | Self::BadBranchName(_)
            | Self::UnknownConflict(_)
            | Self::AmbiguousConflict(_)
            | Self::BothOnScalar(_)
            | Self::BadValue(_)
            | Self::UnknownSetting(_)
            | Self::BadSetting { .. }
            | Self::BadSettingName { .. }
            | Self::NotShareable(_)
            | Self::NotSet { .. }
            | Self::Usage(_) => ErrorKind::Usage,
            Self::Behind(_) | Self::UpstreamGone(_) => ErrorKind::PushRefused,
            Self::OthersFirst(_) | Self::NotAtRemote { .. } => ErrorKind::Unreachable,
            Self::Path(_)
            | Self::Unreadable { .. }
            | Self::ImportUnreadable { .. }
            | Self::BadExport { .. }
            | Self::NoIdToImport(_)
            | Self::MarkedSide { .. }
            | Self::Edit { .. }
            | Self::SharedSettings(_)
            | Self::DamagedRecord { .. } => ErrorKind::Damaged,
            _ => ErrorKind::Refused,
        }
    }
}

fn nothing_to_import(found: Option<&str>) -> String {
    match found {
        Some(title) => format!("what it is known as (`{title}`) has no way in"),
        None => "it is no export of a tool that is known".to_owned(),
    }
}

fn others_too(others: usize) -> String {
    if others == 0 { String::new() } else { format!(" and {}", count(others, "other field", "other fields")) }
}

impl From<RepoError> for SyncError {
    /// A failed fetch is told as one, whatever it was for.
    fn from(error: RepoError) -> Self {
        match error {
            RepoError::Remote(error) => Self::Remote(*error),
            error => Self::Repo(error),
        }
    }
}

fn repo_kind(error: &RepoError) -> ErrorKind {
    match error {
        RepoError::MissingObject(_)
        | RepoError::BadObject { .. }
        | RepoError::UnsafePath(_)
        | RepoError::LinkLeadsOut { .. }
        | RepoError::Open { .. }
        | RepoError::Settings { .. }
        | RepoError::ReadRef { .. }
        | RepoError::History { .. } => ErrorKind::Damaged,
        RepoError::Name(_) => ErrorKind::Usage,
        error if error.is_damaged_index() => ErrorKind::Damaged,
        _ => ErrorKind::Refused,
    }
}

fn remote_kind(error: &RemoteError) -> ErrorKind {
    match error.exit_class() {
        ExitClass::Refused => ErrorKind::Refused,
        ExitClass::PushRefused => ErrorKind::PushRefused,
        ExitClass::SignIn => ErrorKind::SignIn,
        ExitClass::Unreachable => ErrorKind::Unreachable,
        ExitClass::Damaged => ErrorKind::Damaged,
    }
}

fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

fn short_ids(ids: &[ConflictId]) -> String {
    names(&ids.iter().map(ConflictId::short).collect::<Vec<_>>())
}

/// So many of a list are named in an error.
const NAMED: usize = 5;

pub(crate) fn names<T: Display>(things: &[T]) -> String {
    let shown: Vec<_> = things.iter().take(NAMED).map(|thing| format!("`{thing}`")).collect();
    let rest = things.len().saturating_sub(shown.len());
    if rest == 0 { shown.join(", ") } else { format!("{} and {rest} more", shown.join(", ")) }
}
