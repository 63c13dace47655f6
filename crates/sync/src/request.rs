//! What operations are asked.

use std::path::PathBuf;

use syncline_document::Language;
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
    /// Whether it is known that the remote has nothing new: then nothing is fetched first. Where that was wrong, the
    /// push is refused, and all is done in the usual order.
    pub nothing_new: bool,
}

/// A tool's own files.
#[derive(Clone, Debug)]
pub enum ImportSource {
    /// One file that has it all.
    File {
        /// Its name, without folders.
        name: String,
        /// What is in it.
        bytes: Vec<u8>,
    },
    /// A folder: an app's own data.
    Folder {
        /// Its name, without those around it.
        name: String,
        /// The files directly in it of which [`Workspace::imports_from_folder`](crate::Workspace::imports_from_folder)
        /// says that they are read, each by its name with what is in it.
        files: Vec<(String, Vec<u8>)>,
    },
}

impl ImportSource {
    /// As people call it.
    pub fn name(&self) -> &str {
        match self {
            Self::File { name, .. } | Self::Folder { name, .. } => name,
        }
    }
}

/// What to take in from a tool's own files.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// The files.
    pub source: ImportSource,
    /// Only these, with all that is in them and around them; all where it is empty.
    pub selectors: Vec<Selector>,
    /// Whether what is here is to be as it is there: fields and resources that are only here go.
    pub exact: bool,
    /// Only tell what would change.
    pub preview: bool,
}

/// What to put into one file of the tool.
#[derive(Clone, Debug)]
pub struct ExportRequest {
    /// Only these, with all that is in them and around them; all where it is empty.
    pub selectors: Vec<Selector>,
    /// Name of the format; the workspace's where it is not given.
    pub format: Option<String>,
    /// What it is to be written in; the tool's own choice where it is not given.
    pub language: Option<Language>,
    /// The time of the export, as it is to be told (RFC 3339).
    pub date: String,
}
