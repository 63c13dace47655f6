//! What the commands take that need no workspace: for single files, for git's drivers, for any repository's past,
//! and for descriptions of formats.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::examples;
use crate::complete::candidates;

// `syncline merge-file`.
#[derive(Debug, Args)]
#[command(after_help = examples::MERGE_FILE)]
pub(crate) struct MergeFileArgs {
    /// The version before both
    #[arg(value_name = "BASE")]
    pub(crate) base: PathBuf,
    /// Our version; its value stays where both changed a field
    #[arg(value_name = "OURS")]
    pub(crate) ours: PathBuf,
    /// Their version
    #[arg(value_name = "THEIRS")]
    pub(crate) theirs: PathBuf,
    /// Take the file for the one at this path of a repository
    #[arg(long, value_name = "P")]
    pub(crate) path: Option<String>,
    /// Take this format instead of the recognised one
    #[arg(long, value_name = "F", add = candidates::formats())]
    pub(crate) format: Option<String>,
    /// Write the conflicts to this file, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) conflicts: Option<PathBuf>,
    /// Run as git's merge driver: write the result over OURS, and hold conflicts in the repository
    #[arg(long, value_name = "FOR", conflicts_with = "conflicts")]
    pub(crate) driver: Option<DriverUse>,
    /// With --driver, what git's markers name ours, base and theirs
    #[arg(short = 'L', value_name = "LABEL", requires = "driver", allow_hyphen_values = true)]
    pub(crate) labels: Vec<String>,
    /// With --driver, how long git's markers are
    #[arg(long, value_name = "N", requires = "driver")]
    pub(crate) marker_size: Option<u16>,
}

/// What git calls a merge driver for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DriverUse {
    /// A merge, a rebase, a cherry-pick: what is in conflict is held
    Merge,
    /// Several common bases that become one: nobody is to hear of conflicts there
    Base,
}

// `syncline diff-file`.
#[derive(Debug, Args)]
#[command(
    override_usage = "syncline diff-file [OPTIONS] <OLD> <NEW>",
    after_help = examples::DIFF_FILE
)]
pub(crate) struct DiffFileArgs {
    /// The old and the new version; `/dev/null` stands for none
    #[arg(value_name = "FILE", required = true, num_args = 1..=9)]
    pub(crate) files: Vec<PathBuf>,
    /// Take the file for the one at this path of a repository
    #[arg(long, value_name = "P")]
    pub(crate) path: Option<String>,
}

// `syncline replay`.
#[derive(Debug, Args)]
#[command(after_help = examples::REPLAY)]
pub(crate) struct ReplayArgs {
    /// Any local Git repository, which stays as it is; the current one where none is given
    #[arg(value_name = "REPOSITORY", default_value = ".", hide_default_value = true)]
    pub(crate) repository: PathBuf,
    /// Only so many merges, the newest
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Write a page with the table, a plot and the merges to look at
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
}

// `syncline install-driver`.
#[derive(Clone, Copy, Debug, Args)]
#[command(after_help = examples::INSTALL_DRIVER)]
pub(crate) struct InstallDriverArgs {
    /// Set it for all your repositories, in your git configuration
    #[arg(long)]
    pub(crate) global: bool,
    /// Take out what was set
    #[arg(long)]
    pub(crate) remove: bool,
}

// `syncline formats`.
#[derive(Debug, Args)]
#[command(after_help = examples::FORMATS)]
pub(crate) struct FormatsArgs {
    #[command(subcommand)]
    pub(crate) command: Option<FormatsCommand>,
}

// What to do with a format.
#[derive(Debug, Subcommand)]
pub(crate) enum FormatsCommand {
    /// Tell what is wrong with a description, or what it finds here
    Check {
        /// The description
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}
