//! The known formats, and recognising one.

use crate::compile::compile;
use crate::description::Description;
use crate::{Format, FormatError, RepoPath};

/// How much of the start of a file is enough to recognise it.
pub const HEAD_BYTES: usize = 4096;

/// How many files are opened at most for each format in question.
const OPENED: usize = 200;

/// In this order they are asked whether a folder is theirs. The folder of one tool may still hold files that
/// an older version of the tool left there, so the newer format is asked first.
const BUILT_IN: [&str; 3] = [
    include_str!("../formats/insomnia-v5.toml"),
    include_str!("../formats/insomnia-v4.toml"),
    include_str!("../formats/generic.toml"),
];

/// All formats that are known.
#[derive(Debug)]
pub struct Formats {
    formats: Vec<Format>,
}

impl Formats {
    /// Those that come with Syncline.
    ///
    /// # Panics
    ///
    /// Never: a test reads them all.
    pub fn built_in() -> Self {
        Self::from_descriptions(&BUILT_IN).expect("the descriptions that come with Syncline are tested")
    }

    /// From the text of descriptions, in the order in which they are asked; the last takes what none wants.
    pub fn from_descriptions(texts: &[&str]) -> Result<Self, FormatError> {
        let parse = |text: &&str| {
            toml::from_str::<Description>(text)
                .map_err(|source| FormatError::Description { name: name_in(text), source: Box::new(source) })
        };
        let descriptions = texts.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        let formats = descriptions.iter().map(|description| compile(description, &descriptions));
        Ok(Self { formats: formats.collect::<Result<_, _>>()? })
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Format> {
        self.formats.iter()
    }

    /// One by its name.
    pub fn get(&self, name: &str) -> Option<&Format> {
        self.formats.iter().find(|format| format.name == name)
    }

    /// The format whose files these are. `head` gives the first [`HEAD_BYTES`] of a file, or `None` where it
    /// cannot be read; it is asked for a bounded number of files that a format might claim, the likely first.
    ///
    /// # Panics
    ///
    /// Where there is no format at all.
    pub fn recognise<'p>(
        &self,
        paths: impl IntoIterator<Item = &'p RepoPath>,
        mut head: impl FnMut(&RepoPath) -> Option<Vec<u8>>,
    ) -> &Format {
        let (last, asked) = self.formats.split_last().expect("there is at least one format");
        let mut candidates: Vec<Vec<Candidate<'p>>> = asked.iter().map(|_| Vec::new()).collect();
        for path in paths {
            for (format, candidates) in asked.iter().zip(&mut candidates) {
                candidates.extend(Candidate::new(format, path));
            }
        }
        let mut owns = |format: &Format, candidates: &mut [Candidate<'p>]| {
            candidates.sort_unstable();
            let mut opened = candidates.iter().take(OPENED).map(|candidate| candidate.path);
            opened.any(|path| head(path).is_some_and(|head| format.owns(path, &head)))
        };
        let found = asked
            .iter()
            .zip(&mut candidates)
            .find_map(|(format, paths)| owns(format, paths).then_some(format));
        found.unwrap_or(last)
    }
}

/// A file that may tell a format; those to open first are the least.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate<'p> {
    unlikely: bool,
    depth: usize,
    path: &'p RepoPath,
}

impl<'p> Candidate<'p> {
    fn new(format: &Format, path: &'p RepoPath) -> Option<Self> {
        let file = format.files[..format.own].iter().find(|file| file.takes_path(path))?;
        let depth = path.as_bstr().iter().filter(|byte| **byte == b'/').count();
        Some(Self { unlikely: !file.is_likely(path), depth, path })
    }
}

/// What an unreadable description calls itself, for the error.
fn name_in(text: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix("name = "));
    line.unwrap_or("?").trim_matches('"').to_owned()
}
