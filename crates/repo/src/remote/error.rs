//! What can go wrong with a remote, in words for a user.

use std::fmt;

use super::url::UrlError;

/// What kind of failure it is. A program decides by this, never by the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RemoteErrorKind {
    /// The remote asks who we are, and there is nothing to answer with.
    NoCredentials,
    /// User name or token were refused: wrong, expired or revoked.
    WrongCredentials,
    /// Signed in (or public), yet not allowed to do this.
    NoPermission,
    /// No such repository, or one that this user may not know of.
    NotFound,
    /// The host's name cannot be resolved.
    HostNotFound,
    /// Nothing listens there, or there is no way to it.
    ConnectionRefused,
    /// The proxy that git is told to use cannot be reached.
    ProxyUnreachable,
    /// The proxy that git is told to use does not let us through.
    ProxyRefused,
    /// No answer in time.
    TimedOut,
    /// A rule of the forge protects the branch from a direct push.
    ProtectedBranch,
    /// A hook of the remote declined for another reason.
    HookDeclined,
    /// The remote takes no such ref: a hidden one, a checked-out branch, a deletion it forbids.
    RefRefused,
    /// The remote's branch has commits that ours lacks: fetch, merge, push again.
    SomeoneWasFirst,
    /// The branch is not where a forced push expected it.
    LeaseLost,
    /// The push is larger than the remote takes.
    TooLarge,
    /// Too many requests.
    RateLimited,
    /// The remote failed by itself (5xx).
    ServerError,
    /// The certificate's authority is not known here.
    UnknownCertificate,
    /// The certificate is for another host.
    CertificateForOtherHost,
    /// The certificate is not valid any more, or not yet.
    CertificateExpired,
    /// TLS spoken to a port without TLS, or the other way round.
    TlsMismatch,
    /// The remote sends us in circles.
    RedirectLoop,
    /// A web page answered where Git should: a sign-in page, a proxy, a wrong path.
    NotGit,
    /// The SSH server accepts none of our keys.
    SshKeyRefused,
    /// The SSH server's key is not known here.
    SshHostUnknown,
    /// The SSH server's key is not the one it had.
    SshHostChanged,
    /// The connection was cut in the middle.
    ConnectionCut,
    /// No space is left, here or there.
    DiskFull,
    /// Git may not write to the folder here, or cannot for a reason that it does not tell.
    CannotWrite,
    /// The branch or ref is not on the remote.
    RefNotFound,
    /// The address is none, or one that is not allowed.
    BadUrl,
    /// The local `pre-push` hook declined.
    LocalHookDeclined,
    /// The folder to clone into is there and not empty.
    FolderNotEmpty,
    /// Git does not trust the folder, because another user owns it.
    DubiousOwnership,
    /// Objects here or there are damaged or missing.
    Damaged,
    /// A commit names a path that no folder may have: `..`, `.git`.
    UnsafePath,
    /// Folders lie in folders deeper than git goes.
    TooDeep,
    /// A lock file of git's is in the way.
    Locked,
    /// Git is not installed, cannot be started, or is too old.
    GitUnusable,
    /// The caller asked to stop.
    Cancelled,
    /// Something else; the message is git's own last line.
    Other,
}

/// The exit codes of spec/CLI.md that a failure at a remote can lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExitClass {
    /// 3: refused on this side, nothing changed.
    Refused,
    /// 4: the remote refused a push.
    PushRefused,
    /// 5: sign-in failed, or no right to read.
    SignIn,
    /// 6: not reached, not found, not to be trusted, or others were first too many times.
    Unreachable,
    /// 7: damaged.
    Damaged,
}

impl ExitClass {
    /// The process exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Refused => 3,
            Self::PushRefused => 4,
            Self::SignIn => 5,
            Self::Unreachable => 6,
            Self::Damaged => 7,
        }
    }
}

/// Whether something was to be read from the remote, or written to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// clone, fetch, ls-remote.
    Read,
    /// push.
    Write,
}

/// One failure of a remote, explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteError {
    /// What it is.
    pub kind: RemoteErrorKind,
    /// Whether we were reading or writing; it decides the exit code of [`RemoteErrorKind::NoPermission`].
    pub direction: Direction,
    /// One sentence: what happened, to which remote. Lower case, no full stop, no credentials.
    pub message: String,
    /// Next steps, most likely first.
    pub hints: Vec<String>,
    /// What git printed, credentials removed; for a log or `--verbose`.
    pub git_output: String,
    /// What the remote itself said (`remote: …` lines), if anything.
    pub remote_output: String,
    /// How long the remote asked us to wait, in seconds.
    pub retry_after: Option<u64>,
}

impl RemoteError {
    /// A failure with no output of git's behind it.
    pub fn new(kind: RemoteErrorKind, direction: Direction, message: impl Into<String>) -> Self {
        Self {
            kind,
            direction,
            message: message.into(),
            hints: Vec::new(),
            git_output: String::new(),
            remote_output: String::new(),
            retry_after: None,
        }
    }

    /// The same with one more next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Which exit code of spec/CLI.md this leads to.
    pub fn exit_class(&self) -> ExitClass {
        use RemoteErrorKind as Kind;
        let writing = self.direction == Direction::Write;
        match self.kind {
            Kind::NoPermission | Kind::RefNotFound if writing => ExitClass::PushRefused,
            Kind::ProtectedBranch
            | Kind::HookDeclined
            | Kind::RefRefused
            | Kind::LeaseLost
            | Kind::TooLarge => ExitClass::PushRefused,
            Kind::NoCredentials | Kind::WrongCredentials | Kind::SshKeyRefused | Kind::NoPermission => {
                ExitClass::SignIn
            }
            Kind::LocalHookDeclined
            | Kind::FolderNotEmpty
            | Kind::DubiousOwnership
            | Kind::Locked
            | Kind::GitUnusable
            | Kind::Cancelled
            | Kind::DiskFull
            | Kind::CannotWrite => ExitClass::Refused,
            Kind::Damaged | Kind::UnsafePath | Kind::TooDeep => ExitClass::Damaged,
            _ => ExitClass::Unreachable,
        }
    }

    /// Whether the same call may succeed a little later without anybody doing anything.
    pub fn is_transient(&self) -> bool {
        use RemoteErrorKind as Kind;
        matches!(
            self.kind,
            Kind::RateLimited
                | Kind::ServerError
                | Kind::ConnectionCut
                | Kind::TimedOut
                | Kind::HostNotFound
                | Kind::ConnectionRefused
                | Kind::ProxyUnreachable
        )
    }
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RemoteError {}

impl From<UrlError> for RemoteError {
    fn from(error: UrlError) -> Self {
        Self::new(RemoteErrorKind::BadUrl, Direction::Read, error.to_string())
            .hint("give an address such as https://host/owner/name.git, git@host:owner/name.git, or a folder")
    }
}
