//! Operations taken back, and taken back again.

use crate::support::{COLLECTION, FILE, Person, REPOSITORY, Two, at_server};
use syncline_sync::{
    CloneRequest, ErrorKind, PushRequest, Selector, SyncError, Take, UndoReport, Undone, Workspace,
};

fn undo(person: &Person) -> UndoReport {
    person.workspace().undo(None).expect("something to undo")
}

fn one() -> Person {
    let anna = Person::alone("Anna");
    anna.write(FILE, COLLECTION);
    anna.init();
    anna.commit("Begin");
    anna
}

#[test]
fn a_commit_becomes_uncommitted_work_again_and_back() {
    let anna = one();
    anna.replace(FILE, "name: One", "name: Uno");
    let tip = anna.commit("Rename").commit.expect("a commit");
    let report = undo(&anna);
    assert_eq!((report.undone.kind.as_str(), report.how), ("commit", Undone::Back));
    assert_eq!(anna.git(&["log", "--format=%s"]), "Begin");
    assert_eq!(anna.git(&["status", "--porcelain"]), format!(" M {FILE}"));
    assert!(anna.read(FILE).contains("name: Uno"), "the work is there");
    undo(&anna);
    assert_eq!(anna.git(&["rev-parse", "HEAD"]).trim(), tip.to_string());
    anna.assert_clean();
}

#[test]
fn the_first_commit_is_undone_too() {
    let anna = one();
    undo(&anna);
    assert_eq!(anna.git(&["status", "--porcelain"]), format!("?? {FILE}"));
    assert_eq!(anna.read(FILE), COLLECTION);
    undo(&anna);
    anna.assert_clean();
    // Brought back by an undo, it is undone like the first time.
    undo(&anna);
    assert_eq!(anna.git(&["status", "--porcelain"]), format!("?? {FILE}"));
    undo(&anna);
    anna.assert_clean();
}

#[test]
fn a_discard_gives_the_work_back_and_what_was_typed_since_stays() {
    let anna = one();
    anna.replace(FILE, "name: One", "name: Typed");
    anna.write("new.txt", "new\n");
    anna.workspace().discard(&[Selector::new(".")]).expect("discarded");
    assert_eq!(anna.read(FILE), COLLECTION);
    anna.replace(FILE, "name: Two", "name: Typed since");
    undo(&anna);
    assert_eq!(anna.read("new.txt"), "new\n");
    let text = anna.read(FILE);
    assert!(text.contains("name: Typed\n") && text.contains("name: Typed since"), "{text}");
}

#[test]
fn an_undo_meets_what_was_typed_since_and_loses_neither() {
    let anna = one();
    anna.replace(FILE, "name: One", "name: Typed");
    anna.workspace().discard(&[Selector::new(".")]).expect("discarded");
    anna.replace(FILE, "name: One", "name: Typed since");
    let report = undo(&anna);
    assert_eq!(report.merge.conflicts.len(), 1);
    assert!(anna.read(FILE).contains("name: Typed since"));
    let held = &anna.workspace().conflicts().expect("a list")[0];
    assert_eq!(held.conflict.theirs.as_ref().and_then(|value| value.as_str()), Some("Typed"));
}

#[test]
fn a_pull_is_taken_back_under_uncommitted_work() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two.ben.replace(FILE, "name: Two", "name: Typed");
    two.ben.pull();
    let report = undo(&two.ben);
    assert_eq!((report.undone.kind.as_str(), report.how), ("pull", Undone::Back));
    assert_eq!(two.ben.read(FILE), COLLECTION.replace("name: Two", "name: Typed"));
    two.ben.pull();
    assert!(two.ben.read(FILE).contains("name: Anna's"), "and can be pulled again");
}

#[test]
fn a_pull_that_was_taken_back_and_brought_again_is_taken_back_as_at_first() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two.ben.pull();
    for _ in 0..2 {
        undo(&two.ben);
    }
    let report = undo(&two.ben);
    assert_eq!((report.how, two.ben.read(FILE)), (Undone::Back, COLLECTION.to_owned()));
}

