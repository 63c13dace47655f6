//! The `syncline` program: reads what was typed, lets the engine do it, and tells the outcome.

mod args;
mod clock;
mod commands;
mod credentials;
mod defect;
mod error;
mod exit;
mod interrupt;
mod output;
mod progress;
mod prompt;
mod session;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser;

use crate::args::{CommandLine, GlobalArgs};
use crate::error::CommandError;
use crate::exit::Exit;

fn main() -> ExitCode {
    if let Some(code) = credentials::answer_git() {
        return code;
    }
    defect::install_hook();
    interrupt::listen();
    // The hook has told the user already; here only the exit code is left to do.
    let exit = catch_unwind(AssertUnwindSafe(run)).unwrap_or(Exit::Defect);
    ExitCode::from(exit.code())
}

fn run() -> Exit {
    let CommandLine { global, command } = CommandLine::parse();
    let verbose = global.verbose;
    let answer = enter(&global).and_then(|()| commands::run(command, &global));
    match answer.and_then(output::Answer::print) {
        Ok(exit) => exit,
        Err(error) => {
            let error = if interrupt::cancel().is_cancelled() { interrupt::stopped() } else { error };
            output::print_error(&error, verbose);
            error.kind
        }
    }
}

/// Goes to the folder of `-C`, as git does: every path that was typed is meant from there.
fn enter(global: &GlobalArgs) -> Result<(), CommandError> {
    let Some(folder) = &global.start_in else { return Ok(()) };
    std::env::set_current_dir(folder)
        .map_err(|source| CommandError::file(folder, "entered", &source))
        .map_err(|error| CommandError { kind: Exit::Usage, ..error })
}
