//! A home of one's own: what the user of the machine has set has no say, and what git writes goes with it.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::server::make_executable;

/// A temporary home with a `.gitconfig`, and room for folders of work.
pub struct TestHome {
    folder: TempDir,
}

impl Default for TestHome {
    fn default() -> Self {
        Self::new()
    }
}

impl TestHome {
    /// The home of Ann.
    pub fn new() -> Self {
        Self::of("Ann Example", "ann@example.com")
    }

    /// The home of somebody.
    ///
    /// # Panics
    /// Where no temporary folder can be written.
    pub fn of(name: &str, email: &str) -> Self {
        let folder =
            tempfile::Builder::new().prefix("home-").tempdir().expect("a temporary folder can be made");
        let config = format!(
            "[user]\n\tname = {name}\n\temail = {email}\n[init]\n\tdefaultBranch = main\n\
             [gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[advice]\n\tdetachedHead = false\n"
        );
        fs::write(folder.path().join(".gitconfig"), config).expect("the temporary folder can be written");
        Self { folder }
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A folder in it, made where it is not there.
    ///
    /// # Panics
    /// Where it cannot be made.
    pub fn folder(&self, name: &str) -> PathBuf {
        let folder = self.path().join(name);
        fs::create_dir_all(&folder).expect("the temporary home can be written");
        folder
    }

    /// All that a program sees of the environment: nothing of the user's but the way to programs.
    pub fn environment(&self) -> Vec<(OsString, OsString)> {
        let home = self.path().as_os_str();
        let mut variables: Vec<(OsString, OsString)> = vec![
            ("HOME".into(), home.into()),
            ("USERPROFILE".into(), home.into()),
            ("XDG_CONFIG_HOME".into(), self.path().join(".config").into()),
            ("GIT_CONFIG_NOSYSTEM".into(), "1".into()),
            ("LC_ALL".into(), "C".into()),
            ("TZ".into(), "UTC".into()),
        ];
        for name in ["PATH", "TMPDIR", "SystemRoot", "LLVM_PROFILE_FILE"] {
            variables.extend(std::env::var_os(name).map(|value| (name.into(), value)));
        }
        variables
    }

    /// A program that will run in this home.
    #[expect(clippy::disallowed_methods, reason = "tests run the real git beside ours")]
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(self.environment()).env("GIT_TERMINAL_PROMPT", "0");
        command
    }

    /// Runs git in a folder, whatever comes of it.
    ///
    /// # Panics
    /// Where git cannot be started.
    pub fn try_git<A: AsRef<OsStr>>(&self, folder: &Path, arguments: impl IntoIterator<Item = A>) -> Output {
        self.command("git").current_dir(folder).args(arguments).output().expect("git is installed")
    }

    /// Runs git in a folder and gives its output, without the last line end.
    ///
    /// # Panics
    /// Where it fails.
    pub fn git<A: AsRef<OsStr>>(&self, folder: &Path, arguments: impl IntoIterator<Item = A>) -> String {
        let arguments: Vec<OsString> =
            arguments.into_iter().map(|argument| argument.as_ref().to_owned()).collect();
        let output = self.try_git(folder, &arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?} in {}: {error}", folder.display());
        String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned()
    }

    /// Writes a file and commits it with git; gives the commit's id. The folder must be a repository.
    ///
    /// # Panics
    /// Where anything of that fails.
    pub fn commit_file(&self, folder: &Path, path: &str, text: &str) -> String {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().expect("a file lies in a folder"))
            .expect("the folder can be written");
        fs::write(&file, text).expect("the folder can be written");
        self.git(folder, ["add", "--", path]);
        self.git(folder, ["commit", "--quiet", "--message", &format!("Write {path}")]);
        self.git(folder, ["rev-parse", "HEAD"])
    }

    /// A stand-in for the hidden mode of our binary: a program that answers git's question for name and
    /// token from `SYNCLINE_ASKPASS_USERNAME` and `SYNCLINE_ASKPASS_TOKEN`.
    ///
    /// # Panics
    /// Where it cannot be written.
    pub fn askpass(&self) -> PathBuf {
        let path = self.path().join("askpass");
        let script = "#!/bin/sh\n[ \"$SYNCLINE_ASKPASS\" = 1 ] || exit 1\ncase \"$1\" in\n\
             Username*) printf '%s\\n' \"$SYNCLINE_ASKPASS_USERNAME\" ;;\n\
             Password*) printf '%s\\n' \"$SYNCLINE_ASKPASS_TOKEN\" ;;\n*) exit 1 ;;\nesac\n";
        // Written once: a program that is running cannot be overwritten.
        if !path.exists() {
            fs::write(&path, script).expect("the temporary home can be written");
            make_executable(&path);
        }
        path
    }
}
