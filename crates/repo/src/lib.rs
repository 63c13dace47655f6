//! Git, the only store of Syncline: objects, trees, refs, index and history through gix at plumbing level;
//! clone, fetch and push through the user's `git`.
//!
//! A [`Repository`] gives trees and blobs by Git's rules. New objects are kept in memory until a ref is to
//! name them: [`Repository::publish`] writes and flushes them first, so that no ref can ever name what a
//! power cut took away. A folder is read by [`Repository::snapshot`] and written by [`Repository::apply`], as
//! `git add` and `git checkout` would.
//!
//! No other crate names gix or starts git. Nothing here prints.

mod commit;
mod config;
mod driver;
mod error;
mod folder;
mod git;
mod history;
mod hooks;
mod ids;
mod index;
mod locks;
mod objects;
mod own_folder;
mod own_lines;
mod partial;
mod refs;
mod remote;
mod repository;
mod transaction;
mod tree;

pub use commit::{Commit, NewCommit, Person, Signature};
pub use config::{RemoteConfig, Upstream};
pub use driver::{Driver, DriverPlace, git_colors_diffs};
pub use error::RepoError;
pub use folder::apply::{Apply, ApplyReport, link_leads_out};
pub use folder::snapshot::{Changed, Snapshot, SnapshotOptions, Trouble, TroubleKind};
pub use folder::temporary::holds_something;
pub use git::merge_file::{Markers, MergedLines, git_merge_file};
pub use git::merge_tree::{GitMerge, GitMerges};
pub use git::{Cancel, Git, GitEnvironment, GitError, GitOutput, GitVersion, OnProgress, Progress};
pub use history::History;
pub use hooks::CommitHooks;
pub use ids::{BlobId, BranchName, CommitId, IdError, NameError, ObjectId, RefName, TreeId};
pub use objects::LARGEST_FILE;
pub use own_folder::make_own_folder;
pub use refs::{Head, Reference};
pub use remote::{
    ASKPASS_ORIGIN_VARIABLE, ASKPASS_TOKEN_VARIABLE, ASKPASS_USERNAME_VARIABLE, ASKPASS_VARIABLE, AskPass,
    CloneError, CloneOptions, CloneWithoutFiles, Cloned, Credentials, Deepen, Direction, ExitClass,
    FetchOptions, FetchOutcome, Lease, Protocol, PushOptions, PushRef, PushResult, PushStatus, Reached,
    Remote, RemoteError, RemoteErrorKind, RemoteRefs, RemoteUrl, Step, Token, UpdatedRef, UrlError,
    askpass_answer,
};
pub use repository::head_log::HeadStep;
pub use repository::{InProgress, Repository};
pub use transaction::{Expected, RefEdit};
pub use tree::{Entry, Mode, TreeChange};
