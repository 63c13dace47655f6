//! Merging trees: the paths that differ go to crate `merge`, and its decisions become a tree.

use std::collections::BTreeMap;

use syncline_format::RepoPath;
use syncline_merge::{
    Conflict, Outcome, PathVersions, Policy, Run, Side, Terms, merge_text, merge_workspace,
};
use syncline_repo::{BlobId, Entry, Mode, RepoError, TreeId};

use crate::settings::SHARED_FILE;
use crate::settings::shared::{Shared, unreadable_settings};
use crate::{SyncError, Workspace};

/// A merged tree, and what it holds.
#[derive(Clone, Debug)]
pub(crate) struct TreeMerge {
    pub(crate) tree: TreeId,
    pub(crate) conflicts: Vec<Conflict>,
}

/// Paths on which two sides differ.
pub(crate) struct Differing {
    /// Those of the workspace.
    pub(crate) inside: Vec<PathVersions<BlobId>>,
    /// Those that lie outside its folder.
    outside: Vec<PathVersions<BlobId>>,
}

/// What is merged: it says which value stays, and what policies are for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Merging {
    /// Two commits; this side came first.
    Commits(Side),
    /// Uncommitted work with a commit: what the user just typed stays, and nothing stops for it.
    Draft,
    /// For nobody, so that no policy counts: several common ancestors that are to be one, or past merges.
    Undecided,
}

impl Merging {
    fn first(self) -> Side {
        match self {
            Self::Commits(first) => first,
            Self::Draft | Self::Undecided => Side::Ours,
        }
    }

    fn policy(self, policy: Policy) -> Policy {
        match (self, policy) {
            (Self::Undecided, _) | (Self::Draft, Policy::Stop) => Policy::Hold,
            (Self::Commits(_) | Self::Draft, policy) => policy,
        }
    }
}

impl Workspace {
    /// Merges two trees that grew from one. In a conflicting field the value of the side that came first stays,
    /// unless a policy says otherwise. What is equal is never opened; outside the workspace's folder whole
    /// entries merge by id.
    pub(crate) fn merge_trees(
        &self,
        base: Option<TreeId>,
        ours: TreeId,
        theirs: TreeId,
        of: Merging,
    ) -> Result<TreeMerge, SyncError> {
        let Differing { inside, outside } = self.differing_paths(base, ours, theirs)?;
        let outside = outside.into_iter().map(merge_whole).collect::<Result<Vec<_>, _>>()?;
        let merged = self.merge_paths(inside, ours, of)?;
        Ok(TreeMerge { tree: self.repo.edit_tree(Some(merged.tree), &outside)?, ..merged })
    }

    /// Merges paths of the workspace into a tree that has our side of them.
    pub(crate) fn merge_paths(
        &self,
        inside: Vec<PathVersions<BlobId>>,
        ours: TreeId,
        of: Merging,
    ) -> Result<TreeMerge, SyncError> {
        let inside =
            inside.into_iter().map(|it| self.with_merged_settings(it)).collect::<Result<Vec<_>, _>>()?;
        let entry = |side: &Option<syncline_merge::Entry<BlobId>>| side.as_ref().map(from_merge);
        let theirs = inside.iter().filter_map(|it| Some((it.path.clone(), entry(&it.theirs)?)));
        self.recognised.meet(&self.repo, &self.descriptions.formats, theirs);
        let policy = |conflict: &Conflict| of.policy(self.settings.policies.of(conflict));
        let of_draft = match of {
            Merging::Draft => Some(self.format_of_draft(inside.iter().map(|it| &it.path))),
            Merging::Commits(_) | Merging::Undecided => None,
        };
        let format = of_draft.as_ref().unwrap_or_else(|| self.format());
        let terms = Terms { format, first: of.first(), policy: &policy };
        let read = |id: &BlobId| -> Result<Vec<u8>, RepoError> { self.repo.read_blob(*id) };
        let merged = merge_workspace(inside, &terms, &read)?;
        if let Some(error) = self.settings.policies.stopped(&merged.stopped) {
            return Err(error);
        }
        let edits = self.outcomes_as_edits(merged.outcomes)?;
        let mut conflicts = merged.conflicts;
        name_merged_texts(&mut conflicts, &edits);
        Ok(TreeMerge { tree: self.repo.edit_tree(Some(ours), &edits)?, conflicts })
    }