#[test]
fn a_commit_that_was_taken_back_brought_again_and_sent_is_undone_by_a_commit() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.commit("Anna's");
    for _ in 0..2 {
        undo(&two.anna);
    }
    two.anna.sync();
    let report = undo(&two.anna);
    assert_eq!((report.how, report.is_published), (Undone::Reverted, true));
}

/// The undo of a commit came to a commit that others had, and was itself undone by one more on top of that.
#[test]
fn a_commit_on_what_others_have_was_brought_again_as_another_one() {
    let two = Two::start();
    two.ben.replace(FILE, "name: One", "name: Uno");
    two.ben.commit("Sent");
    two.ben.workspace().push(&PushRequest::default()).expect("pushed");
    two.ben.replace(FILE, "name: Two", "name: Due");
    let tip = two.ben.commit("Not sent").commit.expect("a commit");
    undo(&two.ben);
    assert_eq!(undo(&two.ben).how, Undone::Back);
    assert_eq!(two.ben.git(&["rev-parse", "HEAD"]).trim(), tip.to_string());
    two.ben.assert_clean();
}

#[test]
fn a_merge_with_its_conflict_is_gone_and_comes_back() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two.ben.replace(FILE, "name: One", "name: Ben's");
    two.ben.commit("Ben");
    two.ben.pull();
    assert_eq!(two.ben.workspace().conflicts().expect("a list").len(), 1);
    undo(&two.ben);
    assert!(two.ben.workspace().conflicts().expect("a list").is_empty());
    assert!(two.ben.read(FILE).contains("name: Ben's"));
    undo(&two.ben);
    assert_eq!(two.ben.workspace().conflicts().expect("a list").len(), 1);
    assert!(two.ben.read(FILE).contains("name: Anna's"));
    two.ben.assert_clean();
}

#[test]
fn what_is_published_is_undone_by_a_commit() {
    let two = Two::start();
    two.ben.replace(FILE, "name: One", "name: Uno");
    two.ben.commit("Rename");
    two.ben.workspace().push(&PushRequest::default()).expect("pushed");
    let published = at_server(&two, "refs/heads/main");
    let report = undo(&two.ben);
    assert_eq!((report.undone.kind.as_str(), report.how), ("commit", Undone::Reverted));
    assert_eq!(two.ben.read(FILE), COLLECTION);
    assert_eq!(two.ben.git(&["rev-parse", "HEAD~1"]).trim(), published, "nothing is forced");
    two.ben.sync();
    two.anna.sync();
    assert_eq!(two.anna.read(FILE), COLLECTION);
    two.assert_equal();
}

#[test]
fn an_older_operation_is_undone_by_a_commit_on_what_came_since() {
    let anna = one();
    anna.replace(FILE, "name: One", "name: Uno");
    anna.commit("Rename one");
    let id = anna.workspace().operations(Some(1)).expect("a list")[0].id.clone();
    anna.replace(FILE, "name: Two", "name: Due");
    anna.commit("Rename two");
    let report = anna.workspace().undo(Some(&id)).expect("undone");
    assert_eq!(report.how, Undone::Reverted);
    assert_eq!(anna.read(FILE), COLLECTION.replace("name: Two", "name: Due"));
    assert_eq!(anna.git(&["log", "-1", "--format=%s"]), "Undo: Rename one");
}

#[test]
fn settling_a_conflict_is_taken_back() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two.ben.replace(FILE, "name: One", "name: Ben's");
    two.ben.sync();
    let id = two.ben.workspace().conflicts().expect("a list")[0].id.clone();
    two.ben.workspace().resolve(std::slice::from_ref(&id), &Take::Ours).expect("settled");
    undo(&two.ben);
    let held = two.ben.workspace().conflicts().expect("a list");
    assert_eq!(held.iter().map(|held| &held.id).collect::<Vec<_>>(), [&id]);
    assert!(two.ben.read(FILE).contains("name: Anna's"));
    // Once it is published a commit undoes it, and the conflict is held again all the same.
    two.ben.workspace().resolve(std::slice::from_ref(&id), &Take::Ours).expect("settled");
    two.ben.workspace().push(&PushRequest::default()).expect("pushed");
    assert_eq!(undo(&two.ben).how, Undone::Reverted);
    let held = two.ben.workspace().conflicts().expect("a list");
    assert_eq!(held.iter().map(|held| &held.id).collect::<Vec<_>>(), [&id]);
}

