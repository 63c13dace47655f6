//! What operations are asked.

use std::path::PathBuf;

use syncline_format::RepoPath;
use syncline_repo::Credentials;

use crate::Selector;

/// Open a workspace from a remote.
#[derive(Clone, Debug)]
pub struct CloneRequest {
    /// The URL or folder as the user gave it; user information in it becomes the credentials.
    pub url: String,
    /// Where to; for a preview not used.
    pub dir: PathBuf,
    /// The branch; the remote's own default where it is not given.
    pub branch: Option<String>,
    /// The folder of a big repository that is the workspace.
    pub folder: Option<RepoPath>,
}

/// Bind a workspace to a remote.
#[derive(Clone, Debug, Default)]
pub struct ConnectRequest {
    /// The URL or folder as the user gave it; user information in it becomes the credentials.
    pub url: String,
    /// The folder of a big repository that is the workspace.
    pub folder: Option<RepoPath>,
    /// Stored as this repository's author name.
    pub author_name: Option<String>,
    /// Stored as this repository's author e-mail.
    pub author_email: Option<String>,
    /// Only look, change nothing.
    pub check_only: bool,
    /// Used instead of the environment's where the URL held a user name or a token.
    pub credentials: Option<Credentials>,
}

/// What to compare.
#[derive(Clone, Debug, Default)]
pub struct DiffRequest {
    /// Only these; all where it is empty.
    pub selectors: Vec<Selector>,
    /// A revision; the last commit where it is not given.
    pub from: Option<String>,
    /// A revision; the folder where it is not given.
    pub to: Option<String>,
}

/// What to commit.
#[derive(Clone, Debug, Default)]
pub struct CommitRequest {
    /// The message.
    pub message: String,
    /// Only these; all where it is empty.
    pub selectors: Vec<Selector>,
    /// Whether more removals than the setting allows were confirmed.
    pub allow_removals: bool,
}

/// Which history.
#[derive(Clone, Debug, Default)]
pub struct LogRequest {
    /// Of one resource, file or folder.
    pub selector: Option<Selector>,
    /// At most so many.
    pub limit: Option<usize>,
}

/// How to push.
#[derive(Clone, Debug, Default)]
pub struct PushRequest {
    /// Overwrite the remote branch, if it still is where the user last saw it.
    pub force: bool,
    /// Push to a new branch of this name, and follow it.
    pub new_branch: Option<String>,
}

/// How to pull.
#[derive(Clone, Copy, Debug, Default)]
pub struct PullRequest {
    /// Whether commits that never were on a followed branch which was rewritten are put onto its new tip.
    pub carry_over: bool,
}

/// How to sync.
#[derive(Clone, Debug, Default)]
pub struct SyncRequest {
    /// The message of the commit; made from the changes where it is not given.
    pub message: Option<String>,
    /// Whether more removals than the setting allows were confirmed.
    pub allow_removals: bool,
    /// Whether commits that never were on a followed branch which was rewritten are put onto its new tip.
    pub carry_over: bool,
}
