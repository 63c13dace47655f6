//! The program is killed at any moment, and at each of its writes, and run again: it goes on, and nothing is lost.
//!
//! How often: see [`crate::points`].

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod operations;

use std::os::unix::process::ExitStatusExt;
use std::process::Child;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use syncline_testkit::calls::{self, Calls, Then};

use crate::points;
use crate::process::kill_with_all_below;
use crate::scene::{Scene, State, Try};

/// What is killed.
struct Killed {
    scene: Scene,
    arguments: &'static [&'static str],
    /// What is run after it was killed.
    again: &'static [&'static str],
    /// Its share of all kills.
    percent: usize,
}

impl Killed {
    fn new(scene: Scene, percent: usize, arguments: &'static [&'static str]) -> Self {
        Self { scene, arguments, again: arguments, percent }
    }

    /// Kills it half its times at moments spread over its time, half its times at writes. Expects, after it was run
    /// again, what an undisturbed run leaves.
    fn survives(mut self) -> State {
        let undisturbed = self.scene.copy();
        let takes = undisturbed.run(self.again);
        let expected = undisturbed.state();
        drop(undisturbed);
        if !points::is_each() {
            self.at_any_moment(takes, &expected);
        }
        if points::can_follow() {
            self.at_writes(&expected);
        }
        expected
    }

    /// Every third time it is killed twice.
    fn at_any_moment(&mut self, takes: Duration, expected: &State) {
        let number = u32::try_from(points::share(self.percent)).expect("few");
        let mut delays: Vec<Duration> = (0..number).map(|at| takes * (2 * at + 1) / (2 * number)).collect();
        let mut killed = 0;
        for at in 0.. {
            let Some(delay) = delays.get(at).copied() else { break };
            let one = self.scene.copy();
            killed += usize::from(kill_after(delay, at, &one, self.arguments));
            if at % 3 == 2 {
                kill_after(takes.saturating_sub(delay), at + 1, &one, self.arguments);
            }
            ends_well(&one, self.again, expected, &format!("killed after {delay:?} of {takes:?}"));
            // A machine that was busy and is not any more ends the command before it can be killed: earlier then.
            if killed == 0 && at + 1 == delays.len() && delay > Duration::from_millis(1) {
                delays.push(delay / 3);
            }
        }
        assert!(killed > 0, "it was never killed within {takes:?}");
    }

    #[expect(clippy::print_stdout, reason = "`make stress` shows how many there were")]
    /// Every third time what goes on after it is killed at a write, too.
    fn at_writes(&mut self, expected: &State) {
        let counted = self.scene.copy();
        let ran = calls::run(&mut counted.followed(self.again), Calls::Writes, Then::Count);
        drop(counted);
        let all = ran.calls.len();
        let chosen: Vec<usize> = points::of(all, self.percent);
        let mut killed = 0;
        for (at, write) in chosen.iter().copied().enumerate() {
            let one = self.scene.copy();
            let ran = calls::run(&mut one.followed(self.arguments), Calls::Writes, Then::Kill(write));
            // How often git writes to the network differs a little: the last write may not come.
            killed += usize::from(ran.code.is_none());
            let mut told =
                format!("killed at write {write} of {all}: {}", ran.calls.last().expect("a write"));
            if at % 3 == 2 {
                let second = write * 7 % all + 1;
                let ran = calls::run(&mut one.followed(self.again), Calls::Writes, Then::Kill(second));
                told = format!("{told}, and again at {second}: {:?}", ran.calls.last());
            }
            ends_well(&one, self.again, expected, &told);
        }
        println!("{}: {killed} kills at {all} writes", self.arguments.join(" "));
        assert!(killed > 0 || chosen.len() == 1, "it was never killed within {all} writes");
    }
}

/// Runs it again, unless it is done, and expects what an undisturbed run leaves.
fn ends_well(one: &Try<'_>, again: &[&str], expected: &State, told: &str) {
    let mut again_said = String::new();
    if !(one.is_at_rest() && one.state() == *expected) {
        let (output, said) = one.output(again);
        // What it was to do may be done before it looks: then there is nothing left to do.
        let is_done = matches!(output.status.code(), Some(0..=3)) && one.is_at_rest();
        assert!(is_done, "{told}: {}: {said}", output.status);
        again_said = said;
    }
    // Whatever comes next clears away what the dead process left in the way.
    let (output, said) = one.output(&["branch", "delete", "of-nobody"]);
    assert!(matches!(output.status.code(), Some(2 | 3)), "{told}: {}: {said}", output.status);
    assert_eq!(one.state(), *expected, "{told}; then: {again_said}");
    one.expect_tidy();
}

/// Kills it after a while, every second time with the git that it started; true where it was still at work.
fn kill_after(delay: Duration, time: usize, one: &Try<'_>, arguments: &[&str]) -> bool {
    let mut child = one.command(arguments).spawn().expect("the program was built");
    // No condition can be awaited: any moment is meant.
    thread::sleep(delay);
    if time.is_multiple_of(2) {
        kill_with_all_below(&child);
    }
    kill(&mut child)
}

/// The whole group; false where it had ended by itself.
fn kill(child: &mut Child) -> bool {
    // It is not waited for yet, so that the number is still its own.
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    child.wait().expect("it was started").signal() == Some(9)
}
