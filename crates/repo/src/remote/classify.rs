//! From what git printed to the kind of a failure. The rows are those of spec/GIT-ERRORS.md, and what the
//! same failures print with other builds of curl and ssh.

use super::error::RemoteErrorKind;
use super::trace::HttpTrace;
use super::url::Protocol;
use RemoteErrorKind as Kind;

/// What is known of a failed call.
pub(super) struct Failure<'a> {
    pub(super) protocol: Protocol,
    /// Standard error, `remote:` lines included.
    pub(super) stderr: &'a str,
    pub(super) trace: &'a HttpTrace,
}

/// Text and kind; the first row with a text that occurs decides, so a cause stands before what follows
/// from it (`early EOF` before the damaged pack that it leaves).
const ROWS: &[(&str, Kind)] = &[
    ("REMOTE HOST IDENTIFICATION HAS CHANGED", Kind::SshHostChanged),
    ("Host key verification failed", Kind::SshHostUnknown),
    ("Permission denied (", Kind::SshKeyRefused),
    ("Too many authentication failures", Kind::SshKeyRefused),
    ("No space left on device", Kind::DiskFull),
    ("Disk quota exceeded", Kind::DiskFull),
    ("Out of diskspace", Kind::DiskFull),
    ("Read-only file system", Kind::CannotWrite),
    ("could not create work tree dir", Kind::CannotWrite),
    ("could not create leading directories", Kind::CannotWrite),
    // Git tells no cause; the disk may be full.
    ("failed to write new configuration file", Kind::CannotWrite),
    ("': couldn't write '", Kind::CannotWrite),
    ("fatal: unable to update refs/", Kind::CannotWrite),
    ("fatal: unable to update HEAD", Kind::CannotWrite),
    ("error: invalid path '", Kind::UnsafePath),
    // Where `transfer.fsckObjects` is set.
    (": hasDotgit: ", Kind::UnsafePath),
    (": hasDotdot: ", Kind::UnsafePath),
    (": hasDot: ", Kind::UnsafePath),
    (": fullPathname: ", Kind::UnsafePath),
    // What follows from it reads like a connection that was cut.
    ("exceeded maximum allowed tree depth", Kind::TooDeep),
    ("fsck error in packed object", Kind::Damaged),
    ("detected dubious ownership", Kind::DubiousOwnership),
    ("already exists and is not an empty directory", Kind::FolderNotEmpty),
    (".lock': File exists", Kind::Locked),
    ("unknown option `porcelain'", Kind::GitUnusable),
    ("is not a git command", Kind::GitUnusable),
    ("Unable to find remote helper", Kind::GitUnusable),
    ("certificate has expired", Kind::CertificateExpired),
    ("expiration date has passed", Kind::CertificateExpired),
    ("certificate expired", Kind::CertificateExpired),
    ("certificate is not yet valid", Kind::CertificateExpired),
    ("certificate not activated yet", Kind::CertificateExpired),
    ("does not match target host name", Kind::CertificateForOtherHost),
    ("no alternative certificate subject name matches", Kind::CertificateForOtherHost),
    ("certificate verification failed", Kind::UnknownCertificate),
    ("SSL certificate problem", Kind::UnknownCertificate),
    ("unexpected TLS packet", Kind::TlsMismatch),
    ("wrong version number", Kind::TlsMismatch),
    ("packet length too long", Kind::TlsMismatch),
    ("Received HTTP/0.9", Kind::TlsMismatch),
    ("could not read Username", Kind::NoCredentials),
    ("could not read Password", Kind::NoCredentials),
    ("redirects followed", Kind::RedirectLoop),
    ("unable to update url base from redirection", Kind::NotGit),
    ("info/refs not valid", Kind::NotGit),
    ("invalid server response", Kind::NotGit),
    ("bad line length character", Kind::NotGit),
    ("Could not resolve host", Kind::HostNotFound),
    ("Could not resolve proxy", Kind::ProxyUnreachable),
    ("CONNECT tunnel failed", Kind::ProxyRefused),
    // Before curl 7.88.
    ("from proxy after CONNECT", Kind::ProxyRefused),
    ("Proxy CONNECT aborted", Kind::ProxyRefused),
    ("Name or service not known", Kind::HostNotFound),
    ("unable to look up", Kind::HostNotFound),
    ("Operation too slow", Kind::TimedOut),
    ("Timeout was reached", Kind::TimedOut),
    ("Connection timed out", Kind::TimedOut),
    ("Operation timed out", Kind::TimedOut),
    ("Connection refused", Kind::ConnectionRefused),
    ("Couldn't connect to server", Kind::ConnectionRefused),
    ("No route to host", Kind::ConnectionRefused),
    ("Network is unreachable", Kind::ConnectionRefused),
    ("pack exceeds maximum allowed size", Kind::TooLarge),
    ("You are not allowed to push code to protected branches", Kind::ProtectedBranch),
    ("Write access to repository not granted", Kind::NoPermission),
    ("marked as read only", Kind::NoPermission),
    ("denied to ", Kind::NoPermission),
    ("couldn't find remote ref", Kind::RefNotFound),
    ("not found in upstream", Kind::RefNotFound),
    ("Repository not found", Kind::NotFound),
    ("does not appear to be a git repository", Kind::NotFound),
    // The address is a file.
    ("invalid gitfile format", Kind::NotFound),
    ("repository not exported", Kind::NotFound),
    ("could not be found or you don't have permission", Kind::NotFound),
    ("DENIED by ", Kind::NoPermission),
    ("' not found", Kind::NotFound),
    ("' does not exist", Kind::NotFound),
    ("transport '", Kind::BadUrl),
    ("is corrupt", Kind::Damaged),
    (" is empty", Kind::Damaged),
    ("bad object", Kind::Damaged),
    ("could not parse commit", Kind::Damaged),
    ("Failed to traverse parents", Kind::Damaged),
    ("did not send all necessary objects", Kind::Damaged),
    ("unable to rewind rpc post data", Kind::ConnectionCut),
    ("early EOF", Kind::ConnectionCut),
    ("hung up unexpectedly", Kind::ConnectionCut),
    ("unexpected disconnect", Kind::ConnectionCut),
    ("Connection reset", Kind::ConnectionCut),
    ("Empty reply from server", Kind::ConnectionCut),
    ("outstanding read data remaining", Kind::ConnectionCut),
    ("transfer closed", Kind::ConnectionCut),
    ("Broken pipe", Kind::ConnectionCut),
    ("RPC failed; curl", Kind::ConnectionCut),
    ("recv error", Kind::ConnectionCut),
    ("non-properly terminated", Kind::ConnectionCut),
    ("SSL_ERROR_SYSCALL", Kind::ConnectionCut),
    ("invalid index-pack output", Kind::Damaged),
    ("index-pack failed", Kind::Damaged),
    ("missing necessary objects", Kind::Damaged),
    ("not a valid object", Kind::Damaged),
    ("unpacker error", Kind::Damaged),
];

