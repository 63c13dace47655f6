//! Values of fields on one line.

use std::collections::{HashMap, HashSet};

use syncline_document::{Pointer, Value};

use super::words::{clipped, shown};

/// Longer values are clipped: one line shall not fill the screen many times over.
const LONGEST: usize = 2000;

/// The value on one line as JSON writes it; `absent` where there is none.
pub(crate) fn inline(value: Option<&Value>) -> String {
    match value {
        None => "absent".to_owned(),
        Some(value) => clipped(&shown(value.to_json()), LONGEST),
    }
}

/// What both begin and end with alike is kept to so many characters where the whole is too long.
const AROUND: usize = 12;

/// Two texts, each no longer than `most` characters: where they are, what both begin and end with alike is left
/// out but for a little, and the rest clipped.
pub(crate) fn differing(before: &str, after: &str, most: usize) -> (String, String) {
    let (old, new): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
    if old.len().max(new.len()) <= most {
        return (before.to_owned(), after.to_owned());
    }
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let ends = old[head..].iter().rev().zip(new[head..].iter().rev());
    let tail = ends.take_while(|(a, b)| a == b).count();
    let (start, end) = (head.saturating_sub(AROUND), tail.saturating_sub(AROUND));
    let cut = |text: &[char]| {
        let middle: String = text[start..text.len() - end].iter().collect();
        let [before, after] = [start, end].map(|left_out| if left_out > 0 { "…" } else { "" });
        let room = most.saturating_sub(after.len().min(1));
        format!("{}{after}", clipped(&format!("{before}{middle}"), room))
    };
    (cut(&old), cut(&new))
}

/// The values inside a container that are none themselves, each with the way to it; the value itself where
/// it is no container or an empty one.
pub(crate) fn leaves(value: &Value) -> Vec<(Pointer, &Value)> {
    let mut found = Vec::new();
    collect(Pointer::root(), value, &mut found);
    found
}

/// The values inside a container that are not as in another, each with the way to it; `None` where it is
/// only in the other.
pub(crate) fn differences<'a>(before: &'a Value, after: &'a Value) -> Vec<(Pointer, Option<&'a Value>)> {
    let (before, after) = (leaves(before), leaves(after));
    let old: HashMap<&Pointer, &Value> = before.iter().map(|(at, leaf)| (at, *leaf)).collect();
    let new: HashSet<&Pointer> = after.iter().map(|(at, _)| at).collect();
    let changed = after.iter().filter(|(at, leaf)| old.get(at) != Some(leaf));
    let removed = before.iter().filter(|(at, _)| !new.contains(at));
    let changed = changed.map(|(at, leaf)| (at.clone(), Some(*leaf)));
    changed.chain(removed.map(|(at, _)| (at.clone(), None))).collect()
}

fn collect<'a>(at: Pointer, value: &'a Value, found: &mut Vec<(Pointer, &'a Value)>) {
    match value {
        Value::Mapping(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                collect(at.child(key.to_key()), value, found);
            }
        }
        Value::Sequence(items) if !items.is_empty() => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| collect(at.child(index.to_string()), item, found));
        }
        leaf => found.push((at, leaf)),
    }
}

/// The text, where the value is one of several lines.
pub(crate) fn lines(value: Option<&Value>) -> Option<&str> {
    let text = value?.as_str()?;
    text.trim_end_matches('\n').contains('\n').then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_told() {
        assert_eq!(inline(None), "absent");
        assert_eq!(inline(Some(&Value::Null)), "null");
        assert_eq!(inline(Some(&Value::string("a\nb"))), r#""a\nb""#);
    }

    #[test]
    fn long_texts_are_told_by_what_differs() {
        let (old, new) = differing("abcdefghijklmnopqrstuvwxyz1", "abcdefghijklmnopqrstuvwxyz2", 20);
        assert_eq!((old.as_str(), new.as_str()), ("…opqrstuvwxyz1", "…opqrstuvwxyz2"));
        let (old, new) = differing("1abcdefghijklmnopqrstuvwxyz", "2abcdefghijklmnopqrstuvwxyz", 20);
        assert_eq!((old.as_str(), new.as_str()), ("1abcdefghijkl…", "2abcdefghijkl…"));
        assert_eq!(differing("a", "b", 20), ("a".to_owned(), "b".to_owned()));
        assert_eq!(differing("", &"x".repeat(30), 20).1, format!("{}…", "x".repeat(19)));
    }

    #[test]
    fn containers_are_told_by_what_is_in_them() {
        let json = serde_json::json!({"a": [1, {"b": "x"}], "c": {}, "d": null});
        let value = Value::from_json(&json);
        let shown: Vec<String> =
            leaves(&value).iter().map(|(at, leaf)| format!("{at} {}", inline(Some(leaf)))).collect();
        assert_eq!(shown, ["/a/0 1", "/a/1/b \"x\"", "/c {}", "/d null"]);
    }

    #[test]
    fn containers_differ_by_what_is_in_them() {
        let value = |json| Value::from_json(&json);
        let before = value(serde_json::json!({"a": 1, "b": {"c": 2, "d": 3}}));
        let after = value(serde_json::json!({"a": 1, "b": {"c": 4}, "e": [5]}));
        let shown: Vec<String> = differences(&before, &after)
            .into_iter()
            .map(|(at, leaf)| format!("{at} {}", inline(leaf)))
            .collect();
        assert_eq!(shown, ["/b/c 4", "/e/0 5", "/b/d absent"]);
    }

    #[test]
    fn only_text_of_several_lines_is_shown_as_lines() {
        assert_eq!(lines(Some(&Value::string("one\n"))), None);
        assert_eq!(lines(Some(&Value::string("one\ntwo"))), Some("one\ntwo"));
    }
}
