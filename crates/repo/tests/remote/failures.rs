//! What is more to a failure than the row that it has in the table.

use std::time::Duration;

use syncline_repo::{Cancel, CloneOptions, ExitClass, FetchOptions, RemoteErrorKind as Kind, RemoteUrl};
use syncline_testkit::{Fault, On, Protection, Right};

use crate::scene::{Scene, assert_error, now};

#[test]
fn no_right_to_write() {
    let scene = Scene::new();
    scene.server.create_repo("team/api");
    let token = scene.server.token("ann", "team/api", Right::Read);
    let error = scene.push_failure(&scene.signed_in("team/api", &token));
    assert_error(&error, Kind::NoPermission, "not allowed to push to", "the right to write");
    assert!(
        error.remote_output.contains("Permission to team/api.git denied to ann."),
        "{}",
        error.remote_output
    );
    assert_eq!(error.exit_class(), ExitClass::PushRefused);
}

#[test]
fn too_slow() {
    let scene = Scene::pushed();
    scene.server.fault_times(2, On::RefsForFetch, Fault::Stall);
    let started = now();
    let remote = scene.remote("team/api").with_time_limit(Duration::from_millis(700));
    assert_error(&remote.list_refs().expect_err("stalled"), Kind::TimedOut, "in time", "try again");
    let remote = scene.remote("team/api").with_stall_limit(Duration::from_secs(1));
    let error = remote.list_refs().expect_err("stalled");
    assert_error(&error, Kind::TimedOut, "in time", "try again");
    assert!(error.git_output.contains("Operation too slow"), "{}", error.git_output);
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[test]
fn stopped_on_request() {
    let scene = Scene::pushed();
    scene.server.fault(On::RefsForFetch, Fault::Stall);
    let cancel = Cancel::default();
    let remote = scene.remote("team/api").with_cancel(&cancel);
    std::thread::scope(|scope| {
        let call = scope.spawn(|| remote.list_refs());
        scene.server.wait_for(1, On::RefsForFetch);
        cancel.cancel();
        assert_eq!(call.join().expect("no panic").expect_err("stopped").kind, Kind::Cancelled);
    });
}

#[test]
fn protected_branches() {
    let cases = [
        (Protection::GitHub, "GH006"),
        (Protection::GitLab, "GitLab: You are not allowed"),
        (Protection::Gitea, "Gitea: Not allowed"),
        (Protection::Gitolite, "DENIED by refs/heads/main$"),
    ];
    for (protection, said) in cases {
        let scene = Scene::new();
        scene.server.create_open_repo("team/api");
        scene.server.protect("team/api", "main", &protection);
        let error = scene.push_failure(&scene.remote("team/api"));
        assert_error(&error, Kind::ProtectedBranch, "branch main", "push --new-branch");
        assert!(error.remote_output.contains(said), "{protection:?}: {}", error.remote_output);
        assert_eq!(error.exit_class(), ExitClass::PushRefused);
    }
}

#[test]
fn rate_limits_and_maintenance() {
    let scene = Scene::pushed();
    let cases = [
        (Fault::RetryAfter(429, 30), Kind::RateLimited, Some(30)),
        (Fault::RetryAfter(403, 5), Kind::RateLimited, Some(5)),
        (Fault::RetryAfter(503, 7), Kind::ServerError, Some(7)),
        (Fault::Status(429), Kind::RateLimited, None),
        (Fault::Status(500), Kind::ServerError, None),
        (Fault::Status(502), Kind::ServerError, None),
        (Fault::Status(503), Kind::ServerError, None),
        (Fault::Status(504), Kind::TimedOut, None),
    ];
    for (fault, kind, seconds) in cases {
        // Newer gits wait and ask again by themselves.
        scene.server.fault_times(20, On::RefsForFetch, fault.clone());
        let error = scene.remote("team/api").list_refs().expect_err("a fault");
        scene.server.clear_faults();
        assert_error(&error, kind, "127.0.0.1", "try again");
        assert_eq!((error.retry_after, error.is_transient()), (seconds, true), "{fault:?}");
        assert_eq!(error.exit_class(), ExitClass::Unreachable);
    }
}

#[test]
fn redirects_and_web_pages() {
    let scene = Scene::pushed();
    let remote = scene.remote("team/api");
    scene.server.fault_times(100, On::RefsForFetch, Fault::RedirectLoop);
    assert_error(&remote.list_refs().expect_err("a loop"), Kind::RedirectLoop, "in circles", "in a browser");
    scene.server.clear_faults();

    scene.server.fault(On::RefsForFetch, Fault::RedirectToLogin);
    assert_error(&remote.list_refs().expect_err("a login page"), Kind::NotGit, "a web page", "in a browser");

    // Git itself takes this page for an empty repository and exits with 0.
    scene.server.fault_times(3, On::RefsForFetch, Fault::LoginPage);
    assert_error(&remote.list_refs().expect_err("a page"), Kind::NotGit, "a web page", "under Clone");
    let target = scene.home.path().join("clone");
    let error = Scene::clone_failure(&remote, &target, &CloneOptions::default());
    assert_error(&error, Kind::NotGit, "a web page", "under Clone");
    assert!(!target.exists(), "nothing is left of it");
    let fetch = remote.fetch(&scene.git_dir(), &FetchOptions::for_remote("origin"), &mut |_| ());
    assert_error(&fetch.expect_err("a page"), Kind::NotGit, "a web page", "under Clone");
    assert_eq!(remote.list_refs().expect("no fault is left").refs.len(), 1);
}

#[test]
fn a_renamed_repository_is_followed_and_told() {
    let scene = Scene::pushed();
    scene.server.rename_repo("team/api", "team/new");
    let remote = scene.remote("team/api");
    let (new, _) = RemoteUrl::parse(&scene.server.url("team/new")).expect("an address");
    assert_eq!(remote.list_refs().expect("followed").redirected_to, Some(new.clone()));
    let fetched =
        remote.fetch(&scene.git_dir(), &FetchOptions::for_remote("origin"), &mut |_| ()).expect("followed");
    assert_eq!(fetched.redirected_to, Some(new));
}

#[test]
fn cut_in_the_middle() {
    let scene = Scene::pushed();
    let remote = scene.remote("team/api");
    let target = scene.home.path().join("clone");
    let noise: Vec<String> =
        (0..9999_u32).map(|number| number.wrapping_mul(2_654_435_761).to_string()).collect();
    scene.commit("noise.txt", &noise.concat());
    scene.push(&remote).expect("pushed");
    // Two requests: the refs are asked for as well. The last of these faults lets them through.
    for fault in [Fault::Cut, Fault::CutAfter(60), Fault::CutAfter(5000)] {
        scene.server.fault_times(2, On::Fetch, fault.clone());
        let error = Scene::clone_failure(&remote, &target, &CloneOptions::default());
        assert_error(&error, Kind::ConnectionCut, "127.0.0.1", "try again");
        assert!(!target.exists(), "{fault:?}: nothing is left of it");
        scene.server.clear_faults();
    }
    scene.server.fault(On::RefsForFetch, Fault::Cut);
    assert_eq!(remote.list_refs().expect_err("cut").kind, Kind::ConnectionCut);
    scene.commit("a.txt", "two\n");
    scene.server.fault(On::Push, Fault::CutRequestAfter(10));
    assert_error(&scene.push_failure(&remote), Kind::ConnectionCut, "cut in the middle", "try again");
}

#[test]
fn a_branch_that_is_not_there() {
    let scene = Scene::pushed();
    let options = FetchOptions {
        refspecs: vec!["+refs/heads/gone:refs/remotes/origin/gone".to_owned()],
        ..FetchOptions::default()
    };
    let error =
        scene.remote("team/api").fetch(&scene.git_dir(), &options, &mut |_| ()).expect_err("no such branch");
    assert_error(&error, Kind::RefNotFound, "gone is not at", "syncline branch");
    let options = CloneOptions { branch: "gone".parse().ok(), ..CloneOptions::default() };
    let target = scene.home.path().join("clone");
    let error = Scene::clone_failure(&scene.remote("team/api"), &target, &options);
    assert_error(&error, Kind::RefNotFound, "gone is not at", "syncline branch");
}

#[test]
fn the_users_own_pre_push_hook() {
    let scene = Scene::pushed();
    scene.commit("a.txt", "two\n");
    let hook = scene.git_dir().join("hooks/pre-push");
    std::fs::create_dir_all(hook.parent().expect("in a folder")).expect("can be written");
    std::fs::write(&hook, "#!/bin/sh\necho run the tests first >&2\nexit 1\n").expect("can be written");
    scene.home.command("chmod").arg("+x").arg(&hook).status().expect("chmod is there");
    let error = scene.push_failure(&scene.remote("team/api"));
    assert_error(&error, Kind::LocalHookDeclined, "pre-push hook", "hooks/pre-push");
    assert!(error.git_output.contains("run the tests first"));
    assert_eq!(error.exit_class(), ExitClass::Refused);
}
