//! A merge loses nothing and breaks nothing.

use std::sync::LazyLock;

use syncline_document::{Document, Language};
use syncline_format::{Format, Formats, RepoPath};
use syncline_merge::{Conflict, FileMerge, Moved, Side, merge_file};

use super::choices::Choices;

static FORMATS: LazyLock<Formats> = LazyLock::new(Formats::built_in);

/// A format, and a path of a file that it claims.
const FILES: [(&str, &str); 8] = [
    ("generic", "a.yaml"),
    ("generic", "a.json"),
    ("insomnia-v5", "a.yaml"),
    ("xpipe", "categories/x/category.json"),
    ("grafana", "dashboards/a.json"),
    ("openapi", "a.yaml"),
    ("compose", "docker-compose.yml"),
    ("generic", "notes.txt"),
];

/// How many edits make a side.
const EDITS: usize = 4;

/// The result can be read where the versions can, has no repeated key that they have not and no markers;
/// where one side changed nothing it is the other, byte for byte; and swapping the sides swaps only names.
/// The first byte chooses format and path, the second where the versions come from: three texts with a NUL
/// between, or edits of one, by six bytes each, four for each side.
///
/// # Panics
///
/// Where that does not hold.
pub fn merges_lose_nothing(bytes: &[u8]) {
    let mut choices = Choices::new(bytes);
    let (format, path) = FILES[usize::from(choices.byte()) % FILES.len()];
    let format = FORMATS.get(format).expect("it is built in");
    let merge = Merge { format, path: RepoPath::new(path).expect("a good path") };
    let is_edited = choices.byte().is_multiple_of(2);
    let versions = if is_edited { edited(choices, merge.language()) } else { written(choices.rest()) };
    let Some([base, ours, theirs]) = versions else { return };
    merge.holds(&base, &ours, &theirs);
}

/// Three texts with a NUL between.
fn written(bytes: &[u8]) -> Option<[Vec<u8>; 3]> {
    let mut parts = bytes.splitn(3, |byte| *byte == 0).map(<[u8]>::to_vec);
    Some([parts.next()?, parts.next()?, parts.next()?])
}

/// A text, and what two people made of it.
fn edited(mut choices: Choices<'_>, language: Option<Language>) -> Option<[Vec<u8>; 3]> {
    let language = language?;
    let (edits, text) = choices.rest().split_at_checked(2 * EDITS * 6)?;
    let base = Document::parse(text, language).ok()?;
    choices = Choices::new(edits);
    let mut side = || {
        let mut document = base.clone();
        for _ in 0..EDITS {
            let text = choices.edit(&document).and_then(|edit| document.edit(&edit).ok());
            let read = text.and_then(|text| Document::parse(text.as_bytes(), language).ok());
            document = read.unwrap_or(document);
        }
        document.text().as_bytes().to_vec()
    };
    let (ours, theirs) = (side(), side());
    Some([text.to_vec(), ours, theirs])
}

/// Files are merged as what this format makes of this path.
pub(crate) struct Merge<'f> {
    pub(crate) format: &'f Format,
    pub(crate) path: RepoPath,
}

impl Merge<'_> {
    fn language(&self) -> Option<Language> {
        Language::of_extension(&self.path.extension()?)
    }

    fn merge(&self, base: Option<&[u8]>, ours: &[u8], theirs: &[u8], first: Side) -> FileMerge {
        merge_file(&self.path, base, ours, theirs, self.format, first)
    }

    pub(crate) fn holds(&self, base: &[u8], ours: &[u8], theirs: &[u8]) {
        let one = self.merge(Some(base), ours, theirs, Side::Ours);
        let other = self.merge(Some(base), theirs, ours, Side::Theirs);
        swaps_only_names(&one, &other);
        self.reads(&[base, ours, theirs], &one);
        self.reads(&[ours, theirs], &self.merge(None, ours, theirs, Side::Theirs));
        for side in [ours, theirs] {
            for (base, ours, theirs) in [(base, side, base), (base, base, side), (base, side, side)] {
                let merged = self.merge(Some(base), ours, theirs, Side::Ours);
                if !matches!(merged, FileMerge::Unreadable { .. })
                    || self.can_be_read(base) && self.can_be_read(side)
                {
                    is_side(&merged, side);
                }
            }
        }
    }

    /// Whether a file is valid in whichever language it may be taken for.
    fn can_be_read(&self, bytes: &[u8]) -> bool {
        let may_be = |language: &Language| self.language().is_none_or(|it| it == *language);
        let mut languages = [Language::Yaml, Language::Json].into_iter().filter(may_be);
        languages.all(|language| Document::parse(bytes, language).is_ok())
    }

    fn reads(&self, versions: &[&[u8]], merged: &FileMerge) {
        let FileMerge::Merged { bytes, .. } = merged else { return };
        let Some(language) = self.language() else { return };
        let read: Result<Vec<_>, _> = versions.iter().map(|bytes| Document::parse(bytes, language)).collect();
        let Ok(read) = read else { return };
        let text = String::from_utf8_lossy(bytes);
        let merged = match Document::parse(bytes, language) {
            Ok(merged) => merged,
            Err(error) => panic!("all versions can be read, and the result cannot ({error}):\n{text}"),
        };
        if read.iter().all(|version| version.repeated_key().is_none()) {
            assert_eq!(merged.repeated_key(), None, "a key comes twice in\n{text}");
        }
        let has_marker = |text: &str| text.lines().any(|line| line.starts_with("<<<<<<< "));
        assert!(!has_marker(&text) || read.iter().any(|it| has_marker(it.text())), "a marker in\n{text}");
    }
}

fn swaps_only_names(one: &FileMerge, other: &FileMerge) {
    let (FileMerge::Merged { bytes, conflicts }, FileMerge::Merged { bytes: swapped, conflicts: twins }) =
        (one, other)
    else {
        assert_eq!(std::mem::discriminant(one), std::mem::discriminant(other), "swapping swaps only names");
        return;
    };
    assert_eq!(String::from_utf8_lossy(bytes), String::from_utf8_lossy(swapped), "swapping swaps only names");
    let back = |twin: &Conflict| Conflict {
        ours: twin.theirs.clone(),
        theirs: twin.ours.clone(),
        kept: twin.kept.other(),
        moved: twin.moved.clone().map(Moved::swapped),
        ..twin.clone()
    };
    assert_eq!(*conflicts, twins.iter().map(back).collect::<Vec<_>>(), "swapping swaps only names");
}

/// The result is a side as it stands.
fn is_side(merged: &FileMerge, side: &[u8]) {
    let FileMerge::Merged { bytes, conflicts } = merged else {
        panic!("one side alone changed it, so nothing has to be chosen: {merged:?}");
    };
    assert_eq!(String::from_utf8_lossy(bytes), String::from_utf8_lossy(side), "one side alone changed it");
    assert_eq!(conflicts.as_slice(), [], "where one side alone changed it");
}
