//! Why a command failed, as it is told to the user.

use std::error::Error;
use std::fmt::Write as _;
use std::io::ErrorKind as IoErrorKind;
use std::path::Path;

use syncline_repo::{RemoteError, RemoteErrorKind, Step};
use syncline_sync::{ErrorKind, SyncError};

use crate::defect;
use crate::exit::Exit;
use crate::output::style;
use crate::output::words::{shown_line, shown_lines};
use crate::suggest::Unknown;

/// What happened to which thing, and what to do next.
#[derive(Debug)]
pub(crate) struct CommandError {
    /// What the shell is told.
    pub(crate) kind: Exit,
    /// One sentence: lower case, no full stop.
    pub(crate) message: String,
    /// Next steps, most likely first.
    pub(crate) hints: Vec<String>,
    /// What git or the remote said; shown with `--verbose`.
    pub(crate) details: String,
    /// Whether it is shown without: nothing else tells what a hook complains about.
    pub(crate) speaks_for_itself: bool,
    /// A word that was typed and that nothing is called.
    pub(crate) unknown: Option<Unknown>,
    /// How far it got on the way to a remote.
    pub(crate) step: Option<Step>,
}

impl CommandError {
    /// An error without a next step yet.
    pub(crate) fn new(kind: Exit, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hints: Vec::new(),
            details: String::new(),
            speaks_for_itself: false,
            unknown: None,
            step: None,
        }
    }

    /// What was typed makes no sense.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// What clap says of what was typed: the error, tips, the usage, and how to get help, each a paragraph.
    pub(crate) fn not_understood(text: &str) -> Self {
        let mut paragraphs = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
        let message = in_one_line(paragraphs.next().unwrap_or_default());
        let error = Self::usage(message.strip_prefix("error: ").unwrap_or(&message));
        let mut help = "syncline --help".to_owned();
        let error = paragraphs.fold(error, |error, part| match (part.strip_prefix("Usage: "), part) {
            (Some(usage), _) => {
                help = format!("{} --help", command_of(usage));
                let forms: Vec<_> = usage.lines().map(in_one_line).collect();
                error.hint(format!("usage: {}", forms.join(", or ")))
            }
            (None, _) if part.starts_with("For more information") => error,
            (None, tip) => error.hint(in_one_line(tip.strip_prefix("tip: ").unwrap_or(tip))),
        });
        error.hint(format!("`{help}` tells more"))
    }

    /// A file that could not be read or written.
    pub(crate) fn file(path: &Path, action: &str, source: &std::io::Error) -> Self {
        let next = match source.kind() {
            IoErrorKind::NotFound => "name a file or folder that is there",
            IoErrorKind::IsADirectory => "name a file, not a folder",
            IoErrorKind::StorageFull => "make room, and run the command again",
            _ => "see who may do that there, or name another file",
        };
        Self::new(Exit::Refused, format!("`{}` cannot be {action}: {source}", path.display())).hint(next)
    }

    /// The same with one more next step.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The lines for standard error. In them may be what others wrote: names, and a remote's words.
    pub(crate) fn render(&self, verbose: bool) -> String {
        let mut text = format!("{}: {}\n", style::error("error"), shown_lines(&self.message));
        for hint in &self.hints {
            let _ = writeln!(text, "{}", style::next_step(hint));
        }
        if verbose || self.speaks_for_itself {
            for line in self.details.lines() {
                let _ = writeln!(text, "  | {}", shown_line(line));
            }
        }
        text
    }
}

impl From<SyncError> for CommandError {
    fn from(error: SyncError) -> Self {
        if error.kind() == ErrorKind::Defect {
            return defect::explain(&error.to_string());
        }
        let remote = if let SyncError::Remote(remote) = &error { Some(remote) } else { None };
        let is_of_hook =
            |kind| matches!(kind, RemoteErrorKind::LocalHookDeclined | RemoteErrorKind::HookDeclined);
        Self {
            details: remote.map(|remote| remote.git_output.clone()).unwrap_or_default(),
            speaks_for_itself: remote.is_some_and(|remote| is_of_hook(remote.kind)),
            kind: error.kind().into(),
            message: with_causes(&error),
            hints: error.hints(),
            unknown: Unknown::of(&error),
            step: remote.map(RemoteError::step),
        }
    }
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a usage before its arguments, as `syncline branch create`.
fn command_of(usage: &str) -> String {
    let words = usage.split_whitespace();
    words.take_while(|word| !word.starts_with(['-', '<', '['])).collect::<Vec<_>>().join(" ")
}

/// What happened, and why: a library's error names its cause only as its source.
fn with_causes(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let why = inner.to_string();
        if !message.contains(&why) {
            let _ = write!(message, ": {why}");
        }
        cause = inner.source();
    }
    message
}
