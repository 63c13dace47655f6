//! Anything that can send a request: a hook of a plain Git server, a pipeline.
//!
//! A body is not needed. Where it is a JSON object, it may say what moved: `{"ref": "refs/heads/main", "before": HASH,
//! "after": HASH, "author": NAME}`, all optional, or a list of such under `changes`.

use http::HeaderMap;
use serde::Deserialize;

use super::{Change, Event, Notice, Push, Unreadable, first_header, hash, parse};

const NAME: &str = "push";
const IDS: [&str; 3] = ["webhook-id", "idempotency-key", "x-request-id"];

#[derive(Deserialize, Default)]
struct Body {
    #[serde(flatten)]
    change: Moved,
    #[serde(default)]
    changes: Vec<Moved>,
    author: Option<String>,
}

#[derive(Deserialize, Default)]
struct Moved {
    #[serde(rename = "ref")]
    name: Option<String>,
    before: Option<String>,
    after: Option<String>,
}

pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Notice, Unreadable> {
    let body: Body = if body.trim_ascii().is_empty() { Body::default() } else { parse(NAME, body)? };
    let moved = |moved: Moved| {
        Some(Change { name: moved.name?, before: hash(moved.before), after: hash(moved.after) })
    };
    let changes = body.changes.into_iter().chain([body.change]).filter_map(moved).collect();
    let event = Event::Push(Push { changes, author: body.author, ..Push::default() });
    Ok(Notice { id: first_header(headers, &IDS).map(str::to_owned), name: NAME.to_owned(), event })
}
