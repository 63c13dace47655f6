//! A bare repository: what is typed goes into a draft, and from there into a commit.

use syncline_format::RepoPath;
use syncline_sync::{CommitRequest, SyncError, Workspace};

use crate::support::{COLLECTION, FILE, Person};

/// A bare repository with one commit of the small collection.
fn bare(person: &Person) -> Workspace {
    let seed = person.home.folder("seed");
    person.home.git(&seed, ["init", "--quiet"]);
    person.home.commit_file(&seed, FILE, COLLECTION);
    let seed = seed.to_str().expect("a plain name").to_owned();
    person.git(&["clone", "--quiet", "--bare", &seed, "."]);
    person.workspace()
}

fn commit(workspace: &mut Workspace) -> Option<String> {
    let request = CommitRequest { message: "From the draft".to_owned(), ..CommitRequest::default() };
    workspace.commit(&request).expect("a commit").commit.map(|id| id.to_string())
}

#[test]
fn what_is_saved_is_a_draft_until_it_is_committed() {
    let person = Person::alone("Anna");
    let mut workspace = bare(&person);
    let path = RepoPath::new(FILE).expect("a path");
    let first = COLLECTION.replace("name: One", "name: First");
    let second = first.replace("name: Two", "name: Second");
    workspace.save(&path, Some(first.as_bytes())).expect("saved");
    workspace.save(&path, Some(second.as_bytes())).expect("saved");
    let names: Vec<_> =
        workspace.status().expect("a status").changes.into_iter().map(|change| change.name).collect();
    assert_eq!(names, ["First", "Second"]);
    assert_eq!(person.git(&["show", &format!("HEAD:{FILE}")]), COLLECTION.trim_end());
    let commit = commit(&mut workspace).expect("something to commit");
    assert_eq!(person.git(&["rev-parse", "HEAD"]), commit);
    assert_eq!(person.git(&["show", &format!("HEAD:{FILE}")]), second.trim_end());
    assert_eq!(person.git(&["for-each-ref", "refs/syncline/drafts"]), "");
    assert!(workspace.status().expect("a status").changes.is_empty());
    person.git(&["fsck", "--strict", "--no-progress"]);
}

#[test]
fn saving_what_is_there_makes_no_draft_and_nothing_removes() {
    let person = Person::alone("Anna");
    let mut workspace = bare(&person);
    let path = RepoPath::new(FILE).expect("a path");
    workspace.save(&path, Some(COLLECTION.as_bytes())).expect("saved");
    assert_eq!(person.git(&["for-each-ref", "refs/syncline"]), "");
    workspace.save(&path, None).expect("saved");
    commit(&mut workspace).expect("a removal is something to commit");
    assert_eq!(person.git(&["ls-tree", "-r", "HEAD"]), "");
}

#[test]
fn a_folder_is_its_own_draft() {
    let person = Person::alone("Anna");
    let mut workspace = person.init();
    let path = RepoPath::new(FILE).expect("a path");
    let error = workspace.save(&path, Some(b"x")).expect_err("it has a folder");
    assert!(matches!(error, SyncError::ReadOnly(_)), "{error:?}");
}

#[test]
fn a_commit_that_fails_leaves_the_draft() {
    let person = Person::alone("Anna");
    let mut workspace = bare(&person);
    let path = RepoPath::new(FILE).expect("a path");
    let text = COLLECTION.replace("name: One", "name: First");
    workspace.save(&path, Some(text.as_bytes())).expect("saved");
    let lock = person.folder.join("refs/heads").join(
        person
            .git(&["symbolic-ref", "HEAD"])
            .trim()
            .strip_prefix("refs/heads/")
            .expect("a branch")
            .to_owned()
            + ".lock",
    );
    std::fs::write(&lock, "").expect("another program's lock");
    workspace.commit(&CommitRequest::default()).expect_err("the branch is locked");
    std::fs::remove_file(&lock).expect("the lock is there");
    assert_eq!(workspace.status().expect("a status").changes.len(), 1);
    commit(&mut workspace).expect("the draft is still there");
}

