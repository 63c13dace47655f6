//! What git notes in its index besides what is committed.

use crate::support::{COLLECTION, FILE, Person, Two};
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

/// The lines that are staged, without what is around them.
fn staged_lines(two: &Two) -> Vec<String> {
    let patch = two.ben.git(&["diff", "--cached", "--unified=0"]);
    let is_line =
        |line: &&str| line.starts_with(['+', '-']) && !line.starts_with("+++") && !line.starts_with("---");
    patch.lines().filter(is_line).map(str::to_owned).collect()
}

#[test]
fn a_partly_staged_file_that_comes_in_changed_was_not_staged_any_more() {
    let two = Two::start();
    two.ben.replace(FILE, "name: Two", "name: Staged");
    two.ben.git(&["add", FILE]);
    two.ben.replace(FILE, "name: Three", "name: Not staged");
    let before = staged_lines(&two);
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two.ben.pull();
    assert_eq!(staged_lines(&two), before);
    assert_eq!(two.ben.git(&["status", "--porcelain"]), format!("MM {FILE}"));
    let text = two.ben.read(FILE);
    assert!(text.contains("name: Anna's") && text.contains("name: Not staged"), "{text}");
    two.ben.workspace().undo(None).expect("the pull is taken back");
    assert_eq!(staged_lines(&two), before);
    two.ben.workspace().undo(None).expect("and comes back");
    assert_eq!(staged_lines(&two), before);
    two.ben.git(&["commit", "--quiet", "-m", "What was staged"]);
    assert!(two.ben.git(&["show", "HEAD:api.yaml"]).contains("name: Anna's"));
    two.ben.sync();
    two.anna.sync();
    two.assert_equal();
}

#[test]
fn a_version_that_is_only_staged_is_not_lost() {
    let two = Two::start();
    two.ben.replace(FILE, "name: One", "name: Staged");
    two.ben.git(&["add", FILE]);
    two.ben.replace(FILE, "name: Staged", "name: Later");
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    let report = two.ben.pull();
    assert_eq!(report.conflicts.len(), 1, "what was typed is in conflict, what is staged is in nobody's way");
    assert!(two.ben.git(&["show", ":api.yaml"]).contains("name: Staged"));
    assert!(two.ben.read(FILE).contains("name: Later"));
}

#[test]
fn files_that_are_staged_as_new_renamed_and_removed_stay_so() {
    let two = Two::with(&[
        ("renamed.yaml", "a: 1\nb: 2\nc: 3\n"),
        ("removed.yaml", "x: 9\n"),
        ("other.yaml", "c: 3\n"),
    ]);
    two.ben.git(&["mv", "renamed.yaml", "new-name.yaml"]);
    two.ben.git(&["rm", "--quiet", "removed.yaml"]);
    two.ben.write("new.yaml", "new: 1\n");
    two.ben.git(&["add", "new.yaml"]);
    two.ben.write("intended.yaml", "new: 2\n");
    two.ben.git(&["add", "--intent-to-add", "intended.yaml"]);
    let before = two.ben.git(&["status", "--porcelain"]);
    two.ben.replace("other.yaml", "c: 3", "c: 4");
    let selectors = vec![syncline_sync::Selector::new("other.yaml")];
    let request = syncline_sync::CommitRequest { selectors, ..syncline_sync::CommitRequest::default() };
    two.ben.workspace().commit(&request).expect("a commit");
    assert_eq!(two.ben.git(&["status", "--porcelain"]), before, "after the commit of another file");
    two.anna.replace("renamed.yaml", "a: 1", "a: 5");
    two.anna.sync();
    two.ben.pull();
    assert!(two.ben.git(&["show", ":new-name.yaml"]).contains("a: 5"));
    assert_eq!(two.ben.git(&["status", "--porcelain"]), before, "after the pull");
    two.ben.git(&["fsck", "--strict", "--no-progress"]);
}

#[test]
fn a_pull_into_a_sparse_index_stopped_half_way() {
    let two = Two::with(&[("in/a.yaml", "a: 1\nb: 2\nc: 3\n"), ("out/b.yaml", "a: 1\n")]);
    two.ben.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    two.ben.replace("in/a.yaml", "c: 3", "c: 4");
    two.anna.replace("in/a.yaml", "a: 1", "a: 5");
    two.anna.replace("out/b.yaml", "a: 1", "a: 5");
    two.anna.sync();
    two.ben.pull();
    assert_eq!(two.ben.read("in/a.yaml"), "a: 5\nb: 2\nc: 4\n");
    assert_eq!(two.ben.git(&["status", "--porcelain"]), " M in/a.yaml");
    two.ben.sync();
    two.anna.sync();
    two.assert_equal();
    assert!(!two.ben.folder.join("out").exists());
}

