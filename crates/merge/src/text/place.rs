//! Where a run of lines is in a text, and where it went when the text was changed since.

use std::cmp::Ordering;
use std::ops::Range;

use imara_diff::Token;
use serde_json::{Value as Json, json};

use super::{Change, Interner, Lines, changes};

/// So many lines before and after a run are written down with it.
const CONTEXT: usize = 3;

/// Where a run of lines is in a merged text. It may have no line: where they were removed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct LinePlace {
    /// How many lines of the text come before it.
    pub start: usize,
    /// The last lines before it, without line breaks.
    pub before: Vec<String>,
    /// The first lines after it, without line breaks.
    pub after: Vec<String>,
    /// How many runs with the same three versions come before it in the file.
    pub occurrence: usize,
    /// Names the merged text, if whoever stored this could: hex digits of a blob's id.
    pub text: Option<String>,
}

/// What became of a run of lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Located {
    /// It is here as it was: bytes of the text, whole lines.
    At(Range<usize>),
    /// It is no more as it was.
    Changed,
    /// That cannot be told.
    Unsure,
}

impl LinePlace {
    /// Of a run of a text.
    pub(crate) fn of(text: &[&str], run: Range<usize>) -> Self {
        let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
        Self {
            start: run.start,
            before: owned(&text[run.start.saturating_sub(CONTEXT)..run.start]),
            after: owned(&text[run.end..text.len().min(run.end + CONTEXT)]),
            occurrence: 0,
            text: None,
        }
    }

    /// Where the run is in a text that came of the merged one. `kept` are its lines, and `was` is the merged
    /// text; without it the lines around the run decide. Line breaks of another kind are no change.
    pub fn find(&self, kept: &str, was: Option<&str>, now: &str) -> Located {
        let mut interner = Interner::default();
        let (run, lines) = (interner.bare_lines(kept), interner.bare_lines(now));
        let at = self.start..self.start + run.tokens.len();
        let was = was
            .map(|was| interner.bare_lines(was))
            .filter(|was| was.tokens.get(at.clone()) == Some(&run.tokens));
        let context = [&self.before, &self.after].map(|lines| interner.tokens(lines));
        let search = Search { run: &run.tokens, now: &lines.tokens, context: &context };
        let found = match was {
            None => search.anywhere(),
            Some(was) => search.since(&at, &changes(&was.tokens, &lines.tokens, interner.count())),
        };
        match found {
            Found::At(first) => Located::At(lines.starts[first]..lines.starts[first + run.tokens.len()]),
            Found::Changed => Located::Changed,
            Found::Unsure => Located::Unsure,
        }
    }

    /// The same run in another text, named `id`, where it is at these bytes.
    #[must_use]
    pub fn moved_to(&self, text: &str, at: Range<usize>, id: String) -> Self {
        let start = text[..at.start].lines().count();
        let end = start + text[at].lines().count();
        let lines: Vec<_> = text.lines().collect();
        Self { occurrence: self.occurrence, text: Some(id), ..Self::of(&lines, start..end) }
    }

    pub(crate) fn to_json(&self) -> Json {
        let Self { start, before, after, occurrence, text } = self;
        json!({"line": start + 1, "before": before, "after": after, "occurrence": occurrence, "text": text})
    }

    /// Reads what was written; `None` where there is nothing of it.
    pub(crate) fn from_json(json: &Json) -> Option<Self> {
        let number = |name: &str| usize::try_from(json[name].as_u64()?).ok();
        let lines = |name: &str| {
            let lines = json[name].as_array()?.iter();
            lines.map(|line| line.as_str().map(str::to_owned)).collect::<Option<_>>()
        };
        Some(Self {
            start: number("line")?.checked_sub(1)?,
            before: lines("before")?,
            after: lines("after")?,
            occurrence: number("occurrence")?,
            text: json["text"].as_str().map(str::to_owned),
        })
    }
}

