//! Conflicts: held, seen by both, settled by anyone.

use std::{fs, slice};

use crate::support::{COLLECTION, FILE, Person, REPOSITORY, Two, at_server};
use syncline_document::Value;
use syncline_merge::{Conflict, Place, Side};
use syncline_sync::{CloneRequest, ErrorKind, SyncRequest, Take, Workspace};

/// Anna was first with one name, Ben came with another.
fn held() -> Two {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.ben.replace(FILE, "name: One", "name: Ben's");
    two.anna.sync();
    let report = two.ben.sync();
    assert_eq!(report.pulled.conflicts.len(), 1);
    two
}

fn text(text: &str) -> Value {
    Value::String(text.into())
}

#[test]
fn the_first_value_stays_and_the_other_is_held() {
    let two = held();
    assert!(two.ben.read(FILE).contains("name: Anna's"));
    let conflicts = two.ben.workspace().conflicts().expect("a list");
    let [one] = conflicts.as_slice() else { panic!("{conflicts:?}") };
    assert_eq!(one.conflict.field.to_string(), "/collection/0/name");
    let values = [&one.conflict.base, &one.conflict.ours, &one.conflict.theirs].map(Option::as_ref);
    assert_eq!(values, [&text("One"), &text("Ben's"), &text("Anna's")].map(Some));
    two.ben.assert_clean();
}

#[test]
fn the_other_side_sees_the_conflict_and_can_settle_it() {
    let two = held();
    two.anna.sync();
    let conflicts = two.anna.workspace().conflicts().expect("a list");
    assert_eq!(conflicts.len(), 1);
    let report = two.anna.workspace().resolve(&[conflicts[0].id.clone()], &Take::Ours).expect("settled");
    assert_eq!(report.left, 0);
    assert!(two.anna.read(FILE).contains("name: Ben's"));
    two.anna.sync();
    two.ben.sync();
    assert!(two.ben.workspace().conflicts().expect("a list").is_empty());
    two.assert_equal();
}

#[test]
fn taking_the_kept_value_needs_no_commit_and_travels_all_the_same() {
    let two = held();
    let id = two.ben.workspace().conflicts().expect("a list")[0].id.clone();
    let report = two.ben.workspace().resolve(&[id], &Take::Theirs).expect("settled");
    assert!(report.commit.is_none());
    two.ben.sync();
    two.anna.sync();
    assert!(two.anna.workspace().conflicts().expect("a list").is_empty());
}

#[test]
fn a_later_edit_of_the_field_settles_it() {
    let two = held();
    two.ben.replace(FILE, "name: Anna's", "name: Ours");
    let report = two.ben.commit("Agree");
    assert_eq!(report.settled.len(), 1);
    assert!(two.ben.workspace().conflicts().expect("a list").is_empty());
}

#[test]
fn what_is_held_is_not_settled_by_an_edit_of_somebody_who_never_saw_it() {
    let two = held();
    two.anna.replace(FILE, "name: Anna's", "name: Later");
    let report = two.anna.sync();
    assert_eq!(report.pulled.conflicts.len(), 1);
    two.ben.sync();
    for one in [&two.anna, &two.ben] {
        assert!(one.read(FILE).contains("name: Later"));
        let conflicts = one.workspace().conflicts().expect("a list");
        let [held] = conflicts.as_slice() else { panic!("{conflicts:?}") };
        let values = [&held.conflict.base, &held.conflict.ours, &held.conflict.theirs].map(Option::as_ref);
        assert_eq!(values, [&text("One"), &text("Ben's"), &text("Later")].map(Some));
        let names =
            [Side::Ours, Side::Theirs].map(|side| held.conflict.authors.of(side).map(|it| it.name.as_str()));
        assert_eq!(names, [Some("Ben"), Some("Anna")]);
    }
    two.assert_equal();
}

