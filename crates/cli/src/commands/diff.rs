//! `syncline diff`.

use serde_json::json;
use syncline_sync::{DiffRequest, FileDiff};

use crate::args::DiffArgs;
use crate::error::CommandError;
use crate::output::{Answer, change, json, lines};
use crate::session::{Session, selectors};

pub(crate) fn run(session: &Session<'_>, args: DiffArgs) -> Result<Answer, CommandError> {
    let workspace = session.open()?;
    let request =
        DiffRequest { selectors: selectors(&workspace, &args.selectors)?, from: args.from, to: args.to };
    let files = workspace.diff(&request)?;
    Ok(session.report(|| json!({"files": json::files(&files)}), || text(&files, args.text)))
}

/// By fields, or by lines.
pub(crate) fn text(files: &[FileDiff], by_lines: bool) -> String {
    if by_lines {
        let unified = |file: &FileDiff| {
            lines::unified(&file.path.to_string(), file.old.as_deref(), file.new.as_deref())
        };
        files.iter().map(unified).collect()
    } else {
        files.iter().map(|file| change::details(&file.changes)).collect()
    }
}
