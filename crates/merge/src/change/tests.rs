//! Changes of real shapes.

use syncline_document::Language;
use syncline_format::Formats;

use super::*;

pub(super) const COLLECTION: &str = "\
type: collection.insomnia.rest/5.0
name: Lending
meta: {id: wrk_1, modified: 1}
collection:
  - name: Loans
    meta: {id: fld_1, sortKey: 1}
    children:
      - url: a
        name: Lend
        meta: {id: req_1, modified: 10, sortKey: -3}
        headers:
          - {name: Accept, value: json}
          - {name: X-Trace, value: \"1\"}
      - {url: b, name: Give back, meta: {id: req_2, modified: 10, sortKey: -2}}
      - {url: c, name: Renew, meta: {id: req_3, modified: 10, sortKey: -1}}
  - name: Holds
    meta: {id: fld_2, sortKey: 2}
    children: []
";

fn diff_as(format: &str, path: &str, old: Option<&str>, new: Option<&str>) -> Differences {
    let formats = Formats::built_in();
    let path = RepoPath::new(path).expect("a good path");
    let read = |text: Option<&str>| text.and_then(|it| Document::parse(it.as_bytes(), Language::Yaml).ok());
    let (old_document, new_document) = (read(old), read(new));
    differences(
        &path,
        old.map(|text| FileVersion { bytes: text.as_bytes(), document: old_document.as_ref() }),
        new.map(|text| FileVersion { bytes: text.as_bytes(), document: new_document.as_ref() }),
        formats.get(format).expect("built in"),
    )
}

fn diff(old: &str, new: &str) -> Differences {
    diff_as("insomnia-v5", "a.yaml", Some(old), Some(new))
}

fn lines(changes: &[Change]) -> Vec<String> {
    let field = |field: &FieldChange| format!(" {}", field.pointer);
    let fields = |change: &Change| change.fields.iter().map(field).collect::<String>();
    changes.iter().map(|it| format!("{:?} {} {}:{}", it.change, it.kind, it.name, fields(it))).collect()
}

fn edited(edits: &[(&str, &str)]) -> Vec<String> {
    let new = edits.iter().fold(COLLECTION.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "`{from}` is there");
        text.replacen(from, to, 1)
    });
    lines(&diff(COLLECTION, &new).changes)
}

#[test]
fn a_field_of_a_request_is_a_change_of_that_request() {
    assert_eq!(edited(&[("url: a", "url: z")]), ["Modified Request Lend: /url"]);
    assert_eq!(edited(&[("name: Lending", "name: Library")]), ["Modified Workspace Library: /name"]);
    assert_eq!(edited(&[("name: Loans", "name: Lent")]), ["Modified RequestGroup Lent: /name"]);
}

#[test]
fn items_of_a_list_are_found_by_identity() {
    let added = ("        headers:\n", "        headers:\n          - {name: First, value: x}\n");
    assert_eq!(edited(&[added]), ["Modified Request Lend: /headers/0"]);
    assert_eq!(
        edited(&[added, ("value: json", "value: xml")]),
        ["Modified Request Lend: /headers/0 /headers/1/value"]
    );
    let removed = ("          - {name: Accept, value: json}\n", "");
    assert_eq!(edited(&[removed]), ["Modified Request Lend: /headers/0"]);
}

#[test]
fn a_timestamp_alone_is_noise_and_travels_with_a_real_change() {
    let new = COLLECTION.replacen("modified: 10", "modified: 99", 1);
    let found = diff(COLLECTION, &new);
    assert!(found.changes.is_empty());
    assert_eq!(lines(&found.noise), ["Modified Request Lend:"]);
    assert_eq!(found.noise[0].noise[0].pointer.to_string(), "/meta/modified");
    let found = diff(COLLECTION, &new.replacen("url: a", "url: z", 1));
    assert_eq!(lines(&found.changes), ["Modified Request Lend: /url"]);
    assert_eq!(found.changes[0].noise.len(), 1);
    assert!(found.noise.is_empty());
}

