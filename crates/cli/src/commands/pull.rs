//! `syncline fetch` and `syncline pull`.

use std::fmt::Write as _;

use serde_json::json;
use syncline_sync::{FetchReport, MergeReport};

use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::words::count;
use crate::output::{Answer, change, conflict, json, problem, style};
use crate::session::Session;

pub(crate) fn fetch(session: &Session<'_>) -> Result<Answer, CommandError> {
    let report = session.with_remote(|workspace| workspace.fetch())?;
    let object = || json!({"ahead": report.ahead, "behind": report.behind, "updated": report.updated});
    let next = (report.behind > 0).then(|| style::next_step("merge them with `syncline pull`"));
    Ok(session.account(object, || fetch_text(&report)).notes(session.notes(next)))
}

fn fetch_text(report: &FetchReport) -> String {
    match (report.behind, report.ahead) {
        (0, 0) => "Nothing new at the remote\n".to_owned(),
        (0, ahead) => format!("Nothing new at the remote; {} not pushed yet\n", count(ahead, "commit")),
        (behind, 0) => format!("{} at the remote that are not here\n", count(behind, "commit"))
            .replace("1 commit at the remote that are", "1 commit at the remote that is"),
        (behind, ahead) => format!(
            "{} new at the remote; {} not pushed yet\n",
            count(behind, "commit"),
            count(ahead, "commit")
        ),
    }
}

pub(crate) fn pull(session: &Session<'_>) -> Result<Answer, CommandError> {
    let (report, held) = session.with_remote(|workspace| {
        let report = workspace.pull()?;
        let status = workspace.status()?;
        Ok((report, status.conflicts > 0 || !status.problems.is_empty()))
    })?;
    Ok(merged(session, &report, "Nothing new at the remote").exit(Exit::held_if(held)))
}

/// What came in, as `pull` and `merge` tell it.
pub(crate) fn merged(session: &Session<'_>, report: &MergeReport, nothing: &str) -> Answer {
    let text = || if report.moved { text_of(report) } else { format!("{nothing}\n{}", held_text(report)) };
    session.account(|| json::merge(report), text).notes(session.notes(notes_of(report)))
}

/// What came in.
pub(crate) fn text_of(report: &MergeReport) -> String {
    let commits = count(report.commits, "commit");
    let how = if report.merged { "merged" } else { "taken over" };
    let mut out = format!("Pulled {commits}, {how}");
    if report.changes.is_empty() {
        out.push_str(": no resource changes\n");
    } else {
        let _ = write!(
            out,
            ": {}\n{}",
            change::counted_summary(&report.changes),
            change::listing(&report.changes)
        );
    }
    out.push_str(&held_text(report));
    out
}

fn held_text(report: &MergeReport) -> String {
    let mut out = String::new();
    if !report.conflicts.is_empty() {
        let heading = style::heading(format!("Conflicts held ({})", report.conflicts.len()));
        let _ = write!(out, "{heading}\n{}", conflict::listing(&report.conflicts));
    }
    if !report.problems.is_empty() {
        let heading = style::heading(format!("Problems ({})", report.problems.len()));
        let _ = write!(out, "{heading}\n{}", problem::listing(&report.problems));
    }
    out
}

/// The next step where something is held.
pub(crate) fn notes_of(report: &MergeReport) -> Vec<String> {
    let mut notes = Vec::new();
    if !report.conflicts.is_empty() {
        notes.push(style::next_step("see both values with `syncline conflicts`; nothing waits for it"));
    }
    if !report.problems.is_empty() {
        notes.push(style::next_step("the last good versions are in use; see `syncline problems`"));
    }
    notes
}
