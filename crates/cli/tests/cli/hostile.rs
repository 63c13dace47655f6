//! A commit that comes in and names a way out of the folder is refused, and stands in nobody's way.

use std::fs;

use crate::support::Installation;

/// A bare repository with one commit; gives its address.
fn remote(here: &Installation) -> String {
    here.syncline(["init"]).expect_code(0);
    here.write("a.yaml", "a: 1\n");
    here.syncline(["commit", "-q", "-m", "First"]).expect_code(0);
    here.git(["clone", "-q", "--bare", ".", "../remote.git"]);
    let url = here.home.path().join("remote.git").to_string_lossy().into_owned();
    here.syncline(["connect", &url]).expect_code(0);
    url
}

/// Puts a commit on top of the remote's `main` whose tree has this one entry, which `git add` would refuse.
fn push_entry(here: &Installation, remote: &str, mode: &str, name: &str, content: &str) {
    let git = |arguments: &[&str], stdin: &[u8]| {
        let file = here.home.path().join("stdin");
        fs::write(&file, stdin).expect("the home can be written");
        let mut command = here.home.command("git");
        command.args(["--git-dir", remote]).args(arguments);
        let output =
            command.stdin(fs::File::open(file).expect("it is there")).output().expect("git is there");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let blob = git(&["hash-object", "-w", "--stdin"], content.as_bytes());
    let id: Vec<u8> =
        (0..40).step_by(2).map(|at| u8::from_str_radix(&blob[at..at + 2], 16).expect("hex")).collect();
    let entry = [format!("{mode} {name}\0").as_bytes(), &id].concat();
    let tree = git(&["hash-object", "-t", "tree", "--literally", "-w", "--stdin"], &entry);
    let commit = git(&["commit-tree", "-p", "main", "-m", "Hostile", &tree], b"");
    git(&["update-ref", "refs/heads/main", &commit], b"");
}

#[test]
fn a_pull_of_a_way_out_is_refused_and_work_goes_on() {
    let hostile = [
        ("100644", "..", "a: 2\n", 7),
        ("100644", ".git", "a: 2\n", 7),
        ("120000", "link", "../../secret", 3),
        ("120000", "link", "/etc/passwd", 3),
    ];
    for (mode, name, content, code) in hostile {
        let here = Installation::new();
        let url = remote(&here);
        push_entry(&here, &url, mode, name, content);
        let pull = here.syncline(["pull"]);
        assert_eq!(pull.code(), code, "{name} {content}: {}", pull.transcript());
        assert_eq!(here.read("a.yaml"), "a: 1\n");
        assert!(fs::symlink_metadata(here.folder.join("link")).is_err());
        here.write("mine.yaml", "b: 1\n");
        here.syncline(["commit", "-q", "-m", "Mine"]).expect_code(0);
        assert_eq!(here.git(["status", "--porcelain"]), "");
    }
}

#[test]
fn a_clone_with_a_link_that_leads_out_is_refused_and_leaves_an_empty_folder() {
    for target in ["../../secret", "/etc/passwd"] {
        let here = Installation::new();
        let url = remote(&here);
        push_entry(&here, &url, "120000", "link", target);
        let copy = here.home.path().join("copy");
        let clone = here.syncline(["clone", &url, &copy.to_string_lossy()]);
        assert_eq!(clone.code(), 3, "{target}: {}", clone.transcript());
        assert!(clone.transcript().contains("outside of the repository"), "{}", clone.transcript());
        assert_eq!(fs::read_dir(&copy).map(Iterator::count).unwrap_or_default(), 0);
    }
}
