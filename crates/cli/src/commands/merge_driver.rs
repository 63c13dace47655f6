//! `syncline merge-file --driver`: what git calls for each file that both sides of a merge changed.

use std::cell::LazyCell;
use std::fs;
use std::path::Path;

use syncline_format::{Formats, RepoPath};
use syncline_merge::{Conflict, FileMerge, Side, merge_file};
use syncline_repo::{CommitId, Markers};
use syncline_sync::{Held, Workspace};

use super::merge_file::{binary, choose, is_of_lines, merged_by_git, read, repo_path};
use crate::args::{DriverUse, MergeFileArgs};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::words::{count, shown};
use crate::output::{Answer, conflict, style};
use crate::session::Session;

/// Git tells the driver of the commits that it merges by variables whose names end with their ids.
const HEAD_VARIABLE: &str = "GITHEAD_";

/// Writes the merged file over OURS, as git takes it, and has what is held written down.
pub(crate) fn run(
    session: &Session<'_>,
    args: &MergeFileArgs,
    driver: DriverUse,
) -> Result<Answer, CommandError> {
    let (base, ours, theirs) = (read(&args.base)?, read(&args.ours)?, read(&args.theirs)?);
    let path = repo_path(args.path.as_deref(), &args.ours)?;
    // For a file that both sides added git gives an empty one as their base.
    let base = (!base.is_empty()).then_some(base.as_slice());
    let workspace = session.open();
    let formats = LazyCell::new(Formats::built_in);
    let format = match (&args.format, &workspace) {
        (None, Ok(workspace)) => workspace.format_of(&path, &ours),
        (name, _) => choose(&formats, name.as_deref(), &path, &ours)?,
    };
    match merge_file(&path, base, &ours, &theirs, format, Side::Ours) {
        FileMerge::Binary => Err(binary(&path)),
        FileMerge::Merged { bytes, conflicts } if !conflicts.iter().any(is_of_lines) => {
            let exit = Exit::held_if(!conflicts.is_empty());
            let notes = if conflicts.is_empty() {
                write(&args.ours, &bytes)?;
                Vec::new()
            } else if driver == DriverUse::Base {
                write(&args.ours, &common_base(workspace.ok(), (&path, base), &bytes, conflicts)?)?;
                Vec::new()
            } else {
                // First, so that the file has what both sides have even where nothing can be held.
                write(&args.ours, &bytes)?;
                hold(&workspace?, &path, &conflicts, &markers(args))?
            };
            Ok(Answer::text(String::new()).notes(session.notes(notes)).exit(exit))
        }
        FileMerge::Merged { .. } | FileMerge::Unreadable { .. } => {
            let merged = merged_by_git(args, &path, &markers(args))?;
            write(&args.ours, &merged.bytes)?;
            Ok(Answer::text(String::new()).exit(Exit::held_if(merged.conflicts > 0)))
        }
    }
}

/// Names and size of markers as git gave them; one that knows no names gives the placeholder itself.
fn markers(args: &MergeFileArgs) -> Markers {
    let mut markers = Markers { size: args.marker_size, ..Markers::default() };
    for (label, given) in markers.labels.iter_mut().zip(&args.labels) {
        if !given.starts_with('%') {
            given.clone_into(label);
        }
    }
    markers
}

/// A base for a merge, in whose conflicts is what was before both; without a repository all of it is.
fn common_base(
    workspace: Option<Workspace>,
    (path, base): (&RepoPath, Option<&[u8]>),
    merged: &[u8],
    conflicts: Vec<Conflict>,
) -> Result<Vec<u8>, CommandError> {
    match workspace {
        Some(workspace) => Ok(workspace.common_base(path, merged, conflicts)?),
        None => Ok(base.unwrap_or_default().to_vec()),
    }
}

/// Has the conflicts written down, and says so. Where git only tries a merge nobody is told.
fn hold(
    workspace: &Workspace,
    path: &RepoPath,
    conflicts: &[Conflict],
    markers: &Markers,
) -> Result<Vec<String>, CommandError> {
    if !workspace.is_git_merging() {
        return Ok(Vec::new());
    }
    let is_held = workspace.note_conflicts_of_git(path, conflicts, theirs())?;
    let [ours, _, theirs] = markers.labels.each_ref().map(shown);
    let number = count(conflicts.len(), "conflict");
    let held: Vec<_> = conflicts.iter().map(as_held).collect();
    let stays = conflict::what_stays(conflicts, [&ours, &theirs]);
    let told = format!("{}: {number}; {stays}, without markers", shown(path));
    let listed = conflict::listing(&held);
    let next = if is_held {
        let other =
            if conflicts.iter().all(|conflict| conflict.kept == Side::Ours) { &theirs } else { "the other" };
        format!(
            "what {other} has is held: settle it with `syncline conflicts` when git is done, or edit the file now"
        )
    } else {
        format!("edit the file before you go on: what {theirs} has is only in `git show :3:{}`", shown(path))
    };
    Ok(vec![style::warning(told), listed.trim_end().to_owned(), style::next_step(next)])
}

fn as_held(conflict: &Conflict) -> Held {
    Held { conflict: conflict.clone(), id: conflict.id(), is_draft: false }
}

/// The commit that is merged, where git merges one branch.
fn theirs() -> Option<CommitId> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let mut ids = names.filter_map(|name| name.strip_prefix(HEAD_VARIABLE)?.parse().ok());
    ids.next().filter(|_| ids.next().is_none())
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), CommandError> {
    fs::write(file, bytes).map_err(|source| CommandError::file(file, "written", &source))
}
