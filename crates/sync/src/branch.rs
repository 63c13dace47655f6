//! Branches: list, create, switch, delete, merge.

mod rename;

use std::collections::BTreeSet;

use syncline_merge::Side;
use syncline_repo::{BranchName, CommitId, RefEdit};

use crate::advance::{Advance, FolderGoes, replace};
use crate::conflicts::ConflictSet;
use crate::record::operation::Done;
use crate::remote::short_name;
use crate::workspace::OnBranch;
use crate::{BranchInfo, HeadMove, MergeReport, SyncError, Workspace};

impl Workspace {
    /// Local branches, then those of remotes that are not local; each by name.
    pub fn branches(&self) -> Result<Vec<BranchInfo>, SyncError> {
        let mut local = self.local_branches()?;
        let names: BTreeSet<_> = local.iter().map(|branch| branch.name.clone()).collect();
        local.extend(self.remote_branches()?.into_iter().filter(|branch| !names.contains(&branch.name)));
        Ok(local)
    }

    fn local_branches(&self) -> Result<Vec<BranchInfo>, SyncError> {
        let head = self.repo.head()?;
        let mut found = Vec::new();
        for reference in self.repo.references("refs/heads/")? {
            let Some(name) = reference.name.branch() else { continue };
            found.push(self.branch_info(name, Some(reference.target.as_commit()))?);
        }
        let unborn = head.branch().filter(|_| head.commit().is_none());
        if let Some(name) = unborn {
            found.insert(0, self.branch_info(name.clone(), None)?);
        }
        Ok(found)
    }

    pub(crate) fn branch_info(
        &self,
        name: BranchName,
        commit: Option<CommitId>,
    ) -> Result<BranchInfo, SyncError> {
        let current = self.repo.head()?.branch() == Some(&name);
        let upstream = self.upstream(&name)?;
        let followed = upstream.as_ref().and_then(|(_, commit)| *commit);
        let (ahead, behind) = self.ahead_behind(commit, followed)?;
        let upstream = upstream.map(|(upstream, _)| short_name(&upstream.tracking));
        Ok(BranchInfo { name, remote: None, commit, current, upstream, ahead, behind })
    }

    pub(crate) fn remote_branches(&self) -> Result<Vec<BranchInfo>, SyncError> {
        let mut found = Vec::new();
        for remote in self.repo.remotes() {
            let prefix = format!("refs/remotes/{}/", remote.name);
            for reference in self.repo.references(&prefix)? {
                let full = reference.name.to_string();
                let Ok(name) = BranchName::new(&full[prefix.len()..]) else { continue };
                found.push(BranchInfo {
                    name,
                    remote: Some(remote.name.clone()),
                    commit: Some(reference.target.as_commit()),
                    current: false,
                    upstream: None,
                    ahead: 0,
                    behind: 0,
                });
            }
        }
        Ok(found)
    }

    /// Makes a branch at a revision, or where the folder is. The folder stays where it is.
    pub fn create_branch(&mut self, name: &str, from: Option<&str>) -> Result<BranchInfo, SyncError> {
        let _lock = self.begin()?;
        let branch = branch_name(name)?;
        self.refuse_taken(&branch)?;
        let commit = match from {
            Some(revision) => self.revision(revision)?,
            None => self.repo.head()?.commit().ok_or_else(|| SyncError::Unborn(name.to_owned()))?,
        };
        let mut refs = vec![replace(branch.ref_name(), None, Some(commit), "branch: created")];
        let copied = if from.is_none() { self.copied_conflicts(&branch)? } else { None };
        // Of a branch that had the name before, and that git deleted.
        let remembered = self.forget_branch(&branch)?.into_iter();
        refs.extend(remembered.filter(|edit| copied.as_ref().is_none_or(|copied| copied.name != edit.name)));
        refs.extend(copied);
        self.finish("branch create", &format!("Create the branch {branch}"), refs, None)?;
        self.branch_info(branch, Some(commit))
    }

    /// What is held on the branch that the folder is on is held on a branch made from it, too.
    fn copied_conflicts(&self, branch: &BranchName) -> Result<Option<RefEdit>, SyncError> {
        let Some(current) = self.repo.head()?.branch().cloned() else { return Ok(None) };
        let Some(commit) = ConflictSet::of_branch(&self.repo, &current)?.commit() else { return Ok(None) };
        let target = ConflictSet::of_branch(&self.repo, branch)?;
        Ok(Some(replace(target.ref_name().clone(), target.commit(), Some(commit), "branch: created")))
    }

