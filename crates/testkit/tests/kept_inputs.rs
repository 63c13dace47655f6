//! The laws on the inputs that are kept in `fuzz/`: a few made from the examples, and all that once broke one.

use syncline_testkit::laws::{
    descriptions_are_safe, edits_change_what_they_name, files_are_read_as_they_are, kept, merges_lose_nothing,
};

#[test]
fn files_are_read() {
    assert!(kept("parse", files_are_read_as_they_are) > 5);
}

#[test]
fn files_are_edited() {
    assert!(kept("edit", edits_change_what_they_name) > 5);
}

#[test]
fn files_are_merged() {
    assert!(kept("merge", merges_lose_nothing) > 5);
}

#[test]
fn files_are_read_by_any_description() {
    assert!(kept("descriptions", descriptions_are_safe) > 5);
}
