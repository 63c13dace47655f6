//! The loop: commit → fetch → merge → push, again if someone was first → apply.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::thread;
use std::time::Duration;

use syncline_merge::{Conflict, Side};
use syncline_repo::{BranchName, CommitId, PushRef, PushResult, RefEdit, RemoteError, RemoteErrorKind};

use crate::advance::{Advance, FolderGoes, replace};
use crate::conflicts::ConflictSet;
use crate::conflicts::unknown::Unknown;
use crate::integrate::Integrated;
use crate::lock::Lock;
use crate::merging::Merging;
use crate::record::Note;
use crate::remote::{Bound, Followed, short_name};
use crate::{
    Carried, CommitRequest, Held, MergeReport, PullRequest, PushReport, SyncError, SyncReport, SyncRequest,
    Workspace,
};

/// The longest pause before the first new try when someone was first. It doubles with each one, so that however
/// many there are and however long each of them takes, in the end one has the remote for itself.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// A branch merged with what it follows, not yet moved.
struct Merged {
    followed: Followed,
    tip: Integrated,
    conflicts: ConflictSet,
    /// The commit of `conflicts`, written.
    conflicts_commit: Option<CommitId>,
    /// How many commits were carried over, where the followed branch was rewritten.
    carried: Option<usize>,
}

/// How a push went, as far as the loop is concerned.
enum Sent {
    Nothing,
    Done(PushReport),
    SomeoneWasFirst,
    /// The branch is there; with its conflicts somebody else was first.
    ConflictsBehind(PushReport),
    Failed(RemoteError),
}

impl Workspace {
    /// Commits, pulls and pushes. What could be done is done, also where a later step fails.
    pub fn sync(&mut self, request: &SyncRequest) -> Result<SyncReport, SyncError> {
        let lock = self.begin()?;
        self.sync_locked(&lock, request)
    }

    pub(crate) fn sync_locked(
        &mut self,
        lock: &Lock,
        request: &SyncRequest,
    ) -> Result<SyncReport, SyncError> {
        let branch = self.on_branch()?.name;
        let bound = self.bound(Some(&branch))?;
        let mut looked = self.refuse_stops(&branch, &bound)?.or(request.nothing_new.then_some(Ok(())));
        let committed = self.commit_locked(
            lock,
            &CommitRequest {
                message: request.message.clone().unwrap_or_default(),
                selectors: Vec::new(),
                allow_removals: request.allow_removals,
            },
        )?;
        let mut report = SyncReport {
            commit: committed.commit,
            committed: committed.changes,
            taken_out: committed.taken_out,
            problems: committed.problems,
            ..SyncReport::default()
        };
        let local = self.on_branch()?.commit;
        loop {
            looked.take().unwrap_or_else(|| self.fetch_from(&bound).map(drop))?;
            let Some(merged) = self.merge_with(&branch, local, &bound, request.carry_over)? else {
                return Ok(report);
            };
            let sent = self.push_merged(&branch, &bound, &merged)?;
            if sent.is_behind() && report.retries < self.settings.push_retries {
                if let Sent::ConflictsBehind(pushed) = sent {
                    report.pushed.get_or_insert(pushed);
                }
                report.retries += 1;
                thread::sleep(self.pause(local, report.retries));
                continue;
            }
            report.pulled = self.take_over("sync", &branch, local, &bound, &merged, sent.commits())?;
            match sent {
                Sent::Nothing => {}
                Sent::Done(pushed) | Sent::ConflictsBehind(pushed) => {
                    let first = report.pushed.get_or_insert_with(|| pushed.clone());
                    first.conflicts_are_local = pushed.conflicts_are_local;
                }
                Sent::SomeoneWasFirst => return Err(SyncError::OthersFirst(report.retries + 1)),
                Sent::Failed(error) => return Err(error.into()),
            }
            return Ok(report);
        }
    }

    /// Fetches and merges; the draft stays on top.
    pub fn pull(&mut self, request: PullRequest) -> Result<MergeReport, SyncError> {
        let _lock = self.begin()?;
        let on = self.on_branch()?;
        let bound = self.bound(Some(&on.name))?;
        self.fetch_from(&bound)?;
        match self.merge_with(&on.name, on.commit, &bound, request.carry_over)? {
            Some(merged) => self.take_over("pull", &on.name, on.commit, &bound, &merged, 0),
            None => Ok(MergeReport { head: on.commit, ..MergeReport::default() }),
        }
    }

