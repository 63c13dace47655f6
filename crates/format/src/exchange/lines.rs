//! A folder with a file for each kind, and a JSON object a line: the store of an app.

use std::collections::HashSet;

use syncline_document::{Document, Language, Value};

use super::{Arrivals, Arriving, Exchange, Unreadable};

impl Exchange<'_> {
    /// The kind whose resources a file of such a folder holds, by the file's name; `None` for one that holds nothing
    /// which belongs into a workspace.
    pub fn kind_of_lines(&self, name: &str) -> Option<&str> {
        let lines = self.description.lines.as_ref()?;
        let (before, after) = lines.file.split_once("{kind}")?;
        let kind = name.strip_prefix(before)?.strip_suffix(after)?;
        self.description.kinds.keys().find(|known| *known == kind).map(String::as_str)
    }

    /// What the files of such a folder hold, each given by its name and its bytes. A line that cannot be read is
    /// left out, and the others count.
    pub fn read_lines<'b>(self, files: impl IntoIterator<Item = (&'b str, &'b [u8])>) -> Arrivals {
        let mut arrivals = Arrivals::default();
        for (name, bytes) in files {
            let Some(kind) = self.kind_of_lines(name) else { continue };
            let of_file = self.read_file(kind, name, bytes);
            arrivals.records.extend(of_file.records);
            arrivals.private += of_file.private;
            arrivals.unreadable.extend(of_file.unreadable);
        }
        arrivals
    }

    fn read_file(self, kind: &str, name: &str, bytes: &[u8]) -> Arrivals {
        let mut arriving = Arriving::default();
        let mut last: Vec<(usize, String, Option<Value>)> = Vec::new();
        let lines = bytes.split(|byte| *byte == b'\n').enumerate();
        for (index, line) in lines.filter(|(_, line)| !line.trim_ascii().is_empty()) {
            match self.read_line(line) {
                Ok((id, value)) => last.push((index + 1, id, value)),
                Err(reason) => arriving.arrivals.unreadable.push(unreadable(name, index + 1, reason)),
            }
        }
        let mut met = HashSet::new();
        let mut counting: Vec<_> =
            last.into_iter().rev().filter(|(_, id, _)| met.insert(id.clone())).collect();
        counting.reverse();
        for (number, _, value) in counting {
            let Some(value) = value else { continue };
            if let Err(reason) = self.arrive(&mut arriving, kind, value) {
                arriving.arrivals.unreadable.push(unreadable(name, number, reason));
            }
        }
        arriving.arrivals
    }

    /// The id in a line, and what is to be there; nothing where it is taken out.
    fn read_line(self, line: &[u8]) -> Result<(String, Option<Value>), String> {
        let document = Document::parse(line, Language::Json).map_err(|error| error.reason)?;
        let value = document.value(document.root());
        let id = value.get(&self.description.id).and_then(Value::as_str);
        let id = match id {
            Some(id) => id.to_owned(),
            // What the store tells of itself: its indices.
            None if value.as_mapping().is_some_and(is_of_the_store) => return Ok((String::new(), None)),
            None => return Err(format!("it has no text `{}`", self.description.id)),
        };
        let removed = self.description.lines.as_ref().and_then(|lines| value.get(&lines.removed));
        Ok((id, (removed != Some(&Value::Bool(true))).then_some(value)))
    }
}

/// Whether all keys begin with `$$`.
fn is_of_the_store(entries: &[(Value, Value)]) -> bool {
    entries.iter().all(|(key, _)| key.as_str().is_some_and(|key| key.starts_with("$$")))
}

fn unreadable(file: &str, number: usize, reason: String) -> Unreadable {
    Unreadable { file: Some(file.to_owned()), number, reason }
}
