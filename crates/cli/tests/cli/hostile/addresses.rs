//! Addresses that run a program: in the settings, and of submodules. Typed ones are in `bad_input`.

use std::path::PathBuf;

use super::Scene;

fn mark_of(scene: &Scene) -> PathBuf {
    scene.here.home.path().join("mark")
}

/// As somebody could have been made to write them.
#[test]
fn an_address_in_the_settings_runs_nothing() {
    let scene = Scene::new();
    let mark = mark_of(&scene);
    let touch = format!("touch {}", mark.display());
    let addresses = [
        format!("ext::sh -c \"{touch}\""),
        format!("-oProxyCommand={touch}"),
        format!("--upload-pack={touch}"),
        format!("ssh://-oProxyCommand={touch}/x"),
        "x@-oProxyCommand=touch mark:x".to_owned(),
        "fd::3".to_owned(),
        "https://example.invalid/\u{1b}[31m".to_owned(),
    ];
    let commands: &[&[&str]] = &[&["fetch"], &["pull"], &["sync", "-m", "Mine"]];
    for (number, address) in addresses.iter().enumerate() {
        scene.here.git(["config", "remote.origin.url", address]);
        scene.here.write("mine.yaml", &format!("a: {number}\n"));
        for command in commands {
            let ran = scene.here.syncline(*command).expect_code(2);
            assert!(!ran.stderr().contains('\u{1b}'), "{command:?}");
        }
        scene.here.syncline(["status"]).expect_code(0);
        scene.here.syncline(["commit", "-q", "-m", "Mine"]).expect_code(0);
    }
    scene.here.git(["config", "remote.origin.url", "https://example.invalid/x"]);
    for key in ["insteadOf", "pushInsteadOf"] {
        let section = format!("url.{}.{key}", addresses[0]);
        scene.here.git(["config", &section, "https://example.invalid/x"]);
        scene.here.syncline(["sync", "-m", "Mine"]).expect_code(6);
        scene.here.git(["config", "--unset", &section]);
    }
    assert!(!mark.exists());
}

/// Git has run programs that `.gitmodules` names; here submodules are left alone altogether.
#[test]
fn submodules_are_never_fetched() {
    let scene = Scene::new();
    let mark = mark_of(&scene);
    let touch = format!("touch {}", mark.display());
    let modules = format!(
        "[submodule \"../../x\"]\n\tpath = sub\n\turl = -u{touch}\n\tupdate = !{touch}\n\tfetchRecurseSubmodules = true\n\
         [submodule \"sub\"]\n\tpath = sub\n\turl = ext::sh -c '{touch}'\n\
         [submodule \"-x\"]\n\tpath = -x\n\turl = --upload-pack={touch}\n\
         [submodule \"out\"]\n\tpath = ../out\n\turl = {}\n",
        scene.remote
    );
    let main = scene.git(&["rev-parse", "main"], b"");
    let modules = scene.object("blob", modules.as_bytes());
    let main = main.as_str();
    let entries =
        [("160000", "-x", main), ("100644", ".gitmodules", modules.as_str()), ("160000", "sub", main)];
    scene.push_tree("main", &entries);
    scene.here.git(["config", "--global", "submodule.recurse", "true"]);
    scene.here.syncline(["pull"]).expect_code(0);
    scene.here.write("mine.yaml", "b: 1\n");
    scene.here.syncline(["sync", "-m", "Mine"]).expect_code(0);
    scene.here.syncline(["clone", &scene.remote, "../copy"]).expect_code(0);
    assert!(!mark.exists());
    for path in ["out", "copy/sub/.git", "work/sub/.git", "work/-x/.git"] {
        assert!(!scene.here.home.path().join(path).exists(), "{path}");
    }
    assert!(scene.git(&["ls-tree", "main"], b"").contains(&format!("160000 commit {main}\tsub")));
}
