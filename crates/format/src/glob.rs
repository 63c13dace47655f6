//! Globs of paths in a repository. They are matched as they stand, and there is next to nothing to compile:
//! each start of the program reads those of all descriptions, and tries thousands of paths on them.

use std::borrow::Cow;
use std::iter;

use bstr::ByteSlice;
use serde::Deserialize;
use syncline_document::Language;

use crate::{RepoPath, pattern};

/// A glob: `**/` stands for any folders or none, `**` at the end for all that is below, `*` for any text
/// within a name, `{a,b}` for one of several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Cow<'_, str>")]
pub(crate) struct Glob(Vec<Pattern>);

/// A glob without braces.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern {
    text: String,
    /// Where the last stretch without a star begins, within the last part: most paths lack it, and are told
    /// by that.
    end: usize,
    reach: Reach,
}

/// What of a path with the right end is still to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Nothing: the name begins with a star, and the folders are any.
    Nothing,
    /// So many of its last parts, by what comes after the first `**/`.
    Last(usize),
    /// All parts.
    All,
}

/// What stands for any folders or none.
const ANY_FOLDERS: &str = "**/";

/// A glob of more choices is refused.
const MOST_CHOICES: usize = 12;

impl Glob {
    pub(crate) fn matches(&self, path: &RepoPath) -> bool {
        self.0.iter().any(|pattern| pattern.matches(path.as_bstr()))
    }

    /// A name that all its files end with, where that is no extension of a language that can be read.
    pub(crate) fn unknown_ending(&self) -> Option<&str> {
        self.0.iter().find_map(|pattern| {
            let name = pattern.text.rsplit('/').next()?;
            let ending = name.rsplit_once('.').map_or(name, |(_, extension)| extension);
            let is_known = ending.contains('*') || Language::of_extension(&ending.to_lowercase()).is_some();
            (!is_known).then_some(name)
        })
    }
}

impl Pattern {
    fn new(text: String) -> Self {
        let end = text.rfind(['*', '/']).map_or(0, |at| at + 1);
        let reach = match text.strip_prefix(ANY_FOLDERS) {
            Some(_) if text[..end] == *"**/*" => Reach::Nothing,
            Some(rest) if !rest.contains("**") => Reach::Last(rest.split('/').count()),
            _ => Reach::All,
        };
        Self { text, end, reach }
    }

    fn matches(&self, path: &[u8]) -> bool {
        let fits = || match self.reach {
            Reach::Nothing => true,
            Reach::Last(count) => fits(&self.text[ANY_FOLDERS.len()..], last_parts(path, count)),
            Reach::All => fits(&self.text, path),
        };
        path.ends_with(&self.text.as_bytes()[self.end..]) && fits()
    }
}

impl TryFrom<Cow<'_, str>> for Glob {
    type Error = String;

    fn try_from(text: Cow<'_, str>) -> Result<Self, String> {
        if let Some(fault) = fault(&text) {
            return Err(format!("the glob `{text}` {fault}"));
        }
        // Each pair of braces multiplies them.
        if text.matches(',').count() > MOST_CHOICES {
            return Err(format!("the glob `{text}` has more than {MOST_CHOICES} choices"));
        }
        let alternatives =
            alternatives(&text).ok_or_else(|| format!("the glob `{text}` has a brace without its other"))?;
        match alternatives.iter().find_map(|it| it.split('/').find_map(part_fault)) {
            Some(fault) => Err(format!("the glob `{text}` {fault}")),
            None => Ok(Self(alternatives.into_iter().map(Pattern::new).collect())),
        }
    }
}

/// What a glob holds that stands for nothing.
fn fault(text: &str) -> Option<&'static str> {
    if text.contains(['?', '[', ']']) {
        Some("has one of `?`, `[`, `]`, which stand for nothing here: `*` and `{a,b}` do")
    } else if text.contains('\\') {
        Some("has a `\\`: what stands between folders is `/`")
    } else if text.starts_with('!') {
        Some("begins with `!`, which takes nothing back here: name what is meant")
    } else if text.starts_with(['/', '~']) {
        Some("leads out of the workspace: it begins with a name in its folder, or with `**/`")
    } else {
        None
    }
}

/// What is wrong with what stands between two `/`.
fn part_fault(part: &str) -> Option<&'static str> {
    match part {
        "" => Some("has nothing where a name belongs; all that is in a folder is `folder/**`"),
        "." | ".." => {
            Some("has a `.` or `..`: it begins with a name in the workspace's folder, or with `**/`")
        }
        "**" => None,
        _ if part.contains("**") => {
            Some("has a `**` beside other text: write `**/*` for any folders and any name")
        }
        _ => None,
    }
}

/// The patterns without braces that a glob stands for; `None` where a brace lacks its other.
fn alternatives(glob: &str) -> Option<Vec<String>> {
    let Some((before, rest)) = glob.split_once('{') else {
        return (!glob.contains('}')).then(|| vec![glob.to_owned()]);
    };
    let (choices, after) = rest.split_once('}')?;
    let rests = alternatives(after)?;
    let joined =
        choices.split(',').flat_map(|choice| rests.iter().map(move |rest| [before, choice, rest].concat()));
    (!before.contains('}') && !choices.contains('{')).then(|| joined.collect())
}

