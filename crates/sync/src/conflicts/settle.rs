//! Settling conflicts by a value that is taken.

use std::collections::BTreeSet;

use syncline_merge::{Conflict, ConflictId, Place};
use syncline_repo::{BranchName, CommitHooks, CommitId, RefEdit, TreeId};

use crate::advance::{Advance, FolderGoes, InDraft, replace};
use crate::conflicts::ConflictSet;
use crate::conflicts::follow::Fate;
use crate::conflicts::lookup::Documents;
use crate::{Held, ResolveReport, SyncError, Take, Workspace};

impl Workspace {
    /// What is held on the branch, by path and field.
    pub fn conflicts(&self) -> Result<Vec<Held>, SyncError> {
        let head = self.repo.head()?;
        let Some(branch) = self.merged_branch()? else { return Ok(Vec::new()) };
        let tree = self.tree_of(head.commit())?;
        let mut documents = Documents::new(self);
        let mut listed = Vec::new();
        for (set, is_draft) in
            [(self.held_with_gits(&branch)?, false), (self.draft_conflicts(&branch)?, true)]
        {
            for (id, conflict) in set.iter() {
                listed.push(Held { id: id.clone(), conflict: conflict.clone(), is_draft });
            }
        }
        listed.sort_by(|a, b| a.conflict.path.cmp(&b.conflict.path));
        for held in &mut listed {
            held.conflict = self.placed_now(&held.conflict, tree, &mut documents)?;
        }
        listed.sort_by(|a, b| {
            (&a.conflict.path, &a.conflict.field, &a.id).cmp(&(&b.conflict.path, &b.conflict.field, &b.id))
        });
        Ok(listed)
    }

    /// The id that begins with these digits.
    pub fn find_conflict(&self, prefix: &str) -> Result<ConflictId, SyncError> {
        let held = self.conflicts()?;
        let mut found = held.iter().filter(|held| held.id.as_str().starts_with(prefix)).map(|held| &held.id);
        let first = found.next().ok_or_else(|| SyncError::UnknownConflict(prefix.to_owned()))?;
        // Between commits and in uncommitted work the same may be held.
        if prefix.is_empty() || found.any(|id| id != first) {
            return Err(SyncError::AmbiguousConflict(prefix.to_owned()));
        }
        Ok(first.clone())
    }

    /// Settles conflicts by an ordinary commit; work that is not committed stays.
    pub fn resolve(&mut self, ids: &[ConflictId], take: &Take) -> Result<ResolveReport, SyncError> {
        let _lock = self.begin()?;
        let on = self.on_branch()?;
        let old = on.commit.ok_or_else(|| SyncError::Unborn(on.name.to_string()))?;
        let all = self.conflicts()?;
        let mut settled = Vec::new();
        for id in ids.iter().collect::<BTreeSet<_>>() {
            let before = settled.len();
            settled.extend(all.iter().filter(|held| held.id == *id).cloned());
            if settled.len() == before {
                return Err(SyncError::UnknownConflict(id.to_string()));
            }
        }
        self.add_rest_of_resources(&all, &mut settled, take);
        let single = settled.iter().filter(|held| *take == Take::Both && !held.takes_both());
        let single: Vec<_> = single.map(|held| held.id.clone()).collect();
        if !single.is_empty() {
            return Err(SyncError::BothOnScalar(single));
        }
        let (of_work, of_commits): (Vec<&Held>, Vec<&Held>) = settled.iter().partition(|held| held.is_draft);
        let has_work = !of_work.is_empty();
        let of_work = InDraft::Settle {
            ids: of_work.iter().map(|held| held.id.clone()).collect(),
            conflicts: last_first(of_work),
            take,
        };
        let of_commits = last_first(of_commits);
        let was = self.repo.tree_of(old)?;
        let tree = of_commits.iter().try_fold(was, |tree, conflict| self.take(tree, conflict, take))?;
        let description = describe(&settled);
        let commit = if tree == was { None } else { Some(self.settling_commit(tree, old, &description)?) };
        let ids: Vec<_> = settled.iter().map(|held| held.id.clone()).collect();
        let mut refs = self.without(&ids, &on.name, (old, commit))?;
        if let Some(new) = commit {
            let message = format!("resolve: {description}");
            refs.insert(0, replace(on.name.ref_name(), Some(old), Some(new), &message));
        }
        if commit.is_none() && !has_work {
            self.finish("resolve", &description, refs, None)?;
        } else {
            self.advance(Advance {
                kind: "resolve",
                description,
                branch: &on.name,
                old: Some(old),
                new: Some(commit.unwrap_or(old)),
                refs,
                folder: FolderGoes::Along,
                in_draft: Some(of_work),
            })?;
        }
        if commit.is_some() {
            self.repo.run_post_commit();
        }
        // With what the commit met in uncommitted work.
        let left =
            ConflictSet::of_branch(&self.repo, &on.name)?.len() + self.draft_conflicts(&on.name)?.len();
        Ok(ResolveReport { settled, commit, left })
    }

