//! Edits of whole files.

use std::collections::BTreeSet;

use syncline_format::RepoPath;

use super::super::edit::Edit;
use super::super::model::{File, Model, Part, Uid};
use super::super::write::write_file;
use super::Chooser;

/// A file of fewer nodes is not found again under another name when both sides edit it.
const FOUND_AGAIN: usize = 24;

impl Chooser<'_, '_> {
    pub(super) fn file_edit(&mut self, model: &Model) -> Option<Edit> {
        let roots: Vec<Uid> = model.files.values().map(|file| file.root).collect();
        let root = self.pick(&roots)?;
        let kind = self.random.below(8);
        let once = ["copy", "take", "move"];
        match kind {
            0..3 if self.is_alone(&once, "copy") => self.copy_file(model, root),
            3..5 if model.files.len() > 1 && self.is_alone(&once, "take") => {
                self.file_edits.insert("take");
                Some(Edit::TakeFile(root))
            }
            5 if self.is_alone(&once, "move") => self.move_file(model, root),
            6 | 7 => self.restyle(model, root),
            _ => None,
        }
    }

    /// A file that is gone and one like it that is new are one file: a side does only one of these.
    fn is_alone(&mut self, kinds: &[&'static str], kind: &'static str) -> bool {
        let others = kinds.iter().any(|other| *other != kind && self.file_edits.contains(other));
        !others && (kind != "move" || self.moved_file.is_none())
    }

    fn copy_file(&mut self, model: &Model, root: Uid) -> Option<Edit> {
        if model.below(root).iter().any(|uid| model.node(*uid).is_some_and(|node| node.comment.is_some())) {
            return None;
        }
        let file = model.file_of(root)?;
        let fresh = self.fresh();
        let mut changes = self.copy_changes(model, root);
        // An item's id is its own list's matter: that of a copied file stays.
        changes.retain(|(uid, _)| model.node(*uid).is_some_and(|node| node.facts.part == Part::ResourceId));
        let path = match id_in_path(model, root) {
            Some((field, id)) => {
                let (_, new) = changes.iter().find(|(uid, _)| *uid == field)?;
                RepoPath::new(file.path.to_string().replace(&id, new.as_str()?)).ok()?
            }
            None => self.other_path(&file.path)?,
        };
        self.file_edits.insert("copy");
        Some(Edit::CopyFile { root, path, fresh, changes })
    }

    fn move_file(&mut self, model: &Model, root: Uid) -> Option<Edit> {
        let file = model.file_of(root)?;
        let old = self.base.file_of(root)?;
        let id_of = |model, file| self.sample.resource(model, file).and_then(|it| it.id);
        let is_known = model.below(root).len() >= FOUND_AGAIN
            && id_of(&self.base, old) == id_of(model, file)
            && are_alike(&self.text_of(&self.base, old)?, &self.text_of(model, file)?);
        if !is_known || id_in_path(model, root).is_some() {
            return None;
        }
        let path = self.other_path(&file.path)?;
        self.file_edits.insert("move");
        self.moved_file = Some(root);
        Some(Edit::MoveFile(root, path))
    }

    fn text_of(&self, model: &Model, file: &File) -> Option<String> {
        write_file(self.sample, model, file)
    }

    fn restyle(&mut self, model: &Model, root: Uid) -> Option<Edit> {
        let origin = model.node(root)?.origin?;
        let has_comments = self.sample.documents[origin.document].text().contains('#');
        let is_fresh = self.file_edits.insert("restyle");
        if has_comments || !is_fresh || self.moved_file == Some(root) || model.children(root).is_empty() {
            return None;
        }
        let with_comment = |uid: &Uid| model.node(*uid).is_some_and(|node| node.comment.is_some());
        if model.below(root).iter().any(with_comment) {
            return None;
        }
        let indent = if self.is(2) { 2 } else { 4 };
        Some(Edit::Restyle { root, indent, single_quotes: self.is(2), deep_dashes: self.is(2) })
    }

    fn other_path(&mut self, path: &RepoPath) -> Option<RepoPath> {
        let text = path.to_string();
        let (stem, extension) = text.rsplit_once('.')?;
        RepoPath::new(format!("{stem}-{}.{extension}", self.mark())).ok()
    }
}

/// Whether three quarters of the larger text are lines of the other: well above what a file is found again by.
fn are_alike(a: &str, b: &str) -> bool {
    let others: BTreeSet<&str> = b.lines().collect();
    let shared: usize = a.lines().filter(|line| others.contains(line)).map(|line| line.len() + 1).sum();
    4 * shared >= 3 * a.len().max(b.len())
}

/// The id that the file's path is made of.
fn id_in_path(model: &Model, root: Uid) -> Option<(Uid, String)> {
    let path = model.file_of(root)?.path.to_string();
    let field = model.field(root, Part::ResourceId)?;
    let id = model.text(field).filter(|id| path.contains(id))?;
    Some((field, id.to_owned()))
}
