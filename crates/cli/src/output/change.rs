//! Changes of resources: as a list, and field by field.

use std::fmt::Write as _;

use anstream::adapter::strip_str;
use anstyle::Style;
use syncline_document::{Pointer, Value};
use syncline_merge::{Change, ChangeKind, FieldChange, LineCounts, Parent};

use super::style::{ADDED, BOLD, CHANGED, DIM, NAME, REMOVED, paint};
use super::table::{self, Cell, plain};
use super::value::{self, inline, lines};
use super::words::{count, list, shown};

/// A longer account of what was done is cut here.
const DIGEST: usize = 20;
/// A file that comes, goes or moves with more resources than these is told as one.
const WHOLE_FILE: usize = 5;
/// Fields named in a list; `syncline diff` shows the others.
const FIELDS_LISTED: usize = 6;

/// One line for each change, with the fields below it. A file that is added, removed or moved as a whole with
/// many resources is one line. Where a path would make a line longer than the screen, each file stands above its
/// changes.
pub(crate) fn listing(changes: &[Change]) -> String {
    let lines = in_lines(changes);
    let rows: Vec<Vec<Cell>> = lines.iter().map(Line::row).collect();
    let beside = table::rows(2, &rows);
    let mut out = String::new();
    if beside.iter().all(|line| fits(line)) {
        for (line, row) in lines.iter().zip(beside) {
            out.push_str(&row);
            line.write_what(6, &mut out);
        }
        return out;
    }
    let below: Vec<Vec<Cell>> = rows.iter().map(|row| row[..row.len() - 1].to_vec()).collect();
    let below = table::rows(4, &below);
    let mut above = None;
    for ((line, cells), row) in lines.iter().zip(&rows).zip(below) {
        if let Some((place, style)) = cells.last().filter(|place| above != Some(*place)) {
            // A file that no format claims is named by its path, and that is all.
            let place = if place.is_empty() { line.path() } else { place.clone() };
            let _ = writeln!(out, "  {}", paint(*style, place));
        }
        above = cells.last().filter(|(place, _)| !place.is_empty());
        out.push_str(&row);
        line.write_what(8, &mut out);
    }
    out
}

/// Whether a line, its end included, is no longer than the screen is wide.
fn fits(line: &str) -> bool {
    strip_str(line).to_string().chars().count() <= super::width()
}

/// As [`listing`], but only the beginning where it is long: for an account of what was done.
pub(crate) fn digest(changes: &[Change]) -> String {
    if changes.len() <= DIGEST {
        return listing(changes);
    }
    let all = listing(changes);
    let lines: Vec<&str> = all.lines().collect();
    if lines.len() <= 2 * DIGEST {
        return all;
    }
    let shown: String = listing(&changes[..DIGEST]);
    format!("{shown}  and {} more\n", changes.len() - DIGEST)
}

/// One line of a listing.
enum Line<'a> {
    One(&'a Change),
    WholeFile(&'a [Change]),
}

impl Line<'_> {
    fn row(&self) -> Vec<Cell> {
        match self {
            Line::One(change) => row(change),
            Line::WholeFile(changes) => {
                let (symbol, style) = mark(changes[0].change);
                let head = format!("{symbol} {}", word(changes[0].change));
                let kind = if changes[0].at == Pointer::root() { "file" } else { "rest" };
                let path = (path_of(&changes[0]), NAME);
                vec![(head, style), plain(kind), (count(changes.len(), "resource"), BOLD), path]
            }
        }
    }
}

impl Line<'_> {
    fn path(&self) -> String {
        match self {
            Self::One(change) => path_of(change),
            Self::WholeFile(changes) => path_of(&changes[0]),
        }
    }

    fn write_what(&self, indent: usize, out: &mut String) {
        if let Self::One(change) = self
            && let Some(what) = what(change, super::width().saturating_sub(indent))
        {
            let _ = writeln!(out, "{:indent$}{}", "", paint(DIM, what));
        }
    }
}

fn in_lines(changes: &[Change]) -> Vec<Line<'_>> {
    changes.chunk_by(belongs_together).flat_map(lines_of).collect()
}

fn belongs_together(a: &Change, b: &Change) -> bool {
    let is_whole = |change: &Change| match change.change {
        ChangeKind::Added | ChangeKind::Removed => true,
        ChangeKind::Moved => change.old_path.is_some() && change.fields.is_empty(),
        ChangeKind::Modified | ChangeKind::Reordered => false,
    };
    is_whole(a) && is_whole(b) && a.change == b.change && (&a.path, &a.old_path) == (&b.path, &b.old_path)
}

fn lines_of(changes: &[Change]) -> Vec<Line<'_>> {
    // The root of a document is a resource only where the whole file came or went.
    let is_whole_file = changes[0].at == Pointer::root() || changes[0].change == ChangeKind::Moved;
    if is_whole_file && changes.len() > WHOLE_FILE {
        vec![Line::WholeFile(changes)]
    } else {
        changes.iter().map(Line::One).collect()
    }
}

