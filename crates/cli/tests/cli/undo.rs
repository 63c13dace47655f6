//! Ways back: restore, revert, undo.

use snapbox::{assert_data_eq, str};

use crate::remote::Team;
use crate::support::Installation;

/// A collection whose method was changed in a second commit.
fn changed() -> Installation {
    let here = Installation::with_collection();
    here.replace("library.yaml", "method: GET", "method: HEAD");
    here.syncline(["commit", "-m", "Ask for heads only"]).expect_code(0);
    here
}

#[test]
fn a_commit_is_undone_and_brought_back() {
    let here = changed();
    assert_data_eq!(
        here.syncline(["undo"]).transcript(),
        str![[r#"
Undid the commit `Ask for heads only`: its changes are not committed any more
stderr: hint: `syncline undo` once more takes this back
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
On main, with no remote branch
Changes (1)
  ~ modified  Request  List books  library.yaml
      method
stderr: hint: commit with `syncline commit -m MSG`
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["undo"]).transcript(),
        str![[r#"
Redid `Ask for heads only`
stderr: hint: `syncline undo` once more takes this back
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["operations"]).transcript(),
        str![[r#"
[OPERATION]  [TIME]  undo    Redo: Ask for heads only
[OPERATION]  [TIME]  undo    Undo: Ask for heads only
[OPERATION]  [TIME]  commit  Ask for heads only
[OPERATION]  [TIME]  commit  Add the library
exit: 0

"#]]
    );
}

#[test]
fn a_commit_is_reverted_and_what_was_changed_since_is_held() {
    let here = changed();
    assert_data_eq!(
        here.syncline(["revert", "HEAD"]).transcript(),
        str![[r#"
Reverted [COMMIT] (Ask for heads only): 1 change
  ~ modified  Request  List books  library.yaml
      method
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["revert", "HEAD"]).transcript(),
        str![[r#"
Reverted [COMMIT] (Revert "Ask for heads only"): 1 change
  ~ modified  Request  List books  library.yaml
      method
exit: 0

"#]]
    );
    here.replace("library.yaml", "method: HEAD", "method: OPTIONS");
    here.syncline(["commit", "-m", "Ask for options"]).expect_code(0);
    assert_data_eq!(
        here.syncline(["revert", "HEAD~1"]).transcript(),
        str![[r#"
Made no commit to revert [COMMIT] (Revert "Revert "Ask for heads only""): all of it was changed since
Conflicts held (1)
  [CONFLICT]  Request List books  /method
stderr: hint: 1 conflict is held: see both values with `syncline conflicts`
exit: 1

"#]]
    );
    assert_data_eq!(
        here.syncline(["revert", "nowhere"]).transcript(),
        str![[r#"
stderr: error: there is no revision `nowhere`
stderr: hint: `syncline log` lists the commits
exit: 2

"#]]
    );
}

#[test]
fn a_resource_is_brought_back_from_an_old_commit() {
    let here = changed();
    let restore = ["restore", "--from", "HEAD~1", "library.yaml"];
    assert_data_eq!(
        here.syncline(restore).transcript(),
        str![[r#"
Restored from HEAD~1: 1 change
  ~ modified  Request  List books  library.yaml
      method
stderr: hint: `syncline commit` keeps it, `syncline undo` takes it back
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(restore).transcript(),
        str![[r#"
stderr: error: nothing called `library.yaml` differs from `HEAD~1`
stderr: hint: `syncline diff --from REV` lists what differs; `syncline log SELECTOR` tells when it changed
exit: 2

"#]]
    );
    here.replace("library.yaml", "method: GET", "method: PUT");
    assert_data_eq!(
        here.syncline(restore).transcript(),
        str![[r#"
stderr: error: 1 file is changed and not committed: `library.yaml`
stderr: hint: `syncline commit` keeps the changes, `syncline discard` drops them
exit: 3

"#]]
    );
    assert_data_eq!(
        here.syncline(["restore", "--from", "HEAD~1", "nothing"]).transcript(),
        str![[r#"
stderr: error: nothing called `nothing` differs from `HEAD~1`
stderr: hint: `syncline diff --from REV` lists what differs; `syncline log SELECTOR` tells when it changed
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["restore", "library.yaml"]).transcript(),
        str![[r#"
stderr: error: the following required arguments were not provided: --from <REV>
stderr: hint: usage: syncline restore --from <REV> <SELECTOR>...
stderr: hint: `syncline restore --help` tells more
exit: 2

"#]]
    );
}

#[test]
fn only_what_was_done_here_can_be_undone() {
    let here = Installation::with_collection();
    assert_data_eq!(
        here.syncline(["undo", "abc"]).transcript(),
        str![[r#"
stderr: error: no operation is called `abc`
stderr: hint: `syncline operations` lists them with their ids
exit: 2

"#]]
    );
    let fresh = Installation::new();
    fresh.syncline(["init"]).expect_code(0);
    assert_data_eq!(
        fresh.syncline(["undo"]).transcript(),
        str![[r#"
stderr: error: there is no operation here to undo
stderr: hint: `syncline operations` lists them with their ids
exit: 3

"#]]
    );
}

#[test]
fn a_branch_gets_another_name() {
    let here = changed();
    assert_data_eq!(
        here.syncline(["branch", "rename", "trunk"]).transcript(),
        str![[r#"
Renamed the branch to trunk
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["branch"]).transcript(),
        str![[r#"
* trunk  [COMMIT]  not pushed
exit: 0

"#]]
    );
    here.syncline(["branch", "create", "idea"]).expect_code(0);
    assert_data_eq!(
        here.syncline(["branch", "rename", "idea", "trunk"]).transcript(),
        str![[r#"
stderr: error: the branch `trunk` already exists
stderr: hint: choose another name, or switch to it
exit: 3

"#]]
    );
    assert_data_eq!(
        here.syncline(["branch", "rename", "idea", "plan"]).transcript(),
        str![[r#"
Renamed the branch idea to plan
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["branch", "rename", "none", "some"]).transcript(),
        str![[r#"
stderr: error: there is no branch `none`
stderr: hint: `syncline branch` lists the branches
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["undo"]).transcript(),
        str![[r#"
Undid the branch rename `Rename the branch idea to plan`
stderr: hint: `syncline undo` once more takes this back
exit: 0

"#]]
    );
}

#[test]
fn an_undo_is_undone_and_redone_in_words() {
    let here = changed();
    here.syncline(["branch", "create", "idea"]).expect_code(0);
    here.syncline(["branch", "delete", "idea"]).expect_code(0);
    here.syncline(["undo"]).expect_code(0);
    assert_data_eq!(
        here.syncline(["undo"]).transcript(),
        str![[r#"
Redid `Delete the branch idea`
stderr: hint: `syncline undo` once more takes this back
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["undo"]).transcript(),
        str![[r#"
Undid `Delete the branch idea` again
stderr: hint: `syncline undo` once more takes this back
exit: 0

"#]]
    );
}

/// Where nothing was done, the next undo would take back something else: there is no hint to it.
#[test]
fn an_undo_that_finds_nothing_left_promises_no_way_back() {
    let here = changed();
    let operations = here.syncline(["operations", "--json"]).json();
    let id = operations["operations"][0]["id"].as_str().expect("an id").to_owned();
    here.replace("library.yaml", "method: HEAD", "method: GET");
    here.write("notes.txt", "one\n");
    here.syncline(["commit", "-m", "Ask as before"]).expect_code(0);
    assert_data_eq!(
        here.syncline(["undo", &id]).transcript(),
        str![[r#"
Made no commit to undo the commit `Ask for heads only`: nothing is left of it
exit: 0

"#]]
    );
}

#[test]
fn the_revert_of_a_merge_tells_of_the_conflict_that_it_settles() {
    let here = changed();
    here.syncline(["branch", "create", "idea", "--from", "HEAD~1"]).expect_code(0);
    here.syncline(["branch", "switch", "idea"]).expect_code(0);
    here.replace("library.yaml", "method: GET", "method: PUT");
    here.syncline(["commit", "-m", "Put"]).expect_code(0);
    here.syncline(["merge", "main"]).expect_code(1);
    assert_data_eq!(
        here.syncline(["revert", "HEAD"]).transcript(),
        str![[r#"
Made no commit to revert [COMMIT] (Merge main into idea): only what it held was left of it
Conflicts settled by it (1)
  [CONFLICT]  Request List books  /method
exit: 0

"#]]
    );
}

#[test]
fn a_pull_that_was_undone_and_is_wanted_again_made_a_commit_of_its_own() {
    let team = Team::new();
    team.ben.replace("library.yaml", "/books", "/v2/books");
    team.ben.syncline(["sync", "-m", "Version 2"]).expect_code(0);
    // Ann made and published the commit that the undo goes back to.
    team.ann.syncline(["pull"]).expect_code(0);
    team.ann.syncline(["undo"]).expect_code(0);
    assert!(!team.ann.read("library.yaml").contains("/v2/books"));
    assert_data_eq!(
        team.ann.syncline(["undo"]).transcript(),
        str![[r#"
Redid `1 commit from origin/main`
stderr: hint: `syncline undo` once more takes this back
exit: 0

"#]]
    );
    assert_eq!(team.ann.git(["rev-parse", "main"]), team.ann.git(["rev-parse", "origin/main"]));
    assert!(team.ann.read("library.yaml").contains("/v2/books"));
    assert_eq!(team.ann.git(["status", "--porcelain"]), "");
}
