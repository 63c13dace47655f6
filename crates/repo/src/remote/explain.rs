//! One sentence and the next steps for each kind of failure.

use super::error::{Direction, RemoteError, RemoteErrorKind};
use super::forge::Forge;
use super::url::{Protocol, RemoteUrl};
use RemoteErrorKind as Kind;

/// What goes into the words.
pub(super) struct Context<'a> {
    pub(super) url: &'a RemoteUrl,
    pub(super) direction: Direction,
    /// The branch or ref in question, as people call it.
    pub(super) branch: Option<&'a str>,
    /// Whether we had credentials to offer.
    pub(super) had_credentials: bool,
    /// Whose pages can be named.
    pub(super) forge: Option<Forge>,
    /// The proxy that git is told to use, where it failed.
    pub(super) proxy: Option<&'a str>,
    /// What stands for a failure that no row knows.
    pub(super) last_line: &'a str,
}

/// The error in words. Output and waiting time are filled in by the caller.
pub(super) fn explain(kind: Kind, context: &Context<'_>) -> RemoteError {
    let mut error = RemoteError::new(kind, context.direction, sentence(kind, context));
    error.hints = hints(kind, context);
    error
}

fn sentence(kind: Kind, context: &Context<'_>) -> String {
    let Context { url, direction, .. } = context;
    let host = url.host().unwrap_or("the remote");
    let branch = context.branch.unwrap_or("the branch");
    let work = if *direction == Direction::Read { "read" } else { "push to" };
    match kind {
        Kind::NoCredentials => format!("{url} asks for a user name and a token, and there is none for it"),
        Kind::WrongCredentials => format!("{host} refused the user name or token for {url}"),
        Kind::NoPermission if url.protocol() == Protocol::Git => {
            format!("{host} takes no push to {url}: git's own protocol has no sign-in")
        }
        Kind::NoPermission => format!("signed in at {host}, but not allowed to {work} {url}"),
        Kind::NotFound => format!("there is no repository at {url}, or not for this user"),
        Kind::HostNotFound => format!("the host {host} cannot be found"),
        Kind::ConnectionRefused => format!("{host} cannot be reached: nothing answers at {url}"),
        Kind::ProxyUnreachable => {
            format!("{} between here and {host} cannot be reached", named_proxy(context))
        }
        Kind::ProxyRefused => {
            format!("{} does not let us through to {host}: {}", named_proxy(context), context.last_line)
        }
        Kind::TimedOut => format!("{host} did not answer in time"),
        Kind::ProtectedBranch => format!("the branch {branch} of {url} is protected against direct pushes"),
        Kind::HookDeclined => format!("a hook of {url} declined the push to {branch}"),
        Kind::RefRefused => format!("{url} does not take {branch}"),
        Kind::SomeoneWasFirst => format!("someone else pushed to {branch} first"),
        Kind::LeaseLost => format!("{branch} is not where it was when you last looked: someone else pushed"),
        Kind::TooLarge => format!("{host} refused the push because it is too large"),
        Kind::RateLimited => format!("{host} answers no more requests for now: too many were made"),
        Kind::ServerError => format!("{host} failed to answer because of an error of its own"),
        // Curl with GnuTLS says the same of an expired one.
        Kind::UnknownCertificate => format!("this machine does not trust the certificate of {host}"),
        Kind::CertificateForOtherHost => {
            format!("the certificate that answered for {host} belongs to another host")
        }
        Kind::CertificateExpired => format!("the certificate of {host} is not valid at this time"),
        Kind::TlsMismatch => format!("{url} is not the right protocol for that port"),
        Kind::RedirectLoop => format!("{host} redirects in circles"),
        Kind::NotGit => format!("a web page answered at {url} instead of a Git repository"),
        Kind::SshKeyRefused => format!("{host} accepts none of your SSH keys"),
        Kind::SshHostUnknown => format!("the SSH key of {host} is not known here yet"),
        Kind::SshHostChanged => format!("the SSH key of {host} is not the one it had before"),
        Kind::ConnectionCut => format!("the connection to {host} was cut in the middle"),
        Kind::DiskFull => "there is no space left on the disk".to_owned(),
        Kind::CannotWrite => format!("git cannot write to the folder: {}", context.last_line),
        Kind::RefNotFound => format!("{branch} is not at {url}"),
        Kind::BadUrl => format!("{url} uses a protocol that is not allowed"),
        Kind::LocalHookDeclined => "your own pre-push hook declined the push".to_owned(),
        Kind::FolderNotEmpty => "the folder to clone into is not empty".to_owned(),
        Kind::DubiousOwnership => {
            "git does not trust the repository, because another user owns it".to_owned()
        }
        Kind::Damaged => format!("a part of the repository is damaged or missing: {}", context.last_line),
        Kind::UnsafePath => format!("a commit of {url} names a path that leads out of the folder"),
        Kind::TooDeep => format!("a commit of {url} has folders in folders deeper than git goes"),
        Kind::Locked => "another git is at work in this repository, or was killed in it".to_owned(),
        Kind::GitUnusable => "the git on this machine is too old, or a part of it is missing".to_owned(),
        Kind::Cancelled => "stopped on request".to_owned(),
        Kind::Other => format!("git failed: {}", context.last_line),
    }
}

