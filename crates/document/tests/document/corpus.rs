//! The laws on every real file of the samples and of the merge corpus, where those are there.
//!
//! The files are other people's: they are unpacked to a temporary folder, read, and thrown away.

use std::path::{Path, PathBuf};

use syncline_document::{Document, Edit, EditError, Language, NodeKind, Value, compose};

use syncline_testkit::laws;

#[test]
fn the_laws_hold_on_the_samples() {
    on_archive("samples/samples.tar.xz");
}

#[test]
fn the_laws_hold_on_the_merge_corpus() {
    on_archive("merge-corpus/dev.tar.xz");
}

#[expect(clippy::print_stdout, reason = "what was skipped or measured is to be seen")]
fn on_archive(name: &str) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let Some(folder) = unpack(&workspace.join("../shared").join(name)) else {
        println!("skipped: ../shared/{name} is not there, or tar cannot unpack it");
        return;
    };
    let mut files = Vec::new();
    collect(folder.path(), &mut files);
    assert!(files.len() > 100, "only {} files in {name}", files.len());
    files.sort();
    let mut seed = Seed(0x9E37_79B9_7F4A_7C15);
    let (mut valid, mut edits) = (0, 0);
    let mut before: Option<Document> = None;
    for (number, path) in files.iter().enumerate() {
        let bytes = std::fs::read(path).expect("a file of the archive");
        let json = path.extension().is_some_and(|extension| extension == "json");
        let language = if json { Language::Json } else { Language::Yaml };
        let Ok(document) = Document::parse(&bytes, language) else { continue };
        valid += 1;
        identity(&document, path);
        if let Some(before) = before.replace(document.clone()) {
            read_like(&document, &before, path);
        }
        if document.repeated_key().is_none() && number % 4 == 0 && bytes.len() < 100_000 {
            edits += usize::from(edit(&document, path, &mut seed));
        }
    }
    assert!(valid * 10 > files.len() * 9, "only {valid} of {} files of {name} are valid", files.len());
    println!("{name}: {valid} of {} files valid, {edits} edits", files.len());
}

/// Law 1: all that composing cuts apart, it puts together again.
fn identity(document: &Document, path: &Path) {
    let text = compose(document, &laws::pieces(document, document.root()));
    assert!(text.as_deref() == Ok(document.text()), "{} is not the same: {:?}", path.display(), text.err());
}

/// Files next to each other are versions of one in the corpus: what they share reads as it would alone.
fn read_like(document: &Document, other: &Document, path: &Path) {
    let read = Document::parse_like(document.text().as_bytes(), document.language(), &[other]);
    let read = read.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (mut found, mut wanted) = (vec![read.root()], vec![document.root()]);
    while let (Some(id), Some(same)) = (found.pop(), wanted.pop()) {
        assert_eq!(
            format!("{:?}", read.node(id)),
            format!("{:?}", document.node(same)),
            "{}",
            path.display()
        );
        assert!(read.same_hash(id, document, same), "{}", path.display());
        assert_eq!(read.children(id), document.children(same), "{}", path.display());
        found.extend((0..read.child_count(id)).filter_map(|index| read.child(id, index)));
        wanted.extend((0..document.child_count(same)).filter_map(|index| document.child(same, index)));
    }
}

/// Laws 2 and 3 at one place of the file; whether an edit was done.
fn edit(document: &Document, path: &Path, seed: &mut Seed) -> bool {
    let places = laws::places(document);
    let (at, id) = places[seed.below(places.len())].clone();
    let same = document.edit(&Edit::Set { at: at.clone(), value: document.value(id) });
    assert!(same.as_deref() == Ok(document.text()), "{} at {at}: {:?}", path.display(), same.err());
    if matches!(document.node(document.root()).kind, NodeKind::Stream(_)) && at.parts().is_empty() {
        return false;
    }
    let values = new_values();
    let value = values[seed.below(values.len())].clone();
    let edit = match seed.below(3) {
        0 if !at.parts().is_empty() => Edit::Remove { at },
        1 if laws::is_item(document, id) => Edit::Insert { at, value },
        1 if matches!(document.node(id).kind, NodeKind::Mapping(_)) => {
            Edit::Set { at: at.child("a new key"), value }
        }
        _ => Edit::Set { at, value },
    };
    let wanted = laws::edited(&document.value(document.root()), &edit).expect("an edit of what is there");
    match document.edit(&edit) {
        Ok(text) => assert!(
            laws::reads_as(&text, document.language(), &wanted),
            "{} reads wrong after {edit:?}",
            path.display()
        ),
        // What is safe to refuse: an edit that would change what an alias stands for.
        Err(EditError::Alias { .. }) => return false,
        Err(error) => assert!(document.text().contains('*'), "{}: {error}: {edit:?}", path.display()),
    }
    true
}

fn new_values() -> Vec<Value> {
    let text = |text: &str| Value::string(text);
    let entry = |key: &str, value: Value| (text(key), value);
    vec![
        text("plain"),
        text("yes"),
        text("two\nlines\n"),
        text("no end\nhere"),
        text("kept \nends\n\n\n"),
        text("  indented\n"),
        text("a: b # c"),
        text(""),
        text("\u{1}\u{1f600}"),
        Value::number("1.10"),
        Value::Bool(false),
        Value::Null,
        Value::Sequence(vec![]),
        Value::Mapping(vec![]),
        Value::Sequence(vec![
            text("a"),
            Value::Mapping(vec![entry("k", text("v")), entry("l", Value::Sequence(vec![]))]),
        ]),
        Value::Mapping(vec![entry(
            "on",
            Value::Mapping(vec![entry("y", Value::Sequence(vec![Value::number("1")]))]),
        )]),
    ]
}

/// Numbers that are the same in every run.
struct Seed(u64);

impl Seed {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).expect("a length")).expect("less than a length")
    }
}

#[expect(clippy::disallowed_methods, reason = "tar is what unpacks; this is no Git")]
fn unpack(archive: &Path) -> Option<tempfile::TempDir> {
    if !archive.is_file() {
        return None;
    }
    let folder = tempfile::tempdir().ok()?;
    let mut tar = std::process::Command::new("tar");
    let status = tar.arg("-xJf").arg(archive).arg("-C").arg(folder.path()).status().ok()?;
    status.success().then_some(folder)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the archive") {
        let path = entry.expect("an entry of the archive").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "yaml" || e == "yml" || e == "json") {
            files.push(path);
        }
    }
}
