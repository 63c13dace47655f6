//! Insomnia's own command line is asked whether it reads what Syncline writes. `make inso` installs it.

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use super::import::write_app_data;
use super::{export, library};
use crate::support::Installation;

/// The program; `None`, said aloud, where it is not there.
fn inso() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in the target folder");
    let found = target.join("inso/node_modules/.bin/inso");
    if found.exists() {
        return Some(found);
    }
    #[expect(clippy::print_stdout, reason = "what is skipped says so")]
    {
        println!("skipped: {} is not there, `make inso` installs it", found.display());
    }
    None
}

/// What it says of a suite of tests that send nothing, and of a specification, in a source of its own sort.
fn says(inso: &Path, here: &Installation, source: &str) -> (String, String) {
    let run = |arguments: &[&str]| {
        let mut command = here.home.command(inso);
        let output =
            command.current_dir(&here.folder).args(["--ci", "--src", source]).args(arguments).output();
        let output = output.expect("it runs");
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{source}: {said}");
        said
    };
    (run(&["run", "test", "uts_1", "-e", "env_2", "--reporter", "spec"]), run(&["export", "spec", "Library"]))
}

const SPECIFICATION: &str =
    "openapi: 3.0.3\ninfo:\n  title: Library # the only one\n  version: '1.10'\npaths: {}\n";

/// A design with tests that depend on how their text is read.
fn design() -> Vec<Json> {
    vec![
        json!({"_id": "wrk_1", "parentId": null, "name": "Library", "description": "", "scope": "design", "_type": "workspace"}),
        json!({"_id": "env_1", "parentId": "wrk_1", "name": "Base Environment", "data": {}, "isPrivate": false,
            "_type": "environment"}),
        json!({"_id": "env_2", "parentId": "env_1", "name": "yes", "data": {"version": "1.10", "on": "no"},
            "isPrivate": false, "_type": "environment"}),
        json!({"_id": "spc_1", "parentId": "wrk_1", "fileName": "Library", "contents": SPECIFICATION, "contentType": "yaml",
            "_type": "api_spec"}),
        json!({"_id": "uts_1", "parentId": "wrk_1", "name": "Texts: 'quoted' # not a comment", "_type": "unit_test_suite"}),
        json!({"_id": "ut_1", "parentId": "uts_1", "name": "0x1F", "requestId": null,
            "code": "expect('a\\tb \\u00e9').to.equal('a\tb é');\n\n", "_type": "unit_test"}),
        json!({"_id": "ut_2", "parentId": "uts_1", "name": "- no: item", "requestId": null,
            "code": "  expect('é…').to.have.length(2); // yes: on", "_type": "unit_test"}),
    ]
}

#[test]
fn insomnia_reads_the_folder_and_the_exports_as_it_reads_its_own_data() {
    let Some(inso) = inso() else { return };
    let here = library();
    write_app_data(&here, design());
    here.write("../design.json", &export(&design()).to_string());
    let own = says(&inso, &here, "../app");
    assert!(
        own.0.contains("2 passing") && own.0.contains("0x1F") && own.1.contains(SPECIFICATION),
        "{own:?}"
    );
    here.syncline(["import", "../app"]).expect_code(0);
    here.syncline(["export", "../out.json"]).expect_code(0);
    here.syncline(["export", "../out.yaml"]).expect_code(0);
    let without_times = |(tests, specification): (String, String)| {
        // A test that took long is told with its time.
        let untimed = |line: &str| line.split(" (").next().unwrap_or_default().to_owned();
        let lines = tests.lines().map(untimed);
        (lines.collect::<Vec<_>>(), specification)
    };
    let own = without_times(own);
    for source in [".", "../design.json", "../out.json", "../out.yaml"] {
        let said = says(&inso, &here, source);
        assert!(said.0.contains("2 passing"), "{source}: {said:?}");
        assert_eq!(without_times(said), own, "{source}");
    }
}
