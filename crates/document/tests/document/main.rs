//! The laws and shapes of documents.

mod composing;
mod corpus;
mod editing;
mod laws;
mod parsing;