#[test]
fn what_is_held_meets_a_change_that_somebody_pushed_with_git() {
    let two = held();
    let (home, folder) = (&two.anna.home, two.anna.home.folder("with-git"));
    let server = two.server.repo_path(REPOSITORY);
    home.git(&folder, ["clone", "--quiet", server.to_str().expect("UTF-8"), "."]);
    let old = fs::read_to_string(folder.join(FILE)).expect("it was cloned");
    fs::write(folder.join(FILE), old.replace("name: Anna's", "name: Git's")).expect("the folder is ours");
    home.git(&folder, ["commit", "--quiet", "--all", "--message", "Another name"]);
    home.git(&folder, ["push", "--quiet"]);
    two.anna.sync();
    two.ben.sync();
    for one in [&two.anna, &two.ben] {
        assert!(one.read(FILE).contains("name: Git's"));
        let conflicts = one.workspace().conflicts().expect("a list");
        let [held] = conflicts.as_slice() else { panic!("{conflicts:?}") };
        let values = [&held.conflict.ours, &held.conflict.theirs].map(Option::as_ref);
        assert_eq!(values, [&text("Ben's"), &text("Git's")].map(Some));
    }
}

/// Where the file is was held, and what is in it; both come back, and that it was removed is held of it there.
#[test]
fn a_removal_is_held_where_what_comes_back_of_the_file_moves_it() {
    const LINES: &str = "one: 1\ntwo: 2\nthree: 3\nfour: 4\nfive: 5\n";
    let two = Two::with(&[("extra.yaml", LINES), (FILE, COLLECTION)]);
    for (person, path, value) in [(&two.anna, "annas.yaml", "10"), (&two.ben, "bens.yaml", "20")] {
        person.write(path, &LINES.replace("one: 1", &format!("one: {value}")));
        person.remove("extra.yaml");
    }
    two.anna.sync();
    let report = two.ben.sync();
    assert_eq!(report.pulled.conflicts.len(), 2);
    two.anna.remove("annas.yaml");
    two.anna.sync();
    assert_eq!(two.anna.read("bens.yaml"), LINES.replace("one: 1", "one: 20"));
    let mut conflicts = two.anna.workspace().conflicts().expect("a list");
    conflicts.retain(|held| held.conflict.place == Place::File);
    let [held] = conflicts.as_slice() else { panic!("{conflicts:?}") };
    assert_eq!(held.conflict.path.to_string(), "bens.yaml");
    assert!(held.conflict.ours.is_none() || held.conflict.theirs.is_none(), "{:?}", held.conflict);
}

/// Each of two merges what a third one removed with a change of their own, and they meet after that.
#[test]
fn a_file_that_two_bring_back_in_different_places_is_there_once() {
    let other = COLLECTION.replace("wrk_1", "wrk_2").replace("name: Small", "name: Other");
    let two = Two::with(&[("other.yaml", &other), (FILE, COLLECTION)]);
    let cleo = two.joined_by("Cleo");
    two.anna.remove("other.yaml");
    two.anna.write("moved/other.yaml", &other);
    two.anna.commit("Move");
    two.ben.replace("other.yaml", "name: Other", "name: Ben's");
    two.ben.commit("Rename");
    cleo.remove("other.yaml");
    let request = SyncRequest { allow_removals: true, ..SyncRequest::default() };
    cleo.workspace().sync(&request).expect("removed");
    two.ben.pull();
    two.anna.sync();
    two.ben.sync();
    assert!(!two.ben.folder.join("other.yaml").exists());
    assert_eq!(two.ben.read("moved/other.yaml"), other.replace("name: Other", "name: Ben's"));
    let held = two.ben.workspace().conflicts().expect("a list");
    assert!(held.iter().all(|held| held.conflict.path.to_string() == "moved/other.yaml"), "{held:?}");
    assert!(!held.is_empty(), "it was removed");
}

/// The same of one request of a file.
#[test]
fn a_request_that_two_bring_back_in_different_folders_is_there_once() {
    const REQUEST: &str =
        "      - url: https://example.com/one\n        name: One\n        meta:\n          id: req_1\n";
    let folders = |first: &str, second: &str| {
        let folder = |number: usize, children: &str| {
            let children = if children.is_empty() { " []\n" } else { &format!("\n{children}") };
            format!("  - name: {number}\n    meta:\n      id: fld_{number}\n    children:{children}")
        };
        let head = "type: collection.insomnia.rest/5.0\nname: Small\nmeta:\n  id: wrk_1\ncollection:\n";
        format!("{head}{}{}", folder(1, first), folder(2, second))
    };
    let two = Two::with(&[(FILE, &folders(REQUEST, ""))]);
    let cleo = two.joined_by("Cleo");
    two.anna.write(FILE, &folders("", REQUEST));
    two.anna.commit("Move");
    two.ben.replace(FILE, "name: One", "name: Ben's");
    two.ben.commit("Rename");
    cleo.write(FILE, &folders("", ""));
    let request = SyncRequest { allow_removals: true, ..SyncRequest::default() };
    cleo.workspace().sync(&request).expect("removed");
    two.ben.pull();
    two.anna.sync();
    two.ben.sync();
    assert_eq!(two.ben.read(FILE), folders("", &REQUEST.replace("name: One", "name: Ben's")));
    assert!(!two.ben.workspace().conflicts().expect("a list").is_empty(), "it was removed");
}

