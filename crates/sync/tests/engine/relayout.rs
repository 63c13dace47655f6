//! Anna's app takes the folder of an Insomnia workspace into one file, while Ben's still writes the folder.

use std::path::Path;

use syncline_merge::ChangeKind;
use syncline_testkit::edits::folder;

use crate::support::{Person, Two};

const NEW: &str = "hollowmere.yaml";
const LIST: &str = ".insomnia/Request/req_ad4ac7de864ba8de246aabae4a2f3ae9.yml";
const SEARCH: &str = ".insomnia/Request/req_d3c5c1702e94282ecbfe76a8c0442418.yml";
const RESERVE: &str = ".insomnia/Request/req_00000000000000000000000000000001.yml";

fn example(name: &str) -> Vec<(String, String)> {
    folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name))
}

fn two() -> Two {
    let files = example("insomnia-v4");
    Two::with(&files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>())
}

/// What the new app does with the folder.
fn take_over(person: &Person) {
    std::fs::remove_dir_all(person.folder.join(".insomnia")).expect("it is there");
    for (path, text) in example("insomnia-moved") {
        person.write(&path, &text);
    }
}

/// One request changed, one removed, one added.
fn work(person: &Person) {
    let reserve = person.read(LIST).replace("List books", "Reserve a book");
    person.write(
        RESERVE,
        &reserve.replace("req_ad4ac7de864ba8de246aabae4a2f3ae9", "req_00000000000000000000000000000001"),
    );
    person.replace(LIST, "/v1/books", "/v2/books");
    person.remove(SEARCH);
}

/// The new file with that work.
#[track_caller]
fn assert_has_both(person: &Person) {
    let text = person.read(NEW);
    let requests = text.matches("id: req_").count();
    assert_eq!(requests, example("insomnia-moved")[0].1.matches("id: req_").count());
    assert!(text.contains("_.base_url }}/v2/books\"\n        name: List books"), "{text}");
    assert!(text.contains("name: Reserve a book") && !text.contains("name: Search books"), "{text}");
    assert!(!person.folder.join(".insomnia").exists());
}

#[test]
fn a_repository_that_somebody_moves_takes_along_what_others_do_meanwhile() {
    let two = two();
    take_over(&two.anna);
    work(&two.ben);
    two.anna.sync();
    assert!(two.ben.sync().pulled.conflicts.is_empty());
    assert_has_both(&two.ben);
    two.anna.sync();
    two.assert_equal();
}

#[test]
fn a_move_removes_nothing_and_says_so() {
    let two = two();
    take_over(&two.anna);
    two.anna.replace(NEW, "name: Search books", "name: Find books");
    let changes = two.anna.workspace().status().expect("a status").changes;
    assert_eq!(changes.len(), example("insomnia-v4").len());
    assert!(changes.iter().all(|it| it.change == ChangeKind::Moved), "{changes:?}");
    let fields = changes.iter().flat_map(|it| it.fields.iter().map(|field| field.pointer.to_string()));
    assert_eq!(fields.collect::<Vec<_>>(), ["/name"]);
    assert_eq!(two.anna.commit("Moved").changes.len(), changes.len());
}

#[test]
fn who_moves_a_repository_gets_what_others_did_meanwhile() {
    let two = two();
    take_over(&two.anna);
    work(&two.ben);
    two.ben.sync();
    assert!(two.anna.sync().pulled.conflicts.is_empty());
    assert_has_both(&two.anna);
    two.ben.sync();
    two.assert_equal();
}

#[test]
fn uncommitted_work_goes_along_when_somebody_moves_the_repository() {
    let two = two();
    take_over(&two.anna);
    two.anna.sync();
    work(&two.ben);
    let report = two.ben.pull();
    assert!(report.conflicts.is_empty(), "{:?}", report.conflicts);
    assert_has_both(&two.ben);
    let status = two.ben.workspace().status().expect("a status");
    let mut changes: Vec<_> =
        status.changes.iter().map(|it| format!("{:?} {}", it.change, it.name)).collect();
    changes.sort();
    assert_eq!(changes, ["Added Reserve a book", "Modified List books", "Removed Search books"]);
}

#[test]
fn an_uncommitted_move_takes_along_what_is_pulled() {
    let two = two();
    work(&two.ben);
    two.ben.sync();
    take_over(&two.anna);
    let report = two.anna.pull();
    assert!(report.conflicts.is_empty(), "{:?}", report.conflicts);
    assert_has_both(&two.anna);
}

#[test]
fn a_commit_from_before_the_move_can_be_reverted_after_it() {
    let two = two();
    work(&two.ben);
    two.ben.sync();
    two.anna.sync();
    take_over(&two.anna);
    let moved = two.anna.read(NEW);
    two.anna.write(
        NEW,
        &moved.replace(
            "_.base_url }}/v1/books\"\n        name: List books",
            "_.base_url }}/v2/books\"\n        name: List books",
        ),
    );
    two.anna.sync();
    let report = two.anna.workspace().revert("HEAD^").expect("a revert");
    assert!(report.merge.conflicts.is_empty(), "{:?}", report.merge.conflicts);
    assert!(two.anna.read(NEW).contains("_.base_url }}/v1/books\"\n        name: List books"));
}
