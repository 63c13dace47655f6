//! From a tool's own files into the workspace, and back.

mod chosen;
mod documents;
mod export;
mod import;
mod inventory;
mod records;
mod source;
