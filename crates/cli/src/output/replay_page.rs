//! Past merges as a page: one file that needs nothing else.

use std::fmt::Write as _;

use syncline_sync::{Replay, Tally};

use super::replay::{COLUMNS, LISTS, cells, files, of_interest, summary};
use super::words::shown;
use crate::clock;

const STYLE: &str = include_str!("replay_page.css");

/// How wide all files of a format are in the plot, and how high a bar is, in pixels.
const BAR: [usize; 2] = [480, 18];

/// The page.
pub(crate) fn page(replay: &Replay) -> String {
    let body = [table(replay), plot(replay), lists(replay)].concat();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>Past merges, done again</title>\n<style>\n{STYLE}</style>\n\
         <h1>Past merges, done again</h1>\n<p>{}</p>\n{body}</html>\n",
        escaped(summary(replay))
    )
}

/// All formats, then all of them together.
fn rows(replay: &Replay) -> Vec<(&str, [Tally; 2])> {
    let mut rows: Vec<_> = replay.by_format().into_iter().collect();
    rows.push(("all", replay.total()));
    rows
}

fn table(replay: &Replay) -> String {
    let columns = COLUMNS.map(|column| format!("<th>{column}")).concat();
    let mut out = format!(
        "<table>\n<tr><th rowspan=2>format<th rowspan=2>files<th colspan=4>git<th colspan=4>Syncline\n\
         <tr>{columns}{columns}\n"
    );
    for (format, [git, syncline]) in rows(replay) {
        let of_both = cells(&git, "run").into_iter().chain(cells(&syncline, "field"));
        let of_both: Vec<_> = of_both.map(|cell| format!("<td>{cell}")).collect();
        let _ = writeln!(out, "<tr><th>{}<td>{}{}", escaped(format), files(&git), of_both.concat());
    }
    out + "</table>\n"
}

/// Two bars for each format: the share of its files of each outcome.
fn plot(replay: &Replay) -> String {
    let legend: String = COLUMNS.iter().zip(CLASSES).fold(String::new(), |mut out, (column, class)| {
        let _ = write!(out, "<span class=\"{class}\">&#9632;</span> {column} ");
        out
    });
    let mut out = format!("<h2>Share of the files</h2>\n<p>{legend}</p>\n<table class=\"plot\">\n");
    for (format, tallies) in rows(replay) {
        for (program, tally) in ["git", "Syncline"].iter().zip(tallies) {
            let name =
                if *program == "git" { format!("<th rowspan=2>{}", escaped(format)) } else { String::new() };
            let _ = writeln!(out, "<tr>{name}<td>{program}<td>{}", bar(&tally));
        }
    }
    out + "</table>\n"
}

/// The classes of the style for the columns.
const CLASSES: [&str; 4] = ["same", "data", "other", "held"];

fn bar(tally: &Tally) -> String {
    let (all, [width, height]) = (files(tally).max(1), BAR);
    let mut out = format!("<svg width=\"{width}\" height=\"{height}\" role=\"img\">");
    let mut done = 0;
    for (number, (class, column)) in [tally.as_committed, tally.same_data, tally.otherwise, tally.in_conflict]
        .into_iter()
        .zip(CLASSES.iter().zip(COLUMNS))
    {
        let (start, end) = (done * width / all, (done + number) * width / all);
        let _ = write!(
            out,
            "<rect class=\"{class}\" x=\"{start}\" width=\"{}\" height=\"{height}\"><title>{number} {column}</title></rect>",
            end - start
        );
        done += number;
    }
    out + "</svg>"
}

fn lists(replay: &Replay) -> String {
    let mut out = String::new();
    for (title, is_of_interest) in LISTS {
        let mut found = of_interest(replay, is_of_interest).peekable();
        if found.peek().is_none() {
            continue;
        }
        let _ = writeln!(out, "<h2>{title}</h2>\n<table>\n<tr><th>commit<th>when<th>file<th>subject");
        for (merge, file) in found {
            let (commit, time) = (merge.commit.short(), clock::local(merge.time));
            let (path, subject) = (escaped(&file.path), escaped(&merge.subject));
            let _ = writeln!(out, "<tr><td><code>{commit}</code><td>{time}<td>{path}<td>{subject}");
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
    fn the_parts_of_a_bar_make_up_its_width() {
        let tally = Tally { as_committed: 1, same_data: 0, otherwise: 1, in_conflict: 1, conflicts: 7 };
        let bar = bar(&tally);
        for part in ["x=\"0\" width=\"160\"", "x=\"160\" width=\"160\"", "x=\"320\" width=\"160\""] {
            assert!(bar.contains(part), "{part} in {bar}");
        }
    }
}