    /// Adds what is held of the other files of resources that one side removed: half of one is of no use.
    fn add_rest_of_resources(&self, all: &[Held], settled: &mut Vec<Held>, take: &Take) {
        if !self.format().has_parts() || matches!(take, Take::Both | Take::Value(_)) {
            return;
        }
        let whole = |held: &Held| {
            let conflict = &held.conflict;
            let removed = (conflict.ours.is_none(), conflict.theirs.is_none());
            let resource = conflict.resource.as_ref().and_then(|resource| resource.id.clone());
            let id = self.format().part_of(&conflict.path).or(resource)?;
            let is_of_file = conflict.place == Place::File && removed.0 != removed.1;
            is_of_file.then(|| (conflict.path.parent(), id, removed, held.is_draft))
        };
        let wholes: Vec<_> = settled.iter().filter_map(whole).collect();
        let is_rest = |held: &&Held| whole(held).is_some_and(|it| wholes.contains(&it));
        let known: BTreeSet<_> = settled.iter().map(|held| held.id.clone()).collect();
        let rest = all.iter().filter(is_rest).filter(|held| !known.contains(&held.id));
        settled.extend(rest.cloned());
    }

    /// The edits that settle conflicts of the branch; others follow what the commit moved.
    fn without(
        &self,
        ids: &[ConflictId],
        branch: &BranchName,
        (old, new): (CommitId, Option<CommitId>),
    ) -> Result<Vec<RefEdit>, SyncError> {
        let mut of_branch = ConflictSet::of_branch(&self.repo, branch)?;
        self.settle_by(&mut of_branch, ids, (old, new))?;
        self.store_conflicts(&of_branch, None)
    }

    /// Takes conflicts out of a set that were settled, by a commit where there is one. Nobody has decided on what
    /// else is held of the same fields: that is held against what was taken.
    pub(crate) fn settle_by(
        &self,
        set: &mut ConflictSet,
        ids: &[ConflictId],
        (old, new): (CommitId, Option<CommitId>),
    ) -> Result<(), SyncError> {
        for id in ids {
            set.settle(id);
        }
        let Some(new) = new else { return Ok(()) };
        let before = set.clone();
        let changed = self.settle_changed(set, &[Some(old)], new)?;
        let changed: Vec<_> = changed.iter().filter_map(|id| before.get(id).cloned()).collect();
        let fates = self.fates(&changed, &[Some(self.repo.tree_of(old)?)], self.repo.tree_of(new)?)?;
        for fate in fates {
            if let Fate::Changed(now) = fate {
                let mut now = [*now];
                self.tell_of_kept(&mut now, new, old)?;
                set.hold(now);
            }
        }
        Ok(())
    }

    /// An ordinary commit, for which the user's hooks run.
    pub(crate) fn settling_commit(
        &self,
        tree: TreeId,
        parent: CommitId,
        message: &str,
    ) -> Result<CommitId, SyncError> {
        let CommitHooks { tree, message } = self.repo.run_commit_hooks(tree, message, &self.author()?)?;
        self.commit_as_user(tree, vec![parent], message)
    }
}

/// The conflicts from the end of each file to its beginning, so that an item that goes moves none that is still
/// to be settled; where a file is comes last, for the others are looked for where it was.
fn last_first(held: Vec<&Held>) -> Vec<Conflict> {
    let mut conflicts: Vec<_> = held.into_iter().map(|held| held.conflict.clone()).collect();
    conflicts.sort_by(|a, b| (&b.path, &b.field).cmp(&(&a.path, &a.field)));
    conflicts.sort_by_key(|conflict| conflict.place == Place::Path);
    conflicts
}

fn describe(settled: &[Held]) -> String {
    let [one] = settled else { return format!("Settle {} conflicts", settled.len()) };
    let (what, field) = match &one.conflict.resource {
        Some(resource) => (format!("{} {}", resource.kind, resource.name), &resource.field),
        None => (one.conflict.path.to_string(), &one.conflict.field),
    };
    if field.parts().is_empty() { format!("Settle {what}") } else { format!("Settle {field} of {what}") }
}
