//! Collects what gix finds between two trees, file by file.

use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;

use bstr::{BStr, BString, ByteSlice};
use gix::diff::tree::{Error, Visit, visit};
use syncline_format::{RepoPath, RepoPathError};

use crate::objects::bad_object;
use crate::{BlobId, Entry, Mode, RepoError, TreeChange, TreeId};

/// Gix goes breadth first and tells a file that became a folder as a removal and additions; here both sides
/// of a path come together.
pub(crate) struct Collector {
    path: BString,
    waiting: VecDeque<BString>,
    changes: BTreeMap<RepoPath, (Option<Entry>, Option<Entry>)>,
    unsafe_path: Option<RepoPathError>,
}

/// Why the trees could not be compared.
pub(crate) enum Failure {
    UnsafePath(RepoPathError),
    Read(Error),
}

impl Failure {
    pub(crate) fn into_repo_error(self, tree: TreeId) -> RepoError {
        match self {
            Self::UnsafePath(error) => RepoError::UnsafePath(error),
            Self::Read(error) => bad_object(tree.0, &error),
        }
    }
}

impl Collector {
    /// Puts the folder before each path.
    pub(crate) fn new(folder: Option<&RepoPath>) -> Self {
        let path = folder.map(|folder| folder.as_bstr().to_owned()).unwrap_or_default();
        Self { path, waiting: VecDeque::new(), changes: BTreeMap::new(), unsafe_path: None }
    }

    pub(crate) fn finish(self, result: Result<(), Error>) -> Result<Vec<TreeChange>, Failure> {
        if let Some(error) = self.unsafe_path {
            return Err(Failure::UnsafePath(error));
        }
        result.map_err(Failure::Read)?;
        let change = |(path, (old, new))| TreeChange { path, old, new };
        Ok(self.changes.into_iter().map(change).collect())
    }

    fn push(&mut self, name: &BStr) {
        if name.contains(&b'/') {
            self.unsafe_path = Some(RepoPathError::Part { path: name.into(), part: name.into() });
        }
        if !self.path.is_empty() {
            self.path.push(b'/');
        }
        self.path.extend_from_slice(name);
        if let Err(error) = RepoPath::check_length(self.path.as_bstr()) {
            self.unsafe_path = Some(error);
        }
    }

    fn record(&mut self, old: Option<Entry>, new: Option<Entry>) -> Result<(), RepoPathError> {
        let sides = self.changes.entry(RepoPath::new(&self.path)?).or_default();
        sides.0 = sides.0.or(old);
        sides.1 = sides.1.or(new);
        Ok(())
    }
}

fn entry(mode: gix::objs::tree::EntryMode, id: gix::ObjectId) -> Option<Entry> {
    Mode::of(mode).map(|mode| Entry { mode, id: BlobId(id) })
}

impl Visit for Collector {
    fn pop_front_tracked_path_and_set_current(&mut self) {
        self.path = self.waiting.pop_front().unwrap_or_default();
    }

    fn push_back_tracked_path_component(&mut self, component: &BStr) {
        self.push(component);
        self.waiting.push_back(self.path.clone());
    }

    fn push_path_component(&mut self, component: &BStr) {
        self.push(component);
    }

    fn pop_path_component(&mut self) {
        let end = self.path.rfind_byte(b'/').unwrap_or(0);
        self.path.truncate(end);
    }

    fn visit(&mut self, change: visit::Change) -> visit::Action {
        let (old, new) = match change {
            visit::Change::Addition { entry_mode, oid, .. } => (None, entry(entry_mode, oid)),
            visit::Change::Deletion { entry_mode, oid, .. } => (entry(entry_mode, oid), None),
            visit::Change::Modification { previous_entry_mode, previous_oid, entry_mode, oid } => {
                (entry(previous_entry_mode, previous_oid), entry(entry_mode, oid))
            }
        };
        let recorded = if old == new { Ok(()) } else { self.record(old, new) };
        match recorded {
            Ok(()) if self.unsafe_path.is_none() => ControlFlow::Continue(()),
            Ok(()) => ControlFlow::Break(()),
            Err(error) => {
                self.unsafe_path = Some(error);
                ControlFlow::Break(())
            }
        }
    }
}
