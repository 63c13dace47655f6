//! `syncline man`.

use std::fs;
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use serde_json::json;

use crate::args::{CommandLine, ManArgs};
use crate::error::CommandError;
use crate::output::Answer;
use crate::output::words::{count, shown};
use crate::session::Session;

pub(crate) fn run(session: &Session<'_>, args: &ManArgs) -> Result<Answer, CommandError> {
    // As it would be for `--help`: the options of all commands are put together only here.
    let mut program = CommandLine::command().disable_help_subcommand(true);
    program.build();
    let Some(dir) = &args.dir else {
        session.refuse_json("a manual page", "leave it out, or give --dir")?;
        return Ok(Answer::bytes(page(&program)));
    };
    let mut written = Vec::new();
    write_pages(&program, dir, &mut written)?;
    let pages = || format!("Wrote {} to {}\n", count(written.len(), "manual page"), shown(dir.display()));
    Ok(session.account(|| json!({"pages": written}), pages))
}

/// One page for each command, named as git names its own: `syncline-branch-create.1`.
fn write_pages(command: &Command, dir: &Path, written: &mut Vec<String>) -> Result<(), CommandError> {
    let name = format!("{}.1", command.get_display_name().unwrap_or(command.get_name()));
    let path = dir.join(&name);
    let failed = |source| CommandError::file(&path, "written", &source);
    fs::create_dir_all(dir).map_err(failed)?;
    fs::write(&path, page(command)).map_err(failed)?;
    written.push(name);
    command.get_subcommands().try_for_each(|command| write_pages(command, dir, written))
}

/// As `--help`, in the sections that readers of manual pages look for.
fn page(command: &Command) -> Vec<u8> {
    let program = format!("syncline {}", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone()).source(program).manual("Syncline");
    let mut page = Vec::new();
    let written = man.render_title(&mut page).and_then(|()| man.render_name_section(&mut page));
    page.extend(synopsis(command).into_bytes());
    let written = written
        .and_then(|()| man.render_description_section(&mut page))
        .and_then(|()| man.render_options_section(&mut page))
        .and_then(
            |()| if command.has_subcommands() { man.render_subcommands_section(&mut page) } else { Ok(()) },
        );
    written.expect("memory takes all that is written");
    let help = command.get_after_long_help().or(command.get_after_help());
    page.extend(help.map(|help| notes(&help.to_string())).unwrap_or_default().into_bytes());
    page
}

/// Each way to type the command: what the library makes of it leaves out the names of values.
fn synopsis(command: &Command) -> String {
    let usage = command.clone().render_usage().to_string();
    let forms: Vec<_> =
        usage.trim_start_matches("Usage: ").lines().map(|form| escaped(form.trim())).collect();
    format!(".SH SYNOPSIS\n{}\n", forms.join("\n.br\n"))
}

/// What stands below the options: sentences, examples, exit codes.
fn notes(help: &str) -> String {
    let mut out = String::new();
    let mut section = "";
    for paragraph in help.split("\n\n") {
        let (first, rest) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
        let (wanted, text) = match first {
            "Examples:" => ("EXAMPLES", rest),
            "Exit codes:" => ("EXIT STATUS", rest),
            _ if section.is_empty() => ("NOTES", paragraph),
            _ => (section, paragraph),
        };
        let heading = if wanted == section { ".PP\n".to_owned() } else { format!(".SH {wanted}\n") };
        section = wanted;
        out += &heading;
        out += &body(text);
    }
    out
}

/// Text that stands as it is where it has lines of its own, and flows where it has none.
fn body(text: &str) -> String {
    if text.contains('\n') || text.starts_with(' ') {
        format!(".nf\n{}\n.fi\n", text.lines().map(escaped).collect::<Vec<_>>().join("\n"))
    } else {
        format!("{}\n", escaped(text))
    }
}

/// A line as roff takes it: nothing in it is a command, and each letter is what it is on a keyboard.
fn escaped(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    if line.starts_with('.') {
        out += "\\&";
    }
    for letter in line.chars() {
        match letter {
            '\\' => out += "\\e",
            '-' => out += "\\-",
            '\'' => out += "\\(aq",
            '`' => out += "\\(ga",
            '~' => out += "\\(ti",
            '^' => out += "\\(ha",
            _ => out.push(letter),
        }
    }
    out
}
