//! What is put together of copies is what would have been read.

use proptest::prelude::*;

use super::*;

/// All that is known of every node.
fn told(document: &Document) -> Vec<String> {
    let of = |id: NodeId| {
        let (node, facts) = (document.node(id), document.facts(id));
        let (meaning, hash) = (document.meaning(id), document.data_hash(id));
        let more = (document.arena.decoded(id), document.arena.properties(id));
        format!("{id:?} {node:?} {facts:?} {meaning:?} {hash:x} {more:?}")
    };
    let whole = (document.root, &document.openings, document.repeated);
    document.ids().map(of).chain([format!("{whole:?}")]).collect()
}

/// Reads a text with what another has of it; whether that was of use.
fn check(text: &str, known: &Document, level: usize) -> bool {
    let Some(found) = parse_cut(text, &[known], level) else { return false };
    let whole = Document::parse(text.as_bytes(), Language::Yaml);
    let whole =
        whole.unwrap_or_else(|error| panic!("{error}: put together of\n{}\n---\n{text}", known.text()));
    for (found, whole) in told(&found).iter().zip(told(&whole)) {
        assert_eq!(*found, whole, "put together of\n{}\n---\n{text}", known.text());
    }
    assert_eq!(told(&found).len(), told(&whole).len());
    true
}

/// Lines that a YAML file may have, right or wrong at their place.
fn line() -> impl Strategy<Value = String> {
    let indent = prop_oneof![4 => Just(0_usize), 4 => Just(2), 3 => Just(4), 1 => Just(1), 1 => Just(6)];
    let words = prop::sample::select(vec![
        "a: 1",
        "b: x",
        "a:",
        "b:",
        "c:",
        "- a: 1",
        "- b",
        "-",
        "- - c",
        "- a:",
        "- c: |",
        "d: |",
        "d: >-",
        "e: |+",
        "- >",
        "text",
        "f: text",
        "# note",
        "g: 1 # note",
        "",
        "",
        "h: \"one",
        "two\"",
        "i: [1,",
        "2]",
        "j: {a: 1}",
        "? k",
        ": l",
        "m: !t",
        "n: !t 1",
        "- !t",
        "o: &a",
        "p: *a",
        "---",
        "...",
        "%TAG",
        "q: 'it''s'",
        "\"r\": 1",
        "\ts: 1",
        "}",
        "- # note",
        "é: ö",
        "s: é - x: 1",
        "u: \"a\\nb\"",
    ]);
    (indent, words).prop_map(|(indent, words)| format!("{}{words}", " ".repeat(indent)))
}

fn text_of(lines: &[String], end: &str) -> String {
    lines.iter().flat_map(|line| [line.as_str(), end]).collect()
}

/// A text of many entries, and the same with some lines replaced, added or taken away.
fn versions() -> impl Strategy<Value = [String; 2]> {
    let change = (any::<prop::sample::Index>(), 0_usize..3, prop::collection::vec(line(), 0..3));
    let changes = prop::collection::vec(change, 0..3);
    (prop::collection::vec(line(), 2..24), changes, any::<bool>(), any::<bool>()).prop_map(
        |(mut lines, changes, crlf, last_break)| {
            let end = if crlf { "\r\n" } else { "\n" };
            let before = text_of(&lines, end);
            for (at, removed, added) in changes {
                let from = at.index(lines.len() + 1).min(lines.len());
                let to = (from + removed).min(lines.len());
                lines.splice(from..to, added);
            }
            let after = text_of(&lines, end);
            [before, if last_break { after } else { after.trim_end().to_owned() }]
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_lines_are_read_as_they_would_be_alone([before, after] in versions(), level in 0_usize..7) {
        if let Ok(known) = Document::parse(before.as_bytes(), Language::Yaml) {
            check(&after, &known, level);
            check(&before, &known, level);
        }
    }

    /// As a tool writes them: lists of lists of mappings, of which one entry is another.
    #[test]
    fn most_of_a_tidy_file_is_copied(
        entries in prop::collection::vec(entry_lines(), 6..12),
        at: prop::sample::Index,
        other in entry_lines(),
        level in 4_usize..7,
    ) {
        let head = "kind: k\nall:\n  - name: n\n    in:\n    -   id: 0\n";
        let tidy = |entries: &[String]| format!("{head}{}end: {{}}\n", entries.concat());
        let known = Document::parse(tidy(&entries).as_bytes(), Language::Yaml).expect("a tidy file");
        let mut entries = entries;
        let at = at.index(entries.len());
        let kept: usize = entries.concat().len() - entries[at].len();
        entries[at] = other;
        let text = tidy(&entries);
        prop_assert!(check(&text, &known, level) || kept * 2 < text.len());
    }
}

/// An item of a list at the fourth column.
fn entry_lines() -> impl Strategy<Value = String> {
    let value = prop::sample::select(vec![
        "1",
        "x # note",
        "\"a: b\"",
        "'it''s'",
        "[1, {a: 2}]",
        "!t {}",
        "",
        "|\n          - a\n          - b\n",
        ">+\n          folded\n\n",
        "\n        - 1\n        - 2",
        "\n          deep: [\n            1]",
        "two\n          lines",
        "\"two\n          lines\"",
    ]);
    prop::collection::vec(value, 1..5).prop_map(|values| {
        let pairs: Vec<String> =
            values.iter().zip('a'..).map(|(value, key)| format!("        {key}: {value}\n")).collect();
        format!("    -   id: {}\n{}    # note\n", values.len(), pairs.concat())
    })
}

/// A document is cut, and a change inside an entry is not seen as one of its neighbours.
#[test]
fn what_looks_like_an_entry_inside_a_text_is_none() {
    let before = "a: |\n  b: 1\n  b: 2\nc: \"x\n  - y\n  - z\"\nd: 1\ne: 2\nf: 3\n";
    let known = Document::parse(before.as_bytes(), Language::Yaml).expect("valid");
    for level in 0..4 {
        check(&before.replace("d: 1", "d: 2"), &known, level);
        check(&before.replace("b: 1", "b: 3"), &known, level);
    }
    assert!(check(&before.replace("d: 1", "d: 2"), &known, 0));
}
