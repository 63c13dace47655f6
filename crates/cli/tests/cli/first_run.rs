//! A newcomer's way: after each step it is told what to type next.

use snapbox::{assert_data_eq, str};

use crate::support::{COLLECTION, Installation};

/// The lines of standard error.
fn told(here: &Installation, arguments: &[&str]) -> String {
    here.syncline(arguments).stderr()
}

#[test]
fn who_types_nothing_is_told_what_to_type() {
    let here = Installation::new();
    assert_data_eq!(
        told(&here, &[]),
        str![[r#"
Usage: syncline [OPTIONS] <COMMAND>

This folder is no workspace yet:
  syncline init         makes it one
  syncline clone URL    opens one from a remote
hint: all commands: `syncline --help`; each with examples: `syncline COMMAND --help`

"#]]
    );
    here.syncline(["init"]).expect_code(0);
    assert_data_eq!(
        told(&here, &[]),
        str![[r#"
Usage: syncline [OPTIONS] <COMMAND>

[HOME]/work is a workspace:
  syncline status       what changed, by resource; what is held
  syncline sync         commit, pull and push in one
  syncline undo         take back the last operation, whatever it was
hint: put files of your tool into this folder, then commit with `syncline commit -m MSG`
hint: all commands: `syncline --help`; each with examples: `syncline COMMAND --help`

"#]]
    );
    let object = here.syncline(["--json"]).expect_code(2).json();
    assert_eq!(object["error"]["message"], "no command was typed");
}

#[test]
fn each_step_of_a_newcomer_names_the_next() {
    let here = Installation::new();
    here.git(["init", "--bare", "--quiet", "../remote.git"]);
    assert_data_eq!(
        told(&here, &["status"]),
        str![[r#"
error: [HOME]/work is not in a Git repository
hint: `syncline init` makes the folder one, `syncline clone URL` opens one from a remote

"#]]
    );
    assert_data_eq!(
        told(&here, &["init"]),
        str![[r#"
hint: put files of your tool into it, then commit with `syncline commit -m MSG`

"#]]
    );
    assert_data_eq!(
        told(&here, &["status"]),
        str![[r#"
hint: put files of your tool into this folder, then commit with `syncline commit -m MSG`

"#]]
    );
    here.write("library.yaml", COLLECTION);
    assert_data_eq!(
        told(&here, &["status"]),
        str![[r#"
hint: commit with `syncline commit -m MSG`

"#]]
    );
    assert_data_eq!(
        told(&here, &["commit", "-m", "Add the library"]),
        str![[r#"
hint: keep it in step with a remote: `syncline connect URL`

"#]]
    );
    assert_data_eq!(
        told(&here, &["status"]),
        str![[r#"
hint: keep it in step with a remote: `syncline connect URL`

"#]]
    );
    assert_eq!(told(&here, &["connect", "../remote.git"]), "");
    here.syncline(["branch", "create", "next"]).expect_code(0);
    here.syncline(["branch", "switch", "next"]).expect_code(0);
    assert_data_eq!(
        told(&here, &["status"]),
        str![[r#"
hint: send this branch to the remote with `syncline push`

"#]]
    );
}

#[test]
fn status_hinted_at_a_commit_that_a_wrong_description_refuses() {
    let here = Installation::with_collection();
    here.write(".syncline/formats/ours.toml", "nonsense\n");
    here.replace("library.yaml", "method: POST", "method: PUT");
    assert_data_eq!(
        told(&here, &["status"]),
        str![[r#"
hint: nothing is committed until `syncline formats check .syncline/formats/ours.toml` is content

"#]]
    );
    here.syncline(["commit", "-m", "Put"]).expect_code(3);
}
