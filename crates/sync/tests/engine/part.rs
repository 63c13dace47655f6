//! One folder of a big repository: what lies outside it stays at the remote.

use std::collections::BTreeSet;
use std::fs;

use syncline_format::RepoPath;
use syncline_repo::RepoError;
use syncline_sync::{
    CloneReport, CloneRequest, ConnectRequest, DiffRequest, ErrorKind, LogRequest, PullRequest, Selector,
    SyncError, SyncRequest, Take, Workspace,
};
use syncline_testkit::{Fault, GitServer, On};

use crate::support::{COLLECTION, Person, REPOSITORY, Two};

/// The workspace's file.
const FILE: &str = "apps/api/api.yaml";

/// One of the pages.
const WEB: &str = "web/part-0/page-0.html";

/// How many pages are outside the folder.
const OUTSIDE: usize = 200;

/// Text that no two files share and that compresses to about half of it.
fn page(number: usize, version: usize) -> String {
    let mut state = u64::try_from(number * 1_000 + version + 1).expect("a small number");
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{:016x}", state ^ state >> 29)
    };
    (0..256).map(|_| word()).collect()
}

/// Anna has all of the repository, Ben a folder of it.
struct Big {
    two: Two,
    cloned: CloneReport,
}

impl Big {
    fn start() -> Self {
        Self::with(true)
    }

    fn with(filters: bool) -> Self {
        let two = Two::with(&[(FILE, COLLECTION), ("apps/notes.txt", "beside\n"), ("top.txt", "top\n")]);
        for number in 0..OUTSIDE {
            two.anna.write(&format!("web/part-{}/page-{number}.html", number % 20), &page(number, 0));
        }
        two.anna.git(&["add", "web"]);
        two.anna.git(&["commit", "--quiet", "-m", "Begin the pages"]);
        two.anna.replace(FILE, "name: One", "name: Eins");
        two.anna.sync();
        two.anna.replace(FILE, "name: Eins", "name: Uno");
        two.anna.write(WEB, &page(0, 1));
        two.anna.sync();
        two.server.allow_filters(REPOSITORY, filters);
        fs::remove_dir_all(&two.ben.folder).expect("a folder");
        let cloned = clone(&two.ben, &two.server.url(REPOSITORY)).expect("a clone");
        Self { two, cloned }
    }

    fn ben(&self) -> &Person {
        &self.two.ben
    }

    /// The files of Ben's history whose content is at the remote alone.
    fn missing(&self) -> usize {
        let list = ["rev-list", "--objects", "--all", "--missing=print"];
        self.ben().git(&list).lines().filter(|line| line.starts_with('?')).count()
    }

    /// How often git connected to fetch while something was done.
    fn fetches<T>(&self, action: impl FnOnce() -> T) -> (usize, T) {
        let count = || {
            let requests = self.two.server.requests();
            requests.iter().filter(|it| it.on == On::RefsForFetch && it.user.is_some()).count()
        };
        let before = count();
        let result = action();
        (count() - before, result)
    }

    /// Without the network.
    fn offline<T>(&self, action: impl FnOnce() -> T) -> T {
        let (fetches, result) = self.fetches(action);
        assert_eq!(fetches, 0, "all that is needed is here");
        result
    }
}

fn folder() -> RepoPath {
    RepoPath::new("apps/api").expect("a path")
}

fn clone(person: &Person, url: &str) -> Result<CloneReport, syncline_sync::SyncError> {
    let dir = person.folder.clone();
    let request = CloneRequest { url: url.to_owned(), dir, branch: None, folder: Some(folder()) };
    Workspace::clone_from(&request, person.environment()).map(|(_, report)| report)
}

/// A commit of git's own of a file outside, without the content of the others.
fn commit_outside(person: &Person, path: &str, text: &str) {
    person.write("apps/api/outside", text);
    let blob = person.git(&["hash-object", "-w", "apps/api/outside"]);
    person.remove("apps/api/outside");
    person.git(&["update-index", "--add", "--cacheinfo", &format!("100644,{},{path}", blob.trim())]);
    person.git(&["update-index", "--skip-worktree", path]);
    person.git(&["commit", "--quiet", "-m", "Outside"]);
}

/// What is in the folder, but for `.git`.
fn files_of(person: &Person) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    let mut folders = vec![person.folder.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            let name = entry.strip_prefix(&person.folder).expect("inside").to_string_lossy().into_owned();
            if !entry.is_dir() {
                files.insert(name);
            } else if name != ".git" {
                folders.push(entry);
            }
        }
    }
    files
}

