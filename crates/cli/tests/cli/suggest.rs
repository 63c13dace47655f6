//! A slip of the fingers is met with the name that was meant.

use snapbox::{assert_data_eq, str};

use crate::sharing::with_example;
use crate::support::Installation;

#[test]
fn a_misspelt_name_is_answered_with_the_nearest() {
    let here = Installation::with_collection();
    here.syncline(["branch", "create", "feature/books"]).expect_code(0);
    here.replace("library.yaml", "/books", "/v2/books");
    let typed: [&[&str]; 7] = [
        &["diff", "libary.yaml"],
        &["log", "Reqest:List books"],
        &["discard", "request:List Boks"],
        &["branch", "switch", "feature/boks"],
        &["diff", "--from", "mian"],
        &["config", "author.nme"],
        &["restore", "--from", "HEAD", "Request:List book"],
    ];
    let said: Vec<_> = typed.iter().map(|words| here.syncline(*words).expect_code(2).stderr()).collect();
    assert_data_eq!(
        said.join("\n"),
        str![[r#"
error: nothing here is called `libary.yaml`
hint: did you mean `library.yaml`?
hint: give a path, the id of a resource, `kind:name` in quotes, or a glob of paths; `syncline resources` lists them

error: nothing here is called `Reqest:List books`
hint: did you mean `'Request:List books'`?
hint: give a path, the id of a resource, `kind:name` in quotes, or a glob of paths; `syncline resources` lists them

error: nothing that changed is called `request:List Boks`
hint: did you mean `'Request:List books'`?
hint: `syncline status` lists what changed

error: there is no branch `feature/boks`
hint: did you mean `feature/books`?
hint: `syncline branch` lists the branches

error: there is no revision `mian`
hint: did you mean `main`?
hint: `syncline log` lists the commits

error: there is no setting `author.nme`
hint: did you mean `author.name`?
hint: `syncline config` lists the settings, and where each value comes from

error: nothing called `Request:List book` differs from `HEAD`
hint: did you mean `'Request:List books'`?
hint: `syncline diff --from REV` lists what differs; `syncline log SELECTOR` tells when it changed

"#]]
    );
    let error = here.syncline(["diff", "libary.yaml", "--json"]).expect_code(2).json();
    assert_eq!(error["error"]["hints"][0], "did you mean `library.yaml`?");
}

#[test]
fn a_category_in_other_letters_is_answered_with_its_name() {
    let here = with_example("xpipe");
    let said = here.syncline(["share", "add", "at home"]).expect_code(2).stderr();
    assert!(said.contains("hint: did you mean `'At home'`?\n"), "{said}");
}

#[test]
fn where_nothing_is_near_nothing_is_made_up() {
    let here = Installation::with_collection();
    let said = here.syncline(["diff", "Request:Something else"]).expect_code(2).stderr();
    assert!(!said.contains("did you mean"), "{said}");
}
