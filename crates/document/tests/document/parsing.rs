//! What files are read as.

use syncline_document::{Document, Language, MAX_DEPTH, NodeId, NodeKind, Pointer, Style, Value};

use syncline_testkit::laws::{files_are_read_as_they_are, parse};

fn yaml(text: &str) -> Document {
    parse(text, Language::Yaml)
}

fn at(document: &Document, pointer: &str) -> NodeId {
    let pointer = Pointer::parse(pointer).expect("a pointer");
    document.lookup(&pointer).unwrap_or_else(|| panic!("nothing at {pointer}"))
}

fn text_at<'d>(document: &'d Document, pointer: &str) -> &'d str {
    document.node_text(at(document, pointer))
}

fn value_at(document: &Document, pointer: &str) -> Value {
    document.value(at(document, pointer))
}

fn error(bytes: &[u8], language: Language) -> String {
    Document::parse(bytes, language).expect_err("an invalid file").to_string()
}

#[test]
fn spans_hold_a_node_with_its_tag_and_anchor() {
    let d = yaml("a: &x !t  plain # c\nb: !!seq\n- 1\nc: |2-  # h\n    deep\n\nd: 'q'\ne: &m\n  k: *x\n");
    assert_eq!(text_at(&d, "/a"), "&x !t  plain");
    assert_eq!(text_at(&d, "/b"), "!!seq\n- 1");
    assert_eq!(text_at(&d, "/c"), "|2-  # h\n    deep");
    assert_eq!(value_at(&d, "/c"), Value::string("  deep"));
    assert_eq!(text_at(&d, "/e"), "&m\n  k: *x");
    assert_eq!(text_at(&d, "/e/k"), "*x");
    assert_eq!(d.node(at(&d, "/e/k")).kind, NodeKind::Alias(at(&d, "/a")));
    assert_eq!(value_at(&d, "/e/k"), Value::Tagged("!t".into(), Box::new(Value::string("plain"))));
    assert_eq!((d.anchor(at(&d, "/a")), d.tag(at(&d, "/a"))), (Some("x"), Some("!t")));
}

#[test]
fn empty_values_stand_behind_their_indicator() {
    let d = yaml("a:   # c\nb:\n  -\n  - # c\n  - !!str\n? c\n");
    for (pointer, start) in [("/a", 2), ("/b/0", 15), ("/b/1", 19), ("/c", 37)] {
        let node = d.node(at(&d, pointer));
        assert_eq!(node.span, start..start, "{pointer}");
        assert_eq!(value_at(&d, pointer), Value::Null, "{pointer}");
    }
    assert_eq!(value_at(&d, "/b/2"), Value::string(""));
}

#[test]
fn scalars_are_read_by_the_core_schema() {
    let d = yaml("[yes, 0o17, 1.10, ~, Null, 'true', !!str 1, !!int '3', ! 4, !x 5, TRUE, .inf]\n");
    let number = |text: &str| Value::number(text);
    let wanted = vec![
        Value::string("yes"),
        number("0o17"),
        number("1.10"),
        Value::Null,
        Value::Null,
        Value::string("true"),
        Value::string("1"),
        number("3"),
        Value::string("4"),
        Value::Tagged("!x".into(), Box::new(Value::string("5"))),
        Value::Bool(true),
        number(".inf"),
    ];
    assert_eq!(value_at(&d, ""), Value::Sequence(wanted));
}

#[test]
fn merge_keys_stay_keys() {
    let d = yaml("a: &a {x: 1}\nb:\n  <<: *a\n");
    assert_eq!(value_at(&d, "/b/<</x"), Value::number("1"));
    assert_eq!(d.child_count(at(&d, "/b")), 1);
}

#[test]
fn block_scalars_end_where_their_content_does() {
    let d = yaml("a: |\n  x\n\n\nb: |+\n  y\n\n# c\nc: >-\n  z\n  z\n");
    assert_eq!(text_at(&d, "/a"), "|\n  x");
    assert_eq!(text_at(&d, "/b"), "|+\n  y\n\n");
    assert_eq!(value_at(&d, "/b"), Value::string("y\n\n"));
    assert_eq!(value_at(&d, "/c"), Value::string("z z"));
    assert_eq!(d.node(at(&d, "/c")).style, Style::Folded);
}

#[test]
fn a_literal_without_last_line_break_has_none() {
    let d = yaml("a: |\n  x");
    assert_eq!(value_at(&d, "/a"), Value::string("x"));
}