    /// Goes to a branch; one that only a remote has becomes local and follows it. Refused over work that
    /// is not committed, unless it was done on no branch and the two differ in nothing.
    pub fn switch_branch(&mut self, name: &str) -> Result<MergeReport, SyncError> {
        let _lock = self.begin()?;
        let on = self.current()?;
        let branch = branch_name(name)?;
        if on.as_ref().is_some_and(|on| on.name == branch) {
            return Ok(MergeReport { head: on.and_then(|on| on.commit), ..MergeReport::default() });
        }
        self.refuse_used_elsewhere(&branch)?;
        let (new, refs, remote) = self.branch_to_switch_to(&branch)?;
        let old = self.repo.head()?.commit();
        // What was done on no branch goes along to one that differs in nothing: nothing else takes it there.
        if on.is_some() || self.tree_of(old)? != Some(self.repo.tree_of(new)?) {
            self.refuse_over_work(on.as_ref().map(|on| &on.name), old)?;
        }
        self.repo.refuse_unwritable(self.tree_of(old)?, self.repo.tree_of(new)?)?;
        if let Some(remote) = remote {
            self.repo.set_upstream(&branch, Some((&remote, &branch.ref_name())))?;
        }
        let (kind, description) = ("branch switch", format!("Switch to {branch}"));
        if self.repo.work_tree().is_some() {
            let folder = FolderGoes::Along;
            self.advance(Advance {
                kind,
                description,
                branch: &branch,
                old,
                new: Some(new),
                refs,
                folder,
                in_draft: None,
            })?;
        } else {
            let before = on.map(|on| on.name.to_string());
            let head = Some(HeadMove { before, after: branch.to_string() });
            self.finish_with_index(&[], Done { kind, description, refs, folder: None, head })?;
            self.put_head_on(branch.as_str())?;
        }
        let changes = self.changes_between(old, Some(new))?;
        let problems = self.problems()?;
        Ok(MergeReport { head: Some(new), moved: true, changes, problems, ..MergeReport::default() })
    }

    /// Two folders on one branch would each take the other's commits for changes of their own.
    pub(crate) fn refuse_used_elsewhere(&self, branch: &BranchName) -> Result<(), SyncError> {
        match self.repo.other_work_tree_on(branch)? {
            Some(folder) => Err(SyncError::InOtherFolder { name: branch.to_string(), folder }),
            None => Ok(()),
        }
    }

    /// Fails where no branch can be made of this name.
    fn refuse_taken(&self, branch: &BranchName) -> Result<(), SyncError> {
        if self.repo.commit_at(&branch.ref_name())?.is_some() {
            return Err(SyncError::BranchExists(branch.to_string()));
        }
        self.refuse_in_the_way(branch)
    }

    /// Fails where a branch is there whose name begins this one, or begins with this one, as a folder's does.
    pub(crate) fn refuse_in_the_way(&self, branch: &BranchName) -> Result<(), SyncError> {
        let own = format!("{}/", branch.as_str());
        for reference in self.repo.references("refs/heads/")? {
            let name = reference.name.to_string();
            let other = name.strip_prefix("refs/heads/").unwrap_or(&name);
            if other.starts_with(&own) || own.starts_with(&format!("{other}/")) && other != branch.as_str() {
                return Err(SyncError::BranchInTheWay { name: branch.to_string(), other: other.to_owned() });
            }
        }
        Ok(())
    }

