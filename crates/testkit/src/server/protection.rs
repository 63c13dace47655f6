//! Protected branches, by hooks that say what the forges say.

use std::fs;
use std::path::Path;

/// In whose words a push is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Protection {
    /// GitHub's `GH006`.
    GitHub,
    /// GitLab's.
    GitLab,
    /// Gitea's and Forgejo's.
    Gitea,
    /// A gitolite rule.
    Gitolite,
    /// A hook of the user's own, which says this.
    Hook(String),
}

impl Protection {
    pub(super) fn install(&self, repo: &Path, branch: &str) {
        match self {
            Self::GitHub => write_hook(repo, "update", &per_ref(branch, &github(branch))),
            Self::Gitolite => write_hook(repo, "update", &per_ref(branch, &gitolite(branch))),
            Self::GitLab => write_hook(repo, "pre-receive", &whole_push(branch, GITLAB)),
            Self::Gitea => write_hook(repo, "pre-receive", &whole_push(branch, &gitea(branch))),
            Self::Hook(text) => write_hook(repo, "update", &per_ref(branch, text)),
        }
    }
}

const GITLAB: &str = "GitLab: You are not allowed to push code to protected branches on this project.";

fn github(branch: &str) -> String {
    format!(
        "error: GH006: Protected branch update failed for refs/heads/{branch}.\n\
         error: Changes must be made through a pull request."
    )
}

fn gitea(branch: &str) -> String {
    format!("Gitea: Not allowed to push to protected branch {branch}")
}

fn gitolite(branch: &str) -> String {
    format!("FATAL: W refs/heads/{branch} app bob DENIED by refs/heads/{branch}$")
}

/// An `update` hook: it is asked for each ref, and refuses this one alone.
fn per_ref(branch: &str, text: &str) -> String {
    let (branch, text) = (quoted(branch), quoted(text));
    format!("#!/bin/sh\nif [ \"$1\" = refs/heads/{branch} ]; then printf '%s\\n' {text} >&2; exit 1; fi\n")
}

/// A `pre-receive` hook: it refuses the whole push when this ref is in it.
fn whole_push(branch: &str, text: &str) -> String {
    let (branch, text) = (quoted(branch), quoted(text));
    format!(
        "#!/bin/sh\nwhile read -r old new name; do\n\
         if [ \"$name\" = refs/heads/{branch} ]; then printf '%s\\n' {text} >&2; exit 1; fi\ndone\n"
    )
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn write_hook(repo: &Path, name: &str, script: &str) {
    let hooks = repo.join("hooks");
    fs::create_dir_all(&hooks).expect("the repository was created before");
    let path = hooks.join(name);
    fs::write(&path, script).expect("the repository can be written");
    make_executable(&path);
}

#[cfg(unix)]
pub(crate) fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("we have just written it");
}

#[cfg(not(unix))]
pub(crate) fn make_executable(_: &Path) {}