/// A version that was only staged was nowhere any more.
#[test]
fn what_was_staged_on_a_first_commit_went_with_it() {
    let anna = Person::alone("Anna");
    anna.write(FILE, COLLECTION);
    anna.write("same.txt", "same\n");
    anna.init();
    anna.commit("Begin");
    anna.replace(FILE, "name: One", "name: Staged");
    anna.git(&["add", FILE]);
    let staged = anna.git(&["ls-files", "--stage", FILE]);
    anna.replace(FILE, "name: Staged", "name: Typed");
    anna.workspace().undo(None).expect("undone");
    assert_eq!(anna.git(&["ls-files", "--stage"]), staged);
    assert!(anna.read(FILE).contains("name: Typed"));
    anna.workspace().undo(None).expect("undone");
    assert_eq!(anna.git(&["ls-files", "--stage", FILE]), staged);
    assert_eq!(anna.git(&["status", "--porcelain"]), format!("MM {FILE}"));
}

#[test]
fn what_is_staged_goes_along_through_an_undo_and_back() {
    let anna = Person::alone("Anna");
    anna.write(FILE, COLLECTION);
    anna.init();
    anna.commit("Begin");
    anna.replace(FILE, "name: Two", "name: Due");
    anna.write("new.txt", "new\n");
    anna.commit("More");
    anna.replace(FILE, "name: One", "name: Staged");
    anna.write("new.txt", "staged\n");
    anna.write("other.txt", "staged\n");
    anna.git(&["add", "."]);
    anna.replace(FILE, "name: Three", "name: Typed");
    anna.write("other.txt", "typed\n");
    anna.write("later.txt", "later\n");
    anna.git(&["add", "--intent-to-add", "later.txt"]);
    let state = || [["diff", "--cached"], ["diff", "--"], ["status", "--porcelain"]].map(|it| anna.git(&it));
    let before = state();
    anna.workspace().undo(None).expect("undone");
    let staged = anna.git(&["show", &format!(":{FILE}")]);
    assert_eq!(staged, COLLECTION.replace("name: One", "name: Staged").trim_end());
    assert_eq!(
        anna.git(&["status", "--porcelain"]),
        format!("MM {FILE}\n A later.txt\nA  new.txt\nAM other.txt")
    );
    anna.workspace().undo(None).expect("undone");
    assert_eq!(state(), before);
}

#[test]
fn an_index_of_another_make_keeps_what_is_staged() {
    let makes: [&[&str]; 3] = [
        &["update-index", "--split-index"],
        &["update-index", "--index-version", "4"],
        &["update-index", "--untracked-cache"],
    ];
    let two = Two::start();
    two.ben.write("mine.txt", "mine\n");
    two.ben.git(&["add", "mine.txt"]);
    for (number, make) in makes.into_iter().enumerate() {
        two.anna.write(&format!("new-{number}.txt"), "new\n");
        two.anna.sync();
        two.ben.git(make);
        two.ben.pull();
        assert_eq!(two.ben.git(&["status", "--porcelain"]), "A  mine.txt", "{make:?}");
        for _ in 0..2 {
            two.ben.git(make);
            two.ben.workspace().undo(None).expect("undone");
            assert_eq!(two.ben.git(&["status", "--porcelain"]), "A  mine.txt", "{make:?}");
        }
    }
    two.ben.commit("Mine");
    two.ben.assert_clean();
}

#[test]
fn what_is_staged_goes_along_through_an_undo_with_a_sparse_index() {
    let anna = Person::alone("Anna");
    anna.write("a/x.yaml", "k: 1\n");
    for name in ["b/c/y.yaml", "b/d/y.yaml"] {
        anna.write(name, "k: 1\n");
    }
    anna.init();
    anna.commit("Begin");
    anna.write("a/x.yaml", "k: 2\n");
    anna.write("b/c/y.yaml", "k: 2\n");
    anna.commit("More");
    anna.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "a"]);
    anna.write("a/x.yaml", "k: 3\n");
    anna.git(&["add", "a/x.yaml"]);
    for subject in ["Begin", "More"] {
        anna.git(&["sparse-checkout", "reapply", "--sparse-index"]);
        anna.workspace().undo(None).expect("undone");
        assert_eq!(anna.git(&["log", "-1", "--format=%s"]), subject);
        assert_eq!(anna.git(&["status", "--porcelain"]), "M  a/x.yaml");
        assert!(!anna.folder.join("b").exists());
    }
    anna.git(&["fsck", "--strict", "--no-progress"]);
}
