//! Some of a file's changes and not the others, in a file that holds many resources.

use std::fmt::Write as _;

use snapbox::{assert_data_eq, str};

use crate::support::Installation;

const HEAD: &str = "type: collection.insomnia.rest/5.0\nname: Library\nmeta:\n  id: wrk_1\n";

fn request(indent: &str, name: &str, id: &str) -> String {
    format!(
        "{indent}- name: {name}\n{indent}  url: https://library.example/{id}\n{indent}  meta:\n{indent}    id: {id}\n{indent}  method: GET\n"
    )
}

fn folder(id: &str, requests: impl IntoIterator<Item = String>) -> String {
    let mut text = format!("  - name: Folder {id}\n    meta:\n      id: {id}\n    children:\n");
    for id in requests {
        let _ = write!(text, "{}", request("      ", &format!("Request {id}"), &id));
    }
    text
}

/// Three folders of twenty requests each, of which every `step`th is there.
fn three_folders(step: usize) -> String {
    let folders = ["a", "b", "c"].map(|name| {
        let requests =
            (0..20).filter(|number| number % step == 0).map(|number| format!("req_{name}{number}"));
        folder(&format!("fld_{name}"), requests)
    });
    format!("{HEAD}collection:\n{}", folders.concat())
}

fn with(collection: &str) -> Installation {
    let here = Installation::new();
    here.write("library.yaml", collection);
    here.syncline(["init", "--quiet"]).expect_code(0);
    here.syncline(["commit", "--quiet", "-m", "Begin"]).expect_code(0);
    here
}

