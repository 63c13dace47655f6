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
    files.iter().map(|file| if by_lines { unified(file) } else { by_fields(file) }).collect()
}

fn unified(file: &FileDiff) -> String {
    lines::unified(&file.path.to_string(), file.old.as_deref(), file.new.as_deref())
}

/// Lines only where no field tells what differs: in text, and where it is a comment or the style.
fn by_fields(file: &FileDiff) -> String {
    let is_told_by_lines = file.changes.iter().any(|change| change.lines.is_some());
    let lines = if is_told_by_lines {
        lines::changed(4, file.old.as_deref().unwrap_or_default(), file.new.as_deref().unwrap_or_default())
    } else {
        String::new()
    };
    format!("{}{lines}", change::details(&file.changes))
}
