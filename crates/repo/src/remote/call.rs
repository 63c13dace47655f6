//! One call of git that talks to a remote: how it is signed in, and how its failure is read.

use std::path::Path;

use super::askpass::{
    ASKPASS_ORIGIN_VARIABLE, ASKPASS_TOKEN_VARIABLE, ASKPASS_USERNAME_VARIABLE, ASKPASS_VARIABLE,
};
use super::classify::{self, Failure};
use super::explain::{Context, explain};
use super::forge::{Forge, user_name};
use super::proxy;
use super::trace::{HttpTrace, TraceFile};
use super::url::without_user;
use super::{Direction, Protocol, Remote, RemoteError, RemoteErrorKind, RemoteUrl};
use crate::git::{Git, GitError, GitOutput, OnProgress};

/// What came of a call, before anybody judges it.
pub(super) struct Outcome {
    pub(super) output: GitOutput,
    pub(super) trace: HttpTrace,
}

impl Remote {
    /// `git <command>` in a repository, or in none.
    pub(super) fn git(&self, command: &str, git_dir: Option<&Path>) -> Git {
        let git = Git::new(&self.environment, command);
        match git_dir.or(self.repository.as_deref()) {
            Some(git_dir) => git.in_git_dir(git_dir),
            None => git,
        }
    }

    /// Runs a call of which an exit code other than 0 may still be an answer. Err where git gave none.
    pub(super) fn call(
        &self,
        git: Git,
        direction: Direction,
        on_progress: OnProgress<'_>,
    ) -> Result<Outcome, RemoteError> {
        let trace_file = TraceFile::new();
        let mut git = self.signed_in(git.time_limit(self.time_limit).cancel(&self.cancel));
        if self.is_web() {
            let seconds = self.stall_limit.as_secs().max(1).to_string();
            git =
                trace_file.attach(git).config("http.lowSpeedLimit", "1").config("http.lowSpeedTime", seconds);
        }
        let output =
            git.run_with_progress(on_progress).map_err(|error| self.without_answer(&error, direction))?;
        Ok(Outcome { output, trace: trace_file.read() })
    }

    /// The failure that an outcome shows. `branch` is what it was about.
    pub(super) fn failure(
        &self,
        outcome: &Outcome,
        direction: Direction,
        branch: Option<&str>,
    ) -> RemoteError {
        let kind = classify::kind_of_call(&Failure {
            protocol: self.url.protocol(),
            stderr: &outcome.output.stderr,
            trace: &outcome.trace,
        });
        // Git's own server has one answer for what it does not show and for pushes that it does not take.
        let kind = match (kind, self.url.protocol(), direction) {
            (RemoteErrorKind::NotFound, Protocol::Git, Direction::Write) => RemoteErrorKind::NoPermission,
            (RemoteErrorKind::ConnectionRefused | RemoteErrorKind::TimedOut, ..)
                if proxy::is_meant(&outcome.output.stderr, &self.url) && self.proxy().is_some() =>
            {
                RemoteErrorKind::ProxyUnreachable
            }
            _ => kind,
        };
        self.explained(kind, outcome, direction, branch)
    }

    /// A failure whose kind is known, in words.
    pub(super) fn explained(
        &self,
        kind: RemoteErrorKind,
        outcome: &Outcome,
        direction: Direction,
        branch: Option<&str>,
    ) -> RemoteError {
        let git_output = self.scrubbed(&outcome.output.stderr);
        let last_line = GitOutput { stderr: git_output.clone(), ..GitOutput::default() };
        let is_of_proxy = matches!(kind, RemoteErrorKind::ProxyUnreachable | RemoteErrorKind::ProxyRefused);
        let proxy = is_of_proxy.then(|| self.proxy()).flatten();
        let mut error = explain(
            kind,
            &Context {
                url: &self.url,
                direction,
                branch,
                had_credentials: self.credentials.is_some(),
                forge: Forge::of(&self.url, outcome.trace.realm()),
                proxy: proxy.as_deref(),
                last_line: last_line.last_line(),
            },
        );
        error.remote_output = remote_lines(&git_output);
        error.git_output = git_output;
        error.retry_after = outcome.trace.retry_after();
        if let Some(seconds) = error.retry_after {
            error.hints.insert(0, format!("try again in {seconds} seconds"));
        }
        error
    }

    /// A web page where Git should be: git itself takes a short one for an empty repository.
    pub(super) fn is_web_page(&self, outcome: &Outcome) -> bool {
        self.is_web()
            && outcome.trace.content_type_of_refs().is_some_and(|kind| kind.starts_with("text/html"))
    }

    /// What the remote said, credentials removed.
    pub(super) fn remote_output(&self, outcome: &Outcome) -> String {
        remote_lines(&self.scrubbed(&outcome.output.stderr))
    }

    /// Where the remote sent us, when its repository was renamed.
    pub(super) fn redirected_to(outcome: &Outcome) -> Option<RemoteUrl> {
        let line =
            outcome.output.stderr.lines().find_map(|line| line.strip_prefix("warning: redirecting to "))?;
        RemoteUrl::parse(line.trim().trim_end_matches('/')).ok().map(|(url, _)| url)
    }

    pub(super) fn is_web(&self) -> bool {
        matches!(self.url.protocol(), Protocol::Http | Protocol::Https)
    }

    /// Hands name and token to our own askpass program, by its environment. The user's helpers are left out
    /// then, so that a wrong token that they keep does not win. Without a token the helpers are asked as ever.
    fn signed_in(&self, git: Git) -> Git {
        let (Some(credentials), Some(askpass), Some(origin)) =
            (&self.credentials, &self.askpass, self.url.origin())
        else {
            return git;
        };
        git.config("credential.helper", "")
            .variable("GIT_ASKPASS", &askpass.program)
            .variable(ASKPASS_VARIABLE, "1")
            .variable(ASKPASS_ORIGIN_VARIABLE, origin)
            .variable(ASKPASS_USERNAME_VARIABLE, user_name(&self.url, credentials))
            .variable(ASKPASS_TOKEN_VARIABLE, credentials.token.expose())
    }

    fn without_answer(&self, error: &GitError, direction: Direction) -> RemoteError {
        let kind = match error {
            GitError::TimeLimit(_) => RemoteErrorKind::TimedOut,
            GitError::Cancelled => RemoteErrorKind::Cancelled,
            GitError::NotInstalled | GitError::Start(_) | GitError::TooOld { .. } => {
                RemoteErrorKind::GitUnusable
            }
            _ => RemoteErrorKind::Other,
        };
        let last_line = error.to_string();
        let had_credentials = self.credentials.is_some();
        let forge = Forge::of(&self.url, None);
        let context = Context {
            url: &self.url,
            direction,
            branch: None,
            had_credentials,
            forge,
            proxy: None,
            last_line: &last_line,
        };
        let mut explained = explain(kind, &context);
        explained.git_output = last_line;
        explained
    }

    /// Git leaves passwords out of what it prints, but hooks and proxies may not.
    fn scrubbed(&self, text: &str) -> String {
        let text = without_user(text);
        match self.credentials.as_ref().map(|credentials| credentials.token.expose()) {
            Some(token) if !token.is_empty() => text.replace(token, "***"),
            _ => text,
        }
    }
}

/// What the remote said, without git's mark before each line.
fn remote_lines(stderr: &str) -> String {
    let lines = stderr.lines().filter_map(|line| line.strip_prefix("remote:"));
    let lines: Vec<&str> =
        lines.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("Total ")).collect();
    lines.join("\n")
}