#[test]
fn quoted_text_may_go_on_at_the_column_of_its_key() {
    let d = yaml("- a: \"x\n  \\\"y\\\"\r\n\n  z\"\n  'b': 'it''s\n\n  b'\n- c: 1\n");
    assert_eq!(value_at(&d, "/0/a"), Value::string("x \"y\"\nz"));
    assert_eq!(value_at(&d, "/0/b"), Value::string("it's\nb"));
    assert_eq!(text_at(&d, "/0/b"), "'it''s\n\n  b'");
    assert_eq!(value_at(&d, "/1/c"), Value::number("1"));
    assert!(error(b"a: \"x\ny: 1\n", Language::Yaml).starts_with("line "));
}

#[test]
fn a_stream_is_the_root_of_no_document_or_several() {
    for (text, count) in [("", 0), ("# c\n", 0), ("a\n---\nb\n", 2), ("---\na\n...\n---\n---\n", 3)] {
        let d = yaml(text);
        assert!(matches!(d.node(d.root()).kind, NodeKind::Stream(_)), "{text:?}");
        assert_eq!(d.child_count(d.root()), count, "{text:?}");
    }
    let d = yaml("%YAML 1.2\n---\na: 1\n...\n");
    assert_eq!(value_at(&d, "/a"), Value::number("1"));
    assert_eq!(value_at(&yaml("---\n"), ""), Value::Null);
    files_are_read_as_they_are(b"# c\n...\n...\n- a\n");
}

#[test]
fn a_byte_order_mark_and_crlf_are_kept() {
    let d = yaml("\u{feff}a: 1\r\nb: |\r\n  x\r\n  y\r\n");
    assert_eq!(value_at(&d, "/b"), Value::string("x\ny\n"));
    assert_eq!(text_at(&d, "/a"), "1");
    assert_eq!(d.position(at(&d, "/b")).to_string(), "line 2, column 4");
    let d = parse("\u{feff}{\"a\": [1]}", Language::Json);
    assert_eq!(text_at(&d, "/a/0"), "1");
}

