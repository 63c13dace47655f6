//! `syncline diff-file`: one file's changes, without a repository; also what Git calls as a diff driver.

use std::cell::LazyCell;
use std::path::Path;

use serde_json::json;
use syncline_document::Document;
use syncline_format::{Format, Formats, HEAD_BYTES, RepoPath};
use syncline_merge::{Change, FileVersion, Verdict, changes, changes_of_moved};
use syncline_repo::Mode;

use super::merge_file::{choose, read, repo_path};
use crate::args::DiffFileArgs;
use crate::error::CommandError;
use crate::output::patch::{Side, patch};
use crate::output::words::shown;
use crate::output::{self, Answer, change, json, verdict};
use crate::session::{Session, git_environment};

/// The two versions, and the paths that they are of.
struct Versions {
    path: RepoPath,
    /// Where the file was, where that is another path.
    old_path: Option<RepoPath>,
    old: Option<Version>,
    new: Option<Version>,
}

struct Version {
    bytes: Vec<u8>,
    mode: Mode,
}

/// What was typed, or what git gave: paths and files, and the modes that only git knows.
struct Given<'a> {
    path: Option<String>,
    old_path: Option<String>,
    old: (&'a Path, Mode),
    new: (&'a Path, Mode),
}

pub(crate) fn run(session: &Session<'_>, args: &DiffFileArgs) -> Result<Answer, CommandError> {
    let files: Vec<&Path> = args.files.iter().map(AsRef::as_ref).collect();
    if let [path] = files[..] {
        // A path that git could not merge comes alone.
        return Ok(Answer::text(format!("{} is not merged\n", shown(path.display()))));
    }
    let is_for_git = files.len() > 2;
    if is_for_git {
        output::color_in_pager_of_git(&git_environment());
    }
    let given = given(&files)?;
    let (old, new) = (given.old.0, given.new.0);
    let named = if is_nothing(new) { old } else { new };
    let path = repo_path(args.path.as_deref().or(given.path.as_deref()), named)?;
    let old_path = given.old_path.as_deref().map(|path| repo_path(Some(path), old)).transpose()?;
    let versions = Versions { path, old_path, old: version(given.old)?, new: version(given.new)? };
    let content = versions.new.as_ref().or(versions.old.as_ref()).map(|version| version.bytes.as_slice());
    let content = content.unwrap_or_default();
    // Git starts us in its repository, which can describe formats of its own.
    let workspace = if is_for_git { session.open().ok() } else { None };
    let formats = LazyCell::new(Formats::built_in);
    let format = match &workspace {
        Some(workspace) => workspace.format_of(&versions.path, content),
        None => choose(&formats, None, &versions.path, content)?,
    };
    Ok(answer(session, &versions, &differences(&versions, format)))
}

/// Git's order is path, old file, id, mode, new file, id, mode, and where it saw a rename the new path and what
/// there is to say of it.
fn given<'a>(files: &[&'a Path]) -> Result<Given<'a>, CommandError> {
    let text = |path: &Path| Some(path.to_string_lossy().into_owned());
    match *files {
        [old, new] => {
            Ok(Given { path: None, old_path: None, old: (old, Mode::File), new: (new, Mode::File) })
        }
        [path, old, _, old_mode, new, _, new_mode, ref renamed @ ..] if renamed.len() % 2 == 0 => Ok(Given {
            path: text(renamed.first().unwrap_or(&path)),
            old_path: renamed.first().and_then(|_| text(path)),
            old: (old, mode(old_mode)),
            new: (new, mode(new_mode)),
        }),
        _ => Err(CommandError::usage(
            "diff-file takes two files, or the seven arguments that git gives a diff driver",
        )
        .hint("try `syncline diff-file OLD NEW`")),
    }
}

fn mode(text: &Path) -> Mode {
    match text.to_str() {
        Some("100755") => Mode::Executable,
        Some("120000") => Mode::Link,
        Some("160000") => Mode::Submodule,
        _ => Mode::File,
    }
}

/// By fields where there are any: comments and layout are no fields, but a change all the same.
fn answer(session: &Session<'_>, versions: &Versions, changes: &[Change]) -> Answer {
    let path = &versions.path;
    let verdict = of(versions, changes);
    let object = || {
        json!({
            "path": path.to_string(),
            "verdict": verdict.word(),
            "changes": json::detailed_changes(changes),
        })
    };
    let [old, new] = [&versions.old, &versions.new].map(|version| version.as_ref().map(side));
    let is_told_by_fields = !changes.is_empty()
        && changes.iter().all(|change| change.lines.is_none())
        && (versions.old_path.is_some() || old.zip(new).is_none_or(|(old, new)| old.mode == new.mode));
    session.answer(object, || {
        if is_told_by_fields {
            Answer::text(change::details(changes) + &verdict::lines(&[(path, verdict)]))
        } else {
            Answer::lines(|look| patch(path.as_bstr(), old, new, look))
        }
    })
}

/// How much the versions differ.
fn of(versions: &Versions, changes: &[Change]) -> Verdict {
    match (&versions.old, &versions.new) {
        (Some(old), Some(new)) if old.mode != new.mode => Verdict::Content,
        (Some(old), Some(new)) if versions.old_path.is_none() && old.bytes == new.bytes => Verdict::Identical,
        (Some(_), Some(_)) => Verdict::of(changes),
        (None, None) => Verdict::Identical,
        _ => Verdict::Content,
    }
}

fn side(version: &Version) -> Side<'_> {
    Side { mode: version.mode, id: None, bytes: &version.bytes }
}

fn differences(versions: &Versions, format: &Format) -> Vec<Change> {
    let parse = |bytes: &[u8]| {
        let head = &bytes[..bytes.len().min(HEAD_BYTES)];
        Document::parse(bytes, format.claims_content(&versions.path, head).language()?).ok()
    };
    let [old, new] = [&versions.old, &versions.new].map(|version| Some(version.as_ref()?.bytes.as_slice()));
    let (old_document, new_document) = (old.and_then(parse), new.and_then(parse));
    let version = |bytes, document| FileVersion { bytes, document };
    let old = old.map(|bytes| version(bytes, old_document.as_ref()));
    let new = new.map(|bytes| version(bytes, new_document.as_ref()));
    match (&versions.old_path, old, new) {
        (Some(old_path), Some(old), Some(new)) => {
            changes_of_moved((old_path, old), (&versions.path, new), format)
        }
        _ => changes(&versions.path, old, new, format),
    }
}

fn version((file, mode): (&Path, Mode)) -> Result<Option<Version>, CommandError> {
    if is_nothing(file) {
        return Ok(None);
    }
    Ok(Some(Version { bytes: read(file)?, mode }))
}

/// How git names a version that there is none of.
fn is_nothing(file: &Path) -> bool {
    file == Path::new("/dev/null") || (cfg!(windows) && file.as_os_str().eq_ignore_ascii_case("nul"))
}
