//! Categories that come to be shared, and that are taken out of the repository.

use std::fs;

use syncline_merge::ConflictId;
use syncline_sync::{CommitRequest, PullRequest, Selector, Take};

use crate::support::{Person, Two};

const ALL: &str = "categories/00000000-0000-4000-8000-000000000001";
const TEAM: &str = "categories/00000000-0000-4000-8000-000000000002";
const OPS: &str = "categories/00000000-0000-4000-8000-000000000003";
const GAUGE: &str = "stores/00000000-0000-4000-8000-000000000011";
const CRANE: &str = "stores/00000000-0000-4000-8000-000000000012";

fn id(folder: &str) -> &str {
    folder.rsplit('/').next().expect("it has a name")
}

fn category(name: &str, folder: &str, parent: Option<&str>, sync: &str) -> (String, String) {
    let parent = parent.map_or("null".to_owned(), |parent| format!("\"{}\"", id(parent)));
    let text = format!(
        "{{\n  \"uuid\": \"{}\",\n  \"name\": \"{name}\",\n  \"parentUuid\": {parent},\n  \"config\": {{\n    \"color\": null,\n    \"sync\": {sync}\n  }}\n}}\n",
        id(folder)
    );
    (format!("{folder}/category.json"), text)
}

fn connection(name: &str, folder: &str, category: &str) -> [(String, String); 2] {
    let entry = format!(
        "{{\n  \"uuid\": \"{}\",\n  \"name\": \"{name}\",\n  \"categoryUuid\": \"{}\"\n}}\n",
        id(folder),
        id(category)
    );
    let store = "{\n  \"type\": \"sshHost\",\n  \"host\": \"10.0.0.1\",\n  \"port\": 22\n}\n";
    [(format!("{folder}/entry.json"), entry), (format!("{folder}/store.json"), store.to_owned())]
}

/// Two shared categories with a connection each.
fn vault() -> Vec<(String, String)> {
    let categories = [
        category("All", ALL, None, "null"),
        category("Team", TEAM, Some(ALL), "true"),
        category("Ops", OPS, Some(ALL), "true"),
    ];
    let connections = [connection("gauge", GAUGE, TEAM), connection("crane", CRANE, OPS)];
    categories.into_iter().chain(connections.into_iter().flatten()).collect()
}

fn write(person: &Person, files: impl IntoIterator<Item = (String, String)>) {
    for (path, text) in files {
        person.write(&path, &text);
    }
}

/// Anna and Ben with one vault.
fn two() -> Two {
    let files = vault();
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Two::with(&files)
}

fn take_out(person: &Person, category: &str) {
    let change = person.workspace().share(category, false).expect("a category that is shared");
    assert!(change.is_changed && !change.leaves.is_empty());
}

/// Of a category of which nothing is in the repository that would leave it.
fn take_out_at_once(person: &Person, category: &str) {
    let change = person.workspace().share(category, false).expect("a category that is shared");
    assert!(change.is_changed);
}

fn committed(person: &Person) -> Vec<String> {
    person.git(&["ls-tree", "-r", "--name-only", "HEAD"]).lines().map(str::to_owned).collect()
}

/// What is left of the vault at the others once the team is taken out.
fn left() -> Vec<String> {
    let of = |folder: &str, file: &str| format!("{folder}/{file}");
    vec![of(ALL, "category.json"), of(OPS, "category.json"), of(CRANE, "entry.json"), of(CRANE, "store.json")]
}

