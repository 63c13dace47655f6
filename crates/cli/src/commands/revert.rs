//! `syncline revert`.

use syncline_sync::RevertReport;

use super::holding::Holding;
use super::pull;
use crate::args::RevertArgs;
use crate::error::CommandError;
use crate::output::words::shown;
use crate::output::{Answer, json};
use crate::session::Session;

pub(crate) fn run(session: &Session<'_>, args: &RevertArgs) -> Result<Answer, CommandError> {
    let mut workspace = session.open()?;
    let report = workspace.revert(&args.revision)?;
    let holding = Holding::after_merge(&workspace, &report.merge)?;
    Ok(session
        .account(|| json::revert(&report), || text(&report))
        .notes(session.notes(holding.next_steps()))
        .exit(holding.exit()))
}

fn text(report: &RevertReport) -> String {
    let (id, subject) = (report.reverted.short(), shown(&report.subject));
    if report.merge.moved {
        return format!("Reverted {id} ({subject}): {}", pull::changes_of(&report.merge));
    }
    let held = pull::held(&report.merge);
    let why = if held.is_empty() { "nothing is left of it" } else { "all of it was changed since" };
    format!("Made no commit to revert {id} ({subject}): {why}\n{held}")
}
