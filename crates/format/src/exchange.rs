//! How resources come into a workspace from a tool's own files, and go back: each has a file of its own here, and all
//! are in one there.

pub(crate) mod description;
pub(crate) mod family;
pub(crate) mod ids;
mod lines;
mod list;

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use syncline_document::Value;

use self::description::RecordsDescription;
use crate::{Format, RepoPath};

/// A resource on its way, with its fields as a file of its own has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What it is, in the tool's own word.
    pub kind: String,
    /// What the tool knows it by.
    pub id: String,
    /// The id of the resource that it belongs to.
    pub parent: Option<String>,
    /// A mapping.
    pub fields: Value,
}

/// What a tool's own files hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrivals {
    /// What belongs into a workspace, in the order of the files; each id once.
    pub records: Vec<Record>,
    /// How many there are of each kind that does not.
    pub left_out: BTreeMap<String, usize>,
    /// How many their user keeps to themselves.
    pub private: usize,
    /// What cannot be read, and is left out.
    pub unreadable: Vec<Unreadable>,
}

/// A place of a tool's own files that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The name of the file; none where there is but one.
    pub file: Option<String>,
    /// Where: a line, or the number of an item, counted from 1.
    pub number: usize,
    /// What is wrong there.
    pub reason: String,
}

/// Why a tool's own file cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// It is of a version that is not known.
    #[error("its `{field}` is {found}, and only {known} is known")]
    Version {
        /// The field that tells it.
        field: String,
        /// What it is there.
        found: String,
        /// What it has to be.
        known: String,
    },
    /// The tool has no files with all resources in a list.
    #[error("the tool has no such files")]
    NoLists,
    /// The list of resources is not there, or is none.
    #[error("it has no list `{0}`")]
    NoList(String),
}

/// What a format says of how its resources come and go, one by one.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'f> {
    file: &'f str,
    description: &'f RecordsDescription,
}

impl Format {
    /// How resources come and go one by one; `None` where the format does not say.
    pub fn exchange(&self) -> Option<Exchange<'_>> {
        let exchange = self.own.description.exchange.as_ref()?;
        Some(Exchange { file: &exchange.file, description: exchange.records.as_ref()? })
    }

    /// Whether a whole file comes in as a workspace has it.
    pub fn comes_in_files(&self) -> bool {
        self.own.description.exchange.as_ref().is_some_and(|exchange| exchange.records.is_none())
    }

    /// The path that a whole file gets which comes in as a workspace has it, where it has none yet: by the kind and id
    /// of the resource that it is. `None` where the format does not say, or where the id makes no path.
    pub fn path_for(&self, kind: &str, id: &str) -> Option<RepoPath> {
        path_for(&self.own.description.exchange.as_ref()?.file, kind, id)
    }
}

/// An id is one name: with a separator in it, it would lead elsewhere.
fn path_for(file: &str, kind: &str, id: &str) -> Option<RepoPath> {
    let is_name = !id.is_empty() && !id.contains(['/', '\\', '\0']);
    is_name.then(|| RepoPath::new(file.replace("{kind}", kind).replace("{id}", id)).ok()).flatten()
}

impl Exchange<'_> {
    /// The file that a resource gets, where it has none yet; `None` where its id makes no path.
    pub fn path(self, record: &Record) -> Option<RepoPath> {
        path_for(self.file, &record.kind, &record.id)
    }

    /// A record out of the fields of a file of its own; `None` where it is of no kind that travels.
    pub fn record(self, fields: Value) -> Option<Record> {
        let description = self.description;
        let text = |field: &str| fields.get(field).and_then(Value::as_str).map(str::to_owned);
        let (kind, id) = (text(&description.kind)?, text(&description.id)?);
        let parent = text(&description.parent);
        description.kinds.contains_key(&kind).then_some(Record { kind, id, parent, fields })
    }

    /// All of them as the tool shows them: each behind what is around it, siblings in their order.
    pub fn in_order(self, records: &[Record]) -> Vec<Record> {
        let number = |record: &Record, field: &str| {
            let number = record.fields.get(field).and_then(Value::as_number);
            number.and_then(|number| number.parse::<f64>().ok()).unwrap_or_default()
        };
        family::in_order(records, |a, b| {
            let fields = self.description.order.iter();
            let numbers = fields.map(|field| number(a, field).total_cmp(&number(b, field)));
            numbers.fold(Ordering::Equal, Ordering::then).then_with(|| a.id.cmp(&b.id))
        })
    }

    /// Takes in what was read of a resource, if it belongs into a workspace.
    fn arrive(self, arriving: &mut Arriving, kind: &str, fields: Value) -> Result<(), String> {
        let description = self.description;
        let id = fields.get(&description.id).and_then(Value::as_str);
        let id = id.ok_or_else(|| format!("it has no text `{}`", description.id))?.to_owned();
        if !description.kinds.contains_key(kind) {
            *arriving.arrivals.left_out.entry(kind.to_owned()).or_default() += 1;
            return Ok(());
        }
        let private = description.private.as_ref().and_then(|field| fields.get(field));
        if private == Some(&Value::Bool(true)) {
            arriving.arrivals.private += 1;
            return Ok(());
        }
        let fields = self.as_in_folder(kind, fields);
        let record = self.record(fields).ok_or("its kind cannot be told")?;
        if self.path(&record).is_none() {
            return Err(format!("its `{}`, {id:?}, makes no name of a file", description.id));
        }
        arriving.take(record);
        Ok(())
    }

    /// The fields in the order in which a file has them: id, kind, parent, and the others as they came.
    fn as_in_folder(self, kind: &str, fields: Value) -> Value {
        let description = self.description;
        let Value::Mapping(entries) = fields else { return fields };
        let of_list = description.list.as_ref().map(|list| list.kind.as_str());
        let first = [description.id.as_str(), &description.kind, &description.parent];
        let is_first = |key: &Value| key.as_str().is_some_and(|key| first.contains(&key));
        let (mut named, mut rest) = (HashMap::new(), Vec::new());
        for (key, value) in entries {
            match key.as_str() {
                Some(key) if first.contains(&key) => drop(named.insert(key.to_owned(), value)),
                key if key.is_some() && key == of_list => {}
                _ => rest.push((key, value)),
            }
        }
        named.insert(description.kind.clone(), Value::string(kind));
        if description.top.iter().any(|top| top == kind) {
            named.insert(description.parent.clone(), Value::Null);
        }
        let mut fields: Vec<_> =
            first.iter().filter_map(|key| Some((Value::string(*key), named.remove(*key)?))).collect();
        debug_assert!(rest.iter().all(|(key, _)| !is_first(key)), "each of them was named");
        fields.extend(rest);
        Value::Mapping(fields)
    }
}