#[test]
fn what_one_takes_out_stays_there_and_leaves_the_others() {
    let two = two();
    take_out(&two.anna, "Team");
    let report = two.anna.sync();
    assert_eq!(report.taken_out.len(), 3);
    assert_eq!(committed(&two.anna), left());
    assert!(two.anna.folder.join(GAUGE).join("store.json").exists());
    two.ben.pull();
    assert_eq!(committed(&two.ben), left());
    assert!(!two.ben.folder.join(GAUGE).exists() && !two.ben.folder.join(TEAM).exists());
    two.ben.assert_clean();
    // What comes later leaves Anna's own files alone, and does not bring them back.
    two.ben.replace(&format!("{CRANE}/store.json"), "22", "2222");
    two.ben.sync();
    let report = two.anna.sync();
    assert!(report.commit.is_none() && report.pulled.conflicts.is_empty(), "{report:?}");
    assert_eq!(committed(&two.anna), left());
    let status = two.anna.workspace().status().expect("a status");
    assert_eq!((status.changes.len(), status.taken_out.len(), status.unshared.len()), (0, 0, 3));
    assert!(two.anna.read(&format!("{GAUGE}/store.json")).contains("10.0.0.1"));
}

#[test]
fn what_a_colleague_changed_of_it_is_held_and_never_lost() {
    let two = two();
    let store = format!("{GAUGE}/store.json");
    two.ben.replace(&store, "10.0.0.1", "10.9.9.9");
    take_out(&two.anna, "Team");
    two.anna.sync();
    let pulled = two.ben.pull();
    assert!(pulled.conflicts.iter().any(|held| held.is_draft && held.conflict.path.to_string() == store));
    assert!(two.ben.read(&store).contains("10.9.9.9"));
    assert_eq!(committed(&two.ben), left());
}

#[test]
fn what_a_colleague_committed_of_it_meanwhile_is_held_until_somebody_settles_it() {
    let two = two();
    let store = format!("{GAUGE}/store.json");
    two.ben.replace(&store, "10.0.0.1", "10.9.9.9");
    two.ben.sync();
    take_out(&two.anna, "Team");
    let report = two.anna.sync();
    let held = report.pulled.conflicts.iter().find(|held| !held.is_draft).expect("removed against changed");
    assert!(committed(&two.anna).contains(&store), "the changed version stays");
    assert!(two.anna.read(&store).contains("10.0.0.1"), "Anna's own is as it was");
    let mut workspace = two.anna.workspace();
    workspace.resolve(std::slice::from_ref(&held.id), &Take::Ours).expect("it is settled");
    assert_eq!(committed(&two.anna), left());
    assert!(two.anna.read(&store).contains("10.0.0.1"));
}

/// Anna took the team out, and a colleague's edit of the gauge is held: in the repository, and against her own.
fn with_an_edit_held() -> (Two, String) {
    let two = two();
    let store = format!("{GAUGE}/store.json");
    take_out(&two.anna, "Team");
    two.anna.sync();
    two.ben.replace(&store, "22", "2200");
    two.ben.sync();
    two.anna.sync();
    (two, store)
}

fn held(person: &Person, is_draft: bool) -> Vec<ConflictId> {
    let held = person.workspace().conflicts().expect("conflicts");
    held.into_iter().filter(|held| held.is_draft == is_draft).map(|held| held.id).collect()
}

#[test]
fn settling_that_a_file_leaves_the_repository_does_not_remove_ones_own() {
    let (two, store) = with_an_edit_held();
    let all = [held(&two.anna, false), held(&two.anna, true)].concat();
    assert_eq!(
        all.len(),
        3,
        "both files of the gauge in the repository, and her own of the one that was edited"
    );
    let report = two.anna.workspace().resolve(&all, &Take::Theirs).expect("they are settled");
    assert_eq!(report.left, 0, "what is not shared is in conflict with nothing: {report:?}");
    assert_eq!(committed(&two.anna), left());
    assert!(two.anna.read(&store).contains("2200"), "that was taken");
    let report = two.anna.sync();
    assert!(report.commit.is_none());
    assert!(two.anna.folder.join(&store).exists());
}

