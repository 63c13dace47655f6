//! What `syncline import` and `syncline export` take.

use std::path::PathBuf;

use clap::Args;

use super::examples;
use crate::complete::candidates;

// `syncline import`.
#[derive(Debug, Args)]
#[command(after_help = examples::IMPORT)]
pub(crate) struct ImportArgs {
    /// An export of the tool, or the folder of its app's own data
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,
    /// Take in only these, with all that is in them and around them
    #[arg(value_name = "SELECTOR", add = candidates::selectors())]
    pub(crate) selectors: Vec<String>,
    /// Make what is here as it is there: what is only here goes
    #[arg(long)]
    pub(crate) exact: bool,
    /// Only tell what would change
    #[arg(long)]
    pub(crate) preview: bool,
}

// `syncline export`.
#[derive(Debug, Args)]
#[command(after_help = examples::EXPORT)]
pub(crate) struct ExportArgs {
    /// The file to write, ending in .json or .yaml; `-` for standard output
    #[arg(value_name = "PATH")]
    pub(crate) path: PathBuf,
    /// Put in only these, with all that is in them and around them
    #[arg(value_name = "SELECTOR", add = candidates::selectors())]
    pub(crate) selectors: Vec<String>,
    /// Export as this format; the workspace's own where none is given
    #[arg(long = "as", value_name = "FORMAT", add = candidates::formats())]
    pub(crate) format: Option<String>,
    /// Write over a file that is there
    #[arg(long)]
    pub(crate) force: bool,
}