#[test]
fn what_is_held_of_a_request_comes_back_where_somebody_who_never_saw_it_removed_the_request() {
    let two = held();
    let removed = two.anna.read(FILE);
    let (start, end) =
        (removed.find("  - url").expect("the first"), removed.find("  - url: https://example.com/two"));
    two.anna.write(FILE, &[&removed[..start], &removed[end.expect("the second")..]].concat());
    two.anna.sync();
    assert!(two.anna.read(FILE).contains("name: Ben's"), "{}", two.anna.read(FILE));
    let conflicts = two.anna.workspace().conflicts().expect("a list");
    let [held] = conflicts.as_slice() else { panic!("{conflicts:?}") };
    assert!(held.conflict.ours.is_none() != held.conflict.theirs.is_none(), "that it was removed is held");
}

#[test]
fn an_edit_elsewhere_leaves_it_held_and_it_follows_its_request() {
    let two = held();
    let added = "collection:\n  - url: x\n    name: Zero\n    meta:\n      id: req_0\n      created: 0\n      modified: 0\n";
    two.ben.replace(FILE, "collection:\n", added);
    two.ben.commit("Add one before");
    let conflicts = two.ben.workspace().conflicts().expect("a list");
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].conflict.field.to_string(), "/collection/1/name");
    two.ben.workspace().resolve(&[conflicts[0].id.clone()], &Take::Ours).expect("settled");
    assert!(two.ben.read(FILE).contains("name: Ben's"));
    assert!(two.ben.read(FILE).contains("name: Zero"));
}

#[test]
fn settling_leaves_uncommitted_work_alone() {
    let two = held();
    two.ben.replace(FILE, "name: Three", "name: Typed just now");
    let id = two.ben.workspace().conflicts().expect("a list")[0].id.clone();
    two.ben.workspace().resolve(&[id], &Take::Value(Value::String("Third way".into()))).expect("settled");
    let text = two.ben.read(FILE);
    assert!(text.contains("name: Third way") && text.contains("name: Typed just now"), "{text}");
    let status = two.ben.workspace().status().expect("a status");
    assert_eq!(status.changes.len(), 1);
}

#[test]
fn both_of_a_single_value_is_wrong_usage() {
    let two = held();
    let id = two.ben.workspace().conflicts().expect("a list")[0].id.clone();
    let error = two.ben.workspace().resolve(&[id], &Take::Both).expect_err("a scalar");
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(two.ben.workspace().conflicts().expect("a list").len(), 1);
}

#[test]
fn removed_here_and_changed_there_stays_and_is_held() {
    let two = Two::start();
    let text = two.anna.read(FILE);
    let start = text.find("  - url: https://example.com/two").expect("the second request");
    let end = text.find("  - url: https://example.com/three").expect("the third request");
    two.anna.write(FILE, &format!("{}{}", &text[..start], &text[end..]));
    two.ben.replace(FILE, "name: Two", "name: Changed");
    two.anna.sync();
    let report = two.ben.sync();
    assert_eq!(report.pulled.conflicts.len(), 1);
    assert!(two.ben.read(FILE).contains("name: Changed"));
    let id = two.ben.workspace().conflicts().expect("a list")[0].id.clone();
    two.ben.workspace().resolve(&[id], &Take::Theirs).expect("settled");
    assert!(!two.ben.read(FILE).contains("name: Changed"));
    two.ben.sync();
    two.anna.sync();
    two.assert_equal();
}