#[test]
fn a_file_that_is_not_shared_stays_where_it_is_as_in_the_repository() {
    let (two, store) = with_an_edit_held();
    two.anna.workspace().resolve(&held(&two.anna, true), &Take::Theirs).expect("it is settled");
    two.ben.pull();
    two.ben.workspace().resolve(&held(&two.ben, false), &Take::Theirs).expect("it is settled");
    two.ben.sync();
    two.anna.sync();
    assert_eq!(committed(&two.anna), left());
    assert!(two.anna.read(&store).contains("2200"));
    assert!(!two.ben.folder.join(&store).exists(), "Ben has it from the repository alone");
}

#[test]
fn a_conflict_from_before_a_category_was_taken_out_removes_nothing() {
    let two = two();
    let store = format!("{GAUGE}/store.json");
    two.ben.git(&["rm", "-q", &store]);
    two.ben.git(&["commit", "-q", "-m", "Remove a part of the gauge"]);
    two.ben.sync();
    two.anna.replace(&store, "22", "2200");
    two.anna.pull();
    take_out_at_once(&two.anna, "Team");
    let held = held(&two.anna, true);
    assert!(!held.is_empty());
    two.anna.workspace().resolve(&held, &Take::Theirs).expect("they are settled");
    assert!(two.anna.read(&store).contains("2200"));
}

#[test]
fn what_a_colleague_put_into_a_category_meanwhile_is_not_taken_out_while_that_is_in_conflict() {
    let two = two();
    let new = "stores/00000000-0000-4000-8000-000000000013";
    take_out(&two.anna, "Team");
    two.anna.sync();
    write(&two.ben, connection("buoy", new, TEAM));
    two.ben.sync();
    two.anna.sync();
    let report = two.anna.sync();
    assert!(report.commit.is_none(), "nobody has settled yet whether the team is shared: {report:?}");
    assert!(committed(&two.anna).contains(&format!("{new}/store.json")));
    two.anna.workspace().resolve(&held(&two.anna, true), &Take::Ours).expect("it is settled");
    let report = two.anna.sync();
    assert_eq!(report.taken_out.len(), 3);
    assert_eq!(committed(&two.anna), left());
    assert!(two.anna.folder.join(new).join("store.json").exists());
}

#[test]
fn a_category_that_lost_its_content_makes_nothing_shared() {
    let person = Person::alone("Anna");
    let home = "categories/00000000-0000-4000-8000-000000000005";
    write(&person, vault());
    person.write(&format!("{home}/category.json"), "");
    write(&person, connection("nas", "stores/00000000-0000-4000-8000-000000000014", home));
    let lost = "stores/00000000-0000-4000-8000-000000000015";
    write(&person, connection("lost", lost, home));
    person.write(&format!("{lost}/entry.json"), &format!("{{\"uuid\": \"{}\"}}", id(lost)));
    person.init();
    person.commit("The vault");
    let mut shared: Vec<_> = vault().into_iter().map(|(path, _)| path).collect();
    shared.sort();
    assert_eq!(committed(&person), shared);
    person.write(&format!("{home}/category.json"), "{ \"uuid\": ");
    assert!(person.commit("Again").commit.is_none());
    // What was shared is a problem then.
    person.write(&format!("{TEAM}/category.json"), "");
    let status = person.workspace().status().expect("a status");
    assert!(status.problems.iter().any(|it| it.path.to_string().starts_with(TEAM)), "{status:?}");
}

#[test]
fn a_category_goes_out_with_its_own_but_not_with_what_says_otherwise() {
    let person = Person::alone("Anna");
    let inner = "categories/00000000-0000-4000-8000-000000000004";
    write(&person, vault().into_iter().chain([category("Inner", inner, Some(TEAM), "true")]));
    person.replace(&format!("{CRANE}/entry.json"), id(OPS), id(inner));
    person.init();
    person.commit("The vault");
    let change = person.workspace().share("Team", false).expect("a category that is shared");
    assert_eq!(change.unlike.iter().map(|it| it.names.join("/")).collect::<Vec<_>>(), ["All/Team/Inner"]);
    person.commit("Team is ours");
    let now = committed(&person);
    assert!(!now.iter().any(|path| path.starts_with(GAUGE)), "{now:?}");
    assert!(now.contains(&format!("{CRANE}/store.json")) && now.contains(&format!("{TEAM}/category.json")));
    assert_eq!(person.git(&["status", "--porcelain", "--untracked-files=no"]), "");
}

