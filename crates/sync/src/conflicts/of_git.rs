//! Conflicts that merges of git's own met, through our merge driver.
//!
//! While git merges nobody knows what becomes of it: the driver writes down what it held, and once git is done
//! the conflicts are the branch's as if Syncline had merged, or go with a merge that was given up. Until then
//! they are listed, and git has the file among those to settle.

use syncline_format::{Format, HEAD_BYTES, RepoPath};
use syncline_merge::Conflict;
use syncline_repo::{BranchName, CommitId, HeadStep, InProgress, RefEdit, RefName};

use crate::advance::replace;
use crate::conflicts::ConflictSet;
use crate::merging::TreeMerge;
use crate::record::{Note, Record, signature, text_entry};
use crate::{SyncError, Workspace};

/// Where they are written down; what git merges in one work tree is none of another's.
const MET: &str = "refs/syncline/of-git";
const MET_IN_LINKED: &str = "refs/worktree/syncline/of-git";

/// A conflict that git met.
#[derive(Clone, Debug)]
struct Met {
    /// The branch that git merged into.
    branch: BranchName,
    /// The commit that it merged into.
    onto: CommitId,
    /// What it merged.
    what: Merged,
    /// Where HEAD's log ended then, where git keeps one.
    log: Option<String>,
    conflict: Conflict,
}

/// What git merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Merged {
    /// Another branch: done when the branch has its commit or, where its changes alone are taken
    /// (`git merge --squash`), when there is a commit on top.
    Branch(CommitId),
    /// Commits of a rebase: done when the branch has the commit onto which they came. The last one may have
    /// come to nothing, so that it is that commit.
    Rebase,
    /// A commit that was picked or reverted, a stash: done when there is a commit on top.
    Other,
}

/// What became of git's merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Git is not done with it.
    Open,
    Done,
    /// It was given up.
    GivenUp,
}

impl Workspace {
    /// The format that a file is of: the workspace's, where it claims the file, else what the file shows.
    pub fn format_of(&self, path: &RepoPath, content: &[u8]) -> &Format {
        let head = &content[..content.len().min(HEAD_BYTES)];
        let format = self.format();
        if format.owns(path, head) {
            return format;
        }
        self.descriptions.formats.recognise([path], |_| Some(head.to_vec()))
    }

    /// Whether git merges into the files at this moment: not so where it only tries or shows a merge.
    pub fn is_git_merging(&self) -> bool {
        self.repo.work_tree().is_some() && self.repo.is_index_locked()
    }

    /// Writes down what git's merge driver held in a file, in the place of what an earlier try of the same
    /// merge met there. `theirs` is the commit that is merged, where it is a branch's. False where git does
    /// not merge into the files of a branch, and nothing is written; see
    /// [`is_git_merging`](Self::is_git_merging).
    pub fn note_conflicts_of_git(
        &self,
        path: &RepoPath,
        conflicts: &[Conflict],
        theirs: Option<CommitId>,
    ) -> Result<bool, SyncError> {
        let (branch, onto) = (self.merged_branch()?, self.repo.head()?.commit());
        let (Some(branch), Some(onto), true) = (branch, onto, self.is_git_merging()) else {
            return Ok(false);
        };
        let what = match theirs {
            _ if self.repo.branch_being_rebased().is_some() => Merged::Rebase,
            Some(commit) => Merged::Branch(commit),
            None => Merged::Other,
        };
        let log = self.repo.head_log_end()?;
        let record = self.met_record()?;
        let mut edits = Vec::new();
        for (file, met) in self.read_met(&record, Some(path))? {
            if met.branch == branch && met.onto == onto && met.conflict.path == *path {
                edits.push((file, None));
            }
        }
        for conflict in conflicts {
            let file = path.join(format!("{}.json", conflict.id()))?;
            let met =
                Met { branch: branch.clone(), onto, what, log: log.clone(), conflict: conflict.clone() };
            edits.retain(|(other, _)| *other != file);
            edits.push((file, Some(text_entry(&self.repo, met.to_json().to_string().as_bytes())?)));
        }
        let note = Note::new(&self.environment, "Note what a merge of git's met");
        let next = record.next(&self.repo, &edits, None, &note)?;
        let edit = replace(record.name, record.commit, Some(next), "note what a merge of git's met");
        self.repo.update_refs(&[edit], &signature(note.time))?;
        Ok(true)
    }

