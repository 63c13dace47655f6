//! Commit: the draft, or the chosen part of it, becomes history.

use std::collections::HashSet;

use syncline_format::RepoPath;
use syncline_merge::{Change, ChangeKind, ConflictId};
use syncline_repo::{BranchName, CommitId, Entry, NewCommit, RefEdit, TreeId};

use crate::advance::replace;
use crate::conflicts::ConflictSet;
use crate::draft::Draft;
use crate::draft::sort::{ChangedFile, Sorted};
use crate::lock::Lock;
use crate::record::operation::Done;
use crate::settings::SHARED_FILE;
use crate::settings::shared::SharedProblem;
use crate::workspace::OnBranch;
use crate::{CommitReport, CommitRequest, FileDiff, Problem, Selector, SyncError, Workspace};

/// What is to be committed.
struct Chosen {
    edits: Vec<(RepoPath, Option<Entry>)>,
    files: Vec<FileDiff>,
    /// Those of the edits that take a file out of the repository and leave it here.
    taken_out: Vec<RepoPath>,
}

/// A commit that no ref names yet, and how it differs from its parent.
struct Made {
    commit: CommitId,
    edits: Vec<(RepoPath, Option<Entry>)>,
}

impl Workspace {
    /// Commits all that changed, or the chosen resources and files.
    pub fn commit(&mut self, request: &CommitRequest) -> Result<CommitReport, SyncError> {
        let lock = self.begin()?;
        self.commit_locked(&lock, request)
    }

    pub(crate) fn commit_locked(
        &self,
        _lock: &Lock,
        request: &CommitRequest,
    ) -> Result<CommitReport, SyncError> {
        let on = self.on_branch()?;
        self.catch_up_draft(&on.name)?;
        let only = self.exact_files(&request.selectors, on.commit)?;
        let draft = self.draft(Some(&on.name), on.commit, only.as_deref(), true)?;
        let base = draft.base;
        let stored = draft.stored.map(|tree| (draft.edits(), tree));
        let of_draft = self.draft_conflicts(&on.name)?;
        let folder = (of_draft.len() > 0).then(|| draft.tree(self)).transpose()?;
        let sorted = self.sort_draft(draft)?;
        let (mut chosen, problems) = self.choose(sorted, &request.selectors)?;
        let changes = self.joined(std::mem::take(&mut chosen.files))?;
        if !request.allow_removals {
            self.refuse_many_removals(&chosen, &changes, base)?;
            self.refuse_many_removed_resources(&chosen, &changes, base)?;
        }
        let taken_out = chosen.taken_out;
        let mut report = CommitReport { commit: None, changes, taken_out, problems, settled: Vec::new() };
        if chosen.edits.is_empty() {
            return Ok(report);
        }
        if let Some(SharedProblem::Unreadable { reason, is_known: false }) = &self.settings.shared_problem {
            return Err(SyncError::SharedSettings(reason.clone()));
        }
        if let Some((path, error)) = &self.descriptions.wrong {
            return Err(SyncError::Description { path: path.clone(), source: Box::new(error.clone()) });
        }
        let message = match request.message.trim() {
            "" => describe(&report.changes, chosen.edits.len()),
            given => given.to_owned(),
        };
        let tree = match stored {
            Some((all, tree)) if all == chosen.edits => tree,
            _ => self.repo.edit_tree(base, &chosen.edits)?,
        };
        let made = self.make_commit(on.commit, tree, chosen.edits, &message)?;
        report.settled = self.publish_commit(&on, &made, &message, of_draft, folder)?;
        self.repo.run_post_commit();
        report.commit = Some(made.commit);
        Ok(report)
    }

