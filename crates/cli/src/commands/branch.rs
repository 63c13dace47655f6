//! `syncline branch` and `syncline merge`.

use std::fmt::Write as _;

use serde_json::json;
use syncline_repo::CommitId;
use syncline_sync::{BranchInfo, SyncError};

use super::holding::Holding;
use super::pull;
use crate::args::{BranchArgs, BranchCommand, ConfirmArgs, MergeArgs};
use crate::error::CommandError;
use crate::output::status::distance;
use crate::output::style::{BOLD, CHANGED};
use crate::output::words::{count, shown};
use crate::output::{Answer, change, json, style, table};
use crate::prompt;
use crate::session::Session;

pub(crate) fn branch(session: &Session<'_>, args: BranchArgs) -> Result<Answer, CommandError> {
    match args.command.unwrap_or(BranchCommand::List) {
        BranchCommand::List => list(session),
        BranchCommand::Create { name, from } => create(session, &name, from.as_deref()),
        BranchCommand::Switch { name } => switch(session, &name),
        BranchCommand::Rename { old, new } => rename(session, old.as_deref(), &new),
        BranchCommand::Delete { name, confirm } => delete(session, &name, confirm),
    }
}

fn list(session: &Session<'_>) -> Result<Answer, CommandError> {
    let branches = session.open()?.branches()?;
    let object = || json!({"branches": branches.iter().map(json::branch).collect::<Vec<_>>()});
    Ok(session.report(object, || table(&branches)))
}

fn table(branches: &[BranchInfo]) -> String {
    let rows: Vec<_> = branches
        .iter()
        .map(|branch| {
            let mark = if branch.current { "*" } else { " " };
            let name_style = if branch.current { BOLD } else { anstyle::Style::new() };
            vec![
                (format!("{mark} {}", shown(&branch.name)), name_style),
                (branch.commit.as_ref().map(CommitId::short).unwrap_or_default(), CHANGED),
                table::plain(place(branch)),
            ]
        })
        .collect();
    table::rows(0, &rows).concat()
}

/// Where else a branch is.
fn place(branch: &BranchInfo) -> String {
    match (&branch.remote, &branch.upstream) {
        (Some(remote), _) => format!("only at {}", shown(remote)),
        (None, Some(upstream)) => distance(branch.ahead, branch.behind, &shown(upstream)),
        (None, None) if branch.commit.is_none() => "without a commit yet".to_owned(),
        (None, None) => "not pushed".to_owned(),
    }
}

fn create(session: &Session<'_>, name: &str, from: Option<&str>) -> Result<Answer, CommandError> {
    let branch = session.open()?.create_branch(name, from)?;
    let at = branch.commit.as_ref().map(|commit| format!(" at {}", commit.short())).unwrap_or_default();
    let text = format!("Created the branch {}{at}\n", branch.name);
    let next = style::next_step(format!("go there with `syncline branch switch {}`", branch.name));
    Ok(session.account(|| json::branch(&branch), || text).notes(session.notes([next])))
}

fn switch(session: &Session<'_>, name: &str) -> Result<Answer, CommandError> {
    let mut workspace = session.open()?;
    let report = workspace.switch_branch(name)?;
    let holding = Holding::after_merge(&workspace, &report)?;
    let text = || {
        let went = if report.moved { "Switched to" } else { "Already on" };
        let mut out = format!("{went} {}\n", shown(name));
        if !report.changes.is_empty() {
            let _ = writeln!(out, "It differs by {}", change::counted(&report.changes));
        }
        out + &pull::held(&report)
    };
    Ok(session
        .account(|| json::merge(&report), text)
        .notes(session.notes(holding.next_steps()))
        .exit(holding.exit()))
}

fn rename(session: &Session<'_>, old: Option<&str>, new: &str) -> Result<Answer, CommandError> {
    let branch = session.open()?.rename_branch(old, new)?;
    let was = old.map(|old| format!(" {}", shown(old))).unwrap_or_default();
    let next = branch.upstream.as_deref().map(|upstream| {
        let upstream = shown(upstream);
        style::next_step(format!(
            "it still follows {upstream}; `syncline push --new-branch {new}` publishes the new name"
        ))
    });
    let text = || format!("Renamed the branch{was} to {}\n", branch.name);
    Ok(session.account(|| json::branch(&branch), text).notes(session.notes(next)))
}

fn delete(session: &Session<'_>, name: &str, confirm: ConfirmArgs) -> Result<Answer, CommandError> {
    let mut workspace = session.open()?;
    let branch = match workspace.delete_branch(name, confirm.yes) {
        Err(error @ SyncError::Unmerged { .. }) if prompt::is_possible() => {
            if !prompt::yes(&format!("{error}. Delete it?")) {
                return Err(error.into());
            }
            workspace.delete_branch(name, true)?
        }
        result => result?,
    };
    let was =
        branch.commit.as_ref().map(|commit| format!(", which was at {}", commit.short())).unwrap_or_default();
    Ok(session.account(|| json::branch(&branch), || format!("Deleted the branch {}{was}\n", branch.name)))
}

pub(crate) fn merge(session: &Session<'_>, args: &MergeArgs) -> Result<Answer, CommandError> {
    // A shallow clone may have to get more of its history first.
    let (report, holding) = session.with_remote(|workspace| {
        let report = workspace.merge_branch(&args.branch)?;
        let holding = Holding::after_merge(workspace, &report)?;
        Ok((report, holding))
    })?;
    let branch = shown(&args.branch);
    let text = || {
        if report.moved {
            format!("Merged {} of {branch}: {}", count(report.commits, "commit"), pull::changes_of(&report))
        } else {
            format!("Nothing new on {branch}\n{}", pull::held(&report))
        }
    };
    Ok(session
        .account(|| json::merge(&report), text)
        .notes(session.notes(holding.next_steps()))
        .exit(holding.exit()))
}