#[test]
fn a_comment_beside_a_timestamp_is_a_change() {
    let new = COLLECTION.replacen("modified: 10", "modified: 99", 1).replacen("url: a", "url: a # new", 1);
    let found = diff(COLLECTION, &new);
    assert_eq!(lines(&found.changes), ["Modified Workspace Lending:"]);
    assert_eq!(found.changes[0].lines, Some(LineCounts { added: 2, removed: 2 }));
}

#[test]
fn an_order_field_counts_only_by_the_order_it_gives() {
    assert!(edited(&[("sortKey: -3", "sortKey: -30")]).is_empty());
    assert_eq!(edited(&[("sortKey: -3", "sortKey: 7")]), ["Reordered Request Lend: /meta/sortKey"]);
    assert_eq!(
        edited(&[("sortKey: -3", "sortKey: 7"), ("url: a", "url: z")]),
        ["Modified Request Lend: /url /meta/sortKey"]
    );
}

#[test]
fn a_request_moves_to_another_folder_with_its_edit() {
    let line = "      - {url: b, name: Give back, meta: {id: req_2, modified: 10, sortKey: -2}}\n";
    let there = format!("children:\n{line}");
    assert_eq!(edited(&[(line, ""), ("children: []\n", &there)]), ["Moved Request Give back:"]);
    let there = there.replace("url: b", "url: z");
    assert_eq!(edited(&[(line, ""), ("children: []\n", &there)]), ["Moved Request Give back: /url"]);
}

#[test]
fn added_and_removed_requests_show_their_fields() {
    let line = "      - {url: b, name: Give back, meta: {id: req_2, modified: 10, sortKey: -2}}\n";
    let new = COLLECTION.replacen(line, "", 1);
    assert_eq!(lines(&diff(COLLECTION, &new).changes), ["Removed Request Give back: /url /name /meta"]);
    let back = diff(&new, COLLECTION).changes;
    assert_eq!(lines(&back), ["Added Request Give back: /url /name /meta"]);
    assert_eq!((&back[0].fields[0].before, &back[0].fields[0].after), (&None, &Some(Value::string("b"))));
    assert_eq!(back[0].parent.as_ref().map(|parent| parent.id.as_str()), Some("fld_1"));
}

#[test]
fn a_removed_folder_takes_its_requests_along() {
    let new = &COLLECTION[..COLLECTION.find("collection:\n").expect("it is there")];
    assert_eq!(diff(COLLECTION, new).changes.len(), 5);
    assert!(diff(COLLECTION, new).changes.iter().all(|change| change.change == ChangeKind::Removed));
}

#[test]
fn a_whole_file_is_all_its_resources() {
    let kinds = |changes: Vec<Change>| changes.iter().map(|it| it.change).collect::<Vec<_>>();
    assert_eq!(
        kinds(diff_as("insomnia-v5", "a.yaml", None, Some(COLLECTION)).changes),
        [ChangeKind::Added; 6]
    );
    assert_eq!(
        kinds(diff_as("insomnia-v5", "a.yaml", Some(COLLECTION), None).changes),
        [ChangeKind::Removed; 6]
    );
    assert!(diff_as("insomnia-v5", "a.yaml", None, None).changes.is_empty());
}

#[test]
fn after_a_re_import_resources_are_known_by_their_natural_keys() {
    let again = ["wrk_1", "fld_1", "fld_2", "req_1", "req_2", "req_3"]
        .iter()
        .fold(COLLECTION.to_owned(), |text, id| text.replace(id, &format!("{id}0")))
        .replace("url: a", "url: z");
    let found = lines(&diff(COLLECTION, &again).changes);
    assert_eq!(found[2], "Added Request Lend: /url /name /meta /headers");
    assert_eq!(found[0], "Modified Workspace Lending: /meta/id");
    assert_eq!(found[3], "Modified Request Give back: /meta/id");
    assert_eq!(found.len(), 7);
}

#[test]
fn an_id_that_occurs_twice_is_none() {
    let twice = COLLECTION.replace("req_2", "req_1");
    let found = lines(&diff(COLLECTION, &twice).changes);
    assert!(found.iter().all(|line| !line.starts_with("Modified Request")), "{found:?}");
}

