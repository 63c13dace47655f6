//! Files that git-lfs keeps elsewhere: the repository has pointers to them.

use crate::support::{COLLECTION, FILE, Two};
use syncline_merge::Place;
use syncline_sync::{CommitRequest, Take};

fn pointer(digit: char) -> String {
    let id: String = std::iter::repeat_n(digit, 64).collect();
    format!("version https://git-lfs.github.com/spec/v1\noid sha256:{id}\nsize 12\n")
}

fn two() -> Two {
    let attributes = "*.bin filter=lfs diff=lfs merge=lfs -text\n";
    Two::with(&[(FILE, COLLECTION), (".gitattributes", attributes), ("a.bin", &pointer('1'))])
}

#[test]
fn a_pointer_that_both_changed_is_one_value() {
    let two = two();
    two.anna.write("a.bin", &pointer('2'));
    two.anna.sync();
    two.ben.write("a.bin", &pointer('3'));
    two.ben.git(&["commit", "--quiet", "--all", "-m", "By git"]);
    two.ben.sync();
    assert_eq!(two.ben.read("a.bin"), pointer('2'));
    let held = two.ben.workspace().conflicts().expect("a list");
    assert_eq!(held.iter().map(|held| &held.conflict.place).collect::<Vec<_>>(), [&Place::File]);
    let ids = [held[0].conflict.id()];
    two.ben.workspace().resolve(&ids, &Take::Both).expect_err("two pointers are none");
    two.ben.workspace().resolve(&ids, &Take::Theirs).expect("it is settled");
    assert!([pointer('2'), pointer('3')].contains(&two.ben.read("a.bin")));
    two.ben.assert_clean();
}

#[test]
fn content_in_the_place_of_a_pointer_is_left_to_git_and_named() {
    let two = two();
    two.ben.write("a.bin", "what was drawn");
    two.ben.replace(FILE, "name: One", "name: Ben's");
    let status = two.ben.workspace().status().expect("a status");
    assert_eq!(status.left_to_git.iter().map(|left| left.0.to_string()).collect::<Vec<_>>(), ["a.bin"]);
    two.ben.workspace().commit(&CommitRequest::default()).expect("a commit");
    assert_eq!(two.ben.git(&["show", "HEAD:a.bin"]), pointer('1').trim());
    assert_eq!(two.ben.read("a.bin"), "what was drawn");
}

#[test]
fn a_file_of_lfs_that_comes_in_does_not_stop_the_rest() {
    let two = Two::with(&[(FILE, COLLECTION), (".gitattributes", "*.bin filter=lfs\n")]);
    let bare = two.server.repo_path(crate::support::REPOSITORY);
    let other = two.anna.home.folder("other");
    two.anna.home.git(&other, ["clone", "--quiet", bare.to_str().expect("UTF-8"), "."]);
    std::fs::write(other.join("big.bin"), "version https://git-lfs.github.com/spec/v1\n").expect("a file");
    two.anna.home.git(&other, ["add", "--all"]);
    two.anna.home.git(&other, ["commit", "--quiet", "-m", "A large file"]);
    two.anna.home.git(&other, ["push", "--quiet", "origin", "main"]);
    two.ben.replace(FILE, "name: One", "name: Ben's");
    two.ben.sync();
    assert!(two.ben.workspace().status().expect("a status").unfinished.is_none());
    two.anna.home.git(&other, ["pull", "--quiet", "--rebase"]);
    std::fs::write(other.join("big.bin"), "version https://git-lfs.github.com/spec/v1\noid 2\n")
        .expect("a file");
    two.anna.home.git(&other, ["commit", "--quiet", "--all", "-m", "A larger file"]);
    two.anna.home.git(&other, ["push", "--quiet", "origin", "main"]);
    two.ben.sync();
    assert!(two.ben.workspace().status().expect("a status").unfinished.is_none());
}
