//! Taking turns, and the median.

use std::time::{Duration, Instant};

/// What one thing took, done by git and by Syncline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    pub(crate) git: Duration,
    pub(crate) syncline: Duration,
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
    mut git: impl FnMut(usize) -> Duration,
    mut syncline: impl FnMut(usize) -> Duration,
) -> Pair {
    let (mut of_git, mut of_syncline) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let times = (git(round), syncline(round));
        if round > 0 {
            of_git.push(times.0);
            of_syncline.push(times.1);
        }
    }
    Pair { git: median(of_git), syncline: median(of_syncline) }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
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
}
