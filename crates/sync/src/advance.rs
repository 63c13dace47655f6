//! Moving branch and folder from one commit to another, under a draft that stays.
//!
//! What is to be done is first written down at `refs/syncline/pending`; each step after that can be done
//! again, so a process killed at any point is finished by the next one. A file that the user changes in the
//! meantime is merged again, never overwritten.

mod clone;
mod in_the_way;
mod index;
mod plan;

use syncline_format::RepoPath;
use syncline_merge::{Conflict, ConflictId};
use syncline_repo::{
    Apply, BranchName, CommitId, Expected, ObjectId, RefEdit, RefName, SnapshotOptions, TreeId,
};

use self::plan::{Plan, PlannedRef};
use crate::conflicts::ConflictSet;
use crate::draft::Draft;
use crate::merging::TreeMerge;
use crate::record::operation::{self, Done, FolderWay};
use crate::record::{Note, signature};
use crate::remote::SEEN;
use crate::{Operation, SyncError, Take, Workspace};

/// How often files that change under our hands are merged again before the user is asked to wait.
const ROUNDS: usize = 20;

/// What is to move.
pub(crate) struct Advance<'a> {
    pub(crate) kind: &'a str,
    pub(crate) description: String,
    /// The branch that the folder is on afterwards.
    pub(crate) branch: &'a BranchName,
    /// The commit that the folder is based on.
    pub(crate) old: Option<CommitId>,
    /// The commit that it is to be based on; `None` before the first one.
    pub(crate) new: Option<CommitId>,
    /// Refs that move with it; the branch too, unless only HEAD goes there.
    pub(crate) refs: Vec<RefEdit>,
    /// Where the folder goes.
    pub(crate) folder: FolderGoes,
    /// What is done to the uncommitted work on the way.
    pub(crate) in_draft: Option<InDraft<'a>>,
}

/// What a crash left half done.
pub(crate) struct Interrupted {
    pub(crate) kind: String,
    pub(crate) description: String,
    /// Whether it could be finished; else it was dropped.
    pub(crate) is_finished: bool,
}

/// Where the folder (in a bare repository the draft) goes while the branch moves.
#[derive(Clone, Copy)]
pub(crate) enum FolderGoes {
    /// Along, under the uncommitted work.
    Along,
    /// Nowhere: what was committed is uncommitted work then, or the other way round.
    Nowhere,
    /// Back a way that it came; what was done since stays.
    Back(FolderWay),
}

/// What is done to the uncommitted work.
pub(crate) enum InDraft<'a> {
    /// Conflicts are settled there.
    Settle {
        /// As they are held.
        ids: Vec<ConflictId>,
        /// With their places as of now, in the order in which they are to be taken.
        conflicts: Vec<Conflict>,
        /// What is taken there.
        take: &'a Take,
    },
    /// Files are written there.
    Write {
        /// With what they must have been until now.
        files: Vec<Apply>,
        /// What is in conflict in them.
        conflicts: Vec<Conflict>,
    },
}

impl Workspace {
    /// Moves refs and folder; answers the conflicts between the draft and what came in.
    pub(crate) fn advance(&self, mut step: Advance<'_>) -> Result<Vec<Conflict>, SyncError> {
        self.catch_up_draft(step.branch)?;
        self.refuse_files_in_the_way(step.old, step.new)?;
        let draft = self.draft(Some(step.branch), step.old, None, true)?;
        let before = draft.tree(self)?;
        let mut merged = self.folder_after(&step, &draft, before)?;
        let mut settled = Vec::new();
        let mut writing = Vec::new();
        match step.in_draft.take() {
            Some(InDraft::Settle { ids, conflicts, take }) => {
                let conflicts = self.in_moved_files(conflicts, draft.base, merged.tree)?;
                let taken = |tree, conflict| self.take(tree, conflict, take);
                merged.tree = conflicts.iter().try_fold(merged.tree, taken)?;
                settled = ids;
            }
            Some(InDraft::Write { files, conflicts }) => {
                merged.conflicts.extend(conflicts);
                writing = files;
            }
            None => {}
        }
        if matches!(step.folder, FolderGoes::Along) {
            merged = self.with_what_stays(&draft, before, self.tree_or_empty(step.new)?, merged)?;
        }
        let TreeMerge { tree, conflicts } = merged;
        let mut after = self.with_files(tree, &writing)?;
        after = self.with_overlays(after, self.tree_or_empty(step.new)?, step.branch)?;
        step.refs = self.with_draft_conflicts(step.branch, step.refs, &conflicts, &settled)?;
        if self.repo.work_tree().is_none() {
            self.advance_bare(step, before, after)?;
        } else {
            // A plan that can never be carried out would stand in the way of every later command.
            self.repo.refuse_unwritable(Some(before), after)?;
            self.refuse_trouble_on_the_way(&draft.trouble, before, after)?;
            self.refuse_work_outside(before, after)?;
            self.repo.fetch_for_folder(before, after, &mut |step| self.environment.tell_of_git(step))?;
            let way = FolderWay {
                before: self.keep_draft(before, step.old)?,
                after: self.keep_draft(after, step.new)?,
            };
            let plan = Plan::new(&step, self.repo.head()?.branch(), way);
            self.write_plan(&plan)?;
            self.carry_out(plan)?;
        }
        Ok(conflicts)
    }

