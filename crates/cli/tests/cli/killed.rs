//! The program is killed at any moment, and run again: it goes on, and nothing is lost.
//!
//! `SYNCLINE_KILLS` says how often in all (20 otherwise); `make stress` asks for many.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use syncline_testkit::GitServer;

use crate::support::{COLLECTION, Installation};

/// Two who edited the same and other things, and have not met yet.
struct Scene {
    server: GitServer,
    ben: Installation,
    tries: usize,
}

/// A copy of Ben's folder with a remote of its own.
struct Try<'a> {
    scene: &'a Scene,
    folder: PathBuf,
    remote: PathBuf,
}

/// What there is in the end, wherever it was killed.
#[derive(Debug, PartialEq)]
struct State {
    branch: String,
    tree: String,
    /// Commits that somebody asked for.
    commits: String,
    files: BTreeMap<String, String>,
    status: String,
    conflicts: serde_json::Value,
    remote: Vec<String>,
}

const REMOTE: &str = "team/library";

impl Scene {
    /// Ben has work that is not committed, and a commit that is not pushed; the remote has other work.
    fn apart() -> Self {
        let server = GitServer::start();
        server.create_open_repo(REMOTE);
        let (ann, ben) =
            (Installation::with_collection(), Installation::of("Ben Example", "ben@example.com"));
        ann.write("old.yaml", "a: 1\n");
        for number in 0..20 {
            ann.write(&format!("many/{number}.yaml"), &format!("name: {number}\nkept: 0\nlast: 0\n"));
        }
        ann.syncline(["commit", "-q", "-m", "Add more"]).expect_code(0);
        ann.syncline(["connect", &server.url(REMOTE)]).expect_code(0);
        ben.syncline(["clone", &server.url(REMOTE), "."]).expect_code(0);
        ben.syncline(["branch", "create", "side"]).expect_code(0);
        edit_as_ann(&ann);
        edit_as_ben(&ben);
        Self { server, ben, tries: 0 }
    }

    /// The same after they met: two conflicts are held.
    fn held() -> Self {
        let scene = Self::apart();
        scene.ben.syncline(["sync"]).expect_code(1);
        scene
    }

    fn copy(&mut self) -> Try<'_> {
        self.tries += 1;
        let name = format!("team/try-{}", self.tries);
        let remote = self.server.create_open_repo(&name);
        let folder = self.ben.home.path().join(format!("try-{}", self.tries));
        fs::remove_dir_all(&remote).expect("it was just made");
        for (from, to) in [(&self.server.repo_path(REMOTE), &remote), (&self.ben.folder, &folder)] {
            let copied = self.ben.home.command("cp").arg("-a").args([from, to]).status();
            assert!(copied.expect("cp is there").success());
        }
        self.ben.home.git(&folder, ["config", "remote.origin.url", &self.server.url(&name)]);
        Try { scene: self, folder, remote }
    }
}

fn edit_as_ann(ann: &Installation) {
    ann.replace("library.yaml", "name: Lend a book", "name: Lend any book");
    ann.replace("library.yaml", "example/books", "example/books?of=ann");
    ann.write("new/of-ann.yaml", "by: ann\n");
    fs::remove_file(ann.folder.join("old.yaml")).expect("it is there");
    for number in 0..20 {
        ann.replace(&format!("many/{number}.yaml"), "last: 0", "last: 1");
    }
    ann.syncline(["sync", "-m", "Of Ann"]).expect_code(0);
}

fn edit_as_ben(ben: &Installation) {
    ben.replace("library.yaml", "name: Lend a book", "name: Borrow a book");
    ben.replace("many/1.yaml", "name: 1", "name: first");
    ben.syncline(["commit", "-q", "-m", "Of Ben"]).expect_code(0);
    ben.replace("library.yaml", "example/books", "example/books?of=ben");
    ben.replace("library.yaml", "method: POST", "method: PUT");
    ben.replace("many/2.yaml", "name: 2", "name: second");
    ben.write("new/of-ben.yaml", "by: ben\n");
}

