//! Questions to whoever sits at the terminal.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin};

use crate::error::CommandError;
use crate::exit::Exit;
use crate::progress;

/// Whether there is somebody to ask. Questions go to standard error, so that standard output stays data.
pub(crate) fn is_possible() -> bool {
    stdin().is_terminal() && stderr().is_terminal()
}

/// Asks for one line.
pub(crate) fn line(question: &str) -> Result<String, CommandError> {
    progress::make_way();
    let mut output = anstream::stderr();
    let asked = write!(output, "{question} ").and_then(|()| output.flush());
    let mut answer = String::new();
    asked.and_then(|()| stdin().lock().read_line(&mut answer)).map_err(|source| no_answer(&source))?;
    Ok(answer.trim().to_owned())
}

/// Asks for a secret, which is not shown while it is typed.
pub(crate) fn secret(question: &str) -> Result<String, CommandError> {
    progress::make_way();
    rpassword::prompt_password(format!("{question} ")).map_err(|source| no_answer(&source))
}

/// Asks a question that is answered by yes or no; anything but yes is no, as is no answer at all.
pub(crate) fn yes(question: &str) -> bool {
    line(&format!("{question} [y/N]"))
        .is_ok_and(|answer| matches!(answer.to_lowercase().as_str(), "y" | "yes"))
}

fn no_answer(source: &std::io::Error) -> CommandError {
    CommandError::new(Exit::Refused, format!("no answer could be read from the terminal: {source}"))
}
