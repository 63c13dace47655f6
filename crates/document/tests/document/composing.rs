//! New text out of pieces of two files.

use syncline_document::{
    Child, ComposeError, Document, Language, NodeId, Piece, Pointer, Slot, Value, compose,
};

use syncline_testkit::laws::{parse, pieces};

fn yaml(text: &str) -> Document {
    parse(text, Language::Yaml)
}

fn at(document: &Document, pointer: &str) -> NodeId {
    document.lookup(&Pointer::parse(pointer).expect("a pointer")).expect("a node")
}

/// Child `index` of the root of a document, as it stands.
fn own(from: &Document, container: NodeId, index: usize) -> Child<'_> {
    let node = from.child(container, index).expect("a child");
    Child { slot: Slot::Of { from, container, index }, value: Piece::Copy { from, node } }
}

fn container<'a>(from: &'a Document, children: Vec<Child<'a>>) -> Piece<'a> {
    Piece::Container { from, node: from.root(), children }
}

/// The base's children and then all of the other's.
fn joined(base: &str, other: &str, language: Language) -> String {
    let (base, other) = (parse(base, language), parse(other, language));
    let mut children: Vec<_> =
        (0..base.child_count(base.root())).map(|i| own(&base, base.root(), i)).collect();
    children.extend((0..other.child_count(other.root())).map(|i| own(&other, other.root(), i)));
    compose(&base, &container(&base, children)).expect("a text")
}

#[test]
fn children_of_another_file_bring_their_comments() {
    let text = joined("a: 1 # one\n", "# two\nb: 2 # two\n# three\nc:\n  - x\n  # tail\n", Language::Yaml);
    assert_eq!(text, "a: 1 # one\n# two\nb: 2 # two\n# three\nc:\n  - x\n  # tail\n");
}

#[test]
fn line_breaks_are_the_bases() {
    assert_eq!(joined("a: 1\r\n", "b: |\n  x\n  y\n", Language::Yaml), "a: 1\r\nb: |\r\n  x\r\n  y\r\n");
    assert_eq!(joined("a: 1\n", "b:\r\n  - x\r\n", Language::Yaml), "a: 1\nb:\n  - x\n");
}

#[test]
fn the_end_of_the_file_is_as_in_the_base() {
    assert_eq!(joined("a: 1", "b: 2\n", Language::Yaml), "a: 1\nb: 2");
    assert_eq!(joined("a: 1\n", "b: 2", Language::Yaml), "a: 1\nb: 2\n");
}

#[test]
fn blanks_behind_an_empty_block_scalar_stay() {
    let text = "a: 1\nb: >-\n  ";
    let document = yaml(text);
    assert_eq!(compose(&document, &pieces(&document, document.root())).as_deref(), Ok(text));
}

#[test]
fn a_tag_or_anchor_on_a_line_of_its_own_stays_there() {
    let text =
        "a:\n  !tag\n  b: 1\nc: # of c\n  &x\n  - 1\nd:\n\n  # above\n  !tag # behind\n  # below\n  e: 1\n";
    let document = yaml(text);
    assert_eq!(compose(&document, &pieces(&document, document.root())).as_deref(), Ok(text));
    let kept = yaml("k: |+\n\n\t\n\n");
    assert_eq!(compose(&kept, &pieces(&kept, kept.root())).as_deref(), Ok(kept.text()));
    let tab = yaml("-\t: 1\n");
    assert_eq!(compose(&tab, &pieces(&tab, tab.root())).as_deref(), Ok(tab.text()));
    let old_mac = yaml("t: |+2\n    a\r\rb: c");
    assert_eq!(compose(&old_mac, &pieces(&old_mac, old_mac.root())).as_deref(), Ok(old_mac.text()));
    let flow = yaml("a: !x   {b: 1}\nc: [&y  [1, 2]]\n");
    assert_eq!(compose(&flow, &pieces(&flow, flow.root())).as_deref(), Ok(flow.text()));
    let blanks = yaml("? a\n:    - b\n    #c\nd:  &x\n  - 1\n");
    assert_eq!(compose(&blanks, &pieces(&blanks, blanks.root())).as_deref(), Ok(blanks.text()));
    let moved = joined("z:\n  - y\n", "a:\n    !tag\n    b: 1\n", Language::Yaml);
    assert_eq!(moved, "z:\n  - y\na:\n    !tag\n    b: 1\n");
}

#[test]
fn a_line_break_of_the_old_mac_ends_a_line_of_json() {
    let text = "{\n  \"a\"\r: [\n    {\n  \"b\": 1 }\n  ]\n}\n";
    let document = parse(text, Language::Json);
    assert_eq!(compose(&document, &pieces(&document, document.root())).as_deref(), Ok(text));
}

