//! `syncline discard`.

use std::fmt::Write as _;

use syncline_sync::DiscardReport;

use crate::args::DiscardArgs;
use crate::error::CommandError;
use crate::output::{Answer, change, json, style, words};
use crate::session::{Session, selectors};

pub(crate) fn run(session: &Session<'_>, args: &DiscardArgs) -> Result<Answer, CommandError> {
    let mut workspace = session.open()?;
    let selectors = selectors(&workspace, &args.selectors)?;
    let report = workspace.discard(&selectors)?;
    let kept = report.kept.map(|_| style::next_step("`syncline undo` brings them back"));
    Ok(session.account(|| json::discard(&report), || text(&report)).notes(session.notes(kept)))
}

fn text(report: &DiscardReport) -> String {
    if report.kept.is_none() {
        return "Nothing to discard: the files are as in the last commit\n".to_owned();
    }
    let mut out = String::new();
    if !report.changes.is_empty() {
        let changes = &report.changes;
        let _ = write!(out, "Discarded {}\n{}", change::counted(changes), change::digest(changes));
    }
    for (heading, files) in [
        ("As in the last commit again", &report.restored),
        ("Removed, for the last commit has not got them", &report.removed),
    ] {
        if !files.is_empty() {
            let _ = writeln!(out, "{}", style::heading(heading));
            out.push_str(&words::listed(files));
        }
    }
    out
}
