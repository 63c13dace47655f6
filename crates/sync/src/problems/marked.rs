//! Files with git's conflict markers in them: what is wrong with them, and the versions that git merged.

use std::borrow::Cow;

use syncline_document::{Document, ParseError, Position};
use syncline_format::RepoPath;
use syncline_merge::{Author, Conflict, MarkedText, Side, Version};
use syncline_repo::{CommitId, Entry, Mode};

use crate::formats::reading::Reading;
use crate::{BaseOfMarked, ProblemPlace, SyncError, TakenApart, Workspace};

/// What is wrong with a text that has markers; `None` where it has none.
pub(crate) fn markers_in(text: &[u8]) -> Option<ParseError> {
    let marked = MarkedText::read(text)?;
    let conflicts = marked.conflicts();
    let noun = if conflicts == 1 { "conflict" } else { "conflicts" };
    let reason = format!(
        "has conflict markers of git: {conflicts} {noun}; `syncline problems --take-apart PATH` takes them apart"
    );
    Some(ParseError { position: Position { line: marked.first_line(), column: 1 }, reason })
}

/// What is wrong with a side that has a key twice, as where git put one section above the markers and once more
/// between them: of the two a conflict could hold only one.
fn repeats_key(document: &Document) -> Option<ParseError> {
    let position = document.repeated_key()?;
    Some(ParseError { position, reason: "has a key that its mapping has already".to_owned() })
}

/// A file with markers, and the versions that are in it.
#[derive(Clone, Debug)]
pub(crate) struct MarkedFile {
    pub(crate) told: TakenApart,
    /// The file as it is.
    pub(crate) entry: Entry,
    pub(crate) base: Option<Entry>,
    pub(crate) ours: Entry,
    pub(crate) theirs: Entry,
    /// Both sides of the merge that was committed with its markers, where it was a merge.
    pub(crate) merged: Option<(CommitId, CommitId)>,
    /// The commit that brought the markers; `None` where they are not committed.
    pub(crate) since: Option<CommitId>,
}

/// Where the markers of a file come from.
#[derive(Clone, Copy, Debug, Default)]
struct Origin {
    merged: Option<(CommitId, CommitId)>,
    since: Option<CommitId>,
    /// The commit that has what was before both.
    base: Option<(CommitId, Entry)>,
}

impl Workspace {
    /// The versions in a file; `None` where it has no markers, or is read as data in spite of them. Fails where
    /// one of them cannot be read.
    pub(crate) fn read_marked(
        &self,
        path: &RepoPath,
        entry: Entry,
        place: ProblemPlace,
        head: Option<CommitId>,
    ) -> Result<Option<MarkedFile>, SyncError> {
        if !matches!(entry.mode, Mode::File | Mode::Executable) {
            return Ok(None);
        }
        let text = self.repo.read_blob(entry.id)?;
        let Some(marked) = MarkedText::read(&text) else { return Ok(None) };
        if matches!(self.read_bytes(path, &text, true), Reading::Document(_)) {
            return Ok(None);
        }
        self.refuse_unreadable(path, &marked)?;
        let origin = self.origin_of(path, &marked, place, head)?;
        let write = |version| -> Result<Option<Entry>, SyncError> {
            let Some(bytes) = marked.version(version) else { return Ok(None) };
            Ok(Some(Entry { mode: entry.mode, id: self.repo.write_blob(&bytes)? }))
        };
        let in_markers = marked.version(Version::Base).filter(|base| self.is_base(path, &marked, base));
        let (base, of_base) = match (in_markers, origin.base) {
            (Some(_), _) => (write(Version::Base)?, BaseOfMarked::Markers),
            (None, Some((commit, base))) => (Some(base), BaseOfMarked::Commit(commit)),
            (None, None) => (None, BaseOfMarked::None),
        };
        let is_there = "a marked text has both sides";
        let (ours, theirs) =
            (write(Version::Ours)?.expect(is_there), write(Version::Theirs)?.expect(is_there));
        let label = |side| marked.label(side).map(Cow::into_owned);
        let told = TakenApart {
            path: path.clone(),
            place,
            marked: marked.conflicts(),
            ours: label(Side::Ours),
            theirs: label(Side::Theirs),
            base: of_base,
        };
        let Origin { merged, since, .. } = origin;
        Ok(Some(MarkedFile { told, entry, base, ours, theirs, merged, since }))
    }