    /// Where a policy may stop the merge, looks before anything is committed. Answers what came of fetching:
    /// that it failed is told when the work is committed, and a second try must not find then what to stop for.
    fn refuse_stops(
        &self,
        branch: &BranchName,
        bound: &Bound,
    ) -> Result<Option<Result<(), SyncError>>, SyncError> {
        if !self.settings.policies.can_stop() {
            return Ok(None);
        }
        let fetched = self.fetch_from(bound).map(drop);
        let local = self.repo.commit_at(&branch.ref_name())?;
        let followed = self.followed(branch, &bound.name)?.commit;
        let Some((local, followed)) = local.zip(followed).filter(|_| fetched.is_ok()) else {
            return Ok(Some(fetched));
        };
        let draft = self.draft(Some(branch), Some(local), None, true)?;
        let to_commit = self.to_commit(draft)?;
        let base = self.merge_base_tree(local, followed)?;
        self.merge_trees(base, to_commit, self.repo.tree_of(followed)?, Merging::Commits(Side::Theirs))?;
        Ok(Some(fetched))
    }

    /// The branch with what it follows, and their conflicts. `None` where there is no commit at all.
    fn merge_with(
        &self,
        branch: &BranchName,
        local: Option<CommitId>,
        bound: &Bound,
        carry_over: bool,
    ) -> Result<Option<Merged>, SyncError> {
        let followed = self.followed(branch, &bound.name)?;
        let theirs = ConflictSet::of_remote(&self.repo, &bound.name, &followed.branch())?;
        let own = ConflictSet::of_branch(&self.repo, branch)?;
        let mut sent = self.sent(branch, followed.commit)?;
        let sides = [(&own, local), (&theirs, followed.commit)];
        sent.leave_out_settled(&self.repo, &theirs)?;
        sent.behind = self.behind(sides)?;
        let unknown = self.unknown_to_one(sides, &sent)?;
        let Some((mut tip, carried)) = self.join(branch, local, &followed, carry_over, unknown)? else {
            return Ok(None);
        };
        let conflicts = self.gather_conflicts(own, &theirs, &[local, followed.commit], &mut tip, &sent)?;
        self.refuse_files_in_the_way(local, Some(tip.commit))?;
        // Now, before a merge with it is pushed.
        self.repo.refuse_unwritable(self.tree_of(local)?, self.repo.tree_of(tip.commit)?)?;
        let note = Note::new(&self.environment, "Hold and settle conflicts");
        let conflicts_commit = conflicts.write(&self.repo, Some(&theirs), &note)?;
        Ok(Some(Merged { followed, tip, conflicts, conflicts_commit, carried }))
    }

    /// One commit that has the branch and what it follows, and how many commits were carried over to make it.
    fn join(
        &self,
        branch: &BranchName,
        local: Option<CommitId>,
        followed: &Followed,
        carry_over: bool,
        unknown: Vec<Unknown>,
    ) -> Result<Option<(Integrated, Option<usize>)>, SyncError> {
        let rewritten = self.rewritten(branch, followed)?;
        let tip = match (local, followed.commit, rewritten) {
            (None, None, _) => return Ok(None),
            (Some(local), None, _) => Integrated::as_is(local),
            (Some(local), Some(_), Some(rewritten)) if carry_over => {
                let (tip, commits) = self.carry_over(local, rewritten, followed)?;
                return Ok(Some((tip, Some(commits))));
            }
            (_, Some(_), Some(rewritten)) => return Err(self.ask_to_carry(local, rewritten, followed)?),
            (local, Some(theirs), None) => {
                let message = format!("Merge {}", short_name(&followed.tracking));
                self.integrate(local, theirs, Side::Theirs, &message, unknown)?
            }
        };
        Ok(Some((tip, None)))
    }

