//! One file: a document where it is one, else text, else bytes.

use syncline_document::{Document, Language, ParseError, Pointer, Value};
use syncline_format::{Format, HEAD_BYTES, RepoPath, owner};

use crate::change::item_names;
use crate::conflict::{Conflict, Place, ResourceRef, Side};
use crate::document::Inputs;
use crate::moves::merge_with_moves;
use crate::text::{LinePlace, Run, TextMerge, merge_text};

/// The outcome of a merge of one file.
#[derive(Clone, Debug, PartialEq)]
pub enum FileMerge {
    /// Merged; what could not be is held.
    Merged {
        /// The merged file.
        bytes: Vec<u8>,
        /// In the order of the file.
        conflicts: Vec<Conflict>,
    },
    /// Both sides changed it, and a version is no text: one of them has to be taken whole.
    Binary,
    /// A version of a file of data cannot be read. The caller decides: see [`merge_text_file`].
    Unreadable {
        /// Which; of several the first, in the order of [`Version`].
        version: Version,
        /// Why.
        error: ParseError,
    },
}

/// One of the three versions that go into a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    /// What both sides grew from.
    Base,
    /// Our side.
    Ours,
    /// Their side.
    Theirs,
}

/// Merges a file by what the format makes of it; `base` is `None` where both sides added it. In a conflict
/// the value of `first`, the side that came first, stays.
pub fn merge_file(
    path: &RepoPath,
    base: Option<&[u8]>,
    ours: &[u8],
    theirs: &[u8],
    format: &Format,
    first: Side,
) -> FileMerge {
    let language = [Some(ours), Some(theirs), base].into_iter().flatten().find_map(|bytes| {
        let head = &bytes[..bytes.len().min(HEAD_BYTES)];
        format.claims_content(path, head).language()
    });
    match language {
        Some(language) => merge_typed(path, (base, ours, theirs), language, format, first),
        None => merge_text_file(path, base, ours, theirs, first),
    }
}

fn merge_typed(
    path: &RepoPath,
    (base, ours, theirs): (Option<&[u8]>, &[u8], &[u8]),
    language: Language,
    format: &Format,
    first: Side,
) -> FileMerge {
    let (base, ours, theirs) = match read(base, ours, theirs, language) {
        Ok(documents) => documents,
        Err((version, error)) => return FileMerge::Unreadable { version, error },
    };
    let rules = format.rules_for_versions(path, &[&ours, &theirs]);
    let inputs = Inputs { path, base: base.as_ref(), ours: &ours, theirs: &theirs, rules, first };
    let merged = merge_with_moves(&inputs, format);
    let mut conflicts = merged.conflicts;
    name_resources(&mut conflicts, path, &merged.text, language, format);
    if base.is_none() {
        conflicts.retain(|conflict| !is_of_ids(conflict));
    }
    FileMerge::Merged { bytes: merged.text.into_bytes(), conflicts }
}

/// The three versions; of those that cannot be read the first.
fn read(
    base: Option<&[u8]>,
    ours: &[u8],
    theirs: &[u8],
    language: Language,
) -> Result<(Option<Document>, Document, Document), (Version, ParseError)> {
    let is = |version| move |error| (version, error);
    let (base, [ours, theirs]) = match base {
        None => {
            let (ours, [theirs]) = Document::parse_together(ours, [theirs], language);
            (None, [ours, theirs])
        }
        Some(base) => {
            let (base, sides) = Document::parse_together(base, [ours, theirs], language);
            (Some(base), sides)
        }
    };
    let base = base.transpose().map_err(is(Version::Base))?;
    Ok((base, ours.map_err(is(Version::Ours))?, theirs.map_err(is(Version::Theirs))?))
}

/// Says of each conflict which resource it is in.
fn name_resources(
    conflicts: &mut [Conflict],
    path: &RepoPath,
    text: &str,
    language: Language,
    format: &Format,
) {
    if conflicts.is_empty() {
        return;
    }
    let Ok(document) = Document::parse(text.as_bytes(), language) else { return };
    let resources = format.resources(path, &document);
    for conflict in conflicts {
        let Some(owner) = owner(&resources, &conflict.field) else { continue };
        let field = owner.field(&conflict.field).unwrap_or_else(Pointer::root);
        conflict.resource = Some(ResourceRef {
            kind: owner.kind.clone(),
            id: owner.id.clone(),
            name: owner.name.clone(),
            items: item_names(&document, owner, &field, format),
            field,
        });
    }
}

/// Whether nothing but the ids differ that two people's tools gave to one resource when each of them imported it. There
/// is nothing to ask: it keeps that of whoever came first.
fn is_of_ids(conflict: &Conflict) -> bool {
    let id = conflict.resource.as_ref().and_then(|resource| resource.id.as_deref());
    let kept = conflict.value_of(conflict.kept).and_then(Value::as_str);
    let is_told = |value: &Option<Value>| value.as_ref().is_some_and(|value| value.as_str().is_some());
    conflict.base.is_none()
        && id.is_some()
        && kept == id
        && is_told(&conflict.ours)
        && is_told(&conflict.theirs)
}

/// Merges a file as lines of text. In a conflict the lines of `first`, the side that came first, stay.
pub fn merge_text_file(
    path: &RepoPath,
    base: Option<&[u8]>,
    ours: &[u8],
    theirs: &[u8],
    first: Side,
) -> FileMerge {
    let texts = (text(base.unwrap_or_default()), text(ours), text(theirs));
    let (Some(old), Some(left), Some(right)) = texts else {
        return merge_whole(base, ours, theirs);
    };
    let merge = merge_text(old.as_bytes(), left.as_bytes(), right.as_bytes());
    let bytes = merge.with_side(first);
    let conflict = |values| Conflict::new(path.clone(), Place::Lines, values, first);
    let conflicts = conflicts_of_lines(&merge, &bytes, first, conflict);
    FileMerge::Merged { bytes, conflicts }
}

/// The runs that both sides changed, with their places in the merged text.
fn conflicts_of_lines(
    merge: &TextMerge<'_>,
    merged: &[u8],
    first: Side,
    conflict: impl Fn([Option<Value>; 3]) -> Conflict,
) -> Vec<Conflict> {
    let merged = String::from_utf8_lossy(merged);
    let text: Vec<&str> = merged.lines().collect();
    let (mut start, mut found) = (0, Vec::<Conflict>::new());
    for run in merge.runs() {
        let end = start + run.with_side(first).split_inclusive(|byte| *byte == b'\n').count();
        if let Run::Conflict { base, ours, theirs } = *run {
            let values =
                [base, ours, theirs].map(|lines| Some(Value::string(String::from_utf8_lossy(lines))));
            let conflict = conflict(values);
            let occurrence = found.iter().filter(|other| other.has_values_of(&conflict)).count();
            let place = LinePlace { occurrence, ..LinePlace::of(&text, start..end) };
            found.push(Conflict { lines: Some(place), ..conflict });
        }
        start = end;
    }
    found
}

/// Bytes that are text: UTF-8 without a NUL.
fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

/// Takes the version of the only side that changed the file.
fn merge_whole(base: Option<&[u8]>, ours: &[u8], theirs: &[u8]) -> FileMerge {
    let taken = |bytes: &[u8]| FileMerge::Merged { bytes: bytes.to_vec(), conflicts: Vec::new() };
    if ours == theirs || base == Some(theirs) {
        taken(ours)
    } else if base == Some(ours) {
        taken(theirs)
    } else {
        FileMerge::Binary
    }
}
