//! Settings of the repository and of the user.

use bstr::ByteSlice;
use gix::config::Source;

use crate::locks::git_claim::GitClaim;
use crate::{BranchName, Git, Person, RefName, RepoError, Repository};

/// A remote, as configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteConfig {
    /// As `origin`.
    pub name: String,
    /// Where fetch goes, `insteadOf` not applied.
    pub url: Option<String>,
    /// Where push goes, where that is another.
    pub push_url: Option<String>,
}

/// What a branch follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// The remote; `.` for a local branch.
    pub remote: String,
    /// The ref at the remote, as `refs/heads/main`.
    pub merge: RefName,
    /// The local ref that follows it, as `refs/remotes/origin/main`; it need not exist.
    pub tracking: RefName,
}

impl Repository {
    /// Who writes changes: `GIT_AUTHOR_NAME` and `_EMAIL`, `user.name` and `user.email`; `None` where
    /// either is not set.
    pub fn author(&self) -> Option<Person> {
        person(self.git.author()?.ok()?)
    }

    /// Who makes commits: as [`author`](Self::author), with `GIT_COMMITTER_*`.
    pub fn committer(&self) -> Option<Person> {
        person(self.git.committer()?.ok()?)
    }

    /// A setting, as `syncline.format`; of many the last.
    pub fn config(&self, key: &str) -> Option<String> {
        self.git.config_snapshot().string(key).map(|value| value.to_str_lossy().into_owned())
    }

    /// All values of a setting.
    pub fn config_all(&self, key: &str) -> Vec<String> {
        let values = self.git.config_snapshot().plumbing().strings(key).unwrap_or_default();
        values.into_iter().map(|value| value.to_str_lossy().into_owned()).collect()
    }

    /// A setting as a truth value; `None` where it is not set or is none.
    pub fn config_bool(&self, key: &str) -> Option<bool> {
        self.git.config_snapshot().boolean(key)
    }

    /// Whether the setting is in the repository's own configuration.
    pub fn config_is_local(&self, key: &str) -> bool {
        let is_local = |source| matches!(source, Source::Local | Source::Worktree);
        let snapshot = self.git.config_snapshot();
        snapshot.plumbing().string_filter(key, |section| is_local(section.source)).is_some()
    }

