//! Submodules: which commit they are at. Nothing else of them is looked at.

use std::path::Path;

/// The commit at which a submodule is checked out; `None` where it is not, or that cannot be told.
pub(crate) fn checked_out(folder: &Path) -> Option<gix::ObjectId> {
    // No configuration but its own is read, and nothing that it names is run.
    let repository = gix::open_opts(folder, gix::open::Options::isolated()).ok()?;
    Some(repository.head_id().ok()?.detach())
}
