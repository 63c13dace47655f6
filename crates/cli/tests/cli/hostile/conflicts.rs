//! What somebody else pushed to `refs/syncline/conflicts/` and is no conflict: it holds nobody up, and leads nowhere.

use serde_json::{Value, json};

use super::{Scene, entry};

const SET: &str = "refs/syncline/conflicts/main";

/// One as it is stored.
fn conflict() -> Value {
    json!({
        "path": "a.yaml", "kind": "yaml", "resource": null, "name": "a.yaml", "field": "/a",
        "base": 1, "ours": 3, "theirs": 2, "place": "field", "kept": "theirs", "within": "/a",
    })
}

fn with(changes: &[(&str, Value)]) -> Vec<u8> {
    let mut conflict = conflict();
    for (key, value) in changes {
        conflict[*key] = value.clone();
    }
    conflict.to_string().into_bytes()
}

impl Scene {
    /// Puts a set at the remote, of these entries.
    fn push_set(&self, entries: &[(&str, &str, &str)]) {
        let bytes: Vec<u8> = entries.iter().flat_map(|(mode, name, id)| entry(mode, name, id)).collect();
        let tree = self.object("tree", &bytes);
        let commit = self.git(&["commit-tree", "-m", "Hostile", &tree], b"");
        self.git(&["update-ref", SET, &commit], b"");
    }

    fn push_conflict(&self, json: &[u8]) {
        let blob = self.object("blob", json);
        self.push_set(&[("100644", "0123456789abcdef.json", &blob)]);
    }

    /// Everybody goes on; `doctor` tells where `is_told`.
    fn expect_that_nobody_is_held_up(&self, what: &str, is_told: bool) {
        self.here.write("mine.yaml", &format!("b: {what:?}\n"));
        for command in
            [&["fetch"][..], &["status"], &["conflicts"], &["sync", "-m", "Mine"], &["status"], &["log"]]
        {
            let ran = self.here.syncline(command);
            assert!(matches!(ran.code(), 0 | 1), "{what}: {command:?}: {}", ran.transcript());
            assert!(
                !ran.transcript().contains(['\u{1b}', '\u{7}', '\u{202e}']),
                "{what}: {}",
                ran.transcript()
            );
        }
        let doctor = self.here.syncline(["doctor"]);
        assert_eq!(
            doctor.stdout().contains("not all can be read"),
            is_told,
            "{what}: {}",
            doctor.transcript()
        );
        let at_remote = self.git(&["rev-parse", "main"], b"");
        assert_eq!(self.here.git(["rev-parse", "HEAD"]), at_remote, "{what}: all was pushed");
    }
}

/// One file that was none kept all of a branch from `status` and `sync`.
#[test]
fn a_set_with_something_else_in_it_locked_everybody_out() {
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("no JSON", b"{".to_vec()),
        ("no text", (0..=255).collect()),
        ("nothing", Vec::new()),
        ("nested too deep", b"[".repeat(100_000)),
        ("another object", b"{\"a\": 1}".to_vec()),
        ("a number", b"7".to_vec()),
        ("a way up", with(&[("path", json!("../../evil.yaml"))])),
        ("a way into .git", with(&[("path", json!(".git/config"))])),
        ("a whole path", with(&[("path", json!("/tmp/evil"))])),
        ("a long path", with(&[("path", json!("d/".repeat(100_000)))])),
        ("no pointer", with(&[("field", json!("a"))])),
        ("no place", with(&[("place", json!("nowhere"))])),
    ];
    for (what, json) in cases {
        let scene = Scene::new();
        scene.push_conflict(&json);
        scene.expect_that_nobody_is_held_up(what, true);
    }
}

#[test]
fn a_set_that_is_none_holds_nobody_up() {
    let scene = || {
        let scene = Scene::new();
        let blob = scene.object("blob", &with(&[]));
        let folder = scene.object("tree", &entry("100644", "x.json", &blob));
        (scene, blob, folder)
    };
    let (one, blob, _) = scene();
    one.push_set(&[("100644", ".git", &blob)]);
    one.expect_that_nobody_is_held_up(".git", true);
    let (one, blob, _) = scene();
    one.push_set(&[("100644", "b.json", &blob), ("100644", "a.json", &blob)]);
    one.expect_that_nobody_is_held_up("not in order", true);
    let (one, _, folder) = scene();
    one.push_set(&[("40000", "..", &folder)]);
    one.expect_that_nobody_is_held_up("..", true);
    let (one, blob, _) = scene();
    let main = one.git(&["rev-parse", "main"], b"");
    one.push_set(&[("120000", "x.json", &blob), ("160000", "y.json", &main)]);
    one.expect_that_nobody_is_held_up("a link and a submodule", false);
    for what in ["blob", "tree"] {
        let (one, blob, folder) = scene();
        one.git(&["update-ref", SET, if what == "blob" { &blob } else { &folder }], b"");
        one.expect_that_nobody_is_held_up(what, true);
    }
}

