//! Ways back in a bare repository, where each user has a draft.

use crate::support::{COLLECTION, FILE, Person};
use syncline_format::RepoPath;
use syncline_sync::{Selector, SyncError, Take, Workspace};

/// The branch `idea` has another name for the first request than `main`.
fn bare(person: &Person) -> Workspace {
    let seed = seed(person);
    person.git(&["clone", "--quiet", "--bare", &seed, "."]);
    person.workspace()
}

fn seed(person: &Person) -> String {
    let seed = person.home.folder("seed");
    person.home.git(&seed, ["init", "--quiet", "-b", "main"]);
    person.home.commit_file(&seed, FILE, COLLECTION);
    person.home.git(&seed, ["switch", "--quiet", "-c", "idea"]);
    person.home.commit_file(&seed, FILE, &COLLECTION.replace("name: One", "name: Idea"));
    person.home.git(&seed, ["switch", "--quiet", "main"]);
    seed.to_str().expect("a plain name").to_owned()
}

fn as_user(person: &Person, user: &str) -> Workspace {
    let environment = syncline_sync::Environment { user: user.to_owned(), ..person.environment() };
    Workspace::open(&person.folder, environment).expect("a workspace")
}

fn save(workspace: &mut Workspace, text: &str) {
    workspace.save(&RepoPath::new(FILE).expect("a path"), Some(text.as_bytes())).expect("saved");
}

fn head(person: &Person) -> String {
    person.git(&["rev-parse", "HEAD"])
}

fn drafts(person: &Person) -> String {
    person.git(&["for-each-ref", "--format=%(refname)", "refs/syncline/drafts"])
}

/// What had come in was taken for work that had been committed.
#[test]
fn a_merge_that_was_undone_left_a_draft_of_what_it_had_brought() {
    let person = Person::alone("Anna");
    let mut workspace = bare(&person);
    let last = |workspace: &Workspace| workspace.operations(Some(1)).expect("a record").remove(0).id;
    let first = head(&person);
    workspace.merge_branch("idea").expect("merged");
    let (merged, merge) = (head(&person), last(&workspace));
    workspace.revert("HEAD").expect("reverted");
    let revert = last(&workspace);
    for (operation, expected) in [(revert, &merged), (merge, &first)] {
        workspace.undo(Some(&operation)).expect("undone");
        assert_eq!((&head(&person), drafts(&person).as_str()), (expected, ""));
    }
    workspace.undo(None).expect("undone");
    assert_eq!((head(&person), drafts(&person)), (merged, String::new()));
}

#[test]
fn a_merge_is_undone_under_a_draft() {
    let person = Person::alone("Anna");
    let mut workspace = bare(&person);
    save(&mut workspace, &COLLECTION.replace("name: Two", "name: Typed"));
    workspace.merge_branch("idea").expect("merged");
    workspace.undo(None).expect("undone");
    let draft = person.git(&["show", &format!("{}:{FILE}", drafts(&person))]);
    assert_eq!(draft, COLLECTION.replace("name: Two", "name: Typed").trim_end());
}

/// It failed for want of a folder, and was in the record all the same.
#[test]
fn a_draft_could_not_be_discarded() {
    let person = Person::alone("Anna");
    let mut workspace = bare(&person);
    let text = COLLECTION.replace("name: One", "name: First").replace("name: Two", "name: Second");
    save(&mut workspace, &text);
    let names = |workspace: &Workspace| {
        let changes = workspace.status().expect("a status").changes.into_iter();
        changes.map(|change| change.name).collect::<Vec<_>>()
    };
    let report = workspace.discard(&[Selector::new("req_1")]).expect("discarded");
    assert_eq!((report.changes.len(), names(&workspace)), (1, vec!["Second".to_owned()]));
    workspace.discard(&[Selector::new(".")]).expect("discarded");
    assert_eq!((names(&workspace), drafts(&person)), (Vec::new(), String::new()));
    workspace.undo(None).expect("undone");
    assert_eq!(names(&workspace), ["Second"]);
}

/// Ben's undo put Anna's work into Ben's draft.
#[test]
fn an_undo_took_back_what_another_user_had_done() {
    let person = Person::alone("Anna");
    let (mut anna, mut ben) = (bare(&person), as_user(&person, "ben"));
    save(&mut anna, &COLLECTION.replace("name: One", "name: Anna's"));
    anna.discard(&[Selector::new(".")]).expect("discarded");
    assert!(matches!(ben.undo(None), Err(SyncError::NothingToUndo)));
    let id = ben.operations(Some(1)).expect("a record").remove(0).id;
    let error = ben.undo(Some(&id)).expect_err("it was Anna's draft");
    assert!(matches!(&error, SyncError::DoneByOther { user, .. } if user == "anna"), "{error}");
    anna.undo(None).expect("undone");
    assert_eq!(drafts(&person), "refs/syncline/drafts/anna/main");
}

/// It stayed under the old name, where nobody looked for it any more.
#[test]
fn a_draft_of_another_user_was_left_behind_by_a_new_name() {
    let person = Person::alone("Anna");
    let (mut anna, mut ben) = (bare(&person), as_user(&person, "ben"));
    save(&mut anna, &COLLECTION.replace("name: One", "name: Anna's"));
    save(&mut ben, &COLLECTION.replace("name: Two", "name: Ben's"));
    for name in ["trunk", "main"] {
        if name == "trunk" {
            anna.rename_branch(None, name).expect("renamed");
        } else {
            anna.undo(None).expect("undone");
        }
        let both = format!("refs/syncline/drafts/anna/{name}\nrefs/syncline/drafts/ben/{name}");
        assert_eq!(drafts(&person), both);
        let changes = as_user(&person, "ben").status().expect("a status").changes;
        assert_eq!(changes.iter().map(|change| change.name.as_str()).collect::<Vec<_>>(), ["Ben's"]);
    }
}

#[test]
fn a_file_with_markers_is_taken_apart_settled_and_all_of_it_undone() {
    let person = Person::alone("Anna");
    let seed = seed(&person);
    person.home.commit_file(seed.as_ref(), FILE, &COLLECTION.replace("name: One", "name: Main"));
    assert!(!person.home.try_git(seed.as_ref(), ["merge", "idea"]).status.success());
    person.home.git(seed.as_ref(), ["commit", "--quiet", "--all", "--message", "Merge"]);
    person.git(&["clone", "--quiet", "--bare", &seed, "."]);
    let mut workspace = person.workspace();
    let held = |workspace: &Workspace| workspace.conflicts().expect("a list").len();
    let text = || person.git(&["show", &format!("HEAD:{FILE}")]);
    let with_markers = head(&person);
    workspace.take_apart(&[Selector::new(FILE)]).expect("taken apart");
    assert_eq!((held(&workspace), drafts(&person).as_str()), (1, ""));
    workspace.undo(None).expect("undone");
    assert_eq!((held(&workspace), head(&person), drafts(&person)), (0, with_markers, String::new()));
    workspace.undo(None).expect("brought again");
    let id = workspace.conflicts().expect("a list").remove(0).id;
    workspace.resolve(&[id], &Take::Theirs).expect("settled");
    assert!(held(&workspace) == 0 && text().contains("name: Idea"));
    workspace.undo(None).expect("undone");
    assert!(held(&workspace) == 1 && text().contains("name: Main") && drafts(&person).is_empty());
}
