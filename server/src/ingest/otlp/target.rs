//! Which metrics of the list a name feeds.

use telemetry::aggregate::Shape;
use telemetry::otlp_message::Data;
use telemetry::{Dimension, Extractor, Kind, Metric, MetricId, MetricList};

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
    metrics: std::sync::Arc<MetricList>,
    targets: Vec<Target>,
}

/// A reason, and what more there is to say.
pub type Refused = (Reason, String);

impl Targets {
    /// For a list.
    pub fn new(metrics: std::sync::Arc<MetricList>) -> Targets {
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
    pub fn feeds(&self, name: &str, ucum: &str, data: &Data) -> Result<Vec<Feed<'_>>, Refused> {
        let mut feeds = Vec::new();
        let named = self.metrics.find(name);
        if let Some(id) = named {
            let (target, metric) = (self.target(id), self.metrics.get(id));
            if target.built_in {
                return Err((Reason::BuiltIn, String::new()));
            }
            if !takes(metric.kind, data) {
                return Err((Reason::WrongKind, said("it is a", metric.kind)));
            }
            let factor = unit::factor_to_metric(ucum, metric);
            feeds.push(Feed {
                target,
                as_event: false,
                factor: factor.ok_or_else(|| wrong_unit(ucum, metric))?,
            });
        }
        if matches!(data, Data::Gauge(_) | Data::Sum(_)) {
            let fed = self.metrics.by_event(name).iter();
            for id in fed.filter(|id| named != Some(**id)) {
                let metric = self.metrics.get(*id);
                if metric.measurement != MEASUREMENT {
                    continue;
                }
                if is_reserved(name) {
                    return Err((Reason::BuiltIn, String::new()));
                }
                let factor = unit::factor_to_event(ucum, metric);
                feeds.push(Feed {
                    target: self.target(*id),
                    as_event: true,
                    factor: factor.ok_or_else(|| wrong_unit(ucum, metric))?,
                });
            }
        }
        if feeds.is_empty() {
            return Err((Reason::UnknownMetric, String::new()));
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

fn takes(kind: Kind, data: &Data) -> bool {
    match data {
        Data::Gauge(_) => matches!(kind, Kind::LastValue | Kind::Summary | Kind::Distribution),
        Data::Sum(_) => matches!(kind, Kind::Counter | Kind::Sum | Kind::LastValue),
        Data::Histogram(_) | Data::ExponentialHistogram(_) => {
            matches!(kind, Kind::Summary | Kind::Distribution)
        }
        Data::Summary(_) => false,
    }
}

fn said(before: &str, kind: Kind) -> String {
    let kind = match kind {
        Kind::Counter => "counter",
        Kind::Sum => "sum",
        Kind::LastValue => "last_value",
        Kind::Summary => "summary",
        Kind::Distribution => "distribution",
    };
    format!("{before} {kind}")
}

fn wrong_unit(ucum: &str, metric: &Metric) -> Refused {
    let shown = match metric.unit.dimension() {
        Dimension::None => "plain numbers".to_owned(),
        Dimension::Time | Dimension::Size | Dimension::Share => {
            format!("{}s", metric.unit.name())
        }
    };
    let ucum: String = ucum.chars().take(30).collect();
    let detail = format!("`{ucum}`; `{}` is in {shown}", metric.name);
    (Reason::WrongUnit, detail)
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
