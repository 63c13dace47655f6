//! Files that were committed with git's conflict markers in them.

use crate::support::{COLLECTION, FILE, Person};
use syncline_document::Value;
use syncline_sync::{
    BaseOfMarked, CommitRequest, ErrorKind, Problem, ProblemPlace, Selector, SyncError, Take, TakeApartReport,
};

/// Somebody alone with one committed file.
fn with_file(path: &str, text: &str) -> Person {
    let anna = Person::alone("Anna");
    anna.init();
    anna.write(path, text);
    commit(&anna, "Base");
    anna
}

fn commit(anna: &Person, message: &str) {
    anna.git(&["add", "--all"]);
    anna.git(&["commit", "--quiet", "--message", message]);
}

/// `main` has one text and `other` another; the folder is on `main`.
fn diverge(anna: &Person, path: &str, ours: &str, theirs: &str) {
    anna.git(&["switch", "--quiet", "-c", "other"]);
    anna.write(path, theirs);
    commit(anna, "Theirs");
    anna.git(&["switch", "--quiet", "main"]);
    anna.write(path, ours);
    commit(anna, "Ours");
}

/// A merge of git's that met conflicts and was committed all the same.
fn commit_markers(anna: &Person, command: &[&str]) {
    let merge = anna.home.try_git(&anna.folder, command);
    assert!(!merge.status.success());
    anna.git(&["commit", "--quiet", "--all", "--message", "Merge"]);
}

fn problems(anna: &Person) -> Vec<Problem> {
    anna.workspace().problems().expect("a list")
}

fn take_apart(anna: &Person, selector: &str) -> Result<TakeApartReport, SyncError> {
    anna.workspace().take_apart(&[Selector::new(selector)])
}

/// `base → ours | theirs` of what is held; nothing where there is no value.
fn held(anna: &Person) -> Vec<String> {
    let held = anna.workspace().conflicts().expect("a list");
    let text =
        |value: &Option<Value>| value.as_ref().map_or_else(String::new, |value| value.to_json().to_string());
    let one = |held: &syncline_sync::Held| {
        let conflict = &held.conflict;
        format!("{} → {} | {}", text(&conflict.base), text(&conflict.ours), text(&conflict.theirs))
    };
    held.iter().map(one).collect()
}

fn resolve_all(anna: &Person, take: &Take) {
    let mut workspace = anna.workspace();
    let ids: Vec<_> = workspace.conflicts().expect("a list").into_iter().map(|held| held.id).collect();
    workspace.resolve(&ids, take).expect("settled");
}

fn ours() -> String {
    COLLECTION.replacen("method: GET", "method: POST", 1)
}

/// The field above the one that both change is changed here only: for lines that is one conflict.
fn theirs() -> String {
    COLLECTION.replacen("modified: 1\n    method: GET", "modified: 9\n    method: PUT", 1)
}

fn merged() -> String {
    COLLECTION.replacen("modified: 1\n    method: GET", "modified: 9\n    method: POST", 1)
}

