//! `syncline init`.

use std::fmt::Write as _;
use std::path::absolute;

use serde_json::json;
use syncline_sync::{InitReport, Workspace};

use crate::args::InitArgs;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::words::{count, shown};
use crate::output::{Answer, json, problem, style};
use crate::session::Session;

pub(crate) fn run(session: &Session<'_>, args: &InitArgs) -> Result<Answer, CommandError> {
    let dir = absolute(&args.dir).map_err(|source| CommandError::file(&args.dir, "found", &source))?;
    let (_, report) = Workspace::init(&dir, args.format.as_deref(), session.environment(None))?;
    let next = if report.created && report.resources + report.problems.len() == 0 {
        "put files of your tool into it, then commit with `syncline commit -m MSG`"
    } else if report.created {
        "commit with `syncline commit -m MSG`, then `syncline connect URL`"
    } else {
        "see what changed with `syncline status`"
    };
    Ok(session
        .account(|| object(&report), || text(&report))
        .notes(session.notes([style::next_step(next)]))
        .exit(Exit::held_if(!report.problems.is_empty())))
}

fn object(report: &InitReport) -> serde_json::Value {
    json!({
        "root": report.root.to_string_lossy(),
        "created": report.created,
        "format": report.format,
        "resources": report.resources,
        "problems": json::problems(&report.problems),
    })
}

fn text(report: &InitReport) -> String {
    let made = if report.created {
        "is now a workspace"
    } else {
        "is a workspace, in the repository that was there"
    };
    let root = shown(report.root.display());
    let mut out =
        format!("{root} {made}\nFormat {}, {}\n", report.format, count(report.resources, "resource"));
    if !report.problems.is_empty() {
        let _ = write!(out, "{}\n{}", style::heading("Problems"), problem::listing(&report.problems));
    }
    out
}
