//! Whether a tree is in Git's order, with each name once. All that compares or edits trees relies on that; git
//! writes no other tree, and `git fsck` calls another one an error, but a fetch lets it in.

use bstr::BStr;
use gix::objs::TreeRefIter;

/// Why a tree cannot be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Disorder {
    #[error("the entries of the tree are not in order")]
    NotSorted,
    #[error("the tree has one name twice")]
    Twice,
}

/// Refuses a tree out of order. One that cannot be read is left to whoever reads it.
pub(crate) fn refuse_disorder(tree: &[u8]) -> Result<(), Disorder> {
    let mut entries = TreeRefIter::from_bytes(tree, gix::hash::Kind::Sha1).map_while(Result::ok);
    let Some(mut last) = entries.next() else { return Ok(()) };
    // A folder is sorted as if `/` were at the end of its name, so that a file of the same name need not be next
    // to it.
    let mut files: Vec<&BStr> = Vec::new();
    for entry in entries {
        if !last.mode.is_tree() {
            files.push(last.filename);
        }
        if last.filename == entry.filename {
            return Err(Disorder::Twice);
        }
        if last >= entry {
            return Err(Disorder::NotSorted);
        }
        if entry.mode.is_tree() && files.binary_search(&entry.filename).is_ok() {
            return Err(Disorder::Twice);
        }
        last = entry;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(entries: &[(&str, &str)]) -> Vec<u8> {
        let entry = |(mode, name): &(&str, &str)| [format!("{mode} {name}\0").as_bytes(), &[7; 20]].concat();
        entries.iter().flat_map(entry).collect()
    }

    #[test]
    fn gits_own_order_is_taken() {
        for entries in [
            &[][..],
            &[("100644", "a"), ("100644", "b")],
            &[("100644", "a.b"), ("40000", "a"), ("100644", "a0")],
        ] {
            assert_eq!(refuse_disorder(&tree(entries)), Ok(()), "{entries:?}");
        }
    }

    #[test]
    fn what_git_writes_not_is_refused() {
        let file = |name| ("100644", name);
        assert_eq!(refuse_disorder(&tree(&[file("b"), file("a")])), Err(Disorder::NotSorted));
        assert_eq!(refuse_disorder(&tree(&[("40000", "a"), file("a.b")])), Err(Disorder::NotSorted));
        assert_eq!(refuse_disorder(&tree(&[file("a"), file("a")])), Err(Disorder::Twice));
        assert_eq!(refuse_disorder(&tree(&[file("a"), ("40000", "a")])), Err(Disorder::Twice));
        let apart = [file("a"), file("a.b"), ("40000", "a")];
        assert_eq!(refuse_disorder(&tree(&apart)), Err(Disorder::Twice));
    }
}