    /// The files that are named outright, so that nothing else has to be looked at; `None` where a selector
    /// is of another sort.
    fn exact_files(
        &self,
        selectors: &[Selector],
        head: Option<CommitId>,
    ) -> Result<Option<Vec<RepoPath>>, SyncError> {
        // Other files than the named ones tell whether those are shared.
        if self.format().has_categories() {
            return Ok(None);
        }
        let tree = self.tree_of(head)?;
        let mut files = Vec::new();
        for selector in selectors {
            let Some(path) = selector.path() else { return Ok(None) };
            let is_committed = match tree {
                Some(tree) => self.repo.entry_at(tree, path)?.is_some(),
                None => false,
            };
            if !is_committed {
                return Ok(None);
            }
            files.push(path.clone());
        }
        // What is new in there may take some of them out, and is committed with them then.
        if !files.is_empty() && self.settings.share_rules.any_of_everybody() {
            files.push(RepoPath::new(SHARED_FILE)?);
        }
        Ok(Some(files).filter(|files| !files.is_empty()))
    }

    /// The tree of a commit of all that changed.
    pub(crate) fn to_commit(&self, draft: Draft) -> Result<TreeId, SyncError> {
        let base = draft.base;
        let content = self.sort_draft(draft)?.content;
        let edit = |file: &ChangedFile| Ok((file.changed.path.clone(), file.shared_entry(self)?));
        let edits = content.iter().map(edit).collect::<Result<Vec<_>, SyncError>>()?;
        Ok(self.repo.edit_tree(base, &edits)?)
    }

    fn refuse_many_removals(
        &self,
        Chosen { edits, taken_out, .. }: &Chosen,
        changes: &[Change],
        base: Option<TreeId>,
    ) -> Result<(), SyncError> {
        // What has another name now, or is only taken out of the repository, is not gone.
        let here: HashSet<&RepoPath> =
            changes.iter().filter_map(|change| change.old_path.as_ref()).chain(taken_out).collect();
        let is_gone = |(path, entry): &&(RepoPath, Option<Entry>)| entry.is_none() && !here.contains(path);
        let removed = edits.iter().filter(is_gone).count();
        let Some(base) = base.filter(|_| removed > 0) else { return Ok(()) };
        // A file or two is no accident worth a question, unless nothing is left then: a folder that is
        // suddenly empty is one that was not mounted. One whose only file has a new name is not empty.
        let is_mounted = self.repo.work_tree().is_none()
            || removed < edits.len()
            || self.repo.first_entries(base, self.folder(), removed + 1)?.len() > removed;
        if removed <= 2 && is_mounted {
            return Ok(());
        }
        let total = self.repo.entries(base, self.folder())?.len();
        if !is_mounted || removed * 100 > total * self.settings.removals_percent {
            return Err(SyncError::TooManyRemovals { removed, total, what: "files" });
        }
        Ok(())
    }

    /// The same by resources: where all are in one file, an app that loaded nothing and saved that leaves the
    /// file where it is.
    fn refuse_many_removed_resources(
        &self,
        Chosen { edits, taken_out, .. }: &Chosen,
        changes: &[Change],
        base: Option<TreeId>,
    ) -> Result<(), SyncError> {
        // Without a folder a file goes only where somebody says so.
        let is_bare = self.repo.work_tree().is_none();
        let said = edits.iter().filter(|(_, entry)| is_bare && entry.is_none()).map(|(path, _)| path);
        let meant: HashSet<&RepoPath> = taken_out.iter().chain(said).collect();
        let is_gone =
            |change: &&Change| change.change == ChangeKind::Removed && !meant.contains(&change.path);
        let removed = changes.iter().filter(is_gone).count();
        let allowed = match removed {
            ..=2 => return Ok(()),
            // Of a small collection a few are soon a tenth.
            3..=10 => self.settings.removals_percent.max(50),
            _ => self.settings.removals_percent,
        };
        let Some(base) = base else { return Ok(()) };
        let total = self.resources_in(base, |total| removed * 100 <= total * allowed)?;
        if removed * 100 > total * allowed {
            return Err(SyncError::TooManyRemovals { removed, total, what: "resources" });
        }
        Ok(())
    }

    /// How many resources are in a tree, a file that has none being one; counted until it is enough.
    fn resources_in(&self, tree: TreeId, is_enough: impl Fn(usize) -> bool) -> Result<usize, SyncError> {
        let mut total = 0;
        for (path, entry) in self.repo.entries(tree, self.folder())? {
            if is_enough(total) {
                break;
            }
            let document = self.document_of(&path, Some(entry))?;
            let resources = document.map_or(0, |document| self.format().resources(&path, &document).len());
            total += resources.max(1);
        }
        Ok(total)
    }

