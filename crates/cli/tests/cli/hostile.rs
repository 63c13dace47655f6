//! A repository that somebody made to do harm: it is refused, or takes bounded time and memory; nothing of it is
//! executed, nothing is written outside the folder, and it stands in nobody's way.

mod addresses;
#[cfg(unix)]
mod came_with_files;
mod conflicts;
#[cfg(unix)]
mod large;
mod objects;
#[cfg(unix)]
mod settings;
mod terminal;

use std::fs;
use std::path::PathBuf;

use snapbox::{assert_data_eq, str};

use crate::support::Installation;

/// Names of entries from the top down; `git add` would refuse each of them.
const PATHS: &[&[&str]] = &[
    &[".."],
    &["."],
    &["a", "..", "x"],
    &["../x"],
    &["a/../../x"],
    &["a/b"],
    &["/etc/x"],
    &["c:"],
    &["..\\x"],
    &[".git"],
    &[".git", "config"],
    &[".git/config"],
    &["a", ".git", "hooks", "post-commit"],
    &[".GIT"],
    &[".git "],
    &[".git."],
    &["git~1"],
    &[".git::$INDEX_ALLOCATION"],
    &[".g\u{200c}it"],
];

/// Targets of a link at `a/link` that lead out of the repository, or into `.git`.
const TARGETS: &[&str] = &["/etc/passwd", "../../secret", "b/../../../secret", "../.git/config", "../.GIT"];

/// An entry of a tree as Git stores it.
fn entry(mode: &str, name: &str, id: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&id[at..at + 2], 16).expect("an id is hex digits");
    let id: Vec<u8> = (0..id.len()).step_by(2).map(byte).collect();
    [format!("{mode} {name}\0").as_bytes(), &id].concat()
}

/// Somebody's workspace and the remote that it is connected to.
struct Scene {
    here: Installation,
    remote: String,
}

impl Scene {
    fn new() -> Self {
        let here = Installation::new();
        here.syncline(["init"]).expect_code(0);
        here.write("a.yaml", "a: 1\n");
        here.syncline(["commit", "-q", "-m", "First"]).expect_code(0);
        here.git(["clone", "-q", "--bare", ".", "../remote.git"]);
        let remote = here.home.path().join("remote.git").to_string_lossy().into_owned();
        here.syncline(["connect", &remote]).expect_code(0);
        Self { here, remote }
    }

    /// Runs git in the remote.
    fn git(&self, arguments: &[&str], stdin: &[u8]) -> String {
        let file = self.here.home.path().join("stdin");
        fs::write(&file, stdin).expect("the home can be written");
        let mut command = self.here.home.command("git");
        command.args(["--git-dir", &self.remote]).args(arguments);
        command.stdin(fs::File::open(file).expect("it is there"));
        let output = command.output().expect("git is there");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Writes an object to the remote, whatever is in it.
    fn object(&self, kind: &str, bytes: &[u8]) -> String {
        self.git(&["hash-object", "-t", kind, "--literally", "-w", "--stdin"], bytes)
    }

    /// Lets the workspace have all objects of the remote, unseen.
    fn share_objects(&self) {
        self.here.write(".git/objects/info/alternates", &format!("{}/objects\n", self.remote));
    }

    /// Puts a commit on top of the remote's `main`, on a branch there, with a tree of these entries as they come.
    fn push_tree(&self, branch: &str, entries: &[(&str, &str, &str)]) {
        let bytes: Vec<u8> = entries.iter().flat_map(|(mode, name, id)| entry(mode, name, id)).collect();
        let commit =
            self.git(&["commit-tree", "-p", "main", "-m", "Hostile", &self.object("tree", &bytes)], b"");
        self.git(&["update-ref", &format!("refs/heads/{branch}"), &commit], b"");
    }

    /// The same with this one file and no other.
    fn push(&self, branch: &str, path: &[&str], mode: &str, content: &str) {
        let blob = self.object("blob", content.as_bytes());
        let tree =
            |(mode, id): (&str, String), name: &&str| ("40000", self.object("tree", &entry(mode, name, &id)));
        let [top, below @ ..] = path else { panic!("a path has parts") };
        let (mode, id) = below.iter().rev().fold((mode, blob), tree);
        self.push_tree(branch, &[(mode, top, &id)]);
    }

    fn push_link(&self, branch: &str, target: &str) {
        self.push(branch, &["a", "link"], "120000", target);
    }

    /// All that there is in the home but the remote, Git's objects and what a fetch notes; with the text of
    /// what a way into `.git` would aim at.
    fn all(&self) -> (Vec<PathBuf>, [String; 2]) {
        let mut found = Vec::new();
        let mut folders = vec![self.here.home.path().to_owned()];
        let left_out = [".git/objects", ".git/logs", ".git/refs", ".git/syncline", "remote.git"];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.symlink_metadata().expect("it is there").is_dir()
                    && !left_out.iter().any(|folder| path.ends_with(folder))
                {
                    folders.push(path.clone());
                }
                found.push(path);
            }
        }
        found.sort();
        (found, [".git/config", "a.yaml"].map(|path| self.here.read(path)))
    }

    /// Runs the command, which is to be refused with nothing written anywhere.
    fn expect_refused(&self, arguments: &[&str], what: &str) {
        let before = self.all();
        let ran = self.here.syncline(arguments);
        assert_eq!(ran.code(), 7, "{what}: {arguments:?}: {}", ran.transcript());
        let told = ran.stderr();
        assert!(told.contains("ask whoever made that commit"), "{what}: {arguments:?}: {told}");
        assert_eq!(self.all(), before, "{what}: {arguments:?}");
    }

    /// The user's own work is not held up.
    fn expect_that_work_goes_on(&self, what: &str) {
        self.here.write("mine.yaml", &format!("b: {what:?}\n"));
        self.here.syncline(["status"]).expect_code(0);
        self.here.syncline(["commit", "-q", "-m", "Mine"]).expect_code(0);
        assert_eq!(self.here.git(["status", "--porcelain"]), "", "{what}");
    }
}

