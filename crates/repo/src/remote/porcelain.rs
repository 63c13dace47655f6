//! The lines that `push --porcelain` and `fetch --porcelain` print for each ref.

use crate::{ObjectId, RefName};

/// One line of `push --porcelain`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PushLine {
    pub(super) remote_ref: String,
    pub(super) outcome: PushOutcome,
}

/// What such a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PushOutcome {
    Done,
    UpToDate,
    /// Refused by our side or by the remote; what stands in the last parentheses, or the whole summary.
    Rejected {
        by_remote: bool,
        reason: String,
    },
}

/// Reads `<flag>\t<from>:<to>\t<summary> (<reason>)` lines; others are no such lines and left out.
pub(super) fn push_lines(text: &str) -> Vec<PushLine> {
    text.lines().filter_map(push_line).collect()
}

fn push_line(line: &str) -> Option<PushLine> {
    let mut columns = line.splitn(3, '\t');
    let (flag, refs, summary) = (columns.next()?, columns.next()?, columns.next()?);
    let remote_ref = refs.rsplit_once(':')?.1.to_owned();
    let outcome = match flag {
        " " | "+" | "-" | "*" => PushOutcome::Done,
        "=" => PushOutcome::UpToDate,
        "!" => {
            PushOutcome::Rejected { by_remote: summary.starts_with("[remote "), reason: reason_of(summary) }
        }
        _ => return None,
    };
    Some(PushLine { remote_ref, outcome })
}

fn reason_of(summary: &str) -> String {
    let reason = summary.split_once(" (").map(|(_, reason)| reason.strip_suffix(')').unwrap_or(reason));
    reason.unwrap_or(summary).to_owned()
}

/// One line of `fetch --porcelain`: `<flag> <old> <new> <local ref>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FetchLine {
    pub(super) flag: char,
    pub(super) old: Option<ObjectId>,
    pub(super) new: Option<ObjectId>,
    pub(super) name: RefName,
}

pub(super) fn fetch_lines(text: &str) -> Vec<FetchLine> {
    text.lines().filter_map(fetch_line).collect()
}

fn fetch_line(line: &str) -> Option<FetchLine> {
    let flag = line.chars().next()?;
    let mut columns = line.get(flag.len_utf8()..)?.trim_start().splitn(3, ' ');
    let (old, new, name) = (columns.next()?, columns.next()?, columns.next()?);
    Some(FetchLine { flag, old: id_of(old), new: id_of(new), name: RefName::new(name).ok()? })
}

/// Forty zeros stand for no object.
fn id_of(text: &str) -> Option<ObjectId> {
    if text.bytes().all(|byte| byte == b'0') { None } else { text.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_flag_of_a_push() {
        let text = "To http://host/x.git\n\
                    *\t1111:refs/heads/new\t[new branch]\n \trefs/heads/a:refs/heads/a\ta..b\n\
                    =\ta:refs/heads/same\t[up to date]\n\
                    !\ta:refs/heads/late\t[rejected] (fetch first)\n\
                    !\ta:refs/heads/p\t[remote rejected] (pre-receive hook declined)\n\
                    !\ta:refs/heads/f\t[remote failure] (remote failed to report status)\nDone\n";
        let rejected =
            |by_remote, reason: &str| PushOutcome::Rejected { by_remote, reason: reason.to_owned() };
        let expected = [
            ("refs/heads/new", PushOutcome::Done),
            ("refs/heads/a", PushOutcome::Done),
            ("refs/heads/same", PushOutcome::UpToDate),
            ("refs/heads/late", rejected(false, "fetch first")),
            ("refs/heads/p", rejected(true, "pre-receive hook declined")),
            ("refs/heads/f", rejected(true, "remote failed to report status")),
        ];
        let expected = expected.map(|(name, outcome)| PushLine { remote_ref: name.to_owned(), outcome });
        assert_eq!(push_lines(text), expected);
    }

    #[test]
    fn each_flag_of_a_fetch() {
        let (zeros, ones) = ("0".repeat(40), "1".repeat(40));
        let text = format!(
            "* {zeros} {ones} refs/remotes/o/a\n- {ones} {zeros} refs/remotes/o/b\n  {ones} {ones} refs/x y\n"
        );
        let id: ObjectId = ones.parse().expect("an id");
        let lines = fetch_lines(&text);
        assert_eq!(lines.len(), 2, "a name with a space is none");
        assert_eq!((lines[0].flag, lines[0].old, lines[0].new), ('*', None, Some(id)));
        assert_eq!((lines[1].flag, lines[1].old, lines[1].new), ('-', Some(id), None));
    }
}
