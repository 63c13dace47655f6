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
    let entries = workspace.log(&LogRequest { selector, limit: args.limit })?;
    let object = || json!({"commits": entries.iter().map(json::entry).collect::<Vec<_>>()});
    Ok(session.report(object, || text(&entries, session.verbose())))
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
