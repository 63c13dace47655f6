//! `syncline push`.

use std::fmt::Write as _;

use syncline_sync::{PushReport, PushRequest, Workspace};

use crate::args::PushArgs;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::words::{count, shown};
use crate::output::{Answer, json};
use crate::prompt;
use crate::session::Session;

pub(crate) fn run(session: &Session<'_>, args: &PushArgs) -> Result<Answer, CommandError> {
    if args.force && !args.confirm.yes {
        confirm_force(&session.open()?)?;
    }
    let request = PushRequest { force: args.force, new_branch: args.new_branch.clone() };
    let report = session.with_remote(|workspace| workspace.push(&request))?;
    Ok(session.account(|| json::push(&report), || text_of(&report)))
}

/// What the others pushed is replaced: whoever wants that types where.
fn confirm_force(workspace: &Workspace) -> Result<(), CommandError> {
    let name = workspace.remote_name()?;
    let refused = |message: String| {
        CommandError::new(Exit::Refused, message)
            .hint("what the remote has and this folder has not would be overwritten; `syncline pull` keeps both")
            .hint("on a terminal the remote's name is asked for; `--yes` goes without")
    };
    if !prompt::is_possible() {
        return Err(refused(format!("a forced push to `{name}` needs to be confirmed")));
    }
    let typed = prompt::line(&format!("This overwrites the branch at the remote. Type `{name}` to go on:"))?;
    if typed == name {
        Ok(())
    } else {
        Err(refused(format!("`{typed}` is not `{name}`: nothing was pushed")))
    }
}

/// What went out.
pub(crate) fn text_of(report: &PushReport) -> String {
    let to = shown(&report.to);
    let mut out = match (report.commits, report.new_branch) {
        (0, false) => format!("{to} has all commits\n"),
        (0, true) => format!("Made {to}, a new branch; the remote had its commits already\n"),
        (commits, true) => format!("Pushed {} to {to}, a new branch\n", count(commits, "commit")),
        (commits, false) => format!("Pushed {} to {to}\n", count(commits, "commit")),
    };
    if let Some(commit) = &report.overwritten {
        let _ = writeln!(out, "Overwrote {}, which is kept under refs/syncline/overwritten/", commit.short());
    }
    if let Some(page) = &report.pull_request {
        let _ = writeln!(out, "Open a pull request: {}", shown(page));
    }
    if report.conflicts_are_local {
        out.push_str("The remote refused the conflicts, so nobody else can settle them\n");
    }
    out
}
