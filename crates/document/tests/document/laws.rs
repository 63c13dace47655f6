//! The three laws on generated files.

use proptest::prelude::*;
use syncline_document::{Document, Edit, EditError, Language, NodeKind, Value, compose};

use syncline_testkit::laws;

/// A value and, for each of its parts, how it is to be written.
#[derive(Clone, Debug)]
enum Sketch {
    Scalar(String),
    Sequence(Vec<(Around, Sketch)>, Look),
    Mapping(Vec<(Around, Sketch)>, Look),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// By indentation of so many columns.
    Block(usize),
    Flow,
}

#[derive(Clone, Copy, Debug)]
struct Around {
    comment_above: bool,
    blank_above: bool,
    comment_behind: bool,
}

fn around() -> impl Strategy<Value = Around> {
    (prop::bool::weighted(0.2), prop::bool::weighted(0.2), prop::bool::weighted(0.2)).prop_map(
        |(comment_above, blank_above, comment_behind)| Around { comment_above, blank_above, comment_behind },
    )
}

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{1,8}( [a-z]{1,4})?",
        1 => "[0-9]{1,4}(\\.[0-9]{1,2})?",
        1 => "'[ a-z#:\\-]{0,8}'",
        1 => "\"[ a-z#:\\-]{0,6}(\\\\n|\\\\u00e9)?\"",
        1 => Just(String::new()),
        1 => Just("~".to_owned()),
        // In block style: a header, and lines that are indented where they are written.
        1 => "[|>][+-]?\n[a-z]{1,5}( [a-z]+)?\n( [a-z]{1,3}\n)?\n?[a-z]{1,4}(\n){1,3}",
    ]
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let look = prop_oneof![3 => (1_usize..5).prop_map(Look::Block), 1 => Just(Look::Flow)];
    scalar().prop_map(Sketch::Scalar).prop_recursive(4, 24, 5, move |inner| {
        let children = prop::collection::vec((around(), inner), 0..5);
        (children, look.clone(), any::<bool>()).prop_map(|(children, look, mapping)| {
            if mapping { Sketch::Mapping(children, look) } else { Sketch::Sequence(children, look) }
        })
    })
}

/// The text of a sketch in YAML.
fn yaml_text(sketch: &Sketch, unindented: bool, crlf: bool, last_break: bool) -> String {
    let mut out = String::new();
    write(sketch, 0, &mut out, unindented, true);
    if !last_break && out.ends_with('\n') && !out.ends_with("\n\n") {
        out.pop();
    }
    if crlf { out.replace('\n', "\r\n") } else { out }
}

/// Writes a value behind its indicator, up to the end of its last line.
fn write(sketch: &Sketch, column: usize, out: &mut String, unindented: bool, root: bool) {
    let pad = |out: &mut String, more: usize| out.push_str(&" ".repeat(column + more));
    match sketch {
        Sketch::Scalar(text) if text.contains('\n') => {
            let (header, body) = text.split_once('\n').expect("a header");
            out.push_str(if root { "" } else { " " });
            out.push_str(header);
            for line in body.split_terminator('\n') {
                out.push('\n');
                if !line.is_empty() {
                    pad(out, 2);
                    out.push_str(line);
                }
            }
            out.push('\n');
        }
        Sketch::Sequence(children, Look::Block(step)) if !children.is_empty() => {
            let deeper = if root || (unindented && out.ends_with(':')) { 0 } else { *step };
            lines(children, column + deeper, out, unindented, root, false);
        }
        Sketch::Mapping(children, Look::Block(step)) if !children.is_empty() => {
            lines(children, column + if root { 0 } else { *step }, out, unindented, root, true);
        }
        flow => {
            let text = flow_text(flow);
            if !text.is_empty() {
                out.push_str(if root { "" } else { " " });
                out.push_str(&text);
            }
            out.push('\n');
        }
    }
}

fn lines(
    children: &[(Around, Sketch)],
    column: usize,
    out: &mut String,
    unindented: bool,
    root: bool,
    mapping: bool,
) {
    if !root {
        out.push('\n');
    }
    let pad = " ".repeat(column);
    for (number, (around, value)) in children.iter().enumerate() {
        if around.blank_above {
            out.push('\n');
        }
        if around.comment_above {
            out.extend([format!("{pad}# about {number}\n")]);
        }
        out.extend([if mapping { format!("{pad}k{number}:") } else { format!("{pad}-") }]);
        let before = out.len();
        write(value, column, out, unindented, false);
        let one_line = out[before..].matches('\n').count() == 1;
        if around.comment_behind && one_line {
            out.pop();
            out.push_str(" # behind\n");
        }
    }
}

