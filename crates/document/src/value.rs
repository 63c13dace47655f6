//! What a node means, free of how it is written.

/// The data of a node, by the YAML 1.2 core schema for YAML and by RFC 8259 for JSON.
///
/// Equality is exact: the order of mapping entries and the text of numbers count. Use
/// [`Value::same_data`] where the order of a mapping does not matter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as it is written: `1.10` is not `1.1`, since versions are often written as numbers.
    Number(Box<str>),
    /// Text, with quotes, escapes and folding undone.
    String(Box<str>),
    /// A list.
    Sequence(Vec<Value>),
    /// Entries in the order of the file. Keys of JSON are always strings.
    Mapping(Vec<(Value, Value)>),
    /// A value with a tag that the core schema does not resolve (`!secret db_password`); the tag begins with
    /// `!` where it is local, and is a whole URI (`tag:yaml.org,2002:binary`) otherwise.
    Tagged(Box<str>, Box<Value>),
}

impl Value {
    /// A text.
    pub fn string(text: impl Into<Box<str>>) -> Self {
        Self::String(text.into())
    }

    /// A number by its text; the caller answers for its being one.
    pub fn number(text: impl Into<Box<str>>) -> Self {
        Self::Number(text.into())
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// A truth value.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(yes) => Some(*yes),
            _ => None,
        }
    }

    /// The text of a number.
    pub fn as_number(&self) -> Option<&str> {
        match self {
            Self::Number(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a list.
    pub fn as_sequence(&self) -> Option<&[Value]> {
        match self {
            Self::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a mapping.
    pub fn as_mapping(&self) -> Option<&[(Value, Value)]> {
        match self {
            Self::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// Whether it is nothing.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether it is a list, a mapping, or one with a tag.
    pub fn is_container(&self) -> bool {
        matches!(self.untagged(), Self::Sequence(_) | Self::Mapping(_))
    }

    /// The value without its tags.
    pub fn untagged(&self) -> &Value {
        let mut value = self;
        while let Self::Tagged(_, inner) = value {
            value = inner;
        }
        value
    }

    /// The value of a mapping's first entry with this text as its key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let entries = self.as_mapping()?;
        entries.iter().find(|(k, _)| k.as_str() == Some(key)).map(|(_, value)| value)
    }

    /// Whether both are the same but for the order of mappings, at any depth.
    pub fn same_data(&self, other: &Value) -> bool {
        match (self, other) {
            (Self::Sequence(a), Self::Sequence(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same_data(b))
            }
            (Self::Mapping(a), Self::Mapping(b)) => same_entries(a, b),
            (Self::Tagged(tag, a), Self::Tagged(other, b)) => tag == other && a.same_data(b),
            _ => self == other,
        }
    }
}

/// Entries pair up one to one, those of one key in their order; the usual case, the same order, is found
/// without a search.
fn same_entries(a: &[(Value, Value)], b: &[(Value, Value)]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut free: Vec<&(Value, Value)> = b.iter().rev().collect();
    a.iter().all(|(key, value)| {
        let found = free.iter().rposition(|(k, _)| key.same_data(k));
        found.is_some_and(|at| free.remove(at).1.same_data(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(entries: &[(&str, &str)]) -> Value {
        Value::Mapping(entries.iter().map(|(k, v)| (Value::string(*k), Value::number(*v))).collect())
    }

    #[test]
    fn the_order_of_a_mapping_is_no_data() {
        assert!(mapping(&[("a", "1"), ("b", "2")]).same_data(&mapping(&[("b", "2"), ("a", "1")])));
        assert_ne!(mapping(&[("a", "1"), ("b", "2")]), mapping(&[("b", "2"), ("a", "1")]));
        assert!(!mapping(&[("a", "1"), ("b", "2")]).same_data(&mapping(&[("b", "1"), ("a", "2")])));
        assert!(!mapping(&[("a", "1")]).same_data(&mapping(&[("a", "1.0")])));
        assert!(!mapping(&[("a", "1"), ("a", "2")]).same_data(&mapping(&[("a", "2"), ("a", "1")])));
    }

    #[test]
    fn the_order_of_a_list_is_data() {
        let list = |items: &[&str]| Value::Sequence(items.iter().map(|i| Value::string(*i)).collect());
        assert!(!list(&["a", "b"]).same_data(&list(&["b", "a"])));
    }

    #[test]
    fn a_tag_is_data() {
        let tagged = |tag: &str| Value::Tagged(tag.into(), Box::new(Value::Null));
        assert!(tagged("!a").same_data(&tagged("!a")));
        assert!(!tagged("!a").same_data(&tagged("!b")));
        assert!(!tagged("!a").same_data(&Value::Null));
    }
}
