//! PromQL of what a widget reads.
//!
//! Invariant: an expression gives the number that the widget shows, in base units; where Prometheus does
//! not keep it, there is a sentence instead of an expression.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use protocol::{Field, Kind, MetricRef, TagValues};
use telemetry::{Metric, MetricList};

use super::names::{PrometheusName, label_name};

/// The time that a rate is taken over; Grafana puts four scrapes in.
pub const RATE_INTERVAL: &str = "$__rate_interval";
/// The time that is shown.
pub const RANGE: &str = "$__range";

/// The expression of a reference, a share included.
pub fn expression(
    reference: &MetricRef,
    metrics: &MetricList,
    notes: &mut Vec<String>,
) -> Result<String, String> {
    let part = one(reference, metrics, notes)?;
    let Some(whole) = &reference.share_of else {
        return Ok(part);
    };
    // The whole is of all series together.
    let whole = MetricRef {
        by: None,
        ..(**whole).clone()
    };
    let whole = one(&whole, metrics, notes)?;
    let divides = if reference.by.is_some() {
        "/ on() group_left()"
    } else {
        "/"
    };
    Ok(format!("100 * {part} {divides} {whole}"))
}

/// The samples in each bucket of a distribution, over this time.
pub fn buckets(reference: &MetricRef, metrics: &MetricList, over: &str) -> Result<String, String> {
    let metric = find(reference, metrics)?;
    let name = PrometheusName::of(metric).name;
    let labels = selector(&reference.tags, None);
    Ok(format!(
        "sum by (le) (increase({name}_bucket{labels}[{over}]))"
    ))
}

/// The metric that a reference names.
pub fn find<'m>(reference: &MetricRef, metrics: &'m MetricList) -> Result<&'m Metric, String> {
    let id = metrics.find(&reference.metric);
    id.map(|id| metrics.get(id))
        .ok_or_else(|| format!("there is no metric `{}` in the list", reference.metric))
}

fn one(
    reference: &MetricRef,
    metrics: &MetricList,
    notes: &mut Vec<String>,
) -> Result<String, String> {
    let metric = find(reference, metrics)?;
    let name = PrometheusName::of(metric).name;
    let labels = selector(&reference.tags, None);
    let by = reference.by.as_deref().map(label_name);
    let by = by.as_deref();
    let over = |function: &str, suffix: &str| {
        format!("{function}({name}{suffix}{labels}[{RATE_INTERVAL}])")
    };
    let none = |why: &str| {
        let (field, kind) = (reference.field.name(), metric.kind.name());
        Err(format!(
            "`{field}` of `{}`, a {kind}: {why}",
            reference.metric
        ))
    };
    let mut percentile = |quantile: f64| match metric.kind {
        Kind::Distribution => {
            let le = by.map_or_else(|| "le".to_owned(), |by| format!("le, {by}"));
            let rate = over("rate", "_bucket");
            Ok(format!(
                "histogram_quantile({quantile}, sum by ({le}) ({rate}))"
            ))
        }
        _ => {
            notes.push(format!(
                "percentiles of `{}`: of several series the largest is shown, since Prometheus \
                 cannot merge them",
                reference.metric
            ));
            let quantile = selector(&reference.tags, Some(quantile));
            Ok(merged("max", by, &format!("{name}{quantile}")))
        }
    };
    match (metric.kind, reference.field) {
        (Kind::Counter, Field::Rate) | (Kind::Sum, Field::Rate) => {
            Ok(merged("sum", by, &over("rate", "")))
        }
        (Kind::Counter, Field::Count) | (Kind::Sum, Field::Sum) => {
            Ok(merged("sum", by, &over("increase", "")))
        }
        (Kind::Counter, _) => none("a counter has no such number"),
        (Kind::Sum, _) => none("Prometheus keeps no number of samples of a sum"),
        (Kind::LastValue, Field::Last) => Ok(merged("avg", by, &format!("{name}{labels}"))),
        (Kind::LastValue, Field::Avg) => Ok(merged("avg", by, &over("avg_over_time", ""))),
        (Kind::LastValue, Field::Min) => Ok(merged("min", by, &over("min_over_time", ""))),
        (Kind::LastValue, Field::Max) => Ok(merged("max", by, &over("max_over_time", ""))),
        (Kind::LastValue, _) => none("Prometheus keeps scrapes of a level, and not its samples"),
        (_, Field::P50) => percentile(0.5),
        (_, Field::P95) => percentile(0.95),
        (_, Field::P99) => percentile(0.99),
        (_, Field::Rate) => Ok(merged("sum", by, &over("rate", "_count"))),
        (_, Field::Count) => Ok(merged("sum", by, &over("increase", "_count"))),
        (_, Field::Sum) => Ok(merged("sum", by, &over("increase", "_sum"))),
        (_, Field::Avg) => {
            let (sum, count) = (over("rate", "_sum"), over("rate", "_count"));
            let (sum, count) = (merged("sum", by, &sum), merged("sum", by, &count));
            Ok(format!("({sum} / {count})"))
        }
        (_, Field::Min | Field::Max) => none("Prometheus keeps no smallest and largest sample"),
        (_, Field::Last) => none("it has no newest value"),
    }
}

fn merged(how: &str, by: Option<&str>, of: &str) -> String {
    match by {
        Some(by) => format!("{how} by ({by}) ({of})"),
        None => format!("{how}({of})"),
    }
}

/// `{class="5xx",route=~"/api/.*"}`; empty without conditions.
fn selector(tags: &BTreeMap<String, TagValues>, quantile: Option<f64>) -> String {
    let mut conditions = Vec::new();
    for (tag, values) in tags {
        let tag = label_name(tag);
        let pattern = |value: &String| match value.strip_suffix('*') {
            Some(prefix) => format!("{}.*", escaped(prefix)),
            None => escaped(value),
        };
        conditions.push(match values.all() {
            [value] if !value.ends_with('*') => format!("{tag}={}", text(value)),
            all => {
                let any: Vec<String> = all.iter().map(pattern).collect();
                format!("{tag}=~{}", text(&any.join("|")))
            }
        });
    }
    conditions.extend(quantile.map(|quantile| format!("quantile=\"{quantile}\"")));
    match conditions.is_empty() {
        true => String::new(),
        false => format!("{{{}}}", conditions.join(",")),
    }
}

/// A text of PromQL.
fn text(value: &str) -> String {
    let mut quoted = String::from("\"");
    for c in value.chars() {
        let _ = match c {
            '"' | '\\' => write!(quoted, "\\{c}"),
            '\n' => write!(quoted, "\\n"),
            c => write!(quoted, "{c}"),
        };
    }
    quoted.push('"');
    quoted
}

/// Without a meaning for regular expressions.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
