//! What the figures were measured on.

use std::num::NonZeroUsize;
use std::thread;

use syncline_testkit::TestHome;

/// Cores, load and the version of git: a figure without them says little.
pub(crate) fn describe() -> String {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let home = TestHome::new();
    let git = home.git(home.path(), ["version"]);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown");
    format!(
        "{} {}, {cores} cores, load {load}; {git} with its default settings; medians, both in turns",
        std::env::consts::OS,
        std::env::consts::ARCH,
    )
}
