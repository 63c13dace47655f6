//! Clone, fetch and push by the user's git; every failure explained.

mod askpass;
mod call;
mod classify;
mod clone;
mod credentials;
mod error;
mod explain;
mod fetch;
mod forge;
mod helper;
mod porcelain;
mod proxy;
mod push;
mod reach;
mod refs;
mod trace;
mod url;

use std::path::PathBuf;
use std::time::Duration;

use crate::git::{Cancel, DEFAULT_TIME_LIMIT, GitEnvironment};

pub use askpass::{
    ASKPASS_ORIGIN_VARIABLE, ASKPASS_TOKEN_VARIABLE, ASKPASS_USERNAME_VARIABLE, ASKPASS_VARIABLE, AskPass,
    askpass_answer,
};
pub use clone::{CloneError, CloneOptions, CloneWithoutFiles, Cloned};
pub use credentials::{Credentials, Token};
pub use error::{Direction, ExitClass, RemoteError, RemoteErrorKind};
pub use fetch::{Deepen, FetchOptions, FetchOutcome, UpdatedRef};
pub use push::{Lease, PushOptions, PushRef, PushResult, PushStatus};
pub use reach::{Reached, Step};
pub use refs::RemoteRefs;
pub use url::{Protocol, RemoteUrl, UrlError};

/// One remote repository, and all that is needed to talk to it.
#[derive(Clone, Debug)]
pub struct Remote {
    url: RemoteUrl,
    /// Where pushes go, where that is elsewhere, with what was in that address to sign in.
    push_to: Option<(RemoteUrl, Option<Credentials>)>,
    environment: GitEnvironment,
    credentials: Option<Credentials>,
    askpass: Option<AskPass>,
    repository: Option<PathBuf>,
    time_limit: Duration,
    stall_limit: Duration,
    cancel: Cancel,
}

/// How long a connection may be silent. Git's servers send a sign of life every five seconds.
const STALL_LIMIT: Duration = Duration::from_secs(90);

impl Remote {
    /// A remote that is talked to with the user's own git settings and credential helpers.
    pub fn new(url: RemoteUrl, environment: GitEnvironment) -> Self {
        let cancel = environment.cancel().clone();
        Self {
            url,
            push_to: None,
            environment,
            credentials: None,
            askpass: None,
            repository: None,
            time_limit: DEFAULT_TIME_LIMIT,
            stall_limit: STALL_LIMIT,
            cancel,
        }
    }

    /// Signs in with these and with nothing else. They need an [`AskPass`] to reach git.
    #[must_use]
    pub fn with_credentials(mut self, credentials: Option<Credentials>) -> Self {
        self.credentials = credentials;
        self
    }

    /// Pushes to another address than is read from (`remote.<name>.pushurl`).
    #[must_use]
    pub fn with_push_url(mut self, url: RemoteUrl, credentials: Option<Credentials>) -> Self {
        self.push_to = Some((url, credentials));
        self
    }

    /// As it is pushed to. The credentials are for the host that is read from, and told to no other.
    fn for_push(&self) -> Self {
        let Some((url, in_url)) = self.push_to.clone() else { return self.clone() };
        let own = self.credentials.clone().filter(|_| url.origin() == self.url.origin());
        Self { url, push_to: None, credentials: in_url.or(own), ..self.clone() }
    }

    /// The program that answers git's question for name and token.
    #[must_use]
    pub fn with_askpass(mut self, askpass: AskPass) -> Self {
        self.askpass = Some(askpass);
        self
    }

    /// The repository whose own settings (proxy, certificates, helpers) hold where a call names none.
    #[must_use]
    pub fn with_repository(mut self, git_dir: impl Into<PathBuf>) -> Self {
        self.repository = Some(git_dir.into());
        self
    }

    /// How long one call may take; ten minutes otherwise.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// How long a web connection may be silent, in whole seconds; 90 otherwise.
    #[must_use]
    pub fn with_stall_limit(mut self, limit: Duration) -> Self {
        self.stall_limit = limit;
        self
    }

    /// Ends a running call when this is cancelled.
    #[must_use]
    pub fn with_cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = cancel.clone();
        self
    }

    /// Its address.
    pub fn url(&self) -> &RemoteUrl {
        &self.url
    }
}
