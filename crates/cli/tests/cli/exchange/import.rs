//! `syncline import`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use snapbox::{assert_data_eq, str};

use super::{KINDS, export, files, library, resources};
use crate::support::Installation;

const REQUEST: &str = ".insomnia/Request/req_1.yml";

#[test]
fn an_export_becomes_a_file_for_each_resource_and_can_be_taken_back() {
    let here = library();
    let preview = here.syncline(["import", "../library.json", "--preview"]).expect_code(0);
    assert!(
        preview.stdout().starts_with("Would import from library.json: 4 changes\n"),
        "{}",
        preview.stdout()
    );
    assert_eq!(files(&here), [""; 0]);
    let ran = here.syncline(["import", "../library.json"]);
    assert_data_eq!(
        ran.transcript(),
        str![[r#"
Imported from library.json: 4 changes
  + added  Request       List books        .insomnia/Request/req_1.yml
  + added  RequestGroup  Books             .insomnia/RequestGroup/fld_1.yml
  + added  Workspace     Library           .insomnia/Workspace/wrk_1.yml
  + added  Environment   Base Environment  .insomnia/Environment/env_1.yml
Left out, as nothing to share: 1 cookie_jar
stderr: hint: `syncline commit` keeps it, `syncline undo` takes it back
exit: 0

"#]]
    );
    assert_data_eq!(
        here.read(REQUEST),
        str![[r#"
_id: req_1
type: Request
parentId: fld_1
modified: 1700000000003
created: 1700000000003
url: https://library.example/books
name: List books
description: ""
method: GET
body: {}
parameters:
  - name: page
    value: "1.10"
headers:
  - name: Accept
    value: application/json
authentication: {}
metaSortKey: -1700000000003
isPrivate: false

"#]]
    );
    let status = here.syncline(["status", "--json"]).expect_code(0).json();
    assert_eq!(
        (&status["format"], status["changes"].as_array().map(Vec::len)),
        (&json!("insomnia-v4"), Some(4))
    );
    here.syncline(["undo"]).expect_code(0);
    assert_eq!(files(&here), [""; 0]);
}

#[test]
fn what_is_in_the_file_and_not_selected_is_neither_removed_nor_called_only_here() {
    let here = library();
    here.syncline(["import", "../library.json"]).expect_code(0);
    let own = here.read(REQUEST).replace("req_1", "req_own").replace("List books", "Ours");
    let beside = own.replace("req_own", "req_beside").replace("fld_1", "wrk_1");
    here.write(".insomnia/Request/req_own.yml", &own);
    here.write(".insomnia/Request/req_beside.yml", &beside);
    let before = files(&here);
    let only_here = |report: &Json| {
        let named = report["only_here"].as_array().expect("a list").iter();
        named.map(|one| one["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    let request = ["import", "--json", "../library.json", "Request:List books"];
    assert_eq!(only_here(&here.syncline(request).expect_code(0).json()), [""; 0]);
    let folder = ["import", "--json", "../library.json", "RequestGroup:Books"];
    assert_eq!(only_here(&here.syncline(folder).expect_code(0).json()), ["req_own"]);
    here.syncline([&request[..], &["--exact"]].concat()).expect_code(0);
    assert_eq!(files(&here), before);
    here.syncline([&folder[..], &["--exact"]].concat()).expect_code(0);
    let left: Vec<_> = before.iter().filter(|path| !path.contains("req_own")).cloned().collect();
    assert_eq!(files(&here), left);
}

#[test]
fn an_export_in_yaml_and_the_apps_own_data_bring_the_same() {
    let here = library();
    here.syncline(["import", "../library.json"]).expect_code(0);
    let yaml = here.syncline(["import", "--json", "../library.json"]).expect_code(0).json();
    assert_eq!((&yaml["unchanged"], &yaml["changes"]), (&json!(4), &json!([])));
    let value = syncline_document::Value::from_json(&export(&resources()));
    here.write("../library.yaml", &value.to_text(syncline_document::Language::Yaml).expect("plain data"));
    let yaml = here.syncline(["import", "--json", "../library.yaml"]).expect_code(0).json();
    assert_eq!((&yaml["unchanged"], &yaml["changes"]), (&json!(4), &json!([])));
    write_app_data(&here, resources());
    let app = here.syncline(["import", "--json", "../app"]).expect_code(0).json();
    assert_eq!((&app["unchanged"], &app["changes"]), (&json!(4), &json!([])));
}

/// The folder of an app that wrote some resources, each twice.
pub(super) fn write_app_data(here: &Installation, resources: Vec<Json>) {
    let mut files: BTreeMap<&str, String> = BTreeMap::new();
    for mut resource in resources {
        let fields = resource.as_object_mut().expect("an object");
        let word = fields.remove("_type").expect("it has one");
        let kind = KINDS.iter().find(|(own, _)| word == *own).expect("a known kind").1;
        fields.insert("type".to_owned(), json!(kind));
        if kind == "Workspace" {
            fields.insert("parentId".to_owned(), json!("proj_1"));
        }
        let last = resource.clone();
        resource["name"] = json!("As it was before");
        let _ = write!(files.entry(kind).or_default(), "{resource}\n{last}\n");
    }
    for (kind, text) in files {
        here.write(&format!("../app/insomnia.{kind}.db"), &text);
    }
    here.write("../app/insomnia.Settings.db", "{\"_id\":\"set_1\",\"type\":\"Settings\"}\n");
}

#[test]
fn of_the_apps_data_the_last_line_counts_and_a_broken_one_is_named() {
    let here = library();
    write_app_data(&here, resources());
    let gone = json!({"_id": "env_gone", "type": "Environment", "parentId": "env_1", "name": "Gone"});
    let private = json!({"_id": "env_2", "type": "Environment", "parentId": "env_1", "name": "Mine", "isPrivate": true});
    here.replace("../app/insomnia.Environment.db", "{\"_id\"", &format!("{gone}\n{private}\n{{\"_id\""));
    let mut text = here.read("../app/insomnia.Environment.db");
    text.push_str("{\"$$deleted\":true,\"_id\":\"env_gone\"}\n{\"$$indexCreated\":{\"fieldName\":\"parentId\"}}\n{\"_id\":\"env_");
    here.write("../app/insomnia.Environment.db", &text);
    let ran = here.syncline(["import", "../app"]);
    assert_data_eq!(
        ran.transcript(),
        str![[r#"
Imported from app: 4 changes
  + added  Environment   Base Environment  .insomnia/Environment/env_1.yml
  + added  Request       List books        .insomnia/Request/req_1.yml
  + added  RequestGroup  Books             .insomnia/RequestGroup/fld_1.yml
  + added  Workspace     Library           .insomnia/Workspace/wrk_1.yml
Left out, as nothing to share: 1 private
Left out, as 1 place cannot be read
  insomnia.Environment.db:9: unterminated string literal
stderr: hint: `syncline commit` keeps it, `syncline undo` takes it back
exit: 1

"#]]
    );
    assert!(here.read(".insomnia/Workspace/wrk_1.yml").contains("parentId: null\n"));
    assert!(!files(&here).iter().any(|path| path.contains("env_gone") || path.contains("env_2")));
}

/// A workspace that has the library, and in it what people wrote by hand.
fn with_library() -> Installation {
    let here = library();
    here.syncline(["import", "../library.json"]).expect_code(0);
    here.replace(REQUEST, "name: List books", "name: 'List books' # the most used one");
    here.syncline(["commit", "-m", "Add the library"]).expect_code(0);
    here
}

fn changed(change: impl FnOnce(&mut Vec<Json>)) -> String {
    let mut changed = resources();
    change(&mut changed);
    export(&changed).to_string()
}

#[test]
fn what_is_here_is_changed_in_place_and_what_is_the_same_stays_byte_for_byte() {
    let here = with_library();
    here.syncline(["import", "../library.json"]).expect_code(0);
    assert_eq!(here.git(["status", "--porcelain"]), "");
    here.write("../library.json", &changed(|all| all[0]["modified"] = json!(1_800_000_000_000_u64)));
    here.syncline(["import", "../library.json"]).expect_code(0);
    assert_eq!(here.git(["status", "--porcelain"]), "", "a timestamp alone is no change");
    here.write("../library.json", &changed(|all| all[0]["name"] = json!("List all books")));
    here.syncline(["import", "../library.json"]).expect_code(0);
    let diff = here.git(["diff", "--unified=0"]);
    let lines: Vec<_> =
        diff.lines().filter(|line| line.starts_with(['+', '-']) && !line.contains('/')).collect();
    assert_eq!(
        lines,
        ["-name: 'List books' # the most used one", "+name: 'List all books' # the most used one"]
    );
}

#[test]
fn what_is_only_here_stays_unless_the_import_is_exact() {
    let here = with_library();
    here.replace(REQUEST, "method: GET\n", "method: GET\nnote: ours\n");
    here.write("../less.json", &changed(|all| drop(all.remove(3))));
    let ran = here.syncline(["import", "../less.json"]);
    assert_data_eq!(
        ran.transcript(),
        str![[r#"
Nothing imported: all is here as it is in less.json
Only here, and kept (--exact takes them out)
  Environment Base Environment
Left out, as nothing to share: 1 cookie_jar
exit: 0

"#]]
    );
    let ran = here.syncline(["import", "../less.json", "--exact"]);
    assert_data_eq!(
        ran.transcript(),
        str![[r#"
Imported from less.json: 2 changes (1 modified and 1 removed)
  ~ modified  Request      List books        .insomnia/Request/req_1.yml
      note
  - removed   Environment  Base Environment  .insomnia/Environment/env_1.yml
Left out, as nothing to share: 1 cookie_jar
stderr: hint: `syncline commit` keeps it, `syncline undo` takes it back
exit: 0

"#]]
    );
    assert!(!here.read(REQUEST).contains("note"));
}

#[test]
fn a_reimport_with_other_ids_changes_nothing_but_what_is_new() {
    let here = with_library();
    let mut all = resources();
    all.push(json!({"_id": "uts_1", "parentId": "wrk_1", "name": "Suite", "_type": "unit_test_suite"}));
    all.push(json!({"_id": "ut_1", "parentId": "uts_1", "name": "Returns 200", "requestId": "req_1",
        "code": "await insomnia.send('req_1');", "_type": "unit_test"}));
    let again = export(&all).to_string().replace("_1\"", "_9\"").replace("_1'", "_9'");
    here.write("../again.json", &again);
    let ran = here.syncline(["import", "../again.json"]);
    assert_data_eq!(
        ran.transcript(),
        str![[r#"
Imported from again.json: 2 changes
  + added  UnitTestSuite  Suite        .insomnia/UnitTestSuite/uts_9.yml
  + added  UnitTest       Returns 200  .insomnia/UnitTest/ut_9.yml
4 resources have another id there, and kept the one they have here
Left out, as nothing to share: 1 cookie_jar
stderr: hint: `syncline commit` keeps it, `syncline undo` takes it back
exit: 0

"#]]
    );
    let test = here.read(".insomnia/UnitTest/ut_9.yml");
    assert!(test.contains("requestId: req_1\n") && test.contains("send('req_1')"), "{test}");
}

#[test]
fn chosen_resources_come_with_what_is_around_them() {
    let here = library();
    here.syncline(["import", "../library.json", "Request:List books"]).expect_code(0);
    let expected = [REQUEST, ".insomnia/RequestGroup/fld_1.yml", ".insomnia/Workspace/wrk_1.yml"];
    assert_eq!(files(&here), expected);
    here.syncline(["import", "../library.json", "Request:Lend"]).expect_code(2);
}

#[test]
fn two_thousand_requests_come_in() {
    let here = library();
    let first = resources().remove(0);
    let many = (0..2_000).map(|number| {
        let mut one = first.clone();
        one["_id"] = json!(format!("req_a{number}"));
        one["url"] = json!(format!("https://library.example/books/{number}"));
        one
    });
    here.write(
        "../library.json",
        &export(&resources().into_iter().chain(many).collect::<Vec<_>>()).to_string(),
    );
    let report = here.syncline(["import", "--json", "../library.json"]).expect_code(0).json();
    assert_eq!(report["changes"].as_array().map(Vec::len), Some(2_004));
}

/// An export of version 5: the file of a workspace.
fn export_5() -> String {
    let items = [("req_1", "List books", "GET"), ("req_2", "Lend a book", "POST")].map(|(id, name, method)| {
        format!("  - url: https://library.example\n    name: {name}\n    meta:\n      id: {id}\n    method: {method}\n")
    });
    format!(
        "type: collection.insomnia.rest/5.0\nname: Library\nmeta:\n  id: wrk_1\ncollection:\n{}",
        items.concat()
    )
}

#[test]
fn an_export_of_version_5_becomes_the_file_that_it_is() {
    let here = Installation::new();
    here.syncline(["init"]).expect_code(0);
    here.write("../library.yaml", &export_5());
    here.syncline(["import", "../library.yaml"]).expect_code(0);
    assert_eq!(here.read("insomnia.wrk_1.yaml"), export_5());
}

#[test]
fn version_5_is_merged_into_the_file_that_is_here_whatever_its_name_and_ids() {
    let here = Installation::new();
    here.syncline(["init"]).expect_code(0);
    let ours = export_5().replace("name: Lend a book", "name: Lend a book # once")
        + "cookieJar:\n  name: Jar\n  meta:\n    id: jar_1\n";
    here.write("apis/library.yaml", &ours);
    here.syncline(["commit", "-m", "Add the library"]).expect_code(0);
    here.write("../library.yaml", &export_5());
    let same = here.syncline(["import", "../library.yaml", "--json"]).expect_code(0).json();
    assert_eq!((&same["changes"], &same["only_here"][0]["id"]), (&json!([]), &json!("jar_1")));
    let again = export_5().replace("_1\n", "_8\n").replace("_2\n", "_9\n");
    here.write("../library.yaml", &again);
    let same = here.syncline(["import", "../library.yaml", "--json"]).expect_code(0).json();
    assert_eq!((&same["changes"], &same["paired"]), (&json!([]), &json!(3)));
    here.write("../library.yaml", &export_5().replace("method: POST", "method: PUT"));
    let ran = here.syncline(["import", "../library.yaml"]);
    assert_data_eq!(
        ran.transcript(),
        str![[r#"
Imported from library.yaml: 1 change
  ~ modified  Request  Lend a book  apis/library.yaml
      method
Only here, and kept (--exact takes them out)
  CookieJar Jar
stderr: hint: `syncline commit` keeps it, `syncline undo` takes it back
exit: 0

"#]]
    );
    assert_eq!(here.read("apis/library.yaml"), ours.replace("method: POST", "method: PUT"));
}

#[test]
fn an_export_of_another_version_is_refused() {
    let here = library();
    here.write("insomnia.wrk_1.yaml", &export_5());
    here.syncline(["commit", "-m", "Add the library"]).expect_code(0);
    assert_data_eq!(
        here.syncline(["import", "../library.json"]).transcript(),
        str![[r#"
stderr: error: `library.json` is of the format insomnia-v4, and this workspace of insomnia-v5
stderr: hint: let Insomnia take it in and export it in the workspace's version, or import it into a workspace of its own
exit: 3

"#]]
    );
    assert_eq!(here.git(["status", "--porcelain"]), "");
}

#[test]
fn many_changes_in_one_file_are_each_made_in_its_place() {
    let here = Installation::new();
    here.syncline(["init"]).expect_code(0);
    let items = (0..40).map(|number| {
        format!("  - url: https://library.example/{number} # no. {number}\n    name: Request {number}\n    meta: {{id: req_{number}}}\n    method: GET\n")
    });
    let head = "type: collection.insomnia.rest/5.0\nname: Library # ours\nmeta:\n  id: wrk_1\ncollection:\n";
    let ours = format!("{head}{}", items.collect::<String>());
    here.write("library.yaml", &ours);
    here.syncline(["commit", "-m", "Add the library"]).expect_code(0);
    let theirs = ours.replace("GET", "PUT").replace(" # ", " #").replace("  - url: https://library.example/7 ", "  - url: https://library.example/new\n    name: New\n    meta: {id: req_new}\n    method: GET\n  - url: https://library.example/7 ");
    here.write("../theirs.yaml", &theirs);
    here.syncline(["import", "../theirs.yaml"]).expect_code(0);
    let new = "  - url: https://library.example/new\n    name: New\n    meta:";
    let (before, after) = (here.read("library.yaml"), ours.replace("GET", "PUT"));
    let (start, rest) = before.split_once(new).expect("it is there");
    let rest = rest.split_once("  - url").expect("it is in its place").1;
    assert_eq!(format!("{start}  - url{rest}"), after);
}

#[test]
fn beside_a_broken_file_with_the_same_resources_a_second_one_was_made() {
    let here = Installation::with_collection();
    here.write("../again.yaml", &here.read("library.yaml"));
    here.write("library.yaml", &(here.read("library.yaml") + "\n  broken: [\n"));
    assert_data_eq!(
        here.syncline(["import", "../again.yaml"]).transcript(),
        str![[r#"
stderr: error: `library.yaml` cannot be read and may have them: nothing was imported
stderr: hint: mend it or discard it, and run the command again
exit: 3

"#]]
    );
    here.syncline(["discard", "library.yaml"]).expect_code(0);
    here.syncline(["import", "../again.yaml"]).expect_code(0);
    assert_eq!(files(&here), ["library.yaml"]);
}