/// Everybody had the word that it is settled, and that came back with the next sync.
#[test]
fn a_conflict_that_was_settled_as_it_was_stayed_settled_once_that_was_sent() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two.ben.replace(FILE, "name: One", "name: Ben's");
    two.ben.sync();
    let held = |person: &Person| person.workspace().conflicts().expect("a list").len();
    let id = two.ben.workspace().conflicts().expect("a list").remove(0).id;
    let report = two.ben.workspace().resolve(&[id], &Take::Theirs).expect("settled");
    assert!(report.commit.is_none(), "the value that came first is there already");
    two.ben.sync();
    two.anna.sync();
    assert_eq!((held(&two.anna), held(&two.ben)), (0, 0));
    let id = two.ben.workspace().operations(None).expect("a record");
    let id = id.iter().find(|it| it.kind == "resolve").expect("it was settled").id.clone();
    two.ben.workspace().undo(Some(&id)).expect("undone");
    assert_eq!(held(&two.ben), 1);
    two.ben.sync();
    two.anna.sync();
    assert_eq!((held(&two.anna), held(&two.ben)), (1, 1));
    two.ben.workspace().undo(None).expect("undone");
    two.ben.sync();
    two.anna.sync();
    assert_eq!((held(&two.anna), held(&two.ben)), (0, 0));
}

#[test]
fn branches_come_back_under_their_names() {
    let two = Two::start();
    let mut ben = two.ben.workspace();
    ben.create_branch("idea", None).expect("created");
    ben.switch_branch("idea").expect("switched");
    undo(&two.ben);
    assert_eq!(two.ben.git(&["branch", "--show-current"]), "main");
    two.ben.workspace().delete_branch("idea", true).expect("deleted");
    undo(&two.ben);
    two.ben.workspace().rename_branch(None, "trunk").expect("renamed");
    assert_eq!(
        two.ben.git(&["branch", "--format=%(refname:short) %(upstream:short)"]),
        "idea \ntrunk origin/main"
    );
    undo(&two.ben);
    assert_eq!(
        two.ben.git(&["branch", "--format=%(refname:short) %(upstream:short)"]),
        "idea \nmain origin/main"
    );
    assert_eq!(two.ben.git(&["branch", "--show-current"]), "main");
    undo(&two.ben);
    let branches = two.ben.git(&["branch", "--format=%(refname:short) %(upstream:short)"]);
    assert_eq!(branches, "idea \ntrunk origin/main", "it follows the same branch again");
    two.ben.assert_clean();
}

const FOLLOWED: [&str; 2] = ["branch", "--format=%(refname:short) %(upstream:short)"];

#[test]
fn a_switch_that_made_a_branch_could_not_be_brought_again() {
    let two = Two::start();
    two.anna.workspace().create_branch("idea", None).expect("created");
    two.anna.workspace().switch_branch("idea").expect("switched");
    two.anna.replace(FILE, "name: One", "name: Idea");
    two.anna.sync();
    two.ben.workspace().fetch().expect("fetched");
    let settings = || two.ben.git(&["config", "--local", "--list"]);
    let before = settings();
    two.ben.workspace().switch_branch("idea").expect("switched");
    let switched = settings();
    undo(&two.ben);
    assert_eq!((two.ben.git(&FOLLOWED).as_str(), settings()), ("main origin/main", before));
    undo(&two.ben);
    assert_eq!(two.ben.git(&["branch", "--show-current"]), "idea");
    assert_eq!(
        (two.ben.git(&FOLLOWED).as_str(), settings()),
        ("idea origin/idea\nmain origin/main", switched)
    );
    assert!(two.ben.read(FILE).contains("name: Idea"));
    two.ben.assert_clean();
}

