//! The pages of `docs/` that tell a story, followed to the letter in a fresh home: each command in them is run,
//! and what it says is what the page shows.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use snapbox::{Data, assert_data_eq};

use crate::support::{Installation, stable};

#[test]
fn harness() {
    follow("harness.md");
}

#[test]
fn xpipe() {
    follow("xpipe.md");
}

#[test]
fn insomnia() {
    follow("insomnia.md");
}

#[test]
fn test_studio() {
    follow("test-studio.md");
}

#[test]
fn monorepo() {
    follow("monorepo.md");
}

/// The home as the pages name it.
const HOME: &str = "/home/you";

/// Stands before what each command says.
const MARK: char = '\u{1e}';

fn follow(page: &str) {
    let file = project().join("docs").join(page);
    let text = fs::read_to_string(&file).expect("the page is there");
    let parts = parts(&text);
    let here = reader();
    let followed = with_what_is_said(&parts, &shell(&here, &parts));
    // Where nothing differs but ids and times, the page stays as it is.
    let same = |text: &str| stable(text, here.home.path());
    let followed = if same(&followed) == same(&text) { text } else { followed };
    assert_data_eq!(followed, Data::read_from(&file, None).raw());
}

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Somebody with a fresh home who types what a page says.
fn reader() -> Installation {
    let here = Installation::of("You", "you@example.com");
    // As most homes are: git calls the first branch `master` there.
    here.home.git(here.home.path(), ["config", "--global", "--unset", "init.defaultBranch"]);
    let examples = here.home.folder("syncline").join("examples");
    std::os::unix::fs::symlink(project().join("examples"), examples).expect("the home can be written");
    here
}

/// A stretch of a page.
enum Part {
    Text(String),
    Command {
        /// The lines with the command, as they stand in the page.
        typed: String,
        /// What the shell is given.
        command: String,
        /// What the page shows behind it.
        said: String,
    },
}

fn parts(page: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut lines = page.split_inclusive('\n').peekable();
    let mut in_console = false;
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            in_console = line.trim_end() == "```console";
        }
        let Some(first) = line.strip_prefix("$ ").filter(|_| in_console) else {
            parts.push(Part::Text(line.to_owned()));
            continue;
        };
        let (mut typed, mut command) = (line.to_owned(), first.to_owned());
        while let Some(more) = lines.next_if(|line| line.starts_with("> ")) {
            typed.push_str(more);
            command.push_str(&more[2..]);
        }
        let is_said = |line: &&str| !line.starts_with("$ ") && !line.starts_with("```");
        let said = std::iter::from_fn(|| lines.next_if(is_said)).collect();
        parts.push(Part::Command { typed, command, said });
    }
    parts
}

/// What each command says, typed into one shell.
fn shell(here: &Installation, parts: &[Part]) -> Vec<String> {
    let mut script = "exec 2>&1 </dev/null\n".to_owned();
    for part in parts {
        if let Part::Command { command, .. } = part {
            let _ = write!(script, "printf '{MARK}'\n{command}");
        }
    }
    let program = Path::new(env!("CARGO_BIN_EXE_syncline")).parent().expect("it lies in a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let mut bash = here.home.command("bash");
    let output = bash.args(["-c", &script]).current_dir(here.home.path()).env("PATH", path).output();
    let said = output.expect("bash is installed").stdout;
    let said = String::from_utf8_lossy(&said).replace(&*here.home.path().to_string_lossy(), HOME);
    said.split(MARK).skip(1).map(str::to_owned).collect()
}

/// The page with what each command says now.
fn with_what_is_said(parts: &[Part], says: &[String]) -> String {
    let mut says = says.iter();
    let mut page = String::new();
    for part in parts {
        match part {
            Part::Text(text) => page.push_str(text),
            Part::Command { typed, said, .. } => {
                let says = says.next().expect("each command was run").trim_end();
                page.push_str(typed);
                page.push_str(says);
                page.push_str(if says.is_empty() { "" } else { "\n" });
                // A blank line before the next command is the page's own.
                page.push_str(if said == "\n" || said.ends_with("\n\n") { "\n" } else { "" });
            }
        }
    }
    page
}
