//! Who may do what.

use std::collections::HashMap;

/// What a token, or anyone, may do in a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// Clone and fetch.
    Read,
    /// Push as well.
    Write,
}

/// How a request is answered before git is asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Let it through, as this user.
    Allowed(Option<String>),
    /// 401: sign in first.
    SignIn,
    /// 403: signed in, and may not.
    Forbidden(String),
    /// 404.
    NotFound,
    /// 301 to this name.
    Moved(String),
}

struct Token {
    user: String,
    repo: String,
    right: Right,
}

/// Repositories, and the tokens for them.
#[derive(Default)]
pub(super) struct Access {
    /// What anyone may do, by name.
    repos: HashMap<String, Option<Right>>,
    moved: HashMap<String, String>,
    tokens: HashMap<String, Token>,
    made: u32,
}

impl Access {
    pub(super) fn create(&mut self, repo: &str) {
        self.repos.insert(repo.to_owned(), None);
    }

    pub(super) fn open(&mut self, repo: &str, right: Right) {
        self.repos.insert(repo.to_owned(), Some(right));
    }

    pub(super) fn rename(&mut self, old: &str, new: &str) {
        let open = self.repos.remove(old).unwrap_or_default();
        self.repos.insert(new.to_owned(), open);
        self.moved.insert(old.to_owned(), new.to_owned());
        for token in self.tokens.values_mut().filter(|token| token.repo == old) {
            new.clone_into(&mut token.repo);
        }
    }

    pub(super) fn token(&mut self, user: &str, repo: &str, right: Right) -> String {
        self.made += 1;
        let token = format!("token-{user}-{}", self.made);
        self.tokens.insert(token.clone(), Token { user: user.to_owned(), repo: repo.to_owned(), right });
        token
    }

    pub(super) fn revoke(&mut self, token: &str) {
        self.tokens.remove(token);
    }

    /// As GitHub does it: a wrong token is refused even where none is needed; what a user may not see is
    /// not found for them; who is not signed in is asked to, whether or not there is anything.
    pub(super) fn judge(&self, repo: &str, wanted: Right, token: Option<&str>) -> Verdict {
        let token = match token.map(|token| self.tokens.get(token)) {
            None => None,
            Some(None) => return Verdict::SignIn,
            Some(Some(token)) => Some(token),
        };
        if let Some(new) = self.moved.get(repo) {
            return Verdict::Moved(new.clone());
        }
        let own = token.filter(|token| token.repo == repo).map(|token| token.right);
        let open = self.repos.get(repo).copied().flatten();
        match (own.max(open), token) {
            (Some(right), _) if right >= wanted && self.repos.contains_key(repo) => {
                Verdict::Allowed(token.map(|token| token.user.clone()))
            }
            (_, None) => Verdict::SignIn,
            (Some(_), Some(token)) if self.repos.contains_key(repo) => {
                Verdict::Forbidden(format!("Permission to {repo}.git denied to {}.", token.user))
            }
            (_, Some(_)) => Verdict::NotFound,
        }
    }
}
