//! The content of a file that both sides changed.

use syncline_document::{Document, Language, ParseError};
use syncline_format::{Claim, Format, HEAD_BYTES, RepoPath, is_large_file_pointer};

use super::policy::settle;
use super::{Merger, UnreadableFile};
use crate::{Conflict, FileMerge, Side, Version, merge_file, merge_text_file};

/// A file's content in its three versions.
pub(super) struct Three<'a> {
    /// Where the merge has it.
    pub(super) path: &'a RepoPath,
    pub(super) base: Option<&'a [u8]>,
    pub(super) ours: &'a [u8],
    pub(super) theirs: &'a [u8],
}

impl<Id, E> Merger<'_, Id, E> {
    /// The merged bytes; `None` where one version has to be taken whole: of a binary, of a pointer to a large file,
    /// and of data that cannot be read.
    pub(super) fn merge_bytes(&mut self, three: &Three<'_>) -> Option<Vec<u8>> {
        let Three { path, base, ours, theirs } = *three;
        // Taken apart by lines, a pointer would name a large file that nobody ever had.
        if [Some(ours), Some(theirs), base].into_iter().flatten().any(is_large_file_pointer) {
            return None;
        }
        let (format, first) = (self.terms.format, self.terms.first);
        let as_data = |first| merge_file(path, base, ours, theirs, format, first);
        let as_text = |first| merge_text_file(path, base, ours, theirs, first);
        match as_data(first) {
            FileMerge::Merged { bytes, conflicts } => {
                Some(self.follow_policies(path, bytes, conflicts, as_data))
            }
            FileMerge::Unreadable { version, error } if !self.was_never_data(three) => {
                self.tell_unreadable(path, version, error);
                None
            }
            FileMerge::Unreadable { .. } => match as_text(first) {
                FileMerge::Merged { bytes, conflicts } => {
                    Some(self.follow_policies(path, bytes, conflicts, as_text))
                }
                FileMerge::Unreadable { .. } | FileMerge::Binary => None,
            },
            FileMerge::Binary => None,
        }
    }

    /// Holds the conflicts, but for those for which a policy takes a side. `again` is the same merge with
    /// another side in front.
    fn follow_policies(
        &mut self,
        path: &RepoPath,
        bytes: Vec<u8>,
        conflicts: Vec<Conflict>,
        again: impl Fn(Side) -> FileMerge,
    ) -> Vec<u8> {
        let policy = self.terms.policy;
        let mut sides = conflicts.iter().map(|conflict| policy(conflict).side());
        // All to one side: merging again with it in front is exact, for lines of text too.
        if let Some(Some(side)) = sides.next()
            && sides.all(|other| other == Some(side))
            && let FileMerge::Merged { bytes, .. } = again(side)
        {
            return bytes;
        }
        let (language, text) = (self.language(path, &bytes), String::from_utf8(bytes));
        let (bytes, held) = match (language, text) {
            (Some(language), Ok(text)) => settle(text, language, conflicts, policy),
            (None, Ok(text)) => (text, conflicts),
            (_, Err(error)) => {
                self.conflicts.extend(conflicts);
                return error.into_bytes();
            }
        };
        self.conflicts.extend(held);
        bytes.into_bytes()
    }

    /// A file that counts as data only while it can be read, and that never could be: a template.
    fn was_never_data(&self, three: &Three<'_>) -> bool {
        let is_template = |bytes: &[u8]| {
            let claim = self.terms.format.claims_content(three.path, head(bytes));
            matches!(claim, Claim::TypedIfReadable(_)) && self.document(three.path, bytes).is_none()
        };
        match three.base {
            Some(base) => is_template(base),
            None => is_template(three.ours) && is_template(three.theirs),
        }
    }

    fn tell_unreadable(&mut self, path: &RepoPath, version: Version, error: ParseError) {
        let side = match version {
            Version::Base => None,
            Version::Ours => Some(Side::Ours),
            Version::Theirs => Some(Side::Theirs),
        };
        self.unreadable.push(UnreadableFile { path: path.clone(), side, error });
    }

    fn language(&self, path: &RepoPath, bytes: &[u8]) -> Option<Language> {
        self.terms.format.claims_content(path, head(bytes)).language()
    }

    pub(super) fn document(&self, path: &RepoPath, bytes: &[u8]) -> Option<Document> {
        document_of(self.terms.format, path, bytes)
    }
}

/// What a file reads as, where the format claims it.
pub(super) fn document_of(format: &Format, path: &RepoPath, bytes: &[u8]) -> Option<Document> {
    let language = format.claims_content(path, head(bytes)).language()?;
    Document::parse(bytes, language).ok()
}

fn head(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(HEAD_BYTES)]
}
