//! The user's hooks, run as git runs them.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{Git, GitOutput, RepoError, Repository, Signature, TreeId};

/// What the hooks made of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitHooks {
    /// The tree to commit: `pre-commit` may have changed the index that it was shown.
    pub tree: TreeId,
    /// The message to use.
    pub message: String,
}

/// What runs before a commit is made, in this order.
const BEFORE: [&str; 3] = ["pre-commit", "prepare-commit-msg", "commit-msg"];

impl Repository {
    /// Whether there are hooks that a commit would run.
    pub fn has_commit_hooks(&self) -> bool {
        self.work_tree().is_some() && BEFORE.iter().any(|hook| self.has_hook(hook))
    }

    /// Runs `pre-commit`, `prepare-commit-msg` and `commit-msg` on an index that holds the tree.
    /// [`RepoError::HookRefused`] where one says no. In a bare repository nothing runs.
    ///
    /// As of git's, they are told the author in `GIT_AUTHOR_NAME`, `_EMAIL` and `_DATE`.
    ///
    /// The hooks see an index of their own: what else is staged is not in it, and nothing of what they do to
    /// it reaches the user's but the tree that is given back.
    pub fn run_commit_hooks(
        &self,
        tree: TreeId,
        message: &str,
        author: &Signature,
    ) -> Result<CommitHooks, RepoError> {
        let unchanged = CommitHooks { tree, message: message.to_owned() };
        let Some(folder) = self.work_tree().filter(|_| self.has_commit_hooks()) else { return Ok(unchanged) };
        self.flush()?;
        let index = TemporaryIndex(self.git_dir().join("syncline-index"));
        let run = Hooks { repository: self, folder, index: &index.0, author };
        run.make_index(tree)?;
        let mut result = unchanged;
        if self.has_hook("pre-commit") {
            run.hook("pre-commit", &[])?;
            result.tree = run.write_tree()?;
        }
        if self.has_hook("prepare-commit-msg") || self.has_hook("commit-msg") {
            result.message = run.message_hooks(message)?;
        }
        Ok(result)
    }

    /// Runs `post-commit`; what it says changes nothing.
    pub fn run_post_commit(&self) {
        let Some(folder) = self.work_tree().filter(|_| self.has_hook("post-commit")) else { return };
        let git = Git::new(&self.environment, "hook").in_folder(folder).args(["run", "post-commit"]);
        if let Err(error) = git.run_ok() {
            tracing::warn!(%error, "the post-commit hook failed");
        }
    }

    fn has_hook(&self, name: &str) -> bool {
        let path = self.hooks_folder().join(name);
        fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && is_executable(&metadata))
    }

    fn hooks_folder(&self) -> PathBuf {
        let configured = self.git.config_snapshot().trusted_path("core.hooksPath").ok().flatten();
        match configured {
            Some(path) => self.work_tree().unwrap_or(self.git_dir()).join(path),
            None => self.common_dir().join("hooks"),
        }
    }
}

/// Removed when it is no longer needed.
struct TemporaryIndex(PathBuf);

impl Drop for TemporaryIndex {
    fn drop(&mut self) {
        // Best effort: the next commit writes it anew.
        let _ = fs::remove_file(&self.0);
    }
}

struct Hooks<'a> {
    repository: &'a Repository,
    folder: &'a Path,
    index: &'a Path,
    author: &'a Signature,
}

impl Hooks<'_> {
    fn git(&self, command: &str) -> Git {
        Git::new(&self.repository.environment, command)
            .in_folder(self.folder)
            .variable("GIT_INDEX_FILE", self.index)
            .variable("GIT_EDITOR", ":")
            .variable("GIT_AUTHOR_NAME", &self.author.person.name)
            .variable("GIT_AUTHOR_EMAIL", &self.author.person.email)
            .variable("GIT_AUTHOR_DATE", self.author.date())
    }

    /// From a copy of the user's index: so the stat data of all files that are the same is known.
    fn make_index(&self, tree: TreeId) -> Result<(), RepoError> {
        let own = self.repository.index_path();
        if own.exists() {
            fs::copy(&own, self.index).map_err(|error| run_error("pre-commit", error))?;
        }
        let git = self.git("read-tree").arg("--reset").arg(tree.to_string());
        git.run_ok().map(|_| ()).map_err(|error| run_error("pre-commit", error))
    }

    fn write_tree(&self) -> Result<TreeId, RepoError> {
        let output = self.git("write-tree").run_ok().map_err(|error| run_error("pre-commit", error))?;
        output.text().parse().map_err(|error: crate::IdError| run_error("pre-commit", error))
    }

    fn message_hooks(&self, message: &str) -> Result<String, RepoError> {
        let file = self.repository.git_dir().join("COMMIT_EDITMSG");
        let failed = |error: std::io::Error| run_error("commit-msg", error);
        fs::write(&file, format!("{}\n", message.trim_end())).map_err(failed)?;
        for (hook, after) in [("prepare-commit-msg", Some("message")), ("commit-msg", None)] {
            if self.repository.has_hook(hook) {
                let mut arguments: Vec<OsString> = vec![file.clone().into()];
                arguments.extend(after.map(OsString::from));
                self.hook(hook, &arguments)?;
            }
        }
        fs::read_to_string(&file).map_err(failed)
    }

    fn hook(&self, hook: &'static str, arguments: &[OsString]) -> Result<(), RepoError> {
        let git = self.git("hook").args(["run", hook, "--"]).args(arguments.iter().cloned());
        let output = git.run().map_err(|error| run_error(hook, error))?;
        if output.success() { Ok(()) } else { Err(RepoError::HookRefused { hook, output: said(&output) }) }
    }
}

/// A hook's standard output goes where its errors go.
fn said(output: &GitOutput) -> String {
    let text = output.stderr.trim();
    if text.is_empty() { output.code_text() } else { text.to_owned() }
}

fn run_error(hook: &'static str, source: impl Into<crate::error::Source>) -> RepoError {
    RepoError::RunHook { hook, source: source.into() }
}

fn is_executable(metadata: &fs::Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        metadata.permissions().mode() & 0o111 != 0
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        true
    }
}
