//! Whatever happens to a folder: git and we make the same tree of it, and move it to the same state.

use std::fs;
use std::os::unix::fs::symlink;

use syncline_repo::CommitId;

use crate::lab::{Lab, set_executable};

/// Numbers that look random and are the same in each run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 40).unwrap() % end
    }

    fn pick<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    fn path(&mut self) -> String {
        let depth = 1 + self.below(3);
        let parts: Vec<&str> =
            (0..depth).map(|_| self.pick(&["a", "b", "a-b", "c.yaml", "d.log", "ü"])).collect();
        parts.join("/")
    }
}

/// Whatever is at a path or above it in the way goes.
fn clear(lab: &Lab, path: &str) {
    let mut above = lab.dir.clone();
    for part in path.split('/') {
        above.push(part);
        if fs::symlink_metadata(&above).is_ok_and(|metadata| !metadata.is_dir()) {
            fs::remove_file(&above).unwrap();
        }
    }
    if above.is_dir() {
        fs::remove_dir_all(above).unwrap();
    }
}

/// Makes git and us read every file: of one that is as the index noted it, git looks at new attributes only
/// where it is as old as the index to the second, and we to the nanosecond.
fn touch_all(lab: &Lab, dice: &mut Dice) {
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1 + dice.below(1 << 20) as u64);
    for name in lab.git(["ls-files", "-z"]).split_terminator('\0') {
        let file = lab.dir.join(name);
        if fs::symlink_metadata(&file).is_ok_and(|metadata| metadata.is_file()) {
            let times = fs::FileTimes::new().set_modified(time);
            fs::File::open(file).unwrap().set_times(times).unwrap();
        }
    }
}

fn change(lab: &Lab, dice: &mut Dice) {
    let path = dice.path();
    let file = lab.dir.join(&path);
    match dice.below(11) {
        0..=4 => {
            clear(lab, &path);
            lab.write(&path, dice.pick(&["1\n", "2\n", "1\r\n2\r\n", "", "long\n\n\ntext\n"]));
        }
        5 | 6 => clear(lab, &path),
        7 => {
            clear(lab, &path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            symlink(dice.pick(&["a", "b/c.yaml", "nowhere"]), file).unwrap();
        }
        8 if file.is_file() && !file.is_symlink() => set_executable(&file, dice.below(2) == 0),
        9 => lab.write(".gitignore", dice.pick(&["", "*.log\n", "b/\n", "/a/*\n!/a/b\n", "ü\n*.log\n"])),
        10 => {
            lab.write(
                ".gitattributes",
                dice.pick(&["", "*.yaml text eol=lf\n", "* text=auto\n", "a -text\n"]),
            );
            touch_all(lab, dice);
        }
        _ => {}
    }
}

fn tree_of_commit(lab: &Lab, commit: CommitId) -> String {
    lab.git(["rev-parse", &format!("{commit}^{{tree}}")])
}

#[test]
fn snapshots_are_those_of_git() {
    for seed in 1..=5 {
        let lab = Lab::new();
        lab.git(["config", "core.safecrlf", "false"]);
        let mut dice = Dice(seed);
        lab.write("first", "1");
        for round in 0..12 {
            for _ in 0..=dice.below(7) {
                change(&lab, &mut dice);
            }
            let (git, us) = (lab.tree_by_git(), lab.tree_by_us());
            assert_eq!(git, us, "seed {seed}, round {round}: {}", lab.git(["diff-tree", "-r", &git, &us]));
            if dice.below(3) == 0 {
                let commit = lab.commit_by_us("by us");
                assert_eq!(tree_of_commit(&lab, commit), git);
                assert_eq!(lab.status(), "", "seed {seed}, round {round}");
            } else if dice.below(2) == 0 {
                lab.commit("by git");
            }
        }
        lab.assert_sound();
    }
}

#[test]
fn every_state_leads_to_every_other() {
    for seed in 11..=13 {
        let lab = Lab::new();
        lab.git(["config", "core.safecrlf", "false"]);
        let mut dice = Dice(seed);
        lab.write("first", "1");
        let mut commits = vec![lab.commit("first")];
        for _ in 0..6 {
            for _ in 0..8 {
                change(&lab, &mut dice);
            }
            // Attributes that change what is stored already would leave files for git to write anew.
            clear(&lab, ".gitattributes");
            commits.push(lab.commit("next"));
        }
        for round in 0..14 {
            lab.git(["clean", "-fdxq"]);
            let to = commits[dice.below(commits.len())];
            let report = lab.go_to(to);
            assert!(report.failed.is_empty() && report.changed_meanwhile.is_empty(), "{report:?}");
            assert_eq!(lab.status(), "", "seed {seed}, round {round}");
            assert_eq!(lab.git(["write-tree"]), tree_of_commit(&lab, to), "seed {seed}, round {round}");
            assert_eq!(lab.snapshot().changed, [], "seed {seed}, round {round}");
        }
        lab.assert_sound();
    }
}
