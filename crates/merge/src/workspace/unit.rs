//! One file in its three versions, wherever each of them stands.

use std::fmt::Display;

use syncline_document::{Pointer, Value};
use syncline_format::RepoPath;

use super::content::Three;
use super::{Entry, Merger, Mode, Outcome, whole};
use crate::{FileVersion, Place, ResourceRef, Side, differences};

/// What is where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placed<Id> {
    pub(super) path: RepoPath,
    pub(super) entry: Entry<Id>,
}

/// The versions of one thing, by identity.
#[derive(Clone, Debug)]
pub(super) struct Unit<Id> {
    pub(super) base: Option<Placed<Id>>,
    pub(super) ours: Option<Placed<Id>>,
    pub(super) theirs: Option<Placed<Id>>,
}

/// A merged unit.
#[derive(Clone, Debug)]
pub(super) struct Done<Id> {
    pub(super) unit: Unit<Id>,
    /// Where it is and what it holds now; `None` where it is removed.
    pub(super) result: Option<(RepoPath, Outcome<Id>)>,
}

impl<Id: Eq> Unit<Id> {
    pub(super) fn side(&self, side: Side) -> Option<&Placed<Id>> {
        side.pick(&self.ours, &self.theirs).as_ref()
    }

    /// Whether the side has it as it was, and where it was.
    pub(super) fn is_unchanged(&self, side: Side) -> bool {
        self.side(side) == self.base.as_ref()
    }
}

