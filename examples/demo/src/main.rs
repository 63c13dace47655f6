//! `make demo`: two installations of an Insomnia collection keep it in step through a real Git server.
//!
//! Everything is done by the `syncline` binary and by git; this program only plays the two people and tells
//! what happens.

#![expect(clippy::print_stderr, reason = "a failure is told")]

mod edits;
mod installation;
mod story;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Why the demo ended early.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

fn main() -> ExitCode {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("demo"), PathBuf::from);
    match binary().and_then(|binary| story::tell(&folder, &binary)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(why)) => {
            eprintln!("the demo failed: {why}");
            ExitCode::FAILURE
        }
    }
}

/// The `syncline` that was built beside this program.
fn binary() -> Result<PathBuf, Failure> {
    let own = std::env::current_exe().map_err(|error| Failure(error.to_string()))?;
    let binary = own.parent().unwrap_or(Path::new(".")).join("syncline");
    if binary.is_file() { Ok(binary) } else { Err(Failure(format!("{} is not built", binary.display()))) }
}
