//! Long output on a terminal.

use crate::support::Installation;

/// Runs a command on a terminal of 24 rows and answers what is written to it.
fn on_terminal(here: &Installation, typed: &str, pager: &str) -> String {
    let typed = format!("stty rows 24 cols 80; {} {typed}", env!("CARGO_BIN_EXE_syncline"));
    let mut command = here.home.command("script");
    command.args(["-qec", &typed, "/dev/null"]).env("SYNCLINE_PAGER", pager).current_dir(&here.folder);
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