/// What was read so far.
#[derive(Debug, Default)]
struct Arriving {
    arrivals: Arrivals,
    /// The place of each id.
    places: HashMap<String, usize>,
}

impl Arriving {
    /// Of one id the last counts.
    fn take(&mut self, record: Record) {
        if let Some(place) = self.places.get(&record.id) {
            self.arrivals.records[*place] = record;
        } else {
            self.places.insert(record.id.clone(), self.arrivals.records.len());
            self.arrivals.records.push(record);
        }
    }
}

#[cfg(test)]
mod tests {
    use syncline_document::{Document, Language};

    use super::*;
    use crate::{Format, Formats};

    fn v4() -> Format {
        Formats::built_in().get("insomnia-v4").expect("built in").clone()
    }

    fn json(text: &str) -> Document {
        Document::parse(text.as_bytes(), Language::Json).expect("valid")
    }

    #[test]
    fn a_list_comes_and_goes_with_all_its_data() {
        let text = r#"{"_type":"export","__export_format":4,"__export_source":"syncline","__export_date":"now",
            "resources":[{"_id":"req_1","parentId":"wrk_1","url":"x","v":1.10,"_type":"request"},
            {"_id":"wrk_1","parentId":null,"name":"Library","_type":"workspace"}]}"#;
        let (format, document) = (v4(), json(text));
        let exchange = format.exchange().expect("it is described");
        let arrivals = exchange.read_list(&document).expect("a good export");
        let paths: Vec<_> =
            arrivals.records.iter().filter_map(|it| exchange.path(it)).map(|it| it.to_string()).collect();
        assert_eq!(paths, [".insomnia/Request/req_1.yml", ".insomnia/Workspace/wrk_1.yml"]);
        let keys: Vec<_> = arrivals.records[0]
            .fields
            .as_mapping()
            .expect("fields")
            .iter()
            .map(|(key, _)| key.to_key())
            .collect();
        assert_eq!(keys, ["_id", "type", "parentId", "url", "v"]);
        let again = exchange.list(&arrivals.records, "now").expect("a list is known");
        assert!(again.same_data(&document.value(document.root())));
    }

    #[test]
    fn of_two_with_one_id_the_last_counts() {
        let text = r#"{"_type":"export","__export_format":4,"resources":[{"_id":"req_1","url":"a","_type":"request"},
            {"_id":"wrk_1","_type":"workspace"},{"_id":"req_1","url":"b","_type":"request"},{"_id":"x","_type":"stats"}]}"#;
        let format = v4();
        let exchange = format.exchange().expect("it is described");
        let arrivals = exchange.read_list(&json(text)).expect("a good export");
        let urls: Vec<_> =
            arrivals.records.iter().map(|it| it.fields.get("url").and_then(Value::as_str)).collect();
        assert_eq!(urls, [Some("b"), None]);
        assert_eq!(arrivals.left_out, BTreeMap::from([("stats".to_owned(), 1)]));
    }

    #[test]
    fn lines_of_an_app_that_ended_badly_are_read_as_far_as_they_go() {
        let text = "{\"_id\":\"a\",\"url\":\"1\"}\n\n{\"_id\":\"b\",\"url\":\"2\"}\r\n{\"_id\":\"a\",\"url\":\"3\"}\n{\"$$deleted\":true,\"_id\":\"b\"}\n{\"$$indexCreated\":{}}\n[]\n{\"_id\":\"c\"";
        let format = v4();
        let exchange = format.exchange().expect("it is described");
        assert_eq!(exchange.kind_of_lines("insomnia.Request.db"), Some("Request"));
        assert_eq!(exchange.kind_of_lines("insomnia.Response.db"), None);
        let arrivals = exchange.read_lines([("insomnia.Request.db", text.as_bytes())]);
        let found: Vec<_> = arrivals
            .records
            .iter()
            .map(|it| (it.id.as_str(), it.fields.get("url").and_then(Value::as_str)))
            .collect();
        assert_eq!(found, [("a", Some("3"))]);
        assert_eq!(arrivals.unreadable.iter().map(|it| it.number).collect::<Vec<_>>(), [7, 8]);
    }
}
