//! `syncline watch`: real processes in real folders, which meet at a real server.

#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value as Json;
use syncline_testkit::{Fault, GitServer, On};

use crate::support::Installation;

const REMOTE: &str = "team/library";

/// Longer than anything here takes, on the slowest machine.
const DEADLINE: Duration = Duration::from_mins(1);

/// Two who have the same collection.
struct Two {
    server: GitServer,
    ann: Installation,
    ben: Installation,
}

impl Two {
    fn new() -> Self {
        let server = GitServer::start();
        server.create_open_repo(REMOTE);
        let (ann, ben) =
            (Installation::with_collection(), Installation::of("Ben Example", "ben@example.com"));
        ann.syncline(["connect", &server.url(REMOTE)]).expect_code(0);
        ben.syncline(["clone", &server.url(REMOTE), "."]).expect_code(0);
        Self { server, ann, ben }
    }

    fn commits(&self) -> String {
        self.ann.home.git(&self.server.repo_path(REMOTE), ["log", "--format=%an: %s", "main"])
    }
}

/// An agent at work.
struct Agent {
    child: Child,
    events: Receiver<Json>,
}

impl Agent {
    fn start(here: &Installation, arguments: &[&str]) -> Self {
        let agent = Self::start_unconfirmed(here, arguments);
        agent.wait_for("began");
        agent
    }

    fn start_unconfirmed(here: &Installation, arguments: &[&str]) -> Self {
        let mut command = here.home.command(env!("CARGO_BIN_EXE_syncline"));
        command.args(["watch", "--json", "--every=100ms", "--quiet-period=50ms"]).args(arguments);
        command.current_dir(&here.folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program was built");
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let (sender, events) = channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let event = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
                if sender.send(event).is_err() {
                    return;
                }
            }
        });
        Self { child, events }
    }

    /// The next event of this name; others may come before.
    fn wait_for(&self, name: &str) -> Json {
        loop {
            let event = self.events.recv_timeout(DEADLINE).unwrap_or_else(|_| panic!("no `{name}` came"));
            if event["event"] == name {
                return event;
            }
        }
    }

    /// Asks it to end; answers what it told since, and how it ended.
    fn end(mut self) -> (Vec<Json>, Option<i32>) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("it is at work");
        let code = self.child.wait().expect("it was started").code();
        (self.events.iter().collect(), code)
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        // A test that failed leaves it at work.
        let _ = (self.child.kill(), self.child.wait());
    }
}

fn await_file(path: &Path, has: impl Fn(&str) -> bool) {
    await_that(&format!("{}", path.display()), || fs::read_to_string(path).is_ok_and(|text| has(&text)));
}

fn await_that(what: &str, holds: impl Fn() -> bool) {
    let step = Duration::from_millis(10);
    for _ in 0..DEADLINE.as_millis() / step.as_millis() {
        if holds() {
            return;
        }
        // The condition is on the disk: nobody tells when it holds.
        thread::sleep(step);
    }
    panic!("{what} never came to be as it should");
}

fn library(here: &Installation) -> PathBuf {
    here.folder.join("library.yaml")
}

#[test]
fn what_one_saves_is_in_the_others_folder_and_nobody_answers_its_own_writes() {
    let two = Two::new();
    let (of_ann, of_ben) = (Agent::start(&two.ann, &[]), Agent::start(&two.ben, &[]));
    two.ann.replace("library.yaml", "List books", "List all books");
    await_file(&library(&two.ben), |text| text.contains("List all books"));
    two.ben.write("new/folder/shelf.yaml", "name: Shelf\n");
    await_file(&two.ann.folder.join("new/folder/shelf.yaml"), |text| text == "name: Shelf\n");
    // In a folder that was not there when the agent began.
    two.ann.write("new/folder/shelf.yaml", "name: Shelf\nroom: 3\n");
    await_file(&two.ben.folder.join("new/folder/shelf.yaml"), |text| text.contains("room"));
    // Only volatile fields differ: that is no change.
    two.ann.replace("library.yaml", "modified: 1700000000001", "modified: 1700000000999");
    for agent in [of_ann, of_ben] {
        let (told, code) = agent.end();
        assert_eq!((told.last().map(|event| &event["event"]), code), (Some(&"ended".into()), Some(0)));
        assert!(!told.iter().any(|event| event["event"] == "trouble"), "{told:?}");
    }
    assert_eq!(
        two.commits(),
        "Ann Example: Change yaml new/folder/shelf.yaml\nBen Example: Add yaml new/folder/shelf.yaml\nAnn Example: Change Request List all books\n\
         Ann Example: Add the library"
    );
    for here in [&two.ann, &two.ben] {
        assert_eq!(here.git(["rev-list", "--count", "--merges", "HEAD"]).trim(), "0");
        here.git(["fsck", "--strict", "--no-progress"]);
    }
}

