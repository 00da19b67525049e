//! The metric list: what upstream may emit and downstream may read.
//!
//! Invariant: a list holds only definitions that make sense, each name once; it never changes,
//! so a [`MetricId`] is as good as the definition. A list that is [extended](MetricList::extended)
//! is another one, in which every id means the same metric as before.

use crate::Metric;
use rustc_hash::FxHashMap;

/// Most metrics in one list.
pub const MAX_METRICS: usize = 2_000;

/// A metric of the list, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetricId(pub u16);

/// All metrics, found by name and by event.
#[derive(Debug)]
pub struct MetricList {
    metrics: Vec<Metric>,
    by_name: FxHashMap<String, MetricId>,
    by_event: FxHashMap<String, Vec<MetricId>>,
}

/// Why there is no list: names the metric, and what about it is wrong.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ListError {
    /// A definition that makes no sense.
    #[error("metric `{name}`: {field}: {message}")]
    Definition {
        /// The metric.
        name: String,
        /// Its field.
        field: String,
        /// What would be right.
        message: String,
    },
    /// The same name twice.
    #[error("metric `{0}`: name: stands in the list twice; names are unique")]
    Duplicate(String),
    /// More than [`MAX_METRICS`].
    #[error("{0} metrics; a list holds at most {MAX_METRICS}")]
    TooMany(usize),
    /// A metric of the list, defined so differently that its series would mean something else.
    #[error(
        "metric `{name}`: {field}: differs from the metric of that name in the list; choose \
         another name"
    )]
    Incompatible {
        /// The metric.
        name: String,
        /// Its field.
        field: &'static str,
    },
}

/// A list that was extended.
#[derive(Debug)]
pub struct Extended {
    /// The metrics of the former list, under the same ids, and the new ones behind them.
    pub list: MetricList,
    /// New metrics, in the order in which they were given.
    pub added: Vec<MetricId>,
    /// Metrics of the former list whose definition changed.
    pub changed: Vec<MetricId>,
}

impl MetricList {
    /// A list of exactly these.
    pub fn new(metrics: Vec<Metric>) -> Result<MetricList, ListError> {
        if metrics.len() > MAX_METRICS {
            return Err(ListError::TooMany(metrics.len()));
        }
        let mut by_name = FxHashMap::default();
        let mut by_event: FxHashMap<String, Vec<MetricId>> = FxHashMap::default();
        for (metric, id) in metrics.iter().zip(0..) {
            metric.check().map_err(|error| ListError::Definition {
                name: metric.name.clone(),
                field: error.field,
                message: error.message,
            })?;
            if by_name.insert(metric.name.clone(), MetricId(id)).is_some() {
                return Err(ListError::Duplicate(metric.name.clone()));
            }
            by_event
                .entry(metric.event.clone())
                .or_default()
                .push(MetricId(id));
        }
        Ok(MetricList {
            metrics,
            by_name,
            by_event,
        })
    }

    /// This list with these metrics added. One whose name is in the list already may differ in
    /// what describes it and in who may see it; whatever decides what is measured is the same.
    pub fn extended(&self, metrics: Vec<Metric>) -> Result<Extended, ListError> {
        let mut all = self.metrics.clone();
        let (mut added, mut changed) = (Vec::new(), Vec::new());
        for metric in metrics {
            let Some(id) = self.find(&metric.name) else {
                // More than fit into an id are too many for any list.
                let id = u16::try_from(all.len()).map_err(|_| ListError::TooMany(all.len()))?;
                added.push(MetricId(id));
                all.push(metric);
                continue;
            };
            let known = &mut all[usize::from(id.0)];
            if let Some(field) = known.incompatible_field(&metric) {
                let name = metric.name;
                return Err(ListError::Incompatible { name, field });
            }
            if *known != metric {
                changed.push(id);
                *known = metric;
            }
        }
        let list = MetricList::new(all)?;
        Ok(Extended {
            list,
            added,
            changed,
        })
    }

    /// The definition. Ids come from this list only; one of another list may panic.
    pub fn get(&self, id: MetricId) -> &Metric {
        &self.metrics[usize::from(id.0)]
    }

    /// The metric of that name.
    pub fn find(&self, name: &str) -> Option<MetricId> {
        self.by_name.get(name).copied()
    }

