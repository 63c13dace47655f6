//! What both changed is held, shown and settled.

use snapbox::{IntoData, assert_data_eq, str};

use crate::remote::Team;

/// Ann and Ben gave one request two methods; Ann was first, Ben holds the conflict.
fn disagreeing() -> Team {
    let team = Team::new();
    team.ann.replace("library.yaml", "method: POST", "method: PATCH");
    team.ann.syncline(["sync"]).expect_code(0);
    team.ben.replace("library.yaml", "method: POST", "method: PUT");
    team.ben.replace("library.yaml", "name: List books", "name: List all books");
    team
}

#[test]
fn one_field_with_two_values_is_held() {
    let team = disagreeing();
    assert_data_eq!(
        team.ben.syncline(["sync", "-m", "Put"]).transcript(),
        str![[r#"
Committed 2 changes as [COMMIT]
  ~ modified  Request  List all books  library.yaml
      name
  ~ modified  Request  Lend a book     library.yaml
      method
Pulled 1 commit and merged: 1 change
  ~ modified  Request  Lend a book  library.yaml
      method
Conflicts held (1)
  [CONFLICT]  Request Lend a book  /method
Pushed 2 commits to origin/main
stderr: hint: 1 conflict is held: see both values with `syncline conflicts`
exit: 1

"#]]
    );
    assert_data_eq!(
        team.ben.syncline(["status"]).transcript(),
        str![[r#"
On main, up to date with origin/main
Conflicts (1): see them with `syncline conflicts`
exit: 1

"#]]
    );
    assert_data_eq!(
        team.ben.syncline(["conflicts"]).transcript(),
        str![[r#"
conflict [CONFLICT]  Request Lend a book  /method
  in library.yaml
  ours by Ben Example ([COMMIT]), theirs by Ann Example ([COMMIT])
    base    "POST"
    ours    "PUT"
    theirs  "PATCH"  (in the file)
  syncline resolve [CONFLICT] --take ours
  syncline resolve [CONFLICT] --take theirs
stderr: hint: also `--take base`, `--value TEXT`, `--value-json JSON`
exit: 1

"#]]
    );
    assert!(team.ben.read("library.yaml").contains("PATCH"));
}

#[test]
fn anyone_can_settle_it() {
    let team = disagreeing();
    team.ben.syncline(["sync"]).expect_code(1);
    assert_data_eq!(
        team.ann.syncline(["pull"]).transcript(),
        str![[r#"
Pulled 2 commits: 1 change
  ~ modified  Request  List all books  library.yaml
      name
stderr: hint: 1 conflict is held: see both values with `syncline conflicts`
exit: 1

"#]]
    );
    let listed = team.ann.syncline(["conflicts", "--json"]).expect_code(1).json();
    let id = listed["conflicts"][0]["id"].as_str().unwrap();
    assert_data_eq!(
        team.ann.syncline(["resolve", &id[..6], "--take", "both"]).transcript(),
        str![[r#"
stderr: error: 1 conflict is between single values, and cannot take both: `[CONFLICT]`
stderr: hint: nothing was settled; of these take ours, theirs or base, or give a value
exit: 2

"#]]
    );
    assert_data_eq!(
        team.ann.syncline(["resolve", &id[..6], "--take", "ours"]).transcript(),
        str![[r#"
Settled 1 conflict: committed as [COMMIT]
  [CONFLICT]  Request Lend a book  /method
exit: 0

"#]]
    );
    assert_data_eq!(
        team.ann.syncline(["conflicts"]).transcript(),
        str![[r#"
No conflict is held
exit: 0

"#]]
    );
    team.ann.syncline(["sync"]).expect_code(0);
    team.ben.syncline(["sync"]).expect_code(0);
    assert_eq!(team.ann.read("library.yaml"), team.ben.read("library.yaml"));
    assert!(team.ann.read("library.yaml").contains("PUT"));
}

#[test]
fn another_value_settles_it_too() {
    let team = disagreeing();
    team.ben.syncline(["sync"]).expect_code(1);
    let listed = team.ben.syncline(["conflicts", "--json"]).json();
    let id = listed["conflicts"][0]["id"].as_str().unwrap();
    assert_data_eq!(
        team.ben.syncline(["resolve", id, "--value", "DELETE"]).transcript(),
        str![[r#"
Settled 1 conflict: committed as [COMMIT]
  [CONFLICT]  Request Lend a book  /method
exit: 0

"#]]
    );
    assert!(team.ben.read("library.yaml").contains("method: DELETE"));
}

#[test]
fn the_list_has_what_the_reference_names() {
    let team = disagreeing();
    team.ben.syncline(["sync"]).expect_code(1);
    let listed = team.ben.syncline(["conflicts", "--json"]).expect_code(1).json();
    let conflict = &listed["conflicts"][0];
    for (name, value) in [
        ("path", "library.yaml"),
        ("kind", "Request"),
        ("resource", "req_2"),
        ("name", "Lend a book"),
        ("field", "/collection/1/method"),
        ("base", "POST"),
        ("ours", "PUT"),
        ("theirs", "PATCH"),
    ] {
        assert_eq!(conflict[name], value, "{name}");
    }
}

#[test]
fn a_removal_against_a_change_shows_what_changed() {
    let team = Team::new();
    let request = team.ann.read("library.yaml");
    let at = request.find("  - url: https://library.example/loans").unwrap();
    team.ann.write("library.yaml", &request[..at]);
    team.ann.syncline(["sync"]).expect_code(0);
    team.ben.replace("library.yaml", "method: POST", "method: PUT");
    team.ben.syncline(["sync"]).expect_code(1);
    assert_data_eq!(
        team.ben.syncline(["conflicts"]).transcript(),
        str![[r#"
conflict [CONFLICT]  Request Lend a book  as a whole
  in library.yaml
  ours by Ben Example ([COMMIT]), theirs by Ann Example ([COMMIT])
    base    {"url":"https://library.example/loans","name":"Lend a book","meta":…
    ours  (in the file)
      /method: "PUT"
    theirs  absent
  syncline resolve [CONFLICT] --take ours
  syncline resolve [CONFLICT] --take theirs
stderr: hint: also `--take base`, `--value TEXT`, `--value-json JSON`
exit: 1

"#]]
    );
    assert!(team.ben.read("library.yaml").contains("method: PUT"));
}

/// Ann and Ben gave one request two methods and two bodies of several lines.
fn disagreeing_on_text_too() -> Team {
    let team = Team::new();
    let body =
        |text: &str| format!("    method: POST\n    body:\n      text: |\n        {text}\n        end\n");
    for (here, text, method) in [(&team.ann, "from Ann", "PATCH"), (&team.ben, "from Ben", "PUT")] {
        here.replace("library.yaml", "    method: POST\n", &body(text).replace("POST", method));
    }
    team.ann.syncline(["sync"]).expect_code(0);
    team.ben.syncline(["sync"]).expect_code(1);
    team
}

#[test]
fn both_is_offered_only_where_it_can_be_taken() {
    let team = disagreeing_on_text_too();
    assert_data_eq!(
        team.ben.syncline(["conflicts"]).transcript(),
        str![[r#"
conflict [CONFLICT]  Request Lend a book  /body/text
  in library.yaml
  ours by Ben Example ([COMMIT]), theirs by Ann Example ([COMMIT])
    base    absent
    ours
      +from Ben
      +end
    theirs  (in the file)
      +from Ann
      +end
  syncline resolve [CONFLICT] --take ours
  syncline resolve [CONFLICT] --take theirs
  syncline resolve [CONFLICT] --take both

conflict [CONFLICT]  Request Lend a book  /method
  in library.yaml
  ours by Ben Example ([COMMIT]), theirs by Ann Example ([COMMIT])
    base    "POST"
    ours    "PUT"
    theirs  "PATCH"  (in the file)
  syncline resolve [CONFLICT] --take ours
  syncline resolve [CONFLICT] --take theirs
stderr: hint: also `--take base`, `--value TEXT`, `--value-json JSON`
stderr: hint: all at once: `syncline resolve --all --take ours`
exit: 1

"#]]
        .raw()
    );
}

#[test]
fn all_of_both_settles_nothing_where_one_is_a_single_value() {
    let team = disagreeing_on_text_too();
    let before = team.ben.syncline(["conflicts", "--json"]).json();
    assert_data_eq!(
        team.ben.syncline(["resolve", "--all", "--take", "both"]).transcript(),
        str![[r#"
stderr: error: 1 conflict is between single values, and cannot take both: `[CONFLICT]`
stderr: hint: nothing was settled; of these take ours, theirs or base, or give a value
exit: 2

"#]]
    );
    assert_eq!(team.ben.syncline(["conflicts", "--json"]).json(), before);
}

#[test]
fn what_two_people_added_by_one_name_is_there_twice() {
    let team = Team::new();
    let added = |id: u8| {
        let meta = format!(
            "    meta:\n      id: req_new_{id}\n      created: 175000000000{id}\n      sortKey: -{id}\n"
        );
        format!("  - url: \"\"\n    name: New Request\n{meta}    method: GET\n")
    };
    for (person, id) in [(&team.ann, 8), (&team.ben, 9)] {
        person.write("library.yaml", &(person.read("library.yaml") + &added(id)));
        person.syncline(["sync", "-m", "Add one"]).expect_code(0);
    }
    let text = team.ben.read("library.yaml");
    assert!(text.contains("id: req_new_8") && text.contains("id: req_new_9"), "{text}");
}

/// What is above the last request, and all of it with the request in a folder of its own.
fn last_in_folder<'t>(text: &'t str, name: &str) -> (&'t str, String) {
    let (before, request) = text.split_once("  - url: https://library.example/loans").expect("it is there");
    let deeper = request.trim_end().replace('\n', "\n    ");
    let folder = format!("  - name: {name}\n    meta:\n      id: fld_{name}\n    children:\n");
    (before, format!("{before}{folder}      - url: https://library.example/loans{deeper}\n"))
}

/// Ann has put a request into one folder, Ben into another; Ann was first, Ben holds the conflict.
fn moved_apart() -> Team {
    let team = Team::new();
    for (person, name, code) in [(&team.ann, "Archive", 0), (&team.ben, "Old", 1)] {
        let (_, moved) = last_in_folder(&person.read("library.yaml"), name);
        person.write("library.yaml", &moved);
        person.syncline(["sync", "-m", "Tidy up"]).expect_code(code);
    }
    team
}

/// How often the request is there, and the folder that it is in.
fn folder_of_the_moved(text: &str) -> (usize, Option<&str>) {
    let (before, _) = text.split_once("id: req_2").expect("it is there");
    let folder = before.rsplit_once("children:\n").and_then(|(above, _)| above.rsplit_once("  - name: "));
    (text.matches("id: req_2").count(), folder.and_then(|(_, rest)| rest.lines().next()))
}

#[test]
fn of_what_two_people_moved_the_places_are_shown_and_taken() {
    let team = moved_apart();
    assert_data_eq!(
        team.ben.syncline(["conflicts"]).transcript(),
        str![[r#"
conflict [CONFLICT]  Request Lend a book  where it is
  in library.yaml
  ours by Ben Example ([COMMIT]), theirs by Ann Example ([COMMIT])
    base    in Library
    ours    in Old
    theirs  in Archive  (in the file)
  syncline resolve [CONFLICT] --take ours
  syncline resolve [CONFLICT] --take theirs
stderr: hint: also `--take base`, `--value TEXT`, `--value-json JSON`
exit: 1

"#]]
    );
    let listed = team.ben.syncline(["conflicts", "--json"]).json();
    assert_eq!(listed["conflicts"][0]["moved"]["ours"]["parent"], "fld_Old");
    assert_eq!(folder_of_the_moved(&team.ben.read("library.yaml")), (1, Some("Archive")));
    team.ben.syncline(["resolve", "--all", "--take", "both"]).expect_code(2);
    team.ben.syncline(["resolve", "--all", "--take", "ours"]).expect_code(0);
    assert_eq!(folder_of_the_moved(&team.ben.read("library.yaml")), (1, Some("Old")));
    team.ben.syncline(["sync"]).expect_code(0);
    team.ann.syncline(["sync"]).expect_code(0);
    assert_eq!(team.ann.read("library.yaml"), team.ben.read("library.yaml"));
}

#[test]
fn what_two_people_moved_can_go_back_where_it_was() {
    let team = moved_apart();
    team.ben.syncline(["resolve", "--all", "--take", "base"]).expect_code(0);
    let text = team.ben.read("library.yaml");
    assert_eq!(text.matches("id: req_2").count(), 1);
    assert!(text.contains("\n  - url: https://library.example/loans"), "{text}");
}

#[test]
fn what_one_person_moved_and_another_removed_is_held_with_its_place() {
    let team = Team::new();
    let text = team.ann.read("library.yaml");
    let (before, moved) = last_in_folder(&text, "Old");
    team.ann.write("library.yaml", before);
    team.ann.syncline(["sync", "-m", "Remove"]).expect_code(0);
    team.ben.write("library.yaml", &moved);
    team.ben.syncline(["sync", "-m", "Move"]).expect_code(1);
    let said = team.ben.syncline(["conflicts"]).expect_code(1).stdout();
    assert!(said.contains("ours    in Old  (in the file)\n    theirs  absent\n"), "{said}");
    team.ben.syncline(["resolve", "--all", "--take", "theirs"]).expect_code(0);
    assert!(!team.ben.read("library.yaml").contains("id: req_2"));
}
