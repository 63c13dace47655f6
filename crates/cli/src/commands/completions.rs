//! `syncline completions`.

use clap::CommandFactory;

use crate::args::{CommandLine, CompletionsArgs};
use crate::error::CommandError;
use crate::output::Answer;
use crate::session::Session;

pub(crate) fn run(session: &Session<'_>, args: &CompletionsArgs) -> Result<Answer, CommandError> {
    session.refuse_json("a script for a shell", "leave it out")?;
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut CommandLine::command(), "syncline", &mut script);
    Ok(Answer::bytes(script))
}
