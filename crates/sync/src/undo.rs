//! Undo: what an operation did is taken back.
//!
//! Refs go back to where they were as long as nobody else has the commits; what is published, or built on, is
//! undone by a commit, never by force. The folder walks back the way that the operation took it, so work that was
//! done since stays. An undo is an operation like any other, and can be undone.

mod follows;

use syncline_repo::{BranchName, CommitId, ObjectId, RefEdit, RefName};

use crate::advance::{Advance, FolderGoes, Interrupted, replace};
use crate::conflicts::ConflictSet;
use crate::record::operation::{self, Done, FolderWay};
use crate::revert::{WayBack, WentBack};
use crate::workspace::OnBranch;
use crate::{HeadMove, Held, MergeReport, Operation, RefMove, SyncError, UndoReport, Undone, Workspace};

const UNDO: &str = "undo";

const HEADS: &str = "refs/heads/";

/// Refs of ours that belong to a branch and go back with it; the others tell what is known of remotes.
const OF_BRANCHES: [&str; 2] = ["refs/syncline/conflicts/", "refs/syncline/draft-conflicts/"];

/// What is known of the conflicts of remotes.
const REMEMBERED: &str = "refs/syncline/remotes/";

/// What Syncline writes down by itself is nobody's to undo, and what a clone brought goes with its folder.
const NOT_UNDONE: [&str; 3] = ["git", "forget", "clone"];

/// What brings commits of others along, which are published before.
const BRINGS_OTHERS: [&str; 3] = ["pull", "sync", "merge"];

/// So many operations are looked through for where an undo went back to.
const LOOKED_AT: usize = 100;

/// A branch's move, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Move {
    before: Option<CommitId>,
    after: Option<CommitId>,
}

impl Workspace {
    /// Takes an operation back: the last one that did something here, or the one whose id begins with `id`.
    pub fn undo(&mut self, id: Option<&str>) -> Result<UndoReport, SyncError> {
        let (_lock, interrupted) = self.begin_and_tell()?;
        if let Some(finished) = interrupted.filter(|it| id.is_none() && it.is_finished && it.kind == UNDO)
            && let Some(undone) = self.taken_back_by(&finished)?
        {
            return Ok(went_back(undone, MergeReport::default()));
        }
        let operation = self.operation_to_undo(id)?;
        self.follow_again(&operation)?;
        let undone = self.take_back(operation.clone());
        self.follow_no_more(&operation)?;
        undone
    }

    /// What an undo took back that was killed and is finished now. Whoever asks for the undo again means that one, and
    /// not that it be taken back itself.
    fn taken_back_by(&self, finished: &Interrupted) -> Result<Option<Operation>, SyncError> {
        let mut before = operation::newest_first(&self.repo)?.skip(1).take(LOOKED_AT);
        let is_it = |it: &Result<Operation, SyncError>| {
            it.as_ref().map_or(true, |it| inverted(&it.description) == finished.description)
        };
        before.find(is_it).transpose()
    }

    fn take_back(&mut self, operation: Operation) -> Result<UndoReport, SyncError> {
        let on = self.on_branch()?;
        let description = inverted(&operation.description);
        if let Some((old, new)) = operation.renamed() {
            let head = Some(self.carry_over_to(&new, &old, "undo", description)?);
            return Ok(went_back(operation, MergeReport { head, ..MergeReport::default() }));
        }
        if let Some(head) = &operation.head {
            let merge = self.undo_switch(&operation, head, &on, description)?;
            return Ok(went_back(operation, merge));
        }
        operation.refuse_on_other_branch(&on.name)?;
        let here = operation.moved(&on.name.ref_name().to_string())?;
        match here {
            Some(moved) if self.is_to_be_reverted(&operation, moved, &on)? => {
                self.undo_by_commit(operation, moved, &on, description)
            }
            _ => {
                let merge = self.undo_by_refs(&operation, here, &on, description)?;
                Ok(went_back(operation, merge))
            }
        }
    }

