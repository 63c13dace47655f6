//! The whole help, as one file that is reviewed like code.

use std::fmt::Write as _;

use snapbox::{assert_data_eq, file};

use crate::support::Installation;

const COMMANDS: [&str; 46] = [
    "init",
    "clone",
    "connect",
    "disconnect",
    "config",
    "status",
    "diff",
    "commit",
    "log",
    "show",
    "discard",
    "restore",
    "revert",
    "undo",
    "operations",
    "fetch",
    "pull",
    "push",
    "sync",
    "conflicts",
    "resolve",
    "problems",
    "secret",
    "secret list",
    "secret allow",
    "share",
    "share list",
    "share add",
    "share remove",
    "branch",
    "branch list",
    "branch create",
    "branch switch",
    "branch rename",
    "branch delete",
    "merge",
    "import",
    "export",
    "merge-file",
    "diff-file",
    "replay",
    "install-driver",
    "formats",
    "formats check",
    "man",
    "completions",
];

#[test]
fn the_reference_is_the_help() {
    let here = Installation::new();
    let help =
        |command: &str| here.syncline(command.split_whitespace().chain(["--help"])).expect_code(0).stdout();
    let mut reference = format!("# syncline\n\n```text\n{}```\n", help(""));
    for command in COMMANDS {
        let _ = write!(reference, "\n## syncline {command}\n\n```text\n{}```\n", help(command));
    }
    assert_data_eq!(reference, file!["../reference.md"]);
}

#[test]
fn every_command_is_in_the_reference() {
    let help = Installation::new().syncline(["--help"]).stdout();
    let listed =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    let missing: Vec<&str> = names.filter(|name| !COMMANDS.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn completions_are_scripts_of_each_shell() {
    let here = Installation::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = here.syncline(["completions", shell]).expect_code(0).stdout();
        assert!(script.contains("SYNCLINE_COMPLETE"), "{shell}");
    }
}

#[test]
fn wrong_usage_is_told_with_the_right_one() {
    let here = Installation::new();
    for arguments in [&["nonsense"][..], &["commit"], &["resolve", "--all"], &["status", "--nonsense"], &[]] {
        let ran = here.syncline(arguments).expect_code(2);
        assert!(ran.stderr().contains("Usage: syncline"), "{}", ran.transcript());
        assert_eq!(ran.stdout(), "");
    }
}

#[test]
fn colours_are_for_terminals() {
    let here = Installation::with_collection();
    here.write("notes.txt", "hello\n");
    let is_coloured = |here: &Installation| here.syncline(["status"]).output.stdout.contains(&0x1b);
    assert!(!is_coloured(&here));
    let asked = |when: &str| here.syncline(["status", "--color", when]).output.stdout.contains(&0x1b);
    assert_eq!(["auto", "always", "never"].map(asked), [false, true, false]);
    let forced = here.variable("CLICOLOR_FORCE", "1");
    assert!(is_coloured(&forced));
    let refused = forced.variable("NO_COLOR", "1");
    assert!(!is_coloured(&refused));
    assert!(refused.syncline(["--color=always", "status"]).output.stdout.contains(&0x1b), "it was asked for");
}

#[test]
fn quiet_keeps_what_was_asked_for() {
    let here = Installation::with_collection();
    here.write("notes.txt", "hello\n");
    let status = here.syncline(["status", "--quiet"]).expect_code(0);
    assert!(status.stdout().contains("notes.txt"));
    assert_eq!(status.stderr(), "");
    let commit = here.syncline(["commit", "-q", "-m", "Add notes"]).expect_code(0);
    assert_eq!(commit.stdout() + &commit.stderr(), "");
}

#[test]
fn manual_pages_are_made_of_the_help() {
    let here = Installation::new();
    let page = here.syncline(["man"]).expect_code(0).stdout();
    assert!(page.contains(".TH syncline 1") && page.contains("syncline\\-commit(1)"), "{page}");
    here.syncline(["man", "--dir", "pages"]).expect_code(0);
    for (name, said) in
        [("syncline.1", "Exit codes"), ("syncline-commit.1", "message"), ("syncline-branch-create.1", "from")]
    {
        assert!(here.read(&format!("pages/{name}")).contains(said), "{name}");
    }
    here.syncline(["man", "--json"]).expect_code(2);
}
