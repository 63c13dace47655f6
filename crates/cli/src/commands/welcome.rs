//! `syncline` alone: where one is, and what to type there.

use syncline_sync::Workspace;

use super::status;
use crate::args::GlobalArgs;
use crate::output::style;
use crate::output::words::shown;
use crate::session::Session;

const ELSEWHERE: &str = "\
This folder is no workspace yet:
  syncline init         makes it one
  syncline clone URL    opens one from a remote
";

const HERE: &str = concat!(
    "  syncline status       what changed, by resource; what is held\n",
    "  syncline sync         commit, pull and push in one\n",
    "  syncline undo         take back the last operation, whatever it was\n",
);

/// What to type first, or next.
pub(crate) fn text() -> String {
    let session = GlobalArgs { quiet: true, ..GlobalArgs::default() };
    let here = Session::new(&session, "status").open().ok();
    let state = here.as_ref().map_or_else(|| ELSEWHERE.to_owned(), of_workspace);
    let all =
        style::next_step("all commands: `syncline --help`; each with examples: `syncline COMMAND --help`");
    format!("Usage: syncline [OPTIONS] <COMMAND>\n\n{state}{all}\n")
}

fn of_workspace(workspace: &Workspace) -> String {
    let next = workspace.status().ok().and_then(|status| status::next_step(workspace, &status));
    let next = next.map(|next| format!("{}\n", style::next_step(next))).unwrap_or_default();
    format!("{} is a workspace:\n{HERE}{next}", shown(workspace.root().display()))
}