    fn operation_to_undo(&self, id: Option<&str>) -> Result<Operation, SyncError> {
        let mut operations = operation::newest_first(&self.repo)?;
        let Some(id) = id else {
            let here = self.repo.linked_name();
            let is_meant = |operation: &Operation| {
                operation.can_be_undone() && operation.work_tree == here && !self.is_of_other_user(operation)
            };
            let undoable = operations.find(|it| it.as_ref().map_or(true, is_meant));
            return undoable.unwrap_or(Err(SyncError::NothingToUndo));
        };
        let operations = operations.collect::<Result<Vec<_>, _>>()?.into_iter();
        let mut named = operations.filter(|operation| !id.is_empty() && operation.id.starts_with(id));
        let unknown = || SyncError::UnknownOperation(id.to_owned());
        let found = named.next().ok_or_else(unknown)?;
        if named.next().is_some() {
            return Err(unknown());
        }
        if !found.can_be_undone() {
            let Operation { kind, description, .. } = found;
            return Err(SyncError::NotUndoable { kind, description });
        }
        self.refuse_of_other_folder(&found)?;
        Ok(found)
    }

    /// Whether somebody else did it who shares a bare repository with us.
    fn is_of_other_user(&self, operation: &Operation) -> bool {
        operation.user.as_ref().is_some_and(|user| *user != self.environment.user)
    }

    /// What was done to the files of another work tree is undone there, as long as it is there; what was done to
    /// another user's draft, by that user.
    fn refuse_of_other_folder(&self, operation: &Operation) -> Result<(), SyncError> {
        let Operation { work_tree, folder, head, description, user, .. } = operation;
        if let Some(user) = user.clone().filter(|_| folder.is_some() && self.is_of_other_user(operation)) {
            return Err(SyncError::DoneByOther { description: description.clone(), user });
        }
        if *work_tree == self.repo.linked_name() || (folder.is_none() && head.is_none()) {
            return Ok(());
        }
        match self.repo.work_tree_named(work_tree.as_deref()) {
            Some(folder) => Err(SyncError::DoneElsewhere { description: description.clone(), folder }),
            None => Ok(()),
        }
    }

    /// Whether a commit has to undo a branch's move: others have what it made, or something was built on it.
    fn is_to_be_reverted(
        &self,
        operation: &Operation,
        moved: Move,
        on: &OnBranch,
    ) -> Result<bool, SyncError> {
        let (Some(after), Some(now)) = (moved.after, on.commit) else { return Ok(false) };
        if now != after {
            if self.repo.is_ancestor(after, now)? {
                return Ok(true);
            }
            let reason = format!("the branch `{}` has gone another way since", on.name);
            return Err(overtaken(operation, reason));
        }
        // What only goes on takes nothing away from anybody: an undone pull that is wanted again.
        if let Some(before) = moved.before
            && self.repo.is_ancestor(after, before)?
        {
            return Ok(false);
        }
        Ok(self.has_made(operation, moved, after)? && self.is_published(after)?)
    }

    /// Whether the operation made the commit, and did not just bring it along, or back.
    fn has_made(&self, operation: &Operation, moved: Move, after: CommitId) -> Result<bool, SyncError> {
        if operation.kind == "undo"
            && let Some((first, first_moved)) = self.first_to_reach(operation, after)?
        {
            // One that took something back has made nothing: it came to what was there before.
            return Ok(first_moved == moved && self.has_made(&first, moved, after)?);
        }
        let parents = self.repo.read_commit(after)?.parents;
        let brings_others = BRINGS_OTHERS.contains(&operation.kind.as_str());
        Ok(parents.first() == moved.before.as_ref() && (parents.len() > 1 || !brings_others))
    }

    /// What came to a commit first, where an undo has gone back to it.
    fn first_to_reach(
        &self,
        undo: &Operation,
        commit: CommitId,
    ) -> Result<Option<(Operation, Move)>, SyncError> {
        for operation in self.older(undo)? {
            let operation = operation?;
            let branches = operation.refs.iter().filter(|moved| moved.branch().is_some());
            let moves = branches.map(RefMove::read).collect::<Result<Vec<_>, _>>()?;
            let reached = moves.into_iter().find(|moved| moved.after == Some(commit));
            if let Some(moved) = reached.filter(|_| operation.kind != "undo") {
                return Ok(Some((operation, moved)));
            }
        }
        Ok(None)
    }

