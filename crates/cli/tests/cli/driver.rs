//! `install-driver`: plain git merges, rebases, picks and compares with our program.

use std::fs;
use std::path::Path;

use snapbox::{assert_data_eq, str};

use crate::support::{COLLECTION, Installation};

/// A repository of git's with one collection in a file with a space in its name, and the driver.
fn with_driver() -> Installation {
    let here = Installation::new();
    here.git(["init", "-q"]);
    here.syncline(["install-driver"]).expect_code(0);
    here.write(FILE, COLLECTION);
    commit(&here, "Add the library");
    here
}

const FILE: &str = "the library.yaml";

fn commit(here: &Installation, message: &str) {
    here.git(["add", "--all"]);
    here.git(["commit", "-q", "-m", message]);
}

/// Two branches that both change the file: `main` from one text to another, `other` to a third.
fn diverged(here: &Installation, ours: &str, theirs: &str) {
    here.git(["switch", "-q", "-c", "other"]);
    here.write(FILE, theirs);
    commit(here, "Theirs");
    here.git(["switch", "-q", "main"]);
    here.write(FILE, ours);
    commit(here, "Ours");
}

fn ours() -> String {
    COLLECTION.replace("POST", "PATCH").replace("/loans", "/lendings")
}

fn theirs() -> String {
    COLLECTION.replace("POST", "PUT").replace("name: Lend a book", "name: Lend")
}

/// The field that both changed as it was in ours, everything else of both sides.
fn merged() -> String {
    ours().replace("name: Lend a book", "name: Lend")
}

