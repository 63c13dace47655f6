//! Settings of the repository and of the user.

use crate::{BranchName, Person, RefName, RepoError, Repository};

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
        todo!()
    }

    /// Who makes commits: as [`author`](Self::author), with `GIT_COMMITTER_*`.
    pub fn committer(&self) -> Option<Person> {
        todo!()
    }

    /// A setting, as `syncline.format`; of many the last.
    pub fn config(&self, key: &str) -> Option<String> {
        todo!("{key}")
    }

    /// All values of a setting.
    pub fn config_all(&self, key: &str) -> Vec<String> {
        todo!("{key}")
    }

    /// A setting as a truth value; `None` where it is not set or is none.
    pub fn config_bool(&self, key: &str) -> Option<bool> {
        todo!("{key}")
    }

    /// Whether the setting is in the repository's own configuration.
    pub fn config_is_local(&self, key: &str) -> bool {
        todo!("{key}")
    }

    /// Sets or removes (`None`) a setting in the repository's own configuration.
    pub fn set_config(&mut self, key: &str, value: Option<&str>) -> Result<(), RepoError> {
        todo!("{key}{value:?}")
    }

    /// All remotes, by name.
    pub fn remotes(&self) -> Vec<RemoteConfig> {
        todo!()
    }

    /// Adds a remote with the usual refspec; an existing one gets the URL.
    pub fn set_remote(&mut self, name: &str, url: &str) -> Result<(), RepoError> {
        todo!("{name}{url}")
    }

    /// Removes a remote and what branches follow of it. The refs that followed it stay.
    pub fn remove_remote(&mut self, name: &str) -> Result<(), RepoError> {
        todo!("{name}")
    }

    /// What a branch follows.
    pub fn upstream(&self, branch: &BranchName) -> Option<Upstream> {
        todo!("{branch}")
    }

    /// Makes a branch follow a branch of a remote, or nothing.
    pub fn set_upstream(
        &mut self,
        branch: &BranchName,
        upstream: Option<(&str, &RefName)>,
    ) -> Result<(), RepoError> {
        todo!("{branch}{upstream:?}")
    }
}
