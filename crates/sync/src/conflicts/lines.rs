//! Conflicts over runs of lines: what became of the lines since, and taking others in their place.

use syncline_document::Value;
use syncline_merge::{Conflict, Located, replace_lines};
use syncline_repo::{BlobId, TreeId};

use crate::conflicts::take::Wanted;
use crate::{SyncError, Take, Workspace};

impl Workspace {
    /// What became of a conflict's lines, in the text that its file is now.
    pub(crate) fn locate_lines(&self, conflict: &Conflict, now: &[u8]) -> Result<Located, SyncError> {
        let Ok(now) = std::str::from_utf8(now) else { return Ok(Located::Changed) };
        let kept = conflict.kept_value().and_then(Value::as_str).unwrap_or_default();
        let place = conflict.lines.clone().unwrap_or_default();
        let was = self.merged_text(place.text.as_deref())?;
        Ok(place.find(kept, was.as_deref(), now))
    }

    /// The text that a place of lines was written down for; `None` where it is not here.
    fn merged_text(&self, id: Option<&str>) -> Result<Option<String>, SyncError> {
        let Some(id) = id.and_then(|id| id.parse::<BlobId>().ok()) else { return Ok(None) };
        if !self.repo.has_object(id) {
            return Ok(None);
        }
        Ok(String::from_utf8(self.repo.read_blob(id)?).ok())
    }

    /// The conflict with its lines' place as of now, where it can be told.
    pub(crate) fn with_lines_in(&self, conflict: &Conflict, tree: TreeId) -> Result<Conflict, SyncError> {
        let mut placed = conflict.clone();
        let entry = self.repo.entry_at(tree, &conflict.path)?;
        let (Some(entry), Some(lines)) = (entry, &mut placed.lines) else { return Ok(placed) };
        let bytes = self.repo.read_blob(entry.id)?;
        if let Located::At(at) = self.locate_lines(conflict, &bytes)? {
            let text = String::from_utf8_lossy(&bytes);
            *lines = lines.moved_to(&text, at, entry.id.to_string());
        }
        Ok(placed)
    }

    /// The tree with a conflict's lines as they are taken.
    pub(crate) fn take_lines(
        &self,
        tree: TreeId,
        conflict: &Conflict,
        take: &Take,
    ) -> Result<TreeId, SyncError> {
        let gone = || SyncError::PlaceGone(conflict.id().to_string());
        let new = Wanted::of(conflict, take)?.into_text(one_after_the_other);
        if Some(new.as_str()) == conflict.kept_value().and_then(Value::as_str) {
            return Ok(tree);
        }
        let entry = self.repo.entry_at(tree, &conflict.path)?.ok_or_else(gone)?;
        let bytes = self.repo.read_blob(entry.id)?;
        let Located::At(at) = self.locate_lines(conflict, &bytes)? else { return Err(gone()) };
        let text = String::from_utf8(bytes).map_err(|_| gone())?;
        self.put(tree, &conflict.path, entry.mode, replace_lines(&text, at, &new).as_bytes())
    }
}

fn one_after_the_other(first: &str, second: &str) -> String {
    replace_lines(first, first.len()..first.len(), second)
}