#[test]
fn taking_out_and_sharing_again_changes_nothing() {
    let person = Person::alone("Anna");
    write(&person, vault());
    person.init();
    person.commit("The vault");
    take_out(&person, "All/Team");
    let change = person.workspace().share(id(TEAM), true).expect("a category");
    assert!(change.is_changed && change.leaves.is_empty());
    assert!(!person.workspace().share("Team", true).expect("a category").is_changed);
    person.assert_clean();
}

#[test]
fn a_vault_without_a_commit_is_marked_all_the_same() {
    let person = Person::alone("Anna");
    write(&person, vault());
    person.init();
    let change = person.workspace().share("Team", false).expect("a category");
    assert!(change.is_changed && change.leaves.is_empty());
    person.commit("The vault");
    assert_eq!(committed(&person), left());
}

#[test]
fn what_is_taken_out_of_a_bare_repository_stays_in_the_draft() {
    let person = Person::alone("Anna");
    let seed = Person::alone("Ben");
    write(&seed, vault());
    seed.init();
    seed.commit("The vault");
    person.git(&["clone", "--quiet", "--bare", &seed.folder.to_string_lossy(), "."]);
    take_out(&person, "Team");
    person.commit("Team is ours");
    assert_eq!(committed(&person), left());
    let draft = person.git(&["ls-tree", "-r", "--name-only", "refs/syncline/drafts/anna/main"]);
    assert!(draft.contains(&format!("{GAUGE}/store.json")), "{draft}");
    let status = person.workspace().status().expect("a status");
    assert_eq!((status.changes.len(), status.unshared.len()), (0, 3));
}

fn set(person: &Person, key: &str, value: &str, shared: bool) {
    person.workspace().set(key, value, shared).expect("a setting");
}

#[test]
fn a_rule_of_one_installation_keeps_changes_here_and_removes_nothing() {
    let two = Two::with(&[("a.yaml", "a: 1\n"), ("b.yaml", "b: 1\n"), ("scratch/c.yaml", "c: 1\nd: 1\n")]);
    set(&two.anna, "share.path:scratch", "no", false);
    two.anna.replace("scratch/c.yaml", "c: 1", "c: 2");
    two.anna.write("scratch/new.yaml", "n: 1\n");
    let report = two.anna.commit("Nothing of it");
    assert!(report.commit.is_none() && report.taken_out.is_empty());
    // What others change there comes in as ever.
    two.ben.replace("scratch/c.yaml", "d: 1", "d: 9");
    two.ben.sync();
    two.anna.sync();
    assert_eq!(two.anna.read("scratch/c.yaml"), "c: 2\nd: 9\n");
    assert_eq!(two.anna.git(&["show", "HEAD:scratch/c.yaml"]), "c: 1\nd: 9");
    two.anna.workspace().unset("share.path:scratch", false).expect("it is set");
    assert_eq!(two.anna.workspace().status().expect("a status").changes.len(), 2);
}

#[test]
fn a_rule_of_everybody_takes_out_what_the_repository_had() {
    let two =
        Two::with(&[("a.yaml", "a: 1\n"), ("scratch/c.yaml", "c: 1\n"), ("scratch/kept.yaml", "k: 1\n")]);
    set(&two.anna, "share.path:scratch/*", "no", true);
    set(&two.anna, "share.path:scratch/kept.yaml", "yes", true);
    let report = two.anna.sync();
    assert_eq!(report.taken_out.iter().map(ToString::to_string).collect::<Vec<_>>(), ["scratch/c.yaml"]);
    assert_eq!(committed(&two.anna), [".syncline.toml", "a.yaml", "scratch/kept.yaml"]);
    assert_eq!(two.anna.read("scratch/c.yaml"), "c: 1\n");
    two.ben.pull();
    two.ben.write("scratch/mine.yaml", "m: 1\n");
    two.ben.sync();
    assert_eq!(committed(&two.ben), [".syncline.toml", "a.yaml", "scratch/kept.yaml"]);
    // An own rule makes an exception for oneself.
    set(&two.ben, "share.path:scratch/mine.yaml", "yes", false);
    two.ben.sync();
    assert!(committed(&two.ben).contains(&"scratch/mine.yaml".to_owned()));
    let report = two.anna.sync();
    assert!(report.taken_out.is_empty(), "only a new rule takes something out");
}

