//! What of a workspace is shared by its categories: telling it, sharing one, taking one out.

use std::collections::HashSet;

use syncline_document::{Document, Edit, Pointer, Value};
use syncline_format::{Category, Standing};
use syncline_repo::{Apply, Entry};

use crate::advance::{Advance, FolderGoes, InDraft};
use crate::draft::sort::Sorted;
use crate::formats::reading::{Reading, Version};
use crate::settings::{overlay, share};
use crate::workspace::OnBranch;
use crate::{ShareChange, ShareReport, SyncError, Workspace};

impl Workspace {
    /// Each category with what decides about it, and what no commit takes. Writes nothing.
    pub fn shared(&self) -> Result<ShareReport, SyncError> {
        let head = self.repo.head()?;
        let sorted = self.sort_draft(self.draft(head.branch(), head.commit(), None, true)?)?;
        Ok(ShareReport {
            format: self.format_name().to_owned(),
            has_categories: self.format().has_categories(),
            categories: self.categories()?,
            rules: self
                .settings()?
                .into_iter()
                .filter(|setting| {
                    setting.key.starts_with(share::PREFIX) || setting.key.starts_with(overlay::PREFIX)
                })
                .collect(),
            unshared: sorted.unshared,
            taken_out: sorted.taken_out,
        })
    }

    /// Marks a category as shared or not shared, in its own file: a change of the draft like any other.
    ///
    /// It is named by its id, its name, or its name behind those around it (`Servers/Web`).
    pub fn share(&mut self, category: &str, shared: bool) -> Result<ShareChange, SyncError> {
        let lock = self.begin()?;
        let on = self.on_branch()?;
        self.catch_up_draft(&on.name)?;
        // Before the first commit this is what tells the format.
        let before = self.sorted_on(&on)?;
        if !self.format().has_categories() {
            return Err(SyncError::NoCategories(self.format_name().to_owned()));
        }
        let found = self.category_called(category)?;
        if found.is_shared == shared {
            return Ok(ShareChange::none(found));
        }
        if let Standing::Fixed { around } = &found.standing {
            let (name, around) = (found.full_name(), around.clone());
            return Err(SyncError::FixedCategory { name, around, shared: found.is_shared });
        }
        self.mark(&on, &found, shared)?;
        drop(lock);
        self.share_change(&on, &found, &before)
    }

    /// What the next commit does otherwise than before.
    fn share_change(
        &self,
        on: &OnBranch,
        category: &Category,
        before: &Sorted,
    ) -> Result<ShareChange, SyncError> {
        let after = self.sorted_on(on)?;
        let kept: HashSet<_> = after.unshared.iter().map(|(path, _)| path).chain(&after.taken_out).collect();
        let comes = before.unshared.iter().map(|(path, _)| path).filter(|path| !kept.contains(path));
        let left: HashSet<_> = before.taken_out.iter().collect();
        let leaves = after.taken_out.iter().filter(|path| !left.contains(path));
        let mut categories = self.categories()?;
        let now = categories.iter().position(|it| it.id == category.id).map(|at| categories.remove(at));
        let now = now.unwrap_or_else(|| category.clone());
        categories.retain(|it| it.names.starts_with(&now.names) && it.is_shared != now.is_shared);
        Ok(ShareChange {
            is_changed: true,
            comes: comes.cloned().collect(),
            leaves: leaves.cloned().collect(),
            unlike: categories,
            category: now,
        })
    }

    fn sorted_on(&self, on: &OnBranch) -> Result<Sorted, SyncError> {
        self.sort_draft(self.draft(Some(&on.name), on.commit, None, true)?)
    }

    /// The categories as the draft has them.
    fn categories(&self) -> Result<Vec<Category>, SyncError> {
        if !self.format().has_categories() {
            return Ok(Vec::new());
        }
        Ok(self.sharing(self.current_entries()?)?.categories())
    }

    fn category_called(&self, text: &str) -> Result<Category, SyncError> {
        let mut categories = self.categories()?;
        let text = text.trim_matches('/');
        let exact = |it: &Category| it.id == text || it.full_name() == text;
        let mut called: Vec<_> = categories.iter().filter(|it| it.is_called(text)).cloned().collect();
        if called.iter().filter(|it| exact(it)).count() == 1 {
            called.retain(exact);
        }
        if let [one] = &*called {
            return Ok(one.clone());
        }
        let is_ambiguous = !called.is_empty();
        if is_ambiguous {
            categories = called;
        }
        let names = categories.iter().map(Category::full_name);
        let are_unlike = names.clone().collect::<HashSet<_>>().len() == categories.len();
        let there =
            if are_unlike { names.collect() } else { categories.into_iter().map(|it| it.id).collect() };
        let given = text.to_owned();
        Err(if is_ambiguous {
            SyncError::AmbiguousCategory { given, there }
        } else {
            SyncError::UnknownCategory { given, there }
        })
    }

    /// Writes the flag into the category's file. The caller holds the lock.
    fn mark(&self, on: &OnBranch, category: &Category, shared: bool) -> Result<(), SyncError> {
        let path = &category.path;
        let tree = self.draft(Some(&on.name), on.commit, None, true)?.tree(self)?;
        let before = self.repo.entry_at(tree, path)?;
        let text = match self.version(path, before, true)? {
            Some(Version { reading: Reading::Document(document), .. }) => {
                let edit = setting(&document, &category.flag, Value::Bool(shared));
                document.edit(&edit).map_err(|source| SyncError::Edit { path: path.clone(), source })?
            }
            _ => return Err(SyncError::FolderKeepsChanging),
        };
        let id = self.repo.write_blob(text.as_bytes())?;
        let put = before.map(|entry| Entry { id, ..entry });
        let verb = if shared { "Share" } else { "Take out" };
        let description = format!("{verb} the category {}", category.full_name());
        let files = vec![Apply { path: path.clone(), expect: before, put }];
        self.advance(Advance {
            kind: "share",
            description,
            branch: &on.name,
            old: on.commit,
            new: on.commit,
            refs: Vec::new(),
            folder: FolderGoes::Along,
            in_draft: Some(InDraft::Write { files, conflicts: Vec::new() }),
        })?;
        Ok(())
    }
}

impl ShareChange {
    fn none(category: Category) -> Self {
        Self { category, is_changed: false, comes: Vec::new(), leaves: Vec::new(), unlike: Vec::new() }
    }
}

/// The edit that gives a field a value, with the mappings around it that are not there yet.
fn setting(document: &Document, field: &Pointer, mut value: Value) -> Edit {
    let mut parts = field.parts().to_vec();
    let pointer =
        |parts: &[_]| parts.iter().fold(Pointer::root(), |at, part: &String| at.child(part.as_str()));
    while parts.len() > 1 && document.lookup(&pointer(&parts[..parts.len() - 1])).is_none() {
        let key = parts.pop().expect("there is more than one");
        value = Value::Mapping(vec![(Value::string(key), value)]);
    }
    Edit::Set { at: pointer(&parts), value }
}
