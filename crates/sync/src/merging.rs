//! Merging trees: the paths that differ go to crate `merge`, and its decisions become a tree.

use std::collections::BTreeMap;

use syncline_format::RepoPath;
use syncline_merge::{Conflict, Outcome, PathVersions, Policy, Side, Terms, merge_workspace};
use syncline_repo::{BlobId, Entry, Mode, RepoError, TreeId};

use crate::{SyncError, Workspace};

/// A merged tree, and what it holds.
#[derive(Clone, Debug)]
pub(crate) struct TreeMerge {
    pub(crate) tree: TreeId,
    pub(crate) conflicts: Vec<Conflict>,
}

/// What is merged: it says which value stays, and what policies are for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Merging {
    /// Two commits; this side came first.
    Commits(Side),
    /// Uncommitted work with a commit: what the user just typed stays, and nothing stops for it.
    Draft,
    /// Several common ancestors, to be one: nobody decides anything there.
    Bases,
    /// What was merged long ago, to see what comes out.
    Replay,
}

impl Merging {
    fn first(self) -> Side {
        match self {
            Self::Commits(first) => first,
            Self::Draft | Self::Bases | Self::Replay => Side::Ours,
        }
    }

    fn policy(self, policy: Policy) -> Policy {
        match (self, policy) {
            (Self::Bases | Self::Replay, _) | (Self::Draft, Policy::Stop) => Policy::Hold,
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
        let (inside, outside) = self.differing_paths(base, ours, theirs)?;
        let entry = |side: &Option<syncline_merge::Entry<BlobId>>| side.as_ref().map(from_merge);
        let theirs = inside.iter().filter_map(|it| Some((it.path.clone(), entry(&it.theirs)?)));
        self.recognised.meet(&self.repo, &self.descriptions.formats, theirs);
        let policy = |conflict: &Conflict| of.policy(self.settings.policies.of(conflict));
        let terms = Terms { format: self.format(), first: of.first(), policy: &policy };
        let read = |id: &BlobId| -> Result<Vec<u8>, RepoError> { self.repo.read_blob(*id) };
        let merged = merge_workspace(inside, &terms, &read)?;
        if let Some(error) = self.settings.policies.stopped(&merged.stopped) {
            return Err(error);
        }
        let mut edits = self.outcomes_as_edits(merged.outcomes)?;
        let mut conflicts = merged.conflicts;
        name_merged_texts(&mut conflicts, &edits);
        edits.extend(outside);
        Ok(TreeMerge { tree: self.repo.edit_tree(Some(ours), &edits)?, conflicts })
    }

    /// The paths on which the sides differ: those of the workspace, and for those outside what becomes of them.
    #[expect(clippy::type_complexity, reason = "two lists, named where they are taken apart")]
    pub(crate) fn differing_paths(
        &self,
        base: Option<TreeId>,
        ours: TreeId,
        theirs: TreeId,
    ) -> Result<(Vec<PathVersions<BlobId>>, Vec<(RepoPath, Option<Entry>)>), SyncError> {
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
        let (mut inside, mut outside) = (Vec::new(), Vec::new());
        for versions in paths.into_values() {
            if self.folder().is_none_or(|folder| versions.path.is_in(folder)) {
                inside.push(versions);
            } else {
                outside.push(merge_whole(versions)?);
            }
        }
        Ok((inside, outside))
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
