//! Push: each ref for itself, races, and answers that are lost.

use syncline_repo::{Lease, PushOptions, PushRef, PushStatus, RemoteErrorKind as Kind};
use syncline_testkit::{Fault, On, Protection};

use crate::scene::{Scene, assert_error, commit_as_someone_else, ref_name};

#[test]
fn a_plain_push() {
    let scene = Scene::new();
    scene.server.create_open_repo("team/api");
    let remote = scene.remote("team/api");
    assert_eq!(scene.push(&remote).expect("pushed").status, PushStatus::Done);
    assert_eq!(scene.push(&remote).expect("pushed").status, PushStatus::UpToDate);
    assert_eq!(scene.at_server("team/api", "refs/heads/main"), Some(scene.head().to_string()));
}

#[test]
fn a_folder_is_a_remote_too() {
    let scene = Scene::new();
    let folder = scene.home.folder("a folder.git");
    scene.home.git(&folder, ["init", "--quiet", "--bare"]);
    let remote = scene.remote_at(&folder.to_string_lossy());
    assert_eq!(scene.push(&remote).expect("pushed").status, PushStatus::Done);
    assert_eq!(remote.list_refs().expect("listed").refs.len(), 1);
}

/// The commit is there: an error here would make people push it twice, or give up.
#[test]
fn a_lost_answer_is_a_success() {
    let scene = Scene::pushed();
    let tip = scene.commit("a.txt", "two\n");
    scene.server.fault(On::Push, Fault::LoseAnswer);
    let result = scene.push(&scene.remote("team/api")).expect("the remote was looked at");
    assert_eq!(result.status, PushStatus::DoneAnswerLost);
    assert_eq!(scene.at_server("team/api", "refs/heads/main"), Some(tip.to_string()));
}

#[test]
fn a_gateway_that_gave_up_may_have_passed_it_on() {
    let scene = Scene::pushed();
    scene.commit("a.txt", "two\n");
    scene.server.fault(On::Push, Fault::Status(502));
    assert_eq!(scene.push_failure(&scene.remote("team/api")).kind, Kind::ServerError, "it has not");
    let tip = scene.head().to_string();
    let url = scene.server.repo_path("team/api");
    let folder = scene.folder.clone();
    let home = syncline_testkit::TestHome::new();
    scene.server.before(On::Push, move |_| {
        drop(home.git(&folder, ["push", "--quiet", &url.to_string_lossy(), "main"]));
    });
    scene.server.fault(On::Push, Fault::Status(502));
    let result = scene.push(&scene.remote("team/api")).expect("the remote was looked at");
    assert_eq!(result.status, PushStatus::DoneAnswerLost);
    assert_eq!(scene.at_server("team/api", "refs/heads/main"), Some(tip));
}

#[test]
fn where_nothing_can_be_learned_the_failure_stands() {
    let scene = Scene::pushed();
    scene.commit("a.txt", "two\n");
    scene.server.fault(On::Push, Fault::LoseAnswer);
    scene.server.fault(On::RefsForFetch, Fault::Cut);
    let error = scene.push(&scene.remote("team/api")).expect_err("nothing is known");
    assert_error(&error, Kind::ConnectionCut, "cut in the middle", "try again");
}

#[test]
fn someone_was_first() {
    let scene = Scene::pushed();
    scene.commit("a.txt", "two\n");
    scene.someone_else_commits("team/api");
    let error = scene.push_failure(&scene.remote("team/api"));
    assert_error(&error, Kind::SomeoneWasFirst, "pushed to main first", "syncline sync");
}

/// Between the list of refs and our commits: git names this by other words.
#[test]
fn someone_was_first_by_a_moment() {
    let scene = Scene::pushed();
    scene.commit("a.txt", "two\n");
    scene.server.before(On::Push, |repo| drop(commit_as_someone_else(repo)));
    let error = scene.push_failure(&scene.remote("team/api"));
    assert_error(&error, Kind::SomeoneWasFirst, "pushed to main first", "syncline sync");
}

#[test]
fn force_overwrites_only_what_was_seen() {
    let scene = Scene::pushed();
    let seen = scene.head();
    scene.home.git(&scene.folder, ["commit", "--quiet", "--amend", "--message", "Other"]);
    let remote = scene.remote("team/api");
    let push = |lease| {
        let refs = [PushRef::with_lease(scene.head(), ref_name("refs/heads/main"), lease)];
        let results = remote.push(&scene.git_dir(), &refs, &PushOptions::default(), &mut |_| ());
        results.expect("an answer").remove(0)
    };
    let theirs = scene.someone_else_commits("team/api");
    let result = push(Lease::At(seen.into()));
    assert_error(result.error().expect("refused"), Kind::LeaseLost, "main is not where", "syncline fetch");
    assert_eq!(scene.at_server("team/api", "main"), Some(theirs.clone()));
    assert_eq!(push(Lease::Absent).error().map(|error| error.kind), Some(Kind::LeaseLost));
    assert_eq!(push(Lease::At(theirs.parse().expect("an id"))).status, PushStatus::Done);
    assert_eq!(scene.at_server("team/api", "main"), Some(scene.head().to_string()));
}

