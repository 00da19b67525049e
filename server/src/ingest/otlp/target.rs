//! Which metrics of the list a name feeds.

use std::sync::Arc;

use telemetry::aggregate::Shape;
use telemetry::{Dimension, Extractor, Kind, Metric, MetricId, MetricList};

use super::point::Points;
use super::reason::Reason;
use super::unit;
use crate::ingest::is_reserved;

/// The measurement of an event that a number is taken for.
pub const MEASUREMENT: &str = "value";

/// A metric of the list, made ready.
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

/// A target, and how a point gets there.
pub struct Feed<'a> {
    /// The metric.
    pub target: &'a Target,
    /// As an event with measurement [`MEASUREMENT`], or by the metric's own name.
    pub as_event: bool,
    /// What takes the point's numbers to the metric's unit, or to that of the event.
    pub factor: f64,
}

/// All metrics of the list.
pub struct Targets {
    metrics: Arc<MetricList>,
    targets: Vec<Target>,
}

/// Why a point is not taken, or none of a name.
#[derive(Debug)]
pub struct Refused {
    /// The metric that does not take it; `None` where it is not about one more than another.
    pub metric: Option<MetricId>,
    /// Why not.
    pub reason: Reason,
    /// What more there is to say.
    pub detail: String,
}

impl From<Reason> for Refused {
    fn from(reason: Reason) -> Refused {
        Refused {
            metric: None,
            reason,
            detail: String::new(),
        }
    }
}

impl Refused {
    /// By a metric.
    pub fn by(metric: MetricId, reason: impl Into<Reason>) -> Refused {
        let reason: Reason = reason.into();
        Refused {
            metric: Some(metric),
            ..reason.into()
        }
    }

    fn saying(self, detail: String) -> Refused {
        Refused { detail, ..self }
    }
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
    /// name. One that cannot take the points refuses them for all, so that none gets them twice
    /// when they are mended and sent again.
    pub fn feeds(&self, name: &str, ucum: &str, points: &Points) -> Result<Vec<Feed<'_>>, Refused> {
        let mut feeds = Vec::new();
        let named = self.metrics.find(name);
        if let Some(id) = named {
            let (target, metric) = (self.target(id), self.metrics.get(id));
            if target.built_in {
                return Err(Refused::by(id, Reason::BuiltIn));
            }
            if !takes(metric.kind, points) {
                let detail = format!("it is a {}", metric.kind.name());
                return Err(Refused::by(id, Reason::WrongKind).saying(detail));
            }
            let factor = unit::factor_to_metric(ucum, metric);
            feeds.push(Feed {
                target,
                as_event: false,
                factor: factor.ok_or_else(|| wrong_unit(ucum, id, metric))?,
            });
        }
        if matches!(points, Points::Gauge(_) | Points::Sum(_)) {
            let fed = self.metrics.by_event(name).iter();
            for id in fed.filter(|id| named != Some(**id)) {
                let metric = self.metrics.get(*id);
                if metric.measurement != MEASUREMENT {
                    continue;
                }
                if is_reserved(name) {
                    return Err(Refused::by(*id, Reason::BuiltIn));
                }
                let factor = unit::factor_to_event(ucum, metric);
                feeds.push(Feed {
                    target: self.target(*id),
                    as_event: true,
                    factor: factor.ok_or_else(|| wrong_unit(ucum, *id, metric))?,
                });
            }
        }
        if feeds.is_empty() {
            return Err(Reason::UnknownMetric.into());
        }
        Ok(feeds)
    }

    fn target(&self, id: MetricId) -> &Target {
        &self.targets[usize::from(id.0)]
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

fn takes(kind: Kind, points: &Points) -> bool {
    match points {
        Points::Gauge(_) => matches!(kind, Kind::LastValue | Kind::Summary | Kind::Distribution),
        Points::Sum(_) => matches!(kind, Kind::Counter | Kind::Sum | Kind::LastValue),
        Points::Explicit(_) | Points::Exponential(_) => {
            matches!(kind, Kind::Summary | Kind::Distribution)
        }
    }
}

fn wrong_unit(ucum: &str, id: MetricId, metric: &Metric) -> Refused {
    let shown = match metric.unit.dimension() {
        Dimension::None => "plain numbers".to_owned(),
        Dimension::Time | Dimension::Size | Dimension::Share => {
            format!("{:?}s", metric.unit).to_lowercase()
        }
    };
    let ucum: String = ucum.chars().take(30).collect();
    let detail = format!("`{ucum}`; `{}` is in {shown}", metric.name);
    Refused::by(id, Reason::WrongUnit).saying(detail)
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
