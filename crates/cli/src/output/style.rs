//! Colours. None carries a meaning that the words do not have.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

use super::words::shown_lines;

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const ADDED: Style = AnsiColor::Green.on_default();
pub(crate) const REMOVED: Style = AnsiColor::Red.on_default();
pub(crate) const CHANGED: Style = AnsiColor::Yellow.on_default();
pub(crate) const NAME: Style = AnsiColor::Cyan.on_default();
const ERROR: Style = AnsiColor::Red.on_default().bold();

/// The text in a style.
pub(crate) fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// The word before an error.
pub(crate) fn error(word: &str) -> String {
    paint(ERROR, word)
}

/// A heading over a list.
pub(crate) fn heading(text: impl Display) -> String {
    paint(BOLD, text)
}

/// A line for standard error that warns.
pub(crate) fn warning(message: impl Display) -> String {
    format!("{}: {}", paint(CHANGED, "warning"), shown_lines(&message.to_string()))
}

/// A line for standard error with the next step.
pub(crate) fn next_step(message: impl Display) -> String {
    format!("{}: {}", paint(NAME, "hint"), shown_lines(&message.to_string()))
}
