//! `syncline install-driver`: git merges and compares by fields too.

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};
use syncline_repo::{Driver, DriverPlace, RepoError, Repository};
use syncline_sync::SyncError;

use crate::args::InstallDriverArgs;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::words::{listed, shown};
use crate::output::{Answer, style};
use crate::session::{Session, current_folder, git_environment};

/// The files of the formats that come with Syncline.
const FILES: [&str; 8] =
    ["*.yaml", "*.yml", "*.json", "*.jsonc", "*.tstest", "*.aiilist", "*.aiis", "*.tsprofconfig"];
const ATTRIBUTES: [&str; 2] = ["merge=syncline", "diff=syncline"];
const COMMENT: &str = "# By `syncline install-driver`, which takes these lines out again with --remove";

/// What was done where.
struct Report<'a> {
    scope: &'static str,
    removed: bool,
    changed: bool,
    program: PathBuf,
    attributes: &'a Path,
    /// Lines of the user's that name the driver.
    left: Vec<String>,
}

pub(crate) fn run(session: &Session<'_>, args: InstallDriverArgs) -> Result<Answer, CommandError> {
    let place = place(args.global)?;
    let program = program()?;
    let driver = driver(&program)?;
    let changed = if args.remove { place.remove(&driver) } else { place.install(&driver) };
    let report = Report {
        scope: if args.global { "user" } else { "repository" },
        removed: args.remove,
        changed: changed.map_err(told)?,
        attributes: place.attributes(),
        left: if args.remove { place.other_lines(&driver, &ATTRIBUTES).map_err(told)? } else { Vec::new() },
        program,
    };
    Ok(session.account(|| object(&report), || text(&report)).notes(session.notes(notes(&report))))
}

fn place(global: bool) -> Result<DriverPlace, CommandError> {
    let environment = git_environment();
    if global {
        return DriverPlace::of_user(&environment).map_err(told)?.ok_or_else(|| {
            CommandError::new(Exit::Refused, "there is no home folder to write settings to").hint("set HOME")
        });
    }
    let repository = Repository::open(&current_folder()?).map_err(told)?.with_environment(environment);
    Ok(DriverPlace::of_repository(&repository))
}

fn told(error: RepoError) -> CommandError {
    SyncError::from(error).into()
}

/// This program by the name on the PATH under which it stays through an update, else by its own.
pub(super) fn program() -> Result<PathBuf, CommandError> {
    let own = std::env::current_exe().map_err(|source| {
        CommandError::new(Exit::Refused, format!("the path of this program cannot be found: {source}"))
    })?;
    let (Ok(real), Some(name)) = (own.canonicalize(), own.file_name()) else { return Ok(own) };
    let path = std::env::var_os("PATH").unwrap_or_default();
    let named = std::env::split_paths(&path).map(|folder| folder.join(name));
    let mut same =
        named.filter(|named| named.is_absolute() && named.canonicalize().is_ok_and(|it| it == real));
    Ok(same.next().unwrap_or(own))
}

/// The settings and lines; where the program is gone, git goes on with its own merge and diff.
fn driver(program: &Path) -> Result<Driver, CommandError> {
    let program = program.to_str().ok_or_else(|| {
        let message = format!("git cannot be told to start {}: its path is no UTF-8", program.display());
        CommandError::new(Exit::Refused, message).hint("install Syncline in another folder")
    })?;
    let program = in_shell(program);
    let merge = |name: &str, driver: &str, more: &[(&str, &str)]| {
        let settings = [("name", name), ("driver", driver)].into_iter().chain(more.iter().copied());
        settings.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    };
    // `recursive`: several bases of a merge are merged first, and what is in conflict there concerns nobody.
    let [for_merge, for_base] = ["merge", "base"].map(|driver| merge_command(&program, driver));
    let sections = vec![
        ("merge.syncline", merge("Syncline, by fields", &for_merge, &[("recursive", "syncline-base")])),
        ("merge.syncline-base", merge("Syncline, of common bases", &for_base, &[])),
        ("diff.syncline", vec![("command".to_owned(), diff_command(&program))]),
    ];
    let lines = FILES.iter().map(|files| format!("{files} {}", ATTRIBUTES.join(" ")));
    Ok(Driver {
        sections: sections.into_iter().map(|(section, settings)| (section.to_owned(), settings)).collect(),
        lines: std::iter::once(COMMENT.to_owned()).chain(lines).collect(),
    })
}

/// Git puts what it knows in the place of the letters after `%`, each quoted where that is needed.
fn merge_command(program: &str, driver: &str) -> String {
    format!(
        "p={}; if [ -x \"$p\" ]; \
         then \"$p\" merge-file --driver={driver} --path=%P --marker-size=%L -L %X -L %S -L %Y %O %A %B; \
         else git merge-file --marker-size=%L -L %X -L %S -L %Y %A %O %B; fi",
        program.replace('%', "%%")
    )
}

/// Git adds its arguments at the end.
fn diff_command(program: &str) -> String {
    format!(
        "f() {{ p={program}; if [ -x \"$p\" ]; then \"$p\" diff-file -- \"$@\"; \
         else git --no-pager diff --no-index --no-ext-diff -- \"$2\" \"$5\" || :; fi; }}; f"
    )
}

/// One word of a shell, whatever is in it.
fn in_shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn object(report: &Report<'_>) -> Json {
    json!({
        "scope": report.scope,
        "installed": !report.removed,
        "changed": report.changed,
        "program": report.program.to_string_lossy(),
        "attributes": report.attributes.to_string_lossy(),
        "files": FILES,
        "left": report.left,
    })
}

fn text(report: &Report<'_>) -> String {
    let place = match report.scope {
        "user" => "your repositories",
        _ => "this repository",
    };
    let done = match (report.removed, report.changed) {
        (false, true) => format!("Git merges and compares YAML and JSON of {place} with Syncline now"),
        (false, false) => format!("Git merged and compared YAML and JSON of {place} with Syncline already"),
        (true, true) => format!("Git merges and compares YAML and JSON of {place} by itself again"),
        (true, false) => format!("Nothing to remove: git merges and compares {place} by itself"),
    };
    if report.removed {
        return format!("{done}\n");
    }
    format!("{done}\n  by {} and git's settings\n", shown(report.attributes.display()))
}

fn notes(report: &Report<'_>) -> Vec<String> {
    if !report.left.is_empty() {
        let left = listed(&report.left);
        let told = format!("{} still has lines that name the driver:", report.attributes.display());
        return vec![style::warning(told), left.trim_end().to_owned()];
    }
    let next =
        "`git log -p --ext-diff` and `git show --ext-diff` show fields too; `--no-ext-diff` shows lines";
    if report.removed { Vec::new() } else { vec![style::next_step(next)] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        assert_eq!(in_shell("/a b/it's"), r"'/a b/it'\''s'");
        assert!(merge_command(&in_shell("/100%/x"), "merge").starts_with("p='/100%%/x'; "));
    }
}
