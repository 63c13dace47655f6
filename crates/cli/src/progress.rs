//! One line on a terminal that tells what takes long.

use std::io::{IsTerminal, Write, stderr};
use std::sync::Mutex;

use syncline_sync::Progress;

/// Clears the line that the cursor is on.
const CLEAR_LINE: &str = "\r\x1b[2K";
/// Longer lines would wrap, and then not be cleared.
const WIDTH: usize = 78;

/// Overwrites one line of standard error, and clears it when dropped.
#[derive(Debug, Default)]
pub(crate) struct TerminalProgress {
    shown: Mutex<bool>,
}

impl TerminalProgress {
    /// `None` where standard error is no terminal: a log shall not fill with progress.
    pub(crate) fn on_terminal() -> Option<Self> {
        stderr().is_terminal().then(Self::default)
    }
}

impl Progress for TerminalProgress {
    fn report(&self, line: &str) {
        let line: String = line.chars().filter(|c| !c.is_control()).take(WIDTH).collect();
        if let Ok(mut shown) = self.shown.lock() {
            *shown = true;
            // Progress is a courtesy: where it cannot be shown, the work goes on.
            let _ = write!(stderr(), "{CLEAR_LINE}{line}").and_then(|()| stderr().flush());
        }
    }
}

impl Drop for TerminalProgress {
    fn drop(&mut self) {
        if self.shown.get_mut().is_ok_and(|shown| *shown) {
            let _ = write!(stderr(), "{CLEAR_LINE}").and_then(|()| stderr().flush());
        }
    }
}
