//! `syncline diff-file`: one file's changes, without a repository; also what Git calls as a diff driver.

use std::path::Path;

use serde_json::json;
use syncline_document::Document;
use syncline_format::{Format, Formats, HEAD_BYTES, RepoPath};
use syncline_merge::{Change, FileVersion, changes};
use syncline_repo::Mode;

use super::merge_file::{choose, read, repo_path};
use crate::args::DiffFileArgs;
use crate::error::CommandError;
use crate::output::patch::{Side, patch};
use crate::output::{Answer, change, json};
use crate::session::Session;

/// The two versions, and the path that they are of.
struct Versions {
    path: RepoPath,
    old: Option<Vec<u8>>,
    new: Option<Vec<u8>>,
}

pub(crate) fn run(session: &Session<'_>, args: &DiffFileArgs) -> Result<Answer, CommandError> {
    let files: Vec<&Path> = args.files.iter().map(AsRef::as_ref).collect();
    // Git's order is path, old file, id, mode, new file, id, mode, and two more where it saw a rename. A path
    // that git could not merge comes alone.
    let (path, old, new) = match files[..] {
        [old, new] => (args.path.clone(), old, new),
        [path, old, _, _, new, ..] if files.len() == 7 || files.len() == 9 => {
            let path = files.get(7).unwrap_or(&path);
            (args.path.clone().or_else(|| Some(path.to_string_lossy().into_owned())), old, new)
        }
        [path] => return Ok(Answer::text(format!("{} is not merged\n", path.display()))),
        _ => {
            return Err(CommandError::usage(
                "diff-file takes two files, or the seven arguments that git gives a diff driver",
            )
            .hint("try `syncline diff-file OLD NEW`"));
        }
    };
    let named = if is_nothing(new) { old } else { new };
    let versions =
        Versions { path: repo_path(path.as_deref(), named)?, old: version(old)?, new: version(new)? };
    let formats = Formats::built_in();
    let content = versions.new.as_deref().or(versions.old.as_deref()).unwrap_or_default();
    let format = choose(&formats, None, &versions.path, content)?;
    Ok(answer(session, &versions, &differences(&versions, format)))
}

/// By fields where there are any: comments and layout are no fields, but a change all the same.
fn answer(session: &Session<'_>, versions: &Versions, changes: &[Change]) -> Answer {
    let path = &versions.path;
    let object = || json!({"path": path.to_string(), "changes": json::detailed_changes(changes)});
    let is_told_by_fields = !changes.is_empty() && changes.iter().all(|change| change.lines.is_none());
    let [old, new] = [&versions.old, &versions.new].map(|version| version.as_deref().map(side));
    session.answer(object, || {
        if is_told_by_fields {
            Answer::text(change::details(changes))
        } else {
            Answer::lines(|look| patch(path.as_bstr(), old, new, look))
        }
    })
}

fn side(bytes: &[u8]) -> Side<'_> {
    Side { mode: Mode::File, id: None, bytes }
}

fn differences(versions: &Versions, format: &Format) -> Vec<Change> {
    let parse = |bytes: &[u8]| {
        let head = &bytes[..bytes.len().min(HEAD_BYTES)];
        Document::parse(bytes, format.claims_content(&versions.path, head).language()?).ok()
    };
    let (old, new) = (versions.old.as_deref(), versions.new.as_deref());
    let (old_document, new_document) = (old.and_then(parse), new.and_then(parse));
    let version = |bytes, document| FileVersion { bytes, document };
    let old = old.map(|bytes| version(bytes, old_document.as_ref()));
    let new = new.map(|bytes| version(bytes, new_document.as_ref()));
    changes(&versions.path, old, new, format)
}

fn version(file: &Path) -> Result<Option<Vec<u8>>, CommandError> {
    if is_nothing(file) { Ok(None) } else { read(file).map(Some) }
}

/// How git names a version that there is none of.
fn is_nothing(file: &Path) -> bool {
    file == Path::new("/dev/null") || (cfg!(windows) && file.as_os_str().eq_ignore_ascii_case("nul"))
}
