//! The remote branch was rewritten.

use snapbox::{assert_data_eq, str};

use crate::remote::Team;

/// Ann takes back by force what Ben has, and has other work; so has Ben.
fn rewritten() -> Team {
    let team = Team::new();
    team.ann.write("secret.yaml", "token: abc\n");
    team.ann.syncline(["sync"]).expect_code(0);
    team.ben.syncline(["sync"]).expect_code(0);
    team.ann.git(["reset", "--quiet", "--hard", "HEAD~1"]);
    team.ann.replace("library.yaml", "name: List books", "name: List all books");
    team.ann.syncline(["commit", "-m", "Rename"]).expect_code(0);
    team.ann.syncline(["push", "--force", "--yes"]).expect_code(0);
    team.ben.replace("library.yaml", "method: POST", "method: PUT");
    team.ben.syncline(["commit", "-m", "Put"]).expect_code(0);
    team
}

#[test]
fn own_commits_are_carried_over_when_that_is_asked_for() {
    let team = rewritten();
    assert_data_eq!(
        team.ben.syncline(["pull"]).transcript(),
        str![[r#"
stderr: error: `origin/main` was rewritten: it no longer has commit [COMMIT]; 1 commit of yours was never on it
stderr: hint: `syncline pull --carry-over` puts the commits that never were on it onto its new tip, and keeps your branch as it was under refs/syncline/overwritten/
stderr: hint: `syncline push --new-branch NAME` publishes your branch beside it, as it is
stderr: hint: `syncline push --force` puts back what was there, if it was rewritten by mistake
exit: 3

"#]]
    );
    assert_data_eq!(
        team.ben.syncline(["pull", "--carry-over"]).transcript(),
        str![[r#"
Carried 1 commit over to origin/main, which was rewritten: 2 changes (1 modified and 1 removed)
  ~ modified  Request  List all books  library.yaml
      name
  - removed   yaml     secret.yaml
stderr: hint: your branch as it was: `syncline branch create NAME --from refs/syncline/overwritten/main/[COMMIT]`
exit: 0

"#]]
    );
    assert!(!team.ben.folder.join("secret.yaml").exists());
    let kept = team.ben.git(["for-each-ref", "--format=%(refname)", "refs/syncline/overwritten/"]);
    team.ben.syncline(["branch", "create", "before", "--from", &kept]).expect_code(0);
    assert!(team.ben.git(["ls-tree", "--name-only", "before"]).contains("secret.yaml"));
    team.ben.syncline(["sync"]).expect_code(0);
}

#[test]
fn a_sync_answers_the_question_with_yes() {
    let team = rewritten();
    team.ben.syncline(["sync"]).expect_code(3);
    let carried = team.ben.syncline(["sync", "--yes", "--json"]).expect_code(0).json();
    assert_eq!(carried["pulled"]["carried"]["commits"], 1);
    team.ann.syncline(["sync"]).expect_code(0);
    assert_eq!(team.ann.read("library.yaml"), team.ben.read("library.yaml"));
}
