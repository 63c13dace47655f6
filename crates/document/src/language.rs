//! The two languages.

/// What a document is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// YAML 1.2, core schema.
    Yaml,
    /// JSON; comments and trailing commas are read, and never written anew.
    Json,
}

impl Language {
    /// The language that a file name's extension stands for: `yaml`, `yml`, `json`, `jsonc`, without the dot
    /// and in lower case.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension {
            "yaml" | "yml" => Some(Self::Yaml),
            "json" | "jsonc" => Some(Self::Json),
            _ => None,
        }
    }
}
