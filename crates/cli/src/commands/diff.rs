//! `syncline diff`.

use syncline_sync::{DiffRequest, FileDiff, FileState};

use crate::args::DiffArgs;
use crate::error::CommandError;
use crate::output::lines::Look;
use crate::output::patch::{Side, patch};
use crate::output::{Answer, change, json, lines, verdict};
use crate::session::{Session, selectors};

pub(crate) fn run(session: &Session<'_>, args: DiffArgs) -> Result<Answer, CommandError> {
    let workspace = session.open()?;
    let request =
        DiffRequest { selectors: selectors(&workspace, &args.selectors)?, from: args.from, to: args.to };
    let files = workspace.diff(&request)?;
    Ok(session.answer(|| json::files(&files), || answer("", &files, args.text)))
}

/// By fields, or by lines; after some words.
pub(crate) fn answer(words: &str, files: &[FileDiff], by_lines: bool) -> Answer {
    if by_lines {
        Answer::lines(|look| {
            let patches = files.iter().flat_map(|file| patch_of(file, look));
            look.words(words).into_iter().chain(patches).collect()
        })
    } else {
        let verdicts: Vec<_> = files.iter().map(|file| (&file.path, file.verdict())).collect();
        let fields: String = files.iter().map(by_fields).collect();
        Answer::text(format!("{words}{fields}{}", verdict::lines(&verdicts)))
    }
}

fn patch_of(file: &FileDiff, look: Look) -> Vec<u8> {
    patch(file.path.as_bstr(), file.old.as_ref().map(side), file.new.as_ref().map(side), look)
}

fn side(state: &FileState) -> Side<'_> {
    Side { mode: state.entry.mode, id: Some(state.entry.id), bytes: &state.bytes }
}

/// Lines only where no field tells what differs: in text, and where it is a comment or the style.
fn by_fields(file: &FileDiff) -> String {
    let is_told_by_lines = file.changes.iter().any(|change| change.lines.is_some());
    let lines = if is_told_by_lines {
        lines::changed(4, bytes(file.old.as_ref()), bytes(file.new.as_ref()))
    } else {
        String::new()
    };
    format!("{}{lines}", change::details(&file.changes))
}

fn bytes(state: Option<&FileState>) -> &[u8] {
    state.map(|state| state.bytes.as_slice()).unwrap_or_default()
}
