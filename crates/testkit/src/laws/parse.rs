//! A file is read as it is.

use std::collections::HashSet;

use serde_json::Value as Json;
use syncline_document::{Document, Language, NodeId, ParseError, Value, compose};

use super::tree::{pieces, places};

/// A file that can be read keeps its text, its nodes lie in each other, and putting all parts together again
/// gives the same bytes; of one that cannot be read, the error names a place in it. What `serde_json` takes
/// for JSON is read, and means the same.
///
/// # Panics
///
/// Where that does not hold.
pub fn files_are_read_as_they_are(bytes: &[u8]) {
    for language in [Language::Yaml, Language::Json] {
        match Document::parse(bytes, language) {
            Ok(document) => is_whole(&document, bytes),
            Err(error) => is_in_text(&error, bytes),
        }
    }
    means_what_serde_reads(bytes);
}

fn is_whole(document: &Document, bytes: &[u8]) {
    assert_eq!(document.text().as_bytes(), bytes, "the text is kept");
    names_the_first(document);
    for (_, node) in places(document) {
        is_inside(document, node);
        slots_follow_each_other(document, node);
        let _ = (document.value(node).to_json(), document.position(node), document.pointer_of(node));
    }
    let again = compose(document, &pieces(document, document.root()));
    assert_eq!(again.as_deref(), Ok(document.text()), "all parts together are the file");
}

/// A pointer names the node that it was made for. It knows neither type nor tag of a key: of `1` and `"1"`, and of
/// what is below them, it names the first.
fn names_the_first(document: &Document) {
    let (mut seen, mut named) = (HashSet::new(), HashSet::new());
    for (pointer, node) in places(document) {
        let above = document.node(node).parent;
        if above.is_some_and(|above| !named.contains(&above)) || !seen.insert(pointer.to_string()) {
            continue;
        }
        named.insert(node);
        assert_eq!(document.lookup(&pointer), Some(node), "`{pointer}` names the node that it was made for");
    }
}

fn is_inside(document: &Document, id: NodeId) {
    let node = document.node(id);
    assert!(document.text().get(node.span.clone()).is_some(), "{:?} is a stretch of the text", node.span);
    if let Some(parent) = node.parent {
        let outer = document.node(parent).span;
        let is_inside = outer.start <= node.span.start && node.span.end <= outer.end;
        assert!(is_inside, "{:?} lies in {outer:?}", node.span);
    }
}

fn slots_follow_each_other(document: &Document, id: NodeId) {
    let slots = document.children(id);
    for slot in &slots {
        let value = document.node(slot.value).span;
        let places = [slot.lead.start, slot.lead.end, slot.start, slot.indicator_end, value.end, slot.end];
        assert!(places.is_sorted(), "the parts of {slot:?} stand in their order");
        assert!(
            document.text().get(slot.lead.start..slot.end).is_some(),
            "{slot:?} is a stretch of the text"
        );
        let _ = document.comments_at(slot);
    }
    for pair in slots.windows(2) {
        assert_eq!(pair[0].end, pair[1].lead.start, "there is no gap between two children");
    }
}

fn is_in_text(error: &ParseError, bytes: &[u8]) {
    let lines = 1 + bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
    let position = error.position;
    assert!((1..=lines).contains(&position.line) && position.column >= 1, "{error} is in the file");
    assert!(!error.reason.is_empty());
}

fn means_what_serde_reads(bytes: &[u8]) {
    let Ok(json) = serde_json::from_slice::<Json>(bytes) else { return };
    match Document::parse(bytes, Language::Json) {
        Ok(document) if document.repeated_key().is_none() => {
            let value = document.value(document.root());
            assert!(is_same(&value, &json), "{value:?} is {json:?}");
        }
        Ok(_) => {}
        Err(error) => panic!("serde_json reads it, and here it is refused: {error}"),
    }
}

fn is_same(value: &Value, json: &Json) -> bool {
    match (value, json) {
        // Which digits a number is written with is not kept by serde_json.
        // What is too large for a machine's number it gives as none.
        (Value::Number(text), Json::Number(number)) => {
            text.parse::<f64>().ok().filter(|number| number.is_finite()) == number.as_f64()
        }
        (Value::Sequence(items), Json::Array(others)) => {
            items.len() == others.len() && items.iter().zip(others).all(|(item, other)| is_same(item, other))
        }
        (Value::Mapping(entries), Json::Object(others)) => {
            let same = |(key, value): &(Value, Value)| {
                key.as_str().and_then(|key| others.get(key)).is_some_and(|other| is_same(value, other))
            };
            entries.len() == others.len() && entries.iter().all(same)
        }
        (Value::String(text), Json::String(other)) => **text == **other,
        (Value::Bool(yes), Json::Bool(other)) => yes == other,
        (Value::Null, Json::Null) => true,
        _ => false,
    }
}
