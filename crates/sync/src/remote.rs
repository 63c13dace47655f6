//! The remote that a workspace is bound to.

use syncline_repo::{
    BranchName, CommitId, Deepen, FetchOptions, ObjectId, Progress, PushOptions, PushRef, PushResult,
    RefEdit, RefName, Remote, RemoteUrl, UpdatedRef,
};

use crate::advance::replace;
use crate::workspace::own_ref;
use crate::{FetchReport, SyncError, Workspace};

/// The name of the remote that `connect` and `clone` make.
pub(crate) const ORIGIN: &str = "origin";

/// Most forks are near; a history is fetched whole only where these did not do.
const DEEPER: [Deepen; 3] = [Deepen::By(64), Deepen::By(1024), Deepen::Whole];

/// A remote by its name here, ready to be talked to.
pub(crate) struct Bound {
    pub(crate) name: String,
    pub(crate) remote: Remote,
}

/// The branch of the remote that is followed.
#[derive(Clone, Debug)]
pub(crate) struct Followed {
    /// At the remote, as `refs/heads/main`.
    pub(crate) remote_ref: RefName,
    /// Here, as `refs/remotes/origin/main`.
    pub(crate) tracking: RefName,
    /// Where it was when it was last looked at.
    pub(crate) commit: Option<CommitId>,
}

impl Followed {
    /// As `main`.
    pub(crate) fn branch(&self) -> String {
        let name = self.remote_ref.to_string();
        name.strip_prefix("refs/heads/").unwrap_or(&name).to_owned()
    }
}

impl Workspace {
    /// The remote that the branch follows, or else the only one or `origin`.
    pub(crate) fn bound(&self, branch: Option<&BranchName>) -> Result<Bound, SyncError> {
        let followed = branch.and_then(|branch| self.repo.upstream(branch)).map(|upstream| upstream.remote);
        let remotes = self.repo.remotes();
        let wanted = followed.as_deref().unwrap_or(ORIGIN);
        let only = Some(&remotes).filter(|remotes| remotes.len() == 1).and_then(|remotes| remotes.first());
        let config =
            remotes.iter().find(|remote| remote.name == wanted).or(only).ok_or(SyncError::NoRemote)?;
        let url = config.url.as_deref().ok_or(SyncError::NoRemote)?;
        let mut remote = self.remote(url)?;
        if let Some(push_url) = &config.push_url {
            let (url, in_url) = RemoteUrl::parse(push_url)?;
            remote = remote.with_push_url(url, in_url);
        }
        Ok(Bound { name: config.name.clone(), remote })
    }

    /// A remote by its URL; credentials in it win over the environment's. The settings of the repository hold for it.
    pub(crate) fn remote(&self, url: &str) -> Result<Remote, SyncError> {
        Ok(remote_at(url, &self.environment)?.with_repository(self.repo.git_dir()))
    }

    /// `owner/name` of the remote, as it is typed to confirm a forced push.
    pub fn remote_name(&self) -> Result<String, SyncError> {
        let branch = self.on_branch()?.name;
        Ok(self.bound(Some(&branch))?.remote.url().display_name())
    }

    /// The address to which the remote sent us when it was fetched from: its repository was renamed.
    pub fn remote_moved_to(&self) -> Option<&str> {
        self.moved_to.get().map(String::as_str)
    }

    /// What the branch follows; for one that follows nothing yet, the branch of the same name.
    pub(crate) fn followed(&self, branch: &BranchName, remote: &str) -> Result<Followed, SyncError> {
        let (remote_ref, tracking) = match self.repo.upstream(branch) {
            Some(upstream) => (upstream.merge, upstream.tracking),
            None => (branch.ref_name(), branch.tracking_ref(remote)?),
        };
        let commit = self.repo.commit_at(&tracking)?;
        Ok(Followed { remote_ref, tracking, commit })
    }

    /// Looks what is new at the remote; nothing of the branch or the folder changes.
    pub fn fetch(&mut self) -> Result<FetchReport, SyncError> {
        let _lock = self.begin()?;
        let on = self.on_branch()?;
        let bound = self.bound(Some(&on.name))?;
        let updated = self.fetch_from(&bound)?;
        let followed = self.followed(&on.name, &bound.name)?;
        self.check_followed(&on.name, &followed)?;
        let (ahead, behind) = self.ahead_behind(on.commit, followed.commit)?;
        let of_others = |is_meant: fn(&UpdatedRef) -> bool| {
            let others = updated.iter().filter(|it| it.name != followed.tracking && is_meant(it));
            others.filter(|it| is_branch(&it.name)).map(|it| short_name(&it.name)).collect()
        };
        Ok(FetchReport {
            ahead,
            behind,
            updated: !updated.is_empty(),
            new_branches: of_others(|it| it.old.is_none()),
            moved_branches: of_others(|it| it.old.is_some() && it.new.is_some()),
            gone_branches: of_others(|it| it.new.is_none()),
        })
    }

