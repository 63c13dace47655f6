//! Files, names and repositories of every sort: each simply works or is told, and nothing is lost.

use std::fs;

use snapbox::{IntoData, assert_data_eq, str};

use crate::support::{COLLECTION, Installation};

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
    assert_data_eq!(
        here.syncline(["commit", "-m", "Add names"]).transcript(),
        str![[r#"
Committed 6 changes as [COMMIT]
  + added  yaml  Größe.yaml
  + added  yaml  esc\u{1b}[31m.yaml
  + added  yaml  line\nbreak.yaml
  + added  yaml  quote"s'.yaml
  + added  yaml  with space.yaml
  + added  yaml  日本.yaml
exit: 0

"#]]
        .raw()
    );
    assert_data_eq!(here.git(["status", "--porcelain"]), "");
}

#[test]
fn an_empty_file_is_a_problem_where_resources_were() {
    let here = Installation::with_collection();
    here.write("library.yaml", "");
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
On main, with no remote branch
Problems (1)
  library.yaml: the file is empty, and had resources
stderr: hint: see since when, and the last good version, with `syncline problems`
exit: 1

"#]]
    );
    assert_data_eq!(
        here.syncline(["discard", "library.yaml"]).transcript(),
        str![[r#"
As in the last commit again
  library.yaml
stderr: hint: `syncline undo` brings them back
exit: 0

"#]]
    );
    assert_data_eq!(here.read("library.yaml"), COLLECTION);
}

#[test]
fn bytes_that_are_no_text_travel_as_they_are() {
    let here = Installation::with_collection();
    let latin = b"name: Gr\xfc\xdfe\n";
    fs::write(here.folder.join("latin.yaml"), latin).unwrap();
    fs::write(here.folder.join("image.png"), b"\x89PNG\0\x1a").unwrap();
    assert_data_eq!(
        here.syncline(["status"]).transcript(),
        str![[r#"
On main, with no remote branch
Changes (2)
  + added  file  image.png
  + added  file  latin.yaml
stderr: hint: commit with `syncline commit -m MSG`
exit: 0

"#]]
    );
    here.syncline(["commit", "-q", "-m", "Add bytes"]).expect_code(0);
    assert_data_eq!(here.git(["status", "--porcelain"]), "");
    fs::write(here.folder.join("image.png"), b"\x89PNG\0\x1b\x1c").unwrap();
    assert_data_eq!(
        here.syncline(["diff", "--text"]).transcript(),
        str![[r#"
diff --git a/image.png b/image.png
index [COMMIT]..[COMMIT] 100644
Binary files a/image.png and b/image.png differ
exit: 0

"#]]
    );
    assert_eq!(fs::read(here.folder.join("latin.yaml")).unwrap(), latin);
}

#[test]
fn repeated_keys_travel_as_they_are() {
    let here = Installation::with_collection();
    let text = COLLECTION.replace("    method: POST\n", "    method: POST\n    method: PUT\n");
    here.write("library.yaml", &text);
    here.syncline(["commit", "-q", "-m", "Repeat a key"]).expect_code(0);
    assert_data_eq!(here.git(["show", "HEAD:library.yaml"]) + "\n", text);
}

#[cfg(unix)]
#[test]
fn links_are_never_followed() {
    let here = Installation::with_collection();
    std::os::unix::fs::symlink("library.yaml", here.folder.join("link.yaml")).unwrap();
    here.syncline(["commit", "-q", "-m", "Add a link"]).expect_code(0);
    assert_data_eq!(here.git(["show", "HEAD:link.yaml"]), "library.yaml");
    assert!(here.git(["ls-tree", "HEAD", "link.yaml"]).starts_with("120000"));
    assert_data_eq!(here.git(["status", "--porcelain"]), "");
}

/// It was committed and pushed, and after that nobody could clone or pull.
#[cfg(unix)]
#[test]
fn a_link_that_leads_out_was_committed_and_locked_everybody_out() {
    let here = Installation::with_collection();
    std::os::unix::fs::symlink("/etc/passwd", here.folder.join("link.yaml")).unwrap();
    here.write("other.yaml", "a: 1\n");
    assert_data_eq!(
        here.syncline(["commit", "-m", "Add both"]).transcript(),
        str![[r#"
Committed 1 change as [COMMIT]
  + added  yaml  other.yaml
Left out of the commit
  link.yaml: a link to `/etc/passwd`, which leads out of the repository
stderr: hint: not every file is taken: see why with `syncline problems`
exit: 1

"#]]
    );
    assert_data_eq!(here.git(["status", "--porcelain"]), "?? link.yaml");
    here.git(["clone", "-q", "--bare", ".", "../remote.git"]);
    here.syncline(["clone", "../remote.git", "../copy"]).expect_code(0);
}

#[test]
fn names_that_differ_only_in_case_stay_apart() {
    let here = Installation::with_collection();
    here.write("a.yaml", "a: 1\n");
    here.write("A.yaml", "a: 2\n");
    if here.read("a.yaml") != "a: 1\n" {
        println!("skipped: the file system takes both names for one");
        return;
    }
    here.syncline(["commit", "-q", "-m", "Add both"]).expect_code(0);
    assert_data_eq!(
        here.git(["ls-files"]),
        str![[r#"
A.yaml
a.yaml
library.yaml
"#]]
    );
}

#[test]
fn a_file_under_another_name_has_moved() {
    let here = Installation::with_collection();
    here.write("settings.yaml", "a: 1\nb: 2\nc: 3\n");
    here.write("notes.txt", "hello\n");
    here.syncline(["commit", "-q", "-m", "Add files"]).expect_code(0);
    fs::create_dir(here.folder.join("old")).unwrap();
    for name in ["library.yaml", "settings.yaml", "notes.txt"] {
        fs::rename(here.folder.join(name), here.folder.join("old").join(name)).unwrap();
    }
    here.replace("old/library.yaml", "/loans", "/lendings");
    here.replace("old/settings.yaml", "b: 2", "b: 4");
    assert_data_eq!(
        here.syncline(["status"]).stdout(),
        str![[r#"
On main, with no remote branch
Changes (5)
  > moved  Workspace  Library            library.yaml → old/library.yaml
  > moved  Request    List books         library.yaml → old/library.yaml
  > moved  Request    Lend a book        library.yaml → old/library.yaml
      url
  > moved  file       old/notes.txt      notes.txt → old/notes.txt
  > moved  yaml       old/settings.yaml  settings.yaml → old/settings.yaml
      b

"#]]
    );
    assert_data_eq!(
        here.syncline(["diff", "library.yaml"]).stdout(),
        str![[r#"
> moved Workspace Library  library.yaml → old/library.yaml
> moved Request List books  library.yaml → old/library.yaml
> moved Request Lend a book  library.yaml → old/library.yaml
    url: "https://library.example/loans" → "https://library.example/lendings"

"#]]
    );
    here.syncline(["commit", "-q", "-m", "Move"]).expect_code(0);
    let shown = here.syncline(["show", "--json"]).json();
    assert_eq!(shown["files"][0]["changes"][0]["old_path"], "library.yaml");
    assert_data_eq!(
        here.syncline(["log", "req_2"]).stdout(),
        str![[r#"
[COMMIT]  [TIME]  Ann Example  Move
[COMMIT]  [TIME]  Ann Example  Add the library

"#]]
    );
}

#[test]
fn a_large_file_that_moves_is_one_line() {
    let here = Installation::with_collection();
    let requests =
        (3..20).map(|n| format!("  - url: u{n}\n    name: Request {n}\n    meta: {{id: req_{n}}}\n"));
    here.write("library.yaml", &(COLLECTION.to_owned() + &requests.collect::<String>()));
    here.syncline(["commit", "-q", "-m", "Add requests"]).expect_code(0);
    here.git(["mv", "library.yaml", "books.yaml"]);
    let moved = "  > moved  file  20 resources  library.yaml → books.yaml\n";
    assert!(here.syncline(["status"]).stdout().ends_with(moved));
    assert_eq!(here.syncline(["diff"]).stdout(), moved.trim_start());
    here.replace("books.yaml", "name: Library", "name: Books");
    assert_data_eq!(
        here.syncline(["status"]).stdout(),
        str![[r#"
On main, with no remote branch
Changes (20)
  > moved  Workspace  Books         library.yaml → books.yaml
      name
  > moved  rest       19 resources  library.yaml → books.yaml

"#]]
    );
}

#[test]
fn a_patch_is_one_that_git_takes() {
    let here = Installation::with_collection();
    let names = ["with space.txt", "quote\"s.txt", "tab\there.txt", "line\nbreak.txt", "Größe.txt"];
    for name in names.iter().chain(&["gone.txt", "crlf.txt", "script.sh", "becomes-link"]) {
        here.write(name, "one\r\ntwo\u{1b}[31m\nthree\n");
    }
    here.syncline(["commit", "-q", "-m", "Add files"]).expect_code(0);
    for name in names.iter().chain(&["crlf.txt"]) {
        here.write(name, "one\r\n2\u{7}\r\nthree");
    }
    here.write("new file.txt", "new\n");
    here.write("empty.txt", "");
    fs::remove_file(here.folder.join("gone.txt")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(here.folder.join("script.sh"), fs::Permissions::from_mode(0o755)).unwrap();
        fs::remove_file(here.folder.join("becomes-link")).unwrap();
        std::os::unix::fs::symlink("script.sh", here.folder.join("becomes-link")).unwrap();
    }
    here.replace("library.yaml", "/loans", "/lendings");
    let patch = here.syncline(["diff", "--text"]).expect_code(0).output.stdout;
    fs::write(here.home.path().join("all.patch"), patch).unwrap();
    here.git(["add", "-A"]);
    let wanted = here.git(["write-tree"]);
    here.git(["reset", "-q", "--hard"]);
    here.git(["apply", "--index", "../all.patch"]);
    assert_eq!(here.git(["write-tree"]), wanted);
    here.syncline(["commit", "-q", "-y", "-m", "Apply"]).expect_code(0);
    let shown = here.syncline(["show", "--text"]).expect_code(0).output.stdout;
    fs::write(here.home.path().join("shown.patch"), shown).unwrap();
    here.git(["apply", "--index", "--reverse", "../shown.patch"]);
    assert_eq!(here.git(["write-tree"]), here.git(["rev-parse", "HEAD~1^{tree}"]));
}
