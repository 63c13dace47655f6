//! `syncline restore`.

use std::fmt::Write as _;

use syncline_sync::RestoreReport;

use crate::args::RestoreArgs;
use crate::error::CommandError;
use crate::output::words::shown;
use crate::output::{Answer, change, json, style, words};
use crate::session::{Session, selectors};

pub(crate) fn run(session: &Session<'_>, args: &RestoreArgs) -> Result<Answer, CommandError> {
    let mut workspace = session.open()?;
    let selectors = selectors(&workspace, &args.selectors)?;
    let report = workspace.restore(&args.from, &selectors)?;
    let next = (!report.is_empty())
        .then(|| style::next_step("`syncline commit` keeps it, `syncline undo` takes it back"));
    Ok(session.account(|| json::restore(&report), || text(&report, &args.from)).notes(session.notes(next)))
}

fn text(report: &RestoreReport, from: &str) -> String {
    let from = shown(from);
    if report.is_empty() {
        return format!("Nothing to restore: it is as in {from}\n");
    }
    let mut out = String::new();
    if !report.changes.is_empty() {
        let changes = &report.changes;
        let _ =
            write!(out, "Restored from {from}: {}\n{}", change::counted(changes), change::digest(changes));
    }
    if !report.files.is_empty() {
        let heading = style::heading(format!("As in {from} again"));
        let _ = write!(out, "{heading}\n{}", words::listed(&report.files));
    }
    out
}