#[test]
fn a_merge_that_was_committed_with_its_markers_is_a_problem_and_comes_apart() {
    for style in ["merge", "diff3", "zdiff3"] {
        let anna = with_file(FILE, COLLECTION);
        let base = anna.git(&["rev-parse", "HEAD"]);
        diverge(&anna, FILE, &ours(), &theirs());
        anna.git(&["config", "merge.conflictStyle", style]);
        commit_markers(&anna, &["merge", "other"]);
        let marked = anna.read(FILE);
        let found = problems(&anna);
        assert_eq!(found.len(), 1, "{style}");
        let line = marked.lines().position(|line| line.starts_with("<<<<<<<")).expect("a marker") + 1;
        assert_eq!((found[0].line, found[0].column), (Some(line), Some(1)));
        assert!(
            found[0].reason.starts_with("has conflict markers of git: 1 conflict;"),
            "{}",
            found[0].reason
        );

        let report = take_apart(&anna, FILE).expect("both sides can be read");
        assert_eq!(anna.read(FILE), merged(), "{style}");
        assert_eq!(held(&anna), [r#""GET" → "POST" | "PUT""#]);
        let told = &report.files[0];
        assert_eq!((told.ours.as_deref(), told.theirs.as_deref()), (Some("HEAD"), Some("other")));
        if style == "merge" {
            let BaseOfMarked::Commit(commit) = told.base else { panic!("{:?}", told.base) };
            assert_eq!(commit.to_string(), base.trim());
        } else {
            assert_eq!(told.base, BaseOfMarked::Markers);
        }
        let conflict = &report.conflicts[0].conflict;
        assert_eq!(conflict.authors.theirs.as_ref().map(|author| author.name.as_str()), Some("Anna"));
        assert!(problems(&anna).is_empty());
        anna.assert_clean();
        // Nothing is lost: the commit before has the text with its markers.
        assert_eq!(anna.git(&["show", &format!("HEAD~1:{FILE}")]), marked.trim_end());

        resolve_all(&anna, &Take::Theirs);
        assert_eq!(anna.read(FILE), merged().replace("POST", "PUT"));
        assert!(held(&anna).is_empty());
        anna.assert_clean();
    }
}

#[test]
fn line_endings_of_windows_stay() {
    let crlf = |text: String| text.replace('\n', "\r\n");
    let anna = with_file(FILE, &crlf(COLLECTION.to_owned()));
    diverge(&anna, FILE, &crlf(ours()), &crlf(theirs()));
    commit_markers(&anna, &["merge", "other"]);
    assert_eq!(problems(&anna).len(), 1);
    take_apart(&anna, FILE).expect("both sides can be read");
    assert_eq!(anna.read(FILE), crlf(merged()));
    assert_eq!(held(&anna), [r#""GET" → "POST" | "PUT""#]);
}

#[test]
fn markers_of_any_length_in_json_that_never_parsed() {
    let anna = with_file(".gitattributes", "*.json conflict-marker-size=20\n");
    diverge(&anna, "a.json", "{\n  \"a\": 1,\n  \"x\": 0\n}\n", "{\n  \"a\": 2,\n  \"y\": 0\n}\n");
    commit_markers(&anna, &["merge", "other"]);
    let found = problems(&anna);
    assert_eq!((found.len(), found[0].line), (1, Some(2)), "{}", anna.read("a.json"));
    let report = take_apart(&anna, "a.json").expect("both sides can be read");
    assert_eq!(report.files[0].base, BaseOfMarked::None);
    assert_eq!(held(&anna), [" → 1 | 2"]);
    assert_eq!(anna.read("a.json"), "{\n  \"a\": 1,\n  \"x\": 0,\n  \"y\": 0\n}\n");
    assert!(problems(&anna).is_empty());
}

/// The last good version of a picked commit is that of one side: taken for what was before both, the other side's
/// value would win without a word.
#[test]
fn the_version_of_one_side_is_not_taken_for_the_base() {
    let anna = with_file(FILE, COLLECTION);
    diverge(&anna, FILE, &ours(), &COLLECTION.replacen("method: GET", "method: PUT", 1));
    commit_markers(&anna, &["cherry-pick", "other"]);
    let report = take_apart(&anna, FILE).expect("both sides can be read");
    assert_eq!(report.files[0].base, BaseOfMarked::None);
    assert_eq!(anna.read(FILE), ours());
    assert_eq!(held(&anna), [r#" → "POST" | "PUT""#]);
    let authors = &report.conflicts[0].conflict.authors;
    assert_eq!(authors.ours.as_ref().map(|author| author.name.as_str()), Some("HEAD"));
}

#[test]
fn what_is_only_in_the_folder_stays_uncommitted() {
    let anna = with_file(FILE, COLLECTION);
    anna.write("other.yaml", "a: 1\n");
    commit(&anna, "Other");
    let head = anna.git(&["rev-parse", "HEAD"]);
    let marked =
        "<<<<<<< Updated upstream\n    method: POST\n=======\n    method: PUT\n>>>>>>> Stashed changes\n";
    anna.write(FILE, &COLLECTION.replacen("    method: GET\n", marked, 1));
    anna.write("other.yaml", "a: 2\n");
    let found = problems(&anna);
    assert_eq!((found.len(), found[0].place), (1, ProblemPlace::Folder));
    let request = CommitRequest {
        message: "Not this".to_owned(),
        selectors: vec![Selector::new(FILE)],
        allow_removals: false,
    };
    assert!(anna.workspace().commit(&request).expect("a report").commit.is_none());

    let report = take_apart(&anna, ".").expect("both sides can be read");
    assert!(report.commit.is_none());
    assert_eq!(anna.git(&["rev-parse", "HEAD"]), head);
    assert_eq!((anna.read(FILE), anna.read("other.yaml")), (ours(), "a: 2\n".to_owned()));
    assert_eq!(held(&anna), [r#""GET" → "POST" | "PUT""#]);
    assert!(report.conflicts[0].is_draft);
    // Committed, it is the branch's, and can be settled there.
    anna.commit("Ours for now");
    assert_eq!(held(&anna), [r#""GET" → "POST" | "PUT""#]);
    resolve_all(&anna, &Take::Theirs);
    assert_eq!(anna.read(FILE), COLLECTION.replacen("method: GET", "method: PUT", 1));
    anna.assert_clean();
}

#[test]
fn what_is_only_in_the_folder_can_be_settled_there() {
    let anna = with_file(FILE, COLLECTION);
    let marked = "<<<<<<< a\n    method: POST\n=======\n    method: PUT\n>>>>>>> b\n";
    anna.write(FILE, &COLLECTION.replacen("    method: GET\n", marked, 1));
    take_apart(&anna, FILE).expect("both sides can be read");
    resolve_all(&anna, &Take::Theirs);
    assert_eq!(anna.read(FILE), COLLECTION.replacen("method: GET", "method: PUT", 1));
    assert!(held(&anna).is_empty());
}

#[test]
fn a_side_that_cannot_be_read_is_named_and_nothing_changes() {
    let anna = with_file(FILE, COLLECTION);
    let broken = COLLECTION.replacen("method: GET", "method: [PUT", 1);
    diverge(&anna, FILE, &ours(), &broken);
    anna.write("good.yaml", "<<<<<<< a\na: 1\n=======\na: 2\n>>>>>>> b\n");
    commit_markers(&anna, &["merge", "other"]);
    let head = anna.git(&["rev-parse", "HEAD"]);
    let marked = anna.read(FILE);
    let error = take_apart(&anna, ".").expect_err("theirs is broken");
    let SyncError::MarkedSide { side, source, .. } = &error else { panic!("{error}") };
    assert_eq!((*side, error.kind()), ("theirs", ErrorKind::Damaged));
    let line = marked.lines().position(|line| line.contains("[PUT")).expect("it is there") + 1;
    assert!((line..line + 4).contains(&source.position.line), "{error} in\n{marked}");
    assert_eq!(anna.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(anna.read(FILE), marked);
}

#[test]
fn a_conflict_inside_a_conflict_is_left_to_the_user() {
    let inner = "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> first\n";
    let text = format!("<<<<<<< HEAD\n{inner}=======\na: 3\n>>>>>>> second\n");
    let anna = with_file("a.yaml", &text);
    assert_eq!(problems(&anna).len(), 1);
    let error = take_apart(&anna, "a.yaml").expect_err("three versions").to_string();
    assert_eq!(
        error,
        "`a.yaml` cannot be taken apart: its side `ours` cannot be read: line 2, column 1: has a conflict inside of another one"
    );
    assert_eq!(anna.read("a.yaml"), text);
}

#[test]
fn a_side_that_has_a_section_twice_loses_none_of_them() {
    let anna = with_file("a.yaml", "a: 1\nb:\n  c: 1\n");
    let marked = "b:\n  c: 2\n<<<<<<< HEAD\n=======\nb:\n  d: 3\n>>>>>>> other\na: 1\n";
    anna.write("a.yaml", marked);
    anna.commit("Markers");
    let error = take_apart(&anna, "a.yaml").expect_err("theirs has b twice").to_string();
    assert_eq!(
        error,
        "`a.yaml` cannot be taken apart: its side `theirs` cannot be read: line 5, column 1: has a key that its mapping has already"
    );
    assert_eq!(anna.read("a.yaml"), marked);
}

#[test]
fn plain_text_is_told_of_and_comes_apart_by_lines() {
    let anna = with_file("notes.txt", "one\ntwo\nthree\n");
    diverge(&anna, "notes.txt", "one\nours\nthree\n", "one\ntheirs\nthree\n");
    commit_markers(&anna, &["merge", "other"]);
    assert_eq!(problems(&anna)[0].line, Some(2));
    take_apart(&anna, "notes.txt").expect("text");
    assert_eq!(anna.read("notes.txt"), "one\nours\nthree\n");
    assert_eq!(held(&anna), [r#""two\n" → "ours\n" | "theirs\n""#]);
    resolve_all(&anna, &Take::Both);
    assert_eq!(anna.read("notes.txt"), "one\nours\ntheirs\nthree\n");
    assert!(problems(&anna).is_empty());
}

#[test]
fn text_that_only_looks_like_markers_is_no_problem() {
    let example = "text: |\n  <<<<<<< HEAD\n  a\n  =======\n  b\n  >>>>>>> other\n";
    let anna = with_file("example.yaml", example);
    anna.write("title.txt", "Title\n=======\ntext\n<<<<<<< \n");
    anna.commit("More");
    assert!(problems(&anna).is_empty());
    let error = take_apart(&anna, "example.yaml").expect_err("no markers");
    assert!(matches!(error, SyncError::NotMarked(_)), "{error}");
    assert!(take_apart(&anna, ".").expect("nothing to do").files.is_empty());
}
