//! Names of Prometheus as metrics of the list, and metrics that the list would need.
//!
//! Invariant: one name is one metric of one kind; a query that would need another one is rejected.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{Field, Kind, MetricRef, Unit};
use telemetry::{Metric, MetricList};

use super::query::{Query, Shape};
use crate::grafana::names::{PrometheusName, label_name};

/// Which tag a label of Prometheus is, if it is one.
type TagOf<'a> = Box<dyn Fn(&str) -> Option<String> + 'a>;

/// Upper bounds of buckets that are proposed, in the unit of the metric.
const BUCKETS: [f64; 11] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// Metrics by their names in Prometheus.
pub struct Names<'l> {
    known: BTreeMap<String, &'l Metric>,
    proposed: BTreeMap<String, Proposed>,
}

/// A metric that the list does not have.
#[derive(Clone, Debug)]
struct Proposed {
    kind: Kind,
    unit: Unit,
    tags: BTreeSet<String>,
}

impl Proposed {
    /// As one that OTLP feeds.
    fn metric(&self, name: &str) -> Metric {
        let metric = match self.kind {
            Kind::LastValue => Metric::last_value("otlp.value"),
            Kind::Sum => Metric::sum("otlp.value"),
            Kind::Counter => Metric::counter("otlp.value"),
            Kind::Summary => Metric::summary("otlp.value"),
            Kind::Distribution => Metric::distribution("otlp.value", BUCKETS),
        };
        metric.named(name).unit(self.unit).tags(self.tags.iter())
    }
}

impl<'l> Names<'l> {
    /// Of a list.
    pub fn of(list: &'l MetricList) -> Names<'l> {
        let all = list
            .iter()
            .map(|(_, metric)| (PrometheusName::of(metric).name, metric));
        Names {
            known: all.collect(),
            proposed: BTreeMap::new(),
        }
    }

    /// The metric of a name, if the list has it.
    pub fn known(&self, name: &str) -> Option<&'l Metric> {
        self.known.get(name).copied()
    }

    /// A query as a reference; `of_buckets` where a widget shows buckets.
    pub fn reference(&mut self, query: &Query, of_buckets: bool) -> Result<MetricRef, String> {
        let share_of = match &query.share_of {
            Some(whole) => Some(Box::new(self.reference(whole, false)?)),
            None => None,
        };
        let labels = query.tags.keys().chain(&query.by);
        let (metric, kind, tag_of): (String, Kind, TagOf<'_>) = match self.known(&query.name) {
            Some(metric) => {
                let tags = &metric.tags;
                let find = move |label: &str| {
                    let found = tags.iter().find(|tag| label_name(tag) == label);
                    found.cloned()
                };
                (metric.name.clone(), metric.kind, Box::new(find))
            }
            None => {
                let (name, kind) = self.propose(query, labels.clone(), of_buckets)?;
                (name, kind, Box::new(|label: &str| Some(label.to_owned())))
            }
        };
        let tag = |label: &String| {
            tag_of(label).ok_or_else(|| format!("`{metric}` has no tag for the label {label}"))
        };
        let tags = query.tags.iter();
        let tags = tags.map(|(label, value)| Ok((tag(label)?, value.clone().into())));
        let field = field(query, kind);
        let of_kind = field.is_of(kind) || kind == Kind::Distribution && of_buckets;
        if !of_kind {
            return Err(format!(
                "`{}` of `{metric}`, a {}",
                field.name(),
                kind.name()
            ));
        }
        Ok(MetricRef {
            tags: tags.collect::<Result<_, String>>()?,
            by: query
                .by
                .as_ref()
                .filter(|_| !of_buckets)
                .map(tag)
                .transpose()?,
            metric,
            field,
            label: None,
            share_of,
        })
    }

    fn propose<'q>(
        &mut self,
        query: &Query,
        labels: impl Iterator<Item = &'q String>,
        of_buckets: bool,
    ) -> Result<(String, Kind), String> {
        let (name, kind) = match query.shape {
            Shape::Level => (query.name.clone(), Kind::LastValue),
            Shape::Total => (query.name.clone(), Kind::Sum),
            Shape::Samples => (query.name.clone(), Kind::Summary),
            Shape::Buckets if of_buckets => (format!("{}_bucket", query.name), Kind::Distribution),
            Shape::Buckets => return Err("buckets outside of a heatmap or histogram".to_owned()),
            Shape::SumOfSamples => return Err("the sum of samples a second".to_owned()),
        };
        // The name of a metric is in small letters.
        let name = name.to_ascii_lowercase();
        let unit = match &*name {
            name if name.contains("_seconds") => Unit::Second,
            name if name.contains("_bytes") => Unit::Byte,
            name if name.ends_with("_ratio") => Unit::Ratio,
            _ => Unit::None,
        };
        let entry = self.proposed.entry(name.clone()).or_insert(Proposed {
            kind,
            unit,
            tags: BTreeSet::new(),
        });
        if entry.kind != kind {
            let (is, would) = (entry.kind.name(), kind.name());
            return Err(format!(
                "`{name}` as a {would}: another panel reads it as a {is}"
            ));
        }
        let before = entry.tags.clone();
        entry.tags.extend(labels.cloned());
        if let Err(error) = entry.metric(&name).check() {
            // Another query may do without what the list does not take.
            entry.tags = before;
            return Err(format!("the list takes no such metric: {}", error.message));
        }
        Ok((name, kind))
    }

    /// The metrics that the list would need, as those that OTLP feeds.
    pub fn proposed(&self) -> Vec<Metric> {
        let all = self.proposed.iter();
        let all = all.map(|(name, proposed)| proposed.metric(name));
        // One that the list does not take was answered as a reason.
        all.filter(|metric| metric.check().is_ok()).collect()
    }
}

/// The number that the kind has for what is asked.
fn field(query: &Query, kind: Kind) -> Field {
    match (query.field, query.shape, kind) {
        // What came in a time: how many, or how much.
        (Field::Count, Shape::Total, Kind::Sum) => Field::Sum,
        (_, Shape::Buckets, Kind::Distribution) => Field::Count,
        (field, _, _) => field,
    }
}
