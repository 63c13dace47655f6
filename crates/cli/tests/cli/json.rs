//! The objects of `--json`: what scripts may rely on.

use std::fmt::Write as _;

use serde_json::{Value, json};
use snapbox::{assert_data_eq, file};

use crate::remote::Team;
use crate::sharing::with_example;
use crate::support::Installation;

/// The names in an object, and in the first item of each list, however deep: the shape without the values.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), shape(value))).collect(),
        Value::Array(items) => items.first().map_or_else(|| json!([]), |first| json!([shape(first)])),
        Value::Null => json!("null"),
        Value::Bool(_) => json!("truth value"),
        Value::Number(_) => json!("number"),
        Value::String(_) => json!("text"),
    }
}

/// A field in conflict, as git marks it.
const MARKED: &str = "<<<<<<< HEAD\n    method: PUT\n=======\n    method: POST\n>>>>>>> other\n";

/// A section of the file of shapes.
fn section(here: &Installation, arguments: &[&str]) -> String {
    let ran = here.syncline(arguments.iter().chain(&["--json"]));
    assert_eq!(ran.stderr(), "", "{arguments:?}");
    let object = ran.json();
    assert_eq!(object["version"], 1, "{arguments:?}");
    format!("\n## {}\n\n```json\n{:#}\n```\n", arguments.join(" "), shape(&object))
}

#[test]
fn every_report_has_its_shape() {
    let team = Team::apart();
    let (ann, ben) = (&team.ann, &team.ben);
    let mut shapes = "# The objects of `--json`\n".to_owned();
    let mut add = |here: &Installation, arguments: &[&str]| shapes.push_str(&section(here, arguments));
    ann.replace("library.yaml", "/loans", "/lendings");
    add(ann, &["init"]);
    add(ann, &["status"]);
    add(ann, &["diff"]);
    add(ann, &["commit", "-m", "Rename"]);
    add(ann, &["log"]);
    add(ann, &["operations"]);
    add(ann, &["show"]);
    add(ann, &["restore", "--from", "HEAD~1", "library.yaml"]);
    add(ann, &["undo"]);
    add(ann, &["revert", "HEAD"]);
    add(ann, &["undo"]);
    add(ann, &["branch"]);
    add(ann, &["config"]);
    add(ann, &["config", "format"]);
    add(ann, &["connect", &team.url.clone()]);
    add(ben, &["clone", &team.url.clone(), ".", "--preview"]);
    add(ben, &["clone", &team.url.clone(), "."]);
    ann.replace("library.yaml", "method: POST", "method: PUT");
    ben.replace("library.yaml", "method: POST", "method: PATCH");
    add(ann, &["sync", "-m", "Put"]);
    add(ben, &["fetch"]);
    add(ben, &["commit", "-m", "Patch"]);
    add(ben, &["pull"]);
    add(ben, &["conflicts"]);
    add(ben, &["push"]);
    add(ben, &["resolve", "--all", "--take", "ours"]);
    ben.write("library.yaml", "type: collection.insomnia.rest/5.0\nname: [\n");
    add(ben, &["problems"]);
    add(ben, &["secret"]);
    add(ben, &["doctor"]);
    let vault = with_example("xpipe");
    vault.syncline(["commit", "-m", "Add the vault"]).expect_code(0);
    add(&vault, &["share"]);
    add(&vault, &["share", "remove", "Harbour team"]);
    add(ben, &["discard", "library.yaml"]);
    ben.replace("library.yaml", "    method: PATCH\n", MARKED);
    add(ben, &["problems", "--take-apart", "library.yaml"]);
    add(ben, &["resolve", "--all", "--take", "ours"]);
    add(ben, &["discard", "library.yaml"]);
    add(ben, &["disconnect"]);
    let error = ben.syncline(["diff", "nothing", "--json"]).expect_code(2).json();
    let _ = write!(shapes, "\n## An error\n\n```json\n{:#}\n```\n", shape(&error));
    // Nothing of a run is in a shape but the addresses that were typed.
    assert_data_eq!(team.stable(&shapes), file!["../json.md"]);
}

#[test]
fn status_has_what_the_reference_names() {
    let here = Installation::with_collection();
    here.replace("library.yaml", "/loans", "/lendings");
    let status = here.syncline(["status", "--json"]).expect_code(0).json();
    assert_eq!(status["format"], "insomnia-v5");
    assert_eq!(status["branch"], "main");
    assert_eq!(status["upstream"], Value::Null);
    assert_eq!((&status["ahead"], &status["behind"]), (&json!(0), &json!(0)));
    assert_eq!((&status["conflicts"], &status["problems"]), (&json!(0), &json!(0)));
    let change = json!({
        "change": "modified", "kind": "Request", "id": "req_2", "name": "Lend a book",
        "path": "library.yaml", "fields": ["/url"],
    });
    assert_eq!(status["changes"], json!([change]));
}

#[test]
fn an_error_is_an_object_too() {
    let here = Installation::with_collection();
    let ran = here.syncline(["diff", "nothing", "--json"]).expect_code(2);
    let message = "nothing here is called `nothing`";
    let hint = "give a path, the id of a resource, `kind:name` in quotes, or a glob of paths; `syncline resources` lists them";
    let expected = json!({
        "version": 1,
        "error": {"kind": "usage", "exit": 2, "message": message, "hints": [hint]},
    });
    assert_eq!(ran.json(), expected);
    assert_eq!(ran.stderr(), format!("error: {message}\nhint: {hint}\n"));
}

#[test]
fn what_was_typed_wrong_is_an_object_too() {
    let here = Installation::with_collection();
    let error = here.syncline(["--json", "commit", "-m", ""]).expect_code(2).json();
    assert_eq!(error["error"]["kind"], "usage");
    assert_eq!(error["error"]["message"], "the message of the commit is empty");
    let error = here.syncline(["statsu", "--json"]).expect_code(2).json();
    assert_eq!(error["error"]["hints"][0], "a similar subcommand exists: 'status'");
    // What comes after `--` is no option.
    assert_eq!(here.syncline(["diff", "--", "--json"]).expect_code(2).stdout(), "");
}