#[test]
fn a_literal_at_the_end_of_its_file_gets_no_line_break_as_content() {
    assert_eq!(joined("a: |\n  x", "b: 2\n", Language::Yaml), "a: |-\n  x\nb: 2");
    assert_eq!(joined("a: 1\n", "b: |\n  x", Language::Yaml), "a: 1\nb: |-\n  x\n");
    assert_eq!(joined("a: 1", "b: |\n  x\n", Language::Yaml), "a: 1\nb: |\n  x\n");
}

#[test]
fn blank_lines_do_not_become_content_of_text_that_keeps_them() {
    assert_eq!(joined("a: |+\n  x\n", "z: 0\n\nb: 2\n", Language::Yaml), "a: |+\n  x\nz: 0\n\nb: 2\n");
    let (base, other) = (yaml("a: |+\n  x\n"), yaml("z: 0\n\nb: 2\n"));
    let children = vec![own(&base, base.root(), 0), own(&other, other.root(), 1)];
    assert_eq!(compose(&base, &container(&base, children)).as_deref(), Ok("a: |+\n  x\nb: 2\n"));
}

#[test]
fn a_child_moves_to_another_depth() {
    let base = yaml("top:\n    list:\n    - a: 1\n");
    let other = yaml(
        "deep:\n  er:\n    k:\n      text: |2\n          x\n\n        y\n      flow: [1,\n        2]\n      plain: a\n        b\n",
    );
    let (list, k) = (at(&base, "/top/list"), at(&other, "/deep/er"));
    let item = Piece::Container {
        from: &base,
        node: list,
        children: vec![
            own(&base, list, 0),
            Child {
                slot: Slot::New(None),
                value: Piece::Copy { from: &other, node: other.child(k, 0).expect("k") },
            },
        ],
    };
    let top = at(&base, "/top");
    let list_slot = Slot::Of { from: &base, container: top, index: 0 };
    let top_piece =
        Piece::Container { from: &base, node: top, children: vec![Child { slot: list_slot, value: item }] };
    let root_slot = Slot::Of { from: &base, container: base.root(), index: 0 };
    let text =
        compose(&base, &container(&base, vec![Child { slot: root_slot, value: top_piece }])).expect("a text");
    assert_eq!(
        text,
        "top:\n    list:\n    - a: 1\n    - text: |2\n          x\n\n        y\n      flow: [1,\n        2]\n      plain: a\n        b\n"
    );
}

#[test]
fn a_mixed_slot_takes_the_key_of_one_side_and_the_comments_of_the_other() {
    let (base, other) = (yaml("# old\n'k': 1 # x\n"), yaml("# new\nk: 1 # y\n"));
    let slot = Slot::Mixed { key: (&base, base.root(), 0), comments: (&other, other.root(), 0) };
    let value = Piece::Copy { from: &base, node: at(&base, "/k") };
    let text = compose(&base, &container(&base, vec![Child { slot, value }]));
    assert_eq!(text.as_deref(), Ok("# new\n'k': 1 # y\n"));
}

#[test]
fn the_first_key_of_a_list_item_stays_on_the_line_of_the_dash() {
    let base = yaml("- a: 1\n  # about b\n  b: 2\n- c: 3\n");
    let first = at(&base, "/0");
    let item = Piece::Container { from: &base, node: first, children: vec![own(&base, first, 1)] };
    let slot = Slot::Of { from: &base, container: base.root(), index: 0 };
    let text =
        compose(&base, &container(&base, vec![Child { slot, value: item }, own(&base, base.root(), 1)]));
    assert_eq!(text.as_deref(), Ok("# about b\n- b: 2\n- c: 3\n"));
}

#[test]
fn json_gets_its_commas_and_indentation() {
    let json = |base, other| joined(base, other, Language::Json);
    assert_eq!(
        json("{\n  \"a\": 1\n}\n", "{\"b\": {\"c\": []}}"),
        "{\n  \"a\": 1,\n  \"b\": {\"c\": []}\n}\n"
    );
    assert_eq!(json("{\"a\": 1}", "{\n  \"b\": 2\n}\n"), "{\"a\": 1, \"b\": 2}");
    assert_eq!(
        json("{\n\t\"a\": 1, // one\n}\n", "{\n  // two\n  \"b\": [\n    2\n  ] // end\n}\n"),
        "{\n\t\"a\": 1, // one\n\t// two\n\t\"b\": [\n\t  2\n\t], // end\n}\n"
    );
    assert_eq!(json("{}", "{\n  \"b\": 2\n}\n"), "{\n  \"b\": 2\n}");
    assert_eq!(json("[]\n", "[1, 2]"), "[\n  1,\n  2\n]\n");
}

#[test]
fn a_container_without_children_stays_as_an_empty_one() {
    let base = yaml("a:\n  # head\n\n  b: 1\n  # tail\nc: 2\n");
    let emptied = Piece::Container { from: &base, node: at(&base, "/a"), children: vec![] };
    let slot = Slot::Of { from: &base, container: base.root(), index: 0 };
    let text =
        compose(&base, &container(&base, vec![Child { slot, value: emptied }, own(&base, base.root(), 1)]));
    let text = text.expect("a text");
    assert!(text.starts_with("a: {}\n"), "{text}");
    assert!(text.contains("# head\n") && text.contains("# tail\n") && text.ends_with("c: 2\n"), "{text}");
}