#[test]
fn a_set_that_both_have_moves_no_more() {
    let two = held();
    two.anna.sync();
    two.ben.sync();
    let before = at_server(&two, "refs/syncline/conflicts/main");
    two.anna.sync();
    two.ben.sync();
    two.anna.sync();
    assert_eq!(at_server(&two, "refs/syncline/conflicts/main"), before);
}

#[test]
fn an_edit_that_was_committed_with_git_settles_it() {
    let two = held();
    two.ben.replace(FILE, "name: Anna's", "name: Agreed");
    two.ben.git(&["commit", "--quiet", "--all", "--message", "Agree"]);
    two.ben.sync();
    assert!(two.ben.workspace().conflicts().expect("a list").is_empty());
    assert!(two.ben.read(FILE).contains("name: Agreed"));
}

#[test]
fn it_follows_its_file_to_another_name() {
    let two = held();
    std::fs::rename(two.ben.folder.join(FILE), two.ben.folder.join("moved.yaml")).expect("moved");
    let report = two.ben.commit("Move the file");
    assert!(report.settled.is_empty());
    let conflicts = two.ben.workspace().conflicts().expect("a list");
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].conflict.path.to_string(), "moved.yaml");
    two.ben.workspace().resolve(&[conflicts[0].id.clone()], &Take::Ours).expect("settled");
    assert!(two.ben.read("moved.yaml").contains("name: Ben's"));
}

#[test]
fn it_is_settled_when_its_request_is_removed() {
    let two = held();
    let text = two.ben.read(FILE);
    let start = text.find("  - url: https://example.com/one").expect("the first request");
    let end = text.find("  - url: https://example.com/two").expect("the second request");
    two.ben.write(FILE, &format!("{}{}", &text[..start], &text[end..]));
    assert_eq!(two.ben.commit("Remove it").settled.len(), 1);
}

#[test]
fn it_follows_its_item_in_a_list() {
    let headers =
        "    headers:\n      - name: Accept\n        value: any\n      - name: Trace\n        value: off\n";
    let collection = COLLECTION.replacen("    method: GET\n", &format!("    method: GET\n{headers}"), 1);
    let two = Two::with(&[(FILE, &collection)]);
    two.anna.replace(FILE, "value: any", "value: anna");
    two.ben.replace(FILE, "value: any", "value: ben");
    two.anna.sync();
    assert_eq!(two.ben.sync().pulled.conflicts.len(), 1);
    two.ben.replace(FILE, "    headers:\n", "    headers:\n      - name: First\n        value: first\n");
    assert!(two.ben.commit("Add a header before").settled.is_empty());
    let conflicts = two.ben.workspace().conflicts().expect("a list");
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].conflict.field.to_string(), "/collection/0/headers/1/value");
    two.ben.workspace().resolve(&[conflicts[0].id.clone()], &Take::Ours).expect("settled");
    assert!(two.ben.read(FILE).contains("name: Accept\n        value: ben\n"), "{}", two.ben.read(FILE));
}

/// Anna's file cannot be read any more, Ben's can: hers stays, and his is held as a whole.
#[test]
fn a_file_that_cannot_be_read_can_be_taken_as_it_is() {
    for take in [Take::Ours, Take::Theirs] {
        let two = Two::start();
        two.anna.write(FILE, "type: collection.insomnia.rest/5.0\nname: [\n");
        two.anna.git(&["commit", "--quiet", "--all", "--message", "Broken"]);
        two.anna.sync();
        two.ben.replace(FILE, "name: One", "name: Ben's");
        assert_eq!(two.ben.sync().pulled.conflicts.len(), 1);
        let id = two.ben.workspace().conflicts().expect("a list")[0].id.clone();
        let report = two.ben.workspace().resolve(&[id], &take).expect("settled");
        assert_eq!(report.left, 0);
        assert_eq!(two.ben.read(FILE).contains("name: Ben's"), take == Take::Ours);
    }
}

