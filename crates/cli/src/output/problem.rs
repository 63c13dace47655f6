//! Files that cannot be read.

use std::fmt::Write as _;

use syncline_sync::{Problem, ProblemPlace};

use super::style::{DIM, NAME, paint};
use super::words::shown;
use crate::clock;

/// One line for each: `path:line:column: reason`.
pub(crate) fn listing(problems: &[Problem]) -> String {
    problems.iter().fold(String::new(), |mut out, problem| {
        let _ = writeln!(out, "  {}", line(problem));
        out
    })
}

/// Each with where it is, since when, and the last good version.
pub(crate) fn details(problems: &[Problem]) -> String {
    problems.iter().fold(String::new(), |mut out, problem| {
        let _ = writeln!(out, "{}\n    {}", line(problem), paint(DIM, story(problem)));
        out
    })
}

fn line(problem: &Problem) -> String {
    let mut place = shown(&problem.path);
    for number in [problem.line, problem.column].into_iter().flatten() {
        let _ = write!(place, ":{number}");
    }
    format!("{}: {}", paint(NAME, place), shown(&problem.reason))
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