#[test]
fn what_both_change_at_once_is_merged_or_held() {
    let two = Two::new();
    let agents = [Agent::start(&two.ann, &[]), Agent::start(&two.ben, &[])];
    two.ann.replace("library.yaml", "/books", "/books?of=ann");
    two.ben.replace("library.yaml", "/books", "/books?of=ben");
    two.ben.replace("library.yaml", "/loans", "/lendings");
    let both = [&two.ann, &two.ben];
    await_that("both folders", || {
        let [ann, ben] = both.map(|here| here.read("library.yaml"));
        let held = |here: &Installation| here.syncline(["conflicts", "--json"]).json();
        ann == ben
            && ann.contains("/lendings")
            && both.iter().all(|here| held(here)["conflicts"].as_array().is_some_and(|held| held.len() == 1))
    });
    drop(agents);
    let held = two.ann.syncline(["conflicts", "--json"]).stdout() + &two.ann.read("library.yaml");
    assert!(held.contains("of=ann") && held.contains("of=ben"), "{held}");
}

#[test]
fn a_session_sends_its_work_when_it_ends() {
    let two = Two::new();
    two.ann.replace("library.yaml", "Lend a book", "Borrow a book");
    let agent = Agent::start(&two.ann, &["--mode=session"]);
    let synced = agent.wait_for("synced");
    assert_eq!(synced["pushed"]["commits"], 1, "what was there before goes out at the beginning: {synced}");
    two.ann.replace("library.yaml", "List books", "List all books");
    let work = agent.wait_for("work");
    assert_eq!((&work["changes"], &work["commits"]), (&1.into(), &0.into()));
    two.ben.replace("library.yaml", "/loans", "/lendings");
    two.ben.syncline(["sync"]).expect_code(0);
    agent.wait_for("pulled");
    assert!(two.ann.read("library.yaml").contains("/lendings"));
    assert!(!two.commits().contains("List all books"));
    let (told, code) = agent.end();
    assert_eq!(code, Some(0), "{told:?}");
    assert!(two.commits().contains("Ann Example: Change Request List all books"));
}

#[test]
fn by_hand_nothing_is_done_and_all_is_told() {
    let two = Two::new();
    two.ann.syncline(["config", "watch.mode", "manual"]).expect_code(0);
    let agent = Agent::start(&two.ann, &[]);
    two.ann.replace("library.yaml", "List books", "List all books");
    agent.wait_for("work");
    two.ben.replace("library.yaml", "/loans", "/lendings");
    two.ben.syncline(["sync"]).expect_code(0);
    assert_eq!(agent.wait_for("news")["behind"], 1);
    agent.end();
    assert!(two.ann.read("library.yaml").contains("/loans"));
    assert_eq!(two.ann.git(["status", "--porcelain"]), " M library.yaml");
}

#[test]
fn a_commit_of_plain_git_goes_out() {
    let two = Two::new();
    let _agent = Agent::start(&two.ann, &[]);
    // No file changes by it, so that only the branch tells.
    two.ann.git(["commit", "--quiet", "--allow-empty", "-m", "Of plain git"]);
    await_that("the remote", || two.commits().contains("Of plain git"));
}

#[test]
fn one_agent_watches_a_folder_and_status_names_it() {
    let two = Two::new();
    let agent = Agent::start(&two.ann, &[]);
    let second = two.ann.syncline(["watch"]).expect_code(3).stderr();
    let owner = format!("syncline watch, process {}", agent.child.id());
    assert_eq!(
        second,
        format!(
            "error: `{owner}` watches this folder already\n\
             hint: one is enough; end that one first to watch in another way\n"
        )
    );
    assert_eq!(two.ann.syncline(["status", "--json"]).json()["watched_by"], owner);
    drop(agent);
    assert_eq!(two.ann.syncline(["status", "--json"]).json()["watched_by"], Json::Null);
}

#[test]
fn a_remote_that_fails_is_told_once_and_asked_again() {
    let two = Two::new();
    let agent = Agent::start(&two.ann, &[]);
    for _ in 0..3 {
        two.server.fault(On::RefsForFetch, Fault::Status(503));
    }
    let trouble = agent.wait_for("trouble");
    assert_eq!(trouble["error"]["kind"], "unreachable", "{trouble}");
    let next = agent.events.recv_timeout(DEADLINE).expect("it goes on");
    assert_eq!(next["event"], "recovered", "the same trouble is not told again");
    two.ann.replace("library.yaml", "List books", "List all books");
    agent.wait_for("synced");
}

