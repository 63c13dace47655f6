//! Files that cannot be read, and those that were taken apart.

use std::fmt::Write as _;

use syncline_format::RepoPath;
use syncline_sync::{BaseOfMarked, Problem, ProblemPlace, TakeApartReport, TakenApart};

use super::conflict;
use super::style::{self, DIM, NAME, paint};
use super::words::{count, listed, shown};
use crate::clock;

/// One line for each: `path:line:column: reason`.
pub(crate) fn listing(problems: &[Problem]) -> String {
    problems.iter().fold(String::new(), |mut out, problem| {
        let _ = writeln!(out, "  {}", line(problem));
        out
    })
}

/// Says what is not in a result because it cannot be read.
pub(crate) fn left_out(unreadable: &[RepoPath]) -> Option<String> {
    let files = count(unreadable.len(), "file");
    let left_out =
        || style::warning(format!("left out, for it cannot be read: {files}\n{}", listed(unreadable)));
    (!unreadable.is_empty()).then(left_out)
}

/// Each with where it is, since when, and the last good version.
pub(crate) fn details(problems: &[Problem]) -> String {
    problems.iter().fold(String::new(), |mut out, problem| {
        let _ = writeln!(out, "{}\n    {}", line(problem), paint(DIM, story(problem)));
        out
    })
}

fn line(problem: &Problem) -> String {
    format!("{}: {}", paint(NAME, place(problem)), shown(&problem.reason))
}

/// `path:line:column`.
pub(crate) fn place(problem: &Problem) -> String {
    let mut place = shown(&problem.path);
    for number in [problem.line, problem.column].into_iter().flatten() {
        let _ = write!(place, ":{number}");
    }
    place
}

fn story(problem: &Problem) -> String {
    let place = match problem.place {
        ProblemPlace::Committed => "in the last commit",
        ProblemPlace::Folder => "only in the folder: neither committed nor overwritten",
    };
    let since = problem.since.map(|time| format!(", since {}", clock::local(time))).unwrap_or_default();
    let good = match (&problem.last_good, problem.place) {
        (Some(commit), _) => format!("; last good in {}", commit.short()),
        (None, ProblemPlace::Committed) => "; never readable before".to_owned(),
        (None, ProblemPlace::Folder) => String::new(),
    };
    format!("{place}{since}{good}")
}

/// Files whose conflict markers are gone, and what is held of them.
pub(crate) fn taken_apart(report: &TakeApartReport) -> String {
    let files = count(report.files.len(), "file");
    let how = match &report.commit {
        Some(commit) => format!("committed as {}", commit.short()),
        None => "in the folder, not committed".to_owned(),
    };
    let mut out = format!("Took {files} apart: {how}\n");
    for file in &report.files {
        let _ = writeln!(out, "  {}: {}", paint(NAME, shown(&file.path)), sides(file));
    }
    let held = report.conflicts.iter().map(|held| &held.conflict);
    let stays = conflict::what_stays(held, ["ours", "theirs"]);
    let _ = match report.conflicts.len() {
        0 => writeln!(out, "Nothing is in conflict by fields"),
        held => writeln!(out, "Held {}; {stays}", count(held, "conflict")),
    };
    out + &conflict::listing(&report.conflicts)
}

fn sides(file: &TakenApart) -> String {
    let named = [("ours", &file.ours), ("theirs", &file.theirs)];
    let named =
        named.into_iter().filter_map(|(side, name)| Some(format!("{side} is {}", shown(name.as_ref()?))));
    let base = match file.base {
        BaseOfMarked::Markers => "the base is in the markers".to_owned(),
        BaseOfMarked::Commit(commit) => format!("the base is of {}", commit.short()),
        BaseOfMarked::None => "no base is known, so what either side has stays".to_owned(),
    };
    let marked = format!("{} marked", count(file.marked, "conflict"));
    [marked].into_iter().chain(named).chain([base]).collect::<Vec<_>>().join(", ")
}
