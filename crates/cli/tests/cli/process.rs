//! The processes that the program starts, and theirs.

use std::fs;
use std::process::Child;

use rustix::process::{Pid, Signal, kill_process};

/// The processes that a process started, and that have not ended.
pub(crate) fn started_by(process: Pid) -> Vec<Pid> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let children = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    let numbers: Vec<i32> = children
        .flat_map(|text| text.split(' ').filter_map(|word| word.parse().ok()).collect::<Vec<_>>())
        .collect();
    numbers.into_iter().filter_map(Pid::from_raw).filter(|child| is_alive(*child)).collect()
}

/// One that ended and that nobody has asked after is a zombie.
pub(crate) fn is_alive(process: Pid) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/stat"));
    status.is_ok_and(|text| !text.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z')))
}

/// Kills a process and all that it started, and that these started: none of them can tidy up.
pub(crate) fn kill_with_all_below(child: &Child) {
    for process in stopped_tree(Pid::from_child(child)) {
        // Where it has ended, that is what was wanted.
        let _ = kill_process(process, Signal::KILL);
    }
}

/// From the top down, each stopped before its own are looked for: so it starts no more.
fn stopped_tree(top: Pid) -> Vec<Pid> {
    let _ = kill_process(top, Signal::STOP);
    let below = started_by(top).into_iter().flat_map(stopped_tree);
    std::iter::once(top).chain(below).collect()
}
