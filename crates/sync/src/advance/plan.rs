//! The plan of what is being done, as it is written down.

use serde::{Deserialize, Serialize};
use syncline_format::RepoPath;
use syncline_repo::{BranchName, CommitId, Expected, ObjectId, RefEdit, RefName};

use super::Advance;
use crate::record::operation::FolderWay;
use crate::record::{Note, Record, text_entry, write_commit};
use crate::{HeadMove, SyncError, Workspace};

const PLAN: &str = "plan.json";
const PENDING: &str = "refs/syncline/pending";

/// The plan as it is written down.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Plan {
    pub(super) version: u32,
    pub(super) kind: String,
    pub(super) description: String,
    /// The branch that the folder was on; `None` where it was on none.
    #[serde(default)]
    pub(super) from: Option<String>,
    pub(super) branch: String,
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
    /// Commits of the folder's state as it was, and as it is to be.
    pub(super) before: String,
    pub(super) after: String,
    pub(super) refs: Vec<PlannedRef>,
}

/// A ref that the plan moves.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PlannedRef {
    pub(super) name: String,
    pub(super) expected: Option<String>,
    pub(super) new: Option<String>,
    pub(super) message: String,
}

impl Workspace {
    pub(super) fn write_plan(&self, plan: &Plan) -> Result<(), SyncError> {
        let text = serde_json::to_vec_pretty(plan).expect("plain data is always written");
        let tree = self.repo.edit_tree(None, &[(plan_path(), Some(text_entry(&self.repo, &text)?))])?;
        let planned = plan.refs.iter().filter_map(|planned| planned.new.as_ref());
        let mut parents: Vec<CommitId> = Vec::new();
        for id in [&plan.before, &plan.after].into_iter().chain(planned) {
            let commit = parse(id)?;
            if !parents.contains(&commit) {
                parents.push(commit);
            }
        }
        let note = Note::new(&self.environment, &plan.description);
        let commit = write_commit(&self.repo, tree, parents, &note)?;
        let edit = RefEdit {
            name: self.pending_ref(),
            expected: Expected::Any,
            new: Some(commit.into()),
            message: plan.description.clone(),
        };
        self.move_refs(&[edit])?;
        Ok(self.repo.persist_ref(&self.pending_ref())?)
    }

    pub(super) fn read_plan(&self) -> Result<Option<Plan>, SyncError> {
        let record = Record::read(&self.repo, self.pending_ref())?;
        let Some(text) = record.file(&self.repo, PLAN)? else { return Ok(None) };
        serde_json::from_slice(&text).map(Some).map_err(|error| damaged(&error.to_string()))
    }

    pub(super) fn drop_plan(&self, why: &str) -> Result<(), SyncError> {
        let edit =
            RefEdit { name: self.pending_ref(), expected: Expected::Any, new: None, message: why.to_owned() };
        self.move_refs(&[edit])
    }

    /// Of each work tree its own: what one has begun is none of another's.
    pub(super) fn pending_ref(&self) -> RefName {
        let name = if self.repo.is_linked() { "refs/worktree/syncline/pending" } else { PENDING };
        RefName::new(name).expect("a valid name")
    }
}

impl Plan {
    pub(super) fn new(step: &Advance<'_>, from: Option<&BranchName>, way: FolderWay) -> Self {
        let refs = step.refs.iter().map(PlannedRef::of);
        Self {
            version: 1,
            kind: step.kind.to_owned(),
            description: step.description.clone(),
            from: from.map(ToString::to_string),
            branch: step.branch.to_string(),
            old: step.old.map(|commit| commit.to_string()),
            new: step.new.map(|commit| commit.to_string()),
            before: way.before.to_string(),
            after: way.after.to_string(),
            refs: refs.collect(),
        }
    }

    /// What the folder was based on, and what it is to be based on.
    pub(super) fn commits(&self) -> Result<[Option<CommitId>; 2], SyncError> {
        let commit = |id: &Option<String>| id.as_deref().map(parse).transpose();
        Ok([commit(&self.old)?, commit(&self.new)?])
    }

    pub(super) fn way(&self) -> Result<FolderWay, SyncError> {
        Ok(FolderWay { before: parse(&self.before)?, after: parse(&self.after)? })
    }

    /// What branch it puts the folder on, if that is another than before.
    pub(super) fn head_move(&self) -> Option<HeadMove> {
        let goes = self.from.as_ref() != Some(&self.branch);
        goes.then(|| HeadMove { before: self.from.clone(), after: self.branch.clone() })
    }
}

impl PlannedRef {
    pub(super) fn of(edit: &RefEdit) -> Self {
        Self {
            name: edit.name.to_string(),
            expected: match edit.expected {
                Expected::Exactly(id) => Some(id.to_string()),
                Expected::Any | Expected::Absent => None,
            },
            new: edit.new.map(|id| id.to_string()),
            message: edit.message.clone(),
        }
    }

    pub(super) fn edit(&self) -> Result<RefEdit, SyncError> {
        let expected = match self.expected.as_deref().map(parse::<ObjectId>).transpose()? {
            Some(id) => Expected::Exactly(id),
            None => Expected::Absent,
        };
        let new = self.new.as_deref().map(parse::<ObjectId>).transpose()?;
        Ok(RefEdit { name: RefName::new(&self.name)?, expected, new, message: self.message.clone() })
    }
}

fn plan_path() -> RepoPath {
    RepoPath::new(PLAN).expect("a valid name")
}

pub(super) fn damaged(reason: &str) -> SyncError {
    SyncError::DamagedRecord { name: PENDING.to_owned(), reason: reason.to_owned() }
}

pub(super) fn parse<T: std::str::FromStr>(id: &str) -> Result<T, SyncError> {
    id.parse().map_err(|_| damaged(&format!("`{id}` is no id")))
}
