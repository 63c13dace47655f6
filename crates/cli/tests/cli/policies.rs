//! What becomes of conflicts, by the settings.

use snapbox::{assert_data_eq, str};

use crate::remote::Team;

fn disagreeing() -> Team {
    let team = Team::new();
    team.ann.replace("library.yaml", "method: POST", "method: PATCH");
    team.ann.syncline(["sync"]).expect_code(0);
    team.ben.replace("library.yaml", "method: POST", "method: PUT");
    team
}

#[test]
fn a_policy_of_stop_changes_nothing_and_says_what_next() {
    let team = disagreeing();
    assert_data_eq!(
        team.ben.syncline(["config", "policy.path:*.yaml", "stop"]).transcript(),
        str![[r#"
policy.path:*.yaml = stop (local)
exit: 0

"#]]
    );
    assert_data_eq!(
        team.ben.syncline(["sync"]).transcript(),
        str![[r#"
stderr: error: both sides changed /method of Request Lend a book in `library.yaml`, and `policy.path:*.yaml` is to stop there
stderr: hint: nothing was merged: agree on one value with whoever made the other change, and run the command again
stderr: hint: `syncline config 'policy.path:*.yaml' hold` holds the conflict instead, to be settled later
exit: 3

"#]]
    );
    assert!(team.ben.git(["status", "--porcelain"]).contains("library.yaml"), "nothing was committed");
    team.ben.syncline(["config", "policy.path:*.yaml", "theirs"]).expect_code(0);
    team.ben.syncline(["sync"]).expect_code(0);
    assert!(team.ben.read("library.yaml").contains("method: PATCH"));
}

#[test]
fn what_is_wrong_with_a_policy_is_said() {
    let team = disagreeing();
    let transcript = |arguments: &[&str]| team.ben.syncline(arguments).transcript();
    assert_data_eq!(
        transcript(&["config", "policy.path:*.yaml", "mine"]),
        str![[r#"
stderr: error: `mine` is no value for `policy.path:*.yaml`: hold, ours, theirs or stop
stderr: hint: `syncline config --verbose` tells what each setting is for
exit: 2

"#]]
    );
    assert_data_eq!(
        transcript(&["config", "policy.Request", "stop"]),
        str![[r#"
stderr: error: there is no setting `policy.Request`: a policy is for `path:GLOB`, `kind:KIND` or `field:/POINTER`
stderr: hint: as `syncline config 'policy.path:generated/**' theirs`, or `kind:Environment`, or `field:/meta`
exit: 2

"#]]
    );
    team.ben.write(".syncline.toml", "[policy]\n'kind:Request' = 'mine'\n");
    assert_data_eq!(
        transcript(&["problems"]),
        str![[r#"
.syncline.toml: line 2: `policy.kind:Request` takes hold, ours, theirs or stop, not `mine`; what is wrong is not used
    only in the folder: neither committed nor overwritten
stderr: hint: mend the files and commit; until then the last good versions are in use
exit: 1

"#]]
    );
}
