//! `syncline formats`: the known ones, and what is wrong with a description.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value as Json, json};
use syncline_format::{Format, Formats, Mistake};
use syncline_sync::{KnownFormat, Trial, Workspace};

use super::merge_file::read;
use crate::args::{FormatsArgs, FormatsCommand};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::words::{count, shown};
use crate::output::{Answer, style};
use crate::session::Session;

pub(crate) fn run(session: &Session<'_>, args: &FormatsArgs) -> Result<Answer, CommandError> {
    match &args.command {
        None => list(session),
        Some(FormatsCommand::Check { file }) => check(session, file),
    }
}

fn list(session: &Session<'_>) -> Result<Answer, CommandError> {
    let known = match here(session)? {
        Some(workspace) => workspace.formats(),
        None => Formats::built_in().iter().map(KnownFormat::of).collect(),
    };
    let object =
        |format: &KnownFormat| json!({"name": format.name, "title": format.title, "source": source(format)});
    let width = known.iter().map(|format| format.name.len()).max().unwrap_or_default();
    let text = known.iter().fold(String::new(), |mut out, format| {
        let (name, title) = (shown(&format.name), shown(&format.title));
        let own = if format.is_built_in { "" } else { ", described in this repository" };
        let _ = writeln!(out, "{name:width$}  {title}{own}");
        out
    });
    Ok(session.report(|| json!({"formats": known.iter().map(object).collect::<Json>()}), || text))
}

fn source(format: &KnownFormat) -> &'static str {
    if format.is_built_in { "built-in" } else { "repository" }
}

/// The workspace, where the current folder is in one: this works without.
fn here(session: &Session<'_>) -> Result<Option<Workspace>, CommandError> {
    match session.open() {
        Ok(workspace) => Ok(Some(workspace)),
        Err(error) if error.kind == Exit::Refused => Ok(None),
        Err(error) => Err(error),
    }
}

fn check(session: &Session<'_>, file: &Path) -> Result<Answer, CommandError> {
    let bytes = read(file)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        CommandError::new(Exit::Damaged, format!("`{}` is no text from byte {place} on", file.display()))
    })?;
    let workspace = here(session)?;
    let formats = match &workspace {
        Some(workspace) => workspace.formats_with(&text),
        None => Formats::built_in().with(&[&text]),
    };
    let formats = match formats {
        Ok(formats) => formats,
        Err(error) => return Ok(wrong(session, file, &error.mistakes)),
    };
    // What is added is asked first.
    let Some(format) = formats.iter().next() else { return Err(CommandError::usage("there is no format")) };
    let trial = workspace.map(|workspace| workspace.try_format(format)).transpose()?;
    Ok(session.report(|| right_object(format, trial.as_ref()), || right_text(format, trial.as_ref())))
}

fn wrong(session: &Session<'_>, file: &Path, mistakes: &[Mistake]) -> Answer {
    let object = |mistake: &Mistake| json!({"line": mistake.line, "column": mistake.column, "message": mistake.message});
    let text = || {
        mistakes.iter().fold(String::new(), |mut out, Mistake { line, column, message }| {
            let place = format!("{}:{line}:{column}", file.display());
            let _ = writeln!(out, "{}: {}", style::paint(style::NAME, shown(place)), shown(message));
            out
        })
    };
    let next = style::next_step("`docs/formats.md` says what a description may hold");
    session
        .report(|| json!({"mistakes": mistakes.iter().map(object).collect::<Json>()}), text)
        .notes(session.notes([next]))
        .exit(Exit::Damaged)
}

fn right_object(format: &Format, trial: Option<&Trial>) -> Json {
    let found = trial.map(|trial| {
        json!({
            "files": trial.files,
            "claimed": trial.own,
            "kinds": trial.kinds,
            "unreadable": trial.unreadable.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "not_shared": trial.unshared,
        })
    });
    json!({"mistakes": [], "name": format.name(), "title": format.title(), "found": found})
}

fn right_text(format: &Format, trial: Option<&Trial>) -> String {
    let mut out = format!("{}: {}; nothing is wrong with it\n", shown(format.name()), shown(format.title()));
    let Some(trial) = trial else {
        out.push_str("Run it in a workspace to see what it finds there\n");
        return out;
    };
    let _ = writeln!(out, "It claims {} of {} here", trial.own, count(trial.files, "file"));
    for (kind, number) in &trial.kinds {
        let _ = writeln!(out, "  {number:>6}  {}", shown(kind));
    }
    if trial.unshared > 0 {
        let _ = writeln!(out, "It keeps {} out of commits by their path", count(trial.unshared, "file"));
    }
    for path in &trial.unreadable {
        let _ = writeln!(out, "It claims {}, which cannot be read", shown(path));
    }
    out
}
