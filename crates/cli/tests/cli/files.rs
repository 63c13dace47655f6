//! `merge-file` and `diff-file`, which need no repository.

use snapbox::{assert_data_eq, str};

use crate::support::{COLLECTION, Installation};

fn three(base: &str, ours: &str, theirs: &str) -> Installation {
    let here = Installation::new();
    here.write("base.yaml", base);
    here.write("ours.yaml", ours);
    here.write("theirs.yaml", theirs);
    here
}

const MERGE: [&str; 4] = ["merge-file", "base.yaml", "ours.yaml", "theirs.yaml"];

#[test]
fn edits_of_different_fields_merge() {
    let here =
        three(COLLECTION, &COLLECTION.replace("/loans", "/lendings"), &COLLECTION.replace("POST", "PUT"));
    let ran = here.syncline(MERGE).expect_code(0);
    assert_data_eq!(ran.stdout(), COLLECTION.replace("/loans", "/lendings").replace("POST", "PUT"));
}

#[test]
fn one_field_changed_twice_is_held() {
    let here = three(COLLECTION, &COLLECTION.replace("POST", "PATCH"), &COLLECTION.replace("POST", "PUT"));
    let ran = here.syncline(MERGE.into_iter().chain(["--conflicts", "conflicts.json"])).expect_code(1);
    assert_data_eq!(ran.stdout(), COLLECTION.replace("POST", "PATCH"));
    assert_data_eq!(
        here.stable(&here.read("conflicts.json")),
        str![[r#"
{
  "version": 1,
  "conflicts": [
    {
      "id": "[ID]",
      "path": "ours.yaml",
      "kind": "Request",
      "resource": "req_2",
      "name": "Lend a book",
      "field": "/collection/1/method",
      "base": "POST",
      "ours": "PATCH",
      "theirs": "PUT",
      "place": "field",
      "kept": "ours",
      "within": "/method"
    }
  ]
}

"#]]
    );
}

#[test]
fn a_value_that_is_left_out_is_told_of() {
    let here = three("a: 1\n", "a: 2\n", "a: 3\n");
    assert_data_eq!(
        here.syncline(MERGE).transcript(),
        str![[r#"
a: 2
stderr: hint: where both changed one field, ours is in the output; `--conflicts FILE` writes theirs down
exit: 1

"#]]
    );
    assert_data_eq!(
        here.syncline(MERGE.into_iter().chain(["--quiet"])).transcript(),
        str![[r#"
a: 2
exit: 1

"#]]
    );
}

/// Standard output is the bytes of `git merge-file`, with its markers.
fn expect_gits_bytes(here: &Installation, [base, ours, theirs]: [&str; 3]) {
    let ran = here.syncline(["merge-file", base, ours, theirs]).expect_code(1);
    let options = ["merge-file", "-p", "-L", "ours", "-L", "base", "-L", "theirs", ours, base, theirs];
    assert_eq!(ran.output.stdout, here.home.try_git(&here.folder, options).stdout);
    assert!(ran.stdout().contains("<<<<<<< ours"));
}

#[test]
fn unreadable_versions_merge_as_git_does() {
    let here = three("a: {{ x }}: 1\nb: [\n", "a: {{ y }}: 1\nb: [\n", "a: {{ z }}: 1\nb: [\n");
    expect_gits_bytes(&here, ["base.yaml", "ours.yaml", "theirs.yaml"]);
}

#[test]
fn repeated_keys_merge_without_markers() {
    let here = three("a: 1\na: 2\n", "a: 1\na: 3\n", "a: 1\na: 4\n");
    let ran = here.syncline(MERGE).expect_code(1);
    assert_eq!(ran.stdout(), "a: 1\na: 3\n");
}

#[test]
fn text_merges_as_git_does() {
    let here = Installation::new();
    here.write("base.txt", "a\nb\n");
    here.write("ours.txt", "a\nc\n");
    here.write("theirs.txt", "a\nd\n");
    expect_gits_bytes(&here, ["base.txt", "ours.txt", "theirs.txt"]);
}

#[test]
fn files_and_formats_that_are_not_there() {
    let here = three(COLLECTION, COLLECTION, COLLECTION);
    assert_data_eq!(
        here.syncline(["merge-file", "base.yaml", "ours.yaml", "nothing.yaml"]).transcript(),
        str![[r#"
stderr: error: `nothing.yaml` cannot be read: No such file or directory (os error 2)
stderr: hint: name a file or folder that is there
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(MERGE.into_iter().chain(["--format", "nothing"])).transcript(),
        str![[r#"
stderr: error: there is no format `nothing`
stderr: hint: the formats are insomnia-v5, insomnia-v4, xpipe, harness, test-studio, postman, grafana, openapi, home-assistant, kubernetes, compose, github-workflows, generic
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(MERGE.into_iter().chain(["--path", "../x.yaml"])).transcript(),
        str![[r#"
stderr: error: `--path` takes a path inside a repository: `../x.yaml` has the part `..`, which Git does not allow
exit: 2

"#]]
    );
}

#[test]
fn two_files_are_compared_by_fields() {
    let here = Installation::new();
    here.write("old.yaml", COLLECTION);
    here.write("new.yaml", &COLLECTION.replace("/loans", "/lendings"));
    assert_data_eq!(
        here.syncline(["diff-file", "old.yaml", "new.yaml"]).transcript(),
        str![[r#"
~ modified Request Lend a book  new.yaml
    url: "https://library.example/loans" → "https://library.example/lendings"
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["diff-file", "/dev/null", "new.yaml"]).transcript(),
        str![[r#"
+ added Workspace Library  new.yaml
    type: "collection.insomnia.rest/5.0"
    name: "Library"
    meta/id: "wrk_1"
    meta/created: 1700000000000
    meta/modified: 1700000000000
+ added Request List books  new.yaml
    url: "https://library.example/books"
    name: "List books"
    meta/id: "req_1"
    meta/created: 1700000000001
    meta/modified: 1700000000001
    meta/sortKey: -1
    method: "GET"
+ added Request Lend a book  new.yaml
    url: "https://library.example/lendings"
    name: "Lend a book"
    meta/id: "req_2"
    meta/created: 1700000000002
    meta/modified: 1700000000002
    meta/sortKey: -2
    method: "POST"
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["diff-file", "old.yaml", "old.yaml"]).transcript(),
        str![[r#"
exit: 0

"#]]
    );
    here.write("new.yaml", &COLLECTION.replace("method: POST", "method: POST # as before"));
    assert_data_eq!(
        here.syncline(["diff-file", "old.yaml", "new.yaml"]).transcript(),
        str![[r#"
diff --git a/new.yaml b/new.yaml
--- a/new.yaml
+++ b/new.yaml
@@ -20,4 +20,4 @@
       created: 1700000000002
       modified: 1700000000002
       sortKey: -2
-    method: POST
+    method: POST # as before
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["diff-file", "old.yaml", "new.yaml", "x"]).transcript(),
        str![[r#"
stderr: error: diff-file takes two files, or the seven arguments that git gives a diff driver
stderr: hint: try `syncline diff-file OLD NEW`
exit: 2

"#]]
    );
}

#[test]
fn text_is_compared_by_lines() {
    let here = Installation::new();
    here.write("old.txt", "a\nb\n");
    here.write("new.txt", "a\nc\n");
    assert_data_eq!(
        here.syncline(["diff-file", "old.txt", "new.txt"]).transcript(),
        str![[r#"
diff --git a/new.txt b/new.txt
--- a/new.txt
+++ b/new.txt
@@ -1,2 +1,2 @@
 a
-b
+c
exit: 0

"#]]
    );
}

#[test]
fn git_calls_it_as_a_diff_driver() {
    let here = Installation::with_collection();
    let program = env!("CARGO_BIN_EXE_syncline");
    here.git(["config", "diff.syncline.command", &format!("'{program}' diff-file")]);
    here.write(".git/info/attributes", "*.yaml diff=syncline\n");
    here.replace("library.yaml", "/loans", "/lendings");
    here.write("new.yaml", "a: 1\n");
    here.git(["add", "--intent-to-add", "new.yaml"]);
    assert_data_eq!(
        here.git(["diff"]),
        str![[r#"
~ modified Request Lend a book  library.yaml
    url: "https://library.example/loans" → "https://library.example/lendings"
+ added yaml new.yaml
    a: 1
"#]]
    );
}

#[test]
fn a_merged_file_is_no_report() {
    let here = three("a: 1\n", "a: 2\n", "a: 1\n");
    assert_data_eq!(
        here.syncline(MERGE.into_iter().chain(["--json"])).transcript(),
        str![[r#"
{
  "version": 1,
  "error": {
    "kind": "usage",
    "exit": 2,
    "message": "`merge-file` prints the merged file, no report: `--json` does not go with it",
    "hints": [
      "`--conflicts FILE` writes the conflicts as JSON"
    ]
  }
}
stderr: error: `merge-file` prints the merged file, no report: `--json` does not go with it
stderr: hint: `--conflicts FILE` writes the conflicts as JSON
exit: 2

"#]]
    );
    here.syncline(["completions", "bash", "--json"]).expect_code(2);
}
