//! Which resources are meant.

use syncline_document::Value;
use syncline_format::{Record, family};

use crate::{Selector, SyncError};

/// Those that selectors mean, with what is in them and around them; all, where there is no selector. `is_at` tells
/// whether a selector names the file of one.
pub(crate) fn chosen(
    records: Vec<Record>,
    selectors: &[Selector],
    is_at: impl Fn(&Selector, &Record) -> bool,
) -> Result<Vec<Record>, SyncError> {
    let means = |selector: &Selector, record: &Record| {
        let name = record.fields.get("name").and_then(Value::as_str).unwrap_or_default();
        selector.is_everything()
            || selector.matches_resource(&record.kind, Some(&record.id), name)
            || is_at(selector, record)
    };
    if selectors.is_empty() {
        return Ok(records);
    }
    let idle = selectors.iter().find(|selector| !records.iter().any(|record| means(selector, record)));
    if let Some(idle) = idle {
        return Err(SyncError::NothingSelected(idle.text().to_owned()));
    }
    Ok(family(records, |record| selectors.iter().any(|selector| means(selector, record))))
}
