//! How to sign in, in the order of the command line's reference: a token on standard input,
//! `SYNCLINE_TOKEN`, the file of `--store file`, the user's Git credential helpers (which git asks by itself),
//! a question on the terminal.

mod file;

use std::io::{Read, stdin};
use std::path::Path;
use std::process::ExitCode;

use syncline_repo::{ASKPASS_VARIABLE, Credentials, RemoteUrl, Repository, askpass_answer};

use crate::args::{SignInArgs, TokenStore};
use crate::error::CommandError;
use crate::output;
use crate::prompt;

const TOKEN_VARIABLE: &str = "SYNCLINE_TOKEN";

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
    is_from_url: bool,
}

impl SignIn {
    /// Takes user information out of the address, and looks for a token.
    pub(crate) fn new(url: &str, args: &SignInArgs) -> Result<Self, CommandError> {
        let (url, from_url) = RemoteUrl::parse(url).map_err(syncline_sync::SyncError::from)?;
        let name = |fallback: Option<&Credentials>| {
            args.username.clone().or_else(|| fallback.map(|found| found.username.clone())).unwrap_or_default()
        };
        let given = if args.token_stdin { Some(token_from_stdin()?) } else { token_from_environment() };
        let is_from_url = given.is_none() && from_url.is_some();
        let credentials = match given {
            Some(token) => Some(Credentials::new(name(from_url.as_ref()), token)),
            None => match from_url {
                Some(found) => Some(Credentials::new(name(Some(&found)), found.token.expose())),
                None => file::read(&url)?,
            },
        };
        Ok(Self { url, credentials, username: args.username.clone(), store: args.store, is_from_url })
    }

    /// Asks whoever sits at the terminal; false where there is nobody.
    pub(crate) fn ask(&mut self) -> Result<bool, CommandError> {
        self.credentials = ask(Some(&self.url), self.username.as_deref())?;
        Ok(self.credentials.is_some())
    }

    /// Keeps what has worked where it was asked to be kept, and warns about what that means.
    pub(crate) fn keep(&self) -> Result<(), CommandError> {
        let Some(credentials) = &self.credentials else { return Ok(()) };
        match self.store {
            Some(TokenStore::File) => {
                let path = file::write(&self.url, credentials)?;
                output::warn(&format!(
                    "the token is kept unencrypted in `{}`, which only you can read",
                    path.display()
                ));
            }
            None if self.is_from_url => {
                output::warn(
                    "the token of the address is not kept: give it again, or keep it with `--store file`",
                );
            }
            None => {}
        }
        Ok(())
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
    let remote = remotes.iter().find(|remote| remote.name == "origin").or_else(|| remotes.first())?;
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
