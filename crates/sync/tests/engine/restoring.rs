//! Resources as they were in an old commit.

use crate::support::{COLLECTION, FILE, Person};
use syncline_sync::{ErrorKind, Selector};

/// One person whose first request has another name since the last commit, and whose third request is gone.
fn changed() -> Person {
    let anna = Person::alone("Anna");
    anna.write(FILE, COLLECTION);
    anna.write("notes.txt", "first\n");
    anna.init();
    anna.commit("Begin");
    let third = COLLECTION.find("  - url: https://example.com/three").expect("the third request");
    anna.write(FILE, &COLLECTION[..third].replace("name: One", "name: Uno"));
    anna.write("notes.txt", "second\n");
    anna.commit("Change");
    anna
}

fn restore(person: &Person, selectors: &[&str]) -> Result<Vec<String>, syncline_sync::SyncError> {
    let selectors: Vec<_> = selectors.iter().map(|text| Selector::new(text)).collect();
    let report = person.workspace().restore("HEAD~1", &selectors)?;
    Ok(report.changes.iter().map(|change| format!("{:?} {}", change.change, change.name)).collect())
}

#[test]
fn one_resource_comes_back_and_the_others_stay() {
    let anna = changed();
    assert_eq!(restore(&anna, &["req_3"]).expect("restored"), ["Added Three"]);
    assert_eq!(anna.read(FILE), COLLECTION.replace("name: One", "name: Uno"));
    assert_eq!(anna.read("notes.txt"), "second\n");
    assert_eq!(anna.git(&["log", "--oneline"]).lines().count(), 2, "it is a change like any other");
}

#[test]
fn a_resource_is_found_by_the_name_that_it_had() {
    let anna = changed();
    restore(&anna, &["Request:One"]).expect("restored");
    assert!(anna.read(FILE).contains("name: One") && !anna.read(FILE).contains("name: Three"));
}

#[test]
fn everything_but_what_was_never_committed() {
    let anna = changed();
    anna.write("new.txt", "mine\n");
    restore(&anna, &["."]).expect("restored");
    assert_eq!(anna.read(FILE), COLLECTION);
    assert_eq!(anna.read("notes.txt"), "first\n");
    assert_eq!(anna.read("new.txt"), "mine\n");
    assert!(restore(&anna, &["."]).expect("nothing to do").is_empty(), "it is as it was already");
}

#[test]
fn uncommitted_work_in_it_is_in_the_way_and_elsewhere_it_stays() {
    let anna = changed();
    anna.replace(FILE, "name: Uno", "name: Typed");
    let error = restore(&anna, &["req_1"]).expect_err("it would be lost");
    assert_eq!(error.kind(), ErrorKind::Refused);
    restore(&anna, &["req_3"]).expect("restored");
    let text = anna.read(FILE);
    assert!(text.contains("name: Typed") && text.contains("name: Three"), "{text}");
}

#[test]
fn what_is_as_it_was_is_told() {
    let anna = changed();
    let error = restore(&anna, &["req_2"]).expect_err("it never changed");
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("`req_2`"), "{error}");
}

#[test]
fn a_restore_can_be_undone() {
    let anna = changed();
    let before = anna.read(FILE);
    restore(&anna, &["req_3", "req_1"]).expect("restored");
    anna.replace(FILE, "name: Two", "name: Typed since");
    anna.workspace().undo(None).expect("undone");
    assert_eq!(anna.read(FILE), before.replace("name: Two", "name: Typed since"));
}

/// A folder of a collection comes with what is in it, and all of that is told.
#[test]
fn a_folder_that_comes_back_tells_what_is_in_it() {
    let anna = Person::alone("Anna");
    let folder = [
        "  - name: Shelf",
        "    meta:",
        "      id: fld_1",
        "    children:",
        "      - url: https://example.com/shelf",
        "        name: Inside",
        "        meta:",
        "          id: req_9",
        "        method: GET\n",
    ];
    let folder = folder.join("\n");
    anna.write(FILE, &format!("{COLLECTION}{folder}"));
    anna.init();
    anna.commit("Begin");
    anna.write(FILE, COLLECTION);
    anna.commit("Drop the folder");
    assert_eq!(restore(&anna, &["fld_1"]).expect("restored"), ["Added Shelf", "Added Inside"]);
    assert_eq!(anna.read(FILE), format!("{COLLECTION}{folder}"));
}

#[cfg(unix)]
mod modes_and_links {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn set_mode(person: &Person, path: &str, mode: u32) {
        fs::set_permissions(person.folder.join(path), fs::Permissions::from_mode(mode))
            .expect("a file of ours");
    }

    /// What a path is: `x` in front of what can be run, `→` in front of a link's target.
    fn at(person: &Person, path: &str) -> String {
        let file = person.folder.join(path);
        if let Ok(target) = fs::read_link(&file) {
            return format!("→ {}", target.display());
        }
        let is_executable = fs::metadata(&file).expect("it is there").permissions().mode() & 0o100 != 0;
        format!("{}{}", if is_executable { "x " } else { "" }, person.read(path).trim_end())
    }

    const PATHS: [&str; 4] = ["run.sh", "link", "once-a-file", "place"];

    /// A mode, a link's target, a file that is a link now, and one that is a folder.
    fn changed() -> Person {
        let anna = Person::alone("Anna");
        anna.write(FILE, COLLECTION);
        for path in PATHS.into_iter().filter(|path| *path != "link") {
            anna.write(path, "text\n");
        }
        set_mode(&anna, "run.sh", 0o755);
        set_mode(&anna, FILE, 0o755);
        symlink("run.sh", anna.folder.join("link")).expect("a link");
        anna.init();
        anna.commit("Begin");
        set_mode(&anna, "run.sh", 0o644);
        set_mode(&anna, FILE, 0o644);
        anna.replace(FILE, "name: One", "name: Uno");
        anna.replace(FILE, "name: Two", "name: Due");
        for path in ["link", "once-a-file"] {
            anna.remove(path);
            symlink(FILE, anna.folder.join(path)).expect("a link");
        }
        anna.remove("place");
        anna.write("place/in.txt", "text\n");
        anna.commit("Change");
        anna
    }

    #[test]
    fn files_come_back_as_what_they_were_and_an_undo_leaves_nothing_of_it() {
        let anna = changed();
        let before = ["x text", "→ run.sh", "text", "text"];
        for (path, is) in PATHS.into_iter().zip(before) {
            restore(&anna, &[path]).expect("restored");
            assert_eq!(at(&anna, path), is, "{path}");
            anna.workspace().undo(None).expect("undone");
            anna.assert_clean();
        }
        restore(&anna, &["."]).expect("restored");
        assert_eq!(PATHS.map(|path| at(&anna, path)), before);
        anna.git(&["add", "--all"]);
        assert_eq!(anna.git(&["diff", "--cached", "HEAD~1"]), "");
        anna.git(&["reset", "--quiet"]);
        anna.workspace().undo(None).expect("undone");
        anna.assert_clean();
    }

    #[test]
    fn one_resource_brought_the_mode_of_its_file_along() {
        let anna = changed();
        restore(&anna, &["req_1"]).expect("restored");
        assert_eq!(anna.git(&["diff", "--summary"]), "");
        assert!(anna.read(FILE).contains("name: One") && anna.read(FILE).contains("name: Due"));
    }
}
