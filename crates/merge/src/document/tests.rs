//! What becomes of two edits, case by case.

use syncline_document::{Document, Language};
use syncline_format::{Formats, RepoPath};

use super::{Inputs, merge_documents};
use crate::{Conflict, Side};

fn merged(base: &str, ours: &str, theirs: &str) -> (String, Vec<Conflict>) {
    merged_by(base, ours, theirs, "generic", Side::Ours)
}

fn merged_by(base: &str, ours: &str, theirs: &str, format: &str, first: Side) -> (String, Vec<Conflict>) {
    let language = if ours.starts_with(['{', '[']) { Language::Json } else { Language::Yaml };
    let [base, ours, theirs] =
        [base, ours, theirs].map(|text| Document::parse(text.as_bytes(), language).expect("it parses"));
    let path = RepoPath::new("a.yaml").expect("a good path");
    let formats = Formats::built_in();
    let rules = formats.get(format).expect("built in").rules_for(&path, &ours);
    let inputs = Inputs { path: &path, base: Some(&base), ours: &ours, theirs: &theirs, rules, first };
    let merge = merge_documents(&inputs);
    (merge.text, merge.conflicts)
}

#[track_caller]
fn clean(base: &str, ours: &str, theirs: &str, wanted: &str) {
    let (text, conflicts) = merged(base, ours, theirs);
    assert_eq!(text, wanted);
    assert_eq!(conflicts, []);
}

/// Each conflict as `field: base | ours | theirs`.
fn listed(conflicts: &[Conflict]) -> Vec<String> {
    let value = |value: &Option<_>| {
        value.as_ref().map_or("-".to_owned(), |value: &syncline_document::Value| value.to_json().to_string())
    };
    let line = |one: &Conflict| {
        format!("{}: {} | {} | {}", one.field, value(&one.base), value(&one.ours), value(&one.theirs))
    };
    conflicts.iter().map(line).collect()
}

#[track_caller]
fn held(base: &str, ours: &str, theirs: &str, wanted: &str, conflicts: &[&str]) {
    let (text, found) = merged(base, ours, theirs);
    assert_eq!(text, wanted);
    assert_eq!(listed(&found), conflicts);
}

#[test]
fn neighbouring_fields_merge() {
    clean("a: 1\nb: 2\n", "a: 3\nb: 2\n", "a: 1\nb: 4\n", "a: 3\nb: 4\n");
    clean(
        "{\"a\": 1, \"b\": 2}\n",
        "{\"a\": 3, \"b\": 2}\n",
        "{\"a\": 1, \"b\": 4}\n",
        "{\"a\": 3, \"b\": 4}\n",
    );
    clean("a: 1 # one\n", "a: 2 # one\n", "a: 1 # eins\n", "a: 2 # eins\n");
}

#[test]
fn one_field_in_two_ways_is_held() {
    held("a: 1\nb: 1\n", "a: 2\nb: 1\n", "a: 3\nb: 2\n", "a: 2\nb: 2\n", &["/a: 1 | 2 | 3"]);
    held("z: 0\n", "z: 0\na: 1\n", "z: 0\na: 2\n", "z: 0\na: 1\n", &["/a: - | 1 | 2"]);
    held("a: 1\n", "a: [1]\n", "a: 2\n", "a: [1]\n", &["/a: 1 | [1] | 2"]);
    let (text, conflicts) = merged_by("a: 1\n", "a: 2\n", "a: 3\n", "generic", Side::Theirs);
    assert_eq!((text.as_str(), conflicts[0].kept), ("a: 3\n", Side::Theirs));
}

