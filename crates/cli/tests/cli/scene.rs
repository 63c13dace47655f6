//! What is killed, or runs out of room: most often two who edited the same and other things, when they meet.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use syncline_testkit::{GitServer, TestHome, calls};

use crate::marked::committed_with_markers;
use crate::sharing::with_example;
use crate::support::{COLLECTION, Installation};

/// Somebody with a folder and a remote, and something to do.
pub(crate) struct Scene {
    server: GitServer,
    pub(crate) ben: Installation,
    /// Where the copies are made.
    pub(crate) place: PathBuf,
    tries: usize,
}

/// A copy of Ben's folder with a remote of its own.
pub(crate) struct Try<'a> {
    scene: &'a Scene,
    pub(crate) folder: PathBuf,
    remote: PathBuf,
    url: String,
}

/// What there is in the end, whatever came between.
#[derive(Debug, PartialEq)]
pub(crate) struct State {
    pub(crate) branch: String,
    pub(crate) tree: String,
    /// Commits that somebody asked for.
    pub(crate) commits: String,
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) status: String,
    pub(crate) conflicts: serde_json::Value,
    /// The tree of the remote's branch.
    pub(crate) remote: Option<String>,
    /// Whether the remote holds the same conflicts, or none where none was to be pushed.
    pub(crate) remote_conflicts: Option<bool>,
    /// What refs there are.
    refs: BTreeSet<String>,
    /// The settings of the repository.
    settings: BTreeSet<String>,
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_syncline");

/// The repository that they share.
const REMOTE: &str = "team/library";

impl Scene {
    /// Ben has work that is not committed, and a commit that is not pushed; the remote has other work.
    pub(crate) fn apart() -> Self {
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
        Self::of(server, ben)
    }

    /// What Ben has is committed and goes on from the remote's branch.
    pub(crate) fn ahead() -> Self {
        let scene = Self::held();
        scene.ben.syncline(["resolve", "--all", "--take", "ours"]).expect_code(0);
        scene.ben.replace("many/3.yaml", "name: 3", "name: third");
        scene.ben.syncline(["commit", "-m", "Of Ben, later"]).expect_code(0);
        scene
    }

    /// What is new at the remote is known, and not merged.
    pub(crate) fn fetched() -> Self {
        let scene = Self::apart();
        scene.ben.syncline(["fetch"]).expect_code(0);
        scene
    }

    /// The last commit is to be undone, under work that stays.
    pub(crate) fn reverting() -> Self {
        let scene = Self::apart();
        scene.ben.syncline(["discard", "library.yaml"]).expect_code(0);
        scene
    }

    fn of(server: GitServer, ben: Installation) -> Self {
        let place = ben.home.path().to_owned();
        Self { server, ben, place, tries: 0 }
    }

    /// With a remote that they do not follow.
    fn beside_a_remote(ben: Installation) -> Self {
        let server = GitServer::start();
        server.create_open_repo(REMOTE);
        Self::of(server, ben)
    }

    /// Somebody with a collection and no remote, and an export of it as it is elsewhere.
    pub(crate) fn alone() -> Self {
        let ben = Installation::with_collection();
        let more = COLLECTION.replace("name: List books", "name: List all books").replace("POST", "PATCH");
        fs::write(ben.home.path().join("export.yaml"), more).expect("the home can be written");
        ben.replace("library.yaml", "example/books", "example/books?of=ben");
        Self::beside_a_remote(ben)
    }

    /// An empty folder, and a remote with work and with conflicts that are held.
    pub(crate) fn away() -> Self {
        let mut scene = Self::apart();
        scene.ben.syncline(["sync"]).expect_code(1);
        scene.ben.enter("empty");
        scene
    }

    /// An empty folder.
    pub(crate) fn nowhere() -> Self {
        Self::beside_a_remote(Installation::new())
    }

    /// A merge of git's, committed with its markers.
    pub(crate) fn marked() -> Self {
        Self::beside_a_remote(committed_with_markers())
    }

    /// A vault with a category that is shared.
    pub(crate) fn vault() -> Self {
        let ben = with_example("xpipe");
        ben.syncline(["commit", "-m", "Add the vault"]).expect_code(0);
        Self::beside_a_remote(ben)
    }

    /// The same after they met: two conflicts are held.
    pub(crate) fn held() -> Self {
        let scene = Self::apart();
        scene.ben.syncline(["sync"]).expect_code(1);
        scene
    }

