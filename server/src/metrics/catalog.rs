//! The metric list of a running server, which may grow.
//!
//! Invariant: an id means the same metric for as long as the server runs, and a metric is published
//! only once everything that records, streams and keeps it is ready for it.

use std::sync::Arc;

use arc_swap::ArcSwap;
use telemetry::{Extended, ListError, MAX_METRICS, Metric, MetricId, MetricList};

/// The list, as a value that is replaced as a whole.
pub struct MetricCatalog {
    /// Every metric that rows may be of; ahead of `published` while it grows.
    defined: ArcSwap<MetricList>,
    published: ArcSwap<Published>,
    max_metrics: usize,
}

/// A list that events are accepted for and queries answered from.
struct Published {
    list: Arc<MetricList>,
    generation: u64,
    /// Metrics that a page which was loaded at the start of the server does not have, or has
    /// another definition of.
    since_start: Vec<MetricId>,
}

/// Why the list does not grow.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CatalogError {
    /// A definition that makes no sense, or is of another metric than the one of its name.
    #[error(transparent)]
    List(#[from] ListError),
    /// More metrics than the configuration allows.
    #[error("{count} metrics; `pipeline.max_metrics` allows {max}")]
    TooMany {
        /// How many there would be.
        count: usize,
        /// The limit.
        max: usize,
    },
}

impl MetricCatalog {
    /// Begins with this list, which may grow to so many metrics.
    pub fn new(list: MetricList, max_metrics: usize) -> Result<MetricCatalog, CatalogError> {
        let catalog = MetricCatalog {
            max_metrics,
            ..MetricCatalog::from(list)
        };
        catalog.check(catalog.list().len())?;
        Ok(catalog)
    }

    /// The list that events are accepted for and queries answered from.
    pub fn list(&self) -> Arc<MetricList> {
        self.published.load().list.clone()
    }

    /// How often the list grew or changed.
    pub fn generation(&self) -> u64 {
        self.published.load().generation
    }

    /// Metrics that were added, or whose definition changed, since the server started.
    pub fn since_start(&self) -> Vec<MetricId> {
        self.published.load().since_start.clone()
    }

    /// The list that rows are of. It holds every metric that something was recorded for.
    pub fn defined(&self) -> Arc<MetricList> {
        self.defined.load_full()
    }

    /// The list with more metrics, which is not in use yet.
    pub(crate) fn extended(&self, metrics: Vec<Metric>) -> Result<Extended, CatalogError> {
        let extended = self.defined.load().extended(metrics)?;
        self.check(extended.list.len())?;
        Ok(extended)
    }

    /// From here on rows may be of the metrics of a list that extends the former one.
    pub(crate) fn define(&self, list: Arc<MetricList>) {
        self.defined.store(list);
    }

    /// Publishes the defined list, in which these are new or changed.
    pub(crate) fn publish(&self, news: impl IntoIterator<Item = MetricId>) {
        let former = self.published.load();
        let mut since_start = former.since_start.clone();
        since_start.extend(news);
        since_start.sort_unstable();
        since_start.dedup();
        self.published.store(Arc::new(Published {
            list: self.defined(),
            generation: former.generation + 1,
            since_start,
        }));
    }

    fn check(&self, count: usize) -> Result<(), CatalogError> {
        let max = self.max_metrics;
        if count > max {
            return Err(CatalogError::TooMany { count, max });
        }
        Ok(())
    }
}

impl From<MetricList> for MetricCatalog {
    /// May grow as far as a list can.
    fn from(list: MetricList) -> MetricCatalog {
        let list = Arc::new(list);
        MetricCatalog {
            defined: ArcSwap::new(list.clone()),
            published: ArcSwap::from_pointee(Published {
                list,
                generation: 0,
                since_start: Vec::new(),
            }),
            max_metrics: MAX_METRICS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(names: &[&str]) -> MetricList {
        let metrics = names.iter().map(|name| Metric::sum(name));
        MetricList::new(metrics.collect()).expect("a list")
    }

    #[test]
    fn a_metric_is_published_after_it_is_defined() {
        let catalog = MetricCatalog::new(list(&["a.a"]), 3).expect("fits");
        let described = Metric::sum("a.a").description("A");
        let extended = catalog.extended(vec![Metric::sum("a.b"), described]);
        let extended = extended.expect("compatible");
        assert_eq!((catalog.defined().len(), catalog.list().len()), (1, 1));
        catalog.define(Arc::new(extended.list));
        assert_eq!((catalog.defined().len(), catalog.list().len()), (2, 1));
        assert_eq!(catalog.generation(), 0);
        catalog.publish([extended.added, extended.changed].concat());
        assert_eq!((catalog.list().len(), catalog.generation()), (2, 1));
        assert_eq!(catalog.since_start(), [MetricId(0), MetricId(1)]);
        catalog.publish([MetricId(1)]);
        assert_eq!(catalog.since_start(), [MetricId(0), MetricId(1)]);
    }

    #[test]
    fn the_number_of_metrics_is_bounded() {
        let too_many = |count, max| Err(CatalogError::TooMany { count, max });
        let new = MetricCatalog::new(list(&["a.a", "a.b"]), 1).map(|_| ());
        assert_eq!(new, too_many(2, 1));
        let catalog = MetricCatalog::new(list(&["a.a", "a.b"]), 3).expect("fits");
        let metrics = ["a.c", "a.d"].map(Metric::sum).to_vec();
        assert_eq!(catalog.extended(metrics).map(|_| ()), too_many(4, 3));
        assert!(
            catalog
                .extended(vec![Metric::sum("a.c"), Metric::sum("a.a")])
                .is_ok()
        );
    }
}
