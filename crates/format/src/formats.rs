//! The known formats, and recognising one.

use std::sync::OnceLock;

use crate::claim::Head;
use crate::compile::compile;
use crate::description::{Description, Shapes};
use crate::{Format, FormatError, RepoPath};

/// How much of the start of a file is enough to recognise it.
pub const HEAD_BYTES: usize = 4096;

/// How many files are opened at most for each format in question.
const OPENED: usize = 200;

/// A description that comes with Syncline, as `build.rs` leaves it.
macro_rules! built_in {
    ($name:literal) => {
        [
            include_str!(concat!(env!("OUT_DIR"), "/", $name, ".json")),
            include_str!(concat!(env!("OUT_DIR"), "/", $name, ".shapes.json")),
        ]
    };
}

/// In this order they are asked whether a folder is theirs. The folder of one tool may still hold files that
/// an older version of the tool left there, so the newer format is asked first.
const BUILT_IN: [[&str; 2]; 3] = [built_in!("insomnia-v5"), built_in!("insomnia-v4"), built_in!("generic")];

/// All formats that are known.
#[derive(Debug)]
pub struct Formats {
    known: Vec<Known>,
}

/// A format that is made ready when it is first asked for: every start of the program knows all of them, and
/// needs one.
#[derive(Debug)]
struct Known {
    /// Without its shapes: what it takes to recognise a file.
    description: Description,
    unread: &'static str,
    shapes: OnceLock<Shapes>,
    format: OnceLock<Format>,
}

impl Known {
    fn built_in([head, shapes]: [&'static str; 2]) -> Self {
        let description = serde_json::from_str(head).expect(TESTED);
        Self { description, unread: shapes, shapes: OnceLock::new(), format: OnceLock::new() }
    }

    fn from_text(text: &str) -> Result<Self, FormatError> {
        let mut description: Description = toml::from_str(text)
            .map_err(|source| FormatError::Description { name: name_in(text), source: Box::new(source) })?;
        let shapes = OnceLock::from(std::mem::take(&mut description.shape));
        Ok(Self { description, unread: "", shapes, format: OnceLock::new() })
    }

    fn shapes(&self) -> &Shapes {
        self.shapes.get_or_init(|| serde_json::from_str(self.unread).expect(TESTED))
    }

    /// Whether a file by its path and head is one of this format's own.
    fn owns(&self, path: &RepoPath, head: &[u8]) -> bool {
        let head = Head::new(head);
        self.description.file.iter().any(|file| file.takes_path(path) && file.takes_head(path, &head))
    }
}

const TESTED: &str = "the descriptions that come with Syncline are tested";

impl Formats {
    /// Those that come with Syncline.
    ///
    /// # Panics
    ///
    /// Where they are wrong, which a test rules out.
    pub fn built_in() -> Self {
        Self { known: BUILT_IN.map(Known::built_in).into() }
    }

