//! What one person does all day in one workspace.

use snapbox::{assert_data_eq, str};

use crate::support::{COLLECTION, Installation};

#[test]
fn init_makes_a_folder_a_workspace() {
    let here = Installation::new();
    here.write("library.yaml", COLLECTION);
    assert_data_eq!(here.syncline(["init"]).transcript(), str![]);
    assert_data_eq!(here.git(["status", "--porcelain"]), str!["?? library.yaml"]);
}

#[test]
fn init_again_changes_nothing() {
    let here = Installation::with_collection();
    assert_data_eq!(here.syncline(["init"]).transcript(), str![]);
    assert_data_eq!(here.git(["status", "--porcelain"]), "");
}

#[test]
fn init_takes_a_format_by_name() {
    let here = Installation::new();
    assert_data_eq!(here.syncline(["init", "new folder", "--format", "generic"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["-C", "new folder", "config", "format"]).transcript(), str![]);
}

#[test]
fn a_clean_workspace_says_so_in_one_line() {
    let here = Installation::with_collection();
    assert_data_eq!(here.syncline(["status"]).transcript(), str![]);
}

#[test]
fn status_names_what_changed() {
    let here = Installation::with_collection();
    here.replace("library.yaml", "/loans", "/lendings");
    here.replace("library.yaml", "name: Library", "name: City library");
    here.write("notes.txt", "hello\n");
    assert_data_eq!(here.syncline(["status"]).transcript(), str![]);
}

#[test]
fn a_new_time_stamp_is_no_change() {
    let here = Installation::with_collection();
    here.replace("library.yaml", "modified: 1700000000001", "modified: 1800000000000");
    assert_data_eq!(here.syncline(["status"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["status", "--verbose"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["commit", "-m", "Nothing"]).transcript(), str![]);
}

#[test]
fn diff_shows_fields_old_and_new() {
    let here = Installation::with_collection();
    here.replace("library.yaml", "/loans", "/lendings");
    here.replace(
        "library.yaml",
        "    method: POST\n",
        "    method: POST\n    body:\n      text: |\n        {\n          \"book\": 1\n        }\n",
    );
    assert_data_eq!(here.syncline(["diff"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["diff", "--text"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["diff", "req_1"]).transcript(), str![]);
}

#[test]
fn commit_takes_all_or_what_is_named() {
    let here = Installation::with_collection();
    here.replace("library.yaml", "/loans", "/lendings");
    here.write("notes.txt", "hello\n");
    assert_data_eq!(here.syncline(["commit", "-m", "Rename the path", "req_2"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["commit", "-m", "Add notes"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["commit", "-m", "Nothing"]).transcript(), str![]);
    assert_data_eq!(here.git(["log", "--format=%an <%ae> %s"]), str![]);
    assert_data_eq!(here.git(["status", "--porcelain"]), "");
}

#[test]
fn log_and_show_tell_the_history() {
    let here = Installation::with_collection();
    here.replace("library.yaml", "/loans", "/lendings");
    here.syncline(["commit", "-m", "Rename the path\n\nThe old one was wrong."]).expect_code(0);
    here.write("notes.txt", "hello\n");
    here.git(["add", "."]);
    here.git(["commit", "-q", "-m", "Add notes with plain git"]);
    assert_data_eq!(here.syncline(["log"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["log", "-n", "1", "req_2"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["show", "HEAD~1"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["log", "--events"]).transcript(), str![]);
}

#[test]
fn discard_takes_back_what_is_named() {
    let here = Installation::with_collection();
    here.replace("library.yaml", "/loans", "/lendings");
    here.write("notes.txt", "hello\n");
    assert_data_eq!(here.syncline(["discard", "library.yaml"]).transcript(), str![]);
    assert_data_eq!(here.read("library.yaml"), COLLECTION);
    assert_data_eq!(here.read("notes.txt"), "hello\n");
    assert_data_eq!(here.syncline(["discard", "library.yaml"]).transcript(), str![]);
}

#[test]
fn paths_are_meant_from_the_current_folder() {
    let mut here = Installation::with_collection();
    here.write("sub/a.yaml", "a: 1\n");
    here.write("sub/b.yaml", "b: 1\n");
    here.syncline(["commit", "-m", "Add two files"]).expect_code(0);
    here.write("sub/a.yaml", "a: 2\n");
    here.write("sub/b.yaml", "b: 2\n");
    here.enter("work/sub");
    assert_data_eq!(here.syncline(["commit", "-m", "Change one", "a.yaml"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["discard", "."]).transcript(), str![]);
}

#[test]
fn settings_are_shown_with_their_source() {
    let here = Installation::with_collection();
    assert_data_eq!(here.syncline(["config"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["config", "push-retries", "3"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["config", "push-retries"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["config", "removals-percent", "50", "--shared"]).transcript(), str![]);
    assert_data_eq!(here.read(".syncline.toml"), str![]);
    assert_data_eq!(here.syncline(["config", "--verbose"]).transcript(), str![]);
}

#[test]
fn many_removals_are_confirmed() {
    let here = Installation::new();
    here.syncline(["init"]).expect_code(0);
    for number in 0..20 {
        here.write(&format!("file-{number}.yaml"), &format!("a: {number}\n"));
    }
    here.syncline(["commit", "-m", "Add files"]).expect_code(0);
    for number in 0..10 {
        std::fs::remove_file(here.folder.join(format!("file-{number}.yaml"))).unwrap();
    }
    assert_data_eq!(here.syncline(["commit", "-m", "Remove files"]).transcript(), str![]);
    here.syncline(["commit", "-m", "Remove files", "--yes", "--quiet"]).expect_code(0);
    assert_data_eq!(here.git(["status", "--porcelain"]), "");
}

#[test]
fn a_broken_file_is_a_problem_and_stops_nothing() {
    let here = Installation::with_collection();
    here.write("library.yaml", "type: collection.insomnia.rest/5.0\nname: [unclosed\n");
    here.write("notes.txt", "hello\n");
    assert_data_eq!(here.syncline(["status"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["commit", "-m", "Add notes"]).transcript(), str![]);
    assert_data_eq!(here.syncline(["problems"]).transcript(), str![]);
    here.write("library.yaml", COLLECTION);
    assert_data_eq!(here.syncline(["problems"]).transcript(), str![]);
}