/// Each change with its fields, old and new.
pub(crate) fn details(changes: &[Change]) -> String {
    let told = |line: &Line<'_>| match line {
        Line::WholeFile([first, ..]) if first.change == ChangeKind::Moved => {
            table::rows(0, &[line.row()]).concat()
        }
        Line::WholeFile(changes) => changes.iter().map(detail).collect(),
        Line::One(change) => detail(change),
    };
    in_lines(changes).iter().map(told).collect()
}

/// `3 changes (2 added and 1 modified)`; where all are of one sort, the number is enough.
pub(crate) fn counted(changes: &[Change]) -> String {
    const KINDS: [ChangeKind; 5] = [
        ChangeKind::Added,
        ChangeKind::Modified,
        ChangeKind::Moved,
        ChangeKind::Reordered,
        ChangeKind::Removed,
    ];
    let sorts = KINDS.iter().filter_map(|kind| {
        let number = changes.iter().filter(|change| change.change == *kind).count();
        (number > 0).then(|| format!("{number} {}", word(*kind)))
    });
    let sorts: Vec<String> = sorts.collect();
    let number = count(changes.len(), "change");
    if sorts.len() < 2 { number } else { format!("{number} ({})", list(&sorts)) }
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
    let path = path_of(change);
    if path == shown(&change.name) { String::new() } else { path }
}

/// The file, after the one that it was in where that is another.
fn path_of(change: &Change) -> String {
    let path = shown(&change.path);
    match &change.old_path {
        Some(old) if *old != change.path => renamed(&shown(old), &path),
        _ => path,
    }
}

/// `old → new`, with what both have in common outside braces, as git writes it.
fn renamed(old: &str, new: &str) -> String {
    let [a, b] = [old, new].map(|path| path.split('/').collect::<Vec<_>>());
    let head = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let ends = a[head..].iter().rev().zip(b[head..].iter().rev());
    let tail = ends.take_while(|(a, b)| a == b).count();
    let [from, to] = [&a, &b].map(|parts| parts[head..parts.len() - tail].join("/"));
    if head + tail == 0 || from.is_empty() || to.is_empty() {
        return format!("{old} → {new}");
    }
    let between = format!("{{{from} → {to}}}");
    [&a[..head], &[between.as_str()], &a[a.len() - tail..]].concat().join("/")
}

/// What of it changed, on one line; an added or removed resource is named, and that is all.
fn what(change: &Change, width: usize) -> Option<String> {
    if matches!(change.change, ChangeKind::Added | ChangeKind::Removed) {
        return None;
    }
    let mut names: Vec<String> =
        way(change).into_iter().chain(change.fields.iter().map(field_name)).collect();
    // An item of a list that came and one that went have one name.
    names.dedup();
    let number = names.len();
    let first = |few: usize| match number - few {
        0 => names.join(", "),
        more => format!("{} and {more} more", names[..few].join(", ")),
    };
    let most = number.min(FIELDS_LISTED);
    let fitting = (1..=most).rev().map(first).find(|text| text.chars().count() < width);
    match number {
        0 => change.lines.map(lines_counted),
        _ => Some(fitting.unwrap_or_else(|| first(1))),
    }
}

fn lines_counted(lines: LineCounts) -> String {
    match lines {
        LineCounts { added, removed: 0 } => format!("{} added", count(added, "line")),
        LineCounts { added: 0, removed } => format!("{} removed", count(removed, "line")),
        LineCounts { added, removed } => format!("{} added, {removed} removed", count(added, "line")),
    }
}

/// The name, after the one that it had where that is another.
fn name(change: &Change) -> String {
    let now = paint(BOLD, shown(&change.name));
    match &change.old_name {
        Some(old) => format!("{} → {now}", shown(old)),
        None => now,
    }
}

/// From which parent to which it has moved, where their names are known: an id says nothing to people, and that it
/// is another one is among the fields.
fn way(change: &Change) -> Option<String> {
    let old = change.old_parent.as_ref()?;
    let name = |parent: &Parent| shown(parent.name.as_ref().unwrap_or(&parent.id));
    let is_named = |parent: &Parent| parent.name.is_some();
    match &change.parent {
        Some(new) if is_named(old) || is_named(new) => Some(format!("from {} to {}", name(old), name(new))),
        None if is_named(old) => Some(format!("from {} to no parent", name(old))),
        _ => None,
    }
}

fn detail(change: &Change) -> String {
    let (symbol, style) = mark(change.change);
    let head = paint(style, format!("{symbol} {}", word(change.change)));
    let name = name(change);
    let place = place(change);
    let mut out = format!("{head} {} {name}  {}", shown(&change.kind), paint(NAME, &place)) + "\n";
    if place.is_empty() || !fits(&out) {
        out = format!("{head} {} {name}\n", shown(&change.kind));
        if !place.is_empty() {
            let _ = writeln!(out, "  in {}", paint(NAME, place));
        }
    }
    if let Some(way) = way(change) {
        let _ = writeln!(out, "    {way}");
    }
    for field in &change.fields {
        out.push_str(&match change.change {
            ChangeKind::Added => one_side(field, field.after.as_ref(), "    ", ('+', ADDED)),
            ChangeKind::Removed => one_side(field, field.before.as_ref(), "    ", ('-', REMOVED)),
            _ => both_sides(field),
        });
    }
    out
}

