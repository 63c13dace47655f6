//! Names of things in a repository: object ids by kind, refs, branches.

use std::fmt;
use std::str::FromStr;

use bstr::{BStr, BString, ByteSlice};

/// Why some text is no object id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no full object id")]
pub struct IdError(pub String);

macro_rules! object_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub(crate) gix::ObjectId);

        impl $name {
            /// The first digits, for people.
            pub fn short(&self) -> String {
                self.0.to_hex_with_len(10).to_string()
            }

            /// The raw bytes.
            pub fn as_bytes(&self) -> &[u8] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0.to_hex())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0.to_hex())
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                gix::ObjectId::from_hex(text.as_bytes()).map(Self).map_err(|_| IdError(text.to_owned()))
            }
        }
    };
}

object_id! {
    /// Any object, as a ref may name one.
    ObjectId
}
object_id! {
    /// A commit.
    CommitId
}
object_id! {
    /// A tree: one folder with all below it.
    TreeId
}
object_id! {
    /// A blob: the content of one file.
    BlobId
}

impl BlobId {
    /// The id that Git gives to these bytes, computed without a repository.
    ///
    /// # Panics
    /// On an input that was made to break SHA-1, as git ends on one.
    pub fn hash_of(bytes: &[u8]) -> Self {
        let id = gix::objs::compute_hash(gix::hash::Kind::Sha1, gix::objs::Kind::Blob, bytes)
            .expect("only an input that collides on purpose makes SHA-1 fail");
        Self(id)
    }
}

impl ObjectId {
    /// Takes it for a commit, unchecked; reading it as one tells.
    pub fn as_commit(self) -> CommitId {
        CommitId(self.0)
    }

    /// Takes it for a tree, unchecked; reading it as one tells.
    pub fn as_tree(self) -> TreeId {
        TreeId(self.0)
    }

    /// Takes it for a blob, unchecked; reading it as one tells.
    pub fn as_blob(self) -> BlobId {
        BlobId(self.0)
    }
}

impl From<CommitId> for ObjectId {
    fn from(id: CommitId) -> Self {
        Self(id.0)
    }
}

impl From<TreeId> for ObjectId {
    fn from(id: TreeId) -> Self {
        Self(id.0)
    }
}

impl From<BlobId> for ObjectId {
    fn from(id: BlobId) -> Self {
        Self(id.0)
    }
}

/// Why some text is no name of a ref or branch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is no valid {what} name")]
pub struct NameError {
    /// `ref` or `branch`.
    pub what: &'static str,
    /// What was given.
    pub name: BString,
}

/// The full name of a ref, as `refs/heads/main` or `HEAD`, checked by Git's rules.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RefName(BString);

impl RefName {
    /// Checks a full name.
    pub fn new(name: impl AsRef<[u8]>) -> Result<Self, NameError> {
        let name = name.as_ref().as_bstr();
        let is_full = name.starts_with(b"refs/") || is_pseudo_ref(name);
        match gix::validate::reference::name(name) {
            Ok(_) if is_full => Ok(Self(name.to_owned())),
            _ => Err(NameError { what: "ref", name: name.to_owned() }),
        }
    }

    /// `HEAD` itself.
    pub fn head() -> Self {
        Self("HEAD".into())
    }

    /// The name's bytes.
    pub fn as_bstr(&self) -> &BStr {
        self.0.as_bstr()
    }

    /// The branch, where it is below `refs/heads/`.
    pub fn branch(&self) -> Option<BranchName> {
        let name = self.0.strip_prefix(b"refs/heads/")?;
        BranchName::new(name).ok()
    }

    /// This name with more parts after it.
    pub fn join(&self, rest: impl AsRef<[u8]>) -> Result<Self, NameError> {
        let mut name = self.0.clone();
        name.push(b'/');
        name.extend_from_slice(rest.as_ref());
        Self::new(name)
    }
}

fn is_pseudo_ref(name: &BStr) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

impl fmt::Display for RefName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for RefName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// A branch's name without `refs/heads/`, checked by Git's rules for branches; UTF-8.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BranchName(String);

impl BranchName {
    /// Checks a branch name: a valid ref name, not `HEAD`, no leading `-`.
    pub fn new(name: impl AsRef<[u8]>) -> Result<Self, NameError> {
        let bytes = name.as_ref();
        let error = || NameError { what: "branch", name: bytes.into() };
        let text = bytes.to_str().map_err(|_| error())?;
        if text == "HEAD" || text.starts_with('-') {
            return Err(error());
        }
        RefName::new(format!("refs/heads/{text}")).map_err(|_| error())?;
        Ok(Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `refs/heads/<name>`.
    pub fn ref_name(&self) -> RefName {
        RefName(format!("refs/heads/{}", self.0).into())
    }

    /// `refs/remotes/<remote>/<name>`: where Git keeps the remote's branch.
    pub fn tracking_ref(&self, remote: &str) -> Result<RefName, NameError> {
        RefName::new(format!("refs/remotes/{remote}/{}", self.0))
    }
}

impl fmt::Display for BranchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for BranchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl FromStr for BranchName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_what_they_print() {
        let id = BlobId::hash_of(b"hello\n");
        assert_eq!(id.to_string(), "ce013625030ba8dba906f756967f9e9ca394464a");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!("ce01".parse::<BlobId>().is_err());
    }

    #[test]
    fn ref_names() {
        for good in ["HEAD", "FETCH_HEAD", "refs/heads/main", "refs/syncline/conflicts/a/b"] {
            assert!(RefName::new(good).is_ok(), "{good}");
        }
        for bad in
            ["", "main", "refs/heads/a..b", "refs/heads/a b", "refs/heads/", "refs/../x", "refs/heads/x.lock"]
        {
            assert!(RefName::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn branch_names() {
        for good in ["main", "feature/x", "ü", "a.b"] {
            assert!(BranchName::new(good).is_ok(), "{good}");
        }
        for bad in ["", "HEAD", "-x", "a b", "a~1", "x.lock", "/a", "a//b"] {
            assert!(BranchName::new(bad).is_err(), "{bad}");
        }
    }
}
