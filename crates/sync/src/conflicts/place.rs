//! Finding a place of a document again after items were put before it.

use syncline_document::{Pointer, Value};

/// The keys by which an item of a list is known, where no format says so.
const IDENTITIES: [&str; 6] = ["id", "_id", "uuid", "identifier", "key", "name"];

/// Where a place of the old value is in the new one: keys stay, items are looked for by their identity or,
/// where they have none, as they were. `None` where that is not sure.
pub(crate) fn follow(old: &Value, new: &Value, at: &Pointer) -> Option<Pointer> {
    let (mut old, mut new, mut place) = (old, new, Pointer::root());
    for part in at.parts() {
        if let (Value::Sequence(before), Value::Sequence(after)) = (old, new) {
            old = before.get(part.parse::<usize>().ok()?)?;
            let mut found = after.iter().enumerate().filter(|(_, item)| is_same(old, item));
            let (Some((index, item)), None) = (found.next(), found.next()) else { return None };
            new = item;
            place = place.child(index.to_string());
        } else {
            (old, new) = (old.get(part)?, new.get(part)?);
            place = place.child(part.as_str());
        }
    }
    Some(place)
}

fn is_same(old: &Value, new: &Value) -> bool {
    match IDENTITIES.iter().find_map(|key| old.get(key).map(|value| (key, value))) {
        Some((key, value)) => new.get(key) == Some(value),
        None => old == new,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(json: &str) -> Value {
        Value::from_json(&serde_json::from_str(json).expect("JSON"))
    }

    #[test]
    fn an_item_is_found_by_its_identity_and_only_where_it_is_one() {
        let old = value(r#"{"steps": [{"name": "build", "run": 1}, {"name": "test", "run": 2}], "x": [1]}"#);
        let new = value(r#"{"steps": [{"name": "lint"}, {"name": "test", "run": 3}], "x": [0, 1]}"#);
        let followed = |at: &str| {
            follow(&old, &new, &Pointer::parse(at).expect("a pointer")).map(|place| place.to_string())
        };
        assert_eq!(followed("/steps/1/run").as_deref(), Some("/steps/1/run"));
        assert_eq!(followed("/steps/0/run"), None);
        assert_eq!(followed("/x/0").as_deref(), Some("/x/1"));
        let twice = value(r#"{"steps": [{"name": "test"}, {"name": "test"}]}"#);
        assert_eq!(follow(&old, &twice, &Pointer::parse("/steps/1/run").expect("a pointer")), None);
    }
}
