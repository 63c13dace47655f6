//! Objects and trees, read back by git.

use std::fs;

use syncline_repo::{BlobId, Entry, Mode, ObjectId, RepoError, Repository, TreeId};

use crate::lab::{Lab, branch, path};

fn file(repository: &Repository, content: &str) -> Entry {
    Entry { mode: Mode::File, id: repository.write_blob(content.as_bytes()).unwrap() }
}

fn names(lab: &Lab, tree: TreeId) -> Vec<String> {
    let listing = lab.git(["ls-tree", "-r", "--name-only", &tree.to_string()]);
    listing.lines().map(ToOwned::to_owned).collect()
}

#[test]
fn new_objects_are_seen_at_once_and_by_git_after_a_flush() {
    let lab = Lab::new();
    let repository = lab.open();
    let id = repository.write_blob(b"hello").unwrap();
    assert_eq!(repository.read_blob(id).unwrap(), b"hello");
    assert_eq!(repository.blob_size(id).unwrap(), 5);
    assert_eq!(repository.clone().read_blob(id).unwrap(), b"hello", "clones share them");
    let is_there =
        |id: BlobId| lab.home.try_git(&lab.dir, ["cat-file", "-e", &id.to_string()]).status.success();
    assert!(!is_there(id));
    repository.flush().unwrap();
    assert!(is_there(id));
    assert_eq!(lab.open().read_blob(id).unwrap(), b"hello");
    repository.write_blob(b"hello").unwrap();
    repository.flush().unwrap();
    lab.assert_sound();
}

#[test]
fn many_objects_become_one_pack_that_git_reads() {
    let lab = Lab::new();
    let repository = lab.open();
    let content = |number: usize| format!("{number}\n").repeat(number % 700);
    let entries: Vec<_> = (0..5000)
        .map(|number| (path(&format!("{}/{number}", number % 7)), Some(file(&repository, &content(number)))))
        .collect();
    let tree = repository.edit_tree(None, &entries).unwrap();
    repository.flush().unwrap();
    assert_eq!(names(&lab, tree).len(), 5000);
    let packs = fs::read_dir(lab.dir.join(".git/objects/pack")).unwrap().count();
    assert_eq!(packs, 2, "a pack and its index");
    let id = entries[4321].1.unwrap().id;
    assert_eq!(lab.git(["cat-file", "blob", &id.to_string()]), content(4321).trim_end_matches('\n'));
    let pack = fs::read_dir(lab.dir.join(".git/objects/pack")).unwrap().map(|entry| entry.unwrap().path());
    let index = pack.into_iter().find(|path| path.extension().is_some_and(|e| e == "idx")).unwrap();
    lab.git(["verify-pack", index.to_str().unwrap()]);
    lab.assert_sound();
}

#[test]
fn a_large_blob_goes_to_disk_early() {
    let lab = Lab::new();
    let repository = lab.open();
    let id = repository.write_blob(&vec![b'x'; 100 << 20]).unwrap();
    assert_eq!(lab.git(["cat-file", "-s", &id.to_string()]), (100 << 20).to_string());
}

#[test]
fn what_is_missing_or_of_another_kind_is_said() {
    let lab = Lab::new();
    lab.write("a", "1");
    let commit = lab.commit("first");
    let repository = lab.open();
    let nothing = BlobId::hash_of(b"never written");
    assert!(
        matches!(repository.read_blob(nothing), Err(RepoError::MissingObject(id)) if id == nothing.into())
    );
    let wrong = ObjectId::from(commit).as_blob();
    let error = repository.read_blob(wrong).unwrap_err();
    assert_eq!(error.to_string(), format!("object {commit} cannot be read: it is a commit, not a blob"));
}

