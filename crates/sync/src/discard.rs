//! Back to the last commit.

use syncline_format::RepoPath;
use syncline_merge::Change;
use syncline_repo::{Apply, BranchName, Entry, TreeId};

use crate::record::signature;
use crate::sort::ChangedFile;
use crate::{DiscardReport, FileDiff, Selector, SyncError, Workspace};

impl Workspace {
    /// Gives files and resources back the state of the last commit. What is dropped is kept in the record of
    /// operations.
    pub fn discard(&mut self, selectors: &[Selector]) -> Result<DiscardReport, SyncError> {
        let _lock = self.begin()?;
        let on = self.on_branch()?;
        let draft = self.draft(Some(&on.name), on.commit, None, true)?;
        let draft_tree = draft.tree(self)?;
        let whole: Vec<_> = draft.changed.clone();
        let sorted = self.sort_draft(draft)?;
        let (mut puts, mut dropped) = (Vec::new(), Vec::new());
        for selector in selectors {
            let by_path = whole.iter().any(|changed| selector.matches_path(&changed.path));
            let by_change =
                sorted.content.iter().any(|file| file.changes.iter().any(|one| selector.matches(one)));
            if !selector.is_everything() && !by_path && !by_change {
                return Err(SyncError::Unchanged(selector.text().to_owned()));
            }
        }
        for changed in
            whole.iter().filter(|changed| selectors.iter().any(|one| one.matches_path(&changed.path)))
        {
            let file = sorted.content.iter().find(|file| file.changed.path == changed.path);
            dropped.extend(file.cloned().map(FileDiff::from));
            puts.push(Apply { path: changed.path.clone(), expect: changed.after, put: changed.before });
        }
        for file in &sorted.content {
            if !puts.iter().any(|put| put.path == file.changed.path) {
                self.discard_resources(file, selectors, &mut puts, &mut dropped)?;
            }
        }
        if puts.is_empty() {
            return Ok(DiscardReport::default());
        }
        let kept = self.keep_draft(draft_tree, on.commit)?;
        let files = if puts.len() == 1 { "file" } else { "files" };
        let description = format!("Discard changes of {} {files}", puts.len());
        self.finish("discard", &description, Vec::new(), vec![kept])?;
        let report = self.repo.apply(&puts)?;
        if let Some((_, error)) = report.failed.into_iter().next() {
            return Err(error.into());
        }
        if !report.changed_meanwhile.is_empty() {
            return Err(SyncError::FolderKeepsChanging);
        }
        let back: Vec<(RepoPath, Option<Entry>)> = puts
            .iter()
            .filter(|put| whole.iter().any(|changed| changed.path == put.path && changed.before == put.put))
            .map(|put| (put.path.clone(), put.put))
            .collect();
        self.repo.update_index(&back)?;
        self.settle_discarded(&on.name, draft_tree, &puts)?;
        let told = |put: &&Apply| dropped.iter().any(|file| file.path == put.path);
        let restored = puts.iter().filter(|put| put.put.is_some() && !told(put));
        Ok(DiscardReport {
            removed: puts.iter().filter(|put| put.put.is_none()).map(|put| put.path.clone()).collect(),
            restored: restored.map(|put| put.path.clone()).collect(),
            kept: Some(kept),
            changes: self.joined(dropped)?,
        })
    }

    /// What was held against work that is gone is held no more.
    fn settle_discarded(&self, branch: &BranchName, draft: TreeId, puts: &[Apply]) -> Result<(), SyncError> {
        let mut held = self.draft_conflicts(branch)?;
        if held.len() == 0 {
            return Ok(());
        }
        let edits: Vec<_> = puts.iter().map(|put| (put.path.clone(), put.put)).collect();
        let now = self.repo.edit_tree(Some(draft), &edits)?;
        self.settle_changed_tree(&mut held, &[Some(draft)], now)?;
        let refs = self.store_conflicts(&held, None)?;
        Ok(self.repo.update_refs(&refs, &signature(self.environment.clock.now()))?)
    }

    fn discard_resources(
        &self,
        file: &ChangedFile,
        selectors: &[Selector],
        puts: &mut Vec<Apply>,
        dropped: &mut Vec<FileDiff>,
    ) -> Result<(), SyncError> {
        let is_meant = |change: &Change| selectors.iter().any(|selector| selector.matches(change));
        let (drop, keep): (Vec<_>, Vec<_>) = file.changes.iter().cloned().partition(is_meant);
        if drop.is_empty() {
            return Ok(());
        }
        let put = if keep.is_empty() {
            file.changed.before
        } else {
            self.with_changes(&file.changed, file.old.as_ref(), file.new.as_ref(), &keep)?
        };
        puts.push(Apply { path: file.changed.path.clone(), expect: file.changed.after, put });
        dropped.push(FileDiff { path: file.changed.path.clone(), changes: drop, old: None, new: None });
        Ok(())
    }
}