    /// Pushes a merged branch, and then its conflicts, where the remote has not got them. Were both sent at once, the
    /// remote could take what is held of a merge and refuse the merge, or take a conflict for settled without the
    /// commit that settled it.
    fn push_merged(&self, branch: &BranchName, bound: &Bound, merged: &Merged) -> Result<Sent, SyncError> {
        let mut refs = Vec::new();
        if merged.followed.commit != Some(merged.tip.commit) {
            refs.push(PushRef::fast_forward(merged.tip.commit, merged.followed.remote_ref.clone()));
        }
        refs.extend(self.conflicts_to_push(bound, &merged.followed, merged.conflicts_commit)?);
        if refs.is_empty() {
            return Ok(Sent::Nothing);
        }
        let commits = self.commits_to_send(bound, &merged.followed, merged.tip.commit)?;
        self.note_sent(branch, &merged.tip)?;
        // Ends before the branch moves: a merge that nobody took is dropped, and made afresh.
        self.repo.flush()?;
        let mut report = PushReport {
            commits,
            new_branch: merged.followed.commit.is_none(),
            to: short_name(&merged.followed.tracking),
            ..PushReport::default()
        };
        let mut is_behind = false;
        for one in refs {
            let results = match self.send(bound, &[one]) {
                Err(SyncError::Remote(error)) if error.kind != RemoteErrorKind::Cancelled => {
                    return Ok(Sent::Failed(error));
                }
                results => results?,
            };
            for result in &results {
                let Some(error) = result.error() else {
                    report.pull_request =
                        report.pull_request.or(result.pull_request_url().map(ToOwned::to_owned));
                    continue;
                };
                let was_first = error.kind == RemoteErrorKind::SomeoneWasFirst;
                match (is_conflicts(result), was_first) {
                    (true, was_first) => (report.conflicts_are_local, is_behind) = (true, was_first),
                    (false, true) => return Ok(Sent::SomeoneWasFirst),
                    (false, false) => return Ok(Sent::Failed(error.clone())),
                }
            }
        }
        Ok(if is_behind { Sent::ConflictsBehind(report) } else { Sent::Done(report) })
    }

    /// The push of the conflicts' ref, unless the remote has it or is known to refuse it.
    pub(crate) fn conflicts_to_push(
        &self,
        bound: &Bound,
        followed: &Followed,
        commit: Option<CommitId>,
    ) -> Result<Option<PushRef>, SyncError> {
        let theirs = ConflictSet::of_remote(&self.repo, &bound.name, &followed.branch())?;
        let Some(commit) = commit.filter(|commit| theirs.commit() != Some(*commit)) else { return Ok(None) };
        let name = crate::workspace::own_ref(&format!("conflicts/{}", followed.branch()))?;
        Ok(Some(PushRef::fast_forward(commit, name)))
    }

    /// Moves branch, conflicts and folder to what was merged, of which so many commits were pushed.
    fn take_over(
        &mut self,
        kind: &str,
        branch: &BranchName,
        local: Option<CommitId>,
        bound: &Bound,
        merged: &Merged,
        pushed: usize,
    ) -> Result<MergeReport, SyncError> {
        let mut refs = self.remember_seen_of(branch, merged)?;
        let set = &merged.conflicts;
        if merged.conflicts_commit != set.commit() {
            refs.push(replace(set.ref_name().clone(), set.commit(), merged.conflicts_commit, kind));
        }
        refs.extend(self.forget_sent(branch)?);
        let carried = self.carried(branch, local, merged, &mut refs)?;
        self.follow_if_new(branch, &bound.name, &merged.followed)?;
        if local == Some(merged.tip.commit) {
            if !refs.is_empty() {
                let upstream = short_name(&merged.followed.tracking);
                let description = match pushed {
                    0 => format!("Nothing new from {upstream}"),
                    1 => format!("1 commit to {upstream}"),
                    commits => format!("{commits} commits to {upstream}"),
                };
                self.finish(kind, &description, refs, None)?;
            }
            return Ok(MergeReport { head: local, ..MergeReport::default() });
        }
        let (_, commits) = self.ahead_behind(local, merged.followed.commit)?;
        let description = describe_merge(&merged.followed, commits, &merged.tip.conflicts);
        let report = self.move_branch(kind, description, branch, local, &merged.tip, refs, commits)?;
        Ok(MergeReport { carried, ..report })
    }

