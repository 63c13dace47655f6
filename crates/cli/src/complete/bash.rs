//! Bash: its words end at colons, it shows no descriptions of its own, and it puts in what it is given as it is.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use clap::Command;
use clap_complete::CompletionCandidate;
use clap_complete::engine::complete;
use clap_complete::env::EnvCompleter;

use super::typed::{self, Word};
use crate::output::words::clipped;

const SCRIPT: &str = r#"_NAME() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        COMPREPLY+=("$line")
    done < <(VARIABLE=bash COMPLETER -- "${COMP_LINE:0:COMP_POINT}" \
        "$COMP_WORDBREAKS" "$COMP_TYPE" "${COLUMNS:-80}" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[/=:] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o nosort -F _NAME BIN 2>/dev/null || complete -F _NAME BIN
"#;

/// Instead of a list all candidates are put in, or one after the other (`COMP_TYPE`): then each has to be a bare word.
const PUT_IN: [&str; 2] = ["37", "42"];

/// Asks with the line up to the cursor, the characters that end a word, the kind of completion, and the terminal's
/// width.
pub(crate) struct Bash;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        "bash"
    }

    fn is(&self, name: &str) -> bool {
        name == self.name()
    }

    fn write_registration(
        &self,
        variable: &str,
        name: &str,
        program: &str,
        completer: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let script = SCRIPT
            .replace("NAME", name)
            .replace("VARIABLE", variable)
            .replace("COMPLETER", completer)
            .replace("BIN", program);
        out.write_all(script.as_bytes())
    }

    fn write_complete(
        &self,
        command: &mut Command,
        arguments: Vec<OsString>,
        folder: Option<&Path>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let given: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
        let [line, breaks, kind, columns] =
            [0, 1, 2, 3].map(|number| given.get(number).map_or("", |argument| argument.as_ref()));
        let words = typed::words(line, breaks);
        let Some(at_cursor) = words.last() else { return Ok(()) };
        let arguments = words.iter().map(|word| OsString::from(&word.value)).collect();
        let candidates = complete(command, arguments, words.len() - 1, folder)?;
        let completions = completions(&candidates, at_cursor);
        let is_list = completions.len() > 1 && !PUT_IN.contains(&kind);
        let columns = columns.parse().unwrap_or(80);
        for line in if is_list { listed(&completions, columns) } else { bare(completions) } {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }
}

/// What to put in, and what it is; each once.
fn completions(candidates: &[CompletionCandidate], at_cursor: &Word) -> Vec<(String, String)> {
    let is_option = |candidate: &&CompletionCandidate| {
        candidate.get_value().as_encoded_bytes().first() == Some(&b'-') && at_cursor.value.is_empty()
    };
    // Where nothing is typed, options are shown only if there is nothing else.
    let is_mixed = candidates.iter().any(|candidate| !is_option(&candidate));
    let mut found: Vec<(String, String)> = Vec::new();
    for candidate in candidates.iter().filter(|candidate| !(is_mixed && is_option(candidate))) {
        let value = candidate.get_value().to_str().and_then(|value| at_cursor.completed(value));
        let help = candidate.get_help().map(ToString::to_string).unwrap_or_default();
        let help = help.lines().next().unwrap_or_default().to_owned();
        found
            .extend(value.filter(|value| found.iter().all(|(other, _)| other != value)).map(|it| (it, help)));
    }
    found
}

fn bare(completions: Vec<(String, String)>) -> Vec<String> {
    completions.into_iter().map(|(value, _)| value).collect()
}

/// Each with what it is behind it: bash shows them, and puts in only what all of them begin with.
fn listed(completions: &[(String, String)], columns: usize) -> Vec<String> {
    let width = completions.iter().map(|(value, _)| value.chars().count()).max().unwrap_or_default();
    let line = |(value, help): &(String, String)| {
        let room = columns.saturating_sub(width + 5);
        if help.is_empty() || room < 10 {
            return value.clone();
        }
        format!("{value:width$}  ({})", clipped(help, room))
    };
    completions.iter().map(line).collect()
}
