//! The state of a workspace at one moment.

use syncline_format::RepoPath;
use syncline_repo::{BranchName, Head};

use crate::conflicts::ConflictSet;
use crate::draft::sort::folder_problem;
use crate::lock::Lock;
use crate::remote::{seen_ref, short_name};
use crate::settings::SHARED_FILE;
use crate::settings::shared::SharedProblem;
use crate::{FileDiff, Problem, ProblemPlace, Status, SyncError, Workspace};

impl Workspace {
    /// What changed, what is ahead and behind, what is held. Writes nothing.
    pub fn status(&self) -> Result<Status, SyncError> {
        let head = self.repo.head()?;
        let branch = head.branch().cloned();
        let commit = head.commit();
        let sorted = self.sort_draft(self.draft(branch.as_ref(), commit, None, true)?)?;
        let mut problems = self.committed_problems(commit)?;
        problems.retain(|problem| !sorted.content.iter().any(|file| file.changed.path == problem.path));
        problems.extend(sorted.problems);
        if !problems.iter().any(|problem| problem.path.as_bstr() == SHARED_FILE) {
            problems.extend(self.settings_problem()?);
        }
        problems.extend(self.descriptions.problem());
        problems.sort_by(|a, b| a.path.cmp(&b.path));
        let mut status = Status {
            wrong_description: self.descriptions.wrong_file().cloned(),
            format: self.format_name().to_owned(),
            branch: branch.clone(),
            head: commit,
            upstream: None,
            upstream_gone: false,
            ahead: 0,
            behind: 0,
            changes: self.joined(sorted.content.into_iter().map(FileDiff::from).collect())?,
            noise: sorted.noise,
            conflicts: 0,
            problems,
            conflicts_are_local: false,
            unreadable_conflicts: None,
            unfinished: self.interrupted()?,
            missing_folder: self.missing_folder()?,
            in_progress: self.repo.in_progress(),
            left_to_git: sorted.left_to_git,
            unshared: sorted.unshared,
            taken_out: sorted.taken_out,
            watcher: Lock::watcher(self.git_dir()),
        };
        if let Some(branch) = branch {
            self.add_upstream(&mut status, &head, &branch)?;
        }
        if let Some(branch) = self.merged_branch()? {
            self.add_conflicts(&mut status, &branch)?;
        }
        Ok(status)
    }

    /// What is wrong with the settings that everybody has, and with the descriptions of tools.
    pub fn wrong_settings(&self) -> Result<Vec<Problem>, SyncError> {
        Ok(self.settings_problem()?.into_iter().chain(self.descriptions.problem()).collect())
    }

    /// What is wrong with the settings that everybody has.
    fn settings_problem(&self) -> Result<Option<Problem>, SyncError> {
        let path = RepoPath::new(SHARED_FILE)?;
        Ok(match &self.settings.shared_problem {
            None => None,
            Some(SharedProblem::Wrong(reason)) => {
                Some(folder_problem(path, None, format!("{reason}; what is wrong is not used")))
            }
            Some(SharedProblem::Unreadable { reason, .. }) => {
                let reason = format!("{reason}; the last version that can be read is in use");
                Some(Problem { place: ProblemPlace::Committed, ..folder_problem(path, None, reason) })
            }
        })
    }

    fn add_upstream(&self, status: &mut Status, head: &Head, branch: &BranchName) -> Result<(), SyncError> {
        let Some((upstream, commit)) = self.upstream(branch)? else { return Ok(()) };
        status.upstream = Some(short_name(&upstream.tracking));
        status.upstream_gone = commit.is_none() && self.repo.commit_at(&seen_ref(branch)?)?.is_some();
        (status.ahead, status.behind) = self.ahead_behind(head.commit(), commit)?;
        Ok(())
    }

    fn add_conflicts(&self, status: &mut Status, branch: &BranchName) -> Result<(), SyncError> {
        let held = self.held_with_gits(branch)?;
        status.conflicts = held.len() + self.draft_conflicts(branch)?.len();
        status.unreadable_conflicts = held.unreadable().map(str::to_owned);
        let Some(upstream) = self.repo.upstream(branch) else { return Ok(()) };
        let followed = self.followed(branch, &upstream.remote)?;
        let theirs = ConflictSet::of_remote(&self.repo, &upstream.remote, &followed.branch())?;
        let of_theirs = theirs.unreadable().map(str::to_owned);
        status.unreadable_conflicts = status.unreadable_conflicts.take().or(of_theirs);
        status.conflicts_are_local = status.ahead == 0 && held.iter().any(|(id, _)| !theirs.contains(id));
        Ok(())
    }
}