#[test]
fn a_new_folder_comes_with_its_requests_once() {
    let old = format!("{HEAD}collection:\n{}", request("  ", "List books", "req_1"));
    let new = old.clone() + &folder("fld_1", ["req_2", "req_3"].map(str::to_owned));
    let here = with(&old);
    here.write("../new.yaml", &new);
    assert_data_eq!(
        here.syncline(["import", "../new.yaml"]).stdout(),
        str![[r#"
Imported from new.yaml: 3 changes
  + added  RequestGroup  Folder fld_1   library.yaml
  + added  Request       Request req_2  library.yaml
  + added  Request       Request req_3  library.yaml

"#]]
    );
    assert_eq!(here.read("library.yaml"), new);
}

#[test]
fn many_new_requests_take_their_places_among_the_others() {
    let here =
        with(&three_folders(3).replace("  - name: Folder fld_b", "  # the second\n  - name: Folder fld_b"));
    here.write("../new.yaml", &three_folders(1));
    here.syncline(["import", "../new.yaml"]).expect_code(0);
    let expected =
        three_folders(1).replace("  - name: Folder fld_b", "  # the second\n  - name: Folder fld_b");
    assert_eq!(here.read("library.yaml"), expected);
}

#[test]
fn a_removed_folder_is_committed_with_the_requests_that_were_in_it() {
    let last = request("  ", "List books", "req_1");
    let old = format!("{HEAD}collection:\n{}{last}", folder("fld_1", ["req_2", "req_3"].map(str::to_owned)));
    let here = with(&old);
    let new = format!("{HEAD}collection:\n{}", last.replace("GET", "POST"));
    here.write("library.yaml", &new);
    let chosen = ["commit", "--yes", "-m", "Take the folder out", "fld_1", "req_2", "req_3"];
    here.syncline(chosen).expect_code(0);
    assert_eq!(here.git(["show", "HEAD:library.yaml"]), format!("{HEAD}collection:\n{last}").trim_end());
    assert_eq!(here.read("library.yaml"), new);
}

#[test]
fn what_moved_out_of_a_removed_folder_stays() {
    let old = format!("{HEAD}collection:\n{}", folder("fld_1", ["req_2", "req_3"].map(str::to_owned)));
    let here = with(&old);
    let moved = request("  ", "Request req_3", "req_3");
    here.write("library.yaml", &format!("{HEAD}collection:\n{moved}"));
    here.write("other.yaml", "type: collection.insomnia.rest/5.0\nname: Other\nmeta:\n  id: wrk_2\n");
    here.syncline(["commit", "--yes", "-m", "Take the folder out", "fld_1", "req_2", "req_3"]).expect_code(0);
    assert_eq!(here.git(["show", "HEAD:library.yaml"]), format!("{HEAD}collection:\n{moved}").trim_end());
}

/// A request that was moved into a new folder, and one that is only in it.
fn wrapped() -> (String, String) {
    let old = format!("{HEAD}collection:\n{}", request("  ", "List books", "req_1"));
    let new = format!("{HEAD}collection:\n{}", folder("fld_1", ["req_1", "req_2"].map(str::to_owned)));
    (old, new.replace("Request req_1", "List books"))
}

fn copies(text: &str, id: &str) -> usize {
    text.matches(&format!("id: {id}\n")).count()
}

#[test]
fn a_request_that_moved_into_a_new_folder_is_imported_once() {
    let (old, new) = wrapped();
    let here = with(&old);
    here.write("../new.yaml", &new);
    for _ in 0..2 {
        here.syncline(["import", "../new.yaml"]).expect_code(0);
        assert_eq!(here.read("library.yaml"), new);
    }
}

#[test]
fn a_new_folder_is_committed_with_all_that_is_in_it() {
    let (old, new) = wrapped();
    let here = with(&old);
    here.write("library.yaml", &new);
    assert_data_eq!(
        here.syncline(["commit", "-m", "A folder", "fld_1"]).stdout(),
        str![[r#"
Committed 3 changes (2 added and 1 moved) as [COMMIT]
  + added  RequestGroup  Folder fld_1   library.yaml
  > moved  Request       List books     library.yaml
      from Library to Folder fld_1
  + added  Request       Request req_2  library.yaml

"#]]
    );
    here.syncline(["status"]).expect_code(0);
    assert_eq!(here.read("library.yaml"), new);
}

#[test]
fn what_moved_into_a_new_folder_is_committed_with_the_folder() {
    let (old, new) = wrapped();
    let here = with(&old);
    here.write("library.yaml", &new);
    here.syncline(["commit", "-m", "The request", "req_1"]).expect_code(0);
    let committed = here.git(["show", "HEAD:library.yaml"]) + "\n";
    assert_eq!((copies(&committed, "req_1"), copies(&committed, "fld_1")), (1, 1), "{committed}");
    assert_eq!(copies(&committed, "req_2"), 0, "{committed}");
    assert_eq!(here.read("library.yaml"), new);
}

#[test]
fn a_discarded_move_leaves_the_new_folder_and_one_copy() {
    let (old, new) = wrapped();
    let here = with(&old);
    here.write("library.yaml", &new);
    here.syncline(["discard", "req_1"]).expect_code(0);
    let left = here.read("library.yaml");
    assert_eq!(["req_1", "req_2", "fld_1"].map(|id| copies(&left, id)), [1, 1, 1], "{left}");
    here.syncline(["discard", "fld_1"]).expect_code(0);
    assert_eq!(here.read("library.yaml"), old);
}

#[test]
fn a_discarded_move_out_of_a_removed_folder_brings_the_folder_back() {
    let (new, old) = wrapped();
    let here = with(&old);
    here.write("library.yaml", &new);
    here.syncline(["discard", "req_1"]).expect_code(0);
    let left = here.read("library.yaml");
    assert_eq!(["req_1", "req_2", "fld_1"].map(|id| copies(&left, id)), [1, 0, 1], "{left}");
    here.syncline(["discard", "fld_1"]).expect_code(0);
    assert_eq!(here.read("library.yaml"), old);
}

#[test]
fn a_removed_folder_is_committed_with_the_request_that_moved_out_of_it() {
    let (new, old) = wrapped();
    let here = with(&old);
    here.write("library.yaml", &new);
    here.syncline(["commit", "--yes", "-m", "No folder", "fld_1"]).expect_code(0);
    assert_eq!(here.git(["show", "HEAD:library.yaml"]) + "\n", new);
}

#[test]
fn a_discarded_request_of_a_new_folder_changes_no_other_byte() {
    let old = format!("{HEAD}collection:\n{}", request("  ", "List books", "req_1"));
    let new = old.clone() + &folder("fld_1", ["req_2", "req_3"].map(str::to_owned));
    let here = with(&old);
    here.write("library.yaml", &new);
    here.syncline(["discard", "req_2"]).expect_code(0);
    assert_eq!(here.read("library.yaml"), old + &folder("fld_1", ["req_3".to_owned()]));
}

#[test]
fn a_folder_means_all_that_is_in_it() {
    let old = format!("{HEAD}collection:\n{}", folder("fld_1", ["req_1", "req_2"].map(str::to_owned)));
    let other = request("  ", "Other", "req_9");
    let here = with(&(old.clone() + &other));
    let new = old.replacen("GET", "POST", 1) + &other.replace("GET", "PUT");
    here.write("library.yaml", &new);
    assert_data_eq!(
        here.syncline(["diff", "fld_1"]).stdout(),
        str![[r#"
~ modified Request Request req_1  library.yaml
    method: "GET" → "POST"

"#]]
    );
    here.syncline(["commit", "-m", "The folder", "fld_1"]).expect_code(0);
    assert_eq!(here.git(["show", "HEAD:library.yaml"]) + "\n", old.replacen("GET", "POST", 1) + &other);
    here.syncline(["restore", "--from", "HEAD~1", "fld_1"]).expect_code(0);
    assert_eq!(here.read("library.yaml"), old.clone() + &other.replace("GET", "PUT"));
    here.syncline(["discard", "fld_1"]).expect_code(0);
    assert_eq!(here.read("library.yaml"), new);
}

#[test]
fn the_resources_of_a_folder_are_those_in_it() {
    let (_, new) = wrapped();
    let here = with(&(new + &request("  ", "Other", "req_9")));
    let listed = here.syncline(["--json", "resources", "fld_1"]).json();
    let ids: Vec<_> =
        listed["resources"].as_array().expect("a list").iter().map(|it| it["id"].clone()).collect();
    assert_eq!(ids, ["fld_1", "req_1", "req_2"]);
}

#[test]
fn a_renamed_folder_keeps_what_moves_out_of_it_uncommitted() {
    let old = format!("{HEAD}collection:\n{}", folder("fld_1", ["req_1".to_owned()]));
    let here = with(&old);
    let renamed = "  - name: Renamed\n    meta:\n      id: fld_1\n";
    let new = format!("{HEAD}collection:\n{renamed}{}", request("  ", "Request req_1", "req_1"));
    here.write("library.yaml", &(new.clone() + &request("  ", "Other", "req_9")));
    here.syncline(["commit", "-m", "Another name", "RequestGroup:Renamed"]).expect_code(0);
    let committed = here.git(["show", "HEAD:library.yaml"]) + "\n";
    assert_eq!(["fld_1", "req_1", "req_9"].map(|id| copies(&committed, id)), [1, 1, 0], "{committed}");
    assert!(committed.contains("Renamed"), "{committed}");
}

#[test]
fn a_renamed_folder_loses_the_list_that_moves_emptied() {
    let here = with(&format!("{HEAD}collection:\n{}", folder("fld_1", ["req_1".to_owned()])));
    let renamed = "  - name: Renamed\n    meta:\n      id: fld_1\n";
    let new = format!("{HEAD}collection:\n{renamed}{}", request("  ", "Request req_1", "req_1"));
    here.write("../new.yaml", &new);
    here.syncline(["import", "../new.yaml"]).expect_code(0);
    assert_eq!(here.read("library.yaml"), new);
}

#[test]
fn what_an_import_leaves_out_of_a_folder_stays_in_it() {
    let old = format!("{HEAD}collection:\n{}", folder("fld_1", ["req_1".to_owned()]));
    let here = with(&old);
    let renamed = "  - name: Renamed\n    meta:\n      id: fld_1\n";
    here.write("../new.yaml", &format!("{HEAD}collection:\n{renamed}"));
    here.syncline(["import", "../new.yaml"]).expect_code(0);
    assert_eq!(here.read("library.yaml"), old.replace("Folder fld_1", "Renamed"));
}
