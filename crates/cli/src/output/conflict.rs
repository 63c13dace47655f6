//! Conflicts that are held, with what to type to settle them.

use std::fmt::Write as _;

use syncline_document::{Pointer, Value};
use syncline_merge::{Conflict, Moved, Place, Side, Whereabouts};
use syncline_sync::Held;

use super::change::named;
use super::lines::{all, indented};
use super::style::{BOLD, CHANGED, DIM, NAME, paint};
use super::value::{differences, inline, lines};
use super::words::{clipped, shown};

/// A container, or a value inside one, is clipped: `--json` has all of it.
const SHORT: usize = 68;
/// Values of a container that are named for each side.
const CHANGES: usize = 10;

/// Each with its three values and the commands that settle it.
pub(crate) fn details(held: &[Held]) -> String {
    let parts: Vec<String> = held.iter().map(|held| description(held) + &commands(held)).collect();
    parts.join("\n")
}

/// One line for each: id, resource and field.
pub(crate) fn listing(held: &[Held]) -> String {
    held.iter().fold(String::new(), |mut out, held| {
        let _ = writeln!(out, "  {}  {}", paint(CHANGED, held.id.short()), subject(&held.conflict));
        out
    })
}

/// Which side the files have of conflicts, by the names of ours and theirs: where only one side removed something,
/// what the other has stays.
pub(crate) fn what_stays<'c>(
    conflicts: impl IntoIterator<Item = &'c Conflict>,
    [ours, theirs]: [&str; 2],
) -> String {
    let mut kept = conflicts.into_iter().map(|conflict| conflict.kept);
    let first = kept.next();
    if kept.any(|side| Some(side) != first) {
        return format!("of some {ours} stays in the file, of others {theirs}");
    }
    let stays = if first == Some(Side::Theirs) { theirs } else { ours };
    format!("{stays} stays in the file")
}

fn description(held: &Held) -> String {
    let conflict = &held.conflict;
    let id = paint(CHANGED, format!("conflict {}", held.id.short()));
    let mut out = format!("{id}  {}\n", subject(conflict));
    let draft = if held.is_draft { " (against work that is not committed)" } else { "" };
    let _ = writeln!(out, "  in {}{draft}", paint(NAME, shown(&conflict.path)));
    out.push_str(&authors(conflict));
    if let Some(moved) = &conflict.moved {
        return out + &places(conflict, moved);
    }
    for (name, value, is_kept) in [
        ("base", &conflict.base, false),
        ("ours", &conflict.ours, conflict.kept == Side::Ours),
        ("theirs", &conflict.theirs, conflict.kept == Side::Theirs),
    ] {
        out.push_str(&side(name, value.as_ref(), conflict.base.as_ref(), is_kept));
    }
    out
}

/// Where each side has a resource that was moved, and what a side that has it changed where the other removed it.
fn places(conflict: &Conflict, moved: &Moved) -> String {
    let is_removed = conflict.ours.is_none() || conflict.theirs.is_none();
    let mut out = format!("    base    {}\n", whereabouts(moved.base.as_ref()));
    for (name, side) in [("ours", Side::Ours), ("theirs", Side::Theirs)] {
        let kept = if conflict.kept == side { paint(DIM, "  (in the file)") } else { String::new() };
        let _ = writeln!(out, "    {name:<7} {}{kept}", whereabouts(moved.of(side)));
        if let (true, Some(base), Some(value)) = (is_removed, &conflict.base, conflict.value_of(side))
            && base != value
        {
            out.push_str(&changes(base, value));
        }
    }
    out
}

fn whereabouts(whereabouts: Option<&Whereabouts>) -> String {
    match whereabouts {
        None => "absent".to_owned(),
        Some(place) if place.name.is_empty() => "at the top of the file".to_owned(),
        Some(place) => format!("in {}", shown(&place.name)),
    }
}

