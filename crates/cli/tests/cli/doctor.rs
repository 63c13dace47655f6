//! What keeps things from working is found, and each line says what to do.

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::sharing::with_example;
use crate::support::Installation;

/// What looks like a token of a forge; put together, so that nothing finds it here.
fn token() -> String {
    format!("{}_{}", "ghp", "q7Rk2mZx9TbW4vLs8HnY3pCdq7Rk2mZx9TbW")
}

/// The transcript, without which git is installed.
fn doctor(here: &Installation) -> String {
    let said = here.syncline(["doctor"]).transcript();
    let (git, rest) = said.split_once('\n').expect("several lines");
    assert!(git.starts_with("ok       git         version 2."), "{said}");
    rest.to_owned()
}

#[test]
fn a_workspace_that_works_is_said_to() {
    let here = Installation::with_collection();
    let remote = here.home.folder("shared.git");
    here.home.git(&remote, ["init", "--quiet", "--bare"]);
    here.syncline(["connect", &remote.to_string_lossy()]).expect_code(0);
    assert_data_eq!(
        doctor(&here),
        str![[r#"
ok       workspace   [HOME]/work, format insomnia-v5
ok       author      Ann Example <ann@example.com>
ok       files       every file can be read
ok       conflicts   none is held
ok       secrets     none
ok       remote      [HOME]/shared.git can be reached; branch main
exit: 0

"#]]
    );
}

#[test]
fn a_secret_is_named_and_not_printed() {
    let here = Installation::with_collection();
    here.write("deploy.yaml", &format!("name: shelf\ntoken: {}\n", token()));
    here.write("broken.yaml", "a: [\n");
    let said = doctor(&here);
    assert!(!said.contains(&token()), "{said}");
    assert_data_eq!(
        said,
        str![[r#"
ok       workspace   [HOME]/work, format insomnia-v5
ok       author      Ann Example <ann@example.com>
ok       files       every file can be read
ok       conflicts   none is held
error    secrets     1 secret
                       deploy.yaml:2: a GitHub token at /token, not committed
                     hint: take it out, or let it be there with `syncline secret allow deploy.yaml#/token`
warning  remote      none is connected
                     hint: `syncline connect URL` binds this workspace to one
exit: 1

"#]]
    );
    here.syncline(["secret", "allow", "deploy.yaml#/token"]).expect_code(0);
    assert!(doctor(&here).contains("ok       secrets     none but what is allowed\n"));
}

#[test]
fn the_first_thing_that_is_wrong_decides_how_it_ends() {
    let here = Installation::with_collection();
    here.replace("library.yaml", "collection:", "collection: [");
    here.git(["remote", "add", "origin", "http://127.0.0.1:1/shelf.git"]);
    assert_data_eq!(
        doctor(&here),
        str![[r#"
ok       workspace   [HOME]/work, format insomnia-v5
ok       author      Ann Example <ann@example.com>
error    files       1 file is set aside
                       library.yaml:[..]
                     hint: see since when, and the last good version, with `syncline problems`
ok       conflicts   none is held
ok       secrets     none
error    remote      127.0.0.1 cannot be reached: nothing answers at http://127.0.0.1:1/shelf.git
                     hint: check host and port of the address, the network, and a proxy or firewall between
exit: 1

"#]]
    );
    here.git(["checkout", "--quiet", "library.yaml"]);
    assert_eq!(here.syncline(["doctor"]).code(), 6);
}

#[test]
fn the_format_was_not_known_before_the_first_commit() {
    let here = with_example("test-studio");
    let said = doctor(&here);
    assert!(said.starts_with("ok       workspace   [HOME]/work, format test-studio\n"), "{said}");
}

#[test]
fn where_there_is_no_workspace_the_rest_is_not_looked_at() {
    let here = Installation::new();
    assert_data_eq!(
        doctor(&here),
        str![[r#"
error    workspace   [HOME]/work is not in a Git repository
                     hint: `syncline init` makes the folder one, `syncline clone URL` opens one from a remote
exit: 3

"#]]
    );
}

#[test]
fn what_git_has_in_progress_is_named_with_what_ends_it() {
    let here = Installation::with_collection();
    here.git(["bisect", "start"]);
    let said = doctor(&here);
    assert!(said.contains("error    git         a bisect of git's is in progress"), "{said}");
    assert!(said.contains("hint: "), "{said}");
    assert!(said.ends_with("exit: 3\n"), "{said}");
}

#[test]
fn programs_get_each_check_as_an_object() {
    let here = Installation::with_collection();
    fs::remove_dir_all(here.folder.join(".git")).expect("it is there");
    let object = here.syncline(["doctor", "--json"]).expect_code(3).json();
    assert_eq!(object["version"], 1);
    assert_eq!(object["checks"][1]["check"], "workspace");
    assert_eq!(object["checks"][1]["state"], "error");
    assert_eq!(object["checks"][1]["hints"].as_array().map(Vec::len), Some(1));
}