#[test]
fn a_ref_is_removed() {
    let scene = Scene::pushed();
    scene.home.git(&scene.server.repo_path("team/api"), ["branch", "old", "main"]);
    let refs = [PushRef { id: None, remote_ref: ref_name("refs/heads/old"), lease: None }];
    let remote = scene.remote("team/api");
    let results =
        remote.push(&scene.git_dir(), &refs, &PushOptions::default(), &mut |_| ()).expect("an answer");
    assert_eq!(results[0].status, PushStatus::Done);
    assert_eq!(scene.at_server("team/api", "refs/heads/old"), None);
}

/// Branch and conflicts go together; what becomes of one says nothing of the other.
#[test]
fn each_ref_has_its_own_result() {
    let both = |scene: &Scene| {
        let tip = scene.commit("a.txt", "two\n");
        let refs = [
            PushRef::fast_forward(tip, ref_name("refs/heads/main")),
            PushRef::fast_forward(tip, ref_name("refs/syncline/conflicts/main")),
        ];
        let results =
            scene.remote("team/api").push(&scene.git_dir(), &refs, &PushOptions::default(), &mut |_| ());
        let results = results.expect("an answer");
        assert_eq!(results[1].remote_ref, refs[1].remote_ref);
        results.iter().map(|result| result.error().map(|error| error.kind)).collect::<Vec<_>>()
    };
    let scene = Scene::pushed();
    assert_eq!(both(&scene), [None, None]);

    let scene = Scene::pushed();
    scene.home.git(&scene.server.repo_path("team/api"), ["config", "receive.hideRefs", "refs/syncline"]);
    assert_eq!(both(&scene), [None, Some(Kind::RefRefused)]);

    // A pre-receive hook refuses both because of one; the other goes alone then.
    let scene = Scene::pushed();
    scene.server.protect("team/api", "main", &Protection::GitLab);
    assert_eq!(both(&scene), [Some(Kind::ProtectedBranch), None]);

    let scene = Scene::pushed();
    scene.someone_else_commits("team/api");
    assert_eq!(both(&scene), [Some(Kind::SomeoneWasFirst), None]);
}

#[test]
fn the_hook_can_be_left_out() {
    let scene = Scene::pushed();
    let tip = scene.commit("a.txt", "two\n");
    let hook = scene.git_dir().join("hooks/pre-push");
    std::fs::create_dir_all(hook.parent().expect("in a folder")).expect("can be written");
    std::fs::write(&hook, "#!/bin/sh\nexit 1\n").expect("can be written");
    scene.home.command("chmod").arg("+x").arg(&hook).status().expect("chmod is there");
    let refs = [PushRef::fast_forward(tip, ref_name("refs/heads/main"))];
    let options = PushOptions { run_hooks: false, ..PushOptions::default() };
    let results =
        scene.remote("team/api").push(&scene.git_dir(), &refs, &options, &mut |_| ()).expect("an answer");
    assert_eq!(results[0].status, PushStatus::Done);
}

#[test]
fn the_forge_offers_a_pull_request() {
    let scene = Scene::pushed();
    let hook = scene.server.repo_path("team/api").join("hooks/post-receive");
    let script = "#!/bin/sh\necho\necho \"Create a pull request for 'work' on GitHub by visiting:\"\n\
                  echo \"     https://forge.example/team/api/pull/new/work\"\necho\n";
    std::fs::create_dir_all(hook.parent().expect("in a folder")).expect("can be written");
    std::fs::write(&hook, script).expect("can be written");
    scene.home.command("chmod").arg("+x").arg(&hook).status().expect("chmod is there");
    let refs = [PushRef::fast_forward(scene.head(), ref_name("refs/heads/work"))];
    let remote = scene.remote("team/api");
    let results =
        remote.push(&scene.git_dir(), &refs, &PushOptions::default(), &mut |_| ()).expect("an answer");
    assert_eq!(results[0].status, PushStatus::Done);
    assert_eq!(results[0].pull_request_url(), Some("https://forge.example/team/api/pull/new/work"));
    assert_eq!(scene.push(&remote).expect("an answer").pull_request_url(), None, "nothing was new");
}

/// Git would push whatever its settings say.
#[test]
fn nothing_to_push_is_nothing() {
    let scene = Scene::pushed();
    scene.home.git(&scene.folder, ["config", "push.default", "current"]);
    scene.commit("a.txt", "two\n");
    let results = scene.remote("team/api").push(&scene.git_dir(), &[], &PushOptions::default(), &mut |_| ());
    assert_eq!(results.expect("an answer"), []);
    assert_ne!(scene.at_server("team/api", "main"), Some(scene.head().to_string()));
}
