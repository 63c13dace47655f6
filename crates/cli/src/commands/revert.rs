//! `syncline revert`.

use syncline_sync::{Held, MergeReport, RevertReport};

use super::holding::Holding;
use super::pull;
use crate::args::RevertArgs;
use crate::error::CommandError;
use crate::output::words::shown;
use crate::output::{Answer, conflict, json, style};
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
    let RevertReport { reverted, subject, merge, settled } = report;
    let commit = format!("{} ({})", reverted.short(), shown(subject));
    if merge.moved {
        return format!("Reverted {commit}: {}{}", pull::changes_of(merge), settled_with_it(settled));
    }
    without_commit(&format!("revert {commit}"), merge, settled)
}

/// What was to be taken back needed no commit: why, and what is held and settled by that.
pub(crate) fn without_commit(task: &str, merge: &MergeReport, settled: &[Held]) -> String {
    let why = match (merge.conflicts.is_empty(), settled.is_empty()) {
        (false, _) => "all of it was changed since",
        (true, false) => "only what it held was left of it",
        (true, true) => "nothing is left of it",
    };
    format!("Made no commit to {task}: {why}\n{}{}", pull::held(merge), settled_with_it(settled))
}

/// Conflicts that are held no more.
pub(crate) fn settled_with_it(settled: &[Held]) -> String {
    if settled.is_empty() {
        return String::new();
    }
    let heading = style::heading(format!("Conflicts settled by it ({})", settled.len()));
    format!("{heading}\n{}", conflict::listing(settled))
}
