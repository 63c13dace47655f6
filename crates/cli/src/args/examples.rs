//! Examples for the help of each command. A test types them in.

/// Ends the help of a command; with `SELECTOR` it says first what one is.
macro_rules! examples {
    (SELECTOR, $($line:literal),+ $(,)?) => {
        concat!(
            "A SELECTOR is a path, the id of a resource, `kind:name`, or a glob of paths; a resource means all that is \
             in it.\n\n",
            examples!($($line),+)
        )
    };
    ($($line:literal),+ $(,)?) => { concat!("Examples:" $(, "\n  ", $line)+) };
}

pub(super) const INIT: &str = examples!(
    "syncline init                           # the current folder",
    "syncline init shop --format insomnia-v5",
);
pub(super) const CLONE: &str = examples!(
    "syncline clone https://git.example.com/team/shop.git",
    "syncline clone git@git.example.com:team/shop.git work --branch next",
    "syncline clone https://git.example.com/team/everything.git --folder api",
    "syncline clone https://git.example.com/team/shop.git --preview",
);
pub(super) const CONNECT: &str = examples!(
    "syncline connect https://git.example.com/team/shop.git",
    "syncline connect https://git.example.com/team/shop.git --username ann --store file",
    "syncline connect git@git.example.com:team/shop.git --check",
);
pub(super) const DISCONNECT: &str = examples!("syncline disconnect");
pub(super) const CONFIG: &str = examples!(
    "syncline config                         # all settings, and where they come from",
    "syncline config author.name 'Ann Example'",
    "syncline config removals-percent 25 --shared",
    "syncline config removals-percent --unset --shared",
);
pub(super) const STATUS: &str = examples!(
    "syncline status",
    "syncline status --verbose               # also what is not shared, and why",
    "syncline status --json",
);
pub(super) const RESOURCES: &str = examples!(
    SELECTOR,
    "syncline resources",
    "syncline resources library.yaml         # those of one file",
    "syncline resources --json               # also their parents and places in the file",
);
pub(super) const DIFF: &str = examples!(
    SELECTOR,
    "syncline diff",
    "syncline diff 'Request:List books'",
    "syncline diff --from HEAD~1 --to HEAD",
    "syncline diff --text library.yaml       # a patch that `git apply` takes",
);
pub(super) const COMMIT: &str = examples!(
    SELECTOR,
    "syncline commit -m 'Move the books to version 2'",
    "syncline commit -m 'List books by author' 'Request:List books'",
    "syncline commit -m 'Only the tests' 'tests/**'",
);
pub(super) const LOG: &str = examples!(
    SELECTOR,
    "syncline log -n 10",
    "syncline log 'Request:List books'       # its history, whatever it was called",
);
pub(super) const SHOW: &str = examples!("syncline show", "syncline show HEAD~1 --text");
pub(super) const DISCARD: &str = examples!(
    SELECTOR,
    "syncline discard library.yaml",
    "syncline discard 'Request:List books'",
    "syncline discard .                      # everything; `syncline undo` brings it back",
);
pub(super) const RESTORE: &str = examples!(
    SELECTOR,
    "syncline restore --from HEAD~3 'Request:List books'",
    "syncline restore --from main library.yaml",
);
pub(super) const REVERT: &str = examples!("syncline revert HEAD", "syncline revert 1be8609ce9");
pub(super) const UNDO: &str = examples!(
    "syncline undo                           # the last operation; once more takes that back",
    "syncline undo 4f1c9a                    # an id that `syncline operations` lists",
);
pub(super) const OPERATIONS: &str = examples!("syncline operations -n 5");
pub(super) const FETCH: &str = examples!("syncline fetch");
pub(super) const PULL: &str = examples!(
    "syncline pull",
    "syncline pull --carry-over              # after the remote branch was rewritten",
);
pub(super) const PUSH: &str =
    examples!("syncline push", "syncline push --new-branch ann/books    # where the branch is protected",);
pub(super) const SYNC: &str = examples!("syncline sync", "syncline sync -m 'Move the books to version 2'");
pub(super) const WATCH: &str = examples!(
    "syncline watch",
    "syncline watch --every 5m --mode session",
    "syncline watch --install                # at each login, as a service of this user",
);
pub(super) const CONFLICTS: &str = examples!("syncline conflicts", "syncline conflicts --json");
pub(super) const RESOLVE: &str = examples!(
    "syncline resolve 9fefbe8b --take theirs # an id that `syncline conflicts` lists",
    "syncline resolve 9fefbe8b --value 'https://library.example/v3/books'",
    "syncline resolve 9fefbe8b --value-json 8080",
    "syncline resolve --all --take ours",
);
pub(super) const PROBLEMS: &str =
    examples!("syncline problems", "syncline problems --take-apart library.yaml",);
