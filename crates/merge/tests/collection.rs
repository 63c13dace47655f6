//! What two people do to one Insomnia collection, merged as a workspace.

use std::convert::Infallible;
use std::sync::LazyLock;

use syncline_document::{Document, Language, Pointer};
use syncline_format::{Formats, RepoPath, Resource};
use syncline_merge::{
    Conflict, Entry, FileMerge, Mode, Outcome, PathVersions, Policy, Side, Terms, WorkspaceMerge, merge_file,
    merge_workspace, move_item,
};

/// The first two services of the sample, with all that follows the requests.
static COLLECTION: LazyLock<String> = LazyLock::new(|| {
    let whole = include_str!("../../../examples/insomnia-v5/hollowmere.yaml");
    let end = whole.find("  - name: Members\n").expect("the third service");
    let rest = whole.find("cookieJar:\n").expect("what comes after");
    [&whole[..end], &whole[rest..]].concat()
});

static FORMATS: LazyLock<Formats> = LazyLock::new(Formats::built_in);

/// The same collection as somebody else imported it: each id is another one.
fn imported_again(text: &str) -> String {
    ["wrk_", "fld_", "req_", "env_", "uts_", "ut_", "jar_", "spc_"]
        .iter()
        .fold(text.to_owned(), |text, prefix| {
            text.replace(&format!("id: {prefix}"), &format!("id: {prefix}b"))
        })
}

#[test]
fn two_imports_of_one_export_are_one_collection() {
    let [ours, theirs] = [COLLECTION.clone(), imported_again(&COLLECTION)];
    assert_ne!(ours, theirs);
    let format = FORMATS.get("insomnia-v5").expect("built in");
    let path = RepoPath::new("hollowmere.yaml").expect("a good path");
    let merged = merge_file(&path, None, ours.as_bytes(), theirs.as_bytes(), format, Side::Theirs);
    let FileMerge::Merged { bytes, conflicts } = merged else { panic!("{merged:?}") };
    assert_eq!((String::from_utf8(bytes).expect("text"), conflicts), (theirs, Vec::new()));
}

struct Merged {
    text: String,
    conflicts: Vec<Conflict>,
}

fn merge(base: &str, ours: &str, theirs: &str) -> Merged {
    let format = FORMATS.get("insomnia-v5").expect("built in");
    let terms = Terms { format, first: Side::Theirs, policy: &|_| Policy::Hold };
    let path = RepoPath::new("hollowmere.yaml").expect("a good path");
    let entry = |text: &str| Some(Entry { mode: Mode::File, id: text.to_owned() });
    let versions =
        PathVersions { path: path.clone(), base: entry(base), ours: entry(ours), theirs: entry(theirs) };
    let read = |id: &String| Ok::<_, Infallible>(id.clone().into_bytes());
    let WorkspaceMerge { outcomes, conflicts, .. } =
        merge_workspace(vec![versions], &terms, &read).unwrap_or_else(|never| match never {});
    let text = match &outcomes[&path] {
        Outcome::Entry(entry) => entry.id.clone(),
        Outcome::Written { bytes, .. } => String::from_utf8(bytes.clone()).expect("text"),
        Outcome::Removed => panic!("nobody removed the file"),
    };
    Merged { text, conflicts }
}

fn read(text: &str) -> (Document, Vec<Resource>) {
    let document = Document::parse(text.as_bytes(), Language::Yaml).expect("valid");
    let path = RepoPath::new("hollowmere.yaml").expect("a good path");
    let resources = FORMATS.get("insomnia-v5").expect("built in").resources(&path, &document);
    (document, resources)
}

fn names<'a>(resources: &'a [Resource], kind: &str) -> Vec<&'a str> {
    resources.iter().filter(|it| it.kind == kind).map(|it| it.name.as_str()).collect()
}

/// The lines of the request with this name.
fn request(text: &str, name: &str) -> std::ops::Range<usize> {
    let name = text.find(&format!("name: {name}\n")).expect("the request is there");
    let start = text[..name].rfind("          - url:").expect("it begins with its address");
    let ends = ["\n          - url:", "\n      - name:", "\n  - name:", "\ncookieJar:"];
    let after = ends.iter().filter_map(|end| text[name..].find(end)).min();
    start..name + after.expect("another follows") + 1
}

