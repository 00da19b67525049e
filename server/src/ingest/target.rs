//! Which metrics of the list a named point feeds, whatever protocol it came by.
//!
//! Invariant: a metric that the server itself feeds is never a target.

use std::sync::Arc;

use telemetry::aggregate::{MAX_TAG_VALUE, Shape};
use telemetry::{Dimension, Event, Extractor, Kind, Metric, MetricId, MetricList, Refusal, Value};

use super::outcome::{Reason, Rejected};
use super::{is_reserved, unit};

/// What points of a name measure, in whatever way they are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointKind {
    /// How much there is.
    Level,
    /// How much was added.
    Growth,
    /// How often each range of values occurred.
    Histogram,
}

/// The measurement of an event that a point's number stands for.
pub const MEASUREMENT: &str = "value";

/// A metric of the list, prepared for samples.
pub struct Target {
    /// Its place in the list.
    pub id: MetricId,
    /// Its kind.
    pub kind: Kind,
    /// Tags, keep and drop.
    pub extractor: Extractor,
    /// What its aggregates look like.
    pub shape: Shape,
    built_in: bool,
}

impl Target {
    /// The buckets of a distribution.
    pub fn buckets(&self) -> Option<&Arc<[f64]>> {
        match &self.shape {
            Shape::Buckets(bounds) => Some(bounds),
            Shape::Plain | Shape::Sketch => None,
        }
    }
}

/// A target, and how a point's numbers are mapped to it.
pub struct Mapping<'a> {
    /// The metric.
    pub target: &'a Target,
    /// As an event with measurement [`MEASUREMENT`], or by the metric's own name.
    pub as_event: bool,
    /// Converts the point's numbers to the metric's unit, or to that of the event.
    pub factor: f64,
}

/// All metrics of the list.
pub struct Targets {
    metrics: Arc<MetricList>,
    targets: Vec<Target>,
}

impl Targets {
    /// For a list.
    pub fn new(metrics: Arc<MetricList>) -> Targets {
        let own = crate::metrics::builtin();
        let target = |(id, metric): (MetricId, &Metric)| Target {
            id,
            kind: metric.kind,
            extractor: Extractor::new(metric),
            shape: Shape::of(metric),
            built_in: own.iter().any(|own| own.name == metric.name),
        };
        let targets = metrics.iter().map(target).collect();
        Targets { metrics, targets }
    }

    /// The list.
    pub fn metrics(&self) -> &MetricList {
        &self.metrics
    }

    /// The metric that has the name, and those that measure [`MEASUREMENT`] of an event of the
    /// name. `ucum` is the unit of the points, empty where they have none. If one metric cannot
    /// accept the points they are rejected for all, so that none gets them twice when they are
    /// corrected and sent again.
    pub fn mappings(
        &self,
        name: &str,
        ucum: &str,
        points: PointKind,
    ) -> Result<Vec<Mapping<'_>>, Rejected> {
        let mut mappings = Vec::new();
        let named = self.metrics.find(name);
        if let Some(id) = named {
            let (target, metric) = (self.target(id), self.metrics.get(id));
            if target.built_in {
                return Err(Rejected::by(id, Reason::BuiltIn));
            }
            if !accepts(metric.kind, points) {
                let detail = format!("it is a {}", metric.kind.name());
                return Err(Rejected::by(id, Reason::WrongKind).with_detail(detail));
            }
            let factor = unit::factor_to_metric(ucum, metric);
            mappings.push(Mapping {
                target,
                as_event: false,
                factor: factor.ok_or_else(|| wrong_unit(ucum, id, metric))?,
            });
        }
        if points != PointKind::Histogram {
            let fed = self.metrics.by_event(name).iter();
            for id in fed.filter(|id| named != Some(**id)) {
                let metric = self.metrics.get(*id);
                if metric.measurement != MEASUREMENT {
                    continue;
                }
                if is_reserved(name) {
                    return Err(Rejected::by(*id, Reason::BuiltIn));
                }
                let factor = unit::factor_to_event(ucum, metric);
                mappings.push(Mapping {
                    target: self.target(*id),
                    as_event: true,
                    factor: factor.ok_or_else(|| wrong_unit(ucum, *id, metric))?,
                });
            }
        }
        if mappings.is_empty() {
            return Err(Reason::UnknownMetric.into());
        }
        Ok(mappings)
    }

    /// Why no metric takes an event, by the first that it feeds; `None` if one takes it, or leaves
    /// it out on purpose.
    pub fn rejection(&self, event: &Event<'_>) -> Option<EventRejection<'_>> {
        let mut first = None;
        for id in self.metrics.by_event(event.name) {
            let (extractor, metric) = (&self.target(*id).extractor, self.metrics.get(*id));
            if !extractor.keeps(event) {
                return None;
            }
            let refusal = match taken(extractor, event) {
                Ok(()) => return None,
                Err(refusal) => refusal,
            };
            first.get_or_insert_with(|| EventRejection {
                metric: &metric.name,
                refusal,
                field: field_of(metric, refusal, event),
            });
        }
        first
    }

    fn target(&self, id: MetricId) -> &Target {
        &self.targets[usize::from(id.0)]
    }
}

