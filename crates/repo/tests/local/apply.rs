//! The same commit put into the folder by `git checkout` and by us.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use syncline_repo::{Apply, BlobId, Entry, Mode, RepoError, Repository};

use crate::lab::{Lab, path, set_executable};

/// All files below a folder with their content, mode and link targets.
fn listing(folder: &Path) -> Vec<String> {
    fn visit(top: &Path, folder: &Path, out: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let file = entry.unwrap().path();
            let name = file.strip_prefix(top).unwrap().display().to_string();
            let metadata = fs::symlink_metadata(&file).unwrap();
            if name == ".git" {
                continue;
            }
            if metadata.is_dir() {
                out.push(format!("{name}/"));
                visit(top, &file, out);
            } else if metadata.is_symlink() {
                out.push(format!("{name} -> {}", fs::read_link(&file).unwrap().display()));
            } else {
                use std::os::unix::fs::PermissionsExt;
                let mode = metadata.permissions().mode();
                out.push(format!("{name} {mode:o} {:?}", fs::read(&file).unwrap()));
            }
        }
    }
    let mut out = Vec::new();
    visit(folder, folder, &mut out);
    out.sort();
    out
}

/// Both states are committed by git; then from the first to the second and back, by git and by us.
fn same(name: &str, configure: &[(&str, &str)], first: impl FnOnce(&Lab), second: impl FnOnce(&Lab)) {
    let lab = Lab::new();
    first(&lab);
    let a = lab.commit("first");
    second(&lab);
    let b = lab.commit("second");
    for (key, value) in configure {
        lab.git(["config", key, value]);
    }
    let by_git = |commit: &str| {
        lab.git(["checkout", "--quiet", "--force", "--detach", commit]);
        // Written anew, by the settings and attributes of now.
        lab.git(["rm", "--quiet", "-r", "--cached", "."]);
        for entry in fs::read_dir(&lab.dir).unwrap().map(Result::unwrap) {
            if entry.file_name() != ".git" {
                let removed = if entry.file_type().unwrap().is_dir() {
                    fs::remove_dir_all(entry.path())
                } else {
                    fs::remove_file(entry.path())
                };
                removed.unwrap();
            }
        }
        lab.git(["reset", "--quiet", "--hard", commit]);
        listing(&lab.dir)
    };
    let (git_b, git_a) = (by_git(&b.to_string()), by_git(&a.to_string()));
    lab.git(["checkout", "--quiet", "--force", "-B", "main", &a.to_string()]);
    for (commit, expected) in [(b, git_b), (a, git_a)] {
        let report = lab.go_to(commit);
        assert!(report.failed.is_empty() && report.changed_meanwhile.is_empty(), "{name}: {report:?}");
        assert_eq!(listing(&lab.dir), expected, "{name}");
        assert_eq!(lab.status(), "", "{name}");
    }
    lab.assert_sound();
}

#[test]
fn files_of_every_kind() {
    same(
        "added, changed, removed, renamed",
        &[],
        |lab| {
            for file in ["a", "b", "c/d", "c/e/f", "same"] {
                lab.write(file, file);
            }
        },
        |lab| {
            lab.write("a", "other");
            lab.remove("b");
            fs::remove_dir_all(lab.dir.join("c")).unwrap();
            lab.write("n/e/w", "new");
            lab.write("empty", "");
        },
    );
    same(
        "modes and links",
        &[],
        |lab| {
            lab.write("run", "x");
            lab.write("sub/t", "x");
            symlink("run", lab.dir.join("link")).unwrap();
            symlink("run", lab.dir.join("link-to-file")).unwrap();
        },
        |lab| {
            set_executable(&lab.dir.join("run"), true);
            lab.remove("link");
            symlink("sub", lab.dir.join("link")).unwrap();
            lab.remove("link-to-file");
            lab.write("link-to-file", "now a file");
            symlink("../run", lab.dir.join("sub/up")).unwrap();
        },
    );
    same(
        "file and folder change places",
        &[],
        |lab| {
            lab.write("a", "1");
            lab.write("b/c/d", "1");
            lab.write("b/e", "1");
        },
        |lab| {
            lab.remove("a");
            lab.write("a/x/y", "2");
            fs::remove_dir_all(lab.dir.join("b")).unwrap();
            lab.write("b", "2");
        },
    );
    same(
        "a folder becomes a link",
        &[],
        |lab| {
            lab.write("a/x", "1");
            lab.write("b/x", "1");
        },
        |lab| {
            fs::remove_dir_all(lab.dir.join("a")).unwrap();
            symlink("b", lab.dir.join("a")).unwrap();
        },
    );
    same(
        "only case differs",
        &[],
        |lab| lab.write("Name.yaml", "1"),
        |lab| fs::rename(lab.dir.join("Name.yaml"), lab.dir.join("name.yaml")).unwrap(),
    );
    same(
        "names",
        &[],
        |lab| lab.write("x", "1"),
        |lab| {
            for name in
                ["with space", "quote\"s", "new\nline", "ümläut", "日本語", "-dash", "a*b?", "back\\slash"]
            {
                lab.write(name, name);
            }
        },
    );
}