#[test]
fn the_settings_that_take_something_out_are_not_committed_without_it() {
    let person = Person::alone("Anna");
    write(&person, vault());
    person.init();
    person.commit("The vault");
    set(&person, "share.kind:connection", "no", true);
    let request = CommitRequest {
        message: "Connections are ours".to_owned(),
        selectors: vec![Selector::new(".syncline.toml")],
        allow_removals: false,
    };
    let report = person.workspace().commit(&request).expect("a commit");
    assert_eq!(report.taken_out.len(), 4, "parts go with what they are a part of");
    assert!(!committed(&person).iter().any(|path| path.starts_with("stores/")));
    assert!(person.folder.join(CRANE).join("store.json").exists());
}

#[test]
fn a_connection_of_which_some_files_are_gone_is_a_problem_and_no_removal() {
    let person = Person::alone("Anna");
    write(&person, vault());
    person.write(&format!("{GAUGE}/notes.md"), "Calls back.\n");
    person.init();
    person.commit("The vault");
    let all = committed(&person);
    for file in ["store.json", "entry.json"] {
        person.remove(&format!("{GAUGE}/{file}"));
        let report = person.commit("What can be");
        let problems: Vec<_> = report.problems.iter().map(|problem| problem.path.to_string()).collect();
        assert_eq!((report.commit, problems), (None, vec![format!("{GAUGE}/{file}")]));
        assert_eq!(committed(&person), all);
        person.workspace().discard(&[Selector::new(GAUGE)]).expect("it comes back");
    }
    // Notes may go alone, and all of it together.
    person.remove(&format!("{GAUGE}/notes.md"));
    assert!(person.commit("No notes").problems.is_empty());
    person.remove(&format!("{GAUGE}/entry.json"));
    person.remove(&format!("{GAUGE}/store.json"));
    let report = person.commit("No gauge");
    assert!(report.problems.is_empty() && report.commit.is_some());
    assert!(!committed(&person).iter().any(|path| path.starts_with(GAUGE)));
}

#[test]
fn a_settings_file_that_cannot_be_read_makes_nothing_shared() {
    let two = Two::with(&[("a.yaml", "a: 1\n")]);
    two.anna.workspace().set("share.path:scratch", "no", true).expect("a setting");
    two.anna.sync();
    let settings = two.anna.read(".syncline.toml");
    two.anna.write("scratch/mine.yaml", "secret: no\n");
    two.anna.write(".syncline.toml", &settings.replace("= \"no\"", "= no\""));
    two.anna.write("a.yaml", "a: 2\n");
    two.anna.sync();
    assert_eq!(two.anna.git(&["show", "--name-only", "--format=", "HEAD"]), "a.yaml");
    let status = two.anna.workspace().status().expect("a status");
    let problems: Vec<_> = status.problems.iter().map(|problem| problem.path.to_string()).collect();
    assert_eq!((problems, status.unshared.len()), (vec![".syncline.toml".to_owned()], 1));
    // Where a teammate sent it so, what was kept here is kept on.
    two.anna.git(&["commit", "--quiet", "--all", "--message", "A slip"]);
    two.anna.write("a.yaml", "a: 3\n");
    two.anna.sync();
    assert_eq!(two.anna.git(&["show", "--name-only", "--format=", "HEAD"]), "a.yaml");
}

