//! Categories as they stand: which are shared, and what decides it.

use syncline_document::Pointer;

use crate::RepoPath;

/// A category of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// What the tool knows it by.
    pub id: String,
    /// Its name, behind those of the categories around it.
    pub names: Vec<String>,
    /// The file that it is in.
    pub path: RepoPath,
    /// Where in the file its flag is, or is to be.
    pub flag: Pointer,
    /// Whether it is shared, with what is in it.
    pub is_shared: bool,
    /// Whether one that is in it is shared: then its own file is, too, and nothing else of it.
    pub is_around_shared: bool,
    /// What decides it.
    pub standing: Standing,
    /// How many resources are in it, and in no category inside of it.
    pub resources: usize,
}

/// What decides whether a category is shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The format, whatever the flag says; `around` is set where it says so of a category around it.
    Fixed {
        /// The name of that category.
        around: Option<String>,
    },
    /// The flag of the category itself, or of the one around it that has this name.
    Said {
        /// The name of that category.
        around: Option<String>,
    },
    /// Nobody says.
    Unsaid,
    /// The one that it is in is not there or cannot be read, so nobody knows.
    Unknown,
}

impl Category {
    /// The names of the categories around it and its own, joined by `/`.
    pub fn full_name(&self) -> String {
        self.names.join("/")
    }

    /// Whether a user may mean it: by its id, its name, or the end of its full name. A name may hold a `/` itself.
    pub fn is_called(&self, text: &str) -> bool {
        let full = self.full_name();
        let is_end = full.strip_suffix(text).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        !text.is_empty() && (self.id == text || is_end)
    }
}