/// Whoever reads a conflict that somebody else held has to know whose `ours` is.
#[test]
fn a_conflict_says_whose_its_values_are() {
    let two = held();
    let bens = two.ben.git(&["log", "-1", "--format=%H", "--author=Ben", "--no-merges"]);
    two.ben.replace(FILE, "name: Three", "name: Later");
    two.ben.sync();
    two.anna.sync();
    let conflicts = two.anna.workspace().conflicts().expect("a list");
    let authors = &conflicts[0].conflict.authors;
    let (ours, theirs) = (authors.ours.as_ref().expect("known"), authors.theirs.as_ref().expect("known"));
    assert_eq!((ours.name.as_str(), ours.commit.as_deref()), ("Ben", Some(bens.trim())));
    assert_eq!((theirs.name.as_str(), theirs.time), ("Anna", 1_700_000_000));
}

/// It is the commit that gave the field its value, not the last one that touched the file.
#[test]
fn a_value_is_that_of_whoever_gave_it() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.ben.replace(FILE, "name: One", "name: Ben's");
    two.anna.sync();
    two.ben.commit("Rename One");
    let bens = two.ben.git(&["rev-parse", "HEAD"]);
    two.ben.replace(FILE, "name: Two", "name: Other");
    two.ben.commit("Rename Two");
    let report = two.ben.sync();
    let ours = report.pulled.conflicts[0].conflict.authors.ours.clone();
    assert_eq!(ours.and_then(|author| author.commit), Some(bens));
}

/// What is not committed has no commit, until it is.
#[test]
fn uncommitted_work_is_its_users() {
    let two = Two::start();
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two.ben.replace(FILE, "name: One", "name: Ben's");
    let ours = |conflicts: &[syncline_sync::Held]| conflicts[0].conflict.authors.ours.clone().expect("known");
    let typed = ours(&two.ben.pull().conflicts);
    assert_eq!((typed.name.as_str(), typed.commit), ("Ben", None));
    let commit = two.ben.commit("Rename One").commit.expect("a commit");
    let committed = ours(&two.ben.workspace().conflicts().expect("a list"));
    assert_eq!(committed.commit, Some(commit.to_string()));
}

/// Twelve steps without identity, in a file that is no resource of a tool.
fn steps(of: impl Fn(usize) -> String) -> String {
    (0..12).fold("steps:\n".to_owned(), |text, step| text + &of(step))
}

#[test]
fn several_removals_from_one_list_take_out_what_was_meant() {
    let plain = |step| format!("  - run: {step}\n    with: a\n");
    let two = Two::with(&[("ci.yaml", &steps(plain))]);
    // Anna removes two steps, Ben changes them.
    two.anna
        .write("ci.yaml", &steps(|step| if [9, 10].contains(&step) { String::new() } else { plain(step) }));
    two.ben.write(
        "ci.yaml",
        &steps(
            |step| {
                if [9, 10].contains(&step) { plain(step).replace("with: a", "with: b") } else { plain(step) }
            },
        ),
    );
    two.anna.sync();
    let held = two.ben.sync().pulled.conflicts;
    assert_eq!(held.len(), 2, "{held:?}");
    let ids: Vec<_> = held.into_iter().map(|held| held.id).collect();
    two.ben.workspace().resolve(&ids, &Take::Theirs).expect("settled");
    assert_eq!(two.ben.read("ci.yaml"), two.anna.read("ci.yaml"));
}

#[test]
fn what_stays_held_follows_its_item_when_another_one_is_taken_out() {
    let plain = |step| format!("  - run: {step}\n    with: a\n");
    let two = Two::with(&[("ci.yaml", &steps(plain))]);
    let change = |step: usize, to: &str| {
        if [3, 7].contains(&step) {
            plain(step).replace("with: a", &format!("with: {to}"))
        } else {
            plain(step)
        }
    };
    two.anna.write("ci.yaml", &steps(|step| if step == 3 { String::new() } else { change(step, "anna") }));
    two.ben.write("ci.yaml", &steps(|step| change(step, "ben")));
    two.anna.sync();
    let held = two.ben.sync().pulled.conflicts;
    assert_eq!(held.len(), 2, "{held:?}");
    let removed = held.iter().find(|held| held.conflict.theirs.is_none()).expect("a removal");
    two.ben.workspace().resolve(std::slice::from_ref(&removed.id), &Take::Theirs).expect("settled");
    let left = two.ben.workspace().conflicts().expect("a list");
    assert_eq!(left.len(), 1, "{left:?}");
    two.ben.workspace().resolve(&[left[0].id.clone()], &Take::Ours).expect("settled");
    let expected = steps(|step| if step == 3 { String::new() } else { change(step, "ben") });
    assert_eq!(two.ben.read("ci.yaml"), expected);
}

