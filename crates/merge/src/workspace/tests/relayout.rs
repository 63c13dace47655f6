//! One side took a folder of resources into one file, the other went on in the folder.

use super::*;
use crate::Place;

const WORKSPACE: &str = "_id: wrk_1\ntype: Workspace\nparentId: null\nmodified: 1\ncreated: 1\nname: Library\ndescription: \"\"\nscope: collection\n";
const LOANS: &str = "_id: fld_1\ntype: RequestGroup\nparentId: wrk_1\nmodified: 2\ncreated: 2\nname: Loans\nmetaSortKey: -2\n";
const RETURNS: &str = "_id: fld_2\ntype: RequestGroup\nparentId: wrk_1\nmodified: 3\ncreated: 3\nname: Returns\nmetaSortKey: -3\n";
const LEND: &str = "_id: req_1\ntype: Request\nparentId: fld_1\nmodified: 4\ncreated: 4\nurl: /lend\nname: Lend\ndescription: To a reader\nmethod: POST\nbody: {}\nparameters: []\nheaders:\n  - id: pair_1\n    name: Accept\n    value: json\n  - id: pair_2\n    name: Token\n    value: x\nmetaSortKey: -4\nisPrivate: false\nsettingEncodeUrl: true\n";
const RENEW: &str = "_id: req_2\ntype: Request\nparentId: fld_1\nmodified: 5\ncreated: 5\nurl: /renew\nname: Renew\ndescription: \"\"\nmethod: POST\nbody: {}\nheaders: []\nmetaSortKey: -5\nisPrivate: false\nsettingEncodeUrl: true\n";
const SPEC: &str = "_id: spc_1\ntype: ApiSpec\nparentId: wrk_1\nmodified: 6\ncreated: 6\nfileName: spec\ncontents: \"openapi: 3.1.0\"\n";

const MOVED: &str = "\
type: collection.insomnia.rest/5.0
schema_version: \"5.1\"
name: Library
meta:
  id: wrk_1
  created: 1
  modified: 1
collection:
  - name: Loans
    meta:
      id: fld_1
      created: 2
      modified: 2
      sortKey: -2
    children:
      - url: /lend
        name: Lend
        meta:
          id: req_1
          created: 4
          modified: 4
          isPrivate: false
          description: To a reader
          sortKey: -4
        method: POST
        headers:
          - name: Accept
            value: json
          - name: Token
            value: x
        settings:
          encodeUrl: true
      - url: /renew # each week
        name: Renew
        meta:
          id: req_2
          created: 5
          modified: 5
          isPrivate: false
          sortKey: -5
        method: POST
        settings:
          encodeUrl: true
  - name: Returns
    meta:
      id: fld_2
      created: 3
      modified: 3
      sortKey: -3
spec:
  meta:
    id: spc_1
    created: 6
    modified: 6
  contents:
    openapi: 3.1.0
";

fn file_of(kind: &str, text: &str) -> (String, String) {
    let id = text.lines().next().and_then(|line| line.strip_prefix("_id: ")).expect("an id");
    (format!(".insomnia/{kind}/{id}.yml"), text.to_owned())
}

/// The folder, with some of its files otherwise; `None` where one is gone.
fn folder(edits: &[(&str, &str, Option<&str>)]) -> Tree {
    let all = [
        ("Workspace", WORKSPACE),
        ("RequestGroup", LOANS),
        ("RequestGroup", RETURNS),
        ("Request", LEND),
        ("Request", RENEW),
        ("ApiSpec", SPEC),
    ];
    let mut files: BTreeMap<String, String> = all.iter().map(|(kind, text)| file_of(kind, text)).collect();
    for (kind, old, new) in edits {
        files.remove(&file_of(kind, old).0);
        files.extend(new.map(|new| file_of(kind, new)));
    }
    tree(&files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>())
}

fn moved(text: &str) -> Tree {
    tree(&[("library.yaml", text)])
}

/// The merge from both sides, whoever came first: all of them have the same files, but for what is held.
fn merges(folder_side: &Tree, moved_side: &Tree) -> Vec<Merged> {
    let base = folder(&[]);
    let mut found = Vec::new();
    for format in ["insomnia-v4", "insomnia-v5"] {
        for first in [Side::Ours, Side::Theirs] {
            let setting = Setting { format, first, ..Setting::default() };
            found.push(merge_with(&setting, &base, folder_side, moved_side));
            found.push(merge_with(&setting, &base, moved_side, folder_side));
        }
    }
    found
}

/// What comes out, without a conflict, whoever moved and whoever came first.
#[track_caller]
fn clean(folder_side: &Tree, moved_side: &Tree, wanted: &Tree) {
    for merged in merges(folder_side, moved_side) {
        assert_eq!(merged.files(), Merged { tree: wanted.clone(), merge: merged.merge.clone() }.files());
        assert_eq!(merged.held(), [""; 0]);
    }
}

