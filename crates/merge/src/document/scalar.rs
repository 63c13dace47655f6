//! One value that both sides changed in different ways.

use std::cmp::Ordering;

use syncline_document::{NodeKind, Value};
use syncline_format::{FieldClass, MergeRule, Rules};

use super::plan::{Merged, Plan};
use super::sources::{At, Sources};
use super::tree::Spots;
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

/// Merges texts of several lines; `None` where they are none, or the same lines are changed.
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
    if !merge.is_clean() {
        return None;
    }
    let text = String::from_utf8(merge.with_side(crate::Side::Ours)).ok()?;
    if *text == *first {
        return Some(Merged::copy(spots.first()));
    }
    if *text == *second {
        return Some(Merged::copy(spots.second()));
    }
    Some(Merged::of(Plan::Text { text, like: spots.first() }))
}
