//! How to sign in, in the order of the command line's reference: a token on standard input,
//! `SYNCLINE_TOKEN`, the file of `--store file`, the user's Git credential helpers (which git asks by itself),
//! a question on the terminal.
//!
//! The system's keyring is reached through git's helper for it. A library of our own for that would bring a
//! hundred crates or a C library with it, and a second place for what every other Git client keeps there.

mod file;

use std::io::{Read, stdin};
use std::path::Path;
use std::process::ExitCode;

use syncline_repo::{ASKPASS_VARIABLE, Credentials, Remote, RemoteUrl, Repository, askpass_answer};

use crate::args::{SignInArgs, TokenStore};
use crate::error::CommandError;
use crate::output;
use crate::prompt;
use crate::session::git_environment;

const TOKEN_VARIABLE: &str = "SYNCLINE_TOKEN";

/// Git's credential helper that talks to the system's keyring.
const KEYRING_HELPER: &str = if cfg!(target_os = "macos") {
    "osxkeychain"
} else if cfg!(windows) {
    "manager"
} else {
    "libsecret"
};

/// Where git started this program to ask it for a name or a token: answers, and gives the exit code.
///
/// The variable that says so is inherited by hooks as well, which may call `syncline` for something else;
/// a question of git's is one argument with spaces in it, which no command is.
pub(crate) fn answer_git() -> Option<ExitCode> {
    std::env::var_os(ASKPASS_VARIABLE)?;
    let mut arguments = std::env::args().skip(1);
    let question = arguments.next().filter(|question| question.contains(' '))?;
    if arguments.next().is_some() {
        return None;
    }
    let answer = askpass_answer(&question, |name| std::env::var(name).ok());
    Some(answer.map_or(ExitCode::FAILURE, |answer| {
        let printed = output::Answer::bytes(format!("{answer}\n").into_bytes()).print();
        if printed.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }))
}

/// What `clone` and `connect` were given: an address without user information, and how to sign in there.
#[derive(Debug)]
pub(crate) struct SignIn {
    /// The address.
    pub(crate) url: RemoteUrl,
    /// What is known without asking.
    pub(crate) credentials: Option<Credentials>,
    username: Option<String>,
    store: Option<TokenStore>,
    /// Whether this call was given them, and the next one would not know them.
    is_new: bool,
}

impl SignIn {
    /// Takes user information out of the address, and looks for a token.
    pub(crate) fn new(url: &str, args: &SignInArgs) -> Result<Self, CommandError> {
        let (url, in_url) = RemoteUrl::parse(url).map_err(syncline_sync::SyncError::from)?;
        let url = as_seen_from_everywhere(url);
        let (credentials, is_new) = if args.token_stdin {
            (Some(Credentials::new("", token_from_stdin()?)), true)
        } else if let Some(token) = token_from_environment() {
            (Some(Credentials::new("", token)), false)
        } else if in_url.is_some() {
            (in_url.clone(), true)
        } else {
            (file::read(&url)?, false)
        };
        let name = args.username.clone().or_else(|| in_url.map(|found| found.username));
        let credentials = credentials.map(|found| match &name {
            Some(name) => Credentials::new(name.clone(), found.token.expose()),
            None => found,
        });
        Ok(Self { url, credentials, username: args.username.clone(), store: args.store, is_new })
    }

    /// Asks whoever sits at the terminal; false where there is nobody.
    pub(crate) fn ask(&mut self) -> Result<bool, CommandError> {
        self.credentials = ask(Some(&self.url), self.username.as_deref())?;
        self.is_new = self.credentials.is_some();
        Ok(self.is_new)
    }

    /// Keeps what has worked: in the file where that was asked for, else by the user's Git credential
    /// helper, else not at all, which is told.
    pub(crate) fn keep(&self) -> Result<(), CommandError> {
        match (&self.credentials, self.store) {
            (Some(credentials), Some(TokenStore::File)) => {
                let path = file::write(&self.url, credentials)?;
                let path = path.display();
                output::warn(&format!("the token is kept unencrypted in `{path}`, which only you can read"));
            }
            (Some(credentials), None) if self.is_new => keep_with_helper(&self.url, credentials),
            _ => {}
        }
        Ok(())
    }
}

/// A folder that is named from the current one is stored as it is named from everywhere.
fn as_seen_from_everywhere(url: RemoteUrl) -> RemoteUrl {
    let folder = url.as_folder().filter(|folder| folder.is_relative());
    let whole = folder.and_then(|folder| folder.canonicalize().ok());
    whole.map_or(url, |folder| RemoteUrl::from_folder(&folder))
}

/// Has the user's Git credential helper keep what has worked; where there is none, tells that it is not kept.
pub(crate) fn keep_with_helper(url: &RemoteUrl, credentials: &Credentials) {
    let remote = Remote::new(url.clone(), git_environment());
    // A helper that fails keeps nothing, and that is all there is to tell.
    if !remote.store_credentials(credentials).unwrap_or(false) {
        output::warn(&format!(
            "the token is not kept: `git config --global credential.helper {KEYRING_HELPER}` keeps tokens in the \
             system keyring, `--store file` with `connect` in a file"
        ));
    }
}

/// What is known for a remote without asking anybody.
pub(crate) fn without_asking(url: Option<&RemoteUrl>) -> Result<Option<Credentials>, CommandError> {
    match token_from_environment() {
        Some(token) => Ok(Some(Credentials::new("", token))),
        None => url.map_or(Ok(None), file::read),
    }
}

/// Asks for name and token; `None` where nobody is there to answer.
pub(crate) fn ask(
    url: Option<&RemoteUrl>,
    username: Option<&str>,
) -> Result<Option<Credentials>, CommandError> {
    if !prompt::is_possible() {
        return Ok(None);
    }
    let place = url.map_or_else(|| "the remote".to_owned(), ToString::to_string);
    let username = match username {
        Some(username) => username.to_owned(),
        None => prompt::line(&format!("User name for {place}:"))?,
    };
    let token = prompt::secret(&format!("Token for {place}:"))?;
    Ok((!token.trim().is_empty()).then(|| Credentials::new(username, token)))
}

/// The address that the workspace of a folder is connected to, where there is one.
pub(crate) fn url_of_workspace(folder: &Path) -> Option<RemoteUrl> {
    let repository = Repository::open(folder).ok()?;
    let remotes = repository.remotes();
    // The engine goes by the same rule: a token of one host must not get to another.
    let branch = repository.head().ok().and_then(|head| head.branch().cloned());
    let follows = branch.and_then(|branch| repository.upstream(&branch)).map(|upstream| upstream.remote);
    let wanted = follows.as_deref().unwrap_or("origin");
    let only = Some(&remotes).filter(|remotes| remotes.len() == 1).and_then(|remotes| remotes.first());
    let remote = remotes.iter().find(|remote| remote.name == wanted).or(only)?;
    RemoteUrl::parse(remote.url.as_deref()?).ok().map(|(url, _)| url)
}

fn token_from_stdin() -> Result<String, CommandError> {
    let mut token = String::new();
    let read = stdin().read_to_string(&mut token);
    match (read, token.trim()) {
        (Err(source), _) => {
            Err(CommandError::usage(format!("the token cannot be read from standard input: {source}")))
        }
        (Ok(_), "") => Err(CommandError::usage("standard input holds no token")
            .hint("pipe it in, as in `syncline clone URL --token-stdin < token-file`")),
        (Ok(_), token) => Ok(token.to_owned()),
    }
}

fn token_from_environment() -> Option<String> {
    std::env::var(TOKEN_VARIABLE).ok().filter(|token| !token.trim().is_empty())
}
