//! `syncline log` and `syncline show`.

use serde_json::{Value as Json, json};
use syncline_sync::{LogEntry, LogRequest};

use super::{diff, undo};
use crate::args::{LogArgs, ShowArgs};
use crate::error::CommandError;
use crate::output::{Answer, history, json};
use crate::session::{Session, selector};

pub(crate) fn log(session: &Session<'_>, args: &LogArgs) -> Result<Answer, CommandError> {
    if args.events {
        return undo::listing(session, args.limit);
    }
    let workspace = session.open()?;
    let selector = args.selector.as_deref().map(|text| selector(&workspace, text)).transpose()?;
    // What a resource would become is not known before it is merged.
    let coming = if selector.is_none() { workspace.unpulled(args.limit)? } else { Vec::new() };
    let entries = workspace.log(&LogRequest { selector, limit: args.limit })?;
    let object = || json!({"commits": objects(&entries), "coming": objects(&coming)});
    let all = || coming.iter().chain(&entries).cloned().collect::<Vec<_>>();
    Ok(session.report(object, || text(&all(), session.verbose())))
}

fn objects(entries: &[LogEntry]) -> Json {
    entries.iter().map(json::entry).collect()
}

fn text(entries: &[LogEntry], verbose: bool) -> String {
    if entries.is_empty() {
        return "No commits\n".to_owned();
    }
    if verbose { entries.iter().map(history::long).collect() } else { history::short(entries) }
}

pub(crate) fn show(session: &Session<'_>, args: &ShowArgs) -> Result<Answer, CommandError> {
    let workspace = session.open()?;
    let report = workspace.show(&args.revision)?;
    let object = || {
        let mut object = json::entry(&report.entry);
        if let (Some(object), Json::Object(files)) = (object.as_object_mut(), json::files(&report.files)) {
            object.extend(files);
        }
        object
    };
    let answer = || diff::answer(&history::long(&report.entry), &report.files, args.text);
    Ok(session.answer(object, answer))
}
