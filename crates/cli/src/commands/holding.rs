//! What is held after a command: it decides the exit code and the next step.

use syncline_format::RepoPath;
use syncline_sync::{MergeReport, Problem, Status, SyncError, SyncReport, Workspace};

use crate::exit::Exit;
use crate::output::style;
use crate::output::words::{counted, shown};

/// What it means that the folder of the workspace is nowhere yet.
pub(crate) fn missing_folder(folder: &RepoPath) -> String {
    let folder = shown(folder);
    format!(
        "there is no folder `{folder}` here or at the remote: nothing is shown or committed until it is made; \
         another one: `syncline config folder PATH`"
    )
}

/// How much is held.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holding {
    conflicts: usize,
    problems: usize,
}

impl Holding {
    /// As a status tells it.
    pub(crate) fn in_status(status: &Status) -> Self {
        Self { conflicts: status.conflicts, problems: status.problems.len() }
    }

    /// After an operation that met these bad files in the folder: a status would look through all of it
    /// once more, which in a big workspace takes longer than the operation.
    pub(crate) fn after(workspace: &Workspace, in_folder: &[Problem]) -> Result<Self, SyncError> {
        let held = workspace.holding()?;
        Ok(Self { conflicts: held.conflicts, problems: held.problems.max(in_folder.len()) })
    }

    /// After a merge. One that brought nothing has not looked at the folder.
    pub(crate) fn after_merge(workspace: &Workspace, report: &MergeReport) -> Result<Self, SyncError> {
        if report.moved {
            Self::after(workspace, &report.problems)
        } else {
            Ok(Self::in_status(&workspace.status()?))
        }
    }

    /// After a sync.
    pub(crate) fn after_sync(workspace: &Workspace, report: &SyncReport) -> Result<Self, SyncError> {
        let met = if report.pulled.moved { &report.pulled.problems } else { &report.problems };
        Self::after(workspace, met)
    }

    /// Done, with nothing or with something held.
    pub(crate) fn exit(self) -> Exit {
        Exit::held_if(self.conflicts + self.problems > 0)
    }

    /// Lines for standard error: where to look.
    pub(crate) fn next_steps(self) -> Vec<String> {
        let mut steps = Vec::new();
        if self.conflicts > 0 {
            let held = counted(self.conflicts, "conflict is held", "conflicts are held");
            steps.push(style::next_step(format!("{held}: see both values with `syncline conflicts`")));
        }
        if self.problems > 0 {
            steps.push(style::next_step("not every file is taken: see why with `syncline problems`"));
        }
        steps
    }
}
