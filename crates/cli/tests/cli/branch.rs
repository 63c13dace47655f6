//! Branches and merges without a remote.

use snapbox::{assert_data_eq, str};

use crate::support::Installation;

#[test]
fn branches_are_made_listed_and_deleted() {
    let here = Installation::with_collection();
    assert_data_eq!(
        here.syncline(["branch"]).transcript(),
        str![[r#"
* main  [COMMIT]  not pushed
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["branch", "create", "feature/x"]).transcript(),
        str![[r#"
Created the branch feature/x at [COMMIT]
stderr: hint: go there with `syncline branch switch feature/x`
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["branch", "create", "feature/x"]).transcript(),
        str![[r#"
stderr: error: the branch `feature/x` already exists
stderr: hint: choose another name, or switch to it
exit: 3

"#]]
    );
    assert_data_eq!(
        here.syncline(["branch", "switch", "feature/x"]).transcript(),
        str![[r#"
Switched to feature/x
exit: 0

"#]]
    );
    // It was said that one had switched to it.
    let again = here.syncline(["branch", "switch", "feature/x"]).expect_code(0).stdout();
    assert_eq!(again, "Already on feature/x\n");
    assert_data_eq!(
        here.syncline(["branch", "list"]).transcript(),
        str![[r#"
* feature/x  [COMMIT]  not pushed
  main       [COMMIT]  not pushed
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["branch", "delete", "feature/x"]).transcript(),
        str![[r#"
stderr: error: the folder is on the branch `feature/x`
stderr: hint: switch to another branch first
exit: 3

"#]]
    );
    here.syncline(["branch", "switch", "main"]).expect_code(0);
    assert_data_eq!(
        here.syncline(["branch", "delete", "feature/x"]).transcript(),
        str![[r#"
Deleted the branch feature/x, which was at [COMMIT]
exit: 0

"#]]
    );
}

#[test]
fn commits_of_a_branch_are_not_dropped_unasked() {
    let here = Installation::with_collection();
    here.syncline(["branch", "create", "other"]).expect_code(0);
    here.syncline(["branch", "switch", "other"]).expect_code(0);
    here.replace("library.yaml", "/loans", "/lendings");
    here.syncline(["commit", "-m", "Only here"]).expect_code(0);
    here.syncline(["branch", "switch", "main"]).expect_code(0);
    assert_data_eq!(
        here.syncline(["branch", "delete", "other"]).transcript(),
        str![[r#"
stderr: error: the branch `other` has 1 commit that no other branch has
stderr: hint: merge or push it first, or run the command again with --yes
exit: 3

"#]]
    );
    assert_data_eq!(
        here.syncline(["branch", "delete", "other", "--yes"]).transcript(),
        str![[r#"
Deleted the branch other, which was at [COMMIT]
exit: 0

"#]]
    );
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
    assert_data_eq!(
        here.syncline(["merge", "other"]).transcript(),
        str![[r#"
Merged 1 commit of other: 1 change
  ~ modified  Request  List all books  library.yaml
      name
Conflicts held (1)
  [CONFLICT]  Request Lend a book  /url
stderr: hint: 1 conflict is held: see both values with `syncline conflicts`
exit: 1

"#]]
    );
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
On main, with no remote branch
Conflicts (1): see them with `syncline conflicts`
stderr: hint: keep it in step with a remote: `syncline connect URL`
exit: 1

"#]]
    );
    assert_data_eq!(
        here.syncline(["conflicts"]).transcript(),
        str![[r#"
conflict [CONFLICT]  Request Lend a book  /url
  in library.yaml
  ours by Ann Example ([COMMIT]), theirs by Ann Example ([COMMIT])
    base    "https://library.example/loans"
    ours    "https://library.example/borrowings"  (in the file)
    theirs  "https://library.example/lendings"
  syncline resolve [CONFLICT] --take ours
  syncline resolve [CONFLICT] --take theirs
stderr: hint: also `--take base`, `--value TEXT`, `--value-json JSON`
exit: 1

"#]]
    );
    assert_data_eq!(
        here.syncline(["resolve", "--all", "--take", "theirs"]).transcript(),
        str![[r#"
Settled 1 conflict: committed as [COMMIT]
  [CONFLICT]  Request Lend a book  /url
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["merge", "other"]).transcript(),
        str![[r#"
Nothing new on other
exit: 0

"#]]
    );
    assert!(here.read("library.yaml").contains("/lendings"));
    assert_data_eq!(here.git(["status", "--porcelain"]), "");
}
