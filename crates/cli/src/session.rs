//! What every command needs: the workspace, the world around it, and how to speak.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value as Json;
use syncline_repo::{AskPass, Credentials, GitEnvironment, RemoteErrorKind, RemoteUrl};
use syncline_sync::{Environment, Progress, Selector, SyncError, Workspace};

use crate::args::GlobalArgs;
use crate::clock::SystemClock;
use crate::commands::clone::moved;
use crate::credentials;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::interrupt;
use crate::output::{self, Answer, json};
use crate::progress::TerminalProgress;

/// One call of the program.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    global: &'a GlobalArgs,
    command: &'static str,
}

impl<'a> Session<'a> {
    /// A call of one command.
    pub(crate) fn new(global: &'a GlobalArgs, command: &'static str) -> Self {
        Self { global, command }
    }

    /// Whether more is to be told.
    pub(crate) fn verbose(&self) -> bool {
        self.global.verbose
    }

    /// The workspace that the current folder is in.
    pub(crate) fn open(&self) -> Result<Workspace, CommandError> {
        let workspace = self.open_with(None)?;
        if workspace.is_in_part() {
            return Ok(workspace.signed_in(credentials_here()?.1));
        }
        Ok(workspace)
    }

    /// Does something with the remote. Where it asks who we are and nobody has an answer, whoever sits at
    /// the terminal is asked, and it is done once more.
    pub(crate) fn with_remote<T>(
        &self,
        run: impl FnMut(&mut Workspace) -> Result<T, SyncError>,
    ) -> Result<T, CommandError> {
        Ok(self.signed_in(run)?.0)
    }

    /// Tells that the remote has moved, where fetching showed it.
    fn tell_of_move(&self, workspace: &Workspace) {
        if let Some(url) = workspace.remote_moved_to().filter(|_| !self.global.quiet && !self.global.json) {
            output::warn(&moved(url));
        }
    }

    /// The same, with what it was signed in with where git's own helpers did not do it.
    pub(crate) fn signed_in<T>(
        &self,
        mut run: impl FnMut(&mut Workspace) -> Result<T, SyncError>,
    ) -> Result<(T, Option<Credentials>), CommandError> {
        let (url, known) = credentials_here()?;
        let mut workspace = self.open_with(known.clone())?;
        match run(&mut workspace) {
            Err(SyncError::Remote(error)) if error.kind == RemoteErrorKind::NoCredentials => {
                let Some(typed) = credentials::ask(url.as_ref(), None)? else {
                    return Err(SyncError::from(error).into());
                };
                let mut workspace = self.open_with(Some(typed.clone()))?;
                let done = run(&mut workspace)?;
                self.tell_of_move(&workspace);
                if let Some(url) = &url {
                    credentials::keep_with_helper(url, &typed);
                }
                Ok((done, Some(typed)))
            }
            result => {
                self.tell_of_move(&workspace);
                Ok((result?, known))
            }
        }
    }

    /// Whether objects are wanted instead of text.
    pub(crate) fn json(&self) -> bool {
        self.global.json
    }

    /// Whether no account of what was done is wanted.
    pub(crate) fn quiet(&self) -> bool {
        self.global.quiet
    }

    /// The world around the engine.
    pub(crate) fn environment(&self, credentials: Option<Credentials>) -> Environment {
        let program = std::env::current_exe().ok();
        let progress = if self.global.quiet { None } else { TerminalProgress::on_terminal() };
        Environment {
            clock: Arc::new(SystemClock),
            owner: format!("syncline {}, process {}", self.command, std::process::id()),
            git: git_environment(),
            credentials,
            askpass: program.map(|program| AskPass { program }),
            progress: progress.map(|progress| Arc::new(progress) as Arc<dyn Progress>),
            user: user_name(),
        }
    }

    /// The answer of a command that reports: the object or the text that is asked for.
    pub(crate) fn report(&self, object: impl FnOnce() -> Json, text: impl FnOnce() -> String) -> Answer {
        self.answer(object, || Answer::text(text()))
    }

