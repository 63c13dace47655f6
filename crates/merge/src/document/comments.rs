//! The comments and the way of writing around a child.

use std::collections::HashSet;

use syncline_document::Value;

use super::children::Family;
use super::plan::{ChildAt, Held, HeldValue};
use super::sources::{Source, Trio};
use crate::conflict::Place;

/// A child of a family by its number.
type ChildOf<'f, 'a> = (&'f Family<'a>, usize);

/// Where a merged child's comments come from.
pub(crate) struct Chosen {
    pub(crate) from: ChildAt,
    /// Both sides changed them in different ways.
    pub(crate) held: Option<Held>,
}

/// The version whose comments a merged child has: that of the side that changed them. `around` is the side that
/// gives the frame of the container.
pub(crate) fn choose(
    base: Option<ChildOf<'_, '_>>,
    first: ChildOf<'_, '_>,
    second: ChildOf<'_, '_>,
    around: Source,
) -> Chosen {
    let (first_at, second_at) = (first.0.at(first.1), second.0.at(second.1));
    let keep = |from| Chosen { from, held: None };
    let (left, right) = (Written::of(first), Written::of(second));
    let Some((base, old)) = base.map(|base| (base, Written::of(base))) else {
        let takes_second = if left.words() == right.words() {
            // One blank line is what keeps things apart; more are left over, none was forgotten.
            match (left.blank_lines(), right.blank_lines()) {
                (a, b) if a == b => around == Source::Second,
                (a, b) => a != 1 && b == 1,
            }
        } else {
            left.is_bare()
        };
        return keep(if takes_second { second_at } else { first_at });
    };
    if left == right {
        return keep(first_at);
    }
    let is_below_added =
        |(family, index): ChildOf<'_, '_>| family.line_above(index) != base.0.line_above(base.1);
    if left.blank_lines() != right.blank_lines()
        && is_below_added(first)
        && is_below_added(second)
        && [&left, &right].iter().all(|side| side.words() == old.words())
    {
        // The blank lines that a side made go with what it put above them: see `blanks`.
        return keep(base.0.at(base.1));
    }
    if right == old {
        return keep(first_at);
    }
    if left == old {
        return keep(second_at);
    }
    let (left_words, right_words, old_words) = (left.words(), right.words(), old.words());
    if left_words == right_words || alike(&right_words, &old_words) {
        return keep(first_at);
    }
    if alike(&left_words, &old_words) {
        return keep(second_at);
    }
    let text = |words: &[String]| Some(HeldValue::Data(Value::string(words.join("\n"))));
    let values = Trio { base: text(&old_words), first: text(&left_words), second: text(&right_words) };
    Chosen { from: first_at, held: Some(Held { place: Place::Lines, values }) }
}

/// The version whose key a merged child has: only its way of writing can differ in a mapping.
pub(crate) fn key(
    base: Option<ChildOf<'_, '_>>,
    first: ChildOf<'_, '_>,
    second: ChildOf<'_, '_>,
    around: Source,
) -> ChildAt {
    let old = base.map(|(family, index)| family.written_key(index));
    let (left, right) = (first.0.written_key(first.1), second.0.written_key(second.1));
    if old.map_or(around == Source::Second, |old| old == left && left != right) {
        second.0.at(second.1)
    } else {
        first.0.at(first.1)
    }
}

/// Whether a child has a comment, around it or inside, that the base has nowhere.
pub(crate) fn are_added(base: ChildOf<'_, '_>, now: ChildOf<'_, '_>) -> bool {
    let (was, text) = (base.0.text(base.1), now.0.text(now.1));
    was != text && comments(text).any(|comment| !base.0.document.text().contains(comment))
}

/// Whether another text has each comment of a text.
pub(crate) fn are_all_in(text: &str, other: &str) -> bool {
    let there: HashSet<&str> = comments(other).collect();
    comments(text).all(|comment| there.contains(comment))
}

/// What looks like a comment in the lines of a text, of YAML or JSON.
fn comments(text: &str) -> impl Iterator<Item = &str> {
    let is_apart = |line: &str, at: usize| line[..at].ends_with([' ', '\t', ',']) || at == 0;
    let start = move |line: &str, mark: &str| {
        line.match_indices(mark).map(|(at, _)| at).find(|at| is_apart(line, *at))
    };
    let first = move |line| ["#", "//", "/*"].iter().filter_map(|mark| start(line, mark)).min();
    text.lines().filter_map(move |line| Some(line[first(line)?..].trim_end()))
}

/// Whether lines differ in blanks at most.
fn alike(a: &[String], b: &[String]) -> bool {
    let letters = |lines: &[String]| -> String { lines.concat().split_whitespace().collect() };
    a == b || letters(a) == letters(b)
}

/// The number of blank lines above a child that has no comments; `None` where it has some.
pub(crate) fn bare_blank_lines(child: ChildOf<'_, '_>) -> Option<usize> {
    let written = Written::of(child);
    written.is_bare().then(|| written.blank_lines())
}

/// Comments and blank lines around a child, and what is before its comma.
#[derive(PartialEq, Eq)]
struct Written<'a> {
    leading: &'a str,
    behind: &'a str,
    trailing: &'a str,
}

impl<'a> Written<'a> {
    fn of((family, index): ChildOf<'_, 'a>) -> Self {
        let Some(span) = family.span(index) else { return Self { leading: "", behind: "", trailing: "" } };
        let (document, comments) = (family.document, family.document.comments_at(span));
        let end = document.node(span.value).span.end.max(span.indicator_end);
        let behind = document.text().get(end..span.trail.start).unwrap_or_default().trim_end_matches(',');
        Self { leading: comments.leading, behind, trailing: comments.trailing }
    }

    /// The comments without blank lines and indentation.
    fn words(&self) -> Vec<String> {
        let lines = [self.leading, self.behind, self.trailing].into_iter().flat_map(str::lines);
        lines.map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    }

    /// Above it.
    fn blank_lines(&self) -> usize {
        self.leading[..self.leading.len() - self.leading.trim_start().len()].matches('\n').count()
    }

    fn is_bare(&self) -> bool {
        self.words().is_empty()
    }
}