#[test]
fn what_was_changed_in_the_folder_is_changed_in_the_file() {
    let lend = LEND
        .replace("/lend", "/v2/lend")
        .replace("To a reader", "To any reader")
        .replace("value: json", "value: yaml")
        .replace("EncodeUrl: true", "EncodeUrl: false")
        .replace("modified: 4", "modified: 9");
    let edits = [("Request", LEND, Some(lend.as_str()))];
    let wanted = MOVED
        .replace("/lend", "/v2/lend")
        .replace("To a reader", "To any reader")
        .replace("value: json", "value: yaml")
        .replacen("encodeUrl: true", "encodeUrl: false", 1)
        .replace("modified: 4", "modified: 9");
    clean(&folder(&edits), &moved(MOVED), &moved(&wanted));
    // What the mover did meanwhile is there too.
    let renamed =
        |text: &str| text.replace("name: Renew", "name: Renew it").replace("name: Token", "name: Key");
    clean(&folder(&edits), &moved(&renamed(MOVED)), &moved(&renamed(&wanted)));
}

#[test]
fn what_was_empty_in_the_folder_gets_a_place_in_the_file() {
    let renew = RENEW
        .replace("headers: []", "headers:\n  - name: Accept\n    value: json")
        .replace("body: {}", "body:\n  mimeType: text/plain\n  text: soon");
    let wanted = MOVED.replace(
        "        method: POST\n        settings:\n          encodeUrl: true\n  - name: Returns",
        "        method: POST\n        settings:\n          encodeUrl: true\n        body:\n          mimeType: text/plain\n          text: soon\n        headers:\n          - name: Accept\n            value: json\n  - name: Returns",
    );
    clean(&folder(&[("Request", RENEW, Some(&renew))]), &moved(MOVED), &moved(&wanted));
}

#[test]
fn one_field_that_both_changed_is_held_at_its_place_in_the_file() {
    let lend = LEND.replace("/lend", "/ours").replace("method: POST", "method: PUT");
    let there = MOVED.replace("/lend", "/theirs");
    for merged in merges(&folder(&[("Request", LEND, Some(&lend))]), &moved(&there)) {
        let [conflict] = merged.merge.conflicts.as_slice() else { panic!("{:?}", merged.held()) };
        assert_eq!(conflict.field.to_string(), "/collection/0/children/0/url");
        assert_eq!(conflict.base, Some(syncline_document::Value::string("/lend")));
        assert_eq!(conflict.resource.as_ref().map(|it| it.name.as_str()), Some("Lend"));
        assert_eq!(merged.files().len(), 1);
        let text = merged.content("library.yaml");
        assert!(
            text.contains("method: PUT") && (text.contains("/ours") != text.contains("/theirs")),
            "{text}"
        );
    }
}

#[test]
fn what_was_removed_from_the_folder_is_removed_from_the_file() {
    let from = MOVED.find("      - url: /renew").expect("it is there");
    let to = MOVED.find("  - name: Returns").expect("it is there");
    let wanted = [&MOVED[..from], &MOVED[to..]].concat();
    clean(&folder(&[("Request", RENEW, None)]), &moved(MOVED), &moved(&wanted));
    let whole = [&MOVED[..MOVED.find("  - name: Loans").expect("it is there")], &MOVED[to..]].concat();
    let all = [("Request", RENEW, None), ("Request", LEND, None), ("RequestGroup", LOANS, None)];
    clean(&folder(&all), &moved(MOVED), &moved(&whole));
    clean(&Tree::new(), &moved(MOVED), &Tree::new());
}

#[test]
fn what_was_removed_from_the_folder_and_changed_in_the_file_is_held() {
    for there in [
        MOVED.replace("/renew", "/again"),
        MOVED.replace(
            "  - name: Returns",
            "      - url: /late\n        name: Late\n        meta:\n          id: req_9\n  - name: Returns",
        ),
    ] {
        let all = [("Request", RENEW, None), ("Request", LEND, None), ("RequestGroup", LOANS, None)];
        for merged in merges(&folder(&all), &moved(&there)) {
            assert_eq!(merged.files().len(), 1, "{:?}", merged.files());
            let text = merged.content("library.yaml");
            assert!(text.contains("/again") || text.contains("/late"), "{text}");
            assert_eq!(merged.held().len(), 1, "{:?}", merged.held());
        }
    }
}