impl Try<'_> {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.scene.ben.home.command(env!("CARGO_BIN_EXE_syncline"));
        command.args(arguments).current_dir(&self.folder).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Kills it after a while; true where it was still at work.
    fn kill_after(&self, delay: Duration, arguments: &[&str]) -> bool {
        let mut child = self.command(arguments).spawn().expect("the program was built");
        // No condition can be awaited: any moment is meant.
        thread::sleep(delay);
        kill(&mut child)
    }

    /// Runs it to its end. `Held` and `Done` are the only ends that there are.
    fn run(&self, arguments: &[&str]) -> Duration {
        let begin = now();
        let output = self.command(arguments).stderr(Stdio::piped()).stdout(Stdio::piped()).output();
        let output = output.expect("the program was built");
        let took = begin.elapsed();
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?} {}: {said}", output.status);
        took
    }

    fn git(&self, arguments: &[&str]) -> String {
        self.scene.ben.home.git(&self.folder, arguments)
    }

    fn state(&self) -> State {
        let conflicts = self.command(&["conflicts", "--json"]).stdout(Stdio::piped()).output();
        let conflicts = conflicts.expect("the program was built").stdout;
        let at_remote = |rev: &str| {
            let output = self.scene.ben.home.try_git(&self.remote, ["rev-parse", "--verify", "--quiet", rev]);
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        State {
            branch: self.git(&["symbolic-ref", "HEAD"]),
            tree: self.git(&["rev-parse", "HEAD^{tree}"]),
            commits: self.git(&["log", "--no-merges", "--format=%s"]),
            files: files_of(&self.folder),
            status: self.git(&["status", "--porcelain"]),
            conflicts: serde_json::from_slice(&conflicts).expect("a list"),
            remote: vec![
                at_remote("refs/heads/main^{tree}"),
                at_remote("refs/syncline/conflicts/main^{tree}"),
            ],
        }
    }

    /// Nothing of a killed process is in anybody's way.
    fn expect_tidy(&self) {
        self.git(&["fsck", "--strict", "--no-progress"]);
        self.scene.ben.home.git(&self.remote, ["fsck", "--strict", "--no-progress"]);
        let left: Vec<_> = walk(&self.folder).into_iter().filter(|path| is_leftover(path)).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

impl Drop for Try<'_> {
    fn drop(&mut self) {
        // Best effort: the whole home goes in the end.
        let _ = (fs::remove_dir_all(&self.folder), fs::remove_dir_all(&self.remote));
    }
}

/// Git's locks, and files of ours on their way to another name.
fn is_leftover(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".lock") || name.starts_with(".~syncline-")
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        if entry.file_type().expect("a type").is_dir() {
            found.extend(walk(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

fn files_of(folder: &Path) -> BTreeMap<String, String> {
    let inside = |path: &PathBuf| path.strip_prefix(folder).expect("it is in there").to_owned();
    let files = walk(folder).into_iter().filter(|path| !inside(path).starts_with(".git"));
    let text = |path: &PathBuf| fs::read_to_string(path).expect("text");
    files.map(|path| (inside(&path).to_string_lossy().into_owned(), text(&path))).collect()
}

/// The whole group; false where it had ended by itself.
fn kill(child: &mut Child) -> bool {
    // It is not waited for yet, so that the number is still its own.
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    child.wait().expect("it was started").signal() == Some(9)
}

#[expect(clippy::disallowed_methods, reason = "how long it takes says when to kill it")]
fn now() -> Instant {
    Instant::now()
}

/// How often one command is killed: its share of all.
fn kills(percent: usize) -> usize {
    let all = std::env::var("SYNCLINE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    (all * percent / 100).max(1)
}

/// Kills the command at moments spread over its time, runs it again, and expects what an undisturbed run
/// leaves. Every third time it is killed twice.
fn survives_kills(mut scene: Scene, percent: usize, arguments: &[&str]) -> State {
    let undisturbed = scene.copy();
    let takes = undisturbed.run(arguments);
    let expected = undisturbed.state();
    drop(undisturbed);
    let number = u32::try_from(kills(percent)).expect("few");
    let mut delays: Vec<Duration> = (0..number).map(|at| takes * (2 * at + 1) / (2 * number)).collect();
    let mut killed = 0;
    for at in 0.. {
        let Some(delay) = delays.get(at).copied() else { break };
        let one = scene.copy();
        killed += usize::from(one.kill_after(delay, arguments));
        if at % 3 == 2 {
            one.kill_after(takes.saturating_sub(delay), arguments);
        }
        one.run(arguments);
        assert_eq!(one.state(), expected, "killed after {delay:?} of {takes:?}");
        one.expect_tidy();
        // A machine that was busy and is not any more ends the command before it can be killed: earlier then.
        if killed == 0 && at + 1 == delays.len() && delay > Duration::from_millis(1) {
            delays.push(delay / 3);
        }
    }
    assert!(killed > 0, "it was never killed within {takes:?}");
    expected
}

#[test]
fn a_killed_sync_is_finished_by_the_next() {
    let state = survives_kills(Scene::apart(), 40, &["sync", "-m", "More of Ben"]);
    assert_eq!(state.status, "");
    let held = serde_json::to_string(&state.conflicts).expect("JSON");
    let all = state.files.values().cloned().collect::<String>() + &held;
    for edit in ["Lend any book", "Borrow a book", "of=ann", "of=ben", "method: PUT", "by: ann", "by: ben"] {
        assert!(all.contains(edit), "{edit} is lost: {all}");
    }
    assert!(state.files["many/1.yaml"].contains("first") && state.files["many/1.yaml"].contains("last: 1"));
    assert!(!state.files.contains_key("old.yaml"));
    assert_eq!(state.remote[0].trim(), state.tree);
}

#[test]
fn a_killed_pull_is_finished_by_the_next() {
    let state = survives_kills(Scene::apart(), 20, &["pull"]);
    let library = &state.files["library.yaml"];
    assert!(library.contains("of=ben") && library.contains("method: PUT"), "what was typed stays: {library}");
    let held = serde_json::to_string(&state.conflicts).expect("JSON");
    for edit in ["Borrow a book", "of=ann"] {
        assert!(held.contains(edit) || library.contains(edit), "{edit} is lost: {held}");
    }
}

#[test]
fn a_killed_commit_is_finished_by_the_next() {
    let state = survives_kills(Scene::apart(), 15, &["commit", "-m", "More of Ben"]);
    assert_eq!(state.status, "");
    assert!(state.files["library.yaml"].contains("method: PUT"));
}

#[test]
fn a_killed_resolve_is_finished_by_the_next() {
    let state = survives_kills(Scene::held(), 15, &["resolve", "--all", "--take", "ours"]);
    assert_eq!(state.status, "");
    assert!(state.files["library.yaml"].contains("Borrow a book"));
}

#[test]
fn a_killed_switch_is_finished_by_the_next() {
    let state = survives_kills(Scene::held(), 10, &["branch", "switch", "side"]);
    assert_eq!((state.status.as_str(), state.branch.as_str()), ("", "refs/heads/side"));
    assert_eq!(state.files["library.yaml"], COLLECTION);
}