/// The text with other lines in a stretch of whole lines. Where one part ends without a line break and
/// another follows, it gets one.
pub fn replace_lines(text: &str, at: Range<usize>, new: &str) -> String {
    let line_break =
        if text.split('\n').next().is_some_and(|line| line.ends_with('\r')) { "\r\n" } else { "\n" };
    let mut out = text[..at.start].to_owned();
    for part in [new, &text[at.end..]] {
        if !part.is_empty() && !out.is_empty() && !out.ends_with('\n') {
            out.push_str(line_break);
        }
        out.push_str(part);
    }
    out
}

/// Where a run begins, in lines.
enum Found {
    At(usize),
    Changed,
    Unsure,
}

struct Search<'a> {
    run: &'a [Token],
    now: &'a [Token],
    /// The lines before and after it when it was written down.
    context: &'a [Vec<Token>; 2],
}

impl Search<'_> {
    /// By what was changed in the text that it was in.
    fn since(&self, was: &Range<usize>, changes: &[Change]) -> Found {
        let mut start = was.start;
        for change in changes {
            match position(&change.before, was) {
                Ordering::Less => start = start + change.after.len() - change.before.len(),
                Ordering::Greater => break,
                Ordering::Equal if !was.is_empty() => return self.moved(changes),
                Ordering::Equal if change.before.is_empty() => return Found::Changed,
                // The lines on both sides of it: nobody has said anything of what was between.
                Ordering::Equal => return Found::Unsure,
            }
        }
        Found::At(start)
    }

    /// The run as it is in lines that are new: those that were there before are others that are alike.
    fn moved(&self, changes: &[Change]) -> Found {
        let is_new = |at: &usize| {
            let run = *at..*at + self.run.len();
            changes.iter().any(|change| change.after.start < run.end && run.start < change.after.end)
        };
        self.nearest(&self.copies().filter(is_new).collect::<Vec<_>>())
    }

    /// By the lines themselves or, where there are none, by those around.
    fn anywhere(&self) -> Found {
        if !self.run.is_empty() {
            return self.nearest(&self.copies().collect::<Vec<_>>());
        }
        let all = self.context.iter().map(Vec::len).sum::<usize>();
        let mut gaps = (0..=self.now.len()).filter(|at| all > 0 && self.likeness(*at) == all);
        match (gaps.next(), gaps.next()) {
            (Some(at), None) => Found::At(at),
            _ => Found::Unsure,
        }
    }

    fn copies(&self) -> impl Iterator<Item = usize> {
        let windows = self.now.windows(self.run.len().max(1)).enumerate();
        windows.filter(|(_, window)| *window == self.run).map(|(at, _)| at)
    }

    /// Of several copies the one whose surroundings are most like those of the run.
    fn nearest(&self, copies: &[usize]) -> Found {
        let best = copies.iter().map(|at| self.likeness(*at)).max();
        let mut like = copies.iter().filter(|at| Some(self.likeness(**at)) == best);
        match (like.next(), like.next()) {
            (Some(at), None) => Found::At(*at),
            (Some(_), Some(_)) => Found::Unsure,
            (None, _) => Found::Changed,
        }
    }

    /// How many lines around a place are those around the run.
    fn likeness(&self, at: usize) -> usize {
        let [before, after] = self.context;
        let above = self.now[..at].iter().rev().zip(before.iter().rev());
        let below = self.now[(at + self.run.len()).min(self.now.len())..].iter().zip(after);
        above.take_while(|(now, was)| now == was).count() + below.take_while(|(now, was)| now == was).count()
    }
}

