//! `syncline formats`, and formats that a repository describes.

use snapbox::{assert_data_eq, str};

use crate::support::Installation;

const PATH: &str = ".syncline/formats/library.toml";
const SHELF: &str = "library: shelf/1\nid: shelf-7\nname: Poetry\nsaved: 2026-05-04\nbooks:\n  - isbn: 978-1\n    title: Tides\n    copies: 2\n";

/// The description in the guide.
fn description() -> String {
    let guide = include_str!("../../../../docs/formats.md");
    let rest = guide.split_once("```toml\n").expect("the guide has one").1;
    rest.split_once("```").expect("it ends").0.to_owned()
}

fn with_library() -> Installation {
    let here = Installation::new();
    here.syncline(["init"]).expect_code(0);
    here.write(PATH, &description());
    here.write("shelves/poetry.yaml", SHELF);
    here.write("desk/window.json", "{\"width\": 80}\n");
    here
}

#[test]
fn the_known_formats_are_listed_with_or_without_a_workspace() {
    let here = Installation::new();
    let listed = here.syncline(["formats"]).expect_code(0).stdout();
    assert!(listed.contains("insomnia-v5") && listed.contains("kubernetes"), "{listed}");
    assert!(!listed.contains("library"), "{listed}");
    let here = with_library();
    let listed = here.syncline(["formats"]).expect_code(0).stdout();
    assert!(listed.starts_with("library"), "{listed}");
    assert!(listed.contains("A lending library, described in this repository"), "{listed}");
    let json = here.syncline(["formats", "--json"]).expect_code(0).stdout();
    let json: serde_json::Value = serde_json::from_str(&json).expect("an object");
    assert_eq!(json["formats"][0]["source"], "repository");
    assert_eq!(json["formats"][1]["source"], "built-in");
}

#[test]
fn a_description_that_is_right_tells_what_it_finds() {
    let here = with_library();
    let ran = here.syncline(["formats", "check", PATH]).expect_code(0);
    assert_data_eq!(
        ran.stdout(),
        str![[r#"
library: A lending library; nothing is wrong with it
It claims 1 of 3 files here
       1  Book
       1  Shelf
It keeps 1 file out of commits by their path

"#]]
    );
}

#[test]
fn each_mistake_of_a_description_is_told_with_its_place() {
    let here = Installation::new();
    let text = description().replace("\"volatile\"", "\"fleeting\"").replace("keys = [", "key = [");
    here.write("library.toml", &text);
    let ran = here.syncline(["formats", "check", "library.toml"]).expect_code(7);
    assert_data_eq!(
        ran.stdout(),
        str![[r#"
library.toml:16:19: `fleeting` is nothing that can be said here, expected one of `plain`, `volatile`, `local`, `order`
library.toml:17:11: nothing is called `key` here, expected one of `class`, `merge`, `secret`, `encrypted`, `keys`, `natural`, `written-by`, `is`, `items`

"#]]
    );
    here.syncline(["formats", "check", "nothing.toml"]).expect_code(2);
}

#[test]
fn a_described_tool_is_known_and_its_local_files_stay() {
    let here = with_library();
    here.syncline(["commit", "-m", "Add a shelf"]).expect_code(0);
    let files = here.git(["ls-tree", "-r", "--name-only", "HEAD"]);
    assert_eq!(files.lines().collect::<Vec<_>>(), [PATH, "shelves/poetry.yaml"]);
    here.replace("shelves/poetry.yaml", "copies: 2", "copies: 3");
    let said = here.syncline(["status"]).expect_code(0).stdout();
    assert!(said.contains("Book") && said.contains("Tides") && said.contains("copies"), "{said}");
    here.syncline(["discard", "."]).expect_code(0);
    here.replace("shelves/poetry.yaml", "2026-05-04", "2026-05-05");
    let said = here.syncline(["status"]).expect_code(0).stdout();
    assert!(!said.contains("Changes"), "{said}");
    here.syncline(["config", "format", "library"]).expect_code(0);
    here.syncline(["config", "format", "libary"]).expect_code(2);
}

#[test]
fn nothing_is_committed_while_a_description_is_wrong() {
    let here = with_library();
    here.replace(PATH, "local = ", "lokal = ");
    let ran = here.syncline(["commit", "-m", "Add a shelf"]).expect_code(3);
    let said = ran.stderr();
    assert!(
        said.contains(PATH) && said.contains("line 4, column 1") && said.contains("formats check"),
        "{said}"
    );
    let said = here.syncline(["status"]).expect_code(1).stdout();
    assert!(said.contains(&format!("{PATH}:4:1: nothing is called `lokal` here")), "{said}");
    here.replace(PATH, "lokal = ", "local = ");
    here.syncline(["commit", "-m", "Add a shelf"]).expect_code(0);
}

#[test]
fn a_tree_is_looked_through_once_and_another_anew() {
    let here = Installation::with_collection();
    let format = || here.syncline(["status", "--json"]).expect_code(0).json()["format"].clone();
    assert_eq!(format(), "insomnia-v5");
    let memo = ".git/syncline/format";
    assert!(here.read(memo).ends_with("\ninsomnia-v5"), "{}", here.read(memo));
    // What nobody would find is believed: so it was not looked for.
    here.replace(memo, "insomnia-v5", "xpipe");
    assert_eq!(format(), "xpipe");
    here.write("more.yaml", "a: 1\n");
    here.git(["add", "more.yaml"]);
    here.git(["commit", "-qm", "Another tree"]);
    assert_eq!(format(), "insomnia-v5");
    here.write(memo, "nonsense");
    assert_eq!(format(), "insomnia-v5");
}
