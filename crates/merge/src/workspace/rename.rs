//! Which file became which: paired by identity, not by path.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Display;
use std::hash::Hash;

use syncline_document::Document;
use syncline_format::{Format, HEAD_BYTES, RepoPath, Resource, reimported};

use super::similar::{LineSet, similarity};
use super::unit::{Placed, Unit};
use super::{Entry, PathVersions, Policy, Terms};
use crate::Side;

/// More comparisons of contents than this are not made: whoever moves so much at once gets removals and
/// additions, as from git.
const MOST_PAIRS: usize = 20_000;

/// Half of the lines, as git asks for.
const SIMILAR: f64 = 0.5;

/// Takes the paths together whose files are one.
pub(super) fn units<Id, E>(
    paths: Vec<PathVersions<Id>>,
    terms: &Terms<'_>,
    read: &dyn Fn(&Id) -> Result<Vec<u8>, E>,
) -> Result<Vec<Unit<Id>>, E>
where
    Id: Clone + Eq + Hash + Display,
{
    let mut paths: BTreeMap<RepoPath, PathVersions<Id>> =
        paths.into_iter().map(|versions| (versions.path.clone(), versions)).collect();
    let renames = |side| Search { paths: &paths, terms, read, side }.renames();
    let (ours, theirs) = (renames(Side::Ours)?, renames(Side::Theirs)?);
    let mut units = Vec::new();
    let olds: std::collections::BTreeSet<RepoPath> = ours.keys().chain(theirs.keys()).cloned().collect();
    for old in olds {
        let base = placed(&old, paths.get(&old).and_then(|it| it.base.clone()));
        let mut take = |side: Side, renames: &HashMap<RepoPath, RepoPath>| {
            let path = renames.get(&old).unwrap_or(&old);
            let versions = paths.get_mut(path)?;
            let entry = side.pick(&mut versions.ours, &mut versions.theirs).take();
            placed(path, entry)
        };
        units.push(Unit { base, ours: take(Side::Ours, &ours), theirs: take(Side::Theirs, &theirs) });
        if let Some(versions) = paths.get_mut(&old) {
            versions.base = None;
        }
    }
    units.extend(paths.into_values().filter_map(|PathVersions { path, base, ours, theirs }| {
        let [base, ours, theirs] = [base, ours, theirs].map(|entry| placed(&path, entry));
        (base.is_some() || ours.is_some() || theirs.is_some()).then_some(Unit { base, ours, theirs })
    }));
    Ok(units)
}

/// Which of the files that are gone is which of the new ones: of the same content, of the same resource, or with
/// half of its lines. Of very many only those of the same content are found. `read` gives the content of a file.
pub fn renamed_files<Id, E>(
    gone: &[(RepoPath, Entry<Id>)],
    new: &[(RepoPath, Entry<Id>)],
    format: &Format,
    read: &dyn Fn(&Id) -> Result<Vec<u8>, E>,
) -> Result<Vec<(RepoPath, RepoPath)>, E>
where
    Id: Clone + Eq + Hash + Display,
{
    let entries = |files: &[(RepoPath, Entry<Id>)]| files.iter().map(|(_, it)| it.clone()).collect();
    let (old_entries, new_entries): (HashSet<_>, HashSet<_>) = (entries(gone), entries(new));
    let is_worth_it = |other: &HashSet<Entry<Id>>, entry: &Entry<Id>| {
        gone.len() * new.len() <= MOST_PAIRS || other.contains(entry)
    };
    let none = |path: &RepoPath| PathVersions { path: path.clone(), base: None, ours: None, theirs: None };
    let mut paths = BTreeMap::new();
    for (path, entry) in gone.iter().filter(|(_, entry)| is_worth_it(&new_entries, entry)) {
        paths.insert(path.clone(), PathVersions { base: Some(entry.clone()), ..none(path) });
    }
    for (path, entry) in new.iter().filter(|(_, entry)| is_worth_it(&old_entries, entry)) {
        paths.insert(path.clone(), PathVersions { ours: Some(entry.clone()), ..none(path) });
    }
    let terms = Terms { format, first: Side::Ours, policy: &|_| Policy::Hold };
    let renames = Search { paths: &paths, terms: &terms, read, side: Side::Ours }.renames()?;
    Ok(renames.into_iter().collect())
}

fn placed<Id>(path: &RepoPath, entry: Option<Entry<Id>>) -> Option<Placed<Id>> {
    entry.map(|entry| Placed { path: path.clone(), entry })
}

