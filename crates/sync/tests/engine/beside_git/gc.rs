//! Git throws away what no ref leads to, at any time.

use crate::support::{FILE, Person, Two};
use syncline_sync::Selector;

/// All that git would ever throw away is gone at once.
fn tidy_up(person: &Person) {
    person.git(&["reflog", "expire", "--expire=now", "--all"]);
    person.git(&["gc", "--quiet", "--prune=now"]);
    person.git(&["fsck", "--strict", "--no-progress"]);
}

fn undo(person: &Person, what: &str) {
    tidy_up(person);
    person.workspace().undo(None).expect(what);
}

#[test]
fn what_was_dropped_comes_back_after_git_tidied_up() {
    let two = Two::start();
    let ben = &two.ben;
    ben.replace(FILE, "name: One", "name: Dropped");
    ben.workspace().discard(&[Selector::new(FILE)]).expect("a discard");
    undo(ben, "the discard");
    assert!(ben.read(FILE).contains("name: Dropped"));
    ben.commit("Kept");
    ben.workspace().create_branch("side", None).expect("a branch");
    ben.workspace().delete_branch("side", true).expect("a branch");
    undo(ben, "the deleted branch");
    ben.git(&["rev-parse", "--verify", "side"]);
    undo(ben, "and again");
    ben.workspace().undo(None).expect("the branch is back");
}

#[test]
fn a_pull_under_uncommitted_work_is_taken_back_after_git_tidied_up() {
    let two = Two::start();
    two.ben.replace(FILE, "name: One", "name: Ben's");
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two.ben.pull();
    tidy_up(&two.ben);
    assert_eq!(two.ben.workspace().conflicts().expect("a list").len(), 1);
    assert!(two.ben.git(&["rev-parse", "HEAD"]) == two.anna.git(&["rev-parse", "HEAD"]));
    undo(&two.ben, "the pull");
    assert!(two.ben.read(FILE).contains("name: Ben's"));
    assert!(two.ben.git(&["show", "HEAD:api.yaml"]).contains("name: One"));
    undo(&two.ben, "and comes back");
    assert_eq!(two.ben.workspace().conflicts().expect("a list").len(), 1);
    two.ben.commit("Ben's");
    two.ben.sync();
    two.anna.sync();
    two.assert_equal();
    tidy_up(&two.anna);
    assert_eq!(two.anna.workspace().conflicts().expect("a list").len(), 1);
}
