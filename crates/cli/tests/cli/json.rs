//! The objects of `--json`: what scripts may rely on.

use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

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

fn shape_of(here: &Installation, arguments: &[&str]) -> String {
    let ran = here.syncline(arguments.iter().chain(&["--json"]));
    assert_eq!(ran.stderr(), "", "{arguments:?}");
    let object = ran.json();
    assert_eq!(object["version"], 1, "{arguments:?}");
    format!("{:#}", shape(&object))
}

#[test]
fn every_report_has_its_shape() {
    let here = Installation::with_collection();
    here.replace("library.yaml", "/loans", "/lendings");
    assert_data_eq!(shape_of(&here, &["status"]), str![]);
    assert_data_eq!(shape_of(&here, &["diff"]), str![]);
    assert_data_eq!(shape_of(&here, &["commit", "-m", "Rename the path"]), str![]);
    assert_data_eq!(shape_of(&here, &["log"]), str![]);
    assert_data_eq!(shape_of(&here, &["log", "--events"]), str![]);
    assert_data_eq!(shape_of(&here, &["show"]), str![]);
    assert_data_eq!(shape_of(&here, &["branch"]), str![]);
    assert_data_eq!(shape_of(&here, &["config"]), str![]);
    assert_data_eq!(shape_of(&here, &["config", "format"]), str![]);
    assert_data_eq!(shape_of(&here, &["conflicts"]), str![]);
    assert_data_eq!(shape_of(&here, &["problems"]), str![]);
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
        "change": "modified", "kind": "request", "id": "req_2", "name": "Lend a book",
        "path": "library.yaml", "fields": ["/url"],
    });
    assert_eq!(status["changes"], json!([change]));
}
