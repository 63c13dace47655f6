//! Long output on a terminal.

use crate::support::Installation;

/// Runs a command on a terminal of 24 rows and answers what is written to it.
fn on_terminal(here: &Installation, typed: &str, pager: &str) -> String {
    with_variables(here, typed, &[("SYNCLINE_PAGER", pager)])
}

fn with_variables(here: &Installation, typed: &str, variables: &[(&str, &str)]) -> String {
    let typed = format!("stty rows 24 cols 80; {} {typed}", env!("CARGO_BIN_EXE_syncline"));
    let mut command = here.home.command("script");
    command.args(["-qec", &typed, "/dev/null"]).envs(variables.iter().copied()).current_dir(&here.folder);
    let output = command.output().expect("`script` is part of every Debian");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn what_is_longer_than_the_terminal_goes_through_the_pager() {
    let here = Installation::new();
    here.syncline(["init", "--quiet"]).expect_code(0);
    let pager = "sed 's/^/paged: /'";
    here.write("a0.yaml", "a: 1\n");
    assert!(!on_terminal(&here, "status", pager).contains("paged: "));
    for number in 1..40 {
        here.write(&format!("a{number}.yaml"), "a: 1\n");
    }
    let shown = on_terminal(&here, "status", pager);
    assert!(shown.contains("paged: ") && shown.contains("a39.yaml"), "{shown}");
    for (typed, pager) in [("--no-pager status", pager), ("status", ""), ("status", "no-such-pager")] {
        let direct = on_terminal(&here, typed, pager);
        assert!(!direct.contains("paged: ") && direct.contains("a39.yaml"), "{direct}");
    }
    assert!(here.syncline(["status"]).stdout().contains("a39.yaml"), "no pager without a terminal");
}

#[test]
fn a_pager_that_ends_early_is_no_failure() {
    let here = Installation::new();
    here.syncline(["init", "--quiet"]).expect_code(0);
    for number in 0..400 {
        here.write(&format!("a{number}.yaml"), "a: 1\n");
    }
    let seen = on_terminal(&here, "diff; echo exit: $?", "head -n 1");
    assert!(seen.contains("exit: 0"), "{seen}");
}

/// A workspace with more files than the terminal has rows.
fn with_many_files() -> Installation {
    let here = Installation::new();
    here.syncline(["init", "--quiet"]).expect_code(0);
    for number in 0..40 {
        here.write(&format!("a{number}.yaml"), "a: 1\n");
    }
    here
}

#[test]
fn the_pager_of_git_was_not_asked() {
    let here = with_many_files();
    let pagers = [("GIT_PAGER", "sed 's/^/of git: /'"), ("PAGER", "sed 's/^/of all: /'")];
    assert!(with_variables(&here, "status", &pagers).contains("of git: "));
    assert!(with_variables(&here, "status", &pagers[1..]).contains("of all: "));
    let set_before = [("GIT_PAGER", "LESS=-M sed 's/^/of git: /'")];
    assert!(with_variables(&here, "status", &set_before).contains("of git: "));
}

#[test]
fn options_of_the_users_turned_colours_into_letters() {
    let here = with_many_files();
    let pager = ("SYNCLINE_PAGER", "echo \"options: $LESS\"; cat");
    assert!(with_variables(&here, "status", &[pager, ("LESS", "-M")]).contains("options: -R -M"));
    assert!(with_variables(&here, "status", &[pager]).contains("options: FRX"));
}

#[test]
fn the_account_of_a_commit_went_through_the_pager() {
    let here = with_many_files();
    let seen = on_terminal(&here, "commit -m Many", "sed 's/^/paged: /'");
    assert!(seen.contains("a39.yaml") && !seen.contains("paged: "), "{seen}");
}