    /// The folder's files where it is to go, with the uncommitted work.
    fn folder_after(
        &self,
        step: &Advance<'_>,
        draft: &Draft,
        before: TreeId,
    ) -> Result<TreeMerge, SyncError> {
        let is = |tree| TreeMerge { tree, conflicts: Vec::new() };
        let before = self.before_overlays(step, draft, before)?;
        let (base, target) = match step.folder {
            FolderGoes::Nowhere => return Ok(is(before)),
            FolderGoes::Along if step.new == step.old => return Ok(is(before)),
            FolderGoes::Along => (draft.base, self.tree_or_empty(step.new)?),
            FolderGoes::Back(way) => return self.folder_back(step, draft, before, way),
        };
        if base == Some(before) || draft.changed.is_empty() && matches!(step.folder, FolderGoes::Along) {
            return Ok(is(target));
        }
        self.merge_draft(base, before, target, (step.old, step.new))
    }

    /// The folder's files back where they were. Of a field that had no value of its own there, that goes too.
    fn folder_back(
        &self,
        step: &Advance<'_>,
        draft: &Draft,
        before: TreeId,
        way: FolderWay,
    ) -> Result<TreeMerge, SyncError> {
        let (base, target) = (self.repo.tree_of(way.after)?, self.repo.tree_of(way.before)?);
        if base == before {
            return Ok(TreeMerge { tree: target, conflicts: Vec::new() });
        }
        let mut merged = self.merge_draft(Some(base), before, target, (step.old, step.new))?;
        let new = self.tree_of(step.new)?;
        if self.overlays_change(step.branch, draft.base, new)? {
            merged.tree = self.without_overlays(merged.tree, Some(target), (step.branch, new))?;
        }
        Ok(merged)
    }

    /// The folder's files with the shared values, where it goes to where other overlays hold, or a file of one is gone:
    /// it may have another name there.
    fn before_overlays(
        &self,
        step: &Advance<'_>,
        draft: &Draft,
        before: TreeId,
    ) -> Result<TreeId, SyncError> {
        let goes_along = matches!(step.folder, FolderGoes::Along);
        let new = self.tree_of(step.new)?;
        if !goes_along
            || !(self.overlays_change(step.branch, draft.base, new)?
                || self.loses_overlaid(draft.base, new)?)
        {
            return Ok(before);
        }
        self.without_overlays(before, draft.base, (step.branch, new))
    }

    fn tree_or_empty(&self, commit: Option<CommitId>) -> Result<TreeId, SyncError> {
        match self.tree_of(commit)? {
            Some(tree) => Ok(tree),
            None => Ok(self.repo.edit_tree(None, &[])?),
        }
    }

    /// A tree with files written into it; fails where one is not as it must have been.
    fn with_files(&self, tree: TreeId, files: &[Apply]) -> Result<TreeId, SyncError> {
        let mut edits = Vec::new();
        for Apply { path, expect, put } in files {
            if self.repo.entry_at(tree, path)? != *expect {
                return Err(SyncError::FolderKeepsChanging);
            }
            edits.push((path.clone(), *put));
        }
        Ok(self.repo.edit_tree(Some(tree), &edits)?)
    }

    /// Finishes what a crash left half done. The caller holds the lock.
    pub(crate) fn finish_interrupted(&self) -> Result<Option<Interrupted>, SyncError> {
        let Some(plan) = self.read_plan()? else { return Ok(None) };
        let is_finished = !self.is_overtaken(&plan)?;
        let Plan { kind, description, .. } = plan.clone();
        if is_finished {
            let plan = self.without_forgotten(plan)?;
            self.carry_out(plan)?;
        } else {
            self.drop_plan("overtaken by what was done with git")?;
        }
        Ok(Some(Interrupted { kind, description, is_finished }))
    }