#[test]
fn line_ends_encodings_and_filters() {
    let contents: [(&str, &str); 4] =
        [("lf", "a\nb\n"), ("crlf", "a\r\nb\r\n"), ("mixed", "a\r\nb\n"), ("none", "a")];
    for autocrlf in ["false", "true", "input"] {
        for rule in
            ["", "* text\n", "* text=auto\n", "* eol=crlf\n", "* text eol=lf\n", "* -text\n", "*.c ident\n"]
        {
            same(
                &format!("autocrlf {autocrlf}, {rule:?}"),
                &[("core.autocrlf", autocrlf), ("core.safecrlf", "false")],
                |lab| {
                    if !rule.is_empty() {
                        lab.write(".gitattributes", rule);
                    }
                    lab.write("x", "1\n");
                },
                |lab| {
                    for (name, content) in contents {
                        lab.write(&format!("{name}.yaml"), content);
                    }
                    lab.write("id.c", "$Id$\n");
                },
            );
        }
    }
    same(
        "attributes come with the files",
        &[],
        |lab| lab.write("x", "1\n"),
        |lab| {
            lab.write(
                ".gitattributes",
                "*.txt text eol=crlf\n*.u16 text working-tree-encoding=UTF-16 eol=lf\n",
            );
            lab.write("a.txt", "1\n2\n");
            lab.write("b.u16", [0xff, 0xfe, b'h', 0, b'\n', 0]);
        },
    );
    for encoding in ["UTF-16", "UTF-16LE-BOM", "UTF-16BE", "ISO-8859-1", "CP1252", "SHIFT-JIS", "UTF-8"] {
        same(
            encoding,
            &[],
            |lab| {
                lab.write(".gitattributes", format!("*.txt text working-tree-encoding={encoding} eol=lf\n"));
            },
            |lab| {
                let bytes: &[u8] = match encoding {
                    "UTF-16" | "UTF-16LE-BOM" => &[0xff, 0xfe, b'h', 0, b'\n', 0],
                    "UTF-16BE" => &[0, b'h', 0, b'\n'],
                    "UTF-8" => "hü\n".as_bytes(),
                    "SHIFT-JIS" => &[0x93, 0xfa, b'\n'],
                    _ => &[b'h', 0xfc, b'\n'],
                };
                lab.write("a.txt", bytes);
            },
        );
    }
    same(
        "filter",
        &[("filter.upper.clean", "tr a-z A-Z"), ("filter.upper.smudge", "tr A-Z a-z")],
        |lab| lab.write(".gitattributes", "*.up filter=upper\n"),
        |lab| lab.write("a.up", "HELLO\n"),
    );
}

fn put(repository: &Repository, name: &str, content: &str) -> Apply {
    let id = repository.write_blob(content.as_bytes()).unwrap();
    Apply { path: path(name), expect: None, put: Some(Entry { mode: Mode::File, id }) }
}

fn file(content: &str) -> Entry {
    Entry { mode: Mode::File, id: BlobId::hash_of(content.as_bytes()) }
}

