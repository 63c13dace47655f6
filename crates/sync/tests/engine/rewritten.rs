//! The followed branch was rewritten at the remote.

use crate::support::{FILE, REPOSITORY, Two, at_server};
use syncline_sync::{ErrorKind, PullRequest, SyncError, SyncRequest};

const CARRY: SyncRequest =
    SyncRequest { message: None, allow_removals: false, carry_over: true, nothing_new: false };

/// Anna pushed a commit that Ben has, and then took it back by force; both have other work.
fn rewritten() -> Two {
    let two = Two::start();
    two.anna.write("secret.yaml", "token: abc\n");
    two.anna.sync();
    two.ben.sync();
    two.anna.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.git(&["commit", "--quiet", "--all", "--message", "Rename One"]);
    let remote = two.server.repo_path(REPOSITORY);
    two.anna.git(&["push", "--quiet", "--force", remote.to_str().expect("UTF-8"), "main"]);
    two
}

#[test]
fn a_rewritten_branch_is_refused_with_its_choices() {
    let two = rewritten();
    two.ben.replace(FILE, "name: Two", "name: Ben's");
    two.ben.commit("Rename Two");
    let before = two.ben.git(&["rev-parse", "HEAD"]);
    let error = two.ben.workspace().pull(PullRequest::default()).expect_err("rewritten");
    assert!(matches!(&error, SyncError::Rewritten { own: 1, .. }), "{error}");
    assert_eq!((error.kind(), error.hints().len()), (ErrorKind::Refused, 3));
    assert_eq!(two.ben.git(&["rev-parse", "HEAD"]), before);
    two.ben.workspace().sync(&SyncRequest::default()).expect_err("rewritten");
    assert_eq!(two.ben.git(&["rev-parse", "HEAD"]), before);
}

#[test]
fn only_what_never_was_there_is_carried_over_and_the_rest_stays_out() {
    let two = rewritten();
    for (old, new) in [("name: Two", "name: Ben's"), ("name: Three", "name: Ben's too")] {
        two.ben.replace(FILE, old, new);
        two.ben.commit(new);
    }
    two.ben.replace(FILE, "https://example.com/one", "https://example.com/typed");
    let before = two.ben.git(&["rev-parse", "HEAD"]);
    let report = two.ben.workspace().pull(PullRequest { carry_over: true }).expect("carried over");
    let carried = report.carried.expect("something was carried over");
    assert_eq!(carried.commits, 2);
    assert_eq!(two.ben.git(&["rev-parse", &carried.kept]), before, "the branch as it was is kept");
    let text = two.ben.read(FILE);
    for expected in ["Anna's", "name: Ben's\n", "Ben's too", "example.com/typed"] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert!(!two.ben.folder.join("secret.yaml").exists());
    assert_eq!(two.ben.git(&["log", "--format=%s", "-3"]), "name: Ben's too\nname: Ben's\nRename One");
    two.ben.sync();
    two.anna.sync();
    two.assert_equal();
}

#[test]
fn commits_that_meet_a_conflict_are_carried_over_as_one() {
    let two = rewritten();
    for (old, new) in [("name: One", "name: Ben's"), ("name: Ben's", "name: Ben's own")] {
        two.ben.replace(FILE, old, new);
        two.ben.commit(new);
    }
    two.ben.replace(FILE, "name: Two", "name: Ben's too");
    two.ben.commit("Rename Two");
    let report = two.ben.workspace().sync(&CARRY).expect("carried over");
    assert_eq!(report.pulled.conflicts.len(), 1, "one field is one conflict");
    let conflict = &report.pulled.conflicts[0].conflict;
    assert_eq!(conflict.ours.as_ref().and_then(|value| value.as_str()), Some("Ben's own"));
    assert!(two.ben.read(FILE).contains("name: Anna's"));
    let message = two.ben.git(&["log", "--format=%B", "-1"]);
    assert!(message.contains("* name: Ben's\n* name: Ben's own\n* Rename Two"), "{message}");
    assert_eq!(at_server(&two, "main"), two.ben.git(&["rev-parse", "HEAD"]).trim());
    two.anna.sync();
    assert_eq!(two.anna.workspace().conflicts().expect("a list").len(), 1);
}

#[test]
fn a_branch_without_own_commits_goes_where_the_rewritten_one_is() {
    let two = rewritten();
    let report = two.ben.workspace().sync(&CARRY).expect("nothing to carry");
    assert_eq!(report.pulled.carried.map(|carried| carried.commits), Some(0));
    two.anna.sync();
    two.assert_equal();
    two.ben.sync();
}

#[test]
fn a_branch_that_was_rebased_with_git_is_not_refused_any_more() {
    let two = rewritten();
    two.ben.replace(FILE, "name: Two", "name: Ben's");
    two.ben.commit("Rename Two");
    two.ben.workspace().fetch().expect_err("rewritten");
    two.ben.git(&["rebase", "--quiet", "--onto", "origin/main", "HEAD~1"]);
    two.ben.sync();
    two.anna.sync();
    two.assert_equal();
}
