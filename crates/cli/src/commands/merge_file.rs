//! `syncline merge-file`: one file, without a repository. Git runs it once for each file of a merge, so it
//! does nothing that this one file does not need.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use serde_json::json;
use syncline_format::{Format, Formats, HEAD_BYTES, RepoPath};
use syncline_merge::{Conflict, FileMerge, Place, Side, merge_file};
use syncline_repo::{GitError, Markers, MergedLines, git_merge_file};

use super::merge_driver;
use crate::args::MergeFileArgs;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::{Answer, json, style};
use crate::session::{Session, git_environment};

const LEFT_OUT: &str =
    "where both changed one field, ours is in the output; `--conflicts FILE` writes theirs down";

pub(crate) fn run(session: &Session<'_>, args: &MergeFileArgs) -> Result<Answer, CommandError> {
    if let Some(driver) = args.driver {
        return merge_driver::run(session, args, driver);
    }
    session.refuse_json("the merged file", "`--conflicts FILE` writes the conflicts as JSON")?;
    let (base, ours, theirs) = (read(&args.base)?, read(&args.ours)?, read(&args.theirs)?);
    let path = repo_path(args.path.as_deref(), &args.ours)?;
    let formats = Formats::built_in();
    let format = choose(&formats, args.format.as_deref(), &path, &ours)?;
    match merge_file(&path, Some(base.as_slice()), &ours, &theirs, format, Side::Ours) {
        FileMerge::Merged { conflicts, .. } if conflicts.iter().any(is_of_lines) => {
            as_git(args, &path, &conflicts)
        }
        FileMerge::Merged { bytes, conflicts } => {
            write_conflicts(args.conflicts.as_deref(), &conflicts)?;
            let untold = !conflicts.is_empty() && args.conflicts.is_none();
            let note = untold.then(|| style::next_step(LEFT_OUT));
            Ok(Answer::bytes(bytes).notes(session.notes(note)).exit(Exit::held_if(!conflicts.is_empty())))
        }
        FileMerge::Binary => Err(binary(&path)),
        FileMerge::Unreadable { .. } => as_git(args, &path, &[]),
    }
}

pub(super) fn binary(path: &RepoPath) -> CommandError {
    CommandError::new(Exit::Refused, format!("both sides changed `{path}`, and it is no text"))
        .hint("take one of the two as it is")
}

/// Whether it is of a text: nobody but the markers would tell of it there. One between comments of a document
/// is at a field.
pub(super) fn is_of_lines(conflict: &Conflict) -> bool {
    conflict.place == Place::Lines && conflict.field.parts().is_empty()
}

/// What git makes of it, markers included: for what is no YAML or JSON, or not valid.
fn as_git(args: &MergeFileArgs, path: &RepoPath, conflicts: &[Conflict]) -> Result<Answer, CommandError> {
    let merged = merged_by_git(args, path, &Markers::default())?;
    write_conflicts(args.conflicts.as_deref(), conflicts)?;
    Ok(Answer::bytes(merged.bytes).exit(Exit::held_if(merged.conflicts > 0)))
}

/// Git's own merge of the three files, as lines.
pub(super) fn merged_by_git(
    args: &MergeFileArgs,
    path: &RepoPath,
    markers: &Markers,
) -> Result<MergedLines, CommandError> {
    let files = [&args.base, &args.ours, &args.theirs].map(AsRef::as_ref);
    git_merge_file(&git_environment(), files, markers).map_err(|error| match error {
        GitError::Failed { .. } if files.iter().any(|file| is_binary(file)) => binary(path),
        error => CommandError::new(Exit::Refused, error.to_string()),
    })
}

/// Whether git takes a file for binary, which it merges not at all: a NUL is near its start.
fn is_binary(file: &Path) -> bool {
    const LOOKED_AT: u64 = 8000;
    let mut head = Vec::new();
    let read = fs::File::open(file).and_then(|file| file.take(LOOKED_AT).read_to_end(&mut head));
    read.is_ok() && head.contains(&0)
}

fn write_conflicts(file: Option<&Path>, conflicts: &[Conflict]) -> Result<(), CommandError> {
    let Some(file) = file else { return Ok(()) };
    let conflicts: Vec<_> = conflicts.iter().map(Conflict::to_json).collect();
    let object = json::versioned(json!({"conflicts": conflicts}));
    fs::write(file, format!("{object:#}\n")).map_err(|source| CommandError::file(file, "written", &source))
}

/// The format by its name, else by what the file holds.
pub(super) fn choose<'a>(
    formats: &'a Formats,
    name: Option<&str>,
    path: &RepoPath,
    content: &[u8],
) -> Result<&'a Format, CommandError> {
    let Some(name) = name else {
        let head = &content[..content.len().min(HEAD_BYTES)];
        return Ok(formats.recognise([path], |_| Some(head.to_vec())));
    };
    formats.get(name).ok_or_else(|| {
        let known: Vec<&str> = formats.iter().map(Format::name).collect();
        CommandError::usage(format!("there is no format `{name}`"))
            .hint(format!("the formats are {}", known.join(", ")))
    })
}

/// The path that was given for the file, else its own name.
pub(super) fn repo_path(given: Option<&str>, file: &Path) -> Result<RepoPath, CommandError> {
    if let Some(path) = given {
        return RepoPath::new(path.trim_start_matches("./")).map_err(|error| {
            CommandError::usage(format!("`--path` takes a path inside a repository: {error}"))
        });
    }
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    RepoPath::new(name).map_err(|error| CommandError::usage(error.to_string()).hint("name it with `--path`"))
}

/// The bytes of a file that was named.
pub(super) fn read(file: &Path) -> Result<Vec<u8>, CommandError> {
    fs::read(file)
        .map_err(|source| CommandError { kind: Exit::Usage, ..CommandError::file(file, "read", &source) })
}
