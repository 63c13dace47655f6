//! Push by itself: what is committed goes out, nothing comes in.

use std::slice;

use syncline_repo::{BranchName, CommitId, Lease, PushRef, RemoteErrorKind};

use crate::conflicts::ConflictSet;
use crate::remote::{Bound, Followed, short_name};
use crate::{PushReport, PushRequest, SyncError, Workspace};

impl Workspace {
    /// Pushes the branch and its conflicts. Only a forced push overwrites anything, and only what the user
    /// was last shown.
    pub fn push(&mut self, request: &PushRequest) -> Result<PushReport, SyncError> {
        let _lock = self.begin()?;
        let on = self.on_branch()?;
        let commit = on.commit.ok_or_else(|| SyncError::Unborn(on.name.to_string()))?;
        let bound = self.bound(Some(&on.name))?;
        let followed = match &request.new_branch {
            Some(name) => self.new_upstream(name, &bound)?,
            None => self.followed(&on.name, &bound.name)?,
        };
        if followed.commit.is_none() && request.new_branch.is_none() && !request.force {
            self.check_followed(&on.name, &followed)?;
        }
        let mut report = self.push_branch(&on.name, commit, &bound, &followed, request.force)?;
        if request.new_branch.is_some() {
            report.pull_request = match report.pull_request {
                None => self.pull_request_page(&on.name, &bound, &followed),
                said => said,
            };
            self.repo.set_upstream(&on.name, Some((&bound.name, &followed.remote_ref)))?;
        }
        self.follow_if_new(&on.name, &bound.name, &followed)?;
        Ok(report)
    }

    fn push_branch(
        &self,
        branch: &BranchName,
        commit: CommitId,
        bound: &Bound,
        followed: &Followed,
        force: bool,
    ) -> Result<PushReport, SyncError> {
        let commits = self.commits_to_send(bound, followed, commit)?;
        let (_, behind) = self.ahead_behind(Some(commit), followed.commit)?;
        if behind > 0 && !force {
            return Err(SyncError::Behind(short_name(&followed.tracking)));
        }
        let mut report = PushReport {
            commits,
            new_branch: followed.commit.is_none(),
            to: short_name(&followed.tracking),
            ..PushReport::default()
        };
        let mut refs = Vec::new();
        if followed.commit != Some(commit) {
            refs.push(branch_push(commit, followed, force));
        }
        let conflicts = ConflictSet::of_branch(&self.repo, branch)?;
        refs.extend(self.conflicts_to_push(bound, followed, conflicts.commit())?);
        if refs.is_empty() {
            return Ok(report);
        }
        let kept = self.keep_before_force(followed, behind > 0)?;
        // What is held goes after the branch that it is of, as in a sync.
        for sent in &refs {
            for result in self.send(bound, slice::from_ref(sent))? {
                let Some(error) = result.error() else {
                    report.pull_request =
                        report.pull_request.or(result.pull_request_url().map(ToOwned::to_owned));
                    continue;
                };
                if sent.remote_ref != followed.remote_ref {
                    report.conflicts_are_local = true;
                } else if error.kind == RemoteErrorKind::SomeoneWasFirst {
                    return Err(SyncError::Behind(short_name(&followed.tracking)));
                } else {
                    return Err(error.clone().into());
                }
            }
        }
        report.overwritten = kept;
        let seen = self.remember_seen(branch, commit)?;
        let number = if commits == 1 { "1 commit".to_owned() } else { format!("{commits} commits") };
        self.finish("push", &format!("{number} to {}", report.to), seen, None)?;
        Ok(report)
    }

    /// Keeps the commit that a forced push is about to overwrite.
    fn keep_before_force(
        &self,
        followed: &Followed,
        overwrites: bool,
    ) -> Result<Option<CommitId>, SyncError> {
        let Some(commit) = followed.commit.filter(|_| overwrites) else { return Ok(None) };
        let (_, edit) = self.keep_overwritten(&followed.branch(), commit, "kept before a forced push")?;
        if let Some(edit) = edit {
            self.finish("push", "Keep what a forced push overwrites", vec![edit], None)?;
        }
        Ok(Some(commit))
    }

    /// Where the new branch is proposed for what was followed until now.
    fn pull_request_page(&self, branch: &BranchName, bound: &Bound, new: &Followed) -> Option<String> {
        let upstream = self.repo.upstream(branch).filter(|upstream| upstream.remote == bound.name);
        let into = upstream.and_then(|upstream| upstream.merge.branch());
        bound.remote.pull_request_page(&new.branch(), into.as_ref().map(BranchName::as_str))
    }

    fn new_upstream(&self, name: &str, bound: &Bound) -> Result<Followed, SyncError> {
        let branch = BranchName::new(name).map_err(|_| SyncError::BadBranchName(name.to_owned()))?;
        let tracking = branch.tracking_ref(&bound.name)?;
        if self.repo.commit_at(&tracking)?.is_some() {
            return Err(SyncError::BranchExists(short_name(&tracking)));
        }
        Ok(Followed { remote_ref: branch.ref_name(), tracking, commit: None })
    }
}

fn branch_push(commit: CommitId, followed: &Followed, force: bool) -> PushRef {
    let name = followed.remote_ref.clone();
    match (force, followed.commit) {
        (false, _) => PushRef::fast_forward(commit, name),
        (true, Some(seen)) => PushRef::with_lease(commit, name, Lease::At(seen.into())),
        (true, None) => PushRef::with_lease(commit, name, Lease::Absent),
    }
}