#[test]
fn a_file_of_one_resource() {
    let old = "_id: req_1\ntype: Request\nparentId: fld_1\nmodified: 1\nname: Lend\nmetaSortKey: 1\n";
    let path = ".insomnia/Request/req_1.yml";
    let edit = |from: &str, to: &str| {
        lines(&diff_as("insomnia-v4", path, Some(old), Some(&old.replace(from, to))).changes)
    };
    assert_eq!(edit("fld_1", "fld_2"), ["Moved Request Lend: /parentId"]);
    assert_eq!(edit("name: Lend", "name: Lent"), ["Modified Request Lent: /name"]);
    assert!(edit("modified: 1", "modified: 2").is_empty());
    assert_eq!(edit("metaSortKey: 1", "metaSortKey: 2"), ["Reordered Request Lend: /metaSortKey"]);
}

#[test]
fn a_file_that_no_format_reads_is_one_change_with_line_counts() {
    let found = diff_as("generic", "a.txt", None, Some("a\nb\n")).changes;
    let other = differences(
        &RepoPath::new("a.txt").expect("a good path"),
        Some(FileVersion { bytes: b"a\nb\n", document: None }),
        Some(FileVersion { bytes: b"a\nc\nd\n", document: None }),
        Formats::built_in().get("generic").expect("built in"),
    );
    assert_eq!(lines(&found), ["Added file a.txt:"]);
    assert_eq!(other.changes[0].lines, Some(LineCounts { added: 2, removed: 1 }));
    assert_eq!(lines(&other.changes), ["Modified file a.txt:"]);
    assert_eq!(LineCounts::between(b"\0", b""), None);
}

#[test]
fn any_yaml_file_is_one_resource_with_fields() {
    let found = |old: &str, new: &str| lines(&diff_as("generic", "d.yaml", Some(old), Some(new)).changes);
    assert_eq!(found("a: 1\nb: {c: 2}\n", "a: 1\nb: {c: 3, d: 4}\n"), ["Modified yaml d.yaml: /b/c /b/d"]);
    assert_eq!(found("l: [1, 2, 3]\n", "l: [1, 2, 3, 4]\n"), ["Modified yaml d.yaml: /l/3"]);
    assert_eq!(found("l: [1, 2, 3]\n", "l: [3, 2]\n"), ["Modified yaml d.yaml: /l"]);
    assert_eq!(found("l: [{x: 1}, {x: 2}]\n", "l: [{x: 1}, {x: 3}]\n"), ["Modified yaml d.yaml: /l/1/x"]);
    assert_eq!(found("a: 1\n---\nb: 2\n", "a: 1\n---\nb: 3\n"), ["Modified yaml d.yaml: /1/b"]);
    assert_eq!(found("a: 1\n", "a: 1 # why\n"), ["Modified yaml d.yaml:"]);
    assert_eq!(found("a: 1\nb: 2\n", "b: 2\na: 1\n"), ["Modified yaml d.yaml:"]);
}

#[test]
fn a_resource_that_left_one_file_for_another_has_moved() {
    let text = "_id: req_1\ntype: Request\nparentId: fld_1\nname: Lend\nurl: a\n";
    let gone = diff_as("insomnia-v4", ".insomnia/Request/req_1.yml", Some(text), None).changes;
    let new = text.replace("url: a", "url: b");
    let come = diff_as("insomnia-v4", "x/.insomnia/Request/req_1.yml", None, Some(&new)).changes;
    let joined = join_moves([gone.clone(), come].concat());
    assert_eq!(lines(&joined), ["Moved Request Lend: /url"]);
    assert_eq!(joined[0].old_path, RepoPath::new(".insomnia/Request/req_1.yml").ok());
    assert_eq!(join_moves(gone.clone()), gone);
}