/// The search for what one side renamed.
struct Search<'a, Id, E> {
    paths: &'a BTreeMap<RepoPath, PathVersions<Id>>,
    terms: &'a Terms<'a>,
    read: &'a dyn Fn(&Id) -> Result<Vec<u8>, E>,
    side: Side,
}

/// A file that is gone or new on the side.
struct Candidate<'a, Id> {
    path: &'a RepoPath,
    entry: &'a Entry<Id>,
}

/// What of a candidate's content tells it apart.
struct Content {
    /// The resource that the file is, or the outermost in it.
    resource: Option<Resource>,
    lines: LineSet,
}

impl Content {
    /// Kind and id of its resource.
    fn identity(&self) -> Option<(&str, &str)> {
        self.resource.as_ref().and_then(|it| Some((it.kind.as_str(), it.id.as_deref()?)))
    }
}

impl<Id: Clone + Eq + Hash + Display, E> Search<'_, Id, E> {
    /// From old path to new path.
    fn renames(&self) -> Result<HashMap<RepoPath, RepoPath>, E> {
        let (mut gone, mut new) = (self.gone(), self.appeared());
        let mut found = HashMap::new();
        if gone.is_empty() || new.is_empty() {
            return Ok(found);
        }
        let same_blob = pair(&gone, &new, |it| Some(it.entry.clone()));
        settle(&mut found, &mut gone, &mut new, &same_blob);
        gone.retain(|it| it.entry.mode.is_file());
        new.retain(|it| it.entry.mode.is_file());
        if gone.is_empty() || new.is_empty() {
            return Ok(found);
        }
        let mut contents = self.contents(gone.iter().chain(&new))?;
        let same_resource = pair(&gone, &new, |it| contents[it.path].identity());
        settle(&mut found, &mut gone, &mut new, &same_resource);
        if gone.iter().any(|it| contents[it.path].identity().is_some()) {
            let mut again = self.reimported(&mut contents)?;
            again.retain(|(old, _)| gone.iter().any(|it| it.path == old));
            settle(&mut found, &mut gone, &mut new, &again);
        }
        let alike = most_similar(&gone, &new, &contents);
        settle(&mut found, &mut gone, &mut new, &alike);
        Ok(found)
    }

    /// What the side no longer has where it was, and the other side changed or moved too: only there it
    /// matters where it went.
    fn gone(&self) -> Vec<Candidate<'_, Id>> {
        let matters = |versions: &PathVersions<Id>| {
            self.side.pick(&versions.theirs, &versions.ours).as_ref() != versions.base.as_ref()
        };
        self.all_gone(matters)
    }

    fn all_gone(&self, passes: impl Fn(&PathVersions<Id>) -> bool) -> Vec<Candidate<'_, Id>> {
        let gone = self.paths.iter().filter_map(|(path, versions)| {
            let base = versions.base.as_ref()?;
            let is_gone = self.side.pick(&versions.ours, &versions.theirs).is_none() && passes(versions);
            is_gone.then_some(Candidate { path, entry: base })
        });
        gone.collect()
    }

    fn appeared(&self) -> Vec<Candidate<'_, Id>> {
        let new = self.paths.iter().filter_map(|(path, versions)| {
            let own = self.side.pick(&versions.ours, &versions.theirs).as_ref()?;
            versions.base.is_none().then_some(Candidate { path, entry: own })
        });
        new.collect()
    }

    /// What a re-import gave another id. What is alone with its key is so only among all that is gone.
    fn reimported(&self, contents: &mut HashMap<RepoPath, Content>) -> Result<Vec<(RepoPath, RepoPath)>, E> {
        let (gone, new) = (self.all_gone(|_| true), self.appeared());
        let is_file = |it: &&Candidate<'_, Id>| it.entry.mode.is_file() && !contents.contains_key(it.path);
        let missing: Vec<_> = gone.iter().chain(&new).filter(is_file).collect();
        let read = self.contents(missing.into_iter())?;
        contents.extend(read);
        let known = |candidates: &[Candidate<'_, Id>]| -> Vec<&Resource> {
            candidates.iter().filter_map(|it| contents.get(it.path)?.resource.as_ref()).collect()
        };
        let pairs = reimported(&known(&gone), &known(&new)).into_iter();
        let mut pairs: Vec<_> = pairs.map(|(old, new)| (old.path.clone(), new.path.clone())).collect();
        let parents = self.parents_of_others(&pairs)?;
        let is_parent =
            |path: &RepoPath| contents[path].identity().is_some_and(|(_, id)| parents.contains(id));
        pairs.retain(|(old, _)| !is_parent(old));
        Ok(pairs)
    }

    /// The ids of the parents of what only the other side changed or added: under another id they would be lost
    /// to their children.
    fn parents_of_others(&self, pairs: &[(RepoPath, RepoPath)]) -> Result<HashSet<String>, E> {
        let paired: HashSet<&RepoPath> = pairs.iter().map(|(old, _)| old).collect();
        let mut parents = HashSet::new();
        for (path, versions) in self.paths {
            let (own, other) =
                self.side.pick((&versions.ours, &versions.theirs), (&versions.theirs, &versions.ours));
            let Some(entry) = other.as_ref().filter(|entry| entry.mode.is_file()) else { continue };
            if own.is_none() && versions.base.as_ref() != Some(entry) && !paired.contains(path) {
                let content = self.content(path, &(self.read)(&entry.id)?);
                parents.extend(content.resource.and_then(|it| it.parent));
            }
        }
        Ok(parents)
    }

    fn contents<'c>(
        &self,
        candidates: impl Iterator<Item = &'c Candidate<'c, Id>>,
    ) -> Result<HashMap<RepoPath, Content>, E>
    where
        Id: 'c,
    {
        candidates
            .map(|it| Ok((it.path.clone(), self.content(it.path, &(self.read)(&it.entry.id)?))))
            .collect()
    }

    fn content(&self, path: &RepoPath, bytes: &[u8]) -> Content {
        let format = self.terms.format;
        let language = format.claims_content(path, &bytes[..bytes.len().min(HEAD_BYTES)]).language();
        let document = language.and_then(|language| Document::parse(bytes, language).ok());
        let resource = document.and_then(|document| format.resources(path, &document).into_iter().next());
        Content { resource, lines: LineSet::new(bytes) }
    }
}

