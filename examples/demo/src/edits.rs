//! What Anna and Ben do in their tool: edits of the collection's file.

use std::fs;

use syncline_document::{Document, Edit, Language, Pointer, Value};
use syncline_format::{Format, Formats, RepoPath, Resource};

use crate::Failure;
use crate::installation::{COLLECTION, Installation};

/// A change of one field of a request, named as people name it.
pub(crate) enum Act {
    Set { request: &'static str, field: &'static str, value: &'static str },
    Add { after: &'static str, name: &'static str, url: &'static str, id: &'static str },
    Delete { request: &'static str },
}

impl Act {
    /// For the story.
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Set { request, field: "/name", value } => format!("renames \"{request}\" to \"{value}\""),
            Self::Set { request, field, value } => {
                format!(
                    "sets {} of \"{request}\" to {value}",
                    field.trim_start_matches('/').replace('/', ".")
                )
            }
            Self::Add { name, .. } => format!("adds the request \"{name}\""),
            Self::Delete { request } => format!("deletes \"{request}\""),
        }
    }
}

/// Does it in the file of an installation, as the tool would.
pub(crate) fn act(installation: &Installation, act: &Act) -> Result<(), Failure> {
    let path = installation.collection();
    let text = fs::read(&path).map_err(|error| Failure(format!("{}: {error}", path.display())))?;
    let formats = Formats::built_in();
    let format = formats.get("insomnia-v5").ok_or_else(|| Failure("insomnia-v5 is not known".to_owned()))?;
    let document = Document::parse(&text, Language::Yaml).map_err(|error| Failure(error.to_string()))?;
    let edit = edit_for(&document, format, act)?;
    let text = document.edit(&edit).map_err(|error| Failure(error.to_string()))?;
    fs::write(&path, text).map_err(|error| Failure(format!("{}: {error}", path.display())))
}

fn edit_for(document: &Document, format: &Format, act: &Act) -> Result<Edit, Failure> {
    Ok(match act {
        Act::Set { request, field, value } => {
            let at = field
                .trim_start_matches('/')
                .split('/')
                .fold(find(document, format, request)?.at, |at, part| at.child(part));
            Edit::Set { at, value: Value::String((*value).into()) }
        }
        Act::Add { after, name, url, id } => {
            Edit::Insert { at: next(&find(document, format, after)?.at)?, value: new_request(name, url, id) }
        }
        Act::Delete { request } => Edit::Remove { at: find(document, format, request)?.at },
    })
}

fn find(document: &Document, format: &Format, name: &str) -> Result<Resource, Failure> {
    let path = RepoPath::new(COLLECTION).map_err(|error| Failure(error.to_string()))?;
    let found = format.resources(&path, document).into_iter().find(|resource| resource.name == name);
    found.ok_or_else(|| Failure(format!("the collection has no \"{name}\"")))
}

/// The place after an item of a list.
fn next(at: &Pointer) -> Result<Pointer, Failure> {
    let no_item = || Failure(format!("{at} is no item of a list"));
    let (last, parents) = at.parts().split_last().ok_or_else(no_item)?;
    let index: usize = last.parse().map_err(|_| no_item())?;
    Ok(parents
        .iter()
        .fold(Pointer::root(), |at, part| at.child(part.as_str()))
        .child((index + 1).to_string()))
}

fn new_request(name: &str, url: &str, id: &str) -> Value {
    let text = |text: &str| Value::String(text.into());
    let entry = |key: &str, value: Value| (text(key), value);
    let meta = Value::Mapping(vec![
        entry("id", text(id)),
        entry("created", Value::Number("1718090000000".into())),
        entry("modified", Value::Number("1718090000000".into())),
        entry("isPrivate", Value::Bool(false)),
        entry("sortKey", Value::Number("-1718090000000".into())),
    ]);
    Value::Mapping(vec![
        entry("url", text(url)),
        entry("name", text(name)),
        entry("meta", meta),
        entry("method", text("GET")),
    ])
}
