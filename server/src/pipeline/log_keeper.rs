//! Recent events over restarts: read before the first flush, written while the server runs and once more
//! after the last flush.
//!
//! Invariant: who may not see all metrics of an event does not see it after a restart either: metrics
//! are kept by name, and an event of one that is gone is not brought back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use protocol::{EventFields, LogRecord};
use serde::{Deserialize, Serialize};
use telemetry::Registry;
use tokio::task::JoinHandle;

use crate::contract::count_rejected;
use crate::metrics::MetricCatalog;
use crate::storage::{Storage, StorageError};
use crate::stream::{Hub, LoggedEvent};

/// Between two writes; a server that is killed loses the events since.
const EVERY: Duration = Duration::from_secs(10);
/// How long the last write may take.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// Keeps the recent events of a hub in the database.
pub struct LogKeeper {
    hub: Arc<Hub>,
    metrics: Arc<MetricCatalog>,
    storage: Storage,
    registry: Arc<Registry>,
    /// The number of changes of the hub's events that the database has.
    saved: u64,
    /// Whether the last attempt to write failed.
    fails: Arc<AtomicBool>,
}

/// An event as it is kept.
#[derive(Serialize, Deserialize)]
struct KeptEvent {
    metrics: Vec<String>,
    #[serde(default)]
    tags: Vec<Vec<String>>,
    record: LogRecord,
    /// None were kept by earlier versions.
    #[serde(default)]
    fields: EventFields,
}

impl LogKeeper {
    /// Brings the events of before back. What cannot be read any more is logged and left out.
    pub async fn open(
        hub: Arc<Hub>,
        metrics: Arc<MetricCatalog>,
        storage: Storage,
        registry: Arc<Registry>,
    ) -> Result<LogKeeper, StorageError> {
        if let Some(text) = storage.event_log().await? {
            match serde_json::from_str::<Vec<KeptEvent>>(&text) {
                Ok(kept) => hub.restore(&restored(kept, &metrics)),
                Err(error) => tracing::warn!(%error, "the events of before cannot be read"),
            }
        }
        let (saved, _) = hub.logged();
        Ok(LogKeeper {
            hub,
            metrics,
            storage,
            registry,
            saved,
            fails: Arc::default(),
        })
    }

    /// Whether the last attempt to write failed, as it stands from now on.
    pub fn fails(&self) -> Arc<AtomicBool> {
        self.fails.clone()
    }

    /// Writes what changed, until `writer` has ended: then no event comes any more.
    pub async fn run(mut self, mut writer: JoinHandle<()>) {
        loop {
            tokio::select! {
                ended = &mut writer => {
                    if let Err(error) = ended {
                        tracing::error!(%error, "the writer of history ended early");
                    }
                    break;
                }
                () = tokio::time::sleep(EVERY) => self.save().await,
            }
        }
        if tokio::time::timeout(CLOSE_WITHIN, self.save())
            .await
            .is_err()
        {
            tracing::error!("the newest events could not be written before the end");
            self.count_failure();
        }
    }

    async fn save(&mut self) {
        let (changes, events) = self.hub.logged();
        if changes == self.saved {
            return;
        }
        let list = self.metrics.defined();
        let name = |metric: &telemetry::MetricId| list.get(*metric).name.to_string();
        let kept = events.into_iter().map(|event| KeptEvent {
            metrics: event.metrics.iter().map(name).collect(),
            tags: event.tags,
            record: event.record,
            fields: Arc::unwrap_or_clone(event.fields),
        });
        let written = serde_json::to_string(&kept.collect::<Vec<_>>());
        let done = match written {
            Ok(text) => self.storage.put_event_log(&text).await,
            Err(error) => {
                tracing::error!(%error, "the events cannot be written as JSON");
                self.count_failure();
                return;
            }
        };
        match done {
            Ok(()) => {
                self.saved = changes;
                self.fails.store(false, Ordering::Relaxed);
            }
            Err(error) => {
                tracing::warn!(%error, "the events were not written; it is tried again");
                self.count_failure();
            }
        }
    }

    /// Nothing is lost while the server runs, and everything since the last write when it ends.
    fn count_failure(&self) {
        self.fails.store(true, Ordering::Relaxed);
        count_rejected(&self.registry, "event_log_write", 1);
    }
}

