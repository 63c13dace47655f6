//! `syncline watch`: what is new goes both ways by itself.

mod service;

use std::sync::Arc;

use serde_json::{Value as Json, json};
use syncline_agent::{Agent, Event};
use syncline_repo::Credentials;
use syncline_sync::{Problem, SyncError, WatchMode, WatchSettings, Workspace};

use super::holding::Holding;
use super::{pull, sync};
use crate::args::WatchArgs;
use crate::clock;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::interrupt;
use crate::output::style::{DIM, paint};
use crate::output::words::{count, counted, shown};
use crate::output::{self, Answer, json as objects, problem};
use crate::session::{Session, credentials_here};

pub(crate) fn run(session: &Session<'_>, args: &WatchArgs) -> Result<Answer, CommandError> {
    let workspace = session.open()?;
    let settings = settings(&workspace, args);
    if args.uninstall {
        return service::remove(session, &workspace);
    }
    // Whoever installs it is asked now for what the service could not ask.
    let credentials = sign_in(session)?;
    if args.install {
        return service::install(session, &workspace, args);
    }
    let environment = session.environment(credentials);
    let folder = workspace.root().to_owned();
    drop(workspace);
    let open = move || Workspace::open(&folder, environment.clone());
    let tell = |event: Event| tell(session, settings.mode, &event);
    let (agent, stop) = Agent::begin(settings, Box::new(open), Box::new(tell))?;
    interrupt::ask_to_end(Arc::new(move || stop.stop()));
    agent.run();
    let holding = Holding::in_status(&session.open()?.status()?);
    Ok(Answer::text(String::new()).exit(holding.exit()))
}

fn settings(workspace: &Workspace, args: &WatchArgs) -> WatchSettings {
    let set = workspace.watch_settings();
    WatchSettings {
        mode: args.mode.unwrap_or(set.mode),
        every: args.every.unwrap_or(set.every),
        quiet: args.quiet_period.unwrap_or(set.quiet),
    }
}

/// What the remote is asked with from now on. One that cannot be reached now may be later.
fn sign_in(session: &Session<'_>) -> Result<Option<Credentials>, CommandError> {
    match session.signed_in(|workspace| workspace.remote_has_news().map(drop)) {
        Err(error) if error.kind == Exit::Unreachable => Ok(credentials_here()?.1),
        result => result.map(|((), credentials)| credentials),
    }
}

/// One event at once, for people with the time, or one object in a line for programs.
fn tell(session: &Session<'_>, mode: WatchMode, event: &Event) {
    if session.json() {
        output::print_object_line(&objects::versioned(object(event, mode)));
        return;
    }
    let text = text(event, mode);
    if !session.quiet() || matches!(event, Event::Trouble(_) | Event::Problems(_)) {
        output::print_now(&format!("{}  {text}", paint(DIM, clock::time_of_day())));
    }
}

fn text(event: &Event, mode: WatchMode) -> String {
    match event {
        Event::Began { root, has_events } => began(&shown(root.display()), mode, *has_events),
        Event::Synced(report) => sync::text_of(report),
        Event::Pulled(report) => pull::text_of(report),
        Event::HasOwnWork { changes, commits } => {
            let next = match mode {
                WatchMode::Session => "goes out when the session ends, or with `syncline sync`",
                _ => "`syncline sync -m MSG` commits and pushes",
            };
            format!("Here: {}, {} not pushed; {next}\n", count(*changes, "change"), count(*commits, "commit"))
        }
        Event::HasNews(report) => {
            format!("At the remote: {}; `syncline pull` merges\n", count(report.behind, "new commit"))
        }
        Event::Problems(problems) => of_problems(problems),
        Event::Trouble(error) => trouble(error),
        Event::Recovered => "All is well again\n".to_owned(),
        Event::Ended => "Ended\n".to_owned(),
    }
}

fn began(root: &str, mode: WatchMode, has_events: bool) -> String {
    let does = match mode {
        WatchMode::Instant => "what changes here or at the remote is exchanged at once",
        WatchMode::Session => {
            "what is new at the remote comes in at once; own work goes out at the beginning and at the end"
        }
        WatchMode::Manual => "what changes is told, and nothing is done",
    };
    let blind = if has_events {
        ""
    } else {
        "; the system does not tell of changed files here, so the folder is looked at now and then"
    };
    format!("Watching {root}: {does}{blind}; Ctrl-C ends it\n")
}

fn of_problems(problems: &[Problem]) -> String {
    if problems.is_empty() {
        return "No file is set aside any more\n".to_owned();
    }
    let files = counted(problems.len(), "file is", "files are");
    format!("{files} set aside, and the others go on\n{}", problem::listing(problems))
}

/// What is in the way, and what helps. It is tried again by itself, and told once.
fn trouble(error: &SyncError) -> String {
    let hints = error.hints().into_iter().map(|hint| format!("  hint: {}\n", shown(hint)));
    format!("{}; it is tried again\n{}", shown(error), hints.collect::<String>())
}

fn object(event: &Event, mode: WatchMode) -> Json {
    let (name, mut object) = match event {
        Event::Began { root, has_events } => (
            "began",
            json!({"root": root.to_string_lossy(), "mode": mode.to_string(), "file_events": has_events}),
        ),
        Event::Synced(report) => ("synced", objects::sync(report)),
        Event::Pulled(report) => ("pulled", objects::merge(report)),
        Event::HasOwnWork { changes, commits } => ("work", json!({"changes": changes, "commits": commits})),
        Event::HasNews(report) => ("news", json!({"ahead": report.ahead, "behind": report.behind})),
        Event::Problems(problems) => ("problems", json!({"problems": objects::problems(problems)})),
        Event::Trouble(error) => {
            let exit = Exit::from(error.kind());
            let error = json!({
                "kind": exit.word(), "exit": exit.code(), "message": error.to_string(), "hints": error.hints(),
            });
            ("trouble", json!({"error": error}))
        }
        Event::Recovered => ("recovered", json!({})),
        Event::Ended => ("ended", json!({})),
    };
    if let Some(fields) = object.as_object_mut() {
        fields.shift_insert(0, "event".to_owned(), json!(name));
    }
    object
}