    /// Fetches all branches and their conflicts; answers what was new.
    pub(crate) fn fetch_from(&self, bound: &Bound) -> Result<Vec<UpdatedRef>, SyncError> {
        let filter = self.repo.promisor().filter(|(name, _)| *name == bound.name && self.folder().is_some());
        let filter = filter.map(|(_, filter)| filter);
        let is_in_part = filter.is_some();
        let options = FetchOptions { filter, ..FetchOptions::for_remote(&bound.name) };
        let outcome = bound
            .remote
            .fetch(self.repo.git_dir(), &options, &mut |step| self.environment.tell_of_git(step))?;
        if is_in_part {
            self.complete_folder(&outcome.updated)?;
        }
        if let Some(url) = outcome.redirected_to {
            self.moved_to.get_or_init(|| url.to_string());
        }
        if let Some(branch) = self.repo.head()?.branch() {
            self.deepen_for_branch(bound, branch)?;
        }
        Ok(outcome.updated)
    }

    /// Fetches what the workspace needs of commits that came without files.
    fn complete_folder(&self, updated: &[UpdatedRef]) -> Result<(), SyncError> {
        let (branches, records): (Vec<_>, Vec<_>) = updated.iter().partition(|it| is_branch(&it.name));
        let new = |of: Vec<&UpdatedRef>| -> Vec<CommitId> {
            of.into_iter().filter_map(|it| Some(it.new?.as_commit())).collect()
        };
        let old = updated.iter().filter(|it| is_branch(&it.name)).filter_map(|it| Some(it.old?.as_commit()));
        let mut known: Vec<_> = old.collect();
        for prefix in ["refs/heads/", "refs/remotes/"] {
            let others = self.repo.references(prefix)?.into_iter();
            let others = others.filter(|it| !updated.iter().any(|moved| moved.name == it.name));
            known.extend(others.map(|it| it.target.as_commit()));
        }
        let mut on_progress = |step: &Progress| self.environment.tell_of_git(step);
        Ok(self.repo.complete(&new(branches), &known, &new(records), &mut on_progress)?)
    }

    /// Brings what is needed to merge a branch with what it follows, and to see whether that was rewritten.
    fn deepen_for_branch(&self, bound: &Bound, branch: &BranchName) -> Result<(), SyncError> {
        let own = [branch.ref_name(), seen_ref(branch)?];
        for name in own {
            let Some(own) = self.repo.commit_at(&name)? else { continue };
            self.deepen_until_joined(bound, own, || Ok(self.followed(branch, &bound.name)?.commit))?;
        }
        Ok(())
    }

    /// Brings the history below where a shallow clone ends, as far as a merge of both needs it: they would pass for
    /// unrelated otherwise. What the remote has not stays missing.
    pub(crate) fn deepen_until_joined(
        &self,
        bound: &Bound,
        own: CommitId,
        other: impl Fn() -> Result<Option<CommitId>, SyncError>,
    ) -> Result<(), SyncError> {
        for deeper in DEEPER {
            match other()? {
                Some(other) if self.repo.is_cut_between(own, other)? => {}
                _ => break,
            }
            let options = FetchOptions::for_remote(&bound.name);
            let mut tell = |step: &Progress| self.environment.tell_of_git(step);
            bound.remote.deepen(self.repo.git_dir(), &options, deeper, &mut tell)?;
        }
        Ok(())
    }

    /// Fails where the followed branch was there once and is gone, or no longer has what it had.
    pub(crate) fn check_followed(&self, branch: &BranchName, followed: &Followed) -> Result<(), SyncError> {
        match self.rewritten(branch, followed)? {
            Some(rewritten) => {
                let local = self.repo.commit_at(&branch.ref_name())?;
                Err(self.ask_to_carry(local, rewritten, followed)?)
            }
            None => Ok(()),
        }
    }

    /// The edit that remembers where the followed branch was seen last.
    pub(crate) fn remember_seen(
        &self,
        branch: &BranchName,
        now: CommitId,
    ) -> Result<Vec<RefEdit>, SyncError> {
        let name = seen_ref(branch)?;
        let was = self.repo.commit_at(&name)?;
        Ok(if was == Some(now) {
            Vec::new()
        } else {
            vec![replace(name, was, Some(now), "seen at the remote")]
        })
    }