#[test]
fn a_repeated_key_is_told_with_its_place() {
    assert_eq!(
        yaml("a: 1\nb: 2\n'a': 3\n").repeated_key().map(|p| p.to_string()).as_deref(),
        Some("line 3, column 1")
    );
    assert_eq!(yaml("a: 1\nb: {a: 1}\n1: x\n'1': y\n").repeated_key(), None);
    assert!(parse(r#"{"a": 1, "\u0061": 2}"#, Language::Json).repeated_key().is_some());
}

#[test]
fn errors_name_the_place() {
    assert!(error(b"a: 1\nb: ]\n", Language::Yaml).starts_with("line 2, column 4"));
    assert!(error(b"{\"a\": 1,\n \"b\" 2}", Language::Json).starts_with("line 2, column 6"));
    assert_eq!(error(b"a: 1\nb: \xff\n", Language::Yaml), "line 2, column 4: the file is not UTF-8 text");
    assert_eq!(error(b"", Language::Json), "line 1, column 1: the file has no value in it");
    assert!(error(b"a: *x\n", Language::Yaml).starts_with("line 1, column 4"));
}

#[test]
fn json_is_strict_but_for_comments_and_trailing_commas() {
    let d = parse("// c\n{\"a\": [1, 2,], /* d */ \"b\": -0.5e+1,}\n", Language::Json);
    assert_eq!(value_at(&d, "/b"), Value::number("-0.5e+1"));
    for text in [
        "{'a': 1}",
        "{a: 1}",
        "[1 2]",
        "[0x1]",
        "[01]",
        "[.5]",
        "[1.]",
        "[+1]",
        "[NaN]",
        "[Infinity]",
        "[,]",
        "[1,,2]",
        "{\"a\" 1}",
        "{\"a\":}",
        "[1]]",
        "[1",
        "{\"a\": 1",
        "\"a\nb\"",
        "\"\\x41\"",
        "\"\\'\"",
        "tru",
        "[\u{a0}1]",
        "1 2",
        "\"\\ud800\"",
    ] {
        error(text.as_bytes(), Language::Json);
    }
}

#[test]
fn deep_nesting_is_refused_and_not_fatal() {
    for depth in [MAX_DEPTH + 1, 10_000] {
        assert!(error("[".repeat(depth).as_bytes(), Language::Json).contains("lie in each other"));
        assert!(!error("[".repeat(depth).as_bytes(), Language::Yaml).is_empty());
        assert!(!error("- ".repeat(depth).as_bytes(), Language::Yaml).is_empty());
    }
    let deepest = "[".repeat(MAX_DEPTH) + &"]".repeat(MAX_DEPTH);
    for language in [Language::Json, Language::Yaml] {
        assert_eq!(parse(&deepest, language).node_count(), MAX_DEPTH);
    }
}

#[test]
fn aliases_that_stand_for_too_much_are_refused() {
    let mut bomb = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..12 {
        let many = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.extend([format!("a{level}: &a{level} [{many}]\n")]);
    }
    assert!(error(bomb.as_bytes(), Language::Yaml).contains("too much data"));
    let mut tower = "a0: &a0 [x]\n".to_owned();
    for level in 1..400 {
        tower.extend([format!("a{level}: &a{level} [*a{}]\n", level - 1)]);
    }
    assert!(error(tower.as_bytes(), Language::Yaml).contains("lie in each other"));
    assert!(error(b"a: &a [*a]\n", Language::Yaml).contains("inside the node"));
    assert!(error(b"- &a 1\n- &a 2\n", Language::Yaml).contains("defined twice"));
}

#[test]
fn keys_in_keys_are_refused_before_their_quotes_take_all_memory() {
    assert!(yaml("? ? ? ? {a: b}\n").node_count() > 8);
    assert!(error("? ".repeat(60).as_bytes(), Language::Yaml).contains("keys in each other"));
    let mut tower = "a0: &a0 [x]\n".to_owned();
    for level in 1..60 {
        tower.extend([format!("a{level}: &a{level} {{? *a{} : x}}\n", level - 1)]);
    }
    assert!(error(tower.as_bytes(), Language::Yaml).contains("keys in each other"));
}

#[test]
fn a_key_in_brackets_keeps_its_bracket_from_the_pair_without_braces() {
    for (text, key) in [("[ {}:]", "{}"), ("[{a: b}: c]", "{a: b}"), ("[[a]: c]", "[a]"), ("[? {}: c]", "{}")]
    {
        let d = yaml(text);
        let pair = at(&d, "/0");
        assert_eq!(d.key(pair, 0).map(|key| d.node_text(key)), Some(key), "{text}");
        files_are_read_as_they_are(text.as_bytes());
    }
}

#[test]
fn pointers_and_nodes_find_each_other() {
    let d = yaml("a/b: {~t: [x, {1: y}]}\n? [k]\n: z\n: n\n");
    for (pointer, text) in [("/a~1b/~0t/0", "x"), ("/a~1b/~0t/1/1", "y"), (r#"/["k"]"#, "z"), ("/null", "n")]
    {
        assert_eq!(text_at(&d, pointer), text);
        assert_eq!(d.pointer_of(at(&d, pointer)).to_string(), pointer);
    }
    assert_eq!(d.lookup(&Pointer::parse("/a~1b/~0t/01").expect("a pointer")), None);
    assert_eq!(value_at(&yaml("True: 1\n"), "/true"), Value::number("1"), "however it is written");
}

#[test]
fn hashes_follow_data_and_not_style() {
    let hash = |text: &str, language| {
        let d = parse(text, language);
        d.data_hash(d.root())
    };
    let y = |text: &str| hash(text, Language::Yaml);
    assert_eq!(y("a: 1\nb: [x, y]\n"), y("# c\nb:\n- 'x'\n- \"y\"\na: 1\n"));
    assert_eq!(y("a: 1\nb: [x, y]\n"), hash(r#"{"b": ["x", "y"], "a": 1}"#, Language::Json));
    assert_eq!(y("a: &x [1]\nb: *x\n"), y("a: [1]\nb: [1]\n"));
    for other in [
        "a: 1\nb: [y, x]\n",
        "a: '1'\nb: [x, y]\n",
        "a: 1.0\nb: [x, y]\n",
        "b: 1\na: [x, y]\n",
        "a: 1\n",
        "a: 1\nb: !t [x, y]\n",
    ] {
        assert_ne!(y("a: 1\nb: [x, y]\n"), y(other), "{other}");
    }
    assert_ne!(y("[[a], b]"), y("[[a, b]]"));
}

#[test]
fn comments_belong_to_the_child_below_or_on_the_line() {
    let d = yaml("# file\n\n# a\na: 1 # one\n\n# b\nb:\n  # x\n  - x # ex\n  # tail\n# c\nc: 3\n");
    let root = d.root();
    assert_eq!(d.comments(root, 0).leading, "# a\n");
    assert_eq!(d.comments(root, 0).trailing, " # one");
    assert_eq!(d.comments(root, 1).leading, "\n# b\n");
    assert_eq!(d.comments(root, 2).leading, "# c\n");
    let b = at(&d, "/b");
    assert_eq!((d.comments(b, 0).leading, d.comments(b, 0).trailing), ("  # x\n", " # ex"));
    let d = parse("{\n  // a\n  \"a\": 1, // one\n  \"b\": 2\n}", Language::Json);
    assert_eq!(d.comments(d.root(), 0).trailing, " // one");
    assert_eq!(d.comments(d.root(), 0).leading, "\n  // a\n  ");
}
