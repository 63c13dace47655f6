//! Past merges as a page: one file that needs nothing else.

use std::fmt::Write as _;

use syncline_sync::{Replay, Tally};

use super::replay::{COLUMNS, LISTS, cells, files, of_interest, summary};
use super::words::shown;
use crate::clock;

const STYLE: &str = include_str!("replay_page.css");

/// The page on what was replayed; `repository` is its name.
pub(crate) fn page(replay: &Replay, repository: &str) -> String {
    let name = escaped(repository);
    let body = if replay.merges.is_empty() {
        String::new()
    } else {
        [table(replay), words(), plot(replay), lists(replay)].concat()
    };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>Past merges of {name}, done again</title>\n<style>\n{STYLE}</style>\n\
         <h1>Past merges of {name}, done again</h1>\n<p>{}</p>\n{body}</html>\n",
        escaped(summary(replay))
    )
}

/// The formats, and where there are several all of them together.
fn rows(replay: &Replay) -> Vec<(&str, [Tally; 2])> {
    let mut rows: Vec<_> = replay.by_format().into_iter().collect();
    if rows.len() > 1 {
        rows.push(("all", replay.total()));
    }
    rows
}

/// Two rows for each format: what git and what Syncline made of its files.
fn table(replay: &Replay) -> String {
    let columns = COLUMNS.map(|column| format!("<th class=\"number\">{column}")).concat();
    let mut out = format!(
        "<div class=\"wide\"><table class=\"counts\">\n<thead><tr><th>format<th class=\"number\">files<th>merged by{columns}\n<tbody>\n"
    );
    for (format, [git, syncline]) in rows(replay) {
        let cells =
            |tally, noun| cells(tally, noun).map(|cell| format!("<td class=\"number\">{cell}")).concat();
        let _ = writeln!(
            out,
            "<tr class=\"git\"><th rowspan=2>{}<td rowspan=2 class=\"number\">{}<td>git{}\n<tr><td>Syncline{}",
            escaped(format),
            files(&git),
            cells(&git, "run"),
            cells(&syncline, "field")
        );
    }
    out + "</table></div>\n"
}

/// The classes of the style for the columns, and what the columns mean.
const OUTCOMES: [(&str, &str); 4] = [
    ("same", "no conflict, and byte for byte what people committed"),
    ("data", "no conflict, and the data that people committed, written in another way"),
    ("other", "no conflict, and people committed something else: look at these first"),
    (
        "held",
        "git leaves so many runs of lines between markers; Syncline keeps both values of so many fields, and the file stays valid",
    ),
];

fn words() -> String {
    let mut out = "<dl>\n".to_owned();
    for (column, (class, meaning)) in COLUMNS.iter().zip(OUTCOMES) {
        let _ = writeln!(out, "<dt class=\"{class}\">{column}<dd>{meaning}");
    }
    out + "</dl>\n"
}

/// Two bars for each format: the share of its files of each outcome.
fn plot(replay: &Replay) -> String {
    let mut out = "<h2>Share of the files</h2>\n<div class=\"plot\">\n".to_owned();
    for (format, [git, syncline]) in rows(replay) {
        let (git, syncline) = (bar(&git), bar(&syncline));
        let _ = writeln!(
            out,
            "<h3>{}</h3>\n<span>git</span>{git}\n<span>Syncline</span>{syncline}",
            escaped(format)
        );
    }
    out + "</div>\n"
}

/// Each part is as wide as its share, and says how many files it stands for.
fn bar(tally: &Tally) -> String {
    let numbers = [tally.as_committed, tally.same_data, tally.otherwise, tally.in_conflict];
    let mut out = "<div class=\"bar\">".to_owned();
    for ((number, (class, _)), column) in numbers.into_iter().zip(OUTCOMES).zip(COLUMNS) {
        if number > 0 {
            let _ = write!(
                out,
                "<span class=\"{class}\" style=\"flex:{number}\" title=\"{number} {column}\">{number}</span>"
            );
        }
    }
    out + "</div>"
}

fn lists(replay: &Replay) -> String {
    let mut out = String::new();
    for (title, is_of_interest) in LISTS {
        let mut found = of_interest(replay, is_of_interest).peekable();
        if found.peek().is_none() {
            continue;
        }
        let _ = writeln!(
            out,
            "<h2>{title}</h2>\n<table class=\"merges\">\n<thead><tr><th>commit<th>when<th>file<th>subject\n<tbody>"
        );
        for (merge, file) in found {
            let (commit, time) = (merge.commit.short(), clock::local(merge.time));
            let (path, subject) = (escaped(&file.path), escaped(&merge.subject));
            let _ = writeln!(
                out,
                "<tr><td class=\"commit\"><code>{commit}</code><td class=\"when\">{time}<td class=\"file\">{path}<td class=\"subject\">{subject}"
            );
        }
        out.push_str("</table>\n");
    }
    out
}

/// Data of others as text of a page.
fn escaped(text: impl std::fmt::Display) -> String {
    shown(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_bring_marks_into_the_page() {
        assert_eq!(escaped("<b>&\x1b"), "&lt;b&gt;&amp;\\u{1b}");
    }

    #[test]
    fn a_bar_has_a_part_for_each_outcome_that_there_is() {
        let tally = Tally { as_committed: 1, same_data: 0, otherwise: 1, in_conflict: 2, conflicts: 7 };
        let bar = bar(&tally);
        for part in ["class=\"same\" style=\"flex:1\"", "class=\"held\" style=\"flex:2\"", ">2</span>"] {
            assert!(bar.contains(part), "{part} in {bar}");
        }
        assert!(!bar.contains("data"), "{bar}");
    }
}