#[test]
fn what_was_added_to_the_folder_is_added_to_the_file() {
    let late = "_id: req_9\ntype: Request\nparentId: fld_9\nmodified: 9\ncreated: 9\nurl: /late\nname: Late\ndescription: \"\"\nmethod: GET\nheaders: []\nmetaSortKey: -9\nisPrivate: false\nsettingEncodeUrl: false\n";
    let fines = "_id: fld_9\ntype: RequestGroup\nparentId: wrk_1\nmodified: 2\ncreated: 2.5\nname: Fines\nmetaSortKey: -1\n";
    let wanted = MOVED.replace("  - name: Returns", "  - name: Fines\n    meta:\n      id: fld_9\n      created: 2.5\n      modified: 2\n      sortKey: -1\n    children:\n      - url: /late\n        name: Late\n        meta:\n          id: req_9\n          created: 9\n          modified: 9\n          isPrivate: false\n          description: \"\"\n          sortKey: -9\n        method: GET\n        settings:\n          encodeUrl: false\n  - name: Returns");
    let edits = [("Request", late, Some(late)), ("RequestGroup", fines, Some(fines))];
    clean(&folder(&edits), &moved(MOVED), &moved(&wanted));
    // Without a place for it, it stays what it is.
    let proto = "_id: pf_1\ntype: ProtoFile\nparentId: wrk_1\nname: a.proto\nprotoText: x\n";
    let mut beside = moved(MOVED);
    beside.extend(tree(&[(".insomnia/ProtoFile/pf_1.yml", proto)]));
    clean(&folder(&[("ProtoFile", proto, Some(proto))]), &moved(MOVED), &beside);
}

#[test]
fn what_is_in_the_file_already_is_not_added_again() {
    let from = LEND.replace("req_1", "req_9");
    let there =
        MOVED.replace("req_2", "req_9").replace("/renew", "/lend").replace("name: Renew", "name: Lend");
    let there = there.replace("created: 5\n          modified: 5", "created: 4\n          modified: 4");
    let there = there.replace("sortKey: -5", "sortKey: -4");
    let edits = [("Request", RENEW, None), ("Request", from.as_str(), Some(from.as_str()))];
    for merged in merges(&folder(&edits), &moved(&there)) {
        assert_eq!(merged.files().len(), 1, "{:?}", merged.files());
        let text = merged.content("library.yaml");
        assert_eq!((text.matches("req_9").count(), text.matches("name: Token").count()), (1, 2), "{text}");
        assert_eq!(merged.held(), [""; 0]);
    }
}

#[test]
fn what_went_to_another_folder_goes_there_in_the_file() {
    let renew = RENEW.replace("fld_1", "fld_2").replace("/renew", "/again");
    for merged in merges(&folder(&[("Request", RENEW, Some(&renew))]), &moved(MOVED)) {
        assert_eq!(merged.held(), [""; 0]);
        let text = merged.content("library.yaml");
        let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} in {text}"));
        assert!(at("/again") > at("name: Returns") && !text.contains("/renew"), "{text}");
    }
}

#[test]
fn what_the_mover_left_out_and_the_other_changed_is_held_in_the_file() {
    let from = MOVED.find("      - url: /renew").expect("it is there");
    let to = MOVED.find("  - name: Returns").expect("it is there");
    let there = [&MOVED[..from], &MOVED[to..]].concat();
    let renew = RENEW.replace("/renew", "/again");
    for merged in merges(&folder(&[("Request", RENEW, Some(&renew))]), &moved(&there)) {
        assert_eq!(merged.files().len(), 1, "{:?}", merged.files());
        assert!(merged.content("library.yaml").contains("/again"));
        assert_eq!(merged.held().len(), 1, "{:?}", merged.held());
    }
}

#[test]
fn what_the_layouts_do_not_say_in_the_same_way_is_held_as_a_file() {
    let spec = SPEC.replace("3.1.0", "3.1.1");
    for merged in merges(&folder(&[("ApiSpec", SPEC, Some(&spec))]), &moved(MOVED)) {
        assert_eq!(merged.content("library.yaml"), MOVED);
        assert_eq!(merged.content(".insomnia/ApiSpec/spc_1.yml"), spec);
        assert!(!merged.held().is_empty());
    }
}

#[test]
fn what_both_took_to_a_file_is_one_collection() {
    for (format, first) in [("insomnia-v4", Side::Ours), ("insomnia-v5", Side::Theirs)] {
        let setting = Setting { format, first, ..Setting::default() };
        let lend = MOVED.replace("/lend", "/ours");
        let theirs = tree(&[("insomnia.yaml", MOVED)]);
        let merged = merge_with(&setting, &folder(&[]), &moved(&lend), &theirs);
        // It is one collection, under two names; what it said before nobody knows in the words of the new layout.
        let held: Vec<_> = merged.merge.conflicts.iter().map(|it| (it.place, it.field.to_string())).collect();
        let url = "/collection/0/children/0/url".to_owned();
        assert_eq!(held, [(Place::Path, String::new()), (Place::Field, url)]);
        assert_eq!(merged.files().len(), 1, "{:?}", merged.files());
    }
}
