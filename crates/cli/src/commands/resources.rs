//! `syncline resources`.

use serde_json::{Value as Json, json};
use syncline_sync::{ListedResource, ResourceList};

use crate::args::ResourcesArgs;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::style::{DIM, NAME};
use crate::output::words::shown;
use crate::output::{Answer, problem, style, table};
use crate::session::{Session, selectors};

pub(crate) fn run(session: &Session<'_>, args: &ResourcesArgs) -> Result<Answer, CommandError> {
    let workspace = session.open()?;
    let list = workspace.resources(&selectors(&workspace, &args.selectors)?)?;
    let object = || {
        json!({
            "format": list.format,
            "resources": list.resources.iter().map(resource).collect::<Json>(),
            "unreadable": list.unreadable.iter().map(ToString::to_string).collect::<Json>(),
        })
    };
    let notes = session.notes(problem::left_out(&list.unreadable));
    let exit = Exit::held_if(!list.unreadable.is_empty());
    Ok(session.report(object, || text(&list)).notes(notes).exit(exit))
}

fn resource(resource: &ListedResource) -> Json {
    json!({
        "kind": resource.kind,
        "id": resource.id,
        "name": resource.name,
        "parent": resource.parent,
        "path": resource.path.to_string(),
        "at": resource.at.to_string(),
    })
}

fn text(list: &ResourceList) -> String {
    if list.resources.is_empty() {
        return "There are no resources here yet\n".to_owned();
    }
    let row = |resource: &ListedResource| {
        vec![
            table::plain(shown(&resource.kind)),
            (shown(&resource.name), NAME),
            table::plain(resource.id.as_deref().map(shown).unwrap_or_default()),
            (shown(&resource.path), DIM),
        ]
    };
    let head = ["Kind", "Name", "Id", "File"].map(|title| (title.to_owned(), style::BOLD)).to_vec();
    let rows: Vec<_> = std::iter::once(head).chain(list.resources.iter().map(row)).collect();
    table::rows(0, &rows).concat()
}
