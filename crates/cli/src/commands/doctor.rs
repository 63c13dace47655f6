//! `syncline doctor`.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use syncline_sync::{Problem, ProblemKind, Status, Workspace, git_version};

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

/// All that can be looked at: without git, or without a workspace, the rest has nothing to stand on.
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
    checks.push(author(&workspace));
    checks.extend(under_way(&workspace));
    match status {
        Ok(status) => checks.extend(files(&status)),
        Err(error) => checks.push(Check::failed("files", error)),
    }
    checks.push(secrets(&workspace));
    checks.extend(remote(session, &workspace));
    checks
}

fn author(workspace: &Workspace) -> Check {
    match workspace.who_commits() {
        Ok(person) => Check::fine("author", format!("{} <{}>", person.name, person.email)),
        Err(error) => Check::failed("author", error),
    }
}

/// Another process that writes; a merge or the like is found with the files.
fn under_way(workspace: &Workspace) -> Option<Check> {
    let owner = workspace.who_writes()?;
    let check = Check::new("lock", State::Warning, format!("{owner} writes just now"));
    Some(check.hint("wait until it is done; nothing else can be written meanwhile"))
}

/// What a status knows: operations that are not done, files that cannot be read, and conflicts.
fn files(status: &Status) -> Vec<Check> {
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
    let unreadable: Vec<_> =
        status.problems.iter().filter(|problem| problem.kind == ProblemKind::Unreadable).collect();
    checks.push(match unreadable.len() {
        0 => Check::fine("files", "every file can be read"),
        number => {
            let message = format!("{} set aside", counted(number, "file is", "files are"));
            let check = Check::new("files", State::Wrong(Exit::Held), message);
            check
                .places(unreadable.into_iter().map(unreadable_file).collect())
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
    checks
}

fn unreadable_file(problem: &Problem) -> String {
    format!("{}: {}", problem::place(problem), problem.reason)
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

/// Whether the remote answers, to whom, and who else can read it.
fn remote(session: &Session<'_>, workspace: &Workspace) -> Vec<Check> {
    let url = match workspace.remote_url() {
        Ok(Some(url)) => url,
        Ok(None) => {
            let check = Check::new("remote", State::Warning, "none is connected");
            return vec![check.hint("`syncline connect URL` binds this workspace to one")];
        }
        Err(error) => return vec![Check::failed("remote", error)],
    };
    let state = match session.with_remote(|workspace| workspace.check_remote()) {
        Ok(state) => state,
        Err(error) => return vec![Check::failed("remote", error)],
    };
    let branch = match &state.branch {
        None => "on no branch here".to_owned(),
        Some(branch) if state.has_branch => format!("branch {branch}"),
        Some(branch) => format!("branch {branch} is not there yet"),
    };
    let mut checks = vec![Check::fine("remote", format!("{url} can be reached; {branch}"))];
    if state.is_public {
        checks.push(Check::new("visibility", State::Warning, PUBLIC));
    }
    checks
}

/// Columns of the states, and of what was looked at.
const INDENT: usize = "warning  conflicts   ".len();

fn text(check: &Check) -> String {
    let (word, style) = match check.state {
        State::Fine => ("ok", ADDED),
        State::Warning => ("warning", CHANGED),
        State::Wrong(_) => ("error", REMOVED),
    };
    let what = format!("{:<10}", check.what);
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
