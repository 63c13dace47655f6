//! Edits made apart, brought together by sync.

use crate::support::{FILE, REPOSITORY, Two, at_server};
use syncline_testkit::{Fault, On};

#[test]
fn different_fields_of_one_request_merge_by_themselves() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: First");
    two.ben.replace(FILE, "https://example.com/one", "https://example.com/1");
    two.anna.sync();
    let report = two.ben.sync();
    assert!(report.pulled.merged && report.pulled.conflicts.is_empty());
    two.anna.sync();
    two.assert_equal();
    let text = two.anna.read(FILE);
    assert!(text.contains("name: First") && text.contains("https://example.com/1"), "{text}");
}

#[test]
fn a_sync_with_nothing_to_do_moves_nothing() {
    let two = Two::start();
    let before = two.ben.git(&["for-each-ref"]);
    let report = two.ben.sync();
    assert!(report.commit.is_none() && report.pushed.is_none() && !report.pulled.moved);
    assert_eq!(two.ben.git(&["for-each-ref"]), before);
}

#[test]
fn a_timestamp_alone_is_no_change() {
    let two = Two::start();
    two.ben.replace(FILE, "modified: 2", "modified: 99");
    let status = two.ben.workspace().status().expect("a status");
    assert!(status.changes.is_empty());
    assert_eq!(status.noise.len(), 1);
    assert!(two.ben.sync().commit.is_none());
    assert!(two.ben.read(FILE).contains("modified: 99"));
}

#[test]
fn someone_who_is_first_makes_a_sync_merge_again() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.commit("Rename One");
    two.ben.replace(FILE, "name: Two", "name: Ben's");
    let mut push = two.anna.home.command("git");
    push.args(["push", "--quiet"])
        .arg(two.server.repo_path(REPOSITORY))
        .arg("main")
        .current_dir(&two.anna.folder);
    let anna_pushes = move |_: &std::path::Path| {
        assert!(push.status().is_ok_and(|status| status.success()));
    };
    two.server.before(On::Push, anna_pushes);
    let report = two.ben.sync();
    assert_eq!(report.retries, 1);
    two.anna.sync();
    two.assert_equal();
    let merges = two.ben.git(&["rev-list", "--merges", "--count", "HEAD"]);
    assert_eq!(merges.trim(), "1", "a merge that nobody took is dropped");
}

#[test]
fn an_answer_lost_after_the_push_is_no_failure() {
    let two = Two::start();
    two.ben.replace(FILE, "name: Two", "name: Ben's");
    two.server.fault(On::Push, Fault::LoseAnswer);
    let report = two.ben.sync();
    assert!(report.pushed.is_some());
    assert_eq!(at_server(&two, "main"), two.ben.git(&["rev-parse", "HEAD"]).trim());
}

#[test]
fn work_is_committed_and_pulled_even_where_the_push_is_refused() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two.server.protect(REPOSITORY, "main", &syncline_testkit::Protection::GitHub);
    two.ben.replace(FILE, "name: Two", "name: Ben's");
    let error =
        two.ben.workspace().sync(&syncline_sync::SyncRequest::default()).expect_err("a protected branch");
    assert_eq!(error.kind(), syncline_sync::ErrorKind::PushRefused);
    let text = two.ben.read(FILE);
    assert!(text.contains("Anna's") && text.contains("Ben's"), "{text}");
    let status = two.ben.workspace().status().expect("a status");
    assert_eq!((status.ahead, status.behind), (2, 0));
}

#[test]
fn a_branch_that_is_gone_from_the_remote_is_not_made_again() {
    let two = Two::start();
    two.anna.git(&[
        "push",
        "--quiet",
        two.server.repo_path(REPOSITORY).to_str().expect("UTF-8"),
        "main:other",
    ]);
    let bare = two.server.repo_path(REPOSITORY);
    two.anna.home.git(&bare, ["symbolic-ref", "HEAD", "refs/heads/other"]);
    two.anna.home.git(&bare, ["branch", "-D", "main"]);
    two.ben.replace(FILE, "name: Two", "name: Ben's");
    let error = two.ben.workspace().sync(&syncline_sync::SyncRequest::default()).expect_err("gone");
    assert!(matches!(error, syncline_sync::SyncError::UpstreamGone(_)), "{error}");
    assert!(two.ben.workspace().status().expect("a status").upstream_gone);
    assert!(two.anna.home.git(&bare, ["branch", "--list", "main"]).is_empty());
}

#[test]
fn unrelated_histories_are_merged_on_connect() {
    let two = Two::start();
    let carl = crate::support::Person::alone("Carl");
    carl.write("other.yaml", &crate::support::COLLECTION.replace("wrk_1", "wrk_9").replace("req_", "req_9"));
    let mut workspace = carl.init();
    let request = syncline_sync::ConnectRequest {
        url: two.server.repo_path(REPOSITORY).to_string_lossy().into_owned(),
        ..syncline_sync::ConnectRequest::default()
    };
    let report = workspace.connect(&request).expect("a remote with content");
    assert!(!report.was_empty);
    assert!(carl.folder.join(FILE).is_file() && carl.folder.join("other.yaml").is_file());
    carl.assert_clean();
    two.ben.sync();
    assert!(two.ben.folder.join("other.yaml").is_file());
}

