//! Past merges, as git and as Syncline do them.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use syncline_sync::{Replay, Replayed, ReplayedFile, ReplayedMerge, Tally};

use super::style::{BOLD, CHANGED, DIM, NAME, heading, paint};
use super::table::{self, Cell, plain};
use super::words::{clipped, count, shown};
use crate::clock;

/// How many files of each list are named; `--json` and the page have all.
const LISTED: usize = 10;

/// The longest subject that is shown.
const SUBJECT: usize = 60;

/// The table, and the merges to look at.
pub(crate) fn text(replay: &Replay) -> String {
    let mut out = format!("{}\n", summary(replay));
    if replay.merges.is_empty() {
        return out;
    }
    out.push('\n');
    out.push_str(&table::rows(0, &table_of(replay)).concat());
    for (title, of_interest) in LISTS {
        out.push_str(&list(replay, title, of_interest));
    }
    out
}

/// One sentence on what was looked at.
pub(crate) fn summary(replay: &Replay) -> String {
    let with_files = match (replay.looked_at, replay.merges.len()) {
        (0, _) => "There is no merge of two branches in the history".to_owned(),
        (all, 0) => {
            format!("{} of two branches, none with a file that both had changed", count(all, "merge"))
        }
        (all, some) => {
            let files: usize = replay.merges.iter().map(|merge| merge.files.len()).sum();
            let (all, files) = (count(all, "merge"), count(files, "file"));
            format!("{all} of two branches, {some} with files that both had changed: {files}")
        }
    };
    let left_out = match replay.left_out {
        0 => String::new(),
        some => format!("; {some} could not be done again: a part of their history is not here"),
    };
    let of_more = match replay.of_more {
        0 => String::new(),
        some => format!("; {} of more branches left out", count(some, "merge")),
    };
    [with_files, left_out, of_more].concat()
}

/// What the columns after the format and its files say, for git and for Syncline.
pub(crate) const COLUMNS: [&str; 4] = ["as committed", "same data", "otherwise", "in conflict"];

/// A tally as the cells of a row.
pub(crate) fn cells(tally: &Tally, conflicts: &str) -> [String; 4] {
    let in_conflict = match tally.in_conflict {
        0 => "0".to_owned(),
        files => format!("{files} ({})", count(tally.conflicts, conflicts)),
    };
    [tally.as_committed.to_string(), tally.same_data.to_string(), tally.otherwise.to_string(), in_conflict]
}

/// The files of a tally.
pub(crate) fn files(tally: &Tally) -> usize {
    tally.as_committed + tally.same_data + tally.otherwise + tally.in_conflict
}

/// Two rows for each format.
fn table_of(replay: &Replay) -> Vec<Vec<Cell>> {
    let names = ["format", "files", "merged by"].into_iter().chain(COLUMNS);
    let mut rows: Vec<Vec<Cell>> = vec![names.map(|name| (name.to_owned(), BOLD)).collect()];
    let mut add = |name: &str, [git, syncline]: &[Tally; 2]| {
        let all = files(git).to_string();
        for (start, by, tally, noun) in
            [([name, &all], "git", git, "run"), (["", ""], "Syncline", syncline, "field")]
        {
            let start = start.into_iter().chain([by]).map(plain);
            rows.push(start.chain(cells(tally, noun).map(plain)).collect());
        }
    };
    let formats = replay.by_format();
    for (format, tallies) in &formats {
        add(format, tallies);
    }
    if formats.len() > 1 {
        add("all", &replay.total());
    }
    rows
}

type OfInterest = fn(&ReplayedFile) -> bool;

/// What is worth a look.
pub(crate) const LISTS: [(&str, OfInterest); 2] = [
    ("Merged by Syncline, and committed otherwise", |file| file.syncline == Replayed::Otherwise),
    ("In conflict for Syncline", |file| matches!(file.syncline, Replayed::Conflicts(_))),
];

/// The files of a list with their merges.
pub(crate) fn of_interest(
    replay: &Replay,
    is_of_interest: OfInterest,
) -> impl Iterator<Item = (&ReplayedMerge, &ReplayedFile)> {
    let files = replay.merges.iter().flat_map(|merge| merge.files.iter().map(move |file| (merge, file)));
    files.filter(move |(_, file)| is_of_interest(file))
}

fn list(replay: &Replay, title: &str, is_of_interest: OfInterest) -> String {
    let found: Vec<_> = of_interest(replay, is_of_interest).collect();
    if found.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}\n", heading(title));
    for (merge, file) in found.iter().take(LISTED) {
        let (commit, time) = (paint(CHANGED, merge.commit.short()), paint(DIM, clock::local(merge.time)));
        let subject = clipped(&shown(&merge.subject), SUBJECT);
        let _ = writeln!(out, "  {commit}  {time}  {subject}\n      {}", paint(NAME, shown(&file.path)));
    }
    if found.len() > LISTED {
        let _ = writeln!(out, "  and {} more", found.len() - LISTED);
    }
    out
}

/// All of it.
pub(crate) fn object(replay: &Replay) -> Json {
    let both = |[git, syncline]: &[Tally; 2]| json!({"files": files(git), "git": tally(git), "syncline": tally(syncline)});
    let formats: serde_json::Map<String, Json> =
        replay.by_format().iter().map(|(format, tallies)| ((*format).to_owned(), both(tallies))).collect();
    json!({
        "looked_at": replay.looked_at,
        "left_out": replay.left_out,
        "of_more": replay.of_more,
        "total": both(&replay.total()),
        "formats": formats,
        "merges": replay.merges.iter().map(merge).collect::<Json>(),
    })
}

fn tally(tally: &Tally) -> Json {
    json!({
        "as_committed": tally.as_committed,
        "same_data": tally.same_data,
        "otherwise": tally.otherwise,
        "in_conflict": tally.in_conflict,
        "conflicts": tally.conflicts,
    })
}

fn merge(merge: &ReplayedMerge) -> Json {
    json!({
        "commit": merge.commit.to_string(),
        "time": clock::rfc3339(merge.time, 0),
        "subject": merge.subject,
        "files": merge.files.iter().map(file).collect::<Json>(),
    })
}

fn file(file: &ReplayedFile) -> Json {
    json!({
        "path": file.path.to_string(),
        "format": file.format,
        "git": replayed(file.git),
        "syncline": replayed(file.syncline),
    })
}

fn replayed(replayed: Replayed) -> Json {
    match replayed {
        Replayed::AsCommitted => json!({"outcome": "as-committed"}),
        Replayed::SameData => json!({"outcome": "same-data"}),
        Replayed::Otherwise => json!({"outcome": "otherwise"}),
        Replayed::Conflicts(count) => json!({"outcome": "in-conflict", "conflicts": count}),
    }
}