#[test]
fn what_the_user_just_typed_is_not_overwritten() {
    let lab = Lab::new();
    for name in ["changed", "removed", "replaced"] {
        lab.write(name, "1");
    }
    lab.commit("first");
    let repository = lab.open();
    let new = repository.write_blob(b"theirs").unwrap();
    let theirs = Some(Entry { mode: Mode::File, id: new });
    lab.write("changed", "typed");
    lab.remove("removed");
    lab.write("created", "typed");
    lab.remove("replaced");
    lab.write("replaced/deep", "typed");
    let change = |name: &str, expect| Apply { path: path(name), expect, put: theirs };
    let report = repository
        .apply(&[
            change("changed", Some(file("1"))),
            change("removed", Some(file("1"))),
            change("created", None),
            change("replaced", Some(file("1"))),
            Apply { path: path("changed"), expect: Some(file("1")), put: None },
        ])
        .unwrap();
    assert_eq!(report.done, []);
    assert_eq!(report.changed_meanwhile.len(), 5, "{report:?}");
    assert_eq!(lab.read("changed"), b"typed");
    assert_eq!(lab.read("created"), b"typed");
    assert_eq!(lab.read("replaced/deep"), b"typed");
    assert!(!lab.dir.join("removed").exists());
    let again = repository
        .apply(&[change("changed", Some(file("typed"))), change("created", Some(file("typed")))])
        .unwrap();
    assert_eq!(again.done.len(), 2);
    assert_eq!(lab.read("created"), b"theirs");
}

#[test]
fn applying_twice_is_the_same() {
    let lab = Lab::new();
    let repository = lab.open();
    let changes = [put(&repository, "a/b", "x"), put(&repository, "c", "y")];
    for _ in 0..2 {
        assert_eq!(repository.apply(&changes).unwrap().done.len(), 2);
    }
    let remove = Apply { path: path("a/b"), expect: Some(file("x")), put: None };
    for _ in 0..2 {
        assert_eq!(repository.apply(std::slice::from_ref(&remove)).unwrap().done.len(), 1);
    }
    assert!(!lab.dir.join("a").exists(), "the folder that is left empty goes");
}

#[test]
fn nothing_is_written_through_a_link() {
    let lab = Lab::new();
    let outside = lab.home.folder("outside");
    symlink(&outside, lab.dir.join("out")).unwrap();
    lab.write("inside/x", "x");
    symlink("inside", lab.dir.join("in")).unwrap();
    let repository = lab.open();
    let report = repository
        .apply(&[
            put(&repository, "out/file", "x"),
            put(&repository, "out/deep/file", "x"),
            put(&repository, "in/y", "x"),
        ])
        .unwrap();
    assert_eq!(report.failed.len(), 3, "{report:?}");
    assert!(report.failed.iter().all(|(_, error)| matches!(error, RepoError::InTheWay { .. })));
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
    assert!(!lab.dir.join("inside/y").exists());
    let removed = Apply { path: path("in/x"), expect: Some(file("x")), put: None };
    assert_eq!(repository.apply(&[removed]).unwrap().done.len(), 1);
    assert!(lab.dir.join("inside/x").exists(), "what is behind the link is not the repository's");
}

#[test]
fn a_link_that_leads_out_is_refused() {
    let lab = Lab::new();
    let repository = lab.open();
    let link = |name: &str, target: &str| {
        let id = repository.write_blob(target.as_bytes()).unwrap();
        Apply { path: path(name), expect: None, put: Some(Entry { mode: Mode::Link, id }) }
    };
    let report = repository
        .apply(&[
            link("a", "/etc/passwd"),
            link("b", "../x"),
            link("c/d", "../../x"),
            link("e", ".git/config"),
            link("f/g", "../x"),
        ])
        .unwrap();
    assert_eq!(report.done, [path("f/g")]);
    assert_eq!(report.failed.len(), 4);
    let leads_out = |error: &RepoError| matches!(error, RepoError::LinkLeadsOut { .. });
    assert!(report.failed.iter().all(|(_, error)| leads_out(error)), "{:?}", report.failed);

    let tree = |name: &str, target: &str| {
        let link = link(name, target);
        repository.edit_tree(None, &[(link.path, link.put)]).unwrap()
    };
    let (inside, outside) = (tree("x/y", "../z"), tree("a", "/etc/passwd"));
    repository.refuse_ways_out(None, inside).unwrap();
    assert!(leads_out(&repository.refuse_ways_out(Some(inside), outside).unwrap_err()));
    repository.refuse_ways_out(Some(outside), outside).unwrap();
}