#[test]
fn what_one_side_removed_and_the_other_changed_stays_and_is_held() {
    let (base, changed) = ("a: 1\nb:\n  c: 1\n  d: 2\n", "a: 1\nb:\n  c: 1\n  d: 3\n");
    held(base, "a: 1\n", changed, changed, &[r#"/b: {"c":1,"d":2} | - | {"c":1,"d":3}"#]);
    held(base, changed, "a: 1\n", changed, &[r#"/b: {"c":1,"d":2} | {"c":1,"d":3} | -"#]);
    clean("a: 1\nb: 2\n", "a: 1\n", "a: 2\nb: 2\n", "a: 2\n");
}

#[test]
fn items_are_paired_by_identity_wherever_they_are() {
    let base = "- id: 1\n  x: 1\n- id: 2\n  x: 1\n- id: 3\n  x: 1\n";
    let moved = "- id: 3\n  x: 1\n- id: 1\n  x: 1\n- id: 2\n  x: 1\n";
    let edited = "- id: 1\n  x: 1\n- id: 2\n  x: 1\n- id: 3\n  x: 9\n";
    let both = "- id: 3\n  x: 9\n- id: 1\n  x: 1\n- id: 2\n  x: 1\n";
    clean(base, moved, edited, both);
    clean(base, edited, moved, both);
}

#[test]
fn an_item_whose_identity_was_renamed_is_still_the_same() {
    let base =
        "steps:\n  - name: one\n    run: make\n    with: x\n    if: always\n  - name: two\n    run: y\n";
    let renamed = base.replace("name: one", "name: first");
    let edited = base.replace("with: x", "with: z");
    clean(base, &renamed, &edited, &renamed.replace("with: x", "with: z"));
}

#[test]
fn additions_at_one_place_are_both_kept_ours_first() {
    clean("- a\n- b\n", "- a\n- b\n- x\n", "- a\n- b\n- y\n", "- a\n- b\n- x\n- y\n");
    clean("- b\n- a\n", "- b\n- a\n- x\n", "- b\n- a\n- x\n", "- b\n- a\n- x\n");
    clean("k: [1]\n", "k: [1, 2]\n", "k: [1, 3]\n", "k: [1, 2, 3]\n");
    let sorted = "a: 1\nb: 1\nc: 1\nz: 1\n";
    let (ours, theirs) = (sorted.replace("z:", "y: 1\nz:"), sorted.replace("z:", "x: 1\nz:"));
    clean(sorted, &ours, &theirs, "a: 1\nb: 1\nc: 1\nx: 1\ny: 1\nz: 1\n");
}

#[test]
fn a_list_that_both_made_the_same_is_that_list() {
    clean("k: [1.14.x, 1.15.x]\nz: 1\n", "k: [1.16.x]\nz: 1\n", "k: [1.16.x]\nz: 2\n", "k: [1.16.x]\nz: 2\n");
}

#[test]
fn an_item_added_with_more_fields_on_one_side_is_one() {
    clean(
        "- a: 1\n  t: 1\n",
        "- a: 1\n  t: 1\n- a: 2\n  t: 5\n  new: true\n",
        "- a: 1\n  t: 1\n- a: 2\n  t: 5\n",
        "- a: 1\n  t: 1\n- a: 2\n  t: 5\n  new: true\n",
    );
}

#[test]
fn one_item_moved_to_two_places_is_held_with_both_orders() {
    let (text, conflicts) = merged("k: [a, b, c, d, e]\n", "k: [e, a, b, c, d]\n", "k: [a, e, b, c, d]\n");
    assert_eq!(text, "k: [e, a, b, c, d]\n");
    let lists = r#"/k: ["a","b","c","d","e"] | ["e","a","b","c","d"] | ["a","e","b","c","d"]"#;
    assert_eq!(listed(&conflicts), [lists]);
}

#[test]
fn long_texts_merge_by_lines() {
    let text = |one: &str, three: &str| format!("s: |\n  {one}\n  two\n  {three}\nz: 1\n");
    clean(&text("one", "three"), &text("ONE", "three"), &text("one", "THREE"), &text("ONE", "THREE"));
}

#[test]
fn of_a_long_text_only_the_lines_that_both_changed_are_held() {
    let text = |one: &str, three: &str| format!("s: |\n  {one}\n  two\n  three\n  {three}\nz: 1\n");
    let (base, ours, theirs) = (text("1", "4"), text("eins", "4"), text("un", "quatre"));
    let sides = r#"/s: "1\ntwo\nthree\n4\n" | "eins\ntwo\nthree\nquatre\n" | "un\ntwo\nthree\nquatre\n""#;
    held(&base, &ours, &theirs, &text("eins", "quatre"), &[sides]);
}

#[test]
fn a_comment_on_what_the_other_side_removed_is_not_lost() {
    let base = "a: 1\nb:\n  c: 1\n";
    let both = r#"/b: {"c":1} | {"c":1} | -"#;
    held(base, "a: 1\n# why\nb:\n  c: 1\n", "a: 1\n", "a: 1\n# why\nb:\n  c: 1\n", &[both]);
    held(base, "a: 1\nb:\n  c: 1 # why\n", "a: 2\n", "a: 2\nb:\n  c: 1 # why\n", &[both]);
    clean(base, "a: 1\n\nb: {'c': 1}\n", "a: 1\n", "a: 1\n");
}

#[test]
fn the_formatting_of_one_side_meets_the_edit_of_the_other() {
    let base = "a:\n- x\n- y\nb:\n  c: 1\n";
    clean(
        base,
        &base.replace("c: 1", "c: 2"),
        "a:\n    - x\n    - y\nb:\n    c: 1\n",
        "a:\n    - x\n    - y\nb:\n    c: 2\n",
    );
    clean("a: 1\nb: 'x'\n", "a: 2\nb: 'x'\n", "a: 1\nb: \"x\"\n", "a: 2\nb: \"x\"\n");
    clean("a: 1\nb: 1", "a: 2\nb: 1", "a: 1\nb: 1\n", "a: 2\nb: 1\n");
}

#[test]
fn brackets_that_one_side_indented_anew_are_so_for_what_the_other_added() {
    clean(
        "{\n  \"k\": [\n    1\n  ]\n}\n",
        "{\n  \"k\": [\n    1,\n    2\n  ]\n}\n",
        "{\n  \"k\": [\n      1\n  ]\n}\n",
        "{\n  \"k\": [\n      1,\n      2\n  ]\n}\n",
    );
}

#[test]
fn what_nobody_changed_stays_where_its_side_moved_what_is_around() {
    let text =
        |pad: &str, b: u8| format!("{{\n{pad}\"k\": [\n          1\n        ],\n{pad}\"b\": {b}\n}}\n");
    clean(&text("       ", 1), &text("       ", 2), &text("        ", 1), &text("        ", 2));
}

#[test]
fn what_is_put_into_brackets_is_indented_as_they_are_now() {
    clean(
        "[\n  \"a\",\n  \"b\"\n]\n",
        "[\n  \"a\",\n  \"b\",\n\t\"c\"\n]\n",
        "[\n    \"a\",\n    \"b\"\n]\n",
        "[\n    \"a\",\n    \"b\",\n    \"c\"\n]\n",
    );
}

#[test]
fn what_both_added_is_indented_as_the_container_that_it_is_in() {
    clean(
        "t:\n    a: 1\n",
        "t:\n    a: 2\n    i:\n        r: 1\n",
        "t:\n  a: 1\n  i:\n    r: 1\n",
        "t:\n  a: 2\n  i:\n    r: 1\n",
    );
}

#[test]
fn what_both_put_into_an_empty_container_is_written_as_the_side_has_it_that_says_more() {
    let (empty, bare) = ("{\n    \"a\": [\n    ]\n}\n", "{\n    \"a\": [\n      1\n    ]\n}\n");
    let told = "{\n    \"a\": [\n        1 // one\n    ]\n}\n";
    clean(empty, bare, told, told);
    clean(empty, told, bare, told);
    // Neither says all that the other does.
    let (noted, wanted) = (
        "{\n    \"a\": [\n      1\n      // none\n    ]\n}\n",
        "{\n    \"a\": [\n      1 // one\n      // none\n    ]\n}\n",
    );
    clean(empty, noted, told, wanted);
}

#[test]
fn what_both_made_alike_is_written_as_before() {
    clean("m:\n  o:\n    r: 1\nz: 1\n", "m:\n  r: 1\nz: 1\n", "m:\n    r: 1\nz: 2\n", "m:\n  r: 1\nz: 2\n");
}

#[test]
fn what_both_made_alike_is_written_as_the_side_has_it_that_wrote_all_anew() {
    let base = "{\n    \"m\": {\n        \"k\": 1\n    },\n    \"l\": [\n        1\n    ]\n}\n";
    let ours =
        base.replace("\"k\": 1", "\"k\": 2").replace("        1\n    ]", "        1,\n        2\n    ]");
    let theirs = ours.replace("    ", "  ");
    let added = |text: &str| text.replace("]\n}", "],\n  \"n\": 3\n}");
    clean(base, &added(&ours), &theirs, &added(&theirs));
    clean(base, &theirs, &added(&ours), &added(&theirs));
}

#[test]
fn a_comma_stands_where_the_side_put_it_that_moved_it() {
    clean(
        "[\n  {\"id\": 1, \"a\": 1}\n,\n  {\"id\": 2}\n]\n",
        "[\n  {\"id\": 1, \"a\": 2}\n,\n  {\"id\": 2}\n]\n",
        "[\n  {\"id\": 1, \"a\": 1},\n  {\"id\": 2}\n]\n",
        "[\n  {\"id\": 1, \"a\": 2},\n  {\"id\": 2}\n]\n",
    );
}

#[test]
fn the_file_ends_as_the_side_has_it_that_changed_that() {
    clean("a: 1\nb: 1\n\n", "a: 2\nb: 1\n\n", "a: 1\nb: 2\n", "a: 2\nb: 2\n");
    clean("a: 1\nb: 1\n", "a: 2\nb: 1\n", "a: 1\nb: 2\n\n", "a: 2\nb: 2\n\n");
    clean("a: 1\nb: |\n  x\n", "a: 2\nb: |\n  x\n", "a: 1\nb: |\n  y\n\n", "a: 2\nb: |\n  y\n\n");
}

#[test]
fn a_last_line_break_that_was_dropped_is_back_where_something_follows() {
    clean("a: 1\nb: 2\n", "a: 1\nb: 3", "a: 1\nb: 2\nc: 4\n", "a: 1\nb: 3\nc: 4\n");
    clean("a: 1\nb: 2\n", "a: 1\nb: 2\nc: 4\n", "a: 1\nb: 3", "a: 1\nb: 3\nc: 4\n");
    clean("a: 1\nb: 2\n", "a: 1\nb: 3", "a: 4\nb: 2\n", "a: 4\nb: 3");
}

#[test]
fn blank_lines_below_what_both_sides_added_are_as_before() {
    let base = "a:\n- x\n\nb: 1\n";
    let wanted = "a:\n- x\n- y\n- z\n\nb: 1\n";
    clean(base, "a:\n- x\n- y\n\n\nb: 1\n", "a:\n- x\n- z\n\nb: 1\n", wanted);
    clean(base, "a:\n- x\n- y\n\nb: 1\n", "a:\n- x\n- z\nb: 1\n", wanted);
}

#[test]
fn a_blank_line_below_what_one_side_added_stays_below_it() {
    let rest = "c: 1\nd: 1\ne: 1\nf: 1\n";
    let merge = |ours: &str, theirs: &str, wanted: &str| {
        clean(rest, &format!("{ours}{rest}"), &format!("{theirs}{rest}"), &format!("{wanted}{rest}"));
    };
    merge("a: 1\n\n", "b: 2\n", "a: 1\n\nb: 2\n");
    merge("a: 1\n", "b: 2\n\n", "a: 1\nb: 2\n\n");
}

#[test]
fn one_blank_line_is_above_what_both_sides_added() {
    clean("a: 1\n", "a: 1\n\n\nb: 2\n", "a: 1\n\nb: 2\n", "a: 1\n\nb: 2\n");
    clean("a: 1\n", "a: 1\n\nb: 2\n", "a: 1\nb: 2\n", "a: 1\n\nb: 2\n");
}

#[test]
fn blanks_in_a_comment_give_way_to_its_words() {
    clean("# one two\na: 1\n", "#one  two\na: 1\n", "# one three\na: 1\n", "# one three\na: 1\n");
    clean("# one two\na: 1\n", "# one three\na: 1\n", "#one  two\na: 1\n", "# one three\na: 1\n");
}

#[test]
fn blanks_that_end_a_line_stay_on_it() {
    clean(
        "[\n  1,\n  4\n]\n",
        "[\n  1,\n  2,   \n  4\n]\n",
        "[\n  1,\n  3,\n  4\n]\n",
        "[\n  1,\n  2,   \n  3,\n  4\n]\n",
    );
}

#[test]
fn the_entries_of_a_repeated_key_merge_by_their_order() {
    clean("a: 1\nb: 1\na: 2\n", "a: 1\nb: 2\na: 2\n", "a: 1\nb: 1\na: 3\n", "a: 1\nb: 2\na: 3\n");
    clean("a: 1\nb: 1\na: 2\n", "a: 1\nb: 2\n", "a: 9\nb: 1\na: 2\n", "a: 9\nb: 2\n");
    clean("b: 1\n", "b: 1\na: 1\na: 2\n", "a: 1\nb: 3\n", "b: 3\na: 1\na: 2\n");
}

#[test]
fn a_conflict_at_a_repeated_key_holds_the_mapping_because_no_pointer_tells_its_entries_apart() {
    let (base, ours) = ("m:\n  a: 1\n  a: 2\nz: 1\n", "m:\n  a: 1\n  a: 3\nz: 1\n");
    let theirs = "m:\n  a: 1\n  a: 4\n  c: 1\nz: 2\n";
    let whole = r#"/m: {"a":2} | {"a":3} | {"a":4,"c":1}"#;
    held(base, ours, theirs, "m:\n  a: 1\n  a: 3\nz: 2\n", &[whole]);
}

#[test]
fn what_one_side_says_is_written_as_the_other_wrote_it_anew() {
    clean("a: 'x'\nb: 1\n", "a: \"x\"\nb: 1\n", "a: 'y'\nb: 1\n", "a: \"y\"\nb: 1\n");
    clean("a: x\nb: 1\n", "a: 'z'\nb: 1\n", "a: \"x\"\nb: 2\n", "a: 'z'\nb: 2\n");
    clean("a: '1'\nb: 1\n", "a: \"1\"\nb: 1\n", "a: 2\nb: 2\n", "a: 2\nb: 2\n");
    let (words, more) = ("some words in a row", "some more words in one row");
    let base = format!("k:\n  a: {words}\n");
    let (ours, theirs) = ("k:\n  a: some words\n    in a row\n", base.replace(words, more));
    clean(&base, ours, &theirs, "k:\n  a: some more words\n    in one row\n");
}

#[test]
fn a_renamed_key_keeps_the_edits_inside_it() {
    let base = "old:\n  a: 1\n  b: 2\n  c: 3\n  d: 4\n";
    let (ours, theirs) = (base.replace("old", "new"), base.replace("d: 4", "d: 5"));
    clean(base, &ours, &theirs, "new:\n  a: 1\n  b: 2\n  c: 3\n  d: 5\n");
}

#[test]
fn a_renamed_key_keeps_how_the_other_side_wrote_its_value() {
    clean("a: 1\nold: \"2\"\n", "a: 1\nold: '2'\n", "a: 1\nnew: \"2\"\n", "a: 1\nnew: '2'\n");
    clean("a: 1\nold: \"2\"\n", "a: 1\nnew: \"2\"\n", "a: 1\nold: '2'\n", "a: 1\nnew: '2'\n");
    // With little to tell it by, a value that was changed is not thought to have another key.
    let (ours, theirs) = ("a: 1\nold: \"3\"\n", "a: 1\nnew: \"2\"\n");
    let both = "a: 1\nnew: \"2\"\nold: \"3\"\n";
    held("a: 1\nold: \"2\"\n", ours, theirs, both, &[r#"/old: "2" | "3" | -"#]);
}

#[test]
fn a_document_that_one_side_emptied_stays_with_what_was_changed_held() {
    held("a: 1\nb: 2\n", "# a: 1\n# b: 2\n", "a: 1\nb: 3\n", "a: 1\nb: 3\n", &["/b: 2 | - | 3"]);
}

#[test]
fn documents_of_a_stream_are_paired_by_kind_and_name() {
    let one =
        |kind: &str, replicas: u8| format!("kind: {kind}\nmetadata:\n  name: web\nreplicas: {replicas}\n");
    let (base, ours) =
        (format!("{}---\n{}", one("A", 1), one("B", 1)), format!("{}---\n{}", one("B", 1), one("A", 1)));
    let theirs = format!("{}---\n{}", one("A", 2), one("B", 1));
    clean(&base, &ours, &theirs, &format!("{}---\n{}", one("B", 1), one("A", 2)));
}

#[test]
fn anchors_that_both_sides_numbered_anew_are_written_out() {
    let base = "a: &r1 [x]\nb: *r1\nc: 1\nd: 2\n";
    let ours = "a: &r2 [x]\nb: *r2\nc: 1\nd: 3\ne: &r1 [z]\nf: *r1\n";
    let theirs = "a: &r1 [x]\nb: *r1\nc: 2\nd: 2\ng: &r2 [y]\nh: *r2\n";
    let (text, conflicts) = merged(base, ours, theirs);
    assert_eq!(conflicts, []);
    let data = Document::parse(text.as_bytes(), Language::Yaml).expect("it parses");
    let json = data.value(data.root()).to_json();
    let wanted = serde_json::json!({"a": ["x"], "b": ["x"], "c": 2, "d": 3, "e": ["z"], "f": ["z"], "g": ["y"], "h": ["y"]});
    assert_eq!(json, wanted);
}

#[test]
fn rules_of_the_format_settle_what_people_do_not_care_for() {
    let file = |modified: u32, sort: i32, url: &str| {
        format!(
            "type: collection.insomnia.rest/5.0\nname: A\ncollection:\n  - url: {url}\n    name: R\n    meta:\n      id: req_1\n      modified: {modified}\n      sortKey: {sort}\n"
        )
    };
    let (base, ours) = (file(1, 0, "http://a"), file(20, 0, "http://b"));
    let (text, conflicts) = merged_by(&base, &ours, &file(300, -1, "http://a"), "insomnia-v5", Side::Ours);
    assert_eq!((text, conflicts), (file(300, -1, "http://b"), vec![]));
    let removed = "type: collection.insomnia.rest/5.0\nname: A\ncollection: []\n";
    let (text, conflicts) = merged_by(&base, removed, &file(300, 0, "http://a"), "insomnia-v5", Side::Ours);
    assert_eq!((text.as_str(), conflicts), (removed, vec![]));
    let (_, conflicts) = merged_by(&base, removed, &file(300, 0, "http://c"), "insomnia-v5", Side::Ours);
    assert_eq!(conflicts.len(), 1);
}

#[test]
fn a_union_has_the_items_of_both() {
    let description = "name = \"t\"\ntitle = \"T\"\n[[file]]\nglob = [\"**/*.yaml\"]\nshape = \"s\"\n[shape.s]\n[shape.s.fields]\ntags = { merge = \"union\" }\n";
    let formats = Formats::from_descriptions(&[description]).expect("a description");
    let format = formats.get("t").expect("it is there");
    let path = RepoPath::new("a.yaml").expect("a good path");
    let parse = |text: &str| Document::parse(text.as_bytes(), Language::Yaml).expect("it parses");
    let (base, ours, theirs) =
        (parse("tags: [v1, b, c]\n"), parse("tags: [v2, c, b]\n"), parse("tags: [v3, c]\n"));
    let rules = format.rules_for(&path, &ours);
    let inputs =
        Inputs { path: &path, base: Some(&base), ours: &ours, theirs: &theirs, rules, first: Side::Ours };
    let merge = merge_documents(&inputs);
    assert_eq!((merge.text.as_str(), merge.conflicts), ("tags: [v2, v3, c]\n", vec![]));
}

#[test]
fn a_reimport_is_paired_by_what_people_see() {
    let item = |id: &str, name: &str, url: &str| {
        format!("  - url: {url}\n    name: {name}\n    meta:\n      id: {id}\n")
    };
    let file = |items: &[String]| {
        format!("type: collection.insomnia.rest/5.0\nname: A\ncollection:\n{}", items.concat())
    };
    let base = file(&[item("req_1", "One", "http://1"), item("req_2", "Two", "http://2")]);
    let ours = file(&[item("req_8", "One", "http://1"), item("req_9", "Two", "http://2")]);
    let theirs = file(&[
        item("req_1", "One", "http://1"),
        item("req_2", "Two", "http://2"),
        item("req_3", "Three", "http://3"),
    ]);
    let (text, conflicts) = merged_by(&base, &ours, &theirs, "insomnia-v5", Side::Ours);
    let wanted = [
        item("req_8", "One", "http://1"),
        item("req_9", "Two", "http://2"),
        item("req_3", "Three", "http://3"),
    ];
    assert_eq!((text, conflicts), (file(&wanted), vec![]));
}

#[test]
fn what_both_added_by_one_name_and_with_different_ids_are_two() {
    let item = |id: &str| {
        format!("  - url: \"\"\n    name: New Request\n    meta:\n      id: {id}\n    method: GET\n")
    };
    let folder = |id: &str, inner: &str| {
        let inner = item(inner).replace("\n ", "\n     ").replacen("  - ", "      - ", 1);
        format!("  - name: Invoices\n    meta:\n      id: {id}\n    children:\n{inner}")
    };
    let file = |items: &[&str]| {
        let first = "  - url: http://1\n    name: One\n    meta:\n      id: req_1\n    method: GET\n";
        format!("type: collection.insomnia.rest/5.0\nname: A\ncollection:\n{first}{}", items.concat())
    };
    for [a, b] in [[item("req_a"), item("req_b")], [folder("fld_a", "req_a"), folder("fld_b", "req_b")]] {
        let (ours, theirs) = (file(&[&a]), file(&[&b]));
        let (text, conflicts) = merged_by(&file(&[]), &ours, &theirs, "insomnia-v5", Side::Ours);
        assert_eq!((text, conflicts), (file(&[&a, &b]), vec![]));
    }
}

#[test]
fn steps_at_once_of_which_one_side_removed_the_first_are_still_the_same() {
    let step = |id: &str, name: &str| format!("          - step:\n              identifier: {id}\n{name}");
    let file = |steps: &[String]| {
        let steps = steps.concat();
        format!(
            "pipeline:\n  identifier: p\n  stages:\n  - stage:\n      identifier: s\n      spec:\n        execution:\n          steps:\n          - parallel:\n{steps}"
        )
    };
    let name = |name: &str| format!("              name: {name}\n");
    let steps = |a: &str| [step("a", &name(a)), step("b", &name("B")), step("c", &name("C"))];
    let (base, rest) = (file(&steps("A")), file(&[step("b", &name("Bee")), step("c", &name("C"))]));
    let changed = file(&[step("a", &name("A")), step("b", &name("B")), step("c", &name("Sea"))]);
    let (text, conflicts) = merged_by(&base, &changed, &rest, "harness", Side::Ours);
    assert_eq!((text, conflicts), (rest.replace("name: C", "name: Sea"), vec![]));
    let (text, conflicts) = merged_by(&base, &file(&steps("Ay")), &rest, "harness", Side::Ours);
    assert_eq!(text, file(&steps("Ay")).replace("name: B", "name: Bee"));
    assert_eq!(conflicts.len(), 1);
}