fn named_proxy(context: &Context<'_>) -> String {
    context.proxy.map_or_else(|| "the proxy".to_owned(), |proxy| format!("the proxy {proxy}"))
}

const OWN_HOOK: &str = "mend what it complains about, and push again; git keeps it in .git/hooks/pre-push";

fn hints(kind: Kind, context: &Context<'_>) -> Vec<String> {
    match kind {
        Kind::NoCredentials
        | Kind::WrongCredentials
        | Kind::NoPermission
        | Kind::NotFound
        | Kind::SshKeyRefused => hints_of_sign_in(kind, context),
        _ => hints_of_others(kind, context),
    }
}

/// Where who we are decides.
fn hints_of_sign_in(kind: Kind, context: &Context<'_>) -> Vec<String> {
    let Context { url, had_credentials, forge, .. } = context;
    let host = url.host().unwrap_or("the remote");
    let sign_in = format!("sign in: syncline connect {url} --username NAME --token-stdin");
    let new_token = || forge.map(|forge| forge.token_hints(url)).unwrap_or_default();
    let right = if context.direction == Direction::Write { "write" } else { "read" };
    match kind {
        Kind::NoCredentials if *had_credentials => {
            vec![format!("the sign-in is for {host}, and another address asked for it; check the URL")]
        }
        Kind::NoCredentials => [new_token(), vec![sign_in, "or set SYNCLINE_TOKEN".to_owned()]].concat(),
        Kind::WrongCredentials => {
            let first = format!("make a new token at {host}: this one is wrong, expired or revoked");
            [vec![first], new_token(), vec![sign_in]].concat()
        }
        Kind::NoPermission if url.protocol() == Protocol::Git => {
            vec!["use the https or ssh address of the repository".to_owned()]
        }
        Kind::NoPermission => {
            let ask = format!(
                "ask an owner of the repository for the right to {right}, or use a token with that scope"
            );
            let mut hints = [vec![ask], new_token()].concat();
            if right == "write" {
                hints.push("an archived repository takes no pushes".to_owned());
            }
            hints
        }
        Kind::SshKeyRefused => {
            let account = forge.map_or_else(|| "your account there".to_owned(), |forge| forge.key_page(url));
            vec![
                format!("add your public key to {account}, and your key to the agent: ssh-add"),
                "or use the https address with a token".to_owned(),
            ]
        }
        _ if url.protocol() == Protocol::File => vec!["check the path".to_owned()],
        _ if url.protocol() == Protocol::Git => {
            vec!["check the address, and whether the server shows the repository".to_owned()]
        }
        _ => {
            let private = format!("a private repository shows only to those who may read it: {sign_in}");
            let token = if *had_credentials { new_token() } else { Vec::new() };
            [vec!["check the address".to_owned(), private], token].concat()
        }
    }
}

