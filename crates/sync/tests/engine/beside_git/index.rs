//! What git notes in its index besides what is committed.

use crate::support::{FILE, Two};
use syncline_sync::PullRequest;

/// A file that git is told to leave alone, with a value of this machine in it that comes in changed.
fn with_marked(option: &str) -> Two {
    let two = Two::start();
    two.ben.git(&["update-index", option, FILE]);
    two.ben.replace(FILE, "name: Two", "name: Here only");
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two
}

#[test]
fn a_marked_file_that_came_in_changed_locked_everybody_out() {
    for option in ["--assume-unchanged", "--skip-worktree"] {
        let two = with_marked(option);
        two.ben.pull();
        let text = two.ben.read(FILE);
        assert!(text.contains("name: Anna's") && text.contains("name: Here only"), "{option}: {text}");
        assert!(two.ben.workspace().status().expect("a status").changes.is_empty(), "{option}");
        two.ben.workspace().undo(None).expect("the pull is taken back");
        let text = two.ben.read(FILE);
        assert!(text.contains("name: One") && text.contains("name: Here only"), "{option}: {text}");
        two.ben.sync();
        two.assert_equal();
        let marks = two.ben.git(&["ls-files", "-v", FILE]);
        assert!(marks.starts_with('h') || marks.starts_with('S'), "{option}: {marks}");
    }
}

#[test]
fn a_marked_file_that_is_not_there_does_not_stop_what_comes_in() {
    for option in ["--assume-unchanged", "--skip-worktree"] {
        let two = with_marked(option);
        two.ben.remove(FILE);
        two.ben.workspace().pull(PullRequest::default()).expect(option);
        two.assert_equal();
    }
}
