//! One path for each file: two that want the same, and files where others need a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use syncline_document::Value;
use syncline_format::RepoPath;

use super::{Done, Merger, Outcome, whole};
use crate::{Place, Side};

/// A merged file that wants a path.
struct Wish<Id> {
    path: RepoPath,
    outcome: Outcome<Id>,
    /// The side that put it there; the first where both did.
    owner: Side,
}

/// Gives each file a path; what the side that came first put there keeps it.
pub(super) fn place<Id: Clone + Eq + Display, E>(
    merger: &mut Merger<'_, Id, E>,
    done: Vec<Done<Id>>,
) -> BTreeMap<RepoPath, Outcome<Id>> {
    let first = merger.terms.first;
    let mut wishes: Vec<Wish<Id>> = done.into_iter().filter_map(|done| wish(done, first)).collect();
    let mut taken: BTreeSet<RepoPath> = wishes.iter().map(|wish| wish.path.clone()).collect();
    // What the first side put there chooses first.
    wishes.sort_by_key(|wish| (wish.owner != first, wish.path.clone()));
    let mut outcomes: BTreeMap<RepoPath, Outcome<Id>> = BTreeMap::new();
    for wish in wishes {
        let path = if is_free(&outcomes, &wish.path) {
            wish.path.clone()
        } else {
            let path =
                beside(&wish.path, wish.owner, |path| !taken.contains(path) && is_free(&outcomes, path));
            hold(merger, &wish, &path);
            path
        };
        taken.insert(path.clone());
        outcomes.insert(path, wish.outcome);
    }
    outcomes
}

fn wish<Id: Eq>(done: Done<Id>, first: Side) -> Option<Wish<Id>> {
    let (path, outcome) = done.result?;
    let put = |side: Side| {
        let is = done.unit.side(side).is_some_and(|placed| placed.path == path);
        is && done.unit.base.as_ref().is_none_or(|base| base.path != path || !done.unit.is_unchanged(side))
    };
    let owner = if put(first) || !put(first.other()) { first } else { first.other() };
    Some(Wish { path, outcome, owner })
}

/// Whether nothing is there, no file is where one of its folders must be, and it is no folder itself.
fn is_free<Id>(outcomes: &BTreeMap<RepoPath, Outcome<Id>>, path: &RepoPath) -> bool {
    let is_folder = || {
        let after = outcomes
            .range(path.clone()..)
            .take_while(|(other, _)| other.as_bstr().starts_with(path.as_bstr().as_ref()));
        after.into_iter().any(|(other, _)| other.is_in(path))
    };
    let mut folder = path.parent();
    while let Some(above) = folder {
        if outcomes.contains_key(&above) {
            return false;
        }
        folder = above.parent();
    }
    !is_folder()
}

/// `name~theirs.yaml`: the extension stays, since it says what the file is. Where a folder is in the way,
/// the file keeps its own name only if that helps.
fn beside(path: &RepoPath, owner: Side, is_free: impl Fn(&RepoPath) -> bool) -> RepoPath {
    let text = path.as_bstr().to_vec();
    let name_start = text.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    for number in 1_usize.. {
        let side = owner.pick("ours", "theirs");
        let suffix = if number == 1 { format!("~{side}") } else { format!("~{side}-{number}") };
        // Each part from the last on gets the suffix in turn: it may be a folder that is in the way.
        let mut end = text.len();
        while end > 0 {
            let start = text[..end].iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
            let dot = text[start..end].iter().rposition(|byte| *byte == b'.').filter(|dot| *dot > 0);
            let at = if start == name_start { dot.map_or(end, |dot| start + dot) } else { end };
            let candidate = [&text[..at], suffix.as_bytes(), &text[at..]].concat();
            if let Ok(candidate) = RepoPath::new(&candidate)
                && is_free(&candidate)
            {
                return candidate;
            }
            end = start.saturating_sub(1);
        }
    }
    unreachable!("numbers do not end")
}

fn hold<Id: Clone + Eq + Display, E>(merger: &mut Merger<'_, Id, E>, wish: &Wish<Id>, path: &RepoPath) {
    let text = |path: &RepoPath| Some(Value::string(path.to_string()));
    let (wanted, got) = (text(&wish.path), text(path));
    // The file is there once, beside the path; its own side wanted the path itself.
    let values = wish.owner.pick([None, wanted.clone(), got.clone()], [None, got, wanted]);
    let conflict = whole(path, Place::Path, values, wish.owner.other());
    merger.conflicts.push(conflict);
}
