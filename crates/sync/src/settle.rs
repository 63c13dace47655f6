//! Settling conflicts by a value that is taken.

use syncline_merge::ConflictId;
use syncline_repo::{CommitId, NewCommit, TreeId};

use crate::advance::{Advance, replace};
use crate::conflicts::ConflictSet;
use crate::lookup::Documents;
use crate::{Held, ResolveReport, SyncError, Take, Workspace};

impl Workspace {
    /// What is held on the branch, by path and field.
    pub fn conflicts(&self) -> Result<Vec<Held>, SyncError> {
        let head = self.repo.head()?;
        let Some(branch) = head.branch() else { return Ok(Vec::new()) };
        let tree = self.tree_of(head.commit())?;
        let mut documents = Documents::new(self);
        let mut listed = Vec::new();
        for (set, is_draft) in
            [(ConflictSet::of_branch(&self.repo, branch)?, false), (self.draft_conflicts(branch)?, true)]
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
        match (found.next(), found.next()) {
            (Some(id), None) if !prefix.is_empty() => Ok(id.clone()),
            (Some(_), _) => Err(SyncError::AmbiguousConflict(prefix.to_owned())),
            (None, _) => Err(SyncError::UnknownConflict(prefix.to_owned())),
        }
    }

    /// Settles conflicts by an ordinary commit; work that is not committed stays.
    pub fn resolve(&mut self, ids: &[ConflictId], take: &Take) -> Result<ResolveReport, SyncError> {
        let _lock = self.begin()?;
        let on = self.on_branch()?;
        let old = on.commit.ok_or_else(|| SyncError::Unborn(on.name.to_string()))?;
        let all = self.conflicts()?;
        let mut settled = Vec::new();
        for id in ids {
            let held = all.iter().find(|held| held.id == *id);
            settled.push(held.cloned().ok_or_else(|| SyncError::UnknownConflict(id.to_string()))?);
        }
        let single = settled.iter().filter(|held| *take == Take::Both && !held.takes_both());
        let single: Vec<_> = single.map(|held| held.id.clone()).collect();
        if !single.is_empty() {
            return Err(SyncError::BothOnScalar(single));
        }
        let (of_work, of_commits): (Vec<_>, Vec<_>) = settled.iter().partition(|held| held.is_draft);
        let mut tree = self.repo.tree_of(old)?;
        for held in of_commits {
            tree = self.take(tree, &held.conflict, take)?;
        }
        let of_work: Vec<_> = of_work.into_iter().map(|held| held.conflict.clone()).collect();
        let mut of_branch = ConflictSet::of_branch(&self.repo, &on.name)?;
        let mut of_draft = self.draft_conflicts(&on.name)?;
        for id in ids {
            of_branch.settle(id);
            of_draft.settle(id);
        }
        let mut refs = self.store_conflicts(&of_branch, None)?;
        refs.extend(self.store_conflicts(&of_draft, None)?);
        let left = of_branch.len() + of_draft.len();
        let description = describe(&settled);
        let mut commit = None;
        if tree != self.repo.tree_of(old)? {
            let new = self.settling_commit(tree, old, &description)?;
            let message = format!("resolve: {description}");
            refs.insert(0, replace(on.name.ref_name(), Some(old), Some(new), &message));
            commit = Some(new);
        }
        if commit.is_none() && of_work.is_empty() {
            self.finish("resolve", &description, refs, Vec::new())?;
            return Ok(ResolveReport { settled, commit, left });
        }
        self.advance(Advance {
            kind: "resolve",
            description,
            branch: &on.name,
            old: Some(old),
            new: commit.unwrap_or(old),
            refs,
            in_draft: Some((&of_work, take)),
        })?;
        Ok(ResolveReport { settled, commit, left })
    }

    fn settling_commit(&self, tree: TreeId, parent: CommitId, message: &str) -> Result<CommitId, SyncError> {
        let author = self.author()?;
        let committer = self.committer().unwrap_or_else(|| author.clone());
        let message = message.to_owned();
        Ok(self.repo.commit(&NewCommit { tree, parents: vec![parent], author, committer, message })?)
    }
}

fn describe(settled: &[Held]) -> String {
    let [one] = settled else { return format!("Settle {} conflicts", settled.len()) };
    let (what, field) = match &one.conflict.resource {
        Some(resource) => (format!("{} {}", resource.kind, resource.name), &resource.field),
        None => (one.conflict.path.to_string(), &one.conflict.field),
    };
    if field.parts().is_empty() { format!("Settle {what}") } else { format!("Settle {field} of {what}") }
}