/// The kind of a call that failed as a whole.
pub(super) fn kind_of_call(failure: &Failure<'_>) -> Kind {
    let text = failure.stderr;
    if text.contains("Authentication failed for") {
        // A connection cut during the first 401 reads the same; then nothing was ever sent to sign in with.
        let cut = !failure.trace.signed_in && !failure.trace.answers.is_empty();
        return if cut { Kind::ConnectionCut } else { Kind::WrongCredentials };
    }
    if let Some(status) = http_status(text) {
        return kind_of_status(status, failure);
    }
    ROWS.iter().find(|(row, _)| text.contains(row)).map_or(Kind::Other, |(_, kind)| *kind)
}

/// `The requested URL returned error: 403`, `RPC failed; HTTP 413 curl 22 …`.
fn http_status(text: &str) -> Option<u16> {
    ["returned error: ", "RPC failed; HTTP "].iter().find_map(|before| {
        let rest = text.split_once(before)?.1;
        rest.get(..3)?.parse().ok()
    })
}

fn kind_of_status(status: u16, failure: &Failure<'_>) -> Kind {
    match status {
        401 => Kind::WrongCredentials,
        // GitHub limits by 403 with a Retry-After or with these words.
        403 if failure.trace.retry_after().is_some() || failure.stderr.contains("rate limit") => {
            Kind::RateLimited
        }
        403 => Kind::NoPermission,
        404 | 410 => Kind::NotFound,
        407 => Kind::ProxyRefused,
        408 | 504 => Kind::TimedOut,
        413 => Kind::TooLarge,
        429 => Kind::RateLimited,
        400 if failure.protocol == Protocol::Http => Kind::TlsMismatch,
        500.. => Kind::ServerError,
        _ => Kind::Other,
    }
}

/// How a remote says that another push came between the list of refs and ours.
const RACES: &[&str] = &[
    "already exists",
    "reference already exists",
    "failed to update ref",
    "incorrect old value provided",
    "failed to lock",
];

/// Why the remote, or git for us, refused one ref.
pub(super) fn kind_of_rejection(by_remote: bool, reason: &str, remote_output: &str) -> Kind {
    match reason {
        "fetch first" | "non-fast-forward" | "needs force" if !by_remote => Kind::SomeoneWasFirst,
        "stale info" | "remote ref updated since checkout" => Kind::LeaseLost,
        _ if RACES.contains(&reason) || reason.starts_with("cannot lock ref") => Kind::SomeoneWasFirst,
        "remote failed to report status" | "remote end hung up" => Kind::ConnectionCut,
        _ if reason.contains("protected branch") || reason.contains("repository rule violations") => {
            Kind::ProtectedBranch
        }
        _ if reason.contains("declined") => kind_of_hook(remote_output),
        _ if reason.contains("unpacker error") || reason.contains("missing necessary objects") => {
            kind_of_unpacking(remote_output)
        }
        _ => Kind::RefRefused,
    }
}

/// The words in which forges say that a branch is protected.
const PROTECTED: &[&str] = &[
    "GH006",
    "GH013",
    "rotected branch",
    "protected branches",
    "DENIED by refs/",
    "TF402455",
    "Permission denied to update branch",
    "must be made through a pull request",
    "rotected ref",
];

const TOO_LARGE: &[&str] = &[
    "GH001",
    "exceeds GitHub's file size limit",
    "which exceed the maximum file size",
    "Large files detected",
];

fn kind_of_hook(remote_output: &str) -> Kind {
    let says = |rows: &[&str]| rows.iter().any(|row| remote_output.contains(row));
    if says(TOO_LARGE) {
        Kind::TooLarge
    } else if says(PROTECTED) {
        Kind::ProtectedBranch
    } else {
        Kind::HookDeclined
    }
}

fn kind_of_unpacking(remote_output: &str) -> Kind {
    if remote_output.contains("No space left") || remote_output.contains("quota exceeded") {
        Kind::DiskFull
    } else if remote_output.contains("exceeds maximum allowed size") {
        Kind::TooLarge
    } else if remote_output.contains("insufficient permission") || remote_output.contains("Permission denied")
    {
        Kind::NoPermission
    } else {
        Kind::Damaged
    }
}

/// Whether such a failure leaves open what the remote did.
pub(super) fn is_ambiguous(kind: Kind) -> bool {
    matches!(kind, Kind::ConnectionCut | Kind::TimedOut | Kind::ServerError | Kind::Cancelled)
}

#[cfg(test)]
mod tests;