    /// The names between the first and the last dot of the settings that a section has, such as `path:x` of
    /// `syncline.path:x.policy`; each once, in the order in which they are read.
    pub fn config_subsections(&self, section: &str) -> Vec<String> {
        let snapshot = self.git.config_snapshot();
        let sections = snapshot.plumbing().sections_by_name(section).into_iter().flatten();
        let mut names = Vec::new();
        for name in sections.filter_map(|section| section.header().subsection_name()) {
            let name = name.to_str_lossy().into_owned();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Sets or removes (`None`) a setting in the repository's own configuration.
    pub fn set_config(&mut self, key: &str, value: Option<&str>) -> Result<(), RepoError> {
        self.write_config(key, value)?;
        self.reload()
    }

    /// All remotes, by name.
    pub fn remotes(&self) -> Vec<RemoteConfig> {
        let names = self.git.remote_names();
        let names = names.iter().map(|name| name.to_str_lossy().into_owned());
        names
            .map(|name| RemoteConfig {
                url: self.config(&format!("remote.{name}.url")),
                push_url: self.config(&format!("remote.{name}.pushurl")),
                name,
            })
            .collect()
    }

    /// Adds a remote with the usual refspec; an existing one gets the URL and keeps its refspecs, and not where pushes
    /// went of another URL.
    pub fn set_remote(&mut self, name: &str, url: &str) -> Result<(), RepoError> {
        let fetch = format!("remote.{name}.fetch");
        let push = format!("remote.{name}.pushurl");
        let is_new = self.config(&format!("remote.{name}.url")).is_some_and(|old| old != url);
        if is_new && self.config_is_local(&push) {
            self.write_config(&push, None)?;
        }
        self.write_config(&format!("remote.{name}.url"), Some(url))?;
        if self.config(&fetch).is_none() {
            self.write_config(&fetch, Some(&format!("+refs/heads/*:refs/remotes/{name}/*")))?;
        }
        self.reload()
    }

    /// Removes a remote and what branches follow of it. The refs that followed it stay.
    pub fn remove_remote(&mut self, name: &str) -> Result<(), RepoError> {
        for branch in self.branches_of_remote(name) {
            // The remote last: by it the branch is found again where this is stopped in between.
            self.write_config(&format!("branch.{branch}.merge"), None)?;
            self.write_config(&format!("branch.{branch}.remote"), None)?;
        }
        self.remove_head_of_remote(name);
        let section = format!("remote.{name}");
        if self.config(&format!("{section}.url")).is_some()
            || self.config(&format!("{section}.fetch")).is_some()
        {
            let git = self.git_config().arg("--remove-section").operands([&section]);
            git.run_ok().map_err(|error| config_error(&section, error))?;
        }
        self.reload()
    }

    /// A symbolic ref whose branch is gone is in no list of refs, and git calls it damaged. Most often there is none.
    fn remove_head_of_remote(&self, name: &str) {
        let claim = GitClaim::take(self.common_dir(), &["refs/", "packed-refs.lock"]);
        let git = Git::new(&self.environment, "symbolic-ref").in_git_dir(self.common_dir()).claim(claim);
        // Where it fails there was none, or one that leads nowhere stays.
        let _ = git.args(["--delete", "--quiet"]).operands([format!("refs/remotes/{name}/HEAD")]).run();
    }

    /// What a branch follows.
    pub fn upstream(&self, branch: &BranchName) -> Option<Upstream> {
        let remote = self.config(&format!("branch.{branch}.remote"))?;
        let merge = RefName::new(self.config(&format!("branch.{branch}.merge"))?).ok()?;
        let tracking = if remote == "." { merge.clone() } else { self.tracking_ref(&remote, &merge)? };
        Some(Upstream { remote, merge, tracking })
    }

    /// Makes a branch follow a branch of a remote, or nothing.
    pub fn set_upstream(
        &mut self,
        branch: &BranchName,
        upstream: Option<(&str, &RefName)>,
    ) -> Result<(), RepoError> {
        let merge = upstream.map(|(_, merge)| merge.to_string());
        self.write_config(&format!("branch.{branch}.remote"), upstream.map(|(remote, _)| remote))?;
        self.write_config(&format!("branch.{branch}.merge"), merge.as_deref())?;
        self.reload()
    }

    fn branches_of_remote(&self, remote: &str) -> Vec<String> {
        let snapshot = self.git.config_snapshot();
        let sections = snapshot.plumbing().sections_by_name("branch").into_iter().flatten();
        sections
            .filter(|section| section.value("remote").is_some_and(|value| value == remote.as_bytes()))
            .filter_map(|section| {
                section.header().subsection_name().map(|name| name.to_str_lossy().into_owned())
            })
            .collect()
    }

    /// Where a remote's refspecs put a ref of its.
    fn tracking_ref(&self, remote: &str, merge: &RefName) -> Option<RefName> {
        let specs = self.config_all(&format!("remote.{remote}.fetch"));
        specs.iter().find_map(|spec| map_by_refspec(spec, merge))
    }

    fn git_config(&self) -> Git {
        let claim = GitClaim::take(self.common_dir(), &["config.lock"]);
        Git::new(&self.environment, "config").in_git_dir(self.common_dir()).arg("--local").claim(claim)
    }

    /// By git, which keeps comments and order, and locks the file.
    fn write_config(&self, key: &str, value: Option<&str>) -> Result<(), RepoError> {
        // Exit code 5: there was nothing to remove.
        let (git, fine): (_, &[i32]) = match value {
            Some(value) => (self.git_config().arg("--replace-all").operands([key, value]), &[0]),
            None => (self.git_config().arg("--unset-all").operands([key]), &[0, 5]),
        };
        let output = git.run().map_err(|error| config_error(key, error))?;
        if output.code.is_some_and(|code| fine.contains(&code)) {
            return Ok(());
        }
        Err(config_error(key, output.last_line().to_owned()))
    }
}

fn config_error(key: &str, source: impl Into<crate::error::Source>) -> RepoError {
    RepoError::Config { action: "write", key: key.to_owned(), source: source.into() }
}

fn person(actor: gix::actor::SignatureRef<'_>) -> Option<Person> {
    let (name, email) = (actor.name.trim(), actor.email.trim());
    if name.is_empty() || email.is_empty() {
        return None;
    }
    Some(Person { name: name.to_str_lossy().into_owned(), email: email.to_str_lossy().into_owned() })
}

/// `+refs/heads/*:refs/remotes/origin/*` and `refs/heads/main:refs/x/main`.
fn map_by_refspec(spec: &str, name: &RefName) -> Option<RefName> {
    let (from, to) = spec.strip_prefix('+').unwrap_or(spec).split_once(':')?;
    let name = name.as_bstr().to_str().ok()?;
    let mapped = match (from.split_once('*'), to.split_once('*')) {
        (None, None) if from == name => to.to_owned(),
        (Some((before, after)), Some((to_before, to_after))) => {
            let middle = name.strip_prefix(before)?.strip_suffix(after)?;
            format!("{to_before}{middle}{to_after}")
        }
        _ => return None,
    };
    RefName::new(mapped).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refspecs() {
        let main = BranchName::new("main").expect("valid").ref_name();
        let map = |spec| map_by_refspec(spec, &main).map(|name| name.to_string());
        assert_eq!(map("+refs/heads/*:refs/remotes/o/*").as_deref(), Some("refs/remotes/o/main"));
        assert_eq!(map("refs/heads/main:refs/x/y").as_deref(), Some("refs/x/y"));
        assert_eq!(map("refs/heads/other:refs/x/y"), None);
        assert_eq!(map("refs/tags/*:refs/tags/*"), None);
        assert_eq!(map("refs/heads/main"), None);
    }
}
