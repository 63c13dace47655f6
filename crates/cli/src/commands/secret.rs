//! `syncline secret`.

use serde_json::{Value as Json, json};
use syncline_sync::{FoundSecret, Setting};

use crate::args::{SecretArgs, SecretCommand};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::style::{DIM, NAME};
use crate::output::words::shown;
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
    let is_open = |one: &&FoundSecret| !one.is_allowed;
    let open = found.iter().filter(is_open).count();
    let published = found.iter().filter(is_open).any(|one| one.is_committed);
    let text = || if found.is_empty() { "No secrets found\n".to_owned() } else { listing(&found) };
    let object = || json!({"secrets": found.iter().map(entry).collect::<Json>()});
    let mut next = Vec::new();
    if open > 0 {
        next.push(style::next_step(
            "take it out, or let it be there with `syncline secret allow PATH#/FIELD`",
        ));
    }
    if published {
        next.push(style::next_step(
            "what is committed stays in the history, also when it is taken out: make a new one where it is used",
        ));
    }
    Ok(session.report(object, text).notes(session.notes(next)).exit(Exit::held_if(open > 0)))
}

fn listing(found: &[FoundSecret]) -> String {
    let rows: Vec<_> = found
        .iter()
        .map(|one| {
            let state = match (one.is_allowed, one.is_committed) {
                (true, _) => "allowed",
                (false, true) => "in the last commit",
                (false, false) => "not committed",
            };
            vec![
                (format!("{}:{}", shown(&one.path), one.finding.line), NAME),
                table::plain(one.finding.what),
                table::plain(shown(&one.finding.at)),
                (state.to_owned(), DIM),
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
        "what": one.finding.what,
        "committed": one.is_committed,
        "allowed": one.is_allowed,
    })
}

fn allow(session: &Session<'_>, place: &str, shared: bool) -> Result<Answer, CommandError> {
    let mut workspace = session.open()?;
    let (path, field) = match place.split_once("#/") {
        Some((path, field)) => (path, format!("#/{field}")),
        None => (place, String::new()),
    };
    let path = selector(&workspace, path)?.text().to_owned();
    let Setting { key, .. } = workspace.set(&format!("policy.secret:{path}{field}"), "allow", shared)?;
    let place = shown(format!("{path}{field}"));
    let text = || format!("Secrets may be in {place} from now on\n");
    let who =
        if shared { "recorded in .syncline.toml, for everybody" } else { "recorded for this installation" };
    let next = style::next_step(format!("{who}; `syncline config` lists it"));
    Ok(session.account(|| json!({"setting": key, "shared": shared}), text).notes(session.notes([next])))
}
