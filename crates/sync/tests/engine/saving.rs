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

fn commit(workspace: &Workspace) -> Option<String> {
    let request = CommitRequest { message: "From the draft".to_owned(), ..CommitRequest::default() };
    workspace.commit(&request).expect("a commit").commit.map(|id| id.to_string())
}

#[test]
fn what_is_saved_is_a_draft_until_it_is_committed() {
    let person = Person::alone("Anna");
    let workspace = bare(&person);
    let path = RepoPath::new(FILE).expect("a path");
    let first = COLLECTION.replace("name: One", "name: First");
    let second = first.replace("name: Two", "name: Second");
    workspace.save(&path, Some(first.as_bytes())).expect("saved");
    workspace.save(&path, Some(second.as_bytes())).expect("saved");
    let names: Vec<_> =
        workspace.status().expect("a status").changes.into_iter().map(|change| change.name).collect();
    assert_eq!(names, ["First", "Second"]);
    assert_eq!(person.git(&["show", &format!("HEAD:{FILE}")]), COLLECTION.trim_end());
    let commit = commit(&workspace).expect("something to commit");
    assert_eq!(person.git(&["rev-parse", "HEAD"]), commit);
    assert_eq!(person.git(&["show", &format!("HEAD:{FILE}")]), second.trim_end());
    assert_eq!(person.git(&["for-each-ref", "refs/syncline/drafts"]), "");
    assert!(workspace.status().expect("a status").changes.is_empty());
    person.git(&["fsck", "--strict", "--no-progress"]);
}

#[test]
fn saving_what_is_there_makes_no_draft_and_nothing_removes() {
    let person = Person::alone("Anna");
    let workspace = bare(&person);
    let path = RepoPath::new(FILE).expect("a path");
    workspace.save(&path, Some(COLLECTION.as_bytes())).expect("saved");
    assert_eq!(person.git(&["for-each-ref", "refs/syncline"]), "");
    workspace.save(&path, None).expect("saved");
    commit(&workspace).expect("a removal is something to commit");
    assert_eq!(person.git(&["ls-tree", "-r", "HEAD"]), "");
}

#[test]
fn a_folder_is_its_own_draft() {
    let person = Person::alone("Anna");
    let workspace = person.init();
    let path = RepoPath::new(FILE).expect("a path");
    let error = workspace.save(&path, Some(b"x")).expect_err("it has a folder");
    assert!(matches!(error, SyncError::ReadOnly(_)), "{error:?}");
}
