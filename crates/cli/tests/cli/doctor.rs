//! What keeps things from working is found, and each line says what to do.

use std::fs;

use snapbox::{assert_data_eq, str};
use syncline_testkit::{Fault, GitServer, On, Right, TlsServer, Validity, free_address};

use crate::remote::Team;
use crate::sharing::with_example;
use crate::support::Installation;

/// What looks like a token of a forge; put together, so that nothing finds it here.
fn token() -> String {
    format!("{}_{}", "ghp", "q7Rk2mZx9TbW4vLs8HnY3pCdq7Rk2mZx9TbW")
}

/// The transcript, without which git is installed.
fn doctor(here: &Installation) -> String {
    let said = here.syncline(["doctor"]).transcript();
    let (git, rest) = said.split_once('\n').expect("several lines");
    assert!(git.starts_with("ok       git          version 2."), "{said}");
    rest.to_owned()
}

#[test]
fn a_workspace_that_works_is_said_to() {
    let here = Installation::with_collection();
    let remote = here.home.folder("shared.git");
    here.home.git(&remote, ["init", "--quiet", "--bare"]);
    here.syncline(["connect", &remote.to_string_lossy()]).expect_code(0);
    assert_data_eq!(
        doctor(&here),
        str![[r#"
ok       workspace    [HOME]/work, format insomnia-v5
ok       settings     every file of them can be used
ok       author       Ann Example <ann@example.com>
ok       files        every file can be read
ok       conflicts    none is held
ok       secrets      none
ok       address      [HOME]/shared.git
ok       read         allowed; branch main
ok       write        allowed, but for rules about single branches
ok       locks        none
exit: 0

"#]]
    );
}

#[test]
fn a_secret_is_named_and_not_printed() {
    let here = Installation::with_collection();
    here.write("deploy.yaml", &format!("name: shelf\ntoken: {}\n", token()));
    here.write("broken.yaml", "a: [\n");
    let said = doctor(&here);
    assert!(!said.contains(&token()), "{said}");
    assert_data_eq!(
        said,
        str![[r#"
ok       workspace    [HOME]/work, format insomnia-v5
ok       settings     every file of them can be used
ok       author       Ann Example <ann@example.com>
ok       files        every file can be read
ok       conflicts    none is held
error    secrets      1 secret
                        deploy.yaml:2: a GitHub token at /token, not committed
                      hint: take it out, or let it be there with `syncline secret allow deploy.yaml#/token`
warning  remote       none is connected
                      hint: `syncline connect URL` binds this workspace to one
ok       locks        none
exit: 1

"#]]
    );
    here.syncline(["secret", "allow", "deploy.yaml#/token"]).expect_code(0);
    assert!(doctor(&here).contains("ok       secrets      none but what is allowed\n"));
}

#[test]
fn the_first_thing_that_is_wrong_decides_how_it_ends() {
    let here = Installation::with_collection();
    here.replace("library.yaml", "collection:", "collection: [");
    here.git(["remote", "add", "origin", "http://127.0.0.1:1/shelf.git"]);
    assert_data_eq!(
        doctor(&here),
        str![[r#"
ok       workspace    [HOME]/work, format insomnia-v5
ok       settings     every file of them can be used
ok       author       Ann Example <ann@example.com>
error    files        1 file is set aside
                        library.yaml:[..]
                      hint: see since when, and the last good version, with `syncline problems`
ok       conflicts    none is held
ok       secrets      none
ok       address      http://127.0.0.1:1/shelf.git
ok       host         127.0.0.1 is found
error    connection   127.0.0.1 cannot be reached: nothing answers at http://127.0.0.1:1/shelf.git
                      hint: check host and port of the address, the network, and a proxy or firewall between
ok       locks        none
exit: 1

"#]]
    );
    here.git(["checkout", "--quiet", "library.yaml"]);
    assert_eq!(here.syncline(["doctor"]).code(), 6);
}

#[test]
fn the_format_was_not_known_before_the_first_commit() {
    let here = with_example("test-studio");
    let said = doctor(&here);
    let first = said.lines().next().unwrap_or_default();
    assert!(first.starts_with("ok") && first.ends_with("[HOME]/work, format test-studio"), "{said}");
}

#[test]
fn where_there_is_no_workspace_the_rest_is_not_looked_at() {
    let here = Installation::new();
    assert_data_eq!(
        doctor(&here),
        str![[r#"
error    workspace    [HOME]/work is not in a Git repository
                      hint: `syncline init` makes the folder one, `syncline clone URL` opens one from a remote
exit: 3

"#]]
    );
}

#[test]
fn what_git_has_in_progress_is_named_with_what_ends_it() {
    let here = Installation::with_collection();
    here.git(["bisect", "start"]);
    let said = doctor(&here);
    assert!(said.contains("error    git          a bisect of git's is in progress"), "{said}");
    assert!(said.contains("hint: "), "{said}");
    assert!(said.ends_with("exit: 3\n"), "{said}");
}

#[test]
fn programs_get_each_check_as_an_object() {
    let here = Installation::with_collection();
    fs::remove_dir_all(here.folder.join(".git")).expect("it is there");
    let object = here.syncline(["doctor", "--json"]).expect_code(3).json();
    assert_eq!(object["version"], 1);
    assert_eq!(object["checks"][1]["check"], "workspace");
    assert_eq!(object["checks"][1]["state"], "error");
    assert_eq!(object["checks"][1]["hints"].as_array().map(Vec::len), Some(1));
}

/// The steps to a remote, with how each went.
fn steps(said: &str) -> Vec<(&str, &str)> {
    const STEPS: [&str; 9] =
        ["address", "host", "connection", "certificate", "server", "sign-in", "read", "write", "visibility"];
    let columns = said.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?, words.next()?))
    });
    columns.filter(|(_, what)| STEPS.contains(what)).collect()
}

/// All steps before one are fine, it is not, and none comes after it.
#[track_caller]
fn assert_stops_at(here: &Installation, step: &str, exit: i32, hint: &str) {
    let ran = here.syncline(["doctor"]);
    let said = ran.transcript();
    let mut steps = steps(&said);
    assert_eq!(steps.pop(), Some(("error", step)), "{said}");
    assert!(steps.iter().all(|(state, _)| *state == "ok"), "{said}");
    assert_eq!(ran.code(), exit, "{said}");
    assert!(said.contains("hint: ") && said.contains(hint), "{said}");
    assert!(said.contains("locks"), "what is not in the network is looked at all the same: {said}");
}

/// A workspace whose remote has this address, without a word to it.
fn bound_to(url: &str) -> Installation {
    let here = Installation::with_collection();
    here.git(["remote", "add", "origin", url]);
    here
}

#[test]
fn the_first_step_that_fails_is_the_last_one_that_is_told() {
    let server = GitServer::start();
    server.create_repo("team/library");
    let url = server.url("team/library");
    assert_stops_at(&bound_to("ext::sh -c true"), "address", 2, "an address is as");
    assert_stops_at(&bound_to("http://no-such-host.invalid/x"), "host", 6, "check the address");
    assert_stops_at(&bound_to(&format!("http://{}/x", free_address())), "connection", 6, "host and port");
    assert_stops_at(&bound_to(&url), "sign-in", 5, "--token-stdin");
    assert_stops_at(&bound_to(&url).variable("SYNCLINE_TOKEN", "wrong"), "sign-in", 5, "make a new token");
    let token = server.token("ann", "team/library", Right::Read);
    let nothing = bound_to(&server.url("team/nothing")).variable("SYNCLINE_TOKEN", &token);
    assert_stops_at(&nothing, "read", 6, "check the address");
    let only_reads = bound_to(&url).variable("SYNCLINE_TOKEN", &token);
    let said = only_reads.syncline(["doctor"]).expect_code(4).transcript();
    assert!(
        said.contains("error    write        signed in at 127.0.0.1, but not allowed to push to"),
        "{said}"
    );
    assert!(said.contains("ok       read         allowed; branch main is not there yet"), "{said}");
    server.fault_times(100, On::Any, Fault::Status(503));
    assert_stops_at(&only_reads, "server", 6, "try again later");
}

#[test]
fn a_certificate_that_is_not_trusted_is_where_it_stops() {
    let here = Installation::with_collection();
    let Some(server) = TlsServer::start(&here.home, "localhost", Validity::Now) else {
        println!("skipped: no openssl is installed");
        return;
    };
    here.git(["remote", "add", "origin", &server.url("x")]);
    assert_stops_at(&here, "certificate", 6, "http.sslCAInfo");
}

/// Anyone can read it; only to push is a token asked for.
#[test]
fn a_public_remote_that_takes_no_push_unasked() {
    let server = GitServer::start();
    server.create_public_repo("team/library");
    let here = bound_to(&server.url("team/library"));
    let said = here.syncline(["doctor"]).expect_code(5).transcript();
    assert!(said.contains("ok       sign-in      it did not ask"), "{said}");
    assert!(said.contains("error    write        "), "{said}");
    assert!(said.contains("warning  visibility   anyone can read this remote"), "{said}");
}

#[test]
fn every_step_to_a_remote_that_works() {
    let team = Team::new();
    let said = doctor(&team.ann);
    assert_data_eq!(
        team.stable(&said),
        str![[r#"
ok       workspace    [HOME]/work, format insomnia-v5
ok       settings     every file of them can be used
ok       author       Ann Example <ann@example.com>
ok       files        every file can be read
ok       conflicts    none is held
ok       secrets      none
ok       address      http://[SERVER]/team/library.git
ok       host         127.0.0.1 is found
ok       connection   something answers there
ok       certificate  none: http sends everything in the clear, also a token
ok       server       it speaks Git's protocol
ok       sign-in      it accepts the user name and token
ok       read         allowed; branch main
ok       write        allowed, but for rules about single branches
ok       visibility   only who signs in can read it
ok       locks        none
exit: 0

"#]]
    );
}

#[test]
fn a_clock_that_is_wrong_is_told() {
    let team = Team::new();
    team.server.set_clock("Sun, 06 Nov 1994 08:49:37 GMT");
    let said = doctor(&team.ann);
    assert!(said.contains(" days ahead of the clock of 127.0.0.1\n"), "{said}");
    assert!(said.contains("hint: set the date and time of this machine"), "{said}");
    assert!(said.ends_with("exit: 0\n"), "{said}");
    let here = Installation::with_collection();
    let mut late = late_commit(here.home.command("git"));
    late.current_dir(&here.folder);
    assert!(late.status().expect("git is there").success());
    let said = doctor(&here);
    assert!(said.contains("behind the last commit\n"), "{said}");
}

/// A commit of a time to come.
fn late_commit(mut git: std::process::Command) -> std::process::Command {
    git.args(["commit", "--quiet", "--allow-empty", "--message", "Later"]);
    git.env("GIT_COMMITTER_DATE", "2090-01-01T00:00:00Z");
    git
}

#[test]
fn locks_of_git_are_named() {
    let here = Installation::with_collection();
    fs::write(here.folder.join(".git/index.lock"), "").expect("can be written");
    let said = doctor(&here);
    assert!(said.contains("warning  locks        1 lock file of git's is there\n"), "{said}");
    assert!(said.contains(".git/index.lock\n"), "{said}");
}

#[test]
fn settings_that_are_wrong_are_told_before_the_files() {
    let here = Installation::with_collection();
    here.write(".syncline.toml", "format = [\n");
    let said = doctor(&here);
    let at = |word: &str| said.find(word).unwrap_or(usize::MAX);
    assert!(said.contains("error    settings     1 file is wrong"), "{said}");
    assert!(said.contains("ok       files        every file can be read"), "{said}");
    assert!(at("settings") < at("files"), "{said}");
}

#[test]
fn two_resources_with_one_id_were_noticed_by_nobody() {
    let here = Installation::with_collection();
    here.replace("library.yaml", "id: req_2", "id: req_1");
    here.write("again.yaml", &here.read("library.yaml").replace("req_1", "req_9"));
    let said = here.syncline(["doctor"]).expect_code(0).stdout();
    let same = "Request req_1: library.yaml at /collection/0, library.yaml at /collection/1";
    assert!(said.contains(same), "{said}");
    assert!(said.contains("Workspace wrk_1: again.yaml, library.yaml"), "{said}");
}

#[test]
fn ids_that_are_good_within_their_file_are_no_copies() {
    let here = Installation::new();
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: crane\n";
    here.write("base/crane.yaml", object);
    here.write("overlay/crane.yaml", object);
    here.syncline(["init", "--format", "kubernetes"]).expect_code(0);
    assert!(!here.syncline(["doctor"]).expect_code(0).stdout().contains("crane"));
}