    /// What was seen of a remote may have been forgotten in another work tree since: then it stays so.
    fn without_forgotten(&self, mut plan: Plan) -> Result<Plan, SyncError> {
        let mut left = Vec::new();
        for planned in plan.refs {
            let now = self.repo.reference(&RefName::new(&planned.name)?)?.map(|id| id.to_string());
            let is_forgotten = now.is_none() && planned.expected.is_some() && planned.new.is_some();
            if !(is_forgotten && planned.name.starts_with(SEEN)) {
                left.push(planned);
            }
        }
        plan.refs = left;
        Ok(plan)
    }

    /// What a crash left half done, for people.
    pub(crate) fn interrupted(&self) -> Result<Option<String>, SyncError> {
        match self.read_plan()? {
            Some(plan) if !self.is_overtaken(&plan)? => Ok(Some(plan.description)),
            _ => Ok(None),
        }
    }

    fn carry_out(&self, plan: Plan) -> Result<(), SyncError> {
        let plan = self.write_folder(plan)?;
        let way = plan.way()?;
        let [old, new] = plan.commits()?;
        let edits = self.index_edits(self.tree_of(old)?, self.tree_or_empty(new)?)?;
        self.put_head_on(&plan.branch)?;
        let is_recorded = self.is_recorded()?;
        let mut refs = plan.refs.iter().map(PlannedRef::edit).collect::<Result<Vec<_>, _>>()?;
        refs.push(RefEdit {
            name: self.pending_ref(),
            expected: Expected::Any,
            new: None,
            message: plan.description.clone(),
        });
        if is_recorded || plan.is_of_clone() {
            return self.publish(&edits, refs);
        }
        let head = plan.head_move();
        let Plan { kind, description, .. } = plan;
        let done = Done { kind: &kind, description, refs, folder: Some(way), head };
        self.finish_with_index(&edits, done)
    }

    /// Writes the folder's files; answers the plan as it was in the end, which is another where the user
    /// went on typing.
    fn write_folder(&self, mut plan: Plan) -> Result<Plan, SyncError> {
        for _ in 0..ROUNDS {
            let changed = self.apply_once(plan.way()?)?;
            if changed.is_empty() {
                return Ok(plan);
            }
            plan = self.merge_again(plan, &changed)?;
        }
        Err(SyncError::FolderKeepsChanging)
    }

    /// One pass over the files; answers those that are not as they were.
    fn apply_once(&self, way: FolderWay) -> Result<Vec<RepoPath>, SyncError> {
        let (before, after) = (self.repo.tree_of(way.before)?, self.repo.tree_of(way.after)?);
        let changes = self.repo.diff_trees(Some(before), Some(after), None)?.into_iter();
        let changes: Vec<_> =
            changes.map(|change| Apply { path: change.path, expect: change.old, put: change.new }).collect();
        let report = self.repo.apply(&changes)?;
        match report.failed.into_iter().next() {
            Some((_, error)) => Err(error.into()),
            None => Ok(report.changed_meanwhile),
        }
    }

    fn merge_again(&self, plan: Plan, paths: &[RepoPath]) -> Result<Plan, SyncError> {
        let way = plan.way()?;
        let before = self.repo.tree_of(way.before)?;
        let options =
            SnapshotOptions { base: Some(before), under: None, only: Some(paths), write: true, marked: true };
        let snapshot = self.repo.snapshot(&options)?;
        in_the_way::refuse_trouble(&snapshot.trouble, paths)?;
        let edits: Vec<_> =
            snapshot.changed.into_iter().map(|changed| (changed.path, changed.after)).collect();
        let now = self.repo.edit_tree(Some(before), &edits)?;
        let [old, new] = plan.commits()?;
        let target = self.repo.tree_of(way.after)?;
        let mine = if plan.is_of_clone() { self.with_whole_files(now, target, &edits)? } else { now };
        let merged = self.merge_draft(Some(before), mine, target, (old, new))?;
        let (before, after) = (self.keep_draft(now, Some(way.before))?, self.keep_draft(merged.tree, new)?);
        let refs = self.with_late_conflicts(&plan, &merged.conflicts)?;
        let plan = Plan { before: before.to_string(), after: after.to_string(), refs, ..plan };
        self.write_plan(&plan)?;
        Ok(plan)
    }

    /// The planned moves of refs, with conflicts that were not known when they were planned.
    fn with_late_conflicts(&self, plan: &Plan, late: &[Conflict]) -> Result<Vec<PlannedRef>, SyncError> {
        let refs = plan.refs.iter().map(PlannedRef::edit).collect::<Result<_, _>>()?;
        let refs = self.with_draft_conflicts(&BranchName::new(&plan.branch)?, refs, late, &[])?;
        Ok(refs.iter().map(PlannedRef::of).collect())
    }

