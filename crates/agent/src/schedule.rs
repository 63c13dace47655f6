//! When to look at the folder and at the remote: a function of what happened and of the time, and nothing else.
//!
//! Times are counted from when the agent began.

use std::time::Duration;

use syncline_sync::WatchSettings;

/// What is touched again and again is looked at all the same after so many quiet periods.
const IMPATIENCE: u32 = 10;

/// Between two looks at the folder that nothing asked for: they make up for events that the system lost.
const FOLDER_POLL: Duration = Duration::from_mins(1);

/// A look at the folder takes at most one part of so many of the time.
const FOLDER_SHARE: u32 = 100;

/// The longest pause after failures.
const LONGEST_BACK_OFF: Duration = Duration::from_mins(10);

/// What is to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Folder,
    Remote,
}

/// The folder was touched, and not looked at since.
#[derive(Clone, Copy, Debug)]
struct Touched {
    first: Duration,
    last: Duration,
}

/// What is due when.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    settings: WatchSettings,
    /// Whether the system tells when a file changes; else the folder is looked at as often as the remote.
    has_events: bool,
    touched: Option<Touched>,
    folder_at: Duration,
    remote_at: Duration,
    failures: u32,
}

impl Schedule {
    pub(crate) fn new(settings: WatchSettings, has_events: bool) -> Self {
        let folder_at = if has_events { FOLDER_POLL } else { settings.every };
        let remote_at = settings.every;
        Self { settings, has_events, touched: None, folder_at, remote_at, failures: 0 }
    }

    /// Something in the folder changed.
    pub(crate) fn touched(&mut self, now: Duration) {
        let first = self.touched.map_or(now, |touched| touched.first);
        self.touched = Some(Touched { first, last: now });
    }

    /// What to do now.
    pub(crate) fn due(&self, now: Duration) -> Option<Task> {
        if now >= self.folder_due() {
            Some(Task::Folder)
        } else if now >= self.remote_at {
            Some(Task::Remote)
        } else {
            None
        }
    }

    /// When something is due that is not now.
    pub(crate) fn next(&self) -> Duration {
        self.folder_due().min(self.remote_at)
    }

    /// The folder is being looked at: what is touched from now on counts anew.
    pub(crate) fn looks_at_folder(&mut self) {
        self.touched = None;
    }

    /// The look at the folder, with what came of it, is over.
    pub(crate) fn looked_at_folder(&mut self, now: Duration, took: Duration) {
        let poll = if self.has_events { FOLDER_POLL } else { self.settings.every };
        self.folder_at = now + poll.max(took * FOLDER_SHARE);
    }

    /// The remote answered. `drawn` is a number drawn at random, so that many agents do not ask at once.
    pub(crate) fn remote_answered(&mut self, now: Duration, drawn: u8) {
        self.failures = 0;
        self.remote_at = now + spread(self.settings.every, drawn);
    }

    /// The remote did not answer, or not as it should; it may have said how long to wait.
    pub(crate) fn remote_failed(&mut self, now: Duration, drawn: u8, retry_after: Option<Duration>) {
        let doubled = self.settings.every.saturating_mul(1 << self.failures.min(16));
        self.failures = self.failures.saturating_add(1);
        let pause = spread(doubled.min(LONGEST_BACK_OFF.max(self.settings.every)), drawn);
        self.remote_at = now + pause.max(retry_after.unwrap_or_default());
    }

    /// The machine slept: all may be different now.
    pub(crate) fn woke_up(&mut self, now: Duration) {
        self.failures = 0;
        self.remote_at = now;
        self.touched(now);
    }

    fn folder_due(&self) -> Duration {
        let WatchSettings { quiet, .. } = self.settings;
        let asked =
            self.touched.map(|Touched { first, last }| (last + quiet).min(first + quiet * IMPATIENCE));
        asked.map_or(self.folder_at, |asked| asked.min(self.folder_at))
    }
}

/// Between nine and eleven tenths of a pause.
fn spread(pause: Duration, drawn: u8) -> Duration {
    pause * (2304 + 2 * u32::from(drawn)) / 2560
}

#[cfg(test)]
mod tests {
    use syncline_sync::WatchMode;

    use super::*;

    const MIDDLE: u8 = 128;

    fn seconds(number: u64) -> Duration {
        Duration::from_secs(number)
    }

    const SETTINGS: WatchSettings = WatchSettings {
        mode: WatchMode::Instant,
        every: Duration::from_secs(20),
        quiet: Duration::from_secs(2),
    };

    fn schedule() -> Schedule {
        Schedule::new(SETTINGS, true)
    }

    #[test]
    fn the_folder_is_looked_at_when_it_is_quiet() {
        let mut schedule = schedule();
        assert_eq!(schedule.due(seconds(1)), None);
        schedule.touched(seconds(1));
        schedule.touched(seconds(2));
        assert_eq!((schedule.due(seconds(3)), schedule.next()), (None, seconds(4)));
        assert_eq!(schedule.due(seconds(4)), Some(Task::Folder));
        schedule.looks_at_folder();
        assert_eq!(schedule.due(seconds(4)), None);
    }

    #[test]
    fn what_is_never_quiet_is_looked_at_all_the_same() {
        let mut schedule = schedule();
        let first = (0..60).find(|second| {
            schedule.touched(seconds(*second));
            schedule.due(seconds(*second)) == Some(Task::Folder)
        });
        assert_eq!(first, Some(20));
    }

    #[test]
    fn what_is_touched_during_a_look_is_looked_at_again() {
        let mut schedule = schedule();
        schedule.touched(seconds(1));
        schedule.looks_at_folder();
        schedule.touched(seconds(4));
        schedule.looked_at_folder(seconds(5), seconds(1));
        assert_eq!(schedule.due(seconds(6)), Some(Task::Folder));
    }

    #[test]
    fn a_poll_makes_up_for_lost_events_and_takes_a_hundredth_of_the_time() {
        let mut schedule = schedule();
        schedule.remote_answered(seconds(59), MIDDLE);
        assert_eq!(schedule.due(seconds(60)), Some(Task::Folder));
        schedule.looked_at_folder(seconds(60), seconds(3));
        assert_eq!(schedule.folder_due(), seconds(360));
        let mut blind = Schedule::new(SETTINGS, false);
        blind.remote_answered(seconds(19), MIDDLE);
        assert_eq!(blind.due(seconds(20)), Some(Task::Folder), "without events it is the only way");
    }

    #[test]
    fn a_remote_that_fails_is_asked_less_and_less() {
        let mut schedule = schedule();
        let mut now = seconds(0);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            schedule.remote_failed(now, MIDDLE, None);
            pauses.push(schedule.remote_at.abs_diff(now).as_secs());
            now = schedule.remote_at;
        }
        assert_eq!(pauses, [20, 40, 80, 160, 320, 600, 600, 600]);
        schedule.remote_failed(now, MIDDLE, Some(seconds(900)));
        assert_eq!(schedule.remote_at.abs_diff(now), seconds(900));
        schedule.remote_answered(now, MIDDLE);
        assert_eq!(schedule.remote_at.abs_diff(now), seconds(20));
        schedule.woke_up(now);
        assert_eq!(schedule.remote_at, now);
    }

    #[test]
    fn agents_that_began_together_do_not_stay_together() {
        assert_eq!(spread(seconds(20), 0), seconds(18));
        assert!(spread(seconds(20), u8::MAX) > Duration::from_millis(21_900));
        assert!(spread(seconds(20), u8::MAX) < seconds(22));
    }
}