    /// What of the draft is meant, and the files of it that cannot be read.
    fn choose(
        &self,
        mut sorted: Sorted,
        selectors: &[Selector],
    ) -> Result<(Chosen, Vec<Problem>), SyncError> {
        self.name_parts(sorted.content.iter_mut().map(|file| (&file.changed.path, &mut file.changes)))?;
        let mut chosen = Chosen { edits: Vec::new(), files: Vec::new(), taken_out: Vec::new() };
        for selector in selectors {
            let is_meant = |file: &ChangedFile| file.is_meant_by(self, selector);
            let is_problem = sorted.problems.iter().any(|problem| selector.matches_path(&problem.path));
            let is_none = !sorted.content.iter().any(is_meant);
            let unshared = sorted.unshared.iter().find(|(path, _)| selector.matches_path(path));
            if let Some((path, why)) = unshared.filter(|_| is_none && !selector.is_everything()) {
                return Err(SyncError::NotShared { path: path.clone(), why: why.clone() });
            }
            if !selector.is_everything() && !is_problem && is_none {
                return Err(SyncError::Unchanged(selector.text().to_owned()));
            }
        }
        if self.takes_out(&sorted, selectors) {
            chosen.taken_out = sorted.taken_out;
        }
        let taken_out: HashSet<RepoPath> = chosen.taken_out.iter().cloned().collect();
        for file in sorted.content {
            let path = &file.changed.path;
            let whole = selectors.is_empty()
                || taken_out.contains(path)
                || !taken_out.is_empty() && self.may_take_out(path)
                || selectors.iter().any(|selector| selector.matches_path(path));
            if whole {
                chosen.edits.push((file.changed.path.clone(), file.shared_entry(self)?));
                chosen.files.push(file.into());
            } else {
                self.choose_resources(&file, selectors, &mut chosen)?;
            }
        }
        Ok((chosen, sorted.problems))
    }

    /// Whether a commit takes out what is no longer shared. That goes as one, and with the category or the settings
    /// that say so: once a part is gone, nobody knows any more that the rest was shared.
    fn takes_out(&self, sorted: &Sorted, selectors: &[Selector]) -> bool {
        let taken_out: HashSet<&RepoPath> = sorted.taken_out.iter().collect();
        let is_of_it =
            |path: &RepoPath| taken_out.contains(path) || !taken_out.is_empty() && self.may_take_out(path);
        let mut of_it = sorted.content.iter().filter(|file| is_of_it(&file.changed.path));
        selectors.is_empty()
            || of_it.any(|file| selectors.iter().any(|selector| file.is_meant_by(self, selector)))
    }

    /// Whether a file may say that others are not shared.
    fn may_take_out(&self, path: &RepoPath) -> bool {
        self.format().may_hold_category(path) || path.as_bstr() == SHARED_FILE
    }

    /// Takes only some resources of a file: the last commit's text with these as they are in the folder.
    fn choose_resources(
        &self,
        file: &ChangedFile,
        selectors: &[Selector],
        chosen: &mut Chosen,
    ) -> Result<(), SyncError> {
        let (path, old, new) = (&file.changed.path, file.old.as_ref(), file.new.as_ref());
        let sides = self.sides(path, old, new);
        let picked = sides.closed(&file.changes, &sides.meant(&file.changes, selectors));
        if picked.is_empty() {
            return Ok(());
        }
        let entry = if picked.len() == file.changes.len() {
            file.shared_entry(self)?
        } else {
            let some = self.with_changes(&file.changed, old, new, &picked)?;
            self.with_local_fields_of(path, some, old)?
        };
        chosen.edits.push((path.clone(), entry));
        chosen.files.push(FileDiff { path: path.clone(), changes: picked, old: None, new: None });
        Ok(())
    }

