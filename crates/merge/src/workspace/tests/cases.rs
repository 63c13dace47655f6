//! One test for each way in which two sides can meet at a file.

use super::*;

const TEXT: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n";

fn text(from: &str, to: &str) -> String {
    TEXT.replace(from, to)
}

fn request(id: &str, parent: &str, name: &str, modified: u32) -> String {
    format!(
        "_id: {id}\ntype: Request\nparentId: {parent}\nmodified: {modified}\nurl: a\nname: {name}\nmethod: GET\n"
    )
}

fn group(id: &str, parent: &str) -> String {
    format!("_id: {id}\ntype: RequestGroup\nparentId: {parent}\nmodified: 1\nname: {id}\n")
}

const V4: Setting<'static> =
    Setting { format: "insomnia-v4", first: Side::Theirs, policy: &|_| Policy::Hold };

#[test]
fn edits_of_different_files_and_of_different_lines_both_happen() {
    let base = tree(&[("a.txt", TEXT), ("b.txt", TEXT), ("c.txt", TEXT)]);
    let ours = tree(&[("a.txt", &text("one", "1")), ("b.txt", TEXT), ("c.txt", &text("one", "1"))]);
    let theirs = tree(&[("a.txt", TEXT), ("b.txt", &text("two", "2")), ("c.txt", &text("eight", "8"))]);
    let merged = merge(&base, &ours, &theirs);
    assert_eq!(merged.content("a.txt"), text("one", "1"));
    assert_eq!(merged.content("b.txt"), text("two", "2"));
    assert_eq!(merged.content("c.txt"), text("one", "1").replace("eight", "8"));
    assert!(merged.held().is_empty());
}

#[test]
fn json_with_comments_merges_by_fields() {
    let file =
        |a: u8, b: u8| tree(&[("a.jsonc", &format!("{{\n  // one\n  \"a\": {a},\n  \"b\": {b}\n}}\n"))]);
    let merged = merge(&file(1, 1), &file(2, 1), &file(1, 2));
    assert_eq!(merged.content("a.jsonc"), file(2, 2)[&path("a.jsonc")].id);
    assert!(merged.held().is_empty());
}