    /// A file that git merged out of common bases, with what was before in the conflicts, as a base of our own
    /// merges has it.
    pub fn common_base(
        &self,
        path: &RepoPath,
        merged: &[u8],
        conflicts: Vec<Conflict>,
    ) -> Result<Vec<u8>, SyncError> {
        let entry = Some(text_entry(&self.repo, merged)?);
        let tree = self.repo.edit_tree(None, &[(path.clone(), entry)])?;
        let tree = self.undecided(&TreeMerge { tree, conflicts });
        Ok(match self.repo.entry_at(tree, path)? {
            Some(entry) => self.repo.read_blob(entry.id)?,
            None => Vec::new(),
        })
    }

    /// The operation of git's that is not finished.
    pub fn in_progress(&self) -> Option<InProgress> {
        self.repo.in_progress()
    }

    /// The branch that HEAD is on, or that git rebases.
    pub(crate) fn merged_branch(&self) -> Result<Option<BranchName>, SyncError> {
        let head = self.repo.head()?;
        Ok(head.branch().cloned().or_else(|| self.repo.branch_being_rebased()))
    }

    /// What is held on a branch between commits, with what git's merges met there.
    pub(crate) fn held_with_gits(&self, branch: &BranchName) -> Result<ConflictSet, SyncError> {
        let mut set = ConflictSet::of_branch(&self.repo, branch)?;
        let (mut open, mut done) = (Vec::new(), Vec::new());
        for (_, met) in
            self.read_met(&self.met_record()?, None)?.into_iter().filter(|(_, met)| met.branch == *branch)
        {
            match self.fate_of(&met)? {
                Fate::Open => open.push(met.conflict),
                Fate::Done => done.push(met),
                Fate::GivenUp => {}
            }
        }
        self.hold_done(&mut set, branch, done)?;
        set.hold(open);
        Ok(set)
    }

    /// Takes over what git's merges met that are done, and forgets those that were given up.
    pub(crate) fn take_over_from_git(&self) -> Result<(), SyncError> {
        let record = self.met_record()?;
        if record.commit.is_none() {
            return Ok(());
        }
        let (mut done, mut open, mut edits) = (Vec::new(), 0, Vec::new());
        for (file, met) in self.read_met(&record, None)? {
            match self.fate_of(&met)? {
                Fate::Open => {
                    open += 1;
                    continue;
                }
                Fate::Done => done.push(met),
                Fate::GivenUp => {}
            }
            edits.push((file, None));
        }
        if edits.is_empty() && open > 0 {
            return Ok(());
        }
        let mut refs = self.holding_done(done)?;
        let note = Note::new(&self.environment, "Take over what merges of git's met");
        let rest = if open > 0 { Some(record.next(&self.repo, &edits, None, &note)?) } else { None };
        refs.push(replace(record.name, record.commit, rest, "take over what merges of git's met"));
        self.finish("git", "Hold what merges of git's met", refs, None)
    }

    /// The edits by which branches hold conflicts of finished merges.
    fn holding_done(&self, mut done: Vec<Met>) -> Result<Vec<RefEdit>, SyncError> {
        let mut refs = Vec::new();
        while let Some(branch) = done.first().map(|met| met.branch.clone()) {
            let of_branch = done.extract_if(.., |met| met.branch == branch).collect();
            let mut set = ConflictSet::of_branch(&self.repo, &branch)?;
            self.hold_done(&mut set, &branch, of_branch)?;
            refs.extend(self.store_conflicts(&set, None)?);
        }
        Ok(refs)
    }

    /// Holds conflicts of finished merges, but for those that were settled on the way to the branch's tip.
    fn hold_done(&self, set: &mut ConflictSet, branch: &BranchName, done: Vec<Met>) -> Result<(), SyncError> {
        let Some(tip) = self.repo.commit_at(&branch.ref_name())? else { return Ok(()) };
        let mut old: Vec<Option<CommitId>> = Vec::new();
        for met in done {
            let mut conflicts = [met.conflict];
            if let Merged::Branch(theirs) = met.what {
                self.tell_of_both(&mut conflicts, met.onto, theirs)?;
            }
            set.hold(conflicts);
            if !old.contains(&Some(met.onto)) {
                old.push(Some(met.onto));
            }
        }
        if !old.is_empty() {
            self.settle_changed(set, &old, tip)?;
        }
        Ok(())
    }

