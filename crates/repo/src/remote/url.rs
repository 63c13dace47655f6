//! The address of a remote, which cannot show credentials.

use std::fmt;
use std::path::{Path, PathBuf};

use super::credentials::Credentials;

/// How a remote is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// `https://`
    Https,
    /// `http://`, in the clear.
    Http,
    /// `ssh://`, or `user@host:path`.
    Ssh,
    /// `git://`, in the clear and without sign-in.
    Git,
    /// A folder of this machine.
    File,
}

/// The address of a remote. User name and password of a web address are never part of it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RemoteUrl {
    text: String,
    protocol: Protocol,
    host: Option<String>,
    port: Option<u16>,
    path: String,
}

/// Why a text is no address of a remote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Nothing was given.
    #[error("the address of the remote is empty")]
    Empty,
    /// It would be read as an option.
    #[error("`{0}` is no address of a remote: it begins with `-`")]
    Option(String),
    /// A protocol that runs programs or is not known.
    #[error("the protocol `{0}` is not allowed: use https, ssh, http, git, or a folder")]
    Protocol(String),
    /// A part is missing or wrong.
    #[error("`{text}` is no address of a remote: {reason}")]
    Malformed {
        /// What was given, without credentials.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl RemoteUrl {
    /// Reads an address as git would. User name and password of a web address are taken out.
    pub fn parse(text: &str) -> Result<(Self, Option<Credentials>), UrlError> {
        let text = text.trim();
        check_plain(text)?;
        match text.split_once("://") {
            Some((scheme, rest)) => Self::parse_with_scheme(text, scheme, rest),
            None => match scp_parts(text) {
                Some((host, path)) => Ok((Self::scp(text, host, path)?, None)),
                None => Ok((Self::folder(text), None)),
            },
        }
    }

    /// The address of a folder of this machine.
    pub fn from_folder(folder: &Path) -> Self {
        Self::folder(&folder.to_string_lossy())
    }

    /// What git is given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How it is reached.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// The host's name, `None` for a folder.
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// The port, where one is given.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Protocol, host and port of a web address, as git names them when it asks for a password.
    pub(super) fn origin(&self) -> Option<String> {
        let is_web = matches!(self.protocol, Protocol::Https | Protocol::Http);
        let end = self.text.match_indices('/').nth(2).map_or(self.text.len(), |(at, _)| at);
        is_web.then(|| self.text[..end].to_owned())
    }

    /// The path on the host, without `/` before it and `.git` after it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The folder, where it is one of this machine.
    pub fn as_folder(&self) -> Option<PathBuf> {
        (self.protocol == Protocol::File)
            .then(|| PathBuf::from(self.text.strip_prefix("file://").unwrap_or(&self.text)))
    }

    /// What a user types to confirm: the last two parts of the path, as in `team/api`.
    pub fn display_name(&self) -> String {
        let mut parts: Vec<&str> = self.path.rsplit('/').filter(|part| !part.is_empty()).take(2).collect();
        parts.reverse();
        if parts.is_empty() { self.text.clone() } else { parts.join("/") }
    }

    /// The folder name that a clone gets when none is named.
    pub fn folder_name(&self) -> Option<String> {
        self.path.rsplit('/').find(|part| !part.is_empty()).map(str::to_owned)
    }

    fn parse_with_scheme(
        text: &str,
        scheme: &str,
        rest: &str,
    ) -> Result<(Self, Option<Credentials>), UrlError> {
        let scheme = scheme.to_ascii_lowercase();
        let protocol = match scheme.as_str() {
            "https" => Protocol::Https,
            "http" => Protocol::Http,
            "ssh" | "git+ssh" | "ssh+git" => Protocol::Ssh,
            "git" => Protocol::Git,
            "file" => return Self::file_url(text, rest).map(|url| (url, None)),
            _ => return Err(UrlError::Protocol(scheme)),
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (user, host_and_port) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let shown = format!("{scheme}://{host_and_port}{path}");
        let malformed = |reason| UrlError::Malformed { text: shown.clone(), reason };
        let (host, port) = host_and_port_of(host_and_port).map_err(malformed)?;
        if path.trim_matches('/').is_empty() {
            return Err(malformed("the path of the repository is missing"));
        }
        let is_web = matches!(protocol, Protocol::Https | Protocol::Http);
        // In an ssh address the user name is part of the address, and a password has no place there.
        let text = match user.map(|user| user.split(':').next().unwrap_or(user)) {
            Some(user) if protocol == Protocol::Ssh && !user.is_empty() => {
                format!("ssh://{}@{host_and_port}{path}", checked_user(user).map_err(malformed)?)
            }
            _ => shown.clone(),
        };
        let credentials = user.filter(|_| is_web).and_then(credentials_of);
        let path = bare_path(path);
        Ok((Self { text, protocol, host: Some(host), port, path }, credentials))
    }

    fn file_url(text: &str, rest: &str) -> Result<Self, UrlError> {
        if !rest.starts_with('/') {
            let reason = "a file address has an absolute path: file:///folder";
            return Err(UrlError::Malformed { text: text.to_owned(), reason });
        }
        Ok(Self {
            text: text.to_owned(),
            protocol: Protocol::File,
            host: None,
            port: None,
            path: bare_path(rest),
        })
    }

    fn scp(text: &str, user_and_host: &str, path: &str) -> Result<Self, UrlError> {
        let malformed = |reason| UrlError::Malformed { text: text.to_owned(), reason };
        let (user, host) = match user_and_host.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, user_and_host),
        };
        if let Some(user) = user {
            checked_user(user).map_err(malformed)?;
        }
        let host = checked_host(host).map_err(malformed)?;
        if path.trim_matches('/').is_empty() {
            return Err(malformed("the path of the repository is missing"));
        }
        let path = bare_path(path);
        Ok(Self { text: text.to_owned(), protocol: Protocol::Ssh, host: Some(host), port: None, path })
    }

    fn folder(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            protocol: Protocol::File,
            host: None,
            port: None,
            path: bare_path(text),
        }
    }
}

