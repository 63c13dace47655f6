//! Taking turns, and the median.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// What one thing took, done by git and by Syncline, and by mergiraf where that does such a thing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    pub(crate) git: Duration,
    pub(crate) syncline: Duration,
    pub(crate) mergiraf: Option<Duration>,
}

/// The time that something takes.
#[expect(clippy::disallowed_methods, reason = "a benchmark is about time")]
pub(crate) fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

/// Lets git and Syncline do the same in turns, so that what else the machine does hits both; each is told
/// the number of the round and gives the time that counts. The first round is not counted: it warms caches.
pub(crate) fn in_turns(
    rounds: usize,
    git: impl FnMut(usize) -> Duration,
    syncline: impl FnMut(usize) -> Duration,
) -> Pair {
    with_mergiraf(rounds, git, syncline, None::<fn(usize) -> Duration>)
}

/// The same with a turn for mergiraf.
pub(crate) fn with_mergiraf(
    rounds: usize,
    mut git: impl FnMut(usize) -> Duration,
    mut syncline: impl FnMut(usize) -> Duration,
    mut mergiraf: Option<impl FnMut(usize) -> Duration>,
) -> Pair {
    let mut times = [const { Vec::new() }; 3];
    for round in 0..=rounds {
        let taken = [Some(git(round)), Some(syncline(round)), mergiraf.as_mut().map(|run| run(round))];
        if round > 0 {
            times.iter_mut().zip(taken).for_each(|(times, taken)| times.extend(taken));
        }
    }
    let [git, syncline, mergiraf] = times.map(median);
    Pair { git: git.unwrap_or_default(), syncline: syncline.unwrap_or_default(), mergiraf }
}

/// The most memory that a program has at once, in bytes; `None` where the system does not tell. What it takes in
/// its last millisecond may be missed.
pub(crate) fn peak_memory(mut command: Command) -> Option<u64> {
    let mut child = command.spawn().expect("the program was built or is installed");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    while child.try_wait().expect("it is our child").is_none() {
        peak = std::fs::read_to_string(&status).ok().as_deref().and_then(high_water).or(peak);
        thread::sleep(Duration::from_millis(1));
    }
    peak
}

/// The high-water mark in what Linux says of a process, in bytes.
fn high_water(status: &str) -> Option<u64> {
    let mark = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    mark.trim().strip_suffix(" kB")?.parse().ok().map(|kilobytes: u64| kilobytes * 1024)
}

fn median(mut times: Vec<Duration>) -> Option<Duration> {
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_round_does_not_count() {
        let of = |round: usize| Duration::from_secs([90, 3, 1, 2][round]);
        let pair = in_turns(3, of, |round| of(round) * 2);
        assert_eq!((pair.git, pair.syncline), (Duration::from_secs(2), Duration::from_secs(4)));
    }

    #[test]
    fn the_peak_is_what_linux_calls_the_high_water_mark() {
        let status = "Name:\tgit\nVmPeak:\t   9000 kB\nVmHWM:\t   1836 kB\nVmRSS:\t 12 kB\n";
        assert_eq!(high_water(status), Some(1836 * 1024));
        assert_eq!(high_water("Name:\tgit\nState:\tZ (zombie)\n"), None);
    }
}
