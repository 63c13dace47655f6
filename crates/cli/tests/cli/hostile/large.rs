//! What is large and takes nothing to send. The bounds are of all memory that is mapped, and hold for the program and
//! for each git that it starts; that it ends is that the test does.
//!
//! `SYNCLINE_HOSTILE_ENTRIES` says how many entries a folder has (50,000 otherwise), `SYNCLINE_HOSTILE_MEGABYTES` how
//! large a file is (64 otherwise); `make stress` asks for a million, and for four thousand.

use std::fs;

use super::Scene;

/// A number that `make stress` sets.
fn number(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Each level stands for nine of the one below.
fn bomb(levels: usize) -> String {
    let line = |level: usize| match level.checked_sub(1) {
        None => "a0: &a0 [lol]\n".to_owned(),
        Some(below) => format!("a{level}: &a{level} [{}]\n", vec![format!("*a{below}"); 9].join(", ")),
    };
    (0..levels).map(line).collect::<Vec<_>>().concat()
}

/// Files that nest, or grow by aliases, without end.
fn documents() -> Vec<(&'static str, String)> {
    let steps: Vec<String> = (0..600).map(|depth| " ".repeat(depth) + "k:\n").collect();
    vec![
        ("flow.yaml", "a: ".to_owned() + &"[".repeat(10_000) + &"]".repeat(10_000)),
        ("mappings.yaml", "a: ".to_owned() + &"{a: ".repeat(10_000) + "1" + &"}".repeat(10_000)),
        ("open.yaml", "a: ".to_owned() + &"[".repeat(100_000)),
        ("items.yaml", "- ".repeat(10_000) + "a"),
        ("keys.yaml", "? ".repeat(10_000) + "a"),
        ("steps.yaml", steps.concat()),
        ("bomb.yaml", bomb(40)),
        ("itself.yaml", "a: &a [*a, *a]".to_owned()),
        ("merges.yaml", bomb(40).replace('[', "{<<: [").replace(']', "]}")),
        ("list.json", "[".repeat(10_000) + &"]".repeat(10_000)),
        ("object.json", "{\"a\":".repeat(10_000) + "1" + &"}".repeat(10_000)),
        ("open.json", "[".repeat(100_000)),
        ("number.yaml", "a: ".to_owned() + &"9".repeat(200_000)),
        ("documents.yaml", "---\na: 1\n".repeat(5_000)),
        ("alike.yaml", "items:\n".to_owned() + &"- id: 1\n".repeat(5_000)),
    ]
}

#[test]
fn documents_without_end_are_text() {
    const MEMORY: usize = 512 << 20;
    let files = documents();
    let scene = Scene::new();
    let here = &scene.here;
    here.git(["clone", "-q", &scene.remote, "../theirs"]);
    let theirs = here.home.path().join("theirs");
    for (name, text) in &files {
        fs::write(theirs.join(name), text).expect("the home can be written");
    }
    here.home.git(&theirs, ["add", "."]);
    here.home.git(&theirs, ["commit", "-q", "-m", "Deep"]);
    here.home.git(&theirs, ["push", "-q"]);
    here.syncline_in(MEMORY, &["pull"]).expect_code(0);
    for (name, text) in &files {
        fs::write(theirs.join(name), text.clone() + "\n# theirs").expect("the home can be written");
        here.write(name, &("# mine\n".to_owned() + text));
    }
    here.home.git(&theirs, ["commit", "-q", "-a", "-m", "Deeper"]);
    here.home.git(&theirs, ["push", "-q"]);
    for command in [&["status"][..], &["diff"], &["sync", "-m", "Mine"], &["log"], &["show"], &["problems"]] {
        let ran = here.syncline_in(MEMORY, command);
        assert!(matches!(ran.code(), 0 | 1), "{command:?}: {}", ran.stderr());
    }
    for (name, text) in &files {
        assert!(here.read(name).contains(text.as_str()), "{name}");
    }
}

/// A bound that grows with the number, and not with its square: 1 GB, most of it address space that each thread
/// reserves, and 6 KB an entry. It was 20 KB: each look at the size of a loose object left a hole of 48 KB behind.
#[test]
fn a_folder_of_many_files_is_bounded() {
    let entries = number("SYNCLINE_HOSTILE_ENTRIES", 50_000);
    let memory = (1 << 30) + entries * (6 << 10);
    let scene = Scene::new();
    let blob = scene.object("blob", b"a: 1\n");
    let files: Vec<String> =
        (0..entries).map(|entry| format!("M 100644 {blob} many/{entry}.yaml\n")).collect();
    let head = "commit refs/heads/main\ncommitter A <a> 1 +0000\ndata 1\nx\nfrom refs/heads/main^0\n";
    let stream = head.to_owned() + &files.concat();
    scene.git(&["fast-import", "--quiet", "--force"], stream.as_bytes());
    scene.here.syncline_in(memory, &["pull"]).expect_code(0);
    scene.here.write("many/0.yaml", "a: 2\n");
    for command in
        [&["status"][..], &["diff"], &["commit", "-m", "Mine"], &["sync"], &["log", "--limit", "1"]]
    {
        scene.here.syncline_in(memory, command).expect_code(0);
    }
}

/// Zeros without end are a few kilobytes in a pack. A file is held up to three times, and one of more than 1 GB is left
/// to git.
#[test]
fn a_large_file_is_bounded() {
    let megabytes = number("SYNCLINE_HOSTILE_MEGABYTES", 64);
    let memory = (512 << 20) + 3 * (megabytes.min(1024) << 20);
    for name in ["large.bin", "large.yaml"] {
        let scene = Scene::new();
        let path = scene.here.home.path().join(name);
        let file = fs::File::create(&path).expect("the home can be written");
        file.set_len((megabytes as u64) << 20).expect("a file with a hole takes no room");
        let id = scene.git(&["hash-object", "-w", &path.to_string_lossy()], b"");
        fs::remove_file(&path).expect("it is there");
        scene.push_tree(
            "main",
            &[("100644", "a.yaml", &scene.object("blob", b"a: 1\n")), ("100644", name, &id)],
        );
        if megabytes > 1024 {
            scene.here.syncline_in(memory, &["fetch"]).expect_code(0);
            for command in [&["pull"][..], &["show", "origin/main"], &["clone", &scene.remote, "copy"]] {
                let refused = scene.here.syncline_in(memory, command).expect_code(3);
                assert!(refused.stderr().contains("left to git"), "{}", refused.stderr());
            }
            assert!(!scene.here.folder.join("copy").exists(), "what a refused clone made was left");
        } else {
            for command in [&["pull"][..], &["status"], &["show", "origin/main"]] {
                scene.here.syncline_in(memory, command).expect_code(0);
            }
        }
        scene.expect_that_work_goes_on(name);
    }
}
