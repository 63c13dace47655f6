//! The server, talked to by git itself.

use std::fs;
use std::path::{Path, PathBuf};

use syncline_testkit::{Fault, GitServer, On, Protection, Right, TestHome};

/// A home with a repository in it that has one commit, and the address of an empty remote.
fn start() -> (GitServer, TestHome, PathBuf) {
    let home = TestHome::new();
    let folder = home.folder("work");
    home.git(&folder, ["init", "--quiet"]);
    home.commit_file(&folder, "a.txt", "one\n");
    (GitServer::start(), home, folder)
}

/// What git says of a failed command.
fn failure(home: &TestHome, folder: &Path, arguments: &[&str]) -> String {
    let output = home.try_git(folder, arguments);
    assert!(!output.status.success(), "git {arguments:?} did not fail");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn with_token(url: &str, token: &str) -> String {
    url.replace("http://", &format!("http://ann:{token}@"))
}

#[test]
fn an_open_repository_is_pushed_to_and_cloned() {
    let (server, home, folder) = start();
    server.create_open_repo("team/api");
    home.git(&folder, ["push", "--quiet", &server.url("team/api"), "main"]);
    home.git(home.path(), ["clone", "--quiet", &server.url("team/api"), "copy"]);
    assert_eq!(fs::read_to_string(home.path().join("copy/a.txt")).unwrap(), "one\n");
    let kinds: Vec<On> = server.requests().iter().map(|request| request.on).collect();
    assert_eq!(&kinds[..2], [On::RefsForPush, On::Push]);
}

#[test]
fn a_big_push_goes_in_chunks_and_packed_requests_are_read() {
    let (server, home, folder) = start();
    server.create_open_repo("big");
    // Git sends more than 1 MiB in chunks, and packs what it asks for when it asks for many commits.
    let noise: Vec<String> = (0..400_000_u32)
        .map(|number| {
            format!(
                "{:08x}
",
                number.wrapping_mul(2_654_435_761)
            )
        })
        .collect();
    home.commit_file(&folder, "noise.txt", &noise.concat());
    home.git(&folder, ["push", "--quiet", &server.url("big"), "main"]);
    home.git(home.path(), ["clone", "--quiet", &server.url("big"), "copy"]);
    let copy = home.path().join("copy");
    for number in 0..40 {
        home.commit_file(&folder, "a.txt", &format!("{number}\n"));
        home.commit_file(&copy, "b.txt", &format!("{number}\n"));
    }
    home.git(&folder, ["push", "--quiet", &server.url("big"), "main"]);
    home.git(&copy, ["-c", "protocol.version=0", "fetch", "--quiet"]);
    assert_eq!(home.git(&copy, ["rev-parse", "origin/main"]), home.git(&folder, ["rev-parse", "main"]));
}

#[test]
fn tokens_decide_who_may_do_what() {
    let (server, home, folder) = start();
    server.create_repo("team/api");
    let url = server.url("team/api");
    let (write, read) =
        (server.token("ann", "team/api", Right::Write), server.token("bob", "team/api", Right::Read));
    assert!(failure(&home, &folder, &["push", &url, "main"]).contains("could not read Username"));
    assert!(
        failure(&home, &folder, &["push", &with_token(&url, "x"), "main"]).contains("Authentication failed")
    );
    let denied = failure(&home, &folder, &["push", &with_token(&url, &read), "main"]);
    assert!(
        denied.contains("error: 403") && denied.contains("remote: Permission to team/api.git denied"),
        "{denied}"
    );
    home.git(&folder, ["push", "--quiet", &with_token(&url, &write), "main"]);
    assert!(home.git(&folder, ["ls-remote", &with_token(&url, &read)]).contains("refs/heads/main"));
    assert!(failure(&home, &folder, &["ls-remote", &url]).contains("could not read Username"));

    server.create_repo("other");
    let other = with_token(&server.url("other"), &write);
    assert!(failure(&home, &folder, &["ls-remote", &other]).contains("not found"));
    server.revoke(&write);
    assert!(
        failure(&home, &folder, &["ls-remote", &with_token(&url, &write)]).contains("Authentication failed")
    );
    assert!(server.requests().iter().any(|request| request.user.as_deref() == Some("ann")));
}

#[test]
fn a_public_repository_is_read_by_anyone_and_written_by_some() {
    let (server, home, folder) = start();
    server.create_public_repo("team/api");
    let url = server.url("team/api");
    let token = server.token("ann", "team/api", Right::Write);
    assert!(failure(&home, &folder, &["push", &url, "main"]).contains("could not read Username"));
    home.git(&folder, ["push", "--quiet", &with_token(&url, &token), "main"]);
    assert!(home.git(&folder, ["ls-remote", &url]).contains("refs/heads/main"));
}

#[test]
fn protected_branches_speak_as_the_forges_do() {
    let cases = [
        (Protection::GitHub, "GH006: Protected branch update failed for refs/heads/main.", "(hook declined)"),
        (
            Protection::GitLab,
            "You are not allowed to push code to protected branches",
            "(pre-receive hook declined)",
        ),
        (Protection::Gitea, "Not allowed to push to protected branch main", "(pre-receive hook declined)"),
        (Protection::Gitolite, "DENIED by refs/heads/main$", "(hook declined)"),
        (Protection::Hook("it's no".to_owned()), "remote: it's no", "(hook declined)"),
    ];
    for (protection, said, reason) in cases {
        let (server, home, folder) = start();
        server.create_open_repo("a");
        server.protect("a", "main", &protection);
        let output = failure(&home, &folder, &["push", &server.url("a"), "main"]);
        assert!(output.contains(said) && output.contains(reason), "{protection:?}: {output}");
        home.git(&folder, ["push", "--quiet", &server.url("a"), "main:other"]);
    }
}

#[test]
fn someone_else_pushes_first() {
    let (server, home, folder) = start();
    server.create_open_repo("a");
    let url = server.url("a");
    home.git(&folder, ["push", "--quiet", &url, "main"]);
    home.git(home.path(), ["clone", "--quiet", &url, "other"]);
    home.commit_file(&folder, "a.txt", "two\n");
    let other = home.path().join("other");
    let theirs = home.commit_file(&other, "b.txt", "theirs\n");
    server.before(On::RefsForPush, {
        let home_of_others = TestHome::new();
        move |repo| drop(home_of_others.git(&other, ["push", "--quiet", repo.to_str().unwrap(), "main"]))
    });
    assert!(failure(&home, &folder, &["push", &url, "main"]).contains("(fetch first)"));
    assert!(home.git(&folder, ["ls-remote", &url, "main"]).starts_with(&theirs));
}

#[test]
fn a_renamed_repository_redirects() {
    let (server, home, folder) = start();
    server.create_open_repo("old/name");
    home.git(&folder, ["push", "--quiet", &server.url("old/name"), "main"]);
    server.rename_repo("old/name", "new/name");
    let output = home.try_git(&folder, ["ls-remote", &server.url("old/name")]);
    assert!(output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains(&format!("warning: redirecting to {}", server.url("new/name"))), "{said}");
}

#[test]
fn faults_of_the_web() {
    let (server, home, folder) = start();
    server.create_open_repo("a");
    let url = server.url("a");
    home.git(&folder, ["push", "--quiet", &url, "main"]);
    let cases = [
        (Fault::Status(503), "returned error: 503"),
        (Fault::Status(403), "returned error: 403"),
        (Fault::Cut, "Empty reply from server"),
        (Fault::RedirectToLogin, "unable to update url base from redirection"),
    ];
    for (fault, said) in cases {
        server.fault(On::RefsForFetch, fault.clone());
        let output = failure(&home, &folder, &["ls-remote", &url]);
        assert!(output.contains(said), "{fault:?}: {output}");
        assert!(home.git(&folder, ["ls-remote", &url]).contains("refs/heads/main"), "one fault, one request");
    }
    server.fault_times(100, On::RefsForFetch, Fault::RedirectLoop);
    assert!(failure(&home, &folder, &["ls-remote", &url]).contains("Maximum (20) redirects followed"));
    server.clear_faults();
    server.fault(On::RefsForFetch, Fault::LoginPage);
    home.git(home.path(), ["clone", "--quiet", &url, "page"]);
    assert!(!home.path().join("page/a.txt").exists(), "git takes a web page for an empty repository");
}

#[test]
fn faults_in_the_middle() {
    let (server, home, folder) = start();
    server.create_open_repo("a");
    let url = server.url("a");
    home.git(&folder, ["push", "--quiet", &url, "main"]);
    server.fault(On::Fetch, Fault::CutAfter(100));
    let output = failure(&home, home.path(), &["clone", &url, "cut"]);
    assert!(
        output.contains("hung up") || output.contains("early EOF") || output.contains("RPC failed"),
        "{output}"
    );

    let tip = home.commit_file(&folder, "a.txt", "two\n");
    server.fault(On::Push, Fault::CutRequestAfter(10));
    failure(&home, &folder, &["push", &url, "main"]);
    assert!(!home.git(&folder, ["ls-remote", &url, "main"]).starts_with(&tip), "git never saw the request");
    server.fault(On::Push, Fault::LoseAnswer);
    failure(&home, &folder, &["push", &url, "main"]);
    assert!(home.git(&folder, ["ls-remote", &url, "main"]).starts_with(&tip), "git did it all");
}

#[test]
fn a_stalled_request_waits_until_it_is_released() {
    let (server, home, folder) = start();
    server.create_open_repo("a");
    server.fault(On::RefsForFetch, Fault::Stall);
    let url = server.url("a");
    std::thread::scope(|scope| {
        let call = scope.spawn(|| home.try_git(&folder, ["ls-remote", &url]));
        server.wait_for(1, On::RefsForFetch);
        assert!(!call.is_finished());
        server.release_stalled();
        assert!(!call.join().unwrap().status.success());
    });
}

#[test]
fn the_end_of_the_server_is_the_end_of_all_its_threads() {
    let (server, home, folder) = start();
    server.create_open_repo("a");
    server.fault(On::RefsForFetch, Fault::Stall);
    let (url, address, root) = (server.url("a"), server.address(), server.repo_path("a"));
    std::thread::scope(|scope| {
        let call = scope.spawn(|| home.try_git(&folder, ["ls-remote", &url]));
        server.wait_for(1, On::RefsForFetch);
        drop(server);
        assert!(!call.join().unwrap().status.success());
    });
    assert!(std::net::TcpStream::connect(address).is_err(), "nobody listens any more");
    assert!(!root.exists(), "its folder is gone");
}

#[test]
fn no_way_leads_out_of_the_servers_folder() {
    let (server, home, folder) = start();
    server.create_open_repo("a");
    let outside = home.folder("outside.git");
    home.git(&outside, ["init", "--quiet", "--bare"]);
    let climb = server.url("a").replace("/a.git", &format!("/..%2f..%2f..{}", outside.display()));
    failure(&home, &folder, &["ls-remote", &climb]);
}