    pub(crate) fn copy(&mut self) -> Try<'_> {
        self.tries += 1;
        let name = format!("team/try-{}", self.tries);
        let remote = self.server.create_open_repo(&name);
        let folder = self.place.join(format!("try-{}", self.tries));
        fs::remove_dir_all(&remote).expect("it was just made");
        for (from, to) in [(&self.server.repo_path(REMOTE), &remote), (&self.ben.folder, &folder)] {
            let copied = self.ben.home.command("cp").arg("-a").args([from, to]).status();
            assert!(copied.expect("cp is there").success());
        }
        let url = self.server.url(&name);
        if self.ben.home.try_git(&folder, ["remote", "get-url", "origin"]).status.success() {
            self.ben.home.git(&folder, ["config", "remote.origin.url", &url]);
        }
        Try { scene: self, folder, remote, url }
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
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.scene.ben.home.command(PROGRAM);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.with_arguments(command, arguments)
    }

    /// The same, made to be followed from call to call.
    pub(crate) fn followed(&self, arguments: &[&str]) -> Command {
        self.with_arguments(calls::command(&self.scene.ben.home, PROGRAM), arguments)
    }

    /// `{url}` stands for the remote, `{home}` for the home.
    fn with_arguments(&self, mut command: Command, arguments: &[&str]) -> Command {
        let home = self.scene.ben.home.path().to_string_lossy();
        let named = arguments.iter().map(|text| text.replace("{url}", &self.url).replace("{home}", &home));
        command.args(named).current_dir(&self.folder).process_group(0);
        command
    }

    /// Runs it to its end, whatever that is.
    pub(crate) fn output(&self, arguments: &[&str]) -> (Output, String) {
        let output = self.command(arguments).stderr(Stdio::piped()).stdout(Stdio::piped()).output();
        let output = output.expect("the program was built");
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        let said = said.into_owned();
        (output, said)
    }

    /// Runs it to its end. `Held` and `Done` are the only ends that there are.
    pub(crate) fn run(&self, arguments: &[&str]) -> Duration {
        let begin = now();
        let (output, said) = self.output(arguments);
        let took = begin.elapsed();
        assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?} {}: {said}", output.status);
        took
    }

    pub(crate) fn home(&self) -> &TestHome {
        &self.scene.ben.home
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.scene.ben.home.git(&self.folder, arguments)
    }

    pub(crate) fn state(&self) -> State {
        let conflicts = self.output(&["conflicts", "--json"]).0.stdout;
        let tree_at = |folder: &Path, name: &str| {
            let revision = format!("{name}^{{tree}}");
            let output = self.scene.ben.home.try_git(folder, ["rev-parse", "--verify", "--quiet", &revision]);
            output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
        };
        let held = "refs/syncline/conflicts/main";
        State {
            branch: self.git(&["symbolic-ref", "HEAD"]),
            tree: tree_at(&self.folder, "HEAD").unwrap_or_default().trim().to_owned(),
            // None before the first.
            commits: tree_at(&self.folder, "HEAD")
                .map(|_| self.git(&["log", "--no-merges", "--format=%s", "HEAD", "--"]))
                .unwrap_or_default(),
            files: files_of(&self.folder),
            status: self.git(&["status", "--porcelain"]),
            conflicts: without_times(serde_json::from_slice(&conflicts).expect("a list")),
            remote: tree_at(&self.remote, "refs/heads/main"),
            remote_conflicts: tree_at(&self.remote, held)
                .map(|tree| Some(tree) == tree_at(&self.folder, held)),
            refs: lines(&self.git(&["for-each-ref", "--format=%(refname)"])),
            settings: lines(&self.git(&["config", "--local", "--list"]).replace(&self.url, "URL")),
        }
    }

    /// Whether it is a workspace, and nothing is left to be finished.
    pub(crate) fn is_at_rest(&self) -> bool {
        let home = &self.scene.ben.home;
        let pending = ["rev-parse", "--verify", "--quiet", "refs/syncline/pending"];
        home.try_git(&self.folder, ["rev-parse", "--git-dir"]).status.success()
            && !home.try_git(&self.folder, pending).status.success()
    }

    /// Nothing of a killed process is in anybody's way.
    pub(crate) fn expect_tidy(&self) {
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

/// Who made the values, and not when: each run makes its own commits.
fn without_times(mut conflicts: serde_json::Value) -> serde_json::Value {
    for conflict in conflicts["conflicts"].as_array_mut().expect("a list") {
        for author in conflict["authors"].as_object_mut().into_iter().flat_map(|authors| authors.values_mut())
        {
            author["commit"].take();
            author["time"].take();
        }
    }
    conflicts
}

fn lines(text: &str) -> BTreeSet<String> {
    text.lines().map(str::to_owned).collect()
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

#[expect(clippy::disallowed_methods, reason = "how long it takes says when to kill it")]
fn now() -> Instant {
    Instant::now()
}
