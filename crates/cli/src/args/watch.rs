//! What `syncline watch` takes.

use std::time::Duration;

use clap::Args;
use syncline_sync::{WatchMode, parse_duration};

use super::examples;

// `syncline watch`.
#[derive(Debug, Args)]
#[command(after_help = examples::WATCH)]
pub(crate) struct WatchArgs {
    /// Ask the remote for news this often, as `20s` or `5m` [default: the setting `watch.every`]
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(crate) every: Option<Duration>,
    /// Take files that have not changed for so long [default: the setting `watch.quiet`]
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(crate) quiet_period: Option<Duration>,
    /// What to do by itself: instant, session, manual [default: the setting `watch.mode`]
    #[arg(long, value_name = "MODE")]
    pub(crate) mode: Option<WatchMode>,
    /// Have it started at each login, as a service of this user
    #[arg(long)]
    pub(crate) install: bool,
    /// Take that service out again
    #[arg(long, conflicts_with_all = ["install", "every", "quiet_period", "mode"])]
    pub(crate) uninstall: bool,
}
