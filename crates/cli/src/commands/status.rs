//! `syncline status`.

use syncline_sync::Status;

use super::holding::{Holding, missing_folder};

use crate::error::CommandError;
use crate::output::{Answer, json, status, style};
use crate::session::Session;

pub(crate) fn run(session: &Session<'_>) -> Result<Answer, CommandError> {
    let workspace = session.open()?;
    let status = workspace.status()?;
    Ok(session
        .report(|| json::status(&status), || status::text(&status, session.verbose()))
        .notes(session.notes(notes(&status)))
        .exit(Holding::in_status(&status).exit()))
}

fn notes(status: &Status) -> Vec<String> {
    let missing = status.missing_folder.as_ref().map(|folder| style::warning(missing_folder(folder)));
    missing.into_iter().chain(next_step(status).map(style::next_step)).collect()
}

/// The one command that most likely comes next.
fn next_step(status: &Status) -> Option<String> {
    match status.in_progress {
        Some(operation) => Some(operation.how_to_end()),
        None => next_command(status).map(str::to_owned),
    }
}

fn next_command(status: &Status) -> Option<&'static str> {
    if status.branch.is_none() {
        return Some("go to a branch with `syncline branch switch NAME`");
    }
    if status.upstream_gone {
        return Some(
            "`syncline push --new-branch NAME` follows a new branch; `syncline branch switch NAME` goes to another",
        );
    }
    match (&status.upstream, status.changes.is_empty(), status.ahead + status.behind > 0) {
        (Some(_), false, _) => Some("commit, pull and push with `syncline sync -m MSG`"),
        (Some(_), true, true) => Some("pull and push with `syncline sync`"),
        (None, false, _) => Some("commit with `syncline commit -m MSG`"),
        _ if !status.problems.is_empty() => {
            Some("see since when, and the last good version, with `syncline problems`")
        }
        _ => None,
    }
}
