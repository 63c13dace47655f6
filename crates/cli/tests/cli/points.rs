//! At which calls of a program something goes wrong: at a few of them, at many, or at each.
//!
//! `SYNCLINE_KILLS` says how often in all (50 otherwise), or `each`. `SYNCLINE_SEED` moves the calls that are chosen.

use syncline_testkit::calls;

/// Whether this system lets a process follow another (ptrace). Where not, it is said, for then nothing goes wrong at any
/// call; see [`calls_can_be_followed_here`].
#[expect(clippy::print_stdout, reason = "what is left out has to be seen")]
pub(crate) fn can_follow() -> bool {
    let can = calls::can_follow();
    if !can {
        println!("skipped, but for what needs no ptrace: this system lets no process follow another");
    }
    can
}

/// A run that tests nothing of that must not look like one that does: to leave it out has to be asked for.
#[test]
fn calls_can_be_followed_here() {
    let is_left_out = std::env::var_os("SYNCLINE_WITHOUT_PTRACE").is_some();
    assert!(
        can_follow() || is_left_out,
        "kills and failures at single calls are left out, as this system lets no process follow another (ptrace): \
         allow it, or set SYNCLINE_WITHOUT_PTRACE=1"
    );
}

/// Whether it goes wrong at each call.
pub(crate) fn is_each() -> bool {
    std::env::var_os("SYNCLINE_KILLS").is_some_and(|text| text == "each")
}

/// How often it goes wrong in one command, in one of two ways: its share of all.
pub(crate) fn share(percent: usize) -> usize {
    let all = std::env::var("SYNCLINE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(50);
    (all * percent / 200).max(1)
}

/// So many of the calls, from 1 on, spread over all of them.
pub(crate) fn of(all: usize, percent: usize) -> Vec<usize> {
    if is_each() {
        return (1..=all).collect();
    }
    let seed: usize = std::env::var("SYNCLINE_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    let number = share(percent).min(all);
    // No divisor of most counts, so that each seed comes to other calls.
    let first = (seed + 1) * 7919;
    (0..number).map(|at| (first + at * all / number) % all + 1).collect()
}
