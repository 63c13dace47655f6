//! `syncline export`.

use std::fs;

use serde_json::{Value as Json, json};
use snapbox::{assert_data_eq, str};

use super::{export, library, resources};
use crate::support::Installation;

/// A workspace that has the library.
fn with_library() -> Installation {
    let here = library();
    here.syncline(["import", "../library.json"]).expect_code(0);
    here
}

fn by_id(export: &Json) -> Vec<Json> {
    let mut resources = export["resources"].as_array().expect("a list").clone();
    resources.sort_by_key(|resource| resource["_id"].to_string());
    resources
}

#[test]
fn what_comes_in_goes_out_with_all_its_data_and_comes_in_again_as_it_was() {
    let here = with_library();
    here.syncline(["commit", "-m", "Add the library"]).expect_code(0);
    here.syncline(["export", "../out.json"]).expect_code(0);
    here.syncline(["export", "../out.yaml"]).expect_code(0);
    let out: Json = serde_json::from_str(&here.read("../out.json")).expect("JSON");
    let ids: Vec<_> =
        out["resources"].as_array().expect("a list").iter().map(|it| it["_id"].clone()).collect();
    assert_eq!(
        ids,
        ["wrk_1", "fld_1", "req_1", "env_1"],
        "each behind what is around it, in Insomnia's order"
    );
    let there = resources().into_iter().filter(|it| it["_type"] != "cookie_jar").collect::<Vec<_>>();
    assert_eq!(by_id(&out), by_id(&export(&there)));
    for file in ["../out.json", "../out.yaml"] {
        here.syncline(["import", file, "--exact"]).expect_code(0);
        assert_eq!(here.git(["status", "--porcelain"]), "", "{file}");
    }
}

#[test]
fn an_export_is_told_and_overwrites_nothing() {
    let here = with_library();
    let mut said = here.syncline(["export", "../out.json"]).transcript();
    said += &here.syncline(["export", "../out.json"]).transcript();
    said += &here.syncline(["export", "../out.json", "--force", "--quiet"]).transcript();
    said += &here.syncline(["export", "../out.txt"]).transcript();
    said += &here.syncline(["export", "../five.yaml", "--as", "insomnia-v5"]).transcript();
    said += &here.syncline(["export", "../none.yaml", "Request:Lend"]).transcript();
    said += &here.syncline(["export", "-", "--json"]).transcript();
    assert_data_eq!(
        said,
        str![[r#"
Exported 4 resources as insomnia-v4 to ../out.json
exit: 0
stderr: error: `../out.json` is there already
stderr: hint: name another file, or write over it with --force
exit: 3
exit: 0
stderr: error: the name `../out.txt` does not tell what to write
stderr: hint: end it in .json or .yaml
exit: 2
stderr: error: this workspace is of the format insomnia-v4, and can be exported as that alone
stderr: hint: leave out --as; Insomnia takes in both of its versions, and writes the newer one
exit: 2
stderr: error: nothing here is called `Request:Lend`
stderr: hint: give a path, the id of a resource, `kind:name` in quotes, or a glob of paths; `syncline resources` lists them
exit: 2
{
  "version": 1,
  "error": {
    "kind": "usage",
    "exit": 2,
    "message": "`export` prints the file itself, no report: `--json` does not go with it",
    "hints": [
      "name a file, or leave out --json"
    ]
  }
}
stderr: error: `export` prints the file itself, no report: `--json` does not go with it
stderr: hint: name a file, or leave out --json
exit: 2

"#]]
    );
    let report = here.syncline(["export", "--json", "../out.yaml"]).expect_code(0).json();
    assert_eq!((&report["format"], &report["resources"]), (&json!("insomnia-v4"), &json!(4)));
}

#[test]
fn chosen_resources_go_with_what_is_in_them_and_around_them() {
    let here = with_library();
    let ids = |selector: &str| {
        let out: Json =
            serde_json::from_str(&here.syncline(["export", "-", selector]).expect_code(0).stdout())
                .expect("JSON");
        out["resources"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|it| it["_id"].to_string())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(ids("env_1"), "\"wrk_1\" \"env_1\"");
    assert_eq!(ids("RequestGroup:Books"), "\"wrk_1\" \"fld_1\" \"req_1\"");
    assert_eq!(ids(".insomnia/Environment"), "\"wrk_1\" \"env_1\"");
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_the_others_go() {
    let here = with_library();
    here.write(".insomnia/Request/req_1.yml", "_id: req_1\ntype: Request\nname: [\n");
    let ran = here.syncline(["export", "../out.json"]);
    assert_data_eq!(
        ran.transcript(),
        str![[r#"
Exported 3 resources as insomnia-v4 to ../out.json
stderr: warning: left out, for it cannot be read: 1 file
stderr:   .insomnia/Request/req_1.yml
exit: 1

"#]]
    );
}

#[test]
fn an_export_of_version_5_is_the_file_itself() {
    let here = Installation::with_collection();
    here.syncline(["export", "../out.yaml"]).expect_code(0);
    assert_eq!(here.read("../out.yaml"), here.read("library.yaml"));
    here.syncline(["import", "../out.yaml"]).expect_code(0);
    assert_eq!(here.git(["status", "--porcelain"]), "");
    here.syncline(["export", "../out.json"]).expect_code(2);
    fs::create_dir(here.folder.join("more")).expect("the home can be written");
    here.write("more/loans.yaml", &here.read("library.yaml").replace("_1\n", "_8\n").replace("_2\n", "_9\n"));
    assert_data_eq!(
        here.syncline(["export", "../two.yaml"]).transcript(),
        str![[r#"
stderr: error: an export of this format is of one file, and there are 2: `library.yaml`, `more/loans.yaml`
stderr: hint: name one of them
exit: 2

"#]]
    );
    here.syncline(["export", "../two.yaml", "wrk_8"]).expect_code(0);
    assert_eq!(here.read("../two.yaml"), here.read("more/loans.yaml"));
}

#[test]
fn a_format_without_exports_says_so() {
    let here = Installation::new();
    here.syncline(["init"]).expect_code(0);
    assert_data_eq!(
        here.syncline(["export", "../out.yaml"]).transcript(),
        str![[r#"
stderr: error: there is no export of the format generic: its files are what the tool reads
stderr: hint: copy the files, or clone the repository
exit: 3

"#]]
    );
}

#[test]
fn an_export_into_the_workspace_says_that_a_commit_would_take_it() {
    let here = with_library();
    let ran = here.syncline(["export", "library.json"]).expect_code(0);
    assert_eq!(ran.stderr(), "hint: the file lies in the workspace, and a commit would take it\n");
}
