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
fn connect_publishes_what_is_here() {
    let team = Team::apart();
    let check = team.ann.syncline(["connect", &team.url, "--check"]);
    assert_data_eq!(team.stable(&check.transcript()), str![]);
    let connect = team.ann.syncline(["connect", &team.url]);
    assert_data_eq!(team.stable(&connect.transcript()), str![]);
    assert_data_eq!(team.ann.syncline(["status"]).transcript(), str![]);
    let disconnect = team.ann.syncline(["disconnect"]);
    assert_data_eq!(team.stable(&disconnect.transcript()), str![]);
    assert_data_eq!(team.ann.syncline(["disconnect"]).transcript(), str![]);
}

#[test]
fn clone_opens_a_workspace() {
    let team = Team::apart();
    team.ann.syncline(["connect", &team.url]).expect_code(0);
    let preview = team.ben.syncline(["clone", &team.url, "--preview"]);
    assert_data_eq!(team.stable(&preview.transcript()), str![]);
    let clone = team.ben.syncline(["clone", &team.url]);
    assert_data_eq!(team.stable(&clone.transcript()), str![]);
    assert_eq!(team.ben.read("library/library.yaml"), COLLECTION);
}

#[test]
fn edits_of_both_meet() {
    let team = Team::new();
    team.ann.replace("library.yaml", "/loans", "/lendings");
    team.ben.replace("library.yaml", "method: POST", "method: PUT");
    assert_data_eq!(team.ann.syncline(["sync", "-m", "Rename the path"]).transcript(), str![]);
    assert_data_eq!(team.ben.syncline(["fetch"]).transcript(), str![]);
    assert_data_eq!(team.ben.syncline(["status"]).transcript(), str![]);
    assert_data_eq!(team.ben.syncline(["sync"]).transcript(), str![]);
    assert_data_eq!(team.ann.syncline(["pull"]).transcript(), str![]);
    assert_data_eq!(team.ann.syncline(["sync"]).transcript(), str![]);
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
    assert_data_eq!(team.ann.syncline(["log"]).transcript(), str![]);
    assert_data_eq!(team.ann.syncline(["push"]).transcript(), str![]);
    assert_data_eq!(team.ann.syncline(["push"]).transcript(), str![]);
    assert_data_eq!(team.ann.syncline(["push", "--new-branch", "review"]).transcript(), str![]);
    assert_data_eq!(team.ann.syncline(["branch"]).transcript(), str![]);
}

#[test]
fn push_never_overwrites_unasked() {
    let team = Team::new();
    team.ann.replace("library.yaml", "/loans", "/lendings");
    team.ann.syncline(["sync"]).expect_code(0);
    team.ben.replace("library.yaml", "method: POST", "method: PUT");
    team.ben.syncline(["commit", "-m", "Put"]).expect_code(0);
    assert_data_eq!(team.ben.syncline(["push"]).transcript(), str![]);
    assert_data_eq!(team.ben.syncline(["push", "--force"]).transcript(), str![]);
    team.ben.syncline(["fetch"]).expect_code(0);
    assert_data_eq!(team.ben.syncline(["push", "--force", "--yes"]).transcript(), str![]);
}

#[test]
fn a_protected_branch_is_upheld() {
    let team = Team::new();
    team.server.protect("team/library", "main", &Protection::GitHub);
    team.ann.replace("library.yaml", "/loans", "/lendings");
    let sync = team.ann.syncline(["sync"]);
    assert_data_eq!(team.stable(&sync.transcript()), str![]);
    assert_data_eq!(team.ann.syncline(["push", "--new-branch", "review"]).transcript(), str![]);
}

#[test]
fn a_remote_that_cannot_be_reached() {
    let team = Team::new();
    team.server.fault(On::Any, Fault::Status(503));
    let pull = team.ann.syncline(["pull"]);
    assert_data_eq!(team.stable(&pull.transcript()), str![]);
    let nobody = team.ben.syncline(["clone", "http://127.0.0.1:1/team/library", "x"]);
    assert_data_eq!(nobody.transcript(), str![]);
    let unknown = team.ben.syncline(["clone", &team.server.url("team/nothing"), "x"]);
    assert_data_eq!(team.stable(&unknown.transcript()), str![]);
    assert!(!team.ben.folder.join("x").exists());
}
