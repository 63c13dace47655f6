//! What is printed: text for people, JSON for programs.
//!
//! Commands build an [`Answer`] out of values; only this module writes to the terminal.

pub(crate) mod change;
pub(crate) mod conflict;
pub(crate) mod history;
pub(crate) mod json;
pub(crate) mod lines;
pub(crate) mod pager;
pub(crate) mod patch;
pub(crate) mod problem;
pub(crate) mod replay;
pub(crate) mod replay_page;
pub(crate) mod status;
pub(crate) mod style;
pub(crate) mod table;
mod value;
pub(crate) mod verdict;
pub(crate) mod words;

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use syncline_repo::{GitEnvironment, git_colors_diffs};

use crate::args::ColorWhen;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::lines::Look;

/// What a command has to say, and how it ended.
#[derive(Debug)]
pub(crate) struct Answer {
    body: Body,
    /// Lines for standard error: warnings and the next command.
    notes: Vec<String>,
    exit: Exit,
    /// Whether it is printed as it is, however long: what was done is no page to read.
    is_account: bool,
}

#[derive(Debug)]
enum Body {
    Text(String),
    Bytes(Vec<u8>),
}

impl Answer {
    /// Text for people; its colours go where they are not wanted.
    pub(crate) fn text(text: String) -> Self {
        Self { body: Body::Text(text), notes: Vec::new(), exit: Exit::Done, is_account: false }
    }

    /// One object for programs.
    pub(crate) fn json(value: &serde_json::Value) -> Self {
        // A `Value` has string keys only, so it always has a text.
        Self::text(format!("{value:#}\n"))
    }

    /// The bytes of a file.
    pub(crate) fn bytes(bytes: Vec<u8>) -> Self {
        Self { body: Body::Bytes(bytes), notes: Vec::new(), exit: Exit::Done, is_account: false }
    }

    /// Something with lines of files in it: byte for byte for a program, so that `git apply` takes it.
    pub(crate) fn lines(write: impl FnOnce(Look) -> Vec<u8>) -> Self {
        let is_for_people = io::stdout().is_terminal()
            || anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
        if is_for_people {
            Self::text(String::from_utf8_lossy(&write(Look::Screen)).into_owned())
        } else {
            Self::bytes(write(Look::Exact))
        }
    }

    /// The same as the account of what was done.
    pub(crate) fn account(mut self) -> Self {
        self.is_account = true;
        self
    }

    /// The same with another end.
    pub(crate) fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// The same with lines for standard error.
    pub(crate) fn notes(mut self, notes: Vec<String>) -> Self {
        self.notes.extend(notes);
        self
    }

    /// Prints it. Whoever reads it may stop in the middle (`syncline log | head`): that is no failure.
    pub(crate) fn print(self) -> Result<Exit, CommandError> {
        let printed = match &self.body {
            Body::Text(text) => {
                let paged = if self.is_account { None } else { pager::show(text) };
                paged.unwrap_or_else(|| {
                    let mut output = anstream::stdout().lock();
                    output.write_all(text.as_bytes()).and_then(|()| output.flush())
                })
            }
            Body::Bytes(bytes) => {
                let mut output = io::stdout().lock();
                output.write_all(bytes).and_then(|()| output.flush())
            }
        };
        match printed {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(CommandError::new(Exit::Refused, format!("the output cannot be written: {error}")))
            }
            _ => {
                print_notes(&self.notes);
                Ok(self.exit)
            }
        }
    }
}

/// Whether `--json` was given, so that standard output holds one object even where a command fails. A panic
/// and a signal have nobody to ask, hence it is the program's.
static AS_JSON: AtomicBool = AtomicBool::new(false);

/// From now on an error is an object too.
pub(crate) fn speak_json() {
    AS_JSON.store(true, Ordering::Relaxed);
}

/// Prints an error to standard error, and with `--json` as an object to standard output too.
pub(crate) fn print_error(error: &CommandError, verbose: bool) {
    print_error_object(error, verbose);
    // Nothing is left to tell it to where standard error is gone.
    let _ = anstream::stderr().write_all(for_terminal(&error.render(verbose)).as_bytes());
}

