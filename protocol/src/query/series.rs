//! Parameters of `DELETE /api/admin/series`.

use std::collections::BTreeMap;

use super::{ParameterError, QueryWriter, unknown};
use crate::paths;

/// Which series are cleared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeriesParams {
    /// Of this metric.
    pub metric: String,
    /// With these tag values; those of all when there are none.
    pub tags: BTreeMap<String, String>,
}

impl SeriesParams {
    /// Reads decoded pairs; of a parameter that is there twice, the last counts.
    pub fn parse(pairs: &[(String, String)]) -> Result<SeriesParams, ParameterError> {
        let mut read = SeriesParams::default();
        for (key, value) in pairs {
            match (key.as_str(), key.strip_prefix("tag.")) {
                ("metric", _) => read.metric.clone_from(value),
                (_, Some(tag)) => {
                    read.tags.insert(tag.to_owned(), value.clone());
                }
                _ => return unknown(key, "metric and tag.NAME"),
            }
        }
        if read.metric.is_empty() {
            let message = "missing: the name of a metric";
            return Err(ParameterError::new("metric", message));
        }
        Ok(read)
    }

    /// The address with these parameters.
    pub fn address(&self) -> String {
        let mut query = QueryWriter::new(paths::ADMIN_SERIES);
        query.push("metric", &self.metric);
        for (tag, value) in &self.tags {
            query.push(&format!("tag.{tag}"), value);
        }
        query.finish()
    }
}
