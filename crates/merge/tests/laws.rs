//! The laws of a merge, on generated documents in YAML and JSON.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value as Json, json};
use syncline_document::{Document, Language, Value};
use syncline_format::{Formats, RepoPath};
use syncline_merge::{Conflict, FileMerge, Side, merge_file};

const KEYS: [&str; 7] = ["a", "b", "name", "list", "steps", "on", "x y"];

/// A change at a place that the numbers choose.
#[derive(Clone, Debug)]
enum Change {
    Set(Json),
    Remove,
    Add(&'static str, Json),
    Swap(Index),
}

fn scalar() -> impl Strategy<Value = Json> {
    prop_oneof![
        (0..40_u32).prop_map(|number| json!(number)),
        "[a-z]{1,5}( [a-z]{1,5})?".prop_map(|text| json!(text)),
        select(vec![
            json!(null),
            json!(true),
            json!("on"),
            json!("1.10"),
            json!(""),
            json!("one\ntwo\nthree\n")
        ]),
    ]
}

fn tree() -> impl Strategy<Value = Json> {
    scalar().prop_recursive(4, 30, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Json::Array),
            proptest::collection::vec((select(KEYS.to_vec()), inner), 1..5).prop_map(mapping),
        ]
    })
}

fn root() -> impl Strategy<Value = Json> {
    proptest::collection::vec((select(KEYS.to_vec()), tree()), 1..6).prop_map(mapping)
}

fn mapping(entries: Vec<(&str, Json)>) -> Json {
    Json::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn changes() -> impl Strategy<Value = Vec<(Index, Change)>> {
    let change = prop_oneof![
        3 => tree().prop_map(Change::Set),
        2 => Just(Change::Remove),
        2 => (select(KEYS.to_vec()), tree()).prop_map(|(key, value)| Change::Add(key, value)),
        1 => any::<Index>().prop_map(Change::Swap),
    ];
    proptest::collection::vec((any::<Index>(), change), 0..4)
}

fn changed(root: &Json, changes: &[(Index, Change)]) -> Json {
    let mut root = root.clone();
    for (place, change) in changes {
        let count = places(&root);
        change_at(&mut root, &mut place.index(count), change);
    }
    root
}

/// How many children there are, at any depth.
fn places(json: &Json) -> usize {
    1 + match json {
        Json::Array(items) => items.iter().map(places).sum(),
        Json::Object(entries) => entries.values().map(places).sum::<usize>(),
        _ => 0,
    }
}

/// Counts down to the place and changes it; the root itself stays a mapping.
fn change_at(json: &mut Json, left: &mut usize, change: &Change) -> bool {
    if *left == 0 {
        match (change, json) {
            (Change::Add(key, value), Json::Object(entries)) => {
                drop(entries.insert((*key).into(), value.clone()));
            }
            (Change::Add(_, value), Json::Array(items)) => items.push(value.clone()),
            (Change::Swap(with), Json::Array(items)) if items.len() > 1 => {
                let other = with.index(items.len());
                items.swap(0, other);
            }
            _ => {}
        }
        return true;
    }
    let own =
        |change: &Change, left: &mut usize| *left == 1 && matches!(change, Change::Set(_) | Change::Remove);
    match json {
        Json::Array(items) => {
            for index in 0..items.len() {
                if own(change, left) {
                    match change {
                        Change::Set(value) => items[index] = value.clone(),
                        _ => drop(items.remove(index)),
                    }
                    return true;
                }
                *left -= 1;
                if change_at(&mut items[index], left, change) {
                    return true;
                }
            }
        }
        Json::Object(entries) => {
            let keys: Vec<String> = entries.keys().cloned().collect();
            for key in keys {
                if own(change, left) {
                    match change {
                        Change::Set(value) => entries[&key] = value.clone(),
                        _ => drop(entries.shift_remove(&key)),
                    }
                    return true;
                }
                *left -= 1;
                if change_at(&mut entries[&key], left, change) {
                    return true;
                }
            }
        }
        _ => {}
    }
    false
}

fn write(json: &Json, language: Language) -> Vec<u8> {
    match language {
        Language::Json => format!("{json:#}\n").into_bytes(),
        Language::Yaml => {
            let mut text = String::from("# generated\n");
            yaml(json, 0, &mut text);
            text.into_bytes()
        }
    }
}

/// Block style, with a comment above some keys.
fn yaml(json: &Json, indent: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    match json {
        Json::Object(entries) if !entries.is_empty() => entries_in(entries, indent, &pad, out),
        Json::Array(items) if !items.is_empty() => {
            for item in items {
                out.push_str(&pad);
                out.push('-');
                value(item, indent + 2, out);
            }
        }
        _ => out.extend([pad.as_str(), &json.to_string(), "\n"]),
    }
}

fn entries_in(entries: &Map<String, Json>, indent: usize, pad: &str, out: &mut String) {
    for (key, entry) in entries {
        if key == "b" {
            out.extend([pad, "# about b\n"]);
        }
        let quoted = if key == "on" { "\"on\"" } else { key };
        out.extend([pad, quoted, ":"]);
        value(entry, indent + 2, out);
    }
}

fn value(json: &Json, indent: usize, out: &mut String) {
    match json {
        Json::Object(entries) if !entries.is_empty() => {
            out.push('\n');
            yaml(json, indent, out);
        }
        Json::Array(items) if !items.is_empty() => {
            out.push('\n');
            yaml(json, indent, out);
        }
        Json::String(text) if text.contains('\n') => {
            out.push_str(" |\n");
            text.lines().for_each(|line| out.extend([" ".repeat(indent).as_str(), line, "\n"]));
        }
        _ => out.extend([" ", &json.to_string(), "\n"]),
    }
}

fn merge(
    language: Language,
    base: &[u8],
    ours: &[u8],
    theirs: &[u8],
    first: Side,
) -> (Vec<u8>, Vec<Conflict>) {
    let path =
        RepoPath::new(if language == Language::Json { "a.json" } else { "a.yaml" }).expect("a good path");
    let formats = Formats::built_in();
    let format = formats.get("generic").expect("built in");
    match merge_file(&path, Some(base), ours, theirs, format, first) {
        FileMerge::Merged { bytes, conflicts } => (bytes, conflicts),
        FileMerge::Binary => panic!("these are texts"),
        FileMerge::Unreadable { version, error } => panic!("{version:?} cannot be read: {error}"),
    }
}

fn data(bytes: &[u8], language: Language) -> Value {
    let text = String::from_utf8_lossy(bytes);
    let document = Document::parse(bytes, language).unwrap_or_else(|error| panic!("{error} in\n{text}"));
    assert_eq!(document.repeated_key(), None, "a repeated key in\n{text}");
    document.value(document.root())
}

/// All scalars of one line, as text.
fn scalars(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Sequence(items) => items.iter().for_each(|item| scalars(item, found)),
        Value::Mapping(entries) => entries.iter().for_each(|(_, entry)| scalars(entry, found)),
        Value::String(text) if text.contains('\n') => {}
        other => drop(found.insert(format!("{other:?}"))),
    }
}