    fn fate_of(&self, met: &Met) -> Result<Fate, SyncError> {
        let is_here = self.merged_branch()?.as_ref() == Some(&met.branch);
        // While git writes the index it does not say yet that something is in progress.
        let is_busy = self.repo.is_index_locked()
            || self.repo.in_progress().is_some_and(|operation| operation != InProgress::Bisect);
        if is_here && is_busy {
            return Ok(Fate::Open);
        }
        let Some(tip) = self.repo.commit_at(&met.branch.ref_name())? else { return Ok(Fate::GivenUp) };
        let on_top =
            || -> Result<bool, SyncError> { Ok(tip != met.onto && self.repo.is_ancestor(met.onto, tip)?) };
        let next = || met.log.as_ref().map(|log| self.repo.head_step_after(log)).transpose();
        let is_done = match met.what {
            Merged::Branch(theirs) if self.repo.is_ancestor(theirs, tip)? => true,
            Merged::Branch(_) => on_top()? && next()?.flatten() == Some(HeadStep::Committed),
            Merged::Rebase => self.repo.is_ancestor(met.onto, tip)?,
            // A commit after it was given up is as good a commit on top: only the log tells.
            Merged::Other => on_top()? && next()?.flatten() != Some(HeadStep::Left),
        };
        if is_done {
            return Ok(Fate::Done);
        }
        // Of a stash, and of `git merge --squash`, git says nothing but this.
        let waits = is_here && tip == met.onto && self.repo.has_unmerged()?;
        Ok(if waits { Fate::Open } else { Fate::GivenUp })
    }

    fn met_record(&self) -> Result<Record, SyncError> {
        let name = if self.repo.is_linked() { MET_IN_LINKED } else { MET };
        Record::read(&self.repo, RefName::new(name)?)
    }

    /// What is written down, of all files or of one: each has a folder of its own, so that a merge that meets
    /// conflicts in many files reads none twice.
    fn read_met(&self, record: &Record, of: Option<&RepoPath>) -> Result<Vec<(RepoPath, Met)>, SyncError> {
        let damaged = |reason: String| SyncError::DamagedRecord { name: record.name.to_string(), reason };
        let files = record.files(&self.repo, of)?.into_iter();
        files
            .map(|(file, bytes)| {
                let json = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
                let met = Met::from_json(&json).map_err(|what| damaged(format!("{file}: {what}")))?;
                Ok((file, met))
            })
            .collect()
    }
}

impl Met {
    fn to_json(&self) -> serde_json::Value {
        let what = match self.what {
            Merged::Branch(commit) => commit.to_string(),
            Merged::Rebase => "rebase".to_owned(),
            Merged::Other => "other".to_owned(),
        };
        serde_json::json!({
            "branch": self.branch.as_str(),
            "onto": self.onto.to_string(),
            "merged": what,
            "log": self.log,
            "conflict": self.conflict.to_json(),
        })
    }

    /// Reads what [`to_json`](Self::to_json) wrote; fails with what is missing or wrong.
    fn from_json(json: &serde_json::Value) -> Result<Self, String> {
        let text = |name: &str| json[name].as_str().ok_or_else(|| format!("`{name}` is missing"));
        let id = |text: &str| text.parse().map_err(|_| format!("`{text}` is no id"));
        Ok(Self {
            branch: BranchName::new(text("branch")?).map_err(|error| error.to_string())?,
            onto: id(text("onto")?)?,
            what: match text("merged")? {
                "rebase" => Merged::Rebase,
                "other" => Merged::Other,
                commit => Merged::Branch(id(commit)?),
            },
            log: json["log"].as_str().map(str::to_owned),
            conflict: Conflict::from_json(&json["conflict"]).map_err(|error| error.to_string())?,
        })
    }
}
