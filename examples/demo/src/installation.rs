//! One person's installation: a folder, a home of its own, and the `syncline` binary.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value as Json;
use syncline_testkit::TestHome;

use crate::Failure;

/// The file that both keep in step.
pub(crate) const COLLECTION: &str = "hollowmere.yaml";

pub(crate) struct Installation {
    pub(crate) person: &'static str,
    pub(crate) folder: PathBuf,
    home: TestHome,
    binary: PathBuf,
    token: String,
}

impl Installation {
    pub(crate) fn new(person: &'static str, folder: PathBuf, binary: &Path, token: String) -> Self {
        let email = format!("{}@hollowmere.example", person.to_lowercase());
        Self { person, folder, home: TestHome::of(person, &email), binary: binary.to_owned(), token }
    }

    /// Runs `syncline` in the folder; answers its output and whether conflicts are held.
    pub(crate) fn syncline(&self, arguments: &[&str]) -> Result<Ran, Failure> {
        let parent = self.folder.parent().unwrap_or(Path::new("."));
        let dir = if self.folder.is_dir() { &self.folder } else { parent };
        let mut command = self.home.command(&self.binary);
        command.current_dir(dir).args(arguments).env("SYNCLINE_TOKEN", &self.token);
        run(&mut command, &[0, 1])
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> Result<String, Failure> {
        let mut command = self.home.command("git");
        command.current_dir(&self.folder).args(arguments);
        Ok(run(&mut command, &[0])?.stdout)
    }

    /// Runs `syncline … --json`.
    pub(crate) fn json(&self, arguments: &[&str]) -> Result<Json, Failure> {
        let ran = self.syncline(&[arguments, &["--json"]].concat())?;
        serde_json::from_str(&ran.stdout)
            .map_err(|error| Failure(format!("{arguments:?} printed no JSON: {error}")))
    }

    pub(crate) fn collection(&self) -> PathBuf {
        self.folder.join(COLLECTION)
    }
}

/// What a command printed.
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) code: i32,
}

fn run(command: &mut Command, good: &[i32]) -> Result<Ran, Failure> {
    let Output { status, stdout, stderr } =
        command.output().map_err(|error| Failure(format!("cannot start {command:?}: {error}")))?;
    let code = status.code().unwrap_or(-1);
    let stdout = String::from_utf8_lossy(&stdout).into_owned();
    if good.contains(&code) {
        return Ok(Ran { stdout, code });
    }
    let stderr = String::from_utf8_lossy(&stderr);
    Err(Failure(format!("{:?} ended with {code}:\n{stdout}{stderr}", command.get_args().collect::<Vec<_>>())))
}