#[test]
fn trees_are_edited_as_git_would() {
    let lab = Lab::new();
    for name in ["a", "b/c", "b/d/e", "f-g", "f/g", "f.g"] {
        lab.write(name, "1");
    }
    lab.commit("first");
    let repository = lab.open();
    let base: TreeId = lab.git(["rev-parse", "HEAD^{tree}"]).parse().unwrap();
    assert_eq!(repository.edit_tree(Some(base), &[]).unwrap(), base);
    let two = Some(file(&repository, "2"));
    let edited = repository
        .edit_tree(
            Some(base),
            &[
                (path("b/d/e"), None),
                (path("b/new/x"), two),
                (path("a"), None),
                (path("a/now/folder"), two),
                (path("f"), two),
                (path("nothing"), None),
                (path("nothing/at/all"), None),
                (path("b"), None),
            ],
        )
        .unwrap();
    repository.flush().unwrap();
    assert_eq!(names(&lab, edited), ["a/now/folder", "b/c", "b/new/x", "f", "f-g", "f.g"]);
    for changed in ["a", "b/d/e", "f/g"] {
        lab.remove(changed);
    }
    fs::remove_dir_all(lab.dir.join("f")).unwrap();
    for changed in ["b/new/x", "a/now/folder", "f"] {
        lab.write(changed, "2");
    }
    assert_eq!(lab.tree_by_git(), edited.to_string());
    let clash = [(path("x"), two), (path("x/y"), two)];
    assert!(matches!(repository.edit_tree(None, &clash), Err(RepoError::EditTree { .. })));
    let emptied = repository.edit_tree(None, &[]).unwrap();
    assert_eq!(emptied.to_string(), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    lab.assert_sound();
}

#[test]
fn trees_are_read_and_compared() {
    let lab = Lab::new();
    for name in ["a", "b/c", "b/d/e", "g", "z/y/x"] {
        lab.write(name, "1");
    }
    lab.commit("first");
    let repository = lab.open();
    let old: TreeId = lab.git(["rev-parse", "HEAD^{tree}"]).parse().unwrap();
    let (one, two) = (Some(file(&repository, "1")), Some(file(&repository, "2")));
    let new = repository
        .edit_tree(
            Some(old),
            &[(path("b/d/e"), two), (path("g"), None), (path("g/h"), one), (path("n"), one)],
        )
        .unwrap();
    let listed: Vec<_> =
        repository.entries(new, None).unwrap().into_iter().map(|(path, _)| path.to_string()).collect();
    assert_eq!(listed, ["a", "b/c", "b/d/e", "g/h", "n", "z/y/x"]);
    let under: Vec<_> = repository
        .entries(new, Some(&path("b")))
        .unwrap()
        .into_iter()
        .map(|(path, _)| path.to_string())
        .collect();
    assert_eq!(under, ["b/c", "b/d/e"]);
    assert_eq!(repository.entry_at(new, &path("b/d/e")).unwrap(), two);
    assert_eq!(repository.entry_at(new, &path("b/d")).unwrap(), None);
    assert_eq!(repository.entry_at(new, &path("a/x")).unwrap(), None);
    assert!(repository.folder_at(new, &path("b/d")).unwrap().is_some());
    let first = repository.first_entries(new, None, 2).unwrap();
    assert_eq!(first, repository.entries(new, None).unwrap()[..2]);
    let diff = |under: Option<&str>| -> Vec<(String, bool, bool)> {
        let under = under.map(path);
        let changes = repository.diff_trees(Some(old), Some(new), under.as_ref()).unwrap();
        changes
            .into_iter()
            .map(|change| (change.path.to_string(), change.old.is_some(), change.new.is_some()))
            .collect()
    };
    let entry = |name: &str, old, new| (name.to_owned(), old, new);
    let all = [
        entry("b/d/e", true, true),
        entry("g", true, false),
        entry("g/h", false, true),
        entry("n", false, true),
    ];
    assert_eq!(diff(None), all);
    assert_eq!(diff(Some("b")), all[..1]);
    assert_eq!(diff(Some("b/d/e")), all[..1]);
    assert_eq!(diff(Some("g")), all[1..3]);
    assert_eq!(diff(Some("z")), []);
    assert_eq!(diff(Some("nowhere")), []);
    assert_eq!(repository.diff_trees(None, Some(new), None).unwrap().len(), 6);
    assert_eq!(repository.diff_trees(Some(new), None, None).unwrap().len(), 6);
}

#[test]
fn a_tree_that_names_a_way_out_is_refused() {
    let lab = Lab::new();
    let blob = {
        lab.write("x", "evil");
        lab.git(["hash-object", "-w", "x"])
    };
    let repository = lab.open();
    let empty = repository.edit_tree(None, &[]).unwrap();
    for name in ["..", ".git", ".GIT", "git~1", ".", "a/b"] {
        let mut raw = format!("100644 {name}\0").into_bytes();
        let id: BlobId = blob.parse().unwrap();
        raw.extend_from_slice(id.as_bytes());
        fs::write(lab.home.path().join("tree"), raw).unwrap();
        let file = lab.home.path().join("tree");
        let tree = lab.git(["hash-object", "--literally", "-w", "-t", "tree", file.to_str().unwrap()]);
        let tree: TreeId = tree.parse().unwrap();
        assert!(matches!(repository.entries(tree, None), Err(RepoError::UnsafePath(_))), "{name}");
        for (old, new) in [(Some(empty), Some(tree)), (Some(tree), None), (None, Some(tree))] {
            let diff = repository.diff_trees(old, new, None);
            assert!(matches!(diff, Err(RepoError::UnsafePath(_))), "{name}: {diff:?}");
        }
    }
}

#[test]
fn repositories_are_made_and_found_as_git_does() {
    let lab = Lab::new();
    let made = lab.home.path().join("made/deep");
    let repository = Repository::init(&made, &branch("trunk")).unwrap();
    assert_eq!(lab.home.git(&made, ["symbolic-ref", "HEAD"]), "refs/heads/trunk");
    assert_eq!(lab.home.git(&made, ["status", "--porcelain"]), "");
    assert_eq!(repository.work_tree().unwrap().canonicalize().unwrap(), made.canonicalize().unwrap());
    fs::write(made.join("kept"), "x").unwrap();
    Repository::init(&made, &branch("other")).unwrap();
    assert_eq!(
        lab.home.git(&made, ["symbolic-ref", "HEAD"]),
        "refs/heads/trunk",
        "an old one stays as it is"
    );
    fs::create_dir_all(made.join("sub/sub")).unwrap();
    assert!(Repository::open(&made.join("sub/sub")).is_ok());
    let up: std::path::PathBuf = std::env::current_dir().unwrap().iter().skip(1).map(|_| "..").collect();
    let relative = up.join(made.strip_prefix("/").unwrap());
    let opened = Repository::open(&relative).unwrap();
    assert_eq!(opened.git_dir(), made.canonicalize().unwrap().join(".git"));
    let link = lab.home.path().join("link");
    std::os::unix::fs::symlink(made.join("sub"), &link).unwrap();
    assert_eq!(Repository::open(&link).unwrap().git_dir(), opened.git_dir());
    let bare = lab.home.path().join("bare.git");
    let repository = Repository::init_bare(&bare, &branch("main")).unwrap();
    assert_eq!(repository.work_tree(), None);
    assert_eq!(lab.home.git(&bare, ["rev-parse", "--is-bare-repository"]), "true");
    let nowhere = lab.home.folder("nowhere");
    assert!(matches!(Repository::open(&nowhere), Err(RepoError::NotARepository(_))));
    assert!(Repository::open(&nowhere.join("missing")).is_err());
    fs::write(nowhere.join(".git"), "nonsense").unwrap();
    assert!(Repository::open(&nowhere).is_err());
}

#[test]
fn reftable_is_refused_with_what_to_do() {
    let lab = Lab::new();
    let dir = lab.home.folder("reftable");
    let made = lab.home.try_git(&dir, ["init", "--quiet", "--ref-format=reftable"]);
    if !made.status.success() {
        println!("skipped: this git has no reftable");
        return;
    }
    let error = Repository::open(&dir).unwrap_err();
    assert!(error.to_string().contains("reftable"), "{error}");
}

#[test]
fn a_repository_of_another_user_is_not_trusted() {
    let lab = Lab::new();
    lab.write("a", "1");
    lab.commit("first");
    if std::os::unix::fs::chown(lab.dir.join(".git"), Some(12345), None).is_err() {
        println!("skipped: this user cannot give a folder away");
        return;
    }
    let error = Repository::open(&lab.dir).unwrap_err();
    assert!(matches!(error, RepoError::DubiousOwnership(_)), "{error:?}");
}

#[test]
fn a_linked_work_tree_has_its_own_head_and_index() {
    let lab = Lab::new();
    lab.write("a", "1");
    lab.commit("first");
    let linked = lab.home.path().join("linked");
    lab.git(["worktree", "add", "--quiet", "-b", "side", linked.to_str().unwrap()]);
    let lab = Lab { dir: linked, ..lab };
    lab.write("b", "1");
    lab.commit_by_us("second");
    assert_eq!(lab.status(), "");
    assert_eq!(lab.git(["log", "--format=%s %D", "-1"]), "second HEAD -> side");
    let main = lab.home.path().join("work");
    assert_eq!(lab.home.git(&main, ["status", "--porcelain", "--branch"]), "## main");
    lab.assert_sound();
}

#[test]
fn packs_that_come_later_are_found() {
    let lab = Lab::new();
    lab.write("a", "1");
    lab.commit("first");
    let repository = lab.open();
    for number in 0..36 {
        lab.write("a", format!("{number}"));
        lab.commit("next");
        lab.git(["repack", "-q", "-d"]);
        let id = BlobId::hash_of(number.to_string().as_bytes());
        assert_eq!(repository.read_blob(id).unwrap(), number.to_string().as_bytes(), "pack {number}");
    }
    lab.git(["gc", "--quiet", "--prune=now"]);
    assert_eq!(repository.read_blob(BlobId::hash_of(b"7")).unwrap(), b"7");
    assert_eq!(repository.history(&[repository.head().unwrap().commit().unwrap()], &[]).unwrap().count(), 37);
}

#[test]
fn what_is_wrong_with_a_place_is_said() {
    let lab = Lab::new();
    let sha256 = lab.home.folder("sha256");
    lab.home.git(&sha256, ["init", "--quiet", "--object-format=sha256"]);
    let broken = lab.home.folder("broken");
    lab.home.git(&broken, ["init", "--quiet"]);
    fs::write(broken.join(".git/config"), "[core\nnonsense").unwrap();
    let missing = lab.home.path().join("missing");
    let error = |place| Repository::open(place).unwrap_err();
    assert_eq!(
        error(&sha256).to_string(),
        "the repository uses SHA-256 object ids, which Syncline does not support yet"
    );
    assert!(matches!(error(&broken), RepoError::Settings { path, .. } if path == broken));
    assert!(matches!(error(&missing), RepoError::NotARepository(path) if path == missing));
}
