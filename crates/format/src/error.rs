//! What can be wrong with a description.

/// A description that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// Its text is no TOML, or has a key, a word or a glob that is none; the source names the line.
    #[error("the description of `{name}` cannot be read")]
    Description {
        /// The format.
        name: String,
        /// Line, column and reason.
        source: Box<toml::de::Error>,
    },
    /// A shape that is used and not described.
    #[error("the description of `{name}` uses the shape `{shape}` and does not describe it")]
    Shape {
        /// The format.
        name: String,
        /// The shape.
        shape: String,
    },
    /// A format that is named and not known.
    #[error("the description of `{name}` counts on the unknown format `{other}`")]
    Also {
        /// The format.
        name: String,
        /// The other.
        other: String,
    },
    /// A field of which two things are said that exclude each other.
    #[error(
        "the description of `{name}` says of the field `{field}` of `{shape}` what it cannot be: {reason}"
    )]
    Field {
        /// The format.
        name: String,
        /// The shape.
        shape: String,
        /// The field.
        field: String,
        /// What excludes what.
        reason: &'static str,
    },
}
