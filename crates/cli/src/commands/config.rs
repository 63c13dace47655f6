//! `syncline config`.

use serde_json::json;
use syncline_sync::{Setting, SettingSource, Workspace};

use super::holding::missing_folder;
use crate::args::ConfigArgs;
use crate::error::CommandError;
use crate::output::style::{BOLD, DIM};
use crate::output::words::{count, counted, list, shown, typed};
use crate::output::{Answer, json, style, table};
use crate::session::Session;

pub(crate) fn run(session: &Session<'_>, args: &ConfigArgs) -> Result<Answer, CommandError> {
    let mut workspace = session.open()?;
    match (&args.key, &args.value) {
        (None, _) => {
            let settings = workspace.settings()?;
            let object = || json!({"settings": settings.iter().map(json::setting).collect::<Vec<_>>()});
            Ok(session.report(object, || listing(&settings, session.verbose())))
        }
        (Some(key), None) if args.unset => {
            let setting = workspace.unset(key, args.shared)?;
            let next = args.shared.then(|| style::next_step(WITH_THE_NEXT_COMMIT));
            Ok(session
                .account(|| json::setting(&setting), || assignment(&setting))
                .notes(session.notes(next)))
        }
        (Some(_), None) if args.shared => Err(CommandError::usage("`--shared` needs a value, or --unset")
            .hint("`syncline config KEY` shows a value and where it comes from")),
        (Some(key), None) => {
            let setting = workspace.setting(key)?;
            Ok(session.report(|| json::setting(&setting), || value(&setting)))
        }
        (Some(key), Some(value)) => {
            let setting = workspace.set(key, value, args.shared)?;
            let missing = workspace.missing_folder()?.filter(|_| key == "folder");
            let missing = missing.map(|folder| style::warning(missing_folder(&folder)));
            let notes = missing
                .into_iter()
                .chain(counts_before(&setting, args.shared))
                .chain(reach(&workspace, key, args.shared)?)
                .chain(taking_out(&workspace, key)?)
                .chain(overlaid(&workspace, &setting)?)
                .chain(args.shared.then(|| style::next_step(WITH_THE_NEXT_COMMIT)));
            let text = || {
                let source = if args.shared { SettingSource::Shared } else { SettingSource::Local };
                format!("{key} = {} ({})\n", shown(value), json::source(source))
            };
            Ok(session.account(|| json::setting(&setting), text).notes(session.notes(notes)))
        }
    }
}

const WITH_THE_NEXT_COMMIT: &str = "it is in `.syncline.toml`, and others get it with the next commit";

/// What this installation has set itself, where that hides what was set for everybody.
fn counts_before(setting: &Setting, shared: bool) -> Option<String> {
    let Setting { key, value, source, .. } = setting;
    if !shared || *source == SettingSource::Shared {
        return None;
    }
    let value = value.as_deref().map(shown).unwrap_or_default();
    let key = typed(key);
    Some(style::next_step(format!(
        "here `{value}`, which is set for this installation, counts before it: `syncline config {key} --unset` \
         takes that back"
    )))
}

/// What a rule about sharing means now: nothing, where a name is misspelt.
fn reach(workspace: &Workspace, key: &str, shared: bool) -> Result<Option<String>, CommandError> {
    if !key.starts_with("share.") {
        return Ok(None);
    }
    let reach = workspace.share_rule_reach(key)?;
    if reach.files == 0 {
        let kinds = list(&reach.kinds.iter().map(shown).collect::<Vec<_>>());
        let there = if kinds.is_empty() { String::new() } else { format!("; the kinds here are {kinds}") };
        return Ok(Some(style::warning(format!("no file is meant by it now{there}"))));
    }
    let is_no = workspace.setting(key)?.value.as_deref() == Some("no");
    if shared || !is_no || reach.committed == 0 {
        return Ok(None);
    }
    let files = counted(reach.committed, "file of it, which stays", "files of it, which stay");
    let key = typed(key);
    Ok(Some(style::next_step(format!(
        "the repository has {files} there: `syncline config {key} no --shared` takes them out for everybody"
    ))))
}

/// What the next commit takes out of the repository, where the setting says what is shared.
fn taking_out(workspace: &Workspace, key: &str) -> Result<Option<String>, CommandError> {
    if !key.starts_with("share.") {
        return Ok(None);
    }
    let number = workspace.shared()?.taken_out.len();
    let files = count(number, "file");
    Ok((number > 0).then(|| {
        style::next_step(format!(
            "the next commit removes {files} from the repository, not from here; the history still has them: \
             `syncline status --verbose` lists them"
        ))
    }))
}

/// Where an overlay acts.
fn overlaid(workspace: &Workspace, setting: &Setting) -> Result<Option<String>, CommandError> {
    let Setting { key, source, .. } = setting;
    if !key.starts_with("overlay.") {
        return Ok(None);
    }
    let files = workspace.overlaid_files(key)?;
    if files == 0 {
        return Ok(Some(style::warning(
            "no file of the last commit has this field; the overlay acts as soon as one has it",
        )));
    }
    let shared = if *source == SettingSource::Shared { " --shared" } else { "" };
    Ok(Some(style::next_step(format!(
        "the shared value stays in the repository ({}); `syncline config '{key}' --unset{shared}` puts it back here",
        count(files, "file")
    ))))
}

fn listing(settings: &[Setting], verbose: bool) -> String {
    let mut rows =
        vec![vec![("Setting".to_owned(), BOLD), ("Value".to_owned(), BOLD), ("Source".to_owned(), BOLD)]];
    for setting in settings {
        let value = setting.value.as_deref().map_or_else(|| "-".to_owned(), shown);
        let source = if setting.value.is_some() { json::source(setting.source) } else { "not set" };
        let mut row = vec![table::plain(&setting.key), table::plain(value), table::plain(source)];
        if verbose {
            row.push((setting.help.to_owned(), DIM));
        }
        rows.push(row);
    }
    table::rows(0, &rows).concat()
}

/// Only the value, for scripts; an empty line where there is none.
fn value(setting: &Setting) -> String {
    format!("{}\n", setting.value.as_deref().map(shown).unwrap_or_default())
}

fn assignment(setting: &Setting) -> String {
    let Some(value) = setting.value.as_deref().map(shown) else {
        return format!("{} is not set any more\n", setting.key);
    };
    format!("{} = {value} ({})\n", setting.key, json::source(setting.source))
}