    fn current(&self) -> Result<Option<OnBranch>, SyncError> {
        match self.on_branch() {
            Ok(on) => Ok(Some(on)),
            Err(SyncError::DetachedHead) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Where the branch is, what makes it where it is not local yet, and the remote that it then follows.
    fn branch_to_switch_to(
        &self,
        branch: &BranchName,
    ) -> Result<(CommitId, Vec<RefEdit>, Option<String>), SyncError> {
        if let Some(commit) = self.repo.commit_at(&branch.ref_name())? {
            return Ok((commit, Vec::new(), None));
        }
        self.refuse_in_the_way(branch)?;
        let remote = self.remote_branches()?.into_iter().find(|remote| &remote.name == branch);
        let unknown = || SyncError::UnknownBranch(branch.to_string());
        let remote = remote.ok_or_else(unknown)?;
        let commit = remote.commit.ok_or_else(unknown)?;
        let remote_name = remote.remote.ok_or_else(unknown)?;
        let mut refs = vec![replace(branch.ref_name(), None, Some(commit), "branch: follows the remote")];
        let theirs = ConflictSet::of_remote(&self.repo, &remote_name, branch.as_str())?;
        let own = ConflictSet::of_branch(&self.repo, branch)?;
        if theirs.commit() != own.commit() && theirs.commit().is_some() {
            refs.push(replace(
                own.ref_name().clone(),
                own.commit(),
                theirs.commit(),
                "conflicts of the remote",
            ));
        }
        Ok((commit, refs, Some(remote_name)))
    }

    /// Fails where the folder has changes that count.
    pub(crate) fn refuse_over_work(
        &self,
        branch: Option<&BranchName>,
        commit: Option<CommitId>,
    ) -> Result<(), SyncError> {
        let sorted = self.sort_draft(self.draft(branch, commit, None, true)?)?;
        let mut paths: Vec<_> = sorted.content.iter().map(|file| file.changed.path.clone()).collect();
        paths.extend(sorted.problems.iter().map(|problem| problem.path.clone()));
        if paths.is_empty() { Ok(()) } else { Err(SyncError::Uncommitted(paths)) }
    }

    /// Deletes a local branch; one whose commits nothing else has only with `force`.
    pub fn delete_branch(&mut self, name: &str, force: bool) -> Result<BranchInfo, SyncError> {
        let _lock = self.begin()?;
        let branch = branch_name(name)?;
        let unknown = || SyncError::UnknownBranch(name.to_owned());
        let commit = self.repo.commit_at(&branch.ref_name())?.ok_or_else(unknown)?;
        if self.repo.head()?.branch() == Some(&branch) {
            return Err(SyncError::CurrentBranch(name.to_owned()));
        }
        self.refuse_used_elsewhere(&branch)?;
        let own = self.commits_only_of(&branch, commit)?;
        if own > 0 && !force {
            let commits = if own == 1 { "1 commit".to_owned() } else { format!("{own} commits") };
            return Err(SyncError::Unmerged { name: name.to_owned(), commits });
        }
        let info = self.branch_info(branch.clone(), Some(commit))?;
        let mut refs = vec![replace(branch.ref_name(), Some(commit), None, "branch: deleted")];
        refs.extend(self.forget_branch(&branch)?);
        self.finish("branch delete", &format!("Delete the branch {branch}"), refs, None)?;
        self.repo.set_upstream(&branch, None)?;
        Ok(info)
    }

    fn commits_only_of(&self, branch: &BranchName, commit: CommitId) -> Result<usize, SyncError> {
        let own = branch.ref_name();
        let heads =
            self.repo.references("refs/heads/")?.into_iter().filter(|reference| reference.name != own);
        let others = heads.chain(self.repo.references("refs/remotes/")?);
        let others: Vec<_> = others.map(|reference| reference.target.as_commit()).collect();
        Ok(self.repo.history(&[commit], &others)?.count())
    }

    /// Merges a branch into the one that the folder is on; in a conflicting field the value of the branch
    /// that is merged into stays.
    pub fn merge_branch(&mut self, name: &str) -> Result<MergeReport, SyncError> {
        let _lock = self.begin()?;
        let on = self.on_branch()?;
        let (theirs, their_conflicts) = self.branch_to_merge(name)?;
        if let (Some(own), Ok(bound)) = (on.commit, self.bound(Some(&on.name))) {
            self.deepen_until_joined(&bound, own, || Ok(Some(theirs)))?;
        }
        let message = format!("Merge {name} into {}", on.name);
        let own = ConflictSet::of_branch(&self.repo, &on.name)?;
        let mut sent = self.sent(&on.name, Some(theirs))?;
        let merged = [on.commit, Some(theirs)];
        let sides = [(&own, on.commit), (&their_conflicts, Some(theirs))];
        sent.leave_out_settled(&self.repo, &their_conflicts)?;
        sent.behind = self.behind(sides)?;
        let unknown = self.unknown_to_one(sides, &sent)?;
        let mut tip = self.integrate(on.commit, theirs, Side::Ours, &message, unknown)?;
        if on.commit == Some(tip.commit) && tip.conflicts.is_empty() {
            return Ok(MergeReport { head: on.commit, ..MergeReport::default() });
        }
        let conflicts = self.gather_conflicts(own, &their_conflicts, &merged, &mut tip, &sent)?;
        let mut refs = self.store_conflicts(&conflicts, Some(&their_conflicts))?;
        if sent.all_arrived {
            refs.extend(self.forget_sent(&on.name)?);
        }
        let (_, commits) = self.ahead_behind(on.commit, Some(theirs))?;
        self.move_branch("merge", message, &on.name, on.commit, &tip, refs, commits)
    }

    /// A local branch, a remote one (`origin/main` or, where no local one has the name, `main`), and what is
    /// held on it.
    fn branch_to_merge(&self, name: &str) -> Result<(CommitId, ConflictSet), SyncError> {
        let local = BranchName::new(name).ok();
        if let Some(local) = &local
            && let Some(commit) = self.repo.commit_at(&local.ref_name())?
        {
            return Ok((commit, ConflictSet::of_branch(&self.repo, local)?));
        }
        let mut of_remotes = self.remote_branches()?.into_iter().filter_map(|branch| {
            let (remote, commit) = (branch.remote?, branch.commit?);
            Some((format!("{remote}/{}", branch.name), remote, branch.name, commit))
        });
        let found = of_remotes.find(|(full, _, short, _)| full == name || Some(short) == local.as_ref());
        let (_, remote, branch, commit) = found.ok_or_else(|| SyncError::UnknownBranch(name.to_owned()))?;
        Ok((commit, ConflictSet::of_remote(&self.repo, &remote, branch.as_str())?))
    }
}

pub(crate) fn branch_name(name: &str) -> Result<BranchName, SyncError> {
    BranchName::new(name).map_err(|_| SyncError::BadBranchName(name.to_owned()))
}