/// Why a metric does not take an event.
#[derive(Debug)]
pub struct EventRejection<'a> {
    /// The metric's name.
    pub metric: &'a str,
    /// Why.
    pub refusal: Refusal,
    /// JSON path in the event.
    pub field: String,
}

/// As the recorder takes it.
fn taken(extractor: &Extractor, event: &Event<'_>) -> Result<(), Refusal> {
    extractor.value(event)?;
    extractor.tags(event, |tag| {
        fits(tag).then_some(()).ok_or(Refusal::TagTooLong)
    })
}

fn fits(tag: Value<'_>) -> bool {
    match tag {
        Value::Str(text) => text.len() <= MAX_TAG_VALUE,
        // No whole number is as long as that.
        Value::Int(_) | Value::UInt(_) | Value::Bool(_) => true,
        Value::Float(_) => tag.to_string().len() <= MAX_TAG_VALUE,
    }
}

fn field_of(metric: &Metric, refusal: Refusal, event: &Event<'_>) -> String {
    let is_fault = |tag: &&String| match event.meta(tag) {
        None => refusal == Refusal::MissingTag,
        Some(value) => refusal == Refusal::TagTooLong && !fits(value),
    };
    match refusal {
        Refusal::MissingTag | Refusal::TagTooLong => match metric.tags.iter().find(is_fault) {
            Some(tag) => format!("metadata.{tag}"),
            None => "metadata".to_owned(),
        },
        Refusal::MissingMeasurement | Refusal::NotANumber | Refusal::SeriesLimit => {
            format!("measurements.{}", metric.measurement)
        }
    }
}

/// As metrics of the list are written: lower case, `_` for `-` and `/`. OTLP's names are the
/// same in any case.
pub fn listed_name(name: &str) -> String {
    let letter = |letter: char| match letter {
        '-' | '/' => '_',
        other => other.to_ascii_lowercase(),
    };
    name.chars().map(letter).collect()
}

fn accepts(kind: Kind, points: PointKind) -> bool {
    match points {
        PointKind::Level => matches!(kind, Kind::LastValue | Kind::Summary | Kind::Distribution),
        PointKind::Growth => matches!(kind, Kind::Counter | Kind::Sum | Kind::LastValue),
        PointKind::Histogram => {
            matches!(kind, Kind::Summary | Kind::Distribution)
        }
    }
}

fn wrong_unit(ucum: &str, id: MetricId, metric: &Metric) -> Rejected {
    let shown = match metric.unit.dimension() {
        Dimension::None => "plain numbers".to_owned(),
        Dimension::Time | Dimension::Size | Dimension::Share => {
            format!("{:?}s", metric.unit).to_lowercase()
        }
    };
    let ucum: String = ucum.chars().take(30).collect();
    let detail = format!("`{ucum}`; `{}` is in {shown}", metric.name);
    Rejected::by(id, Reason::WrongUnit).with_detail(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let check = |sent: &str, listed: &str| assert_eq!(listed_name(sent), listed);
        check("Shop.Orders", "shop.orders");
        check("a/b-c_d.e", "a_b_c_d.e");
        check("", "");
        check("Ä/€", "Ä_€");
    }
}