#[test]
fn settling_runs_the_users_hooks() {
    let two = held();
    let hook = |name: &str, script: &str| {
        let path = two.ben.folder.join(".git/hooks").join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is ours");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("the folder is ours");
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("ours");
    };
    let id = two.ben.workspace().conflicts().expect("a list")[0].id.clone();
    hook("pre-commit", "echo 'not today' >&2; exit 1");
    let before = two.ben.git(&["rev-parse", "HEAD"]);
    let error =
        two.ben.workspace().resolve(std::slice::from_ref(&id), &Take::Ours).expect_err("the hook says no");
    assert!(error.to_string().contains("not today"), "{error}");
    assert_eq!(two.ben.git(&["rev-parse", "HEAD"]), before);
    assert_eq!(two.ben.workspace().conflicts().expect("a list").len(), 1);
    hook("pre-commit", "exit 0");
    hook("commit-msg", "echo 'Reviewed-by: hook' >> \"$1\"");
    hook("post-commit", "touch made");
    two.ben.workspace().resolve(&[id], &Take::Ours).expect("settled");
    assert!(two.ben.git(&["log", "-1", "--format=%B"]).contains("Reviewed-by: hook"));
    assert!(two.ben.folder.join("made").exists());
    std::fs::remove_file(two.ben.folder.join("made")).expect("the hook made it");
    two.ben.assert_clean();
}

/// The comment of a field that both changed, in a file that no tool describes.
#[test]
fn comments_that_both_changed_can_be_taken_from_either_side() {
    let text = "server:\n  # where it\n  # listens\n  port: 80 # usual\n  host: a\n";
    for (annas, bens) in [
        (text.replace("listens", "waits"), text.replace("listens", "is")),
        (text.replace("  # where it\n  # listens\n", ""), text.replace("listens", "is")),
        (text.replace("usual", "Anna's"), text.replace("usual", "Ben's")),
    ] {
        let two = Two::with(&[("app.yaml", text)]);
        two.anna.write("app.yaml", &annas);
        two.ben.write("app.yaml", &bens);
        two.anna.sync();
        assert_eq!(two.ben.sync().pulled.conflicts.len(), 1, "{annas}");
        assert_eq!(two.ben.read("app.yaml"), annas);
        two.ben.replace("app.yaml", "host: a", "host: b");
        two.ben.commit("Change the host");
        let held = two.ben.workspace().conflicts().expect("a list");
        assert_eq!(held.len(), 1);
        two.ben.workspace().resolve(&[held[0].id.clone()], &Take::Ours).expect("settled");
        assert_eq!(two.ben.read("app.yaml"), bens.replace("host: a", "host: b"));
    }
}

#[test]
fn a_comment_that_was_changed_later_is_settled() {
    let text = "server:\n  # listens\n  port: 80\n";
    let two = Two::with(&[("app.yaml", text)]);
    two.anna.replace("app.yaml", "listens", "waits");
    two.ben.replace("app.yaml", "listens", "is");
    two.anna.sync();
    two.ben.sync();
    two.ben.replace("app.yaml", "waits", "agreed");
    assert_eq!(two.ben.commit("Agree").settled.len(), 1);
}

/// What is settled between commits meets other uncommitted work in the same field.
#[test]
fn settling_where_uncommitted_work_is_held_and_more_comes_to_be_held() {
    let two = held();
    two.anna.sync();
    two.anna.replace(FILE, "name: Two", "name: Anna's two");
    two.anna.sync();
    two.ben.replace(FILE, "name: Two", "name: Typed two");
    two.ben.pull();
    two.ben.replace(FILE, "name: Anna's", "name: Typed");
    let ids: Vec<_> =
        two.ben.workspace().conflicts().expect("a list").into_iter().map(|held| held.id).collect();
    assert_eq!(ids.len(), 2);
    let report = two.ben.workspace().resolve(&ids, &Take::Ours).expect("settled");
    assert_eq!(report.left, 1, "what was typed last, and what was settled to");
    let text = two.ben.read(FILE);
    assert!(text.contains("name: Typed\n") && text.contains("name: Typed two"), "{text}");
    assert!(two.ben.git(&["show", "HEAD:api.yaml"]).contains("name: Ben's"));
    assert!(two.ben.workspace().status().expect("a status").unfinished.is_none());
}

