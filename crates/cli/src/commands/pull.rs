//! `syncline fetch` and `syncline pull`.

use std::fmt::Write as _;

use serde_json::json;
use syncline_sync::{Carried, FetchReport, MergeReport, PullRequest, SyncError, Workspace};

use super::holding::Holding;
use crate::args::PullArgs;
use crate::error::CommandError;
use crate::output::words::{count, shown};
use crate::output::{Answer, change, conflict, json, problem, style};
use crate::prompt;
use crate::session::Session;

pub(crate) fn fetch(session: &Session<'_>) -> Result<Answer, CommandError> {
    let report = session.with_remote(Workspace::fetch)?;
    let object = || {
        json!({
            "ahead": report.ahead,
            "behind": report.behind,
            "updated": report.updated,
            "new_branches": report.new_branches,
            "moved_branches": report.moved_branches,
            "gone_branches": report.gone_branches,
        })
    };
    let next = (report.behind > 0).then(|| style::next_step("merge them with `syncline pull`"));
    Ok(session.account(object, || fetch_text(&report)).notes(session.notes(next)))
}

fn fetch_text(report: &FetchReport) -> String {
    let unpushed = match report.ahead {
        0 => String::new(),
        ahead => format!("; {} not pushed yet", count(ahead, "commit")),
    };
    let new = match report.behind {
        0 if report.new_branches.is_empty() && report.moved_branches.is_empty() => {
            "Nothing new at the remote".to_owned()
        }
        0 => "Nothing new for this branch".to_owned(),
        behind => format!("{} new at the remote", count(behind, "commit")),
    };
    let mut out = format!("{new}{unpushed}\n");
    let others = [
        ("New there", &report.new_branches),
        ("New commits there on", &report.moved_branches),
        ("Gone there", &report.gone_branches),
    ];
    for (what, branches) in others.into_iter().filter(|(_, branches)| !branches.is_empty()) {
        let names: Vec<String> = branches.iter().map(shown).collect();
        let _ = writeln!(out, "{what}: {}", names.join(", "));
    }
    out
}

pub(crate) fn pull(session: &Session<'_>, args: PullArgs) -> Result<Answer, CommandError> {
    let (report, holding) = session.with_remote(|workspace| {
        let report = with_carrying_confirmed(args.carry.carry_over, |carry_over| {
            workspace.pull(PullRequest { carry_over })
        })?;
        let holding = Holding::after_merge(workspace, &report)?;
        Ok((report, holding))
    })?;
    let text = || {
        if report.moved { text_of(&report) } else { format!("Nothing new at the remote\n{}", held(&report)) }
    };
    Ok(session
        .account(|| json::merge(&report), text)
        .notes(session.notes(way_back(&report).into_iter().chain(holding.next_steps())))
        .exit(holding.exit()))
}

/// Does what may meet a branch that was rewritten: asks first, where somebody is there to answer.
pub(crate) fn with_carrying_confirmed<T>(
    carry_over: bool,
    mut run: impl FnMut(bool) -> Result<T, SyncError>,
) -> Result<T, SyncError> {
    match run(carry_over) {
        Err(error @ SyncError::Rewritten { .. }) if prompt::is_possible() => {
            if prompt::yes(&format!("{error}. Put them onto its new tip?")) { run(true) } else { Err(error) }
        }
        result => result,
    }
}

/// How to go back to the branch as it was before it was carried over.
pub(crate) fn way_back(report: &MergeReport) -> Option<String> {
    let Carried { kept, .. } = report.carried.as_ref()?;
    Some(style::next_step(format!("your branch as it was: `syncline branch create NAME --from {kept}`")))
}

/// What came in.
pub(crate) fn text_of(report: &MergeReport) -> String {
    if let Some(Carried { commits, upstream, .. }) = &report.carried {
        let own = count(*commits, "commit");
        return format!("Carried {own} over to {upstream}, which was rewritten: {}", changes_of(report));
    }
    let merged = if report.merged { " and merged" } else { "" };
    format!("Pulled {}{merged}: {}", count(report.commits, "commit"), changes_of(report))
}

/// The rest of a sentence on what came in, with the changes and what is held below it.
pub(crate) fn changes_of(report: &MergeReport) -> String {
    let changes = if report.changes.is_empty() {
        "no resource changes\n".to_owned()
    } else {
        format!("{}\n{}", change::counted(&report.changes), change::digest(&report.changes))
    };
    changes + &held(report)
}

/// Conflicts and problems that came of a merge.
pub(crate) fn held(report: &MergeReport) -> String {
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