#[test]
fn a_deleted_branch_came_back_and_followed_nothing() {
    let two = Two::start();
    two.ben.git(&["branch", "topic", "main"]);
    two.ben.git(&["branch", "--quiet", "--set-upstream-to", "origin/main", "topic"]);
    two.ben.git(&["update-ref", "refs/syncline/seen/topic", "origin/main"]);
    let seen = || two.ben.git(&["for-each-ref", "refs/syncline/seen/topic"]);
    let (before, was_seen) = (two.ben.git(&FOLLOWED), seen());
    two.ben.workspace().delete_branch("topic", true).expect("deleted");
    undo(&two.ben);
    assert_eq!((two.ben.git(&FOLLOWED), seen()), (before.clone(), was_seen));
    undo(&two.ben);
    assert_eq!((two.ben.git(&FOLLOWED).as_str(), seen().as_str()), ("main origin/main", ""));
    two.ben.workspace().disconnect().expect("disconnected");
    undo(&two.ben);
    assert_eq!(two.ben.git(&FOLLOWED), "main \ntopic ", "there is no remote to follow any more");
}

/// Without it nobody would notice that the remote's branch was rewritten.
#[test]
fn a_branch_with_its_old_name_again_knows_what_was_seen_of_its_remote() {
    let two = Two::start();
    let seen = |name: &str| {
        two.ben.git(&[
            "for-each-ref",
            "--format=%(refname) %(objectname)",
            &format!("refs/syncline/seen/{name}"),
        ])
    };
    let before = seen("main");
    assert!(!before.is_empty());
    two.ben.workspace().rename_branch(None, "trunk").expect("renamed");
    let renamed = seen("trunk");
    undo(&two.ben);
    assert_eq!((seen("main"), seen("trunk")), (before, String::new()));
    undo(&two.ben);
    assert_eq!((seen("main"), seen("trunk")), (String::new(), renamed));
    let branches = two.ben.git(&["branch", "--format=%(refname:short) %(upstream:short)"]);
    assert_eq!(branches, "trunk origin/main");
}

#[test]
fn what_moved_nothing_here_cannot_be_undone() {
    let two = Two::start();
    two.ben.replace(FILE, "name: One", "name: Uno");
    two.ben.commit("Rename");
    two.ben.workspace().push(&PushRequest::default()).expect("pushed");
    let operations = two.ben.workspace().operations(None).expect("a list");
    let push = operations.iter().find(|operation| operation.kind == "push").expect("the push");
    let error = two.ben.workspace().undo(Some(&push.id)).expect_err("it is out of our hands");
    assert_eq!(error.kind(), ErrorKind::Refused);
    let error = two.ben.workspace().undo(Some("zzz")).expect_err("no such operation");
    assert_eq!(error.kind(), ErrorKind::Usage);
}

#[test]
fn a_branch_that_went_another_way_is_left_alone() {
    let anna = one();
    anna.replace(FILE, "name: One", "name: Uno");
    anna.commit("Rename");
    let id = anna.workspace().operations(Some(1)).expect("a list")[0].id.clone();
    anna.git(&["commit", "-q", "--amend", "-m", "Another"]);
    let error = anna.workspace().undo(Some(&id)).expect_err("git rewrote it");
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(anna.read(FILE).contains("name: Uno"));
}

#[test]
fn undoing_the_making_of_a_branch_that_the_folder_is_on_takes_no_file() {
    let anna = one();
    anna.workspace().create_branch("idea", None).expect("created");
    let id = anna.workspace().operations(Some(1)).expect("a list")[0].id.clone();
    anna.workspace().switch_branch("idea").expect("switched");
    let error = anna.workspace().undo(Some(&id)).expect_err("the folder is on it");
    assert_eq!(error.kind(), ErrorKind::Refused);
    anna.replace(FILE, "name: One", "name: Uno");
    anna.commit("Rename");
    let error = anna.workspace().undo(Some(&id)).expect_err("the folder is on it");
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(anna.read(FILE).contains("name: Uno"));
    anna.assert_clean();
}