/// Changes something within one request.
fn edit(text: &str, name: &str, from: &str, to: &str) -> String {
    let range = request(text, name);
    let lines = &text[range.clone()];
    assert!(lines.contains(from), "`{from}` is in {name}");
    [&text[..range.start], &lines.replacen(from, to, 1), &text[range.end..]].concat()
}

fn without(text: &str, name: &str) -> String {
    let range = request(text, name);
    [&text[..range.start], &text[range.end..]].concat()
}

fn after(text: &str, name: &str, lines: &str) -> String {
    let end = request(text, name).end;
    [&text[..end], lines, &text[end..]].concat()
}

/// Without a folder of entities, which the next one follows.
fn without_folder(text: &str, name: &str, next: &str) -> String {
    let start = text.find(&format!("      - name: {name}\n")).expect("the folder is there");
    let end = start + text[start..].find(&format!("      - name: {next}\n")).expect("another follows");
    [&text[..start], &text[end..]].concat()
}

fn added(id: &str, name: &str) -> String {
    format!(
        "          - url: \"{{{{ _.base_url }}}}/new\"\n            name: {name}\n            meta:\n              id: {id}\n              created: 1\n              modified: 1\n            method: GET\n"
    )
}

#[test]
fn different_requests_and_different_fields_merge_to_the_byte() {
    let ours = edit(&COLLECTION, "Get one book", "method: GET", "method: HEAD");
    let ours = edit(&ours, "Search items", "value: lighthouse", "value: harbour");
    let theirs = edit(&COLLECTION, "Create an item", "\"good\"", "\"fair\"");
    let theirs = edit(&theirs, "Get one book", "/v1/books/:id", "/v2/books/:id");
    let both = edit(&ours, "Create an item", "\"good\"", "\"fair\"");
    let both = edit(&both, "Get one book", "/v1/books/:id", "/v2/books/:id");
    let merged = merge(&COLLECTION, &ours, &theirs);
    assert!(merged.conflicts.is_empty(), "{:?}", merged.conflicts);
    assert!(merged.text == both);
}

#[test]
fn one_field_changed_by_both_is_held_with_its_request() {
    let ours = edit(&COLLECTION, "Get one book", "method: GET", "method: HEAD");
    let theirs = edit(&COLLECTION, "Get one book", "method: GET", "method: OPTIONS");
    let merged = merge(&COLLECTION, &ours, &theirs);
    assert!(merged.text == theirs);
    let [conflict] = merged.conflicts.as_slice() else { panic!("{:?}", merged.conflicts) };
    let resource = conflict.resource.as_ref().expect("the request is known");
    assert_eq!((resource.kind.as_str(), resource.name.as_str()), ("Request", "Get one book"));
    assert_eq!(resource.field, Pointer::parse("/method").expect("a pointer"));
    let values =
        [&conflict.base, &conflict.ours, &conflict.theirs].map(|it| it.as_ref().and_then(|it| it.as_str()));
    assert_eq!(values, [Some("GET"), Some("HEAD"), Some("OPTIONS")]);
}

#[test]
fn of_two_timestamps_the_newest_wins_without_a_conflict() {
    let stamp = |text: &str, to: &str| {
        let range = request(text, "Get one book");
        let at = range.start + text[range].find("modified: ").expect("it is there") + "modified: ".len();
        [&text[..at], to, &text[at + 13..]].concat()
    };
    let ours = stamp(&edit(&COLLECTION, "Get one book", "method: GET", "method: HEAD"), "1790000000002");
    let theirs = stamp(&edit(&COLLECTION, "Get one book", "/v1/books/:id", "/v2/books/:id"), "1790000000001");
    let merged = merge(&COLLECTION, &ours, &theirs);
    assert!(merged.conflicts.is_empty(), "{:?}", merged.conflicts);
    assert!(merged.text.contains("1790000000002") && !merged.text.contains("1790000000001"));
}

