//! GitHub, and Gitea, Forgejo and Gogs, whose bodies are made after GitHub's.
//!
//! Source: <https://docs.github.com/webhooks/webhook-events-and-payloads>,
//! <https://docs.gitea.com/usage/webhooks>, <https://forgejo.org/docs/latest/user/webhooks/>.

use std::borrow::Cow;

use http::HeaderMap;
use serde::Deserialize;

use super::{Change, Commit, Event, Notice, Place, Push, Unreadable, first_header, hash, header, parse};

const EVENT: &str = "x-github-event";
const DELIVERY: &str = "x-github-delivery";
/// The most special name first: for programs that know only its model each sends the older names too.
const GITEA_EVENTS: [&str; 4] = ["x-forgejo-event", "x-gitea-event", "x-gogs-event", EVENT];
const GITEA_DELIVERIES: [&str; 4] = ["x-forgejo-delivery", "x-gitea-delivery", "x-gogs-delivery", DELIVERY];

#[derive(Deserialize)]
struct PushBody {
    #[serde(rename = "ref")]
    name: String,
    before: Option<String>,
    after: Option<String>,
    repository: Repository,
    pusher: Option<User>,
    #[serde(default)]
    commits: Vec<Commit>,
}

#[derive(Deserialize)]
struct DeleteBody {
    #[serde(rename = "ref")]
    name: String,
    ref_type: String,
    repository: Repository,
    sender: Option<User>,
}

#[derive(Deserialize)]
struct Repository {
    full_name: Option<String>,
    clone_url: Option<String>,
    ssh_url: Option<String>,
    html_url: Option<String>,
}

#[derive(Deserialize)]
struct User {
    name: Option<String>,
    full_name: Option<String>,
    username: Option<String>,
    login: Option<String>,
}

pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Notice, Unreadable> {
    let name = header(headers, EVENT).ok_or(Unreadable::NoHeader(EVENT))?;
    let body = payload(headers, body);
    Ok(Notice {
        id: header(headers, DELIVERY).map(str::to_owned),
        event: event(name, &body)?,
        name: name.to_owned(),
    })
}

pub(super) fn read_gitea(headers: &HeaderMap, body: &[u8]) -> Result<Notice, Unreadable> {
    let name = first_header(headers, &GITEA_EVENTS).ok_or(Unreadable::NoHeader(GITEA_EVENTS[1]))?;
    let body = payload(headers, body);
    Ok(Notice {
        id: first_header(headers, &GITEA_DELIVERIES).map(str::to_owned),
        event: event(name, &body)?,
        name: name.to_owned(),
    })
}

/// The JSON: a hook may be set to send it as the field `payload` of a form.
fn payload<'b>(headers: &HeaderMap, body: &'b [u8]) -> Cow<'b, [u8]> {
    let is_form = header(headers, "content-type")
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let field = is_form.then(|| form_urlencoded::parse(body).find(|(name, _)| name == "payload")).flatten();
    field.map_or(Cow::Borrowed(body), |(_, json)| Cow::Owned(json.into_owned().into_bytes()))
}

fn event(name: &str, body: &[u8]) -> Result<Event, Unreadable> {
    Ok(match name {
        "push" => Event::Push(push(parse(name, body)?)),
        // Gitea tells a removed branch by this alone; of a new one it sends a push too.
        "delete" => removed(parse(name, body)?),
        "ping" => Event::Ping,
        _ => Event::Other,
    })
}

fn push(body: PushBody) -> Push {
    let change = Change { name: body.name, before: hash(body.before), after: hash(body.after) };
    Push {
        repository: place(body.repository),
        changes: vec![change],
        author: body.pusher.and_then(user),
        commits: body.commits,
    }
}

fn removed(body: DeleteBody) -> Event {
    let kind = match body.ref_type.as_str() {
        "branch" => "refs/heads/",
        "tag" => "refs/tags/",
        _ => return Event::Other,
    };
    let name = if body.name.starts_with("refs/") { body.name } else { format!("{kind}{}", body.name) };
    Event::Push(Push {
        repository: place(body.repository),
        changes: vec![Change { name, before: None, after: None }],
        author: body.sender.and_then(user),
        commits: Vec::new(),
    })
}

fn place(repository: Repository) -> Option<Place> {
    let Repository { full_name, clone_url, ssh_url, html_url } = repository;
    let addresses = [clone_url, ssh_url, html_url].into_iter().flatten().collect();
    Some(Place { name: full_name?, addresses })
}

/// By the name for people where there is one.
fn user(user: User) -> Option<String> {
    let names = [user.full_name, user.name, user.username, user.login];
    names.into_iter().flatten().find(|name| !name.is_empty())
}