impl<'a> Interner<'a> {
    fn bare_lines(&mut self, text: &'a str) -> Lines<'a> {
        self.lines_by(text.as_bytes(), without_break)
    }

    fn tokens(&mut self, lines: &'a [String]) -> Vec<Token> {
        lines.iter().map(|line| self.token(line.as_bytes())).collect()
    }
}

/// Whether a change is above a run, touches it, or is below.
fn position(change: &Range<usize>, run: &Range<usize>) -> Ordering {
    if change.is_empty() && run.is_empty() && change.start == run.start {
        Ordering::Equal
    } else if change.end <= run.start {
        Ordering::Less
    } else if change.start >= run.end {
        Ordering::Greater
    } else {
        Ordering::Equal
    }
}

fn without_break(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAS: &str = "one\ntwo\nx\nthree\nfour\nx\nfive\n";

    /// Where the run of so many lines that begins at this line of [`WAS`] went: the number of lines before it.
    fn followed(run: Range<usize>, now: &str) -> Option<usize> {
        let (place, kept) = place(run);
        lines_before(place.find(&kept, Some(WAS), now), now)
    }

    /// The same without the text that it was in.
    fn looked_for(run: Range<usize>, now: &str) -> Option<usize> {
        let (place, kept) = place(run);
        lines_before(place.find(&kept, None, now), now)
    }

    fn place(run: Range<usize>) -> (LinePlace, String) {
        let lines: Vec<_> = WAS.lines().collect();
        let kept = WAS.split_inclusive('\n').skip(run.start).take(run.len()).collect();
        (LinePlace::of(&lines, run), kept)
    }

    fn lines_before(located: Located, now: &str) -> Option<usize> {
        match located {
            Located::At(bytes) => Some(now[..bytes.start].lines().count()),
            Located::Changed | Located::Unsure => None,
        }
    }

    #[test]
    fn of_two_runs_that_are_alike_each_is_found() {
        let now = "zero\none\ntwo\nx\nthree\nx\nfive\n";
        assert_eq!((followed(2..3, now), followed(5..6, now)), (Some(3), Some(5)));
        assert_eq!((looked_for(2..3, now), looked_for(5..6, now)), (Some(3), Some(5)));
    }

    #[test]
    fn a_run_that_was_changed_is_not_taken_for_another_that_is_like_it() {
        let (place, kept) = place(2..3);
        assert_eq!(place.find(&kept, Some(WAS), &WAS.replacen("x\n", "y\n", 1)), Located::Changed);
    }

    #[test]
    fn a_run_that_was_moved_is_found_where_it_went() {
        let was = "one\ntwo\nlong\nthree\nfour\n";
        let place = LinePlace::of(&was.lines().collect::<Vec<_>>(), 2..3);
        let now = "long\none\ntwo\nthree\nfour\n";
        assert_eq!(place.find("long\n", Some(was), now), Located::At(0..5));
    }

    #[test]
    fn a_run_without_lines_is_found_between_its_neighbours() {
        assert_eq!(followed(4..4, "new\none\ntwo\nx\nthree\nfour\nx\nfive\n"), Some(5));
        assert_eq!(looked_for(4..4, "new\none\ntwo\nx\nthree\nfour\nx\nfive\n"), Some(5));
        assert_eq!(followed(4..4, "one\ntwo\nx\nThree!\nfour\nx\nfive\n"), Some(4));
        assert_eq!(followed(7..7, "one\ntwo\nx\nthree\nfour\nx\nfive!\n"), Some(7));
    }

    #[test]
    fn what_is_put_where_lines_were_removed_changes_them() {
        let (place, _) = place(4..4);
        let put = WAS.replace("three\n", "three\nback\n");
        assert_eq!(place.find("", Some(WAS), &put), Located::Changed);
    }

    #[test]
    fn line_breaks_of_another_kind_are_no_change() {
        assert_eq!(followed(2..3, &WAS.replace('\n', "\r\n")), Some(2));
        assert_eq!(followed(5..7, WAS.trim_end()), Some(5));
    }

    #[test]
    fn a_part_that_ends_without_a_line_break_gets_one() {
        assert_eq!(replace_lines("a\nb", 3..3, "c\n"), "a\nb\nc\n");
        assert_eq!(replace_lines("a\r\nb\r\n", 0..3, "c"), "c\r\nb\r\n");
        assert_eq!(replace_lines("a\nb\n", 2..4, ""), "a\n");
    }

    #[test]
    fn what_is_stored_comes_back() {
        let place = LinePlace { occurrence: 2, text: Some("3f2a".into()), ..place(2..3).0 };
        assert_eq!(LinePlace::from_json(&place.to_json()), Some(place));
        assert_eq!(LinePlace::from_json(&Json::Null), None);
    }
}
