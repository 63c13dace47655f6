//! The same folder by `git add --all` and by a snapshot.

use std::fs;
use std::os::unix::fs::symlink;

use syncline_repo::{Mode, SnapshotOptions, TroubleKind};

use crate::lab::{Lab, head_tree, path, set_executable};

/// Sets up a folder, and afterwards git and we must make the same tree of it.
fn same(name: &str, set_up: impl FnOnce(&Lab)) {
    let lab = Lab::new();
    set_up(&lab);
    let (git, us) = (lab.tree_by_git(), lab.tree_by_us());
    assert_eq!(
        git,
        us,
        "{name}: git {}\nwe {}",
        lab.git(["ls-tree", "-r", &git]),
        lab.git(["ls-tree", "-r", &us])
    );
    lab.assert_sound();
}

#[test]
fn line_ends_are_those_of_git() {
    let contents: [(&str, &[u8]); 6] = [
        ("lf", b"a\nb\n"),
        ("crlf", b"a\r\nb\r\n"),
        ("mixed", b"a\r\nb\n"),
        ("cr", b"a\rb\r"),
        ("binary", b"a\0b\r\n"),
        ("none", b"a"),
    ];
    let rules = [
        "",
        "* text\n",
        "* text=auto\n",
        "* -text\n",
        "* eol=crlf\n",
        "* text eol=lf\n",
        "* text=auto eol=crlf\n",
        "* binary\n",
        "*.yaml text eol=lf\nsub/* -text\n",
        "[attr]lines text eol=lf\n* lines\n",
    ];
    for autocrlf in ["false", "true", "input"] {
        for rule in rules {
            same(&format!("autocrlf {autocrlf}, {rule:?}"), |lab| {
                lab.git(["config", "core.autocrlf", autocrlf]);
                lab.git(["config", "core.safecrlf", "false"]);
                if !rule.is_empty() {
                    lab.write(".gitattributes", rule);
                }
                for (name, content) in contents {
                    lab.write(&format!("{name}.yaml"), content);
                    lab.write(&format!("sub/{name}.yaml"), content);
                }
            });
        }
    }
}

#[test]
fn a_file_that_is_committed_with_crlf_stays_so_under_autocrlf() {
    for rule in ["", "* text=auto\n", "* text\n"] {
        same(&format!("{rule:?}"), |lab| {
            lab.write("a.yaml", "x\r\ny\r\n");
            lab.commit("as it is");
            lab.git(["config", "core.autocrlf", "true"]);
            lab.git(["config", "core.safecrlf", "false"]);
            if !rule.is_empty() {
                lab.write(".gitattributes", rule);
            }
            lab.write("a.yaml", "x\r\ny\r\nz\r\n");
        });
    }
}

#[test]
fn encodings_and_ident() {
    same("utf-16 with byte order mark", |lab| {
        lab.write(".gitattributes", "*.txt text working-tree-encoding=UTF-16\n*.c ident\n");
        lab.write("a.txt", [0xff, 0xfe, b'h', 0, b'i', 0, b'\r', 0, b'\n', 0]);
        lab.write("a.c", "$Id: 123 $\n");
    });
    for name in ["SHIFT-JIS", "CP1252", "UTF-16LE-BOM", "UTF-8"] {
        same(name, |lab| {
            lab.write(".gitattributes", format!("*.txt text working-tree-encoding={name}\n"));
            let utf16 = [0xff, 0xfe, b'h', 0, b'i', 0, b'\n', 0];
            lab.write("a.txt", if name.starts_with("UTF-16") { &utf16[..] } else { b"plain\r\n" });
        });
    }
    same("latin 1", |lab| {
        lab.write(".gitattributes", "*.txt text working-tree-encoding=ISO-8859-1\n");
        lab.write("a.txt", [b'g', b'r', 0xfc, b'n', b'\n']);
    });
}

#[test]
fn clean_filters_run() {
    same("filter", |lab| {
        lab.git(["config", "filter.upper.clean", "tr a-z A-Z"]);
        lab.git(["config", "filter.upper.smudge", "tr A-Z a-z"]);
        lab.write(".gitattributes", "*.up filter=upper\n*.no filter=unknown\n");
        lab.write("a.up", "hello\n");
        lab.write("a.no", "hello\n");
    });
}

