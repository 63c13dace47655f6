//! Looking how far a remote can be reached, step by step; nothing is changed.

use std::path::Path;
use std::time::Duration;

use super::forge::Forge;
use super::porcelain::{PushOutcome, push_lines};
use super::refs::parse;
use super::{Direction, Protocol, Remote, RemoteError, RemoteErrorKind as Kind, RemoteRefs, RemoteUrl};
use crate::{CommitId, RefName};

/// What has to work one after the other until a remote can be read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The address is one.
    Address,
    /// Its host has an address in the network.
    Host,
    /// Something answers there.
    Connection,
    /// It is who it says it is: by a certificate, or by the key of an ssh server.
    Certificate,
    /// It is a Git server, and in order.
    Server,
    /// It knows who we are, where it asks.
    SignIn,
    /// The repository is there and may be read.
    Read,
    /// It may be written.
    Write,
}

impl Step {
    /// The steps that there are to a remote, in their order.
    pub fn to(protocol: Protocol) -> &'static [Self] {
        use Step::{Address, Certificate, Connection, Host, Read, Server, SignIn, Write};
        match protocol {
            Protocol::Https | Protocol::Http | Protocol::Ssh => {
                &[Address, Host, Connection, Certificate, Server, SignIn, Read, Write]
            }
            Protocol::Git => &[Address, Host, Connection, Server, Read, Write],
            Protocol::File => &[Address, Read, Write],
        }
    }
}

impl RemoteError {
    /// The step at which it stopped; all before it went well.
    pub fn step(&self) -> Step {
        match self.kind {
            Kind::BadUrl => Step::Address,
            // The host is the proxy's to find.
            Kind::HostNotFound | Kind::ProxyUnreachable | Kind::ProxyRefused => Step::Host,
            Kind::ConnectionRefused | Kind::TimedOut | Kind::ConnectionCut => Step::Connection,
            Kind::UnknownCertificate
            | Kind::CertificateForOtherHost
            | Kind::CertificateExpired
            | Kind::TlsMismatch
            | Kind::SshHostUnknown
            | Kind::SshHostChanged => Step::Certificate,
            Kind::RedirectLoop | Kind::NotGit | Kind::RateLimited | Kind::ServerError => Step::Server,
            Kind::NoCredentials | Kind::WrongCredentials | Kind::SshKeyRefused => Step::SignIn,
            _ if self.direction == Direction::Write => Step::Write,
            _ => Step::Read,
        }
    }
}

/// A remote that was reached.
#[derive(Clone, Debug)]
pub struct Reached {
    /// Its refs.
    pub refs: RemoteRefs,
    /// Whether it was told a user name and token. Ssh never comes without a key, git's own protocol never with one.
    pub signed_in: bool,
    /// Its clock, in seconds since 1970; only web servers tell.
    pub time: Option<i64>,
}

/// How long another address is asked, of which nobody knows whether there is anything.
const ASIDE: Duration = Duration::from_secs(20);

impl Remote {
    /// Lists the remote's refs, and what else its answers tell.
    pub fn reach(&self) -> Result<Reached, RemoteError> {
        let (refs, outcome) = self.list_with_outcome(None, &[])?;
        let (signed_in, time) = (outcome.trace.signed_in, outcome.trace.time());
        Ok(Reached { refs, signed_in, time })
    }

    /// Asks the remote to take a push, and sends nothing. Rules about one branch show only when it is really pushed.
    pub fn try_push(
        &self,
        git_dir: &Path,
        commit: CommitId,
        remote_ref: &RefName,
    ) -> Result<(), RemoteError> {
        self.for_push().try_push_there(git_dir, commit, remote_ref)
    }

    fn try_push_there(
        &self,
        git_dir: &Path,
        commit: CommitId,
        remote_ref: &RefName,
    ) -> Result<(), RemoteError> {
        let git = self.git("push", Some(git_dir));
        let git = git.args([
            "--porcelain",
            "--dry-run",
            "--no-verify",
            "--no-follow-tags",
            "--no-recurse-submodules",
        ]);
        let git = git.operands([self.url.as_str()]).arg(format!("{commit}:{remote_ref}"));
        let outcome = self.call(git, Direction::Write, &mut |_| ())?;
        let name = remote_ref.to_string();
        match push_lines(&outcome.output.text()).into_iter().find(|line| line.remote_ref == name) {
            // Others were first: that is for a pull, and the right to push is there.
            Some(line) => match line.outcome {
                PushOutcome::Rejected { by_remote: true, reason } => {
                    Err(self.rejection(&name, true, &reason, &outcome))
                }
                _ => Ok(()),
            },
            None => Err(self.failure(&outcome, Direction::Write, None)),
        }
    }

    /// Whether anyone can read the repository: it is asked without credentials, ours or a helper's. Of an ssh address
    /// the forge's web address is asked, where that is known. A remote that gives no answer is not said to be public.
    pub fn is_public(&self) -> bool {
        let anonymous = self.clone().with_credentials(None);
        match self.url.protocol() {
            Protocol::Https | Protocol::Http => anonymous.answers_anyone(),
            Protocol::Ssh => {
                let page = Forge::of(&self.url, None).map(|_| super::forge::page(&self.url));
                let url = page.and_then(|page| RemoteUrl::parse(&format!("{page}.git")).ok());
                url.is_some_and(|(url, _)| Self { url, ..anonymous }.with_time_limit(ASIDE).answers_anyone())
            }
            Protocol::Git | Protocol::File => false,
        }
    }

    fn answers_anyone(&self) -> bool {
        let git = self.git("ls-remote", None).config("credential.helper", "").variable("GIT_ASKPASS", "");
        let outcome = self.call(git.operands([self.url.as_str()]), Direction::Read, &mut |_| ());
        // A `.netrc` signs in behind git's back.
        outcome.is_ok_and(|outcome| {
            outcome.output.success() && !outcome.trace.signed_in && !self.is_web_page(&outcome)
        })
    }

    /// All refs, or those whose names end in one of these.
    pub(super) fn list_with_outcome(
        &self,
        git_dir: Option<&Path>,
        names: &[RefName],
    ) -> Result<(RemoteRefs, super::call::Outcome), RemoteError> {
        let names = names.iter().map(ToString::to_string);
        let operands = std::iter::once(self.url.as_str().to_owned()).chain(names);
        let git = self.git("ls-remote", git_dir).arg("--symref").operands(operands);
        let outcome = self.call(git, Direction::Read, &mut |_| ())?;
        if !outcome.output.success() {
            return Err(self.failure(&outcome, Direction::Read, None));
        }
        let mut refs = parse(&outcome.output.text());
        if refs.is_empty() && self.is_web_page(&outcome) {
            return Err(self.explained(Kind::NotGit, &outcome, Direction::Read, None));
        }
        refs.redirected_to = Self::redirected_to(&outcome);
        Ok((refs, outcome))
    }
}