/// Pairs what has one key on both sides, each alone with it there.
fn pair<'a, Id, K: Eq + Hash>(
    gone: &[Candidate<'a, Id>],
    new: &[Candidate<'a, Id>],
    key: impl Fn(&Candidate<'a, Id>) -> Option<K>,
) -> Vec<(RepoPath, RepoPath)> {
    let alone = |candidates: &[Candidate<'a, Id>]| {
        let mut found: HashMap<K, (RepoPath, usize)> = HashMap::new();
        for it in candidates {
            if let Some(key) = key(it) {
                found.entry(key).or_insert_with(|| (it.path.clone(), 0)).1 += 1;
            }
        }
        found.retain(|_, (_, times)| *times == 1);
        found
    };
    let mut new = alone(new);
    let pairs = alone(gone).into_iter();
    pairs.filter_map(|(key, (old, _))| Some((old, new.remove(&key)?.0))).collect()
}

/// The most similar first; never two that are known to be different resources.
fn most_similar<Id>(
    gone: &[Candidate<'_, Id>],
    new: &[Candidate<'_, Id>],
    contents: &HashMap<RepoPath, Content>,
) -> Vec<(RepoPath, RepoPath)> {
    if gone.len() * new.len() > MOST_PAIRS {
        return Vec::new();
    }
    let mut pairs = Vec::new();
    for old in gone {
        for it in new {
            let (a, b) = (&contents[old.path], &contents[it.path]);
            if a.identity().is_some() && b.identity().is_some() {
                continue;
            }
            let alike = similarity(&a.lines, &b.lines);
            if alike >= SIMILAR {
                let same_name = old.path.name() == it.path.name();
                pairs.push((alike, same_name, old.path, it.path));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
    let (mut old_taken, mut new_taken) = (HashSet::new(), HashSet::new());
    let free = pairs.into_iter().filter(|(_, _, old, new)| {
        let free = !old_taken.contains(old) && !new_taken.contains(new);
        if free {
            old_taken.insert(*old);
            new_taken.insert(*new);
        }
        free
    });
    free.map(|(_, _, old, new)| (old.clone(), new.clone())).collect()
}

fn settle<Id>(
    found: &mut HashMap<RepoPath, RepoPath>,
    gone: &mut Vec<Candidate<'_, Id>>,
    new: &mut Vec<Candidate<'_, Id>>,
    pairs: &[(RepoPath, RepoPath)],
) {
    found.extend(pairs.iter().cloned());
    let taken: HashSet<&RepoPath> = pairs.iter().flat_map(|(old, new)| [old, new]).collect();
    gone.retain(|it| !taken.contains(it.path));
    new.retain(|it| !taken.contains(it.path));
}
