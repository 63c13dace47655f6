//! Policies: what becomes of conflicts, by the settings.

use crate::support::{FILE, Person, Two};
use syncline_sync::{ErrorKind, SettingSource, SyncError, SyncRequest};

const SHARED: &str = ".syncline.toml";

fn set(person: &Person, key: &str, value: &str, shared: bool) {
    person.workspace().set(key, value, shared).expect("a setting");
}

/// Both gave one request a name and another an address.
fn disagree(two: &Two) {
    for (person, name) in [(&two.anna, "Anna's"), (&two.ben, "Ben's")] {
        person.replace(FILE, "name: One", &format!("name: {name}"));
        person.replace(FILE, "com/two", &format!("com/{name}"));
    }
    two.anna.sync();
}

#[test]
fn a_policy_takes_a_side_and_the_rest_is_held() {
    let two = Two::start();
    set(&two.ben, "policy.field:/name", "ours", false);
    disagree(&two);
    let report = two.ben.sync();
    assert_eq!(report.pulled.conflicts.len(), 1, "the address is held");
    let text = two.ben.read(FILE);
    assert!(text.contains("name: Ben's") && text.contains("com/Anna's"), "{text}");
}

#[test]
fn a_policy_that_everybody_has_comes_with_the_repository() {
    let two = Two::start();
    set(&two.anna, "policy.path:*.yaml", "theirs", true);
    assert_eq!(two.anna.read(SHARED), "[policy]\n\"path:*.yaml\" = \"theirs\"\n");
    two.anna.sync();
    two.ben.sync();
    let setting = two.ben.workspace().setting("policy.path:*.yaml").expect("a setting");
    assert_eq!((setting.value.as_deref(), setting.source), (Some("theirs"), SettingSource::Shared));
    disagree(&two);
    assert!(two.ben.sync().pulled.conflicts.is_empty());
    assert!(two.ben.read(FILE).contains("name: Anna's"));
    // This installation's own counts more.
    set(&two.ben, "policy.path:*.yaml", "hold", false);
    two.anna.replace(FILE, "name: Three", "name: Anna's three");
    two.anna.sync();
    two.ben.replace(FILE, "name: Three", "name: Ben's three");
    assert_eq!(two.ben.sync().pulled.conflicts.len(), 1);
}

#[test]
fn a_sync_stops_before_anything_is_changed() {
    let two = Two::start();
    set(&two.ben, "policy.kind:Request", "stop", false);
    disagree(&two);
    let before = (two.ben.git(&["rev-parse", "HEAD"]), two.ben.read(FILE));
    let error = two.ben.workspace().sync(&SyncRequest::default()).expect_err("both changed requests");
    assert!(matches!(&error, SyncError::Stopped { others: 1, .. }), "{error}");
    assert_eq!((error.kind(), error.hints().len()), (ErrorKind::Refused, 2));
    assert_eq!((two.ben.git(&["rev-parse", "HEAD"]), two.ben.read(FILE)), before);
    assert_eq!(two.ben.git(&["status", "--porcelain"]), format!(" M {FILE}"));
    // Where both agree there is nothing to stop for.
    two.ben.replace(FILE, "name: Ben's", "name: Anna's");
    two.ben.replace(FILE, "com/Ben's", "com/Anna's");
    two.ben.sync();
    two.anna.sync();
    two.assert_equal();
}

#[test]
fn a_draft_is_no_reason_to_stop() {
    let two = Two::start();
    set(&two.ben, "policy.kind:Request", "stop", false);
    disagree(&two);
    let report = two.ben.pull();
    assert_eq!(report.conflicts.len(), 2);
    assert!(two.ben.read(FILE).contains("name: Ben's"), "what was typed stays");
}

#[test]
fn what_is_wrong_in_the_shared_settings_is_named_with_its_line_and_the_rest_holds() {
    let two = Two::start();
    two.ben.write(
        SHARED,
        "# ours\nremovals-percent = 20\n\n[policy]\n\"kind:Request\" = \"mine\"\n\"path:a/**\" = \"stop\"\n",
    );
    let problems = two.ben.workspace().status().expect("a status").problems;
    assert_eq!(problems.len(), 1);
    let reason = &problems[0].reason;
    assert!(
        reason.contains("line 5") && reason.contains("hold, ours, theirs or stop, not `mine`"),
        "{reason}"
    );
    let settings = two.ben.workspace().settings().expect("settings");
    let keys: Vec<_> =
        settings.iter().filter(|one| one.key.starts_with("policy.")).map(|one| &one.key).collect();
    assert_eq!(keys, ["policy.path:a/**"]);
    let bad = two.ben.workspace().set("policy.kind:Request", "mine", false).expect_err("no value");
    assert_eq!(bad.kind(), ErrorKind::Usage);
    let bad = two.ben.workspace().set("policy.Request", "hold", false).expect_err("no key");
    assert!(bad.to_string().contains("kind:KIND"), "{bad}");
}

#[test]
fn a_shared_setting_leaves_what_people_wrote_into_the_file() {
    let two = Two::start();
    let text = "# We agreed on this.\nremovals-percent = 20 # a fifth\n\n[policy]\n# made by a script\n\"path:a/**\" = \"theirs\"\n";
    two.ben.write(SHARED, text);
    set(&two.ben, "removals-percent", "30", true);
    set(&two.ben, "policy.kind:Request", "ours", true);
    let expected = text.replace("20 #", "30 #") + "\"kind:Request\" = \"ours\"\n";
    assert_eq!(two.ben.read(SHARED), expected);
}
