//! Commit: the draft, or the chosen part of it, becomes history.

use syncline_format::RepoPath;
use syncline_merge::{Change, ConflictId};
use syncline_repo::{BranchName, Changed, CommitId, Entry, NewCommit, TreeId};

use crate::advance::replace;
use crate::conflicts::ConflictSet;
use crate::lock::Lock;
use crate::sort::{ChangedFile, Sorted};
use crate::{CommitReport, CommitRequest, Selector, SyncError, Workspace};

/// What is to be committed.
struct Chosen {
    edits: Vec<(RepoPath, Option<Entry>)>,
    changes: Vec<Change>,
}

impl Workspace {
    /// Commits all that changed, or the chosen resources and files.
    pub fn commit(&self, request: &CommitRequest) -> Result<CommitReport, SyncError> {
        let lock = self.begin()?;
        self.commit_locked(&lock, request)
    }

    pub(crate) fn commit_locked(
        &self,
        _lock: &Lock,
        request: &CommitRequest,
    ) -> Result<CommitReport, SyncError> {
        let on = self.on_branch()?;
        let only = self.exact_files(&request.selectors, on.commit)?;
        let draft = self.draft(Some(&on.name), on.commit, only.as_deref(), true)?;
        let (base, base_files) = (draft.base, draft.base_files);
        if !request.allow_removals {
            self.refuse_many_removals(&draft.changed, base_files)?;
        }
        let sorted = self.sort_draft(draft)?;
        let chosen = self.choose(&sorted, &request.selectors)?;
        let mut report = CommitReport {
            commit: None,
            changes: chosen.changes,
            problems: sorted.problems,
            settled: Vec::new(),
        };
        if chosen.edits.is_empty() {
            return Ok(report);
        }
        let message = match request.message.trim() {
            "" => describe(&report.changes, chosen.edits.len()),
            given => given.to_owned(),
        };
        let tree = self.repo.edit_tree(base, &chosen.edits)?;
        let commit = self.write_commit(&on.name, on.commit, tree, &chosen.edits, &message)?;
        report.settled = self.publish_commit(&on.name, on.commit, commit, &message)?;
        self.repo.run_post_commit();
        report.commit = Some(commit);
        Ok(report)
    }

    /// The files that are named outright, so that nothing else has to be looked at; `None` where a selector
    /// is of another sort.
    fn exact_files(
        &self,
        selectors: &[Selector],
        head: Option<CommitId>,
    ) -> Result<Option<Vec<RepoPath>>, SyncError> {
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
        Ok(Some(files).filter(|files| !files.is_empty()))
    }

    fn refuse_many_removals(&self, changed: &[Changed], total: usize) -> Result<(), SyncError> {
        let removed = changed.iter().filter(|changed| changed.after.is_none()).count();
        // A file or two is no accident worth a question, however small the workspace.
        if removed > 2 && removed * 100 > total * self.settings.removals_percent {
            return Err(SyncError::TooManyRemovals { removed, total });
        }
        Ok(())
    }

    fn choose(&self, sorted: &Sorted, selectors: &[Selector]) -> Result<Chosen, SyncError> {
        let mut chosen = Chosen { edits: Vec::new(), changes: Vec::new() };
        for selector in selectors {
            let is_meant = |file: &ChangedFile| {
                selector.matches_path(&file.changed.path)
                    || file.changes.iter().any(|change| selector.matches(change))
            };
            let is_problem = sorted.problems.iter().any(|problem| selector.matches_path(&problem.path));
            if !selector.is_everything() && !is_problem && !sorted.content.iter().any(is_meant) {
                return Err(SyncError::Unchanged(selector.text().to_owned()));
            }
        }
        for file in &sorted.content {
            let whole = selectors.is_empty()
                || selectors.iter().any(|selector| selector.matches_path(&file.changed.path));
            if whole {
                chosen.edits.push((file.changed.path.clone(), file.changed.after));
                chosen.changes.extend(file.changes.iter().cloned());
            } else {
                self.choose_resources(file, selectors, &mut chosen)?;
            }
        }
        Ok(chosen)
    }

