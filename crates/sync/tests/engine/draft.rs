//! Uncommitted work never stands in the way, and is never lost.

use crate::support::{FILE, Two};
use syncline_sync::Selector;

#[test]
fn a_pull_merges_under_uncommitted_work() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two.ben.replace(FILE, "name: Two", "name: Not committed");
    let report = two.ben.pull();
    assert!(report.moved && report.conflicts.is_empty());
    let text = two.ben.read(FILE);
    assert!(text.contains("name: Anna's") && text.contains("name: Not committed"), "{text}");
    let status = two.ben.workspace().status().expect("a status");
    assert_eq!((status.changes.len(), status.behind), (1, 0));
}

#[test]
fn a_field_that_both_changed_keeps_what_was_typed_and_holds_the_other() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two.ben.replace(FILE, "name: One", "name: Typed");
    let report = two.ben.pull();
    assert_eq!(report.conflicts.len(), 1);
    assert!(report.conflicts[0].is_draft);
    assert!(two.ben.read(FILE).contains("name: Typed"));
    // Nobody else sees work that is not committed.
    two.anna.sync();
    assert!(two.anna.workspace().conflicts().expect("a list").is_empty());
    // Committed, it is the branch's, and still held: nobody decided yet.
    two.ben.sync();
    let conflicts = two.ben.workspace().conflicts().expect("a list");
    assert_eq!(conflicts.len(), 1);
    assert!(!conflicts[0].is_draft);
}

#[test]
fn only_the_chosen_resource_is_committed() {
    let two = Two::start();
    two.ben.replace(FILE, "name: One", "name: First");
    two.ben.replace(FILE, "name: Two", "name: Second");
    let request = syncline_sync::CommitRequest {
        message: "Only one".to_owned(),
        selectors: vec![Selector::new("req_2")],
        allow_removals: false,
    };
    let report = two.ben.workspace().commit(&request).expect("a commit");
    assert_eq!(report.changes.len(), 1);
    let committed = two.ben.git(&["show", "HEAD:api.yaml"]);
    assert!(committed.contains("name: Second") && committed.contains("name: One"), "{committed}");
    let status = two.ben.workspace().status().expect("a status");
    assert_eq!(status.changes.len(), 1);
    assert_eq!(status.changes[0].id.as_deref(), Some("req_1"));
}

#[test]
fn only_the_chosen_resource_is_discarded() {
    let two = Two::start();
    two.ben.replace(FILE, "name: One", "name: First");
    two.ben.replace(FILE, "name: Two", "name: Second");
    let mut workspace = two.ben.workspace();
    let dropped = workspace.discard(&[Selector::new("req_2")]).expect("discarded");
    assert_eq!(dropped.changes.len(), 1);
    let text = two.ben.read(FILE);
    assert!(text.contains("name: First") && text.contains("name: Two"), "{text}");
    workspace.discard(&[Selector::new(FILE)]).expect("discarded");
    two.ben.assert_clean();
}

