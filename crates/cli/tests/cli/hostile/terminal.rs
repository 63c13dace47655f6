//! What others wrote steers no terminal, wherever it is shown.

use super::{Scene, entry};

/// Clears the screen, sets the title, rings, turns the text around, goes back, and a control of eight bits.
const ESCAPES: &str = "\u{1b}[2J\u{1b}]0;title\u{7}\u{202e}\u{8}\u{9b}31m\r";

impl Scene {
    fn expect_that_nothing_steers(&self, arguments: &[&str]) {
        let ran = self.here.syncline(arguments);
        assert!((0..8).contains(&ran.code()), "{arguments:?}: {}", ran.transcript());
        let said = [&ran.output.stdout[..], &ran.output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        let steers =
            |c: &char| c.is_control() && !matches!(c, '\n' | '\t') || ('\u{202a}'..='\u{202e}').contains(c);
        assert_eq!(said.chars().find(steers), None, "{arguments:?}: {said:?}");
    }

    fn hostile_commit(&self, tree: &str) -> String {
        let main = self.git(&["rev-parse", "main"], b"");
        let name = ESCAPES.replace('\r', "");
        let text = format!(
            "tree {tree}\nparent {main}\nauthor A{name} <a{name}@b> 1 +0000\ncommitter C{name} <c{name}> 1 +0000\n\n\
             Subject {ESCAPES}\n\nBody {ESCAPES}\nChange-Id: {ESCAPES}\n"
        );
        self.object("commit", text.as_bytes())
    }
}

#[test]
fn names_messages_authors_and_contents_steer_no_terminal() {
    let scene = Scene::new();
    let quoted = serde_json::Value::from(ESCAPES).to_string();
    let file = scene.object("blob", format!("a: {quoted}\n{quoted}: 1\n").as_bytes());
    let text = scene.object("blob", format!("one {ESCAPES}\ntwo\n").as_bytes());
    let names = [format!("n{ESCAPES}.yaml"), format!("o{ESCAPES}")];
    let entries = [
        entry("100644", "a.yaml", &file),
        entry("100644", &names[0], &file),
        entry("100644", &names[1], &text),
    ];
    let tree = scene.object("tree", &entries.concat());
    scene.git(&["update-ref", "refs/heads/main", &scene.hostile_commit(&tree)], b"");
    scene.here.write("a.yaml", "a: mine\n");
    let commands: &[&[&str]] = &[
        &["fetch"],
        &["log"],
        &["log", "--verbose"],
        &["show", "origin/main"],
        &["diff"],
        &["sync", "-y", "-m", "Mine"],
        &["status", "--verbose"],
        &["conflicts"],
        &["conflicts", "--verbose"],
        &["show"],
        &["log", "a.yaml"],
        &["operations"],
        &["problems"],
        &["share"],
        &["revert", "HEAD~1"],
        &["undo"],
        &["doctor"],
    ];
    for command in commands {
        scene.expect_that_nothing_steers(command);
    }
}

#[cfg(unix)]
#[test]
fn what_a_remote_says_steers_no_terminal() {
    let scene = Scene::new();
    let hook = format!("#!/bin/sh\nprintf '%s\\n' '{ESCAPES}' 'fatal: {ESCAPES}' >&2\nexit 1\n");
    let path = std::path::Path::new(&scene.remote).join("hooks/pre-receive");
    std::fs::write(&path, hook).expect("the home can be written");
    scene.here.home.command("chmod").arg("+x").arg(&path).status().expect("chmod is there");
    scene.here.write("b.yaml", "b: 1\n");
    scene.here.syncline(["commit", "-q", "-m", "Mine"]).expect_code(0);
    for command in [&["push"][..], &["sync"], &["--verbose", "push"], &["push", "--force", "-y"], &["doctor"]]
    {
        scene.expect_that_nothing_steers(command);
    }
}
