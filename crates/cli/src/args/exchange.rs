//! What `syncline import` takes.

use std::path::PathBuf;

use clap::Args;

use super::SELECTORS;

// `syncline import`.
#[derive(Debug, Args)]
#[command(after_help = SELECTORS)]
pub(crate) struct ImportArgs {
    /// An export of the tool, or the folder of its app's own data
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,
    /// Take in only these, with all that is in them and around them
    #[arg(value_name = "SELECTOR")]
    pub(crate) selectors: Vec<String>,
    /// Make what is here as it is there: what is only here goes
    #[arg(long)]
    pub(crate) exact: bool,
    /// Only tell what would change
    #[arg(long)]
    pub(crate) preview: bool,
}
