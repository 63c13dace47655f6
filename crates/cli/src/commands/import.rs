//! `syncline import`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};
use syncline_format::Unreadable;
use syncline_sync::{ImportReport, ImportRequest, ImportSource, Named, Selector, Workspace};

use super::merge_file::read;
use crate::args::ImportArgs;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::words::{count, counted, list, listed, shown};
use crate::output::{Answer, change, json, style};
use crate::session::Session;

pub(crate) fn run(session: &Session<'_>, args: &ImportArgs) -> Result<Answer, CommandError> {
    let mut workspace = session.open()?;
    let request = ImportRequest {
        source: source(&workspace, &args.path)?,
        selectors: args.selectors.iter().map(|text| Selector::new(text)).collect(),
        exact: args.exact,
        preview: args.preview,
    };
    let report = workspace.import(&request)?;
    let next = (!report.changes.is_empty()).then(|| {
        style::next_step(if args.preview {
            "the same without --preview takes it in"
        } else {
            "`syncline commit` keeps it, `syncline undo` takes it back"
        })
    });
    let exit = Exit::held_if(!report.unreadable.is_empty());
    let answer = session.account(|| object(&report, &request), || text(&report, &request));
    Ok(answer.notes(session.notes(next)).exit(exit))
}

fn source(workspace: &Workspace, path: &Path) -> Result<ImportSource, CommandError> {
    let full = path.canonicalize().map_err(|error| CommandError::file(path, "read", &error))?;
    let name = full.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if full.is_dir() {
        return Ok(ImportSource::Folder { name, files: files(workspace, path)? });
    }
    Ok(ImportSource::File { name, bytes: read(path)? })
}

/// The files of a folder that are read, in the order of their names. An app's folder may hold much else.
fn files(workspace: &Workspace, folder: &Path) -> Result<Vec<(String, Vec<u8>)>, CommandError> {
    let failed = |error: &std::io::Error| CommandError::file(folder, "read", error);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| failed(&error))? {
        let path = entry.map_err(|error| failed(&error))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_file() && workspace.imports_from_folder(&name) {
            files.push((name, read(&path)?));
        }
    }
    files.sort();
    Ok(files)
}

fn text(report: &ImportReport, request: &ImportRequest) -> String {
    let name = shown(request.source.name());
    let (done, nothing) = if request.preview {
        ("Would import", "Nothing would be imported")
    } else {
        ("Imported", "Nothing imported")
    };
    let mut out = if report.changes.is_empty() {
        format!("{nothing}: all is here as it is in {name}\n")
    } else {
        let changes = &report.changes;
        format!("{done} from {name}: {}\n{}", change::counted(changes), change::digest(changes))
    };
    if report.paired > 0 {
        let _ = writeln!(
            out,
            "{} another id there, and kept the one they have here",
            counted(report.paired, "resource has", "resources have")
        );
    }
    out.push_str(&only_here(report, request));
    out.push_str(&left_out(report));
    out
}

/// What is here and not there.
fn only_here(report: &ImportReport, request: &ImportRequest) -> String {
    if report.only_here.is_empty() || request.exact {
        return String::new();
    }
    let names: Vec<String> =
        report.only_here.iter().map(|Named { kind, name, .. }| format!("{kind} {name}")).collect();
    let heading = style::heading("Only here, and kept (--exact takes them out)");
    format!("{heading}\n{}", listed(&names))
}

/// What is there and did not come.
fn left_out(report: &ImportReport) -> String {
    let mut out = String::new();
    let mut kinds: Vec<String> =
        report.left_out.iter().map(|(kind, number)| format!("{number} {}", shown(kind))).collect();
    if report.private > 0 {
        kinds.push(format!("{} private", report.private));
    }
    if !kinds.is_empty() {
        let _ = writeln!(out, "Left out, as nothing to share: {}", list(&kinds));
    }
    if !report.unreadable.is_empty() {
        let heading = style::heading(format!(
            "Left out, as {} cannot be read",
            count(report.unreadable.len(), "place")
        ));
        let places: Vec<String> = report.unreadable.iter().map(place).collect();
        let _ = write!(out, "{heading}\n{}", listed(&places));
    }
    out
}

fn place(Unreadable { file, number, reason }: &Unreadable) -> String {
    match file {
        Some(file) => format!("{file}:{number}: {reason}"),
        None => format!("resource {number}: {reason}"),
    }
}

fn object(report: &ImportReport, request: &ImportRequest) -> Json {
    let only_here = report.only_here.iter().map(|Named { kind, id, name, path }| {
        json!({"kind": kind, "id": id, "name": name, "path": path.to_string()})
    });
    let unreadable = report
        .unreadable
        .iter()
        .map(|Unreadable { file, number, reason }| json!({"file": file, "number": number, "reason": reason}));
    json!({
        "format": report.format,
        "preview": request.preview,
        "changes": json::changes(&report.changes),
        "unchanged": report.unchanged,
        "paired": report.paired,
        "only_here": only_here.collect::<Json>(),
        "left_out": report.left_out,
        "private": report.private,
        "unreadable": unreadable.collect::<Json>(),
    })
}
