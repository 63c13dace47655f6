//! Running a child to its end with bounds on time and output.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::{Cancel, GitError, GitOutput, OnProgress, Progress};
use crate::locks::git_claim::GitClaim;

/// How often a request to stop is looked at.
const LOOK_FOR_CANCEL: Duration = Duration::from_millis(50);

/// How long output is awaited after the exit: a helper that git left behind (a credential cache, a
/// maintenance run) may hold the pipes open for hours.
const AFTER_EXIT: Duration = Duration::from_millis(500);

/// What is kept of the beginning and of the end of standard error, in bytes each.
const STDERR_KEPT: usize = 64 << 10;

enum Event {
    Stdout(Vec<u8>),
    Stderr(Vec<u8>),
    Closed,
    Exited,
    Failed(std::io::Error),
}

/// Runs `command` to its end. On any error the child and all that it started are ended.
pub(super) fn run(
    mut command: Command,
    stdin: Option<Vec<u8>>,
    time_limit: Duration,
    output_limit: usize,
    cancel: &Cancel,
    mut claim: Option<GitClaim>,
    on_progress: OnProgress<'_>,
) -> Result<GitOutput, GitError> {
    group::lead_own_group(&mut command);
    let mut child = command.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound if command.get_current_dir().is_none_or(std::path::Path::exists) => {
            GitError::NotInstalled
        }
        _ => GitError::Start(error),
    })?;
    if let Some(claim) = &mut claim {
        claim.started(child.id());
    }
    let events = watch(&mut child, stdin);
    let mut collected = Collected::new(output_limit);
    let mut stops = || {
        if let Some(claim) = &mut claim {
            claim.beat();
        }
        cancel.is_cancelled()
    };
    let outcome = collect(&events, &mut collected, now() + time_limit, time_limit, &mut stops, on_progress);
    if outcome.is_err() {
        group::end(&mut child);
    }
    let status = child.wait().map_err(GitError::Talk)?;
    outcome.map(|()| collected.finish(status))
}

/// Starts the threads that read both outputs, feed the input and wait for the exit.
fn watch(child: &mut Child, stdin: Option<Vec<u8>>) -> Receiver<Event> {
    let (sender, events) = channel();
    if let Some(stdout) = child.stdout.take() {
        read(stdout, sender.clone(), Event::Stdout);
    }
    if let Some(stderr) = child.stderr.take() {
        read(stderr, sender.clone(), Event::Stderr);
    }
    if let (Some(mut pipe), Some(bytes)) = (child.stdin.take(), stdin) {
        // A git that ends before it has read everything closes the pipe; its exit code tells why.
        thread::spawn(move || pipe.write_all(&bytes));
    }
    group::await_exit(child, move || drop(sender.send(Event::Exited)));
    events
}

fn read(mut pipe: impl Read + Send + 'static, sender: Sender<Event>, event: fn(Vec<u8>) -> Event) {
    thread::spawn(move || {
        let mut buffer = vec![0; 32 << 10];
        loop {
            let message = match pipe.read(&mut buffer) {
                Ok(0) => Event::Closed,
                Ok(length) => event(buffer[..length].to_vec()),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => Event::Failed(error),
            };
            let last = matches!(message, Event::Closed | Event::Failed(_));
            if sender.send(message).is_err() || last {
                return;
            }
        }
    });
}