/// Whose the sides are: for whoever did not merge, `ours` need not be their own.
fn authors(conflict: &Conflict) -> String {
    let sides = [("ours", Side::Ours), ("theirs", Side::Theirs)].into_iter().filter_map(|(name, side)| {
        let author = conflict.authors.of(side)?;
        let commit =
            author.commit.as_deref().map_or("not committed", |commit| &commit[..commit.len().min(10)]);
        Some(format!("{name} by {} ({commit})", shown(&author.name)))
    });
    let sides: Vec<_> = sides.collect();
    if sides.is_empty() { String::new() } else { format!("  {}\n", sides.join(", ")) }
}

/// Resource and field, without colours.
pub(crate) fn plain_subject(held: &Held) -> String {
    anstream::adapter::strip_str(&subject(&held.conflict)).to_string()
}

fn subject(conflict: &Conflict) -> String {
    match &conflict.resource {
        Some(resource) => {
            let name = paint(BOLD, shown(&resource.name));
            let place = place(conflict, &resource.field, &resource.items);
            format!("{} {name}  {place}", shown(&resource.kind))
        }
        None => format!("{}  {}", paint(BOLD, shown(&conflict.path)), place(conflict, &conflict.field, &[])),
    }
}

/// The field, in words where it is not a field's value.
fn place(conflict: &Conflict, field: &Pointer, items: &[Option<String>]) -> String {
    match conflict.place {
        Place::Field if conflict.moved.is_some() => "where it is".to_owned(),
        Place::Field if *field == Pointer::root() => "as a whole".to_owned(),
        Place::Field if items.len() == field.parts().len() && !items.is_empty() => {
            format!("/{}", named(field, items))
        }
        Place::Field => shown(field),
        Place::Lines => match &conflict.lines {
            Some(lines) => format!("line {}", lines.start + 1),
            None => "some lines".to_owned(),
        },
        Place::File => "the whole file".to_owned(),
        Place::Path => "where the file is".to_owned(),
    }
}

/// Text of several lines, and a container, is shown as what it changed of the base.
fn side(name: &str, value: Option<&Value>, base: Option<&Value>, is_kept: bool) -> String {
    let kept = if is_kept { paint(DIM, "  (in the file)") } else { String::new() };
    let is_base = name == "base";
    match (value, base) {
        (Some(Value::String(text)), Some(base))
            if !is_base && base.as_str() == Some(&**text) && lines(value).is_some() =>
        {
            format!("    {name:<7} as in base{kept}\n")
        }
        (Some(Value::String(text)), Some(Value::String(base))) if !is_base && lines(value).is_some() => {
            format!("    {name}{kept}\n{}", indented(6, base, text))
        }
        (Some(value), Some(base)) if !is_base && value.is_container() && base.is_container() => {
            format!("    {name}{kept}\n{}", changes(base, value))
        }
        (Some(Value::String(text)), None) if !is_base && lines(value).is_some() => {
            format!("    {name}{kept}\n{}", all(6, '+', text))
        }
        (Some(value), _) if value.is_container() || lines(Some(value)).is_some() => {
            format!("    {name:<7} {}{kept}\n", clipped(&inline(Some(value)), SHORT))
        }
        _ => format!("    {name:<7} {}{kept}\n", inline(value)),
    }
}

/// One line for each value in a container that is another than in the base.
fn changes(base: &Value, value: &Value) -> String {
    let differences = differences(base, value);
    let mut out = String::new();
    for (at, leaf) in differences.iter().take(CHANGES) {
        let _ = writeln!(out, "      {}: {}", shown(at), clipped(&inline(*leaf), SHORT));
    }
    match differences.len() {
        0 => out.push_str("      as in base\n"),
        number if number > CHANGES => {
            let _ = writeln!(out, "      and {} more", number - CHANGES);
        }
        _ => {}
    }
    out
}

fn commands(held: &Held) -> String {
    let id = held.id.short();
    let sides = ["ours", "theirs"].into_iter().chain(held.takes_both().then_some("both"));
    sides.fold(String::new(), |mut out, side| {
        let _ = writeln!(out, "  syncline resolve {id} --take {side}");
        out
    })
}