fn fits(pattern: &str, path: &[u8]) -> bool {
    if let Some(rest) = pattern.strip_prefix(ANY_FOLDERS) {
        return iter::successors(Some(path), |path| split(path).1).any(|path| fits(rest, path));
    }
    let (part, parts) = split(path);
    match pattern.split_once('/') {
        Some((name, names)) => pattern::matches(name, part) && parts.is_some_and(|parts| fits(names, parts)),
        None => pattern == "**" || parts.is_none() && pattern::matches(pattern, part),
    }
}

/// So many of a path's last parts, or all where there are fewer.
fn last_parts(path: &[u8], count: usize) -> &[u8] {
    let slashes = path.iter().enumerate().rev().filter(|(_, byte)| **byte == b'/');
    slashes.map(|(at, _)| &path[at + 1..]).nth(count - 1).unwrap_or(path)
}

/// A path's first part, and what comes after it.
fn split(path: &[u8]) -> (&[u8], Option<&[u8]>) {
    path.find_byte(b'/').map_or((path, None), |at| (&path[..at], Some(&path[at + 1..])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glob(text: &str) -> Result<Glob, String> {
        Glob::try_from(Cow::Borrowed(text))
    }

    #[track_caller]
    fn check(text: &str, fitting: &[&str], others: &[&str]) {
        let glob = glob(text).expect("a glob");
        let matches = |path: &&&str| glob.matches(&RepoPath::new(path).expect("a good path"));
        assert_eq!(fitting.iter().filter(matches).collect::<Vec<_>>(), fitting.iter().collect::<Vec<_>>());
        assert_eq!(others.iter().filter(matches).collect::<Vec<_>>(), Vec::<&&str>::new());
    }

    #[test]
    fn two_stars_are_any_folders_or_none() {
        check("**/*.yaml", &["a.yaml", "b/a.yaml", "c/b/.yaml"], &["a.yml", "yaml", "a.yaml/b"]);
        check("a/**/b", &["a/b", "a/x/b", "a/x/b/y/b"], &["a", "b", "a/b/c", "x/a/b"]);
        check(
            "**/.x/*/*.yml",
            &[".x/a/b.yml", "d/.x/a/b.yml", ".x/.x/a/b.yml"],
            &[".x/b.yml", ".x/a/b/c.yml"],
        );
        check("**/a/**/b/*", &["a/b/c", "x/a/y/b/z/b/c", "a/a/b/b"], &["b/a/c", "a/b", "a/c/d"]);
        check("bin/**", &["bin/a", "bin/a/b"], &["bin", "x/bin/a"]);
        check("**/a/*.x", &["a/.x", "a/b.x", "c/a/b.x"], &["b.x", "a/c/b.x", "a.x", "ca/b.x"]);
    }

    #[test]
    fn one_star_stays_in_its_part() {
        check("*", &["a", "a.b"], &["a/b"]);
        check("a*c/*", &["ac/x", "abc/x", "a.c.c/x"], &["ab/x", "a/c/x", "abc"]);
        check("*a*b*", &["ab", "xaybz", "aab"], &["ba", "a/b"]);
        check("x-*-*.json", &["x--.json", "x-a-b-c.json"], &["x-a.json", "x-.json"]);
    }

    #[test]
    fn braces_are_choices() {
        check("**/*.{yaml,yml}", &["a.yaml", "x/a.yml"], &["a.json", "a.{yaml,yml}"]);
        check("{a,b/c}/{x,}y", &["a/xy", "b/c/y"], &["a/x", "b/xy"]);
    }

    #[test]
    fn a_name_that_is_no_text_is_matched_by_its_bytes() {
        let path = RepoPath::new(b"x/\xff.yaml").expect("Git allows it");
        assert!(glob("**/*.yaml").expect("a glob").matches(&path));
    }

    #[test]
    fn an_ending_tells_the_language_or_nothing_does() {
        for (text, ending) in [
            ("**/*.yaml", None),
            ("**/*.{yaml,JSON}", None),
            ("a/*", None),
            ("a/**", None),
            ("**/*.{yaml,kite}", Some("*.kite")),
            ("a/Kitefile", Some("Kitefile")),
        ] {
            assert_eq!(glob(text).expect("a glob").unknown_ending(), ending, "{text}");
        }
    }

    #[test]
    fn what_stands_for_nothing_is_refused() {
        for text in [
            "a?",
            "[ab]",
            "a\\b",
            "{a",
            "a}",
            "{a,{b,c}}",
            "a}{b",
            "/a",
            "~/a",
            "!a",
            "../a",
            "./a",
            "a//b",
            "a/",
            "",
            "**.yaml",
            "a/b**",
            "{a,b/}",
        ] {
            assert!(glob(text).is_err(), "{text}");
        }
    }
}