#[test]
fn a_file_under_another_name_has_moved_with_all_that_is_in_it() {
    let formats = Formats::built_in();
    let moved = |format: &str, old: &str, new: &str| {
        let paths = [RepoPath::new("a.yaml").expect("a path"), RepoPath::new("b.yaml").expect("a path")];
        let documents = [old, new].map(|text| Document::parse(text.as_bytes(), Language::Yaml).ok());
        let versions = [(old, &documents[0]), (new, &documents[1])]
            .map(|(text, document)| FileVersion { bytes: text.as_bytes(), document: document.as_ref() });
        let format = formats.get(format).expect("built in");
        lines(&changes_of_moved((&paths[0], versions[0]), (&paths[1], versions[1]), format))
    };
    let new = COLLECTION.replace("url: a", "url: z").replacen("modified: 10", "modified: 99", 1);
    let found = moved("insomnia-v5", COLLECTION, &new);
    assert_eq!(
        found[..3],
        ["Moved Workspace Lending:", "Moved RequestGroup Loans:", "Moved Request Lend: /url"]
    );
    assert_eq!(moved("generic", "a: 1\n", "a: 1\n"), ["Moved yaml b.yaml:"]);
    assert_eq!(moved("generic", "a: 1\n", "a: 2\n"), ["Moved yaml b.yaml: /a"]);
    assert_eq!(moved("generic", "a: [\n", "a: {\n"), ["Moved file b.yaml:"]);
}

fn verdict(edits: &[(&str, &str)]) -> Verdict {
    let new = edits.iter().fold(COLLECTION.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "`{from}` is there");
        text.replacen(from, to, 1)
    });
    Verdict::of(&diff(COLLECTION, &new).changes)
}

#[test]
fn a_verdict_is_the_most_that_differs() {
    assert_eq!(verdict(&[("modified: 10", "modified: 99")]), Verdict::MetadataOnly);
    assert_eq!(verdict(&[("url: a", "url: a # why")]), Verdict::MetadataOnly);
    assert_eq!(verdict(&[("sortKey: -3", "sortKey: 7")]), Verdict::OrderOnly);
    assert_eq!(verdict(&[("url: b, name: Give back", "name: Give back, url: b")]), Verdict::OrderOnly);
    assert_eq!(verdict(&[("sortKey: -3", "sortKey: 7"), ("url: a", "url: z")]), Verdict::Content);
    assert_eq!(verdict(&[("modified: 10", "modified: 99"), ("url: b", "url: z")]), Verdict::Content);
    let headers = "          - {name: Accept, value: json}\n          - {name: X-Trace, value: \"1\"}\n";
    let turned = "          - {name: X-Trace, value: \"1\"}\n          - {name: Accept, value: json}\n";
    assert_eq!(verdict(&[(headers, turned)]), Verdict::OrderOnly);
    let other = turned.replace("json", "xml");
    assert_eq!(verdict(&[(headers, other.as_str())]), Verdict::Content);
}

#[test]
fn what_no_document_is_has_content() {
    let found = diff_as("generic", "a.txt", Some("a: [\n"), Some("b: [\n"));
    assert_eq!(Verdict::of(&found.changes), Verdict::Content);
}

#[test]
fn items_of_a_list_are_told_by_name() {
    let new = COLLECTION.replace("value: json", "value: xml");
    let fields = diff(COLLECTION, &new).changes.remove(0).fields;
    assert_eq!(fields[0].items, [None, Some("Accept".to_owned()), None]);
}

#[test]
fn a_new_name_is_told_with_the_old_one() {
    let new = COLLECTION.replace("name: Renew", "name: Prolong");
    let change = diff(COLLECTION, &new).changes.remove(0);
    assert_eq!((change.name.as_str(), change.old_name.as_deref()), ("Prolong", Some("Renew")));
}

#[test]
fn an_item_known_by_one_of_several_keys_is_told_by_that_key_alone() {
    let old = "pipeline:\n  identifier: p\n  stages:\n    - stage:\n        identifier: build\n        spec: {a: 1}\n";
    let path = ".harness/p.yaml";
    let new = old.replace("a: 1", "a: 2");
    let fields = diff_as("harness", path, Some(old), Some(&new)).changes.remove(0).fields;
    assert_eq!(fields[0].items[..2], [None, Some("build".to_owned())]);
}
