//! `syncline clone`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf, absolute};

use serde_json::json;
use syncline_format::RepoPath;
use syncline_repo::RemoteErrorKind;
use syncline_sync::{CloneReport, CloneRequest, Preview, SyncError, Workspace};

use crate::args::CloneArgs;
use crate::credentials::SignIn;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::words::{count, counted, shown, typed};
use crate::output::{Answer, json, problem, style, table};
use crate::session::Session;

pub(crate) fn run(session: &Session<'_>, args: &CloneArgs) -> Result<Answer, CommandError> {
    let mut sign_in = SignIn::new(&args.url, &args.sign_in)?;
    let request = request(args, &sign_in)?;
    if args.preview {
        let preview =
            attempt(session, &mut sign_in, |environment| Workspace::preview(&request, environment))?;
        let held = !preview.problems.is_empty();
        return Ok(session
            .report(|| json::preview(&preview), || preview_text(&preview))
            .exit(Exit::held_if(held)));
    }
    let (_, report) =
        attempt(session, &mut sign_in, |environment| Workspace::clone_from(&request, environment))?;
    sign_in.keep()?;
    let held = report.conflicts > 0 || !report.problems.is_empty();
    Ok(session
        .account(|| object(&report), || text(&report))
        .notes(session.notes(notes(&report, &request.dir)))
        .exit(Exit::held_if(held)))
}

/// Does it, and once more where the remote asks who we are and somebody is there to say so.
pub(crate) fn attempt<T>(
    session: &Session<'_>,
    sign_in: &mut SignIn,
    run: impl Fn(syncline_sync::Environment) -> Result<T, SyncError>,
) -> Result<T, CommandError> {
    match run(session.environment(sign_in.credentials.clone())) {
        Err(SyncError::Remote(error)) if error.kind == RemoteErrorKind::NoCredentials => {
            if !sign_in.ask()? {
                return Err(SyncError::from(error).into());
            }
            Ok(run(session.environment(sign_in.credentials.clone()))?)
        }
        result => Ok(result?),
    }
}

/// The folder of `--folder`.
pub(crate) fn folder(folder: Option<&str>) -> Result<Option<RepoPath>, CommandError> {
    let path =
        folder.map(|folder| RepoPath::new(folder.trim_start_matches("./").trim_end_matches('/'))).transpose();
    path.map_err(|error| {
        CommandError::usage(format!("`--folder` takes a path inside the repository: {error}"))
    })
}

fn request(args: &CloneArgs, sign_in: &SignIn) -> Result<CloneRequest, CommandError> {
    let dir = match &args.dir {
        Some(dir) => dir.clone(),
        None => PathBuf::from(sign_in.url.folder_name().ok_or_else(|| {
            CommandError::usage(format!("`{}` gives the folder no name", sign_in.url))
                .hint("name the folder: `syncline clone URL DIR`")
        })?),
    };
    let dir = absolute(&dir).map_err(|source| CommandError::file(&dir, "found", &source))?;
    let url = sign_in.url.as_str().to_owned();
    Ok(CloneRequest { url, dir, branch: args.branch.clone(), folder: folder(args.folder.as_deref())? })
}

fn object(report: &CloneReport) -> serde_json::Value {
    json!({
        "root": report.root.to_string_lossy(),
        "format": report.format,
        "branch": report.branch.as_ref().map(ToString::to_string),
        "resources": report.resources,
        "conflicts": report.conflicts,
        "problems": json::problems(&report.problems),
        "public": report.is_public,
        "whole": report.is_whole,
        "moved_to": report.moved_to,
    })
}

fn text(report: &CloneReport) -> String {
    let mut out = format!("Cloned into {}\n", shown(report.root.display()));
    let resources = count(report.resources, "resource");
    let branch = match &report.branch {
        Some(branch) => format!("branch {branch}"),
        None => "no branch".to_owned(),
    };
    let _ = writeln!(out, "Format {}, {resources}, {branch}", report.format);
    if report.conflicts > 0 {
        let held = counted(report.conflicts, "conflict is held", "conflicts are held");
        let _ = writeln!(out, "{held}: see them with `syncline conflicts`");
    }
    if !report.problems.is_empty() {
        let _ = write!(out, "{}\n{}", style::heading("Problems"), problem::listing(&report.problems));
    }
    out
}

fn notes(report: &CloneReport, dir: &Path) -> Vec<String> {
    let mut notes = Vec::new();
    if report.is_public {
        notes.push(style::warning(PUBLIC));
    }
    if report.is_whole {
        notes.push(style::warning(WHOLE));
    }
    notes.extend(report.moved_to.as_deref().map(|url| style::warning(moved(url))));
    let enter = enter(dir).map(|dir| format!("`cd {dir}` and ")).unwrap_or_default();
    notes.push(style::next_step(format!("go on with {enter}`syncline status`")));
    notes
}

/// What is said where a folder was asked for and the remote sent everything.
const WHOLE: &str = "this remote cannot leave files out: all of it was fetched, and only the folder is in your working folder";

/// What is said of a remote that needs no sign-in.
pub(crate) const PUBLIC: &str = "anyone can read this remote: keep secrets out of it";

/// What is said of a remote that answers under another address.
pub(crate) fn moved(url: &str) -> String {
    let url = shown(url);
    format!("the repository has moved to {url}: `syncline connect {url}` stores the new address")
}

/// The folder as it can be typed in a shell, as short as it can be; `None` where one is in it.
fn enter(dir: &Path) -> Option<String> {
    let here = std::env::current_dir().ok();
    let short = here.and_then(|here| dir.strip_prefix(here).ok().map(Path::to_owned));
    let way = short.as_deref().unwrap_or(dir);
    (!way.as_os_str().is_empty()).then(|| typed(way.display()))
}

fn preview_text(preview: &Preview) -> String {
    let visible = if preview.is_public {
        "anyone can read it"
    } else if Path::new(&preview.url).exists() {
        "a folder of this machine"
    } else {
        "only who signs in can read it"
    };
    let mut out = format!("{}: {visible}\n", shown(&preview.url));
    let branches: Vec<String> = preview.branches.iter().map(shown).collect();
    let _ = writeln!(
        out,
        "Branches: {}",
        if branches.is_empty() { "none yet".to_owned() } else { branches.join(", ") }
    );
    let _ = writeln!(out, "Format {}, {}", preview.format, count(preview.files, "file"));
    let rows: Vec<_> = preview
        .kinds
        .iter()
        .map(|(kind, number)| vec![table::plain(number.to_string()), table::plain(shown(kind))])
        .collect();
    out.push_str(&table::rows(2, &rows).concat());
    if !preview.problems.is_empty() {
        let _ = write!(out, "{}\n{}", style::heading("Problems"), problem::listing(&preview.problems));
    }
    out
}
