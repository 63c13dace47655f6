//! What there is, by name and id.

use snapbox::{assert_data_eq, str};

use crate::sharing::with_example;
use crate::support::Installation;

#[test]
fn resources_are_listed_with_the_ids_that_commands_take() {
    let here = Installation::with_collection();
    assert_data_eq!(
        here.syncline(["resources"]).transcript(),
        str![[r#"
Kind       Name         Id     File
Workspace  Library      wrk_1  library.yaml
Request    List books   req_1  library.yaml
Request    Lend a book  req_2  library.yaml
exit: 0

"#]]
    );
    let id = here.syncline(["--json", "resources", "library.yaml"]).json()["resources"][1]["id"].clone();
    let id = id.as_str().expect("a request has an id").to_owned();
    let one = here.syncline(["--json", "resources", &id]).json();
    assert_eq!(one["resources"].as_array().map(Vec::len), Some(1));
    assert_eq!(one["resources"][0]["id"], id);
    assert_data_eq!(
        here.syncline(["log", &id]).stdout(),
        str![[r#"
[COMMIT]  [TIME]  Ann Example  Add the library

"#]]
    );
}

#[test]
fn a_file_that_cannot_be_read_is_told_beside_the_resources() {
    let here = Installation::with_collection();
    here.write("broken.yaml", "a: [\n");
    here.write("requests.yaml", "type: collection.insomnia.rest/5.0\nname: [\n");
    assert_data_eq!(
        here.syncline(["resources", "--quiet"]).transcript(),
        str![[r#"
Kind       Name         Id     File
Workspace  Library      wrk_1  library.yaml
Request    List books   req_1  library.yaml
Request    Lend a book  req_2  library.yaml
exit: 1

"#]]
    );
    assert_data_eq!(
        here.syncline(["resources", "nothing"]).transcript(),
        str![[r#"
stderr: error: nothing here is called `nothing`
stderr: hint: give a path, the id of a resource, `kind:name` in quotes, or a glob of paths; `syncline resources` lists them
exit: 2

"#]]
    );
}

#[test]
fn what_never_leaves_was_listed_as_a_resource_without_a_name() {
    let here = with_example("xpipe");
    let listed = here.syncline(["resources"]).expect_code(0).stdout();
    assert!(!listed.contains("state.json") && listed.contains("crane-01"), "{listed}");
    let lines: Vec<&str> = listed.lines().collect();
    let file = lines[0].find("File").expect("a heading");
    assert!(lines[1..].iter().all(|line| line[file..].starts_with(['c', 's', 'v'])), "{listed}");
}
