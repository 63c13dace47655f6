//! One line on a terminal that shows how far long work has come.

use std::io::{IsTerminal, Write, stderr};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use syncline_sync::Progress;

use crate::output::width_of_errors;
use crate::output::words::{clipped, shown};

/// Clears the line that the cursor is on.
const CLEAR_LINE: &str = "\r\x1b[2K";
/// What takes less shows nothing: it would only flicker.
const PATIENCE: Duration = Duration::from_millis(300);
/// Between two drawings.
const PAUSE: Duration = Duration::from_millis(80);
/// Cells of the bar.
const CELLS: usize = 20;

/// Overwrites one line of standard error, and clears it when dropped.
#[derive(Debug)]
pub(crate) struct TerminalProgress {
    started: Instant,
    drawn: Mutex<Option<Instant>>,
}

impl TerminalProgress {
    /// `None` where standard error is no terminal: a log shall not fill with progress.
    pub(crate) fn on_terminal() -> Option<Self> {
        stderr().is_terminal().then(|| Self { started: now(), drawn: Mutex::default() })
    }
}

impl Progress for TerminalProgress {
    fn report(&self, stage: &str, done: u64, total: Option<u64>) {
        let Ok(mut drawn) = self.drawn.lock() else { return };
        if self.started.elapsed() < PATIENCE || drawn.is_some_and(|last| last.elapsed() < PAUSE) {
            return;
        }
        *drawn = Some(now());
        let line = line(stage, done, total, width_of_errors());
        // Progress is a courtesy: where it cannot be shown, the work goes on.
        let _ = write!(stderr(), "{CLEAR_LINE}{line}").and_then(|()| stderr().flush());
    }
}

impl Drop for TerminalProgress {
    fn drop(&mut self) {
        if self.drawn.get_mut().is_ok_and(|drawn| drawn.is_some()) {
            make_way();
        }
    }
}

/// Clears the line for something else that is to be said on the terminal.
pub(crate) fn make_way() {
    if stderr().is_terminal() {
        let _ = write!(stderr(), "{CLEAR_LINE}").and_then(|()| stderr().flush());
    }
}

#[expect(clippy::disallowed_methods, reason = "how often a terminal is drawn is a matter of its edge")]
fn now() -> Instant {
    Instant::now()
}

/// `Reading files  [########------------]  400 of 1000`, one cell shorter than the terminal: a line that wraps could
/// not be cleared. Where there is no room for it the bar goes first.
fn line(stage: &str, done: u64, total: Option<u64>, width: usize) -> String {
    let stage = shown(stage);
    let Some(total) = total.filter(|total| *total > 0) else {
        return clipped(&format!("{stage}  {done}"), width.saturating_sub(1));
    };
    let done = done.min(total);
    let filled = usize::try_from(done * CELLS as u64 / total).unwrap_or(CELLS);
    let bar = format!("[{}{}]", "#".repeat(filled), "-".repeat(CELLS - filled));
    let whole = format!("{stage}  {bar}  {done} of {total}");
    if whole.chars().count() < width {
        return whole;
    }
    clipped(&format!("{stage}  {done} of {total}"), width.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn the_bar_goes_where_there_is_no_room() {
        assert_eq!(
            line("Reading files", 400, Some(1000), 80),
            "Reading files  [########------------]  400 of 1000"
        );
        assert_eq!(line("Reading files", 400, Some(1000), 40), "Reading files  400 of 1000");
        assert_eq!(line("Reading files", 400, Some(1000), 12), "Reading fi…");
        assert_eq!(line("Enumerating objects", 12, None, 80), "Enumerating objects  12");
        assert_eq!(
            line("Receiving\x1b[2J", 7, Some(7), 80),
            "Receiving\\u{1b}[2J  [####################]  7 of 7"
        );
    }
}