fn hints_of_others(kind: Kind, context: &Context<'_>) -> Vec<String> {
    let host = context.url.host().unwrap_or("the remote");
    match kind {
        Kind::HostNotFound => vec!["check the address and the network connection".to_owned()],
        Kind::ConnectionRefused => {
            vec![
                "check host and port of the address, the network, and a proxy or firewall between".to_owned(),
            ]
        }
        Kind::ProxyUnreachable | Kind::ProxyRefused => vec![
            "see where git takes it from: git config --show-origin --get-regexp '^http\\..*proxy'; or else from \
             http_proxy, https_proxy or all_proxy in the environment"
                .to_owned(),
            "ask who runs it; a name and a password for it go into its address: http://NAME:PASSWORD@HOST:PORT"
                .to_owned(),
        ],
        Kind::TimedOut => vec!["try again; check the network if it stays so".to_owned()],
        Kind::ProtectedBranch => vec![
            "push to a new branch and open a pull request: syncline push --new-branch NAME".to_owned(),
            "your commit is kept here".to_owned(),
        ],
        Kind::HookDeclined => vec!["mend what it complains about, and push again".to_owned()],
        Kind::RefRefused => vec!["read what the remote said; its settings decide what it takes".to_owned()],
        Kind::SomeoneWasFirst => vec!["merge what they pushed, then push: syncline sync".to_owned()],
        Kind::LeaseLost => {
            vec!["look at what is there now before you overwrite it: syncline fetch".to_owned()]
        }
        Kind::TooLarge => vec![
            "leave large files out of the commit, or keep them with Git LFS".to_owned(),
            format!("ask who runs {host} to raise the limit"),
        ],
        Kind::RateLimited | Kind::ServerError => vec!["try again later".to_owned()],
        Kind::UnknownCertificate => vec![
            "if the server is yours, name its authority: git config http.sslCAInfo FILE".to_owned(),
            "it may have expired, or the date and time of this machine be wrong".to_owned(),
            "if it is neither, do not go on: somebody may be listening".to_owned(),
        ],
        Kind::CertificateForOtherHost => {
            vec!["use the host name that the certificate is made for".to_owned()]
        }
        Kind::CertificateExpired => vec![
            "check the date and time of this machine".to_owned(),
            format!("ask who runs {host} to renew the certificate"),
        ],
        Kind::TlsMismatch => {
            vec!["check whether the address begins with http or https, and its port".to_owned()]
        }
        Kind::RedirectLoop => vec!["open the address in a browser to see where it leads".to_owned()],
        Kind::NotGit => vec![
            "use the address under Clone in the repository's page".to_owned(),
            "a proxy or a sign-in page may stand between: open the address in a browser".to_owned(),
        ],
        Kind::SshHostUnknown => {
            let port = context.url.port().map(|port| format!("-p {port} ")).unwrap_or_default();
            vec![format!("connect once by hand and compare the fingerprint: ssh {port}{host}")]
        }
        Kind::SshHostChanged => vec![
            // Ssh knows a host on another port by both.
            match context.url.port() {
                None => {
                    format!("ask who runs {host} whether its key was changed; if so: ssh-keygen -R {host}")
                }
                Some(port) => format!(
                    "ask who runs {host} whether its key was changed; if so: ssh-keygen -R '[{host}]:{port}'"
                ),
            },
            "if not, do not go on: somebody may be listening".to_owned(),
        ],
        Kind::ConnectionCut => vec!["try again".to_owned()],
        Kind::DiskFull => vec!["free some space, then try again".to_owned()],
        Kind::CannotWrite => vec![
            "nothing is lost: make room or give the right to write, and run the command again".to_owned(),
        ],
        Kind::RefNotFound => vec!["see which branches there are: syncline branch list".to_owned()],
        Kind::BadUrl => vec!["use an https or ssh address, or a folder".to_owned()],
        Kind::LocalHookDeclined => vec![OWN_HOOK.to_owned()],
        Kind::FolderNotEmpty => vec!["name another folder".to_owned()],
        Kind::DubiousOwnership => {
            vec!["if you trust it: git config --global --add safe.directory FOLDER".to_owned()]
        }
        Kind::Damaged => vec!["see what is damaged: git fsck".to_owned()],
        Kind::UnsafePath | Kind::TooDeep => vec!["nothing of it was written; ask whoever made that commit".to_owned()],
        Kind::Locked => {
            vec!["wait for the other git; if there is none, remove the .lock file it names".to_owned()]
        }
        Kind::GitUnusable => {
            vec!["install git 2.41 or later; `git --version` tells what is there".to_owned()]
        }
        _ => Vec::new(),
    }
}
