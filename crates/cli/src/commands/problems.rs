//! `syncline problems`.

use serde_json::json;

use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::{Answer, json, problem, style};
use crate::session::Session;

pub(crate) fn run(session: &Session<'_>) -> Result<Answer, CommandError> {
    let workspace = session.open()?;
    let problems = workspace.problems()?;
    let text = || {
        if problems.is_empty() { "Every file can be read\n".to_owned() } else { problem::details(&problems) }
    };
    let next = (!problems.is_empty())
        .then(|| style::next_step("mend the files and commit; until then the last good versions are in use"));
    Ok(session
        .report(|| json!({"problems": json::problems(&problems)}), text)
        .notes(session.notes(next))
        .exit(Exit::held_if(!problems.is_empty())))
}
