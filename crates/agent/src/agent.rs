//! The loop: waits until something is due, looks, and does what the mode allows.

use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant, SystemTime};

use syncline_sync::{
    FetchReport, MergeReport, Problem, PullRequest, Status, SyncError, SyncReport, SyncRequest, WatchMode,
    WatchSettings, Watching, Workspace,
};

use crate::events::{FileEvents, Wake};
use crate::schedule::{Schedule, Task};

/// The remote was asked so lately that its answer is believed when something is to be pushed.
const FRESH: Duration = Duration::from_mins(1);

/// The clocks of the day and of the machine differ by more than this: it slept, or the time was set.
const SLEPT: Duration = Duration::from_secs(10);

/// The longest wait, so that a machine that slept is noticed soon after it woke up.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What the agent tells.
#[derive(Debug)]
pub enum Event {
    /// It began.
    Began {
        /// The folder.
        root: PathBuf,
        /// Whether the system tells when a file changes; else the folder is looked at as often as the remote.
        has_events: bool,
    },
    /// Something was committed, merged or pushed.
    Synced(Box<SyncReport>),
    /// Something of others' came in.
    Pulled(Box<MergeReport>),
    /// There is uncommitted or unpushed work, and the mode leaves it to the user.
    HasOwnWork {
        /// How many resources changed and are not committed.
        changes: usize,
        /// How many commits are not pushed.
        commits: usize,
    },
    /// Files that are set aside: others than before, or none any more.
    Problems(Vec<Problem>),
    /// The remote has something new, and the mode leaves it to the user.
    HasNews(FetchReport),
    /// Something could not be done. It is tried again; the same trouble is told once.
    Trouble(SyncError),
    /// What was in the way is gone.
    Recovered,
    /// It ended; the folder and the remote have been synced as far as the mode says.
    Ended,
}

/// Asks the agent to end, from anywhere.
#[derive(Clone, Debug)]
pub struct Stop(Sender<Wake>);

impl Stop {
    /// Asks it to finish what it is at, to sync a last time where its mode says so, and to end.
    pub fn stop(&self) {
        // Where nobody listens it has ended.
        let _ = self.0.send(Wake::Stop);
    }
}

/// Opens the workspace: anew for each piece of work, so that settings count when they are set, and a drive that
/// vanished can come back.
pub type Open<'a> = dyn FnMut() -> Result<Workspace, SyncError> + 'a;

/// Watches one folder.
pub struct Agent<'a> {
    open: Box<Open<'a>>,
    tell: Box<dyn FnMut(Event) + 'a>,
    mode: WatchMode,
    schedule: Schedule,
    events: Option<FileEvents>,
    wake: Receiver<Wake>,
    began: (Instant, SystemTime),
    /// When the remote last said that it has nothing new, or all of it was taken in.
    known_remote: Option<Duration>,
    /// What was told last, so that it is told once.
    trouble: Option<String>,
    told_of_work: (usize, usize),
    told_of_news: (usize, usize),
    told_of_problems: Vec<Problem>,
    _watching: Watching,
}

impl<'a> Agent<'a> {
    /// Begins to watch; fails where another does, or where there is nothing to watch.
    pub fn begin(
        settings: WatchSettings,
        mut open: Box<Open<'a>>,
        mut tell: Box<dyn FnMut(Event) + 'a>,
    ) -> Result<(Self, Stop), SyncError> {
        let workspace = open()?;
        let watching = workspace.watch()?;
        let (sender, wake) = mpsc::channel();
        let mut events = FileEvents::new(sender.clone()).ok();
        let folders = folders_of(&workspace)?;
        let has_events = events.as_mut().is_some_and(|events| events.watch(&folders));
        tell(Event::Began { root: workspace.root().to_owned(), has_events });
        let agent = Self {
            open,
            tell,
            mode: settings.mode,
            schedule: Schedule::new(settings, has_events),
            events,
            wake,
            began: clocks(),
            known_remote: None,
            trouble: None,
            told_of_work: (0, 0),
            told_of_news: (0, 0),
            told_of_problems: Vec::new(),
            _watching: watching,
        };
        Ok((agent, Stop(sender)))
    }

    /// Watches until it is asked to end.
    pub fn run(mut self) {
        self.at_an_end_of_the_session();
        loop {
            if self.wait() {
                break;
            }
            self.notice_sleep();
            match self.schedule.due(self.now()) {
                Some(Task::Folder) => self.look_at_folder(),
                Some(Task::Remote) => self.look_at_remote(),
                None => {}
            }
        }
        self.at_an_end_of_the_session();
        (self.tell)(Event::Ended);
    }

    /// Waits until something is due, or was touched. True where it is to end.
    fn wait(&mut self) -> bool {
        let mut wait = self.schedule.next().saturating_sub(self.now()).min(LONGEST_WAIT);
        loop {
            match self.wake.recv_timeout(wait) {
                Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => return true,
                Ok(Wake::Touched) => self.schedule.touched(self.now()),
                Ok(Wake::Folders) => {
                    self.schedule.touched(self.now());
                    self.watch_folders();
                }
                Err(RecvTimeoutError::Timeout) => return false,
            }
            // What else has been told already belongs to the same moment.
            wait = Duration::ZERO;
        }
    }

    /// At the beginning and at the end: everything goes both ways, unless the mode leaves it to the user.
    fn at_an_end_of_the_session(&mut self) {
        if self.mode == WatchMode::Manual {
            self.look_at_folder();
            self.look_at_remote();
        } else {
            self.schedule.looks_at_folder();
            self.sync(false);
        }
    }

