//! Commits and operations.

use std::fmt::Write as _;

use syncline_sync::{LogEntry, Operation};

use super::style::{BOLD, CHANGED, DIM, paint};
use super::table::{self, plain};
use super::words::shown;
use crate::clock;

/// One line for each commit, newest first.
pub(crate) fn short(entries: &[LogEntry]) -> String {
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| {
            let subject = shown(entry.message.trim_start().lines().next().unwrap_or_default());
            let unpushed = if entry.unpushed { "  (not pushed)" } else { "" };
            vec![
                (entry.commit.short(), CHANGED),
                (clock::local(entry.author.time), DIM),
                plain(shown(&entry.author.person.name)),
                (format!("{subject}{unpushed}"), BOLD),
            ]
        })
        .collect();
    table::rows(0, &rows).concat()
}

/// The commit as git shows it.
pub(crate) fn long(entry: &LogEntry) -> String {
    let unpushed = if entry.unpushed { " (not pushed)" } else { "" };
    let mut out = format!("{}{unpushed}\n", paint(CHANGED, format!("commit {}", entry.commit)));
    if entry.parents.len() > 1 {
        let parents: Vec<String> = entry.parents.iter().map(syncline_repo::CommitId::short).collect();
        let _ = writeln!(out, "Merge:  {}", parents.join(" "));
    }
    let author = &entry.author;
    let _ = writeln!(out, "Author: {} <{}>", shown(&author.person.name), shown(&author.person.email));
    let _ = writeln!(out, "Date:   {}\n", clock::at_offset(author.time, author.offset));
    for line in entry.message.trim().lines() {
        let _ = writeln!(out, "    {}", shown(line));
    }
    out.push('\n');
    out
}

/// One line for each operation, newest first.
pub(crate) fn operations(operations: &[Operation]) -> String {
    let rows: Vec<_> = operations
        .iter()
        .map(|operation| {
            vec![
                (operation.id.clone(), CHANGED),
                (clock::local(operation.time), DIM),
                plain(&operation.kind),
                plain(shown(&operation.description)),
            ]
        })
        .collect();
    table::rows(0, &rows).concat()
}