/// `a/up` is the top, so that `a/up/..` is outside, though its text says `a`.
#[test]
fn a_link_that_leads_out_through_another_one_is_refused() {
    let lab = Lab::new();
    let repository = lab.open();
    let tree = |links: &[(&str, &str)]| {
        let entry =
            |target: &str| Entry { mode: Mode::Link, id: repository.write_blob(target.as_bytes()).unwrap() };
        let edits: Vec<_> = links.iter().map(|(name, target)| (path(name), Some(entry(target)))).collect();
        repository.edit_tree(None, &edits).unwrap()
    };
    for links in
        [[("a/b/up", "../.."), ("out", "a/b/up/../x")], [("a/b/up", "../.."), ("a/b/out", "up/y/../../x")]]
    {
        let error = repository.refuse_ways_out(None, tree(&links)).unwrap_err();
        assert!(matches!(error, RepoError::LinkLeadsOut { path, .. } if path.to_string().ends_with("out")));
    }
    let inside = tree(&[("a/b/up", "../.."), ("in", "a/b/up/x"), ("a/c", "b/../x")]);
    repository.refuse_ways_out(None, inside).unwrap();
    // The old link stays as it is, and the folder that it goes through becomes a link.
    let before = tree(&[("old", "a/b/../x")]);
    repository.refuse_ways_out(None, before).unwrap();
    let after = tree(&[("old", "a/b/../x"), ("a/b", "../")]);
    let error = repository.refuse_ways_out(Some(before), after).unwrap_err();
    assert!(matches!(error, RepoError::LinkLeadsOut { path, .. } if path.to_string() == "old"));
}

#[test]
fn a_folder_with_files_of_the_users_is_not_replaced() {
    let lab = Lab::new();
    lab.write("a/mine", "x");
    fs::create_dir_all(lab.dir.join("b/empty/er")).unwrap();
    let repository = lab.open();
    let report = repository.apply(&[put(&repository, "a", "x"), put(&repository, "b", "x")]).unwrap();
    assert_eq!(report.done, [path("b")]);
    assert_eq!(report.failed[0].1.to_string(), "cannot write `a`: a folder with files in it is there");
    assert_eq!(lab.read("a/mine"), b"x");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let lab = Lab::new();
    lab.write("shut/x", "1");
    let repository = lab.open();
    let shut = lab.dir.join("shut");
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o555)).unwrap();
    let report = repository.apply(&[put(&repository, "shut/new", "x")]).unwrap();
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).unwrap();
    if report.failed.is_empty() {
        println!("skipped: this user can write every folder");
        return;
    }
    let message = report.failed[0].1.to_string();
    assert_eq!(message, format!("cannot write {}", shut.join("new").display()));
    assert!(!shut.join("new").exists());
}

#[test]
fn what_sparse_checkout_leaves_out_stays_out() {
    let lab = Lab::new();
    for name in ["top", "a/y", "a/b/x", "a/c/z", "out/q"] {
        lab.write(name, "1");
    }
    let first = lab.commit("first");
    for name in ["top", "a/y", "a/b/x", "a/c/z", "out/q", "a/b/new", "out/new", "new/er", "a/new"] {
        lab.write(name, "2");
    }
    let second = lab.commit("second");
    let listed = |lab: &Lab| (listing(&lab.dir), lab.git(["ls-files", "-t"]), lab.status());
    lab.git(["sparse-checkout", "set", "--cone", "--no-sparse-index", "a/b"]);
    let by_git = [second, first].map(|commit| {
        lab.git(["checkout", "--quiet", "-B", "main", &commit.to_string()]);
        listed(&lab)
    });
    for (commit, expected) in [second, first].into_iter().zip(by_git) {
        assert_eq!(lab.go_to(commit).done.len(), 9);
        assert_eq!(listed(&lab), expected);
    }
    lab.assert_sound();
}

#[test]
fn the_pointer_of_a_large_file_is_written_as_it_is() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n";
    same(
        "lfs",
        &[],
        |lab| lab.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n"),
        |lab| lab.write("a.bin", pointer),
    );
}

