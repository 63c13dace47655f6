//! Past merges, done again.

use serde_json::json;

use crate::support::{COLLECTION, Installation};

const MOST: [&str; 4] = ["as_committed", "same_data", "otherwise", "in_conflict"];

/// Merges `theirs` into `ours`, both grown from what is there, as somebody who settles it by hand.
fn merge_by_hand(here: &Installation, path: &str, [ours, theirs, committed]: [&str; 3], message: &str) {
    here.git(["switch", "-qc", "side"]);
    here.write(path, theirs);
    here.git(["commit", "-qam", "Theirs"]);
    here.git(["switch", "-q", "main"]);
    here.write(path, ours);
    here.git(["commit", "-qam", "Ours"]);
    here.git(["merge", "-q", "--no-ff", "--no-commit", "-s", "ours", "side"]);
    here.write(path, committed);
    here.git(["add", "."]);
    here.git(["commit", "-qm", message]);
    here.git(["branch", "-qD", "side"]);
}

/// A history in which git and Syncline fare differently.
fn with_merges() -> Installation {
    let here = Installation::with_collection();
    let with = |method: &str, name: &str| {
        COLLECTION.replace("method: POST", method).replace("name: Lend a book", name)
    };
    // Two fields of one request that stand next to each other: lines conflict, fields do not.
    let two = COLLECTION.replace("    name: List books\n", "    name: List all books\n");
    let url = COLLECTION.replace("example/books", "example/all-books");
    let both = two.replace("example/books", "example/all-books");
    merge_by_hand(&here, "library.yaml", [&two, &url, &both], "Merge two fields");
    here.write("library.yaml", COLLECTION);
    here.git(["commit", "-qam", "Go back"]);
    // One field.
    let (ours, theirs) =
        (with("method: PUT", "name: Lend a book"), with("method: PATCH", "name: Lend a book"));
    merge_by_hand(&here, "library.yaml", [&ours, &theirs, &theirs], "Merge one field");
    here.write("library.yaml", COLLECTION);
    here.git(["commit", "-qam", "Go back"]);
    // Far apart, and somebody changed more while merging.
    let (ours, theirs) = (two, with("method: PUT", "name: Lend a book"));
    let other = both.replace("name: Library", "name: <i>Our</i> library");
    merge_by_hand(&here, "library.yaml", [&ours, &theirs, &other], "Merge and change <b>more</b>");
    here
}

#[test]
fn git_and_syncline_are_counted_by_format() {
    let here = with_merges();
    let before = here.git(["count-objects"]);
    let report = here.syncline(["replay", "--json"]).expect_code(0).json();
    assert_eq!(here.git(["count-objects"]), before, "nothing is written");
    assert_eq!(here.git(["status", "--porcelain"]), "");
    assert_eq!((&report["looked_at"], &report["left_out"]), (&json!(3), &json!(0)));
    let of = |program: &str| MOST.map(|column| report["formats"]["insomnia-v5"][program][column].as_u64());
    assert_eq!(of("git"), [Some(0), Some(0), Some(1), Some(2)]);
    assert_eq!(of("syncline"), [Some(1), Some(0), Some(1), Some(1)]);
    let outcomes: Vec<_> =
        report["merges"].as_array().unwrap().iter().map(|merge| &merge["files"][0]["syncline"]).collect();
    let expected = [
        &json!({"outcome": "otherwise"}),
        &json!({"outcome": "in-conflict", "conflicts": 1}),
        &json!({"outcome": "as-committed"}),
    ];
    assert_eq!(outcomes, expected);
}

#[test]
fn people_see_a_table_and_the_merges_to_look_at() {
    let here = with_merges();
    let shown = here.syncline(["replay", "--limit", "2"]).expect_code(0).transcript();
    snapbox::assert_data_eq!(
        shown,
        snapbox::str![[r#"
2 merges of two branches, 2 with files that both had changed: 2 files

format       files  merged by  as committed  same data  otherwise  in conflict
insomnia-v5  2      git        0             0          1          1 (1 run)
                    Syncline   0             0          1          1 (1 field)

Merged by Syncline, and committed otherwise
  [COMMIT]  [TIME]  Merge and change <b>more</b>
      library.yaml

In conflict for Syncline
  [COMMIT]  [TIME]  Merge one field
      library.yaml
stderr: hint: `git show COMMIT -- PATH` shows what people committed
exit: 0

"#]]
    );
}

#[test]
fn a_page_has_table_plot_and_merges() {
    let here = with_merges();
    here.syncline(["replay", "--html", "replay.html"]).expect_code(0);
    let page = here.read("replay.html");
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"), "{page}");
    for part in [
        "<th rowspan=2>insomnia-v5",
        "style=\"flex:1\"",
        "Merge and change &lt;b&gt;more&lt;/b&gt;",
        "library.yaml",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("<b>more"), "{page}");
}

#[test]
fn a_history_without_merges_says_so() {
    let here = Installation::with_collection();
    let shown = here.syncline(["replay"]).expect_code(0).transcript();
    assert_eq!(shown, "There is no merge of two branches in the history\nexit: 0\n");
    here.git(["checkout", "-q", "--orphan", "empty"]);
    here.syncline(["replay"]).expect_code(0);
    let nowhere = here.syncline(["replay", "nowhere"]).expect_code(3).transcript();
    assert!(nowhere.contains("nowhere is not in a Git repository"), "{nowhere}");
}

#[test]
fn a_merge_of_three_branches_is_counted_and_left_out() {
    let here = Installation::with_collection();
    for branch in ["one", "two"] {
        here.git(["switch", "-q", "-c", branch, "main"]);
        here.write(&format!("{branch}.txt"), branch);
        here.git(["add", "--all"]);
        here.git(["commit", "-q", "-m", branch]);
    }
    here.git(["switch", "-q", "main"]);
    here.git(["commit", "-q", "--allow-empty", "-m", "Main"]);
    here.git(["merge", "-q", "--no-edit", "one", "two"]);
    let shown = here.syncline(["replay"]).expect_code(0).transcript();
    let expected =
        "There is no merge of two branches in the history; 1 merge of more branches left out\nexit: 0\n";
    assert_eq!(shown, expected);
    assert_eq!(here.syncline(["replay", "--json"]).expect_code(0).json()["of_more"], 1);
}

#[test]
fn what_lies_outside_the_folder_is_nobodys_conflict() {
    let here = with_merges();
    here.write("apis/more.yaml", COLLECTION);
    here.syncline(["config", "folder", "apis"]).expect_code(0);
    let report = here.syncline(["replay", "--json"]).expect_code(0).json();
    assert_eq!((&report["looked_at"], &report["merges"]), (&json!(3), &json!([])));
}

#[test]
fn an_installed_driver_does_not_merge_for_git() {
    let here = with_merges();
    here.syncline(["install-driver", "--global"]).expect_code(0);
    here.syncline(["install-driver"]).expect_code(0);
    let report = here.syncline(["replay", "--json"]).expect_code(0).json();
    assert_eq!(report["total"]["git"]["in_conflict"], 2);
}
