//! The known formats, and recognising one.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use syncline_document::Document;

use crate::description::Description;
use crate::head::Head;
use crate::layout::Layout;
use crate::local::LocalFields;
use crate::mistake::Source;
use crate::{Format, FormatError, RepoPath};

/// How much of the start of a file is enough to recognise it.
pub const HEAD_BYTES: usize = 4096;

/// How many files are opened at most for each format in question. Those that are likely by their names come
/// first.
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
        let named: Vec<String> = texts.iter().filter_map(|text| name_of(text)).collect();
        let is_known = |name: &str| self.find(name).is_some() || named.iter().any(|it| it == name);
        let own = texts.iter().enumerate().map(|(index, text)| {
            let layout = Layout::from_text(text, &is_known);
            Ok(Known::new(layout.map_err(|error| FormatError { index, ..error })?))
        });
        let mut known = own.collect::<Result<Vec<_>, FormatError>>()?;
        let is_new =
            |it: &&Arc<Known>| known.iter().all(|own| own.description().name != it.description().name);
        let old: Vec<_> = self.known.iter().filter(is_new).cloned().collect();
        known.extend(old);
        Ok(Self { known })
    }

    /// Says of which descriptions these are, as long as none but those that come with Syncline is among them:
    /// what these recognise once they recognise again.
    pub fn fingerprint(&self) -> Option<&'static str> {
        let are_built_in = self.known.iter().all(|known| known.layout.is_built_in());
        are_built_in.then_some(include_str!(concat!(env!("OUT_DIR"), "/fingerprint")))
    }

    /// All of them, in the order in which they are asked.
    pub fn iter(&self) -> impl Iterator<Item = &Format> {
        self.known.iter().map(|known| self.ready(known))
    }

    /// One by its name.
    pub fn get(&self, name: &str) -> Option<&Format> {
        self.find(name).map(|known| self.ready(known))
    }

    /// The format of the tool that a file is of, by its name and all of its content; `None` where no tool claims it.
    pub fn of_document(&self, path: &RepoPath, document: &Document) -> Option<&Format> {
        let (_, tools) = self.known.split_last()?;
        tools.iter().find(|known| known.layout.owns_document(path, document)).map(|known| self.ready(known))
    }

    fn find(&self, name: &str) -> Option<&Known> {
        self.known.iter().find(|known| known.description().name == name).map(Arc::as_ref)
    }

    fn ready<'f>(&'f self, known: &'f Known) -> &'f Format {
        known.format.get_or_init(|| self.put_together(&known.layout))
    }

    fn put_together(&self, own: &Arc<Layout>) -> Format {
        let mut layouts = Vec::new();
        self.add(own, &mut Vec::new(), &mut layouts);
        Format { own: Arc::clone(own), layouts, local: LocalFields::new() }
    }

    /// Adds a layout between those that count before it and those that count after it.
    fn add(&self, layout: &Arc<Layout>, met: &mut Vec<String>, layouts: &mut Vec<Arc<Layout>>) {
        let description = &layout.description;
        if met.contains(&description.name) {
            return;
        }
        met.push(description.name.clone());
        let mut add_all = |names: &[String], layouts: &mut Vec<Arc<Layout>>| {
            for known in names.iter().filter_map(|name| self.find(name)) {
                self.add(&known.layout, met, layouts);
            }
        };
        add_all(&description.first, layouts);
        layouts.push(Arc::clone(layout));
        add_all(&description.also, layouts);
    }

    /// The format whose files these are. `head` gives the first [`HEAD_BYTES`] of a file, or `None` where it
    /// cannot be read; it is asked for a bounded number of files that a format might claim, the likely first.
    ///
    /// # Panics
    ///
    /// Where there is no format at all.
    pub fn recognise<'p>(
        &self,
        paths: impl IntoIterator<Item = &'p RepoPath, IntoIter: Clone>,
        mut head: impl FnMut(&RepoPath) -> Option<Vec<u8>>,
    ) -> &Format {
        let paths = paths.into_iter();
        let (last, asked) = self.known.split_last().expect("there is at least one format");
        // What several formats may claim is opened once.
        let mut opened: HashMap<&RepoPath, Option<Head<'_>>> = HashMap::new();
        let mut owns = |known: &Known, path: &'p RepoPath| {
            let head = opened.entry(path).or_insert_with(|| head(path).map(Head::new));
            head.as_ref().is_some_and(|head| known.layout.owns(path, head))
        };
        let found = asked.iter().find(|known| {
            let candidates = Candidate::first(known.description(), paths.clone());
            candidates.into_iter().any(|candidate| owns(known, candidate.path))
        });
        self.ready(found.unwrap_or(last))
    }
}

