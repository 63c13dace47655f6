//! Something in `.git` is damaged: it is named, nothing is written over, and when it is mended all goes on.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use syncline_testkit::GitServer;

use crate::support::Installation;

/// How a file is damaged.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Damage {
    Missing,
    Empty,
    Short,
    Flipped,
    /// Other text: an id of nothing, say.
    Other(&'static str),
}

const OF_OBJECTS: [Damage; 4] = [Damage::Missing, Damage::Empty, Damage::Short, Damage::Flipped];

/// An id that no object has.
const OF_NOTHING: Damage = Damage::Other("1234567890123456789012345678901234567890\n");

/// Somebody with work that is not committed, and a remote that has the rest.
struct Scene {
    _server: GitServer,
    here: Installation,
}

impl Scene {
    fn new() -> Self {
        let server = GitServer::start();
        server.create_open_repo("team/library");
        let here = Installation::with_collection();
        here.write("other.yaml", "a: 1\n");
        here.syncline(["commit", "-m", "Add another"]).expect_code(0);
        here.syncline(["connect", &server.url("team/library")]).expect_code(0);
        here.replace("library.yaml", "/loans", "/lendings");
        Self { _server: server, here }
    }

    fn in_git(&self, path: &str) -> PathBuf {
        self.here.folder.join(".git").join(path)
    }

    fn object(&self, revision: &str) -> (String, PathBuf) {
        let id = self.here.git(["rev-parse", revision]);
        let path = self.in_git(&format!("objects/{}/{}", &id[..2], &id[2..]));
        (id, path)
    }

    /// What must be there whatever the commands said: files and refs.
    fn untouched(&self) -> (String, Vec<(PathBuf, Vec<u8>)>) {
        let mut refs = Vec::new();
        collect(&self.in_git("refs"), &mut refs);
        (self.here.read("library.yaml"), refs)
    }

    /// Each of these names what is damaged and a next step, with exit code 7, and changes nothing.
    fn expect_told(&self, name: &str, commands: &[&[&str]]) {
        let before = self.untouched();
        for command in commands {
            let ran = self.here.syncline(*command).expect_code(7);
            let told = ran.stderr();
            let told_whole = String::from_utf8_lossy(&ran.output.stderr).into_owned();
            assert!(
                told_whole.contains(name) && told.contains("hint: "),
                "{command:?}, {name}: {told_whole}"
            );
            assert_eq!(self.untouched(), before, "{command:?}, {name}");
        }
    }

    fn expect_goes_on(&self) {
        self.here.syncline(["sync", "-m", "Change"]).expect_code(0);
        assert!(self.here.git(["show", "origin/main:library.yaml"]).contains("/lendings"));
        assert_eq!(self.here.git(["status", "--porcelain"]), "");
        self.here.git(["fsck", "--strict", "--no-progress"]);
    }
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            found.push((path.clone(), fs::read(&path).expect("a file")));
        }
    }
    found.sort();
}

/// Damages a file; answers what it was.
fn damage(path: &Path, damage: Damage) -> Vec<u8> {
    let whole = fs::read(path).unwrap_or_default();
    if damage == Damage::Missing {
        fs::remove_file(path).expect("it is there");
        return whole;
    }
    let bytes = match damage {
        Damage::Short => whole[..whole.len() / 2].to_vec(),
        Damage::Flipped => {
            let mut bytes = whole.clone();
            bytes[whole.len() / 2] ^= 0x55;
            bytes
        }
        Damage::Other(text) => text.as_bytes().to_vec(),
        Damage::Missing | Damage::Empty => Vec::new(),
    };
    fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("it can be written");
    if path.exists() {
        // Git makes objects that cannot be written.
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).expect("it is ours");
    }
    fs::write(path, bytes).expect("it can be written");
    whole
}

const WRITING: [&[&str]; 2] = [&["commit", "-m", "Change"], &["sync", "-m", "Change"]];

#[test]
fn a_damaged_object_is_named_and_fetched_again() {
    for revision in ["HEAD:library.yaml", "HEAD:", "HEAD"] {
        for kind in OF_OBJECTS {
            let scene = Scene::new();
            let (id, path) = scene.object(revision);
            damage(&path, kind);
            scene.expect_told(&id, &[&["status"], &["diff"], WRITING[0], WRITING[1]]);
            if revision == "HEAD:library.yaml" {
                // What needs no such object can be read.
                scene.here.syncline(["branch"]).expect_code(0);
                scene.here.syncline(["operations"]).expect_code(0);
            }
            let _ = fs::remove_file(&path);
            scene.here.git(["fetch", "--quiet", "--refetch"]);
            scene.expect_goes_on();
        }
    }
}

#[test]
fn a_commit_under_the_name_of_another_is_damaged() {
    let scene = Scene::new();
    let ((id, path), (_, other)) = (scene.object("HEAD"), scene.object("HEAD~1"));
    fs::remove_file(&path).expect("it is there");
    fs::copy(other, &path).expect("it can be copied");
    scene.expect_told(&id, &[&["status"], &["log"], WRITING[0], WRITING[1]]);
}

