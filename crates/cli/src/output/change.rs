//! Changes of resources: as a list, and field by field.

use std::fmt::Write as _;

use anstyle::Style;
use syncline_document::Value;
use syncline_merge::{Change, ChangeKind, FieldChange, LineCounts};

use super::style::{ADDED, BOLD, CHANGED, DIM, NAME, REMOVED, paint};
use super::table::{self, Cell, plain};
use super::value::{lines, short};
use super::words::{count, list, shown};

/// Fields named in a list; `syncline diff` shows the others.
const FIELDS_LISTED: usize = 6;

/// One line for each change, with the fields below it.
pub(crate) fn listing(changes: &[Change]) -> String {
    let rows: Vec<Vec<Cell>> = changes.iter().map(row).collect();
    let mut out = String::new();
    for (change, row) in changes.iter().zip(table::rows(2, &rows)) {
        out.push_str(&row);
        if let Some(what) = what(change) {
            let _ = writeln!(out, "      {}", paint(DIM, what));
        }
    }
    out
}

/// Each change with its fields, old and new.
pub(crate) fn details(changes: &[Change]) -> String {
    changes.iter().map(detail).collect()
}

/// `2 added, 1 modified`.
pub(crate) fn summary(changes: &[Change]) -> String {
    const KINDS: [ChangeKind; 5] = [
        ChangeKind::Added,
        ChangeKind::Modified,
        ChangeKind::Moved,
        ChangeKind::Reordered,
        ChangeKind::Removed,
    ];
    let counts = KINDS.iter().filter_map(|kind| {
        let number = changes.iter().filter(|change| change.change == *kind).count();
        (number > 0).then(|| format!("{number} {}", word(*kind)))
    });
    list(&counts.collect::<Vec<_>>())
}

fn row(change: &Change) -> Vec<Cell> {
    let (symbol, style) = mark(change.change);
    vec![
        (format!("{symbol} {}", word(change.change)), style),
        plain(shown(&change.kind)),
        (shown(&change.name), BOLD),
        (place(change), NAME),
    ]
}

/// The file; nothing where the change is the file itself and so is named already.
fn place(change: &Change) -> String {
    let path = shown(&change.path);
    match &change.old_path {
        Some(old) if *old != change.path => format!("{} → {path}", shown(old)),
        _ if path == shown(&change.name) => String::new(),
        _ => path,
    }
}

/// What of it changed, on one line; an added or removed resource is named, and that is all.
fn what(change: &Change) -> Option<String> {
    if matches!(change.change, ChangeKind::Added | ChangeKind::Removed) {
        return None;
    }
    let names: Vec<String> = change.fields.iter().take(FIELDS_LISTED).map(field_name).collect();
    let more = change.fields.len().saturating_sub(FIELDS_LISTED);
    match (names.is_empty(), more) {
        (true, _) => change.lines.map(lines_counted),
        (false, 0) => Some(names.join(", ")),
        (false, more) => Some(format!("{} and {more} more", names.join(", "))),
    }
}

fn lines_counted(lines: LineCounts) -> String {
    match lines {
        LineCounts { added, removed: 0 } => format!("{} added", count(added, "line")),
        LineCounts { added: 0, removed } => format!("{} removed", count(removed, "line")),
        LineCounts { added, removed } => format!("{} added, {removed} removed", count(added, "line")),
    }
}

fn detail(change: &Change) -> String {
    let (symbol, style) = mark(change.change);
    let head = paint(style, format!("{symbol} {}", word(change.change)));
    let name = paint(BOLD, shown(&change.name));
    let mut out = format!("{head} {} {name}", shown(&change.kind));
    let place = place(change);
    if !place.is_empty() {
        let _ = write!(out, "  {}", paint(NAME, place));
    }
    out.push('\n');
    for field in &change.fields {
        out.push_str(&match change.change {
            ChangeKind::Added => one_side(field, field.after.as_ref(), '+', ADDED),
            ChangeKind::Removed => one_side(field, field.before.as_ref(), '-', REMOVED),
            _ => both_sides(field),
        });
    }
    out
}

/// A field of which one version is all there is to tell.
fn one_side(field: &FieldChange, value: Option<&Value>, sign: char, style: Style) -> String {
    let name = field_name(field);
    match lines(value) {
        Some(text) => format!("    {name}:\n{}", super::lines::all(6, sign, text)),
        None => format!("    {name}: {}\n", paint(style, short(value))),
    }
}

fn both_sides(field: &FieldChange) -> String {
    let name = field_name(field);
    let (before, after) = (field.before.as_ref(), field.after.as_ref());
    match (before.and_then(Value::as_str), after.and_then(Value::as_str)) {
        (Some(old), Some(new)) if lines(before).is_some() || lines(after).is_some() => {
            format!("    {name}:\n{}", super::lines::indented(6, old, new))
        }
        _ if before.is_none() && lines(after).is_some() => one_side(field, after, '+', ADDED),
        _ if after.is_none() && lines(before).is_some() => one_side(field, before, '-', REMOVED),
        _ => {
            let old = paint(if before.is_some() { REMOVED } else { DIM }, short(before));
            let new = paint(if after.is_some() { ADDED } else { DIM }, short(after));
            format!("    {name}: {old} → {new}\n")
        }
    }
}

/// A field's place in its resource without the first slash; `content` where the whole is meant.
fn field_name(field: &FieldChange) -> String {
    let pointer = shown(&field.pointer);
    pointer.strip_prefix('/').map_or_else(|| "content".to_owned(), str::to_owned)
}

fn mark(kind: ChangeKind) -> (char, Style) {
    match kind {
        ChangeKind::Added => ('+', ADDED),
        ChangeKind::Removed => ('-', REMOVED),
        ChangeKind::Modified => ('~', CHANGED),
        ChangeKind::Moved => ('>', CHANGED),
        ChangeKind::Reordered => ('^', CHANGED),
    }
}

/// As in JSON.
pub(crate) fn word(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Modified => "modified",
        ChangeKind::Moved => "moved",
        ChangeKind::Reordered => "reordered",
    }
}

/// `3 changes: 2 added and 1 modified`.
pub(crate) fn counted_summary(changes: &[Change]) -> String {
    format!("{} ({})", count(changes.len(), "change"), summary(changes))
}
