//! `syncline undo` and `syncline operations`.

use serde_json::json;
use syncline_sync::{Operation, UndoReport, Undone};

use super::holding::Holding;
use super::pull;
use crate::args::{OperationsArgs, UndoArgs};
use crate::error::CommandError;
use crate::output::words::shown;
use crate::output::{Answer, history, json, style};
use crate::session::Session;

pub(crate) fn undo(session: &Session<'_>, args: &UndoArgs) -> Result<Answer, CommandError> {
    let mut workspace = session.open()?;
    let report = workspace.undo(args.operation.as_deref())?;
    let holding = Holding::after_merge(&workspace, &report.merge)?;
    let again = style::next_step("`syncline undo` once more brings it back");
    Ok(session
        .account(|| json::undo(&report), || text(&report))
        .notes(session.notes([again].into_iter().chain(holding.next_steps())))
        .exit(holding.exit()))
}

fn text(report: &UndoReport) -> String {
    let Operation { kind, description, .. } = &report.undone;
    let mut out = match description.strip_prefix("Undo: ") {
        Some(again) if kind == "undo" => format!("Brought back `{}`", shown(again)),
        _ => format!("Undid the {kind} `{}`", shown(description.trim_start_matches("Redo: "))),
    };
    match (report.how, report.merge.moved) {
        (Undone::Reverted, true) => {
            out.push_str(" by a new commit, for it was published or built on: ");
            out.push_str(&pull::changes_of(&report.merge));
        }
        (Undone::Reverted, false) => {
            out.push_str(": nothing was left of it\n");
            out.push_str(&pull::held(&report.merge));
        }
        (Undone::Back, _) => {
            out.push_str(if kind == "commit" { ": its changes are not committed any more\n" } else { "\n" });
            out.push_str(&pull::held(&report.merge));
        }
    }
    out
}

pub(crate) fn operations(session: &Session<'_>, args: &OperationsArgs) -> Result<Answer, CommandError> {
    listing(session, args.limit)
}

/// The record of operations, newest first.
pub(crate) fn listing(session: &Session<'_>, limit: Option<usize>) -> Result<Answer, CommandError> {
    let operations = session.open()?.operations(limit)?;
    let object = || json!({"operations": json::operations(&operations)});
    Ok(session.report(object, || history::operations(&operations)))
}