#[test]
fn documents_of_a_stream_are_set_apart() {
    let (base, other) = (yaml("a: 1\n---\nb: 2\n"), yaml("c: 3\n---\n# d\nd: 4\n"));
    let mut children: Vec<_> = (0..2).map(|index| own(&base, base.root(), index)).collect();
    children.insert(1, own(&other, other.root(), 1));
    children.push(own(&other, other.root(), 0));
    let text = compose(&base, &container(&base, children));
    assert_eq!(text.as_deref(), Ok("a: 1\n---\n# d\nd: 4\n---\nb: 2\n---\nc: 3\n"));
    let one = compose(&base, &container(&base, vec![own(&base, base.root(), 0)]));
    assert_eq!(one.as_deref(), Ok("a: 1\n"));
}

#[test]
fn an_alias_without_its_anchor_is_not_written() {
    let (base, other) = (yaml("a: 1\n"), yaml("x: &x 1\nb: *x\n"));
    let children = vec![own(&base, base.root(), 0), own(&other, other.root(), 1)];
    assert_eq!(compose(&base, &container(&base, children)), Err(ComposeError::Mismatch));
}

#[test]
fn an_alias_that_would_mean_something_else_is_not_written() {
    let (base, other) = (yaml("a: &x 2\n"), yaml("y: 0\nx: &x 1\nb: *x\n"));
    let children = vec![own(&base, base.root(), 0), own(&other, other.root(), 2)];
    assert_eq!(compose(&base, &container(&base, children)), Err(ComposeError::Mismatch));
}

#[test]
fn an_alias_follows_a_change_of_its_anchor() {
    let base = yaml("x: &x {k: 1}\nb: *x\n");
    let x = at(&base, "/x");
    let new = Child {
        slot: Slot::Of { from: &base, container: x, index: 0 },
        value: Piece::Value { value: Value::number("2"), like: None },
    };
    let changed = Piece::Container { from: &base, node: x, children: vec![new] };
    let slot = Slot::Of { from: &base, container: base.root(), index: 0 };
    let text =
        compose(&base, &container(&base, vec![Child { slot, value: changed }, own(&base, base.root(), 1)]));
    assert_eq!(text.as_deref(), Ok("x: &x {k: 2}\nb: *x\n"));
}

#[test]
fn an_alias_follows_its_anchor_when_both_move() {
    let (base, other) = (yaml("- &x {k: 1}\n- *x\n"), yaml("- new\n"));
    let x = at(&base, "/0");
    let new = Child {
        slot: Slot::Of { from: &base, container: x, index: 0 },
        value: Piece::Value { value: Value::number("2"), like: None },
    };
    let changed = Piece::Container { from: &base, node: x, children: vec![new] };
    let slot = Slot::Of { from: &base, container: base.root(), index: 0 };
    let children =
        vec![own(&other, other.root(), 0), Child { slot, value: changed }, own(&base, base.root(), 1)];
    assert_eq!(compose(&base, &container(&base, children)).as_deref(), Ok("- new\n- &x {k: 2}\n- *x\n"));
}

#[test]
fn block_text_becomes_quoted_in_brackets() {
    let (base, other) = (yaml("a: [1]\n"), yaml("b: |\n  x\n  y\nc: {d: e}\nf:\n  - g, h\n"));
    let a = at(&base, "/a");
    let copy = |pointer| Child {
        slot: Slot::New(None),
        value: Piece::Copy { from: &other, node: at(&other, pointer) },
    };
    let list = Piece::Container {
        from: &base,
        node: a,
        children: vec![own(&base, a, 0), copy("/b"), copy("/c"), copy("/f"), copy("/f/0")],
    };
    let slot = Slot::Of { from: &base, container: base.root(), index: 0 };
    let text = compose(&base, &container(&base, vec![Child { slot, value: list }]));
    assert_eq!(text.as_deref(), Ok("a: [1, \"x\\ny\\n\", {d: e}, [\"g, h\"], \"g, h\"]\n"));
}

#[test]
fn odd_places_stay_as_they_are() {
    for text in [
        "a: [b: c, d]\n",
        "? a\n? b\n: c\n",
        "a: {   \"x\": 1\n  }\n",
        "- a\r\n- b\n",
        "--- [a]\n...\n",
        "a: 1\n...\nb: 2\n",
        "-\n  - \tx\n",
        "a:\n  |\n  x\n",
        "a:\n\n  # c\n  x\n# d\n",
        "\u{feff}# c\na: 1",
        "a: !!map\n  b: &x\n    c: 1   \n",
        "- # c\n  a: 1\n-   b: 2\n    c: 3\n",
    ] {
        let document = yaml(text);
        let pieces = pieces(&document, document.root());
        assert_eq!(compose(&document, &pieces).as_deref(), Ok(text));
    }
}
