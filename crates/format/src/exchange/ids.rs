//! Ids in the data of a re-import, put back to those that are known.

use std::collections::BTreeMap;

use syncline_document::Value;

use super::Record;

impl Record {
    /// The same with other ids in the place of some, wherever they stand: in a field of their own, or as a word in a
    /// text (`{% response 'body', 'req_1' %}`).
    #[must_use]
    pub fn with_ids(&self, new: &BTreeMap<String, String>) -> Self {
        let id = |id: &str| new.get(id).map_or(id, String::as_str).to_owned();
        Self {
            kind: self.kind.clone(),
            id: id(&self.id),
            parent: self.parent.as_deref().map(id),
            fields: in_value(&self.fields, new),
        }
    }
}

fn in_value(value: &Value, new: &BTreeMap<String, String>) -> Value {
    match value {
        Value::String(text) => Value::string(with_ids(text, new)),
        Value::Sequence(items) => Value::Sequence(items.iter().map(|item| in_value(item, new)).collect()),
        Value::Mapping(entries) => Value::Mapping(
            entries.iter().map(|(key, value)| (in_value(key, new), in_value(value, new))).collect(),
        ),
        Value::Tagged(tag, inner) => Value::Tagged(tag.clone(), Box::new(in_value(inner, new))),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// The text with other ids in the place of words that are one.
pub fn with_ids(text: &str, new: &BTreeMap<String, String>) -> String {
    let is_of_id = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|letter| !is_of_id(letter)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        out.push_str(new.get(word).map_or(word, String::as_str));
        let other = after.find(is_of_id).unwrap_or(after.len());
        out.push_str(&after[..other]);
        rest = &after[other..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_put_back_where_it_is_a_word() {
        let new = BTreeMap::from([("req_1".to_owned(), "req_9".to_owned())]);
        let text = "{% response 'body', 'req_1', 'b64::é' %} req_12 xreq_1 req_1-a req_1";
        assert_eq!(
            with_ids(text, &new),
            "{% response 'body', 'req_9', 'b64::é' %} req_12 xreq_1 req_1-a req_9"
        );
    }
}
