//! What the bodies tell, by small ones of our own.

use http::{HeaderName, HeaderValue};
use serde_json::json;

use super::*;

const OLD: &str = "1111111111111111111111111111111111111111";
const NEW: &str = "2222222222222222222222222222222222222222";
const NONE: &str = "0000000000000000000000000000000000000000";

fn told(sender: Sender, of: &[(&'static str, &'static str)], body: &serde_json::Value) -> Notice {
    read(sender, &headers(of), body.to_string().as_bytes()).expect("it can be read")
}

fn headers(of: &[(&'static str, &'static str)]) -> HeaderMap {
    let header = |(name, value): &(&'static str, &'static str)| {
        (HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    of.iter().map(header).collect()
}

fn moved(name: &str, before: Option<&str>, after: Option<&str>) -> Change {
    Change { name: name.to_owned(), before: before.map(str::to_owned), after: after.map(str::to_owned) }
}

fn push(notice: Notice) -> Push {
    match notice.event {
        Event::Push(push) => push,
        other => panic!("{other:?} is no push"),
    }
}

#[test]
fn github_tells_branch_author_and_commits() {
    let body = json!({
        "ref": "refs/heads/main", "before": OLD, "after": NEW,
        "repository": {"full_name": "books/library", "clone_url": "https://github.example/books/library.git"},
        "pusher": {"name": "ann", "email": "ann@example.com"},
        "commits": [{"id": NEW, "message": "Add a shelf"}],
    });
    let notice = told(Sender::GitHub, &[("x-github-event", "push"), ("x-github-delivery", "d-1")], &body);
    assert_eq!((notice.id.as_deref(), notice.name.as_str()), (Some("d-1"), "push"));
    let push = push(notice);
    assert_eq!(push.changes, [moved("refs/heads/main", Some(OLD), Some(NEW))]);
    assert_eq!(push.author.as_deref(), Some("ann"));
    assert_eq!(push.commits, [Commit { id: NEW.to_owned(), message: "Add a shelf".to_owned() }]);
    assert_eq!(push.repository.map(|place| place.name).as_deref(), Some("books/library"));
}

#[test]
fn a_body_may_come_in_a_form() {
    let form = b"payload=%7B%22ref%22%3A%22refs%2Fheads%2Fa+b%22%2C%22repository%22%3A%7B%7D%7D";
    let of = headers(&[
        ("x-github-event", "push"),
        ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
    ]);
    let notice = read(Sender::GitHub, &of, form).expect("it can be read");
    assert_eq!(push(notice).changes, [moved("refs/heads/a b", None, None)]);
}

#[test]
fn gitea_tells_a_removed_branch_by_an_event_of_its_own() {
    let body = json!({"ref": "old", "ref_type": "branch", "repository": {"full_name": "books/library"}});
    let names = [("x-gitea-event", "delete"), ("x-github-event", "push"), ("x-gitea-delivery", "d-2")];
    let notice = told(Sender::Gitea, &names, &body);
    assert_eq!(notice.id.as_deref(), Some("d-2"));
    assert_eq!(push(notice).changes, [moved("refs/heads/old", None, None)]);
}

#[test]
fn gitlab_goes_by_the_kind_in_the_body() {
    let body = |kind: &str| {
        json!({"object_kind": kind, "ref": "refs/tags/v1", "before": NONE, "after": NEW, "user_name": "Ann",
            "project": {"path_with_namespace": "a/b/c", "git_ssh_url": "git@gitlab.example:a/b/c.git"}})
    };
    let of = [("x-gitlab-event", "Tag Push Hook"), ("x-gitlab-event-uuid", "u"), ("idempotency-key", "k")];
    let notice = told(Sender::GitLab, &of, &body("tag_push"));
    assert_eq!(notice.id.as_deref(), Some("k"));
    assert_eq!(push(notice).changes, [moved("refs/tags/v1", None, Some(NEW))]);
    assert_eq!(told(Sender::GitLab, &of, &body("note")).event, Event::Other);
}

#[test]
fn bitbucket_tells_of_many_branches_at_once() {
    let branch = |name: &str, hash: &str| json!({"type": "branch", "name": name, "target": {"hash": hash}});
    let body = json!({
        "push": {"changes": [
            {"old": branch("a", OLD), "new": branch("a", NEW), "commits": [{"hash": NEW, "message": "m"}]},
            {"old": branch("b", OLD), "new": null},
            {"old": null, "new": {"type": "bookmark", "name": "c", "target": {"hash": NEW}}},
        ]},
        "repository": {"full_name": "books/library"},
        "actor": {"display_name": "Ann"},
    });
    let push = push(told(Sender::Bitbucket, &[("x-event-key", "repo:push")], &body));
    let expected = [moved("refs/heads/a", Some(OLD), Some(NEW)), moved("refs/heads/b", Some(OLD), None)];
    assert_eq!(push.changes, expected);
    assert_eq!((push.author.as_deref(), push.commits.len()), (Some("Ann"), 1));
}

#[test]
fn a_generic_sender_need_not_say_anything() {
    let notice = read(Sender::Generic, &HeaderMap::new(), b"").expect("it can be read");
    assert_eq!(notice.event, Event::Push(Push::default()));
    let body = json!({"ref": "refs/heads/main", "after": NEW, "author": "a pipeline"});
    let push = push(told(Sender::Generic, &[], &body));
    assert_eq!(push.changes, [moved("refs/heads/main", None, Some(NEW))]);
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    let cut = read(Sender::GitHub, &headers(&[("x-github-event", "push")]), b"{\"ref\": ");
    let expected = "the body of `push` cannot be read: EOF while parsing a value at line 1 column 8";
    assert_eq!(cut.map_err(|error| error.to_string()), Err(expected.to_owned()));
    for sender in [Sender::GitHub, Sender::GitLab, Sender::Bitbucket, Sender::Gitea] {
        assert!(matches!(read(sender, &HeaderMap::new(), b"{}"), Err(Unreadable::NoHeader(_))));
    }
    assert!(read(Sender::Generic, &HeaderMap::new(), b"[").is_err());
}