#[test]
fn rules_that_two_people_add_at_once_both_hold() {
    let two = Two::with(&[("a.yaml", "a: 1\n")]);
    two.ben.workspace().set("share.path:bens", "no", true).expect("a setting");
    two.ben.sync();
    two.anna.workspace().set("share.path:annas", "no", true).expect("a setting");
    two.anna.write("annas/x.yaml", "x: 1\n");
    let report = two.anna.sync();
    assert!(report.pulled.conflicts.is_empty(), "{report:?}");
    assert_eq!(two.anna.read(".syncline.toml").matches("= \"no\"").count(), 2);
    two.anna.write("a.yaml", "a: 2\n");
    two.anna.sync();
    assert_eq!(two.anna.git(&["ls-files", "annas"]), "");
}

#[test]
fn settings_that_are_gone_or_empty_made_what_they_kept_here_shared() {
    let ways: [fn(&Person); 2] =
        [|person| person.remove(".syncline.toml"), |person| person.write(".syncline.toml", "")];
    for lose in ways {
        let two = Two::with(&[("a.yaml", "a: 1\n")]);
        set(&two.anna, "share.path:scratch", "no", true);
        two.anna.sync();
        two.anna.write("scratch/mine.yaml", "m: 1\n");
        lose(&two.anna);
        two.anna.write("a.yaml", "a: 2\n");
        two.anna.sync();
        assert_eq!(committed(&two.anna), [".syncline.toml", "a.yaml"]);
        let problems = two.anna.workspace().status().expect("a status").problems;
        assert_eq!(problems.iter().map(|it| it.path.to_string()).collect::<Vec<_>>(), [".syncline.toml"]);
        // Another setting does not do without them either.
        set(&two.anna, "share.path:more", "no", true);
        assert_eq!(two.anna.read(".syncline.toml").matches("= \"no\"").count(), 2);
    }
}

#[test]
fn settings_that_are_taken_back_one_by_one_are_not_lost() {
    let two = Two::with(&[("a.yaml", "a: 1\n")]);
    set(&two.anna, "share.path:scratch", "no", true);
    two.anna.sync();
    two.anna.workspace().unset("share.path:scratch", true).expect("it is set");
    two.anna.write("scratch/mine.yaml", "m: 1\n");
    two.anna.sync();
    assert!(committed(&two.anna).contains(&"scratch/mine.yaml".to_owned()));
    two.anna.assert_clean();
}

#[test]
fn the_rules_of_everybody_did_not_hold_in_a_bare_repository() {
    let (person, seed) = (Person::alone("Anna"), Person::alone("Ben"));
    seed.write("a.yaml", "a: 1\n");
    seed.init();
    set(&seed, "share.path:scratch", "no", true);
    seed.commit("Rules");
    person.git(&["clone", "--quiet", "--bare", &seed.folder.to_string_lossy(), "."]);
    let path = syncline_format::RepoPath::new("scratch/mine.yaml").expect("a good path");
    person.workspace().save(&path, Some(b"m: 1\n")).expect("it is saved");
    assert!(person.commit("Nothing of it").commit.is_none());
    assert_eq!(committed(&person), [".syncline.toml", "a.yaml"]);
}

#[test]
fn a_rule_that_came_with_an_interrupted_pull_did_not_hold_in_the_command_that_finished_it() {
    let two = Two::with(&[("a.yaml", "a: 1\n")]);
    set(&two.ben, "share.path:scratch", "no", true);
    two.ben.write("zz/new.yaml", "name: new\n");
    two.ben.sync();
    two.anna.write("scratch/mine.yaml", "m: 1\n");
    let obstacle = two.anna.folder.join("zz");
    fs::write(&obstacle, "in the way").expect("a file");
    // Not seen by the snapshot, so that only the writing meets it.
    let ignored = two.anna.home.path().join("ignored");
    fs::write(&ignored, "zz\n").expect("a file");
    two.anna.git(&["config", "core.excludesFile", ignored.to_str().expect("UTF-8")]);
    two.anna.workspace().pull(PullRequest::default()).expect_err("something is in the way");
    fs::remove_file(&obstacle).expect("the file is there");
    // As if it had been stopped before this one was written.
    two.anna.remove(".syncline.toml");
    two.anna.sync();
    assert_eq!(committed(&two.anna), [".syncline.toml", "a.yaml", "zz/new.yaml"]);
}

