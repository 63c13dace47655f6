//! What was done to the fields of a resource, seen in a layout in which another side wrote it down anew: that leaves
//! out what is empty, and what the layout has no place for.

use syncline_document::{Pointer, Value};

/// A field that was changed, as it is seen from the resource.
pub(super) struct Field {
    pub(super) at: Pointer,
    /// What it was; `None` where it is not there.
    pub(super) base: Option<Value>,
    /// What it was made; `None` where it is not to be there.
    pub(super) other: Option<Value>,
}

/// The fields in which `is` differs from what was, for a text that has `here`. Where `here` says what was, what was
/// is said in its words. `None` where the layouts do not say a field in the same way.
pub(super) fn changed(was: &Value, is: &Value, here: &Value) -> Option<Vec<Field>> {
    let mut found = Vec::new();
    compare([Some(was), Some(is), Some(here)], &Pointer::root(), &mut found)?;
    Some(found)
}

fn compare([was, is, here]: [Option<&Value>; 3], at: &Pointer, found: &mut Vec<Field>) -> Option<()> {
    let is_same = match (was, is) {
        (Some(was), Some(is)) => was.same_data(is),
        (was, is) => was.is_none() && is.is_none(),
    };
    if is_same {
        return Some(());
    }
    if here.is_some() && [was, is, here].into_iter().flatten().all(|it| it.as_mapping().is_some()) {
        for key in keys([was, is]) {
            let versions = [was, is, here].map(|value| value.and_then(|value| value.get(&key)));
            compare(versions, &at.child(key), found)?;
        }
        return Some(());
    }
    let (was, is) =
        (was.map(|was| without_lost(was, was, here)), is.map(|is| without_lost(was.unwrap_or(is), is, here)));
    let base = match (was, here) {
        (was, here) if says(here, was.as_ref()) => here.cloned(),
        (Some(was), Some(here)) if !is_alike(&was, here) => return None,
        (was, _) => was,
    };
    let other = if here.is_none() { is.and_then(|is| filled(&is, None)) } else { is };
    found.push(Field { at: at.clone(), base, other });
    Some(())
}

/// The fields of `here` that say something else than what was, with what was.
pub(super) fn differing(was: &Value, here: &Value) -> Vec<Field> {
    let mut found = Vec::new();
    differ(was, here, &Pointer::root(), &mut found);
    found
}

fn differ(was: &Value, here: &Value, at: &Pointer, found: &mut Vec<Field>) {
    if let (Some(entries), Some(_)) = (was.as_mapping(), here.as_mapping())
        && !is_empty(was)
    {
        for (key, was) in entries {
            let key = key.to_key();
            if let Some(here) = here.get(&key) {
                differ(was, here, &at.child(key), found);
            }
        }
        return;
    }
    let was = without_lost(was, was, Some(here));
    if is_alike(&was, here) && !says(Some(here), Some(&was)) {
        found.push(Field { at: at.clone(), base: Some(was), other: Some(here.clone()) });
    }
}

fn keys(values: [Option<&Value>; 2]) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for (key, _) in values.into_iter().flatten().filter_map(Value::as_mapping).flatten() {
        let key = key.to_key();
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// Whether both are of one sort, so that one can stand for the other.
fn is_alike(a: &Value, b: &Value) -> bool {
    a.is_null() || b.is_null() || std::mem::discriminant(a) == std::mem::discriminant(b)
}

/// Whether a text that has `here` says what was.
fn says(here: Option<&Value>, was: Option<&Value>) -> bool {
    match (here, was) {
        (None, was) => was.is_none_or(is_empty),
        (Some(_), None) => false,
        (Some(Value::Mapping(here)), Some(Value::Mapping(was))) => {
            let mut keys = here.iter().chain(was).map(|(key, _)| key);
            keys.all(|key| says(entry(here, key), entry(was, key)))
        }
        (Some(Value::Sequence(here)), Some(Value::Sequence(was))) => {
            here.len() == was.len() && here.iter().zip(was).all(|(here, was)| says(Some(here), Some(was)))
        }
        (Some(here), Some(was)) => here.same_data(was),
    }
}

fn entry<'v>(entries: &'v [(Value, Value)], key: &Value) -> Option<&'v Value> {
    entries.iter().find(|(other, _)| other == key).map(|(_, value)| value)
}

/// A list without the keys that each row of it had and none of the rows here has: the layout does not have them.
fn without_lost(was: &Value, value: &Value, here: Option<&Value>) -> Value {
    let (Some(was), Some(rows), Some(here)) =
        (was.as_sequence(), value.as_sequence(), here.and_then(Value::as_sequence))
    else {
        return value.clone();
    };
    if here.is_empty() {
        return value.clone();
    }
    let is_lost = |key: &Value| {
        let has = |row: &Value| row.as_mapping().is_some_and(|entries| entry(entries, key).is_some());
        was.iter().all(has) && !here.iter().any(has)
    };
    let row = |row: &Value| match row {
        Value::Mapping(entries) => {
            Value::Mapping(entries.iter().filter(|(key, _)| !is_lost(key)).cloned().collect())
        }
        row => row.clone(),
    };
    Value::Sequence(rows.iter().map(row).collect())
}

/// Whether it says nothing.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Sequence(items) => items.is_empty(),
        Value::Mapping(entries) => entries.iter().all(|(_, value)| is_empty(value)),
        Value::Bool(_) | Value::Number(_) | Value::Tagged(..) => false,
    }
}

/// A value without the fields that are empty, but for texts that another resource has too, and in the order in which
/// that one has them. `None` where nothing is left.
pub(super) fn filled(value: &Value, like: Option<&Value>) -> Option<Value> {
    let Value::Mapping(entries) = value else {
        let is_kept = matches!(like, Some(Value::String(_))) || !is_empty(value);
        return is_kept.then(|| value.clone());
    };
    let like_entries = like.and_then(Value::as_mapping).unwrap_or_default();
    let place = |key: &Value| like_entries.iter().position(|(other, _)| other == key);
    let mut left: Vec<(Value, Value)> = entries
        .iter()
        .filter_map(|(key, value)| {
            let like = place(key).map(|at| &like_entries[at].1);
            Some((key.clone(), filled(value, like)?))
        })
        .collect();
    left.sort_by_key(|(key, _)| place(key).unwrap_or(usize::MAX));
    (!left.is_empty()).then_some(Value::Mapping(left))
}
