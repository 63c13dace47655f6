//! One description, read and made ready no further than it is asked for: every start of the program knows
//! all of them, and needs few.

use std::sync::OnceLock;

use syncline_document::Document;

use crate::check::check;
use crate::compile::{Compiled, compile};
use crate::description::{Description, Shapes};
use crate::head::Head;
use crate::mistake::Source;
use crate::{FormatError, RepoPath};

/// Why a built-in description cannot be wrong.
pub(crate) const TESTED: &str = "the descriptions that come with Syncline are tested";

/// A description.
#[derive(Debug)]
pub(crate) struct Layout {
    /// Without its shapes: what it takes to recognise a file.
    pub(crate) description: Description,
    /// The shapes of a built-in description.
    unread: &'static str,
    compiled: OnceLock<Compiled>,
    is_built_in: bool,
}

impl Layout {
    /// One that comes with Syncline, as `build.rs` leaves it.
    pub(crate) fn built_in([head, shapes]: [&'static str; 2]) -> Self {
        let description = serde_json::from_str(head).expect(TESTED);
        Self { description, unread: shapes, compiled: OnceLock::new(), is_built_in: true }
    }

    /// One that a user wrote. `is_known` tells of the formats that it may count on.
    pub(crate) fn from_text(text: &str, is_known: &dyn Fn(&str) -> bool) -> Result<Self, FormatError> {
        let of = |name: &str, mistakes| FormatError { name: name.to_owned(), index: 0, mistakes };
        let source = Source::parse(text).map_err(|mistakes| of("?", mistakes))?;
        let mut description = source.read().map_err(|mistakes| of(source.name(), mistakes))?;
        let mistakes = check(&source, &description, is_known);
        if !mistakes.is_empty() {
            return Err(of(&description.name, mistakes));
        }
        let shapes = std::mem::take(&mut description.shape);
        let compiled = OnceLock::from(compile(&description, &shapes));
        Ok(Self { description, unread: "", compiled, is_built_in: false })
    }

    pub(crate) fn is_built_in(&self) -> bool {
        self.is_built_in
    }

    pub(crate) fn compiled(&self) -> &Compiled {
        self.compiled.get_or_init(|| {
            let shapes: Shapes = serde_json::from_str(self.unread).expect(TESTED);
            compile(&self.description, &shapes)
        })
    }

    /// Whether a file by its path and head is one of this description's own.
    pub(crate) fn owns(&self, path: &RepoPath, head: &Head<'_>) -> bool {
        let mut telling = self.description.file.iter().filter(|file| file.tells_format());
        telling.any(|file| file.takes_path(path) && file.takes_head(path, head))
    }

    /// The same, by all of its content.
    pub(crate) fn owns_document(&self, path: &RepoPath, document: &Document) -> bool {
        let mut telling = self.description.file.iter().filter(|file| file.tells_format());
        telling.any(|file| file.takes_path(path) && file.takes_document(path, document))
    }

    #[cfg(test)]
    pub(crate) fn is_ready(&self) -> bool {
        self.compiled.get().is_some()
    }
}
