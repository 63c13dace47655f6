//! `syncline completions`.

use crate::args::CompletionsArgs;
use crate::complete;
use crate::error::CommandError;
use crate::output::Answer;
use crate::session::Session;

pub(crate) fn run(session: &Session<'_>, args: &CompletionsArgs) -> Result<Answer, CommandError> {
    session.refuse_json("a script for a shell", "leave it out")?;
    let script = complete::script(args.shell)
        .map_err(|_| CommandError::usage(format!("there are no completions for {}", args.shell)))?;
    Ok(Answer::bytes(script))
}