fn check_plain(text: &str) -> Result<(), UrlError> {
    if text.is_empty() {
        return Err(UrlError::Empty);
    }
    if text.starts_with('-') {
        return Err(UrlError::Option(text.to_owned()));
    }
    if text.chars().any(char::is_control) {
        let text = text.escape_default().to_string();
        return Err(UrlError::Malformed {
            text: without_user(&text),
            reason: "it holds a control character",
        });
    }
    // `ext::sh -c …` runs any program; no `transport::address` is ever meant.
    match text.split_once("::") {
        Some((helper, _))
            if helper.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && !helper.is_empty() =>
        {
            Err(UrlError::Protocol(helper.to_owned()))
        }
        _ => Ok(()),
    }
}

/// `[user@]host:path`; a slash before the first colon makes it a folder, as in git.
fn scp_parts(text: &str) -> Option<(&str, &str)> {
    let (host, path) = if let Some(rest) = text.strip_prefix('[') {
        let end = rest.find("]:")? + 1;
        (&text[..=end], &text[end + 2..])
    } else {
        text.split_once(':')?
    };
    let drive = cfg!(windows) && host.len() == 1;
    (!host.contains('/') && !drive).then_some((host, path))
}

fn host_and_port_of(text: &str) -> Result<(String, Option<u16>), &'static str> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (text, None),
    };
    let port = match port {
        None | Some("") => None,
        Some(port) => Some(port.parse().map_err(|_| "the port is no number up to 65535")?),
    };
    Ok((checked_host(host)?, port))
}

fn checked_host(host: &str) -> Result<String, &'static str> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if bare.is_empty() {
        return Err("the host is missing");
    }
    if bare.starts_with('-') {
        return Err("the host begins with `-`");
    }
    if !bare.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%')) {
        return Err("the host holds a character that no host has");
    }
    Ok(bare.to_lowercase())
}

fn checked_user(user: &str) -> Result<&str, &'static str> {
    if user.starts_with('-') { Err("the user name begins with `-`") } else { Ok(user) }
}

/// `user:token@`, `token@` and `user@`, percent-encoded. A name alone is taken for the token only where it
/// looks like one is meant: forges document `https://TOKEN@host/…`.
fn credentials_of(user: &str) -> Option<Credentials> {
    match user.split_once(':') {
        Some((name, token)) if !token.is_empty() => Some(Credentials::new(decoded(name), decoded(token))),
        _ => {
            let name = user.trim_end_matches(':');
            looks_like_token(name).then(|| Credentials::new("", decoded(name)))
        }
    }
}

fn looks_like_token(name: &str) -> bool {
    let known = ["ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "glpat-", "gloas-", "ATBB", "ATCTT"];
    name.len() >= 32 || known.iter().any(|prefix| name.starts_with(prefix))
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|two| u8::from_str_radix(str::from_utf8(two).ok()?, 16).ok());
        let escaped = hex.filter(|_| *first == b'%');
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn bare_path(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or(path).trim_matches('/');
    path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/').to_owned()
}

/// The text with everything between `://` and `@` taken out, wherever that occurs.
pub(crate) fn without_user(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end = after.find(|c: char| c == '/' || c.is_whitespace() || c == '\'').unwrap_or(after.len());
        rest = after[..end].rfind('@').map_or(after, |sign| &after[sign + 1..]);
    }
    out.push_str(rest);
    out
}

impl fmt::Display for RemoteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for RemoteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RemoteUrl({})", self.text)
    }
}

#[cfg(test)]
mod tests;