#[test]
fn requests_added_by_both_at_one_place_are_both_there() {
    let ours = after(&COLLECTION, "Get one book", &added("req_ours", "Ours"));
    let theirs = after(&COLLECTION, "Get one book", &added("req_theirs", "Theirs"));
    let merged = merge(&COLLECTION, &ours, &theirs);
    assert!(merged.conflicts.is_empty(), "{:?}", merged.conflicts);
    let (_, resources) = read(&merged.text);
    let names = names(&resources, "Request");
    assert_eq!(names.len(), 62);
    assert!(names.contains(&"Ours") && names.contains(&"Theirs"));
}

#[test]
fn a_request_that_moved_takes_the_edit_of_the_other_side_along() {
    let range = request(&COLLECTION, "Archive a book");
    let lines = COLLECTION[range].to_owned();
    let moved = after(&without(&COLLECTION, "Archive a book"), "Get one author", &lines);
    let edited = edit(&COLLECTION, "Archive a book", "method: POST", "method: PUT");
    for (ours, theirs) in [(&moved, &edited), (&edited, &moved)] {
        let merged = merge(&COLLECTION, ours, theirs);
        assert!(merged.conflicts.is_empty(), "{:?}", merged.conflicts);
        assert!(merged.text == edit(&moved, "Archive a book", "method: POST", "method: PUT"));
        let (document, resources) = read(&merged.text);
        assert_eq!(names(&resources, "Request").len(), 60);
        let request = resources.iter().find(|it| it.name == "Archive a book").expect("it is there");
        let folder = resources.iter().find(|it| it.id == request.parent).expect("it has a folder");
        assert_eq!(folder.name, "Authors");
        let method = document.lookup(&request.at.child("method")).expect("it has a method");
        assert_eq!(document.scalar_text(method), "PUT");
    }
}

#[test]
fn a_request_moved_to_two_folders_is_there_once_where_the_first_put_it() {
    let lines = COLLECTION[request(&COLLECTION, "Archive a book")].to_owned();
    let to = |place: &str| after(&without(&COLLECTION, "Archive a book"), place, &lines);
    let ours = edit(&to("Get one author"), "Archive a book", "method: POST", "method: PUT");
    let theirs = to("Get one subject");
    let merged = merge(&COLLECTION, &ours, &theirs);
    assert!(merged.text == edit(&theirs, "Archive a book", "method: POST", "method: PUT"));
    assert_eq!(merged.conflicts.len(), 1);
    let resource = merged.conflicts[0].resource.as_ref().expect("the request is known");
    assert_eq!((resource.name.as_str(), &resource.field), ("Archive a book", &Pointer::root()));
}

#[test]
fn what_is_kept_of_a_request_moved_to_two_folders_is_what_the_file_has() {
    let lines = COLLECTION[request(&COLLECTION, "Archive a book")].to_owned();
    let to = |place: &str| after(&without(&COLLECTION, "Archive a book"), place, &lines);
    let ours = edit(&to("Get one author"), "Archive a book", "method: POST", "method: PUT");
    let merged = merge(&COLLECTION, &ours, &to("Get one subject"));
    let [held] = merged.conflicts.as_slice() else { panic!("{:?}", merged.conflicts) };
    let (document, _) = read(&merged.text);
    let now = document.value(document.lookup(&held.field).expect("it is there"));
    assert_eq!(held.kept_value(), Some(&now), "else the next change of the file would pass for settling it");
}

/// The names of what base, ours and theirs have a resource in.
fn around(conflict: &Conflict) -> [Option<&str>; 3] {
    let moved = conflict.moved.as_ref().expect("it was moved");
    [&moved.base, &moved.ours, &moved.theirs].map(|place| place.as_ref().map(|place| place.name.as_str()))
}

#[test]
fn an_item_around_a_held_field_has_the_name_that_changes_give_it() {
    let accepting = |what: &str| edit(&COLLECTION, "Archive a book", "value: application/json", what);
    let merged = merge(&COLLECTION, &accepting("value: text/plain"), &accepting("value: text/csv"));
    let [held] = merged.conflicts.as_slice() else { panic!("{:?}", merged.conflicts) };
    let resource = held.resource.as_ref().expect("the request is known");
    assert_eq!(resource.items, [None, Some("Accept".to_owned()), None], "{}", resource.field);
}

