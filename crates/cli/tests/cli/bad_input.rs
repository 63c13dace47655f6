//! Each bad input gets a clear error with a next step, and loses nothing.

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::support::Installation;

#[test]
fn a_folder_that_is_no_repository() {
    let here = Installation::new();
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
stderr: error: [HOME]/work is not in a Git repository
stderr: hint: `syncline init` makes the folder one, `syncline clone URL` opens one from a remote
exit: 3

"#]]
    );
    assert_data_eq!(
        here.syncline(["-C", "nowhere", "status"]).transcript(),
        str![[r#"
stderr: error: `nowhere` cannot be entered: No such file or directory (os error 2)
stderr: hint: name a file or folder that is there
stderr: hint: `-C` takes a folder that is there; `syncline init DIR` makes a new one
exit: 2

"#]]
    );
}

#[test]
fn addresses_that_are_none() {
    let here = Installation::new();
    for url in ["", "-u", "https://", "ext::sh -c id", "nonsense://host/a"] {
        let ran = here.syncline(["clone", "--", url]);
        assert_eq!(ran.code(), 2, "{}", ran.transcript());
    }
    assert_data_eq!(
        here.syncline(["clone", "https://"]).transcript(),
        str![[r#"
stderr: error: `https://` is no address of a remote: the host is missing
stderr: hint: an address is as `https://host/owner/name.git`, `git@host:owner/name.git`, or a path of this machine
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["clone", "ext::sh -c id"]).transcript(),
        str![[r#"
stderr: error: the protocol `ext` is not allowed: use https, ssh, http, git, or a folder
stderr: hint: an address is as `https://host/owner/name.git`, `git@host:owner/name.git`, or a path of this machine
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["clone", "./nowhere"]).transcript(),
        str![[r#"
stderr: error: there is no repository at ./nowhere, or not for this user
stderr: hint: check the path
exit: 6

"#]]
    );
}

#[test]
fn a_folder_that_is_not_empty() {
    let here = Installation::with_collection();
    assert_data_eq!(
        here.syncline(["clone", ".", "../work"]).transcript(),
        str![[r#"
stderr: error: `[HOME]/work/../work` is not empty
stderr: hint: name another folder, or empty this one first
exit: 3

"#]]
    );
}

#[test]
fn a_detached_head() {
    let here = Installation::with_collection();
    here.git(["switch", "-q", "--detach"]);
    here.replace("library.yaml", "/loans", "/lendings");
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
On no branch (detached HEAD)
Changes (1)
  ~ modified  Request  Lend a book  library.yaml
      url
stderr: hint: go to a branch with `syncline branch switch NAME`
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["commit", "-m", "Lost"]).transcript(),
        str![[r#"
stderr: error: the folder is on no branch (detached HEAD)
stderr: hint: `syncline branch switch NAME` goes to a branch; `syncline branch create NAME` makes one here
exit: 3

"#]]
    );
}

#[test]
fn an_unborn_branch() {
    let here = Installation::new();
    here.syncline(["init"]).expect_code(0);
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
On main, with no commit yet and no remote branch: nothing changed
stderr: hint: put files of your tool into this folder, then commit with `syncline commit -m MSG`
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["log"]).transcript(),
        str![[r#"
No commits
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["show"]).transcript(),
        str![[r#"
stderr: error: there is no revision `HEAD`
stderr: hint: `syncline log` lists the commits
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["push"]).transcript(),
        str![[r#"
stderr: error: the branch `main` has no commit yet
stderr: hint: `syncline commit -m MSG` makes the first commit
exit: 3

"#]]
    );
}

#[test]
fn a_merge_of_gits_in_progress() {
    let here = Installation::with_collection();
    here.git(["switch", "-q", "-c", "other"]);
    here.replace("library.yaml", "/loans", "/lendings");
    here.git(["commit", "-q", "-a", "-m", "Theirs"]);
    here.git(["switch", "-q", "main"]);
    here.replace("library.yaml", "/loans", "/borrowings");
    here.git(["commit", "-q", "-a", "-m", "Ours"]);
    let merged = here.home.try_git(&here.folder, ["merge", "other"]);
    assert!(!merged.status.success());
    let before = here.read("library.yaml");
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
On main, with no remote branch
A `git merge` is in progress; Syncline changes nothing until it is done
Problems (1)
  library.yaml: git has a conflict in it that is not settled
stderr: hint: finish it with `git commit`, or drop it with `git merge --abort`
exit: 1

"#]]
    );
    assert_data_eq!(
        here.syncline(["commit", "-m", "Not now"]).transcript(),
        str![[r#"
stderr: error: a `git merge` is in progress
stderr: hint: finish it with `git commit`, or drop it with `git merge --abort`
exit: 3

"#]]
    );
    assert_data_eq!(here.read("library.yaml"), before);
}

#[test]
fn things_that_are_not_there() {
    let here = Installation::with_collection();
    assert_data_eq!(
        here.syncline(["diff", "req_9"]).transcript(),
        str![[r#"
stderr: error: nothing here is called `req_9`
stderr: hint: give a path, the id of a resource, `kind:name` in quotes, or a glob of paths; `syncline resources` lists them
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["discard", "nothing.yaml"]).transcript(),
        str![[r#"
stderr: error: nothing that changed is called `nothing.yaml`
stderr: hint: `syncline status` lists what changed
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["show", "v9"]).transcript(),
        str![[r#"
stderr: error: there is no revision `v9`
stderr: hint: `syncline log` lists the commits
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["branch", "switch", "nowhere"]).transcript(),
        str![[r#"
stderr: error: there is no branch `nowhere`
stderr: hint: `syncline branch` lists the branches
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["branch", "create", "a..b"]).transcript(),
        str![[r#"
stderr: error: `a..b` cannot be the name of a branch
stderr: hint: leave out spaces, `..`, and any of `~^:?*[/`; begin with a letter or a digit
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["resolve", "0123", "--take", "ours"]).transcript(),
        str![[r#"
stderr: error: no conflict is called `0123`
stderr: hint: `syncline conflicts` lists them with their ids
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["config", "nothing"]).transcript(),
        str![[r#"
stderr: error: there is no setting `nothing`
stderr: hint: `syncline config` lists the settings, and where each value comes from
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["config", "push-retries", "many"]).transcript(),
        str![[r#"
stderr: error: `many` is no value for `push-retries`: a whole number
stderr: hint: `syncline config --verbose` tells what each setting is for
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["init", "--format", "nothing"]).transcript(),
        str![[r#"
stderr: error: there is no format `nothing`
stderr: hint: the formats are insomnia-v5, insomnia-v4, xpipe, harness, test-studio, postman, grafana, openapi, home-assistant, kubernetes, compose, github-workflows, generic
exit: 2

"#]]
    );
    assert_data_eq!(
        here.syncline(["pull"]).transcript(),
        str![[r#"
stderr: error: no remote is connected
stderr: hint: `syncline connect URL` binds this workspace to one
exit: 3

"#]]
    );
    assert_data_eq!(
        here.syncline(["push", "--force"]).transcript(),
        str![[r#"
stderr: error: no remote is connected
stderr: hint: `syncline connect URL` binds this workspace to one
exit: 3

"#]]
    );
}

#[test]
fn values_that_are_no_json() {
    let here = Installation::with_collection();
    assert_data_eq!(
        here.syncline(["resolve", "0123", "--value-json", "{"]).transcript(),
        str![[r#"
stderr: error: `{` is no JSON: EOF while parsing an object at line 1 column 1
stderr: hint: text goes with `--value TEXT`, without quotes of JSON
exit: 2

"#]]
    );
}

#[test]
fn nobody_to_sign_commits() {
    let here = Installation::with_collection();
    fs::write(here.home.path().join(".gitconfig"), "").unwrap();
    here.replace("library.yaml", "/loans", "/lendings");
    assert_data_eq!(
        here.syncline(["commit", "-m", "Nobody's"]).transcript(),
        str![[r#"
stderr: error: no author is known for the commit
stderr: hint: `syncline config author.name NAME` and `syncline config author.email EMAIL` say who you are
exit: 3

"#]]
    );
}

#[test]
fn output_that_nobody_reads_is_no_failure() {
    let here = Installation::with_collection();
    let mut command = here.home.command("sh");
    let script = format!("'{}' completions bash | head -n 1", env!("CARGO_BIN_EXE_syncline"));
    let output = command.current_dir(&here.folder).args(["-c", &script]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

/// `commit` sent to `branch switch`, and that to `commit`.
#[test]
fn work_on_no_branch_could_not_be_taken_to_one() {
    let here = Installation::with_collection();
    here.git(["checkout", "-q", "--detach"]);
    here.write("other.yaml", "a: 1\n");
    here.syncline(["commit", "-m", "Add"]).expect_code(3);
    here.syncline(["branch", "create", "here"]).expect_code(0);
    here.syncline(["branch", "switch", "here"]).expect_code(0);
    assert_data_eq!(here.git(["status", "--porcelain"]), "?? other.yaml");
    here.syncline(["commit", "-m", "Add"]).expect_code(0);
    assert_data_eq!(here.git(["status", "--porcelain"]), "");
    assert_data_eq!(here.git(["log", "--format=%s", "-1", "here"]), "Add");
}

/// It was said to be empty, and every sync pushed to itself.
#[test]
fn a_workspace_was_connected_to_itself() {
    let here = Installation::with_collection();
    for address in [".", ".git"] {
        let refused = here.syncline(["connect", address]).expect_code(3);
        assert!(refused.transcript().contains("is this workspace itself"), "{}", refused.transcript());
    }
    assert_data_eq!(here.git(["remote"]), "");
}

/// It said `git failed: and the repository exists.`
#[test]
fn a_file_for_an_address_is_no_repository() {
    let here = Installation::with_collection();
    let refused = here.syncline(["clone", "library.yaml", "../copy"]).expect_code(6);
    assert!(refused.transcript().contains("there is no repository at"), "{}", refused.transcript());
}
