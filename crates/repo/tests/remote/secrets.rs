//! Where a token must not show: arguments, addresses, settings, errors; and where it must not go.

use std::fs;

use syncline_repo::{CloneOptions, Credentials, RemoteErrorKind as Kind, RemoteUrl};
use syncline_testkit::{Fault, GitServer, On, Protection, Right};

use crate::scene::{Scene, assert_error};

/// The arguments of all processes, as any user of the machine can read them.
#[cfg(target_os = "linux")]
fn all_arguments() -> Vec<String> {
    let processes = fs::read_dir("/proc").expect("linux").flatten();
    let arguments = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    arguments.map(|bytes| String::from_utf8_lossy(&bytes).replace('\0', " ")).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn no_token_in_the_arguments_of_any_process() {
    let scene = Scene::new();
    scene.server.create_repo("team/api");
    let token = scene.server.token("ann", "team/api", Right::Write);
    scene.server.fault(On::RefsForFetch, Fault::Stall);
    let remote = scene.signed_in("team/api", &token);
    std::thread::scope(|scope| {
        let call = scope.spawn(|| remote.list_refs());
        // The second one is sent with the token, and stalls.
        scene.server.wait_for(2, On::RefsForFetch);
        let arguments = all_arguments();
        scene.server.release_stalled();
        let ours: Vec<_> =
            arguments.iter().filter(|line| line.contains(&scene.server.url("team/api"))).collect();
        assert!(!ours.is_empty(), "the call was running: {arguments:?}");
        assert!(arguments.iter().all(|line| !line.contains(&token)), "{ours:?}");
        drop(call.join().expect("no panic"));
    });
}

#[test]
fn no_token_in_what_a_clone_stores() {
    let scene = Scene::new();
    scene.server.create_repo("team/api");
    let token = scene.server.token("ann", "team/api", Right::Write);
    let text = scene.server.url("team/api").replace("http://", &format!("http://ann:{token}@"));
    let (url, credentials) = RemoteUrl::parse(&text).expect("an address");
    assert_eq!(credentials, Some(Credentials::new("ann", &token)));
    let remote = scene.remote_at(url.as_str()).with_credentials(credentials);
    let target = scene.home.path().join("clone");
    remote.clone_into(&target, &CloneOptions::default(), &mut |_| ()).expect("cloned");
    let config = fs::read_to_string(target.join(".git/config")).expect("there");
    assert!(config.contains(url.as_str()) && !config.contains(&token) && !config.contains("ann"), "{config}");
}

#[test]
fn no_token_in_an_error() {
    let scene = Scene::new();
    scene.server.create_repo("team/api");
    let token = scene.server.token("ann", "team/api", Right::Write);
    let remote = scene.signed_in("team/api", &token);
    assert!(!format!("{remote:?}").contains(&token));
    // Even where the remote itself repeats it.
    let said = Protection::Hook(format!("the token {token} is noted, see http://ann:{token}@host/x"));
    scene.server.protect("team/api", "main", &said);
    let error = scene.push_failure(&remote);
    assert_error(&error, Kind::HookDeclined, "main", "push again");
    assert!(error.git_output.contains("the token *** is noted"), "{}", error.git_output);
    assert!(!format!("{error:?} {error}").contains(&token));
    scene.server.revoke(&token);
    let error = scene.push_failure(&remote);
    assert_eq!(error.kind, Kind::WrongCredentials);
    assert!(!format!("{error:?} {error}").contains(&token));
}

/// Else any server could collect tokens by redirects.
#[test]
fn another_host_never_gets_the_token() {
    let scene = Scene::new();
    scene.server.create_repo("team/api");
    let token = scene.server.token("ann", "team/api", Right::Read);
    let other = GitServer::start();
    other.create_repo("team/api");
    // The other server sends us on to the one that the token is good for, so it would tell if it got there.
    let redirect = format!("http://{}/team/api.git", other.address());
    let remote = scene.remote_at(&redirect).with_credentials(Some(Credentials::new("ann", "for-the-other")));
    scene.home.git(
        &scene.folder,
        ["config", "--global", &format!("url.{}.insteadOf", scene.server.url("team/api")), &redirect],
    );
    let error = remote.list_refs().expect_err("another host asks");
    assert_error(&error, Kind::NoCredentials, "asks for a user name", "another address asked");
    assert!(
        scene.server.requests().iter().all(|request| request.user.is_none()),
        "{:?}",
        scene.server.requests()
    );
    assert!(!token.is_empty());
}

/// A wrong token that a helper keeps must not win over the one that was just given.
#[test]
fn given_credentials_come_before_the_helpers() {
    let scene = Scene::new();
    scene.server.create_repo("team/api");
    let token = scene.server.token("ann", "team/api", Right::Read);
    scene.home.git(&scene.folder, ["config", "--global", "credential.helper", "store"]);
    let without = scene.remote("team/api");
    assert!(without.store_credentials(&Credentials::new("ann", "old")).expect("a helper is there"));
    assert_eq!(without.list_refs().expect_err("the old one").kind, Kind::WrongCredentials);
    scene.signed_in("team/api", &token).list_refs().expect("the new one");
}

#[test]
fn the_users_helpers_keep_and_forget() {
    let scene = Scene::new();
    scene.server.create_repo("team/api");
    let token = scene.server.token("ann", "team/api", Right::Read);
    let credentials = Credentials::new("ann", &token);
    let remote = scene.remote("team/api");
    assert!(!remote.store_credentials(&credentials).expect("an answer"), "there is no helper");
    assert_eq!(remote.stored_credentials().expect("an answer"), None);

    scene.home.git(&scene.folder, ["config", "--global", "credential.helper", "store"]);
    assert!(remote.store_credentials(&credentials).expect("an answer"));
    assert_eq!(remote.stored_credentials().expect("an answer"), Some(credentials.clone()));
    remote.list_refs().expect("git asks the helper by itself");
    remote.forget_credentials(&credentials).expect("an answer");
    assert_eq!(remote.stored_credentials().expect("an answer"), None);

    let trick = Credentials::new("ann\nhost=elsewhere", "x");
    remote.store_credentials(&trick).expect_err("a line break would name another host");
}

/// Git goes to our server, the words are about the forge.
#[test]
fn where_a_token_is_made_is_told() {
    let rows = [
        (
            "https://github.com/",
            "https://github.com/settings/personal-access-tokens/new",
            "only for the repository",
        ),
        ("https://gitlab.com/", "https://gitlab.com/team/api/-/settings/access_tokens", "this project only"),
        (
            "https://bitbucket.org/",
            "https://bitbucket.org/team/api/admin/access-tokens",
            "this repository only",
        ),
        (
            "https://codeberg.org/",
            "https://codeberg.org/user/settings/applications",
            "repository: Read and Write",
        ),
    ];
    for (forge, page, scope) in rows {
        let scene = Scene::new();
        scene.server.create_repo("team/api");
        let own = format!("url.http://{}/.insteadOf", scene.server.address());
        scene.home.git(&scene.folder, ["config", "--global", &own, forge]);
        let remote = scene.remote_at(&format!("{forge}team/api.git"));
        let error = remote.list_refs().expect_err("private");
        assert_error(&error, Kind::NoCredentials, forge, page);
        assert_error(&error, Kind::NoCredentials, forge, scope);
    }
}

#[test]
fn a_forge_that_a_company_runs_is_known_by_what_it_calls_itself() {
    let scene = Scene::new();
    scene.server.create_repo("team/api");
    scene.server.call_itself("Gitea");
    let page = format!("http://{}/user/settings/applications", scene.server.address());
    let error = scene.signed_in("team/api", "wrong").list_refs().expect_err("a wrong token");
    assert_error(&error, Kind::WrongCredentials, "refused", &page);
}

/// Git asks the helper by itself later, and Bitbucket would not take the name that other forges do.
#[test]
fn a_helper_keeps_the_name_that_goes_with_the_token() {
    let scene = Scene::new();
    scene.home.git(&scene.folder, ["config", "--global", "credential.helper", "store"]);
    let remote = scene.remote_at("https://bitbucket.org/team/api");
    assert!(remote.store_credentials(&Credentials::new("", "ATCTT3x")).expect("an answer"));
    let kept = remote.stored_credentials().expect("an answer");
    assert_eq!(kept, Some(Credentials::new("x-token-auth", "ATCTT3x")));
}