#[test]
fn a_required_filter_without_a_command_was_passed_over() {
    let lab = Lab::new();
    lab.git(["config", "filter.seal.required", "true"]);
    lab.write(".gitattributes", "*.sealed filter=seal\n");
    lab.write("a.sealed", "open");
    let refused = lab.home.try_git(&lab.dir, ["add", "--all"]);
    assert!(!refused.status.success(), "git does not take it");
    let trouble = lab.snapshot().trouble;
    assert_eq!(trouble.len(), 1, "{trouble:?}");
    assert!(trouble[0].reason.contains("`seal` is required"), "{trouble:?}");
    lab.git(["config", "filter.seal.clean", "tr a-z A-Z"]);
    assert_eq!(lab.snapshot().trouble, []);
}

#[test]
fn what_is_ignored_is_left_out() {
    let rules = [
        "*.log\n",
        "/top.log\n",
        "build/\n",
        "build\n!build/keep.txt\n",
        "build/*\n!build/keep.txt\n",
        "**/deep/*.log\n",
        "a?.log\n[b-c].log\n",
        "# comment\n\\#name\ntrailing\\ \n",
        "*.log\n!important.log\n",
        "sub/\n",
        "/*\n!/sub\n",
    ];
    for rule in rules {
        same(rule, |lab| {
            for file in [
                "top.log",
                "a1.log",
                "b.log",
                "important.log",
                "#name",
                "trailing ",
                "build/x.txt",
                "build/keep.txt",
                "sub/top.log",
                "sub/build/x.txt",
                "sub/deep/y.log",
                "sub/deep/z.txt",
                "deep/y.log",
                "plain.yaml",
            ] {
                lab.write(file, "x");
            }
            lab.write(".gitignore", rule);
        });
    }
    same("in a folder, and what is tracked all the same", |lab| {
        lab.write("sub/kept.log", "1");
        lab.write("sub/other.txt", "1");
        lab.commit("first");
        lab.write("sub/.gitignore", "*.log\n");
        lab.write(".gitignore", "sub/\n");
        lab.write("sub/kept.log", "2");
        lab.write("sub/new.log", "2");
        lab.write("sub/new.txt", "2");
        lab.write("other/.gitignore", "*\n!.gitignore\n!*.yaml\n");
        lab.write("other/a.yaml", "1");
        lab.write("other/a.txt", "1");
    });
    same("excluded by .git/info/exclude and the user's file", |lab| {
        fs::create_dir_all(lab.dir.join(".git/info")).unwrap();
        fs::write(lab.dir.join(".git/info/exclude"), "*.local\n").unwrap();
        let excludes = lab.home.path().join("excludes");
        fs::write(&excludes, "*.mine\n").unwrap();
        lab.git(["config", "core.excludesFile", excludes.to_str().unwrap()]);
        for file in ["a.local", "a.mine", "a.yaml"] {
            lab.write(file, "x");
        }
    });
}

#[test]
fn changes_of_every_kind() {
    same("first commit", |lab| {
        lab.write("a.yaml", "a: 1\n");
        lab.write("deep/er/b.yaml", "");
    });
    same("nothing at all", |_| {});
    same("changed, removed, added, moved", |lab| {
        for file in ["a", "b", "c/d", "c/e", "f/g/h"] {
            lab.write(file, file);
        }
        lab.commit("first");
        lab.write("a", "changed");
        lab.remove("b");
        lab.remove("c/d");
        fs::remove_dir_all(lab.dir.join("f")).unwrap();
        lab.write("n/e/w", "new");
        fs::rename(lab.dir.join("c/e"), lab.dir.join("moved")).unwrap();
    });
    same("a file becomes a folder, a folder a file", |lab| {
        lab.write("a", "1");
        lab.write("b/c", "1");
        lab.write("b/d/e", "1");
        lab.commit("first");
        lab.remove("a");
        lab.write("a/b", "2");
        fs::remove_dir_all(lab.dir.join("b")).unwrap();
        lab.write("b", "2");
    });
    same("same size, same second", |lab| {
        lab.write("a", "one");
        lab.commit("first");
        lab.write("a", "two");
    });
    same("emptied", |lab| {
        lab.write("a", "one");
        lab.commit("first");
        lab.write("a", "");
    });
    same("staged and changed again", |lab| {
        lab.write("a", "one");
        lab.commit("first");
        lab.write("a", "two");
        lab.write("b", "staged");
        lab.write("c", "staged and gone");
        lab.git(["add", "--all"]);
        lab.remove("c");
        lab.write("a", "three");
    });
    same("an entry that is only intended", |lab| {
        lab.write("a", "one");
        lab.write("b", "");
        lab.git(["add", "-N", "a", "b"]);
    });
}

