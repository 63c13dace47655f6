//! Which resources are meant.

use std::collections::HashSet;

use syncline_document::Value;
use syncline_format::{Record, family};

use crate::{Selector, SyncError};

/// Resources that are meant.
pub(crate) struct Chosen {
    /// With what is in them and around them.
    pub(crate) records: Vec<Record>,
    /// The ids of those within which everything is meant.
    pub(crate) whole: HashSet<String>,
}

/// Those that selectors mean; all, where there is no selector. `is_at` tells whether a selector names the file of one.
pub(crate) fn chosen(
    records: Vec<Record>,
    selectors: &[Selector],
    is_at: impl Fn(&Selector, &Record) -> bool,
) -> Result<Chosen, SyncError> {
    let means = |selector: &Selector, record: &Record| {
        let name = record.fields.get("name").and_then(Value::as_str).unwrap_or_default();
        selector.is_everything()
            || selector.matches_resource(&record.kind, Some(&record.id), name)
            || is_at(selector, record)
    };
    let ids = |is_meant: &dyn Fn(&Record) -> bool| -> HashSet<String> {
        records.iter().filter(|record| is_meant(record)).map(|record| record.id.clone()).collect()
    };
    if selectors.is_empty() {
        let whole = ids(&|record| record.parent.is_none());
        return Ok(Chosen { records, whole });
    }
    let idle = selectors.iter().find(|selector| !records.iter().any(|record| means(selector, record)));
    if let Some(idle) = idle {
        return Err(SyncError::NothingSelected(idle.text().to_owned()));
    }
    let is_meant = |record: &Record| selectors.iter().any(|selector| means(selector, record));
    let whole = ids(&is_meant);
    Ok(Chosen { records: family(records, is_meant), whole })
}
