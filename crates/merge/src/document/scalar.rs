//! One value that both sides changed in different ways.

use std::cmp::Ordering;

use syncline_document::{NodeKind, Value};
use syncline_format::{FieldClass, MergeRule, Rules};

use super::plan::{Held, HeldValue, Merged, Plan};
use super::sources::{At, Sources, Trio};
use super::tree::Spots;
use crate::Side;
use crate::conflict::Place;
use crate::text::merge_text;

/// Settles it by the field's rule, by lines where it is a long text, or holds it.
pub(crate) fn merge(sources: &Sources<'_>, spots: Spots, rules: Rules<'_>) -> Merged {
    let (first, second) = (spots.first(), spots.second());
    let value = |at: At| sources.document(at.source).value(at.node);
    match (rules.merge_rule(), rules.class()) {
        (Some(MergeRule::Newest | MergeRule::Max), _) | (None, FieldClass::Volatile) => {
            match compare(&value(first), &value(second)) {
                Some(Ordering::Less) => Merged::copy(second),
                Some(_) => Merged::copy(first),
                None => Merged::held(spots),
            }
        }
        (Some(MergeRule::Ours), _) | (None, FieldClass::Local) => Merged::copy(first),
        (Some(MergeRule::Theirs), _) => Merged::copy(second),
        _ => by_lines(sources, spots).unwrap_or_else(|| Merged::held(spots)),
    }
}

/// Which of two numbers or times is the greater; `None` where they are not of one sort.
fn compare(first: &Value, second: &Value) -> Option<Ordering> {
    match (first, second) {
        (Value::Number(a), Value::Number(b)) => compare_numbers(a, b),
        // Times as text sort by their text where they are written alike.
        (Value::String(a), Value::String(b)) if a.len() == b.len() && is_time(a) && is_time(b) => {
            Some(a.cmp(b))
        }
        _ => None,
    }
}

fn compare_numbers(a: &str, b: &str) -> Option<Ordering> {
    match (a.parse::<i128>(), b.parse::<i128>()) {
        (Ok(a), Ok(b)) => Some(a.cmp(&b)),
        _ => a.parse::<f64>().ok()?.partial_cmp(&b.parse::<f64>().ok()?),
    }
}

fn is_time(text: &str) -> bool {
    let mut date = text.bytes().take(10).enumerate();
    text.len() >= 10
        && date.all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
}

/// Merges texts of several lines; `None` where they are none. Where both changed the same lines, the first
/// side's stay, and what is held is the whole text with the lines of the one and of the other: all else that
/// either side changed is in both.
fn by_lines(sources: &Sources<'_>, spots: Spots) -> Option<Merged> {
    let text = |at: At| {
        let document = sources.document(at.source);
        let is_text = matches!(document.node(at.node).kind, NodeKind::Scalar);
        match document.value(at.node) {
            Value::String(text) if is_text => Some(text),
            _ => None,
        }
    };
    let (base, first, second) = (text(spots.base()?)?, text(spots.first())?, text(spots.second())?);
    if ![&base, &first, &second].iter().all(|text| text.trim_end().contains('\n')) {
        return None;
    }
    let merge = merge_text(base.as_bytes(), first.as_bytes(), second.as_bytes());
    let with_side = |side| String::from_utf8(merge.with_side(side)).ok();
    let text = with_side(Side::Ours)?;
    let held =
        if merge.is_clean() { None } else { Some(held_texts(&text, &with_side(Side::Theirs)?, spots)) };
    let plan = if *text == *first {
        Plan::Copy(spots.first())
    } else if *text == *second {
        Plan::Copy(spots.second())
    } else {
        Plan::Text { text, like: spots.first() }
    };
    Some(Merged { held: held.into_iter().collect(), ..Merged::of(plan) })
}

fn held_texts(first: &str, second: &str, spots: Spots) -> Held {
    let data = |text: &str| Some(HeldValue::Data(Value::string(text)));
    let values = Trio { base: spots.base().map(HeldValue::Node), first: data(first), second: data(second) };
    Held { place: Place::Field, values }
}