#[test]
fn one_file_that_is_taken_out_takes_the_settings_along_that_say_so() {
    let files = [("a.yaml", "a: 1\n"), ("scratch/b.yaml", "b: 1\n"), ("scratch/c.yaml", "c: 1\n")];
    let two = Two::with(&files);
    set(&two.anna, "share.path:scratch", "no", true);
    let request =
        CommitRequest { selectors: vec![Selector::new("scratch/b.yaml")], ..CommitRequest::default() };
    let report = two.anna.workspace().commit(&request).expect("a commit");
    assert_eq!(report.taken_out.len(), 2);
    assert_eq!(committed(&two.anna), [".syncline.toml", "a.yaml"]);
}

#[test]
fn a_file_that_stays_here_displaced_a_shared_one_where_its_folder_was() {
    let two = Two::with(&[("a.yaml", "a: 1\n"), ("scratch/b.yaml", "b: 1\n")]);
    set(&two.anna, "share.path:scratch/**", "no", false);
    fs::remove_dir_all(two.ben.folder.join("scratch")).expect("the folder is there");
    two.ben.write("scratch", "A file now\n");
    two.ben.sync();
    two.anna.pull();
    assert_eq!(two.anna.read("scratch"), "A file now\n");
    assert!(two.anna.commit("Nothing").commit.is_none());
}

#[test]
fn a_sync_stopped_for_a_file_that_no_commit_takes() {
    let two = Two::with(&[("a.yaml", "a: 1\n"), ("scratch/b.yaml", "b: 1\n")]);
    set(&two.anna, "share.path:scratch", "no", false);
    set(&two.anna, "policy.path:scratch/**", "stop", false);
    two.anna.replace("scratch/b.yaml", "b: 1", "b: 2");
    two.ben.replace("scratch/b.yaml", "b: 1", "b: 3");
    two.ben.sync();
    two.anna.sync();
    assert_eq!(two.anna.read("scratch/b.yaml"), "b: 2\n");
    assert_eq!(two.anna.git(&["show", "HEAD:scratch/b.yaml"]), "b: 3");
}

#[test]
fn a_description_that_is_gone_made_what_it_kept_here_shared() {
    let description = ".syncline/formats/shelves.toml";
    let text = "\
name = \"shelves\"
title = \"Shelves\"
also = [\"generic\"]
local = [\"state/**\"]

[[file]]
glob = [\"*.shelf.yaml\"]
root = { kind = [\"shelf\"] }
shape = \"shelf\"

[shape.shelf]
resource = { kind = \"Shelf\", id = \"id\", name = [\"id\"] }
";
    let two = Two::with(&[(description, text), ("a.shelf.yaml", "kind: shelf\nid: a\n")]);
    two.anna.write("state/mine.yaml", "m: 1\n");
    assert!(two.anna.sync().commit.is_none());
    two.anna.remove(description);
    two.anna.sync();
    assert_eq!(committed(&two.anna), [description, "a.shelf.yaml"]);
    let problems = two.anna.workspace().status().expect("a status").problems;
    assert_eq!(problems.iter().map(|it| it.path.to_string()).collect::<Vec<_>>(), [description]);
    // What it keeps here is taken out of it first.
    two.anna.write(description, &text.replace("local = [\"state/**\"]\n", ""));
    two.anna.sync();
    two.anna.remove(description);
    two.anna.sync();
    assert!(!committed(&two.anna).contains(&description.to_owned()));
}
