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
