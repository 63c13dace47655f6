//! Real bodies of the forges, where they lie beside the project: each is read, and what other libraries have made of
//! the pushes is what we make of them.

use std::fs;
use std::path::{Path, PathBuf};

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value as Json;
use syncline_forge::{Event, Secret, Sender, read, verify};
use syncline_testkit::TestHome;
use syncline_testkit::beside::{beside_workspace, unpack};

/// The payloads unpacked into a folder; `None`, said aloud, where they are not there.
fn payloads(home: &TestHome) -> Option<PathBuf> {
    let archive = beside_workspace("webhooks/webhooks.tar.xz")?;
    let folder = home.folder("webhooks");
    unpack(&archive, &folder);
    Some(folder)
}

fn headers<'h>(of: impl IntoIterator<Item = (&'h str, &'h str)>) -> HeaderMap {
    let header = |(name, value): (&str, &str)| {
        let name = HeaderName::from_bytes(name.to_lowercase().as_bytes()).expect("a name");
        (name, HeaderValue::from_str(value).expect("a value"))
    };
    of.into_iter().map(header).collect()
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = paths.filter(|path| path.to_string_lossy().ends_with(ending)).collect();
    files.sort();
    assert!(!files.is_empty(), "{}", folder.display());
    files
}

#[test]
fn captured_deliveries_are_signed_and_read() {
    let home = TestHome::new();
    let Some(folder) = payloads(&home) else { return };
    let mut seen = Vec::new();
    for body in ["gitea", "gogs"].iter().flat_map(|name| files(&folder.join("captured").join(name), ".body"))
    {
        let named = fs::read_to_string(body.with_extension("headers.json")).expect("it has headers");
        let named: Json = serde_json::from_str(&named).expect("they are JSON");
        let pairs = named["headers"].as_array().expect("a list").iter();
        let headers =
            headers(pairs.map(|pair| (pair[0].as_str().unwrap_or(""), pair[1].as_str().unwrap_or(""))));
        let body = fs::read(&body).expect("it can be read");
        let check =
            |secret: &str, body: &[u8]| verify(Sender::Gitea, &Secret::new(secret), &headers, body, 0);
        assert_eq!(check("s3cr3t", &body), Ok(()));
        assert!(check("secret", &body).is_err() && check("s3cr3t", &body[1..]).is_err());
        let notice = read(Sender::Gitea, &headers, &body).expect("it can be read");
        assert!(notice.id.is_some());
        seen.push((notice.name, matches!(notice.event, Event::Push(_))));
    }
    let tells = |name: &str| seen.iter().any(|(event, is_push)| event == name && *is_push);
    assert!(tells("push") && !tells("create"), "{seen:?}");
}

/// Which header says what a body is, what a push is called, and the folder with the bodies.
const PUSHES: [(Sender, &str, &str, &str); 5] = [
    (Sender::GitHub, "x-github-event", "push", "github"),
    (Sender::GitLab, "x-gitlab-event", "Push Hook", "gitlab"),
    (Sender::Gitea, "x-gitea-event", "push", "gitea"),
    (Sender::Gitea, "x-gogs-event", "push", "gogs"),
    (Sender::Bitbucket, "x-event-key", "repo:refs_changed", "stash"),
];

#[test]
fn pushes_are_what_other_libraries_make_of_them() {
    let home = TestHome::new();
    let Some(folder) = payloads(&home) else { return };
    let mut compared = 0;
    for (sender, header, event, name) in PUSHES {
        let bodies = files(&folder.join(format!("go-scm/scm/driver/{name}/testdata/webhooks")), ".json");
        for body in bodies.iter().filter(|body| body.to_string_lossy().contains("/push")) {
            let Ok(expected) = fs::read(body.with_extension("json.golden")) else { continue };
            // Some were never written down.
            let Ok(expected) = serde_json::from_slice::<Json>(&expected) else { continue };
            let bytes = fs::read(body).expect("it can be read");
            let Ok(notice) = read(sender, &headers([(header, event)]), &bytes) else {
                panic!("{} cannot be read", body.display())
            };
            let Event::Push(push) = notice.event else { panic!("{} is no push", body.display()) };
            let text = |name: &str| expected[name].as_str();
            let (Some(name), Some(before)) = (text("Ref"), text("Before")) else { continue };
            let hash = |text: &str| text.bytes().any(|byte| byte != b'0').then(|| text.to_owned());
            assert_eq!(push.changes[0].name, name, "{}", body.display());
            assert_eq!(push.changes[0].before, hash(before), "{}", body.display());
            if let Some(after) = text("After") {
                assert_eq!(push.changes[0].after, hash(after), "{}", body.display());
            }
            let place = push.repository.expect("it says where");
            let repo = &expected["Repo"];
            let [namespace, own] = ["Namespace", "Name"].map(|part| repo[part].as_str().unwrap_or(""));
            assert_eq!(place.name, format!("{namespace}/{own}"), "{}", body.display());
            compared += 1;
        }
    }
    assert!(compared >= 10, "{compared}");
}

#[test]
fn every_body_is_read() {
    let home = TestHome::new();
    let Some(folder) = payloads(&home) else { return };
    let folder = folder.join("go-playground/testdata");
    for (sender, header, folder) in [
        (Sender::GitHub, "x-github-event", folder.join("github")),
        (Sender::GitLab, "x-gitlab-event", folder.join("gitlab")),
        (Sender::Gitea, "x-gitea-event", folder.join("gitea")),
        (Sender::Gitea, "x-gogs-event", folder.join("gogs")),
        (Sender::Bitbucket, "x-event-key", folder.join("bitbucket")),
        (Sender::Bitbucket, "x-event-key", folder.join("bitbucket-server")),
    ] {
        for body in files(&folder, ".json") {
            let stem = body.file_stem().expect("a name").to_string_lossy().into_owned();
            let event = match (sender, stem.as_str()) {
                (Sender::Bitbucket, "repo-push") => "repo:push".to_owned(),
                (Sender::Bitbucket, "repo-refs-changed") => "repo:refs_changed".to_owned(),
                (Sender::GitHub | Sender::Gitea, stem) => stem.trim_end_matches("-event").to_owned(),
                (_, stem) => stem.to_owned(),
            };
            let bytes = fs::read(&body).expect("it can be read");
            let notice = read(sender, &headers([(header, event.as_str())]), &bytes);
            let notice = notice.unwrap_or_else(|error| panic!("{}: {error}", body.display()));
            let is_push = matches!(&notice.event, Event::Push(push) if !push.changes.is_empty());
            let tells = [
                "push",
                "tag-event",
                "repo-push",
                "repo-refs-changed",
                "push-event",
                "delete",
                "delete-event",
            ];
            let is_meant = tells.contains(&stem.as_str())
                || stem.starts_with("system-push")
                || stem == "system-tag-event";
            assert_eq!(is_push, is_meant, "{}", body.display());
        }
    }
}
