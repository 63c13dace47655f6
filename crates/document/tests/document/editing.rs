//! Single edits: what becomes of the text.

use syncline_document::{Document, Edit, EditError, Language, Pointer, Value};

use syncline_testkit::laws::parse;

fn pointer(text: &str) -> Pointer {
    Pointer::parse(text).expect("a pointer")
}

fn set(at: &str, value: Value) -> Edit {
    Edit::Set { at: pointer(at), value }
}

fn remove(at: &str) -> Edit {
    Edit::Remove { at: pointer(at) }
}

fn insert(at: &str, value: Value) -> Edit {
    Edit::Insert { at: pointer(at), value }
}

fn text(value: &str) -> Value {
    Value::string(value)
}

fn entries(entries: &[(&str, Value)]) -> Value {
    Value::Mapping(entries.iter().map(|(key, value)| (text(key), value.clone())).collect())
}

fn yaml(before: &str, edit: &Edit) -> String {
    parse(before, Language::Yaml).edit(edit).unwrap_or_else(|error| panic!("{error}\n{before}"))
}

fn json(before: &str, edit: &Edit) -> String {
    parse(before, Language::Json).edit(edit).unwrap_or_else(|error| panic!("{error}\n{before}"))
}

#[test]
fn a_scalar_keeps_its_quotes_and_its_comment() {
    assert_eq!(yaml("a: 'x'   # c\nb: 1\n", &set("/a", text("y"))), "a: 'y'   # c\nb: 1\n");
    assert_eq!(yaml("a: \"x\"\n", &set("/a", text("it's"))), "a: \"it's\"\n");
    assert_eq!(yaml("a:    x\nlonger: y\n", &set("/a", text("z"))), "a:    z\nlonger: y\n");
    assert_eq!(yaml("a:  # c\nb: 1\n", &set("/a", text("x"))), "a: x  # c\nb: 1\n");
}

#[test]
fn text_that_reads_as_something_else_is_quoted() {
    assert_eq!(yaml("a: x\n", &set("/a", text("yes"))), "a: \"yes\"\n");
    assert_eq!(yaml("a: x\nb: 'q'\n", &set("/a", text("1.10"))), "a: '1.10'\nb: 'q'\n");
    assert_eq!(yaml("a: x\n", &set("/a", Value::number("1.10"))), "a: 1.10\n");
}

#[test]
fn several_lines_become_a_literal_with_the_comment_behind_its_header() {
    assert_eq!(yaml("a: x # c\n", &set("/a", text("1\n2\n"))), "a: | # c\n  1\n  2\n");
    assert_eq!(yaml("- - x\n", &set("/0/0", text("1\n2"))), "- - |-\n    1\n    2\n");
}

#[test]
fn removing_takes_the_comments_that_belong_to_it() {
    let before = "# file\n\n# a\na: 1\n\n# b\nb: 2 # two\n# c\nc: 3\n";
    assert_eq!(yaml(before, &remove("/b")), "# file\n\n# a\na: 1\n# c\nc: 3\n");
    assert_eq!(yaml(before, &remove("/a")), "# file\n\n# b\nb: 2 # two\n# c\nc: 3\n");
    assert_eq!(yaml("a:\n- x\nb: 1\n", &remove("/a/0")), "a: []\nb: 1\n");
    assert_eq!(yaml("a: 1\n", &remove("/a")), "{}\n");
}

#[test]
fn new_entries_follow_the_habits_of_the_file() {
    let unindented = "a:\n- x\nb:\n    c: 1\n";
    let list = Value::Sequence(vec![text("item"), entries(&[("k", text("v")), ("l", Value::Null)])]);
    assert_eq!(
        yaml(unindented, &set("/b/d", list.clone())),
        "a:\n- x\nb:\n    c: 1\n    d:\n    - item\n    - k: v\n      l: null\n"
    );
    assert_eq!(yaml("a:\n  - x\n", &set("/b", list)), "a:\n  - x\nb:\n  - item\n  - k: v\n    l: null\n");
    assert_eq!(yaml("a: 1\n\nb: 2\n\nc: 3\n", &set("/d", text("x"))), "a: 1\n\nb: 2\n\nc: 3\n\nd: x\n");
}

