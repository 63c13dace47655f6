//! What `diff`, `diff-file` and `show` say of a change.

use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::support::{COLLECTION, Installation};

/// The output of `diff-file`, as words and its verdict.
fn compared(old: &str, new: &str) -> (String, String) {
    let here = Installation::new();
    here.write("old.yaml", old);
    here.write("new.yaml", new);
    let command = ["diff-file", "old.yaml", "new.yaml"];
    let verdict = here.syncline(command.iter().chain(&["--json"])).expect_code(0).json()["verdict"].clone();
    let words = here.syncline(command).expect_code(0).stdout();
    (words, verdict.as_str().expect("a word").to_owned())
}

#[test]
fn two_files_have_a_verdict() {
    let verdict = |old: &str, new: &str| compared(old, new).1;
    assert_eq!(verdict("a: 1\nb: 2\n", "a: 1\nb: 2\n"), "identical");
    assert_eq!(verdict("a: 1\nb: 2\n", "b: 2\na: 1\n"), "order only");
    assert_eq!(verdict("a: 1\nb: 2\n", "a: 1 # why\nb: 2\n"), "metadata only");
    assert_eq!(verdict("a: 1\nb: 2\n", "b: 3\na: 1\n"), "content");
    assert_eq!(verdict("a: [1\n", "a: [2\n"), "content");
    let stamped = COLLECTION.replace("modified: 1700000000001", "modified: 1700000000009");
    assert_eq!(verdict(COLLECTION, &stamped), "metadata only");
}

#[test]
fn a_folder_has_a_verdict_for_each_file_and_for_all() {
    let here = Installation::with_collection();
    here.write("more.yaml", "a: 1\nlist: [{name: x}, {name: y}]\n");
    here.syncline(["commit", "-m", "More"]).expect_code(0);
    assert_eq!(here.syncline(["diff", "--json"]).json()["verdict"], "identical");
    here.replace("library.yaml", "modified: 1700000000001", "modified: 1700000000009");
    let object = here.syncline(["diff", "--json"]).json();
    assert_eq!(
        object,
        json!({"version": 1, "verdict": "metadata only", "files": [], "noise": ["library.yaml"]})
    );
    here.write("more.yaml", "a: 1\nlist: [{name: y}, {name: x}]\n");
    let object = here.syncline(["diff", "--json"]).json();
    assert_eq!(
        (&object["verdict"], &object["files"][0]["verdict"]),
        (&json!("order only"), &json!("order only"))
    );
    assert_data_eq!(
        here.syncline(["diff"]).expect_code(0).stdout(),
        str![[r#"
~ modified yaml more.yaml
    list: [{"name":"x"},{"name":"y"}] → [{"name":"y"},{"name":"x"}] (reordered)
= only the order differs in more.yaml
= only metadata (timestamps, local fields, comments, layout) differs in library.yaml

"#]]
    );
    here.replace("library.yaml", "method: POST", "method: PUT");
    here.syncline(["commit", "-m", "Put"]).expect_code(0);
    let object = here.syncline(["show", "--json"]).json();
    assert_eq!((&object["verdict"], &object["files"][0]["verdict"]), (&json!("content"), &json!("content")));
}

#[test]
fn items_of_lists_have_names_and_renames_are_told() {
    let old = "type: collection.insomnia.rest/5.0\nname: L\nmeta: {id: wrk_1}\ncollection:\n  - name: Lend\n    \
               url: a\n    method: GET\n    meta: {id: req_1}\n    headers:\n      - {name: Accept, value: json}\n";
    let new = old.replace("name: Lend", "name: Borrow").replace("json", "xml");
    assert_data_eq!(
        compared(old, &new).0,
        str![[r#"
~ modified Request Lend → Borrow  new.yaml
    name: "Lend" → "Borrow"
    headers[Accept]/value: "json" → "xml"

"#]]
    );
}

#[test]
fn long_values_are_told_by_what_differs() {
    let long = |end: &str| format!("text: {}{end}\n", "abcdefghij".repeat(12));
    assert_data_eq!(
        compared(&long("1"), &long("2")).0,
        str![[r#"
~ modified yaml new.yaml
    text:
      - …ijabcdefghij1"
      + …ijabcdefghij2"

"#]]
    );
}

#[test]
fn long_lists_are_told_by_items() {
    let list = |third: &str| {
        format!("hosts: [alpha.example, beta.example, {third}.example, delta.example, omega.example]\n")
    };
    assert_data_eq!(
        compared(&list("gamma"), &list("kappa, lambda")).0,
        str![[r#"
~ modified yaml new.yaml
    hosts:
      @@ -1,5 +1,6 @@
       "alpha.example"
       "beta.example"
      -"gamma.example"
      +"kappa"
      +"lambda.example"
       "delta.example"
       "omega.example"

"#]]
    );
}

#[test]
fn a_move_says_from_where_to_where() {
    let [lend, back] =
        ["lend", "back"].map(|id| format!("      - {{url: /{id}, name: {id}, meta: {{id: req_{id}}}}}\n"));
    let folder = |name: &str, inside: &str| {
        format!("  - name: {name}\n    meta: {{id: fld_{name}}}\n    children:\n{inside}")
    };
    let text = |loans: &str, books: &str| {
        let folders = folder("Loans", loans) + &folder("Books", books);
        format!("type: collection.insomnia.rest/5.0\nmeta: {{id: wrk_1}}\ncollection:\n{folders}")
    };
    let here = Installation::new();
    here.write("old.yaml", &text(&lend, &back));
    here.write("new.yaml", &text("      []\n", &[back, lend].concat()));
    assert_data_eq!(
        here.syncline(["diff-file", "old.yaml", "new.yaml"]).expect_code(0).stdout(),
        str![[r#"
> moved Request lend  new.yaml
    from Loans to Books

"#]]
    );
    let object = here.syncline(["diff-file", "old.yaml", "new.yaml", "--json"]).expect_code(0).json();
    let change = &object["changes"][0];
    assert_eq!(change["old_parent"], json!({"id": "fld_Loans", "name": "Loans"}));
    assert_eq!(change["parent"], json!({"id": "fld_Books", "name": "Books"}));
}
