//! Real merges of YAML and JSON files, against what their authors committed. The corpus's own `score.py` is
//! what counts; this keeps its figures from falling.

use std::collections::BTreeMap;

use syncline_document::{Document, Language, ParseError, Value};
use syncline_format::{Formats, RepoPath};
use syncline_merge::{FileMerge, Side, merge_file};
use syncline_testkit::corpus::{Case, corpus};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Same,
    SameData,
    OtherOrder,
    Wrong,
    FieldConflict,
    WholeConflict,
    Unreadable,
}

fn verdict(case: &Case, formats: &Formats) -> Verdict {
    let [base, ours, theirs, expected] =
        ["base", "ours", "theirs", "expected"].map(|version| case.read(version));
    let path = RepoPath::new(&case.path).expect("paths of repositories are good");
    let format = formats.recognise([&path], |_| Some(ours.clone()));
    let (bytes, conflicts) = match merge_file(&path, Some(&base), &ours, &theirs, format, Side::Ours) {
        FileMerge::Merged { bytes, conflicts } => (bytes, conflicts),
        FileMerge::Unreadable { .. } | FileMerge::Binary => return Verdict::Unreadable,
    };
    if let Some(merged) = read(&case.path, &bytes) {
        assert!(merged.is_ok(), "{}: the result does not parse: {:?}", case.id, merged.err());
        let repeats =
            |bytes: &[u8]| document(&case.path, bytes).is_some_and(|read| read.repeated_key().is_some());
        let may_repeat = [&base, &ours, &theirs].into_iter().any(|bytes| repeats(bytes));
        assert!(may_repeat || !repeats(&bytes), "{}: a repeated key", case.id);
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.lines().any(|line| line.starts_with("<<<<<<< ")), "{}: a conflict marker", case.id);
    }
    if !conflicts.is_empty() {
        let whole = conflicts.iter().any(|conflict| conflict.field.parts().is_empty());
        return if whole { Verdict::WholeConflict } else { Verdict::FieldConflict };
    }
    match (bytes == expected, read(&case.path, &bytes), read(&case.path, &expected)) {
        (true, _, _) => Verdict::Same,
        (false, Some(Ok(merged)), Some(Ok(expected))) if merged.same_data(&expected) => Verdict::SameData,
        (false, Some(Ok(merged)), Some(Ok(expected))) if unordered(&merged) == unordered(&expected) => {
            Verdict::OtherOrder
        }
        _ => Verdict::Wrong,
    }
}

/// The verdicts of all cases, found on two cores.
fn verdicts(cases: &[Case], formats: &Formats) -> Vec<Verdict> {
    let half = |cases: &[Case]| cases.iter().map(|case| verdict(case, formats)).collect::<Vec<_>>();
    let (left, right) = cases.split_at(cases.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| half(right));
        let mut verdicts = half(left);
        verdicts.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        verdicts
    })
}

/// The data of a file; `None` where it is no document by its name.
fn read(path: &str, bytes: &[u8]) -> Option<Result<Value, ParseError>> {
    Some(Document::parse(bytes, language(path)?).map(|document| document.value(document.root())))
}

fn document(path: &str, bytes: &[u8]) -> Option<Document> {
    Document::parse(bytes, language(path)?).ok()
}

fn language(path: &str) -> Option<Language> {
    Language::of_extension(&path.rsplit('.').next()?.to_lowercase())
}

/// The data with all lists sorted.
fn unordered(value: &Value) -> String {
    let sorted = |mut parts: Vec<String>| {
        parts.sort_unstable();
        parts.join(",")
    };
    match value {
        Value::Sequence(items) => format!("[{}]", sorted(items.iter().map(unordered).collect())),
        Value::Mapping(entries) => {
            let entry = |(key, value): &(Value, Value)| format!("{key:?}:{}", unordered(value));
            format!("{{{}}}", sorted(entries.iter().map(entry).collect()))
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn real_merges_come_out_as_their_authors_wanted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(cases) = corpus(folder.path()) else { return };
    let formats = Formats::built_in();
    let mut counts: BTreeMap<(String, Verdict), usize> = BTreeMap::new();
    let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
    for (case, verdict) in cases.iter().zip(verdicts(&cases, &formats)) {
        if verdict == Verdict::Wrong && case.class == "gold" {
            println!("silently wrong: {}", case.id);
        }
        *counts.entry((case.class.clone(), verdict)).or_default() += 1;
        *sizes.entry(case.class.clone()).or_default() += 1;
    }
    println!("{counts:#?}");
    let count = |class: &str, verdicts: &[Verdict]| -> usize {
        verdicts.iter().filter_map(|verdict| counts.get(&(class.to_owned(), *verdict))).sum()
    };
    let percent = |class: &str, verdicts: &[Verdict]| count(class, verdicts) * 1000 / sizes[class];
    assert_eq!(count("gold", &[Verdict::Wrong]), 0, "gold silently wrong");
    assert!(percent("gold", &[Verdict::Same, Verdict::SameData]) >= 960, "gold solved, per mille");
    assert!(percent("gold", &[Verdict::Same]) >= 740, "gold byte-equal, per mille");
    assert!(
        percent("field-conflict", &[Verdict::FieldConflict]) >= 980,
        "field conflicts reported, per mille"
    );
    assert!(percent("clean", &[Verdict::Same, Verdict::Unreadable]) >= 995, "clean kept, per mille");
}
