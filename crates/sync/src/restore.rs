//! Restore: chosen resources and files as they were in an old commit; a change of the draft like any other.

use std::collections::HashSet;

use syncline_format::RepoPath;
use syncline_merge::{Change, ChangeKind};
use syncline_repo::{Apply, Changed, CommitId, Entry, TreeChange, TreeId};

use crate::advance::{Advance, FolderGoes, InDraft};
use crate::draft::chosen::Sides;
use crate::draft::sort::Sorted;
use crate::formats::reading::Version;
use crate::workspace::OnBranch;
use crate::{FileDiff, RestoreReport, Selector, SyncError, Workspace};

/// What is to become as it was.
struct Restoring<'a> {
    /// As they were given, each with what it means.
    selectors: Vec<(&'a Selector, Vec<Selector>)>,
    /// Which of them have found something.
    found: Vec<bool>,
    puts: Vec<Apply>,
    diffs: Vec<FileDiff>,
    report: RestoreReport,
}

impl Workspace {
    /// Gives resources and files the state of an old commit, in the folder (in a bare repository in the draft).
    /// Refused where one of them has changes that are not committed; other uncommitted work stays. Local
    /// fields and what is not shared stay as they are here.
    pub fn restore(&mut self, revision: &str, selectors: &[Selector]) -> Result<RestoreReport, SyncError> {
        let _lock = self.begin()?;
        let on = self.on_branch()?;
        let head = on.commit.ok_or_else(|| SyncError::Unborn(on.name.to_string()))?;
        self.catch_up_draft(&on.name)?;
        let target = self.repo.tree_of(self.revision(revision)?)?;
        let draft = self.draft(Some(&on.name), on.commit, None, true)?;
        let now = draft.tree(self)?;
        let sorted = self.sort_draft(draft)?;
        let meant = selectors.iter().map(|selector| Ok((selector, self.by_id(selector, head)?)));
        let mut restoring = Restoring::of(meant.collect::<Result<_, SyncError>>()?);
        let unshared: HashSet<_> = sorted.unshared.iter().map(|(path, _)| path).collect();
        let committed = self.repo.tree_of(head)?;
        for change in self.repo.diff_trees(Some(now), Some(target), self.folder())? {
            if !unshared.contains(&change.path) && self.is_ours_to_restore(&change, committed)? {
                self.restore_file(change, &mut restoring)?;
            }
        }
        restoring.refuse_idle(revision)?;
        restoring.refuse_over_work(&sorted)?;
        self.write_restored(&on, head, revision, restoring)
    }

    /// A file that was never committed is not gone because an old commit has not got it.
    fn is_ours_to_restore(&self, change: &TreeChange, committed: TreeId) -> Result<bool, SyncError> {
        Ok(change.new.is_some() || self.repo.entry_at(committed, &change.path)?.is_some())
    }

    fn restore_file(&self, change: TreeChange, restoring: &mut Restoring<'_>) -> Result<(), SyncError> {
        let TreeChange { path, old, new } = change;
        let (now, then) = self.versions(&path, old, new)?;
        let changes =
            Self::differences_in(&self.format_of_draft([&path]), &path, now.as_ref(), then.as_ref()).changes;
        let sides = self.sides(&path, now.as_ref(), then.as_ref());
        let (is_whole, chosen) = restoring.choose(&path, &sides, changes);
        let put = if is_whole {
            new
        } else if chosen.is_empty() {
            return Ok(());
        } else {
            // Whether the file can be run is of no resource in it.
            let file = Changed { path: path.clone(), before: old, after: old };
            self.with_changes(&file, now.as_ref(), then.as_ref(), &chosen)?
        };
        let put = self.with_local_fields_of(&path, put, now.as_ref())?;
        if put == old {
            return Ok(());
        }
        if chosen.is_empty() {
            restoring.report.files.push(path.clone());
        }
        let chosen = if is_whole { chosen } else { self.changes_to(&path, now.as_ref(), old, put)? };
        restoring.diffs.push(FileDiff { path: path.clone(), changes: chosen, old: None, new: None });
        restoring.puts.push(Apply { path, expect: old, put });
        Ok(())
    }