#[test]
fn of_a_request_moved_to_two_folders_the_folders_are_held() {
    let lines = COLLECTION[request(&COLLECTION, "Archive a book")].to_owned();
    let to = |place: &str| after(&without(&COLLECTION, "Archive a book"), place, &lines);
    let merged = merge(&COLLECTION, &to("Get one author"), &to("Get one subject"));
    let [held] = merged.conflicts.as_slice() else { panic!("{:?}", merged.conflicts) };
    assert_eq!(around(held), [Some("Books"), Some("Authors"), Some("Subjects")]);
    let (document, resources) = read(&merged.text);
    let authors = resources.iter().find(|it| it.name == "Authors").expect("it is there");
    let list = authors.at.child("children");
    let text = move_item(&document, &held.field, &list).expect("it can be moved");
    let (_, resources) = read(&text);
    let request = resources.iter().find(|it| it.name == "Archive a book").expect("it is there");
    assert_eq!((&request.parent, names(&resources, "Request").len()), (&authors.id, 60));
    assert_eq!(move_item(&document, &authors.at, &list), None, "nothing goes into itself");
}

#[test]
fn a_request_moved_out_of_a_folder_that_the_other_side_removed_stays_and_is_held() {
    let lines = COLLECTION[request(&COLLECTION, "Archive an author")].to_owned();
    let moved = after(&without(&COLLECTION, "Archive an author"), "Get one book", &lines);
    let removed = without_folder(&COLLECTION, "Authors", "Subjects");
    for (ours, theirs) in [(&moved, &removed), (&removed, &moved)] {
        let merged = merge(&COLLECTION, ours, theirs);
        let (_, resources) = read(&merged.text);
        let request = resources.iter().find(|it| it.name == "Archive an author").expect("it is there");
        let folder = resources.iter().find(|it| it.id == request.parent).expect("it has a folder");
        assert_eq!(folder.name, "Books");
        let held = |it: &&Conflict| it.resource.as_ref().is_some_and(|it| it.name == "Archive an author");
        let held: Vec<&Conflict> = merged.conflicts.iter().filter(held).collect();
        let [held] = held.as_slice() else { panic!("{held:?}") };
        let [base, ours, theirs] = around(held);
        assert_eq!((base, ours.xor(theirs)), (Some("Authors"), Some("Books")));
    }
}

#[test]
fn a_comment_in_a_request_that_the_other_side_moved_goes_along() {
    let lines = COLLECTION[request(&COLLECTION, "Archive a book")].to_owned();
    let moved = after(&without(&COLLECTION, "Archive a book"), "Get one author", &lines);
    let noted = "            # Only for staff.\n            method: POST";
    let commented = edit(&COLLECTION, "Archive a book", "            method: POST", noted);
    for (ours, theirs) in [(&moved, &commented), (&commented, &moved)] {
        let merged = merge(&COLLECTION, ours, theirs);
        assert!(merged.conflicts.is_empty(), "{:?}", merged.conflicts);
        assert!(merged.text == edit(&moved, "Archive a book", "            method: POST", noted));
    }
}

#[test]
fn copies_that_both_made_of_one_request_are_both_there() {
    let range = request(&COLLECTION, "Archive a book");
    let lines = &COLLECTION[range.clone()];
    let id = lines.find("id: req_").map(|at| &lines[at + 4..at + 40]).expect("it has an id");
    let copy = |id_of_copy: &str| {
        let lines = lines.replace(id, id_of_copy);
        [&COLLECTION[..range.end], &lines, &COLLECTION[range.end..]].concat()
    };
    let merged = merge(&COLLECTION, &copy("req_ours"), &copy("req_theirs"));
    assert!(merged.conflicts.is_empty(), "{:?}", merged.conflicts);
    let (_, resources) = read(&merged.text);
    let ids: Vec<_> = resources.iter().filter_map(|it| it.id.as_deref()).collect();
    assert!(["req_ours", "req_theirs", id].iter().all(|id| ids.contains(id)));
}

