//! What is held after a command: it decides the exit code and the next step.

use syncline_sync::{Status, SyncError, Workspace};

use crate::exit::Exit;
use crate::output::style;
use crate::output::words::counted;

/// How much is held.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holding {
    conflicts: usize,
    problems: usize,
}

impl Holding {
    /// In a workspace, now.
    pub(crate) fn of(workspace: &Workspace) -> Result<Self, SyncError> {
        Ok(Self::in_status(&workspace.status()?))
    }

    /// As a status tells it.
    pub(crate) fn in_status(status: &Status) -> Self {
        Self { conflicts: status.conflicts, problems: status.problems.len() }
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
            let files = counted(self.problems, "file cannot be read", "files cannot be read");
            steps.push(style::next_step(format!("{files}: see why with `syncline problems`")));
        }
        steps
    }
}
