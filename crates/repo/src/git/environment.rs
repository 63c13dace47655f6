//! Which environment variables a started git may see.

use std::ffi::{OsStr, OsString};
use std::fmt;

use super::Cancel;

/// Names that git, ssh, curl or gpg need to reach the user's remotes as the user's own git would.
const ALLOWED: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "TMPDIR",
    "TMP",
    "TEMP",
    "TZ",
    "SSH_AUTH_SOCK",
    "SSH_AGENT_PID",
    "SSH_ASKPASS",
    "SSH_ASKPASS_REQUIRE",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_PROXY_COMMAND",
    "GIT_ASKPASS",
    "GIT_EXEC_PATH",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_SSL_CERT",
    "GIT_SSL_KEY",
    "GIT_SSL_NO_VERIFY",
    "GIT_SSL_VERSION",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CURL_CA_BUNDLE",
    "GIT_HTTP_USER_AGENT",
    "GIT_HTTP_PROXY_AUTHMETHOD",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "DBUS_SESSION_BUS_ADDRESS",
    "GNUPGHOME",
    "GPG_AGENT_INFO",
    "GPG_TTY",
    "KRB5CCNAME",
    "KRB5_CONFIG",
    // Windows: without these no program finds its libraries or the user's folders.
    "SystemRoot",
    "SYSTEMROOT",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "ProgramData",
    "ComSpec",
    "PATHEXT",
];

/// `GIT_CONFIG_COUNT`, `_KEY_0`, `_VALUE_0`, … are settings that a company or a CI gives to every git.
const ALLOWED_BEGINNINGS: &[&str] = &["XDG_", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_"];

/// The variables handed to every git that is started, and nothing beyond them.
///
/// What steers git to another repository (`GIT_DIR`, `GIT_INDEX_FILE`, …) is never among them: Syncline may
/// itself run inside a Git hook, where git sets these for the repository of the hook.
#[derive(Clone, Default)]
pub struct GitEnvironment {
    variables: Vec<(OsString, OsString)>,
    cancel: Cancel,
}

impl GitEnvironment {
    /// Takes from `variables` what git may see.
    pub fn from_variables<N, V>(variables: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<OsString>,
        V: Into<OsString>,
    {
        let variables = variables
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .filter(|(name, _)| is_allowed(name))
            .collect();
        Self { variables, cancel: Cancel::default() }
    }

    /// What git may see of this process's own environment. For programs; a library gets it handed in.
    pub fn of_this_process() -> Self {
        Self::from_variables(std::env::vars_os())
    }

    /// Ends each git that is started with it, and all that such a git started, when this is cancelled.
    #[must_use]
    pub fn with_cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = cancel.clone();
        self
    }

    pub(crate) fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// The value of one variable.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.variables.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_os_str())
    }

    /// The variables.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.variables.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }
}

/// `LC_*` and `LANG` are left out on purpose: git must speak English, for its messages are read.
fn is_allowed(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| {
        ALLOWED.contains(&name) || ALLOWED_BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
    })
}

impl fmt::Debug for GitEnvironment {
    /// Names only: a proxy's address may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.variables.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_listed_is_kept() {
        let environment = GitEnvironment::from_variables([
            ("PATH", "/bin"),
            ("XDG_CONFIG_HOME", "/c"),
            ("GIT_CONFIG_KEY_0", "http.proxy"),
            ("GIT_DIR", "/elsewhere"),
            ("GIT_INDEX_FILE", "/elsewhere"),
            ("LC_ALL", "de_DE.UTF-8"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
            ("SYNCLINE_TOKEN", "x"),
        ]);
        let names: Vec<_> = environment.iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(names, ["PATH", "XDG_CONFIG_HOME", "GIT_CONFIG_KEY_0"]);
        assert_eq!(environment.get("PATH"), Some(OsStr::new("/bin")));
    }

    #[test]
    fn debug_shows_no_value() {
        let environment = GitEnvironment::from_variables([("https_proxy", "http://me:hunter2@proxy")]);
        assert_eq!(format!("{environment:?}"), r#"["https_proxy"]"#);
    }
}