fn languages() -> impl Strategy<Value = Language> {
    select(vec![Language::Yaml, Language::Json])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_side_that_changed_nothing_changes_nothing(base in root(), edits in changes(), language in languages()) {
        let (x, b) = (write(&changed(&base, &edits), language), write(&base, language));
        for first in [Side::Ours, Side::Theirs] {
            prop_assert_eq!(merge(language, &b, &x, &b, first), (x.clone(), Vec::new()));
            prop_assert_eq!(merge(language, &b, &b, &x, first), (x.clone(), Vec::new()));
            prop_assert_eq!(merge(language, &b, &x, &x, first), (x.clone(), Vec::new()));
        }
    }

    #[test]
    fn swapping_sides_and_precedence_swaps_only_the_names(
        base in root(), ours in changes(), theirs in changes(), language in languages(),
    ) {
        let sides = [&ours, &theirs].map(|edits| write(&changed(&base, edits), language));
        let b = write(&base, language);
        let (one, held) = merge(language, &b, &sides[0], &sides[1], Side::Ours);
        let (other, swapped) = merge(language, &b, &sides[1], &sides[0], Side::Theirs);
        prop_assert_eq!(String::from_utf8_lossy(&one), String::from_utf8_lossy(&other));
        let ids = |held: &[Conflict]| held.iter().map(Conflict::id).collect::<Vec<_>>();
        prop_assert_eq!(ids(&held), ids(&swapped));
        for (conflict, twin) in held.iter().zip(&swapped) {
            prop_assert_eq!((&conflict.ours, &conflict.theirs), (&twin.theirs, &twin.ours));
            prop_assert_eq!(conflict.kept, twin.kept.other());
        }
    }

    #[test]
    fn the_result_parses_and_no_edit_is_missing(
        base in root(), ours in changes(), theirs in changes(), language in languages(),
    ) {
        let [b, o, t] = [base.clone(), changed(&base, &ours), changed(&base, &theirs)].map(|json| write(&json, language));
        let (merged, conflicts) = merge(language, &b, &o, &t, Side::Ours);
        let mut kept = BTreeSet::new();
        scalars(&data(&merged, language), &mut kept);
        for conflict in &conflicts {
            [&conflict.base, &conflict.ours, &conflict.theirs].into_iter().flatten().for_each(|value| scalars(value, &mut kept));
        }
        let mut old = BTreeSet::new();
        scalars(&data(&b, language), &mut old);
        for side in [&o, &t] {
            let mut new = BTreeSet::new();
            scalars(&data(side, language), &mut new);
            let missing: Vec<_> = new.iter().filter(|scalar| !old.contains(*scalar) && !kept.contains(*scalar)).collect();
            prop_assert!(missing.is_empty(), "{:?} is missing in\n{}", missing, String::from_utf8_lossy(&merged));
        }
    }

    #[test]
    fn what_is_held_is_what_the_file_has(
        base in root(), ours in changes(), theirs in changes(), language in languages(),
    ) {
        let [b, o, t] = [base.clone(), changed(&base, &ours), changed(&base, &theirs)].map(|json| write(&json, language));
        for first in [Side::Ours, Side::Theirs] {
            let (merged, conflicts) = merge(language, &b, &o, &t, first);
            let document = Document::parse(&merged, language).expect("it parses");
            for conflict in conflicts.iter().filter(|conflict| conflict.place == syncline_merge::Place::Field) {
                let now = document.lookup(&conflict.field).map(|node| document.value(node));
                let kept = conflict.kept_value();
                let same = now.as_ref().zip(kept).is_some_and(|(now, kept)| now.same_data(kept));
                prop_assert!(same, "{} holds {:?}, not {:?}", conflict.field, now, kept);
            }
        }
    }
}
