//! SSH keys and agents; what fails because of them is in the table.

use syncline_repo::{CloneOptions, GitEnvironment, PushStatus, Remote, RemoteErrorKind as Kind};
use syncline_testkit::ssh::{Known, SshAgent, SshServer, make_key};

use crate::scene::{Scene, skip};

const NO_SERVER: &str = "no ssh server is installed";

#[test]
fn a_key_lets_in() {
    let scene = Scene::pushed();
    let Some(server) = SshServer::start(&scene.home) else { return skip(NO_SERVER) };
    let key = scene.home.path().join("key");
    make_key(&scene.home, &key, "");
    server.authorize(&key);
    server.set_up(&scene.home, Some(&key), Known::Right);
    let remote = scene.remote_at(&server.url(&scene.server.repo_path("team/api")));
    assert_eq!(remote.list_refs().expect("let in").refs.len(), 1);
    let target = scene.home.path().join("clone");
    remote.clone_into(&target, &CloneOptions::default(), &mut |_| ()).expect("cloned");
    let tip = scene.commit("a.txt", "two\n");
    assert_eq!(scene.push(&remote).expect("pushed").status, PushStatus::Done);
    assert_eq!(scene.at_server("team/api", "main"), Some(tip.to_string()));
    assert!(!remote.is_public(), "that is asked of web addresses only");
}

/// Nobody is there to type the passphrase; the agent holds the key that it protects.
#[test]
fn an_agent_signs_in_with_the_key_that_it_holds() {
    let scene = Scene::pushed();
    let Some(server) = SshServer::start(&scene.home) else { return skip(NO_SERVER) };
    let Some(agent) = SshAgent::start(&scene.home) else { return skip("no ssh agent is installed") };
    let key = scene.home.path().join("key");
    make_key(&scene.home, &key, "");
    server.authorize(&key);
    server.set_up(&scene.home, None, Known::Right);
    let mut variables = scene.home.environment();
    variables.push(("SSH_AUTH_SOCK".into(), agent.socket().into()));
    let url = scene.remote_at(&server.url(&scene.server.repo_path("team/api"))).url().clone();
    let remote = Remote::new(url, GitEnvironment::from_variables(variables));
    assert_eq!(remote.list_refs().expect_err("it holds none").kind, Kind::SshKeyRefused);
    agent.add(&scene.home, &key);
    assert_eq!(remote.list_refs().expect("signed in").refs.len(), 1);
}

/// It would wait for ever.
#[test]
fn a_key_with_a_passphrase_is_not_asked_for() {
    let scene = Scene::pushed();
    let Some(server) = SshServer::start(&scene.home) else { return skip(NO_SERVER) };
    let key = scene.home.path().join("key");
    make_key(&scene.home, &key, "a passphrase");
    server.authorize(&key);
    server.set_up(&scene.home, Some(&key), Known::Right);
    let remote = scene.remote_at(&server.url(&scene.server.repo_path("team/api")));
    let error = remote.list_refs().expect_err("nobody can open the key");
    assert_eq!(error.kind, Kind::SshKeyRefused, "{}", error.git_output);
    assert!(error.hints.join("\n").contains("ssh-add"), "{:?}", error.hints);
}