    /// What was carried over; the branch as it was is kept under a ref.
    fn carried(
        &self,
        branch: &BranchName,
        local: Option<CommitId>,
        merged: &Merged,
        refs: &mut Vec<RefEdit>,
    ) -> Result<Option<Carried>, SyncError> {
        let Some((local, commits)) = local.zip(merged.carried) else { return Ok(None) };
        let (kept, edit) =
            self.keep_overwritten(branch.as_str(), local, "kept before it was carried over")?;
        refs.extend(edit);
        let upstream = short_name(&merged.followed.tracking);
        Ok(Some(Carried { commits, upstream, kept: kept.to_string() }))
    }

    /// Moves the branch that the folder is on to an integrated commit, and reports what came in.
    #[expect(clippy::too_many_arguments, reason = "one place that knows how a merge is carried out and told")]
    pub(crate) fn move_branch(
        &self,
        kind: &str,
        description: String,
        branch: &BranchName,
        old: Option<CommitId>,
        tip: &Integrated,
        mut refs: Vec<RefEdit>,
        commits: usize,
    ) -> Result<MergeReport, SyncError> {
        refs.insert(0, replace(branch.ref_name(), old, Some(tip.commit), &format!("{kind}: {description}")));
        let folder = FolderGoes::Along;
        let step =
            Advance { kind, description, branch, old, new: Some(tip.commit), refs, folder, in_draft: None };
        let draft_conflicts = self.advance(step)?;
        let changes = self.changes_between(old, Some(tip.commit))?;
        let problems = self.problems()?;
        let of_commit = tip.conflicts.iter().map(|conflict| Held::of(conflict.clone(), false));
        let of_draft = draft_conflicts.into_iter().map(|conflict| Held::of(conflict, true));
        Ok(MergeReport {
            head: Some(tip.commit),
            moved: true,
            merged: tip.is_merge,
            commits,
            changes,
            conflicts: of_commit.chain(of_draft).collect(),
            problems,
            carried: None,
        })
    }

    fn remember_seen_of(&self, branch: &BranchName, merged: &Merged) -> Result<Vec<RefEdit>, SyncError> {
        match self.repo.commit_at(&merged.followed.tracking)? {
            Some(now) => self.remember_seen(branch, now),
            None => Ok(Vec::new()),
        }
    }

    /// A pause before a new try, the first of which is number 1: drawn by who we are and what we bring, so that those
    /// who met do not meet again and again.
    fn pause(&self, local: Option<CommitId>, number: usize) -> Duration {
        let seed = (&self.environment.owner, self.root(), local.map(|commit| commit.to_string()), number);
        let drawn = BuildHasherDefault::<DefaultHasher>::default().hash_one(seed);
        longest_pause(number) * u32::from(drawn.to_le_bytes()[0]) / 256
    }
}

fn longest_pause(number: usize) -> Duration {
    let doubled = u32::try_from(number.saturating_sub(1)).unwrap_or(u32::MAX);
    FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(doubled)).min(LONGEST_PAUSE)
}

impl Sent {
    /// How many commits the remote took.
    fn commits(&self) -> usize {
        match self {
            Self::Done(report) | Self::ConflictsBehind(report) => report.commits,
            Self::Nothing | Self::SomeoneWasFirst | Self::Failed(_) => 0,
        }
    }

    fn is_behind(&self) -> bool {
        matches!(self, Self::SomeoneWasFirst | Self::ConflictsBehind(_))
    }
}

fn is_conflicts(result: &PushResult) -> bool {
    result.remote_ref.to_string().starts_with("refs/syncline/")
}

fn describe_merge(followed: &Followed, commits: usize, conflicts: &[Conflict]) -> String {
    let commits = if commits == 1 { "1 commit".to_owned() } else { format!("{commits} commits") };
    let held = match conflicts.len() {
        0 => String::new(),
        1 => ", 1 conflict held".to_owned(),
        number => format!(", {number} conflicts held"),
    };
    format!("{commits} from {}{held}", short_name(&followed.tracking))
}
