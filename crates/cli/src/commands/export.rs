//! `syncline export`.

use std::io::{ErrorKind, Write as _};
use std::path::Path;

use serde_json::json;
use syncline_document::Language;
use syncline_sync::{Environment, ExportRequest};
use tempfile::NamedTempFile;

use crate::args::ExportArgs;
use crate::clock;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::words::{count, shown};
use crate::output::{Answer, problem, style};
use crate::session::{Session, selectors};

/// Stands for standard output.
const STDOUT: &str = "-";

pub(crate) fn run(session: &Session<'_>, args: &ExportArgs) -> Result<Answer, CommandError> {
    let is_to_stdout = args.path.as_os_str() == STDOUT;
    if is_to_stdout {
        session.refuse_json("the file itself", "name a file, or leave out --json")?;
    }
    let workspace = session.open()?;
    let Environment { clock, .. } = session.environment(None);
    let request = ExportRequest {
        selectors: selectors(&workspace, &args.selectors)?,
        format: args.format.clone(),
        language: if is_to_stdout { None } else { Some(language(&args.path)?) },
        date: clock::rfc3339(clock.now().0, 0),
    };
    let report = workspace.export(&request)?;
    let exit = Exit::held_if(!report.unreadable.is_empty());
    let notes = session.notes(problem::left_out(&report.unreadable));
    if is_to_stdout {
        return Ok(Answer::bytes(report.text.into_bytes()).notes(notes).exit(exit));
    }
    write(&args.path, report.text.as_bytes(), args.force)?;
    let is_inside = args.path.canonicalize().is_ok_and(|path| path.starts_with(workspace.root()));
    let inside =
        is_inside.then(|| style::next_step("the file lies in the workspace, and a commit would take it"));
    let notes = notes.into_iter().chain(session.notes(inside)).collect();
    let object = || {
        json!({
            "format": report.format,
            "path": args.path.display().to_string(),
            "resources": report.resources,
            "unreadable": report.unreadable.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    };
    let text = || {
        format!(
            "Exported {} as {} to {}\n",
            count(report.resources, "resource"),
            report.format,
            shown(args.path.display())
        )
    };
    Ok(session.account(object, text).notes(notes).exit(exit))
}

/// What the name says that it is written in.
fn language(path: &Path) -> Result<Language, CommandError> {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    Language::of_extension(&extension).ok_or_else(|| {
        CommandError::usage(format!("the name `{}` does not tell what to write", path.display()))
            .hint("end it in .json or .yaml")
    })
}

/// The file is there as a whole, or not at all.
fn write(path: &Path, bytes: &[u8], force: bool) -> Result<(), CommandError> {
    let failed = |error: &std::io::Error| CommandError::file(path, "written", error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder).map_err(|error| failed(&error))?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(|error| failed(&error))?;
    let put = if force { file.persist(path) } else { file.persist_noclobber(path) };
    put.map(drop).map_err(|error| match error.error.kind() {
        ErrorKind::AlreadyExists => {
            CommandError::new(Exit::Refused, format!("`{}` is there already", path.display()))
                .hint("name another file, or write over it with --force")
        }
        _ => failed(&error.error),
    })
}
