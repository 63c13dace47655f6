//! Back to the last commit.

use std::collections::{HashMap, HashSet};

use syncline_merge::Change;
use syncline_repo::{Apply, Changed, CommitId, Entry, TreeId};

use crate::advance::replace;
use crate::draft::sort::ChangedFile;
use crate::record::operation::FolderWay;
use crate::workspace::OnBranch;
use crate::{DiscardReport, FileDiff, Selector, SyncError, Workspace};

/// How often files that change under our hands are looked at again before the user is asked to wait.
const ROUNDS: usize = 5;

/// What is to be dropped of the draft as it is at one moment.
struct Dropping {
    draft: TreeId,
    files: Vec<DroppedFile>,
    /// Which of the selectors mean something that changed.
    met: Vec<bool>,
}

/// A file of which something is dropped.
struct DroppedFile {
    put: Apply,
    /// What of it is dropped, where that can be told.
    diff: Option<FileDiff>,
    /// Whether nothing of the draft is left in it.
    is_whole: bool,
    /// What the last commit has, and the index is to have where nothing of the draft is left.
    committed: Option<Entry>,
}

impl Workspace {
    /// Gives files and resources back the state of the last commit, but for the values of this machine, which no
    /// commit has. What is dropped is kept in the record of
    /// operations; of a file that is changed meanwhile what it was changed to, too.
    pub fn discard(&mut self, selectors: &[Selector]) -> Result<DiscardReport, SyncError> {
        let _lock = self.begin()?;
        let on = self.on_branch()?;
        self.catch_up_draft(&on.name)?;
        let mut dropping = self.dropping(&on, selectors)?;
        let mut idle = selectors.iter().zip(&dropping.met).filter(|(it, met)| !**met && !it.is_everything());
        if let Some((idle, _)) = idle.next() {
            return Err(SyncError::Unchanged(idle.text().to_owned()));
        }
        let (mut report, mut diffs, mut kept) = (DiscardReport::default(), Vec::new(), dropping.draft);
        for _ in 0..ROUNDS {
            if dropping.files.is_empty() {
                self.renew_overlays()?;
                report.changes = self.joined(diffs)?;
                return Ok(report);
            }
            let typed = dropping.files.iter().map(|file| (file.put.path.clone(), file.put.expect));
            kept = self.repo.edit_tree(Some(kept), &typed.collect::<Vec<_>>())?;
            report.kept = Some(self.keep_dropped(&on, kept, &dropping.files)?);
            let left = self.drop_once(&on, &mut dropping)?;
            report.add(&dropping.files);
            diffs.extend(dropping.files.into_iter().filter_map(|file| file.diff));
            dropping = if left == 0 {
                Dropping { draft: kept, files: Vec::new(), met: Vec::new() }
            } else {
                self.dropping(&on, selectors)?
            };
        }
        Err(SyncError::FolderKeepsChanging)
    }

    fn dropping(&self, on: &OnBranch, selectors: &[Selector]) -> Result<Dropping, SyncError> {
        let draft = self.draft(Some(&on.name), on.commit, None, true)?;
        let met = vec![false; selectors.len()];
        let mut dropping = Dropping { draft: draft.tree(self)?, files: Vec::new(), met };
        let changed = draft.changed.clone();
        let mut sorted = self.sort_draft(draft)?;
        self.name_parts(sorted.content.iter_mut().map(|file| (&file.changed.path, &mut file.changes)))?;
        let content: HashMap<_, _> = sorted.content.iter().map(|file| (&file.changed.path, file)).collect();
        let unshared: HashSet<_> = sorted.unshared.iter().map(|(path, _)| path).collect();
        for changed in changed {
            let file = content.get(&changed.path).copied();
            // What is not shared is no work on what is; it goes only where it is named itself.
            let is_unshared = unshared.contains(&changed.path);
            let is_meant = |selector: &Selector| {
                selector.path() == Some(&changed.path) || !is_unshared && selector.matches_path(&changed.path)
            };
            for (selector, met) in selectors.iter().zip(&mut dropping.met) {
                *met |= is_meant(selector) || file.is_some_and(|file| file.is_meant_by(self, selector));
            }
            if selectors.iter().any(is_meant) {
                let put = self.with_own_values(&changed, changed.before)?;
                // What differs in nothing but values of this machine is as it should be.
                if put == changed.after {
                    continue;
                }
                let diff = file.cloned().map(FileDiff::from);
                let put = Apply { path: changed.path, expect: changed.after, put };
                dropping.files.push(DroppedFile { put, diff, is_whole: true, committed: changed.before });
            } else if let Some(file) = file {
                dropping.files.extend(self.dropped_resources(file, selectors)?);
            }
        }
        Ok(dropping)
    }

