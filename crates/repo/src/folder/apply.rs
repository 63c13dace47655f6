//! Writing files of the folder, as `git checkout` would, without ever overwriting what the user just typed.

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use bstr::{BStr, ByteSlice, ByteVec};
use syncline_format::RepoPath;

use crate::folder::file::{Folder, Found, is_absent};
use crate::folder::filter::Refused;
use crate::folder::sparse::Cone;
use crate::folder::temporary;
use crate::folder::temporary::Mark;
use crate::git::OnProgress;
use crate::objects::durable::to_path;
use crate::{BlobId, Entry, Mode, RepoError, Repository, TreeId, TroubleKind};

/// A file to be written or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apply {
    /// Where.
    pub path: RepoPath,
    /// What must be there now, as a snapshot saw it; `None`: nothing.
    pub expect: Option<Entry>,
    /// What is to be there; `None` removes the file, and folders that are left empty.
    pub put: Option<Entry>,
}

/// What was done.
#[derive(Debug, Default)]
pub struct ApplyReport {
    /// Written, removed, or already so.
    pub done: Vec<RepoPath>,
    /// Not as expected: the user changed it meanwhile. Not touched.
    pub changed_meanwhile: Vec<RepoPath>,
    /// Not done, and why.
    pub failed: Vec<(RepoPath, RepoError)>,
}

impl Repository {
    /// Refuses what no folder may hold, before anything is written: of what `after` has and `before` has not, a
    /// path that must not be ([`RepoError::UnsafePath`]), and a link that leads out of the repository
    /// ([`RepoError::LinkLeadsOut`]).
    pub fn refuse_ways_out(&self, before: Option<TreeId>, after: TreeId) -> Result<(), RepoError> {
        self.refuse_ways_out_of(self.new_in(before, after)?, after)
    }

    /// The same, and content that cannot be read or is too large ([`RepoError::TooLarge`]): who finds that when half
    /// of the files are written can go neither on nor back. What a partial clone has not fetched is not looked at.
    pub fn refuse_unwritable(&self, before: Option<TreeId>, after: TreeId) -> Result<(), RepoError> {
        let new = self.new_in(before, after)?;
        let files = new.iter().filter(|(_, entry)| entry.mode != Mode::Submodule);
        for id in files.map(|(_, entry)| entry.id).collect::<BTreeSet<_>>() {
            self.refuse_unreadable(id)?;
        }
        self.refuse_ways_out_of(new, after)
    }

    fn new_in(&self, before: Option<TreeId>, after: TreeId) -> Result<Vec<(RepoPath, Entry)>, RepoError> {
        let changes = self.diff_trees(before, Some(after), None)?.into_iter();
        Ok(changes.filter_map(|change| Some((change.path, change.new?))).collect())
    }

    fn refuse_ways_out_of(&self, mut new: Vec<(RepoPath, Entry)>, after: TreeId) -> Result<(), RepoError> {
        let is_link = |entry: &Entry| entry.mode == Mode::Link;
        let cone = Cone::of(self);
        // A link that stays at the remote leads nowhere here.
        let is_here = |path: &RepoPath, entry: &Entry| {
            cone.as_ref().is_none_or(|cone| cone.has(path.as_bstr())) || self.is_known_here(entry.id)
        };
        let is_met = |(path, entry): &(RepoPath, Entry)| is_link(entry) && is_here(path, entry);
        new.retain(is_met);
        self.fetch_missing(new.iter().map(|(_, entry)| entry.id), &mut |_| ())?;
        for (path, entry) in &new {
            refuse_way_out(path, self.read_blob(entry.id)?.as_bstr())?;
        }
        // A link in the place of a folder turns what an old one says, too.
        let all = if new.is_empty() { Vec::new() } else { self.entries(after, None)? };
        for (path, entry) in all.iter().filter(|it| is_met(it)) {
            self.refuse_way_out_through_links(after, path, self.read_blob(entry.id)?.as_bstr())?;
        }
        Ok(())
    }