/// In brackets a text of several lines is quoted.
fn flow_text(sketch: &Sketch) -> String {
    match sketch {
        Sketch::Scalar(text) if text.contains('\n') => serde_json::Value::from(text.as_str()).to_string(),
        Sketch::Scalar(text) if text.is_empty() => "''".to_owned(),
        Sketch::Scalar(text) => text.clone(),
        Sketch::Sequence(children, _) => {
            format!("[{}]", children.iter().map(|(_, child)| flow_text(child)).collect::<Vec<_>>().join(", "))
        }
        Sketch::Mapping(children, _) => {
            let entry =
                |(number, (_, child)): (usize, &(Around, Sketch))| format!("k{number}: {}", flow_text(child));
            format!("{{{}}}", children.iter().enumerate().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

/// The text of a sketch in JSON, with comments.
fn json_text(sketch: &Sketch, indent: usize, out: &mut String) {
    let (children, look, open, close) = match sketch {
        Sketch::Scalar(text) => {
            let number = text.parse::<u32>().is_ok() && !text.starts_with('0');
            out.push_str(&if number {
                text.clone()
            } else {
                serde_json::Value::from(text.as_str()).to_string()
            });
            return;
        }
        Sketch::Sequence(children, look) => (children, look, '[', ']'),
        Sketch::Mapping(children, look) => (children, look, '{', '}'),
    };
    let several = *look != Look::Flow && !children.is_empty();
    out.push(open);
    for (number, (around, child)) in children.iter().enumerate() {
        if several {
            let pad = " ".repeat(indent + 2);
            out.push_str(if around.blank_above { "\n\n" } else { "\n" });
            if around.comment_above {
                out.extend([format!("{pad}// about {number}\n")]);
            }
            out.push_str(&pad);
        } else if number > 0 {
            out.push(' ');
        }
        if open == '{' {
            out.extend([format!("\"k{number}\": ")]);
        }
        json_text(child, if several { indent + 2 } else { indent }, out);
        if number + 1 < children.len() {
            out.push(',');
        }
        if several && around.comment_behind {
            out.push_str(" // behind");
        }
    }
    if several {
        out.push('\n');
        out.push_str(&" ".repeat(indent));
    }
    out.push(close);
}

fn new_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        "[a-z]{1,6}".prop_map(Value::string),
        "[ -~\n\t\u{e9}]{0,12}".prop_map(Value::string),
        "[1-9][0-9]{0,3}".prop_map(Value::number),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Null),
        prop_oneof!["yes", "on", "1_000", "2024-01-01", "0o7", "null", "<<", "- x", "a: b"]
            .prop_map(Value::string),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Sequence),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..4).prop_map(|entries| {
                Value::Mapping(entries.into_iter().map(|(key, value)| (Value::string(key), value)).collect())
            }),
        ]
    })
}

/// An edit of some kind at some place; both by number, since the places are known only later.
fn edit_at(document: &Document, place: prop::sample::Index, kind: u8, value: Value) -> Option<Edit> {
    let places = laws::places(document);
    let (at, id) = places[place.index(places.len())].clone();
    match kind {
        0 => Some(Edit::Set { at, value }),
        1 if !at.parts().is_empty() => Some(Edit::Remove { at }),
        2 if laws::is_item(document, id) => Some(Edit::Insert { at, value }),
        3 if matches!(document.node(id).kind, NodeKind::Mapping(_)) => {
            Some(Edit::Set { at: at.child("new"), value })
        }
        _ => None,
    }
}

/// All three laws for one file and one edit.
fn laws(
    text: &str,
    language: Language,
    place: prop::sample::Index,
    kind: u8,
    value: Value,
) -> Result<(), TestCaseError> {
    let document = laws::parse(text, language);
    prop_assert_eq!(document.text(), text);
    let again = compose(&document, &laws::pieces(&document, document.root()));
    prop_assert_eq!(again.as_deref(), Ok(text));
    let Some(edit) = edit_at(&document, place, kind, value) else { return Ok(()) };
    if let Edit::Set { at, .. } | Edit::Remove { at } | Edit::Insert { at, .. } = &edit
        && let Some(id) = document.lookup(at)
    {
        let same = document.edit(&Edit::Set { at: at.clone(), value: document.value(id) });
        prop_assert_eq!(same.as_deref(), Ok(text));
    }
    let wanted = laws::edited(&document.value(document.root()), &edit).expect("an edit of what is there");
    match document.edit(&edit) {
        Ok(new) => prop_assert!(laws::reads_as(&new, language, &wanted), "{:?} gave\n{}", edit, new),
        Err(error) => {
            let known =
                matches!(error, EditError::Compose { .. }) && language == Language::Yaml && text.is_empty();
            prop_assert!(known, "{}: {:?} on\n{}", error, edit, text);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn yaml_files(
        sketch in sketch(),
        unindented: bool,
        crlf in prop::bool::weighted(0.2),
        last_break in prop::bool::weighted(0.8),
        place: prop::sample::Index,
        kind in 0_u8..4,
        value in new_value(),
    ) {
        let text = yaml_text(&sketch, unindented, crlf, last_break);
        // A sketch may come out as a file of blanks, which has no document to edit.
        let read = laws::parse(&text, Language::Yaml);
        prop_assume!(!matches!(read.node(read.root()).kind, NodeKind::Stream(_)));
        laws(&text, Language::Yaml, place, kind, value)?;
    }

    #[test]
    fn json_files(sketch in sketch(), place: prop::sample::Index, kind in 0_u8..4, value in new_value()) {
        let mut text = String::new();
        json_text(&sketch, 0, &mut text);
        laws(&text, Language::Json, place, kind, value)?;
    }

    #[test]
    fn no_bytes_are_fatal(bytes in prop::collection::vec(prop_oneof![
        4 => prop::sample::select(b" \n\t-:?,[]{}#&*!|>'\"%@`\\/\r~a1.".to_vec()),
        1 => any::<u8>(),
    ], 0..60)) {
        for language in [Language::Yaml, Language::Json] {
            if let Ok(document) = Document::parse(&bytes, language) {
                prop_assert_eq!(document.text().as_bytes(), bytes.as_slice());
                for (pointer, id) in laws::places(&document) {
                    let _ = (document.value(id).to_json(), document.children(id), document.lookup(&pointer));
                    let _ = document.edit(&Edit::Remove { at: pointer });
                }
            }
        }
    }
}
