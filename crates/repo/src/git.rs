//! The one place that starts git.
//!
//! Each call gets a cleared environment, English messages, no terminal prompt, a bound on what is kept of its
//! output, and a time limit that ends git together with all that it started.

mod environment;
pub(crate) mod merge_file;
pub(crate) mod merge_tree;
mod output;
mod process;
mod progress;
mod version;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::locks::git_claim::GitClaim;
use crate::repository::worktrees::work_tree_of;

pub use environment::GitEnvironment;
pub use output::GitOutput;
pub use progress::Progress;
pub use version::GitVersion;

/// Takes the progress that git reports. Called in the calling thread.
pub type OnProgress<'a> = &'a mut dyn FnMut(&Progress);

/// How long a git call may take where nothing else is said.
pub(crate) const DEFAULT_TIME_LIMIT: Duration = Duration::from_mins(10);

/// How much is kept of git's standard output where nothing else is said, in bytes.
const DEFAULT_OUTPUT_LIMIT: usize = 64 << 20;

/// Why git gave no answer at all. An answer with an exit code other than 0 is none of these.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GitError {
    /// There is no git on the PATH.
    #[error("git is not installed, or not on the PATH")]
    NotInstalled,
    /// Git is there and cannot be started.
    #[error("git cannot be started")]
    Start(#[source] std::io::Error),
    /// Reading from it or writing to it failed.
    #[error("talking to git failed")]
    Talk(#[source] std::io::Error),
    /// It took longer than allowed, and was ended.
    #[error("git did not finish within {} seconds", .0.as_secs())]
    TimeLimit(Duration),
    /// It printed more than is kept, and was ended.
    #[error("git printed more than {0} bytes")]
    OutputLimit(usize),
    /// The caller asked to stop.
    #[error("stopped on request")]
    Cancelled,
    /// Older than what Syncline is tested with.
    #[error("git {found} is too old: {} or later is needed", GitVersion::MINIMUM)]
    TooOld {
        /// What is installed.
        found: GitVersion,
    },
    /// `git version` printed something that is no version.
    #[error("`git version` printed `{0}`, which is no version")]
    UnknownVersion(String),
    /// It ended with an exit code other than 0, where the caller needed 0.
    #[error("git {command} failed with {}: {}", .output.code_text(), .output.last_line())]
    Failed {
        /// The git command, without its arguments.
        command: String,
        /// What it printed.
        output: Box<GitOutput>,
    },
}

/// A request to stop, shared between threads.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks all that hold a clone of this to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether somebody asked.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// One call of git, to be built up and run.
#[derive(Debug)]
#[expect(clippy::struct_field_names, reason = "`git_dir` is Git's own word")]
pub struct Git {
    environment: GitEnvironment,
    folder: Option<PathBuf>,
    git_dir: Option<PathBuf>,
    config: Vec<(String, String)>,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    stdin: Option<Vec<u8>>,
    time_limit: Duration,
    output_limit: usize,
    cancel: Cancel,
    claim: Option<GitClaim>,
}

impl Git {
    /// `git <command>`, in no particular repository.
    pub fn new(environment: &GitEnvironment, command: &str) -> Self {
        Self {
            environment: environment.clone(),
            folder: None,
            git_dir: None,
            config: Vec::new(),
            arguments: vec![command.into()],
            variables: Vec::new(),
            stdin: None,
            time_limit: DEFAULT_TIME_LIMIT,
            output_limit: DEFAULT_OUTPUT_LIMIT,
            cancel: environment.cancel().clone(),
            claim: None,
        }
    }

    /// Runs in a folder; git looks for the repository from there.
    #[must_use]
    pub fn in_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Uses this `.git` folder or bare repository, and runs in the folder that hooks expect: the work tree's
    /// root, or the bare repository. From the root git finds `.git` by itself, so that a hook which goes on to
    /// another repository is not led back here.
    #[must_use]
    pub fn in_git_dir(mut self, git_dir: impl Into<PathBuf>) -> Self {
        let git_dir = git_dir.into();
        let work_tree = work_tree_of(&git_dir).filter(|folder| folder.is_dir());
        self.git_dir = work_tree.is_none().then(|| git_dir.clone());
        self.folder = Some(work_tree.unwrap_or(git_dir));
        self
    }

    /// Runs in the root of a work tree, whose `.git` git finds by itself, wherever it says that the repository is.
    #[must_use]
    pub fn in_work_tree(mut self, folder: impl Into<PathBuf>) -> Self {
        self.git_dir = None;
        self.in_folder(folder)
    }

    /// A setting for this call only, as `git -c key=value`. Never for secrets: it is an argument.
    #[must_use]
    pub fn config(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.config.push((key.into(), value.into()));
        self
    }

    /// One argument. Never a secret: all users of the machine can read arguments.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// More arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Arguments that can be no options, whatever they begin with: set off by `--end-of-options`.
    #[must_use]
    pub fn operands<A: Into<OsString>>(self, operands: impl IntoIterator<Item = A>) -> Self {
        self.arg("--end-of-options").args(operands)
    }

    /// One more environment variable; this is how a secret may be handed over.
    #[must_use]
    pub fn variable(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// What git reads on its standard input; nothing otherwise.
    #[must_use]
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(bytes.into());
        self
    }

    /// How long it may take; ten minutes otherwise.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// How many bytes of standard output it may print; 64 MiB otherwise. Standard error is kept in part.
    #[must_use]
    pub fn output_limit(mut self, bytes: usize) -> Self {
        self.output_limit = bytes;
        self
    }

    /// Ends git when this is cancelled.
    #[must_use]
    pub fn cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = cancel.clone();
        self
    }

    /// Holds the record of what this git locks while it runs.
    #[must_use]
    pub(crate) fn claim(mut self, claim: Option<GitClaim>) -> Self {
        self.claim = claim;
        self
    }

    /// Runs git to its end, whatever its exit code.
    pub fn run(self) -> Result<GitOutput, GitError> {
        self.run_with_progress(&mut |_| ())
    }

    /// Runs git to its end, and hands over the progress it prints.
    pub fn run_with_progress(self, on_progress: OnProgress<'_>) -> Result<GitOutput, GitError> {
        let command = self.command();
        let Self { stdin, time_limit, output_limit, cancel, claim, .. } = self;
        process::run(command, stdin, time_limit, output_limit, &cancel, claim, on_progress)
    }

    /// Runs git to its end; any exit code but 0 is [`GitError::Failed`].
    pub fn run_ok(self) -> Result<GitOutput, GitError> {
        let command = self.arguments[0].to_string_lossy().into_owned();
        let output = self.run()?;
        if output.success() {
            Ok(output)
        } else {
            Err(GitError::Failed { command, output: Box::new(output) })
        }
    }

    /// The version of the git that is installed. Err with [`GitError::TooOld`] where it is below
    /// [`GitVersion::MINIMUM`].
    pub fn version(environment: &GitEnvironment) -> Result<GitVersion, GitError> {
        let output = Self::new(environment, "version").time_limit(Duration::from_secs(20)).run_ok()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let found =
            GitVersion::parse(&text).ok_or_else(|| GitError::UnknownVersion(text.trim().to_owned()))?;
        if found < GitVersion::MINIMUM { Err(GitError::TooOld { found }) } else { Ok(found) }
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that starts git")]
    fn command(&self) -> Command {
        let mut command = Command::new("git");
        command.env_clear().envs(self.environment.iter());
        command.env("LC_ALL", "C").env("LANGUAGE", "C");
        command.env("GIT_TERMINAL_PROMPT", "0").env("GCM_INTERACTIVE", "never");
        // `ext::` and `fd::` run programs that an address names.
        command.env("GIT_ALLOW_PROTOCOL", "file:git:http:https:ssh");
        // Reading must not take index.lock away from the user's own git.
        command.env("GIT_OPTIONAL_LOCKS", "0");
        self.answer_for_ssh(&mut command);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        if self.folder.is_none() && self.git_dir.is_none() {
            // Git looks around all the same, and would take settings, as `core.sshCommand`, from a folder that
            // came with a commit and looks like a bare repository.
            command.args(["-c", "safe.bareRepository=explicit"]);
        }
        for (key, value) in &self.config {
            command.arg("-c").arg(format!("{key}={value}"));
        }
        if let Some(git_dir) = &self.git_dir {
            let mut option = OsString::from("--git-dir=");
            option.push(git_dir);
            command.arg(option);
        }
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command.args(&self.arguments);
        command.stdin(if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() });
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Ssh would ask on the terminal, which stops a process that is not in the foreground for good. So it
    /// asks the user's own program, or is told no.
    fn answer_for_ssh(&self, command: &mut Command) {
        if self.environment.get("SSH_ASKPASS_REQUIRE").is_none() {
            command.env("SSH_ASKPASS_REQUIRE", "force");
        }
        if self.environment.get("SSH_ASKPASS").is_none() {
            command.env("SSH_ASKPASS", "false");
        }
    }
}