    /// The settings of everybody are merged by setting where their lines are no file of settings: one that is lost could make
    /// something shared that is not to be.
    fn with_merged_settings(
        &self,
        versions: PathVersions<BlobId>,
    ) -> Result<PathVersions<BlobId>, SyncError> {
        let (Some(ours), Some(theirs)) = (&versions.ours, &versions.theirs) else { return Ok(versions) };
        let is_contested = ours.id != theirs.id
            && versions.base.as_ref().is_none_or(|base| base.id != ours.id && base.id != theirs.id);
        if versions.path.as_bstr() != SHARED_FILE || !is_contested {
            return Ok(versions);
        }
        let base =
            versions.base.as_ref().map_or_else(|| Ok(Vec::new()), |base| self.repo.read_blob(base.id))?;
        let texts = [base, self.repo.read_blob(ours.id)?, self.repo.read_blob(theirs.id)?];
        let by_lines = lines_of_both(&texts);
        let texts = texts.each_ref().map(|text| str::from_utf8(text).unwrap_or_default());
        match Shared::merged(texts)
            .filter(|_| by_lines.is_none_or(|text| unreadable_settings(&text).is_some()))
        {
            Some(merged) => {
                let entry =
                    syncline_merge::Entry { id: self.repo.write_blob(merged.as_bytes())?, ..ours.clone() };
                Ok(PathVersions { ours: Some(entry.clone()), theirs: Some(entry), ..versions })
            }
            None => Ok(versions),
        }
    }

    /// The paths on which the sides differ.
    pub(crate) fn differing_paths(
        &self,
        base: Option<TreeId>,
        ours: TreeId,
        theirs: TreeId,
    ) -> Result<Differing, SyncError> {
        let mut paths: BTreeMap<RepoPath, PathVersions<BlobId>> = BTreeMap::new();
        for (side, tree) in [(Side::Ours, ours), (Side::Theirs, theirs)] {
            for change in self.repo.diff_trees(base, Some(tree), None)? {
                let base = || change.old.map(to_merge);
                let fresh =
                    || PathVersions { path: change.path.clone(), base: base(), ours: base(), theirs: base() };
                let versions = paths.entry(change.path.clone()).or_insert_with(fresh);
                match side {
                    Side::Ours => versions.ours = change.new.map(to_merge),
                    Side::Theirs => versions.theirs = change.new.map(to_merge),
                }
            }
        }
        let is_inside = |it: &PathVersions<BlobId>| self.folder().is_none_or(|folder| it.path.is_in(folder));
        let (inside, outside) = paths.into_values().partition(is_inside);
        Ok(Differing { inside, outside })
    }

    fn outcomes_as_edits(
        &self,
        outcomes: BTreeMap<RepoPath, Outcome<BlobId>>,
    ) -> Result<Vec<(RepoPath, Option<Entry>)>, SyncError> {
        let edit = |(path, outcome)| {
            let entry = match outcome {
                Outcome::Removed => None,
                Outcome::Entry(entry) => Some(from_merge(&entry)),
                Outcome::Written { mode, bytes } => {
                    Some(Entry { mode: mode_from_merge(mode), id: self.repo.write_blob(&bytes)? })
                }
            };
            Ok((path, entry))
        };
        outcomes.into_iter().map(edit).collect()
    }
}

/// The lines of both sides together; `None` where they are in conflict.
fn lines_of_both([base, ours, theirs]: &[Vec<u8>; 3]) -> Option<Vec<u8>> {
    let merged = merge_text(base, ours, theirs);
    let clean = |run: &Run<'_>| match run {
        Run::Same(text) | Run::Changed(_, text) => Some(text.to_vec()),
        Run::Conflict { .. } => None,
    };
    merged.runs().iter().map(clean).collect::<Option<Vec<_>>>().map(|runs| runs.concat())
}

/// Says of conflicts over lines which text they were found in, so that later changes of it can be followed.
fn name_merged_texts(conflicts: &mut [Conflict], edits: &[(RepoPath, Option<Entry>)]) {
    for conflict in conflicts {
        let Some(lines) = &mut conflict.lines else { continue };
        let merged = edits.iter().find(|(path, _)| *path == conflict.path).and_then(|(_, entry)| *entry);
        lines.text = merged.map(|entry| entry.id.to_string());
    }
}

/// Of a path outside the workspace's folder, the side that changed it.
fn merge_whole(versions: PathVersions<BlobId>) -> Result<(RepoPath, Option<Entry>), SyncError> {
    let PathVersions { path, base, ours, theirs } = versions;
    let entry = match (ours == base, theirs == base) {
        (true, _) => theirs,
        (false, true) => ours,
        (false, false) if ours == theirs => ours,
        (false, false) => return Err(SyncError::OutsideFolder(path)),
    };
    Ok((path, entry.as_ref().map(from_merge)))
}

pub(crate) fn to_merge(entry: Entry) -> syncline_merge::Entry<BlobId> {
    let mode = match entry.mode {
        Mode::File => syncline_merge::Mode::File,
        Mode::Executable => syncline_merge::Mode::Executable,
        Mode::Link => syncline_merge::Mode::Link,
        Mode::Submodule => syncline_merge::Mode::Submodule,
    };
    syncline_merge::Entry { mode, id: entry.id }
}

fn from_merge(entry: &syncline_merge::Entry<BlobId>) -> Entry {
    Entry { mode: mode_from_merge(entry.mode), id: entry.id }
}

fn mode_from_merge(mode: syncline_merge::Mode) -> Mode {
    match mode {
        syncline_merge::Mode::File => Mode::File,
        syncline_merge::Mode::Executable => Mode::Executable,
        syncline_merge::Mode::Link => Mode::Link,
        syncline_merge::Mode::Submodule => Mode::Submodule,
    }
}
