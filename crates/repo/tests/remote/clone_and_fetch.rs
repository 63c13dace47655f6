//! Clone, fetch and the list of refs.

use std::fs;

use syncline_repo::{BranchName, CloneOptions, FetchOptions, RemoteErrorKind as Kind};
use syncline_testkit::{Fault, GitDaemon, On, Right};

use crate::scene::{Scene, assert_error, ref_name, skip};

#[test]
fn a_clone() {
    let scene = Scene::pushed();
    let target = scene.home.path().join("with space/clone");
    let mut stages = Vec::new();
    let cloned = scene
        .remote("team/api")
        .clone_into(&target, &CloneOptions::default(), &mut |progress| stages.push(progress.stage.clone()))
        .expect("cloned");
    assert_eq!((cloned.branch, cloned.empty), (BranchName::new("main").ok(), false));
    assert_eq!(fs::read_to_string(target.join("a.txt")).expect("checked out"), "one\n");
    assert_eq!(scene.home.git(&target, ["config", "remote.origin.url"]), scene.server.url("team/api"));
    assert!(stages.iter().any(|stage| stage == "Receiving objects"), "{stages:?}");
}

#[test]
fn a_clone_of_a_branch_and_a_bare_one() {
    let scene = Scene::pushed();
    scene.home.git(&scene.server.repo_path("team/api"), ["branch", "other", "main"]);
    let target = scene.home.folder("empty");
    let branch = BranchName::new("other").expect("a name");
    let options = CloneOptions { branch: Some(branch.clone()), ..CloneOptions::default() };
    let cloned = scene.remote("team/api").clone_into(&target, &options, &mut |_| ()).expect("cloned");
    assert_eq!(cloned.branch, Some(branch));
    let target = scene.home.path().join("bare.git");
    let options = CloneOptions { bare: true, ..CloneOptions::default() };
    scene.remote("team/api").clone_into(&target, &options, &mut |_| ()).expect("cloned");
    assert_eq!(
        scene.home.git(&target, ["rev-parse", "--is-bare-repository", "main"]),
        format!("true\n{}", scene.head())
    );
}

#[test]
fn a_clone_of_nothing() {
    let scene = Scene::new();
    scene.server.create_open_repo("team/api");
    let target = scene.home.path().join("clone");
    let cloned =
        scene.remote("team/api").clone_into(&target, &CloneOptions::default(), &mut |_| ()).expect("cloned");
    assert_eq!((cloned.branch, cloned.empty), (BranchName::new("main").ok(), true));
    assert!(scene.remote("team/api").list_refs().expect("listed").is_empty());
}

#[test]
fn a_folder_with_something_in_it_stays_as_it_is() {
    let scene = Scene::pushed();
    let target = scene.home.folder("full");
    fs::write(target.join("mine.txt"), "mine").expect("can be written");
    let error = Scene::clone_failure(&scene.remote("team/api"), &target, &CloneOptions::default());
    assert_error(&error, Kind::FolderNotEmpty, "full", "another folder");
    assert_eq!(fs::read_dir(&target).expect("there").count(), 1);
}

#[test]
fn an_empty_folder_is_empty_after_a_failed_clone() {
    let scene = Scene::pushed();
    let target = scene.home.folder("empty");
    let options = CloneOptions { branch: BranchName::new("gone").ok(), ..CloneOptions::default() };
    scene.remote("team/api").clone_into(&target, &options, &mut |_| ()).expect_err("no such branch");
    assert_eq!(fs::read_dir(&target).expect("still there").count(), 0);
}

#[test]
fn the_list_of_refs() {
    let scene = Scene::pushed();
    scene.home.git(&scene.server.repo_path("team/api"), ["tag", "-a", "v1", "-m", "One", "main"]);
    let refs = scene.remote("team/api").list_refs().expect("listed");
    let main = BranchName::new("main").expect("a name");
    assert_eq!((refs.branch(&main), refs.head_branch()), (Some(scene.head()), Some(main)));
    assert_eq!(refs.refs.len(), 2, "a tag counts once");
}

#[test]
fn a_fetch_tells_what_moved() {
    let scene = Scene::pushed();
    let remote = scene.remote("team/api");
    let repo = scene.server.repo_path("team/api");
    let fetch = || {
        let outcome = remote.fetch(&scene.git_dir(), &FetchOptions::for_remote("origin"), &mut |_| ());
        outcome.expect("fetched").updated
    };
    scene.home.git(&repo, ["update-ref", "refs/syncline/conflicts/main", "main"]);
    let first = fetch();
    let names: Vec<String> = first.iter().map(|update| update.name.to_string()).collect();
    assert_eq!(names, ["refs/remotes/origin/main", "refs/syncline/remotes/origin/conflicts/main"]);
    assert!(first.iter().all(|update| update.old.is_none() && update.new == Some(scene.head().into())));
    assert_eq!(fetch(), [], "nothing to do");

    let theirs = scene.someone_else_commits("team/api");
    let moved = fetch().remove(0);
    assert_eq!((moved.old, moved.forced), (Some(scene.head().into()), false));
    assert_eq!(moved.new.map(|id| id.to_string()), Some(theirs));

    scene.home.git(&repo, ["update-ref", "refs/heads/main", &scene.head().to_string()]);
    assert!(fetch()[0].forced, "history was rewritten");
    scene.home.git(&repo, ["update-ref", "-d", "refs/syncline/conflicts/main"]);
    let pruned = fetch().remove(0);
    assert_eq!(pruned.name, ref_name("refs/syncline/remotes/origin/conflicts/main"));
    assert_eq!(pruned.new, None);
}