    /// A file of which some resources are dropped; `None` where none is meant.
    fn dropped_resources(
        &self,
        file: &ChangedFile,
        selectors: &[Selector],
    ) -> Result<Option<DroppedFile>, SyncError> {
        let ChangedFile { changed, old, new, .. } = file;
        let (path, old, new) = (&changed.path, old.as_ref(), new.as_ref());
        let meant = self.sides(path, old, new).meant(&file.changes, selectors);
        if meant.is_empty() {
            return Ok(None);
        }
        let mut back = self.differences_of(path, new, old).changes;
        self.name_parts([(path, &mut back)].into_iter())?;
        let undoes = |change: &&Change| meant.iter().any(|one| is_way_back(one, change));
        let back = self.sides(path, new, old).closed(&back, &back.iter().filter(undoes).collect::<Vec<_>>());
        let is_whole = back.len() == file.changes.len();
        let put = if is_whole {
            changed.before
        } else {
            let from = Changed { path: path.clone(), before: changed.after, after: changed.before };
            self.with_changes(&from, new, old, &back)?
        };
        let put = self.with_own_values(changed, put)?;
        let dropped: Vec<Change> =
            file.changes.iter().filter(|it| back.iter().any(|one| is_way_back(it, one))).cloned().collect();
        let diff = FileDiff { path: path.clone(), changes: dropped, old: None, new: None };
        let put = Apply { path: path.clone(), expect: changed.after, put };
        Ok(Some(DroppedFile { put, diff: Some(diff), is_whole, committed: changed.before }))
    }

    /// What a changed file is to become, with the values that this machine has there.
    fn with_own_values(&self, changed: &Changed, put: Option<Entry>) -> Result<Option<Entry>, SyncError> {
        let here = self.version(&changed.path, changed.after, true)?;
        self.with_local_fields_of(&changed.path, put, here.as_ref())
    }

    /// Keeps what is about to be dropped in the record of operations: with the shared values, for by the time it is
    /// wanted again other overlays may count.
    fn keep_dropped(
        &self,
        on: &OnBranch,
        tree: TreeId,
        files: &[DroppedFile],
    ) -> Result<CommitId, SyncError> {
        let head = self.tree_of(on.commit)?;
        let tree = self.without_overlays(tree, head, (&on.name, head))?;
        let puts = files.iter().map(|file| (file.put.path.clone(), file.put.put));
        let after = self.repo.edit_tree(Some(tree), &puts.collect::<Vec<_>>())?;
        let before = self.keep_draft(tree, on.commit)?;
        let folder = FolderWay { before, after: self.keep_draft(after, on.commit)? };
        let noun = if files.len() == 1 { "file" } else { "files" };
        let description = format!("Discard changes of {} {noun}", files.len());
        self.finish("discard", &description, Vec::new(), Some(folder))?;
        Ok(before)
    }

    /// Writes the files, and the index with them. Those that were changed meanwhile are left out of the list;
    /// gives how many these are.
    fn drop_once(&self, on: &OnBranch, dropping: &mut Dropping) -> Result<usize, SyncError> {
        if self.repo.work_tree().is_none() {
            self.drop_of_stored(on, dropping)?;
            self.settle_dropped(on, dropping)?;
            return Ok(0);
        }
        let puts: Vec<_> = dropping.files.iter().map(|file| file.put.clone()).collect();
        let applied = self.repo.apply(&puts)?;
        dropping.files.retain(|file| applied.done.binary_search(&file.put.path).is_ok());
        let whole = dropping.files.iter().filter(|file| file.is_whole);
        let index: Vec<_> = whole.map(|file| (file.put.path.clone(), file.committed)).collect();
        self.repo.update_index(&index)?;
        self.settle_dropped(on, dropping)?;
        match applied.failed.into_iter().next() {
            Some((_, error)) => Err(error.into()),
            None => Ok(applied.changed_meanwhile.len()),
        }
    }

    /// Takes it out of the draft that a bare repository keeps; the lock is held, so nobody else changes that.
    fn drop_of_stored(&self, on: &OnBranch, dropping: &Dropping) -> Result<(), SyncError> {
        let name = self.draft_ref(&on.name)?;
        let stored = self.repo.commit_at(&name)?;
        let tree = dropping.left(self)?;
        let is_empty = self.tree_of(on.commit)? == Some(tree);
        let left = (!is_empty).then(|| self.keep_draft(tree, on.commit)).transpose()?;
        self.move_refs(&[replace(name, stored, left, "discarded")])
    }

    /// What was held against work that is gone is held no more.
    fn settle_dropped(&self, on: &OnBranch, dropping: &Dropping) -> Result<(), SyncError> {
        let mut held = self.draft_conflicts(&on.name)?;
        if held.len() == 0 {
            return Ok(());
        }
        let now = dropping.left(self)?;
        self.settle_changed_tree(&mut held, &[Some(dropping.draft)], now)?;
        let refs = self.store_conflicts(&held, None)?;
        self.move_refs(&refs)
    }
}

impl Dropping {
    /// The draft without what is dropped.
    fn left(&self, workspace: &Workspace) -> Result<TreeId, SyncError> {
        let puts: Vec<_> = self.files.iter().map(|file| (file.put.path.clone(), file.put.put)).collect();
        Ok(workspace.repo.edit_tree(Some(self.draft), &puts)?)
    }
}

/// Whether a change of what is here into what was committed takes back the other way round.
fn is_way_back(change: &Change, back: &Change) -> bool {
    let place = |change: &Change| change.old_at.clone().unwrap_or_else(|| change.at.clone());
    change.kind == back.kind
        && match (&change.id, &back.id) {
            (Some(id), Some(other)) => id == other,
            (None, None) => place(change) == back.at || change.at == place(back),
            _ => false,
        }
}

impl DiscardReport {
    fn add(&mut self, files: &[DroppedFile]) {
        for file in files {
            match file.put.put {
                None => self.removed.push(file.put.path.clone()),
                Some(_) if file.diff.is_none() => self.restored.push(file.put.path.clone()),
                Some(_) => {}
            }
        }
    }
}
