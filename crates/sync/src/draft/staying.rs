//! What stays in the folder though it leaves the repository: the files that are not shared. What others do to such
//! a file is none of its business, nor is what is settled about it.

use std::collections::{BTreeMap, HashSet};

use syncline_format::{RepoPath, Unshared};
use syncline_repo::{Changed, TreeId};

use crate::draft::Draft;
use crate::merging::TreeMerge;
use crate::{SyncError, Workspace};

impl Workspace {
    /// The folder on its way from `before`, with the files that are not shared and would go from it, as they were.
    /// Nothing is in conflict with those. `target` is the tree that the folder is based on then.
    pub(crate) fn with_what_stays(
        &self,
        draft: &Draft,
        before: TreeId,
        target: TreeId,
        mut after: TreeMerge,
    ) -> Result<TreeMerge, SyncError> {
        let staying = self.staying(draft, before, [(draft.base, target), (Some(before), after.tree)])?;
        if staying.is_empty() {
            return Ok(after);
        }
        let paths: HashSet<&RepoPath> = staying.iter().map(|stays| &stays.path).collect();
        after.conflicts.retain(|conflict| !paths.contains(&conflict.path));
        let mut edits = Vec::new();
        for stays in staying {
            // The merge, or what was settled beside, may have kept it already.
            if !self.is_taken(after.tree, &stays.path)? {
                edits.push((stays.path, stays.after));
            }
        }
        after.tree = self.repo.edit_tree(Some(after.tree), &edits)?;
        Ok(after)
    }

    /// Whether a tree has something where a file is to be, or a file where a folder around it is to be: to put the one
    /// there would take out the other, which is shared.
    fn is_taken(&self, tree: TreeId, path: &RepoPath) -> Result<bool, SyncError> {
        let mut around = Some(path.clone());
        while let Some(at) = around {
            if self.repo.entry_at(tree, &at)?.is_some() {
                return Ok(true);
            }
            around = at.parent();
        }
        Ok(self.repo.folder_at(tree, path)?.is_some())
    }

    /// The files that are gone at the end of one of the ways, are in the folder, and are not shared.
    fn staying(
        &self,
        draft: &Draft,
        before: TreeId,
        ways: [(Option<TreeId>, TreeId); 2],
    ) -> Result<Vec<Changed>, SyncError> {
        let mut gone: BTreeMap<RepoPath, Changed> = BTreeMap::new();
        for (from, to) in ways {
            for change in self.repo.diff_trees(from, Some(to), self.folder())? {
                if change.new.is_some() || gone.contains_key(&change.path) {
                    continue;
                }
                let after = self.repo.entry_at(before, &change.path)?;
                let path = change.path.clone();
                gone.insert(change.path, Changed { path, before: change.old, after });
            }
        }
        let mut gone: Vec<_> = gone.into_values().filter(|gone| gone.after.is_some()).collect();
        if gone.is_empty() {
            return Ok(gone);
        }
        let unshared = self.surely_unshared(draft, &gone)?;
        gone.retain(|gone| unshared.contains(&gone.path));
        Ok(gone)
    }

    /// Those of some files that something says are not shared. Where nobody knows, they go as any other.
    fn surely_unshared(&self, draft: &Draft, files: &[Changed]) -> Result<HashSet<RepoPath>, SyncError> {
        let paths: HashSet<&RepoPath> = files.iter().map(|file| &file.path).collect();
        let others = draft.changed.iter().filter(|changed| !paths.contains(&changed.path));
        let all = Draft { changed: files.iter().chain(others).cloned().collect(), ..draft.clone() };
        let refused = self.refused(&all)?;
        let is_unshared = |path: &RepoPath| {
            let why = self.format().unshared(path).or_else(|| refused.get(path).cloned());
            matches!(why, Some(Unshared::Local | Unshared::Category(_) | Unshared::Setting { .. }))
        };
        Ok(paths.into_iter().filter(|path| is_unshared(path)).cloned().collect())
    }
}
