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
            vec![
                (entry.commit.short(), CHANGED),
                (clock::local(entry.author.time), DIM),
                plain(shown(&entry.author.person.name)),
                (
                    format!("{subject}{}", mark(entry).map(|mark| format!("  {mark}")).unwrap_or_default()),
                    BOLD,
                ),
            ]
        })
        .collect();
    table::rows(0, &rows).concat()
}

/// Where only one side has the commit.
fn mark(entry: &LogEntry) -> Option<&'static str> {
    match (entry.unpushed, entry.unpulled) {
        (true, _) => Some("(not pushed)"),
        (_, true) => Some("(not pulled)"),
        _ => None,
    }
}

/// The commit as git shows it.
pub(crate) fn long(entry: &LogEntry) -> String {
    let mark = mark(entry).map(|mark| format!(" {mark}")).unwrap_or_default();
    let mut out = format!("{}{mark}\n", paint(CHANGED, format!("commit {}", entry.commit)));
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
