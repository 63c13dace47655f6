//! What both changed is held, shown and settled.

use snapbox::{assert_data_eq, str};

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
    assert_data_eq!(team.ben.syncline(["sync", "-m", "Put"]).transcript(), str![]);
    assert_data_eq!(team.ben.syncline(["status"]).transcript(), str![]);
    assert_data_eq!(team.ben.syncline(["conflicts"]).transcript(), str![]);
    assert!(team.ben.read("library.yaml").contains("PATCH"));
}

#[test]
fn anyone_can_settle_it() {
    let team = disagreeing();
    team.ben.syncline(["sync"]).expect_code(1);
    assert_data_eq!(team.ann.syncline(["pull"]).transcript(), str![]);
    let listed = team.ann.syncline(["conflicts", "--json"]).expect_code(1).json();
    let id = listed["conflicts"][0]["id"].as_str().unwrap();
    assert_data_eq!(team.ann.syncline(["resolve", &id[..6], "--take", "both"]).transcript(), str![]);
    assert_data_eq!(team.ann.syncline(["resolve", &id[..6], "--take", "theirs"]).transcript(), str![]);
    assert_data_eq!(team.ann.syncline(["conflicts"]).transcript(), str![]);
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
    assert_data_eq!(team.ben.syncline(["resolve", id, "--value", "DELETE"]).transcript(), str![]);
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
        ("kind", "request"),
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
