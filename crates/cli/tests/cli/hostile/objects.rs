//! Objects and refs that git would never write: each command says so, and writes nothing.

use std::fs;
use std::path::PathBuf;

use super::{Scene, entry};

/// Deeper than any path that a file can have.
const DEPTH: usize = 10_000;

/// Modes, names and ids.
type Entries<'a> = &'a [(&'a str, &'a str, &'a str)];

/// What is done to the bytes of a file.
type Damage<'a> = &'a dyn Fn(&mut Vec<u8>);

impl Scene {
    /// Nobody takes what a branch of the remote, as it was last fetched, has; and nothing is written.
    fn expect_damaged(&self, branch: &str, told: &str) {
        let commands: &[&[&str]] =
            &[&["show", &format!("origin/{branch}")], &["merge", branch], &["branch", "switch", branch]];
        for command in commands {
            let before = self.all();
            let ran = self.here.syncline(*command);
            assert_eq!(ran.code(), 7, "{branch}: {command:?}: {}", ran.transcript());
            assert!(ran.stderr().contains(told), "{branch}: {command:?}: {}", ran.stderr());
            assert!(ran.stderr().len() < 1_000, "{branch}: {command:?}: {}", ran.stderr());
            assert_eq!(self.all(), before, "{branch}: {command:?}");
        }
    }

    /// A tree in a tree in a tree, down to one file. Their ids depend on each other: git makes them, all at once.
    fn deep_tree(&self, blob: &str) -> String {
        let path = "d/".repeat(DEPTH - 1) + "f.yaml";
        let stream = format!(
            "commit refs/heads/scratch\ncommitter A <a> 1 +0000\ndata 1\nx\nM 100644 {blob} {path}\n\n"
        );
        self.git(&["fast-import", "--quiet", "--force"], stream.as_bytes());
        let tree = self.git(&["rev-parse", "scratch^{tree}"], b"");
        self.git(&["update-ref", "-d", "refs/heads/scratch"], b"");
        tree
    }
}

/// In a tree that is not sorted, or has a name twice, entries are not found where they are looked for: merges were
/// wrong, and what they wrote was broken.
#[test]
fn a_tree_out_of_order_was_merged() {
    let scene = Scene::new();
    let a = scene.object("blob", b"a: 1\n");
    let b = scene.object("blob", b"b: 1\n");
    let folder = scene.object("tree", &entry("100644", "y.yaml", &a));
    let link = scene.object("blob", b"/etc");
    let cases: &[(&str, Entries<'_>, &str)] = &[
        ("unsorted", &[("100644", "z.yaml", &a), ("100644", "b.yaml", &b)], "not in order"),
        ("unsorted-folder", &[("40000", "b", &folder), ("100644", "b.yaml", &b)], "not in order"),
        ("twice", &[("100644", "x.yaml", &a), ("100644", "x.yaml", &b)], "one name twice"),
        ("link-and-folder", &[("120000", "x", &link), ("40000", "x", &folder)], "one name twice"),
        (
            "apart",
            &[("120000", "x", &link), ("100644", "x.a", &a), ("40000", "x", &folder)],
            "one name twice",
        ),
    ];
    for (branch, entries, told) in cases {
        scene.push_tree(branch, entries);
        scene.here.syncline(["fetch"]).expect_code(0);
        scene.expect_damaged(branch, told);
    }
    scene.expect_that_work_goes_on("all");
}

/// What is no blob was found when half of the files were written, and each later command ended with it.
#[test]
fn an_object_of_another_kind_stopped_a_merge_half_way() {
    let scene = Scene::new();
    let blob = scene.object("blob", b"a: 1\n");
    let folder = scene.object("tree", &entry("100644", "y.yaml", &blob));
    let whole = entry("100644", "x.yaml", &blob);
    let cases: &[(&str, Vec<u8>)] = &[
        ("file-is-a-folder", entry("100644", "x.yaml", &folder)),
        ("folder-is-a-file", entry("40000", "x", &blob)),
        ("missing-file", entry("100644", "x.yaml", &"12".repeat(20))),
        ("missing-folder", entry("40000", "x", &"12".repeat(20))),
        ("cut", whole[..whole.len() - 4].to_vec()),
        ("no-name", b"100644 x".to_vec()),
        ("nothing", b"\0".to_vec()),
    ];
    // A fetch looks at what it takes; who shares a folder of objects does not.
    scene.share_objects();
    let main = scene.git(&["rev-parse", "main"], b"");
    for (branch, bytes) in cases {
        let tree = scene.object("tree", bytes);
        let commit =
            format!("tree {tree}\nparent {main}\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nHostile\n");
        let commit = scene.object("commit", commit.as_bytes());
        scene.here.write(&format!(".git/refs/remotes/origin/{branch}"), &format!("{commit}\n"));
        scene.expect_damaged(branch, "git fsck");
    }
    scene.expect_that_work_goes_on("all");
}

/// Each level took some of the stack, until there was none left.
#[test]
fn a_folder_ten_thousand_deep_used_up_the_stack() {
    let scene = Scene::new();
    let blob = scene.object("blob", b"a: 1\n");
    let tree = scene.deep_tree(&blob);
    let target = scene.object("blob", b"d");
    scene.push_tree("deep", &[("40000", "d", &tree), ("120000", "link", &target)]);
    let ran = scene.here.syncline(["clone", &format!("file://{}", scene.remote), "copy", "--branch", "deep"]);
    assert!(
        ran.stderr().contains("deeper than git goes"),
        "it was told as a connection that was cut: {}",
        ran.stderr()
    );
    assert_eq!(ran.code(), 7);
    // Git's own limit is about what goes over the network.
    scene.here.git(["config", "--global", "core.maxTreeDepth", "1000000"]);
    scene.here.syncline(["fetch"]).expect_code(0);
    scene.expect_damaged("deep", "longer than 4095 bytes");
    let head = scene.here.git(["rev-parse", "refs/remotes/origin/deep"]);
    scene.here.git(["update-ref", "refs/heads/deep", &head]);
    scene.here.git(["symbolic-ref", "HEAD", "refs/heads/deep"]);
    for command in
        [&["status"][..], &["log"], &["problems"], &["commit", "-y", "-m", "Mine"], &["sync", "-y"]]
    {
        let ran = scene.here.syncline(command);
        assert!(matches!(ran.code(), 0 | 7), "{command:?}: {}", ran.transcript());
    }
    scene.here.git(["symbolic-ref", "HEAD", "refs/heads/main"]);
    scene.expect_that_work_goes_on("all");
}

#[cfg(unix)]
#[test]
fn names_of_devices_are_names_like_others_here() {
    let scene = Scene::new();
    let blob = scene.object("blob", b"a: 1\n");
    let names = ["CON.yaml", "aux", "com1.yaml", "conin$", "lpt1", "nul.txt", "prn"];
    let entries: Vec<_> = names.iter().map(|name| ("100644", *name, blob.as_str())).collect();
    scene.push_tree("main", &entries);
    scene.here.syncline(["pull"]).expect_code(0);
    for name in names {
        assert_eq!(scene.here.read(name), "a: 1\n", "{name}");
    }
    scene.expect_that_work_goes_on("all");
}

/// Names that no file system takes, and links that are no paths. One that was too long was found half way.
#[test]
fn what_cannot_be_written_is_refused_before_anything_is() {
    let scene = Scene::new();
    let blob = scene.object("blob", b"a: 1\n");
    let long = scene.object("blob", "a/".repeat(100_000).as_bytes());
    let nul = scene.object("blob", b"a\0/../../../etc");
    let name = "n".repeat(300);
    scene.push_tree("name", &[("100644", &name, &blob)]);
    scene.push_tree("target", &[("120000", "link", &long)]);
    scene.push_tree("nul", &[("120000", "link", &nul)]);
    scene.here.syncline(["fetch"]).expect_code(0);
    for branch in ["target", "nul"] {
        let before = scene.all();
        for command in [&["merge", branch][..], &["branch", "switch", branch]] {
            let ran = scene.here.syncline(command).expect_code(7);
            assert!(ran.stderr().len() < 1_000, "{}", ran.stderr());
        }
        assert_eq!(scene.all(), before, "{branch}");
    }
    for command in [&["merge", "name"][..], &["branch", "switch", "name"]] {
        scene.here.syncline(command).expect_code(3);
    }
    scene.expect_that_work_goes_on("all");
}

#[test]
fn links_in_a_circle_are_links() {
    let scene = Scene::new();
    let [l, m] = [b"l", b"m"].map(|target| scene.object("blob", target));
    let names = [".gitattributes", ".gitignore", ".syncline.toml", "l", "library.yaml", "m"];
    let entries = names.map(|name| ("120000", name, if name == "m" { l.as_str() } else { m.as_str() }));
    scene.push_tree("main", &entries);
    for command in ["pull", "status"] {
        let ran = scene.here.syncline([command]);
        assert!((0..8).contains(&ran.code()), "{command}: {}", ran.transcript());
    }
}

/// Symbolic refs in a circle, names like options, and a HEAD that leads out.
#[test]
fn refs_that_lead_nowhere_are_told() {
    let scene = Scene::new();
    scene.here.write(".git/refs/heads/a", "ref: refs/heads/b\n");
    scene.here.write(".git/refs/heads/b", "ref: refs/heads/a\n");
    let commands: &[&[&str]] = &[
        &["branch", "switch", "a"],
        &["merge", "a"],
        &["branch", "delete", "a"],
        &["branch", "rename", "a", "c"],
    ];
    for command in commands {
        let ran = scene.here.syncline(*command).expect_code(7);
        assert!(ran.stderr().contains("leads in a circle"), "{}", ran.stderr());
    }
    scene.expect_that_work_goes_on("a circle beside");
    let heads = [
        "ref: refs/heads/a",
        "ref: HEAD",
        "ref: ../../../etc/passwd",
        "ref: refs/heads/../../../x",
        "ref: /etc/passwd",
        "ref: refs/heads/-x",
        "ref: -x",
        "ref: refs/tags/x",
        "ref: refs/heads/\u{1b}[31mx",
        "nothing",
        "",
    ];
    for head in heads {
        scene.here.write(".git/HEAD", &format!("{head}\n"));
        for command in
            [&["status"][..], &["commit", "-m", "Mine"], &["log"], &["sync"], &["branch"], &["doctor"]]
        {
            let ran = scene.here.syncline(command);
            assert_eq!(ran.code(), 7, "{head:?}: {command:?}: {}", ran.transcript());
            assert!(!ran.transcript().contains('\u{1b}'), "{head:?}");
        }
    }
    scene.here.write(".git/HEAD", "ref: refs/heads/main\n");
    scene.expect_that_work_goes_on("all");
}

/// Names of branches that a remote may have, and that look like options or steer a terminal.
#[test]
fn branches_of_a_remote_that_are_named_like_options() {
    let scene = Scene::new();
    let main = scene.git(&["rev-parse", "main"], b"");
    for name in ["-x", "--upload-pack=touch mark", "-c", "\u{202e}x", "@{0}", "HEAD"] {
        let path = PathBuf::from(&scene.remote).join("refs/heads").join(name);
        fs::write(path, format!("{main}\n")).expect("the home can be written");
    }
    for command in [&["fetch"][..], &["branch"], &["branch", "--all"], &["status"], &["sync"], &["doctor"]] {
        let ran = scene.here.syncline(command);
        assert!((0..8).contains(&ran.code()), "{command:?}: {}", ran.transcript());
        assert!(!ran.transcript().contains('\u{202e}'), "{command:?}: {}", ran.transcript());
    }
    assert!(!scene.here.folder.join("mark").exists());
    scene.expect_that_work_goes_on("all");
}

/// Cut, or with a byte that is another one: never a panic, never a wrong answer.
#[test]
fn broken_packs_are_told() {
    let scene = Scene::new();
    let text = "b: 1\n".repeat(1_000);
    scene.here.write("b.yaml", &text);
    scene.here.syncline(["commit", "-q", "-m", "More"]).expect_code(0);
    scene.here.git(["repack", "-q", "-a", "-d"]);
    let folder = scene.here.folder.join(".git/objects/pack");
    let files: Vec<PathBuf> =
        fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    let damages: &[Damage<'_>] = &[
        &|bytes| bytes.truncate(bytes.len() / 2),
        &|bytes| bytes.clear(),
        &|bytes| bytes.iter_mut().skip(12).step_by(7).for_each(|byte| *byte ^= 0x55),
        &|bytes| bytes[..12].fill(0xff),
    ];
    for path in files {
        let whole = fs::read(&path).expect("a file");
        let permissions = fs::metadata(&path).expect("a file").permissions();
        for (number, damage) in damages.iter().enumerate() {
            let mut bytes = whole.clone();
            damage(&mut bytes);
            fs::remove_file(&path).expect("the folder can be written");
            fs::write(&path, &bytes).expect("the folder can be written");
            for command in
                [&["status"][..], &["log"], &["show"], &["commit", "-m", "Mine"], &["sync"], &["doctor"]]
            {
                let ran = scene.here.syncline(command);
                let what = format!("{}: {number}: {command:?}: {}", path.display(), ran.transcript());
                assert!((0..8).contains(&ran.code()), "{what}");
            }
            assert_eq!(scene.here.read("b.yaml"), text);
        }
        fs::write(&path, whole).expect("the folder can be written");
        fs::set_permissions(&path, permissions).expect("it is ours");
    }
    scene.expect_that_work_goes_on("all");
}
