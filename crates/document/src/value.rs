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
    /// A value with a tag that the core schema does not resolve (`!secret db_password`).
    Tagged(Box<str>, Box<Value>),
}
