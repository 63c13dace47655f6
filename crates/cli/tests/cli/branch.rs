//! Branches and merges without a remote.

use snapbox::{assert_data_eq, str};

use crate::support::Installation;

#[test]
fn branches_are_made_listed_and_deleted() {
    let here = Installation::with_collection();
    assert_data_eq!(here.syncline(["branch"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["branch", "create", "feature/x"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["branch", "create", "feature/x"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["branch", "switch", "feature/x"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["branch", "list"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["branch", "delete", "feature/x"]).transcript(), str![]);
    here.syncline(["branch", "switch", "main"]).expect_code(0);
    assert_data_eq!(here.syncline(["branch", "delete", "feature/x"]).transcript(), str![]);
}

#[test]
fn commits_of_a_branch_are_not_dropped_unasked() {
    let here = Installation::with_collection();
    here.syncline(["branch", "create", "other"]).expect_code(0);
    here.syncline(["branch", "switch", "other"]).expect_code(0);
    here.replace("library.yaml", "/loans", "/lendings");
    here.syncline(["commit", "-m", "Only here"]).expect_code(0);
    here.syncline(["branch", "switch", "main"]).expect_code(0);
    assert_data_eq!(here.syncline(["branch", "delete", "other"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["branch", "delete", "other", "--yes"]).transcript(), str![]);
}

#[test]
fn merges_hold_what_both_changed() {
    let here = Installation::with_collection();
    here.syncline(["branch", "create", "other"]).expect_code(0);
    here.syncline(["branch", "switch", "other"]).expect_code(0);
    here.replace("library.yaml", "/loans", "/lendings");
    here.replace("library.yaml", "name: List books", "name: List all books");
    here.syncline(["commit", "-m", "Theirs"]).expect_code(0);
    here.syncline(["branch", "switch", "main"]).expect_code(0);
    here.replace("library.yaml", "/loans", "/borrowings");
    here.syncline(["commit", "-m", "Ours"]).expect_code(0);
    assert_data_eq!(here.syncline(["merge", "other"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["status"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["conflicts"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["resolve", "--all", "--take", "theirs"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["merge", "other"]).transcript(), str![]);
    assert!(here.read("library.yaml").contains("/lendings"));
    assert_data_eq!(here.git(["status", "--porcelain"]), "");
}
