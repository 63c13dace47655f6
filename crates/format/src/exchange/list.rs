//! One file with all resources in a list.

use syncline_document::{Document, Value};

use super::{Arrivals, Arriving, Exchange, ExchangeError, Record, Unreadable};

impl Exchange<'_> {
    /// What a file has in its list.
    pub fn read_list(self, document: &Document) -> Result<Arrivals, ExchangeError> {
        let list = self.description.list.as_ref().ok_or(ExchangeError::NoLists)?;
        let root = document.value(document.root());
        let known = list.head.get(&list.version).map_or(Value::Null, Value::from_json);
        let found = root.get(&list.version).cloned().unwrap_or(Value::Null);
        if found != known {
            let [found, known] = [found, known].map(|value| value.to_json().to_string());
            return Err(ExchangeError::Version { field: list.version.clone(), found, known });
        }
        let items = root.get(&list.at).and_then(Value::as_sequence);
        let items = items.ok_or_else(|| ExchangeError::NoList(list.at.clone()))?;
        let mut arriving = Arriving::default();
        for (index, item) in items.iter().enumerate() {
            if let Err(reason) = self.take_item(&mut arriving, &list.kind, item) {
                arriving.arrivals.unreadable.push(Unreadable { file: None, number: index + 1, reason });
            }
        }
        Ok(arriving.arrivals)
    }

    fn take_item(self, arriving: &mut Arriving, kind: &str, item: &Value) -> Result<(), String> {
        let word =
            item.get(kind).and_then(Value::as_str).ok_or_else(|| format!("it has no text `{kind}`"))?;
        self.arrive(arriving, self.kind_of_word(word), item.clone())
    }

    /// A word that is not known is its own kind.
    fn kind_of_word<'w>(&'w self, word: &'w str) -> &'w str {
        self.description.kinds.iter().find(|(_, own)| *own == word).map_or(word, |(kind, _)| kind)
    }

    /// A file with these resources in its list, in this order; `None` where no such files are known of the tool.
    /// `date` is the time as the file is to tell it.
    pub fn list(self, records: &[Record], date: &str) -> Option<Value> {
        let list = self.description.list.as_ref()?;
        let head =
            list.head.iter().map(|(key, value)| (Value::string(key.as_str()), Value::from_json(value)));
        let date = list.date.iter().map(|key| (Value::string(key.as_str()), Value::string(date)));
        let items = records.iter().map(|record| self.as_in_list(&list.kind, record)).collect();
        let items = (Value::string(list.at.as_str()), Value::Sequence(items));
        Some(Value::Mapping(head.chain(date).chain([items]).collect()))
    }

    fn as_in_list(self, kind: &str, record: &Record) -> Value {
        let Value::Mapping(entries) = &record.fields else { return record.fields.clone() };
        let is_kind = |key: &Value| key.as_str() == Some(&self.description.kind);
        let mut fields: Vec<_> = entries.iter().filter(|(key, _)| !is_kind(key)).cloned().collect();
        let word = self.description.kinds.get(&record.kind).unwrap_or(&record.kind);
        fields.push((Value::string(kind), Value::string(word.as_str())));
        Value::Mapping(fields)
    }
}
