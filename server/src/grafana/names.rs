//! What metrics, tags and units are called in Prometheus and Grafana.
//!
//! Invariant: a name depends on the metric's definition alone, and values are in base units: seconds,
//! bytes, ratios.

use protocol::{Field, Kind, Unit};
use telemetry::Metric;

/// A metric as Prometheus has it.
#[derive(Clone, Debug, PartialEq)]
pub struct PrometheusName {
    /// The name without `_bucket`, `_sum` and `_count`.
    pub name: String,
    /// What a number of ours is multiplied by.
    pub factor: f64,
    /// The unit of its values.
    pub unit: Unit,
}

impl PrometheusName {
    /// Of a metric: `http.request.duration` in milliseconds is `http_request_duration_seconds`, and what
    /// is counted ends in `_total`.
    pub fn of(metric: &Metric) -> PrometheusName {
        let unit = metric.unit.base();
        let mut name = label_name(&metric.name);
        let unit_name = match unit {
            Unit::Second => "_seconds",
            Unit::Byte => "_bytes",
            Unit::Ratio => "_ratio",
            _ => "",
        };
        let total = match metric.kind {
            Kind::Counter | Kind::Sum => "_total",
            Kind::LastValue | Kind::Summary | Kind::Distribution => "",
        };
        if let Some(without) = name.strip_suffix("_total").filter(|_| !total.is_empty()) {
            name.truncate(without.len());
        }
        for suffix in [unit_name, total] {
            if !name.ends_with(suffix) {
                name.push_str(suffix);
            }
        }
        PrometheusName {
            name,
            factor: metric.unit.factor_to(unit).unwrap_or(1.0),
            unit,
        }
    }
}

/// Letters, digits and `_`, not beginning with a digit.
pub fn label_name(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let name: String = name.chars().map(letter).collect();
    match name.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!("_{name}"),
        false => name,
    }
}

/// Grafana's word for the unit of a number of a metric.
pub fn unit_name(metric: &Metric, field: Field, is_binary: bool) -> &'static str {
    if field == Field::Count {
        return "short";
    }
    let is_count = matches!(
        metric.kind,
        Kind::Counter | Kind::Summary | Kind::Distribution
    );
    if field == Field::Rate && is_count {
        return "cps";
    }
    match (metric.unit.base(), field == Field::Rate) {
        (Unit::Second, false) => "s",
        (Unit::Byte, false) if is_binary => "bytes",
        (Unit::Byte, false) => "decbytes",
        (Unit::Byte, true) if is_binary => "binBps",
        (Unit::Byte, true) => "Bps",
        (Unit::Ratio, false) => "percentunit",
        // Seconds a second.
        (Unit::Second, true) => "percentunit",
        (_, true) => "cps",
        (_, false) => "short",
    }
}