#[test]
fn a_folder_that_vanished_is_no_removal() {
    let two = Two::new();
    let agent = Agent::start(&two.ann, &[]);
    let (folder, away) = (two.ann.folder.clone(), two.ann.home.path().join("away"));
    fs::rename(&folder, &away).expect("it is there");
    agent.wait_for("trouble");
    fs::rename(&away, &folder).expect("it is there");
    agent.wait_for("recovered");
    two.ann.replace("library.yaml", "List books", "List all books");
    await_that("the remote", || two.commits().contains("List all books"));
    assert_eq!(two.commits().lines().count(), 2);
}

#[test]
fn many_removals_wait_for_the_user_and_others_work_comes_in() {
    let two = Two::new();
    for number in 0..30 {
        two.ann.write(&format!("many/{number}.yaml"), "a: 1\n");
    }
    two.ann.syncline(["sync"]).expect_code(0);
    let agent = Agent::start(&two.ann, &[]);
    // All at once: a look between two removals would find a few.
    fs::rename(two.ann.folder.join("many"), two.ann.home.path().join("gone")).expect("it is there");
    let trouble = agent.wait_for("trouble");
    assert_eq!(trouble["error"]["message"], "30 of 31 files would be removed");
    two.ben.syncline(["sync"]).expect_code(0);
    two.ben.replace("library.yaml", "/loans", "/lendings");
    two.ben.syncline(["sync"]).expect_code(0);
    await_file(&library(&two.ann), |text| text.contains("/lendings"));
    let remote = two.server.repo_path(REMOTE);
    let files = two.ann.home.git(&remote, ["ls-tree", "-r", "--name-only", "main"]);
    assert_eq!(files.lines().count(), 31);
}

#[test]
fn a_bad_file_is_told_and_the_others_go_on() {
    let two = Two::new();
    let agent = Agent::start(&two.ann, &[]);
    two.ann.write("library.yaml", "type: collection.insomnia.rest/5.0\n  broken: [\n");
    let told = agent.wait_for("problems");
    assert_eq!(told["problems"][0]["path"], "library.yaml");
    two.ann.write("other.yaml", "a: 1\n");
    agent.wait_for("synced");
    assert!(two.commits().starts_with("Ann Example: Add yaml other.yaml\n"));
}

#[test]
fn what_editors_leave_beside_an_open_file_stays_here() {
    let two = Two::new();
    let agent = Agent::start(&two.ann, &[]);
    for leftover in [".library.yaml.swp", "library.yaml~", ".#library.yaml", "#library.yaml#", "4913"] {
        two.ann.write(leftover, "x");
    }
    two.ann.replace("library.yaml", "List books", "List all books");
    agent.wait_for("synced");
    let files = two.ann.git(["ls-tree", "-r", "--name-only", "HEAD"]);
    assert_eq!(files, "library.yaml");
}

#[cfg(target_os = "linux")]
#[test]
fn a_service_comes_and_goes() {
    let two = Two::new();
    let installed = two.ann.syncline(["watch", "--install", "--every", "5m", "--json"]).expect_code(0);
    let told: Json = serde_json::from_slice(&installed.output.stdout).expect("an object");
    let file = PathBuf::from(told["file"].as_str().expect("a path"));
    let text = fs::read_to_string(&file).expect("it was written");
    let folder = two.ann.folder.canonicalize().expect("it is there");
    let command = format!(
        "ExecStart=\"{}\" \"-C\" \"{}\" \"watch\" \"--every=300000ms\"\n",
        env!("CARGO_BIN_EXE_syncline"),
        folder.display()
    );
    assert!(text.contains(&command), "{text}");
    let link = file.with_file_name("default.target.wants").join(file.file_name().expect("a name"));
    assert_eq!(fs::read_link(&link).expect("a link"), file);
    two.ann.syncline(["watch", "--install"]).expect_code(0);
    two.ann.syncline(["watch", "--uninstall"]).expect_code(0);
    assert!(!file.exists() && link.symlink_metadata().is_err());
    two.ann.syncline(["watch", "--uninstall"]).expect_code(0);
}

#[test]
fn a_folder_without_a_remote_is_not_watched() {
    let here = Installation::with_collection();
    let refused = here.syncline(["watch"]).expect_code(3).stderr();
    assert!(refused.starts_with("error: "), "{refused}");
    assert!(refused.contains("syncline connect URL"), "{refused}");
}