#[test]
fn a_way_out_is_refused_by_clone_switch_and_merge() {
    let scene = Scene::new();
    let mut cases = Vec::new();
    for path in PATHS {
        let branch = format!("case-{}", cases.len());
        scene.push(&branch, path, "100644", "a: 2\n");
        cases.push((branch, path.join("|")));
    }
    for target in TARGETS {
        let branch = format!("case-{}", cases.len());
        scene.push_link(&branch, target);
        cases.push((branch, (*target).to_owned()));
    }
    scene.here.syncline(["fetch"]).expect_code(0);
    for (number, (branch, what)) in cases.iter().enumerate() {
        scene.expect_refused(&["clone", &scene.remote, "copy", "--branch", branch], what);
        // What is a way out is one question, asked in one place; these ask it too.
        if number % 5 == 0 {
            scene.expect_refused(&["branch", "switch", branch], what);
            scene.expect_refused(&["merge", branch], what);
        }
    }
    scene.expect_that_work_goes_on("all");
}

#[test]
fn a_way_out_is_refused_by_pull_and_sync_and_work_goes_on() {
    for path in [&[".."][..], &[".git", "config"]] {
        let scene = Scene::new();
        scene.push("main", path, "100644", "a: 2\n");
        expect_no_way_in(&scene, &path.join("|"));
    }
    let scene = Scene::new();
    scene.push_link("main", "/etc/passwd");
    expect_no_way_in(&scene, "a link");
}

fn expect_no_way_in(scene: &Scene, what: &str) {
    scene.here.syncline(["fetch"]).expect_code(0);
    scene.expect_refused(&["pull"], what);
    scene.expect_that_work_goes_on(what);
    let at_remote = scene.git(&["rev-parse", "main"], b"");
    scene.expect_refused(&["sync"], what);
    assert_eq!(scene.git(&["rev-parse", "main"], b""), at_remote, "{what}: nothing was pushed on top of it");
    scene.expect_that_work_goes_on("and again");
}

#[test]
fn a_refused_clone_says_which_path_and_what_next() {
    let scene = Scene::new();
    scene.push("main", &[".git/config"], "100644", "");
    assert_data_eq!(
        scene.here.syncline(["clone", "../remote.git", "copy"]).transcript(),
        str![[r#"
stderr: error: a tree in the repository has an unsafe path: `.git/config` has the part `.git`, which Git does not allow
stderr: hint: nothing of it was written; ask whoever made that commit
exit: 7

"#]]
    );
    scene.push_link("main", "/etc/passwd");
    assert_data_eq!(
        scene.here.syncline(["clone", "../remote.git", "copy"]).transcript(),
        str![[r#"
stderr: error: `a/link` is a link to `/etc/passwd`, which leads out of the repository
stderr: hint: nothing of it was written; ask whoever made that commit
exit: 7

"#]]
    );
    let copy = scene.here.folder.join("copy");
    assert!(!copy.exists());
    // A folder that was there stays, and stays empty.
    fs::create_dir(&copy).expect("the home can be written");
    scene.here.syncline(["clone", "../remote.git", "copy"]).expect_code(7);
    assert_eq!(fs::read_dir(&copy).expect("it is there").count(), 0);
}

#[test]
fn a_way_out_that_git_finds_first_is_refused_as_well() {
    let scene = Scene::new();
    scene.push("main", &[".git", "config"], "100644", "");
    scene.here.git(["config", "--global", "transfer.fsckObjects", "true"]);
    let url = format!("file://{}", scene.remote);
    assert_data_eq!(
        scene.here.syncline(["clone", &url, "copy"]).transcript(),
        str![[r#"
stderr: error: a commit of file://[HOME]/remote.git names a path that leads out of the folder
stderr: hint: nothing of it was written; ask whoever made that commit
exit: 7

"#]]
    );
}

/// What comes from elsewhere is told as text, in whatever line.
#[test]
fn an_error_cannot_steer_the_terminal() {
    let scene = Scene::new();
    scene.push("main", &["a", "li\u{1b}[31mnk"], "120000", "/etc\u{1b}]0;title\u{7}");
    let ran = scene.here.syncline(["clone", "../remote.git", "copy"]);
    assert!(
        ran.stderr().contains("`a/li\\u{1b}[31mnk` is a link to `/etc\\u{1b}]0;title\\u{7}`"),
        "{}",
        ran.stderr()
    );
    let hook = "#!/bin/sh\nprintf 'no \\033[31mwords\\n' >&2\nexit 1\n";
    let scene = Scene::new();
    let path = std::path::Path::new(&scene.remote).join("hooks/pre-receive");
    fs::write(&path, hook).expect("the home can be written");
    scene.here.home.command("chmod").arg("+x").arg(&path).status().expect("chmod is there");
    scene.here.write("b.yaml", "b: 1\n");
    let ran = scene.here.syncline(["--verbose", "sync"]).expect_code(4);
    assert!(ran.stderr().contains("no \\u{1b}[31mwords"), "{}", ran.stderr());
}