#[test]
fn a_clone_of_a_folder_leaves_the_rest_at_the_remote() {
    let big = Big::start();
    assert!(!big.cloned.is_whole);
    assert_eq!(big.cloned.resources, 4);
    let expected = [FILE, "apps/notes.txt", "top.txt"].map(str::to_owned);
    assert_eq!(files_of(big.ben()), BTreeSet::from(expected));
    assert_eq!(big.missing(), OUTSIDE + 1, "every version of the pages, and nothing else");
    assert_eq!(big.ben().git(&["sparse-checkout", "list"]), ".syncline/formats\napps/api");
    big.ben().assert_clean();
    let before = big.two.server.bytes_sent();
    fs::remove_dir_all(&big.ben().folder).expect("a folder");
    clone(big.ben(), &big.two.server.url(REPOSITORY)).expect("a clone");
    let in_part = big.two.server.bytes_sent() - before;
    fs::remove_dir_all(&big.ben().folder).expect("a folder");
    let request = CloneRequest {
        url: big.two.server.url(REPOSITORY),
        dir: big.ben().folder.clone(),
        branch: None,
        folder: None,
    };
    Workspace::clone_from(&request, big.ben().environment()).expect("a clone");
    let whole = big.two.server.bytes_sent() - before - in_part;
    assert!(in_part * 20 < whole, "{in_part} bytes of {whole}");
}

#[test]
fn a_remote_that_leaves_nothing_out_is_cloned_as_a_whole() {
    let big = Big::with(false);
    assert!(big.cloned.is_whole);
    assert_eq!((big.missing(), files_of(big.ben()).len()), (0, 3));
    assert_eq!(
        big.ben().git(&["config", "--get-regexp", "^remote.origin.(url|promisor|partial)"]).lines().count(),
        1
    );
    big.two.anna.write(WEB, &page(0, 2));
    big.two.anna.sync();
    big.ben().replace(FILE, "name: Two", "name: Zwei");
    big.ben().sync();
    assert_eq!(big.missing(), 0);
    big.ben().assert_clean();
}

#[test]
fn both_ways_with_others_at_work_outside() {
    let big = Big::start();
    let (anna, ben) = (&big.two.anna, big.ben());
    anna.write(WEB, &page(0, 2));
    anna.write("web/new/page.html", &page(999, 0));
    anna.remove("web/part-1/page-1.html");
    anna.write("top.txt", "another top\n");
    anna.replace(FILE, "name: Three", "name: Drei");
    anna.sync();
    ben.replace(FILE, "name: Two", "name: Zwei");
    big.offline(|| {
        assert_eq!(ben.workspace().status().expect("a status").changes.len(), 1);
        assert_eq!(ben.workspace().diff(&DiffRequest::default()).expect("a diff").len(), 1);
    });
    // Ben, too, has a commit of git's outside.
    commit_outside(ben, "web/ben.html", &page(500, 0));
    let missing = big.missing();
    let (fetches, report) = big.fetches(|| ben.sync());
    assert!(report.pulled.merged && report.pushed.is_some());
    // The commits, what the folder needs of them, and the file at the top; a push asks elsewhere.
    assert_eq!(fetches, 3);
    assert_eq!(big.missing(), missing + 2, "the new pages stayed there");
    assert!(ben.read(FILE).contains("name: Drei") && ben.read(FILE).contains("name: Zwei"));
    assert_eq!(ben.read("top.txt"), "another top\n");
    ben.assert_clean();
    // What lies outside is as git itself merges it.
    anna.sync();
    let [ours, theirs] = ["HEAD^1", "HEAD^2"].map(|it| anna.git(&["rev-parse", it]));
    let merged = anna.git(&["merge-tree", "--write-tree", ours.trim(), theirs.trim()]);
    let outside = |tree: &str| -> Vec<String> {
        let listed = anna.git(&["ls-tree", "-r", tree.trim()]);
        listed.lines().filter(|line| !line.contains("\tapps/api/")).map(str::to_owned).collect()
    };
    assert_eq!(outside("HEAD"), outside(&merged));
    big.two.assert_equal();
}

#[test]
fn what_both_changed_outside_is_left_to_git() {
    let big = Big::start();
    let (anna, ben) = (&big.two.anna, big.ben());
    anna.write(WEB, &page(0, 2));
    anna.sync();
    commit_outside(ben, WEB, &page(0, 3));
    let error = ben.workspace().sync(&SyncRequest::default()).expect_err("git is to merge it");
    assert!(matches!(&error, SyncError::OutsideFolder(path) if path.to_string() == WEB), "{error}");
}