impl<Id: Clone + Eq + Display, E> Merger<'_, Id, E> {
    pub(super) fn merge(&mut self, unit: Unit<Id>) -> Result<Done<Id>, E> {
        let result = match (&unit.ours, &unit.theirs) {
            (None, None) => None,
            (Some(ours), Some(theirs)) => {
                let path = self.merge_paths(&unit, ours, theirs);
                let base = unit.base.as_ref().map(|base| &base.entry);
                let outcome = self.merge_entries(&path, base, &ours.entry, &theirs.entry)?;
                Some((path, outcome))
            }
            (Some(there), None) => self.merge_removal(&unit, there, Side::Ours)?,
            (None, Some(there)) => self.merge_removal(&unit, there, Side::Theirs)?,
        };
        Ok(Done { unit, result })
    }

    fn merge_paths(&mut self, unit: &Unit<Id>, ours: &Placed<Id>, theirs: &Placed<Id>) -> RepoPath {
        let base = unit.base.as_ref().map(|base| &base.path);
        if ours.path == theirs.path || base == Some(&theirs.path) {
            return ours.path.clone();
        }
        if base == Some(&ours.path) {
            return theirs.path.clone();
        }
        let text = |path: &RepoPath| Some(Value::string(path.to_string()));
        let values = [base.and_then(text), text(&ours.path), text(&theirs.path)];
        let wanted = |side: Side| side.pick(&ours.path, &theirs.path).clone();
        let conflict = whole(&wanted(self.terms.first), Place::Path, values, self.terms.first);
        wanted(self.hold_or_take(conflict))
    }

    /// One side has it and the other has not: added, or removed there.
    fn merge_removal(
        &mut self,
        unit: &Unit<Id>,
        there: &Placed<Id>,
        side: Side,
    ) -> Result<Option<(RepoPath, Outcome<Id>)>, E> {
        let stays = Some((there.path.clone(), Outcome::Entry(there.entry.clone())));
        let Some(base) = &unit.base else { return Ok(stays) };
        if unit.is_unchanged(side) || self.only_noise(base, there)? {
            return Ok(None);
        }
        let (was, is) = (Some(self.value(&base.entry)?), Some(self.value(&there.entry)?));
        let values = side.pick([was.clone(), is.clone(), None], [was, None, is]);
        let mut conflict = whole(&there.path, Place::File, values, side);
        conflict.resource = self.resource(there)?;
        let taken = self.hold_or_take(conflict);
        Ok(if taken == side { stays } else { None })
    }

    /// Whether only volatile or local fields differ.
    fn only_noise(&self, base: &Placed<Id>, there: &Placed<Id>) -> Result<bool, E> {
        if base.path != there.path || base.entry.mode != there.entry.mode || !base.entry.mode.is_file() {
            return Ok(false);
        }
        let (old, new) = ((self.read)(&base.entry.id)?, (self.read)(&there.entry.id)?);
        let (before, after) = (self.document(&base.path, &old), self.document(&there.path, &new));
        let version = |bytes, document| Some(FileVersion { bytes, document });
        let (Some(before), Some(after)) = (&before, &after) else { return Ok(false) };
        let (old, new) = (version(&old, Some(before)), version(&new, Some(after)));
        Ok(differences(&there.path, old, new, self.terms.format).changes.is_empty())
    }

    fn merge_entries(
        &mut self,
        path: &RepoPath,
        base: Option<&Entry<Id>>,
        ours: &Entry<Id>,
        theirs: &Entry<Id>,
    ) -> Result<Outcome<Id>, E> {
        if ours == theirs || base == Some(theirs) {
            return Ok(Outcome::Entry(ours.clone()));
        }
        if base == Some(ours) {
            return Ok(Outcome::Entry(theirs.clone()));
        }
        if !ours.mode.is_file() || !theirs.mode.is_file() {
            return Ok(Outcome::Entry(self.take_whole(path, base, [ours, theirs])?.clone()));
        }
        let base = base.filter(|base| base.mode.is_file());
        let mode = self.merge_modes(path, base.map(|base| base.mode), ours.mode, theirs.mode);
        let was = base.map(|base| &base.id);
        if ours.id == theirs.id || was == Some(&theirs.id) {
            return Ok(Outcome::Entry(Entry { mode, id: ours.id.clone() }));
        }
        if was == Some(&ours.id) {
            return Ok(Outcome::Entry(Entry { mode, id: theirs.id.clone() }));
        }
        let old = was.map(|id| (self.read)(id)).transpose()?;
        let (left, right) = ((self.read)(&ours.id)?, (self.read)(&theirs.id)?);
        let merged = self.merge_bytes(&Three { path, base: old.as_deref(), ours: &left, theirs: &right });
        let Some(bytes) = merged else {
            let id = self.take_whole(path, base, [ours, theirs])?.id.clone();
            return Ok(Outcome::Entry(Entry { mode, id }));
        };
        Ok(match bytes {
            bytes if bytes == left => Outcome::Entry(Entry { mode, id: ours.id.clone() }),
            bytes if bytes == right => Outcome::Entry(Entry { mode, id: theirs.id.clone() }),
            bytes => Outcome::Written { mode, bytes },
        })
    }

    /// One of two entries that do not merge: links, submodules, binaries, what became of another kind or
    /// cannot be read. The other is held.
    fn take_whole<'e>(
        &mut self,
        path: &RepoPath,
        base: Option<&Entry<Id>>,
        [ours, theirs]: [&'e Entry<Id>; 2],
    ) -> Result<&'e Entry<Id>, E> {
        let base = base.map(|base| self.value(base)).transpose()?;
        let values = [base, Some(self.value(ours)?), Some(self.value(theirs)?)];
        let conflict = whole(path, Place::File, values, self.terms.first);
        Ok(self.hold_or_take(conflict).pick(ours, theirs))
    }

    fn merge_modes(&mut self, path: &RepoPath, base: Option<Mode>, ours: Mode, theirs: Mode) -> Mode {
        if ours == theirs || base == Some(theirs) {
            return ours;
        }
        if base == Some(ours) {
            return theirs;
        }
        let value = |mode: Mode| Value::Mapping(vec![(Value::string("mode"), Value::string(mode.word()))]);
        let values = [base.map(value), Some(value(ours)), Some(value(theirs))];
        let conflict = whole(path, Place::File, values, self.terms.first);
        self.hold_or_take(conflict).pick(ours, theirs)
    }

    /// An entry as a value: a text as it is; else its mode and the id of its content, or a link's target.
    pub(super) fn value(&self, entry: &Entry<Id>) -> Result<Value, E> {
        let id = || Value::string(entry.id.to_string());
        let pair = |key: &str, value| {
            let mode = (Value::string("mode"), Value::string(entry.mode.word()));
            Value::Mapping(vec![mode, (Value::string(key), value)])
        };
        Ok(match entry.mode {
            Mode::Submodule => pair("commit", id()),
            Mode::Link => {
                let target = (self.read)(&entry.id)?;
                pair("target", Value::string(String::from_utf8_lossy(&target)))
            }
            Mode::File | Mode::Executable => match String::from_utf8((self.read)(&entry.id)?) {
                Ok(text) if !text.contains('\0') => Value::string(text),
                _ => pair("blob", id()),
            },
        })
    }

    /// The resource that a file is, or the outermost in it.
    pub(super) fn resource(&self, placed: &Placed<Id>) -> Result<Option<ResourceRef>, E> {
        if !placed.entry.mode.is_file() {
            return Ok(None);
        }
        let bytes = (self.read)(&placed.entry.id)?;
        let document = self.document(&placed.path, &bytes);
        let resources = document.map(|document| self.terms.format.resources(&placed.path, &document));
        let resource = resources.and_then(|found| found.into_iter().next());
        let name = |it: syncline_format::Resource| ResourceRef {
            kind: it.kind,
            id: it.id,
            name: it.name,
            field: Pointer::root(),
            items: Vec::new(),
        };
        Ok(resource.map(name))
    }
}
