//! `syncline completions`.

use clap::CommandFactory;

use crate::args::{CommandLine, CompletionsArgs};
use crate::output::Answer;

pub(crate) fn run(args: &CompletionsArgs) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut CommandLine::command(), "syncline", &mut script);
    Answer::bytes(script)
}