#[test]
fn modes_and_links() {
    same("executables and links", |lab| {
        lab.write("run", "#!/bin/sh\n");
        lab.write("plain", "x");
        lab.write("target/x", "x");
        set_executable(&lab.dir.join("run"), true);
        symlink("target", lab.dir.join("to-folder")).unwrap();
        symlink("nowhere", lab.dir.join("dangling")).unwrap();
        symlink("/etc/passwd", lab.dir.join("out")).unwrap();
        lab.commit("first");
        set_executable(&lab.dir.join("run"), false);
        set_executable(&lab.dir.join("plain"), true);
        lab.remove("dangling");
        symlink("plain", lab.dir.join("dangling")).unwrap();
    });
    same("a link instead of a file, a file instead of a link", |lab| {
        lab.write("a", "x");
        symlink("a", lab.dir.join("b")).unwrap();
        lab.write("folder/x", "x");
        lab.commit("first");
        lab.remove("a");
        lab.remove("b");
        symlink("folder", lab.dir.join("a")).unwrap();
        lab.write("b", "x");
        fs::rename(lab.dir.join("folder"), lab.dir.join("elsewhere")).unwrap();
        symlink("elsewhere", lab.dir.join("folder")).unwrap();
    });
    same("without fileMode", |lab| {
        lab.write("run", "x");
        lab.write("plain", "x");
        set_executable(&lab.dir.join("run"), true);
        lab.commit("first");
        lab.git(["config", "core.fileMode", "false"]);
        set_executable(&lab.dir.join("run"), false);
        set_executable(&lab.dir.join("plain"), true);
        lab.write("run", "y");
        lab.write("new", "y");
        set_executable(&lab.dir.join("new"), true);
    });
}

#[test]
fn names_of_every_kind() {
    same("names", |lab| {
        for name in [
            "with space",
            "quote\"s",
            "single'",
            "new\nline",
            "tab\t",
            "ümläut",
            "日本語",
            "-dash",
            "a*b?",
            "back\\slash",
            "UPPER",
            "upper",
            ".hidden",
            "dot.",
            "sp/ace /x",
            "a.b/c",
            "a-b/c",
            "a/c",
            "a0/c",
        ] {
            lab.write(name, name);
        }
        let name = std::ffi::OsString::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(
            b"no\xffutf8",
        ));
        fs::write(lab.dir.join(name), "x").unwrap();
    });
}

#[test]
fn marks_in_the_index_are_respected() {
    let lab = Lab::new();
    for file in ["assumed", "skipped", "gone-skipped", "plain"] {
        lab.write(file, "1");
    }
    lab.commit("first");
    lab.git(["update-index", "--assume-unchanged", "assumed"]);
    lab.git(["update-index", "--skip-worktree", "skipped", "gone-skipped"]);
    for file in ["assumed", "skipped", "plain"] {
        lab.write(file, "22");
    }
    lab.remove("gone-skipped");
    let changed: Vec<_> = lab.snapshot().changed.iter().map(|change| change.path.to_string()).collect();
    assert_eq!(changed, ["plain"]);
    assert_eq!(lab.status(), " M plain");
}

#[test]
fn a_sparse_checkout_removes_nothing() {
    for sparse_index in ["--no-sparse-index", "--sparse-index"] {
        let lab = Lab::new();
        for file in ["top", "in/a", "out/b", "out/deep/c"] {
            lab.write(file, "1");
        }
        lab.commit("first");
        lab.git(["sparse-checkout", "set", "--cone", sparse_index, "in"]);
        assert!(!lab.dir.join("out").exists());
        assert_eq!(lab.snapshot().changed, [], "{sparse_index}");
        lab.write("in/a", "2");
        let changed: Vec<_> = lab.snapshot().changed.iter().map(|change| change.path.to_string()).collect();
        assert_eq!(changed, ["in/a"], "{sparse_index}");
    }
}