/// The name of a file on its way to another, by a process that ended.
fn name_by_the_dead(lab: &Lab) -> String {
    let mut child = lab.home.command("true").spawn().unwrap();
    child.wait().unwrap();
    format!("a/.~syncline-{}-0", child.id())
}

#[test]
fn what_a_killed_process_left_is_not_seen_and_goes() {
    let lab = Lab::new();
    let (dead, living) = (name_by_the_dead(&lab), format!("a/.~syncline-{}-0", std::process::id()));
    let (old, number) = (format!("a/.~syncline-{}-1", std::process::id()), "a/.~syncline-x");
    for name in [&dead, &living, &old, number] {
        lab.write(name, "half");
    }
    let times = fs::FileTimes::new().set_modified(std::time::SystemTime::UNIX_EPOCH);
    fs::File::options().write(true).open(lab.dir.join(&old)).unwrap().set_times(times).unwrap();
    assert_eq!(lab.snapshot().changed, []);
    assert!(!lab.dir.join(&dead).exists());
    assert!(!lab.dir.join(&old).exists());
    assert!(lab.dir.join(&living).exists(), "it may be another process's, at work");
    assert!(lab.dir.join(number).exists(), "whose it is cannot be told");
}

#[test]
fn who_applies_after_a_killed_process_removes_what_it_left() {
    let lab = Lab::new();
    lab.write("a/b", "1");
    let dead = name_by_the_dead(&lab);
    lab.write(&dead, "half");
    let repository = lab.open();
    let change = |text: &[u8]| {
        let entry = |text: &[u8]| Entry { mode: Mode::File, id: repository.write_blob(text).unwrap() };
        [Apply { path: path("a/b"), expect: Some(entry(b"1")), put: Some(entry(text)) }]
    };
    fs::create_dir_all(lab.dir.join(".git/syncline")).unwrap();
    fs::write(lab.dir.join(".git/syncline/applying"), "").unwrap();
    let report = repository.apply(&change(b"2")).unwrap();
    assert_eq!((report.done.len(), report.failed.len()), (1, 0));
    assert!(!lab.dir.join(dead).exists());
    assert!(!lab.dir.join(".git/syncline/applying").exists());
}

#[test]
fn a_full_disk_leaves_the_old_file_and_is_said() {
    let lab = Lab::new();
    let Some(disk) = SmallDisk::mount(&lab) else {
        println!("skipped: this user cannot mount a small disk");
        return;
    };
    let work = disk.0.join("work");
    fs::create_dir(&work).unwrap();
    lab.home.git(&work, ["init", "--quiet", "-b", "main"]);
    lab.home.commit_file(&work, "a", "old");
    let repository = Repository::open(&work).unwrap();
    let mut noise = 1_u64;
    let mut random = || {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (noise >> 56) as u8
    };
    let large: Vec<u8> = (0..8 << 20).map(|_| random()).collect();
    let id = repository.write_blob(&large).unwrap();
    let put = Some(Entry { mode: Mode::File, id });
    let report = repository.apply(&[Apply { path: path("a"), expect: Some(file("old")), put }]).unwrap();
    let error = &report.failed[0].1;
    let source = std::error::Error::source(error).unwrap().to_string();
    assert!(
        matches!(error, RepoError::File { action: "write", .. }) && source.contains("No space left"),
        "{source}"
    );
    assert_eq!(fs::read(work.join("a")).unwrap(), b"old");
    assert_eq!(fs::read_dir(&work).unwrap().count(), 2, "nothing half written stays");
    let error = repository.flush().unwrap_err();
    assert!(matches!(error, RepoError::WriteObjects { .. }), "{error:?}");
    assert!(repository.has_object(id), "it is still in memory, for the next try");
    lab.home.git(&work, ["fsck", "--strict"]);
}

/// A file system of 4 MiB, where this user may mount one.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(lab: &Lab) -> Option<Self> {
        let place = lab.home.folder("disk");
        let mounted = lab
            .home
            .command("mount")
            .args(["-t", "tmpfs", "-o", "size=4m", "none"])
            .arg(&place)
            .output()
            .is_ok_and(|output| output.status.success());
        mounted.then(|| Self(place))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = syncline_testkit::TestHome::new().command("umount").arg(&self.0).status();
        assert!(unmounted.is_ok_and(|status| status.success()), "the small disk is unmounted");
    }
}