    /// `..` after another link leads up from where that one leads to, which no text shows.
    fn refuse_way_out_through_links(
        &self,
        tree: TreeId,
        path: &RepoPath,
        target: &BStr,
    ) -> Result<(), RepoError> {
        for place in places_left_by_going_up(path, target) {
            let entry = RepoPath::new(place).ok().map(|place| self.entry_at(tree, &place)).transpose()?;
            if entry.flatten().is_some_and(|entry| entry.mode == Mode::Link) {
                return Err(leads_out(path, target));
            }
        }
        Ok(())
    }

    /// Fetches what a clone left at its remote of the files that differ in `after` and are to be in the folder: before
    /// anything is begun that could not be ended without the remote.
    pub fn fetch_for_folder(
        &self,
        before: TreeId,
        after: TreeId,
        on_progress: OnProgress<'_>,
    ) -> Result<(), RepoError> {
        if self.supply.is_none() {
            return Ok(());
        }
        let changes = self.diff_trees(Some(before), Some(after), None)?;
        let put = changes.iter().filter_map(|change| Some((&change.path, change.new?)));
        self.fetch_missing(to_be_written(&Folder::open(self)?, put), on_progress)
    }

    /// Writes a file of ours at the top of the folder: the old content is there, or the new, and never a part.
    pub fn write_own_file(&self, name: &str, content: &[u8]) -> Result<(), RepoError> {
        let top = self.work_tree().ok_or_else(|| RepoError::NoWorkTree(self.git_dir().to_owned()))?;
        let path = top.join(name);
        temporary::remove_left_beside(std::iter::once(path.clone()));
        put_in_place(&path, |temporary| write_new(temporary, content, false))
            .map_err(|source| RepoError::File { action: "write", path, source })
    }

    /// Writes files, each atomically. The index is not touched: [`update_index`](Self::update_index) is
    /// called after it.
    ///
    /// An error is only what concerns all files; what concerns one is in the report.
    pub fn apply(&self, changes: &[Apply]) -> Result<ApplyReport, RepoError> {
        let mut writer =
            Writer { folder: Folder::open(self)?, report: ApplyReport::default(), typed: HashMap::new() };
        let put = changes.iter().filter_map(|change| Some((&change.path, change.put?)));
        self.fetch_missing(to_be_written(&writer.folder, put), &mut |_| ())?;
        let mark = Mark::set(self.git_dir()).map_err(|(path, source)| RepoError::File {
            action: "write",
            path,
            source,
        })?;
        if mark.was_left {
            temporary::remove_left_beside(
                changes.iter().map(|change| writer.folder.path_of(change.path.as_bstr())),
            );
        }
        let changes = in_order(changes);
        writer.look_before_rules_change(&changes);
        for change in changes {
            writer.apply(change);
        }
        drop(mark);
        writer.report.done.sort_unstable();
        Ok(writer.report)
    }
}

/// Attributes first: they say how the others are written. Then removals, which make room for a folder where
/// a file was, a file where a folder was, or a name that differs only in case.
fn in_order(changes: &[Apply]) -> Vec<&Apply> {
    let mut ordered: Vec<&Apply> = changes.iter().collect();
    ordered.sort_by_key(|change| (!is_attributes(&change.path), change.put.is_some(), &change.path));
    ordered
}

fn is_attributes(path: &RepoPath) -> bool {
    path.name() == ".gitattributes"
}

struct Writer {
    folder: Folder,
    report: ApplyReport,
    /// What changed files were by the rules of before, with the hash of their bytes: once other attributes are
    /// written they would be read otherwise.
    typed: HashMap<RepoPath, (BlobId, Entry)>,
}

/// How one change ended.
enum Outcome {
    Done,
    ChangedMeanwhile,
}

/// What is in a file's place.
enum Now {
    Is(Option<Entry>),
    /// A file with a filter that we do not run: whether the user changed it cannot be told, so it stays.
    LeftToGit,
}

impl Writer {
    fn apply(&mut self, change: &Apply) {
        let path = change.path.clone();
        match self.try_apply(change) {
            Ok(Outcome::Done) => self.report.done.push(path),
            Ok(Outcome::ChangedMeanwhile) => self.report.changed_meanwhile.push(path),
            Err(error) => self.report.failed.push((path, error)),
        }
    }

