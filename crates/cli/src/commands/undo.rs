//! `syncline undo` and `syncline operations`.

use serde_json::json;
use syncline_sync::{Operation, UndoReport, Undone};

use super::holding::Holding;
use super::{pull, revert};
use crate::args::{OperationsArgs, UndoArgs};
use crate::error::CommandError;
use crate::output::words::shown;
use crate::output::{Answer, history, json, style};
use crate::session::Session;

pub(crate) fn undo(session: &Session<'_>, args: &UndoArgs) -> Result<Answer, CommandError> {
    let mut workspace = session.open()?;
    let report = workspace.undo(args.operation.as_deref())?;
    let holding = Holding::after_merge(&workspace, &report.merge)?;
    Ok(session
        .account(|| json::undo(&report), || text(&report))
        .notes(session.notes(next_steps(&report).into_iter().chain(holding.next_steps())))
        .exit(holding.exit()))
}

fn next_steps(report: &UndoReport) -> Vec<String> {
    let mut steps = Vec::new();
    if report.is_published && report.merge.moved {
        steps.push(style::next_step("the next push takes it back for all who have it"));
    }
    if report.how != Undone::Nothing {
        steps.push(style::next_step("`syncline undo` once more takes this back"));
    }
    steps
}

fn text(report: &UndoReport) -> String {
    let UndoReport { undone, how, merge, settled, .. } = report;
    let Task { done, to_do } = Task::of(undone);
    match (how, merge.moved) {
        (Undone::Reverted | Undone::Nothing, false) => revert::without_commit(&to_do, merge, settled),
        (Undone::Reverted | Undone::Nothing, true) => {
            let why = if report.is_published { "it was published" } else { "others were built on it" };
            let changes = pull::changes_of(merge);
            format!("{done} by a new commit, for {why}: {changes}{}", revert::settled_with_it(settled))
        }
        (Undone::Back, _) => {
            let work = if undone.kind == "commit" { ": its changes are not committed any more" } else { "" };
            format!("{done}{work}\n{}", pull::held(merge))
        }
    }
}

/// An undo in words.
struct Task {
    /// As `Undid the pull …`.
    done: String,
    /// As `undo the pull …`.
    to_do: String,
}

impl Task {
    fn of(undone: &Operation) -> Self {
        let Operation { kind, description, .. } = undone;
        let quoted = |text: &str| format!("`{}`", shown(text));
        let (verb, past, what) = match (description.split_once(": "), kind.as_str()) {
            (Some(("Undo", what)), "undo") => ("redo", "Redid", quoted(what)),
            (Some(("Redo", what)), "undo") => ("undo", "Undid", format!("{} again", quoted(what))),
            _ => ("undo", "Undid", format!("the {kind} {}", quoted(description))),
        };
        Self { done: format!("{past} {what}"), to_do: format!("{verb} {what}") }
    }
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
