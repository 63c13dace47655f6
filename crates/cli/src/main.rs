//! The `syncline` program: reads what was typed, lets the engine do it, and tells the outcome.

mod args;
mod clock;
mod commands;
mod complete;
mod credentials;
mod defect;
mod error;
mod exit;
mod interrupt;
mod output;
mod progress;
mod prompt;
mod session;
mod suggest;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::args::{CommandLine, GlobalArgs};
use crate::error::CommandError;
use crate::exit::Exit;

fn main() -> ExitCode {
    if let Some(code) = credentials::answer_git() {
        return code;
    }
    if let Some(code) = complete::answer_shell() {
        return code;
    }
    defect::install_hook();
    // The hook has told the user already; here only the exit code is left to do.
    let exit = catch_unwind(AssertUnwindSafe(run)).unwrap_or(Exit::Defect);
    ExitCode::from(exit.code())
}

fn run() -> Exit {
    if wants_json() {
        output::speak_json();
    }
    let CommandLine { global, command } = match CommandLine::try_parse() {
        Ok(typed) => typed,
        Err(error) => return not_understood(&error),
    };
    output::color(global.color);
    if global.no_pager {
        output::pager::turn_off();
    }
    let verbose = global.verbose;
    let answer = enter(&global).and_then(|()| commands::run(command, &global));
    match answer.and_then(output::Answer::print) {
        Ok(exit) => exit,
        Err(error) => {
            let error = if interrupt::is_cancelled() { interrupt::stopped() } else { suggest::meant(error) };
            output::print_error(&error, verbose);
            error.kind
        }
    }
}

/// Whether `--json` was typed: asked before the rest is understood, as that may fail.
fn wants_json() -> bool {
    std::env::args_os().skip(1).take_while(|typed| typed != "--").any(|typed| typed == "--json")
}

/// Help and version go to standard output; what is wrong is told with the right usage.
fn not_understood(error: &clap::Error) -> Exit {
    if is_nothing_typed(error.kind()) {
        output::print_lines(&commands::welcome::text());
        output::print_error_object(&CommandError::usage("no command was typed"), false);
        return Exit::Usage;
    }
    if error.use_stderr() {
        output::print_error(&CommandError::not_understood(&error.to_string()), false);
        return Exit::Usage;
    }
    // Nothing is left to tell it to where the output is gone.
    let _ = error.print();
    Exit::Done
}

/// Only the program has a command that has to be there: those of `branch`, `share` and the like need not.
fn is_nothing_typed(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand)
}

/// Goes to the folder of `-C`, as git does: every path that was typed is meant from there.
fn enter(global: &GlobalArgs) -> Result<(), CommandError> {
    let Some(folder) = &global.start_in else { return Ok(()) };
    std::env::set_current_dir(folder)
        .map_err(|source| CommandError::file(folder, "entered", &source))
        .map_err(|error| CommandError { kind: Exit::Usage, ..error })
        .map_err(|error| error.hint("`-C` takes a folder that is there; `syncline init DIR` makes a new one"))
}
