//! Resources as they were in an old commit.

use crate::support::{COLLECTION, FILE, Person};
use syncline_sync::{ErrorKind, Selector};

/// One person whose first request has another name since the last commit, and whose third request is gone.
fn changed() -> Person {
    let anna = Person::alone("Anna");
    anna.write(FILE, COLLECTION);
    anna.write("notes.txt", "first\n");
    anna.init();
    anna.commit("Begin");
    let third = COLLECTION.find("  - url: https://example.com/three").expect("the third request");
    anna.write(FILE, &COLLECTION[..third].replace("name: One", "name: Uno"));
    anna.write("notes.txt", "second\n");
    anna.commit("Change");
    anna
}

fn restore(person: &Person, selectors: &[&str]) -> Result<Vec<String>, syncline_sync::SyncError> {
    let selectors: Vec<_> = selectors.iter().map(|text| Selector::new(text)).collect();
    let report = person.workspace().restore("HEAD~1", &selectors)?;
    Ok(report.changes.iter().map(|change| format!("{:?} {}", change.change, change.name)).collect())
}

#[test]
fn one_resource_comes_back_and_the_others_stay() {
    let anna = changed();
    assert_eq!(restore(&anna, &["req_3"]).expect("restored"), ["Added Three"]);
    assert_eq!(anna.read(FILE), COLLECTION.replace("name: One", "name: Uno"));
    assert_eq!(anna.read("notes.txt"), "second\n");
    assert_eq!(anna.git(&["log", "--oneline"]).lines().count(), 2, "it is a change like any other");
}

#[test]
fn a_resource_is_found_by_the_name_that_it_had() {
    let anna = changed();
    restore(&anna, &["Request:One"]).expect("restored");
    assert!(anna.read(FILE).contains("name: One") && !anna.read(FILE).contains("name: Three"));
}

#[test]
fn everything_but_what_was_never_committed() {
    let anna = changed();
    anna.write("new.txt", "mine\n");
    restore(&anna, &["."]).expect("restored");
    assert_eq!(anna.read(FILE), COLLECTION);
    assert_eq!(anna.read("notes.txt"), "first\n");
    assert_eq!(anna.read("new.txt"), "mine\n");
    assert!(restore(&anna, &["."]).expect("nothing to do").is_empty(), "it is as it was already");
}

#[test]
fn uncommitted_work_in_it_is_in_the_way_and_elsewhere_it_stays() {
    let anna = changed();
    anna.replace(FILE, "name: Uno", "name: Typed");
    let error = restore(&anna, &["req_1"]).expect_err("it would be lost");
    assert_eq!(error.kind(), ErrorKind::Refused);
    restore(&anna, &["req_3"]).expect("restored");
    let text = anna.read(FILE);
    assert!(text.contains("name: Typed") && text.contains("name: Three"), "{text}");
}

#[test]
fn what_is_as_it_was_is_told() {
    let anna = changed();
    let error = restore(&anna, &["req_2"]).expect_err("it never changed");
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("`req_2`"), "{error}");
}

#[test]
fn a_restore_can_be_undone() {
    let anna = changed();
    let before = anna.read(FILE);
    restore(&anna, &["req_3", "req_1"]).expect("restored");
    anna.replace(FILE, "name: Two", "name: Typed since");
    anna.workspace().undo(None).expect("undone");
    assert_eq!(anna.read(FILE), before.replace("name: Two", "name: Typed since"));
}

/// A folder of a collection comes with what is in it, and all of that is told.
#[test]
fn a_folder_that_comes_back_tells_what_is_in_it() {
    let anna = Person::alone("Anna");
    let folder = [
        "  - name: Shelf",
        "    meta:",
        "      id: fld_1",
        "    children:",
        "      - url: https://example.com/shelf",
        "        name: Inside",
        "        meta:",
        "          id: req_9",
        "        method: GET\n",
    ];
    let folder = folder.join("\n");
    anna.write(FILE, &format!("{COLLECTION}{folder}"));
    anna.init();
    anna.commit("Begin");
    anna.write(FILE, COLLECTION);
    anna.commit("Drop the folder");
    assert_eq!(restore(&anna, &["fld_1"]).expect("restored"), ["Added Shelf", "Added Inside"]);
    assert_eq!(anna.read(FILE), format!("{COLLECTION}{folder}"));
}
