//! GitLab. Source: <https://docs.gitlab.com/user/project/integrations/webhook_events/>.

use http::HeaderMap;
use serde::Deserialize;

use super::{Change, Commit, Event, Notice, Place, Push, Unreadable, first_header, hash, header, parse};

const EVENT: &str = "x-gitlab-event";
/// What stays the same when a delivery is tried again, the best first.
const IDS: [&str; 3] = ["idempotency-key", "webhook-id", "x-gitlab-event-uuid"];

/// What all bodies have; those of system hooks have no kind.
#[derive(Deserialize)]
struct Kind {
    object_kind: Option<String>,
    event_name: Option<String>,
}

#[derive(Deserialize)]
struct PushBody {
    #[serde(rename = "ref")]
    name: String,
    before: Option<String>,
    after: Option<String>,
    user_name: Option<String>,
    user_username: Option<String>,
    project: Option<Project>,
    #[serde(default)]
    commits: Vec<Commit>,
}

#[derive(Deserialize)]
struct Project {
    path_with_namespace: String,
    git_http_url: Option<String>,
    git_ssh_url: Option<String>,
    web_url: Option<String>,
}

pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Notice, Unreadable> {
    let name = header(headers, EVENT).ok_or(Unreadable::NoHeader(EVENT))?;
    let Kind { object_kind, event_name } = parse(name, body)?;
    let event = match object_kind.or(event_name).as_deref() {
        Some("push" | "tag_push") => Event::Push(push(parse(name, body)?)),
        _ => Event::Other,
    };
    Ok(Notice { id: first_header(headers, &IDS).map(str::to_owned), name: name.to_owned(), event })
}

fn push(body: PushBody) -> Push {
    let place = |project: Project| {
        let addresses = [project.git_http_url, project.git_ssh_url, project.web_url];
        Place { name: project.path_with_namespace, addresses: addresses.into_iter().flatten().collect() }
    };
    Push {
        repository: body.project.map(place),
        changes: vec![Change { name: body.name, before: hash(body.before), after: hash(body.after) }],
        author: body.user_name.or(body.user_username),
        commits: body.commits,
    }
}
