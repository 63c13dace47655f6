//! Two installations and a server.

use snapbox::{assert_data_eq, str};
use syncline_testkit::{Fault, GitServer, On, Protection, Right};

use crate::support::{COLLECTION, Installation};

/// A server with one repository, and two who may push to it.
pub(crate) struct Team {
    pub(crate) server: GitServer,
    pub(crate) url: String,
    pub(crate) ann: Installation,
    pub(crate) ben: Installation,
}

impl Team {
    /// Ann has connected her workspace, Ben has cloned it.
    pub(crate) fn new() -> Self {
        let team = Self::apart();
        team.ann.syncline(["connect", &team.url]).expect_code(0);
        team.ben.syncline(["clone", &team.url, "."]).expect_code(0);
        team
    }

    /// Ann has a workspace, Ben an empty folder; the remote is empty.
    pub(crate) fn apart() -> Self {
        let server = GitServer::start();
        server.create_repo("team/library");
        let url = server.url("team/library");
        let token = |user| server.token(user, "team/library", Right::Write);
        let ann = Installation::with_collection().variable("SYNCLINE_TOKEN", &token("ann"));
        let ben =
            Installation::of("Ben Example", "ben@example.com").variable("SYNCLINE_TOKEN", &token("ben"));
        Self { server, url, ann, ben }
    }

    /// Without the port, which differs from run to run.
    pub(crate) fn stable(&self, text: &str) -> String {
        text.replace(&self.server.address().to_string(), "[SERVER]")
    }
}

