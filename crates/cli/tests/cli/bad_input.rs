//! Each bad input gets a clear error with a next step, and loses nothing.

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::support::{COLLECTION, Installation};

#[test]
fn a_folder_that_is_no_repository() {
    let here = Installation::new();
    assert_data_eq!(here.syncline(["status"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["-C", "nowhere", "status"]).transcript(), str![]);
}

#[test]
fn addresses_that_are_none() {
    let here = Installation::new();
    for url in ["", "-u", "https://", "ext::sh -c id", "nonsense://host/a"] {
        let ran = here.syncline(["clone", "--", url]);
        assert_eq!(ran.code(), 2, "{}", ran.transcript());
    }
    assert_data_eq!(here.syncline(["clone", "https://"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["clone", "ext::sh -c id"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["clone", "./nowhere"]).transcript(), str![]);
}

#[test]
fn a_folder_that_is_not_empty() {
    let here = Installation::with_collection();
    assert_data_eq!(here.syncline(["clone", ".", "../work"]).transcript(), str![]);
}

#[test]
fn a_detached_head() {
    let here = Installation::with_collection();
    here.git(["switch", "-q", "--detach"]);
    here.replace("library.yaml", "/loans", "/lendings");
    assert_data_eq!(here.syncline(["status"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["commit", "-m", "Lost"]).transcript(), str![]);
}

#[test]
fn an_unborn_branch() {
    let here = Installation::new();
    here.syncline(["init"]).expect_code(0);
    assert_data_eq!(here.syncline(["status"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["log"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["show"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["push"]).transcript(), str![]);
}

#[test]
fn a_merge_of_gits_in_progress() {
    let here = Installation::with_collection();
    here.git(["switch", "-q", "-c", "other"]);
    here.replace("library.yaml", "/loans", "/lendings");
    here.git(["commit", "-q", "-a", "-m", "Theirs"]);
    here.git(["switch", "-q", "main"]);
    here.replace("library.yaml", "/loans", "/borrowings");
    here.git(["commit", "-q", "-a", "-m", "Ours"]);
    let merged = here.home.try_git(&here.folder, ["merge", "other"]);
    assert!(!merged.status.success());
    let before = here.read("library.yaml");
    assert_data_eq!(here.syncline(["status"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["commit", "-m", "Not now"]).transcript(), str![]);
    assert_data_eq!(here.read("library.yaml"), before);
}

#[test]
fn things_that_are_not_there() {
    let here = Installation::with_collection();
    assert_data_eq!(here.syncline(["diff", "req_9"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["discard", "nothing.yaml"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["show", "v9"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["branch", "switch", "nowhere"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["branch", "create", "a..b"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["resolve", "0123", "--take", "ours"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["config", "nothing"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["config", "push-retries", "many"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["init", "--format", "nothing"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["pull"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["push", "--force"]).transcript(), str![]);
}

#[test]
fn values_that_are_no_json() {
    let here = Installation::with_collection();
    assert_data_eq!(here.syncline(["resolve", "0123", "--value-json", "{"]).transcript(), str![]);
}

#[test]
fn nobody_to_sign_commits() {
    let here = Installation::with_collection();
    fs::write(here.home.path().join(".gitconfig"), "").unwrap();
    here.replace("library.yaml", "/loans", "/lendings");
    assert_data_eq!(here.syncline(["commit", "-m", "Nobody's"]).transcript(), str![]);
}

#[test]
fn names_of_all_sorts_work() {
    let here = Installation::with_collection();
    let names = [
        "with space.yaml",
        "quote\"s'.yaml",
        "Größe.yaml",
        "日本.yaml",
        "line\nbreak.yaml",
        "esc\u{1b}[31m.yaml",
    ];
    for name in names {
        here.write(name, "a: 1\n");
    }
    assert_data_eq!(here.syncline(["commit", "-m", "Add names"]).transcript(), str![]);
    assert_data_eq!(here.git(["status", "--porcelain"]), "");
}

#[test]
fn an_empty_file_is_a_problem_where_resources_were() {
    let here = Installation::with_collection();
    here.write("library.yaml", "");
    assert_data_eq!(here.syncline(["status"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["discard", "library.yaml"]).transcript(), str![]);
    assert_data_eq!(here.read("library.yaml"), COLLECTION);
}

#[test]
fn output_that_nobody_reads_is_no_failure() {
    let here = Installation::with_collection();
    let mut command = here.home.command("sh");
    let script = format!("'{}' completions bash | head -n 1", env!("CARGO_BIN_EXE_syncline"));
    let output = command.current_dir(&here.folder).args(["-c", &script]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
