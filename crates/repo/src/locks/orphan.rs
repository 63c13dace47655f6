//! A git that outlived the process that started it.

use std::fmt;
use std::str::FromStr;

#[cfg(target_os = "linux")]
use std::time::Duration;

/// How long it may go on: most of what it does is done in less.
#[cfg(target_os = "linux")]
const PATIENCE: Duration = Duration::from_secs(5);

/// A process, known by its number and by when it started: numbers come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Process {
    number: u32,
    /// In the kernel's ticks since it was booted.
    started: u64,
}

impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number, self.started)
    }
}

impl FromStr for Process {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (number, started) = text.split_once(' ').ok_or(())?;
        Ok(Self { number: number.parse().map_err(drop)?, started: started.parse().map_err(drop)? })
    }
}

#[cfg(target_os = "linux")]
impl Process {
    /// A process that is there and has not ended.
    pub(crate) fn find(number: u32) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
        // After the name, which may hold anything: the state first, the start as the twentieth.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
        let state = fields.next()?;
        let started = fields.nth(18)?.parse().ok()?;
        (!matches!(state, "Z" | "X")).then_some(Self { number, started })
    }

    fn lives(self) -> bool {
        Self::find(self.number) == Some(self)
    }

    /// Waits until it has ended. One that takes long is ended, with all that it started: nobody is there any
    /// more to hear of it.
    pub(crate) fn outwait(self) {
        self.wait(PATIENCE);
        self.end();
    }

    /// The record may be a file that came with a commit: it gets nothing else ended.
    fn is_git(self) -> bool {
        let name = std::fs::read_to_string(format!("/proc/{}/comm", self.number));
        name.is_ok_and(|name| name.starts_with("git")) && self.lives()
    }

    /// Ends it, with all that it started.
    pub(crate) fn end(self) {
        use rustix::process::{Pid, Signal, kill_process_group};
        let group = i32::try_from(self.number).ok().and_then(Pid::from_raw);
        for signal in [Signal::TERM, Signal::KILL] {
            if let Some(group) = group.filter(|_| self.is_git()) {
                // It leads a group of its own. Where it just ended there is nothing to end.
                let _ = kill_process_group(group, signal);
                self.wait(Duration::from_millis(500));
            }
        }
    }

    fn wait(self, patience: Duration) {
        const LOOK: Duration = Duration::from_millis(20);
        for _ in 0..patience.as_millis() / LOOK.as_millis() {
            if !self.lives() {
                return;
            }
            std::thread::sleep(LOOK);
        }
    }
}

/// Elsewhere it cannot be told from another of the same number, and is left alone.
#[cfg(not(target_os = "linux"))]
impl Process {
    pub(crate) fn find(_number: u32) -> Option<Self> {
        None
    }

    pub(crate) fn outwait(self) {}

    pub(crate) fn end(self) {}
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_known_by_its_start() {
        let own = Process::find(std::process::id()).expect("we live");
        assert_eq!(own.to_string().parse(), Ok(own));
        let other = Process { started: own.started + 1, ..own };
        assert!(own.lives() && !other.lives());
        // It would be a long wait, and an end, if it were taken for us.
        other.outwait();
        // We are no git.
        own.end();
        assert!(Process::find(u32::MAX).is_none());
    }
}