/// The events whose metrics are all still there.
fn restored(kept: Vec<KeptEvent>, metrics: &MetricCatalog) -> Vec<LoggedEvent> {
    let list = metrics.defined();
    let event = |kept: KeptEvent| {
        let metrics = kept.metrics.iter().map(|name| list.find(name));
        Some(LoggedEvent {
            metrics: metrics.collect::<Option<Vec<_>>>()?.into(),
            tags: kept.tags,
            record: kept.record,
            fields: Arc::new(kept.fields),
        })
    };
    kept.into_iter().filter_map(event).collect()
}

#[cfg(test)]
mod tests {
    use protocol::LogLevel;
    use telemetry::{Metric, MetricList};

    use sqlx::ConnectOptions;
    use sqlx::sqlite::SqliteConnectOptions;
    use telemetry::aggregate::SeriesTable;
    use telemetry::testing::capture;

    use super::*;
    use crate::config::PipelineConfig;
    use crate::storage::tests::faults::StorageFault;

    #[tokio::test]
    async fn a_write_that_fails_is_counted_and_tried_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("p.db");
        let registry = Arc::new(Registry::new());
        let storage = Storage::open(&file, &registry).await.expect("opens");
        let list = MetricList::new(vec![Metric::count_events("shop.order")]).expect("a list");
        let metrics = Arc::new(MetricCatalog::new(list, 9).expect("a catalogue"));
        let table = Arc::new(SeriesTable::new(9, 9));
        let config = PipelineConfig::default();
        let hub = Arc::new(Hub::new(&config, metrics.clone(), table));
        let opened = LogKeeper::open(hub.clone(), metrics, storage.clone(), registry.clone());
        let mut keeper = opened.await.expect("opens");
        let fails = keeper.fails();
        let record = LogRecord {
            id: 1,
            t: 1,
            level: LogLevel::Info,
            event: "shop.order".into(),
            message: "an order".into(),
            source: String::new(),
            anonymous: false,
        };
        hub.restore(&[LoggedEvent {
            metrics: Arc::new([]),
            tags: Vec::new(),
            fields: Default::default(),
            record,
        }]);
        let counted = capture(&registry, &["pulseboard.refused"]).expect("captures");
        let outside = SqliteConnectOptions::new().filename(&file);
        let mut outside = outside.connect().await.expect("opens");
        let fault = StorageFault::ReadOnly;
        fault.begin(&storage, &mut outside).await;
        keeper.save().await;
        let events = counted.take();
        let reasons: Vec<&str> = events
            .iter()
            .map(|one| one.metadata["reason"].as_str())
            .collect();
        assert_eq!(reasons, ["event_log_write"]);
        assert!(fails.load(Ordering::Relaxed));
        fault.end(&storage, &mut outside).await;
        keeper.save().await;
        assert!(counted.take().is_empty() && !fails.load(Ordering::Relaxed));
        let kept = storage
            .event_log()
            .await
            .expect("reads")
            .expect("a document");
        assert!(kept.contains("an order"), "{kept}");
    }

    #[test]
    fn an_event_of_a_metric_that_is_gone_is_not_brought_back() {
        let metric = Metric::count_events("shop.order").named("orders");
        let list = MetricList::new(vec![metric]).expect("a list");
        let metrics = MetricCatalog::new(list, 9).expect("a catalogue");
        let kept = |names: &[&str]| KeptEvent {
            tags: Vec::new(),
            metrics: names.iter().map(|name| (*name).to_owned()).collect(),
            record: LogRecord {
                id: 0,
                t: 1,
                level: LogLevel::Info,
                event: "shop.order".into(),
                message: names.join(" "),
                source: String::new(),
                anonymous: false,
            },
            fields: EventFields::default(),
        };
        let all = vec![
            kept(&["orders"]),
            kept(&["orders", "gone"]),
            kept(&["gone"]),
            kept(&[]),
        ];
        let restored = restored(all, &metrics);
        let messages: Vec<&str> = restored.iter().map(|one| &*one.record.message).collect();
        assert_eq!(messages, ["orders", ""]);
        assert_eq!(
            &*restored[0].metrics,
            metrics.defined().by_event("shop.order")
        );
    }
}
