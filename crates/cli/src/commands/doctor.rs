//! `syncline doctor`.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use syncline_repo::{Protocol, RemoteUrl, Step};
use syncline_sync::{
    ListedResource, Problem, ProblemKind, RemoteState, Status, SyncError, Workspace, git_version,
};

use super::clone::PUBLIC;
use super::secret;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::style::{ADDED, CHANGED, DIM, REMOVED, paint};
use crate::output::words::{count, counted, listed, shown, shown_lines};
use crate::output::{Answer, problem};
use crate::session::Session;

/// One thing that was looked at.
struct Check {
    what: &'static str,
    state: State,
    message: String,
    /// The places that are meant, one a line.
    places: Vec<String>,
    hints: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Fine,
    /// Worth a look; nothing is kept from working by it.
    Warning,
    /// A command that needs it ends like that.
    Wrong(Exit),
}

impl Check {
    fn new(what: &'static str, state: State, message: impl Into<String>) -> Self {
        Self { what, state, message: message.into(), places: Vec::new(), hints: Vec::new() }
    }

    fn fine(what: &'static str, message: impl Into<String>) -> Self {
        Self::new(what, State::Fine, message)
    }

    fn failed(what: &'static str, error: impl Into<CommandError>) -> Self {
        let error = error.into();
        let check = Self::new(what, State::Wrong(error.kind), error.message);
        Self { hints: error.hints, ..check }
    }

