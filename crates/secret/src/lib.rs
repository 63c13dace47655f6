//! Finding secrets in documents and texts, before they get into a history that nobody can take back.
//!
//! Three things tell: what the format says of a field, the looks that providers give their tokens, and a field's
//! name together with a value that looks drawn by lot. What only points at a secret (`{{ _.token }}`,
//! `<+secrets.getValue("x")>`, `${TOKEN}`) is none, and neither is what stands where people would put their own.
//!
//! Pure: nothing here reads a file, and nothing prints a secret.

mod assigned;
mod document;
mod finding;
mod judge;
mod patterns;
mod place;

pub use document::in_document;
pub use finding::{Finding, in_text, new_findings};
pub use place::Place;