#[test]
fn empty_containers_open_as_the_file_is_written() {
    assert_eq!(yaml("a: {}  # c\nb: 1\n", &set("/a/k", text("v"))), "a:  # c\n  k: v\nb: 1\n");
    assert_eq!(yaml("a: []\n", &insert("/a/-", text("x"))), "a:\n  - x\n");
    assert_eq!(yaml("{}\n", &set("/k", text("v"))), "k: v\n");
    assert_eq!(json("{\n  \"a\": []\n}\n", &insert("/a/0", text("x"))), "{\n  \"a\": [\n    \"x\"\n  ]\n}\n");
    assert_eq!(json("{\"a\":{}}", &set("/a/b", Value::Null)), "{\"a\":{\"b\":null}}");
}

#[test]
fn items_are_inserted_and_removed_in_place() {
    assert_eq!(yaml("- a # 1\n- c\n", &insert("/1", text("b"))), "- a # 1\n- b\n- c\n");
    assert_eq!(yaml("l: [a, b]\n", &insert("/l/0", text("x"))), "l: [x, a, b]\n");
    assert_eq!(yaml("l: [a, b]\n", &remove("/l/1")), "l: [a]\n");
    assert_eq!(json("[\n  1, // one\n  2\n]", &remove("/1")), "[\n  1 // one\n]");
    assert_eq!(json("[1, 2]", &remove("/0")), "[2]");
}

#[test]
fn a_new_whole_changes_only_what_differs() {
    let before = "a: 1 # one\nb:\n  c: 'x' # c\n  d: 2\n";
    let new =
        entries(&[("a", Value::number("1")), ("b", entries(&[("c", text("y")), ("d", Value::number("2"))]))]);
    assert_eq!(yaml(before, &set("", new)), "a: 1 # one\nb:\n  c: 'y' # c\n  d: 2\n");
}

#[test]
fn a_file_without_a_document_gets_one() {
    assert_eq!(yaml("# only\n", &set("", entries(&[("a", text("b"))]))), "# only\na: b\n");
    assert_eq!(yaml("", &set("", text("x"))), "x\n");
}

#[test]
fn what_is_not_safe_is_refused() {
    let edit = |before: &str, edit: &Edit| -> EditError {
        let document: Document = parse(before, Language::Yaml);
        document.edit(edit).expect_err("a refusal")
    };
    let aliased = "a: &x {k: 1}\nb: *x\n";
    assert!(matches!(edit(aliased, &set("/b/k", text("y"))), EditError::Alias { .. }));
    assert!(matches!(edit(aliased, &set("/b", text("y"))), EditError::Alias { .. }));
    // The anchor's own place: the alias would change with it.
    assert!(matches!(edit(aliased, &set("/a/k", text("y"))), EditError::Compose { .. }));
    assert!(matches!(edit(aliased, &remove("/a")), EditError::Compose { .. }));
    let repeated = edit("a: 1\nb: 2\na: 3\n", &set("/a", text("y")));
    assert!(repeated.to_string().contains("again at line 3, column 1"), "{repeated}");
    assert!(matches!(edit("a: 1\n", &remove("/b")), EditError::NotFound(_)));
    assert!(matches!(edit("a: 1\n", &insert("/b", text("x"))), EditError::NotFound(_)));
    assert!(matches!(edit("- 1\n", &set("/2", text("x"))), EditError::NotFound(_)));
}

#[test]
fn a_new_text_at_the_end_takes_no_blanks_behind_it() {
    // The last line would be content of a block scalar: in quotes the text takes nothing that stands behind it.
    let new = entries(&[("k", text("one\ntwo"))]);
    assert_eq!(yaml("a:\n  b: x\n     ", &set("/a", new)), "a:\n  k: \"one\\ntwo\"\n     ");
}
