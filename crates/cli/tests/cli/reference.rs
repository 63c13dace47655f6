//! The whole help, as one file that is reviewed like code.

use std::fmt::Write as _;

use snapbox::{Data, assert_data_eq, str};

use crate::support::Installation;

const TOP: &str = "\
# Reference

All that `syncline` and each of its commands say with `--help`, and the settings. `make reference` writes this page, and a
test holds it to the program.

With `--json` each command that reports prints one object, `{\"version\": 1, …}`; of a failure it is
`{\"version\": 1, \"error\": {…}}` ([README](../README.md#the-commands-people-need)).
";

const SETTINGS: &str = "
## Settings

`syncline config KEY VALUE` sets one for this installation, in the repository's Git configuration; with `--shared` for
everybody, in `.syncline.toml` in the repository. The nearest wins.

| setting | built in | meaning |
|---|---|---|
";

const FAMILIES: &str = "\
| `policy.path:GLOB`, `policy.kind:KIND`, `policy.field:/POINTER` | `hold` | what becomes of conflicts there: [conflicts](conflicts.md) |
| `policy.secret:GLOB`, `policy.secret:GLOB#/POINTER`, `policy.secret:GLOB#KIND:ID#/POINTER` | | secrets there may be committed: [secrets](secrets.md) |
| `share.path:GLOB`, `share.kind:KIND` | | whether these are in the repository: [sharing](sharing.md) |
| `overlay.GLOB#/FIELD`, `overlay.branch:NAME:GLOB#/FIELD` | | a value of this installation or branch: [sharing](sharing.md) |
";

const ENVIRONMENT: &str = "
## Environment

| variable | meaning |
|---|---|
| `SYNCLINE_TOKEN` | signs in at the remote |
| `NO_COLOR`, `CLICOLOR_FORCE` | no colours, and colours everywhere; `--color` goes before both |
| `SYNCLINE_COMPLETE` | set by the scripts of `syncline completions` only |
| what git reads | `GIT_SSH_COMMAND`, proxies, `SSH_AUTH_SOCK` and the like reach the git that clones, fetches and pushes |
";

/// The commands that a help lists, the first line of each being its name.
fn listed(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = lines.take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

fn write_help(here: &Installation, path: &[&str], page: &mut String) {
    let help = here.syncline(path.iter().chain(&["--help"])).expect_code(0).stdout();
    let command = ["syncline"].iter().chain(path).copied().collect::<Vec<_>>().join(" ");
    // Lines that only space out the values of an option have spaces at their end.
    let help = help.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    let _ = write!(page, "\n## {command}\n\n```text\n{help}\n```\n");
    for name in listed(&help) {
        write_help(here, &[path, &[name.as_str()]].concat(), page);
    }
}

fn write_settings(here: &Installation, page: &mut String) {
    page.push_str(SETTINGS);
    let told = here.syncline(["config", "--json"]).expect_code(0).json();
    for setting in told["settings"].as_array().expect("a list") {
        let is_default = setting["source"] == "default";
        let default = setting["value"].as_str().filter(|_| is_default).map(|value| format!("`{value}`"));
        let text = |key: &str| setting[key].as_str().unwrap_or_default().to_owned();
        let _ = writeln!(page, "| `{}` | {} | {} |", text("key"), default.unwrap_or_default(), text("help"));
    }
    page.push_str(FAMILIES);
}

#[test]
fn the_reference_is_the_help() {
    let here = Installation::new();
    here.syncline(["init"]).expect_code(0);
    let mut page = TOP.to_owned();
    write_help(&here, &[], &mut page);
    write_settings(&here, &mut page);
    page.push_str(ENVIRONMENT);
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference.md");
    assert_data_eq!(page, Data::read_from(&file, None).raw());
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
    let typed: [&[&str]; 5] =
        [&["stauts"], &["commit"], &["resolve", "--all"], &["status", "--nonsense"], &["branch", "lst"]];
    let said: Vec<_> = typed.iter().map(|words| here.syncline(*words).expect_code(2).transcript()).collect();
    assert_data_eq!(
        said.join("\n"),
        str![[r#"
stderr: error: unrecognized subcommand 'stauts'
stderr: hint: a similar subcommand exists: 'status'
stderr: hint: usage: syncline [OPTIONS] <COMMAND>
stderr: hint: `syncline --help` tells more
exit: 2

stderr: error: the following required arguments were not provided: --message <MSG>
stderr: hint: usage: syncline commit --message <MSG> [SELECTOR]...
stderr: hint: `syncline commit --help` tells more
exit: 2

stderr: error: the following required arguments were not provided: <--take <SIDE>|--value <TEXT>|--value-json <JSON>>
stderr: hint: usage: syncline resolve --all <--take <SIDE>|--value <TEXT>|--value-json <JSON>> [ID]...
stderr: hint: `syncline resolve --help` tells more
exit: 2

stderr: error: unexpected argument '--nonsense' found
stderr: hint: usage: syncline status [OPTIONS]
stderr: hint: `syncline status --help` tells more
exit: 2

stderr: error: unrecognized subcommand 'lst'
stderr: hint: a similar subcommand exists: 'list'
stderr: hint: usage: syncline branch [OPTIONS], or syncline branch <COMMAND>
stderr: hint: `syncline branch --help` tells more
exit: 2

"#]]
    );
    let nothing = here.syncline([""; 0]).expect_code(2);
    assert!(nothing.stderr().contains("Usage: syncline"), "{}", nothing.transcript());
    assert_eq!(nothing.stdout(), "");
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
fn the_synopsis_of_a_manual_page_left_out_the_names_of_values() {
    let here = Installation::new();
    here.syncline(["man", "--dir", "pages"]).expect_code(0);
    let page = here.read("pages/syncline-restore.1");
    let synopsis = ".SH SYNOPSIS\nsyncline restore [OPTIONS] \\-\\-from <REV> <SELECTOR>...\n";
    assert!(page.contains(synopsis), "{page}");
    assert!(page.contains(".SH EXAMPLES\n.nf\n  syncline restore"), "{page}");
    let page = here.read("pages/syncline-branch.1");
    assert!(page.contains("\nsyncline branch [OPTIONS]\n.br\nsyncline branch <COMMAND>\n"), "{page}");
}

#[test]
fn manual_pages_are_made_of_the_help() {
    let here = Installation::new();
    let page = here.syncline(["man"]).expect_code(0).stdout();
    assert!(page.contains(".TH syncline 1") && page.contains("syncline\\-commit(1)"), "{page}");
    here.syncline(["man", "--dir", "pages"]).expect_code(0);
    for (name, said) in [
        ("syncline.1", ".SH EXIT STATUS\n.nf\n  0   done\n"),
        ("syncline-commit.1", "message"),
        ("syncline-branch-create.1", "from"),
    ] {
        assert!(here.read(&format!("pages/{name}")).contains(said), "{name}");
    }
    here.syncline(["man", "--json"]).expect_code(2);
}
