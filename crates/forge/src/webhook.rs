//! Webhooks: is a request from whom it says, and what does it tell.

mod bitbucket;
mod generic;
mod github;
mod gitlab;
mod signature;

use http::HeaderMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use self::signature::{Secret, Unverified, verify};

/// Who sends to a hook. A hook is made for one of them, and anything else that comes is refused: otherwise whoever
/// knows its address could choose the weakest of the signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sender {
    /// github.com and GitHub Enterprise.
    GitHub,
    /// gitlab.com and those that a company runs; with a secret token or signed.
    GitLab,
    /// bitbucket.org, and Bitbucket Data Center, which sends another body.
    Bitbucket,
    /// Gitea, Forgejo and Gogs.
    Gitea,
    /// Anything else that can send a request when something was pushed: a hook of a plain Git server, a pipeline.
    Generic,
}

/// What a request tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// By which the sender names this delivery; the same when it sends it again. `None` where it gives none.
    pub id: Option<String>,
    /// The event, in the sender's own word.
    pub name: String,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Branches or tags were made, moved or removed.
    Push(Push),
    /// The sender tries whether anybody is there.
    Ping,
    /// Something that changes no branch.
    Other,
}

/// Branches or tags that were made, moved or removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Push {
    /// Where; `None` where a generic sender does not say.
    pub repository: Option<Place>,
    /// What moved. Empty where a generic sender does not say: then all may have.
    pub changes: Vec<Change>,
    /// Who pushed, as the sender calls them.
    pub author: Option<String>,
    /// Commits that came, as far as the sender lists them: GitLab lists 20, Bitbucket 5 for each branch.
    pub commits: Vec<Commit>,
}

/// A repository as its forge calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Owner and name, `owner/name`.
    pub name: String,
    /// Where it can be cloned from, and its page.
    pub addresses: Vec<String>,
}

/// A branch or tag that was made, moved or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// `refs/heads/main`.
    pub name: String,
    /// Where it was; `None` where it was made.
    pub before: Option<String>,
    /// Where it is; `None` where it was removed.
    pub after: Option<String>,
}

/// A commit that came.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Commit {
    /// Its hash.
    #[serde(alias = "hash")]
    pub id: String,
    /// Its message.
    #[serde(default)]
    pub message: String,
}

/// A request that tells nothing that can be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// A header that every request of this sender has.
    #[error("the header `{0}` is missing")]
    NoHeader(&'static str),
    /// The body is not what this sender sends.
    #[error("the body of `{event}` cannot be read: {reason}")]
    Body {
        /// The event, in the sender's own word.
        event: String,
        /// Why, with the place.
        reason: String,
    },
}

/// Reads what a request tells.
pub fn read(sender: Sender, headers: &HeaderMap, body: &[u8]) -> Result<Notice, Unreadable> {
    match sender {
        Sender::GitHub => github::read(headers, body),
        Sender::GitLab => gitlab::read(headers, body),
        Sender::Bitbucket => bitbucket::read(headers, body),
        Sender::Gitea => github::read_gitea(headers, body),
        Sender::Generic => generic::read(headers, body),
    }
}

/// A header's text; `None` where it is missing or no text.
fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// The first of several headers that is there.
fn first_header<'h>(headers: &'h HeaderMap, names: &[&str]) -> Option<&'h str> {
    names.iter().find_map(|name| header(headers, name))
}

fn parse<T: DeserializeOwned>(event: &str, body: &[u8]) -> Result<T, Unreadable> {
    serde_json::from_slice(body)
        .map_err(|error| Unreadable::Body { event: event.to_owned(), reason: error.to_string() })
}

/// A hash; `None` where all are zeros, which stands for none.
fn hash(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty() && text.bytes().any(|byte| byte != b'0'))
}

#[cfg(test)]
mod tests;