#[test]
fn the_draft_of_one_does_not_take_back_what_another_committed() {
    let person = Person::alone("Anna");
    let mut anna = bare(&person);
    let mut ben = Workspace::open(
        &person.folder,
        syncline_sync::Environment { user: "ben".to_owned(), ..person.environment() },
    )
    .expect("the same repository");
    let path = RepoPath::new(FILE).expect("a path");
    let by_ben = COLLECTION.replace("name: Two", "name: Ben's");
    ben.save(&path, Some(by_ben.as_bytes())).expect("saved");
    let by_anna = COLLECTION.replace("name: One", "name: Anna's");
    anna.save(&path, Some(by_anna.as_bytes())).expect("saved");
    commit(&mut anna).expect("Anna's change");
    let names: Vec<_> =
        ben.status().expect("a status").changes.into_iter().map(|change| change.name).collect();
    assert_eq!(names, ["Ben's"]);
    commit(&mut ben).expect("Ben's change");
    let text = person.git(&["show", &format!("HEAD:{FILE}")]);
    assert!(text.contains("name: Anna's") && text.contains("name: Ben's"), "{text}");
    assert_eq!(person.git(&["for-each-ref", "refs/syncline/drafts"]), "");
}

#[test]
fn a_field_that_another_committed_meanwhile_is_held() {
    let person = Person::alone("Anna");
    let mut anna = bare(&person);
    let mut ben = Workspace::open(
        &person.folder,
        syncline_sync::Environment { user: "ben".to_owned(), ..person.environment() },
    )
    .expect("the same repository");
    let path = RepoPath::new(FILE).expect("a path");
    ben.save(&path, Some(COLLECTION.replace("name: One", "name: Ben's").as_bytes())).expect("saved");
    anna.save(&path, Some(COLLECTION.replace("name: One", "name: Anna's").as_bytes())).expect("saved");
    commit(&mut anna).expect("Anna's change");
    commit(&mut ben).expect("Ben's change");
    let held = ben.conflicts().expect("a list");
    assert_eq!(held.len(), 1);
    assert!(!held[0].is_draft);
}

#[test]
fn a_bare_repository_switches_its_branch() {
    let person = Person::alone("Anna");
    let mut workspace = bare(&person);
    workspace.create_branch("idea", None).expect("a branch");
    workspace.switch_branch("idea").expect("switched");
    assert_eq!(person.git(&["symbolic-ref", "HEAD"]).trim(), "refs/heads/idea");
}

#[test]
fn the_first_commit_of_a_bare_repository_is_a_draft_again_when_it_is_undone() {
    let person = Person::alone("Anna");
    person.git(&["init", "--quiet", "--bare", "-b", "main", "."]);
    let mut workspace = person.workspace();
    let path = RepoPath::new(FILE).expect("a path");
    workspace.save(&path, Some(COLLECTION.as_bytes())).expect("saved");
    commit(&mut workspace).expect("something to commit");
    workspace.undo(None).expect("undone");
    let changes = workspace.status().expect("a status").changes;
    assert!(!changes.is_empty(), "the work is a draft again");
    workspace.undo(None).expect("undone");
    assert!(workspace.status().expect("a status").changes.is_empty());
    assert_eq!(person.git(&["show", &format!("HEAD:{FILE}")]), COLLECTION.trim_end());
}

#[test]
fn a_commit_of_a_bare_repository_is_a_draft_again_when_it_is_undone() {
    let person = Person::alone("Anna");
    let mut workspace = bare(&person);
    let path = RepoPath::new(FILE).expect("a path");
    let text = COLLECTION.replace("name: One", "name: First");
    workspace.save(&path, Some(text.as_bytes())).expect("saved");
    commit(&mut workspace).expect("something to commit");
    workspace.undo(None).expect("undone");
    assert_eq!(workspace.status().expect("a status").changes.len(), 1);
    let again = text.replace("name: Two", "name: Second");
    workspace.save(&path, Some(again.as_bytes())).expect("saved");
    workspace.undo(None).expect("undone");
    let changes = workspace.status().expect("a status").changes;
    assert_eq!(changes.iter().map(|change| change.name.as_str()).collect::<Vec<_>>(), ["Second"]);
}
