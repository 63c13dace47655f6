//! `syncline replay`: past merges, done again.

use std::fs;
use std::path::Path;

use syncline_sync::replay;

use crate::args::ReplayArgs;
use crate::error::CommandError;
use crate::output::{Answer, replay as report, replay_page, style};
use crate::session::Session;

pub(crate) fn run(session: &Session<'_>, args: &ReplayArgs) -> Result<Answer, CommandError> {
    let replay = replay(&args.repository, &session.environment(None), args.limit)?;
    if let Some(file) = &args.html {
        fs::write(file, replay_page::page(&replay, &name(&args.repository)))
            .map_err(|source| CommandError::file(file, "written", &source))?;
    }
    let next = style::next_step("`git show COMMIT -- PATH` shows what people committed");
    let has_files = !replay.merges.is_empty();
    let answer = session.report(|| report::object(&replay), || report::text(&replay));
    Ok(answer.notes(session.notes(has_files.then_some(next))))
}

/// What people call it: the name of its folder.
fn name(repository: &Path) -> String {
    let path = repository.canonicalize().unwrap_or_else(|_| repository.to_owned());
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
