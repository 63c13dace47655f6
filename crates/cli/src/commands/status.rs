//! `syncline status`.

use syncline_sync::{Problem, ProblemKind, Status, Workspace};

use super::holding::{Holding, missing_folder};

use crate::error::CommandError;
use crate::output::words::shown;
use crate::output::{Answer, json, status, style};
use crate::session::Session;

pub(crate) fn run(session: &Session<'_>) -> Result<Answer, CommandError> {
    let workspace = session.open()?;
    let status = workspace.status()?;
    Ok(session
        .report(|| json::status(&status), || status::text(&status, session.verbose()))
        .notes(session.notes(notes(&workspace, &status)))
        .exit(Holding::in_status(&status).exit()))
}

fn notes(workspace: &Workspace, status: &Status) -> Vec<String> {
    let missing = status.missing_folder.as_ref().map(|folder| style::warning(missing_folder(folder)));
    missing.into_iter().chain(next_step(workspace, status).map(style::next_step)).collect()
}

/// The one command that most likely comes next.
pub(super) fn next_step(workspace: &Workspace, status: &Status) -> Option<String> {
    if let Some(operation) = status.in_progress {
        return Some(operation.how_to_end());
    }
    if let Some(file) = &status.wrong_description {
        return Some(format!(
            "nothing is committed until `syncline formats check {}` is content",
            shown(file)
        ));
    }
    next_command(status).or_else(|| first_command(workspace, status)).map(str::to_owned)
}

/// Where nobody has yet put anything in, or told where it is to go.
fn first_command(workspace: &Workspace, status: &Status) -> Option<&'static str> {
    if status.upstream.is_some() || status.missing_folder.is_some() {
        None
    } else if status.head.is_none() {
        Some("put files of your tool into this folder, then commit with `syncline commit -m MSG`")
    } else if workspace.remote_name().is_err() {
        Some("keep it in step with a remote: `syncline connect URL`")
    } else {
        Some("send this branch to the remote with `syncline push`")
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
    let has_changes = !status.changes.is_empty() || !status.taken_out.is_empty();
    match (&status.upstream, has_changes, status.ahead + status.behind > 0) {
        (Some(_), true, _) => Some("commit, pull and push with `syncline sync -m MSG`"),
        (Some(_), false, true) => Some("pull and push with `syncline sync`"),
        (None, true, _) => Some("commit with `syncline commit -m MSG`"),
        _ if !status.problems.is_empty() && status.problems.iter().all(is_secret) => {
            Some("take the secret out, or let it be there: `syncline secret` says what to type")
        }
        _ if !status.problems.is_empty() => {
            Some("see since when, and the last good version, with `syncline problems`")
        }
        (Some(_), ..) if status.unfinished.is_some() => Some("go on with it by `syncline sync`"),
        _ if status.unfinished.is_some() => Some("go on with it by `syncline commit -m MSG`"),
        _ => None,
    }
}

fn is_secret(problem: &Problem) -> bool {
    problem.kind == ProblemKind::Secret
}
