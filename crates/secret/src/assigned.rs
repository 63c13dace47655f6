//! Variables that a line sets, as files of environments and lists of them do: `API_KEY=…`.

use crate::judge::by_name;

/// A secret that a line gives to a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Assigned<'t> {
    pub(crate) what: &'static str,
    pub(crate) secret: &'t str,
    /// The line, counted from 0.
    pub(crate) line: usize,
}

/// The secrets that lines of a text give to variables.
pub(crate) fn assigned(text: &str) -> impl Iterator<Item = Assigned<'_>> {
    text.lines().enumerate().filter_map(|(line, text)| {
        let (name, value) = text.split_once('=')?;
        let name = name.trim_start().trim_start_matches("export ");
        // Other names are of programs, where anything may stand behind the sign.
        let is_variable =
            name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        let secret = value.trim().trim_matches(['"', '\'']);
        let is_plain = !secret.contains(['(', '`', '"', '\'']);
        if !is_variable || !is_plain {
            return None;
        }
        let what = by_name(name, secret, false)?;
        Some(Assigned { what, secret, line })
    })
}