#[test]
fn commits_that_only_one_side_has_are_marked_in_the_history() {
    let team = Team::new();
    team.ann.replace("library.yaml", "/books", "/v2/books");
    team.ann.syncline(["sync", "-m", "Version 2"]).expect_code(0);
    team.ben.replace("library.yaml", "Lend a book", "Lend out a book");
    team.ben.syncline(["commit", "-m", "Lend out"]).expect_code(0);
    team.ben.syncline(["fetch"]).expect_code(0);
    assert_data_eq!(
        team.ben.syncline(["log"]).stdout(),
        str![[r#"
[COMMIT]  [TIME]  Ann Example  Version 2  (not pulled)
[COMMIT]  [TIME]  Ben Example  Lend out  (not pushed)
[COMMIT]  [TIME]  Ann Example  Add the library

"#]]
    );
    let object = team.ben.syncline(["log", "-n", "1", "--json"]).expect_code(0).json();
    let subjects = |list: &str| {
        object[list].as_array().expect("a list").iter().map(|it| it["message"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(subjects("commits"), ["Lend out\n"]);
    assert_eq!(subjects("coming"), ["Version 2\n"]);
    let of_one = team.ben.syncline(["log", "library.yaml"]).stdout();
    assert!(!of_one.contains("not pulled"), "{of_one}");
    let shown = team.ben.syncline(["show", "origin/main"]).stdout();
    assert!(shown.lines().next().is_some_and(|line| line.ends_with(" (not pulled)")), "{shown}");
    team.ben.syncline(["pull"]).expect_code(0);
    assert!(!team.ben.syncline(["log"]).stdout().contains("not pulled"));
}

#[test]
fn a_branch_that_came_up_at_the_remote_was_nothing_new() {
    let team = Team::new();
    team.ann.syncline(["branch", "create", "next"]).expect_code(0);
    team.ann.syncline(["branch", "switch", "next"]).expect_code(0);
    team.ann.replace("library.yaml", "/books", "/v2/books");
    team.ann.syncline(["sync", "-m", "Version 2"]).expect_code(0);
    assert_data_eq!(
        team.ben.syncline(["fetch"]).transcript(),
        str![[r#"
Nothing new for this branch
New there: origin/next
exit: 0

"#]]
    );
    team.ann.replace("library.yaml", "/v2/books", "/v3/books");
    team.ann.syncline(["sync", "-m", "Version 3"]).expect_code(0);
    assert_data_eq!(
        team.ben.syncline(["fetch"]).stdout(),
        str![[r#"
Nothing new for this branch
New commits there on: origin/next

"#]]
    );
    let remote = team.server.repo_path("team/library");
    team.ann.home.git(&remote, ["branch", "--delete", "--force", "next"]);
    let object = team.ben.syncline(["fetch", "--json"]).expect_code(0).json();
    assert_eq!(object["gone_branches"], serde_json::json!(["origin/next"]));
    assert_eq!(object["new_branches"], serde_json::json!([]));
}

#[test]
fn connect_publishes_what_is_here() {
    let team = Team::apart();
    let check = team.ann.syncline(["connect", &team.url, "--check"]);
    assert_data_eq!(
        team.stable(&check.transcript()),
        str![[r#"
http://[SERVER]/team/library.git can be reached, and is empty
stderr: hint: connect with `syncline connect http://[SERVER]/team/library.git`
exit: 0

"#]]
    );
    let connect = team.ann.syncline(["connect", &team.url]);
    assert_data_eq!(
        team.stable(&connect.transcript()),
        str![[r#"
Connected main to http://[SERVER]/team/library.git, which was empty
Pushed 1 commit to origin/main, a new branch
exit: 0

"#]]
    );
    assert_data_eq!(
        team.ann.syncline(["status"]).transcript(),
        str![[r#"
On main, up to date with origin/main: nothing changed
exit: 0

"#]]
    );
    let disconnect = team.ann.syncline(["disconnect"]);
    assert_data_eq!(
        team.stable(&disconnect.transcript()),
        str![[r#"
Disconnected from http://[SERVER]/team/library.git; all data is kept
exit: 0

"#]]
    );
    assert_data_eq!(
        team.ann.syncline(["disconnect"]).transcript(),
        str![[r#"
No remote was connected
exit: 0

"#]]
    );
}

#[test]
fn a_clone_into_the_current_folder_sends_nobody_elsewhere() {
    let team = Team::apart();
    team.ann.syncline(["connect", &team.url]).expect_code(0);
    let clone = team.ben.syncline(["clone", &team.url, "."]).expect_code(0);
    assert_eq!(clone.stderr(), "hint: go on with `syncline status`\n");
}

#[test]
fn clone_opens_a_workspace() {
    let team = Team::apart();
    team.ann.syncline(["connect", &team.url]).expect_code(0);
    let preview = team.ben.syncline(["clone", &team.url, "--preview"]);
    assert_data_eq!(
        team.stable(&preview.transcript()),
        str![[r#"
http://[SERVER]/team/library.git: only who signs in can read it
Branches: main
Format insomnia-v5, 1 file
  2  Request
  1  Workspace
exit: 0

"#]]
    );
    let clone = team.ben.syncline(["clone", &team.url]);
    assert_data_eq!(
        team.stable(&clone.transcript()),
        str![[r#"
Cloned into [HOME]/work/library
Format insomnia-v5, 3 resources, branch main
stderr: hint: go on with `cd library` and `syncline status`
exit: 0

"#]]
    );
    assert_eq!(team.ben.read("library/library.yaml"), COLLECTION);
}

#[test]
fn a_sync_that_pushed_was_recorded_as_nothing_new() {
    let team = Team::new();
    for method in ["PUT", "PATCH"] {
        team.ann.replace("library.yaml", "method: GET", "method: HEAD");
        team.ann.syncline(["commit", "-m", method]).expect_code(0);
        team.ann.replace("library.yaml", "method: HEAD", "method: GET");
        team.ann.syncline(["commit", "-m", method]).expect_code(0);
    }
    team.ann.syncline(["sync"]).expect_code(0);
    let operations = team.ann.syncline(["operations"]).expect_code(0).stdout();
    let last = operations.lines().next().expect("an operation");
    assert!(last.contains("4 commits to origin/main"), "{operations}");
}

#[test]
fn edits_of_both_meet() {
    let team = Team::new();
    team.ann.replace("library.yaml", "/loans", "/lendings");
    team.ben.replace("library.yaml", "method: POST", "method: PUT");
    assert_data_eq!(
        team.ann.syncline(["sync", "-m", "Rename the path"]).transcript(),
        str![[r#"
Committed 1 change as [COMMIT]
  ~ modified  Request  Lend a book  library.yaml
      url
Pushed 1 commit to origin/main
exit: 0

"#]]
    );
    assert_data_eq!(
        team.ben.syncline(["fetch"]).transcript(),
        str![[r#"
1 commit new at the remote
stderr: hint: merge them with `syncline pull`
exit: 0

"#]]
    );
    assert_data_eq!(
        team.ben.syncline(["status"]).transcript(),
        str![[r#"
On main, 1 commit behind origin/main
Changes (1)
  ~ modified  Request  Lend a book  library.yaml
      method
stderr: hint: commit, pull and push with `syncline sync -m MSG`
exit: 0

"#]]
    );
    assert_data_eq!(
        team.ben.syncline(["sync"]).transcript(),
        str![[r#"
Committed 1 change as [COMMIT]
  ~ modified  Request  Lend a book  library.yaml
      method
Pulled 1 commit and merged: 1 change
  ~ modified  Request  Lend a book  library.yaml
      url
Pushed 2 commits to origin/main
exit: 0

"#]]
    );
    assert_data_eq!(
        team.ann.syncline(["pull"]).transcript(),
        str![[r#"
Pulled 2 commits: 1 change
  ~ modified  Request  Lend a book  library.yaml
      method
exit: 0

"#]]
    );
    assert_data_eq!(
        team.ann.syncline(["sync"]).transcript(),
        str![[r#"
Nothing to do: this folder and the remote are equal
exit: 0

"#]]
    );
    assert_eq!(team.ann.read("library.yaml"), team.ben.read("library.yaml"));
    for here in [&team.ann, &team.ben] {
        assert_data_eq!(here.git(["status", "--porcelain"]), "");
        here.git(["fsck", "--strict", "--no-progress"]);
    }
}

#[test]
fn push_sends_commits_and_tells_where() {
    let team = Team::new();
    team.ann.replace("library.yaml", "/loans", "/lendings");
    team.ann.syncline(["commit", "-m", "Rename the path"]).expect_code(0);
    assert_data_eq!(
        team.ann.syncline(["log"]).transcript(),
        str![[r#"
[COMMIT]  [TIME]  Ann Example  Rename the path  (not pushed)
[COMMIT]  [TIME]  Ann Example  Add the library
exit: 0

"#]]
    );
    assert_data_eq!(
        team.ann.syncline(["push"]).transcript(),
        str![[r#"
Pushed 1 commit to origin/main
exit: 0

"#]]
    );
    assert_data_eq!(
        team.ann.syncline(["push"]).transcript(),
        str![[r#"
origin/main has all commits
exit: 0

"#]]
    );
    assert_data_eq!(
        team.ann.syncline(["push", "--new-branch", "review"]).transcript(),
        str![[r#"
Made origin/review, a new branch; the remote had its commits already
exit: 0

"#]]
    );
    assert_data_eq!(
        team.ann.syncline(["branch"]).transcript(),
        str![[r#"
* main    [COMMIT]  up to date with origin/review
  review  [COMMIT]  only at origin
exit: 0

"#]]
    );
}

#[test]
fn push_never_overwrites_unasked() {
    let team = Team::new();
    team.ann.replace("library.yaml", "/loans", "/lendings");
    team.ann.syncline(["sync"]).expect_code(0);
    team.ben.replace("library.yaml", "method: POST", "method: PUT");
    team.ben.syncline(["commit", "-m", "Put"]).expect_code(0);
    assert_data_eq!(
        team.ben.syncline(["push"]).transcript(),
        str![[r#"
stderr: error: `origin/main` has commits that are not here
stderr: hint: `syncline sync` merges them and pushes
exit: 4

"#]]
    );
    assert_data_eq!(
        team.ben.syncline(["push", "--force"]).transcript(),
        str![[r#"
stderr: error: a forced push to `team/library` needs to be confirmed
stderr: hint: what the remote has and this folder has not would be overwritten; `syncline pull` keeps both
stderr: hint: on a terminal the remote's name is asked for; `--yes` goes without
exit: 3

"#]]
    );
    team.ben.syncline(["fetch"]).expect_code(0);
    assert_data_eq!(
        team.ben.syncline(["push", "--force", "--yes"]).transcript(),
        str![[r#"
Pushed 1 commit to origin/main
Overwrote [COMMIT], which is kept under refs/syncline/overwritten/
exit: 0

"#]]
    );
}

#[test]
fn a_protected_branch_is_upheld() {
    let team = Team::new();
    team.server.protect("team/library", "main", &Protection::GitHub);
    team.ann.replace("library.yaml", "/loans", "/lendings");
    let sync = team.ann.syncline(["sync"]);
    assert_data_eq!(
        team.stable(&sync.transcript()),
        str![[r#"
stderr: error: the branch main of http://[SERVER]/team/library.git is protected against direct pushes
stderr: hint: push to a new branch and open a pull request: syncline push --new-branch NAME
stderr: hint: your commit is kept here
exit: 4

"#]]
    );
    assert_data_eq!(
        team.ann.syncline(["push", "--new-branch", "review"]).transcript(),
        str![[r#"
Pushed 1 commit to origin/review, a new branch
exit: 0

"#]]
    );
}

#[test]
fn a_remote_that_cannot_be_reached() {
    let team = Team::new();
    team.server.fault(On::Any, Fault::Status(503));
    let pull = team.ann.syncline(["pull"]);
    assert_data_eq!(
        team.stable(&pull.transcript()),
        str![[r#"
stderr: error: 127.0.0.1 failed to answer because of an error of its own
stderr: hint: try again later
exit: 6

"#]]
    );
    let nobody = team.ben.syncline(["clone", "http://127.0.0.1:1/team/library", "x"]);
    assert_data_eq!(
        nobody.transcript(),
        str![[r#"
stderr: error: 127.0.0.1 cannot be reached: nothing answers at http://127.0.0.1:1/team/library
stderr: hint: check host and port of the address, the network, and a proxy or firewall between
exit: 6

"#]]
    );
    let unknown = team.ben.syncline(["clone", &team.server.url("team/nothing"), "x"]);
    assert_data_eq!(
        team.stable(&unknown.transcript()),
        str![[r#"
stderr: error: there is no repository at http://[SERVER]/team/nothing.git, or not for this user
stderr: hint: check the address
stderr: hint: a private repository shows only to those who may read it: sign in: syncline connect http://[SERVER]/team/nothing.git --username NAME --token-stdin
exit: 6

"#]]
    );
    assert!(!team.ben.folder.join("x").exists());
}

#[test]
fn a_branch_that_the_remote_has_not_is_told_with_those_that_it_has() {
    let team = Team::new();
    for arguments in [&["x"][..], &["--preview"]] {
        let clone = ["clone", &team.url, "--branch", "nosuch"];
        let ran = team.ann.syncline(clone.iter().chain(arguments));
        assert_data_eq!(
            team.stable(&ran.transcript()),
            str![[r#"
stderr: error: there is no branch `nosuch` at http://[SERVER]/team/library.git
stderr: hint: its only branch is `main`
exit: 6

"#]]
        );
    }
    team.ann.syncline(["push", "-q", "--new-branch", "review"]).expect_code(0);
    let ran = team.ann.syncline(["clone", &team.url, "x", "--branch", "nosuch"]);
    assert_data_eq!(
        ran.stderr().lines().last().unwrap_or_default(),
        str!["hint: its branches are `main`, `review`"]
    );
    assert!(!team.ann.folder.join("x").exists());
}

#[test]
fn one_folder_of_a_repository_is_cloned_and_the_rest_comes_when_it_is_needed() {
    let team = Team::new();
    team.ann.write("apps/one/a.yaml", "a: 1\n");
    team.ann.write("apps/two/b.yaml", "b: 1\n");
    team.ann.syncline(["sync"]).expect_code(0);
    let clone = team.ben.syncline(["clone", &team.url, "one", "--folder", "apps/one"]);
    assert_data_eq!(
        clone.transcript(),
        str![[r#"
Cloned into [HOME]/work/one
Format generic, 1 resource, branch main
stderr: hint: go on with `cd one` and `syncline status`
exit: 0

"#]]
    );
    assert!(!team.ben.folder.join("one/apps/two").exists());
    team.ann.syncline(["branch", "create", "next"]).expect_code(0);
    team.ann.syncline(["branch", "switch", "next"]).expect_code(0);
    team.ann.write("top.txt", "next\n");
    team.ann.syncline(["sync"]).expect_code(0);
    team.ben.syncline(["-C", "one", "fetch"]).expect_code(0);
    team.ben.syncline(["-C", "one", "branch", "switch", "next"]).expect_code(0);
    assert_eq!(team.ben.read("one/top.txt"), "next\n");
    team.server.allow_filters("team/library", false);
    let clone = team.ben.syncline(["clone", &team.url, "two", "--folder", "apps/two"]);
    assert_data_eq!(
        clone.transcript(),
        str![[r#"
Cloned into [HOME]/work/two
Format generic, 1 resource, branch main
stderr: warning: this remote cannot leave files out: all of it was fetched, and only the folder is in your working folder
stderr: hint: go on with `cd two` and `syncline status`
exit: 0

"#]]
    );
}

#[test]
fn a_folder_that_the_repository_has_not_is_told() {
    let team = Team::new();
    team.ann.write("apps/one/a.yaml", "a: 1\n");
    team.ann.syncline(["sync"]).expect_code(0);
    let clone = team.ann.syncline(["clone", &team.url, "x", "--folder", "apps/nosuch"]);
    assert_data_eq!(
        clone.transcript(),
        str![[r#"
stderr: error: there is no folder `apps/nosuch` in the repository
stderr: hint: the folders there are `apps/one`
stderr: hint: to begin one, leave out --folder, make the folder, and run `syncline config folder apps/nosuch`
exit: 2

"#]]
    );
    assert!(!team.ann.folder.join("x/.git").exists());
    team.ann.syncline(["clone", &team.url, "x", "--folder", "apps/nosuch", "--preview"]).expect_code(2);
    let before = team.ben.git(["rev-parse", "HEAD"]);
    let ben = team.ben.syncline(["connect", &team.url, "--folder", "nosuch"]);
    assert_data_eq!(
        team.stable(&ben.transcript()),
        str![[r#"
stderr: error: there is no folder `nosuch` in the repository
stderr: hint: the folders there are `apps`
stderr: hint: to begin one, leave out --folder, make the folder, and run `syncline config folder nosuch`
exit: 2

"#]]
    );
    assert_eq!(team.ben.git(["rev-parse", "HEAD"]), before, "nothing was changed");
    assert_eq!(team.ben.syncline(["config", "folder"]).stdout(), "\n");
    team.ben.syncline(["connect", &team.url, "--folder", "apps"]).expect_code(0);
    team.ben.syncline(["config", "folder", "nosuch"]).expect_code(0);
    assert_data_eq!(
        team.ben.syncline(["status"]).transcript(),
        str![[r#"
On main, up to date with origin/main: nothing changed
stderr: warning: there is no folder `nosuch` here or at the remote: nothing is shown or committed until it is made; another one: `syncline config folder PATH`
exit: 0

"#]]
    );
    assert_eq!(team.ben.syncline(["config", "folder", "apps/one"]).stderr(), "");
}

#[test]
fn connect_says_what_was_connected_before() {
    let team = Team::new();
    assert_data_eq!(
        team.stable(&team.ann.syncline(["connect", &team.url]).transcript()),
        str![[r#"
http://[SERVER]/team/library.git was connected already: main
Nothing to do: this folder and the remote are equal
exit: 0

"#]]
    );
    team.ann.git(["init", "-q", "--bare", "../other.git"]);
    let other = team.ann.syncline(["connect", "../other.git"]);
    assert_data_eq!(
        team.stable(&other.transcript()),
        str![[r#"
Connected main to [HOME]/other.git, no more to http://[SERVER]/team/library.git
Pushed 1 commit to origin/main, a new branch
exit: 0

"#]]
    );
    let alone = Installation::new();
    alone.syncline(["init", "-q"]).expect_code(0);
    alone.write("notes.txt", "hello\n");
    alone.git(["clone", "-q", "--bare", &team.ann.folder.display().to_string(), "../trunk.git"]);
    alone.git(["--git-dir=../trunk.git", "branch", "-m", "main", "trunk"]);
    assert_data_eq!(
        alone.syncline(["connect", "../trunk.git"]).transcript(),
        str![[r#"
Connected trunk (as main) to [HOME]/trunk.git
Committed 1 change as [COMMIT]
  + added  file  notes.txt
Pulled 1 commit and merged: 3 changes
  + added  Workspace  Library      library.yaml
  + added  Request    List books   library.yaml
  + added  Request    Lend a book  library.yaml
Pushed 2 commits to origin/trunk
exit: 0

"#]]
    );
}

#[test]
fn the_first_file_of_a_tool_is_known_when_it_is_pulled() {
    let team = Team::apart();
    team.ann.syncline(["connect", &team.url]).expect_code(0);
    team.ben.syncline(["init", "-q"]).expect_code(0);
    team.ben.write("notes.txt", "hello\n");
    assert_data_eq!(
        team.stable(&team.ben.syncline(["connect", &team.url]).transcript()),
        str![[r#"
Connected main to http://[SERVER]/team/library.git
Committed 1 change as [COMMIT]
  + added  file  notes.txt
Pulled 1 commit and merged: 3 changes
  + added  Workspace  Library      library.yaml
  + added  Request    List books   library.yaml
  + added  Request    Lend a book  library.yaml
Pushed 2 commits to origin/main
exit: 0

"#]]
    );
}

#[test]
fn a_side_branch_is_not_connected_to_the_main_one() {
    let team = Team::new();
    team.ann.syncline(["disconnect"]).expect_code(0);
    team.ann.syncline(["branch", "create", "try"]).expect_code(0);
    team.ann.syncline(["branch", "switch", "try"]).expect_code(0);
    team.ann.write("notes.txt", "hello\n");
    let connect = team.ann.syncline(["connect", &team.url]);
    assert_data_eq!(
        team.stable(&connect.transcript()),
        str![[r#"
Connected try to http://[SERVER]/team/library.git
Committed 1 change as [COMMIT]
  + added  file  notes.txt
Pushed 1 commit to origin/try, a new branch
exit: 0

"#]]
    );
}

#[test]
fn what_the_users_own_hook_said_was_kept_from_the_user() {
    let team = Team::new();
    team.ann.write(".git/hooks/pre-push", "#!/bin/sh\necho 'first: run the tests' >&2\nexit 1\n");
    let hook = team.ann.folder.join(".git/hooks/pre-push");
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a hook");
    team.ann.replace("library.yaml", "/loans", "/lendings");
    let ran = team.ann.syncline(["sync", "-m", "Rename"]).expect_code(3);
    assert_data_eq!(
        team.stable(&ran.stderr()),
        str![[r#"
error: your own pre-push hook declined the push
hint: mend what it complains about, and push again; git keeps it in .git/hooks/pre-push
  | first: run the tests
  | error: failed to push some refs to 'http://[SERVER]/team/library.git'

"#]]
    );
}