    fn try_apply(&mut self, change: &Apply) -> Result<Outcome, RepoError> {
        let Apply { path, expect, put } = change;
        let is_submodule = |entry: &Option<Entry>| entry.is_some_and(|entry| entry.mode == Mode::Submodule);
        if is_submodule(expect) || is_submodule(put) {
            return self.apply_submodule(path, put.as_ref());
        }
        // As git leaves out what sparse-checkout leaves out; the index is told of it all the same.
        if self.folder.is_left_out(path.as_bstr()) {
            return Ok(Outcome::Done);
        }
        if let Some(link) = self.folder.link_above(path).map_err(|error| self.failed("read", path, error))? {
            return match (expect, put) {
                // Nothing of the repository is below a link, so it is gone already.
                (_, None) => Ok(Outcome::Done),
                (Some(_), Some(_)) => Ok(Outcome::ChangedMeanwhile),
                (None, Some(_)) => Err(in_the_way(path, format!("`{link}` is a symbolic link"))),
            };
        }
        let Now::Is(now) = self.now(path, *expect)? else { return Ok(Outcome::Done) };
        if now == *put {
            return Ok(Outcome::Done);
        }
        if now != *expect {
            return Ok(Outcome::ChangedMeanwhile);
        }
        match put {
            Some(entry) => self.write(path, *entry)?,
            None => self.remove(path)?,
        }
        if is_attributes(path) {
            self.folder.forget_rules(path, put.is_some());
        }
        Ok(Outcome::Done)
    }

    /// Where attributes are to be written, looks at the other files first.
    fn look_before_rules_change(&mut self, changes: &[&Apply]) {
        if !changes.iter().any(|change| is_attributes(&change.path)) {
            return;
        }
        for Apply { path, expect, .. } in changes {
            let file = self.folder.path_of(path.as_bstr());
            let Ok(Found::File(metadata)) = Folder::look(&file) else { continue };
            let noted = self.folder.noted(path.as_bstr());
            let Ok(taken) = self.folder.take(path.as_bstr(), &metadata, noted, *expect) else { continue };
            if let (Some(_), true, Ok(bytes)) = (taken.content, metadata.is_file(), fs::read(&file)) {
                self.typed.insert(path.clone(), (BlobId::hash_of(&bytes), taken.entry));
            }
        }
    }

    /// What a file was before other attributes were written, if it still has the same bytes.
    fn as_before(&self, path: &RepoPath, file: &Path) -> Option<Entry> {
        let (bytes, entry) = self.typed.get(path)?;
        (BlobId::hash_of(&fs::read(file).ok()?) == *bytes).then_some(*entry)
    }

    /// What is there now, as a snapshot would see it.
    fn now(&mut self, path: &RepoPath, expect: Option<Entry>) -> Result<Now, RepoError> {
        let file = self.folder.path_of(path.as_bstr());
        match Folder::look(&file).map_err(|error| self.failed("read", path, error))? {
            Found::Nothing | Found::Folder => Ok(Now::Is(None)),
            Found::Other => Err(in_the_way(path, "something that is no file is there".to_owned())),
            Found::File(metadata) => {
                if let Some(entry) = self.as_before(path, &file) {
                    return Ok(Now::Is(Some(entry)));
                }
                let noted = self.folder.noted(path.as_bstr());
                match self.folder.take(path.as_bstr(), &metadata, noted, expect) {
                    Ok(taken) => Ok(Now::Is(Some(taken.entry))),
                    Err(refused) if refused.kind == TroubleKind::Filter => Ok(Now::LeftToGit),
                    Err(refused) => Err(convert_error(path, refused)),
                }
            }
        }
    }

    /// A folder for it, and git does the rest.
    fn apply_submodule(&self, path: &RepoPath, put: Option<&Entry>) -> Result<Outcome, RepoError> {
        if put.is_some_and(|entry| entry.mode == Mode::Submodule) {
            let folder = self.folder.path_of(path.as_bstr());
            fs::create_dir_all(&folder).map_err(|error| self.failed("create the folder", path, error))?;
        }
        Ok(Outcome::Done)
    }

