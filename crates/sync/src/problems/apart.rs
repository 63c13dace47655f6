//! Taking files with git's conflict markers apart: both sides are merged by fields, and what is in conflict is held
//! as of any merge. The text with the markers stays in the history.

use syncline_format::RepoPath;
use syncline_merge::{Conflict, Side};
use syncline_repo::{Apply, Changed, CommitId, Entry, RefEdit, TreeId};

use crate::advance::{Advance, FolderGoes, InDraft, replace};
use crate::conflicts::ConflictSet;
use crate::merging::{Merging, TreeMerge};
use crate::problems::marked::MarkedFile;
use crate::workspace::OnBranch;
use crate::{Held, ProblemPlace, Selector, SyncError, TakeApartReport, Workspace};

impl Workspace {
    /// Takes files with markers apart: those of the last commit by an ordinary commit, those that are only in the
    /// folder as work that is not committed. Nothing is changed where one of them cannot be taken apart.
    pub fn take_apart(&mut self, selectors: &[Selector]) -> Result<TakeApartReport, SyncError> {
        let _lock = self.begin()?;
        let on = self.on_branch()?;
        self.catch_up_draft(&on.name)?;
        let old = on.commit.ok_or_else(|| SyncError::Unborn(on.name.to_string()))?;
        let draft = self.draft(Some(&on.name), on.commit, None, true)?;
        let (mut committed, mut in_folder) = (Vec::new(), Vec::new());
        for (path, entry, place) in self.maybe_marked(&draft.changed, old)? {
            if !selectors.iter().any(|selector| selector.matches_path(&path)) {
                continue;
            }
            let marked = self.read_marked(&path, entry, place, on.commit)?;
            match place {
                ProblemPlace::Committed => committed.extend(marked),
                ProblemPlace::Folder => in_folder.extend(marked),
            }
        }
        refuse_idle(selectors, committed.iter().chain(&in_folder))?;
        let base = draft.tree(self)?;
        let of_work = self.merge_marked(base, &in_folder, Merging::Draft)?;
        let of_commit =
            self.merge_marked(self.repo.tree_of(old)?, &committed, Merging::Commits(Side::Ours))?;
        let files = committed.iter().chain(&in_folder).map(|file| file.told.clone()).collect::<Vec<_>>();
        if files.is_empty() {
            return Ok(TakeApartReport::default());
        }
        let held = of_commit.conflicts.iter().map(|conflict| (conflict, false));
        let held = held.chain(of_work.conflicts.iter().map(|conflict| (conflict, true)));
        let conflicts = held.map(|(conflict, is_draft)| Held::of(conflict.clone(), is_draft)).collect();
        let description = describe(&committed, &in_folder);
        let commit = if committed.is_empty() {
            None
        } else {
            Some(self.settling_commit(of_commit.tree, old, &message(&description, &committed))?)
        };
        let refs =
            commit.map(|new| self.hold_apart(&on, new, of_commit.conflicts, &description)).transpose()?;
        self.advance(Advance {
            kind: "take-apart",
            description,
            branch: &on.name,
            old: on.commit,
            new: Some(commit.unwrap_or(old)),
            refs: refs.unwrap_or_default(),
            folder: FolderGoes::Along,
            in_draft: Some(self.in_work(&in_folder, of_work)?),
        })?;
        if commit.is_some() {
            self.repo.run_post_commit();
        }
        Ok(TakeApartReport { files, commit, conflicts })
    }

    /// The files that may have markers, as the folder has them.
    fn maybe_marked(
        &self,
        changed: &[Changed],
        head: CommitId,
    ) -> Result<Vec<(RepoPath, Entry, ProblemPlace)>, SyncError> {
        let tree = self.repo.tree_of(head)?;
        let mut files = Vec::new();
        for problem in self.committed_problems(Some(head))? {
            if changed.iter().all(|changed| changed.path != problem.path)
                && let Some(entry) = self.repo.entry_at(tree, &problem.path)?
            {
                files.push((problem.path, entry, ProblemPlace::Committed));
            }
        }
        let in_folder = changed.iter().filter_map(|changed| Some((changed.path.clone(), changed.after?)));
        files.extend(in_folder.map(|(path, entry)| (path, entry, ProblemPlace::Folder)));
        Ok(files)
    }

