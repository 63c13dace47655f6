//! Merging trees: what Git has of three states goes to crate `merge`, and its decisions become a tree.

use std::collections::BTreeMap;

use syncline_document::{Pointer, Value};
use syncline_format::RepoPath;
use syncline_merge::{Conflict, FileMerge, Place, Side, merge_file, merge_text_file};
use syncline_repo::{Entry, Mode, TreeId};

use crate::{SyncError, Workspace};

/// A merged tree, and what it holds.
#[derive(Clone, Debug)]
pub(crate) struct TreeMerge {
    pub(crate) tree: TreeId,
    pub(crate) conflicts: Vec<Conflict>,
}

/// A path in three trees.
#[derive(Clone, Copy, Debug, Default)]
struct Three {
    base: Option<Entry>,
    ours: Option<Entry>,
    theirs: Option<Entry>,
}

impl Workspace {
    /// Merges two trees that grew from one. In a conflicting field the value of `first`, the side that came
    /// first, stays. What is equal is never opened.
    pub(crate) fn merge_trees(
        &self,
        base: Option<TreeId>,
        ours: TreeId,
        theirs: TreeId,
        first: Side,
    ) -> Result<TreeMerge, SyncError> {
        let mut paths: BTreeMap<RepoPath, [Option<(Option<Entry>, Option<Entry>)>; 2]> = BTreeMap::new();
        for (side, tree) in [ours, theirs].into_iter().enumerate() {
            for change in self.repo.diff_trees(base, Some(tree), None)? {
                paths.entry(change.path).or_default()[side] = Some((change.old, change.new));
            }
        }
        let (mut edits, mut conflicts) = (Vec::new(), Vec::new());
        for (path, sides) in paths {
            match sides {
                [None, Some((_, new))] => edits.push((path, new)),
                [Some((base, ours)), Some((_, theirs))] if ours != theirs => {
                    let three = Three { base, ours, theirs };
                    let entry = self.merge_entry(&path, three, first, &mut conflicts)?;
                    edits.push((path, entry));
                }
                _ => {}
            }
        }
        Ok(TreeMerge { tree: self.repo.edit_tree(Some(ours), &edits)?, conflicts })
    }

    fn merge_entry(
        &self,
        path: &RepoPath,
        three: Three,
        first: Side,
        conflicts: &mut Vec<Conflict>,
    ) -> Result<Option<Entry>, SyncError> {
        let bytes = |entry: Option<Entry>| entry.map(|entry| self.repo.read_blob(entry.id)).transpose();
        let (Some(ours), Some(theirs)) = (three.ours, three.theirs) else {
            let text = |entry: Option<Entry>| -> Result<Option<Value>, SyncError> {
                Ok(bytes(entry)?.map(|bytes| Value::String(String::from_utf8_lossy(&bytes).into())))
            };
            conflicts.push(Conflict {
                path: path.clone(),
                place: Place::File,
                resource: None,
                field: Pointer::root(),
                base: text(three.base)?,
                ours: text(three.ours)?,
                theirs: text(three.theirs)?,
                kept: if three.ours.is_some() { Side::Ours } else { Side::Theirs },
            });
            return Ok(three.ours.or(three.theirs));
        };
        let (base, left, right) = (bytes(three.base)?, self.repo.read_blob(ours.id)?, self.repo.read_blob(theirs.id)?);
        let merged = match merge_file(path, base.as_deref(), &left, &right, self.format, first) {
            FileMerge::Unreadable { .. } => merge_text_file(path, base.as_deref(), &left, &right, first),
            merged @ FileMerge::Merged { .. } => merged,
        };
        let FileMerge::Merged { bytes, conflicts: held } = merged else { return Ok(Some(ours)) };
        conflicts.extend(held);
        let mode = if three.base.map(|entry| entry.mode) == Some(ours.mode) { theirs.mode } else { ours.mode };
        Ok(Some(Entry { mode: if mode == Mode::Link { Mode::File } else { mode }, id: self.repo.write_blob(&bytes)? }))
    }
}
