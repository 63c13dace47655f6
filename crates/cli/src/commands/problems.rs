//! `syncline problems`.

use serde_json::json;
use syncline_sync::{ProblemKind, TakeApartReport, Workspace};

use super::holding::Holding;
use crate::args::ProblemsArgs;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::{Answer, json, problem, style};
use crate::session::{Session, selectors};

pub(crate) fn run(session: &Session<'_>, args: &ProblemsArgs) -> Result<Answer, CommandError> {
    let mut workspace = session.open()?;
    if args.take_apart.is_empty() {
        list(session, &workspace)
    } else {
        take_apart(session, &mut workspace, &args.take_apart)
    }
}

fn list(session: &Session<'_>, workspace: &Workspace) -> Result<Answer, CommandError> {
    let problems = workspace.problems()?;
    let text = || {
        if problems.is_empty() { "Every file can be read\n".to_owned() } else { problem::details(&problems) }
    };
    let has = |kind| problems.iter().any(|problem| problem.kind == kind);
    let unreadable = has(ProblemKind::Unreadable)
        .then(|| style::next_step("mend the files and commit; until then the last good versions are in use"));
    let secret = has(ProblemKind::Secret).then(|| {
        style::next_step("take a secret out, or let it be there: `syncline secret` says what to type")
    });
    let next = unreadable.into_iter().chain(secret);
    Ok(session
        .report(|| json!({"problems": json::problems(&problems)}), text)
        .notes(session.notes(next))
        .exit(Exit::held_if(!problems.is_empty())))
}

fn take_apart(
    session: &Session<'_>,
    workspace: &mut Workspace,
    paths: &[String],
) -> Result<Answer, CommandError> {
    let report = workspace.take_apart(&selectors(workspace, paths)?)?;
    let held = Holding::in_status(&workspace.status()?);
    let text = || match &report {
        TakeApartReport { files, .. } if files.is_empty() => "No file has conflict markers\n".to_owned(),
        report => problem::taken_apart(report),
    };
    Ok(session
        .account(|| json::take_apart(&report), text)
        .notes(session.notes(held.next_steps()))
        .exit(held.exit()))
}