    /// Merges the sides of all files at once, as two trees that have nothing else apart.
    fn merge_marked(&self, tree: TreeId, files: &[MarkedFile], of: Merging) -> Result<TreeMerge, SyncError> {
        let with = |entry: fn(&MarkedFile) -> Option<Entry>| -> Result<TreeId, SyncError> {
            let edits: Vec<_> = files.iter().map(|file| (file.told.path.clone(), entry(file))).collect();
            Ok(self.repo.edit_tree(Some(tree), &edits)?)
        };
        let (base, ours, theirs) =
            (with(|file| file.base)?, with(|file| Some(file.ours))?, with(|file| Some(file.theirs))?);
        let mut merged = self.merge_trees(Some(base), ours, theirs, of)?;
        for file in files {
            let time = match file.since {
                Some(commit) => self.author_of(commit)?.time,
                None => self.environment.clock.now().0,
            };
            file.name_sides(&mut merged.conflicts, time);
            if let Some((ours, theirs)) = file.merged {
                let is_here = |conflict: &mut Conflict| conflict.path == file.told.path;
                let mut here: Vec<_> = merged.conflicts.extract_if(.., is_here).collect();
                self.tell_of_both(&mut here, ours, theirs)?;
                merged.conflicts.extend(here);
            }
        }
        Ok(merged)
    }

    /// The edits by which the branch moves to the commit, and holds what is in conflict there.
    fn hold_apart(
        &self,
        on: &OnBranch,
        new: CommitId,
        conflicts: Vec<Conflict>,
        description: &str,
    ) -> Result<Vec<RefEdit>, SyncError> {
        let mut held = ConflictSet::of_branch(&self.repo, &on.name)?;
        self.settle_changed(&mut held, &[on.commit], new)?;
        held.hold(conflicts);
        let mut refs =
            vec![replace(on.name.ref_name(), on.commit, Some(new), &format!("commit: {description}"))];
        refs.extend(self.store_conflicts(&held, None)?);
        Ok(refs)
    }

    fn in_work(&self, files: &[MarkedFile], merged: TreeMerge) -> Result<InDraft<'static>, SyncError> {
        let put = |file: &MarkedFile| -> Result<Apply, SyncError> {
            let path = file.told.path.clone();
            let put = self.repo.entry_at(merged.tree, &path)?;
            Ok(Apply { path, expect: Some(file.entry), put })
        };
        let files = files.iter().map(put).collect::<Result<_, _>>()?;
        Ok(InDraft::Write { files, conflicts: merged.conflicts })
    }
}

/// Each selector has to mean a file with markers.
fn refuse_idle<'f>(
    selectors: &[Selector],
    files: impl Iterator<Item = &'f MarkedFile>,
) -> Result<(), SyncError> {
    let paths: Vec<_> = files.map(|file| &file.told.path).collect();
    let means_none = |selector: &&Selector| {
        !selector.is_everything() && !paths.iter().any(|path| selector.matches_path(path))
    };
    match selectors.iter().find(means_none) {
        Some(idle) => Err(SyncError::NotMarked(idle.text().to_owned())),
        None => Ok(()),
    }
}

fn describe(committed: &[MarkedFile], in_folder: &[MarkedFile]) -> String {
    let files = if committed.is_empty() { in_folder } else { committed };
    match files {
        [one] => format!("Take conflicts apart in {}", one.told.path),
        many => format!("Take conflicts apart in {} files", many.len()),
    }
}

/// With whose the sides are, as git's markers said.
fn message(description: &str, files: &[MarkedFile]) -> String {
    let sides = files.iter().filter_map(|file| {
        let (ours, theirs) = (file.told.ours.as_ref()?, file.told.theirs.as_ref()?);
        Some(format!("{}: ours is {ours}, theirs {theirs}\n", file.told.path))
    });
    let sides: String = sides.collect();
    if sides.is_empty() { description.to_owned() } else { format!("{description}\n\n{sides}") }
}