#[test]
#[cfg(unix)]
fn a_link_out_is_refused_where_it_would_be_written_and_stays_at_the_remote_elsewhere() {
    let big = Big::start();
    let (anna, ben) = (&big.two.anna, big.ben());
    let link = |path: &str| {
        let file = anna.folder.join(path);
        std::os::unix::fs::symlink("/etc/passwd", file).expect("a link");
        anna.git(&["add", path]);
        anna.git(&["commit", "--quiet", "-m", path]);
        let url = format!("file://{}", big.two.server.repo_path(REPOSITORY).display());
        anna.git(&["push", "--quiet", &url, "main"]);
    };
    link("web/out");
    ben.pull();
    ben.assert_clean();
    link("apps/api/out");
    let error = ben.workspace().pull(PullRequest::default()).expect_err("it leads out");
    assert!(matches!(error, SyncError::Repo(RepoError::LinkLeadsOut { .. })), "{error}");
    assert!(!ben.folder.join("apps/api/out").exists());
}

#[test]
fn another_folder_later() {
    let big = Big::start();
    let ben = big.ben();
    let url = format!("file://{}", big.two.server.repo_path(REPOSITORY).display());
    ben.git(&["config", "remote.origin.url", &url]);
    ben.git(&["sparse-checkout", "add", "web/part-3"]);
    ben.workspace().set("folder", "web/part-3", false).expect("set");
    assert!(ben.workspace().status().expect("a status").changes.is_empty());
    ben.write("web/part-3/new.html", "new\n");
    ben.sync();
    ben.assert_clean();
}

#[test]
fn a_folder_of_a_remote_that_is_empty_yet() {
    let server = GitServer::start();
    server.create_open_repo(REPOSITORY);
    let (anna, ben) = (Person::alone("Anna"), Person::alone("Ben"));
    let url = server.url(REPOSITORY);
    let report = clone(&ben, &url).expect("a clone");
    assert!(!report.is_whole);
    anna.write(FILE, COLLECTION);
    anna.write(WEB, &page(0, 0));
    anna.init().connect(&ConnectRequest { url, ..ConnectRequest::default() }).expect("a remote");
    ben.sync();
    assert_eq!(files_of(&ben), BTreeSet::from([FILE.to_owned()]));
    ben.replace(FILE, "name: One", "name: Uno");
    ben.sync();
    anna.sync();
    assert!(anna.read(FILE).contains("name: Uno"));
    ben.assert_clean();
}

#[test]
fn history_is_read_and_brought_back_without_the_remote() {
    let big = Big::start();
    let ben = big.ben();
    big.offline(|| {
        let selector = Some(Selector::new("req_1"));
        let log = ben.workspace().log(&LogRequest { selector, limit: None }).expect("a log");
        assert_eq!(log.len(), 3);
        let report = ben.workspace().restore("HEAD~2", &[Selector::new("req_1")]).expect("restored");
        assert_eq!(report.changes.len(), 1);
        assert!(ben.read(FILE).contains("name: One"));
        ben.commit("As it was");
        ben.workspace().undo(None).expect("undone");
        ben.workspace().discard(&[Selector::new(".")]).expect("discarded");
        assert!(ben.read(FILE).contains("name: Uno"));
        ben.assert_clean();
    });
}

#[test]
fn a_branch_on_which_files_beside_the_folder_differ() {
    let big = Big::start();
    let (anna, ben) = (&big.two.anna, big.ben());
    anna.workspace().create_branch("next", None).expect("a branch");
    anna.workspace().switch_branch("next").expect("switched");
    anna.write("top.txt", "next\n");
    anna.write("apps/notes.txt", "next too\n");
    anna.write(WEB, &page(0, 3));
    anna.replace(FILE, "name: Two", "name: Deux");
    anna.sync();
    ben.workspace().fetch().expect("fetched");
    let missing = big.missing();
    let (fetches, _) = big.fetches(|| ben.workspace().switch_branch("next").expect("switched"));
    assert_eq!((fetches, big.missing()), (1, missing - 2), "both files in one go");
    assert!(ben.read(FILE).contains("name: Deux"));
    assert_eq!((ben.read("top.txt"), ben.read("apps/notes.txt")), ("next\n".into(), "next too\n".into()));
    ben.assert_clean();
    big.offline(|| ben.workspace().switch_branch("main").map(drop)).expect("switched back");
    assert_eq!(ben.read("top.txt"), "top\n");
    ben.assert_clean();
}