#[test]
fn what_a_conflict_holds_is_told_as_text_and_leads_nowhere() {
    let scene = Scene::new();
    scene.push_conflict(&with(&[
        ("path", json!("a\u{1b}[31m.yaml")),
        ("kind", json!("K\u{1b}[2J")),
        ("resource", json!("i\u{7}")),
        ("name", json!("n\u{1b}]0;x\u{7}\u{202e}")),
        ("ours", json!("\u{1b}[31mred\u{202e}")),
        ("theirs", json!({"a": ["\u{1b}[2J"]})),
        ("authors", json!({"ours": {"name": "\u{1b}[31m", "commit": "\u{1b}", "time": i64::MAX}})),
    ]));
    scene.expect_that_nobody_is_held_up("escapes", false);
    let listed = scene.here.syncline(["conflicts"]).expect_code(1);
    assert!(listed.stdout().contains("\\u001b[31mred\\u{202e}"), "{}", listed.stdout());
    let before = scene.all().0.len();
    let id = scene.here.syncline(["conflicts", "--json"]).json()["conflicts"][0]["id"].clone();
    let ran = scene.here.syncline(["resolve", id.as_str().expect("text"), "--take", "ours"]);
    assert!((0..8).contains(&ran.code()), "{}", ran.transcript());
    assert_eq!(scene.all().0.len(), before, "no file was written");
}

/// Its file had another name than the one that was taken out, so that it came back with each sync.
#[test]
fn a_conflict_in_a_file_of_another_name_could_not_be_settled() {
    let scene = Scene::new();
    scene.push_conflict(&with(&[]));
    scene.here.syncline(["sync"]).expect_code(1);
    let listed = scene.here.syncline(["conflicts", "--json"]).json();
    let id = listed["conflicts"][0]["id"].as_str().expect("one is held").to_owned();
    scene.here.syncline(["resolve", &id, "--take", "ours"]).expect_code(0);
    scene.here.syncline(["sync"]).expect_code(0);
    scene.here.syncline(["conflicts"]).expect_code(0);
    assert_eq!(scene.git(&["ls-tree", "-r", "--name-only", SET], b""), "");
}

/// Five thousand, and one of 8 MB: in 400 MB of memory, and it ends.
#[cfg(unix)]
#[test]
fn sets_of_any_size_are_bounded() {
    const MEMORY: usize = 400 << 20;
    let scene = Scene::new();
    scene.push_conflict(&with(&[("ours", json!("x".repeat(8 << 20)))]));
    scene.here.syncline_in(MEMORY, &["sync", "-m", "Mine"]).expect_code(1);
    let scene = Scene::new();
    let file = |number: usize| {
        let json = String::from_utf8(with(&[("ours", json!(number))])).expect("JSON is text");
        format!("M 100644 inline {number:016x}.json\ndata {}\n{json}\n", json.len())
    };
    let files: Vec<String> = (0..5_000).map(file).collect();
    let stream = format!("commit {SET}\ncommitter A <a> 1 +0000\ndata 1\nx\n{}", files.concat());
    scene.git(&["fast-import", "--quiet", "--force"], stream.as_bytes());
    scene.here.syncline_in(MEMORY, &["sync", "-m", "Mine"]).expect_code(1);
}

/// What only this machine writes, and somebody wrote all the same.
#[test]
fn operations_that_are_none_are_told() {
    let scene = Scene::new();
    let operation = |json: &Value| {
        let blob = scene.object("blob", json.to_string().as_bytes());
        let tree = scene.object("tree", &entry("100644", "operation.json", &blob));
        scene.git(&["commit-tree", "-m", "Hostile", &tree], b"")
    };
    let commits = [
        operation(&json!({})),
        operation(&json!([1])),
        operation(&json!({"id": "../../x", "kind": "commit", "description": "\u{1b}[31m", "refs": [
            {"name": "HEAD/../../config", "before": "x", "after": "y"}], "previous": "z"})),
        scene.git(&["rev-parse", "main"], b""),
    ];
    scene.share_objects();
    for commit in commits {
        scene.here.write(".git/refs/syncline/operations", &format!("{commit}\n"));
        for command in [&["operations"][..], &["undo"], &["status"], &["log"]] {
            let ran = scene.here.syncline(command);
            assert!((0..8).contains(&ran.code()), "{command:?}: {}", ran.transcript());
            assert!(!ran.transcript().contains('\u{1b}'), "{command:?}");
        }
        scene.expect_that_work_goes_on(&commit);
    }
}