    /// Sends refs, each for itself.
    pub(crate) fn send(&self, bound: &Bound, refs: &[PushRef]) -> Result<Vec<PushResult>, SyncError> {
        let work_tree = self.repo.work_tree().map(ToOwned::to_owned);
        let options = PushOptions { run_hooks: work_tree.is_some(), work_tree };
        let results = bound
            .remote
            .push(self.repo.git_dir(), refs, &options, &mut |step| self.environment.tell_of_git(step))?;
        self.track_sent(bound, refs, &results)?;
        Ok(results)
    }

    /// Remembers what the remote has now, as git does after a push.
    fn track_sent(&self, bound: &Bound, refs: &[PushRef], results: &[PushResult]) -> Result<(), SyncError> {
        let mut edits = Vec::new();
        for (sent, _) in refs.iter().zip(results).filter(|(_, result)| result.is_done()) {
            let (Some(tracking), Some(id)) = (tracking_of(&sent.remote_ref, &bound.name)?, sent.id) else {
                continue;
            };
            let was = self.repo.reference(&tracking)?;
            if was != Some(id) {
                edits.push(replace(
                    tracking,
                    was.map(ObjectId::as_commit),
                    Some(id.as_commit()),
                    "update by push",
                ));
            }
        }
        if edits.is_empty() {
            return Ok(());
        }
        self.move_refs(&edits)
    }

    /// Makes a branch follow what it was pushed to or pulled from, where it follows nothing yet.
    pub(crate) fn follow_if_new(
        &mut self,
        branch: &BranchName,
        remote: &str,
        followed: &Followed,
    ) -> Result<(), SyncError> {
        if self.repo.upstream(branch).is_none() && self.repo.commit_at(&followed.tracking)?.is_some() {
            self.repo.set_upstream(branch, Some((remote, &followed.remote_ref)))?;
        }
        Ok(())
    }

    /// How many commits a push sends: to a new branch those that no other branch of the remote has.
    pub(crate) fn commits_to_send(
        &self,
        bound: &Bound,
        followed: &Followed,
        commit: CommitId,
    ) -> Result<usize, SyncError> {
        if let Some(there) = followed.commit {
            return Ok(self.repo.ahead_behind(commit, there)?.0);
        }
        let branches = self.repo.references(&format!("refs/remotes/{}/", bound.name))?;
        let there: Vec<_> = branches.into_iter().map(|branch| branch.target.as_commit()).collect();
        Ok(self.repo.history(&[commit], &there)?.count())
    }

    /// How far two commits are apart; of one that is missing, the other has all.
    pub(crate) fn ahead_behind(
        &self,
        local: Option<CommitId>,
        upstream: Option<CommitId>,
    ) -> Result<(usize, usize), SyncError> {
        match (local, upstream) {
            (Some(local), Some(upstream)) => Ok(self.repo.ahead_behind(local, upstream)?),
            (Some(local), None) => Ok((self.repo.history(&[local], &[])?.count(), 0)),
            (None, Some(upstream)) => Ok((0, self.repo.history(&[upstream], &[])?.count())),
            (None, None) => Ok((0, 0)),
        }
    }
}

/// A remote by its URL; credentials in it win over the environment's.
pub(crate) fn remote_at(url: &str, environment: &crate::Environment) -> Result<Remote, SyncError> {
    let (url, in_url) = RemoteUrl::parse(url)?;
    let credentials = in_url.or_else(|| environment.credentials.clone());
    let remote = Remote::new(url, environment.git.clone()).with_credentials(credentials);
    Ok(match &environment.askpass {
        Some(askpass) => remote.with_askpass(askpass.clone()),
        None => remote,
    })
}

/// Whether a ref is one of a remote's branches, not of the conflicts beside them.
fn is_branch(tracking: &RefName) -> bool {
    tracking.to_string().starts_with("refs/remotes/")
}

/// As `origin/main`.
pub(crate) fn short_name(tracking: &RefName) -> String {
    let name = tracking.to_string();
    name.strip_prefix("refs/remotes/").unwrap_or(&name).to_owned()
}

/// Where the commits of remote branches that were seen are remembered.
pub(crate) const SEEN: &str = "refs/syncline/seen/";

/// The last commit of the followed branch that was seen: what shows that it is gone or was rewritten.
pub(crate) fn seen_ref(branch: &BranchName) -> Result<RefName, SyncError> {
    Ok(RefName::new(format!("{SEEN}{branch}"))?)
}

/// Where a ref of the remote is remembered here.
fn tracking_of(remote_ref: &RefName, remote: &str) -> Result<Option<RefName>, SyncError> {
    let name = remote_ref.to_string();
    let conflicts = name.strip_prefix("refs/syncline/conflicts/");
    if let Some(branch) = name.strip_prefix("refs/heads/") {
        return Ok(Some(RefName::new(format!("refs/remotes/{remote}/{branch}"))?));
    }
    conflicts.map(|branch| own_ref(&format!("remotes/{remote}/conflicts/{branch}"))).transpose()
}