/// The name that a description gives itself.
fn name_of(text: &str) -> Option<String> {
    Source::parse(text).ok().map(|source| source.name().to_owned())
}

/// A file that may tell a format; those to open first are the least.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate<'p> {
    unlikely: bool,
    depth: usize,
    path: &'p RepoPath,
}

impl<'p> Candidate<'p> {
    /// Those to open for a format, in this order.
    fn first(description: &Description, paths: impl Iterator<Item = &'p RepoPath>) -> Vec<Self> {
        let mut first = Vec::new();
        for candidate in paths.filter_map(|path| Self::new(description, path)) {
            first.push(candidate);
            // Those that would not be opened anyway are forgotten now and then.
            if first.len() == 16 * OPENED {
                first.select_nth_unstable(OPENED);
                first.truncate(OPENED);
            }
        }
        first.sort_unstable();
        first.truncate(OPENED);
        first
    }

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
    use crate::Mistake;

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

    /// The first stretch of a language in the guide.
    fn in_guide(language: &str) -> &'static str {
        let guide = include_str!("../../../docs/formats.md");
        let start = format!("```{language}\n");
        let rest = guide.split_once(&start).expect("there is one").1;
        rest.split_once("```").expect("it ends").0
    }

    #[test]
    fn the_example_in_the_guide_finds_what_it_says() {
        let formats = Formats::built_in().with(&[in_guide("toml")]).expect("nothing is wrong with it");
        let shelf = path("shelves/poetry.yaml");
        let text = in_guide("yaml").as_bytes();
        let found = formats.recognise([&shelf], |_| Some(text.to_vec()));
        assert_eq!((found.name(), found.is_built_in()), ("library", false));
        let document = Document::parse(text, Language::Yaml).expect("valid");
        let resources = found.resources(&shelf, &document);
        let named: Vec<_> = resources.iter().map(|it| format!("{} {}", it.kind, it.name)).collect();
        assert_eq!(named, ["Shelf Poetry", "Book Tides", "Book Harbours"]);
        assert!(found.unshared(&path("desk/window.json")).is_some());
    }

    fn mistakes(text: &str) -> Vec<String> {
        let error = Formats::built_in().with(&[text]).expect_err("it is wrong");
        error.mistakes.iter().map(Mistake::to_string).collect()
    }

    const HEAD: &str = "name = \"x\"\ntitle = \"x\"\n";

    #[test]
    fn every_mistake_of_a_description_is_told_with_its_place() {
        let file = "[[file]]\nglob = [\"a?\"]\nshape = \"y\"\ncolour = 1\n[shape.y.fields]\na = { class = \"lokal\" }\nb = { keys = 7 }\n[[category]]\nkind = \"z\"\n";
        let found = mistakes(&format!("{HEAD}{file}"));
        assert_eq!(found.len(), 5, "{found:#?}");
        for (start, part) in [
            ("line 4, column 8: ", "the glob `a?`"),
            ("line 6, column 1: ", "nothing is called `colour` here, expected one of `glob`"),
            ("line 8, column 15: ", "`lokal` is nothing that can be said here, expected one of `plain`"),
            ("line 9, column 14: ", "integer `7` stands here, expected a list, as `[\"…\"]`"),
            ("line 10, column 1: ", "`shared` is missing"),
        ] {
            let fits = |line: &String| line.starts_with(start) && line.contains(part);
            assert!(found.iter().any(fits), "{start}{part} in {found:#?}");
        }
        let found = mistakes("name = \ntitle = \"x\"\n");
        assert!(found[0].starts_with("line 1, column 8: "), "{found:?}");
    }

    #[test]
    fn what_a_description_names_has_to_be_there() {
        let text = "also = [\"zip\"]\n[[file]]\nglob = [\"*.yml\"]\nroot = { id = [\"{steam}\"] }\nshape = \"q\"\n[shape.y]\nresource = { kind = \"K\", id = \"{dir}\" }\n[shape.y.fields]\na = { items = \"r\" }\nb = { is = \"y\", class = \"local\" }\nc = { is = \"y\", keys = [\"id\"] }\n[[category]]\nkind = \"L\"\nshared = \"s\"\n";
        let found = mistakes(&format!("{HEAD}{text}"));
        let expected = [
            "line 3, column 9: there is no format `zip`; `syncline formats` lists them",
            "line 6, column 8: `{steam}` has braces around another word than {stem}, {folder}, {extension}",
            "line 7, column 9: there is no `[shape.q]`; the shapes are `y`",
            "line 9, column 12: `{dir}` has braces around another word than {stem}, {folder}, {extension}",
            "line 11, column 15: there is no `[shape.r]`; the shapes are `y`",
            "line 12, column 5: it has a shape: say the class and the merge rule of what is in that",
            "line 13, column 5: `is` is said of a node and the rest of a list: it cannot be both",
            "line 15, column 8: no resource is of the kind `L`",
        ];
        assert_eq!(found, expected);
        let error = Formats::built_in().with(&[&format!("{HEAD}{text}")]).expect_err("it is wrong");
        let said = error.to_string();
        assert!(
            said.starts_with("the description of `x` cannot be used: line 3") && said.ends_with("and 7 more")
        );
    }

    /// What is said of a description that is right but for one thing.
    #[track_caller]
    fn only_mistake(right: &str, wrong: &str) -> String {
        const RIGHT: &str = "also = [\"generic\"]\n[[file]]\nglob = [\"**/*.yaml\"]\nshape = \"y\"\n[shape.y]\nresource = { kind = \"K\", id = \"id\" }\n[shape.y.fields]\nrows = { keys = [\"id\"] }\n";
        assert!(RIGHT.contains(right), "{right}");
        let found = mistakes(&format!("{HEAD}{}", RIGHT.replacen(right, wrong, 1)));
        assert_eq!(found.len(), 1, "{found:?}");
        found.into_iter().next().expect("one")
    }

    #[test]
    fn what_would_never_be_met_is_a_mistake() {
        for (right, wrong, place, said) in [
            ("\"**/*.yaml\"", "\"/a/*.yaml\"", "line 5, column 8", "leads out of the workspace"),
            ("\"**/*.yaml\"", "\"**.yaml\"", "line 5, column 8", "`**` beside other text"),
            ("\"**/*.yaml\"", "\"**/*.kite\"", "line 5, column 8", "add `language = \"yaml\"`"),
            ("[\"generic\"]", "[\"x\"]", "line 3, column 9", "is this format itself"),
            ("[shape.y]", "[from.zip]\n[shape.y]", "line 7, column 1", "name it in `also`"),
            ("[shape.y]", "[from.generic]\nb = \"!a//b\"\n[shape.y]", "line 8, column 5", "lacks a key"),
            ("id = \"id\"", "id = \"/id\"", "line 8, column 12", "without `/` at its ends"),
            ("rows =", "\"rows//x\" =", "line 10, column 13", "`rows//x` lacks a key"),
            ("rows =", "\"rows[]/x\" =", "line 10, column 14", "`rows/[]/id`"),
            ("[\"id\"]", "[\"\"]", "line 10, column 17", "lacks a key"),
            ("[\"id\"]", "[\"a+b|c\"]", "line 10, column 17", "both `+`"),
            ("shape = \"y\"", "shape = \"y\"\npart-of = \"a\"", "line 7, column 11", "`{folder}`"),
            ("[shape.y]", "[shape.z]\n[shape.y]", "line 7, column 1", "nothing leads to this shape"),
            ("[[file]]", "[file]", "line 4, column 1", "`[[…]]`"),
            ("[\"**/*.yaml\"]", "\"**/*.yaml\"", "line 5, column 8", "a list, as `[\"…\"]`"),
            ("rows = {", "rows = { secret = \"yes\",", "line 10, column 19", "without quotes"),
        ] {
            let found = only_mistake(right, wrong);
            assert!(found.starts_with(place) && found.contains(said), "{wrong}: {found}");
        }
    }

    #[test]
    fn a_category_may_be_of_any_kind_that_its_resources_have() {
        let text = "[[file]]\nglob = [\"*.yml\"]\nshape = \"y\"\n[shape.y]\nresource = { kind = \"K\", kinds = [{ kind = \"Group\", has = \"rows\" }] }\n[[category]]\nkind = \"Group\"\nshared = \"sync\"\n";
        assert!(Formats::built_in().with(&[&format!("{HEAD}{text}")]).is_ok());
    }

    #[test]
    fn a_description_may_take_the_place_of_a_built_in_one() {
        let text =
            include_str!("../formats/harness.toml").replace("title = \"Harness", "title = \"Our Harness");
        let formats = Formats::built_in().with(&[&text]).expect("it is right");
        assert_eq!(formats.iter().count(), BUILT_IN.len());
        let title = formats.get("harness").expect("it is there").title();
        assert!(title.starts_with("Our Harness"), "{title}");
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