    /// Runs the hooks, and makes the commit.
    fn make_commit(
        &self,
        parent: Option<CommitId>,
        tree: TreeId,
        edits: Vec<(RepoPath, Option<Entry>)>,
        message: &str,
    ) -> Result<Made, SyncError> {
        let author = self.author()?;
        let (mut tree, mut edits, mut message) = (tree, edits, message.to_owned());
        if self.repo.has_commit_hooks() {
            let hooks = self.repo.run_commit_hooks(tree, &message, &author)?;
            if hooks.tree != tree {
                let changes = self.repo.diff_trees(self.tree_of(parent)?, Some(hooks.tree), None)?;
                edits = changes.into_iter().map(|change| (change.path, change.new)).collect();
            }
            (tree, message) = (hooks.tree, hooks.message);
        }
        let commit = self.repo.commit(&NewCommit {
            tree,
            parents: parent.into_iter().collect(),
            committer: self.committer().unwrap_or_else(|| author.clone()),
            author,
            message,
        })?;
        Ok(Made { commit, edits })
    }

    /// The draft of a bare repository once it is committed: none where that was all of it. What is left of it,
    /// not shared or not chosen, is as it was on the new commit.
    fn draft_after(&self, branch: &BranchName, commit: CommitId) -> Result<Option<RefEdit>, SyncError> {
        if self.repo.work_tree().is_some() {
            return Ok(None);
        }
        let name = self.draft_ref(branch)?;
        let stored = self.repo.commit_at(&name)?;
        let Some(tree) = self.tree_of(stored)? else { return Ok(None) };
        let is_committed = self.tree_of(Some(commit))? == Some(tree);
        let left = (!is_committed).then(|| self.keep_draft(tree, Some(commit))).transpose()?;
        Ok(Some(replace(name, stored, left, "committed")))
    }

    /// Moves the branch with the index, and settles the conflicts whose field the commit changed.
    fn publish_commit(
        &self,
        on: &OnBranch,
        made: &Made,
        message: &str,
        mut of_draft: ConflictSet,
        folder: Option<TreeId>,
    ) -> Result<Vec<ConflictId>, SyncError> {
        let (branch, old, new) = (&on.name, on.commit, made.commit);
        let subject = message.lines().next().unwrap_or_default();
        let mut held = ConflictSet::of_branch(&self.repo, branch)?;
        let settled = self.settle_changed(&mut held, &[old], new)?;
        if let Some(folder) = folder {
            self.promote_draft_conflicts(&mut of_draft, &mut held, (old, new), folder)?;
        }
        let mut refs = vec![replace(branch.ref_name(), old, Some(new), &format!("commit: {subject}"))];
        refs.extend(self.draft_after(branch, new)?);
        refs.extend(self.store_conflicts(&held, None)?);
        refs.extend(self.store_conflicts(&of_draft, None)?);
        let description = subject.to_owned();
        let done = Done { kind: "commit", description, refs, folder: None, head: None };
        self.finish_with_index(&made.edits, done)?;
        Ok(settled)
    }
}

/// A message for a commit that nobody wrote one for.
fn describe(changes: &[Change], files: usize) -> String {
    match resources(changes)[..] {
        [] => format!("Change {}", count(files, "file")),
        [one] => format!("{} {} {}", verb(one), one.kind, one.name),
        ref many => {
            let mut verbs: Vec<_> = changes.iter().map(verb).collect();
            verbs.sort_unstable();
            verbs.dedup();
            let verb = if let [only] = verbs.as_slice() { only } else { "Change" };
            format!("{verb} {}", count(many.len(), "resource"))
        }
    }
}

/// One change for each resource: one of several files may have several.
fn resources(changes: &[Change]) -> Vec<&Change> {
    let mut met = HashSet::new();
    let key = |change: &Change| (change.kind.clone(), change.id.clone());
    changes.iter().filter(|change| change.id.is_none() || met.insert(key(change))).collect()
}

fn verb(change: &Change) -> &'static str {
    use syncline_merge::ChangeKind as Kind;
    match change.change {
        Kind::Added => "Add",
        Kind::Removed => "Remove",
        Kind::Modified => "Change",
        Kind::Moved => "Move",
        Kind::Reordered => "Reorder",
    }
}

fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}
