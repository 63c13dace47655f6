//! `syncline sync`.

use std::fmt::Write as _;

use syncline_sync::{SyncReport, SyncRequest};

use super::commit::{self, with_removals_confirmed};
use super::holding::Holding;
use super::pull::with_carrying_confirmed;
use super::{pull, push};
use crate::args::SyncArgs;
use crate::error::CommandError;
use crate::output::words::counted;
use crate::output::{Answer, change, json};
use crate::session::Session;

pub(crate) fn run(session: &Session<'_>, args: SyncArgs) -> Result<Answer, CommandError> {
    args.message.as_deref().map_or(Ok(()), commit::refuse_empty)?;
    let mut request = SyncRequest { message: args.message, ..SyncRequest::default() };
    let (report, holding) = session.with_remote(|workspace| {
        let report = with_removals_confirmed(args.confirm, |allow| {
            request.allow_removals = allow;
            with_carrying_confirmed(args.carry.carry_over || args.confirm.yes, |carry_over| {
                request.carry_over = carry_over;
                workspace.sync(&request)
            })
        })?;
        let holding = Holding::after_sync(workspace, &report)?;
        Ok((report, holding))
    })?;
    Ok(session
        .account(|| json::sync(&report), || text_of(&report))
        .notes(session.notes(pull::way_back(&report.pulled).into_iter().chain(holding.next_steps())))
        .exit(holding.exit()))
}

/// What was committed, came in and went out.
pub(crate) fn text_of(report: &SyncReport) -> String {
    let mut out = String::new();
    if let Some(commit) = &report.commit {
        let changes = change::counted(&report.committed);
        let _ =
            write!(out, "Committed {changes} as {}\n{}", commit.short(), change::digest(&report.committed));
    }
    out.push_str(&commit::taken_out(&report.taken_out));
    if !report.problems.is_empty() {
        let _ = write!(out, "{}", commit::left_out(&report.problems));
    }
    if report.pulled.moved {
        out.push_str(&pull::text_of(&report.pulled));
    }
    if report.retries > 0 {
        let _ =
            writeln!(out, "Merged again {}, as others were first", counted(report.retries, "time", "times"));
    }
    if let Some(pushed) = &report.pushed {
        out.push_str(&push::text_of(pushed));
    }
    if out.is_empty() { "Nothing to do: this folder and the remote are equal\n".to_owned() } else { out }
}