    /// The same where what is no object is more than text.
    pub(crate) fn answer(&self, object: impl FnOnce() -> Json, otherwise: impl FnOnce() -> Answer) -> Answer {
        if self.global.json { Answer::json(&json::versioned(object())) } else { otherwise() }
    }

    /// Refuses `--json` for a command whose output is no report.
    pub(crate) fn refuse_json(&self, output: &str, hint: &str) -> Result<(), CommandError> {
        if self.global.json {
            let message =
                format!("`{}` prints {output}, no report: `--json` does not go with it", self.command);
            return Err(CommandError::usage(message).hint(hint));
        }
        Ok(())
    }

    /// The answer of a command that acts: the same, but nothing with `--quiet`.
    pub(crate) fn account(&self, object: impl FnOnce() -> Json, text: impl FnOnce() -> String) -> Answer {
        if self.global.quiet && !self.global.json {
            Answer::text(String::new())
        } else {
            self.report(object, text).account()
        }
    }

    /// Lines for standard error, unless they are not wanted.
    pub(crate) fn notes(&self, notes: impl IntoIterator<Item = String>) -> Vec<String> {
        if self.global.quiet || self.global.json { Vec::new() } else { notes.into_iter().collect() }
    }

    fn open_with(&self, credentials: Option<Credentials>) -> Result<Workspace, CommandError> {
        Ok(Workspace::open(&current_folder()?, self.environment(credentials))?)
    }
}

/// What is known to sign in with, without asking anybody, where the current folder is connected to.
pub(crate) fn credentials_here() -> Result<(Option<RemoteUrl>, Option<Credentials>), CommandError> {
    let url = credentials::url_of_workspace(&current_folder()?);
    let known = credentials::without_asking(url.as_ref())?;
    Ok((url, known))
}

/// What was typed, as the engine takes it: a path is meant from the current folder, as in git.
pub(crate) fn selectors(workspace: &Workspace, texts: &[String]) -> Result<Vec<Selector>, CommandError> {
    texts.iter().map(|text| selector(workspace, text)).collect()
}

/// One of them.
pub(crate) fn selector(workspace: &Workspace, text: &str) -> Result<Selector, CommandError> {
    if let Some(path) = Path::new(text).strip_prefix(workspace.root()).ok().and_then(Path::to_str) {
        return Ok(Selector::new(if path.is_empty() { "." } else { path }));
    }
    let current = current_folder()?;
    let prefix = current.strip_prefix(workspace.root()).ok().filter(|prefix| !prefix.as_os_str().is_empty());
    let Some(prefix) = prefix.and_then(Path::to_str) else { return Ok(Selector::new(text)) };
    let is_path = text == "." || current.join(text).symlink_metadata().is_ok();
    let is_glob = text.contains(['*', '?', '[', '{']) && !text.contains(':');
    let rest = text.trim_start_matches("./");
    Ok(match text {
        "." => Selector::new(prefix),
        _ if is_path => Selector::new(&format!("{prefix}/{rest}")),
        _ if is_glob => Selector::new(&format!("{}/{rest}", literal(prefix))),
        _ => Selector::new(text),
    })
}

/// A path as a glob that matches nothing else.
fn literal(path: &str) -> String {
    path.chars().fold(String::new(), |mut out, letter| {
        match letter {
            '*' | '?' | '[' | ']' | '{' | '}' => out.extend(['[', letter, ']']),
            _ => out.push(letter),
        }
        out
    })
}

/// What git is started with; it ends when the program is to stop.
pub(crate) fn git_environment() -> GitEnvironment {
    GitEnvironment::of_this_process().with_cancel(interrupt::cancel())
}

/// Where the program runs, with links in the path resolved as the engine's paths are.
pub(crate) fn current_folder() -> Result<PathBuf, CommandError> {
    std::env::current_dir().map_err(|source| {
        CommandError::new(Exit::Refused, format!("the current folder cannot be found: {source}"))
    })
}

fn user_name() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok())
        .unwrap_or_else(|| "user".to_owned())
}