    /// Takes only some resources of a file: the last commit's text with these as they are in the folder.
    fn choose_resources(
        &self,
        file: &ChangedFile,
        selectors: &[Selector],
        chosen: &mut Chosen,
    ) -> Result<(), SyncError> {
        let is_chosen = |change: &Change| selectors.iter().any(|selector| selector.matches(change));
        let picked: Vec<_> = file.changes.iter().filter(|change| is_chosen(change)).cloned().collect();
        if picked.is_empty() {
            return Ok(());
        }
        let entry = if picked.len() == file.changes.len() {
            file.changed.after
        } else {
            self.with_changes(&file.changed, file.old.as_ref(), file.new.as_ref(), &picked)?
        };
        chosen.edits.push((file.changed.path.clone(), entry));
        chosen.changes.extend(picked);
        Ok(())
    }

    /// Runs the hooks, and makes the commit. The index has the files before the hooks look at it.
    fn write_commit(
        &self,
        branch: &BranchName,
        parent: Option<CommitId>,
        tree: TreeId,
        edits: &[(RepoPath, Option<Entry>)],
        message: &str,
    ) -> Result<CommitId, SyncError> {
        let author = self.author()?;
        let (tree, message) = if self.repo.has_commit_hooks() {
            let hooks = self.repo.run_commit_hooks(tree, message)?;
            (hooks.tree, hooks.message)
        } else {
            (tree, message.to_owned())
        };
        let commit = self.repo.commit(&NewCommit {
            tree,
            parents: parent.into_iter().collect(),
            committer: self.committer().unwrap_or_else(|| author.clone()),
            author,
            message,
        })?;
        self.repo.update_index(edits)?;
        if self.repo.work_tree().is_none() {
            self.drop_committed_draft(branch, tree)?;
        }
        Ok(commit)
    }

    /// A draft of which all is committed is none any more.
    fn drop_committed_draft(&self, branch: &BranchName, tree: TreeId) -> Result<(), SyncError> {
        let name = self.draft_ref(branch)?;
        let stored = self.repo.commit_at(&name)?;
        if stored.is_some() && self.repo.tree_at(&name)? == Some(tree) {
            let by = crate::record::signature(self.environment.clock.now());
            self.repo.update_refs(&[replace(name, stored, None, "committed")], &by)?;
        }
        Ok(())
    }

    /// Moves the branch, and settles the conflicts whose field the commit changed.
    fn publish_commit(
        &self,
        branch: &BranchName,
        old: Option<CommitId>,
        new: CommitId,
        message: &str,
    ) -> Result<Vec<ConflictId>, SyncError> {
        let subject = message.lines().next().unwrap_or_default();
        let mut held = ConflictSet::of_branch(&self.repo, branch)?;
        let mut of_draft = ConflictSet::of_draft(&self.repo, branch)?;
        let settled = self.settle_changed(&mut held, old, new)?;
        self.promote_draft_conflicts(&mut of_draft, &mut held, old, new)?;
        let mut refs = vec![replace(branch.ref_name(), old, Some(new), &format!("commit: {subject}"))];
        refs.extend(self.store_conflicts(&held, None)?);
        refs.extend(self.store_conflicts(&of_draft, None)?);
        self.finish("commit", subject, refs, Vec::new())?;
        Ok(settled)
    }
}

/// A message for a commit that nobody wrote one for.
fn describe(changes: &[Change], files: usize) -> String {
    match changes {
        [] => format!("Change {}", count(files, "file")),
        [one] => format!("{} {} {}", verb(one), one.kind, one.name),
        many => {
            let mut verbs: Vec<_> = many.iter().map(verb).collect();
            verbs.sort_unstable();
            verbs.dedup();
            let verb = if let [only] = verbs.as_slice() { only } else { "Change" };
            format!("{verb} {}", count(many.len(), "resource"))
        }
    }
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