pub(super) const SECRET: &str = examples!(
    "syncline secret",
    "syncline secret allow 'fixtures/**' --shared",
    "syncline secret allow 'library.yaml#/environments/data/token'",
);
pub(super) const SHARE: &str = examples!(
    "syncline share                          # each category, and why it is shared or not",
    "syncline share add 'Harbour team'",
    "syncline share remove Servers/Web",
);
pub(super) const BRANCH: &str = examples!(
    "syncline branch",
    "syncline branch create ann/books --from main",
    "syncline branch switch ann/books",
    "syncline branch delete ann/books",
);
pub(super) const MERGE: &str = examples!("syncline merge ann/books");
pub(super) const DOCTOR: &str = examples!("syncline doctor", "syncline doctor --json");
pub(super) const IMPORT: &str = examples!(
    SELECTOR,
    "syncline import ~/Downloads/Insomnia_export.json --preview",
    "syncline import ~/Downloads/Insomnia_export.json",
    "syncline import ~/.config/Insomnia 'Workspace:Library'",
);
pub(super) const EXPORT: &str = examples!(
    SELECTOR,
    "syncline export library.json",
    "syncline export - 'Request:List books' --as insomnia-v5",
);
pub(super) const MERGE_FILE: &str = examples!(
    "syncline merge-file base.yaml ours.yaml theirs.yaml",
    "syncline merge-file base.json ours.json theirs.json --conflicts held.json",
);
pub(super) const DIFF_FILE: &str = concat!(
    "As a Git diff driver: `command = syncline diff-file`; git then gives seven arguments.\n\n",
    examples!(
        "syncline diff-file old.yaml new.yaml",
        "syncline diff-file /dev/null new.yaml --path api/new.yaml"
    )
);
pub(super) const REPLAY: &str =
    examples!("syncline replay --limit 100", "syncline replay ~/src/shop --html replay.html",);
pub(super) const INSTALL_DRIVER: &str = concat!(
    "Without --global it is set in the current repository, for all its work trees.\n\n",
    examples!("syncline install-driver", "syncline install-driver --global --remove")
);
pub(super) const FORMATS: &str =
    examples!("syncline formats", "syncline formats check .syncline/formats/ours.toml");
pub(super) const MAN: &str = examples!("syncline man", "syncline man --dir ~/.local/share/man/man1");
pub(super) const PROGRAM: &str = examples!(
    "syncline init                           # make the current folder a workspace",
    "syncline connect https://git.example.com/team/shop.git",
    "syncline sync -m 'What I did'           # commit, pull and push in one",
    "syncline conflicts                      # what two people changed differently",
);

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory, Parser};

    use crate::args::CommandLine;
    use crate::complete::typed;

    /// The help of each command, with the words that lead to it.
    fn helps(command: &Command, path: &[String], found: &mut Vec<(Vec<String>, String)>) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        found.push((path.to_vec(), help));
        for inner in command.get_subcommands() {
            helps(inner, &[path, &[inner.get_name().to_owned()]].concat(), found);
        }
    }

    #[test]
    fn each_example_can_be_typed() {
        let mut program = CommandLine::command().disable_help_subcommand(true);
        program.build();
        let mut found = Vec::new();
        helps(&program, &["syncline".to_owned()], &mut found);
        for (path, help) in &found {
            let examples: Vec<_> = help.lines().skip_while(|line| *line != "Examples:").skip(1).collect();
            let is_own = path.len() < 3 && path.last().is_none_or(|name| name != "completions");
            assert_eq!(!examples.is_empty(), is_own, "{path:?} {help}");
            for line in examples {
                let command = line.split(" # ").next().unwrap_or_default().trim();
                let words: Vec<_> = typed::words(command, "").into_iter().map(|word| word.value).collect();
                assert!(words.starts_with(path), "{line} is no example of {path:?}");
                if let Err(error) = CommandLine::try_parse_from(&words) {
                    panic!("{line}: {error}");
                }
            }
        }
    }
}