/// It is the user's file: another git may be about to read it.
#[test]
fn a_fetch_leaves_fetch_head_and_the_settings_alone() {
    let scene = Scene::pushed();
    let before = fs::read(scene.git_dir().join("config")).expect("there");
    scene
        .remote("team/api")
        .fetch(&scene.git_dir(), &FetchOptions::for_remote("origin"), &mut |_| ())
        .expect("fetched");
    assert!(!scene.git_dir().join("FETCH_HEAD").exists());
    assert_eq!(fs::read(scene.git_dir().join("config")).expect("there"), before);
}

#[test]
fn a_refused_update_is_told() {
    let scene = Scene::pushed();
    scene.home.git(&scene.folder, ["update-ref", "refs/remotes/origin/main", "main"]);
    scene.home.git(&scene.folder, ["commit", "--quiet", "--amend", "--message", "Other"]);
    scene.home.git(&scene.folder, ["update-ref", "refs/remotes/origin/main", "main"]);
    let options = FetchOptions {
        refspecs: vec!["refs/heads/*:refs/remotes/origin/*".to_owned()],
        ..FetchOptions::default()
    };
    let outcome = scene.remote("team/api").fetch(&scene.git_dir(), &options, &mut |_| ()).expect("an answer");
    assert_eq!((outcome.refused, outcome.updated), (vec![ref_name("refs/remotes/origin/main")], vec![]));
}

#[test]
fn a_ref_that_another_git_holds() {
    let scene = Scene::pushed();
    let lock = scene.git_dir().join("refs/remotes/origin/main.lock");
    fs::create_dir_all(lock.parent().expect("in a folder")).expect("can be written");
    fs::write(&lock, "").expect("can be written");
    let fetch =
        || scene.remote("team/api").fetch(&scene.git_dir(), &FetchOptions::for_remote("origin"), &mut |_| ());
    assert_error(&fetch().expect_err("held"), Kind::Locked, "another git", ".lock");
    fs::remove_file(lock).expect("there");
    assert_eq!(fetch().expect("free").updated.len(), 1);
}

#[test]
fn who_can_read_it() {
    let scene = Scene::new();
    scene.server.create_public_repo("public");
    scene.server.create_repo("private");
    let token = scene.server.token("ann", "private", Right::Read);
    assert!(scene.remote("public").is_public());
    assert!(!scene.signed_in("private", &token).is_public(), "our own token is not used for this");
    let netrc = format!("machine 127.0.0.1 login ann password {token}\n");
    fs::write(scene.home.path().join(".netrc"), netrc).expect("can be written");
    scene.remote("private").list_refs().expect("signed in by that file");
    assert!(!scene.remote("private").is_public(), "nor is that file");
    assert!(!scene.remote_at(&scene.git_dir().to_string_lossy()).is_public());
}

/// Of an ssh address the forge's web address is asked; here git goes to our server for it.
#[test]
fn a_public_repository_is_noticed_by_its_ssh_address() {
    let scene = Scene::new();
    scene.server.create_public_repo("team/public");
    scene.server.create_repo("team/private");
    let own = format!("url.http://{}/.insteadOf", scene.server.address());
    scene.home.git(&scene.folder, ["config", "--global", &own, "https://github.com/"]);
    assert!(scene.remote_at("git@github.com:team/public.git").is_public());
    assert!(!scene.remote_at("git@github.com:team/private.git").is_public());
    assert!(
        !scene.remote_at("git@host.invalid:team/public.git").is_public(),
        "whose pages these are is not known"
    );
}

#[test]
fn a_slow_remote_gets_there() {
    let scene = Scene::pushed();
    scene.server.fault_times(9, On::Any, Fault::Slow(4000));
    let target = scene.home.path().join("clone");
    scene
        .remote("team/api")
        .clone_into(&target, &CloneOptions::default(), &mut |_| ())
        .expect("slow, yet there");
}

/// Git's own protocol has no sign-in, and one answer for all that it does not show.
#[test]
fn the_git_protocol() {
    let scene = Scene::pushed();
    let base = scene.server.repo_path("team").with_extension("");
    let Some(daemon) = GitDaemon::start(&scene.home, &base) else {
        return skip("git was installed without its daemon");
    };
    let url = daemon.url("api.git");
    fs::write(scene.server.repo_path("team/api").join("git-daemon-export-ok"), "").expect("can be written");
    assert_eq!(scene.remote_at(&url).list_refs().expect("exported").refs.len(), 1);
    let target = scene.home.path().join("clone");
    scene.remote_at(&url).clone_into(&target, &CloneOptions::default(), &mut |_| ()).expect("cloned");
    drop(daemon);
    assert_eq!(scene.remote_at(&url).list_refs().expect_err("nobody listens").kind, Kind::ConnectionRefused);
}