/// A field of which one version is all there is to tell: each value in it.
fn one_side(
    field: &FieldChange,
    value: Option<&Value>,
    gutter: &str,
    (sign, style): (char, Style),
) -> String {
    let leaves = value.map(value::leaves).unwrap_or_default();
    leaves.into_iter().fold(String::new(), |mut out, (at, leaf)| {
        let name = name_at(&field.pointer.join(&at));
        let _ = match lines(Some(leaf)) {
            Some(text) => write!(out, "{gutter}{name}:\n{}", super::lines::all(6, sign, text)),
            None => writeln!(out, "{gutter}{name}: {}", paint(style, inline(Some(leaf)))),
        };
        out
    })
}

fn both_sides(field: &FieldChange) -> String {
    let name = field_name(field);
    let (before, after) = (field.before.as_ref(), field.after.as_ref());
    match (before, after) {
        (None, Some(value)) if is_big(value) => one_side(field, after, &gutter('+', ADDED), ('+', ADDED)),
        (Some(value), None) if is_big(value) => {
            one_side(field, before, &gutter('-', REMOVED), ('-', REMOVED))
        }
        (Some(Value::String(old)), Some(Value::String(new)))
            if lines(before).is_some() || lines(after).is_some() =>
        {
            format!("    {name}:\n{}", super::lines::indented(6, old, new))
        }
        _ => single(&name, field),
    }
}

/// On one line where it fits, else one below the other: a list by its items, of another value what differs.
fn single(name: &str, field: &FieldChange) -> String {
    let (before, after) = (field.before.as_ref(), field.after.as_ref());
    let styles = [(before, REMOVED), (after, ADDED)];
    let [old_style, new_style] = styles.map(|(value, style)| if value.is_some() { style } else { DIM });
    let (old, new) = (inline(before), inline(after));
    let reordered = if field.is_reordering() { " (reordered)" } else { "" };
    let line = format!("    {name}: {} → {}{reordered}\n", paint(old_style, &old), paint(new_style, &new));
    if fits(&line) {
        return line;
    }
    if let (Some(Value::Sequence(before)), Some(Value::Sequence(after))) = (before, after) {
        let [old, new] = [before, after].map(|items| by_lines(items));
        return format!("    {name}:{reordered}\n{}", super::lines::indented(6, &old, &new));
    }
    let (old, new) = value::differing(&old, &new, super::width().saturating_sub(8));
    let [old, new] = [('-', old_style, old), ('+', new_style, new)]
        .map(|(sign, style, text)| paint(style, format!("{sign} {text}")));
    format!("    {name}:\n      {old}\n      {new}\n")
}

/// One line for each item.
fn by_lines(items: &[Value]) -> String {
    items.iter().map(|item| inline(Some(item)) + "\n").collect()
}

/// Before what came or went in a resource that stays.
fn gutter(sign: char, style: Style) -> String {
    format!("  {} ", paint(style, sign))
}

/// Whether it does not fit on a line beside another.
fn is_big(value: &Value) -> bool {
    value.is_container() || lines(Some(value)).is_some()
}

/// The field's place in its resource, with items of lists by what people know them by:
/// `headers[Accept]/value`.
pub(crate) fn field_name(field: &FieldChange) -> String {
    if field.items.iter().all(Option::is_none) {
        return name_at(&field.pointer);
    }
    named(&field.pointer, &field.items)
}

/// A place with items of lists by what people know them by.
pub(crate) fn named(pointer: &Pointer, items: &[Option<String>]) -> String {
    let parts = pointer.parts().iter().zip(items);
    parts.fold(String::new(), |mut out, (part, item)| {
        let _ = match item {
            Some(item) => write!(out, "[{}]", shown(item)),
            None if out.is_empty() => write!(out, "{}", shown(part)),
            None => write!(out, "/{}", shown(part)),
        };
        out
    })
}

/// A place in a resource without the first slash; `content` where the whole is meant.
fn name_at(pointer: &Pointer) -> String {
    let pointer = shown(pointer);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rename_names_once_what_stays() {
        let cases = [
            ("a.yaml", "b.yaml", "a.yaml → b.yaml"),
            ("a.yaml", "docs/a.yaml", "a.yaml → docs/a.yaml"),
            ("docs/a.yaml", "docs/b.yaml", "docs/{a.yaml → b.yaml}"),
            ("one/x/a.yaml", "two/x/a.yaml", "{one → two}/x/a.yaml"),
            ("top/one/a.yaml", "top/two/in/a.yaml", "top/{one → two/in}/a.yaml"),
            ("top/a.yaml", "top/in/a.yaml", "top/a.yaml → top/in/a.yaml"),
            ("a/a/a", "a/a", "a/a/a → a/a"),
        ];
        for (old, new, expected) in cases {
            assert_eq!(renamed(old, new), expected);
        }
    }
}