#[test]
fn a_clone_is_nothing_to_undo() {
    let two = Two::start();
    let error = two.ben.workspace().undo(None).expect_err("a folder is removed by hand");
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(two.ben.git(&["rev-parse", "HEAD"]), two.anna.git(&["rev-parse", "HEAD"]));
    two.ben.assert_clean();
}

/// An undo would have taken the conflicts away that the clone had brought along.
#[test]
fn a_clone_with_conflicts_is_nothing_to_undo() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two.ben.replace(FILE, "name: One", "name: Ben's");
    two.ben.sync();
    let carl = Person::alone("Carl");
    let request = CloneRequest {
        url: two.server.repo_path(REPOSITORY).to_string_lossy().into_owned(),
        dir: carl.folder.clone(),
        branch: None,
        folder: None,
    };
    Workspace::clone_from(&request, carl.environment()).expect("a clone");
    assert!(matches!(carl.workspace().undo(None), Err(SyncError::NothingToUndo)));
    assert_eq!(carl.workspace().conflicts().expect("a list").len(), 1);
}

#[test]
fn the_first_pull_of_a_folder_is_undone_too() {
    let two = Two::start();
    let carl = Person::alone("Carl");
    carl.git(&["init", "--quiet", "-b", "main"]);
    let url = two.server.repo_path(REPOSITORY);
    carl.git(&["remote", "add", "origin", url.to_str().expect("UTF-8")]);
    carl.write("own.txt", "own\n");
    carl.git(&["add", "own.txt"]);
    carl.pull();
    undo(&carl);
    assert!(!carl.folder.join(FILE).exists());
    assert_eq!(carl.git(&["status", "--porcelain"]), "A  own.txt");
    undo(&carl);
    assert_eq!(
        (carl.read(FILE).as_str(), carl.git(&["status", "--porcelain"]).as_str()),
        (COLLECTION, "A  own.txt")
    );
}

#[test]
fn a_discard_before_the_first_commit_is_undone_too() {
    let anna = Person::alone("Anna");
    anna.write(FILE, COLLECTION);
    anna.init();
    anna.workspace().discard(&[Selector::new(FILE)]).expect("discarded");
    assert!(!anna.folder.join(FILE).exists());
    undo(&anna);
    assert_eq!(anna.read(FILE), COLLECTION);
    undo(&anna);
    assert!(!anna.folder.join(FILE).exists());
}

#[test]
fn a_file_in_the_place_of_a_folder_and_the_other_way_round_come_back() {
    let anna = one();
    anna.write("place", "a file\n");
    anna.write("room/a.txt", "a\n");
    anna.commit("Both");
    anna.remove("place");
    anna.write("place/in.txt", "in\n");
    std::fs::remove_dir_all(anna.folder.join("room")).expect("it is there");
    anna.write("room", "a file now\n");
    let status = anna.git(&["status", "--porcelain"]);
    anna.workspace().discard(&[Selector::new(".")]).expect("discarded");
    anna.assert_clean();
    undo(&anna);
    assert_eq!(anna.git(&["status", "--porcelain"]), status);
    undo(&anna);
    anna.assert_clean();
}

/// The plan was written, could not be carried out, and stood in the way of every later command.
#[test]
fn an_undo_from_when_the_workspace_was_another_folder_locked_everybody_out() {
    let anna = Person::alone("Anna");
    anna.write("a/x.yaml", "k: 1\n");
    anna.write("b/y.yaml", "k: 1\n");
    anna.init();
    anna.commit("Begin");
    anna.git(&["config", "syncline.folder", "a"]);
    anna.write("a/x.yaml", "k: 2\n");
    anna.workspace().discard(&[Selector::new(".")]).expect("discarded");
    anna.git(&["config", "syncline.folder", "b"]);
    anna.write("a/x.yaml", "k: 3\n");
    let error = anna.workspace().undo(None).expect_err("what is typed there is git's to merge");
    assert!(matches!(error, SyncError::OutsideFolder(_)), "{error}");
    assert!(anna.workspace().status().expect("a status").unfinished.is_none());
    anna.write("a/x.yaml", "k: 1\n");
    undo(&anna);
    assert_eq!(anna.read("a/x.yaml"), "k: 2\n");
}

