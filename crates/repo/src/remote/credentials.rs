//! User name and token, which nothing prints.

use std::fmt;

/// A token or password. Neither Debug nor Display shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Takes a token; white space around it, as a pasted one has, is dropped.
    pub fn new(token: impl AsRef<str>) -> Self {
        Self(token.as_ref().trim().to_owned())
    }

    /// The token itself. Only for handing it to git or to storage.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What signs in at a remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The user's name there. Forges that look only at the token take any name.
    pub username: String,
    /// The token or password.
    pub token: Token,
}

impl Credentials {
    /// The name where none was given.
    pub(super) const ANY_NAME: &str = "git";

    /// User name and token; an empty name becomes `git`, which the forges take along with a token.
    pub fn new(username: impl Into<String>, token: impl AsRef<str>) -> Self {
        let username = username.into();
        let username = if username.is_empty() { Self::ANY_NAME.to_owned() } else { username };
        Self { username, token: Token::new(token) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_token() {
        let credentials = Credentials::new("ann", " hunter2\n");
        assert_eq!(credentials.token.expose(), "hunter2");
        assert!(!format!("{credentials:?}").contains("hunter2"));
    }
}