    /// Fails where a side cannot be read, and the other one or the format says that it has to be; nor may one have
    /// markers that were inside of others.
    fn refuse_unreadable(&self, path: &RepoPath, marked: &MarkedText<'_>) -> Result<(), SyncError> {
        let sides = [("ours", Version::Ours), ("theirs", Version::Theirs)];
        let texts = sides.map(|(_, version)| marked.version(version).unwrap_or_default());
        let is_data =
            texts.iter().any(|text| matches!(self.read_bytes(path, text, false), Reading::Document(_)));
        for ((side, version), text) in sides.into_iter().zip(&texts) {
            let error = match self.read_bytes(path, text, is_data) {
                Reading::Bad(error) => Some(error),
                Reading::Opaque => markers_in(text),
                Reading::Document(document) => repeats_key(&document),
            };
            if let Some(mut source) = error {
                if markers_in(text).is_some() {
                    "has a conflict inside of another one".clone_into(&mut source.reason);
                }
                source.position.line = marked.line_of(version, source.position.line);
                return Err(SyncError::MarkedSide { path: path.clone(), side, source });
            }
        }
        Ok(())
    }

    /// Whether a text can be what was before both sides.
    fn is_base(&self, path: &RepoPath, marked: &MarkedText<'_>, base: &[u8]) -> bool {
        let is_data = || {
            let ours = marked.version(Version::Ours).unwrap_or_default();
            matches!(self.read_bytes(path, &ours, false), Reading::Document(_))
        };
        let reads_as_both =
            || !is_data() || matches!(self.read_bytes(path, base, true), Reading::Document(_));
        markers_in(base).is_none() && marked.can_grow_from(base) && reads_as_both()
    }

    /// Looks through the history for what git merged: of a merge that was committed with its markers that is
    /// what both sides grew from, else the last good version may be it.
    fn origin_of(
        &self,
        path: &RepoPath,
        marked: &MarkedText<'_>,
        place: ProblemPlace,
        head: Option<CommitId>,
    ) -> Result<Origin, SyncError> {
        let mut origin = Origin::default();
        let Some(head) = head else { return Ok(origin) };
        for commit in self.repo.history(&[head], &[])?.touching(path.clone()) {
            let commit = commit?;
            let Some(entry) = self.repo.entry_at(commit.tree, path)? else { break };
            if markers_in(&self.repo.read_blob(entry.id)?).is_none() {
                origin.base = self.base_at(path, marked, commit.id)?;
                break;
            }
            if place == ProblemPlace::Folder {
                continue;
            }
            origin.since = Some(commit.id);
            if let [ours, theirs] = commit.parents[..] {
                origin.merged = Some((ours, theirs));
                for base in self.repo.merge_bases(ours, theirs)? {
                    origin.base = self.base_at(path, marked, base)?;
                    if origin.base.is_some() {
                        return Ok(origin);
                    }
                }
            }
        }
        Ok(origin)
    }

    /// The file at a commit, where both sides can have grown from it.
    fn base_at(
        &self,
        path: &RepoPath,
        marked: &MarkedText<'_>,
        commit: CommitId,
    ) -> Result<Option<(CommitId, Entry)>, SyncError> {
        let entry = self.repo.entry_at(self.repo.tree_of(commit)?, path)?;
        let Some(entry) = entry.filter(|entry| matches!(entry.mode, Mode::File | Mode::Executable)) else {
            return Ok(None);
        };
        let is_base = self.is_base(path, marked, &self.repo.read_blob(entry.id)?);
        Ok(is_base.then_some((commit, entry)))
    }
}

impl MarkedFile {
    /// Says of conflicts in it whose the sides are, by the names that git gave them.
    pub(crate) fn name_sides(&self, conflicts: &mut [Conflict], time: i64) {
        for conflict in conflicts.iter_mut().filter(|conflict| conflict.path == self.told.path) {
            for (side, name) in [(Side::Ours, &self.told.ours), (Side::Theirs, &self.told.theirs)] {
                let Some(name) = name.clone() else { continue };
                let commit = self.since.map(|commit| commit.to_string());
                conflict.authors.set(side, Author { name, commit, time });
            }
        }
    }
}