#[test]
fn conflicts_come_along_and_are_settled() {
    let big = Big::start();
    let (anna, ben) = (&big.two.anna, big.ben());
    ben.replace(FILE, "name: Uno", "name: Ben's");
    ben.sync();
    anna.replace(FILE, "name: Uno", "name: Anna's");
    anna.write(WEB, &page(0, 2));
    anna.sync();
    ben.sync();
    let conflicts = big.offline(|| ben.workspace().conflicts()).expect("a list");
    assert_eq!(conflicts.len(), 1);
    ben.workspace().resolve(&[conflicts[0].id.clone()], &Take::Ours).expect("settled");
    ben.sync();
    anna.sync();
    assert!(anna.workspace().conflicts().expect("a list").is_empty());
    big.two.assert_equal();
}

#[test]
fn a_clone_while_conflicts_are_held() {
    let big = Big::start();
    let (anna, ben) = (&big.two.anna, big.ben());
    ben.replace(FILE, "name: Uno", "name: Ben's");
    ben.sync();
    anna.replace(FILE, "name: Uno", "name: Anna's");
    anna.sync();
    fs::remove_dir_all(&ben.folder).expect("a folder");
    let report = clone(ben, &big.two.server.url(REPOSITORY)).expect("a clone");
    assert_eq!(report.conflicts, 1);
}

#[test]
fn git_may_fetch_and_tidy_up_meanwhile() {
    let big = Big::start();
    let (anna, ben) = (&big.two.anna, big.ben());
    for name in ["Eins", "Zwei", "Drei"] {
        let text = anna.read(FILE);
        let line =
            text.lines().find(|line| line.contains("name: ") && line.contains("    ")).expect("a name");
        anna.write(FILE, &text.replacen(line, &format!("    name: {name}"), 1));
        anna.write(WEB, &page(0, name.len() + 10));
        anna.sync();
    }
    // From the server's folder, which asks for no password.
    let url = format!("file://{}", big.two.server.repo_path(REPOSITORY).display());
    ben.git(&["config", "remote.origin.url", &url]);
    ben.git(&["pull", "--quiet", "--ff-only"]);
    assert!(ben.read(FILE).contains("name: Drei"));
    ben.git(&["gc", "--quiet", "--prune=now"]);
    let missing = big.missing();
    ben.workspace()
        .offline()
        .log(&LogRequest { selector: Some(Selector::new("req_1")), limit: None })
        .expect_err("a version is missing");
    assert_eq!(big.missing(), missing, "for completions nothing is fetched");
    let selector = Some(Selector::new("req_1"));
    let log = ben.workspace().log(&LogRequest { selector, limit: None }).expect("a log");
    assert_eq!(log.len(), 6, "what git fetched without files is fetched in one go");
    let packs = || fs::read_dir(ben.folder.join(".git/objects/pack")).expect("packs").count();
    let before = packs();
    ben.workspace().restore("HEAD~2", &[Selector::new("req_1")]).expect("restored");
    assert_eq!(packs(), before);
    ben.sync();
    ben.git(&["gc", "--quiet", "--prune=now"]);
    assert!(big.missing() >= OUTSIDE);
    ben.assert_clean();
}

#[test]
fn what_cannot_be_fetched_is_told_as_a_failed_fetch() {
    let big = Big::start();
    let (anna, ben) = (&big.two.anna, big.ben());
    anna.workspace().create_branch("next", None).expect("a branch");
    anna.workspace().switch_branch("next").expect("switched");
    anna.write("top.txt", "next\n");
    anna.sync();
    ben.workspace().fetch().expect("fetched");
    big.two.server.fault_times(10, On::RefsForFetch, Fault::Status(503));
    let error = ben.workspace().switch_branch("next").expect_err("a file is missing");
    assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
    // Nothing was begun that waits for the remote.
    ben.replace(FILE, "name: Two", "name: Zwei");
    ben.commit("Without the remote");
    big.two.server.clear_faults();
    ben.workspace().switch_branch("next").expect("switched");
    assert_eq!(ben.read("top.txt"), "next\n");
    ben.assert_clean();
}

#[test]
fn a_preview_of_a_folder_fetches_the_folder() {
    let big = Big::start();
    let url = big.two.server.url(REPOSITORY);
    let request = CloneRequest { url, dir: "unused".into(), branch: None, folder: Some(folder()) };
    let before = big.two.server.bytes_sent();
    let preview = Workspace::preview(&request, big.ben().environment()).expect("a preview");
    let sent = big.two.server.bytes_sent() - before;
    assert_eq!((preview.files, preview.problems.len()), (1, 0));
    assert!(sent < 60_000, "{sent} bytes");
}