    /// Moves of refs, and that of the conflicts between the draft and what came in: what is settled of them is
    /// taken out, and others are added. One for all, for a ref can move but once in a transaction.
    pub(crate) fn with_draft_conflicts(
        &self,
        branch: &BranchName,
        mut refs: Vec<RefEdit>,
        conflicts: &[Conflict],
        settled: &[ConflictId],
    ) -> Result<Vec<RefEdit>, SyncError> {
        if conflicts.is_empty() && settled.is_empty() {
            return Ok(refs);
        }
        let mut set = self.draft_conflicts(branch)?;
        if let Some(at) = refs.iter().position(|edit| edit.name == *set.ref_name()) {
            let new = refs.remove(at).new.map(ObjectId::as_commit);
            set = set.heading_for(&self.repo, new)?;
        }
        for id in settled {
            set.settle(id);
        }
        set.hold(conflicts.iter().cloned());
        refs.extend(self.store_conflicts(&set, None)?);
        Ok(refs)
    }

    /// The edit of a conflict set's ref, if it has to move.
    pub(crate) fn store_conflicts(
        &self,
        set: &ConflictSet,
        merged: Option<&ConflictSet>,
    ) -> Result<Vec<RefEdit>, SyncError> {
        let note = Note::new(&self.environment, "Hold and settle conflicts");
        let commit = set.write(&self.repo, merged, &note)?;
        if commit == set.commit() {
            return Ok(Vec::new());
        }
        Ok(vec![replace(set.ref_name().clone(), set.commit(), commit, "hold and settle conflicts")])
    }

    fn advance_bare(&self, step: Advance<'_>, before: TreeId, after: TreeId) -> Result<(), SyncError> {
        let name = self.draft_ref(step.branch)?;
        let was = self.repo.commit_at(&name)?;
        let mut refs = step.refs;
        let way = FolderWay {
            before: self.keep_draft(before, step.old)?,
            after: self.keep_draft(after, step.new)?,
        };
        let now = (after != self.tree_or_empty(step.new)?).then_some(way.after);
        if was != now {
            refs.push(replace(name, was, now, step.kind));
        }
        // Of a draft that is not there, too, which way it went has to be known: else an undo would take what came
        // in for work that was committed.
        let folder = Some(way);
        self.finish(step.kind, &step.description, refs, folder)
    }

    /// Whether the branch went on elsewhere since, or the folder to another branch: then what is in the folder
    /// is the user's draft there.
    fn is_overtaken(&self, plan: &Plan) -> Result<bool, SyncError> {
        let branch = BranchName::new(&plan.branch)?;
        let now = self.repo.reference(&branch.ref_name())?.map(|id| id.to_string());
        let planned = plan.refs.iter().find(|planned| planned.name == branch.ref_name().to_string());
        let is_before = planned.is_some_and(|planned| now == planned.expected);
        let head = self.repo.head()?;
        let is_on = |name: Option<&str>| head.branch().map(BranchName::as_str) == name;
        let has_not_left =
            is_on(plan.from.as_deref()) && head.commit().map(|commit| commit.to_string()) == plan.old;
        let is_on_its_way = has_not_left || is_on(Some(branch.as_str()));
        Ok(!is_on_its_way || (!is_before && now != plan.new))
    }

    /// Whether the plan is in the record of operations already: a process can be killed after it wrote that, and
    /// before the plan was gone.
    fn is_recorded(&self) -> Result<bool, SyncError> {
        let pending = self.pending_ref();
        let plan = self.repo.reference(&pending)?.map(|id| id.to_string());
        let here = self.repo.linked_name();
        let is_of_here =
            |it: &Result<Operation, SyncError>| it.as_ref().map_or(true, |it| it.work_tree == here);
        let last = operation::newest_first(&self.repo)?.find(is_of_here).transpose()?;
        let moved = last.iter().flat_map(|last| &last.refs).find(|moved| moved.name == pending.to_string());
        Ok(plan.is_some() && moved.is_some_and(|moved| moved.before == plan))
    }

    pub(crate) fn put_head_on(&self, branch: &str) -> Result<(), SyncError> {
        let branch = BranchName::new(branch)?;
        let is_there = self.repo.head()?.branch() == Some(&branch);
        if !is_there {
            let by = signature(self.environment.clock.now());
            self.repo.set_head_branch(&branch, &format!("checkout: moving to {branch}"), &by)?;
        }
        Ok(())
    }
}

/// A ref's move from where it is known to be.
pub(crate) fn replace(name: RefName, old: Option<CommitId>, new: Option<CommitId>, message: &str) -> RefEdit {
    let expected = old.map_or(Expected::Absent, |commit| Expected::Exactly(commit.into()));
    RefEdit { name, expected, new: new.map(Into::into), message: message.to_owned() }
}