/// A second installation of the same user committed and pushed what here is not committed yet.
#[test]
fn a_conflict_held_between_commits_and_in_uncommitted_work_is_settled_by_its_id() {
    let two = Two::start();
    let clone = Person::alone("Cloe");
    let request = CloneRequest {
        url: two.server.url(REPOSITORY),
        dir: clone.folder.clone(),
        branch: None,
        folder: None,
    };
    Workspace::clone_from(&request, two.ben.environment()).expect("a clone");
    two.anna.replace(FILE, "name: One", "name: Anna's");
    two.anna.sync();
    two.ben.replace(FILE, "name: One", "name: Ben's");
    two.ben.pull();
    clone.replace(FILE, "name: One", "name: Ben's");
    Workspace::open(&clone.folder, two.ben.environment())
        .and_then(|mut workspace| workspace.sync(&SyncRequest::default()))
        .expect("a sync");
    two.ben.pull();
    let conflicts = two.ben.workspace().conflicts().expect("a list");
    assert_eq!(conflicts.len(), 2);
    let id = two.ben.workspace().find_conflict(conflicts[0].id.as_str()).expect("one id");
    let report = two.ben.workspace().resolve(&[id], &Take::Theirs).expect("settled");
    assert_eq!((report.settled.len(), report.left), (2, 0));
    two.ben.assert_clean();
}

#[test]
fn it_follows_its_file_to_another_name_where_more_of_it_changed() {
    let two = Two::with(&[("a.yaml", "x: 1\ny: 1\nz: 1\nlast: 1\n")]);
    two.anna.replace("a.yaml", "y: 1", "y: 3");
    two.ben.replace("a.yaml", "y: 1", "y: 2");
    two.anna.sync();
    two.ben.sync();
    two.ben.replace("a.yaml", "z: 1", "z: 5");
    two.ben.git(&["mv", "a.yaml", "b.yaml"]);
    let report = two.ben.commit("Rename and change");
    assert!(report.settled.is_empty(), "nobody decided");
    let conflicts = two.ben.workspace().conflicts().expect("a list");
    assert_eq!(conflicts.len(), 1);
    two.ben.workspace().resolve(&[conflicts[0].id.clone()], &Take::Ours).expect("settled");
    assert_eq!(two.ben.read("b.yaml"), "x: 1\ny: 2\nz: 5\nlast: 1\n");
    two.ben.assert_clean();
}

/// Of three values of one field one stays, and each of the others is held against it.
#[test]
fn settling_one_of_two_conflicts_of_a_field_keeps_the_other() {
    let two = Two::start();
    let cleo = two.joined_by("Cleo");
    for (person, name) in [(&two.anna, "Anna's"), (&two.ben, "Ben's"), (&cleo, "Cleo's")] {
        person.replace(FILE, "name: One", &format!("name: {name}"));
    }
    two.anna.sync();
    two.ben.sync();
    cleo.sync();
    let held = cleo.workspace().conflicts().expect("a list");
    let bens = held.iter().find(|it| it.conflict.ours == Some(text("Ben's"))).expect("it is held");
    let report = cleo.workspace().resolve(slice::from_ref(&bens.id), &Take::Ours).expect("settled");
    assert!(cleo.read(FILE).contains("name: Ben's"));
    assert_eq!((held.len(), report.left), (2, 1));
    cleo.sync();
    two.anna.sync();
    for one in [&cleo, &two.anna] {
        let held = one.workspace().conflicts().expect("a list");
        let [left] = held.as_slice() else { panic!("{held:?}") };
        let Conflict { ours, theirs, kept, authors, .. } = &left.conflict;
        let values = [ours, theirs].map(Option::as_ref);
        assert_eq!((values, kept), ([&text("Cleo's"), &text("Ben's")].map(Some), &Side::Theirs));
        assert_eq!(authors.theirs.as_ref().map(|author| author.name.as_str()), Some("Cleo"), "she chose it");
    }
}