fn collect(
    events: &Receiver<Event>,
    collected: &mut Collected,
    mut deadline: Instant,
    time_limit: Duration,
    stops: &mut dyn FnMut() -> bool,
    on_progress: OnProgress<'_>,
) -> Result<(), GitError> {
    let (mut open, mut exited) = (2, false);
    while open > 0 || !exited {
        if stops() {
            return Err(GitError::Cancelled);
        }
        let left = deadline.saturating_duration_since(now());
        match events.recv_timeout(left.min(LOOK_FOR_CANCEL)) {
            Ok(Event::Stdout(bytes)) => collected.stdout(&bytes)?,
            Ok(Event::Stderr(bytes)) => collected.stderr(&bytes, on_progress),
            Ok(Event::Closed) => open -= 1,
            Ok(Event::Failed(error)) => return Err(GitError::Talk(error)),
            Ok(Event::Exited) => {
                exited = true;
                deadline = deadline.min(now() + AFTER_EXIT);
            }
            Err(RecvTimeoutError::Timeout) if left.is_zero() && exited => return Ok(()),
            Err(RecvTimeoutError::Timeout) if left.is_zero() => return Err(GitError::TimeLimit(time_limit)),
            Err(RecvTimeoutError::Timeout) => (),
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a time limit needs the clock")]
fn now() -> Instant {
    Instant::now()
}

/// The output so far.
struct Collected {
    stdout: Vec<u8>,
    limit: usize,
    /// The line of standard error that has not ended yet.
    line: Vec<u8>,
    head: String,
    tail: String,
}

impl Collected {
    fn new(limit: usize) -> Self {
        Self { stdout: Vec::new(), limit, line: Vec::new(), head: String::new(), tail: String::new() }
    }

    fn stdout(&mut self, bytes: &[u8]) -> Result<(), GitError> {
        if self.stdout.len() + bytes.len() > self.limit {
            return Err(GitError::OutputLimit(self.limit));
        }
        self.stdout.extend_from_slice(bytes);
        Ok(())
    }

    /// Progress lines end in a carriage return, messages in a line feed.
    fn stderr(&mut self, bytes: &[u8], on_progress: OnProgress<'_>) {
        for byte in bytes {
            if matches!(byte, b'\r' | b'\n') {
                self.end_line(on_progress);
            } else if self.line.len() < STDERR_KEPT {
                self.line.push(*byte);
            }
        }
    }

    fn end_line(&mut self, on_progress: OnProgress<'_>) {
        let line = String::from_utf8_lossy(&self.line).into_owned();
        self.line.clear();
        // The side band pads a remote's lines with an escape that clears the rest of a terminal's line.
        let line = line.replace("\u{1b}[K", "");
        let line = line.trim_end();
        match Progress::parse(line) {
            Some(progress) => on_progress(&progress),
            None if line.is_empty() => (),
            None => self.keep(line),
        }
    }

    fn keep(&mut self, line: &str) {
        if self.head.len() + line.len() < STDERR_KEPT && self.tail.is_empty() {
            self.head.push_str(line);
            self.head.push('\n');
            return;
        }
        self.tail.push_str(line);
        self.tail.push('\n');
        if self.tail.len() > 2 * STDERR_KEPT {
            let cut = self.tail.ceil_char_boundary(self.tail.len() - STDERR_KEPT);
            self.tail.drain(..cut);
        }
    }

    fn finish(mut self, status: ExitStatus) -> GitOutput {
        self.end_line(&mut |_| ());
        GitOutput { code: status.code(), stdout: self.stdout, stderr: self.head + &self.tail }
    }
}

#[cfg(unix)]
mod group {
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command};
    use std::thread;

    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

    pub(super) fn lead_own_group(command: &mut Command) {
        command.process_group(0);
    }

    fn pid(child: &Child) -> Option<Pid> {
        i32::try_from(child.id()).ok().and_then(Pid::from_raw)
    }

    /// The exit is only looked at, not collected, so that the process id stays ours until `Child::wait`: a
    /// signal can never reach somebody else's group.
    pub(super) fn await_exit(child: &Child, then: impl FnOnce() + Send + 'static) {
        let pid = pid(child);
        thread::spawn(move || {
            if let Some(pid) = pid {
                let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
                while matches!(waitid(WaitId::Pid(pid), options), Err(rustix::io::Errno::INTR)) {}
            }
            then();
        });
    }

    /// Ends git with its helpers. First kindly, so that git removes its lock files.
    pub(super) fn end(child: &mut Child) {
        if let Some(group) = pid(child) {
            let _ = kill_process_group(group, Signal::TERM);
            for _ in 0..50 {
                let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
                if !matches!(waitid(WaitId::Pid(group), options), Ok(None)) {
                    break;
                }
                thread::sleep(std::time::Duration::from_millis(10));
            }
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

#[cfg(not(unix))]
mod group {
    use std::process::{Child, Command};

    pub(super) fn lead_own_group(_: &mut Command) {}

    /// Here the end of the output stands for the exit.
    pub(super) fn await_exit(_: &Child, then: impl FnOnce() + Send + 'static) {
        then();
    }

    pub(super) fn end(child: &mut Child) {
        let _ = child.kill();
    }
}
