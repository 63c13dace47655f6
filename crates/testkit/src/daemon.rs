//! Git's own protocol, by git's own server.

use std::path::{Path, PathBuf};

use crate::TestHome;
use crate::ready::Listening;

/// A running `git daemon`. It shows the repositories below a folder that have the file `git-daemon-export-ok`.
pub struct GitDaemon {
    listening: Listening,
}

impl GitDaemon {
    /// Starts on a free port of loopback. `None` where git was installed without it.
    pub fn start(home: &TestHome, base: &Path) -> Option<Self> {
        let programs = PathBuf::from(home.git(home.path(), ["--exec-path"]));
        let daemon = programs.join("git-daemon");
        if !daemon.exists() {
            return None;
        }
        let listening = Listening::start(|address| {
            let mut command = home.command(&daemon);
            command.arg(format!("--port={}", address.port())).args(["--listen=127.0.0.1", "--reuseaddr"]);
            command.arg(format!("--base-path={}", base.display())).arg(base);
            command
        })?;
        Some(Self { listening })
    }

    /// The address of a repository, by its path below the folder.
    pub fn url(&self, path: &str) -> String {
        format!("git://{}/{path}", self.listening.address())
    }
}