#[test]
fn a_removed_folder_is_gone_where_the_other_side_only_moved_a_request_out_of_it() {
    let lines = COLLECTION[request(&COLLECTION, "Archive an author")].to_owned();
    let moved = after(&without(&COLLECTION, "Archive an author"), "Get one book", &lines);
    let removed = without_folder(&COLLECTION, "Authors", "Subjects");
    for (ours, theirs) in [(&moved, &removed), (&removed, &moved)] {
        let merged = merge(&COLLECTION, ours, theirs);
        assert!(!names(&read(&merged.text).1, "RequestGroup").contains(&"Authors"));
        assert_eq!(merged.conflicts.len(), 1);
    }
}

#[test]
fn a_folder_that_moved_takes_what_the_other_side_did_in_it_along() {
    let start = COLLECTION.find("      - name: Authors\n").expect("the folder is there");
    let end = start + COLLECTION[start..].find("      - name: Subjects\n").expect("another follows");
    let folder = COLLECTION[start..end].to_owned();
    let rest = without_folder(&COLLECTION, "Authors", "Subjects");
    let place = rest.find("      - name: Shelves\n").expect("the folder is there");
    let moved = [&rest[..place], &folder, &rest[place..]].concat();
    let edited = edit(&COLLECTION, "Get one author", "method: GET", "method: HEAD");
    let edited = after(&edited, "Get one author", &added("req_new", "New"));
    let edited = without(&edited, "Export authors");
    let both = edit(&moved, "Get one author", "method: GET", "method: HEAD");
    let both = without(&after(&both, "Get one author", &added("req_new", "New")), "Export authors");
    for (ours, theirs) in [(&moved, &edited), (&edited, &moved)] {
        let merged = merge(&COLLECTION, ours, theirs);
        assert!(merged.conflicts.is_empty(), "{:?}", merged.conflicts);
        assert!(merged.text == both);
    }
}

#[test]
fn folders_moved_into_each_other_are_each_there_once() {
    let cut = |text: &str, name: &str, next: &str| {
        let start = text.find(&format!("      - name: {name}\n")).expect("the folder is there");
        let end = start + text[start..].find(&format!("      - name: {next}\n")).expect("another follows");
        (text[start..end].to_owned(), [&text[..start], &text[end..]].concat())
    };
    let into = |name: &str, next: &str, other: &str, after: &str| {
        let (folder, rest) = cut(&COLLECTION, name, next);
        let deeper: Vec<String> = folder.lines().map(|line| format!("    {line}\n")).collect();
        let start = rest.find(&format!("      - name: {other}\n")).expect("the folder is there");
        let place = start + rest[start..].find(after).expect("what follows its last request");
        [&rest[..place], &deeper.concat(), &rest[place..]].concat()
    };
    let ours = into("Authors", "Subjects", "Books", "      - name: Subjects\n");
    let theirs = into("Books", "Authors", "Authors", "      - name: Subjects\n");
    let merged = merge(&COLLECTION, &ours, &theirs);
    let (_, resources) = read(&merged.text);
    assert_eq!(names(&resources, "Request").len(), 60);
    assert_eq!(names(&resources, "RequestGroup").len(), 8);
    let parent = |name: &str| {
        let folder = resources.iter().find(|it| it.name == name).expect("it is there");
        resources.iter().find(|it| it.id == folder.parent).expect("it has a parent").name.as_str()
    };
    assert_eq!((parent("Books"), parent("Authors")), ("Authors", "Catalogue"));
    assert_eq!(merged.conflicts.len(), 1);
    assert_eq!(merged.conflicts[0].resource.as_ref().map(|it| it.name.as_str()), Some("Authors"));
    assert_eq!(around(&merged.conflicts[0]), [Some("Catalogue"), Some("Books"), Some("Catalogue")]);
}

#[test]
fn a_request_and_its_folder_that_moved_apart_both_arrive() {
    let lines = COLLECTION[request(&COLLECTION, "Archive an author")].to_owned();
    let moved = after(&without(&COLLECTION, "Archive an author"), "Get one book", &lines);
    let start = moved.find("      - name: Authors\n").expect("the folder is there");
    let end = start + moved[start..].find("      - name: Subjects\n").expect("another follows");
    let (folder, rest) = (moved[start..end].to_owned(), [&moved[..start], &moved[end..]].concat());
    let place = rest.find("      - name: Shelves\n").expect("the folder is there");
    let moved = [&rest[..place], &folder, &rest[place..]].concat();
    let edited = edit(&COLLECTION, "Get one author", "method: GET", "method: HEAD");
    let edited = edit(&edited, "Archive an author", "method: POST", "method: PUT");
    let both = edit(&moved, "Get one author", "method: GET", "method: HEAD");
    let both = edit(&both, "Archive an author", "method: POST", "method: PUT");
    for (ours, theirs) in [(&moved, &edited), (&edited, &moved)] {
        let merged = merge(&COLLECTION, ours, theirs);
        assert!(merged.conflicts.is_empty(), "{:?}", merged.conflicts);
        assert!(merged.text == both);
    }
}