    /// What is otherwise once it is written: a resource brings along what is in it.
    fn changes_to(
        &self,
        path: &RepoPath,
        now: Option<&Version>,
        old: Option<Entry>,
        put: Option<Entry>,
    ) -> Result<Vec<Change>, SyncError> {
        let (_, then) = self.versions(path, old, put)?;
        Ok(Self::differences_in(&self.format_of_draft([path]), path, now, then.as_ref()).changes)
    }

    fn write_restored(
        &self,
        on: &OnBranch,
        head: CommitId,
        revision: &str,
        restoring: Restoring<'_>,
    ) -> Result<RestoreReport, SyncError> {
        let Restoring { puts, diffs, mut report, .. } = restoring;
        report.changes = self.joined(diffs)?;
        if puts.is_empty() {
            return Ok(report);
        }
        let noun = if puts.len() == 1 { "file" } else { "files" };
        self.advance(Advance {
            kind: "restore",
            description: format!("Restore {} {noun} from {revision}", puts.len()),
            branch: &on.name,
            old: on.commit,
            new: Some(head),
            refs: Vec::new(),
            folder: FolderGoes::Along,
            in_draft: Some(InDraft::Write { files: puts, conflicts: Vec::new() }),
        })?;
        Ok(report)
    }
}

impl<'a> Restoring<'a> {
    fn of(selectors: Vec<(&'a Selector, Vec<Selector>)>) -> Self {
        let found = vec![false; selectors.len()];
        Self { selectors, found, puts: Vec::new(), diffs: Vec::new(), report: RestoreReport::default() }
    }

    /// Whether all of a file is meant, and which of its changes are.
    fn choose(&mut self, path: &RepoPath, sides: &Sides, changes: Vec<Change>) -> (bool, Vec<Change>) {
        let mut is_whole = false;
        let mut meant: Vec<&Change> = Vec::new();
        for ((_, selectors), found) in self.selectors.iter().zip(&mut self.found) {
            if selectors.iter().any(|selector| selector.matches_path(path)) {
                (is_whole, *found) = (true, true);
            }
            let of_these = sides.meant(&changes, selectors);
            *found |= !of_these.is_empty();
            meant.extend(of_these);
        }
        let chosen = sides.closed(&changes, &meant);
        let is_whole = is_whole || !changes.is_empty() && chosen.len() == changes.len();
        (is_whole, if is_whole { changes } else { chosen })
    }

    fn means(&self, change: &Change) -> bool {
        self.selectors.iter().flat_map(|(_, meant)| meant).any(|selector| selector.matches(change))
    }

    fn refuse_idle(&self, revision: &str) -> Result<(), SyncError> {
        let mut given = self.selectors.iter().zip(&self.found);
        let idle = given.find(|((given, _), found)| !**found && !given.is_everything());
        match idle {
            Some(((selector, _), _)) => Err(SyncError::NothingToRestore {
                selector: selector.text().to_owned(),
                revision: revision.to_owned(),
            }),
            None => Ok(()),
        }
    }

    /// Work that is not committed would be lost where it is in what is restored.
    fn refuse_over_work(&self, sorted: &Sorted) -> Result<(), SyncError> {
        let put: HashSet<_> = self.puts.iter().map(|put| &put.path).collect();
        let is_put = |path: &RepoPath| put.contains(path);
        let touched = sorted.content.iter().filter(|file| {
            let path = &file.changed.path;
            // What is only gone comes back, and nothing is lost with it.
            let is_work = |change: &Change| change.change != ChangeKind::Removed;
            is_put(path) && file.changes.iter().any(|change| is_work(change) && self.means(change))
        });
        let mut paths: Vec<_> = touched.map(|file| file.changed.path.clone()).collect();
        let problems = sorted.problems.iter().map(|problem| &problem.path);
        paths.extend(problems.filter(|path| is_put(path)).cloned());
        if paths.is_empty() { Ok(()) } else { Err(SyncError::Uncommitted(paths)) }
    }
}
