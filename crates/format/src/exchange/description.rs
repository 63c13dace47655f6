//! What a description says of how resources come and go.

use std::collections::BTreeMap;

use serde::Deserialize;

/// How what a workspace has travels between it and the tool's own files.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ExchangeDescription {
    /// The path of the file that comes in, with `{id}`, and `{kind}` where each resource is one.
    pub(crate) file: String,
    /// Where each resource is a file of its own in a workspace, and all are in one file elsewhere.
    pub(crate) records: Option<RecordsDescription>,
}

/// Resources that are a file each.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RecordsDescription {
    /// The fields of a resource that hold its id, its kind and its parent's id.
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) parent: String,
    /// Set to `true` in a resource that its user keeps to themselves.
    pub(crate) private: Option<String>,
    /// The kinds that belong into a workspace, each with the word for it in a list; all others stay where they are.
    pub(crate) kinds: BTreeMap<String, String>,
    /// The kinds that have no parent in a workspace, whatever they have in the tool.
    #[serde(default)]
    pub(crate) top: Vec<String>,
    /// The fields with the numbers that give siblings their order, the first that differs.
    #[serde(default)]
    pub(crate) order: Vec<String>,
    /// A file that has them all in one list.
    pub(crate) list: Option<ListDescription>,
    /// A folder that has a file for each kind.
    pub(crate) lines: Option<LinesDescription>,
}

/// A file that has all resources in one list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ListDescription {
    /// The field with the list.
    pub(crate) at: String,
    /// The field of a resource that holds the word for its kind.
    pub(crate) kind: String,
    /// What else is in such a file.
    pub(crate) head: BTreeMap<String, serde_json::Value>,
    /// The field of the file that tells its version; it has to be the one in `head`.
    pub(crate) version: String,
    /// The field of the file that tells when it was written.
    pub(crate) date: Option<String>,
}

/// A folder that has a file for each kind, in it a JSON object a line. Of one id the last line counts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct LinesDescription {
    /// The name of the file, with `{kind}`.
    pub(crate) file: String,
    /// Set to `true` in a line that takes a resource out.
    pub(crate) removed: String,
}
