//! `syncline conflicts` and `syncline resolve`.

use std::fmt::Write as _;

use serde_json::json;
use syncline_document::Value;
use syncline_merge::ConflictId;
use syncline_repo::InProgress;
use syncline_sync::{Held, ResolveReport, Take, Workspace};

use crate::args::{ResolveArgs, TakeSide};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::words::counted;
use crate::output::{Answer, conflict, json, style};
use crate::session::Session;

pub(crate) fn list(session: &Session<'_>) -> Result<Answer, CommandError> {
    let workspace = session.open()?;
    let held = workspace.conflicts()?;
    Ok(session
        .report(|| json!({"conflicts": json::conflicts(&held)}), || text(&held))
        .notes(session.notes(next_steps(&held, workspace.in_progress())))
        .exit(Exit::held_if(!held.is_empty())))
}

fn next_steps(held: &[Held], in_progress: Option<InProgress>) -> Vec<String> {
    if let Some(operation) = in_progress.filter(|_| !held.is_empty()) {
        let first = format!("before that, {}", operation.how_to_end());
        return vec![style::next_step(first)];
    }
    let also = "also `--take base`, `--value TEXT`, `--value-json JSON`";
    let at_once = "all at once: `syncline resolve --all --take ours`";
    let steps = match held.len() {
        0 => &[][..],
        1 => &[also],
        _ => &[also, at_once],
    };
    steps.iter().map(style::next_step).collect()
}

fn text(held: &[Held]) -> String {
    if held.is_empty() { "No conflict is held\n".to_owned() } else { conflict::details(held) }
}

pub(crate) fn resolve(session: &Session<'_>, args: &ResolveArgs) -> Result<Answer, CommandError> {
    let take = take(args)?;
    let mut workspace = session.open()?;
    // A resolve that was killed may have settled some of them already.
    workspace.resume()?;
    let ids = ids(&workspace, args)?;
    if ids.is_empty() {
        return Ok(session.account(|| json!({"settled": [], "commit": null, "left": 0}), || text(&[])));
    }
    let report = workspace.resolve(&ids, &take)?;
    let next = (report.left > 0).then(|| style::next_step("see the others with `syncline conflicts`"));
    Ok(session
        .account(|| json::resolve(&report), || resolve_text(&report))
        .notes(session.notes(next))
        .exit(Exit::held_if(report.left > 0)))
}

fn ids(workspace: &Workspace, args: &ResolveArgs) -> Result<Vec<ConflictId>, CommandError> {
    if args.all {
        return Ok(workspace.conflicts()?.into_iter().map(|held| held.id).collect());
    }
    Ok(args.ids.iter().map(|id| workspace.find_conflict(id)).collect::<Result<_, _>>()?)
}

fn take(args: &ResolveArgs) -> Result<Take, CommandError> {
    match (args.take, &args.value, &args.value_json) {
        (Some(TakeSide::Ours), _, _) => Ok(Take::Ours),
        (Some(TakeSide::Theirs), _, _) => Ok(Take::Theirs),
        (Some(TakeSide::Base), _, _) => Ok(Take::Base),
        (Some(TakeSide::Both), _, _) => Ok(Take::Both),
        (None, Some(text), _) => Ok(Take::Value(Value::string(text.as_str()))),
        (None, None, json) => {
            let json = json.as_deref().unwrap_or_default();
            let value = serde_json::from_str(json).map_err(|error| {
                CommandError::usage(format!("`{json}` is no JSON: {error}"))
                    .hint("text goes with `--value TEXT`, without quotes of JSON")
            })?;
            Ok(Take::Value(Value::from_json(&value)))
        }
    }
}

fn resolve_text(report: &ResolveReport) -> String {
    let settled = counted(report.settled.len(), "conflict", "conflicts");
    let how = match &report.commit {
        Some(commit) => format!("committed as {}", commit.short()),
        None if report.settled.iter().any(|held| held.is_draft) => "there is nothing to commit".to_owned(),
        None => "the file has the value already".to_owned(),
    };
    let mut out = format!("Settled {settled}: {how}\n{}", conflict::listing(&report.settled));
    if report.left > 0 {
        let _ =
            writeln!(out, "{}", counted(report.left, "conflict is still held", "conflicts are still held"));
    }
    out
}
