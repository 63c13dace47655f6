//! Where the token comes from, and where it never goes.

use std::fs;
use std::path::Path;

use snapbox::{assert_data_eq, str};
use syncline_testkit::{GitServer, Right};

use crate::support::Installation;

fn server() -> (GitServer, String, String) {
    let server = GitServer::start();
    server.create_repo("team/library");
    let url = server.url("team/library");
    let token = server.token("ann", "team/library", Right::Write);
    (server, url, token)
}

/// All that is in the files of a folder, as text.
fn everything_in(folder: &Path) -> String {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    paths.map(|path| if path.is_dir() { everything_in(&path) } else { text_of(&path) }).collect()
}

fn text_of(file: &Path) -> String {
    String::from_utf8_lossy(&fs::read(file).expect("the file can be read")).into_owned()
}

#[test]
fn without_a_token_the_ways_to_sign_in_are_told() {
    let (server, url, _) = server();
    let here = Installation::with_collection();
    let ran = here.syncline(["connect", &url]);
    let shown = ran.transcript().replace(&server.address().to_string(), "[SERVER]");
    assert_data_eq!(
        shown,
        str![[r#"
stderr: error: http://[SERVER]/team/library.git asks for a user name and a token, and there is none for it
stderr: hint: sign in: syncline connect http://[SERVER]/team/library.git --username NAME --token-stdin
stderr: hint: or set SYNCLINE_TOKEN
exit: 5

"#]]
    );
    let wrong = here.variable("SYNCLINE_TOKEN", "wrong");
    let ran = wrong.syncline(["connect", &url]);
    let shown = ran.transcript().replace(&server.address().to_string(), "[SERVER]");
    assert_data_eq!(
        shown,
        str![[r#"
stderr: error: 127.0.0.1 refused the user name or token for http://[SERVER]/team/library.git
stderr: hint: make a new token at 127.0.0.1: this one is wrong, expired or revoked
stderr: hint: sign in: syncline connect http://[SERVER]/team/library.git --username NAME --token-stdin
exit: 5

"#]]
    );
}

#[test]
fn a_token_on_standard_input_is_kept_only_when_asked_to() {
    let (_server, url, token) = server();
    let here = Installation::with_collection().stdin(&format!("{token}\n"));
    here.syncline(["connect", &url, "--token-stdin"]).expect_code(0);
    assert!(!everything_in(here.home.path()).contains(&token));
    here.syncline(["pull"]).expect_code(5);

    let kept = here.syncline(["connect", &url, "--token-stdin", "--store", "file"]).expect_code(0);
    assert!(kept.stderr().contains("unencrypted"), "{}", kept.transcript());
    here.syncline(["pull"]).expect_code(0);
    assert!(!everything_in(&here.folder).contains(&token));
}

#[test]
fn a_credential_helper_keeps_the_token() {
    let (_server, url, token) = server();
    let here = Installation::with_collection().stdin(&token);
    let store = here.home.path().join("helper's store");
    here.git(["config", "--global", "credential.helper", &format!("store --file \"{}\"", store.display())]);
    let ran = here.syncline(["connect", &url, "--username", "ann", "--token-stdin"]).expect_code(0);
    assert_eq!(ran.stderr(), "");
    here.syncline(["pull"]).expect_code(0);
    assert!(text_of(&store).contains(&token));
}

#[cfg(unix)]
#[test]
fn a_kept_token_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let (_server, url, token) = server();
    let here = Installation::with_collection().stdin(&token);
    here.syncline(["connect", &url, "--token-stdin", "--store", "file"]).expect_code(0);
    let file = here.home.path().join(".config/syncline/tokens.json");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let refused = here.syncline(["pull"]).expect_code(5);
    assert!(refused.stderr().contains("others can read it"), "{}", refused.transcript());
}

#[test]
fn user_information_in_an_address_is_taken_out() {
    let (server, url, token) = server();
    let here = Installation::with_collection();
    let with_token = url.replacen("http://", &format!("http://ann:{token}@"), 1);
    let ran = here.syncline(["connect", &with_token]);
    let shown = ran.transcript().replace(&server.address().to_string(), "[SERVER]");
    assert_data_eq!(
        shown,
        str![[r#"
Connected main to http://[SERVER]/team/library.git, which was empty
Pushed 1 commit to origin/main, a new branch
stderr: warning: the token is not kept: `git config --global credential.helper libsecret` keeps tokens in the system keyring, `--store file` with `connect` in a file
exit: 0

"#]]
    );
    assert!(!everything_in(here.home.path()).contains(&token));
    assert_eq!(here.git(["remote", "get-url", "origin"]), url);
}

#[test]
fn an_empty_token_is_wrong_usage() {
    let (_server, url, _) = server();
    let here = Installation::with_collection();
    assert_data_eq!(
        here.syncline(["connect", &url, "--token-stdin"]).transcript(),
        str![[r#"
stderr: error: standard input holds no token
stderr: hint: pipe it in, as in `syncline clone URL --token-stdin < token-file`
exit: 2

"#]]
    );
}

#[test]
fn git_is_answered_only_where_it_asks() {
    let here = Installation::new()
        .variable("SYNCLINE_ASKPASS", "1")
        .variable("SYNCLINE_ASKPASS_ORIGIN", "https://host")
        .variable("SYNCLINE_ASKPASS_USERNAME", "ann")
        .variable("SYNCLINE_ASKPASS_TOKEN", "t0ken");
    assert_data_eq!(
        here.syncline(["Username for 'https://host': "]).transcript(),
        str![[r#"
ann
exit: 0

"#]]
    );
    assert_data_eq!(
        here.syncline(["Enter passphrase for key '/k': "]).transcript(),
        str![[r#"
exit: 1

"#]]
    );
    here.syncline(["--version"]).expect_code(0);
}