    /// From the text of descriptions, in the order in which they are asked; the last takes what none wants.
    pub fn from_descriptions(texts: &[&str]) -> Result<Self, FormatError> {
        let known = texts.iter().map(|text| Known::from_text(text)).collect::<Result<_, _>>()?;
        let formats = Self { known };
        for known in &formats.known {
            let format = formats.compile(known)?;
            known.format.get_or_init(|| format);
        }
        Ok(formats)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Format> {
        self.known.iter().map(|known| self.ready(known))
    }

    /// One by its name.
    pub fn get(&self, name: &str) -> Option<&Format> {
        self.find(name).map(|known| self.ready(known))
    }

    fn find(&self, name: &str) -> Option<&Known> {
        self.known.iter().find(|known| known.description.name == name)
    }

    fn ready<'f>(&'f self, known: &'f Known) -> &'f Format {
        known.format.get_or_init(|| self.compile(known).expect(TESTED))
    }

    fn compile(&self, known: &Known) -> Result<Format, FormatError> {
        let description = &known.description;
        let unknown =
            |name: &String| FormatError::Also { name: description.name.clone(), other: name.clone() };
        let others = description.also.iter().map(|name| self.find(name).ok_or_else(|| unknown(name)));
        let all = std::iter::once(Ok(known)).chain(others);
        let all = all.map(|known| known.map(|known| (&known.description, known.shapes())));
        compile(description, &all.collect::<Result<Vec<_>, _>>()?)
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
        let (last, asked) = self.known.split_last().expect("there is at least one format");
        let mut candidates: Vec<Vec<Candidate<'p>>> = asked.iter().map(|_| Vec::new()).collect();
        for path in paths {
            for (known, candidates) in asked.iter().zip(&mut candidates) {
                candidates.extend(Candidate::new(&known.description, path));
                if candidates.len() == 16 * OPENED {
                    keep_first(candidates);
                }
            }
        }
        let mut owns = |known: &Known, candidates: &mut [Candidate<'p>]| {
            candidates.sort_unstable();
            let mut opened = candidates.iter().take(OPENED).map(|candidate| candidate.path);
            opened.any(|path| head(path).is_some_and(|head| known.owns(path, &head)))
        };
        let found =
            asked.iter().zip(&mut candidates).find_map(|(known, paths)| owns(known, paths).then_some(known));
        self.ready(found.unwrap_or(last))
    }
}

/// Forgets those that would not be opened anyway.
fn keep_first(candidates: &mut Vec<Candidate<'_>>) {
    candidates.select_nth_unstable(OPENED);
    candidates.truncate(OPENED);
}

/// A file that may tell a format; those to open first are the least.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate<'p> {
    unlikely: bool,
    depth: usize,
    path: &'p RepoPath,
}

impl<'p> Candidate<'p> {
    fn new(description: &Description, path: &'p RepoPath) -> Option<Self> {
        let file = description.file.iter().find(|file| file.takes_path(path))?;
        let depth = path.as_bstr().split(|byte| *byte == b'/').count();
        Some(Self { unlikely: !file.is_likely(path), depth, path })
    }
}

/// What an unreadable description calls itself, for the error.
fn name_in(text: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix("name = "));
    line.unwrap_or("?").trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text).expect("a good path")
    }

    fn recognised(files: &[(&str, &str)]) -> String {
        let formats = Formats::built_in();
        let paths: Vec<_> = files.iter().map(|(name, _)| path(name)).collect();
        let head = |wanted: &RepoPath| {
            let found = paths.iter().position(|path| path == wanted)?;
            Some(files[found].1.as_bytes().to_vec())
        };
        formats.recognise(&paths, head).name().to_owned()
    }

    #[test]
    fn the_built_in_descriptions_can_be_read() {
        let formats = Formats::built_in();
        let names: Vec<_> = formats.iter().map(Format::name).collect();
        assert_eq!(names, ["insomnia-v5", "insomnia-v4", "generic"]);
        assert!(formats.get("generic").is_some());
        assert!(formats.get("xml").is_none());
    }

    #[test]
    fn the_example_in_the_guide_is_a_description() {
        let guide = include_str!("../formats/README.md");
        let example = guide.split("```").nth(1).and_then(|it| it.strip_prefix("toml")).expect("an example");
        let generic = include_str!("../formats/generic.toml");
        let formats = Formats::from_descriptions(&[example, generic]).expect("it can be read");
        let paths = [path("a.yaml")];
        let found = formats.recognise(&paths, |_| Some(b"type: library/1\n".to_vec()));
        assert_eq!(found.name(), "library");
    }

    #[test]
    fn a_mistake_in_a_description_names_its_line() {
        let text = "name = \"x\"\ntitle = \"x\"\ncolour = \"red\"\n";
        let error = Formats::from_descriptions(&[text]).expect_err("`colour` is no key");
        let source = std::error::Error::source(&error).expect("a reason").to_string();
        assert_eq!(error.to_string(), "the description of `x` cannot be read");
        assert!(source.contains("line 3") && source.contains("colour"), "{source}");
    }

    #[test]
    fn what_a_description_names_has_to_be_there() {
        let head = "name = \"x\"\ntitle = \"x\"\n";
        let file = |rest: &str| format!("{head}{rest}");
        let error = |text: String| Formats::from_descriptions(&[&text]).expect_err("wrong").to_string();
        let shape = file("file = [{ glob = [\"*\"], shape = \"y\" }]\nshape = {}");
        assert_eq!(error(shape), "the description of `x` uses the shape `y` and does not describe it");
        let glob = file("file = [{ glob = [\"[\"], shape = \"y\" }]\nshape = { y = {} }");
        let glob = Formats::from_descriptions(&[&glob]).expect_err("no glob");
        let source = std::error::Error::source(&glob).expect("a reason").to_string();
        assert!(source.contains("the glob `[`"), "{source}");
        let also = file("also = [\"z\"]\nfile = []\nshape = {}");
        assert_eq!(error(also), "the description of `x` counts on the unknown format `z`");
        let both = file("file = []\nshape = { y = { fields = { a = { is = \"y\", class = \"local\" } } } }");
        assert!(error(both).contains("field `a` of `y`"));
    }

    #[test]
    fn a_format_is_recognised_by_content_not_by_name() {
        let v5 = "type: collection.insomnia.rest/5.0\nname: x\n";
        assert_eq!(recognised(&[("a/b.yaml", "x: 1\n"), ("deep/down/any.yaml", v5)]), "insomnia-v5");
        assert_eq!(recognised(&[("mcp.yaml", "type: \"mcpClient.insomnia/5.0\"\n")]), "insomnia-v5");
        assert_eq!(recognised(&[("insomnia.yaml", "type: other\n")]), "generic");
        let v4 = "_id: req_1\ntype: Request\n";
        assert_eq!(recognised(&[(".insomnia/Request/req_1.yml", v4)]), "insomnia-v4");
        assert_eq!(recognised(&[("sub/.insomnia/Request/req_1.yml", v4)]), "insomnia-v4");
        assert_eq!(recognised(&[(".insomnia/Request/req_2.yml", v4)]), "generic", "the path must match");
        assert_eq!(recognised(&[(".insomnia/Request/req_1.yml", v4), ("x.yaml", v5)]), "insomnia-v5");
        assert_eq!(recognised(&[]), "generic");
    }

    #[test]
    fn the_key_of_a_file_is_looked_for_at_its_root_alone() {
        let v5 = |text: &str| recognised(&[("a.yaml", text)]) == "insomnia-v5";
        assert!(v5("# by hand\n---\nname: x\ntype : collection.insomnia.rest/5.0\n"));
        assert!(v5("\"type\": 'collection.insomnia.rest/5.0'\n"));
        assert!(v5("{type: collection.insomnia.rest/5.0, name: x}\n"));
        assert!(v5("  type: collection.insomnia.rest/5.0\n  name: x\n"));
        assert!(!v5("spec:\n  type: collection.insomnia.rest/5.0\n"));
        assert!(!v5("- type: collection.insomnia.rest/5.0\n"));
        assert!(!v5("text: |\n  type: collection.insomnia.rest/5.0\n"));
    }

    #[test]
    fn a_format_is_made_ready_when_it_is_asked_for() {
        let formats = Formats::built_in();
        let ready = || formats.known.iter().filter(|known| known.format.get().is_some()).count();
        assert_eq!(ready(), 0);
        formats.recognise(&[path("a.yaml")], |_| Some(b"type: mock.insomnia.rest/5.0\n".to_vec()));
        assert_eq!(ready(), 1);
    }

    #[test]
    fn a_head_that_is_cut_off_is_enough() {
        let cut = "type: spec.insomnia.rest/5.0 # written by hand\nname: \"half a";
        assert_eq!(recognised(&[("a.yaml", cut)]), "insomnia-v5");
    }

    #[test]
    fn few_files_are_opened_and_the_likely_ones_first() {
        let formats = Formats::built_in();
        let mut paths: Vec<_> = (0..5000).map(|n| path(&format!("deploy/{n}.yaml"))).collect();
        paths.push(path("a/b/c/insomnia.wrk_1.yaml"));
        let mut opened = 0;
        let found = formats.recognise(&paths, |path| {
            opened += 1;
            let ours = path.to_string().contains("wrk_1");
            Some(if ours { "type: mock.insomnia.rest/5.0\n".into() } else { "kind: Pod\n".into() })
        });
        assert_eq!((found.name(), opened), ("insomnia-v5", 1));
        let mut opened = 0;
        formats.recognise(&paths[..5000], |_| {
            opened += 1;
            None
        });
        assert_eq!(opened, OPENED);
    }
}
