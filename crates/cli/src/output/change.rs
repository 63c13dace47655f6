//! Changes of resources: as a list, and field by field.

use std::fmt::Write as _;

use anstyle::Style;
use syncline_merge::{Change, ChangeKind, FieldChange};

use super::style::{ADDED, BOLD, CHANGED, DIM, NAME, REMOVED, paint};
use super::table::{self, Cell, plain};
use super::value::{lines, short};
use super::words::{counted, list, shown};

/// Fields named in a list; `syncline diff` shows the others.
const FIELDS_LISTED: usize = 6;

/// One line for each change, with the fields below it.
pub(crate) fn listing(changes: &[Change]) -> String {
    let rows: Vec<Vec<Cell>> = changes.iter().map(row).collect();
    let mut out = String::new();
    for (change, row) in changes.iter().zip(table::rows(2, &rows)) {
        out.push_str(&row);
        if let Some(fields) = field_names(change) {
            let _ = writeln!(out, "      {}", paint(DIM, fields));
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
        _ if path == change.name => String::new(),
        _ => path,
    }
}

fn field_names(change: &Change) -> Option<String> {
    if change.change != ChangeKind::Modified && change.change != ChangeKind::Moved {
        return None;
    }
    let names: Vec<String> =
        change.fields.iter().take(FIELDS_LISTED).map(|field| shown(field_name(field))).collect();
    let more = change.fields.len().saturating_sub(FIELDS_LISTED);
    match (names.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(names.join(", ")),
        (false, more) => Some(format!("{} and {more} more", names.join(", "))),
    }
}

fn detail(change: &Change) -> String {
    let (symbol, style) = mark(change.change);
    let head = format!("{symbol} {}", word(change.change));
    let name = paint(BOLD, shown(&change.name));
    let mut out = format!("{} {} {name}", paint(style, head), shown(&change.kind));
    let place = place(change);
    if !place.is_empty() {
        let _ = write!(out, "  {}", paint(NAME, place));
    }
    out.push('\n');
    for field in &change.fields {
        out.push_str(&field_detail(field));
    }
    out
}

fn field_detail(field: &FieldChange) -> String {
    let name = shown(field_name(field));
    let (before, after) = (field.before.as_ref(), field.after.as_ref());
    match (lines(before), lines(after)) {
        (None, None) => {
            let before = paint(side_style(before.is_some(), REMOVED), short(before));
            let after = paint(side_style(after.is_some(), ADDED), short(after));
            format!("    {name}: {before} → {after}\n")
        }
        (None, Some(text)) if before.is_none() => format!("    {name}:\n{}", super::lines::all(6, '+', text)),
        (Some(text), None) if after.is_none() => format!("    {name}:\n{}", super::lines::all(6, '-', text)),
        _ => {
            let text = |value: Option<&syncline_document::Value>| match value.and_then(|value| value.as_str())
            {
                Some(text) => text.to_owned(),
                None => short(value),
            };
            format!("    {name}:\n{}", super::lines::indented(6, &text(before), &text(after)))
        }
    }
}

fn side_style(is_there: bool, style: Style) -> Style {
    if is_there { style } else { DIM }
}

/// A field's place in its resource without the first slash; `content` where the whole is meant.
fn field_name(field: &FieldChange) -> String {
    let pointer = field.pointer.to_string();
    match pointer.strip_prefix('/') {
        Some(name) => name.to_owned(),
        None => "content".to_owned(),
    }
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
    format!("{} ({})", counted(changes.len(), "change", "changes"), summary(changes))
}