    fn write(&mut self, path: &RepoPath, entry: Entry) -> Result<(), RepoError> {
        let blob = self.folder.repository.read_blob(entry.id)?;
        let file = self.folder.path_of(path.as_bstr());
        self.make_parents(path)?;
        make_room(path, &file)?;
        let failed = |error| RepoError::File { action: "write", path: file.clone(), source: error };
        if entry.mode == Mode::Link && self.folder.settings.has_links {
            let target = blob.as_bstr();
            refuse_way_out(path, target)?;
            return put_in_place(&file, |temporary| make_link(target, temporary)).map_err(failed);
        }
        let content = if entry.mode == Mode::Link {
            blob
        } else {
            let rules = self.folder.rules()?;
            rules.smudge(path, blob).map_err(|refused| convert_error(path, refused))?
        };
        let is_executable = entry.mode == Mode::Executable;
        put_in_place(&file, |temporary| write_new(temporary, &content, is_executable)).map_err(failed)
    }

    /// A folder at a time, so that none is made through a link or a file.
    fn make_parents(&self, path: &RepoPath) -> Result<(), RepoError> {
        let bytes = path.as_bstr();
        for (end, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
            let name = bytes[..end].as_bstr();
            let folder = self.folder.path_of(name);
            match Folder::look(&folder).map_err(|error| self.failed("read", path, error))? {
                Found::Folder => {}
                Found::Nothing => match fs::create_dir(&folder) {
                    Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                        return Err(RepoError::File {
                            action: "create the folder",
                            path: folder,
                            source: error,
                        });
                    }
                    _ => {}
                },
                Found::File(_) | Found::Other => {
                    return Err(in_the_way(path, format!("`{name}` is there and is no folder")));
                }
            }
        }
        Ok(())
    }

    fn remove(&self, path: &RepoPath) -> Result<(), RepoError> {
        let file = self.folder.path_of(path.as_bstr());
        match fs::remove_file(&file) {
            Err(error) if !is_absent(&error) => return Err(self.failed("remove", path, error)),
            _ => {}
        }
        let mut folder = file.parent();
        while let Some(parent) = folder.filter(|parent| *parent != self.folder.root) {
            if fs::remove_dir(parent).is_err() {
                break;
            }
            folder = parent.parent();
        }
        Ok(())
    }

    fn failed(&self, action: &'static str, path: &RepoPath, source: io::Error) -> RepoError {
        RepoError::File { action, path: self.folder.path_of(path.as_bstr()), source }
    }
}

/// Of files, the content of those that are not left out.
fn to_be_written<'f>(folder: &Folder, put: impl Iterator<Item = (&'f RepoPath, Entry)>) -> Vec<BlobId> {
    if folder.repository.supply.is_none() {
        return Vec::new();
    }
    let put = put.filter(|(path, entry)| entry.mode.is_blob() && !folder.is_left_out(path.as_bstr()));
    put.map(|(_, entry)| entry.id).collect()
}

/// Makes a file beside the old one, and gives it the name.
fn put_in_place(file: &Path, make: impl Fn(&Path) -> io::Result<()>) -> io::Result<()> {
    let folder = file.parent().expect("a file lies in a folder");
    let temporary = temporary::make_in(folder, &make)?;
    fs::rename(&temporary, file).inspect_err(|_| {
        // Best effort: the error is the rename's.
        let _ = fs::remove_file(&temporary);
    })
}

/// A folder where the file is to be goes, if nothing is in it but folders.
fn make_room(path: &RepoPath, file: &Path) -> Result<(), RepoError> {
    if !matches!(Folder::look(file), Ok(Found::Folder)) {
        return Ok(());
    }
    remove_empty(file).map_err(|_| in_the_way(path, "a folder with files in it is there".to_owned()))
}

/// With the permissions that a new file of the user's has.
fn write_new(path: &Path, content: &[u8], is_executable: bool) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(if is_executable { 0o777 } else { 0o666 });
    }
    #[cfg(not(unix))]
    let _ = is_executable;
    let mut file: File = options.open(path)?;
    file.write_all(content)
}