    /// The metrics that this event feeds; empty for an event that nobody consumes.
    pub fn by_event(&self, event: &str) -> &[MetricId] {
        self.by_event.get(event).map_or(&[], Vec::as_slice)
    }

    /// Whether some metric consumes this event.
    pub fn knows_event(&self, event: &str) -> bool {
        self.by_event.contains_key(event)
    }

    /// Every event that some metric consumes, in no order.
    pub fn events(&self) -> impl Iterator<Item = &str> {
        self.by_event.keys().map(String::as_str)
    }

    /// Every metric in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = (MetricId, &Metric)> {
        self.metrics
            .iter()
            .zip(0..)
            .map(|(metric, id)| (MetricId(id), metric))
    }

    /// How many metrics there are.
    pub fn len(&self) -> usize {
        self.metrics.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.metrics.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Unit;

    #[test]
    fn metrics_are_found_by_name_and_event() {
        let named = Metric::count_events("http.stop").named("http.requests");
        let list = MetricList::new(vec![Metric::sum("a.b"), named]).expect("a list");
        let id = list.find("http.requests").expect("is there");
        assert_eq!(list.get(id).event, "http.stop");
        assert_eq!(list.by_event("http.stop"), &[id]);
        assert!(list.knows_event("a") && !list.knows_event("http"));
        assert_eq!(list.by_event("nobody.asks"), &[]);
    }

    #[test]
    fn a_bad_definition_and_a_duplicate_name_the_metric() {
        let check = |metric: Metric, expect: &str| {
            let error = MetricList::new(vec![Metric::sum("a.a"), metric]).expect_err("refused");
            assert!(error.to_string().starts_with(expect), "{error}");
        };
        check(Metric::counter("b.b").named("a.a"), "metric `a.a`: name");
        check(Metric::distribution("a.b", vec![]), "metric `a.b`: buckets");
        check(Metric::sum("a.b").tags(["x", "x"]), "metric `a.b`: tags[1]");
    }

    #[test]
    fn ids_stay_when_a_list_is_extended() {
        let list = MetricList::new(vec![Metric::sum("a.a"), Metric::sum("a.b")]).expect("a list");
        let described = Metric::sum("a.b").description("B").required_roles(["ops"]);
        let more = vec![Metric::counter("a.c"), described, Metric::sum("a.a")];
        let extended = list.extended(more).expect("compatible");
        assert_eq!(extended.added, [MetricId(2)]);
        assert_eq!(extended.changed, [MetricId(1)]);
        let names = extended.list.iter().map(|(_, metric)| &*metric.name);
        assert_eq!(names.collect::<Vec<_>>(), ["a.a", "a.b", "a.c"]);
        assert_eq!(extended.list.get(MetricId(1)).description, "B");
        assert_eq!(extended.list.by_event("a").len(), 3);
        assert_eq!((list.len(), &*list.get(MetricId(1)).description), (2, ""));
    }

    #[test]
    fn what_is_measured_cannot_change() {
        let list = MetricList::new(vec![Metric::sum("a.b").tags(["x"])]).expect("a list");
        let check = |metric: Metric, expect: &str| {
            let error = list
                .extended(vec![metric])
                .expect_err("rejected")
                .to_string();
            assert!(error.starts_with(expect), "{error}");
        };
        let same = || Metric::sum("a.b").tags(["x"]);
        check(
            Metric::summary("a.b").tags(["x"]),
            "metric `a.b`: kind: differs",
        );
        check(Metric::sum("a.b"), "metric `a.b`: tags: differs");
        check(same().unit(Unit::Byte), "metric `a.b`: unit: differs");
        check(
            Metric::sum("c.b").tags(["x"]).named("a.b"),
            "metric `a.b`: event: differs",
        );
        check(
            same().sampling_rate(0.5),
            "metric `a.b`: sampling_rate: differs",
        );
        check(Metric::sum("a.c").tags(["x", "x"]), "metric `a.c`: tags[1]");
        let twice = vec![Metric::sum("a.c"), Metric::sum("a.c")];
        let error = list.extended(twice).expect_err("rejected");
        assert_eq!(error, ListError::Duplicate("a.c".into()));
        let many = (0..MAX_METRICS).map(|n| Metric::sum(&format!("m.v{n}")));
        let error = list.extended(many.collect()).expect_err("rejected");
        assert_eq!(error, ListError::TooMany(MAX_METRICS + 1));
    }
}
