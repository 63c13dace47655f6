//! The known formats, and recognising one.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::description::Description;
use crate::head::Head;
use crate::layout::{Layout, TESTED};
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
/// an older version of the tool left there, so the newer format is asked first; and it may well hold files of
/// the general formats, so those come after all tools.
const BUILT_IN: [[&str; 2]; 13] = [
    built_in!("insomnia-v5"),
    built_in!("insomnia-v4"),
    built_in!("xpipe"),
    built_in!("harness"),
    built_in!("test-studio"),
    built_in!("postman"),
    built_in!("grafana"),
    built_in!("openapi"),
    built_in!("home-assistant"),
    built_in!("kubernetes"),
    built_in!("compose"),
    built_in!("github-workflows"),
    built_in!("generic"),
];

/// All formats that are known.
#[derive(Clone, Debug)]
pub struct Formats {
    known: Vec<Arc<Known>>,
}

/// A format that is put together when it is first asked for.
#[derive(Debug)]
struct Known {
    layout: Arc<Layout>,
    format: OnceLock<Format>,
}

impl Known {
    fn new(layout: Layout) -> Arc<Self> {
        Arc::new(Self { layout: Arc::new(layout), format: OnceLock::new() })
    }

    fn description(&self) -> &Description {
        &self.layout.description
    }
}

impl Formats {
    /// Those that come with Syncline.
    ///
    /// # Panics
    ///
    /// Where they are wrong, which a test rules out.
    pub fn built_in() -> Self {
        Self { known: BUILT_IN.map(|texts| Known::new(Layout::built_in(texts))).into() }
    }

    /// From the text of descriptions, in the order in which they are asked; the last takes what none wants.
    pub fn from_descriptions(texts: &[&str]) -> Result<Self, FormatError> {
        let none = Self { known: Vec::new() };
        none.with(texts)
    }

    /// With further descriptions, which are asked before those that are here. One of a name that is here
    /// already takes its place.
    pub fn with(&self, texts: &[&str]) -> Result<Self, FormatError> {
        let own = texts.iter().map(|text| Ok(Known::new(Layout::from_text(text)?)));
        let mut known = own.collect::<Result<Vec<_>, FormatError>>()?;
        let is_new =
            |it: &&Arc<Known>| known.iter().all(|own| own.description().name != it.description().name);
        let old: Vec<_> = self.known.iter().filter(is_new).cloned().collect();
        known.extend(old);
        let formats = Self { known };
        for own in &formats.known[..texts.len()] {
            let format = formats.put_together(&own.layout)?;
            own.format.get_or_init(|| format);
        }
        Ok(formats)
    }

    /// All of them, in the order in which they are asked.
    pub fn iter(&self) -> impl Iterator<Item = &Format> {
        self.known.iter().map(|known| self.ready(known))
    }

    /// One by its name.
    pub fn get(&self, name: &str) -> Option<&Format> {
        self.find(name).map(|known| self.ready(known))
    }

    fn find(&self, name: &str) -> Option<&Known> {
        self.known.iter().find(|known| known.description().name == name).map(Arc::as_ref)
    }

    fn ready<'f>(&'f self, known: &'f Known) -> &'f Format {
        known.format.get_or_init(|| self.put_together(&known.layout).expect(TESTED))
    }

    fn put_together(&self, own: &Arc<Layout>) -> Result<Format, FormatError> {
        let mut layouts = Vec::new();
        self.add(own, &mut Vec::new(), &mut layouts)?;
        Ok(Format { own: Arc::clone(own), layouts })
    }

    /// Adds a layout between those that count before it and those that count after it.
    fn add(
        &self,
        layout: &Arc<Layout>,
        met: &mut Vec<String>,
        layouts: &mut Vec<Arc<Layout>>,
    ) -> Result<(), FormatError> {
        let description = &layout.description;
        if met.contains(&description.name) {
            return Ok(());
        }
        met.push(description.name.clone());
        let mut add_all = |names: &[String], layouts: &mut Vec<Arc<Layout>>| {
            names.iter().try_for_each(|name| {
                let unknown = || FormatError::Also { name: description.name.clone(), other: name.clone() };
                self.add(&self.find(name).ok_or_else(unknown)?.layout, met, layouts)
            })
        };
        add_all(&description.first, layouts)?;
        layouts.push(Arc::clone(layout));
        add_all(&description.also, layouts)
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
                candidates.extend(Candidate::new(known.description(), path));
                if candidates.len() == 16 * OPENED {
                    keep_first(candidates);
                }
            }
        }
        // What several formats may claim is opened once.
        let mut opened: HashMap<&RepoPath, Option<Head<'_>>> = HashMap::new();
        let mut owns = |known: &Known, candidates: &mut [Candidate<'p>]| {
            candidates.sort_unstable();
            candidates.iter().take(OPENED).any(|candidate| {
                let path = candidate.path;
                let head = opened.entry(path).or_insert_with(|| head(path).map(Head::new));
                head.as_ref().is_some_and(|head| known.layout.owns(path, head))
            })
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
        let file = description.file.iter().find(|file| file.tells_format() && file.takes_path(path))?;
        let depth = path.as_bstr().split(|byte| *byte == b'/').count();
        Some(Self { unlikely: !file.is_likely(path), depth, path })
    }
}

#[cfg(test)]
mod tests {
    use syncline_document::{Document, Language};

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
        assert_eq!(names.len(), BUILT_IN.len());
        assert_eq!(names.last(), Some(&"generic"));
        assert!(formats.get("generic").is_some());
        assert!(formats.get("xml").is_none());
    }

    #[test]
    fn the_example_in_the_guide_is_a_description() {
        let guide = include_str!("../formats/README.md");
        let example = guide.split("```").nth(1).and_then(|it| it.strip_prefix("toml")).expect("an example");
        let formats = Formats::built_in().with(&[example]).expect("it can be read");
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
        let ready = || formats.known.iter().filter(|known| known.layout.is_ready()).count();
        assert_eq!(ready(), 0);
        let text = b"type: mock.insomnia.rest/5.0\n";
        let found = formats.recognise(&[path("a.yaml")], |_| Some(text.to_vec()));
        assert_eq!(ready(), 0, "what is in the files is not asked for yet");
        let document = Document::parse(text, Language::Yaml).expect("valid");
        found.resources(&path("a.yaml"), &document);
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