#[test]
fn a_clone_finds_the_branch_where_the_remotes_head_names_none() {
    let two = Two::start();
    let bare = two.server.repo_path(REPOSITORY);
    two.anna.home.git(&bare, ["symbolic-ref", "HEAD", "refs/heads/master"]);
    let carl = crate::support::Person::alone("Carl");
    let request = syncline_sync::CloneRequest {
        url: bare.to_string_lossy().into_owned(),
        dir: carl.folder.clone(),
        branch: None,
        folder: None,
    };
    let (_, report) = syncline_sync::Workspace::clone_from(&request, carl.environment()).expect("a clone");
    assert_eq!(report.branch.map(|branch| branch.to_string()).as_deref(), Some("main"));
    assert!(carl.folder.join(FILE).is_file());
}

/// The remote takes the merge, and not the conflicts that belong to it: somebody settled another one meanwhile.
#[test]
fn a_conflict_stays_held_where_only_its_ref_was_not_first() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two.ben.replace(FILE, "name: One", "name: Ben's");
    let bare = two.server.repo_path(REPOSITORY);
    let tree = two.anna.home.git(&bare, ["mktree"]).trim().to_owned();
    let commit = two.anna.home.git(&bare, ["commit-tree", "-m", "Somebody else's", &tree]).trim().to_owned();
    let mut update = two.anna.home.command("git");
    update.args(["update-ref", "refs/syncline/conflicts/main", &commit]).current_dir(&bare);
    let somebody_settles = move |_: &std::path::Path| {
        assert!(update.status().is_ok_and(|status| status.success()));
    };
    two.server.before(On::Push, somebody_settles);
    let report = two.ben.sync();
    assert_eq!(report.pulled.conflicts.len(), 1);
    assert!(report.pushed.is_some());
    assert_eq!(two.ben.workspace().conflicts().expect("a list").len(), 1);
    two.anna.sync();
    assert_eq!(two.anna.workspace().conflicts().expect("a list").len(), 1);
}

#[test]
fn what_is_held_of_a_merge_does_not_go_ahead_of_it() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two.server.protect(REPOSITORY, "main", &syncline_testkit::Protection::GitHub);
    two.ben.replace(FILE, "name: One", "name: Ben's");
    two.ben.workspace().sync(&syncline_sync::SyncRequest::default()).expect_err("a protected branch");
    assert_eq!(two.ben.workspace().conflicts().expect("a list").len(), 1);
    let bare = two.server.repo_path(REPOSITORY);
    assert_eq!(two.anna.home.git(&bare, ["for-each-ref", "refs/syncline"]), "", "the merge is not there");
}

#[test]
fn what_two_people_decided_differently_in_a_criss_cross_is_held() {
    let two = Two::start();
    let branch = |name: &str, start: &str, value: &str| {
        two.ben.git(&["switch", "--quiet", "-c", name, start]);
        two.ben.replace(FILE, "name: One", &format!("name: {value}"));
        two.ben.git(&["commit", "--quiet", "-am", value]);
    };
    branch("left", "main", "Left");
    branch("right", "main", "Right");
    // Each takes the other one in, and stays with its own value.
    two.ben.git(&["branch", "old-right", "right"]);
    two.ben.git(&["merge", "--quiet", "-s", "ours", "-m", "Right it is", "left"]);
    two.ben.git(&["switch", "--quiet", "left"]);
    two.ben.git(&["merge", "--quiet", "-s", "ours", "-m", "Left it is", "old-right"]);
    let report = two.ben.workspace().merge_branch("right").expect("merged");
    assert!(two.ben.read(FILE).contains("name: Left"));
    assert_eq!(report.conflicts.len(), 1);
}

#[test]
fn what_came_in_stays_where_there_is_no_right_to_push() {
    let two = Two::start();
    let carl = crate::support::Person::reader(&two.server, "Carl");
    let request = syncline_sync::CloneRequest {
        url: two.server.url(REPOSITORY),
        dir: carl.folder.clone(),
        branch: None,
        folder: None,
    };
    syncline_sync::Workspace::clone_from(&request, carl.environment()).expect("a clone");
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    carl.replace(FILE, "name: Two", "name: Carl's");
    let error = carl.workspace().sync(&syncline_sync::SyncRequest::default()).expect_err("no right");
    assert_eq!(error.kind(), syncline_sync::ErrorKind::PushRefused);
    let text = carl.read(FILE);
    assert!(text.contains("Anna's") && text.contains("Carl's"), "{text}");
}

#[test]
fn a_push_does_not_make_a_branch_again_that_is_gone() {
    let two = Two::start();
    let bare = two.server.repo_path(REPOSITORY);
    two.anna.home.git(&bare, ["update-ref", "-d", "refs/heads/main"]);
    two.ben.workspace().fetch().expect_err("gone");
    let request = syncline_sync::PushRequest::default();
    let error = two.ben.workspace().push(&request).expect_err("gone");
    assert!(matches!(error, syncline_sync::SyncError::UpstreamGone(_)), "{error}");
    assert_eq!(error.kind(), syncline_sync::ErrorKind::PushRefused);
    let request = syncline_sync::PushRequest {
        new_branch: Some("again".to_owned()),
        ..syncline_sync::PushRequest::default()
    };
    two.ben.workspace().push(&request).expect("under another name");
    two.ben.sync();
}

#[test]
fn another_remote_is_not_taken_for_a_rewritten_one() {
    let two = Two::start();
    two.server.create_repo("team/other");
    let token = two.server.token("Ben", "team/other", syncline_testkit::Right::Write);
    let request = syncline_sync::ConnectRequest {
        url: two.server.url("team/other"),
        credentials: Some(syncline_repo::Credentials::new("Ben", &token)),
        ..syncline_sync::ConnectRequest::default()
    };
    let report = two.ben.workspace().connect(&request).expect("an empty remote");
    assert!(report.sync.is_some_and(|sync| sync.pushed.is_some()));
}