    fn look_at_folder(&mut self) {
        let began = self.now();
        self.schedule.looks_at_folder();
        match (self.open)().and_then(|workspace| workspace.status()) {
            Err(error) => self.failed(error),
            Ok(status) => self.found_in_folder(status),
        }
        let now = self.now();
        self.schedule.looked_at_folder(now, now.saturating_sub(began));
    }

    fn found_in_folder(&mut self, status: Status) {
        if self.told_of_problems != status.problems {
            self.told_of_problems.clone_from(&status.problems);
            (self.tell)(Event::Problems(status.problems));
        }
        // What git has begun is git's to end; it is looked at again then.
        if status.in_progress.is_some() {
            return;
        }
        let work = (status.changes.len() + status.taken_out.len(), status.ahead);
        if work == (0, 0) {
            self.told_of_work = work;
        } else if self.mode == WatchMode::Instant {
            self.sync(self.known_remote.is_some_and(|known| self.now().saturating_sub(known) < FRESH));
        } else if self.told_of_work != work {
            self.told_of_work = work;
            (self.tell)(Event::HasOwnWork { changes: work.0, commits: work.1 });
        }
    }

    fn look_at_remote(&mut self) {
        match (self.open)().and_then(|workspace| workspace.remote_has_news()) {
            Err(error) => self.failed(error),
            Ok(false) => self.remote_answered(),
            Ok(true) => match self.mode {
                WatchMode::Instant => self.sync(false),
                WatchMode::Session => self.pull(),
                WatchMode::Manual => self.fetch(),
            },
        }
    }

    fn sync(&mut self, nothing_new: bool) {
        let request = SyncRequest { nothing_new, ..SyncRequest::default() };
        match (self.open)().and_then(|mut workspace| workspace.sync(&request)) {
            Ok(report) => {
                self.remote_answered();
                if report.commit.is_some() || report.pulled.moved || report.pushed.is_some() {
                    (self.tell)(Event::Synced(Box::new(report)));
                }
            }
            // What others did comes in all the same.
            Err(error @ SyncError::TooManyRemovals { .. }) => {
                self.told(error);
                self.pull();
            }
            Err(error) => self.failed(error),
        }
    }

    fn pull(&mut self) {
        match (self.open)().and_then(|mut workspace| workspace.pull(PullRequest::default())) {
            Ok(report) => {
                self.remote_answered();
                if report.moved {
                    (self.tell)(Event::Pulled(Box::new(report)));
                }
            }
            Err(error) => self.failed(error),
        }
    }

    fn fetch(&mut self) {
        match (self.open)().and_then(|mut workspace| workspace.fetch()) {
            Ok(report) => {
                self.remote_answered();
                let news = (report.ahead, report.behind);
                if report.behind > 0 && self.told_of_news != news {
                    self.told_of_news = news;
                    (self.tell)(Event::HasNews(report));
                }
            }
            Err(error) => self.failed(error),
        }
    }

    fn remote_answered(&mut self) {
        let now = self.now();
        self.known_remote = Some(now);
        self.schedule.remote_answered(now, drawn());
        if self.trouble.take().is_some() {
            // What was gone is another folder of the same name.
            self.watch_folders();
            (self.tell)(Event::Recovered);
        }
    }

    /// Tells it, and tries again later: what needs the network by and by less often, what somebody else is at in a
    /// moment.
    fn failed(&mut self, error: SyncError) {
        let now = self.now();
        if matches!(error, SyncError::Locked { .. } | SyncError::FolderKeepsChanging) {
            self.schedule.touched(now);
        }
        self.known_remote = None;
        match &error {
            SyncError::Remote(error) => {
                let retry_after = error.retry_after.map(Duration::from_secs);
                self.schedule.remote_failed(now, drawn(), retry_after);
            }
            _ => self.schedule.remote_answered(now, drawn()),
        }
        self.told(error);
    }

    fn told(&mut self, error: SyncError) {
        let text = error.to_string();
        if self.trouble.as_ref() != Some(&text) {
            self.trouble = Some(text);
            (self.tell)(Event::Trouble(error));
        }
    }

    /// Another set of folders is there; a drive that came back is watched again.
    fn watch_folders(&mut self) {
        let Some(events) = &mut self.events else { return };
        if let Ok(folders) = (self.open)().and_then(|workspace| folders_of(&workspace)) {
            events.watch(&folders);
        }
    }

    /// After a sleep the network may be another, and events may be lost.
    fn notice_sleep(&mut self) {
        let (began, at) = self.began;
        let by_machine = began.elapsed();
        let by_day = at.elapsed().unwrap_or_default();
        if by_day.abs_diff(by_machine) > SLEPT {
            let (instant, day) = clocks();
            // The machine's time goes on from where it was.
            self.began = (
                instant.checked_sub(by_machine).unwrap_or(instant),
                day.checked_sub(by_machine).unwrap_or(day),
            );
            let now = self.now();
            self.schedule.woke_up(now);
            self.watch_folders();
        }
    }

    /// Since the agent began.
    fn now(&self) -> Duration {
        self.began.0.elapsed()
    }
}

/// What is to be watched: the folders, and where Git notes that a branch moved, for who commits with git.
fn folders_of(workspace: &Workspace) -> Result<Vec<PathBuf>, SyncError> {
    let mut folders = workspace.folders()?;
    folders.push(workspace.git_dir().join("logs"));
    Ok(folders)
}

/// A number that differs from agent to agent and from time to time.
fn drawn() -> u8 {
    RandomState::new().hash_one(()).to_le_bytes()[0]
}

#[expect(
    clippy::disallowed_methods,
    reason = "the agent waits, and tells by both clocks whether the machine slept"
)]
fn clocks() -> (Instant, SystemTime) {
    (Instant::now(), SystemTime::now())
}
