//! Values as `serde_json` has them, for conflicts, operations and `--json`.

use serde_json::Value as Json;

use crate::Value;

impl Value {
    /// The value in JSON: numbers as they are written where JSON allows it, otherwise (`.inf`, `0x1F`) as
    /// text; keys that are no text by their text; a tagged value as `{"!tag": "secret", "value": ...}`.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(yes) => Json::Bool(*yes),
            Self::Number(text) => json_number(text),
            Self::String(text) => Json::String(text.to_string()),
            Self::Sequence(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Self::Mapping(entries) => {
                Json::Object(entries.iter().map(|(key, value)| (key.to_key(), value.to_json())).collect())
            }
            Self::Tagged(tag, inner) => {
                let name = tag.strip_prefix('!').or_else(|| tag.strip_prefix("tag:")).unwrap_or(tag);
                Json::Object(
                    [("!tag".to_owned(), Json::from(name)), ("value".to_owned(), inner.to_json())]
                        .into_iter()
                        .collect(),
                )
            }
        }
    }

    /// What [`Value::to_json`] made; JSON of any other origin as it stands.
    pub fn from_json(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(yes) => Self::Bool(*yes),
            Json::Number(number) => Self::Number(number.to_string().into()),
            Json::String(text) => Self::String(text.as_str().into()),
            Json::Array(items) => Self::Sequence(items.iter().map(Self::from_json).collect()),
            Json::Object(entries) => tagged(entries).unwrap_or_else(|| {
                let entry =
                    |(key, value): (&String, &Json)| (Self::string(key.as_str()), Self::from_json(value));
                Self::Mapping(entries.iter().map(entry).collect())
            }),
        }
    }

    /// The text of a key in a pointer and in JSON.
    pub fn to_key(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(yes) => yes.to_string(),
            Self::Number(text) | Self::String(text) => text.to_string(),
            Self::Tagged(_, inner) if !inner.is_container() => inner.to_key(),
            container => container.to_json().to_string(),
        }
    }
}

fn json_number(text: &str) -> Json {
    // serde_json normalises `1E5` to `1e+5` when it reads a number; from_string_unchecked would keep the
    // text but is hidden, so a number that would not come back as it is written travels as text.
    match serde_json::from_str::<Json>(text) {
        Ok(Json::Number(number)) if number.to_string() == text => Json::Number(number),
        _ => Json::String(text.to_owned()),
    }
}

fn tagged(entries: &serde_json::Map<String, Json>) -> Option<Value> {
    let (Some(Json::String(name)), Some(value), 2) =
        (entries.get("!tag"), entries.get("value"), entries.len())
    else {
        return None;
    };
    let whole =
        if name.contains(',') && name.contains(':') { format!("tag:{name}") } else { format!("!{name}") };
    Some(Value::Tagged(whole.into(), Box::new(Value::from_json(value))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_text() {
        for text in ["1.10", "100000000000000000000000001", "-0", "0.1e-7", "1.0"] {
            let number = Value::number(text);
            assert_eq!(number.to_json().to_string(), text);
            assert_eq!(Value::from_json(&number.to_json()), number);
        }
        for text in [".inf", "0x1F", "0o17", "+1", ".5", "007"] {
            assert_eq!(Value::number(text).to_json(), Json::from(text));
        }
    }

    #[test]
    fn tags_come_back() {
        for tag in ["!secret", "!", "tag:yaml.org,2002:binary"] {
            let value = Value::Tagged(tag.into(), Box::new(Value::string("x")));
            assert_eq!(Value::from_json(&value.to_json()), value);
        }
    }

    #[test]
    fn keys_become_their_text() {
        let value = Value::Mapping(vec![
            (Value::number("1"), Value::Null),
            (Value::Bool(true), Value::Null),
            (Value::Sequence(vec![Value::string("a")]), Value::Null),
        ]);
        assert_eq!(value.to_json().to_string(), r#"{"1":null,"true":null,"[\"a\"]":null}"#);
    }
}
