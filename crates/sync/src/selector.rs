//! What a user points at.

use bstr::ByteSlice;
use globset::GlobMatcher;
use syncline_format::RepoPath;
use syncline_merge::Change;

/// A path, a resource id, `kind:name`, or a glob of paths.
#[derive(Clone, Debug)]
pub struct Selector {
    text: String,
    path: Option<RepoPath>,
    glob: Option<GlobMatcher>,
    /// Kind and id of the one resource that it means, where these are known.
    resource: Option<(String, String)>,
}

impl Selector {
    /// Reads one argument; the path is relative to the top of the repository.
    pub fn new(text: &str) -> Self {
        let path = RepoPath::new(text.trim_start_matches("./").trim_end_matches('/')).ok();
        let is_glob = text.contains(['*', '?', '[', '{']);
        let glob =
            is_glob.then(|| globset::Glob::new(text).ok()).flatten().map(|glob| glob.compile_matcher());
        Self { text: text.to_owned(), path, glob, resource: None }
    }

    /// One resource, whatever it is called.
    pub(crate) fn of_resource(kind: String, id: String) -> Self {
        Self { text: id.clone(), path: None, glob: None, resource: Some((kind, id)) }
    }

    /// Whether it may be `kind:name`.
    pub(crate) fn can_be_a_name(&self) -> bool {
        self.text.contains(':')
    }

    /// As it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it means all there is: then nothing to be found is no mistake.
    pub fn is_everything(&self) -> bool {
        self.text == "."
    }

    /// The path that it names, if it can be one.
    pub fn path(&self) -> Option<&RepoPath> {
        self.path.as_ref()
    }

    /// Whether it names this file, a folder that it is in, or a glob that it matches.
    pub fn matches_path(&self, path: &RepoPath) -> bool {
        self.is_everything()
            || self.path.as_ref().is_some_and(|own| path.is_in(own))
            || self.glob.as_ref().is_some_and(|glob| glob.is_match(path.as_bstr().to_path_lossy()))
    }

    /// Whether it names this resource by id or by `kind:name`; the kind in any case of letters.
    pub fn matches_resource(&self, kind: &str, id: Option<&str>, name: &str) -> bool {
        if let Some((own_kind, own_id)) = &self.resource {
            return own_kind == kind && id == Some(own_id);
        }
        id == Some(self.text.as_str())
            || self
                .text
                .split_once(':')
                .is_some_and(|(own_kind, own_name)| own_kind.eq_ignore_ascii_case(kind) && own_name == name)
    }

    /// Whether it names the change's file or resource.
    pub fn matches(&self, change: &Change) -> bool {
        self.matches_path(&change.path)
            || change.old_path.as_ref().is_some_and(|old| self.matches_path(old))
            || self.matches_resource(&change.kind, change.id.as_deref(), &change.name)
    }
}