fn try_git(here: &Installation, arguments: &[&str]) -> (i32, String, String) {
    let output = here.home.try_git(&here.folder, arguments);
    let text = |bytes: &[u8]| here.stable(&String::from_utf8_lossy(bytes));
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

/// `base → ours | theirs` of what is held, and the exit code of `conflicts`.
fn held(here: &Installation) -> Vec<String> {
    let ran = here.syncline(["conflicts", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&ran.output.stdout).expect("JSON");
    let conflicts = json["conflicts"].as_array().expect("a list");
    assert_eq!(ran.output.status.code(), Some(i32::from(!conflicts.is_empty())));
    conflicts.iter().map(|it| format!("{} → {} | {}", it["base"], it["ours"], it["theirs"])).collect()
}

const POST: &str = r#""POST" → "PATCH" | "PUT""#;

#[test]
fn git_merges_different_fields_of_one_line_stretch() {
    let here = with_driver();
    diverged(&here, &COLLECTION.replace("POST", "PATCH"), &COLLECTION.replace("/loans", "/lendings"));
    here.git(["merge", "-q", "--no-edit", "other"]);
    assert_eq!(here.read(FILE), COLLECTION.replace("POST", "PATCH").replace("/loans", "/lendings"));
    assert!(held(&here).is_empty());
}

#[test]
fn git_holds_a_field_that_both_changed() {
    let here = with_driver();
    diverged(&here, &ours(), &theirs());
    let (code, stdout, stderr) = try_git(&here, &["merge", "other"]);
    assert_eq!(code, 1);
    assert_data_eq!(
        stdout,
        str![[r#"
Auto-merging the library.yaml
CONFLICT (content): Merge conflict in the library.yaml
Automatic merge failed; fix conflicts and then commit the result.

"#]]
    );
    assert_data_eq!(
        stderr,
        str![[r#"
warning: the library.yaml: 1 conflict; HEAD stays in the file, without markers
  [CONFLICT]  Request Lend  /method
hint: what other has is held: settle it with `syncline conflicts` when git is done, or edit the file now

"#]]
    );
    assert_eq!(here.read(FILE), merged());
    assert_eq!(held(&here), [POST]);
    assert_eq!(here.git(["diff", "--name-only", "--diff-filter=U"]), FILE);
    here.syncline(["resolve", "--all", "--take", "theirs"]).expect_code(3);

    commit(&here, "Merge");
    assert_eq!(held(&here), [POST]);
    here.syncline(["resolve", "--all", "--take", "theirs"]).expect_code(0);
    assert_eq!(here.read(FILE), merged().replace("PATCH", "PUT"));
    assert!(held(&here).is_empty());
}

#[test]
fn what_is_settled_while_git_merges_is_settled() {
    let here = with_driver();
    diverged(&here, &ours(), &theirs());
    try_git(&here, &["merge", "other"]);
    here.replace(FILE, "PATCH", "DELETE");
    commit(&here, "Merge");
    assert!(held(&here).is_empty());
}

#[test]
fn a_merge_that_is_given_up_leaves_nothing() {
    let here = with_driver();
    diverged(&here, &ours(), &theirs());
    try_git(&here, &["merge", "other"]);
    here.git(["merge", "--abort"]);
    assert!(held(&here).is_empty());
    here.write("more.yaml", "a: 1\n");
    commit(&here, "More");
    assert!(held(&here).is_empty());
    assert_eq!(here.git(["status", "--porcelain"]), "");
}

#[test]
fn a_rebase_holds_what_the_own_commit_has() {
    let here = with_driver();
    diverged(&here, &ours(), &theirs());
    here.git(["switch", "-q", "other"]);
    let (code, _, _) = try_git(&here, &["rebase", "main"]);
    assert_eq!(code, 1);
    assert_eq!(here.read(FILE), merged());
    assert_eq!(held(&here), [POST]);
    here.git(["add", FILE]);
    here.git(["-c", "core.editor=true", "rebase", "--continue"]);
    assert_eq!(here.git(["log", "--format=%s", "-2"]), "Theirs\nOurs");
    assert_eq!(held(&here), [POST]);
    here.syncline(["resolve", "--all", "--take", "theirs"]).expect_code(0);
    assert_eq!(here.read(FILE), merged().replace("PATCH", "PUT"));
}

#[test]
fn a_commit_that_comes_to_nothing_in_a_rebase_is_not_lost() {
    let here = with_driver();
    diverged(&here, &COLLECTION.replace("POST", "PATCH"), &COLLECTION.replace("POST", "PUT"));
    here.git(["switch", "-q", "other"]);
    try_git(&here, &["rebase", "main"]);
    here.git(["add", FILE]);
    here.git(["-c", "core.editor=true", "rebase", "--continue"]);
    assert_eq!(here.git(["rev-parse", "other"]), here.git(["rev-parse", "main"]));
    assert_eq!(held(&here), [POST]);
}

#[test]
fn a_rebase_that_is_given_up_leaves_nothing() {
    let here = with_driver();
    diverged(&here, &ours(), &theirs());
    here.git(["switch", "-q", "other"]);
    try_git(&here, &["rebase", "main"]);
    here.git(["rebase", "--abort"]);
    assert_eq!(here.read(FILE), theirs());
    assert!(held(&here).is_empty());
}

#[test]
fn a_picked_commit_holds_what_it_has() {
    let here = with_driver();
    diverged(&here, &ours(), &theirs());
    let (code, _, _) = try_git(&here, &["cherry-pick", "other"]);
    assert_eq!(code, 1);
    assert_eq!(here.read(FILE), merged());
    here.git(["add", FILE]);
    here.git(["-c", "core.editor=true", "cherry-pick", "--continue"]);
    assert_eq!(held(&here), [POST]);
}

#[test]
fn what_was_given_up_is_not_held_by_the_next_commit() {
    let here = with_driver();
    diverged(&here, &ours(), &theirs());
    for (start, end) in [
        (&["cherry-pick", "other"][..], &["cherry-pick", "--abort"][..]),
        (&["cherry-pick", "other"], &["reset", "-q", "--hard"]),
        (&["merge", "--squash", "other"], &["reset", "-q", "--hard"]),
    ] {
        let (code, ..) = try_git(&here, start);
        assert_eq!((code, here.read(FILE)), (1, merged()), "{start:?}");
        here.git(end);
        here.git(["commit", "-q", "--allow-empty", "-m", "Something else"]);
        assert!(held(&here).is_empty(), "{start:?} {end:?}");
    }
}

#[test]
fn a_squashed_branch_holds_what_it_has() {
    let here = with_driver();
    diverged(&here, &ours(), &theirs());
    let (code, ..) = try_git(&here, &["merge", "--squash", "other"]);
    assert_eq!((code, here.read(FILE)), (1, merged()));
    assert_eq!(held(&here), [POST]);
    commit(&here, "All of other");
    assert_eq!(held(&here), [POST]);
    here.syncline(["resolve", "--all", "--take", "theirs"]).expect_code(0);
    assert_eq!(here.read(FILE), merged().replace("PATCH", "PUT"));
    here.write("more.yaml", "a: 1\n");
    commit(&here, "More");
    assert!(held(&here).is_empty());
}

#[test]
fn a_stash_holds_what_it_has_once_it_is_committed() {
    let here = with_driver();
    here.write(FILE, &theirs());
    here.git(["stash", "--quiet"]);
    here.write(FILE, &ours());
    commit(&here, "Ours");
    let (code, ..) = try_git(&here, &["stash", "pop"]);
    assert_eq!((code, here.read(FILE)), (1, merged()));
    assert_eq!(held(&here), [POST]);
    commit(&here, "Take what was stashed");
    assert_eq!(held(&here), [POST]);
    here.git(["reset", "--quiet", "--hard", "HEAD~1"]);
    assert!(held(&here).is_empty());
}

#[test]
fn work_can_be_staged_line_by_line() {
    let here = with_driver();
    here.write(FILE, &ours());
    let mut command = here.home.command("sh");
    let staged =
        command.current_dir(&here.folder).args(["-c", "printf 'y\\nn\\n' | git add --patch"]).output();
    let shown = String::from_utf8(staged.expect("sh is there").stdout).expect("text");
    assert!(shown.contains("@@ "), "{shown}");
    assert_eq!(here.git(["diff", "--cached", "--name-only"]), FILE);
}

#[test]
fn a_merge_in_a_linked_work_tree_is_its_own() {
    let mut here = with_driver();
    diverged(&here, &ours(), &theirs());
    here.git(["worktree", "add", "-q", "-b", "side", "../a \"linked\" one", "main"]);
    let main = here.folder.clone();
    here.enter("a \"linked\" one");
    let (code, _, _) = try_git(&here, &["merge", "other"]);
    assert_eq!((code, here.read(FILE)), (1, merged()));
    assert_eq!(held(&here), [POST]);
    here.syncline(["install-driver", "--remove"]).expect_code(0);
    here.folder = main;
    assert!(held(&here).is_empty());
    assert!(!here.read(".git/config").contains("syncline"));
}

#[test]
fn a_file_that_both_added_merges_by_fields() {
    let here = with_driver();
    here.git(["switch", "-q", "-c", "other"]);
    here.write("new.json", "{\n  \"a\": 1,\n  \"b\": 2\n}\n");
    commit(&here, "Theirs");
    here.git(["switch", "-q", "main"]);
    here.write("new.json", "{\n  \"a\": 3,\n  \"c\": 4\n}\n");
    commit(&here, "Ours");
    let (code, stdout, _) = try_git(&here, &["merge", "other"]);
    assert_eq!(code, 1);
    assert!(stdout.contains("CONFLICT (add/add)"), "{stdout}");
    let merged: serde_json::Value = serde_json::from_str(&here.read("new.json")).unwrap();
    assert_eq!(merged, serde_json::json!({"a": 3, "b": 2, "c": 4}));
    assert_eq!(held(&here), ["null → 3 | 1"]);
}

#[test]
fn a_file_that_one_side_removed_is_left_to_git() {
    let here = with_driver();
    here.git(["switch", "-q", "-c", "other"]);
    here.git(["rm", "-q", FILE]);
    here.git(["commit", "-q", "-m", "Remove it"]);
    here.git(["switch", "-q", "main"]);
    here.write(FILE, &ours());
    commit(&here, "Ours");
    let (code, stdout, stderr) = try_git(&here, &["merge", "other"]);
    assert_eq!((code, stderr.as_str()), (1, ""));
    assert!(stdout.contains("CONFLICT (modify/delete)"), "{stdout}");
    assert_eq!(here.read(FILE), ours());
}

#[test]
fn a_file_that_cannot_be_read_gets_gits_own_markers() {
    let texts = ["a: [1\nb: 2\n", "a: [1\nb: 3\n", "a: [1\nb: 4\n"];
    let merged = |here: Installation| {
        here.git(["config", "merge.conflictStyle", "diff3"]);
        here.write("bad.yaml", texts[0]);
        commit(&here, "Bad");
        here.git(["switch", "-q", "-c", "other"]);
        here.write("bad.yaml", texts[2]);
        commit(&here, "Theirs");
        here.git(["switch", "-q", "main"]);
        here.write("bad.yaml", texts[1]);
        commit(&here, "Ours");
        let (code, ..) = try_git(&here, &["merge", "other"]);
        (code, here.read("bad.yaml").replace(&here.git(["rev-parse", "--short", "HEAD~1"]), "[BASE]"))
    };
    let by_git = {
        let here = with_driver();
        here.syncline(["install-driver", "--remove"]).expect_code(0);
        here
    };
    let expected = merged(by_git);
    assert!(expected.1.contains("<<<<<<< HEAD\n"), "{}", expected.1);
    assert_eq!(merged(with_driver()), expected);
}

#[test]
fn conflicts_between_common_bases_concern_nobody() {
    let here = with_driver();
    diverged(&here, &ours(), &theirs());
    let (ours, theirs) = (here.git(["rev-parse", "main"]), here.git(["rev-parse", "other"]));
    // Each merges the other and keeps its own: then the two have two bases, which are in conflict.
    here.git(["merge", "-q", "-s", "ours", "--no-edit", &theirs]);
    here.git(["switch", "-q", "other"]);
    here.git(["merge", "-q", "-s", "ours", "--no-edit", &ours]);
    here.write("more.yaml", "a: 1\n");
    commit(&here, "More");
    here.git(["switch", "-q", "main"]);
    let (code, ..) = try_git(&here, &["merge", "--no-edit", "other"]);
    let held = held(&here);
    // The common base has what both changed, and in the field the value before both: each side took the
    // other's changes back, and the field is in conflict again.
    assert_eq!(held, [POST]);
    assert_eq!((code, here.read(FILE)), (1, COLLECTION.replace("POST", "PATCH")));
}

#[test]
fn a_merge_that_is_only_tried_holds_nothing() {
    let here = with_driver();
    diverged(&here, &ours(), &theirs());
    let (code, _, stderr) = try_git(&here, &["merge-tree", "--write-tree", "main", "other"]);
    assert_eq!((code, stderr.as_str()), (1, ""));
    here.write("more.yaml", "a: 1\n");
    commit(&here, "More");
    assert!(held(&here).is_empty());
}

#[test]
fn git_shows_fields() {
    let here = with_driver();
    here.write(FILE, &ours());
    assert_data_eq!(
        here.git(["diff"]) + "\n",
        str![[r#"
~ modified Request Lend a book  the library.yaml
    url: "https://library.example/loans" → "https://library.example/lendings"
    method: "POST" → "PATCH"

"#]]
    );
    commit(&here, "Change it");
    let log = here.git(["log", "-p", "--ext-diff", "-1", "--format=%s"]);
    assert!(log.contains("method: \"POST\" → \"PATCH\""), "{log}");
    let patch = here.git(["log", "-p", "-1", "--format=%s"]);
    assert!(patch.contains("+++ b/the library.yaml"), "{patch}");
}

#[test]
fn git_shows_lines_of_what_cannot_be_read_and_modes() {
    let here = with_driver();
    here.write("bad.yaml", "a: [1\n");
    here.write("run.json", "{\"a\": 1}\n");
    commit(&here, "Bad");
    here.write("bad.yaml", "a: [2\n");
    let diff = here.git(["diff"]);
    assert!(diff.ends_with("@@ -1 +1 @@\n-a: [1\n+a: [2"), "{diff}");
    here.git(["checkout", "-q", "."]);
    here.git(["update-index", "--chmod=+x", "run.json"]);
    let diff = here.git(["diff", "--cached"]);
    assert!(diff.contains("old mode 100644\nnew mode 100755"), "{diff}");
}

#[test]
fn git_shows_a_renamed_file_as_moved() {
    let here = with_driver();
    here.git(["mv", FILE, "books.yaml"]);
    let diff = here.git(["diff", "--cached", "-M"]);
    assert!(diff.contains("> moved"), "{diff}");
    assert!(diff.contains("the library.yaml → books.yaml"), "{diff}");
}

#[test]
fn the_driver_comes_and_goes_without_a_trace() {
    let here = Installation::new();
    here.git(["init", "-q"]);
    here.write(".git/info/attributes", "*.json -diff\n*.png binary");
    let files = [".git/config", ".git/info/attributes"];
    let before = files.map(|file| here.read(file));
    here.syncline(["install-driver"]).expect_code(0);
    let installed = files.map(|file| here.read(file));
    assert_ne!(installed, before);
    let again = here.syncline(["install-driver", "--json"]).expect_code(0).stdout();
    assert!(again.contains("\"changed\": false"), "{again}");
    assert_eq!(files.map(|file| here.read(file)), installed);
    // What the user wrote wins.
    assert_eq!(here.git(["check-attr", "diff", "x.json"]), "x.json: diff: unset");
    here.syncline(["install-driver", "--remove"]).expect_code(0);
    assert_eq!(files.map(|file| here.read(file)), before);
    here.syncline(["install-driver", "--remove"]).expect_code(0);
    assert_eq!(files.map(|file| here.read(file)), before);
}

#[test]
fn lines_of_the_user_that_name_the_driver_are_left_and_told() {
    let here = Installation::new();
    here.git(["init", "-q"]);
    here.syncline(["install-driver"]).expect_code(0);
    let own = "*.conf merge=syncline\n";
    here.write(".git/info/attributes", &(here.read(".git/info/attributes") + own));
    let ran = here.syncline(["install-driver", "--remove"]).expect_code(0);
    assert_eq!(here.read(".git/info/attributes"), own);
    assert!(ran.stderr().contains("*.conf merge=syncline"), "{}", ran.stderr());
}

#[test]
fn the_user_has_it_in_every_repository() {
    let here = Installation::new();
    let config = || fs::read_to_string(here.home.path().join(".gitconfig")).unwrap();
    let before = config();
    here.syncline(["install-driver", "--global"]).expect_code(0);
    here.git(["init", "-q"]);
    here.write(FILE, COLLECTION);
    commit(&here, "Add the library");
    diverged(&here, &ours(), &theirs());
    try_git(&here, &["merge", "other"]);
    assert_eq!((here.read(FILE), held(&here)), (merged(), vec![POST.to_owned()]));
    here.git(["merge", "--abort"]);
    here.syncline(["install-driver", "--global", "--remove"]).expect_code(0);
    assert_eq!(config(), before);
    assert!(!here.home.path().join(".config/git/attributes").exists());
}

#[test]
fn the_users_attributes_are_where_git_reads_them() {
    let here = Installation::new();
    here.git(["config", "--global", "core.attributesFile", "~/my attributes"]);
    here.syncline(["install-driver", "--global"]).expect_code(0);
    here.git(["init", "-q"]);
    assert_eq!(here.git(["check-attr", "merge", "x.yaml"]), "x.yaml: merge: syncline");
}

#[test]
fn a_program_with_an_odd_path_is_found_and_one_that_is_gone_is_done_without() {
    let here = Installation::new();
    let folder = here.home.folder("it's \"100%\" here");
    let program = folder.join("syncline");
    copy_program(&program);
    here.git(["init", "-q"]);
    let installed = here.home.command(&program).current_dir(&here.folder).arg("install-driver").output();
    assert!(installed.unwrap().status.success());
    here.write(FILE, COLLECTION);
    commit(&here, "Add the library");
    diverged(&here, &ours(), &theirs());
    try_git(&here, &["merge", "other"]);
    assert_eq!(here.read(FILE), merged());
    assert!(here.git(["diff", "main~1", "main"]).contains("~ modified"));
    here.git(["merge", "--abort"]);

    fs::remove_file(&program).unwrap();
    let (code, ..) = try_git(&here, &["merge", "other"]);
    assert_eq!(code, 1);
    assert!(here.read(FILE).contains("<<<<<<< HEAD"), "{}", here.read(FILE));
    here.git(["merge", "--abort"]);
    assert!(here.git(["diff", "main~1", "main"]).contains("@@ "));
}

fn copy_program(to: &Path) {
    fs::copy(env!("CARGO_BIN_EXE_syncline"), to).expect("the home can be written");
}

#[test]
fn a_file_that_is_no_text_is_named_and_left_to_the_user() {
    let here = with_driver();
    let of = |letter: &str| format!("a: {letter}\0\n");
    here.write(FILE, &of("x"));
    commit(&here, "No text");
    diverged(&here, &of("y"), &of("z"));
    let (code, _, stderr) = try_git(&here, &["merge", "other"]);
    assert_eq!(code, 1);
    assert_data_eq!(
        stderr,
        str![[r#"
error: both sides changed `the library.yaml`, and it is no text
hint: take one of the two as it is

"#]]
    );
    assert_eq!(here.read(FILE), of("y"));
}

#[test]
fn git_that_merges_many_files_has_the_format_found_out_once() {
    let here = with_driver();
    diverged(&here, &COLLECTION.replace("POST", "PATCH"), &COLLECTION.replace("/loans", "/lendings"));
    here.git(["merge", "-q", "--no-edit", "other"]);
    let remembered = here.read(".git/syncline/format");
    assert!(remembered.ends_with("insomnia-v5"), "{remembered}");
}

#[test]
fn git_compares_by_a_format_that_the_repository_describes() {
    let here = with_driver();
    let guide = include_str!("../../../../docs/formats.md");
    let description = guide.split_once("```toml\n").and_then(|(_, rest)| rest.split_once("```"));
    here.write(".syncline/formats/library.toml", description.expect("the guide has one").0);
    here.write(
        "shelf.yaml",
        "library: shelf/1\nid: s1\nname: Poetry\nbooks:\n  - {isbn: i1, title: Tides}\n",
    );
    commit(&here, "Describe shelves");
    here.replace("shelf.yaml", "Tides", "Waves");
    assert_data_eq!(
        here.git(["diff", "shelf.yaml"]),
        str![[r#"
~ modified Book Tides → Waves  shelf.yaml
    title: "Tides" → "Waves"
"#]]
    );
}
