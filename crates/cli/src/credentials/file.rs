//! Tokens in a file of the user's configuration, which only the user can read.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use syncline_repo::{Credentials, RemoteUrl};
use tempfile::NamedTempFile;

use crate::error::CommandError;
use crate::exit::Exit;
use crate::output;

/// The file's content.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Tokens {
    version: u32,
    tokens: Vec<Stored>,
}

/// One token. No Debug: nothing shall print it.
#[derive(Serialize, Deserialize)]
struct Stored {
    url: String,
    username: String,
    token: String,
}

impl std::fmt::Debug for Stored {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stored").field("url", &self.url).finish_non_exhaustive()
    }
}

/// What is kept for exactly this address.
pub(super) fn read(url: &RemoteUrl) -> Result<Option<Credentials>, CommandError> {
    let Some(path) = path() else { return Ok(None) };
    if !path.is_file() {
        return Ok(None);
    }
    if is_readable_by_others(&path) {
        output::warn(&format!("`{}` is not used: others can read it (mode 0600 is needed)", path.display()));
        return Ok(None);
    }
    let tokens = load(&path)?;
    let url = key(url);
    let found = tokens.tokens.iter().find(|stored| stored.url == url);
    Ok(found.map(|stored| Credentials::new(stored.username.clone(), &stored.token)))
}

/// Keeps it in the place of what was kept for this address.
pub(super) fn write(url: &RemoteUrl, credentials: &Credentials) -> Result<PathBuf, CommandError> {
    let path = path().ok_or_else(|| {
        CommandError::new(
            Exit::Refused,
            "there is no folder for the token: neither XDG_CONFIG_HOME nor HOME is set",
        )
    })?;
    let mut tokens = if path.is_file() { load(&path)? } else { Tokens::default() };
    tokens.version = 1;
    let url = key(url);
    tokens.tokens.retain(|stored| stored.url != url);
    tokens.tokens.push(Stored {
        url,
        username: credentials.username.clone(),
        token: credentials.token.expose().to_owned(),
    });
    save(&path, &tokens).map_err(|source| CommandError::file(&path, "written", &source))?;
    Ok(path)
}

fn load(path: &Path) -> Result<Tokens, CommandError> {
    let text = fs::read(path).map_err(|source| CommandError::file(path, "read", &source))?;
    serde_json::from_slice(&text).map_err(|error| {
        CommandError::new(Exit::Damaged, format!("`{}` is damaged: {error}", path.display()))
            .hint("remove the file, and give the tokens again with `--store file`")
    })
}

/// The temporary file is made with mode 0600, and takes the place of the old one at once.
fn save(path: &Path, tokens: &Tokens) -> io::Result<()> {
    let folder = path.parent().ok_or(ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    serde_json::to_writer_pretty(&mut file, tokens)?;
    file.write_all(b"\n")?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// `$XDG_CONFIG_HOME/syncline/tokens.json`, or the same below `~/.config`.
fn path() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = set("XDG_CONFIG_HOME")
        .or_else(|| set("HOME").map(|home| home.join(".config")))
        .or_else(|| set("APPDATA"))?;
    Some(base.join("syncline").join("tokens.json"))
}

/// An address with and without `.git` or `/` at its end is the same remote.
fn key(url: &RemoteUrl) -> String {
    let text = url.to_string();
    let text = text.trim_end_matches('/');
    text.strip_suffix(".git").unwrap_or(text).to_owned()
}

#[cfg(unix)]
fn is_readable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_readable_by_others(_path: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> RemoteUrl {
        RemoteUrl::parse(text).unwrap().0
    }

    #[test]
    fn one_remote_has_one_token() {
        assert_eq!(key(&address("https://host/a/b.git")), key(&address("https://host/a/b/")));
        assert_ne!(key(&address("https://host/a/b")), key(&address("https://host/a/c")));
    }

    #[test]
    fn a_saved_token_is_found_and_not_printed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("syncline").join("tokens.json");
        let stored = Stored { url: "https://host/a".into(), username: "ann".into(), token: "hunter2".into() };
        let tokens = Tokens { version: 1, tokens: vec![stored] };
        assert!(!format!("{tokens:?}").contains("hunter2"));
        save(&path, &tokens).unwrap();
        assert!(!is_readable_by_others(&path));
        assert_eq!(load(&path).unwrap().tokens[0].token, "hunter2");
    }
}
