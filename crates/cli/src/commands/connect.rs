//! `syncline connect` and `syncline disconnect`.

use serde_json::json;
use syncline_sync::{ConnectReport, ConnectRequest, Workspace};

use super::clone::{PUBLIC, attempt, folder, moved};
use super::holding::{Holding, missing_folder};
use super::sync::text_of;
use crate::args::ConnectArgs;
use crate::credentials::SignIn;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::words::shown;
use crate::output::{Answer, json, style};
use crate::session::{Session, current_folder};

pub(crate) fn connect(session: &Session<'_>, args: &ConnectArgs) -> Result<Answer, CommandError> {
    let mut sign_in = SignIn::new(&args.url, &args.sign_in)?;
    let request = ConnectRequest {
        url: sign_in.url.as_str().to_owned(),
        folder: folder(args.folder.as_deref())?,
        author_name: args.author_name.clone(),
        author_email: args.author_email.clone(),
        check_only: args.check,
        credentials: None,
    };
    let dir = current_folder()?;
    let (report, holding) = attempt(session, &mut sign_in, |environment| {
        let mut workspace = Workspace::open(&dir, environment)?;
        let report = workspace.connect(&request)?;
        let holding = report.sync.as_ref().map(|sync| Holding::after_sync(&workspace, sync)).transpose()?;
        Ok((report, holding))
    })?;
    sign_in.keep()?;
    let exit = holding.map_or(Exit::Done, Holding::exit);
    Ok(session
        .account(|| json::connect(&report), || text(&report))
        .notes(session.notes(notes(&report, holding)))
        .exit(exit))
}

fn text(report: &ConnectReport) -> String {
    let url = shown(&report.url);
    match &report.sync {
        None if report.was_empty => format!("{url} can be reached, and is empty\n"),
        None => format!("{url} can be reached; branch {}\n", report.branch),
        Some(sync) => format!("{}\n{}", heading(report, &url), text_of(sync)),
    }
}

/// What was connected; the lines after it say what came in and went out.
fn heading(report: &ConnectReport, url: &str) -> String {
    let branches = if report.branch == report.local_branch {
        report.branch.to_string()
    } else {
        format!("{} (as {})", report.branch, report.local_branch)
    };
    match &report.previous {
        Some(previous) if *previous == report.url => format!("{url} was connected already: {branches}"),
        Some(previous) => format!("Connected {branches} to {url}, no more to {}", shown(previous)),
        None if report.was_empty => format!("Connected {branches} to {url}, which was empty"),
        None => format!("Connected {branches} to {url}"),
    }
}

fn notes(report: &ConnectReport, holding: Option<Holding>) -> Vec<String> {
    let mut notes = Vec::new();
    if report.is_public {
        notes.push(style::warning(PUBLIC));
    }
    notes.extend(report.moved_to.as_deref().map(|url| style::warning(moved(url))));
    if let Some(folder) = &report.missing_folder {
        notes.push(style::warning(missing_folder(folder)));
    }
    match holding {
        Some(holding) => notes.extend(holding.next_steps()),
        None if report.previous.as_ref() == Some(&report.url) => {}
        None => {
            notes.push(style::next_step(format!("connect with `syncline connect {}`", shown(&report.url))));
        }
    }
    notes
}

pub(crate) fn disconnect(session: &Session<'_>) -> Result<Answer, CommandError> {
    let mut workspace = session.open()?;
    let report = workspace.disconnect()?;
    let text = || match &report.url {
        Some(url) => format!("Disconnected from {}; all data is kept\n", shown(url)),
        None => "No remote was connected\n".to_owned(),
    };
    let left = report.left.as_ref().map(|(name, url)| {
        style::next_step(format!(
            "`{}` is still there ({}), and the next `syncline sync` goes to it; `syncline disconnect` drops it as well",
            shown(name),
            shown(url)
        ))
    });
    Ok(session.account(|| json!({"url": report.url}), text).notes(session.notes(left)))
}