#[test]
fn an_unreadable_folder_or_file_is_no_removal() {
    use std::os::unix::fs::PermissionsExt;
    let lab = Lab::new();
    for file in ["open/a", "shut/b", "shut/deep/c", "file"] {
        lab.write(file, "1");
    }
    lab.commit("first");
    lab.write("open/a", "2");
    let shut = lab.dir.join("shut");
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o0)).unwrap();
    if fs::read_dir(&shut).is_ok() {
        // Root reads everything; then a file where the folder was, and one that is no file, must do.
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).unwrap();
        println!("skipped in part: this user can read every folder");
        lab.remove("file");
        rustix_fifo(&lab.dir.join("file"));
        let snapshot = lab.snapshot();
        assert_eq!(snapshot.trouble.len(), 1);
        assert_eq!(snapshot.trouble[0].path, path("file"));
        assert_eq!(snapshot.trouble[0].kind, TroubleKind::Unreadable);
        assert_eq!(snapshot.changed.len(), 1);
        return;
    }
    let snapshot = lab.snapshot();
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(snapshot.trouble.len(), 1);
    assert_eq!(snapshot.trouble[0].path, path("shut"));
    assert_eq!(snapshot.trouble[0].kind, TroubleKind::Unreadable);
    let changed: Vec<_> = snapshot.changed.iter().map(|change| change.path.to_string()).collect();
    assert_eq!(changed, ["open/a"]);
}

fn rustix_fifo(file: &std::path::Path) {
    rustix::fs::mkfifoat(rustix::fs::CWD, file, 0o644.into()).unwrap();
}

#[test]
fn a_root_that_is_gone_is_an_error_and_no_removal() {
    let lab = Lab::new();
    lab.write("a", "1");
    lab.commit("first");
    let separate = lab.home.path().join("separate.git");
    fs::rename(lab.dir.join(".git"), &separate).unwrap();
    lab.home.git(
        lab.home.path(),
        ["--git-dir", separate.to_str().unwrap(), "config", "core.worktree", lab.dir.to_str().unwrap()],
    );
    let repository = syncline_repo::Repository::open(&separate).unwrap();
    let options = SnapshotOptions { base: head_tree(&repository), ..SnapshotOptions::default() };
    assert_eq!(repository.snapshot(&options).unwrap().changed, []);
    fs::remove_dir_all(&lab.dir).unwrap();
    assert!(repository.snapshot(&options).is_err());
}

#[test]
fn repositories_in_the_folder_are_left_to_git() {
    let lab = Lab::new();
    lab.write("a", "1");
    let other = lab.home.folder("other");
    lab.home.git(&other, ["init", "--quiet"]);
    lab.home.commit_file(&other, "x", "1");
    lab.git([
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        other.to_str().unwrap(),
        "sub",
    ]);
    lab.commit("first");
    let nested = lab.home.folder("work/nested");
    lab.home.git(&nested, ["init", "--quiet"]);
    lab.home.commit_file(&nested, "y", "1");
    lab.write("sub/x", "changed");
    let snapshot = lab.snapshot();
    assert_eq!(snapshot.changed, []);
    assert_eq!(snapshot.trouble.len(), 1);
    assert_eq!(
        (snapshot.trouble[0].path.clone(), snapshot.trouble[0].kind),
        (path("nested"), TroubleKind::Repository)
    );
    fs::remove_dir_all(&nested).unwrap();
    let named = || lab.snapshot().trouble.into_iter().map(|it| it.path).collect::<Vec<_>>();
    assert_eq!(named(), [], "what is changed in it is its own");
    lab.home.commit_file(&lab.dir.join("sub"), "x", "2");
    assert_eq!(named(), [path("sub")], "at another commit");
    lab.git(["add", "sub"]);
    assert_eq!(named(), [path("sub")], "staged");
    lab.git(["commit", "--quiet", "-m", "by git"]);
    assert_eq!(named(), []);
    fs::remove_dir_all(lab.dir.join("sub")).unwrap();
    assert_eq!(lab.snapshot().changed, [], "a submodule that is not checked out is no removal");
}

#[test]
fn large_files_are_left_to_git_and_named() {
    let lab = Lab::new();
    lab.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
    lab.write("a.bin", "version https://git-lfs.github.com/spec/v1\n");
    lab.write("b.yaml", "1");
    lab.commit("first");
    assert_eq!(lab.snapshot().trouble, []);
    lab.write("a.bin", "really large");
    lab.write("b.yaml", "2");
    let snapshot = lab.snapshot();
    assert_eq!(snapshot.changed.len(), 1);
    assert_eq!(snapshot.trouble.len(), 1);
    assert_eq!(
        (snapshot.trouble[0].path.clone(), snapshot.trouble[0].kind),
        (path("a.bin"), TroubleKind::Filter)
    );
}

#[test]
fn a_bad_encoding_is_trouble() {
    let lab = Lab::new();
    lab.write(".gitattributes", "*.txt text working-tree-encoding=UTF-16\n");
    lab.write("a.txt", "odd");
    let snapshot = lab.snapshot();
    assert_eq!(snapshot.trouble.len(), 1, "{snapshot:?}");
    assert_eq!(snapshot.trouble[0].kind, TroubleKind::Encoding);
}

