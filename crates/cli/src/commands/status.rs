//! `syncline status`.

use syncline_sync::Status;

use super::holding::Holding;

use crate::error::CommandError;
use crate::output::{Answer, json, status, style};
use crate::session::Session;

pub(crate) fn run(session: &Session<'_>) -> Result<Answer, CommandError> {
    let workspace = session.open()?;
    let status = workspace.status()?;
    Ok(session
        .report(|| json::status(&status), || status::text(&status, session.verbose()))
        .notes(session.notes(next_step(&status).map(style::next_step)))
        .exit(Holding::in_status(&status).exit()))
}

/// The one command that most likely comes next.
fn next_step(status: &Status) -> Option<&'static str> {
    if let Some(operation) = &status.in_progress {
        return Some(match operation.as_str() {
            "merge" => "finish it with `git commit`, or drop it with `git merge --abort`",
            "rebase" => "finish it with `git rebase --continue`, or drop it with `git rebase --abort`",
            _ => "finish or drop it with git",
        });
    }
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
