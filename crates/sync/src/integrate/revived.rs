//! Resources that were removed, and that both sides of a merge have again.
//!
//! Two who merge one removal, each with a change of their own, both keep the resource, and each where they have it.
//! What they both grew from has it no more: it would pass for two new ones, and would be there twice.

use std::collections::{BTreeSet, HashMap, HashSet};

use syncline_format::RepoPath;
use syncline_repo::{Commit, CommitId, Entry, TreeChange, TreeId};

use crate::formats::reading::Reading;
use crate::merging::Merging;
use crate::{SyncError, Workspace};

/// So many commits are looked at, and so many files in each. Where there are more a resource is there twice, and
/// nothing is lost.
const LOOKED_AT: usize = 1_000;

/// Kind and id of a resource.
type Identity = (String, String);

/// Resources, and the files that they are in.
type Places = HashMap<Identity, RepoPath>;

impl Workspace {
    /// What two commits grew from, with the resources that were removed in it and that both have again: each where it
    /// was and as it was before that.
    pub(super) fn with_revived(
        &self,
        base: TreeId,
        ours: CommitId,
        theirs: CommitId,
    ) -> Result<TreeId, SyncError> {
        // Only a merge has again what was removed in what it grew from.
        if !self.has_merge(ours, theirs)? || !self.has_merge(theirs, ours)? {
            return Ok(base);
        }
        let trees = [base, self.repo.tree_of(ours)?, self.repo.tree_of(theirs)?];
        let [own, others] = [self.new_in(base, trees[1])?, self.new_in(base, trees[2])?];
        let both: BTreeSet<_> = own.keys().filter(|one| others.contains_key(*one)).cloned().collect();
        if both.is_empty() {
            return Ok(base);
        }
        let mut with_revived = base;
        for (commit, path, identity) in self.removals(&self.repo.merge_bases(ours, theirs)?, both)? {
            let places = [None, own.get(&identity), others.get(&identity)];
            if self.is_free(&commit, &path, trees, places)? {
                with_revived = self.without_removal(with_revived, &commit, path)?;
            }
        }
        Ok(with_revived)
    }

    /// Whether one of the last commits that `tip` has and `other` has not is a merge.
    fn has_merge(&self, tip: CommitId, other: CommitId) -> Result<bool, SyncError> {
        for commit in self.repo.history(&[tip], &[other])?.take(LOOKED_AT) {
            if commit?.parents.len() > 1 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn new_in(&self, base: TreeId, tree: TreeId) -> Result<Places, SyncError> {
        let changes = self.repo.diff_trees(Some(base), Some(tree), self.folder())?;
        Ok(self.new_and_gone(changes)?.0)
    }

    /// Which resources are new after some changes, and which are gone; not those that went to another file.
    fn new_and_gone(&self, changes: Vec<TreeChange>) -> Result<(Places, Places), SyncError> {
        let (mut new, mut gone) = (Places::new(), Places::new());
        if changes.len() > LOOKED_AT {
            return Ok((new, gone));
        }
        for TreeChange { path, old, new: now } in changes {
            let (before, after) = (self.identities(&path, old)?, self.identities(&path, now)?);
            new.extend(after.difference(&before).map(|one| (one.clone(), path.clone())));
            gone.extend(before.difference(&after).map(|one| (one.clone(), path.clone())));
        }
        let moved: Vec<_> = new.keys().filter(|one| gone.contains_key(*one)).cloned().collect();
        for one in moved {
            new.remove(&one);
            gone.remove(&one);
        }
        Ok((new, gone))
    }

    fn identities(&self, path: &RepoPath, entry: Option<Entry>) -> Result<HashSet<Identity>, SyncError> {
        let version = self.version(path, entry, false)?;
        let Some(Reading::Document(document)) = version.map(|version| version.reading) else {
            return Ok(HashSet::new());
        };
        let resources = self.format().resources(path, &document).into_iter();
        Ok(resources.filter_map(|resource| Some((resource.kind, resource.id?))).collect())
    }

    /// Where in a history resources were removed: the commit, and the file that each was in.
    fn removals(
        &self,
        tips: &[CommitId],
        mut wanted: BTreeSet<Identity>,
    ) -> Result<Vec<(Commit, RepoPath, Identity)>, SyncError> {
        let mut removals = Vec::new();
        for commit in self.repo.history(tips, &[])?.take(LOOKED_AT) {
            if wanted.is_empty() {
                break;
            }
            let commit = commit?;
            let Some(parent) = commit.parents.first() else { continue };
            let before = self.repo.tree_of(*parent)?;
            let changes = self.repo.diff_trees(Some(before), Some(commit.tree), self.folder())?;
            let (_, gone) = self.new_and_gone(changes)?;
            for (identity, path) in gone {
                if wanted.remove(&identity) {
                    removals.push((commit.clone(), path, identity));
                }
            }
        }
        Ok(removals)
    }

    /// Whether a file that a commit removed may come back in each of some trees: another one that is there now would be
    /// merged with it.
    fn is_free(
        &self,
        commit: &Commit,
        path: &RepoPath,
        trees: [TreeId; 3],
        places: [Option<&RepoPath>; 3],
    ) -> Result<bool, SyncError> {
        if self.repo.entry_at(commit.tree, path)?.is_some() {
            return Ok(true);
        }
        for (tree, place) in trees.into_iter().zip(places) {
            if place != Some(path) && self.repo.entry_at(tree, path)?.is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A tree with what a commit took out of one file put back. What else that commit did to the file is taken back
    /// with it; both sides of the merge have that, so that it is no change of either.
    fn without_removal(&self, tree: TreeId, commit: &Commit, path: RepoPath) -> Result<TreeId, SyncError> {
        let before = self.tree_of(commit.parents.first().copied())?;
        let only = |tree: Option<TreeId>| -> Result<TreeId, SyncError> {
            let entry = tree.map(|tree| self.repo.entry_at(tree, &path)).transpose()?.flatten();
            Ok(self.repo.edit_tree(None, &[(path.clone(), entry)])?)
        };
        let after = only(Some(commit.tree))?;
        let merged = self.merge_trees(Some(after), only(Some(tree))?, only(before)?, Merging::Undecided)?;
        let entry = self.repo.entry_at(merged.tree, &path)?;
        Ok(self.repo.edit_tree(Some(tree), &[(path, entry)])?)
    }
}
