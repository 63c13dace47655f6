//! The user's own credential helpers, through `git credential`.

use std::time::Duration;

use super::forge::user_name;
use super::{Credentials, Direction, Remote, RemoteError, RemoteErrorKind};
use crate::git::{GitError, GitOutput};

/// A helper may open a key store, but must not wait for a person forever.
const TIME_LIMIT: Duration = Duration::from_mins(1);

impl Remote {
    /// What the user's helpers know for this remote; `None` where they know nothing. Nobody is asked.
    pub fn stored_credentials(&self) -> Result<Option<Credentials>, RemoteError> {
        let Some(description) = self.description() else { return Ok(None) };
        let output = self.credential("fill", description)?;
        if !output.success() {
            return Ok(None);
        }
        let text = output.text();
        let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        match (value("username"), value("password")) {
            (Some(username), Some(password)) if !password.is_empty() => {
                Ok(Some(Credentials::new(username, password)))
            }
            _ => Ok(None),
        }
    }

    /// Tells the user's helpers that these worked, so that they keep them. False where there is no helper
    /// that does.
    pub fn store_credentials(&self, credentials: &Credentials) -> Result<bool, RemoteError> {
        let Some(description) = self.description_with(credentials)? else { return Ok(false) };
        self.credential("approve", description)?;
        // `approve` succeeds without any helper; only asking shows whether one took them.
        let kept = self.stored_credentials()?;
        Ok(kept.is_some_and(|kept| {
            kept.token == credentials.token && kept.username == user_name(&self.url, credentials)
        }))
    }

    /// Tells the user's helpers that these are refused, so that they forget them.
    pub fn forget_credentials(&self, credentials: &Credentials) -> Result<(), RemoteError> {
        let Some(description) = self.description_with(credentials)? else { return Ok(()) };
        self.credential("reject", description).map(drop)
    }

    /// Only web addresses have credentials.
    fn description(&self) -> Option<String> {
        self.is_web().then(|| format!("url={}\n", self.url))
    }

    fn description_with(&self, credentials: &Credentials) -> Result<Option<String>, RemoteError> {
        let (username, token) = (user_name(&self.url, credentials), credentials.token.expose());
        // A line break would let one value set another, such as the host.
        if [username, token].iter().any(|text| text.contains(['\n', '\r', '\0'])) {
            let message = "a user name or token holds a line break".to_owned();
            return Err(RemoteError::new(RemoteErrorKind::WrongCredentials, Direction::Read, message));
        }
        Ok(self.description().map(|url| format!("{url}username={username}\npassword={token}\n")))
    }

    /// The values go through a pipe: no other user can read them.
    fn credential(&self, action: &str, description: String) -> Result<GitOutput, RemoteError> {
        let git = self.git("credential", None).arg(action).stdin(description + "\n").time_limit(TIME_LIMIT);
        // An empty askpass keeps git from asking anybody.
        let result = git.variable("GIT_ASKPASS", "").variable("SSH_ASKPASS", "").run();
        result.map_err(|error| {
            let kind = if matches!(error, GitError::NotInstalled) {
                RemoteErrorKind::GitUnusable
            } else {
                RemoteErrorKind::Other
            };
            let message = format!("the credential helpers for {} cannot be asked: {error}", self.url);
            RemoteError::new(kind, Direction::Read, message)
        })
    }
}