#[test]
fn a_damaged_commit_of_long_ago_is_named_where_it_is_met() {
    for kind in OF_OBJECTS {
        let scene = Scene::new();
        let (id, path) = scene.object("HEAD~1");
        damage(&path, kind);
        scene.here.syncline(["status"]).expect_code(0);
        scene.here.syncline(["diff"]).expect_code(0);
        // Where a walk meets it, its file is named.
        scene.expect_told(&id[2..], &[&["log"]]);
        let ran = scene.here.syncline(WRITING[1]).expect_code(7);
        assert!(String::from_utf8_lossy(&ran.output.stderr).contains("damaged"), "{}", ran.transcript());
        let _ = fs::remove_file(&path);
        scene.here.git(["fetch", "--quiet", "--refetch"]);
        scene.expect_goes_on();
    }
}

#[test]
fn a_damaged_pack_is_told() {
    for kind in [Damage::Short, Damage::Flipped] {
        let scene = Scene::new();
        scene.here.git(["repack", "-q", "-a", "-d"]);
        let folder = fs::read_dir(scene.in_git("objects/pack")).expect("a folder");
        let pack = folder.map(|entry| entry.expect("an entry").path());
        let pack =
            pack.into_iter().find(|path| path.extension().is_some_and(|it| it == "pack")).expect("a pack");
        let whole = damage(&pack, kind);
        scene.expect_told("object", &[&["diff"], WRITING[0], WRITING[1]]);
        fs::write(&pack, whole).expect("it can be written");
        scene.expect_goes_on();
    }
}

#[test]
fn a_damaged_ref_is_named() {
    for (path, named) in [("refs/heads/main", "refs/heads/main"), ("HEAD", "HEAD")] {
        for kind in [Damage::Empty, Damage::Other("nonsense\n")] {
            let scene = Scene::new();
            let whole = damage(&scene.in_git(path), kind);
            scene.expect_told(named, &[&["status"], WRITING[0], WRITING[1]]);
            fs::write(scene.in_git(path), whole).expect("it can be written");
            scene.expect_goes_on();
        }
    }
    let scene = Scene::new();
    let whole = damage(&scene.in_git("refs/heads/main"), OF_NOTHING);
    scene.expect_told("1234567890", &[&["status"], WRITING[0], WRITING[1]]);
    fs::write(scene.in_git("refs/heads/main"), whole).expect("it can be written");
    scene.expect_goes_on();
}

#[test]
fn a_damaged_index_is_no_full_disk() {
    for kind in [Damage::Empty, Damage::Short] {
        let scene = Scene::new();
        damage(&scene.in_git("index"), kind);
        scene.expect_told(".git/index", &[&["status"], &["diff"], WRITING[0], WRITING[1]]);
        scene.here.syncline(["log"]).expect_code(0);
        fs::remove_file(scene.in_git("index")).expect("it is there");
        scene.expect_goes_on();
    }
}

#[test]
fn a_damaged_record_of_ours_is_named() {
    let records: [(&str, &[&str]); 4] = [
        ("refs/syncline/operations", &["operations"]),
        ("refs/syncline/problems/main", &["status"]),
        ("refs/syncline/conflicts/main", &["conflicts"]),
        ("refs/syncline/pending", &["status"]),
    ];
    for (name, reading) in records {
        for (kind, named) in [(Damage::Empty, name), (OF_NOTHING, "1234567890")] {
            let scene = Scene::new();
            let path = scene.in_git(name);
            let was_there = path.exists();
            let whole = damage(&path, kind);
            scene.expect_told(named, &[reading, WRITING[0]]);
            for command in [&["diff"][..], &["log"], &["branch"]] {
                scene.here.syncline(command).expect_code(0);
            }
            if was_there {
                fs::write(&path, whole).expect("it can be written");
            } else {
                fs::remove_file(&path).expect("it is there");
            }
            scene.expect_goes_on();
        }
    }
}

#[test]
fn settings_of_git_that_are_none_were_told_as_no_remote() {
    let scene = Scene::new();
    let path = scene.in_git("config");
    let settings = fs::read_to_string(&path).expect("it is there");
    let untouched = scene.untouched();
    for nonsense in ["nonsense\n", "a = b\n", "\0\0\0\0", "[remote \"origin\n", "[core]\n\tbare = x\n["] {
        fs::write(&path, nonsense).expect("it is ours");
        for command in [&["status"][..], &["pull"], &["sync", "-m", "Mine"], &["doctor"]] {
            let said = scene.here.syncline(command).expect_code(7).transcript();
            assert!(said.contains("git's settings in [HOME]/work"), "{nonsense:?} {command:?}: {said}");
            assert!(said.contains("hint: mend that file"), "{nonsense:?} {command:?}: {said}");
        }
    }
    fs::remove_file(&path).and_then(|()| fs::create_dir(&path)).expect("it is ours");
    let said = scene.here.syncline(["pull"]).expect_code(7).transcript();
    assert!(said.contains("git's settings in [HOME]/work/.git/config cannot be read"), "{said}");
    fs::remove_dir(&path).expect("it is empty");
    fs::write(&path, settings).expect("it is ours");
    assert_eq!(scene.untouched(), untouched);
    scene.here.syncline(["sync", "-m", "Mine"]).expect_code(0);
}