/// Prints an error as an object to standard output, where `--json` was given.
pub(crate) fn print_error_object(error: &CommandError, verbose: bool) {
    if AS_JSON.load(Ordering::Relaxed) {
        let _ = writeln!(io::stdout(), "{:#}", json::error(error, verbose));
    }
}

/// Colours the output as it was asked for; else as the terminal and the environment say.
pub(crate) fn color(when: Option<ColorWhen>) {
    let choice = match when {
        None => return,
        Some(ColorWhen::Auto) => anstream::ColorChoice::Auto,
        Some(ColorWhen::Always) => anstream::ColorChoice::Always,
        Some(ColorWhen::Never) => anstream::ColorChoice::Never,
    };
    choice.write_global();
}

/// Colours the output where git shows it in a pager and has its own in colour, and nobody asked for another choice.
pub(crate) fn color_in_pager_of_git(environment: &GitEnvironment) {
    let is_in_pager = std::env::var_os("GIT_PAGER_IN_USE").is_some();
    let is_open = anstream::ColorChoice::global() == anstream::ColorChoice::Auto;
    if is_open && is_in_pager && std::env::var_os("NO_COLOR").is_none() && git_colors_diffs(environment) {
        anstream::ColorChoice::Always.write_global();
    }
}

/// How wide lines for people may be where they can be broken; a file or a pipe is read as on a usual terminal.
pub(crate) fn width() -> usize {
    terminal_width().or_else(width_in_pager_of_git).filter(|width| *width > 0).unwrap_or(80)
}

/// Git says how wide the terminal behind its pager is.
fn width_in_pager_of_git() -> Option<usize> {
    std::env::var_os("GIT_PAGER_IN_USE")?;
    std::env::var("COLUMNS").ok()?.parse().ok()
}

/// How wide the terminal of standard error is.
pub(crate) fn width_of_errors() -> usize {
    columns(io::stderr()).filter(|width| *width > 0).unwrap_or(80)
}

fn terminal_width() -> Option<usize> {
    columns(io::stdout())
}

/// Rows and columns of the terminal of standard output.
fn terminal_size() -> Option<(usize, usize)> {
    size(io::stdout()).filter(|(rows, columns)| *rows > 0 && *columns > 0)
}

fn columns<O: Output>(output: O) -> Option<usize> {
    size(output).map(|(_, columns)| columns)
}

#[cfg(unix)]
use std::os::fd::AsFd as Output;

#[cfg(not(unix))]
trait Output {}
#[cfg(not(unix))]
impl<O> Output for O {}

#[cfg(unix)]
fn size(output: impl Output) -> Option<(usize, usize)> {
    let size = rustix::termios::tcgetwinsize(output).ok()?;
    Some((size.ws_row.into(), size.ws_col.into()))
}

#[cfg(not(unix))]
fn size(_output: impl Output) -> Option<(usize, usize)> {
    None
}

/// Prints lines to standard error.
pub(crate) fn print_lines(lines: &str) {
    let _ = anstream::stderr().write_all(lines.as_bytes());
}

/// Prints text to standard output at once, before a command goes on.
pub(crate) fn print_now(text: &str) {
    let mut output = anstream::stdout().lock();
    // A command that goes on for days does so where nobody reads it any more.
    let _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
}

/// Prints an object to standard output at once, in one line.
pub(crate) fn print_object_line(value: &serde_json::Value) {
    let mut output = io::stdout().lock();
    let _ = writeln!(output, "{value}").and_then(|()| output.flush());
}

/// Prints a warning to standard error at once, before a command goes on.
pub(crate) fn warn(message: &str) {
    print_notes(&[style::warning(message)]);
}

fn print_notes(notes: &[String]) {
    let mut output = anstream::stderr();
    for note in notes {
        let _ = writeln!(output, "{}", for_terminal(note));
    }
}

/// Lines for standard error: broken between words where it is a terminal.
fn for_terminal(text: &str) -> String {
    let width = columns(io::stderr()).filter(|width| *width > 0);
    width.map_or_else(|| text.to_owned(), |width| words::wrapped(text, width))
}
