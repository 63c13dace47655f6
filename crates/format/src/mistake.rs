//! What is wrong with the text of a description: all of it, each with its place.

use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use crate::description::Description;

/// One thing that is wrong with a description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// What is wrong there, and what is expected.
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

/// More are not looked for.
const MOST: usize = 100;

/// A longer description is refused, in bytes: it may be somebody else's, and is read at each start. Ours have 6 KB
/// at most.
pub const LONGEST_DESCRIPTION: usize = 256 << 10;

/// A description's text, as it is taken apart.
pub(crate) struct Source<'t> {
    text: &'t str,
    table: Spanned<DeTable<'t>>,
}

impl<'t> Source<'t> {
    pub(crate) fn parse(text: &'t str) -> Result<Self, Vec<Mistake>> {
        if text.len() > LONGEST_DESCRIPTION {
            let message = format!("a description is no longer than {} KB", LONGEST_DESCRIPTION >> 10);
            return Err(vec![Mistake { line: 1, column: 1, message }]);
        }
        let (table, errors) = DeTable::parse_recoverable(text);
        let source = Self { text, table };
        if errors.is_empty() {
            return Ok(source);
        }
        let mut mistakes: Vec<_> =
            errors.iter().take(MOST).map(|error| source.mistake(error.span(), error.message())).collect();
        mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
        Err(mistakes)
    }

    /// Reads it. After a mistake, what is wrong is left out, to find the next.
    pub(crate) fn read(&self) -> Result<Description, Vec<Mistake>> {
        let mut left = self.table.get_ref().clone();
        let mut left_out: Vec<Path> = Vec::new();
        let mut mistakes = Vec::new();
        while mistakes.len() < MOST {
            let table = Spanned::new(self.table.span(), left.clone());
            let error = match Description::deserialize(Deserializer::from(table)) {
                Ok(description) if mistakes.is_empty() => return Ok(description),
                Ok(_) => break,
                Err(error) => error,
            };
            let missing = error.message().strip_prefix("missing field `").and_then(|it| it.strip_suffix('`'));
            // What is missing because it was left out is no mistake of its own.
            if !missing.is_some_and(|key| left_out.iter().flatten().any(|part| part == key)) {
                mistakes.push(self.mistake(error.span(), &in_plain_words(error.message())));
            }
            let wrong = error.span().and_then(|span| smallest_around(&left, &span));
            let Some((size, wrong)) = wrong else { break };
            // A key is missing in a whole table; of the description itself, nothing is left then.
            if missing.is_some() && error.span().is_none_or(|span| span.len() != size) {
                break;
            }
            leave_out(&mut left, &wrong);
            left_out.push(wrong);
        }
        mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
        Err(mistakes)
    }

    /// The name that it gives itself, as far as it has one.
    pub(crate) fn name(&self) -> &str {
        let name = self.table.get_ref().get("name");
        name.and_then(|name| name.get_ref().as_str()).unwrap_or("?")
    }

    /// A mistake at a path of keys and indices: at the innermost that is there.
    pub(crate) fn at(&self, path: &[&str], message: &str) -> Mistake {
        self.mistake(span_of(self.table.get_ref(), path), message)
    }

    fn mistake(&self, span: Option<Range<usize>>, message: &str) -> Mistake {
        let start = span.map_or(0, |span| span.start).min(self.text.len());
        let before = self.text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Mistake {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message: message.lines().collect::<Vec<_>>().join(" "),
        }
    }
}

/// What serde says of a value, for people who write TOML.
fn in_plain_words(message: &str) -> String {
    let quoted = |start: &str| message.strip_prefix(start)?.split_once('`');
    if let Some((key, _)) = quoted("missing field `") {
        return format!("`{key}` is missing");
    }
    if let Some((key, rest)) = quoted("unknown field `") {
        return format!("nothing is called `{key}` here{rest}");
    }
    if let Some((value, rest)) = quoted("unknown variant `") {
        return format!("`{value}` is nothing that can be said here{rest}");
    }
    let Some((found, expected)) = message.split_once(", expected ") else { return message.to_owned() };
    let table = found == "invalid type: map";
    let expected = match expected {
        "a sequence" if table => "a list: each of its tables begins with `[[…]]`",
        "a sequence" => "a list, as `[\"…\"]`",
        "a boolean" => "`true` or `false`, without quotes",
        "a string" => "text, in quotes",
        "a map" => "a table, as `{ key = … }`",
        other => other,
    };
    let found = if table { "a table" } else { found.trim_start_matches("invalid type: ") };
    format!("{found} stands here, expected {expected}")
}

type Path = Vec<String>;

/// The smallest key or value that a place lies in: its size in bytes, and its path.
fn smallest_around(table: &DeTable<'_>, place: &Range<usize>) -> Option<(usize, Path)> {
    let mut found: Vec<(usize, Path)> = Vec::new();
    look(table, place, &mut Vec::new(), &mut found);
    found.into_iter().min_by_key(|(size, path)| (*size, path.len()))
}

fn look(table: &DeTable<'_>, place: &Range<usize>, path: &mut Path, found: &mut Vec<(usize, Path)>) {
    for (key, value) in table {
        path.push(key.get_ref().to_string());
        note(&key.span(), place, path, found);
        look_at(value, place, path, found);
        path.pop();
    }
}

fn look_at(
    value: &Spanned<DeValue<'_>>,
    place: &Range<usize>,
    path: &mut Path,
    found: &mut Vec<(usize, Path)>,
) {
    note(&value.span(), place, path, found);
    match value.get_ref() {
        DeValue::Table(table) => look(table, place, path, found),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(index.to_string());
                look_at(item, place, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

fn note(span: &Range<usize>, place: &Range<usize>, path: &Path, found: &mut Vec<(usize, Path)>) {
    if span.start <= place.start && place.end <= span.end {
        found.push((span.len(), path.clone()));
    }
}

fn leave_out(table: &mut DeTable<'_>, path: &[String]) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        table.remove(first.as_str());
    } else if let Some(value) = table.get_mut(first.as_str()) {
        leave_out_of(value.get_mut(), rest);
    }
}

fn leave_out_of(value: &mut DeValue<'_>, path: &[String]) {
    match value {
        DeValue::Table(table) => leave_out(table, path),
        DeValue::Array(items) => {
            let Some((index, rest)) = path.split_first() else { return };
            let Ok(index) = index.parse::<usize>() else { return };
            if rest.is_empty() {
                let others = items.iter().enumerate().filter(|(at, _)| *at != index);
                *items = others.map(|(_, item)| item.clone()).collect();
            } else if let Some(item) = items.get_mut(index) {
                leave_out_of(item.get_mut(), rest);
            }
        }
        _ => {}
    }
}

fn span_of(table: &DeTable<'_>, path: &[&str]) -> Option<Range<usize>> {
    let (first, rest) = path.split_first()?;
    let (key, value) = table.get_key_value(*first)?;
    inner_span(value, rest).or_else(|| Some(key.span()))
}

fn inner_span(value: &Spanned<DeValue<'_>>, path: &[&str]) -> Option<Range<usize>> {
    let Some((first, rest)) = path.split_first() else { return Some(value.span()) };
    match value.get_ref() {
        DeValue::Table(table) => span_of(table, path),
        DeValue::Array(items) => {
            let item = items.get(first.parse::<usize>().ok()?)?;
            inner_span(item, rest).or_else(|| Some(item.span()))
        }
        _ => None,
    }
}
