//! More than one remote: a branch that follows another one than `origin`, moving to another provider, and pages of
//! forges.

use snapbox::{assert_data_eq, str};
use syncline_testkit::{GitServer, Protection};

use crate::remote::Team;
use crate::support::{COLLECTION, Installation};

/// A server with two open repositories.
fn two() -> (GitServer, String, String) {
    let server = GitServer::start();
    server.create_open_repo("home/library");
    server.create_open_repo("work/library");
    let (home, work) = (server.url("home/library"), server.url("work/library"));
    (server, home, work)
}

fn stable(server: &GitServer, text: &str) -> String {
    text.replace(&server.address().to_string(), "[SERVER]")
}

/// A workspace whose branch follows `main` of the remote `work`, beside an `origin`.
fn follows_work(home: &str, work: &str) -> Installation {
    let here = Installation::with_collection();
    here.git(["remote", "add", "origin", home]);
    here.git(["remote", "add", "work", work]);
    here.git(["push", "--quiet", "origin", "main"]);
    here.git(["push", "--quiet", "--set-upstream", "work", "main"]);
    here
}

#[test]
fn a_branch_that_follows_another_remote_than_origin() {
    let (server, home, work) = two();
    let here = follows_work(&home, &work);
    let other = Installation::of("Ben Example", "ben@example.com");
    other.syncline(["clone", &work, "."]).expect_code(0);
    other.replace("library.yaml", "/loans", "/lendings");
    other.syncline(["sync", "-m", "Of Ben"]).expect_code(0);

    here.replace("library.yaml", "name: Lend a book", "name: Lend any book");
    assert_data_eq!(
        here.syncline(["sync", "-q", "-m", "Of Ann"]).transcript(),
        str![[r#"
exit: 0

"#]]
    );
    let said = here.syncline(["status"]).expect_code(0).transcript();
    assert!(said.contains("work/main"), "{said}");
    let tip = |repo: &str| here.home.git(&server.repo_path(repo), ["rev-parse", "main"]);
    assert_eq!(tip("work/library"), here.git(["rev-parse", "HEAD"]));
    assert_ne!(tip("home/library"), tip("work/library"), "nothing goes to origin");

    here.replace("library.yaml", "name: Lend any book", "name: Lend this book");
    here.syncline(["commit", "-q", "-m", "One more"]).expect_code(0);
    let said = here.syncline(["push"]).expect_code(0).transcript();
    assert!(said.contains("to work/main"), "{said}");
    assert_eq!(tip("work/library"), here.git(["rev-parse", "HEAD"]));
    let said = here.syncline(["push", "--new-branch", "review"]).expect_code(0).transcript();
    assert!(said.contains("Made work/review, a new branch"), "{said}");
}

#[test]
fn connect_binds_the_remote_that_the_branch_follows_and_leaves_the_others() {
    let (server, home, work) = two();
    let here = follows_work(&home, &work);
    server.create_open_repo("new/library");
    let said = here.syncline(["connect", &server.url("new/library")]).expect_code(0).transcript();
    assert_data_eq!(
        stable(&server, &said),
        str![[r#"
Connected main to http://[SERVER]/new/library.git, no more to http://[SERVER]/work/library.git
Pushed 1 commit to work/main, a new branch
stderr: warning: anyone can read this remote: keep secrets out of it
exit: 0

"#]]
    );
    assert_eq!(here.git(["remote", "get-url", "origin"]), home, "that is the user's own");
    // To one that is set up already it is bound by the name that it has.
    here.syncline(["connect", "-q", &home]).expect_code(0);
    assert_eq!(here.git(["rev-parse", "--abbrev-ref", "main@{upstream}"]), "origin/main");
    assert_eq!(here.git(["remote", "get-url", "work"]), server.url("new/library"));
}

#[test]
fn disconnect_drops_the_remote_that_the_branch_follows_and_tells_of_the_others() {
    let (server, home, work) = two();
    let here = follows_work(&home, &work);
    let before = here.git(["rev-parse", "HEAD"]);
    let said = here.syncline(["disconnect"]).expect_code(0).transcript();
    assert_data_eq!(
        stable(&server, &said),
        str![[r#"
Disconnected from http://[SERVER]/work/library.git; all data is kept
stderr: hint: `origin` is still there (http://[SERVER]/home/library.git), and the next `syncline sync` goes to it; `syncline disconnect` drops it as well
exit: 0

"#]]
    );
    assert_eq!(here.git(["remote"]), "origin");
    assert_eq!((here.git(["rev-parse", "HEAD"]), here.read("library.yaml")), (before, COLLECTION.to_owned()));
}

/// Two years at one provider, then another one: everything goes along, and nothing is lost on the way.
#[test]
fn moving_to_another_provider() {
    let (server, old, new) = two();
    let here = Installation::with_collection();
    here.syncline(["connect", "-q", &old]).expect_code(0);
    here.replace("library.yaml", "/loans", "/lendings");
    here.syncline(["commit", "-q", "-m", "Not sent yet"]).expect_code(0);
    here.replace("library.yaml", "name: Lend a book", "name: Lend any book");
    let (text, tip) = (here.read("library.yaml"), here.git(["rev-parse", "HEAD"]));

    here.syncline(["disconnect"]).expect_code(0);
    assert_eq!((here.read("library.yaml"), here.git(["rev-parse", "HEAD"])), (text.clone(), tip.clone()));
    here.syncline(["connect", "-q", &new]).expect_code(0);
    assert_eq!(here.read("library.yaml"), text);
    let log = here.home.git(&server.repo_path("work/library"), ["log", "--format=%s", "main"]);
    assert!(log.contains("Not sent yet") && log.contains("Add the library"), "{log}");
    let at_old = here.home.git(&server.repo_path("home/library"), ["rev-parse", "main"]);
    assert_ne!(at_old, tip, "the old one is left as it was");

    // The same in one step, back to where there is something already.
    here.syncline(["connect", "-q", &old]).expect_code(0);
    assert_eq!(here.read("library.yaml"), text);
    let log = here.home.git(&server.repo_path("home/library"), ["log", "--format=%s", "main"]);
    assert!(log.contains("Not sent yet"), "{log}");
}

/// Git goes to our server, the address is that of the forge.
#[test]
fn a_protected_branch_leads_to_the_page_of_a_pull_request() {
    let server = GitServer::start();
    server.create_open_repo("team/library");
    server.protect("team/library", "main", &Protection::GitHub);
    let here = Installation::with_collection();
    let to_server = format!("url.http://{}/.insteadOf", server.address());
    here.git(["config", "--global", &to_server, "https://github.com/"]);
    let refused = here.syncline(["connect", "https://github.com/team/library.git"]).expect_code(4);
    assert!(refused.stderr().contains("syncline push --new-branch NAME"), "{}", refused.transcript());
    assert_data_eq!(
        here.syncline(["push", "--new-branch", "fix/books"]).transcript(),
        str![[r#"
Pushed 1 commit to origin/fix/books, a new branch
Open a pull request: https://github.com/team/library/compare/main...fix/books?expand=1
exit: 0

"#]]
    );
}

#[test]
fn the_page_that_the_remote_names_comes_first() {
    let team = Team::new();
    let hook = team.server.repo_path("team/library").join("hooks/post-receive");
    let script = "#!/bin/sh\necho \"Create a new pull request for 'review':\"\n\
                  echo '  https://forge.example/team/library/compare/main...review'\n";
    std::fs::create_dir_all(hook.parent().expect("in a folder")).expect("can be written");
    std::fs::write(&hook, script).expect("can be written");
    team.ann.home.command("chmod").arg("+x").arg(&hook).status().expect("chmod is there");
    let said = team.ann.syncline(["push", "--new-branch", "review"]).expect_code(0).transcript();
    let line = "Open a pull request: https://forge.example/team/library/compare/main...review\n";
    assert!(said.contains(line), "{said}");
}

#[test]
fn a_public_remote_is_told_by_whatever_meets_it_first() {
    const PUBLIC: &str = "anyone can read this remote: keep secrets out of it";
    let (_server, home, _) = two();
    let here = Installation::with_collection();
    assert!(here.syncline(["connect", &home, "--check"]).expect_code(0).stderr().contains(PUBLIC));
    assert!(here.syncline(["connect", &home]).expect_code(0).stderr().contains(PUBLIC));
    assert!(here.syncline(["doctor"]).expect_code(0).stdout().contains(PUBLIC));
    let other = Installation::new();
    assert!(other.syncline(["clone", &home, "."]).expect_code(0).stderr().contains(PUBLIC));
    let team = Team::new();
    let said = team.ann.syncline(["connect", &team.url]).expect_code(0).transcript();
    assert!(!said.contains(PUBLIC), "{said}");
}

/// A token that is kept for one host was sent to the host of another remote.
#[test]
fn a_token_of_one_remote_never_gets_to_another() {
    let (ours, theirs) = (GitServer::start(), GitServer::start());
    for server in [&ours, &theirs] {
        server.create_repo("team/library");
    }
    let token = ours.token("ann", "team/library", syncline_testkit::Right::Write);
    let here = Installation::with_collection().stdin(&token);
    here.syncline(["connect", &ours.url("team/library"), "--token-stdin", "--store", "file"]).expect_code(0);
    here.git(["remote", "add", "work", &theirs.url("team/library")]);
    here.git(["config", "branch.main.remote", "work"]);
    here.syncline(["fetch"]).expect_code(5);
    let requests = theirs.requests();
    assert!(!requests.is_empty() && requests.iter().all(|request| request.user.is_none()), "{requests:?}");
}

#[test]
fn a_repository_that_was_renamed_is_followed_and_told() {
    let (server, home, _) = two();
    let here = Installation::with_collection();
    here.syncline(["connect", "-q", &home]).expect_code(0);
    server.rename_repo("home/library", "home/books");
    let new = server.url("home/books");
    let moved = format!("the repository has moved to {new}: `syncline connect {new}` stores the new address");
    here.replace("library.yaml", "/loans", "/lendings");
    for command in [&["sync", "-m", "Of Ann"][..], &["pull"], &["fetch"], &["connect", &home, "--check"]] {
        let ran = here.syncline(command);
        let code = ran.code();
        assert!(ran.stderr().contains(&moved), "{command:?} {code}: {}", ran.transcript());
    }
    assert!(here.syncline(["doctor"]).stdout().contains("the repository has moved to"));
    let other = Installation::new();
    assert!(other.syncline(["clone", &home, "."]).expect_code(0).stderr().contains(&moved));
    here.syncline(["connect", "-q", &new]).expect_code(0);
    assert_eq!(here.syncline(["pull"]).expect_code(0).stderr(), "");
}