    /// The operations before one, newest first.
    fn older(
        &self,
        operation: &Operation,
    ) -> Result<impl Iterator<Item = Result<Operation, SyncError>>, SyncError> {
        let all = operation::newest_first(&self.repo)?;
        let from = all.skip_while(|it| it.as_ref().is_ok_and(|it| it.id != operation.id));
        Ok(from.skip(1).take(LOOKED_AT))
    }

    fn is_published(&self, commit: CommitId) -> Result<bool, SyncError> {
        self.is_in_any("refs/remotes/", commit)
    }

    /// Whether one of the refs whose names begin so has a commit.
    fn is_in_any(&self, refs: &str, commit: CommitId) -> Result<bool, SyncError> {
        for reference in self.repo.references(refs)? {
            if self.repo.is_ancestor(commit, reference.target.as_commit())? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn undo_by_commit(
        &self,
        operation: Operation,
        moved: Move,
        on: &OnBranch,
        description: String,
    ) -> Result<UndoReport, SyncError> {
        let from = moved.after.ok_or_else(|| overtaken(&operation, "it removed the branch".to_owned()))?;
        let is_published = self.is_published(from)?;
        let mut held = ConflictSet::of_branch(&self.repo, &on.name)?;
        if let Some(conflicts) = operation.moved(&held.ref_name().to_string())? {
            held = self.as_before(held, conflicts)?;
        }
        let message = format!("{description}\n\nThis takes back what led to commit {from}.\n");
        let WentBack { merge, settled, is_nothing } =
            self.go_back(on, WayBack { kind: "undo", description, message, from, to: moved.before, held })?;
        let how = if is_nothing { Undone::Nothing } else { Undone::Reverted };
        Ok(UndoReport { undone: operation, how, is_published, merge, settled })
    }

    /// What an operation added to a set is taken out of it, and what it took out is there again.
    fn as_before(&self, mut set: ConflictSet, moved: Move) -> Result<ConflictSet, SyncError> {
        let at = |commit: Option<CommitId>| match commit {
            Some(commit) => ConflictSet::of_commit(&self.repo, set.ref_name().clone(), commit),
            None => Ok(ConflictSet::empty(set.ref_name().clone())),
        };
        let (before, after) = (at(moved.before)?, at(moved.after)?);
        set.merge(Some(&after), &before);
        Ok(set)
    }

    fn undo_by_refs(
        &self,
        operation: &Operation,
        here: Option<Move>,
        on: &OnBranch,
        description: String,
    ) -> Result<MergeReport, SyncError> {
        let refs = self.refs_back(operation)?;
        let new = match here {
            Some(moved) => moved.before,
            None => on.commit,
        };
        let folder = match &operation.folder {
            Some(folder) => {
                self.way_back(FolderWay { before: parse(&folder.before)?, after: parse(&folder.after)? })?
            }
            None => FolderGoes::Nowhere,
        };
        match (new, folder) {
            (_, FolderGoes::Nowhere) if here.is_none() => {
                self.finish("undo", &description, refs, None)?;
                Ok(MergeReport { head: on.commit, ..MergeReport::default() })
            }
            (new, folder) => self.walk_back(on, &on.name, new, (refs, folder), description),
        }
    }

    /// A commit leaves the folder where it is, and so does taking it back.
    fn way_back(&self, way: FolderWay) -> Result<FolderGoes, SyncError> {
        let has_gone = self.repo.tree_of(way.before)? != self.repo.tree_of(way.after)?;
        Ok(if has_gone { FolderGoes::Back(way) } else { FolderGoes::Nowhere })
    }

    /// Moves branch and folder, and tells what is otherwise in the folder then.
    fn walk_back(
        &self,
        on: &OnBranch,
        branch: &BranchName,
        new: Option<CommitId>,
        (refs, folder): (Vec<RefEdit>, FolderGoes),
        description: String,
    ) -> Result<MergeReport, SyncError> {
        let old = on.commit;
        let step = Advance { kind: "undo", description, branch, old, new, refs, folder, in_draft: None };
        let conflicts = self.advance(step)?;
        Ok(MergeReport {
            head: new,
            moved: old != new,
            changes: self.changes_between(old, new)?,
            conflicts: conflicts.into_iter().map(|conflict| Held::of(conflict, true)).collect(),
            problems: self.problems()?,
            ..MergeReport::default()
        })
    }

    fn undo_switch(
        &self,
        operation: &Operation,
        head: &HeadMove,
        on: &OnBranch,
        description: String,
    ) -> Result<MergeReport, SyncError> {
        if on.name.as_str() != head.after {
            return Err(elsewhere(operation, &on.name));
        }
        let before = head.before.as_ref();
        let before = before.ok_or_else(|| overtaken(operation, "the folder was on no branch".to_owned()))?;
        let branch = BranchName::new(before)?;
        self.refuse_used_elsewhere(&branch)?;
        let refs = self.refs_back(operation)?;
        // A branch that the operation removed comes back with it.
        let again = refs.iter().find(|edit| edit.name == branch.ref_name());
        let there = match again {
            Some(edit) => edit.new.map(ObjectId::as_commit),
            None => self.repo.commit_at(&branch.ref_name())?,
        };
        let new = there.ok_or_else(|| SyncError::UnknownBranch(before.clone()))?;
        self.refuse_over_work(Some(&on.name), on.commit)?;
        if self.repo.work_tree().is_some() {
            return self.walk_back(on, &branch, Some(new), (refs, FolderGoes::Along), description);
        }
        let head = Some(HeadMove { before: Some(on.name.to_string()), after: before.clone() });
        self.finish_with_index(&[], Done { kind: "undo", description, refs, folder: None, head })?;
        self.put_head_on(before)?;
        Ok(MergeReport { head: Some(new), moved: true, ..MergeReport::default() })
    }

    /// Whether others have what the operation held and settled: a set that went back behind that would only be
    /// brought up to it again. What others did themselves comes again with the next pull, as it should.
    fn is_sent_set(&self, operation: &Operation, name: &RefName, way: Move) -> Result<bool, SyncError> {
        let Some(after) = way.after.filter(|_| name.branch().is_none()) else { return Ok(false) };
        if let Some(before) = way.before
            && self.repo.is_ancestor(after, before)?
        {
            return Ok(false);
        }
        Ok(self.is_in_any(REMEMBERED, after)? && !self.has_brought(operation, name, after)?)
    }

    /// Whether the operation, or the one that an undo brought again, took a ref to what others had done.
    fn has_brought(&self, operation: &Operation, name: &RefName, after: CommitId) -> Result<bool, SyncError> {
        let brings = |operation: &Operation| BRINGS_OTHERS.contains(&operation.kind.as_str());
        if operation.kind != "undo" {
            return Ok(brings(operation));
        }
        let (name, after) = (name.to_string(), Some(after.to_string()));
        let goes_there = |moved: &RefMove| moved.name == name && moved.after == after;
        for older in self.older(operation)? {
            let older = older?;
            if older.kind != "undo" && older.refs.iter().any(goes_there) {
                return Ok(brings(&older));
            }
        }
        Ok(false)
    }

    /// The edits that put an operation's refs back. A branch must be where the operation left it; of conflicts
    /// what was held and settled since stays so.
    fn refs_back(&self, operation: &Operation) -> Result<Vec<RefEdit>, SyncError> {
        let mut refs = Vec::new();
        for moved in &operation.refs {
            let is_remembered = operation.remembers_with_branch(moved);
            if !is_remembered && !moved.is_of_branches() {
                continue;
            }
            let name = RefName::new(&moved.name)?;
            let way = moved.read()?;
            let now = self.repo.commit_at(&name)?;
            if now == way.before {
                continue;
            }
            let branch = moved.branch();
            if let Some(branch) = &branch {
                self.refuse_used_elsewhere(branch)?;
                if now.is_none() {
                    self.refuse_in_the_way(branch)?;
                }
            }
            if now == way.after && !self.is_sent_set(operation, &name, way)? {
                refs.push(replace(name, now, way.before, "undo"));
            } else if let Some(branch) = branch {
                return Err(overtaken(operation, format!("the branch `{branch}` was moved since")));
            } else if !is_remembered {
                let set = self.as_before(ConflictSet::read(&self.repo, name)?, way)?;
                refs.extend(self.store_conflicts(&set, None)?);
            }
        }
        Ok(refs)
    }
}

impl Operation {
    /// Whether it did something to branches or files here, so that it can be taken back.
    pub fn can_be_undone(&self) -> bool {
        let has_moved = self.folder.is_some() || self.head.is_some();
        !NOT_UNDONE.contains(&self.kind.as_str())
            && (has_moved || self.refs.iter().any(RefMove::is_of_branches))
    }

    /// Which branch got which name, where that is what it did.
    fn renamed(&self) -> Option<(BranchName, BranchName)> {
        let of_branches = || self.refs.iter().filter(|moved| moved.name.starts_with(HEADS));
        let old = of_branches().find(|moved| moved.after.is_none())?;
        let new = of_branches().find(|moved| moved.before.is_none() && moved.after == old.before)?;
        Some((old.branch()?, new.branch()?))
    }

    /// What it did on a branch can be undone but there, and that it made a branch but elsewhere.
    fn refuse_on_other_branch(&self, on: &BranchName) -> Result<(), SyncError> {
        for moved in &self.refs {
            let Some(branch) = moved.branch().filter(|_| moved.after.is_some()) else { continue };
            let went_on = self.kind == "commit"
                || self.folder.is_some()
                || (moved.before.is_some() && moved.after.is_some());
            if went_on != (branch == *on) {
                return Err(elsewhere(self, on));
            }
        }
        Ok(())
    }

    fn moved(&self, name: &str) -> Result<Option<Move>, SyncError> {
        self.refs.iter().find(|moved| moved.name == name).map(RefMove::read).transpose()
    }
}

impl RefMove {
    fn is_of_branches(&self) -> bool {
        self.name.starts_with(HEADS) || OF_BRANCHES.iter().any(|prefix| self.name.starts_with(prefix))
    }

    /// The local branch that moved.
    fn branch(&self) -> Option<BranchName> {
        BranchName::new(self.name.strip_prefix(HEADS)?).ok()
    }

    fn read(&self) -> Result<Move, SyncError> {
        let parse = |id: &Option<String>| id.as_deref().map(parse).transpose();
        Ok(Move { before: parse(&self.before)?, after: parse(&self.after)? })
    }
}

fn went_back(undone: Operation, merge: MergeReport) -> UndoReport {
    UndoReport { undone, how: Undone::Back, is_published: false, merge, settled: Vec::new() }
}

fn parse(id: &str) -> Result<CommitId, SyncError> {
    let damaged = |_| SyncError::DamagedRecord {
        name: "refs/syncline/operations".to_owned(),
        reason: format!("`{id}` is no id"),
    };
    id.parse().map_err(damaged)
}

fn overtaken(operation: &Operation, reason: String) -> SyncError {
    SyncError::Overtaken { description: operation.description.clone(), reason }
}

fn elsewhere(operation: &Operation, on: &BranchName) -> SyncError {
    overtaken(operation, format!("the folder is on the branch `{on}` now"))
}

/// What the record says of an undo, and of the undo of an undo.
fn inverted(description: &str) -> String {
    if let Some(again) = description.strip_prefix("Undo: ") {
        return format!("Redo: {again}");
    }
    format!("Undo: {}", description.strip_prefix("Redo: ").unwrap_or(description))
}
