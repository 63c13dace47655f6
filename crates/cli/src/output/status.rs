//! The state of a workspace in words.

use std::fmt::Write as _;

use syncline_sync::Status;

use super::style::{BOLD, heading, paint};
use super::words::{self, count, shown};
use super::{change, problem};

/// The whole state; one line where nothing is to be told.
pub(crate) fn text(status: &Status, verbose: bool) -> String {
    let body = body(status, verbose);
    if body.is_empty() {
        format!("{}: nothing changed\n", branch_line(status))
    } else {
        format!("{}\n{body}", branch_line(status))
    }
}

/// `On main, 2 commits ahead of origin/main`.
fn branch_line(status: &Status) -> String {
    let Some(branch) = &status.branch else { return "On no branch (detached HEAD)".to_owned() };
    let on = format!("On {}", paint(BOLD, shown(branch)));
    let upstream = status.upstream.as_ref().map(shown);
    match (&upstream, &status.head) {
        (None, None) => format!("{on}, with no commit yet and no remote branch"),
        (Some(upstream), None) => format!("{on}, with no commit yet; follows {upstream}"),
        (None, Some(_)) => format!("{on}, with no remote branch"),
        (Some(upstream), _) if status.upstream_gone => format!("{on}; {upstream} is gone from the remote"),
        (Some(upstream), _) => format!("{on}, {}", distance(status.ahead, status.behind, upstream)),
    }
}

/// How far a branch is from another, in words.
pub(crate) fn distance(ahead: usize, behind: usize, upstream: &str) -> String {
    match (ahead, behind) {
        (0, 0) => format!("up to date with {upstream}"),
        (ahead, 0) => format!("{} ahead of {upstream}", count(ahead, "commit")),
        (0, behind) => format!("{} behind {upstream}", count(behind, "commit")),
        (ahead, behind) => format!("{} ahead of {upstream} and {behind} behind", count(ahead, "commit")),
    }
}

fn body(status: &Status, verbose: bool) -> String {
    let mut out = String::new();
    if let Some(operation) = &status.in_progress {
        let _ = writeln!(
            out,
            "A `git {}` is in progress; Syncline changes nothing until it is done",
            operation.command()
        );
    }
    if let Some(watcher) = &status.watcher {
        let _ = writeln!(out, "Watched by `{}`", shown(watcher));
    }
    if let Some(operation) = &status.unfinished {
        let _ =
            writeln!(out, "Unfinished: {}; the next command that writes goes on with it", shown(operation));
    }
    if !status.changes.is_empty() {
        let _ = writeln!(out, "{}", heading(format!("Changes ({})", status.changes.len())));
        out.push_str(&change::listing(&status.changes));
    }
    if !status.taken_out.is_empty() {
        let heading = heading(format!("Taken out ({})", status.taken_out.len()));
        let _ = writeln!(
            out,
            "{heading}: the next commit removes these files from the repository, not from here"
        );
        if verbose {
            out.push_str(&words::listed(&status.taken_out));
        }
    }
    if verbose && !status.noise.is_empty() {
        let _ = writeln!(
            out,
            "{}",
            heading(format!("Only volatile or local fields differ ({})", status.noise.len()))
        );
        status.noise.iter().for_each(|path| {
            let _ = writeln!(out, "  {}", shown(path));
        });
    }
    unshared(status, verbose, &mut out);
    held(status, &mut out);
    if !status.left_to_git.is_empty() {
        let _ = writeln!(out, "{}", heading(format!("Left to git ({})", status.left_to_git.len())));
        for (path, reason) in &status.left_to_git {
            let _ = writeln!(out, "  {}: {}", shown(path), shown(reason));
        }
    }
    out
}

/// Files that no commit takes: how many, or which and why.
fn unshared(status: &Status, verbose: bool, out: &mut String) {
    if status.unshared.is_empty() {
        return;
    }
    let heading = heading(format!("Not shared ({})", status.unshared.len()));
    if !verbose {
        let _ = writeln!(out, "{heading}: see them with `syncline status --verbose`");
        return;
    }
    let _ = writeln!(out, "{heading}");
    for (path, why) in &status.unshared {
        let _ = writeln!(out, "  {}: {}", shown(path), shown(why));
    }
}

fn held(status: &Status, out: &mut String) {
    if status.conflicts > 0 {
        let heading = heading(format!("Conflicts ({})", status.conflicts));
        let _ = writeln!(out, "{heading}: see them with `syncline conflicts`");
        if status.conflicts_are_local {
            let _ = writeln!(out, "  not all are at the remote: `syncline push` sends them, or says why not");
        }
    }
    if !status.problems.is_empty() {
        let _ = writeln!(out, "{}", heading(format!("Problems ({})", status.problems.len())));
        out.push_str(&problem::listing(&status.problems));
    }
}