#[test]
fn a_removed_request_that_the_other_side_changed_stays_and_is_held() {
    let removed = without(&COLLECTION, "Archive a book");
    let edited = edit(&COLLECTION, "Archive a book", "method: POST", "method: PUT");
    let merged = merge(&COLLECTION, &removed, &edited);
    assert!(merged.text == edited);
    assert_eq!(merged.conflicts.len(), 1);
    assert_eq!(merged.conflicts[0].ours, None);
    let merged = merge(&COLLECTION, &edited, &removed);
    assert_eq!((names(&read(&merged.text).1, "Request").len(), merged.conflicts.len()), (60, 1));
}

#[test]
fn a_removed_request_that_was_only_touched_is_removed() {
    let removed = without(&COLLECTION, "Archive a book");
    let range = request(&COLLECTION, "Archive a book");
    let at = range.start + COLLECTION[range].find("modified: ").expect("it is there") + "modified: ".len();
    let touched = [&COLLECTION[..at], "1790000000001", &COLLECTION[at + 13..]].concat();
    for (ours, theirs) in [(&removed, &touched), (&touched, &removed)] {
        let merged = merge(&COLLECTION, ours, theirs);
        assert!(merged.conflicts.is_empty(), "{:?}", merged.conflicts);
        assert!(merged.text == removed);
    }
}

#[test]
fn a_folder_removed_while_it_got_a_request_stays() {
    let removed = without_folder(&COLLECTION, "Authors", "Subjects");
    let grown = after(&COLLECTION, "Get one author", &added("req_new", "New"));
    for (ours, theirs) in [(&removed, &grown), (&grown, &removed)] {
        let merged = merge(&COLLECTION, ours, theirs);
        let (_, resources) = read(&merged.text);
        let new = resources.iter().find(|it| it.name == "New").expect("nothing added is lost");
        let folder = resources.iter().find(|it| it.id == new.parent).expect("it has a folder");
        assert_eq!(folder.name, "Authors");
        assert!(!merged.conflicts.is_empty());
    }
}

#[test]
fn after_a_re_import_nothing_is_there_twice() {
    let mut number = 0;
    let imported: Vec<String> = COLLECTION
        .lines()
        .map(|line| {
            let is_id = line.trim_start().starts_with("id: ") && line.contains('_');
            if !is_id {
                return format!("{line}\n");
            }
            number += 1;
            let digits = line.len() - 32;
            format!("{}{number:032x}\n", &line[..digits])
        })
        .collect();
    let imported = imported.concat();
    let edited = edit(
        &COLLECTION,
        "Archive a book",
        "authentication:",
        "description: kept\n            authentication:",
    );
    for (ours, theirs) in [(&imported, &edited), (&edited, &imported)] {
        let merged = merge(&COLLECTION, ours, theirs);
        let (_, resources) = read(&merged.text);
        assert_eq!(names(&resources, "Request").len(), 60);
        assert!(merged.text.contains("description: kept"));
    }
}

#[test]
fn both_re_imported_one_collection_and_nothing_is_there_twice() {
    let import = |seed: usize| -> String {
        COLLECTION.replace("req_", &format!("req_{seed}")).replace("fld_", &format!("fld_{seed}"))
    };
    let (ours, theirs) = (import(1), edit(&import(2), "Get one book", "method: GET", "method: HEAD"));
    let merged = merge(&COLLECTION, &ours, &theirs);
    let (_, resources) = read(&merged.text);
    assert_eq!(names(&resources, "Request").len(), 60);
    assert_eq!(names(&resources, "RequestGroup").len(), 8);
    assert!(merged.text.contains("method: HEAD"));
}
