//! What refs a remote has.

use std::collections::BTreeMap;
use std::path::Path;

use crate::{BranchName, CommitId, ObjectId, RefName};

use super::{Remote, RemoteError, RemoteUrl};

/// The refs of a remote, as it lists them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemoteRefs {
    /// Full name to id; tags as they are, not peeled.
    pub refs: BTreeMap<RefName, ObjectId>,
    /// What `HEAD` names; `None` where that has no commit yet.
    pub head: Option<RefName>,
    /// Where the remote sent us, when its repository was renamed.
    pub redirected_to: Option<RemoteUrl>,
}

impl RemoteRefs {
    /// Whether the remote has no ref at all.
    pub fn is_empty(&self) -> bool {
        self.refs.is_empty()
    }

    /// Where a ref is.
    pub fn get(&self, name: &RefName) -> Option<ObjectId> {
        self.refs.get(name).copied()
    }

    /// The commit of a branch.
    pub fn branch(&self, branch: &BranchName) -> Option<CommitId> {
        self.get(&branch.ref_name()).map(ObjectId::as_commit)
    }

    /// The branch that `HEAD` names.
    pub fn head_branch(&self) -> Option<BranchName> {
        self.head.as_ref()?.branch()
    }
}

impl Remote {
    /// Lists the remote's refs.
    pub fn list_refs(&self) -> Result<RemoteRefs, RemoteError> {
        self.list_refs_from(None, &[])
    }

    /// Where these of the remote's refs are; those that it has not are missing from the answer. Cheaper than the
    /// whole list where a remote has many.
    pub fn look_at_refs(&self, names: &[RefName]) -> Result<RemoteRefs, RemoteError> {
        let mut found = self.list_refs_from(None, names)?;
        // Git takes a name for the end of one.
        found.refs.retain(|name, _| names.contains(name));
        Ok(found)
    }

    /// All refs, or those whose names end in one of these.
    pub(super) fn list_refs_from(
        &self,
        git_dir: Option<&Path>,
        names: &[RefName],
    ) -> Result<RemoteRefs, RemoteError> {
        Ok(self.list_with_outcome(git_dir, names)?.0)
    }
}

/// `ref: refs/heads/main\tHEAD` and `<id>\t<name>` lines. Peeled tags (`^{}`) are no refs.
pub(super) fn parse(text: &str) -> RemoteRefs {
    let mut refs = RemoteRefs::default();
    for (left, name) in text.lines().filter_map(|line| line.split_once('\t')) {
        if let Some(target) = left.strip_prefix("ref: ") {
            if name == "HEAD" {
                refs.head = RefName::new(target).ok();
            }
        } else if name.starts_with("refs/")
            && let (Ok(id), Ok(name)) = (left.parse(), RefName::new(name))
        {
            refs.refs.insert(name, id);
        }
    }
    refs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read() {
        let id = "1".repeat(40);
        let text = format!(
            "ref: refs/heads/main\tHEAD\n{id}\tHEAD\n{id}\trefs/heads/main\n{id}\trefs/tags/v1\n{id}\trefs/tags/v1^{{}}"
        );
        let refs = parse(&text);
        let main = BranchName::new("main").expect("a name");
        assert_eq!((refs.refs.len(), refs.head_branch()), (2, Some(main.clone())));
        assert_eq!(refs.branch(&main).map(|id| id.to_string()), Some(id));
    }
}
