//! Which resources go together, and in which order.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use super::Record;

/// What is chosen, with all that is in it and around it: in the order in which it came.
pub fn family(records: Vec<Record>, is_chosen: impl Fn(&Record) -> bool) -> Vec<Record> {
    let by_id: HashMap<&str, &Record> = records.iter().map(|record| (record.id.as_str(), record)).collect();
    let mut wanted: HashSet<String> = HashSet::new();
    for record in &records {
        let around = around(record, &by_id);
        if is_chosen(record) {
            wanted.extend(around.into_iter().map(|one| one.id.clone()));
        } else if around.iter().any(|one| is_chosen(one)) {
            wanted.insert(record.id.clone());
        }
    }
    records.into_iter().filter(|record| wanted.contains(&record.id)).collect()
}

/// A resource and those around it, the innermost first. Parents may go round in a circle.
fn around<'a>(record: &'a Record, by_id: &HashMap<&str, &'a Record>) -> Vec<&'a Record> {
    let mut around = vec![record];
    let mut met = HashSet::from([record.id.as_str()]);
    let mut at = record;
    while let Some(next) = at.parent.as_deref().and_then(|parent| by_id.get(parent)) {
        if !met.insert(&next.id) {
            break;
        }
        around.push(next);
        at = next;
    }
    around
}

/// All of them, each behind what is around it, siblings as they compare.
pub(super) fn in_order(records: &[Record], compare: impl Fn(&Record, &Record) -> Ordering) -> Vec<Record> {
    let ids: HashSet<&str> = records.iter().map(|record| record.id.as_str()).collect();
    let mut children: HashMap<Option<&str>, Vec<&Record>> = HashMap::new();
    for record in records {
        let parent = record.parent.as_deref().filter(|parent| ids.contains(parent) && *parent != record.id);
        children.entry(parent).or_default().push(record);
    }
    for siblings in children.values_mut() {
        siblings.sort_by(|a, b| compare(a, b));
    }
    let mut ordered: Vec<&Record> = Vec::with_capacity(records.len());
    let mut open: Vec<&Record> = children.remove(&None).unwrap_or_default().into_iter().rev().collect();
    loop {
        while let Some(next) = open.pop() {
            ordered.push(next);
            open.extend(children.remove(&Some(next.id.as_str())).unwrap_or_default().into_iter().rev());
        }
        // What goes round in a circle has no beginning: any will do.
        let Some(left) = children.keys().min().copied() else { break };
        open = children.remove(&left).unwrap_or_default().into_iter().rev().collect();
    }
    ordered.into_iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use syncline_document::Value;

    use super::*;

    fn record(id: &str, parent: &str) -> Record {
        let parent = (!parent.is_empty()).then(|| parent.to_owned());
        Record { kind: "Folder".to_owned(), id: id.to_owned(), parent, fields: Value::Null }
    }

    fn ids(records: &[Record]) -> Vec<&str> {
        records.iter().map(|record| record.id.as_str()).collect()
    }

    fn house() -> Vec<Record> {
        [("a1", "a"), ("b", ""), ("a", ""), ("a2", "a"), ("a1x", "a1"), ("b1", "b")]
            .map(|(id, parent)| record(id, parent))
            .to_vec()
    }

    #[test]
    fn what_is_chosen_brings_what_is_around_it_and_in_it() {
        assert_eq!(ids(&family(house(), |record| record.id == "a1")), ["a1", "a", "a1x"]);
        assert_eq!(ids(&family(house(), |record| record.id == "b")), ["b", "b1"]);
    }

    #[test]
    fn what_is_around_comes_first_and_a_circle_loses_nothing() {
        assert_eq!(ids(&in_order(&house(), |a, b| a.id.cmp(&b.id))), ["a", "a1", "a1x", "a2", "b", "b1"]);
        let circle = vec![record("x", "y"), record("y", "x"), record("z", "z")];
        assert_eq!(in_order(&circle, |a, b| a.id.cmp(&b.id)).len(), 3);
        assert_eq!(family(circle, |record| record.id == "x").len(), 2);
    }
}
