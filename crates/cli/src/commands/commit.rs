//! `syncline commit`.

use std::fmt::Write as _;

use syncline_format::RepoPath;
use syncline_sync::{CommitReport, CommitRequest, Problem, SyncError, Workspace};

use super::holding::Holding;
use crate::args::{CommitArgs, ConfirmArgs};
use crate::error::CommandError;
use crate::output::words::counted;
use crate::output::{Answer, change, json, problem, style};
use crate::prompt;
use crate::session::{Session, selectors};

pub(crate) fn run(session: &Session<'_>, args: CommitArgs) -> Result<Answer, CommandError> {
    refuse_empty(&args.message)?;
    let mut workspace = session.open()?;
    let selectors = selectors(&workspace, &args.selectors)?;
    let mut request = CommitRequest { message: args.message, selectors, allow_removals: args.confirm.yes };
    let report = with_removals_confirmed(args.confirm, |allow| {
        request.allow_removals = allow;
        workspace.commit(&request)
    })?;
    let holding = Holding::after(&workspace, &report.problems)?;
    Ok(session
        .account(|| json::commit(&report), || text(&report))
        .notes(session.notes(holding.next_steps().into_iter().chain(after_the_first(&workspace, &report)?)))
        .exit(holding.exit()))
}

/// Who has just made the first commit of a workspace without a remote is told what it is for.
fn after_the_first(workspace: &Workspace, report: &CommitReport) -> Result<Option<String>, SyncError> {
    let is_first = report.commit.is_some() && workspace.recent_commits(2)?.len() == 1;
    let is_alone = is_first && workspace.remote_name().is_err();
    Ok(is_alone.then(|| style::next_step("keep it in step with a remote: `syncline connect URL`")))
}

/// A message says something, as git wants it.
pub(crate) fn refuse_empty(message: &str) -> Result<(), CommandError> {
    if message.trim().is_empty() {
        return Err(CommandError::usage("the message of the commit is empty")
            .hint("say what was done; `syncline sync` without -m makes a message from the changes"));
    }
    Ok(())
}

/// Does what may remove many files: asks first, where somebody is there to answer.
pub(crate) fn with_removals_confirmed<T>(
    confirm: ConfirmArgs,
    mut run: impl FnMut(bool) -> Result<T, SyncError>,
) -> Result<T, SyncError> {
    match run(confirm.yes) {
        Err(error @ SyncError::TooManyRemovals { .. }) if prompt::is_possible() => {
            if prompt::yes(&format!("{error}. Remove them?")) { run(true) } else { Err(error) }
        }
        result => result,
    }
}

fn text(report: &CommitReport) -> String {
    let mut out = match &report.commit {
        Some(commit) => {
            let changes = change::counted(&report.changes);
            format!("Committed {changes} as {}\n{}", commit.short(), change::digest(&report.changes))
        }
        None => "Nothing to commit\n".to_owned(),
    };
    out.push_str(&taken_out(&report.taken_out));
    if !report.settled.is_empty() {
        let _ = writeln!(
            out,
            "{}",
            counted(report.settled.len(), "conflict is settled by it", "conflicts are settled by it")
        );
    }
    if !report.problems.is_empty() {
        out.push_str(&left_out(&report.problems));
    }
    out
}

/// Files that left the repository and are still here.
pub(crate) fn taken_out(files: &[RepoPath]) -> String {
    if files.is_empty() {
        return String::new();
    }
    let are = counted(
        files.len(),
        "file is out of the repository, and stays",
        "files are out of the repository, and stay",
    );
    format!("{are} here; the history still has what was shared\n")
}

/// Files that cannot be read are not committed.
pub(crate) fn left_out(problems: &[Problem]) -> String {
    format!("{}\n{}", style::heading("Left out of the commit"), problem::listing(problems))
}
