//! The catalogue of series in `hello`, serialized once for each audience, and the definitions of
//! metrics before it.
//!
//! Invariant: a catalogue names every series that the table had when it was asked for. The cache is
//! bounded in bytes; beyond that the catalogue used longest ago goes first, and the last one stays.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use protocol::{Definition, SeriesInfo};
use telemetry::aggregate::SeriesTable;
use telemetry::{MetricId, MetricList};

use super::Audience;
use super::encoded_flush::series_info;
use crate::metrics::MetricCatalog;

/// Catalogues by audience, the one used last at the end.
pub(super) struct Catalogues {
    cached: Mutex<VecDeque<Catalogue>>,
    max_bytes: usize,
}

struct Catalogue {
    audience: u64,
    /// Of the table when it was made.
    table_version: u64,
    text: Bytes,
}

/// Which definitions of metrics a client does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Definitions {
    /// Its page was loaded from this server: those that are newer than its start.
    SinceStart,
    /// It may see something else than before, or comes from before a start of the server.
    All,
}

impl Catalogues {
    pub(super) fn new(max_bytes: usize) -> Catalogues {
        Catalogues {
            cached: Mutex::default(),
            max_bytes,
        }
    }

    /// The visible series as a JSON list: the same bytes for all of an audience until the table
    /// changes. Clients that come at once wait for the first of them instead of serializing it too.
    pub(super) fn get(
        &self,
        audience: &Audience,
        table: &SeriesTable,
        metrics: &MetricList,
    ) -> Bytes {
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        // Read before the series are: one that comes between makes the next call serialize again.
        let table_version = table.version();
        let at = cached.iter().position(|one| one.audience == audience.id());
        if let Some(known) = at.and_then(|at| cached.remove(at))
            && known.table_version == table_version
        {
            let text = known.text.clone();
            cached.push_back(known);
            return text;
        }
        let text = serialize(audience, table, metrics);
        cached.push_back(Catalogue {
            audience: audience.id(),
            table_version,
            text: text.clone(),
        });
        while cached.len() > 1 && bytes_of(&cached) > self.max_bytes {
            cached.pop_front();
        }
        text
    }

    pub(super) fn bytes(&self) -> usize {
        bytes_of(&self.cached.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Drops the catalogues of audiences that nobody belongs to any more.
    pub(super) fn retain(&self, alive: impl Fn(u64) -> bool) {
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        cached.retain(|catalogue| alive(catalogue.audience));
    }
}

impl Definitions {
    /// Those that the audience may see, as JSON.
    pub(super) fn of(self, audience: &Audience, metrics: &MetricCatalog) -> Vec<String> {
        let list = metrics.list();
        let since_start = metrics.since_start();
        let wanted = |id: &MetricId| match self {
            Definitions::All => true,
            Definitions::SinceStart => since_start.binary_search(id).is_ok(),
        };
        let shown = list
            .iter()
            .filter(|(id, _)| audience.shows(*id) && wanted(id));
        shown
            .filter_map(|(_, metric)| serde_json::to_string(&Definition::from(metric)).ok())
            .collect()
    }
}

fn bytes_of(cached: &VecDeque<Catalogue>) -> usize {
    cached
        .iter()
        .map(|one| size_of::<Catalogue>() + one.text.len())
        .sum()
}

fn serialize(audience: &Audience, table: &SeriesTable, metrics: &MetricList) -> Bytes {
    let shown = audience.shown(metrics);
    let series = shown.flat_map(|metric| table.of_metric(metric));
    let series = series.filter(|series| audience.visible.sees(series));
    let series: Vec<SeriesInfo> = series.map(|series| series_info(&series, metrics)).collect();
    // Names and texts always encode.
    serde_json::to_vec(&series)
        .unwrap_or_else(|_| b"[]".to_vec())
        .into()
}
