//! Many installations of one branch, simulated: they edit, settle and sync in any order; pushes and answers are
//! lost, and processes die. After quiet all have the same, and no edit is lost.
//!
//! Merging, holding, following and settling are the engine's own, on objects in memory. The remote, the refs of each
//! installation and what goes wrong between them are the simulator's ([`world`]). What becomes of each value that
//! somebody typed is known exactly ([`marks`]): at every moment it is in the files, or held, or somebody who saw it
//! has typed over it, removed it or settled it.
//!
//! `SYNCLINE_CASES` says how many histories there are for each layout, `SYNCLINE_SEED` where they begin.

mod layout;
mod marks;
mod world;

use layout::Layout;
use world::{Faults, World};

use crate::lab::{Lab, number};

/// What came of the histories of one layout.
#[derive(Debug, Default)]
struct Tally {
    merges: usize,
    held: usize,
    settled: usize,
    several_bases: usize,
    lost_pushes: usize,
    crashes: usize,
}

fn simulate(layout: Layout) {
    let (cases, start) = (number("SYNCLINE_CASES").unwrap_or(100), number("SYNCLINE_SEED").unwrap_or(0));
    let lab = Lab::new(layout.format());
    let (mut tally, mut failed) = (Tally::default(), Vec::new());
    for seed in start..start + cases {
        let mut world = World::new(&lab, layout, seed);
        match world.run() {
            Ok(()) => tally.add(&world),
            Err(Faults(faults)) => failed.push(format!(
                "SYNCLINE_SEED={seed} SYNCLINE_CASES=1 cargo nextest run -p syncline-sync convergence::{layout}\n{}\n! {}",
                world.story().join("\n"),
                faults.join("\n! ")
            )),
        }
    }
    println!("{layout}: {cases} histories, {} wrong; {tally:?}", failed.len());
    let shown: Vec<_> = failed.iter().take(3).map(String::as_str).collect();
    assert!(failed.is_empty(), "{} of {cases} fail\n{}", failed.len(), shown.join("\n=====\n"));
    // A single history that is looked at need not have met everything.
    if cases < 100 {
        return;
    }
    assert!(tally.held > 0 && tally.settled > 0 && tally.several_bases > 0, "nothing was tried: {tally:?}");
    assert!(tally.lost_pushes > 0 && tally.crashes > 0, "nothing went wrong: {tally:?}");
}

impl Tally {
    fn add(&mut self, world: &World<'_>) {
        let Self { merges, held, settled, several_bases, lost_pushes, crashes } = world.tally;
        self.merges += merges;
        self.held += held;
        self.settled += settled;
        self.several_bases += several_bases;
        self.lost_pushes += lost_pushes;
        self.crashes += crashes;
    }
}

#[test]
fn one_file() {
    simulate(Layout::OneFile);
}

#[test]
fn many_files() {
    simulate(Layout::ManyFiles);
}