#[test]
fn many_removals_at_once_ask_first() {
    let files: Vec<(String, String)> =
        (0..20).map(|n| (format!("{n}.yaml"), format!("name: {n}\n"))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let two = Two::with(&files);
    for n in 0..5 {
        two.ben.remove(&format!("{n}.yaml"));
    }
    let error = two.ben.workspace().sync(&syncline_sync::SyncRequest::default()).expect_err("a question");
    assert!(
        matches!(error, syncline_sync::SyncError::TooManyRemovals { removed: 5, total: 20, .. }),
        "{error}"
    );
    let request =
        syncline_sync::SyncRequest { allow_removals: true, ..syncline_sync::SyncRequest::default() };
    assert!(two.ben.workspace().sync(&request).expect("confirmed").commit.is_some());
}

/// Ben typed a name that Anna had changed; what she wrote is held.
fn held_against_the_draft() -> Two {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two.ben.replace(FILE, "name: One", "name: Typed");
    assert_eq!(two.ben.pull().conflicts.len(), 1);
    two
}

#[test]
fn what_is_held_against_the_draft_stays_when_another_resource_is_committed() {
    let two = held_against_the_draft();
    two.ben.replace(FILE, "name: Two", "name: Second");
    let request = syncline_sync::CommitRequest {
        message: "Only the second".to_owned(),
        selectors: vec![Selector::new("req_2")],
        allow_removals: false,
    };
    two.ben.workspace().commit(&request).expect("a commit");
    let conflicts = two.ben.workspace().conflicts().expect("a list");
    assert_eq!(conflicts.len(), 1);
    assert!(conflicts[0].is_draft);
}

#[test]
fn settling_what_is_held_against_the_draft_changes_the_draft() {
    let two = held_against_the_draft();
    let head = two.ben.git(&["rev-parse", "HEAD"]);
    let id = two.ben.workspace().conflicts().expect("a list")[0].id.clone();
    let report = two.ben.workspace().resolve(&[id], &syncline_sync::Take::Theirs).expect("settled");
    assert_eq!(report.left, 0);
    assert!(two.ben.read(FILE).contains("name: Anna's"), "{}", two.ben.read(FILE));
    assert_eq!(two.ben.git(&["rev-parse", "HEAD"]), head);
    two.ben.assert_clean();
}

#[test]
fn a_discarded_draft_has_nothing_held_against_it() {
    let two = held_against_the_draft();
    two.ben.workspace().discard(&[Selector::new(FILE)]).expect("discarded");
    assert!(two.ben.workspace().conflicts().expect("a list").is_empty());
}

#[test]
fn only_removals_that_are_committed_ask_first() {
    let files: Vec<(String, String)> =
        (0..40).map(|n| (format!("{n}.yaml"), format!("name: {n}\n"))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let two = Two::with(&files);
    for n in 0..5 {
        two.ben.remove(&format!("{n}.yaml"));
    }
    two.ben.write("7.yaml", "name: seven\n");
    let commit = |names: &[&str]| {
        let request = syncline_sync::CommitRequest {
            message: "Some".to_owned(),
            selectors: names.iter().map(|name| Selector::new(name)).collect(),
            allow_removals: false,
        };
        two.ben.workspace().commit(&request)
    };
    commit(&["7.ya*"]).expect("no removal is chosen");
    commit(&["0.yaml", "1.yaml", "2.yaml"]).expect("less than a tenth");
}

#[test]
fn a_folder_that_is_suddenly_empty_asks_even_for_one_file() {
    let two = Two::start();
    two.ben.remove(FILE);
    let error = two.ben.workspace().sync(&syncline_sync::SyncRequest::default()).expect_err("a question");
    assert!(
        matches!(error, syncline_sync::SyncError::TooManyRemovals { removed: 1, total: 1, .. }),
        "{error}"
    );
}

#[test]
fn what_is_discarded_holds_no_conflict_any_more() {
    let two = Two::start();
    let mut workspace = two.ben.workspace();
    workspace.create_branch("idea", None).expect("a branch");
    workspace.switch_branch("idea").expect("switched");
    two.ben.replace(FILE, "name: One", "name: Idea");
    two.ben.commit("Idea");
    let mut workspace = two.ben.workspace();
    workspace.switch_branch("main").expect("switched");
    two.ben.replace(FILE, "name: One", "name: Typed");
    let report = workspace.merge_branch("idea").expect("merged");
    assert_eq!(report.conflicts.len(), 1);
    workspace.discard(&[Selector::new(".")]).expect("discarded");
    assert!(two.ben.read(FILE).contains("name: Idea"));
    assert!(workspace.conflicts().expect("a list").is_empty());
}

/// Types into a file each time somebody asks for the time: between two looks at the folder.
struct Typing {
    file: std::path::PathBuf,
    texts: std::sync::Mutex<Vec<&'static str>>,
}

impl syncline_sync::Clock for Typing {
    fn now(&self) -> (i64, i32) {
        if let Some(text) = self.texts.lock().expect("no panic").pop() {
            std::fs::write(&self.file, text).expect("the file can be written");
        }
        (1_700_000_000, 0)
    }
}

#[test]
fn a_file_that_is_changed_while_it_is_discarded_goes_back_too_and_what_was_typed_is_kept() {
    let two = Two::start();
    two.ben.write("notes.txt", "one\n");
    two.ben.commit("Add notes");
    two.ben.write("notes.txt", "two\n");
    two.ben.replace(FILE, "name: One", "name: Ben's");
    two.ben.git(&["add", "--all"]);
    let typing = Typing { file: two.ben.folder.join("notes.txt"), texts: vec!["typed\n"].into() };
    let environment =
        syncline_sync::Environment { clock: std::sync::Arc::new(typing), ..two.ben.environment() };
    let mut workspace = syncline_sync::Workspace::open(&two.ben.folder, environment).expect("a workspace");
    let report = workspace.discard(&[Selector::new(".")]).expect("discarded");
    assert_eq!(two.ben.read("notes.txt"), "one\n");
    two.ben.assert_clean();
    let kept = report.kept.expect("something was dropped").to_string();
    assert_eq!(two.ben.git(&["show", &format!("{kept}:notes.txt")]), "typed");
    assert!(two.ben.git(&["show", &format!("{kept}:{FILE}")]).contains("Ben's"), "in one commit");
}

#[test]
fn what_could_be_discarded_is_in_the_index_where_a_file_could_not() {
    let two = Two::start();
    two.ben.write("zz/notes.txt", "one\n");
    two.ben.commit("Add notes");
    two.ben.replace(FILE, "name: One", "name: Ben's");
    two.ben.git(&["add", "--all"]);
    two.ben.remove("zz/notes.txt");
    std::fs::remove_dir_all(two.ben.folder.join("zz")).expect("an empty folder");
    two.ben.write("zz", "in the way");
    let ignored = two.ben.home.path().join("ignored");
    std::fs::write(&ignored, "/zz\n").expect("a file");
    two.ben.git(&["config", "core.excludesFile", ignored.to_str().expect("UTF-8")]);
    two.ben.workspace().discard(&[Selector::new(".")]).expect_err("something is in the way");
    assert!(two.ben.read(FILE).contains("name: One"));
    assert_eq!(two.ben.git(&["diff", "--cached", "--name-only"]), "");
}

/// Ben typed another value than Anna's, pulled, and gave the file another name.
fn held_in_a_renamed_file() -> Two {
    let two = Two::with(&[("a.yaml", "x: 1\ny: 1\nz: 1\nlast: 1\n")]);
    two.anna.replace("a.yaml", "y: 1", "y: 3");
    two.anna.sync();
    two.ben.replace("a.yaml", "y: 1", "y: 2");
    assert_eq!(two.ben.pull().conflicts.len(), 1);
    two.ben.git(&["mv", "a.yaml", "b.yaml"]);
    two
}

#[test]
fn what_is_held_against_the_draft_is_not_forgotten_where_its_file_gets_another_name() {
    let two = held_in_a_renamed_file();
    two.ben.commit("Rename");
    let conflicts = two.ben.workspace().conflicts().expect("a list");
    let [one] = conflicts.as_slice() else { panic!("{conflicts:?}") };
    assert_eq!((one.conflict.path.to_string().as_str(), one.is_draft), ("b.yaml", false));
}

#[test]
fn what_is_held_against_the_draft_is_settled_in_a_file_of_another_name() {
    let two = held_in_a_renamed_file();
    let id = two.ben.workspace().conflicts().expect("a list")[0].id.clone();
    let report = two.ben.workspace().resolve(&[id], &syncline_sync::Take::Theirs).expect("settled");
    assert_eq!(report.left, 0);
    assert_eq!(two.ben.read("b.yaml"), "x: 1\ny: 3\nz: 1\nlast: 1\n");
    assert!(!two.ben.folder.join("a.yaml").exists());
}
