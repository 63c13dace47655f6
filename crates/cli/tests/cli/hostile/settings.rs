//! Files that tell Syncline what to do, and come with the repository: of any size and with anything in them.

use std::fs;

use crate::support::Installation;

/// A description with this glob.
fn description(glob: &str) -> String {
    format!(
        "name = \"x\"\ntitle = \"t\"\nalso = [\"generic\"]\n[[file]]\nglob = [\"{glob}\"]\nroot = {{ a = [\"*\"] }}\n\
         shape = \"s\"\n[shape.s]\nresource = {{ kind = \"S\", id = \"a\" }}\n"
    )
}

/// So many keys that mean nothing.
fn keys(count: usize) -> String {
    (0..count).map(|number| format!("k{number} = 1\n")).collect::<Vec<_>>().concat()
}

/// Reading goes on in this much memory; what cannot be read is told, in few words.
const MEMORY: usize = 512 << 20;

fn expect_that_reading_goes_on(here: &Installation, what: &str) {
    for command in [&["status"][..], &["log"], &["formats"]] {
        let ran = here.syncline_in(MEMORY, command);
        assert!((0..8).contains(&ran.code()), "{what}: {command:?}: {}", ran.transcript());
        assert!(!ran.transcript().contains('\u{1b}'), "{what}: {command:?}");
        assert!(ran.transcript().lines().count() < 200, "{what}: {command:?} tells without end");
    }
}

#[test]
fn descriptions_of_formats_are_bounded() {
    let cases = [
        ("stars", description(&("a*".repeat(5_000) + "b.yaml"))),
        ("stars in a row", description(&("**/*".repeat(5_000) + "b.yaml"))),
        ("choices", description(&("{a,b}".repeat(12) + ".yaml"))),
        ("more choices", description(&("{a,b}".repeat(5_000) + ".yaml"))),
        ("folders", description(&("**/".repeat(20_000) + "x.yaml"))),
        ("brackets", "x = ".to_owned() + &"[".repeat(100_000)),
        ("keys", keys(2_000)),
        ("escapes", description("*.yaml").replace("\"x\"", "\"\\u001b[31m\"")),
        ("dots", ".a".repeat(20_000)[1..].to_owned() + " = 1"),
        ("long", description("*.yaml") + &"# x\n".repeat(1 << 20)),
    ];
    let here = Installation::with_collection();
    here.write(&("a".repeat(200) + ".yaml"), "a: 1\n");
    for (what, text) in cases {
        here.write(".syncline/formats/x.toml", &text);
        expect_that_reading_goes_on(&here, what);
    }
    let checked = here.syncline(["formats", "check", ".syncline/formats/x.toml"]).expect_code(7);
    assert!(checked.stdout().contains("no longer than 256 KB"), "{}", checked.transcript());
}

#[test]
fn shared_settings_are_bounded() {
    let cases = [
        ("brackets", "x = ".to_owned() + &"[".repeat(50_000)),
        ("keys", keys(5_000)),
        ("escapes", "\"a\\u001b[31m\" = \"b\\u001b[2J\"\npush-retries = \"\\u001b[31m\"\n".to_owned()),
        ("dots", ".a".repeat(20_000)[1..].to_owned() + " = 1\n"),
        ("a way out", "[share]\n\"../../x\" = \"no\"\n\"/etc\" = \"no\"\n\".git\" = \"no\"\n".to_owned()),
        ("bytes", "a = 1\0\u{7}".to_owned()),
        ("long", "# x\n".repeat(1 << 20)),
    ];
    let here = Installation::with_collection();
    for (what, text) in cases {
        here.write(".syncline.toml", &text);
        expect_that_reading_goes_on(&here, what);
    }
    let status = here.syncline(["status"]).expect_code(1);
    assert!(status.stdout().contains(".syncline.toml: it is longer than 1 MB"), "{}", status.transcript());
}

#[test]
fn a_folder_in_the_place_of_a_file_is_told() {
    let here = Installation::with_collection();
    for name in [".gitattributes", ".gitignore", ".syncline"] {
        fs::create_dir(here.folder.join(name)).expect("the home can be written");
        here.write(&format!("{name}/formats"), "x");
    }
    expect_that_reading_goes_on(&here, "folders");
}

#[test]
fn rules_of_git_without_end_are_bounded() {
    let here = Installation::with_collection();
    let rules = |ending: &str| {
        let rule = |number: usize| format!("{}{number}{ending}\n", "a*".repeat(20));
        (0..300).map(rule).collect::<Vec<_>>().concat()
    };
    here.write(".gitignore", &rules(""));
    here.write(".gitattributes", &(rules(" text filter=x") + "[attr]a b\n[attr]b a\n* a\n"));
    for number in 0..5 {
        here.write(&format!("{}{number}.yaml", "a".repeat(60)), "a: 1\n");
    }
    expect_that_reading_goes_on(&here, "rules");
}
