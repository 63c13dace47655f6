//! Shallow clones, which the user made: what a merge needs of the history is fetched.

use syncline_testkit::GitServer;

use crate::support::{COLLECTION, Installation};

const REMOTE: &str = "team/library";

/// A remote with `commits` commits, the last one with the collection.
fn server(commits: usize) -> (GitServer, Installation) {
    let server = GitServer::start();
    server.create_open_repo(REMOTE);
    let ann = Installation::with_collection();
    for number in 1..commits {
        ann.git(["commit", "--quiet", "--allow-empty", "--message", &format!("Step {number}")]);
    }
    ann.git(["remote", "add", "origin", &server.url(REMOTE)]);
    ann.git(["push", "--quiet", "--set-upstream", "origin", "main"]);
    (server, ann)
}

/// Ben's clone with the last commit only.
fn shallow(server: &GitServer) -> Installation {
    let ben = Installation::of("Ben Example", "ben@example.com");
    ben.git(["clone", "--quiet", "--depth", "1", &server.url(REMOTE), "."]);
    assert_eq!(commits(&ben), 1);
    ben
}

fn commits(here: &Installation) -> usize {
    here.git(["rev-list", "--count", "HEAD"]).parse().expect("a number")
}

/// What both have is there: nothing more is fetched.
#[test]
fn a_shallow_clone_stays_one_where_that_is_enough() {
    let (server, ann) = server(5);
    let ben = shallow(&server);
    ann.replace("library.yaml", "name: Lend a book", "name: Lend any book");
    ann.syncline(["sync", "-q", "-m", "Of Ann"]).expect_code(0);
    ben.replace("library.yaml", "/loans", "/lendings");
    ben.syncline(["sync", "-q", "-m", "Of Ben"]).expect_code(0);
    let text = ben.read("library.yaml");
    assert!(text.contains("Lend any book") && text.contains("/lendings"), "{text}");
    assert_eq!(ben.git(["rev-parse", "--is-shallow-repository"]), "true");
}

/// The user fetched only the newest commit of the remote, too: both ends stand alone.
#[test]
fn diverged_shallow_histories_are_deepened_until_they_meet() {
    let (server, ann) = server(5);
    let ben = shallow(&server);
    ann.replace("library.yaml", "name: Lend a book", "name: Lend any book");
    ann.syncline(["sync", "-q", "-m", "Of Ann"]).expect_code(0);
    ben.replace("library.yaml", "/loans", "/lendings");
    ben.git(["commit", "--quiet", "--all", "--message", "Of Ben"]);
    ben.git(["fetch", "--quiet", "--depth", "1"]);
    assert_eq!(ben.git(["rev-list", "--count", "origin/main"]), "1");
    ben.syncline(["sync", "-q"]).expect_code(0);
    let text = ben.read("library.yaml");
    assert!(text.contains("Lend any book") && text.contains("/lendings"), "{text}");
    let parents = ben.git(["log", "--format=%p", "-1"]);
    assert_eq!(parents.split(' ').count(), 2, "a merge: {parents}");
    let bases = ben.git(["merge-base", "HEAD^1", "HEAD^2"]);
    assert!(!bases.is_empty(), "they have met");
    assert_eq!(ben.read("library.yaml"), ann_after_pull(&ann));
}

fn ann_after_pull(ann: &Installation) -> String {
    ann.syncline(["pull", "-q"]).expect_code(0);
    ann.read("library.yaml")
}

/// A branch that left the others further down than one step of deepening reaches.
#[test]
fn a_fork_far_below_the_end_of_a_shallow_clone_is_found() {
    let (server, ann) = server(3);
    ann.git(["checkout", "--quiet", "-b", "side"]);
    ann.replace("library.yaml", "name: Lend a book", "name: Lend any book");
    ann.git(["commit", "--quiet", "--all", "--message", "Of the side"]);
    ann.git(["push", "--quiet", "origin", "side"]);
    ann.git(["checkout", "--quiet", "main"]);
    for number in 0..70 {
        ann.git(["commit", "--quiet", "--allow-empty", "--message", &format!("Later {number}")]);
    }
    ann.git(["push", "--quiet", "origin", "main"]);
    let ben = shallow(&server);
    ben.replace("library.yaml", "/loans", "/lendings");
    ben.git(["commit", "--quiet", "--all", "--message", "Of Ben"]);
    ben.git(["config", "branch.main.merge", "refs/heads/side"]);
    ben.git(["config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"]);
    ben.syncline(["sync", "-q"]).expect_code(0);
    let text = ben.read("library.yaml");
    assert!(text.contains("Lend any book") && text.contains("/lendings"), "{text}");
    assert_eq!(text.len(), COLLECTION.len() + "any".len() - "a".len() + "/lendings".len() - "/loans".len());
}

/// Unrelated histories have nothing to find; all of it was looked at.
#[test]
fn unrelated_histories_are_merged_as_ever() {
    let (server, ann) = server(3);
    let ben = shallow(&server);
    ann.git(["checkout", "--quiet", "--orphan", "other"]);
    ann.write("more.yaml", "a: 1\n");
    ann.git(["add", "more.yaml"]);
    ann.git(["commit", "--quiet", "--message", "Another beginning"]);
    ann.git(["push", "--quiet", "origin", "other"]);
    ben.git(["config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"]);
    ben.syncline(["fetch", "-q"]).expect_code(0);
    ben.syncline(["merge", "origin/other"]).expect_code(0);
    assert_eq!(ben.read("more.yaml"), "a: 1\n");
}
