//! What git makes of two commits.

use syncline_repo::{CommitId, GitMerges};

use crate::lab::{Lab, RepoPath};

const TEXT: &str = "a\nb\nc\nd\ne\n";

/// Two branches that grew from one commit, of which each wrote the file.
fn branches(lab: &Lab, ours: &str, theirs: &str) -> (CommitId, CommitId) {
    lab.write("a b.txt", TEXT);
    let base = lab.commit("base").to_string();
    lab.write("a b.txt", theirs);
    let theirs = lab.commit("theirs");
    lab.git(["reset", "--quiet", "--hard", &base]);
    lab.write("a b.txt", ours);
    (lab.commit("ours"), theirs)
}

#[test]
fn the_tree_is_that_of_git_merge_and_the_repository_stays_as_it_is() {
    let lab = Lab::new();
    let pair = branches(&lab, "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n");
    let before = lab.git(["count-objects"]);
    let merges = GitMerges::beside(&lab.open()).unwrap();
    let merge = merges.merge(&[pair]).unwrap().pop().flatten().unwrap();
    assert_eq!(lab.git(["count-objects"]), before);
    assert!(merge.conflicted.is_empty());
    lab.git(["merge", "--quiet", &pair.1.to_string()]);
    assert_eq!(lab.git(["rev-parse", "HEAD^{tree}"]).trim(), merge.tree.to_string());
    let path = RepoPath::new("a b.txt").unwrap();
    let entry = merges.entry_at(merge.tree, &path).unwrap().unwrap();
    assert_eq!(merges.read_blob(entry.id).unwrap(), b"A\nb\nc\nd\nE\n");
}

#[test]
fn conflicts_are_named_and_what_cannot_be_merged_is_left_out() {
    let lab = Lab::new();
    let (ours, theirs) = branches(&lab, "A\nb\nc\nd\ne\n", "Z\nb\nc\nd\ne\n");
    lab.git(["switch", "--quiet", "--orphan", "other"]);
    lab.write("other", "x");
    let unrelated = lab.commit("unrelated");
    let merges = GitMerges::beside(&lab.open()).unwrap();
    let done = merges.merge(&[(ours, theirs), (ours, unrelated), (theirs, ours)]).unwrap();
    let conflicted = |merge: &Option<syncline_repo::GitMerge>| {
        merge.as_ref().map(|merge| merge.conflicted.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let named = Some(vec!["a b.txt".to_owned()]);
    assert_eq!(done.iter().map(conflicted).collect::<Vec<_>>(), [named.clone(), None, named]);
}
