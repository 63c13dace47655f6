//! `syncline secret`.

use serde_json::{Value as Json, json};
use syncline_sync::{AllowedSecret, FoundSecret};

use crate::args::{SecretArgs, SecretCommand};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::style::{DIM, NAME};
use crate::output::words::{shown, typed};
use crate::output::{Answer, style, table};
use crate::session::{Session, selector};

pub(crate) fn run(session: &Session<'_>, args: SecretArgs) -> Result<Answer, CommandError> {
    match args.command.unwrap_or(SecretCommand::List) {
        SecretCommand::List => list(session),
        SecretCommand::Allow { place, shared } => allow(session, &place, shared),
    }
}

fn list(session: &Session<'_>) -> Result<Answer, CommandError> {
    let found = session.open()?.secrets()?;
    let open: Vec<_> = found.iter().filter(|one| !one.is_allowed).collect();
    let text = || if found.is_empty() { "No secrets found\n".to_owned() } else { listing(&found) };
    let object = || json!({"secrets": found.iter().map(entry).collect::<Json>()});
    let next = ways_out(&open).into_iter().map(style::next_step);
    Ok(session.report(object, text).notes(session.notes(next)).exit(Exit::held_if(!open.is_empty())))
}

/// What can be done about secrets that nobody allowed.
pub(super) fn ways_out(open: &[&FoundSecret]) -> Vec<String> {
    let Some(first) = open.first() else { return Vec::new() };
    let allow = typed(first.place());
    let which = if open.len() == 1 { "" } else { ", and the others likewise" };
    let mut ways =
        vec![format!("take it out, or let it be there with `syncline secret allow {allow}`{which}")];
    if open.iter().any(|one| one.is_committed) {
        ways.push(PUBLISHED.to_owned());
    }
    ways
}

const PUBLISHED: &str =
    "what is committed stays in the history, also when it is taken out: make a new one where it is used";

/// Where a secret is and what it looks like, in one line.
pub(super) fn line(secret: &FoundSecret) -> String {
    let FoundSecret { path, finding, .. } = secret;
    let at = if finding.at.parts().is_empty() { String::new() } else { format!(" at {}", finding.at) };
    format!("{path}:{}: {}{at}, {}", finding.line, finding.what, state(secret))
}

fn state(secret: &FoundSecret) -> &'static str {
    match (secret.is_allowed, secret.is_committed) {
        (true, _) => "allowed",
        (false, true) => "in the last commit",
        (false, false) => "not committed",
    }
}

fn listing(found: &[FoundSecret]) -> String {
    let rows: Vec<_> = found
        .iter()
        .map(|one| {
            vec![
                (format!("{}:{}", shown(&one.path), one.finding.line), NAME),
                table::plain(one.finding.what),
                table::plain(shown(&one.finding.place)),
                (state(one).to_owned(), DIM),
            ]
        })
        .collect();
    table::rows(0, &rows).concat()
}

fn entry(one: &FoundSecret) -> Json {
    json!({
        "path": one.path.to_string(),
        "line": one.finding.line,
        "field": one.finding.at.to_string(),
        "place": one.place(),
        "what": one.finding.what,
        "committed": one.is_committed,
        "allowed": one.is_allowed,
    })
}

fn allow(session: &Session<'_>, place: &str, shared: bool) -> Result<Answer, CommandError> {
    let mut workspace = session.open()?;
    // Only the path is relative to the folder that the user is in.
    let (path, field) = place.split_at(end_of_path(place));
    let path = selector(&workspace, path)?.text().to_owned();
    let AllowedSecret { place, key, secrets } = workspace.allow_secret(&format!("{path}{field}"), shared)?;
    let text = || format!("Secrets may be in {} from now on\n", shown(&place));
    let who =
        if shared { "recorded in .syncline.toml, for everybody" } else { "recorded for this installation" };
    let next = style::next_step(format!("{who}; `syncline config` lists it"));
    let none = "no secret is there now: `syncline secret` lists where they are, as it is typed";
    let notes = (secrets == 0).then(|| style::warning(none)).into_iter().chain([next]);
    let object = || json!({"setting": key, "shared": shared, "secrets": secrets});
    Ok(session.account(object, text).notes(session.notes(notes)))
}

/// Where the path of a place ends: before `#/FIELD` or `#KIND:ID#/FIELD`.
fn end_of_path(place: &str) -> usize {
    let Some(field) = place.find("#/") else { return place.len() };
    place[..field].rfind('#').filter(|at| place[*at..field].contains(':')).unwrap_or(field)
}
