//! Settings, remotes, upstreams.

use syncline_repo::RemoteConfig;

use crate::lab::{Lab, branch, ref_name};

#[test]
fn settings_are_written_as_git_writes_them() {
    let lab = Lab::new();
    let mut repository = lab.open();
    assert_eq!(repository.config("syncline.format"), None);
    repository.set_config("syncline.format", Some("insomnia-v5")).unwrap();
    assert_eq!(repository.config("syncline.format").as_deref(), Some("insomnia-v5"));
    assert!(repository.config_is_local("syncline.format"));
    assert_eq!(lab.git(["config", "syncline.format"]), "insomnia-v5");
    for odd in ["-x", "a # b", " spaces ", "quote\"s", "ü", ""] {
        repository.set_config("syncline.odd", Some(odd)).unwrap();
        assert_eq!(repository.config("syncline.odd").as_deref(), Some(odd));
    }
    lab.git(["config", "--add", "syncline.many", "1"]);
    lab.git(["config", "--add", "syncline.many", "2"]);
    repository.reload().unwrap();
    assert_eq!(repository.config_all("syncline.many"), ["1", "2"]);
    repository.set_config("syncline.many", None).unwrap();
    repository.set_config("syncline.many", None).unwrap();
    assert_eq!(repository.config("syncline.many"), None);
    repository.set_config("syncline.on", Some("yes")).unwrap();
    assert_eq!(repository.config_bool("syncline.on"), Some(true));
    let error = repository.set_config("no key at all", Some("x")).unwrap_err();
    assert_eq!(error.to_string(), "cannot write the setting `no key at all`");
}

#[test]
fn who_commits() {
    let lab = Lab::new();
    lab.git(["config", "user.name", "Zoë"]);
    lab.git(["config", "user.email", "zoe@example.com"]);
    let repository = lab.open();
    let author = repository.author().unwrap();
    assert_eq!((author.name.as_str(), author.email.as_str()), ("Zoë", "zoe@example.com"));
    assert_eq!(repository.committer(), Some(author));
}

#[test]
fn remotes_and_upstreams() {
    let lab = Lab::new();
    let mut repository = lab.open();
    assert_eq!(repository.remotes(), []);
    assert_eq!(repository.upstream(&branch("main")), None);
    repository.set_remote("origin", "https://example.com/a.git").unwrap();
    repository.set_remote("origin", "https://example.com/b.git").unwrap();
    let origin =
        RemoteConfig { name: "origin".into(), url: Some("https://example.com/b.git".into()), push_url: None };
    assert_eq!(repository.remotes(), [origin]);
    assert_eq!(lab.git(["remote", "-v"]).lines().count(), 2);
    assert_eq!(
        lab.git(["config", "--get-all", "remote.origin.fetch"]),
        "+refs/heads/*:refs/remotes/origin/*"
    );
    let main = ref_name("refs/heads/main");
    repository.set_upstream(&branch("main"), Some(("origin", &main))).unwrap();
    let upstream = repository.upstream(&branch("main")).unwrap();
    assert_eq!(upstream.tracking, ref_name("refs/remotes/origin/main"));
    lab.write("a", "1");
    lab.commit("first");
    lab.git(["update-ref", "refs/remotes/origin/main", "HEAD"]);
    assert_eq!(lab.git(["rev-parse", "--abbrev-ref", "main@{upstream}"]), "origin/main");
    repository.remove_remote("origin").unwrap();
    repository.remove_remote("origin").unwrap();
    assert_eq!((repository.remotes(), repository.upstream(&branch("main"))), (vec![], None));
    assert_eq!(lab.git(["for-each-ref", "--format=%(refname)", "refs/remotes"]), "refs/remotes/origin/main");
}
