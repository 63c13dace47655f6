//! `syncline discard`.

use serde_json::json;

use crate::args::DiscardArgs;
use crate::error::CommandError;
use crate::output::{Answer, change, json};
use crate::session::{Session, selectors};

pub(crate) fn run(session: &Session<'_>, args: &DiscardArgs) -> Result<Answer, CommandError> {
    let mut workspace = session.open()?;
    let selectors = selectors(&workspace, &args.selectors)?;
    let changes = workspace.discard(&selectors)?;
    let text = || {
        if changes.is_empty() {
            "The files are as in the last commit\n".to_owned()
        } else {
            format!("Discarded {}\n{}", change::counted(&changes), change::digest(&changes))
        }
    };
    Ok(session.account(|| json!({"changes": json::changes(&changes)}), text))
}