#[test]
fn a_pull_of_another_branch_leaves_the_folder_alone() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two.ben.pull();
    let id = two.ben.workspace().operations(Some(1)).expect("a list")[0].id.clone();
    two.ben.workspace().create_branch("idea", None).expect("created");
    two.ben.workspace().switch_branch("idea").expect("switched");
    let error = two.ben.workspace().undo(Some(&id)).expect_err("it was on main");
    assert_eq!(error.kind(), ErrorKind::Refused);
    two.ben.assert_clean();
}

#[test]
fn what_another_folder_has_checked_out_is_not_moved() {
    let anna = one();
    anna.replace(FILE, "name: One", "name: Uno");
    anna.commit("Rename");
    let side = anna.home.folder("side");
    anna.git(&["worktree", "add", "--quiet", "-b", "side", side.to_str().expect("UTF-8")]);
    let mut workspace = syncline_sync::Workspace::open(&side, anna.environment()).expect("a workspace");
    let error = workspace.undo(None).expect_err("main is in the other folder");
    assert_eq!(error.kind(), ErrorKind::Refused);
    anna.assert_clean();
}

#[test]
fn a_switch_from_a_branch_that_another_folder_has_now_stays() {
    let anna = one();
    anna.workspace().create_branch("idea", None).expect("created");
    anna.workspace().switch_branch("idea").expect("switched");
    let side = anna.home.folder("side");
    anna.git(&["worktree", "add", "--quiet", side.to_str().expect("UTF-8"), "main"]);
    let error = anna.workspace().undo(None).expect_err("main is in the other folder");
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(anna.git(&["branch", "--show-current"]), "idea");
}

#[test]
fn a_pull_that_met_uncommitted_work_is_undone_under_more_of_it() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.replace(FILE, "name: Two", "name: Anna's two");
    two.anna.sync();
    two.ben.replace(FILE, "name: One", "name: Typed");
    assert_eq!(two.ben.pull().conflicts.len(), 1);
    two.ben.replace(FILE, "name: Anna's two", "name: Typed since");
    let report = undo(&two.ben);
    assert_eq!(report.how, Undone::Back);
    let text = two.ben.read(FILE);
    assert!(text.contains("name: Typed\n") && text.contains("name: Typed since"), "{text}");
    let held = two.ben.workspace().conflicts().expect("a list");
    assert_eq!(held.len(), report.merge.conflicts.len());
    undo(&two.ben);
    let text = two.ben.read(FILE);
    assert!(text.contains("name: Typed\n") && text.contains("name: Typed since"), "{text}");
}

#[test]
fn a_rename_is_undone_under_uncommitted_work() {
    let anna = one();
    anna.replace(FILE, "name: One", "name: Typed");
    anna.workspace().rename_branch(None, "trunk").expect("renamed");
    undo(&anna);
    assert_eq!(anna.git(&["branch", "--show-current"]), "main");
    assert!(anna.read(FILE).contains("name: Typed"));
}

#[test]
fn a_published_commit_of_another_branch_is_not_undone_from_here() {
    let two = Two::start();
    two.ben.replace(FILE, "name: One", "name: Uno");
    two.ben.commit("Rename");
    let id = two.ben.workspace().operations(Some(1)).expect("a list")[0].id.clone();
    two.ben.workspace().push(&PushRequest::default()).expect("pushed");
    two.ben.workspace().create_branch("idea", None).expect("created");
    two.ben.workspace().switch_branch("idea").expect("switched");
    let error = two.ben.workspace().undo(Some(&id)).expect_err("only a commit could undo it, on main");
    assert_eq!(error.kind(), ErrorKind::Refused);
}