#[test]
fn a_conflict_of_gits_is_named() {
    let lab = Lab::new();
    lab.write("a", "1\n");
    lab.commit("first");
    lab.git(["checkout", "--quiet", "-b", "other"]);
    lab.write("a", "2\n");
    lab.commit("theirs");
    lab.git(["checkout", "--quiet", "main"]);
    lab.write("a", "3\n");
    lab.commit("ours");
    let merge = lab.home.try_git(&lab.dir, ["merge", "other"]);
    assert!(!merge.status.success());
    assert_eq!(lab.open().in_progress(), Some(syncline_repo::InProgress::Merge));
    let snapshot = lab.snapshot();
    assert_eq!(snapshot.changed, []);
    assert_eq!(snapshot.trouble[0].kind, TroubleKind::Conflict);
}

#[test]
fn only_a_part_is_looked_at() {
    let lab = Lab::new();
    for file in ["a/x", "a/deep/y", "b/z", "c"] {
        lab.write(file, "1");
    }
    lab.commit("first");
    for file in ["a/x", "b/z", "c", "a/new", "a.log"] {
        lab.write(file, "2");
    }
    lab.remove("a/deep/y");
    lab.write(".gitignore", "*.log\n");
    let repository = lab.open();
    let base = head_tree(&repository);
    let names = |options: SnapshotOptions<'_>| -> Vec<String> {
        let snapshot = repository.snapshot(&SnapshotOptions { base, ..options }).unwrap();
        snapshot.changed.iter().map(|change| change.path.to_string()).collect()
    };
    let a = path("a");
    let under = SnapshotOptions { under: Some(&a), ..SnapshotOptions::default() };
    assert_eq!(names(under), ["a/deep/y", "a/new", "a/x"]);
    let only = [path("c"), path("b/z"), path("nothing"), path("a.log"), path("a")];
    let chosen = SnapshotOptions { only: Some(&only), ..SnapshotOptions::default() };
    assert_eq!(names(chosen), ["a.log", "b/z", "c"]);
    let file = path("c");
    let under_file = SnapshotOptions { under: Some(&file), ..SnapshotOptions::default() };
    assert_eq!(names(under_file), ["c"]);
    fs::remove_dir_all(lab.dir.join("a")).unwrap();
    assert_eq!(names(under), ["a/deep/y", "a/x"]);
    std::os::unix::fs::symlink("b", lab.dir.join("a")).unwrap();
    assert_eq!(names(under), ["a/deep/y", "a/x"], "nothing is looked for behind a link");
}

#[test]
fn without_writing_the_ids_are_the_same() {
    let lab = Lab::new();
    lab.write("a", "new content");
    let repository = lab.open();
    let snapshot = repository.snapshot(&SnapshotOptions::default()).unwrap();
    let entry = snapshot.changed[0].after.unwrap();
    assert_eq!((entry.mode, entry.id.to_string()), (Mode::File, lab.git(["hash-object", "a"])));
    assert!(!repository.has_object(entry.id));
}

#[test]
fn files_that_only_look_changed_are_named_and_refreshed() {
    let lab = Lab::new();
    lab.write("a", "1");
    lab.commit("first");
    let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    let times = fs::FileTimes::new().set_modified(long_ago);
    fs::File::open(lab.dir.join("a")).unwrap().set_times(times).unwrap();
    let snapshot = lab.snapshot();
    assert_eq!((snapshot.changed.len(), snapshot.unrefreshed.clone()), (0, vec![path("a")]));
    lab.open().refresh_index(&snapshot.unrefreshed).unwrap();
    assert_eq!(lab.snapshot().unrefreshed, []);
    assert_eq!(lab.git(["diff-files", "--name-only"]), "", "git sees the stat data as fresh");
}

#[test]
fn a_copied_folder_is_read_once() {
    let lab = Lab::new();
    for number in 0..150 {
        lab.write(&format!("f/{number}"), "x");
    }
    lab.commit("first");
    let copy = lab.home.path().join("copy");
    let copied = lab.home.command("cp").arg("-r").arg(&lab.dir).arg(&copy).status().unwrap();
    assert!(copied.success());
    let lab = Lab { dir: copy, ..lab };
    assert_eq!(lab.snapshot().unrefreshed.len(), 150);
    assert_eq!(lab.snapshot().unrefreshed.len(), 0);
    assert_eq!(lab.git(["diff-files", "--name-only"]), "");
}