fn make_link(target: &BStr, path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(to_path(target), path)
    }
    #[cfg(windows)]
    {
        std::os::windows::fs::symlink_file(to_path(target), path)
    }
}

/// Of a target that is no path, for its length, only the beginning is told.
fn leads_out(path: &RepoPath, target: &BStr) -> RepoError {
    let mut told = target.to_owned();
    if target.len() > RepoPath::LONGEST {
        told.truncate(60);
        told.push_str("…");
    }
    RepoError::LinkLeadsOut { path: path.clone(), target: told }
}

/// A target that is longer than any path cannot be written, and leads nowhere.
fn refuse_way_out(path: &RepoPath, target: &BStr) -> Result<(), RepoError> {
    if target.len() > RepoPath::LONGEST || link_leads_out(path, target) {
        return Err(leads_out(path, target));
    }
    Ok(())
}

/// The paths that a link's target goes through and up from again, with those above them up to the folder that
/// they have in common with what is left.
fn places_left_by_going_up(path: &RepoPath, target: &BStr) -> Vec<Vec<u8>> {
    let mut place: Vec<&[u8]> = path.as_bstr().split(|byte| *byte == b'/').collect();
    place.pop();
    // What is above the link itself are folders.
    let (mut folders, mut left) = (place.len(), Vec::new());
    for part in target.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                left.extend((folders + 1..=place.len()).map(|end| place[..end].join(&b'/')));
                place.pop();
                folders = folders.min(place.len());
            }
            part => place.push(part),
        }
    }
    left
}

/// Whether following the link's target would leave the repository, or enter `.git`.
pub fn link_leads_out(path: &RepoPath, target: &BStr) -> bool {
    let mut place: Vec<&[u8]> = path.as_bstr().split(|byte| *byte == b'/').collect();
    place.pop();
    if target.first().is_some_and(|byte| matches!(byte, b'/' | b'\\')) {
        return true;
    }
    for part in target.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                if place.pop().is_none() {
                    return true;
                }
            }
            part => place.push(part),
        }
    }
    let inside = place.join(&b'/');
    !inside.is_empty() && RepoPath::new(inside).is_err()
}

fn remove_empty(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // Of a link this is false too.
        if !entry.file_type()?.is_dir() {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        remove_empty(&entry.path())?;
    }
    fs::remove_dir(folder)
}

fn in_the_way(path: &RepoPath, reason: String) -> RepoError {
    RepoError::InTheWay { path: path.clone(), reason }
}

fn convert_error(path: &RepoPath, refused: Refused) -> RepoError {
    RepoError::Convert { path: path.clone(), reason: refused.reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_lead_out() {
        let path = RepoPath::new("a/b/link").expect("valid");
        for inside in ["c", "../c", "../../c", "./x/../y", "../b/", "..", "../.."] {
            assert!(!link_leads_out(&path, inside.into()), "{inside}");
        }
        for outside in ["/etc", "../../../x", "../../..", "../../.git/config", "x/../../../.."] {
            assert!(link_leads_out(&path, outside.into()), "{outside}");
        }
    }

    #[test]
    fn what_a_target_goes_up_from() {
        let path = RepoPath::new("a/link").expect("valid");
        let left = |target: &str| {
            let places = places_left_by_going_up(&path, target.into()).into_iter();
            places.map(|place| String::from_utf8(place).expect("text")).collect::<Vec<_>>()
        };
        assert!(left("../b/c").is_empty());
        assert_eq!(left("up/../x"), ["a/up"]);
        assert_eq!(left("../b/up/../../x"), ["b", "b/up", "b"]);
    }

    #[test]
    fn removals_come_before_what_takes_their_place() {
        let change = |path: &str, put: bool| Apply {
            path: RepoPath::new(path).expect("valid"),
            expect: None,
            put: put.then(|| Entry { mode: Mode::File, id: crate::BlobId::hash_of(b"") }),
        };
        let changes = [change("a", true), change("a/b", false), change("x/.gitattributes", true)];
        let order: Vec<_> = in_order(&changes).into_iter().map(|change| change.path.to_string()).collect();
        assert_eq!(order, ["x/.gitattributes", "a/b", "a"]);
    }
}