#[test]
fn one_line_changed_by_both_keeps_the_first_and_holds_the_other() {
    let base = tree(&[("a.txt", TEXT)]);
    let ours = tree(&[("a.txt", &text("two", "zwei"))]);
    let theirs = tree(&[("a.txt", &text("two", "deux"))]);
    let merged = merge(&base, &ours, &theirs);
    assert_eq!(merged.content("a.txt"), text("two", "deux"));
    assert_eq!(merged.held(), [r#"a.txt Lines "two\n" "zwei\n" "deux\n" Theirs"#]);
    let first_ours = Setting { first: Side::Ours, ..Setting::default() };
    assert_eq!(merge_with(&first_ours, &base, &ours, &theirs).content("a.txt"), text("two", "zwei"));
}

#[test]
fn a_rename_and_an_edit_both_happen() {
    let base = tree(&[("a.txt", TEXT)]);
    let edited = tree(&[("a.txt", &text("two", "2"))]);
    for renamed in [tree(&[("b.txt", TEXT)]), tree(&[("b.txt", &text("eight", "8"))])] {
        for (ours, theirs) in [(&renamed, &edited), (&edited, &renamed)] {
            let merged = merge(&base, ours, theirs);
            let new = renamed[&path("b.txt")].id.replace("two", "2");
            assert_eq!(merged.files(), [("b.txt".to_owned(), new.as_str())]);
            assert!(merged.held().is_empty());
        }
    }
}

#[test]
fn a_resource_is_known_by_its_id_however_much_of_it_changed() {
    let old = "type: collection.insomnia.rest/5.0\nname: Old\nmeta:\n  id: wrk_1\n";
    let new = "type: collection.insomnia.rest/5.0\nname: Quite another name for this one\nmeta:\n  id: wrk_1\n  created: 123456\n";
    let setting = Setting { format: "insomnia-v5", ..Setting::default() };
    let base = tree(&[("a.yaml", old)]);
    let edited = tree(&[("a.yaml", &format!("{old}collection: []\n"))]);
    let merged = merge_with(&setting, &base, &tree(&[("sub/b.yaml", new)]), &edited);
    assert_eq!(merged.files().len(), 1);
    let text = merged.content("sub/b.yaml");
    assert!(text.contains("Quite another") && text.contains("collection"), "{text}");
}

#[test]
fn a_connection_that_one_side_removed_and_the_other_changed_stays_with_all_its_files() {
    let setting = Setting { format: "xpipe", ..Setting::default() };
    let file = |name: &str| format!("stores/3a01/{name}");
    let [entry, store, notes] = ["entry.json", "store.json", "notes.md"].map(file);
    let named = |name: &str| format!("{{\"uuid\": \"3a01\", \"name\": \"{name}\"}}\n");
    let (old, new) = (named("crane"), named("crane one"));
    let base = tree(&[(&entry, &old), (&store, "{\"port\": 22}\n"), (&notes, "By the quay.\n")]);
    for changed in [
        tree(&[(&entry, &new), (&store, "{\"port\": 22}\n"), (&notes, "By the quay.\n")]),
        tree(&[(&entry, &old), (&store, "{\"port\": 23}\n"), (&notes, "By the quay.\n")]),
    ] {
        for [ours, theirs] in [[&changed, &Tree::new()], [&Tree::new(), &changed]] {
            let merged = merge_with(&setting, &base, ours, theirs);
            assert_eq!(merged.tree, changed);
            assert_eq!(merged.held().len(), 3, "each file is held");
        }
    }
    let without_notes = tree(&[(&entry, &old), (&store, "{\"port\": 22}\n")]);
    let renamed = tree(&[(&entry, &new), (&store, "{\"port\": 22}\n"), (&notes, "By the quay.\n")]);
    let merged = merge_with(&setting, &base, &without_notes, &renamed);
    assert_eq!((merged.files().len(), merged.held().len()), (2, 0), "what it may lack is removed");
}

#[test]
fn two_resources_that_look_alike_are_no_rename() {
    let base = tree(&[(".insomnia/Request/req_1.yml", &request("req_1", "wrk_1", "Lend", 1))]);
    let edited = tree(&[(".insomnia/Request/req_1.yml", &request("req_1", "wrk_1", "Lent", 2))]);
    let other = tree(&[(".insomnia/Request/req_2.yml", &request("req_2", "wrk_1", "Lend", 1))]);
    let merged = merge_with(&V4, &base, &other, &edited);
    assert_eq!(merged.files().len(), 2);
    assert_eq!(merged.merge.conflicts.len(), 1, "removed against changed");
    let resource = merged.merge.conflicts[0].resource.as_ref().expect("the format knows it");
    assert_eq!(
        (resource.kind.as_str(), resource.id.as_deref(), resource.name.as_str()),
        ("Request", Some("req_1"), "Lent")
    );
}

#[test]
fn a_rename_to_two_names_keeps_the_first_and_both_edits() {
    let base = tree(&[("a.txt", TEXT)]);
    let ours = tree(&[("ours.txt", &text("one", "1"))]);
    let theirs = tree(&[("theirs.txt", &text("eight", "8"))]);
    let merged = merge(&base, &ours, &theirs);
    assert_eq!(merged.files(), [("theirs.txt".to_owned(), text("one", "1").replace("eight", "8").as_str())]);
    assert_eq!(merged.held(), [r#"theirs.txt Path "a.txt" "ours.txt" "theirs.txt" Theirs"#]);
    let same = merge(&base, &tree(&[("b.txt", TEXT)]), &tree(&[("b.txt", TEXT)]));
    assert_eq!((same.files().len(), same.held().len()), (1, 0));
}

#[test]
fn a_rename_against_a_removal_stays_and_is_held() {
    let base = tree(&[("a.txt", TEXT)]);
    let merged = merge(&base, &tree(&[("b.txt", &text("one", "1"))]), &Tree::new());
    assert_eq!(merged.files(), [("b.txt".to_owned(), text("one", "1").as_str())]);
    assert_eq!(merged.merge.conflicts.len(), 1);
    assert_eq!((merged.merge.conflicts[0].kept, &merged.merge.conflicts[0].theirs), (Side::Ours, &None));
}

#[test]
fn what_is_removed_and_changed_stays_and_is_held() {
    let base = tree(&[("a.txt", "a\n")]);
    let changed = tree(&[("a.txt", "b\n")]);
    let ours_removed = merge(&base, &Tree::new(), &changed);
    assert_eq!(ours_removed.files(), [("a.txt".to_owned(), "b\n")]);
    assert_eq!(ours_removed.held(), [r#"a.txt File "a\n" - "b\n" Theirs"#]);
    let theirs_removed = merge(&base, &changed, &Tree::new());
    assert_eq!(theirs_removed.files(), [("a.txt".to_owned(), "b\n")]);
    assert_eq!(theirs_removed.held(), [r#"a.txt File "a\n" "b\n" - Ours"#]);
    assert!(merge(&base, &Tree::new(), &Tree::new()).files().is_empty());
}

#[test]
fn what_is_removed_and_only_touched_is_removed() {
    let file = ".insomnia/Request/req_1.yml";
    let base = tree(&[(file, &request("req_1", "wrk_1", "Lend", 1))]);
    let touched = tree(&[(file, &request("req_1", "wrk_1", "Lend", 99))]);
    let merged = merge_with(&V4, &base, &touched, &Tree::new());
    assert!(merged.files().is_empty() && merged.held().is_empty());
    let edited = tree(&[(file, &request("req_1", "wrk_1", "Lent", 99))]);
    assert_eq!(merge_with(&V4, &base, &edited, &Tree::new()).files().len(), 1);
}

#[test]
fn one_path_added_by_both_is_merged() {
    let merged = merge(&Tree::new(), &tree(&[("a.txt", "x\n")]), &tree(&[("a.txt", "y\n")]));
    assert_eq!(merged.files(), [("a.txt".to_owned(), "y\n")]);
    assert_eq!(merged.merge.conflicts.len(), 1);
    let same = merge(&Tree::new(), &tree(&[("a.txt", "x\n")]), &tree(&[("a.txt", "x\n")]));
    assert_eq!((same.files().len(), same.held().len()), (1, 0));
}

#[test]
fn of_two_files_for_one_path_the_first_keeps_it() {
    let base = tree(&[("a.txt", TEXT)]);
    let renamed = tree(&[("c.txt", TEXT)]);
    let added = tree(&[("a.txt", &text("one", "1")), ("c.txt", "new\n")]);
    let merged = merge(&base, &renamed, &added);
    assert_eq!(
        merged.files(),
        [("c.txt".to_owned(), "new\n"), ("c~ours.txt".to_owned(), text("one", "1").as_str()),]
    );
    assert_eq!(merged.held(), [r#"c~ours.txt Path - "c.txt" "c~ours.txt" Theirs"#]);
}

#[test]
fn a_file_against_a_folder_gives_way_where_it_came_second() {
    let base = tree(&[("keep", "k\n")]);
    let with = |files: &[(&str, &str)]| tree(&[&[("keep", "k\n")], files].concat());
    let (file, folder) = (with(&[("x", "file\n")]), with(&[("x/y.txt", "in\n"), ("x/z.txt", "in\n")]));
    let merged = merge(&base, &file, &folder);
    let names: Vec<_> = merged.files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["keep", "x/y.txt", "x/z.txt", "x~ours"]);
    let merged = merge(&base, &folder, &file);
    let names: Vec<_> = merged.files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["keep", "x", "x~ours/y.txt", "x~ours/z.txt"]);
    assert_eq!(merged.merge.conflicts.len(), 2);
}

#[test]
fn modes_merge_apart_from_contents() {
    let base = tree(&[("run.sh", TEXT)]);
    let ours = Tree::from([(path("run.sh"), entry(Mode::Executable, TEXT))]);
    let theirs = tree(&[("run.sh", &text("one", "1"))]);
    let merged = merge(&base, &ours, &theirs);
    assert_eq!(merged.tree[&path("run.sh")], entry(Mode::Executable, &text("one", "1")));
    assert!(merged.held().is_empty());
    let merged = merge(&Tree::new(), &ours, &tree(&[("run.sh", TEXT)]));
    assert_eq!(merged.tree[&path("run.sh")].mode, Mode::File);
    assert_eq!(merged.held(), [r#"run.sh File - {"mode":"executable"} {"mode":"file"} Theirs"#]);
}

#[test]
fn links_and_submodules_merge_as_one_value() {
    let of = |mode, id| Tree::from([(path("x"), entry(mode, id))]);
    for (mode, key) in [(Mode::Link, "target"), (Mode::Submodule, "commit")] {
        let one_side = merge(&of(mode, "a"), &of(mode, "b"), &of(mode, "a"));
        assert_eq!((one_side.content("x"), one_side.held().len()), ("b", 0));
        let both = merge(&of(mode, "a"), &of(mode, "b"), &of(mode, "c"));
        assert_eq!(both.content("x"), "c");
        let value = |id: &str| format!(r#"{{"mode":"{}","{key}":"{id}"}}"#, mode.word());
        assert_eq!(both.held(), [format!("x File {} {} {} Theirs", value("a"), value("b"), value("c"))]);
    }
    let merged = merge(&of(Mode::File, "a\n"), &of(Mode::Link, "y"), &of(Mode::File, "b\n"));
    assert_eq!((merged.content("x"), merged.held().len()), ("b\n", 1));
}

#[test]
fn a_typed_file_that_does_not_parse_is_held_as_a_whole() {
    let head = "type: collection.insomnia.rest/5.0\n";
    let (good, other, bad) =
        (format!("{head}name: a\n"), format!("{head}name: b\n"), format!("{head}name: [\n"));
    let setting = Setting { format: "insomnia-v5", ..Setting::default() };
    let file = |text: &str| tree(&[("a.yaml", text)]);
    for (ours, theirs, broken) in [(&bad, &other, Side::Ours), (&other, &bad, Side::Theirs)] {
        let merged = merge_with(&setting, &file(&good), &file(ours), &file(theirs));
        assert_eq!(merged.content("a.yaml"), theirs);
        let conflict = &merged.merge.conflicts[0];
        assert_eq!(conflict.ours.as_ref().and_then(|it| it.as_str()), Some(ours.as_str()));
        assert_eq!(merged.merge.unreadable[0].side, Some(broken));
    }
}

#[test]
fn a_template_that_never_parsed_merges_as_text() {
    let template = |first: &str, last: &str| format!("{{{{ {first} }}}}: [\na: 1\nb: 2\nc: 3\n{last}\n");
    let file = |text: String| tree(&[("t.yaml", &text)]);
    let merged =
        merge(&file(template("x", "y")), &file(template("ours", "y")), &file(template("x", "theirs")));
    assert_eq!(merged.content("t.yaml"), template("ours", "theirs"));
    assert!(merged.held().is_empty() && merged.merge.unreadable.is_empty());
}

#[test]
fn a_parent_that_got_a_child_is_not_removed() {
    let (folder, above) = (".insomnia/RequestGroup/fld_1.yml", ".insomnia/RequestGroup/fld_0.yml");
    let base = tree(&[(folder, &group("fld_1", "fld_0")), (above, &group("fld_0", "wrk_1"))]);
    let mut ours = base.clone();
    ours.extend(tree(&[(".insomnia/Request/req_1.yml", &request("req_1", "fld_1", "Lend", 1))]));
    let merged = merge_with(&V4, &base, &ours, &Tree::new());
    assert_eq!(merged.tree, ours);
    let kept: Vec<_> = merged.merge.conflicts.iter().map(|it| (it.path.to_string(), it.kept)).collect();
    assert_eq!(kept, [(above.to_owned(), Side::Ours), (folder.to_owned(), Side::Ours)]);
    let without_child = merge_with(&V4, &base, &base, &Tree::new());
    assert!(without_child.tree.is_empty() && without_child.held().is_empty());
}

const HARNESS: Setting<'static> =
    Setting { format: "harness", first: Side::Theirs, policy: &|_| Policy::Hold };

/// A pipeline, and a trigger that names it.
fn pipeline_and_trigger(at: &str, tag: &str) -> Tree {
    let trigger = format!("trigger:\n  identifier: push\n  pipelineIdentifier: deploy\n  tag: {tag}\n");
    tree(&[(at, "pipeline:\n  identifier: deploy\n"), (".harness/push.yaml", &trigger)])
}

#[test]
fn a_parent_removed_beside_the_child_that_was_left_is_gone() {
    let base = pipeline_and_trigger(".harness/deploy.yaml", "a");
    let ours = pipeline_and_trigger(".harness/deploy.yaml", "b");
    let mut theirs = base.clone();
    theirs.remove(&path(".harness/deploy.yaml"));
    let merged = merge_with(&HARNESS, &base, &ours, &theirs);
    let trigger = merged.content(".harness/push.yaml");
    assert_eq!((merged.files().len(), trigger), (1, ours[&path(".harness/push.yaml")].id.as_str()));
    assert!(merged.held().is_empty(), "{:?}", merged.held());
}

#[test]
fn a_parent_whose_file_got_another_path_is_not_brought_back() {
    let base = pipeline_and_trigger(".harness/deploy.yaml", "a");
    let theirs = pipeline_and_trigger(".harness/pipelines/deploy.yaml", "a");
    let mut ours = base.clone();
    let trigger = "trigger:\n  identifier: tag\n  pipelineIdentifier: deploy\n";
    ours.extend(tree(&[(".harness/tag.yaml", trigger)]));
    let merged = merge_with(&HARNESS, &base, &ours, &theirs);
    let files: Vec<_> = merged.files().into_iter().map(|(path, _)| path).collect();
    assert_eq!(files, [".harness/pipelines/deploy.yaml", ".harness/push.yaml", ".harness/tag.yaml"]);
    assert!(merged.held().is_empty(), "{:?}", merged.held());
}

#[test]
fn moves_that_form_a_cycle_keep_the_first() {
    let file = |id: &str| format!(".insomnia/RequestGroup/{id}.yml");
    let of = |groups: &[(&str, &str)]| -> Tree {
        groups.iter().map(|(id, parent)| (path(&file(id)), entry(Mode::File, &group(id, parent)))).collect()
    };
    let base = of(&[("fld_1", "wrk_1"), ("fld_2", "wrk_1"), ("fld_3", "wrk_1")]);
    let ours = of(&[("fld_1", "fld_2"), ("fld_2", "wrk_1"), ("fld_3", "fld_1")]);
    let theirs = of(&[("fld_1", "wrk_1"), ("fld_2", "fld_3"), ("fld_3", "wrk_1")]);
    let merged = merge_with(&V4, &base, &ours, &theirs);
    assert_eq!(merged.tree, of(&[("fld_1", "fld_2"), ("fld_2", "fld_3"), ("fld_3", "wrk_1")]));
    let expected = format!(r#"{} Field "wrk_1" "fld_1" "wrk_1" Theirs"#, file("fld_3"));
    assert_eq!(merged.held(), [expected]);
    let mine = merge_with(&Setting { first: Side::Ours, ..V4 }, &base, &ours, &theirs);
    assert_eq!(mine.tree, of(&[("fld_1", "fld_2"), ("fld_2", "wrk_1"), ("fld_3", "fld_1")]));
    let apart = of(&[("fld_1", "wrk_1"), ("fld_2", "wrk_1"), ("fld_3", "fld_2")]);
    assert!(
        merge_with(&V4, &base, &of(&[("fld_1", "fld_2"), ("fld_2", "wrk_1"), ("fld_3", "wrk_1")]), &apart)
            .held()
            .is_empty()
    );
}

#[test]
fn a_policy_takes_a_side_and_holds_nothing() {
    let base = tree(&[("a.txt", TEXT), ("b.txt", "b\n"), ("l.txt", "l\n")]);
    let ours = tree(&[("a.txt", &text("two", "zwei")), ("l.txt", "ours\n")]);
    let theirs = tree(&[("a.txt", &text("two", "deux")), ("b.txt", "c\n"), ("l.txt", "theirs\n")]);
    let ours_but_one =
        |conflict: &Conflict| if conflict.path == path("l.txt") { Policy::Hold } else { Policy::Ours };
    let merged = merge_with(&Setting { policy: &ours_but_one, ..Setting::default() }, &base, &ours, &theirs);
    assert_eq!(
        merged.files(),
        [("a.txt".to_owned(), text("two", "zwei").as_str()), ("l.txt".to_owned(), "theirs\n"),]
    );
    assert_eq!(merged.merge.conflicts.len(), 1);
    let stop =
        merge_with(&Setting { policy: &|_| Policy::Stop, ..Setting::default() }, &base, &ours, &theirs);
    assert_eq!((stop.merge.conflicts.len(), stop.merge.stopped.len()), (0, 3));
}

const FOLDER: &str = ".insomnia/RequestGroup/fld_1.yml";
const REQUEST: &str = ".insomnia/Request/req_1.yml";

/// A folder and a request in it, with new ids in another project.
fn reimported() -> [Tree; 2] {
    let folder = |id: &str| group(id, "wrk_1").replace(&format!("name: {id}"), "name: F");
    let base = tree(&[(FOLDER, &folder("fld_1")), (REQUEST, &request("req_1", "fld_1", "R", 1))]);
    let again = tree(&[
        (".insomnia/RequestGroup/fld_9.yml", &folder("fld_9")),
        (".insomnia/Request/req_9.yml", &request("req_9", "fld_9", "R", 2)),
    ]);
    [base, again]
}

#[test]
fn an_edit_goes_into_what_a_reimport_gave_another_id() {
    let [base, again] = reimported();
    let edited = request("req_1", "fld_1", "R", 3).replace("url: a", "url: b");
    let ours = tree(&[(FOLDER, &base[&path(FOLDER)].id), (REQUEST, &edited)]);
    for (left, right) in [(&ours, &again), (&again, &ours)] {
        let merged = merge_with(&V4, &base, left, right);
        assert!(merged.held().is_empty(), "{:?}", merged.held());
        let files: Vec<_> = merged.files().into_iter().map(|(path, _)| path).collect();
        assert_eq!(files, [".insomnia/Request/req_9.yml", ".insomnia/RequestGroup/fld_9.yml"]);
        let wanted = request("req_9", "fld_9", "R", 3).replace("url: a", "url: b");
        assert_eq!(merged.content(".insomnia/Request/req_9.yml"), wanted);
    }
}

#[test]
fn a_folder_that_got_a_child_stays_beside_its_reimport() {
    let [base, again] = reimported();
    let mut ours = base.clone();
    let added = request("req_2", "fld_1", "New", 1);
    ours.insert(path(".insomnia/Request/req_2.yml"), entry(Mode::File, &added));
    ours.insert(path(FOLDER), entry(Mode::File, &base[&path(FOLDER)].id.replace("name: F", "name: G")));
    let merged = merge_with(&V4, &base, &ours, &again);
    assert_eq!(merged.merge.conflicts.len(), 1);
    assert!(merged.content(FOLDER).contains("name: G"));
    assert_eq!(merged.content(".insomnia/Request/req_2.yml"), added);
}

#[test]
fn a_policy_can_settle_one_field_of_a_file() {
    let file = |a: &str, b: &str| tree(&[("f.json", &format!("{{\n  \"a\": {a},\n\n  \"b\": {b}\n}}\n"))]);
    let ours_for_a = |it: &Conflict| {
        if it.field.to_string() == "/a" { Policy::Ours } else { Policy::Hold }
    };
    let setting = Setting { policy: &ours_for_a, ..Setting::default() };
    let merged = merge_with(&setting, &file("1", "1"), &file("2", "2"), &file("3", "3"));
    assert_eq!(merged.content("f.json"), file("2", "3")[&path("f.json")].id);
    assert_eq!(merged.held(), ["f.json Field 1 2 3 Theirs"]);
}

#[test]
fn bytes_that_are_no_text_are_held_by_their_id() {
    let base = tree(&[("i.png", "\0a")]);
    let merged = merge(&base, &tree(&[("i.png", "\0b")]), &Tree::new());
    assert_eq!(merged.content("i.png"), "\0b");
    assert_eq!(merged.merge.conflicts[0].ours.as_ref().and_then(|it| it.get("blob")?.as_str()), Some("\0b"));
}
