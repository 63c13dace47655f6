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
    assert_data_eq!(
        shape_of(&here, &["status"]),
        str![[r#"
{
  "version": "number",
  "format": "text",
  "branch": "text",
  "commit": "text",
  "upstream": "null",
  "upstream_gone": "truth value",
  "ahead": "number",
  "behind": "number",
  "changes": [
    {
      "change": "text",
      "kind": "text",
      "id": "text",
      "name": "text",
      "path": "text",
      "fields": [
        "text"
      ]
    }
  ],
  "noise": [],
  "conflicts": "number",
  "conflicts_are_local": "truth value",
  "problems": "number",
  "in_progress": "null",
  "unfinished": "null",
  "left_to_git": []
}
"#]]
    );
    assert_data_eq!(
        shape_of(&here, &["diff"]),
        str![[r#"
{
  "version": "number",
  "files": [
    {
      "path": "text",
      "changes": [
        {
          "change": "text",
          "kind": "text",
          "id": "text",
          "name": "text",
          "path": "text",
          "fields": [
            {
              "field": "text",
              "before": "text",
              "after": "text"
            }
          ]
        }
      ]
    }
  ]
}
"#]]
    );
    assert_data_eq!(
        shape_of(&here, &["commit", "-m", "Rename the path"]),
        str![[r#"
{
  "version": "number",
  "commit": "text",
  "changes": [
    {
      "change": "text",
      "kind": "text",
      "id": "text",
      "name": "text",
      "path": "text",
      "fields": [
        "text"
      ]
    }
  ],
  "settled": [],
  "problems": []
}
"#]]
    );
    assert_data_eq!(
        shape_of(&here, &["log"]),
        str![[r#"
{
  "version": "number",
  "commits": [
    {
      "commit": "text",
      "parents": [
        "text"
      ],
      "author": {
        "name": "text",
        "email": "text"
      },
      "time": "text",
      "message": "text",
      "unpushed": "truth value"
    }
  ]
}
"#]]
    );
    assert_data_eq!(
        shape_of(&here, &["log", "--events"]),
        str![[r#"
{
  "version": "number",
  "operations": [
    {
      "id": "text",
      "kind": "text",
      "description": "text",
      "time": "text",
      "refs": [
        {
          "name": "text",
          "before": "text",
          "after": "text"
        }
      ]
    }
  ]
}
"#]]
    );
    assert_data_eq!(
        shape_of(&here, &["show"]),
        str![[r#"
{
  "version": "number",
  "commit": "text",
  "parents": [
    "text"
  ],
  "author": {
    "name": "text",
    "email": "text"
  },
  "time": "text",
  "message": "text",
  "unpushed": "truth value",
  "files": [
    {
      "path": "text",
      "changes": [
        {
          "change": "text",
          "kind": "text",
          "id": "text",
          "name": "text",
          "path": "text",
          "fields": [
            {
              "field": "text",
              "before": "text",
              "after": "text"
            }
          ]
        }
      ]
    }
  ]
}
"#]]
    );
    assert_data_eq!(
        shape_of(&here, &["branch"]),
        str![[r#"
{
  "version": "number",
  "branches": [
    {
      "name": "text",
      "remote": "null",
      "commit": "text",
      "current": "truth value",
      "upstream": "null",
      "ahead": "number",
      "behind": "number"
    }
  ]
}
"#]]
    );
    assert_data_eq!(
        shape_of(&here, &["config"]),
        str![[r#"
{
  "version": "number",
  "settings": [
    {
      "key": "text",
      "value": "text",
      "source": "text",
      "help": "text"
    }
  ]
}
"#]]
    );
    assert_data_eq!(
        shape_of(&here, &["config", "format"]),
        str![[r#"
{
  "version": "number",
  "key": "text",
  "value": "null",
  "source": "text",
  "help": "text"
}
"#]]
    );
    assert_data_eq!(
        shape_of(&here, &["conflicts"]),
        str![[r#"
{
  "version": "number",
  "conflicts": []
}
"#]]
    );
    assert_data_eq!(
        shape_of(&here, &["problems"]),
        str![[r#"
{
  "version": "number",
  "problems": []
}
"#]]
    );
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
