//! Conflicts over the comments of a field: what they are now, and taking others in their place.

use syncline_document::{ChildSpan, Document, NodeKind, Pointer, Style};
use syncline_merge::Conflict;
use syncline_repo::TreeId;

use crate::conflicts::lookup::Documents;
use crate::conflicts::take::Wanted;
use crate::formats::reading::Reading;
use crate::{SyncError, Take, Workspace};

/// The comments of a field: those above it, and the one that ends its line.
struct Commented<'d> {
    document: &'d Document,
    span: ChildSpan,
}

/// Whether a conflict is between comments of a field, not over lines of a text.
pub(crate) fn is_of_comments(conflict: &Conflict) -> bool {
    conflict.lines.is_none() && !conflict.field.parts().is_empty()
}

impl Workspace {
    /// The tree with the comments of a conflict's field as they are taken.
    pub(crate) fn take_comments(
        &self,
        tree: TreeId,
        conflict: &Conflict,
        take: &Take,
    ) -> Result<TreeId, SyncError> {
        let gone = || SyncError::PlaceGone(conflict.id().to_string());
        let new = Wanted::of(conflict, take)?.into_text(|first, second| [first, second].join("\n"));
        let entry = self.repo.entry_at(tree, &conflict.path)?;
        let document = Documents::new(self).read(&conflict.path, entry)?.ok_or_else(gone)?;
        let at = document.place_of(conflict).ok_or_else(gone)?;
        let commented = Commented::at(document.document(), &at).ok_or_else(gone)?;
        if commented.words() == new {
            return Ok(tree);
        }
        let text = commented.with(&new).ok_or_else(gone)?;
        let (document, entry) = (document.document(), entry.ok_or_else(gone)?);
        let is_comment = match self.read_bytes(&conflict.path, text.as_bytes(), true) {
            Reading::Document(now) => now.value(now.root()) == document.value(document.root()),
            Reading::Bad(_) | Reading::Opaque => false,
        };
        if !is_comment {
            return Err(SyncError::BadValue(format!("`{new}` is no comment")));
        }
        self.put(tree, &conflict.path, entry.mode, text.as_bytes())
    }
}

/// The comments of a field, without blank lines and indentation; `None` where the field is not there.
pub(crate) fn comments_now(document: &Document, at: &Pointer) -> Option<String> {
    Some(Commented::at(document, at)?.words())
}

impl<'d> Commented<'d> {
    fn at(document: &'d Document, at: &Pointer) -> Option<Self> {
        let (last, parents) = at.parts().split_last()?;
        let container = parents.iter().fold(Pointer::root(), |at, part| at.child(part.as_str()));
        let container = document.resolve(document.lookup(&container)?);
        let span = document.children(container).into_iter().nth(document.child_index(container, last)?)?;
        Some(Self { document, span })
    }

    fn words(&self) -> String {
        let comments = self.document.comments_at(&self.span);
        let lines = comments.leading.lines().chain(comments.trailing.lines()).map(str::trim);
        lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }

    /// The document's text with these comments. The one that ends the line stays there where it is among
    /// them, or where only it is another; else all are above. `None` where no line can be put above.
    fn with(&self, new: &str) -> Option<String> {
        let (text, span) = (self.document.text(), &self.span);
        if !self.is_on_its_own_line() {
            return None;
        }
        let old = self.document.comments_at(span);
        let (lead, trail) = (old.leading, old.trailing.trim());
        let above: Vec<&str> = lead.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let lines: Vec<&str> = new.lines().collect();
        let (above, behind) = match lines.split_last() {
            Some((last, rest)) if !trail.is_empty() && (*last == trail || rest == above) => {
                (rest, Some(*last))
            }
            _ => (lines.as_slice(), None),
        };
        let indentation = &text[span.lead.end..span.start];
        let blank = lead.len() - lead.trim_start_matches(['\r', '\n']).len();
        let mut out = format!("{}{}", &text[..span.lead.start], &lead[..blank]);
        for line in above {
            out.extend([indentation, line, "\n"]);
        }
        out.push_str(&text[span.lead.end..span.trail.start]);
        match behind {
            Some(comment) if comment == trail => out.push_str(&text[span.trail.clone()]),
            Some(comment) => out.extend([" ", comment]),
            None => {}
        }
        out.push_str(&text[span.trail.end..]);
        Some(out)
    }

    /// Whether it is an entry of a block that begins a line.
    fn is_on_its_own_line(&self) -> bool {
        let (text, span) = (self.document.text(), &self.span);
        let container = self.document.node(span.value).parent.map(|parent| self.document.node(parent));
        let is_block = container.is_some_and(|container| {
            container.style == Style::Block && !matches!(container.kind, NodeKind::Stream(_))
        });
        is_block && (span.lead.end == 0 || text[..span.lead.end].ends_with('\n'))
    }
}
