//! Secrets are kept out of the history.

use snapbox::{assert_data_eq, str};

use crate::support::Installation;

/// What looks like a token of a forge; put together, so that nothing finds it here.
fn token() -> String {
    format!("{}_{}", "ghp", "q7Rk2mZx9TbW4vLs8HnY3pCdq7Rk2mZx9TbW")
}

fn with_token() -> Installation {
    let here = Installation::with_collection();
    here.write("deploy.yaml", &format!("name: shelf\ntoken: {}\n", token()));
    here.write("notes.yaml", "name: notes\n");
    here
}

#[test]
fn a_file_with_a_secret_is_set_aside_and_the_others_are_committed() {
    let here = with_token();
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
On main, with no remote branch
Changes (1)
  + added  yaml  notes.yaml
Problems (1)
  deploy.yaml:2: a GitHub token at /token
stderr: hint: commit with `syncline commit -m MSG`
exit: 1

"#]]
    );
    assert_data_eq!(
        here.syncline(["commit", "-m", "Deploy"]).transcript(),
        str![[r#"
Committed 1 change as [COMMIT]
  + added  yaml  notes.yaml
Left out of the commit
  deploy.yaml:2: a GitHub token at /token
stderr: hint: not every file is taken: see why with `syncline problems`
exit: 1

"#]]
    );
    assert_data_eq!(
        here.syncline(["problems"]).transcript(),
        str![[r#"
deploy.yaml:2: a GitHub token at /token
    only in the folder: neither committed nor overwritten
stderr: hint: take a secret out, or let it be there: `syncline secret` says what to type
exit: 1

"#]]
    );
    assert_data_eq!(
        here.syncline(["secret"]).transcript(),
        str![[r#"
deploy.yaml:2  a GitHub token  /token  not committed
stderr: hint: take it out, or let it be there with `syncline secret allow deploy.yaml#/token`
exit: 1

"#]]
    );
    assert!(!here.git(["log", "-p"]).contains(&token()));
}

#[test]
fn a_misspelt_place_that_allows_nothing_is_told_of() {
    let here = with_token();
    for place in ["deploy.yml", "deploy.yaml#token", "deploy.yaml#/tokens"] {
        let said = here.syncline(["secret", "allow", place]).expect_code(0).stderr();
        assert!(said.starts_with("warning: no secret is there now"), "{place}: {said}");
    }
    let object = here.syncline(["secret", "allow", "*.yaml#/t*", "--json"]).expect_code(0).json();
    assert_eq!(object["secrets"], 1);
}

#[test]
fn a_status_with_nothing_but_a_secret_says_where_to_look() {
    let here = with_token();
    here.syncline(["commit", "-m", "Notes"]).expect_code(1);
    let said = here.syncline(["status"]).expect_code(1).stderr();
    assert!(said.contains("`syncline secret` says what to type"), "{said}");
}

#[test]
fn it_is_committed_where_it_is_allowed() {
    let here = with_token();
    assert_data_eq!(
        here.syncline(["secret", "allow", "deploy.yaml#/token"]).transcript(),
        str![[r#"
Secrets may be in deploy.yaml#/token from now on
stderr: hint: recorded for this installation; `syncline config` lists it
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["commit", "-m", "Deploy"]).transcript(),
        str![[r#"
Committed 2 changes as [COMMIT]
  + added  yaml  deploy.yaml
  + added  yaml  notes.yaml
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["secret"]).transcript(),
        str![[r#"
deploy.yaml:2  a GitHub token  /token  allowed
exit: 0

"#]]
    );
    let unset = ["config", "policy.secret:deploy.yaml#/token", "--unset"];
    assert_data_eq!(
        here.syncline(unset).transcript(),
        str![[r#"
policy.secret:deploy.yaml#/token is not set any more
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(unset).transcript(),
        str![[r#"
stderr: error: `policy.secret:deploy.yaml#/token` is not set in this installation
stderr: hint: `syncline config` lists the settings, and where each value comes from
exit: 2

"#]]
    );
    here.syncline(["secret", "allow", "deploy.yaml", "--shared"]).expect_code(0);
    assert_eq!(here.read(".syncline.toml"), "[policy]\n\"secret:deploy.yaml\" = \"allow\"\n");
    here.syncline(["config", "policy.secret:deploy.yaml", "--unset", "--shared"]).expect_code(0);
    assert_eq!(here.read(".syncline.toml"), "[policy]\n");
    here.syncline(["config", "format", "--shared"]).expect_code(2);
    assert_data_eq!(
        here.syncline(["secret", "allow", "["]).transcript(),
        str![[r#"
stderr: error: there is no setting `policy.secret:[`: `secret:` takes a glob of paths
stderr: hint: as `syncline config 'policy.path:generated/**' theirs`, or `kind:Environment`, or `field:/meta`
exit: 2

"#]]
    );
}

#[test]
fn what_the_history_has_already_stops_no_later_change() {
    let here = with_token();
    here.git(["add", "."]);
    here.git(["commit", "-q", "-m", "By git"]);
    here.replace("deploy.yaml", "name: shelf", "name: shelves");
    here.syncline(["commit", "-m", "Rename"]).expect_code(0);
    assert_data_eq!(
        here.syncline(["secret", "list"]).transcript(),
        str![[r#"
deploy.yaml:2  a GitHub token  /token  in the last commit
stderr: hint: take it out, or let it be there with `syncline secret allow deploy.yaml#/token`
stderr: hint: what is committed stays in the history, also when it is taken out: make a new one where it is used
exit: 1

"#]]
    );
}

#[test]
fn a_committed_secret_goes_along_where_its_file_is_renamed() {
    let here = with_token();
    here.git(["add", "."]);
    here.git(["commit", "-q", "-m", "By git"]);
    std::fs::rename(here.folder.join("deploy.yaml"), here.folder.join("release.yaml")).expect("it is there");
    here.syncline(["commit", "-m", "Rename"]).expect_code(0);
    assert!(here.git(["ls-tree", "--name-only", "HEAD"]).contains("release.yaml"));
}

#[test]
fn a_committed_secret_goes_along_into_another_file() {
    let here = with_token();
    here.git(["add", "."]);
    here.git(["commit", "-q", "-m", "By git"]);
    here.write("deploy.yaml", "name: shelf\n");
    here.write("notes.yaml", &format!("name: notes\ntoken: {}\n", token()));
    here.syncline(["commit", "-m", "Move the token"]).expect_code(0);
    assert!(here.git(["show", "HEAD:notes.yaml"]).contains(&token()));
}

/// Another one that looks alike.
fn other_token() -> String {
    format!("{}_{}", "ghp", "w3Nf8cLy5RsA1kUj6GqX9zBvw3Nf8cLy5RsA")
}

/// A request of the collection with a token.
fn request(id: &str, token: &str) -> String {
    format!(
        "  - url: https://library.example/{id}\n    name: Get {id}\n    meta:\n      id: {id}\n    authentication:\n      type: bearer\n      token: {token}\n"
    )
}

/// A collection whose first request has a token, and the text of it.
fn with_token_in_a_request() -> (Installation, String) {
    let here = Installation::with_collection();
    let text = here.read("library.yaml");
    let text = text.replacen("collection:\n", &format!("collection:\n{}", request("req_7", &token())), 1);
    here.write("library.yaml", &text);
    (here, text)
}

#[test]
fn a_secret_allowed_in_one_request_let_that_of_another_pass() {
    let (here, text) = with_token_in_a_request();
    assert_data_eq!(
        here.syncline(["secret", "allow", "library.yaml#/collection/0/authentication/token"]).transcript(),
        str![[r#"
Secrets may be in library.yaml#Request:req_7#/authentication/token from now on
stderr: hint: recorded for this installation; `syncline config` lists it
exit: 0

"#]]
    );
    here.syncline(["commit", "-m", "One"]).expect_code(0);
    let before = format!("collection:\n{}", request("req_8", &other_token()));
    here.write("library.yaml", &text.replacen("collection:\n", &before, 1));
    here.syncline(["commit", "-m", "Two"]).expect_code(1);
    assert!(!here.git(["log", "-p"]).contains(&other_token()));
    assert_data_eq!(
        here.syncline(["secret"]).transcript(),
        str![[r#"
library.yaml:14  a GitHub token  Request:req_8#/authentication/token  not committed
library.yaml:21  a GitHub token  Request:req_7#/authentication/token  allowed
stderr: hint: take it out, or let it be there with `syncline secret allow library.yaml#Request:req_8#/authentication/token`
exit: 1

"#]]
    );
}

#[test]
fn an_allowed_secret_was_stopped_again_where_its_request_had_another_place() {
    let (here, text) = with_token_in_a_request();
    here.syncline(["secret", "allow", "library.yaml#Request:req_7#/authentication/token"]).expect_code(0);
    let moved = text.replacen(&request("req_7", &token()), "", 1) + &request("req_7", &other_token());
    here.write("library.yaml", &moved);
    here.syncline(["commit", "-m", "Move"]).expect_code(0);
}

#[test]
fn a_number_that_was_recorded_says_not_which_request_was_meant() {
    let (here, _) = with_token_in_a_request();
    let set =
        |place: &str| here.syncline(["config", &format!("policy.secret:{place}"), "allow"]).expect_code(0);
    set("library.yaml#/collection/0/authentication/token");
    here.syncline(["commit", "-m", "One"]).expect_code(1);
    set("library.yaml#/collection/*/authentication/token");
    here.syncline(["commit", "-m", "One"]).expect_code(0);
}

#[test]
fn a_resource_that_is_there_twice_names_no_place() {
    let (here, text) = with_token_in_a_request();
    here.syncline(["secret", "allow", "library.yaml#Request:req_7#/authentication/token"]).expect_code(0);
    here.syncline(["commit", "-m", "One"]).expect_code(0);
    here.write("library.yaml", &(text + &request("req_7", &other_token())));
    here.syncline(["commit", "-m", "Two"]).expect_code(1);
}
