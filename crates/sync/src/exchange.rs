//! From a tool's own files into the workspace, and back.

mod documents;
mod import;
mod inventory;
mod records;
mod source;