    fn places(self, places: Vec<String>) -> Self {
        Self { places, ..self }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

pub(crate) fn run(session: &Session<'_>) -> Answer {
    let checks = checks(session);
    let wrong = checks.iter().find_map(|check| match check.state {
        State::Wrong(exit) => Some(exit),
        State::Fine | State::Warning => None,
    });
    let object = || json!({"checks": checks.iter().map(object).collect::<Json>()});
    session.report(object, || checks.iter().map(text).collect()).exit(wrong.unwrap_or(Exit::Done))
}

/// All that can be looked at, in the order in which one thing stands on the other: without git, or without a
/// workspace, there is no rest.
fn checks(session: &Session<'_>) -> Vec<Check> {
    let mut checks = Vec::new();
    match git_version(&session.environment(None)) {
        Ok(version) => checks.push(Check::fine("git", format!("version {version}"))),
        Err(error) => return vec![Check::failed("git", error)],
    }
    let workspace = match session.open() {
        Ok(workspace) => workspace,
        Err(error) => {
            checks.push(Check::failed("workspace", error));
            return checks;
        }
    };
    // Before the first commit the format is known by the files alone.
    let status = workspace.status();
    let format = status.as_ref().map_or_else(|_| workspace.format_name(), |status| &status.format);
    checks.push(Check::fine("workspace", format!("{}, format {format}", workspace.root().display())));
    checks.push(settings(&workspace));
    checks.push(author(&workspace));
    match status {
        Ok(status) => checks.extend(files(&workspace, status)),
        Err(error) => checks.push(Check::failed("files", error)),
    }
    checks.extend(same_ids(&workspace));
    checks.push(secrets(&workspace));
    checks.extend(remote(session, &workspace));
    if !checks.iter().any(|check| check.what == "clock") {
        checks.extend(clock_by_commit(&workspace));
    }
    checks.push(locks(&workspace));
    checks
}

fn author(workspace: &Workspace) -> Check {
    match workspace.who_commits() {
        Ok(person) => Check::fine("author", format!("{} <{}>", person.name, person.email)),
        Err(error) => Check::failed("author", error),
    }
}

/// What everybody's settings, and descriptions of tools, have wrong.
fn settings(workspace: &Workspace) -> Check {
    match workspace.wrong_settings() {
        Err(error) => Check::failed("settings", error),
        Ok(wrong) if wrong.is_empty() => Check::fine("settings", "every file of them can be used"),
        Ok(wrong) => {
            let message = counted(wrong.len(), "file is wrong", "files are wrong");
            let check = Check::new("settings", State::Wrong(Exit::Held), message);
            let check = check.places(wrong.iter().map(unreadable_file).collect());
            check.hint("mend the file; `syncline config` lists what is in use")
        }
    }
}

/// What a status knows: operations that are not done, files that cannot be read, and conflicts.
fn files(workspace: &Workspace, status: Status) -> Vec<Check> {
    let mut checks = Vec::new();
    if let Some(operation) = status.in_progress {
        let message =
            format!("a {} of git's is in progress: nothing is written meanwhile", operation.command());
        let check = Check::new("git", State::Wrong(Exit::Refused), message);
        checks.push(check.hint(operation.how_to_end()));
    }
    if let Some(what) = &status.unfinished {
        let check = Check::new("operation", State::Warning, format!("not finished: {what}"));
        checks.push(check.hint("the next command that writes goes on with it"));
    }
    let mut unreadable = status.problems;
    let is_setting = |problem: &Problem| {
        workspace.wrong_settings().is_ok_and(|wrong| wrong.iter().any(|it| it.path == problem.path))
    };
    unreadable.retain(|problem| problem.kind == ProblemKind::Unreadable && !is_setting(problem));
    checks.push(match unreadable.len() {
        0 => Check::fine("files", "every file can be read"),
        number => {
            let message = format!("{} set aside", counted(number, "file is", "files are"));
            let check = Check::new("files", State::Wrong(Exit::Held), message);
            check
                .places(unreadable.iter().map(unreadable_file).collect())
                .hint("see since when, and the last good version, with `syncline problems`")
        }
    });
    checks.push(match status.conflicts {
        0 => Check::fine("conflicts", "none is held"),
        number => {
            let message = counted(number, "conflict is held", "conflicts are held");
            let check = Check::new("conflicts", State::Wrong(Exit::Held), message);
            check.hint("see both values with `syncline conflicts`")
        }
    });
    if let Some(reason) = status.unreadable_conflicts {
        let check = Check::new("conflicts", State::Warning, format!("not all can be read: {reason}"));
        checks.push(
            check.hint("what can be read is used; ask whoever pushed the rest, or use the latest version"),
        );
    }
    checks
}

fn unreadable_file(problem: &Problem) -> String {
    format!("{}: {}", problem::place(problem), problem.reason)
}

/// Resources that have the id of another one: the tool shows one of them, and a merge takes them for one.
fn same_ids(workspace: &Workspace) -> Option<Check> {
    let same = match workspace.same_ids() {
        Ok(same) if same.is_empty() => return None,
        Ok(same) => same,
        Err(error) => return Some(Check::failed("ids", error)),
    };
    let place = |one: &ListedResource| match one.at.parts() {
        [] => shown(&one.path),
        _ => format!("{} at {}", shown(&one.path), shown(&one.at)),
    };
    let line = |same: &Vec<ListedResource>| {
        let places: Vec<_> = same.iter().map(place).collect();
        let id = same[0].id.as_deref().unwrap_or_default();
        format!("{} {}: {}", shown(&same[0].kind), shown(id), places.join(", "))
    };
    let message =
        counted(same.len(), "id is that of several resources", "ids are those of several resources");
    let check = Check::new("ids", State::Warning, message).places(same.iter().map(line).collect());
    Some(check.hint(
        "take the copy out, or give it an id of its own: changes of it are taken for those of the other",
    ))
}

/// Where secrets are that nobody allowed. The secret itself is never printed.
fn secrets(workspace: &Workspace) -> Check {
    let mut found = match workspace.secrets() {
        Ok(found) => found,
        Err(error) => return Check::failed("secrets", error),
    };
    let is_clean = found.is_empty();
    found.retain(|secret| !secret.is_allowed);
    if found.is_empty() {
        return Check::fine("secrets", if is_clean { "none" } else { "none but what is allowed" });
    }
    let check = Check::new("secrets", State::Wrong(Exit::Held), count(found.len(), "secret"));
    let check = check.places(found.iter().map(secret::line).collect());
    secret::ways_out(&found.iter().collect::<Vec<_>>()).into_iter().fold(check, Check::hint)
}

/// Each step to the remote in its order, up to the first that fails: what comes after it has nothing to stand on.
fn remote(session: &Session<'_>, workspace: &Workspace) -> Vec<Check> {
    let url = match workspace.remote_url() {
        Ok(Some(url)) => url,
        Ok(None) => {
            let check = Check::new("remote", State::Warning, "none is connected");
            return vec![check.hint("`syncline connect URL` binds this workspace to one")];
        }
        Err(error) => return vec![Check::failed(name_of(Step::Address), error)],
    };
    let state = match session.with_remote(|workspace| workspace.check_remote()) {
        Ok(state) => state,
        Err(error) => return steps_up_to(&url, error),
    };
    let mut checks = steps_before(&url, Step::SignIn);
    if Step::to(url.protocol()).contains(&Step::SignIn) {
        let message = match (state.protocol, state.signed_in) {
            (Protocol::Ssh, _) => "it accepts an SSH key of yours",
            (_, true) => "it accepts the user name and token",
            (_, false) => "it did not ask",
        };
        checks.push(Check::fine(name_of(Step::SignIn), message));
    }
    let branch = match &state.branch {
        None => "on no branch here".to_owned(),
        Some(branch) if state.has_branch => format!("branch {branch}"),
        Some(branch) => format!("branch {branch} is not there yet"),
    };
    checks.push(Check::fine(name_of(Step::Read), format!("allowed; {branch}")));
    checks.extend(moved_to(&state));
    checks.push(may_write(&state));
    checks.extend(visibility(&state));
    checks.extend(state.clock_ahead.map(|ahead| clock_at(&state, ahead)));
    checks
}

fn name_of(step: Step) -> &'static str {
    match step {
        Step::Address => "address",
        Step::Host => "host",
        Step::Connection => "connection",
        Step::Certificate => "certificate",
        Step::Server => "server",
        Step::SignIn => "sign-in",
        Step::Read => "read",
        Step::Write => "write",
    }
}

/// What went well before a step.
fn steps_before(url: &RemoteUrl, step: Step) -> Vec<Check> {
    let host = url.host().unwrap_or_default();
    let steps = Step::to(url.protocol()).iter().copied().take_while(|other| *other < step);
    let check = |step| {
        let message = match step {
            Step::Address => url.to_string(),
            Step::Host => format!("{host} is found"),
            Step::Connection => "something answers there".to_owned(),
            Step::Certificate => return certificate(url.protocol()),
            _ => "it speaks Git's protocol".to_owned(),
        };
        Check::fine(name_of(step), message)
    };
    steps.map(check).collect()
}

fn certificate(protocol: Protocol) -> Check {
    let name = name_of(Step::Certificate);
    match protocol {
        Protocol::Http => Check::fine(name, "none: http sends everything in the clear, also a token"),
        Protocol::Ssh => Check::fine(name, "the host has the SSH key that it is known by"),
        _ => Check::fine(name, "trusted"),
    }
}

fn steps_up_to(url: &RemoteUrl, error: CommandError) -> Vec<Check> {
    // What failed before the remote was asked is no step to it.
    let step = error.step.unwrap_or(Step::Address);
    let mut checks = steps_before(url, step);
    if step > Step::SignIn && Step::to(url.protocol()).contains(&Step::SignIn) {
        checks.push(Check::fine(name_of(Step::SignIn), "it is content with who we are"));
    }
    checks.push(Check::failed(name_of(step), error));
    checks
}

fn moved_to(state: &RemoteState) -> Option<Check> {
    let url = state.moved_to.as_deref()?;
    let check =
        Check::new(name_of(Step::Address), State::Warning, format!("the repository has moved to {url}"));
    Some(check.hint(format!("`syncline connect {url}` stores the new address")))
}

/// Rules about one branch, and hooks, show only when something is really pushed.
fn may_write(state: &RemoteState) -> Check {
    let name = name_of(Step::Write);
    match &state.may_write {
        Some(Ok(())) => Check::fine(name, "allowed, but for rules about single branches"),
        Some(Err(error)) => Check::failed(name, SyncError::from(error.clone())),
        None => Check::fine(name, "not tried: there is no commit to push yet"),
    }
}

fn visibility(state: &RemoteState) -> Option<Check> {
    let check = if state.is_public {
        let check = Check::new("visibility", State::Warning, PUBLIC);
        check.hint("make it private in its settings at the forge, where it is not meant for everybody")
    } else if matches!(state.protocol, Protocol::Https | Protocol::Http) {
        Check::fine("visibility", "only who signs in can read it")
    } else if state.protocol == Protocol::Git {
        let check = Check::new("visibility", State::Warning, PUBLIC);
        check.hint("git's own protocol has no sign-in: use https or ssh for what is not meant for everybody")
    } else {
        return None;
    };
    Some(check)
}

/// How far two clocks may be apart, in seconds: a request takes its time, too.
const SAME_TIME: u64 = 120;

const SET_CLOCK: &str = "set the date and time of this machine: certificates and tokens fail by them, and commits get wrong dates";

fn clock_at(state: &RemoteState, ahead: i64) -> Check {
    let host = state.host.as_deref().unwrap_or("the remote");
    let apart = ahead.unsigned_abs();
    if apart <= SAME_TIME {
        return Check::fine("clock", format!("as at {host}"));
    }
    let way = if ahead > 0 { "ahead of" } else { "behind" };
    Check::new("clock", State::Warning, format!("{} {way} the clock of {host}", span(apart))).hint(SET_CLOCK)
}

/// Without a remote that tells the time, the last commit shows a clock that is behind.
fn clock_by_commit(workspace: &Workspace) -> Option<Check> {
    match workspace.clock_behind_commit() {
        Ok(Some(behind)) if behind.unsigned_abs() > SAME_TIME => {
            let message = format!("{} behind the last commit", span(behind.unsigned_abs()));
            Some(Check::new("clock", State::Warning, message).hint(SET_CLOCK))
        }
        // What cannot be read is told with the files.
        _ => None,
    }
}

/// A time as people say it: in the largest unit that it has two of.
fn span(seconds: u64) -> String {
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute")];
    let unit = units.iter().find(|(length, _)| seconds >= 2 * length);
    let (length, unit) = unit.copied().unwrap_or((1, "second"));
    count(usize::try_from(seconds / length).unwrap_or(usize::MAX), unit)
}

/// Another process that writes, and what git has locked.
fn locks(workspace: &Workspace) -> Check {
    if let Some(owner) = workspace.who_writes() {
        let check = Check::new("locks", State::Warning, format!("{owner} writes just now"));
        return check.hint("wait until it is done; nothing else can be written meanwhile");
    }
    let files = workspace.lock_files();
    if files.is_empty() {
        return Check::fine("locks", "none");
    }
    let message = counted(files.len(), "lock file of git's is there", "lock files of git's are there");
    let check = Check::new("locks", State::Warning, message);
    check
        .places(files.iter().map(|file| file.display().to_string()).collect())
        .hint("wait for the git that is at work; what a killed syncline left goes with the next command")
        .hint("where no git is at work, remove the file")
}

/// Columns of the states, and of what was looked at.
const INDENT: usize = "warning  certificate  ".len();

fn text(check: &Check) -> String {
    let (word, style) = match check.state {
        State::Fine => ("ok", ADDED),
        State::Warning => ("warning", CHANGED),
        State::Wrong(_) => ("error", REMOVED),
    };
    let what = format!("{:<11}", check.what);
    let mut out =
        format!("{}  {what}  {}\n", paint(style, format!("{word:<7}")), shown_lines(&check.message));
    let indent = " ".repeat(INDENT);
    for line in listed(&check.places).lines() {
        let _ = writeln!(out, "{indent}{line}");
    }
    for hint in &check.hints {
        let _ = writeln!(out, "{indent}hint: {}", paint(DIM, shown(hint)));
    }
    out
}

fn object(check: &Check) -> Json {
    let state = match check.state {
        State::Fine => "ok",
        State::Warning => "warning",
        State::Wrong(_) => "error",
    };
    json!({
        "check": check.what,
        "state": state,
        "message": check.message,
        "places": check.places,
        "hints": check.hints,
    })
}
