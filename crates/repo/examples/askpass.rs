//! What a program has to do so that git can ask it for name and token: before anything else, look whether it
//! was started for that. The tests of the remote use this program.

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let prompt = std::env::args().nth(1).unwrap_or_default();
    let Some(answer) = syncline_repo::askpass_answer(&prompt, |name| std::env::var(name).ok()) else {
        return ExitCode::FAILURE;
    };
    match writeln!(std::io::stdout(), "{answer}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
