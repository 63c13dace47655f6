//! Conflicts over lines of a text that no format claims.

use crate::support::{Person, Two};
use syncline_sync::{Held, Take};

const NOTES: &str = "notes.txt";
const TEXT: &str = "\
# Notes

First
shared
line

Middle

Second
shared
line

End
";

fn held(person: &Person) -> Vec<Held> {
    person.workspace().conflicts().expect("a list")
}

fn take(person: &Person, which: &Held, take: &Take) {
    person.workspace().resolve(std::slice::from_ref(&which.id), take).expect("settled");
}

/// Anna changed the text first, Ben came with another change of it.
fn apart(annas: &str, bens: &str) -> Two {
    let two = Two::with(&[(NOTES, TEXT)]);
    two.anna.write(NOTES, annas);
    two.ben.write(NOTES, bens);
    two.anna.sync();
    two.ben.sync();
    two
}

#[test]
fn lines_that_the_kept_side_removed_can_be_taken_back_where_they_were() {
    let bens = TEXT.replace("Middle", "Middle of Ben");
    let two = apart(&TEXT.replace("Middle\n\n", ""), &bens);
    let conflicts = held(&two.ben);
    assert_eq!(conflicts.len(), 1);
    two.ben.replace(NOTES, "# Notes", "# Notes\n\nwith a line more");
    two.ben.commit("Edit above");
    assert_eq!(held(&two.ben).len(), 1, "an edit elsewhere settles nothing");
    take(&two.ben, &conflicts[0], &Take::Ours);
    assert_eq!(two.ben.read(NOTES), bens.replace("# Notes", "# Notes\n\nwith a line more"));
    two.ben.sync();
    two.anna.sync();
    two.assert_equal();
}

#[test]
fn lines_that_stand_there_twice_are_settled_each_in_its_place() {
    // Both sides change both runs in the same two ways.
    let two =
        apart(&TEXT.replace("shared\nline", "anna's\nline"), &TEXT.replace("shared\nline", "ben's\nline"));
    let conflicts = held(&two.ben);
    assert_eq!(conflicts.len(), 2, "two runs that are alike are two conflicts");
    assert_ne!(conflicts[0].id, conflicts[1].id);
    let lines: Vec<_> =
        conflicts.iter().map(|held| held.conflict.lines.as_ref().expect("a place").start).collect();
    let second = if lines[0] > lines[1] { &conflicts[0] } else { &conflicts[1] };
    take(&two.ben, second, &Take::Ours);
    let expected = TEXT.replace("First\nshared", "First\nanna's").replace("Second\nshared", "Second\nben's");
    assert_eq!(two.ben.read(NOTES), expected);
    assert_eq!(held(&two.ben).len(), 1);
    two.ben.sync();
    // Somebody else finds the other one, too.
    two.anna.sync();
    let left = held(&two.anna);
    assert_eq!(left.len(), 1);
    two.anna.replace(NOTES, "Second\nben's\nline\n\n", "");
    two.anna.commit("Remove the second");
    take(&two.anna, &left[0], &Take::Both);
    assert!(two.anna.read(NOTES).contains("First\nben's\nanna's\nline\n"), "{}", two.anna.read(NOTES));
}

#[test]
fn all_runs_of_a_file_are_settled_at_once() {
    let two = apart(
        &TEXT.replace("shared\nline", "anna's\nline"),
        &TEXT.replace("shared\nline", "ben's\nbig\nline"),
    );
    let ids: Vec<_> = held(&two.ben).into_iter().map(|held| held.id).collect();
    two.ben.workspace().resolve(&ids, &Take::Ours).expect("settled");
    assert_eq!(two.ben.read(NOTES), TEXT.replace("shared\nline", "ben's\nbig\nline"));
}

#[test]
fn a_changed_run_is_settled_though_another_one_has_the_same_lines() {
    let annas = TEXT.replace("Middle", "line");
    let two = apart(&annas, &TEXT.replace("Middle", "Middle of Ben"));
    assert_eq!(held(&two.ben).len(), 1);
    two.ben.replace(NOTES, "line\n\nSecond", "Agreed\n\nSecond");
    two.ben.commit("Agree");
    assert!(held(&two.ben).is_empty());
}

#[test]
fn a_run_of_uncommitted_work_is_found_after_its_commit() {
    let two = Two::with(&[(NOTES, TEXT)]);
    two.anna.write(NOTES, &TEXT.replace("Middle", "Middle of Anna"));
    two.anna.sync();
    two.ben.write(NOTES, &TEXT.replace("Middle\n\n", ""));
    two.ben.pull();
    assert_eq!(held(&two.ben).len(), 1);
    two.ben.sync();
    two.anna.sync();
    let conflicts = held(&two.anna);
    assert_eq!(conflicts.len(), 1, "the draft's conflict became the branch's");
    take(&two.anna, &conflicts[0], &Take::Theirs);
    assert_eq!(two.anna.read(NOTES), TEXT.replace("Middle", "Middle of Anna"));
}
