//! Bitbucket: of bitbucket.org, and of Bitbucket Data Center, which a company runs and which sends another body.
//!
//! Source: <https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/>,
//! <https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html>.

use http::HeaderMap;
use serde::Deserialize;

use super::{Change, Commit, Event, Notice, Place, Push, Unreadable, first_header, hash, header, parse};

const EVENT: &str = "x-event-key";
/// Of bitbucket.org, then of Data Center.
const IDS: [&str; 2] = ["x-request-uuid", "x-request-id"];

#[derive(Deserialize)]
struct CloudBody {
    push: Changes,
    repository: CloudRepository,
    actor: Option<CloudUser>,
}

#[derive(Deserialize)]
struct Changes {
    changes: Vec<CloudChange>,
}

#[derive(Deserialize)]
struct CloudChange {
    old: Option<CloudRef>,
    new: Option<CloudRef>,
    #[serde(default)]
    commits: Vec<Commit>,
}

#[derive(Deserialize)]
struct CloudRef {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    hash: String,
}

#[derive(Deserialize)]
struct CloudRepository {
    full_name: String,
    links: Option<Links>,
}

#[derive(Deserialize)]
struct Links {
    html: Option<Link>,
}

#[derive(Deserialize)]
struct Link {
    href: String,
}

#[derive(Deserialize)]
struct CloudUser {
    display_name: Option<String>,
    nickname: Option<String>,
    username: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DataCenterBody {
    changes: Vec<DataCenterChange>,
    repository: DataCenterRepository,
    actor: Option<DataCenterUser>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DataCenterChange {
    ref_id: String,
    from_hash: Option<String>,
    to_hash: Option<String>,
}

#[derive(Deserialize)]
struct DataCenterRepository {
    slug: String,
    project: Option<DataCenterProject>,
}

#[derive(Deserialize)]
struct DataCenterProject {
    key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DataCenterUser {
    display_name: Option<String>,
    name: Option<String>,
}

pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Notice, Unreadable> {
    let name = header(headers, EVENT).ok_or(Unreadable::NoHeader(EVENT))?;
    let event = match name {
        "repo:push" => Event::Push(cloud(parse(name, body)?)),
        "repo:refs_changed" => Event::Push(data_center(parse(name, body)?)),
        "diagnostics:ping" => Event::Ping,
        _ => Event::Other,
    };
    Ok(Notice { id: first_header(headers, &IDS).map(str::to_owned), name: name.to_owned(), event })
}

fn cloud(body: CloudBody) -> Push {
    let mut push = Push {
        repository: Some(Place {
            addresses: body
                .repository
                .links
                .and_then(|links| links.html)
                .map(|link| link.href)
                .into_iter()
                .collect(),
            name: body.repository.full_name,
        }),
        author: body.actor.and_then(|actor| actor.display_name.or(actor.nickname).or(actor.username)),
        ..Push::default()
    };
    for CloudChange { old, new, commits } in body.push.changes {
        push.commits.extend(commits);
        let Some(name) = new.as_ref().or(old.as_ref()).and_then(full_name) else { continue };
        let at = |reference: Option<CloudRef>| reference.and_then(|it| it.target).map(|target| target.hash);
        push.changes.push(Change { name, before: at(old), after: at(new) });
    }
    push
}

/// Mercurial's bookmarks and named branches are none of git's.
fn full_name(reference: &CloudRef) -> Option<String> {
    match reference.kind.as_str() {
        "branch" => Some(format!("refs/heads/{}", reference.name)),
        "tag" | "annotated_tag" => Some(format!("refs/tags/{}", reference.name)),
        _ => None,
    }
}

fn data_center(body: DataCenterBody) -> Push {
    let DataCenterRepository { slug, project } = body.repository;
    let name = project.map_or_else(|| slug.clone(), |project| format!("{}/{slug}", project.key));
    let change = |it: DataCenterChange| Change {
        name: it.ref_id,
        before: hash(it.from_hash),
        after: hash(it.to_hash),
    };
    Push {
        repository: Some(Place { name, addresses: Vec::new() }),
        changes: body.changes.into_iter().map(change).collect(),
        author: body.actor.and_then(|actor| actor.display_name.or(actor.name)),
        commits: Vec::new(),
    }
}
