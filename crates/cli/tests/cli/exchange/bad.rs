//! What cannot come in, and that nothing is changed then.

use serde_json::json;
use snapbox::{assert_data_eq, str};

use super::{export, files, library, resources};
use crate::support::{COLLECTION, Installation};

/// What the program says to a file with this text.
fn import(here: &Installation, name: &str, text: &str) -> String {
    here.write(&format!("../{name}"), text);
    let said = here.syncline(["import", &format!("../{name}")]).transcript();
    assert_eq!(files(here), [""; 0], "{said}");
    said
}

#[test]
fn what_is_no_export_is_refused() {
    let here = library();
    let whole = export(&resources()).to_string();
    let mut said = import(&here, "truncated.json", &whole[..whole.len() - 40]);
    said += &import(&here, "old.json", &whole.replace("\"__export_format\":4", "\"__export_format\":3"));
    said += &import(&here, "none.json", "{\"_type\":\"export\",\"__export_format\":4}");
    said +=
        &import(&here, "openapi.yaml", "openapi: 3.0.3\ninfo: {title: Library, version: '1'}\npaths: {}\n");
    said += &import(&here, "notes.txt", "Remember the milk\n");
    said += &here.syncline(["import", "../nothing"]).transcript();
    said += &here.syncline(["import", "."]).transcript();
    assert_data_eq!(
        said,
        str![[r#"
stderr: error: `truncated.json` cannot be read: line 1, column 1223: unterminated string literal
stderr: hint: nothing was changed: export it again, and see that the file is whole
exit: 7
stderr: error: `old.json` cannot be imported: its `__export_format` is 3, and only 4 is known
stderr: hint: nothing was changed: export it again with a newer version of the tool
exit: 7
stderr: error: `none.json` cannot be imported: it has no list `resources`
stderr: hint: nothing was changed: export it again with a newer version of the tool
exit: 7
stderr: error: `openapi.yaml` cannot be imported: what it is known as (`OpenAPI descriptions`) has no way in
stderr: hint: give an export of Insomnia (version 4 or 5), or the folder with its `insomnia.*.db` files
exit: 2
stderr: error: `notes.txt` cannot be imported: it is no export of a tool that is known
stderr: hint: give an export of Insomnia (version 4 or 5), or the folder with its `insomnia.*.db` files
exit: 2
stderr: error: `../nothing` cannot be read: No such file or directory (os error 2)
stderr: hint: name a file or folder that is there
exit: 3
stderr: error: `work` cannot be imported: it is no export of a tool that is known
stderr: hint: give an export of Insomnia (version 4 or 5), or the folder with its `insomnia.*.db` files
exit: 2

"#]]
    );
}

#[test]
fn a_resource_that_cannot_be_read_is_named_and_the_others_come() {
    let here = library();
    let mut all = resources();
    all.push(json!({"name": "No id", "_type": "request"}));
    all.push(json!("no resource"));
    all.push(json!({"_id": "../../etc/req", "parentId": "fld_1", "name": "Out", "_type": "request"}));
    here.write("../library.json", &export(&all).to_string());
    let ran = here.syncline(["import", "../library.json", "--quiet"]).expect_code(1);
    assert_eq!(ran.stdout(), "");
    let report = here.syncline(["import", "../library.json", "--json"]).expect_code(1).json();
    let reasons: Vec<_> =
        report["unreadable"].as_array().expect("a list").iter().map(|it| it["reason"].clone()).collect();
    let expected = [
        json!("it has no text `_id`"),
        json!("it has no text `_type`"),
        json!("its `_id`, \"../../etc/req\", makes no name of a file"),
    ];
    assert_eq!(reasons, expected);
    assert_eq!(files(&here).len(), 4);
}

#[test]
fn a_file_in_the_way_is_not_overwritten() {
    let here = library();
    here.write(".insomnia/Request/req_1.yml", "<<<<<<< ours\n");
    let ran = here.syncline(["import", "../library.json"]);
    assert_data_eq!(
        ran.transcript(),
        str![[r#"
stderr: error: `.insomnia/Request/req_1.yml` is there already, and is not the resource that belongs there
stderr: hint: nothing was changed: move that file away, or mend it, and run the command again
exit: 3

"#]]
    );
    assert_eq!(files(&here), [".insomnia/Request/req_1.yml"]);
}

#[test]
fn what_git_ignores_is_not_written() {
    let here = library();
    here.write(".gitignore", ".insomnia/\n");
    here.write(".insomnia/Request/req_1.yml", "mine\n");
    let ran = here.syncline(["import", "../library.json"]);
    assert_data_eq!(
        ran.transcript(),
        str![[r#"
stderr: error: `.insomnia/Request/req_1.yml` is ignored by git, so what is imported could not be committed
stderr: hint: nothing was changed: `git check-ignore -v PATH` tells the rule; take it out, and run the command again
exit: 3

"#]]
    );
    assert_eq!(here.read(".insomnia/Request/req_1.yml"), "mine\n");
}

#[test]
fn nothing_can_be_chosen_from_a_file_that_is_taken_in_as_a_whole() {
    let here = Installation::new();
    here.syncline(["init"]).expect_code(0);
    here.write("../five.yaml", COLLECTION);
    assert_data_eq!(
        here.syncline(["import", "../five.yaml", "req_1", "--exact"]).transcript(),
        str![[r#"
stderr: error: `five.yaml` is taken in as a whole: `req_1` cannot be chosen from it
stderr: hint: import all of it, and take back what you do not want with `syncline discard`
exit: 2

"#]]
    );
    assert_eq!(files(&here), [""; 0]);
}
