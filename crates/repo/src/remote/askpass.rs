//! How a token reaches git: git asks our own binary.
//!
//! Git starts the program named by `GIT_ASKPASS` with its question as the only argument. That program is
//! Syncline itself; it finds the answer in its environment, which (unlike arguments) only the same user and
//! root can read.

use std::path::PathBuf;

use super::url::without_user;

/// Set for git where Syncline is to answer: the binary looks for it before anything else.
pub const ASKPASS_VARIABLE: &str = "SYNCLINE_ASKPASS";
/// Holds the user name.
pub const ASKPASS_USERNAME_VARIABLE: &str = "SYNCLINE_ASKPASS_USERNAME";
/// Holds the token.
pub const ASKPASS_TOKEN_VARIABLE: &str = "SYNCLINE_ASKPASS_TOKEN";

/// Holds the address that name and token are for, as `https://host:8443`.
pub const ASKPASS_ORIGIN_VARIABLE: &str = "SYNCLINE_ASKPASS_ORIGIN";

/// The program that git asks: one that prints what [`askpass_answer`] gives it and exits 0, or exits 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskPass {
    /// Its path. For the command line: `std::env::current_exe()`.
    pub program: PathBuf,
}

/// What the askpass program prints for git's question (its first argument), or `None` when it is not asked
/// by Syncline or does not know. `variable` reads the program's environment.
///
/// The question names the host that wants to know. After a redirect that is another one, which gets no answer:
/// a server could otherwise send us anywhere to collect tokens.
pub fn askpass_answer(prompt: &str, variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    if variable(ASKPASS_VARIABLE).as_deref() != Some("1") {
        return None;
    }
    let name = if prompt.starts_with("Username for ") {
        ASKPASS_USERNAME_VARIABLE
    } else if prompt.starts_with("Password for ") {
        ASKPASS_TOKEN_VARIABLE
    } else {
        // Ssh's questions about keys and unknown hosts get no answer of ours.
        return None;
    };
    let asked_by = without_user(prompt.split('\'').nth(1)?);
    if !is_same_origin(&asked_by, &variable(ASKPASS_ORIGIN_VARIABLE)?) {
        return None;
    }
    variable(name).filter(|answer| !answer.is_empty())
}

/// Whether `address` lies at `origin`. The change from http to https at the same host is taken as well: many
/// servers redirect like that, and it only makes things safer.
fn is_same_origin(address: &str, origin: &str) -> bool {
    let at = |origin: &str| {
        address.strip_prefix(origin).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let secure = origin.strip_prefix("http://").map(|host| format!("https://{host}"));
    at(origin) || secure.is_some_and(|secure| at(&secure))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(name: &str) -> Option<String> {
        let value = match name {
            ASKPASS_VARIABLE => "1",
            ASKPASS_USERNAME_VARIABLE => "ann",
            ASKPASS_TOKEN_VARIABLE => "t0ken",
            ASKPASS_ORIGIN_VARIABLE => "http://host",
            _ => return None,
        };
        Some(value.to_owned())
    }

    #[test]
    fn only_gits_own_questions_are_answered() {
        let ask = |prompt| askpass_answer(prompt, variable);
        assert_eq!(ask("Username for 'http://host': ").as_deref(), Some("ann"));
        assert_eq!(ask("Password for 'http://ann@host': ").as_deref(), Some("t0ken"));
        assert_eq!(ask("Password for 'https://ann@host/team/api.git': ").as_deref(), Some("t0ken"));
        assert_eq!(ask("Enter passphrase for key '/k': "), None);
        assert_eq!(ask("Are you sure you want to continue connecting (yes/no)? "), None);
    }

    #[test]
    fn another_host_gets_no_answer() {
        for address in
            ["http://elsewhere", "http://host.elsewhere", "http://host:81", "http://host@elsewhere"]
        {
            assert_eq!(askpass_answer(&format!("Password for '{address}': "), variable), None, "{address}");
        }
    }

    #[test]
    fn nobody_else_is_answered() {
        let not_ours = |name: &str| variable(name).filter(|_| name != ASKPASS_VARIABLE);
        assert_eq!(askpass_answer("Password for 'http://host': ", not_ours), None);
    }
}
