//! What can go wrong in a repository.

use std::path::PathBuf;

use bstr::BString;
use syncline_format::{RepoPath, RepoPathError};

use crate::{LARGEST_FILE, NameError, ObjectId, RefName, RemoteError};

/// A failed operation on a repository.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RepoError {
    /// There is no repository in the folder or above it.
    #[error("{} is not in a Git repository", .0.display())]
    NotARepository(PathBuf),
    /// The folder belongs to another user, and Git's `safe.directory` does not name it.
    #[error("{} belongs to another user, and git is not told to trust it", .0.display())]
    DubiousOwnership(PathBuf),
    /// The folder has the shape of a bare repository, and came with the files of another one: settings and hooks
    /// in it are those of whoever made the commit.
    #[error(
        "{} is a repository that came with the files of {}: its settings and hooks are somebody else's",
        path.display(), outer.display()
    )]
    CameWithFiles {
        /// The folder.
        path: PathBuf,
        /// The work tree of the repository that it came with.
        outer: PathBuf,
    },
    /// The repository was found and cannot be opened.
    #[error("cannot open the repository at {}", path.display())]
    Open {
        /// Its folder.
        path: PathBuf,
        /// Why.
        source: Source,
    },
    /// Git's settings for the repository cannot be read.
    #[error("git's settings in {} cannot be read", path.display())]
    Settings {
        /// Their file, or the folder of the repository where it may be another file.
        path: PathBuf,
        /// Why.
        source: Source,
    },
    /// A new repository cannot be made.
    #[error("cannot make a repository in {}", path.display())]
    Init {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: Source,
    },
    /// The repository uses something that Syncline cannot work with.
    #[error("the repository uses {what}, {effect}")]
    Unsupported {
        /// What it is, as `the reftable format`.
        what: String,
        /// What does not work.
        effect: &'static str,
    },
    /// The operation needs a work tree, and the repository is bare.
    #[error("the repository at {} is bare and has no folder of files", .0.display())]
    NoWorkTree(PathBuf),
    /// An object is not in the repository.
    #[error("object {0} is missing")]
    MissingObject(ObjectId),
    /// An object that a partial clone left at the remote.
    #[error("object {0} is not here: the repository was cloned in part, with --filter")]
    NotFetched(ObjectId),
    /// Something that was left at the remote cannot be fetched.
    #[error(transparent)]
    Remote(Box<RemoteError>),
    /// An object cannot be read, or is not of the kind that it should be.
    #[error("object {id} cannot be read: {reason}")]
    BadObject {
        /// The object.
        id: ObjectId,
        /// What is wrong.
        reason: String,
    },
    /// A blob is too large to be read.
    #[error("object {id} has {size} bytes; a file of more than {} MB is left to git", LARGEST_FILE >> 20)]
    TooLarge {
        /// The blob.
        id: ObjectId,
        /// Its size in bytes.
        size: u64,
    },
    /// A tree names a path that must not be.
    #[error("a tree in the repository has an unsafe path: {0}")]
    UnsafePath(#[from] RepoPathError),
    /// Edits contradict each other, as a file and a folder of one name.
    #[error("the tree cannot be edited at `{path}`: {reason}")]
    EditTree {
        /// The path.
        path: RepoPath,
        /// What is wrong.
        reason: String,
    },
    /// New objects cannot be written.
    #[error("cannot write objects to {}", path.display())]
    WriteObjects {
        /// File or folder.
        path: PathBuf,
        /// Why: no space, no permission, …
        source: std::io::Error,
    },
    /// A ref cannot be read.
    #[error("cannot read the ref `{name}`")]
    ReadRef {
        /// The ref.
        name: BString,
        /// Why.
        source: Source,
    },
    /// A ref is not where it was expected to be: another process moved it.
    #[error("`{name}` was moved by another process")]
    RefMoved {
        /// The ref.
        name: RefName,
    },
    /// A ref is locked by another process, or by one that died.
    #[error("`{name}` is locked by another git process: {} is there", lock.display())]
    RefLocked {
        /// The ref.
        name: BString,
        /// The lock file.
        lock: PathBuf,
    },
    /// Refs cannot be written.
    #[error("cannot write the ref `{name}`")]
    WriteRef {
        /// The first ref of the edit.
        name: BString,
        /// Why.
        source: Source,
    },
    /// A name is no ref's or branch's.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The history cannot be walked.
    #[error("cannot walk the history from {from}")]
    History {
        /// The commit where it began.
        from: ObjectId,
        /// Why.
        source: Source,
    },
    /// The index is locked by another process, or by one that died.
    #[error("the index is locked by another git process: {} is there", .0.display())]
    IndexLocked(PathBuf),
    /// The index cannot be read or written.
    #[error("cannot {action} the index {}", path.display())]
    Index {
        /// `read`, `write` or `expand`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: Source,
    },
    /// A file or folder of the work tree cannot be read or written.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was tried, as `read`, `write`, `create the folder`.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Why: no space, no permission, …
        source: std::io::Error,
    },
    /// A file cannot be written there: a parent is a link, or something of another kind is in the way.
    #[error("cannot write `{path}`: {reason}")]
    InTheWay {
        /// The file.
        path: RepoPath,
        /// What is in the way.
        reason: String,
    },
    /// A link that would lead out of the repository, or into `.git`.
    #[error("`{path}` is a link to `{target}`, which leads out of the repository")]
    LinkLeadsOut {
        /// The link.
        path: RepoPath,
        /// What it names.
        target: BString,
    },
    /// A file's content cannot be turned into what Git stores, or back.
    #[error("cannot convert `{path}`: {reason}")]
    Convert {
        /// The file.
        path: RepoPath,
        /// What is wrong: an encoding, a filter.
        reason: String,
    },
    /// The attribute, ignore or filter rules cannot be read.
    #[error("cannot read the attribute or ignore rules")]
    Rules(#[source] Source),
    /// A setting cannot be read or written.
    #[error("cannot {action} the setting `{key}`")]
    Config {
        /// `read` or `write`.
        action: &'static str,
        /// The setting.
        key: String,
        /// Why.
        source: Source,
    },
    /// A commit cannot be signed.
    #[error("git could not sign the commit: {0}")]
    Sign(String),
    /// A hook refused.
    #[error("the hook `{hook}` refused: {output}")]
    HookRefused {
        /// As `pre-commit`.
        hook: &'static str,
        /// What it printed.
        output: String,
    },
    /// A hook cannot be run at all.
    #[error("the hook `{hook}` cannot be run")]
    RunHook {
        /// As `pre-commit`.
        hook: &'static str,
        /// Why.
        source: Source,
    },
}

impl RepoError {
    /// Whether the index is there, can be read, and is none. What the disk refuses is no damage.
    pub fn is_damaged_index(&self) -> bool {
        let Self::Index { action: "read", source, .. } = self else { return false };
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(source.as_ref());
        while let Some(error) = cause {
            if error.is::<std::io::Error>() {
                return false;
            }
            cause = error.source();
        }
        true
    }
}

/// The cause of an error, of whatever library.
pub(crate) type Source = Box<dyn std::error::Error + Send + Sync + 'static>;
