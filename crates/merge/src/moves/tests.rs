//! Moves in a small collection. `1: f[a b] c` is the collection 1 with a folder f of two requests, and a third.

use std::iter::Peekable;
use std::str::Chars;
use std::sync::LazyLock;

use syncline_document::Language;
use syncline_format::{Formats, RepoPath};

use super::*;

static FORMATS: LazyLock<Formats> = LazyLock::new(Formats::built_in);

/// The text of a collection, a line for each folder and request.
fn collection(outline: &str) -> String {
    let (id, items) = outline.split_once(": ").expect("an id and items");
    let items = items_of(&mut items.chars().peekable());
    let schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
    format!(
        "{{\n\"info\": {{\"_postman_id\": \"{id}\", \"schema\": \"{schema}\"}},\n\"item\": [{items}\n]\n}}\n"
    )
}

fn items_of(outline: &mut Peekable<Chars<'_>>) -> String {
    let mut items = Vec::new();
    while let Some(id) = outline.next().filter(|next| *next != ']') {
        if outline.next_if_eq(&'[').is_some() {
            items.push(format!("\n{{\"id\": \"{id}\", \"item\": [{}\n]}}", items_of(outline)));
        } else if id != ' ' {
            let request = "{\"method\": \"GET\", \"header\": [], \"url\": \"/\"}";
            items.push(format!("\n{{\"id\": \"{id}\", \"name\": \"R\", \"request\": {request}}}"));
        }
    }
    items.join(",")
}

/// The other way round.
fn outline(text: &str) -> String {
    let document = Document::parse(text.as_bytes(), Language::Json).expect("it can be read");
    let value = document.value(document.root());
    let id = value.get("info").and_then(|info| info.get("_postman_id")?.as_str()).expect("it has an id");
    format!("{id}: {}", outline_of(&value))
}

fn outline_of(value: &Value) -> String {
    let Some(Value::Sequence(items)) = value.get("item") else { return String::new() };
    let item = |item: &Value| {
        let id = item.get("id").and_then(Value::as_str).expect("it has an id");
        if item.get("item").is_some() { format!("{id}[{}]", outline_of(item)) } else { id.to_owned() }
    };
    items.iter().map(item).collect::<Vec<_>>().join(" ")
}

fn merged(base: &str, ours: &str, theirs: &str) -> DocumentMerge {
    let path = RepoPath::new("harbour.json").expect("a good path");
    let format = FORMATS.get("postman").expect("built in");
    let [base, ours, theirs] = [base, ours, theirs]
        .map(|text| Document::parse(text.as_bytes(), Language::Json).expect("it can be read"));
    let rules = format.rules_for(&path, &ours);
    let (base, ours, theirs) = (Some(&base), &ours, &theirs);
    merge_with_moves(&Inputs { path: &path, base, ours, theirs, rules, first: Side::Ours }, format)
}

/// The outline of a merge, and how many conflicts there are.
fn merge(base: &str, ours: &str, theirs: &str) -> (String, usize) {
    let merged = merged(&collection(base), &collection(ours), &collection(theirs));
    (outline(&merged.text), merged.conflicts.len())
}

#[test]
fn a_collection_that_got_another_id_moves_nothing() {
    assert_eq!(merge("1: a b", "2: a b", "1: b"), ("2: b".into(), 0));
    assert_eq!(merge("1: a b c", "2: a b c", "1: c a b"), ("2: c a b".into(), 0));
}

#[test]
fn what_both_moved_to_one_list_stays_before_what_one_side_put_behind_it() {
    assert_eq!(merge("1: f[a b] c", "1: f[a c b]", "1: a f[c d b]"), ("1: a f[c d b]".into(), 0));
}

#[test]
fn a_copy_of_what_the_other_side_moved_is_there_beside_it() {
    assert_eq!(merge("1: f[a]", "1: a f[]", "1: f[a] b"), ("1: a f[] b".into(), 0));
    assert_eq!(merge("1: f[a]", "1: a f[]", "1: f[] a b"), ("1: a f[] b".into(), 0));
}

#[test]
fn what_moved_is_not_taken_for_what_was_removed_where_it_comes() {
    let text = collection("1: f[a] b");
    let changed = text.replacen("{\"id\": \"b\", \"name\": \"R\"", "{\"id\": \"b\", \"name\": \"S\"", 1);
    let merged = merged(&text, &changed, &collection("1: f[] a"));
    assert_eq!((outline(&merged.text), merged.conflicts.len()), ("1: f[] a b".into(), 1));
    assert!(merged.text.contains("{\"id\": \"b\", \"name\": \"S\""));
}

#[test]
fn what_left_a_removed_folder_is_there_once_where_the_other_side_put_something_into_it() {
    assert_eq!(merge("1: f[a] b", "1: f[a b]", "1: a b"), ("1: a f[b]".into(), 1));
}

#[test]
fn what_moved_into_a_folder_that_moved_too_is_merged_before_it() {
    let (ours, theirs) = ("1: g[a] h[f[]]", "1: f[g[a b]] h[]");
    assert_eq!(merge("1: f[] g[a b] h[]", ours, theirs), ("1: h[f[g[a]]]".into(), 0));
    assert_eq!(merge("1: f[] g[a b] h[]", theirs, ours), ("1: h[f[g[a]]]".into(), 0));
}
